//! The hosted payment page.

use crate::api::{Api, Reply};

fn init(api: &Api, body: &str) -> Reply {
    let token = api.sandbox.payfirma().hosted_page_token();
    api.send("POST", "/payfirma/gateway/merchant-service/hpp/init", Some(token), body).unwrap()
}

const PAGE: &str = r#"{"amount": 10, "tax": 0.75, "shipping_charge": "0.50", "currency": "CAD",
    "domain": "shop.example", "state": "s 1", "custom_id": "c&1", "email": "a@b.c",
    "billing_address": "{\"city\": \"Vancouver\", \"postalCode\": \"V6E1B2\"}"}"#;

#[test]
fn a_payer_pays_and_comes_back() {
    let api = Api::new();
    // 10 + 0.75 + 0.50 is 11.25: it is the total that counts.
    let url = init(&api, PAGE).field("url");
    let path = url.strip_prefix(&api.sandbox.base_url()).unwrap();
    let reply = api.send("GET", path, None, "").unwrap();
    assert_eq!(reply.status, 302);
    let location = reply.headers["location"].to_str().unwrap();
    let query = location.strip_prefix("https://shop.example/payment-result?").unwrap();
    let value = |name: &str| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.unwrap().to_owned()
    };
    assert_eq!(value("result"), "APPROVED");
    assert_eq!((value("state"), value("custom_id")), ("s%201".into(), "c%261".into()));

    // In the redirect the number is called transaction_id, the hash lookup_id.
    let path = format!("/transaction-service/transaction/{}", value("transaction_id"));
    let read = api.get(&path);
    read.is(200, r#""amount":11.25,"amount_tax":0.75"#);
    assert_eq!(read.field("transaction_id"), value("lookup_id"));
    assert_eq!(read.field("custom_id"), "c&1");
    assert!(api.sandbox.payfirma().complete_hosted_page(&url).is_err());
}

#[test]
fn the_amount_decides_unless_the_payer_cancels() {
    let api = Api::new();
    let payfirma = api.sandbox.payfirma();
    let url = init(&api, PAGE).field("url");
    assert!(payfirma.complete_hosted_page(&url).unwrap().contains("result=APPROVED"));
    let page = PAGE.replace("\"amount\": 10", "\"amount\": 9");
    let url = init(&api, &page).field("url");
    assert!(payfirma.complete_hosted_page(&url).unwrap().contains("result=DECLINED"));
    let url = init(&api, PAGE).field("url");
    let location = payfirma.cancel_hosted_page(&url).unwrap();
    assert_eq!(
        location,
        "https://shop.example/payment-result?result=CANCELED&state=s%201&custom_id=c%261"
    );
    let ledger = api.sandbox.ledger();
    assert_eq!((ledger.count("sale"), ledger.count("sale_declined")), (1, 1));
    let pages = ledger.effects_of("hosted_page_created");
    assert_eq!(pages.len(), 3);
    assert!(pages.iter().all(|page| page.custom_id.as_deref() == Some("c&1")));
    // What the payer will pay, with tax and shipping.
    assert_eq!(pages[0].amount, "11.25".parse().ok());
    assert!(url.ends_with(&pages[2].id));
}

#[test]
fn what_a_page_needs() {
    let api = Api::new();
    init(&api, r#"{"currency": "CAD", "domain": "d"}"#).is(400, "amount");
    init(&api, r#"{"amount": 1, "domain": "d"}"#).is(400, "currency");
    init(&api, r#"{"amount": 1, "currency": "CAD"}"#).is(400, "domain");
    let object = r#"{"amount": 1, "currency": "CAD", "domain": "d", "billing_address": "x"}"#;
    init(&api, object).is(400, "billing_address");
    let path = "/merchant-service/hpp/init";
    assert_eq!(api.post(path, PAGE).status, 401);
}
