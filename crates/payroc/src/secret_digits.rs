//! Numbers that must not be seen: SSN, tax id, account number.

use std::fmt;
use std::str::FromStr;

use pay_core::{Invalid, provider::Hidden};
use zeroize::{Zeroize, Zeroizing};

/// Digits that are wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
struct Digits(Zeroizing<String>);

impl Digits {
    /// Drops spaces and dashes, and checks that nothing but digits is left, of the right number.
    fn parse(text: &str, longest: usize, is_length: impl Fn(usize) -> bool) -> Option<Self> {
        let cleaned = || text.chars().filter(|c| !matches!(c, ' ' | '-'));
        if !cleaned().all(|c| c.is_ascii_digit()) || !is_length(cleaned().count()) {
            return None;
        }
        // Room for all of it from the start: growing would leave a copy behind, not wiped.
        let mut digits = Zeroizing::new(String::with_capacity(longest));
        digits.extend(cleaned());
        Some(Self(digits))
    }
}

/// A Social Security number.
///
/// Handled like a card number: `Debug` shows nothing, there is no `Display` and no `Serialize`, the
/// memory is wiped on drop, and an answer that echoes it is masked. Not ours, so not wiped: a `&str`
/// that it was made from, and what you copy out of [`expose`](Self::expose).
///
/// ```
/// let ssn: payroc::Ssn = "123-45-6789".parse()?;
/// assert_eq!(format!("{ssn:?}"), "Ssn([redacted])");
/// assert!("12-345".parse::<payroc::Ssn>().is_err());
/// # Ok::<(), payroc::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Ssn(Digits);

/// A federal tax id (EIN, or the SSN of a sole proprietor). Handled like an [`Ssn`].
#[derive(Clone, PartialEq, Eq)]
pub struct TaxId(Digits);

/// A bank account's number. Handled like an [`Ssn`].
#[derive(Clone, PartialEq, Eq)]
pub struct AccountNumber(Digits);

impl Ssn {
    /// Nine digits, with or without spaces and dashes between them. ("Expected 9 numeric
    /// characters": Error Codes.)
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        Digits::parse(text, 9, |length| length == 9)
            .map(Self)
            .ok_or_else(|| Invalid::new("ssn", "must have 9 digits"))
    }

    /// All digits. Keep the borrow short and do not copy it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0.0
    }
}

impl TaxId {
    /// Nine digits, with or without spaces and dashes between them. (Nine digits are what working
    /// clients send; the document states no rule, and checks the number against its owner, which
    /// cannot be done here.)
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        Digits::parse(text, 9, |length| length == 9)
            .map(Self)
            .ok_or_else(|| Invalid::new("fedTaxId", "must have 9 digits"))
    }

    /// All digits. Keep the borrow short and do not copy it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0.0
    }
}

impl AccountNumber {
    /// 4 to 17 digits, with or without spaces and dashes between them. (The provider's own rule is
    /// not stated. 17 is as long as a number can be in the ACH network; under four, an echo of it
    /// could not be told from any other number.)
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        Digits::parse(text, 17, |length| (4..=17).contains(&length))
            .map(Self)
            .ok_or_else(|| Invalid::new("accountNumber", "must have 4 to 17 digits"))
    }

    /// All digits. Keep the borrow short and do not copy it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0.0
    }
}

/// What the three have in common for the outside.
macro_rules! secret_number {
    ($name:ident) => {
        impl $name {
            pub(crate) fn hidden(&self) -> Hidden {
                Hidden::number(self.expose())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = Invalid;

            fn try_from(text: &str) -> Result<Self, Invalid> {
                Self::new(text)
            }
        }

        /// Wipes the text.
        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(mut text: String) -> Result<Self, Invalid> {
                let parsed = Self::new(&text);
                text.zeroize();
                parsed
            }
        }
    };
}

secret_number!(Ssn);
secret_number!(TaxId);
secret_number!(AccountNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_numbers_as_people_write_them() {
        for text in ["123456789", "123-45-6789", "123 45 6789", " 123-456789 "] {
            assert_eq!(Ssn::new(text).unwrap().expose(), "123456789", "{text:?}");
        }
        assert_eq!(TaxId::new("12-3456789").unwrap().expose(), "123456789");
        assert_eq!(AccountNumber::new("0001-2345").unwrap().expose(), "00012345");
        assert_eq!(
            Ssn::try_from("123456789".to_owned()).unwrap(),
            Ssn::new("123-45-6789").unwrap()
        );
    }

    #[test]
    fn says_which_rule_was_broken_and_never_the_number() {
        for text in ["", "12345678", "1234567890", "12345678a", "１２３４５６７８９", "123.45.6789"]
        {
            let refused = Ssn::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "ssn: must have 9 digits", "{text:?}");
            let refused = TaxId::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "fedTaxId: must have 9 digits", "{text:?}");
        }
        for text in ["", "123", "123456789012345678", "12a45", "- -"] {
            let refused = AccountNumber::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "accountNumber: must have 4 to 17 digits", "{text:?}");
        }
    }

    #[test]
    fn nothing_of_them_is_shown() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Ssn::new("123456789").unwrap(),
            TaxId::new("123456789").unwrap(),
            AccountNumber::new("123456789").unwrap()
        );
        assert_eq!(shown, "Ssn([redacted]) TaxId([redacted]) AccountNumber([redacted])");
    }
}
