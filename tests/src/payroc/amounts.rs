//! Amounts, which come in reports alone. What goes out exactly are shares.

use pay_core::{Connection, ManualClock};
use payroc::{Address, Contact, MerchantApplication};
use time::macros::datetime;

use super::{Payroc, subject::ITEM};
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject as _},
};

const AMOUNTS: [&str; 6] =
    ["0.01", "0.10", "1", "999999999999.99", "-4.35", "7922816251426433759354395.033"];
const SHARES: [&str; 5] = ["0", "0.1", "33.333333333333333333", "66.60", "100"];

/// Amounts come, and shares go, to the last digit.
pub(super) async fn exact() -> Kept {
    for text in AMOUNTS {
        let body = format!(r#"{{"batchDetails":[{}]}}"#, ITEM.replace("11.37", text));
        let (client, _server) = stage(body).await?;
        let told = Payroc.read(&client, "4021").await?;
        let came = told.amount.ok_or(Broken("the reply's amount is gone".to_owned()))?;
        hold!(came.to_string() == text, "{text} came back as {came}");
    }
    for text in SHARES {
        let (client, server) = stage(r#"{"merchant":{"mid":"4021"}}"#.to_owned()).await?;
        let shop = || Address::new("1 Main St", "Chicago", "IL", "60601");
        let owner = Contact::new("Ann", "Lee", "ann@lee.example", "3125550123", shop()).share(text);
        let application = MerchantApplication::new("D", "L", "987654321", shop(), shop(), [owner]);
        client.boarding().submit(&application).await?;
        let sent = server.seen().pop().ok_or(Broken("nothing was sent".to_owned()))?.body;
        let wanted = format!(r#""equityPercentage":{text},"#);
        hold!(sent.contains(&wanted), "a share of {text} went out otherwise");
    }
    Ok(format!("{} amounts in, one of 28 digits; {} shares out", AMOUNTS.len(), SHARES.len()))
}

async fn stage(body: String) -> Result<(payroc::Client, Server), Broken> {
    let server = Server::start(move |request, _| {
        Act::Reply(if Payroc.is_login(request) {
            Payroc.login_reply("t-0", 1200)
        } else {
            Reply::json(200, body.clone())
        })
    })
    .await?;
    let clock = ManualClock::new(datetime!(2026-03-01 12:00 UTC));
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    let client = Payroc.client(&urls, Connection::builder().clock(clock).build()?)?;
    Ok((client, server))
}
