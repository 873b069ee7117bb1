use http::Method;
use numeropay::{
    Currency, ErrorKind, ErrorName, NewPayment, Outcome, Payment, PaymentState, Reference,
    error_name,
};
use pay_core::transport::Phase;
use serde_json::json;

use crate::world::{
    KEY_ID, KEY_SECRET, MERCHANT, SAMPLE, SAMPLE_ERROR, Step, World, amount, answer, new, payment,
    refusal, token, wrapped,
};

#[tokio::test]
async fn the_documents_sample_is_sent_and_read() {
    let world = World::new([answer(200, SAMPLE)]);
    let new = NewPayment::without_reference(amount("100"), Currency::AUD, "Infinity Group")
        .description("sample transaction");
    let created = world.client.payments().create(&new).await.unwrap();

    let sent = world.only();
    assert_eq!(sent.method(), Method::POST);
    assert_eq!(sent.uri(), "https://api.numeropay.com/transaction");
    assert_eq!(sent.headers()["accept"], "application/json, text/plain, */*");
    assert_eq!(sent.headers()["content-type"], "application/json");
    assert!(sent.headers()["user-agent"].to_str().unwrap().starts_with("numeropay-rust/"));
    assert_eq!(
        sent.body(),
        r#"{"amount":100,"businessName":"Infinity Group","currency":"aud","merchant":"17c69865-7edd-4d05-bc70-65a1b85b9322","description":"sample transaction"}"#
    );
    assert_eq!(
        token(&sent),
        (
            json!({"alg": "HS256", "type": "JWT", "keyid": KEY_ID}),
            json!({
                "scopes": ["YOUR", "SCOPES"],
                "iat": 1_602_642_683,
                "exp": 1_602_643_883,
                "iss": "merchant.numeropay",
                "sub": MERCHANT,
            })
        )
    );

    assert_eq!(created.id.as_str(), "5CD0RGCKJ");
    assert_eq!(created.state, Some(PaymentState::Created));
    assert_eq!(created.channel, Some(numeropay::Code::Number(1)));
    assert_eq!(created.amount, Some(amount("100.00")));
    assert_eq!(created.currency, Some(Currency::AUD));
    assert_eq!(created.business_name.as_deref(), Some("Infinity Group"));
    assert_eq!(created.structure.as_ref().unwrap().as_str(), "{}");
    assert_eq!(created.created_on, Some(crate::world::THEN));
    assert_eq!(created.updated_on, Some(crate::world::THEN));
    assert_eq!(created.ip_address.as_deref(), Some("120.19.86.103"));
    assert!(!created.is_completed() && !created.is_final());
    assert_eq!(created.meta().raw_body(), SAMPLE);
}

#[tokio::test]
async fn a_reference_stands_behind_the_description_and_amounts_are_exact() {
    let reply =
        |description: &str| answer(200, wrapped(&payment(json!({"description": description}))));
    let exact = payment(json!({"amount": 1})).replace("\"amount\":1", "\"amount\":999999999999.90");
    let world = World::new([
        reply("Two chairs [order-1]"),
        reply("[order-1]"),
        answer(200, wrapped(&exact)),
    ]);
    let payments = world.client.payments();
    let created = payments.create(&new("order-1").description("Two chairs")).await.unwrap();
    assert_eq!(created.reference().unwrap().as_str(), "order-1");
    payments.create(&new("order-1")).await.unwrap();
    let large =
        NewPayment::without_reference(amount("999999999999.90"), Currency::AUD, "Caf\u{e9} \"9\"")
            .extra("structure", json!({"order": 7}))
            .unwrap();
    let created = payments.create(&large).await.unwrap();
    assert_eq!(created.amount.unwrap().to_string(), "999999999999.90");
    let bodies: Vec<_> = world.sent().iter().map(|request| request.body().clone()).collect();
    let head = r#"{"amount":100.00,"businessName":"Infinity Group","currency":"aud","merchant":"17c69865-7edd-4d05-bc70-65a1b85b9322""#;
    assert_eq!(bodies[0], format!(r#"{head},"description":"Two chairs [order-1]"}}"#));
    assert_eq!(bodies[1], format!(r#"{head},"description":"[order-1]"}}"#));
    assert_eq!(
        bodies[2],
        "{\"amount\":999999999999.90,\"businessName\":\"Caf\u{e9} \\\"9\\\"\",\"currency\":\"aud\",\
         \"merchant\":\"17c69865-7edd-4d05-bc70-65a1b85b9322\",\"structure\":{\"order\":7}}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_not_sent() {
    let world = World::new([]);
    let reference = || Reference::new("order-1").unwrap();
    for (new, field) in [
        (NewPayment::new(amount("0"), Currency::AUD, "x", reference()), "amount"),
        (NewPayment::new(amount("1.001"), Currency::AUD, "x", reference()), "amount"),
        (NewPayment::new(amount("1"), Currency::AUD, "", reference()), "businessName"),
        (new("order-1").extra("description", "mine").unwrap(), "description"),
    ] {
        let error = world.client.payments().create(&new).await.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.field_errors()[0].field, field);
        assert!(error.lost_call().is_none());
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn a_refusal_is_one_by_its_name_under_either_status() {
    for status in [200, 500] {
        for (name, known, kind) in [
            ("USER_EXIST", ErrorName::UserExist, ErrorKind::Refused),
            ("MERCHANT_EXIST", ErrorName::MerchantExist, ErrorKind::Refused),
            ("BAD_REQUEST", ErrorName::BadRequest, ErrorKind::Invalid),
            ("NOT_IMPLEMENTED", ErrorName::NotImplemented, ErrorKind::Invalid),
            ("UNKNOWN_USER", ErrorName::UnknownUser, ErrorKind::NotFound),
            ("NOT_FOUND", ErrorName::NotFound, ErrorKind::NotFound),
            ("FORBIDDEN", ErrorName::Forbidden, ErrorKind::Forbidden),
        ] {
            let world = World::new([answer(status, refusal(name))]);
            let error = world.client.payments().create(&new("order-1")).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Refused), "{name}");
            assert_eq!(error_name(&error), Some(known));
            assert_eq!(error.code(), Some(name));
            assert_eq!(error.message(), "because");
            assert!(!error.is_declined());
            assert!(error.lost_call().is_none());
            world.only();
        }
    }
    let world = World::new([answer(200, SAMPLE_ERROR)]);
    let error = world.client.payments().create(&new("order-1")).await.unwrap_err();
    assert!(error.is_forbidden());
    assert_eq!(
        error.to_string(),
        "numeropay.payments.create: not allowed: Action not allowed \
         [FORBIDDEN] (refused, HTTP 200)"
    );
}

#[tokio::test]
async fn whatever_proves_nothing_is_unknown_and_not_sent_again() {
    let cancelled = payment(json!({"state": "CANCELED"}));
    let unnamed = r#"{"success":false,"error":{"code":401,"name":"TOKEN_EXPIRED"}}"#;
    for (step, kind) in [
        (answer(200, refusal("SYSTEM_ERROR")), ErrorKind::ProviderFault),
        (answer(500, refusal("SYSTEM_ERROR")), ErrorKind::ProviderFault),
        (answer(200, refusal("OTHER")), ErrorKind::Unreadable),
        (answer(500, refusal("OTHER")), ErrorKind::ProviderFault),
        (answer(200, unnamed), ErrorKind::Unauthorized),
        (answer(200, r#"{"success":false}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"success":true}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"success":true,"data":null}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"success":true,"data":{}}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"success":true,"data":["5CD0RGCKJ"]}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"success":true,"data":{"id":""}}"#), ErrorKind::Unreadable),
        (
            answer(200, r#"{"success":true,"data":{"id":"a","amount":"much"}}"#),
            ErrorKind::Unreadable,
        ),
        (answer(200, r#"{"success":"true","data":{"id":"a"}}"#), ErrorKind::Unreadable),
        (answer(200, r#"{"data":{"id":"a"}}"#), ErrorKind::Unreadable),
        (answer(500, SAMPLE), ErrorKind::Unreadable),
        (answer(302, SAMPLE), ErrorKind::Unreadable),
        (answer(200, SAMPLE.replace("true", "true,\"error\":{\"code\":1}")), ErrorKind::Unreadable),
        (answer(200, wrapped(&cancelled)), ErrorKind::Unreadable),
        (answer(200, ""), ErrorKind::Unreadable),
        (answer(200, "<html>"), ErrorKind::Unreadable),
        (answer(200, &SAMPLE[..200]), ErrorKind::Unreadable),
        (answer(404, "no such page"), ErrorKind::NotFound),
        (answer(429, ""), ErrorKind::RateLimited),
        (answer(502, "<html>"), ErrorKind::ProviderFault),
        (Step::Fails(Phase::Unknown), ErrorKind::Transport),
    ] {
        let body = match &step {
            Step::Answers(status, body) => format!("{status} {body}"),
            Step::Fails(phase) => format!("{phase:?}"),
        };
        let world = World::new([step]);
        let new = new("order-1");
        let error = world.client.payments().create(&new).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Unknown), "{body}");
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.reference(), new.lost_call().reference());
        assert_eq!(lost.amount(), new.lost_call().amount());
        assert_eq!(lost.operation(), new.lost_call().operation());
        world.only();
    }
}

#[tokio::test]
async fn what_was_not_sent_is_sent() {
    let world = World::new([Step::Fails(Phase::NotSent), answer(200, SAMPLE)]);
    let new = NewPayment::without_reference(amount("100"), Currency::AUD, "Infinity Group");
    world.client.payments().create(&new).await.unwrap();
    assert_eq!(world.sent().len(), 2);
}

#[tokio::test]
async fn another_amount_took_effect_and_another_reference_is_another_payment() {
    for (fields, word, outcome) in [
        (json!({"amount": 1000}), "amount", Outcome::Applied),
        (json!({"currency": "usd"}), "currency", Outcome::Applied),
        (json!({"merchant": "00000000-7edd-4d05-bc70-65a1b85b9322"}), "merchant", Outcome::Unknown),
        (json!({"description": "[order-2]"}), "reference", Outcome::Unknown),
    ] {
        let world = World::new([answer(200, wrapped(&payment(fields)))]);
        let error = world.client.payments().create(&new("order-1")).await.unwrap_err();
        assert!(error.is_contradiction());
        assert_eq!(error.outcome(), outcome, "{word}");
        assert!(error.message().contains(word), "{error}");
        // The object is there, out of its wrapper.
        assert_eq!(error.body::<Payment>().unwrap().id.as_str(), "5CD0RGCKJ");
    }
}

#[tokio::test]
async fn what_is_absent_odd_or_new_contradicts_nothing() {
    for fields in [
        json!({"amount": null, "currency": null, "merchant": null, "description": null}),
        json!({"amount": "100.0", "currency": "AUD", "merchant": MERCHANT.to_uppercase()}),
        json!({"currency": "A$", "state": null, "createdOn": "yesterday", "structure": "{}"}),
        json!({"description": "cut sho", "state": 7, "channel": "QR", "createdOn": 5}),
        json!({"state": {"name": "CREATED"}, "channel": [], "customer": {"x": [1.5]}, "new": {}}),
        json!({"state": "CREATED", "businessName": 7, "ipAddress": false}),
        json!({"state": "IN_PROGRESS"}),
        json!({"state": "COMPLETED"}),
    ] {
        let body = payment(fields);
        let world = World::new([answer(201, wrapped(&body))]);
        world.client.payments().create(&new("order-1")).await.expect(&body);
    }
}

#[tokio::test]
async fn no_key_and_no_token_is_ever_shown() {
    // The provider echoes the token, the worst that it could do.
    let world = World::new([answer(200, SAMPLE)]);
    let new = NewPayment::without_reference(amount("100"), Currency::AUD, "Infinity Group");
    world.client.payments().create(&new).await.unwrap();
    let sent = world.only();
    let bearer = sent.headers()["authorization"].to_str().unwrap().to_owned();
    let token = bearer.strip_prefix("Bearer ").unwrap();
    assert!(!format!("{sent:?}").contains(token), "the header is not marked sensitive");

    let body = format!(
        r#"{{"success":false,"error":{{"code":400,"name":"BAD_REQUEST","message":"{token} is bad"}}}}"#
    );
    let world = World::new([answer(200, body)]);
    let error = world.client.payments().create(&new).await.unwrap_err();
    let raw = String::from_utf8_lossy(error.meta().unwrap().raw_body()).into_owned();
    for shown in [error.to_string(), format!("{error:?}"), raw, format!("{:?}", world.client)] {
        assert!(!shown.contains(token) && !shown.contains(KEY_SECRET), "{shown}");
    }
    assert_eq!(error.message(), "[redacted] is bad");
}
