//! Rules on fields. All broken ones are told at once.

use super::{
    Refusal,
    input::Input,
    switches::{InnerFields, TooLong},
};
use crate::world::World;

/// One broken rule.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) code: &'static str,
    /// As in `OwnerContacts[0].Ssn`.
    pub(crate) field: String,
    pub(crate) message: String,
    /// What was sent.
    pub(crate) value: Option<String>,
}

impl Violation {
    /// The field's name as people read it: `DoingBusinessAs` is "Doing Business As".
    pub(crate) fn property_name(&self) -> String {
        in_words(self.field.rsplit('.').next().unwrap_or_default())
    }
}

/// Where rules are checked: what was broken so far, in order.
pub(crate) struct Validation<'a> {
    pub(crate) world: &'a World,
    violations: Vec<Violation>,
}

impl<'a> Validation<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self { world, violations: Vec::new() }
    }

    /// The end: an error if any rule was broken.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.violations.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Invalid(self.violations)),
        }
    }

    pub(crate) fn broken(&mut self, code: &'static str, field: &str, message: impl Into<String>) {
        let (field, message) = (field.to_owned(), message.into());
        self.violations.push(Violation { code, field, message, value: None });
    }

    /// A rule of the document that has the code Predicate, about what was sent.
    pub(crate) fn check(&mut self, holds: bool, field: &str, value: &str, message: &str) {
        if !holds {
            self.broken_by("Predicate", field, value, message.to_owned());
        }
    }

    pub(crate) fn broken_by(
        &mut self,
        code: &'static str,
        field: &str,
        value: &str,
        message: String,
    ) {
        let (field, value) = (field.to_owned(), Some(value.to_owned()));
        self.violations.push(Violation { code, field, message, value });
    }

    /// A text that must be there.
    pub(crate) fn needed<'t>(
        &mut self,
        input: Input<'t>,
        path: &str,
        name: &str,
    ) -> Result<Option<&'t str>, Refusal> {
        let text = self.optional(input, path, name)?;
        if text.is_none() {
            let message = format!("'{}' should not be empty.", in_words(name));
            self.broken("NotEmpty", &join(path, name), message);
        }
        Ok(text)
    }

    /// A text inside of another object: whether it must be there is a switch.
    pub(crate) fn inner<'t>(
        &mut self,
        input: Input<'t>,
        path: &str,
        name: &str,
    ) -> Result<Option<&'t str>, Refusal> {
        match self.world.switch() {
            InnerFields::Required => self.needed(input, path, name),
            InnerFields::Optional => self.optional(input, path, name),
        }
    }

    pub(crate) fn optional<'t>(
        &mut self,
        input: Input<'t>,
        path: &str,
        name: &str,
    ) -> Result<Option<&'t str>, Refusal> {
        let text = input.text(name)?;
        let limit = self.world.switch::<TooLong>().0;
        if let Some(text) = text
            && u64::try_from(text.chars().count()).is_ok_and(|length| length >= limit)
        {
            let message = format!("{} must be less than {limit} characters", in_words(name));
            self.broken_by("Length", &join(path, name), text, message);
        }
        Ok(text)
    }

    pub(crate) fn missing_object(&mut self, name: &str) {
        let message = format!("'{}' must not be empty.", in_words(name));
        self.broken("NotNull", name, message);
    }
}

/// `DbaAddress` and `State` as `DbaAddress.State`.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Whether it is digits and nothing else, that many of them.
pub(crate) fn is_digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The last four characters, all that is kept of a number.
pub(crate) fn last_four(number: &str) -> String {
    let skipped = number.chars().count().saturating_sub(4);
    number.chars().skip(skipped).collect()
}

fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_words() {
        assert_eq!(in_words("DoingBusinessAs"), "Doing Business As");
        assert_eq!(join("OwnerContacts[1]", "Ssn"), "OwnerContacts[1].Ssn");
        assert_eq!((last_four("123456789"), last_four("12")), ("6789".into(), "12".into()));
    }
}
