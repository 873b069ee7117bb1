use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// When a JSON Web Token expires: its claim `exp`, in whole seconds (RFC 7519, section 4.1.4).
///
/// The signature is not checked: the token comes from the provider itself, and the date only decides
/// when to ask for the next one. `None` for anything that is no such token.
#[must_use]
pub fn jwt_expiry(token: &str) -> Option<OffsetDateTime> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // Padding is against RFC 7515, but harmless.
    let json = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?);
    let claims: Claims = super::json::from_slice(&json).ok()?;
    OffsetDateTime::from_unix_timestamp(whole_seconds(&claims.exp)?).ok()
}

#[derive(Deserialize)]
struct Claims {
    exp: serde_json::Number,
}

/// A fraction is allowed by the RFC, and cut off here: earlier is the safe side.
fn whole_seconds(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let text = number.to_string();
        let (whole, fraction) = text.split_once('.')?;
        fraction.bytes().all(|b| b.is_ascii_digit()).then(|| whole.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(claims: &str) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    fn seconds(claims: &str) -> Option<i64> {
        jwt_expiry(&token(claims)).map(OffsetDateTime::unix_timestamp)
    }

    #[test]
    fn reads_exp_beside_other_claims() {
        assert_eq!(seconds(r#"{"sub":"a","exp":1467760023,"x":[1]}"#), Some(1_467_760_023));
        assert_eq!(seconds(r#"{"exp":1467760023.75}"#), Some(1_467_760_023));
        assert_eq!(seconds(r#"{"exp":0}"#), Some(0));
    }

    #[test]
    fn a_url_safe_alphabet_and_padding_are_read() {
        // Bytes that need `-` and `_` in the URL-safe alphabet.
        let claims = r#"{"exp":1467760023,"a":"??>>~~ÿÿ"}"#;
        assert!(token(claims).contains(['-', '_']));
        assert_eq!(seconds(claims), Some(1_467_760_023));
        let padded = token(r#"{"exp":7}"#).replace(".c2ln", "==.c2ln");
        assert_eq!(jwt_expiry(&padded).map(OffsetDateTime::unix_timestamp), Some(7));
    }

    #[test]
    fn what_is_no_token_has_no_expiry() {
        for garbage in ["", ".", "..", "...", "a.b.c", "opaque-token", "é.é.é"] {
            assert_eq!(jwt_expiry(garbage), None, "{garbage}");
        }
        for claims in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"exp":null}"#,
            r#"{"exp":"1467760023"}"#,
            r#"{"exp":1e300}"#,
            r#"{"exp":-1e300}"#,
            r#"{"exp":1467760023000}"#,
            r#"{"exp":9223372036854775808}"#,
        ] {
            assert_eq!(seconds(claims), None, "{claims}");
        }
        let whole = token(r#"{"exp":1467760023}"#);
        assert_eq!(jwt_expiry(whole.rsplit_once('.').unwrap().0), None);
        assert_eq!(jwt_expiry(&format!("{whole}.x")), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,80}", claims in "[\\x00-\\x7f]{0,40}") {
            let _ = jwt_expiry(&text);
            let _ = jwt_expiry(&token(&claims));
            let _ = jwt_expiry(&token(&format!("{{\"exp\":{claims}}}")));
        }

        #[test]
        fn reads_every_second_that_a_date_can_hold(second in 0_i64..253_402_300_800) {
            prop_assert_eq!(seconds(&format!("{{\"exp\":{second}}}")), Some(second));
        }
    }
}
