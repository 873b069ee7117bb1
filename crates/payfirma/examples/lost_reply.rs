//! The answer to a sale is lost after the card was charged. The client does not send it again; it
//! finds out, as it would after a restart.
//!
//! ```text
//! cargo run -p payfirma --example lost_reply
//! ```
#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, fs};

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{Card, Client, Confirmed, Environment, LostCall, Reference, Resolution, Sale};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let lost = Fault::new(FaultKind::Reset).on("payfirma.transactions.sale");
    sandbox.add_fault(lost.phase(Phase::After))?;

    let card = Card::new("4111 1111 1111 1111".parse()?, "11/39".parse()?, "595".parse()?);
    let sale = Sale::new("11.00".parse()?, card, Reference::random());

    // Before the call: a killed process returns no error.
    let note = std::env::temp_dir().join(format!("lost-reply-{}.json", std::process::id()));
    fs::write(&note, serde_json::to_vec(&sale.lost_call())?)?;
    println!("noted:     {}", fs::read_to_string(&note)?);

    match client(&sandbox)?.transactions().sale(&sale).await {
        Err(error) if !error.outcome().is_without_effect() => println!("the error: {error}"),
        other => return Err(format!("not lost: {other:?}").into()),
    }

    // After a restart: another client, and nothing but the note.
    let lost: LostCall = serde_json::from_slice(&fs::read(&note)?)?;
    match client(&sandbox)?.resolve(&lost).await? {
        Resolution::Confirmed(Confirmed::Applied(found)) => {
            let id = found.transaction().map(|transaction| &transaction.id);
            println!("resolved:  paid, by {id:?}");
            fs::remove_file(&note)?;
        }
        other => println!("resolved:  for a person: {other:?}"),
    }
    println!("charged:   {} time", sandbox.ledger().count("sale"));
    Ok(())
}

fn client(sandbox: &Sandbox) -> Result<Client, payfirma::Error> {
    let account = sandbox.payfirma();
    Client::builder(Environment::custom(&account.auth_url(), &account.gateway_url())?)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
}
