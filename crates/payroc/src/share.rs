use std::fmt;
use std::str::FromStr;

use pay_core::{Amount, Invalid};
use serde::{Serialize, Serializer};

/// How much of a business somebody owns, in per cent: 0 to 100, with decimals, exactly.
///
/// ```
/// let third: payroc::Share = "33.34".parse()?;
/// let half = payroc::Share::percent(50)?;
/// assert!(payroc::Share::percent(101).is_err());
/// # Ok::<(), payroc::Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(Amount);

impl Share {
    /// Whole per cent.
    ///
    /// # Errors
    ///
    /// More than 100.
    pub fn percent(percent: u8) -> Result<Self, Invalid> {
        percent.to_string().parse()
    }

    fn checked(percent: Amount) -> Result<Self, Invalid> {
        if percent.is_negative() || percent > Self::all() {
            return Err(Invalid::new("equityPercentage", "must be from 0 to 100"));
        }
        Ok(Self(percent))
    }

    fn all() -> Amount {
        Amount::from_cents(100 * 100)
    }

    /// Whether these are together no more than all of it.
    pub(crate) fn fit(shares: impl IntoIterator<Item = Self>) -> bool {
        let sum = shares.into_iter().try_fold(Amount::ZERO, |sum, share| sum.checked_add(share.0));
        sum.is_some_and(|sum| sum <= Self::all())
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({} %)", self.0)
    }
}

impl FromStr for Share {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let percent: Amount =
            text.parse().map_err(|invalid: Invalid| invalid.in_field("equityPercentage"))?;
        Self::checked(percent)
    }
}

impl TryFrom<&str> for Share {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl TryFrom<String> for Share {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl TryFrom<u8> for Share {
    type Error = Invalid;

    fn try_from(percent: u8) -> Result<Self, Invalid> {
        Self::percent(percent)
    }
}

/// A JSON number with exactly these digits.
impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        pay_core::amount::number::serialize(&self.0, serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_part_of_all() {
        for text in ["0", "100", "100.00", "33.333", "0.5"] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
        }
        for text in ["-1", "100.01", "101", "", "50%", "1e1"] {
            assert_eq!(text.parse::<Share>().unwrap_err().field(), "equityPercentage", "{text}");
        }
        assert_eq!(serde_json::to_string(&Share::percent(50).unwrap()).unwrap(), "50");
        assert_eq!(serde_json::to_string(&"33.34".parse::<Share>().unwrap()).unwrap(), "33.34");
    }

    #[test]
    fn sums_are_exact() {
        let shares = |texts: &[&str]| -> Vec<Share> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        assert!(Share::fit(shares(&[])));
        assert!(Share::fit(shares(&["33.33", "33.33", "33.34"])));
        assert!(Share::fit(shares(&["0.1", "0.2", "99.7"])));
        assert!(!Share::fit(shares(&["33.34", "33.33", "33.34"])));
        assert!(!Share::fit(shares(&["100", "0.0000000000000000001"])));
    }
}
