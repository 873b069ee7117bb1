use http::Method;
use payanywhere::{ErrorKind, InvoiceCustomer, NewInvoice, Outcome, Reference, Resolution};
use time::macros::datetime;

use crate::world::{HOST, World, amount, answer};

const CREATED: &str = r#"{"url":"https://pay.example.com/i/abc"}"#;

fn invoice() -> NewInvoice {
    let customer = InvoiceCustomer::new("Brandon", "Stark");
    let number = Reference::new("INV-1042").unwrap();
    NewInvoice::new(amount("200"), customer, "Consulting", number)
}

#[tokio::test]
async fn an_invoice_has_its_amount_as_a_number_and_gives_a_page() {
    let world = World::logged_in([answer(201, CREATED)]);
    let customer = InvoiceCustomer::new("Brandon", "Stark")
        .email("brandon@stark.com".parse().unwrap())
        .phone("2485551234");
    let number = Reference::new("INV-1042").unwrap();
    let full = NewInvoice::new(amount("200.5"), customer, "Consulting", number)
        .description("Two days")
        .due_date("2026-03-31")
        .send_date(datetime!(2026-03-01 13:00 +1))
        .tax_rate(amount("0.0725"))
        .service_fee_enabled(true)
        .qrcode(true)
        .invoice_extra("memo", "x")
        .unwrap()
        .extra("notify", false)
        .unwrap();
    let created = world.client.invoices().create(&full).await.unwrap();
    assert_eq!(created.url, "https://pay.example.com/i/abc");
    let sent = world.only();
    assert_eq!(sent.method(), Method::POST);
    assert_eq!(sent.uri().to_string(), format!("{HOST}/accounts/4711/invoices"));
    assert_eq!(
        sent.body(),
        r#"{"type":"ondemand","qrcode":true,"invoice":{"customer":{"first_name":"Brandon","last_name":"Stark","email":"brandon@stark.com","phone":"2485551234"},"name":"Consulting","description":"Two days","number":"INV-1042","due_date":"2026-03-31","send_date":"2026-03-01T12:00:00Z","amount":200.50,"tax_rate":0.0725,"service_fee_enabled":true,"memo":"x"},"notify":false}"#
    );
}

#[tokio::test]
async fn a_plain_invoice_says_what_a_public_client_always_says() {
    let world = World::logged_in([answer(200, CREATED)]);
    world.client.invoices().create(&invoice()).await.unwrap();
    assert_eq!(
        world.only().body(),
        r#"{"type":"ondemand","qrcode":false,"invoice":{"customer":{"first_name":"Brandon","last_name":"Stark"},"name":"Consulting","number":"INV-1042","amount":200.00,"service_fee_enabled":false}}"#
    );
}

#[tokio::test]
async fn without_a_safe_page_it_is_unknown_and_nothing_finds_it() {
    for body in [
        "{}",
        r#"{"url":null}"#,
        r#"{"url":""}"#,
        r#"{"url":"http://pay.example.com/"}"#,
        r#"{"url":"javascript:alert(1)"}"#,
        r#"{"message":"no"}"#,
        r#"["https://pay.example.com/"]"#,
    ] {
        let world = World::logged_in([answer(200, body)]);
        let error = world.client.invoices().create(&invoice()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Unknown));
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.reference().unwrap().as_str(), "INV-1042");
        assert_eq!(world.client.resolve(lost).await.unwrap(), Resolution::Unsupported);
        world.only();
    }
}

#[tokio::test]
async fn another_amount_took_effect_and_another_number_is_another_invoice() {
    for (field, outcome) in
        [(r#""amount":2000"#, Outcome::Applied), (r#""number":"INV-1""#, Outcome::Unknown)]
    {
        let body = format!(r#"{{"url":"https://pay.example.com/i/abc",{field}}}"#);
        let world = World::logged_in([answer(200, body)]);
        let error = world.client.invoices().create(&invoice()).await.unwrap_err();
        assert!(error.is_contradiction());
        assert_eq!(error.outcome(), outcome);
    }
    let same = r#"{"url":"https://pay.example.com/i/abc","amount":"200.0","number":"INV-1042"}"#;
    let world = World::logged_in([answer(200, same)]);
    world.client.invoices().create(&invoice()).await.unwrap();
}

#[tokio::test]
async fn what_is_wrong_is_not_sent() {
    let world = World::new([]);
    for (new, field) in [
        (invoice().description(""), "invoice.description"),
        (invoice().extra("type", "x").unwrap(), "type"),
        (invoice().invoice_extra("number", "x").unwrap(), "invoice.number"),
    ] {
        let error = world.client.invoices().create(&new).await.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.field_errors()[0].field, field);
    }
    assert!(world.sent().is_empty());
}
