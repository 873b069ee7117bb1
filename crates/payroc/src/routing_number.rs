use std::fmt;
use std::str::FromStr;

use pay_core::Invalid;

/// A bank's ABA routing number: nine digits, the last of which is a check digit.
///
/// ```
/// let bank: payroc::RoutingNumber = "021000021".parse()?;
/// assert!("021000022".parse::<payroc::RoutingNumber>().is_err());
/// # Ok::<(), payroc::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoutingNumber(Box<str>);

impl RoutingNumber {
    /// Checks and takes a number.
    ///
    /// # Errors
    ///
    /// It has not nine digits, they are all zeros, or the check digit is wrong.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let digits = text.as_bytes();
        if digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Invalid::new("routingNumber", "must have 9 digits"));
        }
        if digits.iter().all(|digit| *digit == b'0') || !checksum(digits).is_multiple_of(10) {
            return Err(Invalid::new("routingNumber", "fails the ABA check"));
        }
        Ok(Self(text.into()))
    }

    /// The nine digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digits weighted 3, 7, 1 and again.
fn checksum(digits: &[u8]) -> u32 {
    digits.iter().zip([3, 7, 1].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum()
}

impl fmt::Display for RoutingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for RoutingNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for RoutingNumber {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for RoutingNumber {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_of_real_banks_pass() {
        // The Federal Reserve's own list: Boston, New York, Chicago; JPMorgan Chase, Bank of America.
        for text in ["011000015", "021001208", "071000301", "021000021", "026009593"] {
            assert_eq!(RoutingNumber::new(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn slips_are_refused() {
        for text in ["", "02100002", "0210000210", "02100002a", "021-000-021", "０２１００００２１"]
        {
            let refused = RoutingNumber::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "routingNumber: must have 9 digits", "{text:?}");
        }
        for text in ["000000000", "021000022", "120000021"] {
            let refused = RoutingNumber::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "routingNumber: fails the ABA check", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_found(place in 0_usize..9, by in 1_u8..10) {
            let mut digits = *b"021000021";
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let text = std::str::from_utf8(&digits).unwrap();
            prop_assert!(RoutingNumber::new(text).is_err(), "{text}");
        }

        #[test]
        fn never_panics(text in "\\PC{0,12}") {
            let _ = RoutingNumber::new(&text);
        }
    }
}
