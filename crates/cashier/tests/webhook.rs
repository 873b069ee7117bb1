//! Signatures: what is taken, and above all what is not.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test")]

use cashier::{
    Currency, Secret, Status, TransactionType,
    webhook::{Event, Rejected, Verifier, json_stringify, sign},
};
use http::{HeaderMap, StatusCode};
use proptest::prelude::*;

/// The example of the provider's document.
const BODY: &str = r#"{"transaction_id":"r21nmrtpcmrcava","user_id":"1111222","tracking_id":"b8f04416-116a-11ed-861d-0242ac120002","status":"rejected","currency":"GBP","amount":"200.00","transaction_type":"withdrawal"}"#;
const PASSWORD: &str = "spg_test_companyxxxxQyGAheyMqcHVmp8ZMQtkYcev27sCu7RF";
const SIGNATURE: &str = "5FDDA8F46411C132DCFBEE53C39BA06298CB48BC";

fn verifier() -> Verifier {
    Verifier::new(PASSWORD).unwrap()
}

/// What the verifier says of a body that is signed as it stands.
fn read(body: &str) -> Result<Event, Rejected> {
    verifier().verify(&sign(body, &Secret::new(PASSWORD)), body)
}

#[test]
fn the_documents_example_verifies() {
    assert_eq!(sign(BODY, &Secret::new(PASSWORD)), SIGNATURE);
    let event = verifier().verify(SIGNATURE, BODY).unwrap();
    assert_eq!(event.transaction_id.as_str(), "r21nmrtpcmrcava");
    assert_eq!(event.user_id.as_deref(), Some("1111222"));
    assert_eq!(event.tracking_id.as_deref(), Some("b8f04416-116a-11ed-861d-0242ac120002"));
    assert_eq!(event.status, Status::Rejected);
    assert_eq!(event.currency, Some(Currency::GBP));
    assert_eq!(event.amount.unwrap().to_string(), "200.00");
    assert_eq!(event.transaction_type, Some(TransactionType::Withdrawal));
    assert_eq!(event.key().to_string(), "rejected:r21nmrtpcmrcava");
    assert_eq!(event.verified_json(), BODY);
    assert!(verifier().verify(&SIGNATURE.to_lowercase(), BODY).is_ok());
}

#[test]
fn the_documents_example_verifies_as_it_is_printed() {
    let printed = "{\n\"transaction_id\":\"r21nmrtpcmrcava\",\n\"user_id\":\"1111222\",\n\
        \"tracking_id\":\"b8f04416-116a-11ed-861d-0242ac120002\",\n\"status\":\"rejected\",\n\
        \"currency\":\"GBP\",\n\"amount\":\"200.00\",\n\"transaction_type\":\"withdrawal\"\n}";
    assert_eq!(verifier().verify(SIGNATURE, printed).unwrap().verified_json(), BODY);
    let escaped = BODY.replace("GBP", "\\u0047BP").replace("rejected", "re\\u006Aected");
    assert_eq!(verifier().verify(SIGNATURE, escaped).unwrap().status, Status::Rejected);
}

#[test]
fn the_first_example_of_the_document_is_read() {
    let event = read(
        r#"{"transaction_id": "bbds7128hdha", "user_id": "123", "tracking_id": "kshdhay6381623",
        "status": "successful", "currency": "EUR", "amount": "200.00",
        "transaction_type": "withdrawal"}"#,
    )
    .unwrap();
    assert_eq!((event.status, event.currency), (Status::Successful, Some(Currency::EUR)));
}

#[test]
fn no_byte_can_be_changed() {
    for place in 0..BODY.len() {
        for change in [0x01, 0x02, 0x20, 0x80, 0xff] {
            let mut body = BODY.as_bytes().to_vec();
            *body.get_mut(place).unwrap() ^= change;
            assert_eq!(verifier().verify(SIGNATURE, &body), Err(Rejected::BadSignature), "{place}");
        }
        let mut shorter = BODY.as_bytes().to_vec();
        shorter.remove(place);
        assert_eq!(verifier().verify(SIGNATURE, &shorter), Err(Rejected::BadSignature), "{place}");
        // A space between tokens is spelling; anywhere else it is another text.
        let mut longer = BODY.as_bytes().to_vec();
        longer.insert(place, b'x');
        assert_eq!(verifier().verify(SIGNATURE, &longer), Err(Rejected::BadSignature), "{place}");
    }
}

#[test]
fn no_digit_of_the_signature_can_be_changed() {
    for place in 0..SIGNATURE.len() {
        for digit in "0123456789ABCDEF".chars() {
            let mut signature = SIGNATURE.to_owned();
            signature.replace_range(place..=place, &digit.to_string());
            let taken = verifier().verify(&signature, BODY).is_ok();
            assert_eq!(taken, signature == SIGNATURE, "{signature}");
        }
    }
    let doubled = format!("{SIGNATURE}{SIGNATURE}");
    for bad in ["", "0", &doubled, &SIGNATURE[..39], " 5FDDA8F46411C132DCFBEE53C39BA06298CB48B"] {
        assert_eq!(verifier().verify(bad, BODY), Err(Rejected::BadSignature), "{bad}");
    }
}

#[test]
fn reordered_keys_are_another_text() {
    let reordered = BODY
        .replace(r#""user_id":"1111222","#, "")
        .replace(r#""status":"rejected""#, r#""status":"rejected","user_id":"1111222""#);
    assert_eq!(reordered.len(), BODY.len());
    assert_eq!(verifier().verify(SIGNATURE, reordered), Err(Rejected::BadSignature));
}

#[test]
fn what_is_verified_is_what_is_read() {
    // Whoever reads the first value of a repeated key would be fooled here.
    let signed = r#"{"transaction_id":"t","status":"rejected"}"#;
    let sent = r#"{"transaction_id":"t","status":"successful","status":"rejected"}"#;
    let signature = sign(signed, &Secret::new(PASSWORD));
    assert_eq!(verifier().verify(&signature, sent).unwrap().status, Status::Rejected);
    let event = read(sent).unwrap();
    assert_eq!(event.status, Status::Rejected);
    // A member of another object is not ours.
    let nested = r#"{"transaction_id":"t","status":"pending","data":{"status":"successful"}}"#;
    assert_eq!(read(nested).unwrap().status, Status::Pending);
    let proto = r#"{"transaction_id":"t","__proto__":{"status":"successful"}}"#;
    assert!(matches!(read(proto), Err(Rejected::Unparsable(_))));
}

#[test]
fn several_passwords_are_good_at_once() {
    let both = Verifier::new("new").unwrap().also("old").unwrap();
    for password in ["new", "old"] {
        assert!(both.verify(&sign(BODY, &password.into()), BODY).is_ok());
    }
    let third = sign(BODY, &"third".into());
    assert_eq!(both.verify(&third, BODY), Err(Rejected::BadSignature));
    // The passwords are not one text.
    assert!(both.verify(&sign(BODY, &"newold".into()), BODY).is_err());
    assert_eq!(Verifier::new("").unwrap_err().field(), "signature_password");
    assert!(verifier().also("").is_err());
    let shown = format!("{:?}", both.also(PASSWORD).unwrap());
    assert!(shown.contains('3') && !shown.contains("spg"), "{shown}");
}

#[test]
fn only_who_knows_the_password_learns_that_a_body_is_no_event() {
    for body in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{}",
        "{",
        "\u{feff}{}",
        r#"{"transaction_id":"t"}"#,
        r#"{"status":"pending"}"#,
        r#"{"transaction_id":"","status":"pending"}"#,
        r#"{"transaction_id":null,"status":"pending"}"#,
        r#"{"transaction_id":{"a":1},"status":"pending"}"#,
        r#"{"transaction_id":"t","status":true}"#,
        r#"{"transaction_id":"\ud800","status":"pending"}"#,
    ] {
        let refused = read(body).unwrap_err();
        assert!(matches!(refused, Rejected::Unparsable(_)), "{body}: {refused:?}");
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let unsigned = verifier().verify(SIGNATURE, body).unwrap_err();
        assert_eq!(unsigned, Rejected::BadSignature, "{body}");
    }
    let bytes = b"{\"transaction_id\":\"t\",\"status\":\"\xff\"}";
    let signature = sign(bytes, &Secret::new(PASSWORD));
    assert!(matches!(verifier().verify(&signature, bytes), Err(Rejected::Unparsable(_))));
}

#[test]
fn odd_and_absent_fields_do_not_lose_an_event() {
    let event = read(
        r#"{"transaction_id":17,"status":"on_hold","amount":1e2,"currency":"??","user_id":42,
        "new":[1,{"a":null}],"tracking_id":null}"#,
    )
    .unwrap();
    assert_eq!(event.transaction_id.as_str(), "17");
    assert_eq!(event.status, Status::from("on_hold"));
    assert_eq!(event.amount, Some("100".parse().unwrap()));
    assert_eq!((event.currency, event.tracking_id), (None, None));
    assert_eq!(event.user_id.as_deref(), Some("42"));
    let exact = "7922816251426433759354395.033";
    let event = read(&format!(r#"{{"transaction_id":"t","status":"s","amount":"{exact}"}}"#));
    assert_eq!(event.unwrap().amount.unwrap().to_string(), exact);
    let event = read(&format!(r#"{{"transaction_id":"t","status":"s","amount":{exact}}}"#));
    assert_eq!(event.unwrap().amount.unwrap().to_string(), exact);
    let event = read(r#"{"transaction_id":"t","status":"s","amount":"1,000.00"}"#);
    assert_eq!(event.unwrap().amount, None);
}

#[test]
fn two_events_never_share_a_key_by_accident() {
    let key = |id: &str, status: &str| {
        let body = format!(r#"{{"transaction_id":"{id}","status":"{status}"}}"#);
        read(&body).unwrap().key().to_string()
    };
    assert_ne!(key("b:c", "a"), key("c", "a:b"));
    assert_ne!(key("c", "a%3Ab"), key("c", "a:b"));
}

#[test]
fn size_and_depth_are_limited() {
    let large = format!(r#"{{"transaction_id":"t","status":"s","x":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(read(&large), Err(Rejected::TooLarge { limit: 65_536 }));
    let signature = sign(&large, &Secret::new(PASSWORD));
    assert!(verifier().limit(100_000).verify(&signature, &large).is_ok());
    let tiny = verifier().limit(BODY.len());
    assert!(tiny.verify(SIGNATURE, BODY).is_ok());
    let tiny = tiny.limit(BODY.len() - 1);
    let refused = tiny.verify(SIGNATURE, BODY).unwrap_err();
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"transaction_id":"t","status":"s","x":{open}{close}}}"#)
    };
    assert!(read(&nested(63)).is_ok());
    assert!(matches!(read(&nested(64)), Err(Rejected::Unparsable(_))));
    assert!(matches!(read(&nested(30_000)), Err(Rejected::Unparsable(_))));
    assert!(json_stringify(nested(64)).is_err());
}

#[test]
fn there_must_be_one_signature() {
    let mut headers = HeaderMap::new();
    assert_eq!(verifier().verify_request(&headers, BODY), Err(Rejected::NoSignature));
    headers.append("X-Signature", SIGNATURE.parse().unwrap());
    assert!(verifier().verify_request(&headers, BODY).is_ok());
    headers.append("x-signature", SIGNATURE.parse().unwrap());
    let refused = verifier().verify_request(&headers, BODY).unwrap_err();
    assert_eq!((refused.status(), refused), (StatusCode::UNAUTHORIZED, Rejected::NoSignature));
    headers.insert("x-signature", http::HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(verifier().verify_request(&headers, BODY), Err(Rejected::BadSignature));
}

#[test]
fn a_refusal_shows_nothing() {
    let body = BODY.replace("200.00", "900.00");
    let refused = verifier().verify(SIGNATURE, &body).unwrap_err();
    let shown = format!("{refused} {refused:?}");
    for secret in ["spg_", "900", SIGNATURE, &sign(&body, &Secret::new(PASSWORD))] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_pass(body: Vec<u8>, signature: String) {
        prop_assert!(verifier().verify(&signature, &body).is_err());
        let _ = json_stringify(&body);
        let signature = sign(&body, &Secret::new(PASSWORD));
        let answer = verifier().verify(&signature, &body);
        prop_assert_ne!(answer, Err(Rejected::BadSignature));
    }

    #[test]
    fn nothing_that_looks_like_json_makes_it_panic(
        body in r#"[\[\]{}:,"\\0-9eE.+\- u\n]{0,60}|(\{"[a-z0-9]{0,3}":[0-9.e"\\ud-]{0,8},?\}?){1,6}"#,
    ) {
        let _ = verifier().verify(SIGNATURE, &body);
        if let Ok(once) = json_stringify(&body) {
            // Once through is enough: the result comes out as it went in.
            prop_assert_eq!(json_stringify(&once).unwrap(), once);
        }
    }
}
