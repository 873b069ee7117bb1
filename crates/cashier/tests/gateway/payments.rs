use cashier::{
    CardPayment, CardPaymentState, DirectPayment, Effect, ErrorKind, HostedCheckout, Method, Mode,
    Order, Outcome, Reference, Routes, Settings, Theme, Transaction,
};

use time::OffsetDateTime;

use crate::script::{KEY, Script, bare_order, card_payment, order};

const CUSTOMER: &str = r#""customer":{"max_deposit_limit":1000,"first_name":"John","last_name":"Doe","kyc_status":"passed","email":"user@example.com","zip_code":"12345","address":"123 Main Street","city":"New York","dob":"05/03/2000","country_code":"GB","phone":{"country":"GB","number":783433252,"prefix":44}}"#;

#[tokio::test]
async fn a_hosted_checkout_is_sent_as_the_sample_and_gives_the_token() {
    let script = Script::default()
        .answer(200, r#"{"token": "Mtg4OakI0YSGdHPY1y4vUnGLOaMxnJJZ9BX09LQ1u3yft0OY81"}"#);
    let checkout = HostedCheckout::new(order())
        .theme(Theme::Dark)
        .amount_restricted(true)
        .max_deposit_limit("1000".parse().unwrap());
    let token = script.sandbox().payments().hosted(&checkout).await.unwrap();
    assert_eq!(token.token.expose(), "Mtg4OakI0YSGdHPY1y4vUnGLOaMxnJJZ9BX09LQ1u3yft0OY81");
    assert!(!format!("{token:?}").contains("Mtg4"));
    let sent = &script.sent()[0];
    assert_eq!(sent.line, "POST https://gateway.test/api/hosted");
    assert_eq!(sent.api_key.as_deref(), Some(KEY));
    assert_eq!(
        sent.body,
        format!(
            r#"{{"request":{{"mode":"test","theme":"dark","settings":{{}},"user_id":"128","tracking_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","ip":"127.34.125.54","amount":10.05,"currency":"EUR","amount_restricted":true,{CUSTOMER}}}}}"#
        )
    );
}

#[tokio::test]
async fn a_direct_payment_is_sent_as_the_sample_and_gives_whatever_json_comes() {
    let script = Script::default().answer(200, r#"{"url":"https://pay.test/1","x":1.10}"#);
    let payment = DirectPayment::new(order(), 210).max_deposit_limit("1000".parse().unwrap());
    let reply = script.sandbox().payments().direct(&payment).await.unwrap();
    assert_eq!(reply.as_json(), r#"{"url":"https://pay.test/1","x":1.10}"#);
    assert_eq!(reply.status(), None);
    let decoded: std::collections::BTreeMap<String, serde_json::Value> = reply.decode().unwrap();
    assert_eq!(decoded["url"], "https://pay.test/1");
    assert!(!format!("{reply:?}").contains("pay.test"));
    assert_eq!(
        script.sent()[0].body,
        format!(
            r#"{{"request":{{"mode":"test","provider_id":210,"settings":{{}},"user_id":"128","tracking_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","ip":"127.34.125.54","amount":10.05,"currency":"EUR",{CUSTOMER}}}}}"#
        )
    );
}

#[tokio::test]
async fn a_direct_payment_may_be_answered_with_a_message_beside_its_page() {
    for body in [
        r#"{"url":"https://pay.test/1","message":"go there"}"#,
        r#"{"token":"Mtg4Oa","message":"go there"}"#,
        r#"{"transaction_status":"pending","message":"wait"}"#,
        r#"{"redirect":"https://pay.test/1"}"#,
    ] {
        let script = Script::default().answer(200, body);
        let payment = DirectPayment::new(bare_order(), 210);
        let reply = script.sandbox().payments().direct(&payment).await.unwrap();
        assert_eq!(reply.as_json(), body);
    }
}

#[tokio::test]
async fn a_direct_payment_that_is_rejected_or_not_understood_is_an_error() {
    for (body, declined) in [
        (r#"{"transaction_status":"rejected","error":"no"}"#, true),
        (r#"{"transaction_status":"on_hold"}"#, false),
        (r#"{"error":"no such provider"}"#, false),
        (r#"{"message":"no such provider"}"#, false),
        (r#"{"message":"no","errors":{"provider_id":["unknown"]}}"#, false),
        ("[]", false),
        ("null", false),
        ("", false),
        ("<html>", false),
    ] {
        let script = Script::default().answer(200, body);
        let payment = DirectPayment::new(bare_order(), 210);
        let error = script.sandbox().payments().direct(&payment).await.unwrap_err();
        assert_eq!(error.is_declined(), declined, "{body}");
        if !declined {
            assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        }
    }
}

#[tokio::test]
async fn a_card_payment_is_sent_with_the_card_beside_the_request() {
    let script =
        Script::default().answer(200, r#"{"url": "{{url}}", "transaction_status": "pending"}"#);
    let payment = card_payment();
    let state = script.sandbox().payments().card(&payment).await.unwrap();
    let CardPaymentState::Redirect { url } = state.into_inner() else { panic!() };
    assert_eq!(url.as_str(), "{{url}}");
    assert_eq!(
        script.sent()[0].body,
        r#"{"request":{"mode":"test","routing_id":210,"settings":{},"user_id":"128","tracking_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","amount":10.05,"currency":"EUR"},"card_details":{"holder_name":"John Doe","card_number":"4111111111111111","cvc":"444","exp_month":"05","exp_year":"2039"}}"#
    );
    let shown = format!("{payment:?}");
    for secret in ["4111111111111111", "444", "2039"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn each_answer_to_a_card_payment_has_one_meaning() {
    let redirect = || CardPaymentState::Redirect { url: "https://3ds.test/?s=1".into() };
    for (body, expected) in [
        (r#"{"url":"https://3ds.test/?s=1","transaction_status":"pending"}"#, redirect()),
        // A payment that waits for its payer is not paid, whatever else is said.
        (r#"{"url":"https://3ds.test/?s=1","transaction_status":"successful"}"#, redirect()),
        (r#"{"url":"https://3ds.test/?s=1"}"#, redirect()),
        (r#"{"url":"","transaction_status":"pending"}"#, CardPaymentState::Pending),
        (r#"{"url":null,"transaction_status":"pending","error":null}"#, CardPaymentState::Pending),
        (
            r#"{"transaction_status":"successful","new":{"a":[]},"token":7,"amount":{}}"#,
            CardPaymentState::Successful,
        ),
        (
            r#"{"transaction_status":"successful","amount":"10.050","currency":"EUR"}"#,
            CardPaymentState::Successful,
        ),
    ] {
        let script = Script::default().answer(200, body);
        let state = script.sandbox().payments().card(&card_payment()).await;
        assert_eq!(state.unwrap().into_inner(), expected, "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_understood_is_an_unknown_outcome() {
    for body in [
        "",
        "{}",
        "null",
        "[]",
        "true",
        "<html>",
        r#"{"url":""}"#,
        r#"{"transaction_status":""}"#,
        r#"{"transaction_status":"approved"}"#,
        r#"{"transaction_status":"SUCCESSFUL"}"#,
        r#"{"url":"https://3ds.test","transaction_status":"failed"}"#,
        r#"{"transaction_status":true}"#,
        r#"{"url":{"href":"https://3ds.test"},"transaction_status":"pending"}"#,
        r#"{"transaction_status":"successful","error":"Insufficient funds"}"#,
        r#"{"transaction_status":"pending","error":{"code":7}}"#,
        r#"{"transaction_status":"rejected","tracking_id":"another"}"#,
    ] {
        let script = Script::default().answer(200, body);
        let error = script.sandbox().payments().card(&card_payment()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}: {error}");
        assert!(!error.is_declined(), "{body}");
        assert!(error.lost_call().is_some(), "{body}");
        assert_eq!(script.sent().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_rejected_card_payment_is_a_decline_with_the_providers_words() {
    for (status, body, code, message) in [
        (
            200,
            r#"{"url":"","transaction_status":"rejected","error":"Insufficient funds"}"#,
            None,
            "Insufficient funds",
        ),
        (
            200,
            r#"{"transaction_status":"rejected","error":{"code":51,"message":"No money"}}"#,
            Some("51"),
            "No money",
        ),
        (
            400,
            r#"{"transaction_status":"rejected","error":"DECLINED"}"#,
            Some("DECLINED"),
            "DECLINED",
        ),
        (402, r#"{"transaction_status":"rejected"}"#, None, ""),
    ] {
        let script = Script::default().answer(status, body);
        let error = script.sandbox().payments().card(&card_payment()).await.unwrap_err();
        assert!(error.is_declined(), "{body}: {error:?}");
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!((error.code(), error.message()), (code, message));
        let declined: Transaction = error.body().unwrap();
        assert_eq!(declined.status.as_str(), "rejected");
        assert_eq!(error.meta().unwrap().request_id(), Some("req-1"));
    }
}

#[tokio::test]
async fn an_answer_that_contradicts_the_request_says_so() {
    for (body, outcome) in [
        (r#"{"transaction_status":"successful","amount":10.06}"#, Outcome::Applied),
        (r#"{"transaction_status":"successful","currency":"GBP"}"#, Outcome::Applied),
        // Another payment's answer says nothing of this one.
        (r#"{"transaction_status":"pending","tracking_id":"another"}"#, Outcome::Unknown),
    ] {
        let script = Script::default().answer(200, body);
        let error = script.sandbox().payments().card(&card_payment()).await.unwrap_err();
        assert!(error.is_contradiction(), "{body}: {error:?}");
        assert_eq!(error.outcome(), outcome);
        assert!(error.body::<Transaction>().is_some());
    }
}

#[tokio::test]
async fn statuses_of_http_mean_what_the_document_says_and_no_more() {
    for (status, outcome, kind) in [
        (400, Outcome::Refused, ErrorKind::Invalid),
        (401, Outcome::Refused, ErrorKind::Unauthorized),
        (403, Outcome::Refused, ErrorKind::Forbidden),
        (404, Outcome::Refused, ErrorKind::NotFound),
        (422, Outcome::Refused, ErrorKind::Invalid),
        (402, Outcome::Unknown, ErrorKind::Refused),
        (409, Outcome::Unknown, ErrorKind::Refused),
        (429, Outcome::Unknown, ErrorKind::RateLimited),
        (500, Outcome::Unknown, ErrorKind::ProviderFault),
        (503, Outcome::Unknown, ErrorKind::ProviderFault),
        (302, Outcome::Unknown, ErrorKind::Refused),
    ] {
        let script = Script::default().answer(status, r#"{"message":"for a ticket"}"#);
        let error = script.sandbox().payments().card(&card_payment()).await.unwrap_err();
        assert_eq!((error.outcome(), error.kind()), (outcome, kind), "{status}: {error}");
        assert_eq!(error.message(), "for a ticket");
        assert_eq!(script.sent().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_sent_again_and_tells_what_it_takes_to_find_out() {
    let script = Script::default().lose();
    let payment = card_payment();
    let error = script.sandbox().payments().card(&payment).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(script.sent().len(), 1);
    let (lost, before) = (error.lost_call().unwrap(), payment.lost_call());
    assert_eq!(lost.reference(), before.reference());
    assert_eq!((lost.operation(), lost.amount()), (before.operation(), before.amount()));
    // No time that holds these digits by chance.
    let stored = lost.clone().between(OffsetDateTime::UNIX_EPOCH, OffsetDateTime::UNIX_EPOCH);
    assert!(!serde_json::to_string(&stored).unwrap().contains("4111"));
}

#[tokio::test]
async fn what_the_provider_echoes_is_scrubbed() {
    let body = format!(
        r#"{{"transaction_status":"rejected","error":"card 4111 1111 1111 1111 cvc 444 key {KEY}"}}"#
    );
    let script = Script::default().answer(200, body);
    let error = script.sandbox().payments().card(&card_payment()).await.unwrap_err();
    let all = format!("{error} {error:?} {}", error.message());
    let raw = String::from_utf8_lossy(error.meta().unwrap().raw_body()).into_owned();
    for secret in ["4111", "444", KEY] {
        assert!(!all.contains(secret) && !raw.contains(secret), "{all} {raw}");
    }
}

#[tokio::test]
async fn an_operation_without_a_route_is_refused_before_anything_is_sent() {
    let script = Script::default();
    let client = script.client(Routes::default());
    let errors = [
        client.payments().hosted(&HostedCheckout::new(order())).await.unwrap_err(),
        client.payments().direct(&DirectPayment::new(order(), 1)).await.unwrap_err(),
        client.payments().card(&card_payment()).await.unwrap_err(),
        client.payouts().create(&cashier::PayoutCheckout::new(order())).await.unwrap_err(),
        client
            .payouts()
            .approve(&cashier::ApprovePayout::new(order().reference()))
            .await
            .unwrap_err(),
        client
            .payouts()
            .reject(&cashier::RejectPayout::new(order().reference()))
            .await
            .unwrap_err(),
        client.transactions().get(order().reference()).await.unwrap_err(),
        client.transactions().list(&cashier::TransactionFilter::new()).await.unwrap_err(),
    ];
    for (error, operation) in errors.iter().zip(cashier::operations::ALL) {
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.operation(), Some(operation.id));
    }
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn bad_input_is_refused_with_field_and_rule_before_anything_is_sent() {
    let script = Script::default();
    let client = script.sandbox();
    let reference = || Reference::new("r-1").unwrap();
    let order = |amount: &str, user: &str| {
        Order::new(amount.parse().unwrap(), cashier::Currency::EUR, user, reference())
    };
    let limit = HostedCheckout::new(order("1", "u")).max_deposit_limit("1.001".parse().unwrap());
    for (checkout, field) in [
        (HostedCheckout::new(order("0", "u")), "amount"),
        (HostedCheckout::new(order("-1", "u")), "amount"),
        (HostedCheckout::new(order("1.001", "u")), "amount"),
        (HostedCheckout::new(order("1000000000000", "u")), "amount"),
        (HostedCheckout::new(order("1", " ")), "user_id"),
        (HostedCheckout::new(order("1", "u").mode(Mode::from(""))), "mode"),
        (limit, "customer.max_deposit_limit"),
        (
            HostedCheckout::new(
                order("1", "u").customer(cashier::Customer::new().country_code("gbr")),
            ),
            "customer.country_code",
        ),
    ] {
        let error = client.payments().hosted(&checkout).await.unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.operation(), Some("cashier.payments.hosted"));
        assert_eq!(error.field_errors()[0].field, field, "{error}");
    }
    let card = |holder: &str, expiry: &str| {
        let number = "4111111111111111".parse().unwrap();
        cashier::Card::new(holder, number, expiry.parse().unwrap(), "444".parse().unwrap())
    };
    for (card, field) in [
        (card(" ", "05/39"), "card_details.holder_name"),
        (card("John Doe", "05/20"), "card_details.card_expiry"),
    ] {
        let payment = CardPayment::new(bare_order(), 210, card);
        let error = client.payments().card(&payment).await.unwrap_err();
        assert_eq!(error.field_errors()[0].field, field, "{error}");
    }
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn settings_mode_and_extra_fields_are_sent_as_given() {
    let script = Script::default().answer(200, r#"{"token":"t"}"#);
    let order = bare_order()
        .mode(Mode::from("production"))
        .settings(Settings::from_json(r#"{"limit":10.90,"urls":["https://shop.test"]}"#).unwrap())
        .extra("channel", "web")
        .unwrap();
    let _ = script.sandbox().payments().hosted(&HostedCheckout::new(order)).await.unwrap();
    assert_eq!(
        script.sent()[0].body,
        r#"{"request":{"mode":"production","settings":{"limit":10.90,"urls":["https://shop.test"]},"user_id":"128","tracking_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","amount":10.05,"currency":"EUR","channel":"web"}}"#
    );
    let twice = bare_order().extra("amount", 1).unwrap();
    let client = script.sandbox();
    let error = client.payments().hosted(&HostedCheckout::new(twice)).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "amount");
    assert_eq!(error.operation(), Some("cashier.payments.hosted"));
}

#[tokio::test]
async fn a_page_without_a_token_is_no_success() {
    for body in ["{}", r#"{"token":""}"#, r#"{"token":null}"#, r#"{"token":7}"#, ""] {
        let script = Script::default().answer(200, body);
        let checkout = HostedCheckout::new(bare_order());
        let error = script.sandbox().payments().hosted(&checkout).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
    }
}

#[tokio::test]
async fn a_raw_call_carries_the_key_and_finds_the_decline() {
    let script = Script::default().answer(200, r#"{"transaction_status":"rejected","error":"no"}"#);
    let client = script.sandbox();
    let call = client.raw(Effect::Once, Method::POST, "/v2/refund");
    let error = call.json(&serde_json::json!({"id": 1})).acknowledge().await.unwrap_err();
    assert!(error.is_declined());
    let sent = &script.sent()[0];
    assert_eq!(sent.line, "POST https://gateway.test/api/v2/refund");
    assert_eq!(sent.api_key.as_deref(), Some(KEY));
}
