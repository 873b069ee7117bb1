//! Payfirma as the scenarios see it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use pay_core::{Amount, Connection, Error, Response};
use payfirma::{
    Card, Client, Environment, Reference, Sale, Transaction, TransactionFilter, TransactionId,
};
use serde_json::{Value, json};

use super::Payfirma;
use crate::{
    server::{Reply, Seen},
    subject::{Answered, BaseUrls, CARD_NUMBER, CLIENT_SECRET, CVV, Subject, Told},
};

const CLIENT_ID: &str = "client-id-0f-the-c0ntract";
const REFERENCE: &str = "order-1042";

impl Subject for Payfirma {
    type Client = Client;

    fn client(self, base_urls: &BaseUrls, connection: Connection) -> Result<Client, Error> {
        let environment = Environment::custom(&base_urls.auth, &base_urls.gateway)?;
        Client::builder(environment)
            .client_credentials(CLIENT_ID, CLIENT_SECRET)
            .connection(connection)
            .build()
    }

    fn is_login(self, request: &Seen) -> bool {
        request.path() == "/oauth/token"
    }

    fn login_reply(self, token: &str, seconds: u64) -> Reply {
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "merchant_id": "01234abcde",
            "scope": "invoice ecom",
        });
        Reply::json(200, body.to_string())
    }

    fn login_refused(self) -> Reply {
        let body = json!({"error": "invalid_client", "error_description": "Bad credentials"});
        Reply::json(401, body.to_string())
    }

    fn read(self, client: &Client, id: &str) -> Told {
        let (client, id) = (client.clone(), TransactionId::new(id));
        Box::pin(async move { client.transactions().get(&id?).await.map(answered) })
    }

    fn list(self, client: &Client) -> Told {
        let client = client.clone();
        Box::pin(async move {
            let page = client.transactions().list(&TransactionFilter::new().limit(10)).await?;
            let amount = page.items.first().and_then(|transaction| transaction.amount);
            Ok(Answered { debug: format!("{page:?}"), amount, meta: page.meta().clone() })
        })
    }

    fn write(self, client: &Client, amount: Amount) -> Told {
        let client = client.clone();
        let card =
            Card::new(CARD_NUMBER.parse().unwrap(), "11/34".parse().unwrap(), CVV.parse().unwrap());
        let sale = Sale::new(amount, card, Reference::new(REFERENCE).unwrap());
        Box::pin(async move { client.transactions().sale(&sale).await.map(answered) })
    }

    fn read_reply(self, id: &str) -> Reply {
        Reply::json(200, transaction(id, AMOUNT))
    }

    fn list_reply(self) -> Reply {
        let item = transaction("3039875", AMOUNT);
        let body = format!(
            r#"{{"entities":[{item}],"paging":{{"cursors":{{"before":"b1","after":"a1"}}}}}}"#
        );
        Reply::json(200, body)
    }

    fn write_reply(self, amount: &str) -> Reply {
        Reply::json(200, transaction("3039876", amount))
    }

    fn sparse_replies(self, id: &str) -> [Reply; 3] {
        [
            format!(r#"{{"id":{id}}}"#),
            format!(r#"{{"entities":[{{"id":{id}}}]}}"#),
            r#"{"id":3039876,"transaction_result":"APPROVED"}"#.to_owned(),
        ]
        .map(|body| Reply::json(200, body))
    }

    fn strange_replies(self, id: &str, amount: &str) -> [Reply; 3] {
        let strange = |id: &str| {
            let mut transaction: Value = serde_json::from_str(&transaction(id, "1")).unwrap();
            let fields = transaction.as_object_mut().unwrap();
            fields.insert("transaction_type".to_owned(), json!("TELEPORT"));
            fields.insert("transaction_source".to_owned(), json!("SMART_FRIDGE"));
            fields.insert("card_type".to_owned(), json!("Moonstone"));
            fields.insert("avs".to_owned(), json!({"code": "Y", "deep": [1, {"x": null}]}));
            fields.insert("fees".to_owned(), json!([0.1, "0.2"]));
            // As text, so that the amount is what it was.
            transaction.to_string().replace("\"amount\":1,", &format!("\"amount\":{amount},"))
        };
        let read = strange(id).replace("APPROVED", "UNDER_REVIEW");
        let list = format!(r#"{{"entities":[{read}],"total":1,"paging":{{"pages":[1]}}}}"#);
        [read, list, strange("3039876")].map(|body| Reply::json(200, body))
    }

    fn misshapen_reads(self) -> Vec<String> {
        [
            r#"{"id":{}}"#,
            r#"{"id":[3039875]}"#,
            r#"{"id":null,"amount":1}"#,
            r#"{"id":3039875,"amount":"a lot"}"#,
            r#"{"id":3039875,"amount":{"value":1}}"#,
            r#"{"id":3039875,"amount":true}"#,
            r#"{"id":3039875,"transaction_success":"maybe"}"#,
            r#"{"transaction_id":"62lY3jxBKrRk6yo1RkXN"}"#,
            r#"[{"id":3039875}]"#,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn unclear_writes(self, amount: &str) -> Vec<String> {
        let rest = format!(r#""id":3039876,"amount":{amount}"#);
        [
            "",
            r#","transaction_result":"UNDER_REVIEW""#,
            r#","transaction_result":"PENDING""#,
            r#","transaction_result":"PENDING","transaction_success":true"#,
            r#","transaction_result":"UNDER_REVIEW","transaction_success":true"#,
            r#","transaction_result":"APPROVED","transaction_success":false"#,
            r#","transaction_result":"DECLINED","transaction_success":true"#,
            r#","transaction_success":false"#,
            r#","transaction_result":7"#,
            r#","transaction_result":"approved!""#,
        ]
        .map(|verdict| format!("{{{rest}{verdict}}}"))
        .into_iter()
        .chain([r#"{"error":"INTERNAL","message":"under 200"}"#.to_owned()])
        .collect()
    }

    fn declines(self, amount: &str) -> Vec<(&'static str, Reply)> {
        let object = transaction("3039876", amount)
            .replace("APPROVED", "DECLINED")
            .replace("\"transaction_success\":true", "\"transaction_success\":false");
        let message = r#"{"error":"PAYMENT_FAILED","message":"Failed to authorize."}"#;
        let errors = r#"{"errors":[{"code":"PAYMENT_FAILED","message":"Failed to authorize."}]}"#;
        vec![
            ("402 with the object", Reply::json(402, &*object)),
            ("402 with a message", Reply::json(402, message)),
            ("402 with a list of errors", Reply::json(402, errors)),
            ("200 with the object", Reply::json(200, &*object)),
            ("201 with the object", Reply::json(201, &*object)),
            ("400 with the object", Reply::json(400, object)),
        ]
    }

    fn attached_amount(self, error: &Error) -> Option<Amount> {
        error.body::<Transaction>()?.amount
    }

    fn error_body(self, text: &str) -> String {
        json!({"error": "SOME_CODE", "message": text}).to_string()
    }

    fn more_secrets(self) -> Vec<String> {
        let basic = BASE64_STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        vec![basic, BASE64_STANDARD.encode(CLIENT_SECRET).trim_end_matches('=').to_owned()]
    }
}

const AMOUNT: &str = "11.37";

/// The fields of the card terminal's samples, and those that clients report.
fn transaction(id: &str, amount: &str) -> String {
    format!(
        r#"{{"id":{id},"transaction_id":"62lY3jxBKrRk6yo1RkXN","transaction_type":"SALE","transaction_success":true,"transaction_result":"APPROVED","transaction_message":"Approved","transaction_time":1551297351000,"transaction_source":"E_COMMERCE","amount":{amount},"card_type":"Visa","card_suffix":"4242","card_expiry":"11/34","invoice_id":"{REFERENCE}","user_id":7,"processor_auth_code":"T123  "}}"#
    )
}

fn answered(response: Response<Transaction>) -> Answered {
    let (debug, amount) = (format!("{response:?}"), response.amount);
    Answered { debug, amount, meta: response.meta().clone() }
}
