mod digits;
mod pieces;

use std::{collections::HashMap, fmt};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use percent_encoding::utf8_percent_encode;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use self::{
    digits::{is_card_number, is_number, mask_digits, replace_digits},
    pieces::{Piece, pieces},
};
use super::request_url::ENCODED;

/// The secrets of one call, so that what a provider echoes back can be cleaned of them.
#[derive(Default)]
pub(crate) struct Scrubber {
    hidden: Vec<Hidden>,
}

/// A secret that a call carries, and how it may be recognised in an answer.
#[derive(Clone)]
#[non_exhaustive]
pub enum Hidden {
    /// A card or account number: its digits, also with spaces or dashes between them.
    Number(Zeroizing<String>),
    /// A few digits such as a CVV: recognised in prose and under its own name only, because the
    /// same digits may be an amount.
    Code(Zeroizing<String>),
    /// Anything else, to the letter.
    Exact(Zeroizing<String>),
}

impl Hidden {
    /// The digits of a card or account number; spaces and dashes between them do not matter.
    #[must_use]
    pub fn number(digits: &str) -> Self {
        Self::Number(only_digits(digits))
    }

    /// A short code such as a CVV.
    #[must_use]
    pub fn code(digits: &str) -> Self {
        Self::Code(only_digits(digits))
    }

    /// Any other secret.
    #[must_use]
    pub fn exact(text: &str) -> Self {
        Self::Exact(Zeroizing::new(text.to_owned()))
    }

    /// What a field of the caller's own holds, if its name or its digits give a secret away.
    pub(super) fn in_field(name: &str, json: &str) -> Option<Self> {
        const EXACT: [&str; 5] = ["token", "secret", "password", "accountnumber", "apikey"];
        let name = name.to_ascii_lowercase().replace(['_', '-'], "");
        let text = match json.starts_with('"') {
            true => Zeroizing::new(serde_json::from_str::<String>(json).ok()?),
            false if json.bytes().all(|b| b.is_ascii_digit()) => Zeroizing::new(json.to_owned()),
            false => return None,
        };
        let digits = only_digits(&text);
        let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
        // Times in milliseconds are as long, and begin with a 1.
        let is_card = is_card_number(&digits) && digits.starts_with(['2', '3', '4', '5', '6']);
        if is_number && (is_card || name.contains("cardnumber")) {
            Some(Self::Number(digits))
        } else if is_number && NAMED.iter().any(|code| name.contains(code)) {
            Some(Self::Code(digits))
        } else {
            EXACT.iter().any(|end| name.ends_with(end)).then_some(Self::Exact(text))
        }
    }

    /// The same of all fields of a body of the caller's own.
    pub(super) fn in_object(json: &[u8]) -> Vec<Self> {
        let fields: HashMap<String, &RawValue> = serde_json::from_slice(json).unwrap_or_default();
        fields.iter().filter_map(|(name, json)| Self::in_field(name, json.get())).collect()
    }

    /// Whether there is enough of it to be recognised. Nothing at all would be found everywhere.
    fn is_recognisable(&self) -> bool {
        match self {
            Self::Number(digits) => digits.len() >= 4,
            Self::Code(digits) => digits.len() >= 3,
            Self::Exact(text) => text.len() >= 3,
        }
    }
}

fn only_digits(text: &str) -> Zeroizing<String> {
    // Sized before it is filled, so that it never moves and leaves a copy behind.
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(char::is_ascii_digit));
    digits
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

const MASK: &str = "[redacted]";

/// Names of a short code.
const NAMED: [&str; 5] = ["cvv", "cvc", "cvn", "csc", "securitycode"];

impl Scrubber {
    pub(crate) fn new(hidden: Vec<Hidden>) -> Self {
        let mut scrubber = Self::default();
        hidden.into_iter().for_each(|hidden| scrubber.add(hidden));
        scrubber
    }

    pub(crate) fn add(&mut self, hidden: Hidden) {
        if !hidden.is_recognisable() {
            return;
        }
        if let Hidden::Exact(secret) = &hidden {
            // As it looks in a URL or a form that is echoed.
            let encoded = utf8_percent_encode(secret, ENCODED).to_string();
            if encoded != secret.as_str() {
                self.hidden.push(Hidden::Exact(Zeroizing::new(encoded)));
            }
        }
        self.hidden.push(hidden);
    }

    /// Cleans a sentence for a message: of this call's secrets, and of anything that looks like a
    /// card number.
    pub(crate) fn text(&self, text: &str) -> String {
        replace_digits(&self.own(text), is_card_number)
    }

    /// Cleans a short text of this call's secrets alone: an id may look like a card number.
    pub(crate) fn own(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for hidden in &self.hidden {
            clean = match hidden {
                Hidden::Exact(secret) => clean.replace(secret.as_str(), MASK),
                Hidden::Number(digits) => replace_digits(&clean, |run| is_number(run, digits)),
                Hidden::Code(digits) => replace_digits(&clean, |run| run == digits.as_str()),
            };
        }
        clean
    }

    /// Cleans the values of headers of this call's numbers and tokens.
    pub(crate) fn headers(&self, mut headers: HeaderMap) -> HeaderMap {
        for value in headers.values_mut() {
            // Each byte as the character of the same number: not all of a header need be ASCII.
            let text: Zeroizing<String> =
                Zeroizing::new(value.as_bytes().iter().copied().map(char::from).collect());
            let clean = self.value(&text, "header", '*');
            if clean != *text {
                let clean: Vec<u8> =
                    clean.chars().map(|c| u8::try_from(c).unwrap_or(b'*')).collect();
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static(MASK));
            }
        }
        headers
    }

    /// Cleans a body, keeping it parseable: this call's numbers and tokens wherever they stand, its
    /// short codes in prose and under their own names. Returns the same bytes if there is nothing.
    pub(crate) fn body(&self, body: Bytes) -> Bytes {
        if self.hidden.is_empty() {
            return body;
        }
        match std::str::from_utf8(&body) {
            Ok(text) => {
                let clean = self.json_or_prose(text);
                if clean.as_str() == text { body } else { Bytes::copy_from_slice(clean.as_bytes()) }
            }
            Err(_) => {
                // Another encoding, or bytes. Each byte as the character of the same number: what
                // is ASCII in it can be read, and everything else comes back as it was.
                let text: Zeroizing<String> =
                    Zeroizing::new(body.iter().copied().map(char::from).collect());
                let clean = self.json_or_prose(&text);
                if *clean == *text {
                    return body;
                }
                clean.chars().map(|c| u8::try_from(c).unwrap_or(b'*')).collect()
            }
        }
    }

    fn json_or_prose(&self, text: &str) -> Zeroizing<String> {
        let mut clean = Zeroizing::new(String::with_capacity(text.len()));
        if self.is_surely_clean(text) {
            clean.push_str(text);
            return clean;
        }
        let mut key = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Key(literal) => {
                    key = literal.to_ascii_lowercase().replace(['_', '-'], "");
                    clean.push_str(&self.literal(literal, "key"));
                }
                Piece::Text(literal) => clean.push_str(&self.literal(literal, &key)),
                Piece::Prose(prose) => clean.push_str(&self.value(prose, "", '*')),
                // A digit keeps a number a number.
                Piece::Outside(other) => clean.push_str(&self.value(other, &key, '9')),
            }
        }
        clean
    }

    /// The quick way out for the usual answer to a call that carries nothing but a token. Where
    /// something is escaped, only a closer look can tell.
    fn is_surely_clean(&self, text: &str) -> bool {
        !text.contains('\\')
            && self.hidden.iter().all(|hidden| match hidden {
                Hidden::Exact(secret) => !text.contains(secret.as_str()),
                Hidden::Number(_) | Hidden::Code(_) => false,
            })
    }

    /// What stands between two quotes, which may be escaped: `\/` in a token, `4` for a digit.
    fn literal(&self, literal: &str, key: &str) -> String {
        if literal.contains('\\')
            && let Ok(plain) = serde_json::from_str::<String>(&format!("\"{literal}\""))
        {
            let clean = self.value(&plain, key, '*');
            if clean == plain {
                return literal.to_owned();
            }
            let quoted = serde_json::Value::String(clean).to_string();
            let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            return inner.unwrap_or(MASK).to_owned();
        }
        self.value(literal, key, '*')
    }

    /// A value under its name; without a name it is prose.
    fn value(&self, text: &str, key: &str, fill: char) -> String {
        const PROSE: [&str; 7] =
            ["message", "error", "reason", "detail", "issue", "invalid", "warning"];
        let mut clean = text.to_owned();
        for hidden in &self.hidden {
            match hidden {
                // In a body a few letters stand anywhere by chance.
                Hidden::Exact(secret) if secret.len() < 6 => {}
                Hidden::Exact(secret) if fill == '*' => {
                    clean = clean.replace(secret.as_str(), MASK);
                }
                Hidden::Exact(secret) => {
                    clean = mask_digits(&clean, fill, |run| run == secret.as_str());
                }
                Hidden::Number(digits) => {
                    clean = mask_digits(&clean, fill, |run| is_number(run, digits));
                }
                Hidden::Code(digits) => {
                    // "error_code" is a name for a number that may happen to be the same.
                    let prose = fill == '*'
                        && !key.ends_with("code")
                        && PROSE.iter().any(|name| key.contains(name));
                    let named = key.contains("rejected") || NAMED.iter().any(|n| key.contains(n));
                    let here = prose || named;
                    if here || key.is_empty() {
                        clean = mask_digits(&clean, fill, |run| run == digits.as_str());
                    }
                }
            }
        }
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Scrubber {
        Scrubber::new(vec![Hidden::number("4111111111111111"), Hidden::code("595")])
    }

    #[test]
    fn a_message_loses_the_card_in_every_spelling() {
        for text in [
            "card 4111111111111111 refused",
            "card 4111 1111 1111 1111 refused",
            "card 4111-1111-1111-1111, cvv 595",
            "x4111111111111111x",
            "595 4111 1111 1111 1111",
        ] {
            let clean = card().text(text);
            let digits: String = clean.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, "", "{clean}");
        }
    }

    #[test]
    fn a_card_that_is_not_of_this_call_is_found_by_its_check_digit() {
        let clean = Scrubber::default().text("other 5555555555554444, order 1234567890123");
        assert_eq!(clean, "other [redacted], order 1234567890123");
    }

    #[test]
    fn a_body_stays_json_and_an_amount_stays_an_amount() {
        let body = Bytes::from_static(
            br#"{"amount":595,"id":1595,"card_number":"4111111111111111","n":4111111111111111,
                "cvv2":"595","transaction_message":"cvv 595 wrong for 4111 1111 1111 1111"}"#,
        );
        let clean = card().body(body);
        let value: serde_json::Value = serde_json::from_slice(&clean).unwrap();
        assert_eq!(value["amount"], 595);
        assert_eq!(value["id"], 1595);
        assert_eq!(value["card_number"], "****************");
        assert_eq!(value["cvv2"], "***");
        assert_eq!(value["n"], 9999999999999999_u64);
        assert_eq!(value["transaction_message"], "cvv *** wrong for **** **** **** ****");
    }

    #[test]
    fn a_body_without_secrets_is_the_same_bytes() {
        let body = Bytes::from_static(br#"{"amount":1.50,"message":"a \"quoted\" word"}"#);
        assert_eq!(card().body(body.clone()).as_ptr(), body.as_ptr());
    }

    #[test]
    fn a_short_code_is_masked_in_prose_and_not_in_codes_ids_and_amounts() {
        let body = br#"{"errors":[{"field":"cvv2","issue":"595 is wrong","code":"595"}],
            "rejectedValue":"595","securityCode":595,"error_code":"595","invoice_id":"INV-595"}"#;
        let clean = card().body(Bytes::from_static(body));
        let value: serde_json::Value = serde_json::from_slice(&clean).unwrap();
        assert_eq!(value["errors"][0]["issue"], "*** is wrong");
        assert_eq!(value["errors"][0]["code"], "595");
        assert_eq!(value["rejectedValue"], "***");
        assert_eq!(value["securityCode"], 999);
        assert_eq!(value["error_code"], "595");
        assert_eq!(value["invoice_id"], "INV-595");
    }

    #[test]
    fn a_token_is_found_however_it_is_written() {
        let token = Scrubber::new(vec![Hidden::exact("aB/cD+eF==12")]);
        for echo in [
            r#"{"t":"aB/cD+eF==12","n":1}"#,
            r#"{"t":"Bearer aB\/cD+eF==12\"","n":1}"#,
            "{\"t\":\"aB/cD\\u002BeF==12\",\"n\":1}",
            r#"{"t":"https://a.test/?t=aB%2FcD%2BeF%3D%3D12","n":1}"#,
            r#"{"aB/cD+eF==12":"t","n":1}"#,
        ] {
            let clean = token.body(Bytes::from(echo.to_owned()));
            let value: serde_json::Value = serde_json::from_slice(&clean).unwrap();
            assert_eq!(value["n"], 1);
            assert!(value.to_string().contains("[redacted]"), "{value}");
            assert!(!value.to_string().contains("eF"), "{value}");
        }
        let clean = token.text("token aB/cD+eF==12, again aB%2FcD%2BeF%3D%3D12");
        assert_eq!(clean, "token [redacted], again [redacted]");
    }

    #[test]
    fn escapes_that_hide_nothing_stay_as_they_are() {
        let body = Bytes::from_static(br#"{"a":"caf\u00e9 \/ \"x\"","b":"\ud800"}"#);
        assert_eq!(card().body(body.clone()).as_ptr(), body.as_ptr());
    }

    #[test]
    fn a_secret_that_is_empty_or_tiny_does_not_mask_everything() {
        let empty = Scrubber::new(vec![Hidden::number(""), Hidden::code(""), Hidden::exact("")]);
        let body = Bytes::from_static(br#"{"message":"12 of 345","n":7}"#);
        assert_eq!(empty.body(body.clone()), body);
        assert_eq!(empty.text("12 of 345"), "12 of 345");
    }

    #[test]
    fn a_short_account_number_is_not_found_inside_an_id() {
        let account = Scrubber::new(vec![Hidden::number("12-345")]);
        let clean = account.body(Bytes::from_static(br#"{"id":91234567,"account":"12345"}"#));
        assert_eq!(&clean[..], br#"{"id":91234567,"account":"*****"}"#);
    }

    #[test]
    fn a_number_outside_quotes_stays_a_number() {
        let secrets = Scrubber::new(vec![Hidden::exact("123456789")]);
        let clean = secrets.body(Bytes::from_static(br#"{"a":123456789,"b":"123456789"}"#));
        assert_eq!(&clean[..], br#"{"a":999999999,"b":"[redacted]"}"#);
    }

    #[test]
    fn a_body_in_another_encoding_is_cleaned_too() {
        let body = b"<p>Carte refus\xe9e: 4111111111111111, cvv 595</p>".to_vec();
        let clean = card().body(Bytes::from(body));
        assert_eq!(&clean[..], b"<p>Carte refus\xe9e: ****************, cvv ***</p>");
        let untouched = Bytes::from_static(b"\xff\xfe\x00binary 12");
        assert_eq!(card().body(untouched.clone()).as_ptr(), untouched.as_ptr());
    }

    #[test]
    fn a_header_loses_the_token() {
        let token = Scrubber::new(vec![Hidden::exact("tok-123456")]);
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_static("https://a.test/?t=tok-123456"));
        headers.insert("x-request-id", HeaderValue::from_static("5555555555554444"));
        headers.insert("x-error", HeaderValue::from_bytes(b"refus\xe9: tok-123456").unwrap());
        let clean = token.headers(headers);
        assert_eq!(clean["location"], "https://a.test/?t=[redacted]");
        assert_eq!(clean["x-request-id"], "5555555555554444");
        assert_eq!(clean["x-error"].as_bytes(), b"refus\xe9: [redacted]");
    }

    #[test]
    fn a_field_of_the_callers_own_is_hidden_by_its_name_or_its_digits() {
        for (name, json, secret) in [
            ("card_number", r#""4242 4242 4242 4242""#, "4242424242424242"),
            ("pan", "4242424242424242", "4242424242424242"),
            ("token", r#""aB\/cD+eF""#, "aB/cD+eF"),
            ("client_secret", r#""s3cret-text""#, "s3cret-text"),
            ("account_number", r#""12-345-678""#, "12-345-678"),
        ] {
            let hidden = Hidden::in_field(name, json).unwrap();
            let clean = Scrubber::new(vec![hidden]).text(&format!("no {secret} here"));
            assert!(!clean.contains(secret), "{name}: {clean}");
        }
        assert!(matches!(Hidden::in_field("cvv2", r#""595""#), Some(Hidden::Code(_))));
        for (name, json) in [
            ("start_date", "1467760023000"),
            ("order_id", r#""order-1""#),
            ("amount", "11.00"),
            ("amount", "595"),
            ("note", r#"{"token":1}"#),
            ("token", "null"),
        ] {
            assert!(Hidden::in_field(name, json).is_none(), "{name}: {json}");
        }
    }

    #[test]
    fn plain_text_is_prose() {
        let clean = card().body(Bytes::from_static(b"cvv 595 of 4111111111111111"));
        assert_eq!(&clean[..], b"cvv *** of ****************");
    }
}
