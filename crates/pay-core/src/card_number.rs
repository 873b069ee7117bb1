//! Card numbers.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::{Invalid, luhn};

const FIELD: &str = "card_number";
const MIN_DIGITS: usize = 12;
const MAX_DIGITS: usize = 19;

/// How much of the number must stay hidden in `Debug`.
const MIN_HIDDEN: usize = 6;

/// A card number (PAN): 12 to 19 digits that pass the Luhn check.
///
/// There is no `Display` and no `Serialize`, and the memory is wiped on drop. `Debug` shows at
/// most the first six and the last four digits, and always hides six or more: of a number with
/// fewer than 16 digits it shows fewer of the first.
///
/// Not ours, so not wiped: the text that it was made from, and what you copy out of
/// [`expose`](Self::expose).
///
/// ```
/// use pay_core::CardNumber;
///
/// let number: CardNumber = "4111 1111-1111 1111".parse()?;
/// assert_eq!(format!("{number:?}"), "CardNumber(411111******1111)");
/// assert_eq!(number.last4(), "1111");
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(Zeroizing<String>);

impl CardNumber {
    /// Drops spaces and dashes and checks the rest.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let cleaned = || text.chars().filter(|c| !matches!(c, ' ' | '-'));
        if !cleaned().all(|c| c.is_ascii_digit()) {
            return Err(Invalid::new(FIELD, "must contain only digits"));
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&cleaned().count()) {
            return Err(Invalid::new(FIELD, "must have 12 to 19 digits"));
        }
        // Room for all of it from the start: growing would leave a copy behind, not wiped.
        let mut digits = Zeroizing::new(String::with_capacity(MAX_DIGITS));
        digits.extend(cleaned());
        if !luhn::holds(digits.as_bytes()) {
            return Err(Invalid::new(FIELD, "fails the Luhn check"));
        }
        Ok(Self(digits))
    }

    /// All digits. Keep the borrow short and do not copy it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four digits, as printed on receipts.
    pub fn last4(&self) -> &str {
        self.0.len().checked_sub(4).and_then(|start| self.0.get(start..)).unwrap_or_default()
    }

    /// The first six digits, which name the issuer. Together with [`last4`](Self::last4) they
    /// leave only two digits of the shortest numbers unsaid.
    pub fn bin(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }
}

impl FromStr for CardNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last4 = self.last4();
        let first = self.0.len().saturating_sub(last4.len() + MIN_HIDDEN).min(6);
        let hidden = self.0.len().saturating_sub(first + last4.len());
        let first = self.0.get(..first).unwrap_or_default();
        write!(f, "CardNumber({first}{}{last4})", "*".repeat(hidden))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> String {
        let refused = CardNumber::parse(text).unwrap_err();
        assert_eq!(refused.field(), "card_number");
        refused.rule().to_owned()
    }

    #[test]
    fn takes_numbers_as_people_type_them() {
        for text in ["4111111111111111", "4111 1111 1111 1111", " 4111-1111-1111-1111 "] {
            assert_eq!(CardNumber::parse(text).unwrap().expose(), "4111111111111111");
        }
        let amex = CardNumber::parse("3782 822463 10005").unwrap();
        assert_eq!((amex.bin(), amex.last4()), ("378282", "0005"));
    }

    #[test]
    fn says_which_rule_was_broken() {
        assert_eq!(rule(""), "must have 12 to 19 digits");
        assert_eq!(rule("- -"), "must have 12 to 19 digits");
        assert_eq!(rule("00000000000"), "must have 12 to 19 digits");
        assert_eq!(rule("00000000000000000000"), "must have 12 to 19 digits");
        assert_eq!(rule("4111111111111112"), "fails the Luhn check");
        for text in ["4111a11111111111", "4111\t111111111111", "41111111１1111111", "4111.1111"] {
            assert_eq!(rule(text), "must contain only digits", "{text:?}");
        }
    }

    #[test]
    fn shorter_numbers_show_less() {
        let shown = |text| format!("{:?}", CardNumber::parse(text).unwrap());
        assert_eq!(shown("6304000000000000000"), "CardNumber(630400*********0000)");
        assert_eq!(shown("378282246310005"), "CardNumber(37828******0005)");
        assert_eq!(shown("30569309025904"), "CardNumber(3056******5904)");
        assert_eq!(shown("4222222222222"), "CardNumber(422******2222)");
        assert_eq!(shown("123456789015"), "CardNumber(12******9015)");
    }
}
