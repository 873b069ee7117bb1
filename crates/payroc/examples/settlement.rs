//! Prints what a merchant was paid in the days given, batch by batch.
//!
//! ```text
//! PAYROC_USER=... PAYROC_PASSWORD=... cargo run -p payroc --example settlement -- MID 2026-03-01 2026-03-02
//! ```

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use std::{env, error::Error};

use payroc::{Client, Environment, MerchantId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [mid, start, end] = arguments.as_slice() else {
        return Err("give a MID and two days: 4021 2026-03-01 2026-03-02".into());
    };
    let environment = match env::var("PAYROC_URL") {
        Ok(url) => Environment::custom(&url)?,
        Err(_) => Environment::sandbox(),
    };
    let client = Client::builder(environment)
        .credentials(env::var("PAYROC_USER")?, env::var("PAYROC_PASSWORD")?)
        .build()?;

    let mid: MerchantId = mid.parse()?;
    let report = client.settlement().report(&mid, start.parse()?, end.parse()?).await?;
    for batch in &report.batches {
        println!(
            "batch {:?}: sold {:?}, returned {:?}",
            batch.batch_id, batch.sale_amount, batch.return_amount
        );
        let Some(id) = batch.batch_id else { continue };
        for item in &client.settlement().batch(&mid, id).await?.batch_details {
            println!(
                "  {:?} {:?} {:?}",
                item.transaction_type, item.transaction_amount, item.transaction_id
            );
        }
    }
    for chargeback in &report.chargebacks_received {
        println!("chargeback {:?}: {:?}", chargeback.chargeback_id, chargeback.chargeback_amount);
    }
    Ok(())
}
