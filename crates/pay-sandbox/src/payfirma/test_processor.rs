//! The test processor's rules: Partner integration, "Test Processor"; Checklist, step 5.

use crate::money::Money;

/// How a payment went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ruling {
    Approved,
    Declined(&'static str),
    /// Nobody knows yet.
    Pending,
}

/// Amounts with a reason of their own, in cents.
const FIXED: [(&str, &str); 6] = [
    ("2.10", "Failed to tokenize card information."),
    ("2.20", "Email is required."),
    ("2.30", "Missing mandatory card information field(s) in the request."),
    ("2.40", "Transaction Not Supported."),
    ("2.50", "Failed to de-tokenize card information."),
    ("2.60", "Failed to authorize."),
];

/// Odd whole dollars are approved, even ones declined.
pub(crate) fn ruling(amount: Money) -> Ruling {
    let fixed = FIXED.iter().find(|(cents, _)| cents.parse() == Ok(amount));
    match fixed {
        Some((_, reason)) => Ruling::Declined(reason),
        None if amount.has_odd_dollars() => Ruling::Approved,
        None => Ruling::Declined("Transaction declined."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_approves_even_declines_and_some_have_a_reason() {
        let of = |text: &str| ruling(text.parse().unwrap());
        assert_eq!(of("11"), Ruling::Approved);
        assert_eq!(of("1.99"), Ruling::Approved);
        assert_eq!(of("10.99"), Ruling::Declined("Transaction declined."));
        assert_eq!(of("2.4"), Ruling::Declined("Transaction Not Supported."));
        assert_eq!(of("2.60"), Ruling::Declined("Failed to authorize."));
        assert_eq!(of("2.70"), Ruling::Declined("Transaction declined."));
    }
}
