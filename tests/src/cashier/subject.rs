//! The cashier as the scenarios see it.

use cashier::{
    Card, CardPayment, Client, Currency, Environment, Mode, Order, Reference, Routes,
    TransactionFilter, TransactionId,
};
use pay_core::{Amount, Connection, Error};
use serde::Deserialize;
use serde_json::json;

use super::Cashier;
use crate::{
    server::{Reply, Seen},
    subject::{Answered, BaseUrls, CARD_NUMBER, CLIENT_SECRET, CVV, Subject, TOKEN, Told},
};

const REFERENCE: &str = "order-1042";
const AMOUNT: &str = "11.37";

impl Subject for Cashier {
    type Client = Client;

    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Client, Error> {
        let environment = |url: &str| Environment::custom(url, Mode::Test, Routes::sandbox());
        // There is one host; what is asked of both is asked of it.
        environment(&base_urls.auth)?;
        // The key is what other providers' secrets and tokens are.
        Client::builder(environment(&base_urls.gateway)?)
            .api_key(format!("{TOKEN}.{CLIENT_SECRET}"))
            .connection(connection)
            .build()
    }

    fn is_login(self, _: &Seen) -> bool {
        false
    }

    /// Never asked for.
    fn login_reply(self, _: &str, _: u64) -> Reply {
        Reply::json(404, "")
    }

    /// Never asked for.
    fn login_refused(self) -> Reply {
        Reply::json(404, "")
    }

    fn read(self, client: &Client, id: &str) -> Told {
        let (client, id) = (client.clone(), TransactionId::new(id));
        Box::pin(async move {
            let told = client.transactions().get(id?).await?;
            Ok(Answered { debug: format!("{told:?}"), amount: None, meta: told.meta().clone() })
        })
    }

    fn list(self, client: &Client) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let rows = client.transactions().list(&TransactionFilter::new()).await?;
            let amount = rows.first().and_then(|row| row.amount);
            Ok(Answered { debug: format!("{rows:?}"), amount, meta: rows.meta().clone() })
        })
    }

    fn write(self, client: &Client, amount: Amount) -> Told {
        let client = client.clone();
        let order = Order::new(amount, Currency::EUR, "U123", Reference::new(REFERENCE).unwrap());
        let card = Card::new(
            "John Doe",
            CARD_NUMBER.parse().unwrap(),
            "05/39".parse().unwrap(),
            CVV.parse().unwrap(),
        );
        let payment = CardPayment::new(order, 210, card);
        Box::pin(async move {
            let state = client.payments().card(&payment).await?;
            let meta = state.meta().clone();
            let echo: Option<Echo> = serde_json::from_slice(meta.raw_body()).ok();
            let amount = echo.and_then(|echo| echo.amount);
            Ok(Answered { debug: format!("{state:?}"), amount, meta })
        })
    }

    fn read_reply(self, _: &str) -> Reply {
        Reply::json(
            200,
            r#"{"transaction_status":"rejected","rejected_reason":"Insufficient funds"}"#,
        )
    }

    fn list_reply(self) -> Reply {
        Reply::json(200, format!("[{}]", row("rejected")))
    }

    fn write_reply(self, amount: &str) -> Reply {
        Reply::json(200, paid(amount))
    }

    fn sparse_replies(self, _: &str) -> [Reply; 3] {
        [
            r#"{"transaction_status":"pending"}"#,
            r#"[{"transaction_id":"g7xp8kudinz3tyi"}]"#,
            r#"{"transaction_status":"successful"}"#,
        ]
        .map(|body| Reply::json(200, body))
    }

    fn strange_replies(self, _: &str, amount: &str) -> [Reply; 3] {
        let mood = r#""mood":{"good":[1,{"x":null}]},"fees":[0.1,"0.2"],"#;
        let strange = |text: &str| text.replacen('{', &format!("{{{mood}"), 1);
        [
            strange(r#"{"transaction_status":"under_review","rejected_reason":7}"#),
            format!("[{}]", strange(&row("under_review").replace("deposit", "telepathy"))),
            strange(&paid(amount)),
        ]
        .map(|body| Reply::json(200, body))
    }

    fn misshapen_reads(self) -> Vec<String> {
        [
            r#"{"transaction_status":{}}"#,
            r#"{"transaction_status":["rejected"]}"#,
            r#"{"transaction_status":null}"#,
            r#"{"transaction_status":""}"#,
            r#"["rejected"]"#,
            r#"[{"transaction_status":"rejected"}]"#,
            r#"{"data":{"transaction_status":"rejected"}}"#,
            r#"{"transaction_status":"successful","error":"no"}"#,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn unclear_writes(self, _: &str) -> Vec<String> {
        [
            r#"{"url":""}"#,
            r#"{"url":"","transaction_status":""}"#,
            r#"{"url":"","transaction_status":null}"#,
            r#"{"url":"","transaction_status":"approved"}"#,
            r#"{"url":"","transaction_status":"SUCCESSFUL"}"#,
            r#"{"url":"","transaction_status":true}"#,
            r#"{"url":"","transaction_status":["successful"]}"#,
            r#"{"url":{},"transaction_status":"pending"}"#,
            r#"{"url":"https://3ds.example","transaction_status":"failed"}"#,
            r#"{"transaction_status":"successful","error":"Insufficient funds"}"#,
            r#"{"transaction_status":"pending","error":{"code":51}}"#,
            r#"{"status":"successful"}"#,
            r#"{"error":"Insufficient funds"}"#,
            r#"["","","successful"]"#,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn declines(self, _: &str) -> Vec<(&'static str, Reply)> {
        let text = r#"{"url":"","transaction_status":"rejected","error":"Insufficient funds"}"#;
        let object =
            r#"{"transaction_status":"rejected","error":{"code":51,"message":"No money"}}"#;
        let bare = r#"{"transaction_status":"rejected"}"#;
        vec![
            ("200 with a text", Reply::json(200, text)),
            ("200 with an object", Reply::json(200, object)),
            ("200 with nothing else", Reply::json(200, bare)),
            ("402", Reply::json(402, text)),
            ("400", Reply::json(400, object)),
        ]
    }

    fn attached_amount(self, error: &Error) -> Option<Amount> {
        error.body::<Echo>()?.amount
    }

    /// No source shows an error.
    fn error_body(self, text: &str) -> String {
        json!({ "message": text }).to_string()
    }

    fn more_secrets(self) -> Vec<String> {
        Vec::new()
    }
}

/// An amount that no document promises, but that must not be another if it is there.
#[derive(Deserialize)]
struct Echo {
    #[serde(default)]
    amount: Option<Amount>,
}

fn paid(amount: &str) -> String {
    format!(
        r#"{{"url":"","transaction_status":"successful","tracking_id":"{REFERENCE}","amount":{amount},"currency":"EUR"}}"#
    )
}

/// The document's row.
fn row(status: &str) -> String {
    format!(
        r#"{{"transaction_id":"g7xp8kudinz3tyi","gateway_transaction_id":"sh7gv8knfxpktgh","provider_transaction_id":"9474883d-6c07-4205-8d89-d7ee0a6f3d7a","transaction_type":"deposit","transaction_date":"2024-07-05 11:53:25","status":"{status}","payment_provider":"numipay_simulator","customer_id":123,"amount":{AMOUNT},"currency":"GBP","user_amount":10,"user_currency":"EUR","fx_amount":0}}"#
    )
}
