//! Boards a merchant in the provider's sandbox, or at `PAYROC_URL`.
//!
//! ```text
//! PAYROC_USER=... PAYROC_PASSWORD=... cargo run -p payroc --example board_merchant
//! ```

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::{env, error::Error};

use payroc::{
    Address, BankAccount, Client, Contact, Environment, MerchantApplication, Outcome,
    ResponseStatus,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let environment = match env::var("PAYROC_URL") {
        Ok(url) => Environment::custom(&url)?,
        Err(_) => Environment::sandbox(),
    };
    let client = Client::builder(environment)
        .credentials(env::var("PAYROC_USER")?, env::var("PAYROC_PASSWORD")?)
        .build()?;

    let shop = Address::new("100 N State St", "Chicago", "IL", "60602");
    let owner = Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop.clone())
        .share(100)
        .primary()
        .ssn("219-09-9999");
    let application =
        MerchantApplication::new("Lee's", "Lee Corp", "98-7654321", shop.clone(), shop, [owner])
            .bank_account(BankAccount::new("Lee Corp", "021000021", "000123456789"));
    // Kept before it is sent: whoever drops the call gets no error.
    let lost_call = application.lost_call();

    match client.boarding().submit(&application).await {
        Ok(merchant) => {
            println!("boarded: MID {:?}", merchant.mid());
            if let Some(mid) = merchant.mid() {
                let status = client.boarding().status(&mid).await?;
                println!("application: {:?}", status.application_status);
            }
        }
        Err(error) if error.outcome() == Outcome::Unknown => {
            println!("it may have been boarded; for a person to look: {error}\n{lost_call:?}");
        }
        Err(error) => {
            println!("not boarded: {error}");
            for wrong in ResponseStatus::of(&error).unwrap_or_default().errors {
                println!("  {:?}: {:?} {:?}", wrong.field_name, wrong.message, wrong.meta);
            }
        }
    }
    Ok(())
}
