//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::Invalid;

/// An e-mail address, checked for slips and not for existence: one `@`, something before it, a
/// domain with a dot behind it, at most 254 bytes, no spaces or control characters, and none of
/// `" ( ) , : ; < > [ \ ]` (quoted forms and lists are refused).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Box<str>);

impl Email {
    /// Checks and takes an address.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let text = text.as_ref();
        if text.len() > 254 {
            return Err(Invalid::new("email", "must have at most 254 bytes"));
        }
        if is_address(text) {
            Ok(Self(text.into()))
        } else {
            Err(Invalid::new("email", "must be an address such as name@example.com"))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Email {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for Email {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

fn is_address(text: &str) -> bool {
    let strange = |c: char| c.is_whitespace() || c.is_control() || "\"(),:;<>[\\]".contains(c);
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty()
        && !text.contains(strange)
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_refuses_slips() {
        for text in ["a@b.c", "first.last+tag@mail.example.com", "o'neil@example.ie", "ü@bücher.de"]
        {
            assert_eq!(Email::new(text).unwrap().to_string(), text);
            assert_eq!(Email::try_from(text), Email::try_from(text.to_owned()));
        }
        for text in [
            "",
            "@",
            "a",
            "a@b",
            "@b.c",
            "a@",
            "a@.c",
            "a@b.",
            "a@b..c",
            "a@@b.c",
            "a@b.c@d.e",
            "a b@c.d",
            "a@b .c",
            "a@b.c\n",
            "a@b.c\r\nBcc: d",
            "a@b.c,d",
            "A <a@b.c>",
            "a\u{a0}@b.c",
            "a\0@b.c",
        ] {
            assert_eq!(Email::new(text).unwrap_err().field(), "email", "{text:?}");
        }
        let long = format!("{}@b.c", "a".repeat(251));
        assert_eq!(Email::new(&long).unwrap_err().rule(), "must have at most 254 bytes");
        assert!(Email::new(&long[1..]).is_ok());
        assert_eq!(serde_json::to_string(&Email::new("a@b.c").unwrap()).unwrap(), r#""a@b.c""#);
    }
}
