//! Payroc as the scenarios see it: a batch is read, a settlement listed, an application submitted.

use base64::Engine as _;
use pay_core::{Amount, Connection, Error, LostCall};
use payroc::{BatchId, Client, Date, Environment, MerchantId};
use serde_json::json;
use time::{OffsetDateTime, macros::datetime};

use super::{Payroc, client::application_with};
use crate::{
    server::{Reply, Seen},
    subject::{Answered, BaseUrls, CARD_NUMBER, CLIENT_SECRET, Subject, Told},
};

impl Subject for Payroc {
    type Client = Client;

    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Client, Error> {
        // There is one host; what is asked of both is asked of it.
        Environment::custom(&base_urls.auth)?;
        Client::builder(Environment::custom(&base_urls.gateway)?)
            .credentials("myUserName", CLIENT_SECRET)
            .connection(connection)
            .build()
    }

    fn is_login(self, request: &Seen) -> bool {
        ["/auth", "/access-token"].contains(&request.path())
    }

    /// To a login and to a refresh, which have the token under different names. It says when it
    /// expires: the scenarios let one token after another expire, a second late.
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
        let body = json!({"bearerToken": jwt, "accessToken": jwt, "refreshToken": "r3fresh-token",
            "responseStatus": {}});
        Reply::json(200, body.to_string())
    }

    fn login_refused(self) -> Reply {
        Reply::json(401, error("AuthenticationException", "This account has been locked"))
    }

    fn read(self, client: &Client, id: &str) -> Told {
        let (client, id) = (client.clone(), MerchantId::new(id));
        Box::pin(async move {
            let batch = BatchId::new(31_718_216)?;
            let report = client.settlement().batch(&id?, batch).await?;
            let amount = report.batch_details.first().and_then(|item| item.transaction_amount);
            Ok(Answered { debug: format!("{report:?}"), amount, meta: report.meta().clone() })
        })
    }

    fn list(self, client: &Client) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let day = Date::new(2021, 10, 18)?;
            let report = client.settlement().report(&MerchantId::new("4021")?, day, day).await?;
            let amount = report.batches.first().and_then(|batch| batch.sale_amount);
            Ok(Answered { debug: format!("{report:?}"), amount, meta: report.meta().clone() })
        })
    }

    /// An application has no amount. The card's number is that of the account.
    fn write(self, client: &Client, _: Amount) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let merchant = client.boarding().submit(&application_with(CARD_NUMBER)).await?;
            let (debug, meta) = (format!("{merchant:?}"), merchant.meta().clone());
            Ok(Answered { debug, amount: None, meta })
        })
    }

    fn knows(self, lost: &LostCall, _: Amount) -> bool {
        lost.detail("doingBusinessAs").is_some() && lost.detail("dbaAddress.zip").is_some()
    }

    fn read_reply(self, _: &str) -> Reply {
        Reply::json(200, format!(r#"{{"batchDetails":[{ITEM}],"chargebackDetails":[]}}"#))
    }

    fn list_reply(self) -> Reply {
        Reply::json(
            200,
            r#"{"batches":[{"batchId":31718216,"saleAmount":11.37}],"chargebacksReceived":[],
                "dbaName":"Lee's","mid":"4021"}"#,
        )
    }

    fn write_reply(self, _: &str) -> Reply {
        Reply::json(200, MERCHANT)
    }

    fn sparse_replies(self, _: &str) -> [Reply; 3] {
        [
            Reply::json(200, r#"{"batchDetails":[{}]}"#),
            Reply::json(200, r#"{"batches":[{}]}"#),
            Reply::json(200, r#"{"merchant":{}}"#),
        ]
    }

    fn strange_replies(self, _: &str, _: &str) -> [Reply; 3] {
        let mood = r#""mood":{"good":[1,{"x":null}]},"fees":[0.1,"0.2"],"#;
        let strange = |json: &str| json.replacen('{', &format!("{{{mood}"), 1);
        let item = strange(ITEM).replace("Capture", "Telepathy").replace("Visa", "Moonstone");
        [
            Reply::json(200, strange(&format!(r#"{{"batchDetails":[{item}]}}"#))),
            Reply::json(200, strange(r#"{"batches":[{"batchDate":"soon","batchId":[7]}]}"#)),
            Reply::json(200, strange(MERCHANT)),
        ]
    }

    fn misshapen_reads(self) -> Vec<String> {
        [
            r#"{"batchDetails":{}}"#,
            r#"{"batchDetails":"none"}"#,
            r#"{"batchDetails":[7]}"#,
            r#"{"batchDetails":[[]]}"#,
            r#"{"batchDetails":[{"transactionAmount":"a lot"}]}"#,
            r#"{"batchDetails":[{"transactionAmount":{"value":1}}]}"#,
            r#"{"chargebackDetails":[{"chargebackAmount":true}]}"#,
            r#"{"batchDetails":null}"#,
            r#"{"responseStatus":{}}"#,
            r#"{"batchDetails":[],"responseStatus":7}"#,
            r#"{"batches":[]}"#,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn unclear_writes(self, _: &str) -> Vec<String> {
        let with = |status: &str| {
            MERCHANT.replace(r#""responseStatus":{}"#, &format!(r#""responseStatus":{status}"#))
        };
        vec![
            r#"{"responseStatus":{}}"#.to_owned(),
            r#"{"links":[],"gatewayUsers":[]}"#.to_owned(),
            r#"{"merchant":"402100000000017"}"#.to_owned(),
            r#"{"merchant":null,"applicationUrl":""}"#.to_owned(),
            with("7"),
            with(r#"{"errorCode":"SomethingNew","message":"x"}"#),
            with(r#"{"errorCode":"429"}"#),
            with(r#"{"errors":[{"errorCode":"SomethingNew"}]}"#),
            with(r#"{"errorCode":418}"#),
        ]
    }

    /// None: see the suite.
    fn declines(self, _: &str) -> Vec<(&'static str, Reply)> {
        Vec::new()
    }

    fn attached_amount(self, _: &Error) -> Option<Amount> {
        None
    }

    /// An error that no document lists, so that the status decides.
    fn error_body(self, text: &str) -> String {
        error("SomethingNew", text)
    }

    fn more_secrets(self) -> Vec<String> {
        Vec::new()
    }
}

pub(super) const ITEM: &str = r#"{"transactionDate":"2021-10-18T14:05:06","transactionAmount":11.37,
    "batchId":31718216,"cardType":"Visa","transactionId":"T-1","transactionType":"Capture"}"#;

const MERCHANT: &str = r#"{"links":[],"applicationUrl":"https://apply.example/a/1",
    "gatewayUsers":[],"merchant":{"mid":"402100000000017"},"responseStatus":{},"terminalConfig":{}}"#;

fn error(code: &str, message: &str) -> String {
    json!({"responseStatus": {"errorCode": code, "message": message, "errors": []}}).to_string()
}
