//! Payanywhere as the scenarios see it: a transaction is read, transactions listed, a sale refunded.

use base64::Engine as _;
use pay_core::{Amount, Connection, Error};
use payanywhere::{
    Client, Environment, Reference, Refund, Reversal, TransactionFilter, TransactionUniqId,
};
use serde_json::json;
use time::{OffsetDateTime, macros::datetime};

use super::{
    PayAnywhere,
    client::{APP_SOURCE, MID, clerk, sale},
};
use crate::{
    server::{Reply, Seen},
    subject::{Answered, BaseUrls, CLIENT_SECRET, Subject, Told},
};

impl Subject for PayAnywhere {
    type Client = Client;

    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Client, Error> {
        // There is one host; what is asked of both is asked of it.
        Environment::custom(&base_urls.auth)?;
        Client::builder(Environment::custom(&base_urls.gateway)?)
            .mid(MID)
            .developer_key("developer-key-of-the-contract")
            .password(CLIENT_SECRET)
            .app_source(APP_SOURCE)
            .connection(connection)
            .build()
    }

    fn is_login(self, request: &Seen) -> bool {
        ["/auth", "/auth/refreshSession"].contains(&request.path())
    }

    /// The token says when it expires: the scenarios let one token after another expire, a second
    /// late.
    fn login_reply(self, token: &str, seconds: u64) -> Reply {
        const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
        let seconds = i64::try_from(seconds).unwrap();
        let before: i64 = token.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap();
        let exp = START.unix_timestamp() + before * (seconds + 1) + seconds;
        let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let jwt = format!(
            "{}.{}.{token}",
            encode("{}".to_owned()),
            encode(format!(r#"{{"exp":{exp}}}"#))
        );
        Reply::json(200, json!({"token": jwt, "accountId": 4711, "mid": MID}).to_string())
    }

    fn login_refused(self) -> Reply {
        Reply::json(404, self.error_body("Unauthorized Request"))
    }

    fn read(self, client: &Client, id: &str) -> Told {
        let (client, id) = (client.clone(), TransactionUniqId::new(format!("ccs_{id}")));
        Box::pin(async move {
            let found = client.transactions().get(&id?).await?;
            let (debug, meta) = (format!("{found:?}"), found.meta().clone());
            Ok(Answered { debug, amount: found.amount, meta })
        })
    }

    fn list(self, client: &Client) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let found = client.transactions().list(&TransactionFilter::new().count(10)).await?;
            let amount = found.first().and_then(|found| found.amount);
            Ok(Answered { debug: format!("{found:?}"), amount, meta: found.meta().clone() })
        })
    }

    fn write(self, client: &Client, amount: Amount) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let reference = Reference::new("refund-1042")?;
            let refund = Refund::new(sale(), amount, clerk(), reference);
            let refunded = client.transactions().refund(&refund).await?;
            let (debug, meta) = (format!("{refunded:?}"), refunded.meta().clone());
            Ok(Answered { debug, amount: refunded.amount, meta })
        })
    }

    fn read_reply(self, id: &str) -> Reply {
        Reply::json(200, transaction(id))
    }

    fn list_reply(self) -> Reply {
        Reply::json(200, format!(r#"{{"transactions":[{}]}}"#, transaction("3039875")))
    }

    fn write_reply(self, amount: &str) -> Reply {
        Reply::json(200, reversal("00", "Approved", amount))
    }

    fn sparse_replies(self, id: &str) -> [Reply; 3] {
        [
            Reply::json(200, format!(r#"{{"id":{id}}}"#)),
            Reply::json(200, r#"{"transactions":[{}]}"#),
            Reply::json(200, r#"{"status_code":"00"}"#),
        ]
    }

    fn strange_replies(self, id: &str, amount: &str) -> [Reply; 3] {
        let mood = r#"{"mood":{"good":[1,{"x":null}]},"fees":[0.1,"0.2"],"#;
        let strange = |json: &str| json.replacen('{', mood, 1);
        let item = strange(&transaction(id)).replace("Credit Card Sale", "Telepathy");
        [
            Reply::json(200, item.clone()),
            Reply::json(200, strange(&format!(r#"{{"transactions":[{item}]}}"#))),
            Reply::json(201, strange(&reversal("00", "Splendid", amount))),
        ]
    }

    fn misshapen_reads(self) -> Vec<String> {
        [
            r#"{"uniq_id":[1],"id":{}}"#,
            r#"{"id":3039875,"amount":"a lot"}"#,
            r#"{"id":3039875,"amount":true}"#,
            r#"{"id":3039875,"amount":{"value":1}}"#,
            r#"{"transaction":7}"#,
            r#"{"transactions":[]}"#,
            r#"{"transactions":[7]}"#,
            r#"{"message":"no"}"#,
            r#"{"id":3039875,"error":"no"}"#,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn unclear_writes(self, amount: &str) -> Vec<String> {
        let mut bodies: Vec<_> = ["", "0", "000", "200", "OK", "true"]
            .into_iter()
            .map(|code| reversal(code, "who knows", amount))
            .collect();
        bodies.extend(
            [
                r#"{"refund_id":77}"#,
                r#"{"status_code":null}"#,
                r#"{"status_code":0}"#,
                r#"{"status_code":["00"]}"#,
                r#"{"status_code":"00","status_code":"05"}"#,
                r#"{"status_code":"00","error":"no"}"#,
                r#"{"status_code":"05","amount":"99.00"}"#,
                r#"{"message":"accepted"}"#,
            ]
            .map(str::to_owned),
        );
        bodies
    }

    fn declines(self, amount: &str) -> Vec<(&'static str, Reply)> {
        let declined = |code: &str| reversal(code, "Do Not Honor", amount);
        vec![
            ("200 with a code", Reply::json(200, declined("05"))),
            ("201 with a code", Reply::json(201, declined("N7"))),
            ("402 with a code", Reply::json(402, declined("51"))),
            ("400 with a code", Reply::json(400, declined("51"))),
        ]
    }

    fn attached_amount(self, error: &Error) -> Option<Amount> {
        error.body::<Reversal>()?.amount
    }

    fn error_body(self, text: &str) -> String {
        json!({"message": text}).to_string()
    }

    fn more_secrets(self) -> Vec<String> {
        vec!["developer-key-of-the-contract".to_owned()]
    }
}

fn transaction(id: &str) -> String {
    format!(
        r#"{{"uniq_id":"ccs_{id}","id":{id},"type":"Credit Card Sale","amount":"11.37","datetime":"2026-02-28T13:30:00.000Z","void_uniq_id":null,"is_complete":true}}"#
    )
}

fn reversal(code: &str, message: &str, amount: &str) -> String {
    format!(
        r#"{{"refund_id":77,"status_code":"{code}","status_message":"{message}","amount":"{amount}"}}"#
    )
}
