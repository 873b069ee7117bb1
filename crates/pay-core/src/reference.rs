//! The caller's own name for a payment.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Invalid, Randomness, SystemRandomness, luhn};

const FIELD: &str = "reference";
const MAX_LENGTH: usize = 64;

/// The caller's own correlator, sent with a write so that a lost one can be found again.
///
/// It belongs to the logical payment and stays the same over all attempts at it; one that was
/// used before finds the older payment too. 1 to 64 characters out of `A-Z a-z 0-9 . _ : -`.
/// References are logged and stored, so text that holds a card number is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(Box<str>);

impl Reference {
    /// Checks and takes the caller's text.
    ///
    /// Text with a card number in it is refused: a run of 13 to 19 digits, or groups as printed
    /// on a card (`4-4-4-4`, `4-6-5`), that starts with 2 to 6, as the card brands do, and passes
    /// the Luhn check. Times in milliseconds or nanoseconds start with 1 and are never refused.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = text.as_ref();
        if text.is_empty() || text.len() > MAX_LENGTH {
            return Err(Invalid::new(FIELD, "must have 1 to 64 characters"));
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b)) {
            return Err(Invalid::new(FIELD, "must contain only A-Z a-z 0-9 . _ : -"));
        }
        if holds_card_number(text) {
            return Err(Invalid::new(FIELD, "must not contain a card number"));
        }
        Ok(Self(text.into()))
    }

    /// A new reference of 128 random bits: 32 lower-case consonants. Without digits, nothing can
    /// take a part of it for a card number; without vowels, it spells nothing.
    pub fn random() -> Self {
        Self::random_with(&SystemRandomness)
    }

    /// The same from a given source, for repeatable tests.
    pub fn random_with(randomness: &dyn Randomness) -> Self {
        const LETTERS: [char; 16] =
            ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v'];
        let bits = u128::from(randomness.next_u64()) << 64 | u128::from(randomness.next_u64());
        let text: String = (0..32)
            .filter_map(|place| {
                let nibble = usize::try_from((bits >> (place * 4)) & 0xf).ok()?;
                LETTERS.get(nibble)
            })
            .collect();
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Reference {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Reference {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for Reference {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Whether a text that will be stored or logged holds a card number: see [`Reference::new`].
pub fn holds_card_number(text: &str) -> bool {
    let plain = text.split(|c: char| !c.is_ascii_digit()).any(|run| is_card_number(run.as_bytes()));
    plain || [' ', '-', '.', '_', ':'].iter().any(|separator| holds_grouped(text, *separator))
}

/// Digits in the groups that are printed on cards, parted by one kind of separator.
fn holds_grouped(text: &str, separator: char) -> bool {
    const LAYOUTS: [&[usize]; 5] =
        [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 4, 1]];
    text.split(|c: char| !c.is_ascii_digit() && c != separator).any(|stretch| {
        let groups: Vec<&str> = stretch.split(separator).collect();
        LAYOUTS.iter().any(|layout| {
            groups.windows(layout.len()).any(|window| {
                window.iter().map(|group| group.len()).eq(layout.iter().copied())
                    && is_card_number(window.concat().as_bytes())
            })
        })
    })
}

fn is_card_number(digits: &[u8]) -> bool {
    (13..=19).contains(&digits.len())
        && digits.first().is_some_and(|first| (b'2'..=b'6').contains(first))
        && luhn::holds(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededRandomness;

    #[test]
    fn takes_the_usual_and_refuses_the_rest() {
        for text in ["a", "INV-2024:0001.b_2", "0", &"x".repeat(64)] {
            assert_eq!(Reference::new(text).unwrap().as_str(), text);
        }
        for text in ["", &"x".repeat(65), "a b", "a/b", "ä", "a\n", "a%20", "\"", "a\0"] {
            assert_eq!(Reference::new(text).unwrap_err().field(), "reference", "{text:?}");
        }
    }

    #[test]
    fn a_card_number_is_never_a_reference() {
        for text in [
            "4111111111111111",
            "order4111111111111111",
            "4111-1111-1111-1111",
            "a-4111.1111.1111.1111",
            "x:3782-822463-10005",
            "378282246310005",
            "99-4111-1111-1111-1111-12",
            "6011_1111_1111_1117",
        ] {
            let refused = Reference::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "reference: must not contain a card number", "{text}");
        }
    }

    #[test]
    fn times_and_plain_numbers_are_references() {
        // All 1000 following milliseconds: a tenth of them pass the Luhn check.
        for millis in 1_551_297_351_000_u64..1_551_297_352_000 {
            assert!(Reference::new(millis.to_string()).is_ok());
        }
        assert!(Reference::new("4111111111111112").is_ok());
        assert!(Reference::new("2024-01-15-0001").is_ok());
    }

    #[test]
    fn random_references_are_valid_and_differ() {
        let first = Reference::random();
        assert_ne!(first, Reference::random());
        assert_eq!(Reference::new(first.as_str()).unwrap(), first);
        assert_eq!(first.as_str().len(), 32);
        let seeded = || Reference::random_with(&SeededRandomness::new(1));
        assert_eq!(seeded(), seeded());
        assert_ne!(seeded(), Reference::random_with(&SeededRandomness::new(2)));
    }

    #[test]
    fn every_random_bit_counts() {
        struct Two(std::sync::atomic::AtomicUsize, [u64; 2]);
        impl Randomness for Two {
            fn next_u64(&self) -> u64 {
                self.1[self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)]
            }
        }
        let of = |bits: [u64; 2]| Reference::random_with(&Two(0.into(), bits));
        let mut seen = std::collections::HashSet::from([of([0, 0])]);
        for bit in 0..64 {
            assert!(seen.insert(of([1 << bit, 0])));
            assert!(seen.insert(of([0, 1 << bit])));
        }
    }

    #[test]
    fn reading_checks_too() {
        let reference: Reference = serde_json::from_str(r#""INV-1""#).unwrap();
        assert_eq!(serde_json::to_string(&reference).unwrap(), r#""INV-1""#);
        assert!(serde_json::from_str::<Reference>(r#""a b""#).is_err());
        assert!(serde_json::from_str::<Reference>(r#""4111111111111111""#).is_err());
    }

    proptest! {
        #[test]
        fn anything_is_taken_as_it_is_or_refused_without_being_shown(text in any::<String>()) {
            match Reference::new(&text) {
                Ok(reference) => prop_assert_eq!(reference.as_str(), text),
                Err(refused) => prop_assert!(refused.rule().starts_with("must ")),
            }
        }
    }
}
