//! NumeroPay as the scenarios see it.

use numeropay::{
    Client, Currency, Environment, NewPayment, Payment, PaymentFilter, PaymentId, Reference,
};
use pay_core::{Amount, Connection, Error, Response};
use serde_json::json;

use super::{
    NumeroPay,
    client::{KEY_ID, MERCHANT},
};
use crate::{
    server::{Reply, Seen},
    subject::{Answered, BaseUrls, CLIENT_SECRET, Subject, Told},
};

const REFERENCE: &str = "order-1042";

impl Subject for NumeroPay {
    type Client = Client;

    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Client, Error> {
        // There is one host; what is asked of both is asked of it.
        Environment::custom(&base_urls.auth)?;
        Client::builder(Environment::custom(&base_urls.gateway)?)
            .merchant(MERCHANT)
            .key_id(KEY_ID)
            .key_secret(CLIENT_SECRET)
            .scopes(["YOUR", "SCOPES"])
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
        let (client, id) = (client.clone(), PaymentId::new(id));
        Box::pin(async move { client.payments().get(&id?).await.map(answered) })
    }

    fn list(self, client: &Client) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let page = client.payments().list(&PaymentFilter::new().limit(10)).await?;
            let amount = page.items.first().and_then(|payment| payment.amount);
            Ok(Answered { debug: format!("{page:?}"), amount, meta: page.meta().clone() })
        })
    }

    fn write(self, client: &Client, amount: Amount) -> Told {
        let client = client.clone();
        let reference = Reference::new(REFERENCE).unwrap();
        let new = NewPayment::new(amount, Currency::AUD, "Infinity Group", reference);
        Box::pin(async move { client.payments().create(&new).await.map(answered) })
    }

    fn read_reply(self, id: &str) -> Reply {
        success(&payment(id, AMOUNT))
    }

    fn list_reply(self) -> Reply {
        success(&format!("[{}]", payment("5CD0RGCKJ", AMOUNT)))
    }

    fn write_reply(self, amount: &str) -> Reply {
        success(&payment("5CD0RGCKJ", amount))
    }

    fn sparse_replies(self, id: &str) -> [Reply; 3] {
        let sparse = format!(r#"{{"id":"{id}"}}"#);
        [success(&sparse), success(&format!("[{sparse}]")), success(&sparse)]
    }

    fn strange_replies(self, id: &str, amount: &str) -> [Reply; 3] {
        let strange = |id: &str| {
            let mood = r#""mood":{"good":[1,{"x":null}]},"fees":[0.1,"0.2"],"#;
            payment(id, amount)
                .replace(r#""state":0"#, r#""state":"UNDER_REVIEW""#)
                .replace(r#""channel":1"#, r#""channel":"TELEPATHY""#)
                .replacen('{', &format!("{{{mood}"), 1)
        };
        let unwrapped = [strange(id), format!("[{}]", strange(id)), strange("5CD0RGCKJ")];
        unwrapped.map(|data| {
            Reply::json(200, format!(r#"{{"weather":"fine","success":true,"data":{data}}}"#))
        })
    }

    fn misshapen_reads(self) -> Vec<String> {
        let data = [
            r#"{"id":{}}"#,
            r#"{"id":["3039875"]}"#,
            r#"{"id":null,"amount":1}"#,
            r#"{"id":"3039875","amount":"a lot"}"#,
            r#"{"id":"3039875","amount":{"value":1}}"#,
            r#"{"id":"3039875","amount":true}"#,
            r#"{"amount":1}"#,
            r#"["3039875"]"#,
            r#"[{"id":"3039875"}]"#,
            "null",
            "7",
        ];
        data.iter()
            .map(|data| format!(r#"{{"success":true,"data":{data}}}"#))
            .chain([r#"{"id":"3039875"}"#.to_owned(), r#"{"success":true}"#.to_owned()])
            .collect()
    }

    fn unclear_writes(self, amount: &str) -> Vec<String> {
        let data = payment("5CD0RGCKJ", amount);
        let error = r#"{"code":400,"message":"x","name":"BAD_REQUEST"}"#;
        [
            format!(r#"{{"data":{data}}}"#),
            format!(r#"{{"success":"true","data":{data}}}"#),
            format!(r#"{{"success":1,"data":{data}}}"#),
            format!(r#"{{"success":null,"data":{data}}}"#),
            format!(r#"{{"success":true,"data":{data},"error":{error}}}"#),
            format!(r#"{{"success":false,"data":{data}}}"#),
            format!(r#"{{"success":false,"data":{data},"error":{error}}}"#),
            format!(r#"{{"success":true,"success":false,"data":{data}}}"#),
            format!(r#"[true,{data}]"#),
            r#"{"success":true}"#.to_owned(),
            r#"{"success":false}"#.to_owned(),
            r#"{"success":false,"error":{"code":500,"name":"SYSTEM_ERROR"}}"#.to_owned(),
            r#"{"success":false,"error":{"code":418,"name":"TEAPOT"}}"#.to_owned(),
            format!(r#"{{"success":true,"data":{}}}"#, data.replace(":0,", ":\"CANCELED\",")),
        ]
        .to_vec()
    }

    /// None: see the suite.
    fn declines(self, _: &str) -> Vec<(&'static str, Reply)> {
        Vec::new()
    }

    fn attached_amount(self, error: &Error) -> Option<Amount> {
        error.body::<Payment>()?.amount
    }

    /// An error that no document lists, so that the status decides.
    fn error_body(self, text: &str) -> String {
        json!({"success": false, "error": {"code": 418, "message": text, "name": "TEAPOT"}})
            .to_string()
    }

    fn more_secrets(self) -> Vec<String> {
        Vec::new()
    }
}

const AMOUNT: &str = "11.37";

fn success(data: &str) -> Reply {
    Reply::json(200, format!(r#"{{"data":{data},"success":true}}"#))
}

/// The fields of the document's sample.
fn payment(id: &str, amount: &str) -> String {
    format!(
        r#"{{"id":"{id}","merchant":"{MERCHANT}","businessName":"Infinity Group","channel":1,"amount":{amount},"currency":"aud","description":"[{REFERENCE}]","structure":{{}},"state":0,"createdOn":"2026-03-01T12:00:00.328Z","updatedOn":"2026-03-01T12:00:00.328Z","ipAddress":"120.19.86.103"}}"#
    )
}

fn answered(response: Response<Payment>) -> Answered {
    let (debug, amount) = (format!("{response:?}"), response.amount);
    Answered { debug, amount, meta: response.meta().clone() }
}
