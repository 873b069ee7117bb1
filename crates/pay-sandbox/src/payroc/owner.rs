//! Owners: the document's `Contact`.

use super::{
    Refusal,
    address::Address,
    input::Input,
    switches::Phones,
    validation::{Validation, is_digits, join, last_four},
};
use crate::money::Money;

/// Checks all owners; returns the last four digits of each SSN that was sent.
pub(crate) fn check(
    owners: &[Input<'_>],
    validation: &mut Validation<'_>,
) -> Result<Vec<String>, Refusal> {
    let mut shares = Money::ZERO;
    let mut primaries = 0;
    let mut last_fours = Vec::new();
    for (place, owner) in owners.iter().enumerate() {
        let owner = Owner::check(*owner, &format!("OwnerContacts[{place}]"), validation)?;
        shares = shares.plus(owner.share);
        primaries += usize::from(owner.is_primary);
        last_fours.extend(owner.ssn_last_four);
    }
    let hundred = "100".parse().unwrap_or(Money::ZERO);
    if shares > hundred {
        let message = "Ownership must total to less than or equal to 100%";
        validation.broken("Predicate", "OwnerContacts", message);
    }
    if primaries > 1 {
        let message = "No more than one primary contact may be specified.";
        validation.broken("Predicate", "OwnerContacts", message);
    }
    Ok(last_fours)
}

struct Owner {
    share: Money,
    is_primary: bool,
    ssn_last_four: Option<String>,
}

impl Owner {
    fn check(
        input: Input<'_>,
        path: &str,
        validation: &mut Validation<'_>,
    ) -> Result<Self, Refusal> {
        validation.inner(input, path, "FirstName")?;
        validation.inner(input, path, "LastName")?;
        if let Some(email) = validation.optional(input, path, "Email")?
            && !is_email(email)
        {
            let message = "'Email' is not a valid email address.".to_owned();
            validation.broken_by("Email", &join(path, "Email"), email, message);
        }
        if let Some(phone) = validation.optional(input, path, "Phone")? {
            let is_one = is_phone(phone, validation.world.switch());
            validation.check(is_one, &join(path, "Phone"), phone, "Invalid Phone number");
        }
        if let Some(address) = input.object("Address")? {
            Address::check(address, &join(path, "Address"), "Owner", validation)?;
        }
        let share = input.decimal("EquityPercentage")?.unwrap_or(Money::ZERO);
        if share.is_negative() {
            let message = "'Equity Percentage' must be greater than or equal to '0'.".to_owned();
            let field = join(path, "EquityPercentage");
            validation.broken_by("GreaterThanOrEqual", &field, &share.to_string(), message);
        }
        let ssn = input.text("Ssn")?;
        if let Some(ssn) = ssn {
            validation.check(is_digits(ssn, 9..=9), &join(path, "Ssn"), ssn, "Invalid SSN");
        }
        Ok(Self {
            share,
            is_primary: input.flag("IsPrimaryContact")?.unwrap_or(false),
            ssn_last_four: ssn.map(last_four),
        })
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

fn is_phone(text: &str, form: Phones) -> bool {
    match form {
        Phones::TenDigits => is_digits(text, 10..=10),
        Phones::Formatted => {
            let digits: String = text.chars().filter(|c| !" +-.()".contains(*c)).collect();
            is_digits(&digits, 10..=10) || digits.starts_with('1') && is_digits(&digits, 11..=11)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_emails() {
        assert!(is_phone("8888888888", Phones::TenDigits));
        assert!(!is_phone("888-888-8888", Phones::TenDigits));
        assert!(is_phone("+1 (888) 888-8888", Phones::Formatted));
        assert!(!is_phone("888888888", Phones::Formatted));
        assert!(is_email("a@b.co"));
        for text in ["a", "a@", "@b.co", "a@b", "a b@c.de", "a@b@c.de", "a@b."] {
            assert!(!is_email(text), "{text}");
        }
    }
}
