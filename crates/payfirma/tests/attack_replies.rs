//! Answers made to mislead: none of them may turn a charge into a failure, a failure into a charge,
//! or show a secret.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "wire/canned.rs"]
mod canned;

use canned::Canned;
use payfirma::{
    Amount, Card, Client, CustomerId, Effect, Email, EncryptedCard, Error, HostedPage, InvoiceId,
    Method, Outcome, Reference, Refund, Sale, StoredCardSale, TransactionId,
};

const REFERENCE: &str = "order-1";

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

fn card() -> Card {
    let text = ("4111111111111111", "12/39", "595");
    Card::new(text.0.parse().unwrap(), text.1.parse().unwrap(), text.2.parse().unwrap())
}

fn sale() -> Sale {
    Sale::new(dollars("11.00"), card(), Reference::new(REFERENCE).unwrap())
}

async fn failed(status: u16, body: &str) -> Error {
    let client = Canned::answer(status, body).client();
    client.transactions().sale(&sale()).await.unwrap_err()
}

#[track_caller]
fn is_unknown(error: &Error, what: &str) {
    assert_eq!(error.outcome(), Outcome::Unknown, "{what}: {error}");
    assert!(!error.is_declined(), "{what}: {error}");
    assert!(error.lost_call().is_some(), "{what}: {error}");
}

#[tokio::test]
async fn an_approval_under_an_error_is_no_failure_however_it_is_wrapped() {
    for body in [
        r#"{"transaction_result":"APPROVED","transaction_success":true}"#,
        r#"[{"transaction_result":"APPROVED","transaction_success":true}]"#,
        r#"{"transaction":{"transaction_result":"APPROVED","amount":11}}"#,
        "\u{feff}{\"transaction_result\":\"APPROVED\"}",
        r#"{"transaction_result":"APPROVED","amo"#,
        r#"{"transaction_result":{"code":"APPROVED"},"error":"x"}"#,
        r#"{"transaction_result":"DECLINED","transaction_success":"true"}"#,
        r#"{"transaction_result":"DECLINED","transaction_success":true}"#,
        r#"{"transaction_result":"DECLINED","transaction_result":"APPROVED"}"#,
        r#"{"transaction_success":true,"error":"BAD_REQUEST"}"#,
    ] {
        for status in [400, 402, 404, 409, 422] {
            is_unknown(&failed(status, body).await, &format!("{status} {body}"));
        }
    }
}

#[tokio::test]
async fn a_decline_of_another_payment_says_nothing_of_this_one() {
    for other in [
        r#""amount":12,"invoice_id":"order-1""#,
        r#""amount":11,"invoice_id":"order-2""#,
        r#""amount":2.10"#,
    ] {
        for status in [200, 402, 400] {
            let body = format!(
                r#"{{"id":1,"transaction_result":"DECLINED","transaction_success":false,{other}}}"#
            );
            is_unknown(&failed(status, &body).await, &format!("{status} {body}"));
        }
    }
    let refund = Refund::new(
        TransactionId::new("7").unwrap(),
        dollars("5.00"),
        Reference::new(REFERENCE).unwrap(),
    );
    let body = r#"{"id":1,"transaction_result":"DECLINED","amount":6}"#;
    let client = Canned::answer(402, body).client();
    is_unknown(&client.transactions().refund(&refund).await.unwrap_err(), "refund");
}

#[tokio::test]
async fn a_decline_stays_one_with_little_in_it() {
    for body in [
        "",
        "{}",
        "Failed to authorize.",
        r#"{"error":"DECLINED","message":"no"}"#,
        r#"{"transaction_result":"DECLINED"}"#,
        r#"{"transaction_result":"DECLINED","transaction_success":false,"amount":11}"#,
        r#"{"transaction_result":"DECLINED","transaction_success":"false","amount":"11.0"}"#,
    ] {
        let error = failed(402, body).await;
        assert!(error.is_declined(), "{body}: {error}");
    }
}

#[tokio::test]
async fn an_approval_beside_an_error_is_not_believed() {
    for error in [
        r#""error":"DUPLICATE""#,
        r#""error":{"code":1}"#,
        r#""errors":[{"code":"E1","message":"no"}]"#,
        r#""errors":{"amount":["is wrong"]}"#,
    ] {
        let body = format!(r#"{{"id":1,"transaction_result":"APPROVED","amount":11,{error}}}"#);
        is_unknown(&failed(200, &body).await, &body);
    }
    for empty in ["null", "\"\"", "[]", "{}", "false"] {
        let body = format!(r#"{{"id":1,"transaction_result":"APPROVED","error":{empty}}}"#);
        let client = Canned::answer(200, body).client();
        client.transactions().sale(&sale()).await.unwrap();
    }
}

#[tokio::test]
async fn a_raw_write_is_no_success_unless_it_says_so() {
    for body in [
        r#"{"transaction_result":"FAILED"}"#,
        r#"{"transaction_result":"CANCELED","transaction_success":false}"#,
        r#"{"transaction_success":false}"#,
        r#"{"transaction_result":"DECLINED","transaction_success":true}"#,
        r#"{"transaction_result":"APPROVED","transaction_success":false}"#,
        "<html>We will be right back</html>",
        r#"{"error":{"code":"X"}}"#,
    ] {
        let client = Canned::answer(200, body).client();
        let raw = || client.raw(Effect::Once, Method::POST, "/transaction-service/sale");
        is_unknown(&raw().acknowledge().await.unwrap_err(), body);
        is_unknown(&raw().send::<serde_json::Value>().await.unwrap_err(), body);
    }
    for body in [
        r#"{"transaction_result":"APPROVED"}"#,
        r#"{"transaction_success":true}"#,
        r#"{"transaction_result":"PENDING","transaction_success":false}"#,
        "{}",
        "",
        "OK",
    ] {
        let client = Canned::answer(200, body).client();
        let raw = client.raw(Effect::Once, Method::POST, "/transaction-service/sale");
        raw.acknowledge().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_only_acknowledged_is_not_taken_from_a_page_or_an_error() {
    let id = InvoiceId::new("7").unwrap();
    let email: Email = "a@b.ca".parse().unwrap();
    for body in [
        "<!DOCTYPE html><html>We will be right back</html>",
        "\u{feff}<html>We will be right back</html>",
        r#"{"error":{"code":"X"}}"#,
        r#"{"error":true}"#,
        r#"{"errors":{"email":["is unknown"]}}"#,
        r#"{"errors":"is unknown"}"#,
    ] {
        let client = Canned::answer(200, body).client();
        is_unknown(&client.invoices().send_to(&id, &email).await.unwrap_err(), body);
    }
}

#[tokio::test]
async fn echoes_of_what_was_sent_are_masked() {
    let echoed = |error: &Error, secret: &str| {
        let meta = error.meta().unwrap();
        let body = String::from_utf8_lossy(meta.raw_body()).into_owned();
        for shown in [format!("{error}"), format!("{error:?}"), body] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
    };
    // A new card under a stored customer goes by the way out.
    let customer = CustomerId::new("c").unwrap();
    let stored = StoredCardSale::new(dollars("11"), customer)
        .extra("card_number", "4242424242424242")
        .unwrap();
    let body =
        r#"{"error":"BAD","message":"card 4242424242424242","card_number":"4242424242424242"}"#;
    let client = Canned::answer(400, body).client();
    echoed(&client.transactions().sale_stored(&stored).await.unwrap_err(), "4242424242424242");

    let token = "0a1b2c3d4e5f-encrypted";
    let encrypted = Sale::without_reference(dollars("11"), EncryptedCard::new(token));
    let body = format!(r#"{{"error":"BAD","message":"token {token}","token":"{token}"}}"#);
    let client = Canned::answer(400, body).client();
    echoed(&client.transactions().sale(&encrypted).await.unwrap_err(), token);

    let state = "s3cret-state-of-the-page";
    let page = HostedPage::without_reference(dollars("11"), payfirma::Currency::CAD, "shop.test")
        .state(state);
    assert!(!format!("{page:?} {:?}", page.expected()).contains(state));
    let query = format!("result=APPROVED&transaction_id=7&state={state}");
    let redirect = payfirma::HostedPageRedirect::parse(&query).unwrap();
    assert!(!format!("{redirect:?}").contains(state));
}

#[tokio::test]
async fn a_tax_has_no_more_decimals_than_the_currency() {
    let wire = Canned::answer(200, "{}");
    let client: Client = wire.builder().iframe_token("an-access-token").build().unwrap();
    let token = payfirma::PaymentToken::new("0123456789abcdef");
    let sale = Sale::without_reference(dollars("11"), token).amount_tax(dollars("0.999"));
    let error = client.transactions().sale(&sale).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.field_errors()[0].field, "amount_tax");
    assert!(wire.sent().is_empty());
}
