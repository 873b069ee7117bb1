//! Amounts go out in payments and come back in lists: no answer about one payment has one.

use cashier::{TransactionFilter, webhook};

use super::{Cashier, key::stage};
use crate::{
    hold,
    promise::{Broken, Kept},
    server::Reply,
    subject::Subject as _,
    transcript,
};

/// Amounts go and come to the last digit: in a payment, a list and a webhook.
pub(super) async fn exact() -> Kept {
    let amounts = ["0.01", "0.10", "0.3", "1", "4.35", "8.20", "1234567.89", "999999999999.99"];
    for text in amounts {
        let (client, server) = stage(Cashier.write_reply(text)).await?;
        Cashier.write(&client, text.parse()?).await?;
        let sent = &server.seen()[0].body;
        hold!(sent.contains(&format!("\"amount\":{text},")), "{text} is not in what was sent");
    }
    // More digits than a float holds.
    for text in amounts.into_iter().chain(["7922816251426433759354395.033"]) {
        for wire in [text.to_owned(), format!("\"{text}\"")] {
            let rows =
                format!(r#"[{{"transaction_id":"t","amount":{wire},"user_amount":{wire}}}]"#);
            let (client, _server) = stage(Reply::json(200, rows)).await?;
            let listed = client.transactions().list(&TransactionFilter::new()).await?;
            transcript::note(&format!("{listed:?}"));
            for came in [listed[0].amount, listed[0].user_amount] {
                let came = came.ok_or(Broken("the amount of a row is gone".to_owned()))?;
                hold!(came.to_string() == text, "{text} came back as {came}");
            }
            let body = format!(r#"{{"transaction_id":"t","status":"pending","amount":{wire}}}"#);
            let password = pay_core::Secret::new("spg_test_password");
            let event = webhook::Verifier::new(password.clone())?
                .verify(&webhook::sign(&body, &password), &body)?;
            let came = event.amount.ok_or(Broken("the event's amount is gone".to_owned()))?;
            hold!(came.to_string() == text, "{text} came back as {came}");
        }
    }
    Ok(format!("{} amounts out; 9 back, as number and text, in lists and events", amounts.len()))
}
