//! Bad input, named by field and rule.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

/// A value that was refused before anything was sent.
///
/// Names the field and the rule that it broke. Never holds the value, which may be a card number.
///
/// ```
/// let refused = "10,99".parse::<pay_core::Amount>().unwrap_err();
/// assert_eq!(refused.field(), "amount");
/// assert_eq!(refused.under("plan").to_string(), "plan.amount: must be a plain decimal number");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    field: Cow<'static, str>,
    rule: Cow<'static, str>,
}

impl Invalid {
    /// A refusal of `field` because it broke `rule`. The rule must not quote the value.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }

    /// The field as the provider names it, with its parents: `card.card_number`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What the field must be, as the end of a sentence: `must be greater than 0`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The same rule, said of another field.
    #[must_use]
    pub fn in_field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), ..self }
    }

    /// The same refusal, with the field placed under its parent: `card_number` under `card` is
    /// `card.card_number`.
    #[must_use]
    pub fn under(self, parent: &str) -> Self {
        Self { field: format!("{parent}.{}", self.field).into(), ..self }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}

impl std::error::Error for Invalid {}

/// What cannot fail fits where a check may fail: a setter can take a value that was checked before
/// as well as the text of one.
impl From<Infallible> for Invalid {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_field_then_rule() {
        let invalid = Invalid::new("amount", "must be greater than 0");
        assert_eq!(invalid.to_string(), "amount: must be greater than 0");
        assert_eq!(invalid.clone().in_field("tip").to_string(), "tip: must be greater than 0");
        assert_eq!(invalid.under("plan").under("body").field(), "body.plan.amount");
    }
}
