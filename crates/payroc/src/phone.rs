use std::fmt;
use std::str::FromStr;

use pay_core::Invalid;

/// A US telephone number: ten digits, as working clients send it. Spaces, dashes, dots, parentheses
/// and a leading `1` or `+1` are dropped. The provider's own check is not stated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(Box<str>);

impl Phone {
    /// Checks and takes a number.
    ///
    /// # Errors
    ///
    /// It has not ten digits.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("phone", "must be a US number of 10 digits");
        let (text, with_plus) = match text.trim_start().strip_prefix('+') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let cleaned: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
        if !cleaned.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let national = match (cleaned.len(), cleaned.strip_prefix('1')) {
            (11, Some(national)) => national,
            (10, _) if !with_plus => cleaned.as_str(),
            _ => return Err(wrong()),
        };
        Ok(Self(national.into()))
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Phone {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Phone {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for Phone {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_numbers_as_people_write_them() {
        for text in [
            "3125550123",
            "(312) 555-0123",
            "312.555.0123",
            "+1 312 555 0123",
            "1-312-555-0123",
            "+13125550123",
        ] {
            assert_eq!(Phone::new(text).unwrap().as_str(), "3125550123", "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_us_number() {
        for text in ["", "555-0123", "31255501234", "+44 20 7946 0958", "+3125550123", "312555012x"]
        {
            let refused = Phone::new(text).unwrap_err();
            assert_eq!(refused.to_string(), "phone: must be a US number of 10 digits", "{text:?}");
        }
    }
}
