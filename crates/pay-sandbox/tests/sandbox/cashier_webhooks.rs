//! Cashier's webhooks: how they are written and signed, when they come, and that they really come.

use std::time::Duration;

use pay_sandbox::{
    Sandbox, Webhook, WebhookOutcome,
    cashier::{CashierHandle, switches::*},
};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use crate::{
    api::{NOW, call},
    cashier::{Shop, order},
    wire::request,
};

/// A second reading of the document: `JSON.stringify(data) + password`, SHA-1, upper case.
fn expected(signed: &str) -> String {
    let text = format!("{signed}spg_test_sandbox_signature_password");
    let digest = Sha1::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn statuses(webhooks: &[Webhook]) -> Vec<String> {
    let status = |webhook: &Webhook| {
        let json: Value = serde_json::from_str(&webhook.body).unwrap();
        json["status"].as_str().unwrap().to_owned()
    };
    webhooks.iter().map(status).collect()
}

#[test]
fn a_webhook_is_a_flat_object_of_strings_and_signed() {
    let shop = Shop::new();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11.5");
    let webhook = shop.sandbox.cashier().take_webhooks().remove(0);
    let id = shop.get("/transactions").json()[0]["transaction_id"].as_str().unwrap().to_owned();
    let body = format!(
        r#"{{"transaction_id":"{id}","user_id":"U123","tracking_id":"11.5","status":"successful","currency":"EUR","amount":"11.50","transaction_type":"deposit"}}"#
    );
    assert_eq!((&webhook.body, &webhook.about), (&body, &id));
    assert_eq!(webhook.header("x-signature"), Some(expected(&body).as_str()));
    assert_eq!(webhook.header("content-type"), Some("application/json"));
    assert!(shop.sandbox.cashier().take_webhooks().is_empty());
}

#[test]
fn bodies_and_signatures_take_other_forms() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    let webhook = || {
        shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
        cashier.take_webhooks().remove(0)
    };
    let compact = |body: &str| body.replace(['\n', ' '], "");
    for form in [WebhookBody::Pretty, WebhookBody::Spaced] {
        shop.sandbox.set(form);
        let webhook = webhook();
        assert!(webhook.body.contains(r#""currency": "EUR""#), "{}", webhook.body);
        assert_eq!(webhook.body.contains('\n'), form == WebhookBody::Pretty);
        let signature = expected(&compact(&webhook.body));
        assert_eq!(webhook.header("x-signature"), Some(signature.as_str()));
    }
    shop.sandbox.set(WebhookBody::Reordered);
    let reordered = webhook();
    assert!(reordered.body.starts_with(r#"{"transaction_type":"#));
    assert_eq!(reordered.header("x-signature"), Some(expected(&reordered.body).as_str()));

    shop.sandbox.set(WebhookBody::Escaped);
    let mut body = order("a/é", "11");
    body["request"]["user_id"] = json!("ü");
    let token = shop.post("/hosted", &body).field("token");
    cashier.complete_page(&token).unwrap();
    let escaped = cashier.take_webhooks().remove(0);
    assert!(escaped.body.contains(r#""user_id":"\u00fc","tracking_id":"a\/\u00e9""#));
    let signed = escaped.body.replace(r"\u00fc", "ü").replace(r"\/", "/").replace(r"\u00e9", "é");
    assert_eq!(escaped.header("x-signature"), Some(expected(&signed).as_str()));

    shop.sandbox.set(WebhookBody::Compact);
    shop.sandbox.set(WebhookHex::Lower);
    let lower = webhook();
    assert_eq!(lower.header("x-signature"), Some(expected(&lower.body).to_lowercase().as_str()));
    shop.sandbox.set(WebhookHex::Upper);
    shop.sandbox.set(WebhookSignature::Wrong);
    let wrong = webhook();
    let signature = wrong.header("x-signature").unwrap();
    assert!(signature.len() == 40 && signature != expected(&wrong.body));
    shop.sandbox.set(WebhookSignature::Absent);
    assert_eq!(webhook().header("x-signature"), None);
}

#[test]
fn pending_ones_come_for_withdrawals_or_as_switched() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    let both = || {
        shop.pay_out("11");
        cashier.approve_in_portal("11").unwrap();
        cashier.settle();
        let payout = statuses(&cashier.take_webhooks());
        let token = shop.post("/hosted", &order("a", "10")).field("token");
        cashier.complete_page(&token).unwrap();
        (payout, statuses(&cashier.take_webhooks()))
    };
    for (setting, payout, deposit) in [
        (WebhookPending::Withdrawals, &["pending", "successful"][..], &["rejected"][..]),
        (WebhookPending::All, &["pending", "successful"], &["pending", "rejected"]),
        (WebhookPending::Never, &["successful"], &["rejected"]),
    ] {
        shop.sandbox.set(setting);
        let got = both();
        assert_eq!(
            (got.0.as_slice(), got.1.as_slice()),
            (
                payout.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(),
                deposit.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(),
            ),
            "{setting:?}"
        );
    }
}

#[test]
fn they_come_twice_and_in_the_wrong_order_where_switched() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    shop.sandbox.set(WebhookCopies(2));
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    let copies = cashier.take_webhooks();
    assert_eq!(copies.len(), 3);
    assert!(
        copies.iter().all(|copy| copy.body == copies[0].body && copy.headers == copies[0].headers)
    );
    shop.sandbox.set(WebhookCopies(0));
    shop.sandbox.set(WebhookOrder::LatestFirst);
    shop.pay_out("13");
    assert!(cashier.take_webhooks().is_empty());
    cashier.reject_in_portal("13").unwrap();
    assert_eq!(statuses(&cashier.take_webhooks()), ["rejected", "pending"]);
    cashier.resend_webhook("13").unwrap();
    assert_eq!(statuses(&cashier.take_webhooks()), ["rejected"]);
    assert!(cashier.resend_webhook("nothing").is_err());
}

#[test]
fn a_test_that_plays_the_network_can_fail() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    shop.sandbox.set(WebhookAttempts(2));
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    let first = cashier.take_webhooks().remove(0);
    assert!(cashier.webhook_failed(first.serial, Some(500)));
    assert!(cashier.take_webhooks().is_empty());
    assert_eq!(shop.sandbox.next_event_ms(), Some(NOW + 1_000));
    shop.sandbox.advance(Duration::from_secs(1));
    let second = cashier.take_webhooks().remove(0);
    assert_eq!((second.serial, second.attempt, &second.body), (first.serial, 2, &first.body));
    assert!(!cashier.webhook_failed(second.serial, None));
    assert!(!cashier.webhook_failed(second.serial, None));
    let outcomes: Vec<_> =
        cashier.webhook_attempts().iter().map(|it| (it.attempt, it.outcome, it.again)).collect();
    assert_eq!(
        outcomes,
        [
            (1, WebhookOutcome::Taken, false),
            (1, WebhookOutcome::Answered(500), true),
            (2, WebhookOutcome::Taken, false),
            (2, WebhookOutcome::NoAnswer, false),
        ]
    );
}

/// A receiver that answers with these statuses, one each, then with 200; it hands on what came.
async fn receiver(statuses: &'static [u16]) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks?shop=1", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut statuses = statuses.iter();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            let mut buffer = [0; 4_096];
            while !text.ends_with('}') {
                let count = stream.read(&mut buffer).await.unwrap();
                text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
            let status = statuses.next().unwrap_or(&200);
            let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(reply.as_bytes()).await.unwrap();
            sender.send(text).unwrap();
        }
    });
    (url, receiver)
}

/// A card payment of 11 over the wire.
async fn pay(sandbox: &Sandbox) {
    let mut body = order("t-1", "11");
    body["request"]["routing_id"] = json!(210);
    body["card_details"] = json!({"holder_name": "J", "card_number": CashierHandle::FRICTIONLESS_CARD,
        "cvc": "444", "exp_month": "05", "exp_year": "2049"});
    let key = "X-Api-Key: sandbox-cashier-api-key\r\nConnection: close\r\n";
    let text = request("POST", "/cashier/s2s", None, &body.to_string(), key);
    let mut stream = crate::wire::connect(sandbox.address().unwrap()).await;
    stream.write_all(text.as_bytes()).await.unwrap();
    let reply = crate::wire::receive(&mut stream).await;
    assert_eq!(reply.status(), Some(200), "{}", reply.text());
}

async fn next(received: &mut mpsc::UnboundedReceiver<String>) -> String {
    tokio::time::timeout(Duration::from_secs(10), received.recv()).await.unwrap().unwrap()
}

/// Waits until that many attempts are known.
async fn attempts(sandbox: &Sandbox, count: usize) -> Vec<WebhookOutcome> {
    for _ in 0..500 {
        let attempts = sandbox.cashier().webhook_attempts();
        if attempts.len() >= count {
            return attempts.iter().map(|attempt| attempt.outcome).collect();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there were {:?}", sandbox.cashier().webhook_attempts());
}

#[tokio::test]
async fn they_are_sent_to_a_receiver() {
    let sandbox = Sandbox::start().await.unwrap();
    let (url, mut received) = receiver(&[]).await;
    sandbox.cashier().set_webhook_url(&url).unwrap();
    pay(&sandbox).await;
    let text = next(&mut received).await;
    assert!(text.starts_with("POST /hooks?shop=1 HTTP/1.1\r\nhost: 127.0.0.1:"), "{text}");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("x-signature: {}", expected(body))), "{text}");
    assert!(body.contains(r#""tracking_id":"t-1","status":"successful""#), "{text}");
    assert_eq!(attempts(&sandbox, 1).await, [WebhookOutcome::Answered(200)]);
    // It is not for taking, and it is not sent again.
    assert!(sandbox.cashier().take_webhooks().is_empty());
    assert_eq!(sandbox.next_event_ms(), None);
}

#[tokio::test]
async fn a_failing_receiver_gets_them_again_a_bounded_number_of_times() {
    let sandbox = Sandbox::builder().switch(WebhookRetry(20)).start().await.unwrap();
    let (url, mut received) = receiver(&[500, 302]).await;
    sandbox.cashier().set_webhook_url(&url).unwrap();
    pay(&sandbox).await;
    let first = next(&mut received).await;
    assert_eq!(next(&mut received).await, first);
    assert_eq!(next(&mut received).await, first);
    let answered = WebhookOutcome::Answered;
    assert_eq!(attempts(&sandbox, 3).await, [answered(500), answered(302), answered(200)]);

    // Nobody listens here, and nobody else gets the port.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind((std::net::Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = nobody.local_addr().unwrap();
    sandbox.cashier().set_webhook_url(&format!("http://{address}/")).unwrap();
    pay(&sandbox).await;
    let outcomes = attempts(&sandbox, 7).await;
    assert_eq!(outcomes[3..], [WebhookOutcome::NoAnswer; 4]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(sandbox.cashier().webhook_attempts().len(), 7);
}

#[tokio::test]
async fn on_a_clock_that_stands_the_next_attempt_waits_for_it() {
    let sandbox = Sandbox::builder().clock_stopped_at_ms(NOW).start().await.unwrap();
    let (url, mut received) = receiver(&[503]).await;
    sandbox.cashier().set_webhook_url(&url).unwrap();
    pay(&sandbox).await;
    next(&mut received).await;
    attempts(&sandbox, 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(sandbox.cashier().webhook_attempts().len(), 1);
    sandbox.advance(Duration::from_secs(1));
    next(&mut received).await;
}

#[tokio::test]
async fn what_time_decides_is_told_without_anybody_asking() {
    let sandbox = Sandbox::builder().switch(SettlesAfter(1)).start().await.unwrap();
    let (url, mut received) = receiver(&[]).await;
    let cashier = sandbox.cashier();
    cashier.set_webhook_url(&url).unwrap();
    let body = order("p-1", "11").to_string();
    let key = [("x-api-key", cashier.api_key())];
    call(&sandbox, "POST", "/cashier/payout", &key, &body).unwrap();
    cashier.approve_in_portal("p-1").unwrap();
    assert!(next(&mut received).await.contains("pending"));
    assert!(next(&mut received).await.contains("successful"));
}

#[test]
fn they_go_to_this_machine_only() {
    let cashier = Shop::new().sandbox.cashier();
    for url in ["http://example.com/", "https://127.0.0.1/", "http://10.0.0.1/", "127.0.0.1"] {
        assert!(cashier.set_webhook_url(url).is_err(), "{url}");
    }
    cashier.set_webhook_url("http://localhost:9/x").unwrap();
}

#[test]
fn without_sockets_those_with_a_url_are_for_taking_too() {
    let shop = Shop::new();
    let cashier = shop.sandbox.cashier();
    cashier.set_webhook_url("http://localhost:9/x").unwrap();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    let webhook = cashier.take_webhooks().remove(0);
    assert_eq!(webhook.url.as_deref(), Some("http://localhost:9/x"));
    let request = webhook.to_request();
    assert_eq!(request.uri().to_string(), "http://localhost:9/x");
    assert_eq!(request.headers()["x-signature"], expected(&webhook.body).as_str());
    assert!(!format!("{webhook:?}").contains(&expected(&webhook.body)));
    cashier.clear_webhook_url();
    shop.pay_by_card(CashierHandle::FRICTIONLESS_CARD, "11");
    assert_eq!(cashier.take_webhooks()[0].url, None);
}

#[test]
fn what_the_handle_does_can_be_done_over_http() {
    let shop = Shop::new();
    let admin = |method: &str, path: &str, body: &str| {
        call(&shop.sandbox, method, &format!("/_sandbox/cashier{path}"), &[], body).unwrap()
    };
    let token = |id: &str| shop.post("/hosted", &order(id, "11")).field("token");
    admin("POST", &format!("/page/{}/complete", token("a")), "").is(200, "successful");
    let other = format!("/page/{}/complete", token("b"));
    admin("POST", &other, r#"{"amount": "12.00"}"#).is(200, "rejected");
    admin("POST", &format!("/page/{}/give-up", token("c")), "").is(200, "rejected");
    shop.pay_out("11");
    shop.pay_out("13");
    admin("POST", "/approve/11", "").is(200, "pending");
    admin("POST", "/reject/13", "").is(200, "rejected");
    admin("POST", "/reject/13", "").is(400, "no pending payout");
    assert_eq!(admin("POST", "/settle", "").status, 204);
    shop.get("/transaction/11").is(200, "successful");
    assert_eq!(admin("POST", "/webhook-url", r#"{"url": "http://127.0.0.1:1/"}"#).status, 204);
    admin("POST", "/webhook-url", r#"{"url": "http://1.2.3.4/"}"#).is(400, "this machine");
    assert_eq!(admin("POST", "/webhook-url", r#"{"url": null}"#).status, 204);
    shop.sandbox.cashier().take_webhooks();
    admin("POST", "/resend-webhook/11", "").is(200, "successful");
    assert_eq!(shop.sandbox.cashier().take_webhooks().len(), 1);
    admin("GET", "/webhooks", "").is(200, r#""outcome":"taken""#);
    call(&shop.sandbox, "GET", "/_sandbox", &[], "").unwrap().is(200, "/_sandbox/cashier/settle");
}
