//! Charges a card, is declined, and gives a part of the charge back, in a sandbox of its own.
//!
//! ```text
//! cargo run -p payfirma --example charge
//! ```
#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use pay_sandbox::Sandbox;
use payfirma::{Card, Client, Currency, Environment, Reference, Refund, Sale, Transaction};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let account = sandbox.payfirma();
    let client = Client::builder(Environment::custom(&account.auth_url(), &account.gateway_url())?)
        .client_credentials(account.client_id(), account.client_secret())
        .build()?;

    // Odd whole dollars are approved.
    let paid = client.transactions().sale(&sale("11.00", "order-1")?).await?;
    println!("order-1: paid {:.2} by {}", paid.amount.unwrap_or_default(), paid.id);

    // Even ones are declined. That is an error, whatever the provider's answer looks like.
    match client.transactions().sale(&sale("10.00", "order-2")?).await {
        Err(error) if error.is_declined() => {
            let declined: Option<Transaction> = error.body();
            println!("order-2: {} ({:?})", error.message(), declined.map(|it| it.id));
        }
        other => return Err(format!("not declined: {other:?}").into()),
    }

    let refund = Refund::new(paid.id.clone(), "5.00".parse()?, Reference::new("order-1-refund")?);
    client.transactions().refund(&refund).await?;
    let now = client.transactions().get(&paid.id).await?;
    println!("order-1: {:.2} of it given back", now.amount_refunded.unwrap_or_default());
    Ok(())
}

fn sale(amount: &str, order: &str) -> Result<Sale, payfirma::Invalid> {
    let card = Card::new("4111 1111 1111 1111".parse()?, "11/39".parse()?, "595".parse()?);
    Ok(Sale::new(amount.parse()?, card, Reference::new(order)?).currency(Currency::CAD))
}
