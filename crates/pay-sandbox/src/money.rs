//! Exact amounts.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// An exact decimal amount of dollars, up to 28 digits. It never passes through a float.
///
/// `Display` drops trailing zeros, as the providers' samples do (`"1.00"` comes back as `1`). Equality
/// is of value: `1.00 == 1`. In JSON it is a string, so that no reader rounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(Decimal);

impl Money {
    /// No money.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The amount as a decimal number.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Whether the amount is below zero.
    pub(crate) fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// How many decimals it needs, trailing zeros aside.
    pub(crate) fn decimals(self) -> u32 {
        self.0.normalize().scale()
    }

    /// The whole-dollar part is an odd number.
    pub(crate) fn has_odd_dollars(self) -> bool {
        !(self.0.trunc() % Decimal::TWO).is_zero()
    }

    pub(crate) fn to_cents(self) -> Self {
        Self(self.0.round_dp(2))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    pub(crate) fn times(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0))
    }
}

impl FromStr for Money {
    type Err = NotMoney;

    /// Reads JSON's number syntax, the exponent form included.
    fn from_str(text: &str) -> Result<Self, NotMoney> {
        // The decimal library reads more than JSON allows: `1_000`, `+1`, `.5`, `1.`.
        let digits = text.strip_prefix('-').unwrap_or(text);
        let ends_well = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let backwards: String = digits.chars().rev().collect();
        if text.contains('_') || !ends_well(digits) || !ends_well(&backwards) {
            return Err(NotMoney);
        }
        let decimal = if text.contains(['e', 'E']) {
            Decimal::from_scientific(text)
        } else {
            Decimal::from_str_exact(text)
        };
        decimal.map(Self).map_err(|_| NotMoney)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.normalize().fmt(f)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not an amount, or has more than 28 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an exact amount of at most 28 digits")]
pub struct NotMoney;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit() {
        let money: Money = "12345678901234567890.12345678".parse().unwrap();
        assert_eq!(money.to_string(), "12345678901234567890.12345678");
        assert_eq!("0.1234567890123456789012345678901".parse::<Money>(), Err(NotMoney));
        assert_eq!("1e2".parse::<Money>().unwrap().to_string(), "100");
        assert_eq!("1.00".parse::<Money>(), "1".parse());
        for text in ["", "-", "1_000", "+1", ".5", "1.", " 1", "1 ", "1,5", "0x1", "NaN", "1e"] {
            assert_eq!(text.parse::<Money>(), Err(NotMoney), "{text}");
        }
        assert!("-1".parse::<Money>().unwrap().is_negative());
    }

    #[test]
    fn odd_and_even_look_at_whole_dollars_only() {
        for (text, odd) in [("1", true), ("11.98", true), ("10.99", false), ("0.01", false)] {
            assert_eq!(text.parse::<Money>().unwrap().has_odd_dollars(), odd, "{text}");
        }
    }
}
