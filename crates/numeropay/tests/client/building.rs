use numeropay::{Client, Code, Effect, Environment, Method, Outcome, PaymentState, Wrapped};
use serde_json::Value;

use crate::world::{KEY_ID, KEY_SECRET, MERCHANT, SAMPLE, World, answer, builder, token};

#[test]
fn what_is_missing_or_wrong_is_named() {
    let bare = || Client::builder(Environment::production());
    let second = std::time::Duration::from_secs(1);
    for (builder, field) in [
        (bare().key_id(KEY_ID).key_secret(KEY_SECRET).scopes(["a"]), "merchant"),
        (builder().merchant("a/b"), "merchant"),
        (bare().merchant(MERCHANT).key_secret(KEY_SECRET).scopes(["a"]), "key_id"),
        (builder().key_id("two words"), "key_id"),
        (builder().key_id("sandbox.du7UghNhhhMTnYwqrEYp"), "key_id"),
        (bare().merchant(MERCHANT).key_id(KEY_ID).scopes(["a"]), "key_secret"),
        (builder().key_secret(""), "key_secret"),
        (bare().merchant(MERCHANT).key_id(KEY_ID).key_secret(KEY_SECRET), "scopes"),
        (builder().scopes(["a", " "]), "scopes"),
        (builder().token_lifetime(59 * second), "token_lifetime"),
        (builder().token_lifetime(86_401 * second), "token_lifetime"),
        (builder().state_number(0, PaymentState::Completed), "state_number"),
        (builder().state_number(9, PaymentState::Unknown(Code::Number(9))), "state_number"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.field_errors()[0].field, field);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(KEY_SECRET) && !shown.contains(KEY_ID), "{shown}");
    }
    assert!(builder().scopes(Vec::<String>::new()).build().is_ok());
}

#[test]
fn nothing_shows_a_key() {
    let shown = format!("{:?} {:?}", builder(), builder().build().unwrap());
    assert!(shown.contains(MERCHANT));
    assert!(!shown.contains(KEY_SECRET) && !shown.contains(KEY_ID), "{shown}");
}

#[tokio::test]
async fn a_raw_call_is_signed_and_judged_as_any_other() {
    let world = World::new([
        answer(200, SAMPLE),
        answer(200, r#"{"success":true}"#),
        answer(200, r#"{"success":false,"error":{"code":404,"name":"NOT_FOUND"}}"#),
        answer(200, r#"{"data":{}}"#),
    ]);
    let raw = |effect| world.client.raw(effect, Method::POST, "/transaction/5CD0RGCKJ/cancel");
    let read = raw(Effect::Read).send::<Wrapped<Value>>().await.unwrap();
    assert_eq!(read.data["id"], "5CD0RGCKJ");
    raw(Effect::Once).json(&["x"]).acknowledge().await.unwrap();
    let error = raw(Effect::Once).acknowledge().await.unwrap_err();
    assert!(error.is_not_found());
    let error = raw(Effect::Once).acknowledge().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let sent = world.sent();
    assert_eq!(sent[1].uri(), "https://api.numeropay.com/transaction/5CD0RGCKJ/cancel");
    assert_eq!(sent[1].body(), r#"["x"]"#);
    assert_eq!(token(&sent[1]).1["sub"], MERCHANT);
}
