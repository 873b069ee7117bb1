use std::fmt;

use bytes::Bytes;
use zeroize::Zeroizing;

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
    /// The digits of a card or account number.
    #[must_use]
    pub fn number(digits: &str) -> Self {
        Self::Number(Zeroizing::new(digits.to_owned()))
    }

    /// A short code such as a CVV.
    #[must_use]
    pub fn code(digits: &str) -> Self {
        Self::Code(Zeroizing::new(digits.to_owned()))
    }

    /// Any other secret.
    #[must_use]
    pub fn exact(text: &str) -> Self {
        Self::Exact(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

const MASK: &str = "[redacted]";

impl Scrubber {
    pub(crate) fn new(hidden: Vec<Hidden>) -> Self {
        Self { hidden }
    }

    pub(crate) fn add(&mut self, hidden: Hidden) {
        self.hidden.push(hidden);
    }

    /// Cleans a sentence for a message: of this call's secrets, and of anything that looks like a
    /// card number.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for hidden in &self.hidden {
            clean = match hidden {
                Hidden::Exact(secret) if !secret.is_empty() => clean.replace(secret.as_str(), MASK),
                Hidden::Exact(_) => clean,
                Hidden::Number(digits) => replace_digits(&clean, |run| run.contains(&**digits)),
                Hidden::Code(digits) => replace_digits(&clean, |run| run == digits.as_str()),
            };
        }
        replace_digits(&clean, is_card_number)
    }

    /// Cleans a body, keeping it parseable: this call's numbers and tokens wherever they stand, its
    /// short codes in prose and under their own names. Returns the same bytes if there is nothing.
    pub(crate) fn body(&self, body: Bytes) -> Bytes {
        let Ok(text) = std::str::from_utf8(&body) else {
            // Not text: no secret of ours can be read in it.
            return body;
        };
        let mut clean = Zeroizing::new(String::with_capacity(text.len()));
        let mut key = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Key(literal) => {
                    key = literal.to_ascii_lowercase();
                    clean.push_str(&self.value(literal, "", '*'));
                }
                Piece::Text(literal) => clean.push_str(&self.value(literal, &key, '*')),
                // A digit keeps a number a number.
                Piece::Outside(other) => clean.push_str(&self.value(other, &key, '9')),
            }
        }
        if clean.as_str() == text { body } else { Bytes::from(clean.as_bytes().to_vec()) }
    }

    fn value(&self, text: &str, key: &str, fill: char) -> String {
        let mut clean = text.to_owned();
        for hidden in &self.hidden {
            match hidden {
                Hidden::Exact(secret) if secret.len() >= 6 && fill == '*' => {
                    clean = clean.replace(secret.as_str(), MASK);
                }
                Hidden::Exact(_) => {}
                Hidden::Number(digits) => {
                    clean = mask_digits(&clean, fill, |run| run.contains(&**digits));
                }
                Hidden::Code(digits) => {
                    let named = ["cvv", "cvc", "csc", "security_code"];
                    let prose = ["message", "error", "reason", "detail"];
                    let here = named.iter().any(|name| key.contains(name))
                        || (fill == '*' && prose.iter().any(|name| key.contains(name)));
                    if here || key.is_empty() {
                        clean = mask_digits(&clean, fill, |run| run == digits.as_str());
                    }
                }
            }
        }
        clean
    }
}

/// A body taken apart just enough to know what stands inside quotes.
enum Piece<'a> {
    Key(&'a str),
    Text(&'a str),
    Outside(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return vec![Piece::Text(text)];
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        let (outside, after) = rest.split_at(open + 1);
        pieces.push(Piece::Outside(outside));
        let close = closing_quote(after);
        let (literal, tail) = after.split_at(close);
        let is_key = tail.get(1..).is_some_and(|tail| tail.trim_start().starts_with(':'));
        pieces.push(if is_key { Piece::Key(literal) } else { Piece::Text(literal) });
        let (quote, tail) = tail.split_at(tail.len().min(1));
        pieces.push(Piece::Outside(quote));
        rest = tail;
    }
    pieces.push(Piece::Outside(rest));
    pieces
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => return at,
            _ => escaped = false,
        }
    }
    text.len()
}

/// Runs of digits, with single spaces or dashes between them, replaced where `is_secret` says so.
fn replace_digits(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    rewrite_runs(text, &is_secret, |_, clean| clean.push_str(MASK))
}

/// The same, digit for digit, so that lengths and syntax stay.
fn mask_digits(text: &str, fill: char, is_secret: impl Fn(&str) -> bool) -> String {
    rewrite_runs(text, &is_secret, |run, clean| {
        clean.extend(run.chars().map(|c| if c.is_ascii_digit() { fill } else { c }));
    })
}

fn rewrite_runs(
    text: &str,
    is_secret: &impl Fn(&str) -> bool,
    rewrite: impl Fn(&str, &mut String),
) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        clean.push_str(before);
        let (run, after) = from.split_at(run_length(from));
        let digits: Zeroizing<String> =
            Zeroizing::new(run.chars().filter(char::is_ascii_digit).collect());
        if is_secret(&digits) {
            rewrite(run, &mut clean);
        } else {
            // The parts may be secret where the whole is not: "595 and" beside "595 4111".
            for part in run.split_inclusive([' ', '-']) {
                let number = part.trim_end_matches([' ', '-']);
                if number.len() < digits.len() && is_secret(number) {
                    rewrite(number, &mut clean);
                    clean.extend(part.chars().skip(number.len()));
                } else {
                    clean.push_str(part);
                }
            }
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// The length of the run of digits at the start, single separators inside included.
fn run_length(text: &str) -> usize {
    let mut length = 0;
    let mut separator = false;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                length = at + 1;
                separator = false;
            }
            ' ' | '-' if !separator => separator = true,
            _ => break,
        }
    }
    length
}

fn is_card_number(digits: &str) -> bool {
    (13..=19).contains(&digits.len()) && crate::luhn::holds(digits.as_bytes())
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
    fn plain_text_is_prose() {
        let clean = card().body(Bytes::from_static(b"cvv 595 of 4111111111111111"));
        assert_eq!(&clean[..], b"cvv *** of ****************");
    }
}
