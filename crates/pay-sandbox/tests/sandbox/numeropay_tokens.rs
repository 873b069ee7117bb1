//! NumeroPay's tokens: which are let in, and how the others are answered.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use pay_sandbox::numeropay::switches::*;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    api::{NOW, call},
    numeropay::Merchant,
};

/// A token by hand; a second reading of the document, independent of the sandbox's.
fn sign(header: &Value, payload: &Value, secret: &str) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn header(key_id: &str) -> Value {
    json!({"alg": "HS256", "type": "JWT", "keyid": key_id})
}

fn payload() -> Value {
    json!({
        "scopes": ["YOUR", "SCOPES"],
        "iat": NOW / 1_000,
        "exp": NOW / 1_000 + 1_200,
        "iss": "merchant.numeropay",
        "sub": "17c69865-7edd-4d05-bc70-65a1b85b9322",
    })
}

/// The payload with one claim changed.
fn claim(name: &str, value: Value) -> Value {
    let mut payload = payload();
    payload[name] = value;
    payload
}

const KEY_ID: &str = "numeropay-key-id";
const TEST_KEY_ID: &str = "sandbox.numeropay-key-id";
const SECRET: &str = "numeropay-key-secret";

/// Whether a list answers such a token.
fn is_let_in(merchant: &Merchant, token: String) -> bool {
    let path = "/numeropay/transaction";
    let token = format!("Bearer {token}");
    let reply = call(&merchant.sandbox, "GET", path, &[("authorization", &token)], "").unwrap();
    assert!(matches!(reply.status, 200 | 401), "{}", reply.text);
    reply.status == 200
}

#[test]
fn tokens_are_let_in_by_their_signature() {
    let merchant = Merchant::new();
    let is_let_in = |header: Value, payload: Value, secret: &str| {
        is_let_in(&merchant, sign(&header, &payload, secret))
    };
    assert!(is_let_in(header(KEY_ID), payload(), SECRET));
    assert!(is_let_in(header(TEST_KEY_ID), payload(), KEY_ID));
    // Each mode has its own secret.
    assert!(!is_let_in(header(KEY_ID), payload(), KEY_ID));
    assert!(!is_let_in(header(TEST_KEY_ID), payload(), SECRET));
    assert!(!is_let_in(header("nobody"), payload(), SECRET));
    assert!(!is_let_in(json!({"alg": "none", "type": "JWT", "keyid": KEY_ID}), payload(), SECRET));
    assert!(!is_let_in(json!({"type": "JWT", "keyid": KEY_ID}), payload(), SECRET));
}

#[test]
fn a_token_that_was_changed_is_not_let_in() {
    let merchant = Merchant::new();
    let good = sign(&header(KEY_ID), &payload(), SECRET);
    let parts: Vec<_> = good.split('.').collect();
    let other = sign(&header(KEY_ID), &claim("exp", json!(NOW / 1_000 + 9_000)), SECRET);
    let other: Vec<_> = other.split('.').collect();
    for token in [
        format!("{}.{}.{}", parts[0], other[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.{}", parts[2]),
        format!("{good}="),
        good.replace('.', "-"),
        String::new(),
        "a.b.c".to_owned(),
    ] {
        assert!(!is_let_in(&merchant, token.clone()), "{token}");
    }
    assert!(is_let_in(&merchant, good.clone()));
    // Without the scheme, with another one, without anything.
    for value in [&good, &format!("Basic {good}"), ""] {
        let headers = [("authorization", value)];
        let reply = call(&merchant.sandbox, "GET", "/numeropay/transaction", &headers, "").unwrap();
        assert_eq!(reply.status, 401);
    }
    assert!(!merchant.get("/transaction").text.contains(&merchant.token));
}

#[test]
fn the_claims_are_checked_on_the_sandboxs_clock() {
    let merchant = Merchant::new();
    let now = NOW / 1_000;
    let with = |payload: Value| is_let_in(&merchant, sign(&header(KEY_ID), &payload, SECRET));
    assert!(with(payload()));
    for (name, value) in [
        ("iat", json!(now + 1)),
        ("exp", json!(now)),
        ("iat", json!("x")),
        ("exp", json!(null)),
        ("nbf", json!(now + 1)),
        ("iss", json!("numeropay")),
        ("sub", json!("5f0c2a3e-9d1b-4c7a-8e55-0b6f4d2c1a90")),
        ("scopes", json!("text")),
        ("scopes", json!([1])),
    ] {
        assert!(!with(claim(name, value.clone())), "{name} {value}");
    }
    assert!(with(claim("nbf", json!(now))));
    // The token of the test expires.
    merchant.sandbox.advance(Duration::from_secs(1_199));
    assert_eq!(merchant.get("/transaction").status, 200);
    merchant.sandbox.advance(Duration::from_secs(1));
    assert_eq!(merchant.get("/transaction").status, 401);
    merchant.sandbox.set(ClockLeeway(5));
    assert_eq!(merchant.get("/transaction").status, 200);
    merchant.sandbox.set(LongestTokenLife(1_000));
    assert_eq!(merchant.get("/transaction").status, 401);
}

#[test]
fn the_standards_headers_count_only_where_that_is_switched_on() {
    let merchant = Merchant::new();
    let standard = json!({"alg": "HS256", "typ": "JWT", "kid": KEY_ID});
    let without_type = json!({"alg": "HS256", "keyid": KEY_ID});
    for (setting, expected) in [
        (JwtHeader::Documented, [true, false, false]),
        (JwtHeader::Either, [true, true, false]),
        (JwtHeader::KeyIdOnly, [true, false, true]),
    ] {
        merchant.sandbox.set(setting);
        let got = [&header(KEY_ID), &standard, &without_type]
            .map(|header| is_let_in(&merchant, sign(header, &payload(), SECRET)));
        assert_eq!(got, expected, "{setting:?}");
    }
}

#[test]
fn scopes_can_matter() {
    let merchant = Merchant::new();
    let token = |scopes: Value| {
        let token = sign(&header(KEY_ID), &claim("scopes", scopes), SECRET);
        Merchant { sandbox: merchant.sandbox.clone(), token }
    };
    let nothing = sign(&header(KEY_ID), &claim("scopes", Value::Null), SECRET);
    merchant.sandbox.set(Scopes::Required);
    token(json!(["transaction.create"])).get("/transaction").is_error(200, "FORBIDDEN");
    let reader = token(json!(["x", "transaction.read"]));
    assert_eq!(reader.get("/transaction").json()["success"], true);
    reader.create_with(json!({})).is_error(200, "FORBIDDEN");
    assert!(!is_let_in(&merchant, nothing.clone()));
    merchant.sandbox.set(Scopes::Ignored);
    assert!(is_let_in(&merchant, nothing));
}

#[test]
fn a_bad_token_is_answered_as_switched() {
    let merchant = Merchant { token: "x".to_owned(), ..Merchant::new() };
    merchant.get("/transaction").is_error(401, "UNAUTHORIZED");
    merchant.sandbox.set(AuthFailure::Forbidden);
    merchant.get("/transaction").is_error(200, "FORBIDDEN");
    merchant.sandbox.set(ErrorStatus::Always500);
    merchant.get("/transaction").is_error(500, "FORBIDDEN");
    merchant.sandbox.set(AuthFailure::Plain401);
    let reply = merchant.get("/transaction");
    assert_eq!((reply.status, reply.text.as_str()), (401, "Unauthorized"));
}
