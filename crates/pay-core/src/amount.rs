//! Exact money.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

use crate::{Currency, Invalid};

mod check;
pub mod number;
mod raw;
pub mod string;
mod text;

/// An amount of money in major units (dollars, not cents), exact to 28 digits.
///
/// Keeps the decimals it was written with: `10.90` prints as `10.90` and yet equals `10.9`.
/// There is no way in from a binary float. An amount says nothing of its currency.
///
/// `Amount` does not implement `Serialize`: whether the provider wants a JSON number or a JSON
/// string must be said, with [`number`] or [`string`]. It reads either.
///
/// ```
/// use pay_core::{Amount, Currency};
///
/// let price: Amount = "10.90".parse()?;
/// assert_eq!(price, Amount::from_minor(1090, Currency::CAD));
/// assert_eq!(price.to_string(), "10.90");
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An amount in the currency's smallest unit: 1099 is 10.99 in CAD, 1099 in JPY.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self(Decimal::new(minor, currency.decimals()))
    }

    /// An amount in hundredths: 1099 is 10.99.
    pub fn from_cents(cents: i64) -> Self {
        Self(Decimal::new(cents, 2))
    }

    /// The amount in the currency's smallest unit. `None` when it is not a whole number of them
    /// (10.999 CAD) or does not fit.
    pub fn to_minor(&self, currency: Currency) -> Option<i64> {
        let exact = self.rescaled(currency)?;
        i64::try_from(exact.0.mantissa()).ok()
    }

    /// The same amount, written with exactly the currency's decimals. `None` when that would
    /// drop a digit that counts, or need more than 28.
    pub fn rescaled(&self, currency: Currency) -> Option<Self> {
        let bare = self.0.normalize();
        let missing = currency.decimals().checked_sub(bare.scale())?;
        let mantissa = bare.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
        text::assemble(mantissa, currency.decimals()).map(Self)
    }

    /// The number of decimals it is written with: 2 for `10.90`.
    pub fn scale(&self) -> u32 {
        self.0.scale()
    }

    /// Whether it is zero, with however many decimals.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is greater than zero.
    pub fn is_positive(&self) -> bool {
        *self > Self::ZERO
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        *self < Self::ZERO
    }

    /// The exact sum; `None` when it needs more than 28 digits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        text::sum(self.0, other.0).map(Self)
    }

    /// The exact difference; `None` when it needs more than 28 digits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        text::sum(self.0, -other.0).map(Self)
    }
}

/// Reads plain decimal text: an optional minus, digits, and optionally a point with digits.
///
/// Refused: a plus, an exponent, spaces, thousands separators, a bare point (`.5`, `5.`), and
/// more than 28 digits or decimals. Leading zeros are read and not kept.
impl FromStr for Amount {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text::parse_plain(text).map(Self)
    }
}

/// `{:.2}` adds zeros up to two decimals: `5` prints as `5.00`. It never rounds: `1.999` stays so.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = self.0.abs().to_string();
        // Decimal would round to the precision of `{:.1}`; an amount never loses digits in print.
        let decimals = self.0.scale().try_into().unwrap_or(usize::MAX);
        let missing = f.precision().unwrap_or(0).saturating_sub(decimals);
        if missing > 0 {
            if decimals == 0 {
                digits.push('.');
            }
            digits.extend(std::iter::repeat_n('0', missing));
        }
        f.pad_integral(!self.is_negative(), "", &digits)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({self})")
    }
}

/// Reads a JSON number or a JSON string, exactly. See [`number`] for where this does not work.
impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        raw::deserialize(deserializer)
    }
}
