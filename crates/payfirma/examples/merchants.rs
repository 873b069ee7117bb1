//! One partner, two merchants who have consented: each with tokens of its own, which are replaced
//! when they die, all over one connection pool.
//!
//! ```text
//! cargo run -p payfirma --example merchants
//! ```
#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, time::Duration};

use pay_sandbox::Sandbox;
use payfirma::{Card, Environment, MemoryTokenStore, Partner, Reference, Sale};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let account = sandbox.payfirma();
    let partner =
        Partner::builder(Environment::custom(&account.auth_url(), &account.gateway_url())?)
            .credentials(account.client_id(), account.client_secret())
            .token_store(MemoryTokenStore::new()) // a real one survives a restart
            .build()?;

    let mut merchants = Vec::new();
    for name in ["tea-shop", "book-shop"] {
        let consent = partner.authorize_url("https://partner.example/callback")?;
        // Here the merchant's browser goes to `consent.url()`, and comes back with this query.
        let code = account.authorization_code(name);
        let query = format!("code={code}&state={}", consent.state().expose());
        let merchant = partner.exchange_code(&consent.check(&query)?).await?;
        println!("{}: consented to {:?}", merchant.merchant_id, merchant.scope);
        merchants.push(merchant.merchant_id);
    }

    for (hours, amount) in [(0, "11.00"), (1, "13.00")] {
        // After an hour the access tokens are dead. Nobody has to care.
        sandbox.advance(Duration::from_secs(hours * 3600));
        for merchant in &merchants {
            let card = Card::new("4111 1111 1111 1111".parse()?, "11/39".parse()?, "595".parse()?);
            let sale = Sale::new(amount.parse()?, card, Reference::random());
            let paid = partner.merchant(merchant).transactions().sale(&sale).await?;
            println!("{merchant}: paid {amount} by {}", paid.id);
        }
    }
    for effect in sandbox.ledger().effects_of("sale") {
        println!("the provider booked {} to {}", effect.id, effect.account);
    }
    Ok(())
}
