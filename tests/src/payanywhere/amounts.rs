//! Amounts, which go out with two decimals: as text in refunds and charges, as numbers in invoices.

use pay_core::{Amount, Connection, ManualClock};
use payanywhere::{
    Client, IframeCharge, IframeToken, InvoiceCustomer, NewInvoice, TransactionFilter,
};
use time::macros::datetime;

use super::PayAnywhere;
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject as _},
};

/// As given, and as it is to go out.
const AMOUNTS: [(&str, &str); 6] = [
    ("0.01", "0.01"),
    ("0.3", "0.30"),
    ("1", "1.00"),
    ("4.35", "4.35"),
    ("8.200", "8.20"),
    ("999999999999.99", "999999999999.99"),
];

/// Amounts go and come to the last digit.
pub(super) async fn exact() -> Kept {
    for (given, wire) in AMOUNTS {
        let amount: Amount = given.parse()?;
        let (client, server) = stage(PayAnywhere.write_reply(given).body).await?;
        let came = PayAnywhere.write(&client, amount).await?.amount;
        hold!(came == Some(amount), "{given} came back as {came:?}");
        let token = IframeToken::new("a token")?;
        client.iframe().charge(&IframeCharge::new(token, amount, "a key")).await?;
        for request in server.seen().iter().filter(|request| !PayAnywhere.is_login(request)) {
            let wanted = format!(r#""amount":"{wire}","#);
            hold!(request.body.contains(&wanted), "{given} went out otherwise");
        }

        let (client, server) = stage(r#"{"url":"https://pay.example/1"}"#.to_owned()).await?;
        let customer = InvoiceCustomer::new("Ann", "Lee");
        client.invoices().create(&NewInvoice::without_reference(amount, customer, "x")).await?;
        let sent = server.seen().pop().ok_or(Broken("nothing was sent".to_owned()))?.body;
        hold!(sent.contains(&format!(r#""amount":{wire},"#)), "{given} was invoiced otherwise");
    }
    let long = "7922816251426433759354395.033";
    for came in [long, "-2.00", "0.10"] {
        for wire in [came.to_owned(), format!("\"{came}\"")] {
            let list = format!(r#"{{"transactions":[{{"amount":{wire}}}]}}"#);
            let (client, _server) = stage(list).await?;
            let listed = client.transactions().list(&TransactionFilter::new()).await?;
            let told = listed.first().and_then(|found| found.amount);
            let told = told.ok_or(Broken("the reply's amount is gone".to_owned()))?;
            hold!(told.to_string() == came, "{came} came as {told}");
        }
    }
    Ok(format!("{} amounts out, as text and as numbers; 3 back, one of 28 digits", AMOUNTS.len()))
}

async fn stage(body: String) -> Result<(Client, Server), Broken> {
    let server = Server::start(move |request, _| {
        Act::Reply(if PayAnywhere.is_login(request) {
            PayAnywhere.login_reply("t-0", 1200)
        } else {
            Reply::json(200, body.clone())
        })
    })
    .await?;
    let clock = ManualClock::new(datetime!(2026-03-01 12:00 UTC));
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    let client = PayAnywhere.client(&urls, Connection::builder().clock(clock).build()?)?;
    Ok((client, server))
}
