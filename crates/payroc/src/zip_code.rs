use std::fmt;
use std::str::FromStr;

use pay_core::Invalid;

/// A ZIP code: five digits, or ZIP+4 with its dash (`60601-1234`). The provider's own check is not
/// stated; these are the forms that the US postal service writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZipCode(Box<str>);

impl ZipCode {
    /// Checks and takes a code.
    ///
    /// # Errors
    ///
    /// Any other form.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let digits =
            |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        let is_zip = match text.split_once('-') {
            Some((five, four)) => digits(five, 5) && digits(four, 4),
            None => digits(text, 5),
        };
        if is_zip {
            Ok(Self(text.into()))
        } else {
            Err(Invalid::new("zip", "must have 5 digits, or 5 and 4 with a dash between them"))
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ZipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ZipCode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for ZipCode {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for ZipCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_five_digits_and_zip_plus_four() {
        for text in ["60601", "00501", "60601-1234"] {
            assert_eq!(ZipCode::new(text).unwrap().to_string(), text);
        }
        for text in ["", "6060", "606011", "60601-", "60601-123", "6060a", "60601 1234", "M5V 2T6"]
        {
            assert_eq!(ZipCode::new(text).unwrap_err().field(), "zip", "{text:?}");
        }
    }
}
