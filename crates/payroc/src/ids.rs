//! Ids as types of their own.

use std::fmt;
use std::str::FromStr;

use pay_core::Invalid;
use serde::{Deserialize, Deserializer, Serialize, de};

pay_core::id_type!(
    MerchantId,
    "MID",
    "A merchant's id (MID), which boarding assigns: digits, 15 of them as far as seen."
);

/// A batch's number. The path takes a 32-bit integer; one from a reply is kept as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BatchId(u64);

impl BatchId {
    const LARGEST: u64 = 2_147_483_647;

    /// Checks and takes a number: 1 to 2147483647, the largest that the path takes.
    ///
    /// # Errors
    ///
    /// Any other number.
    pub fn new(number: u64) -> Result<Self, Invalid> {
        let id = Self(number);
        id.check()?;
        Ok(id)
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// Whether it may be used in a path: true of all that `new` made, not of all that replies bring.
    ///
    /// # Errors
    ///
    /// It is 0 or more than 2147483647.
    pub fn check(self) -> Result<(), Invalid> {
        if (1..=Self::LARGEST).contains(&self.0) {
            Ok(())
        } else {
            Err(Invalid::new("BatchId", "must be a number from 1 to 2147483647"))
        }
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for BatchId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        number.map(Self).ok_or_else(|| Invalid::new("BatchId", "must be a whole number"))
    }
}

/// Takes a number, or one in a string.
impl<'de> Deserialize<'de> for BatchId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id: Option<Self> = pay_core::lenient::deserialize(deserializer)?;
        id.ok_or_else(|| de::Error::custom("expected a batch id: a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_id_is_what_the_path_takes() {
        assert_eq!(BatchId::new(31_718_216).unwrap().to_string(), "31718216");
        for bad in [0, 2_147_483_648, u64::MAX] {
            assert_eq!(BatchId::new(bad).unwrap_err().field(), "BatchId", "{bad}");
        }
        for bad in ["", "-1", "+1", "1.0", "1/2", "../x"] {
            assert!(bad.parse::<BatchId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn one_that_came_is_kept_and_checked_when_it_is_used() {
        for json in ["3000000000", r#""3000000000""#] {
            let id: BatchId = serde_json::from_str(json).unwrap();
            assert_eq!(id.number(), 3_000_000_000);
            assert!(id.check().is_err());
        }
        assert!(serde_json::from_str::<BatchId>("1.5").is_err());
    }
}
