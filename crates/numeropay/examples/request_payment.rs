//! Creates a payment, reads it, and lists the latest ones.
//!
//! ```text
//! NUMEROPAY_MERCHANT=... NUMEROPAY_KEY_ID=... NUMEROPAY_SCOPES=a,b \
//!     cargo run -p numeropay --example request_payment
//! ```
//!
//! That is test mode: no real money. `NUMEROPAY_URL` names another host, such as a local sandbox's;
//! with `NUMEROPAY_KEY_SECRET` the calls to it are signed as live ones.

#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::{env, error::Error};

use numeropay::{
    Client, Currency, Environment, NewPayment, Outcome, PaymentFilter, Reference, error_name,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let environment = match env::var("NUMEROPAY_URL") {
        Ok(url) => {
            let test_mode = env::var("NUMEROPAY_KEY_SECRET").is_err();
            Environment::custom(&url)?.with_test_mode(test_mode)
        }
        Err(_) => Environment::sandbox(),
    };
    let scopes = env::var("NUMEROPAY_SCOPES").unwrap_or_default();
    let mut builder = Client::builder(environment)
        .merchant(env::var("NUMEROPAY_MERCHANT")?)
        .key_id(env::var("NUMEROPAY_KEY_ID")?)
        .scopes(scopes.split(',').filter(|scope| !scope.is_empty()));
    if let Ok(secret) = env::var("NUMEROPAY_KEY_SECRET") {
        builder = builder.key_secret(secret);
    }
    let client = builder.build()?;

    let business = env::var("NUMEROPAY_BUSINESS").unwrap_or_else(|_| "Infinity Group".to_owned());
    let new = NewPayment::new("100.00".parse()?, Currency::AUD, business, Reference::random())
        .description("Two chairs");
    // A dropped future or a crash returns no error: what finds the payment again is kept before.
    let kept = new.lost_call();

    let id = match client.payments().create(&new).await {
        Ok(payment) => payment.id.clone(),
        Err(error) if error.outcome() == Outcome::Unknown => {
            println!("nobody knows ({error}); looking for it");
            println!("{:#?}", client.resolve(error.lost_call().unwrap_or(&kept)).await?);
            return Ok(());
        }
        Err(error) => {
            println!("refused as {:?}: {error}", error_name(&error));
            return Ok(());
        }
    };
    println!("created {id}: not paid yet");

    let payment = client.payments().get(&id).await?;
    println!("it is {:?}: {:?} {:?}", payment.state, payment.amount, payment.currency);

    let page = client.payments().list(&PaymentFilter::new().limit(5)).await?;
    println!("the latest {}:", page.items.len());
    for payment in &page.items {
        println!("  {} {:?} {:?}", payment.id, payment.state, payment.description);
    }
    Ok(())
}
