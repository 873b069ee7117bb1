//! Card verification values.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::Invalid;

/// The card verification value (CVV2, CVC2, CID): 3 or 4 digits, leading zeros kept.
///
/// `Debug` shows nothing of it, there is no `Display` and no `Serialize`, and the memory is wiped
/// on drop; the text that it was made from is the caller's. It must never be stored, not even
/// encrypted, once the payment is authorized (PCI DSS 3.3).
///
/// ```
/// let cvv: pay_core::Cvv = "012".parse()?;
/// assert_eq!(format!("{cvv:?}"), "Cvv([redacted])");
/// assert_eq!(cvv.expose(), "012");
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cvv(Zeroizing<String>);

impl Cvv {
    /// Checks and takes 3 or 4 digits, nothing around them.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if matches!(text.len(), 3 | 4) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(Invalid::new("cvv", "must be 3 or 4 digits"))
        }
    }

    /// The digits. Keep the borrow short and do not copy it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Cvv {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Debug for Cvv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cvv([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_three_or_four_digits() {
        for text in ["000", "012", "999", "0000", "1234"] {
            assert_eq!(Cvv::parse(text).unwrap().expose(), text);
        }
        for text in ["", "12", "12345", "12a", " 123", "123 ", "-12", "+123", "１２３", "é1"] {
            let refused = Cvv::parse(text).unwrap_err();
            assert_eq!(refused.to_string(), "cvv: must be 3 or 4 digits", "{text:?}");
        }
    }
}
