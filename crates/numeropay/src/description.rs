//! The one text field of a payment that comes back: the caller's text, and behind it the reference
//! in brackets. `Order 1042 [bcdfgh]`, or `[bcdfgh]` alone.

use pay_core::Reference;

/// The description that is sent.
pub(crate) fn compose(text: Option<&str>, reference: Option<&Reference>) -> Option<String> {
    match (text, reference) {
        (Some(text), Some(reference)) => Some(format!("{text} [{reference}]")),
        (None, Some(reference)) => Some(format!("[{reference}]")),
        (text, None) => text.map(str::to_owned),
    }
}

/// The reference at the end of a description.
pub(crate) fn reference(description: &str) -> Option<Reference> {
    let (before, reference) = description.trim_end().strip_suffix(']')?.rsplit_once('[')?;
    let apart = before.is_empty() || before.ends_with(char::is_whitespace);
    Reference::new(reference).ok().filter(|_| apart)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_stands_at_the_end_in_brackets_is_a_reference() {
        for (description, found) in [
            ("[order-1042]", Some("order-1042")),
            ("Two chairs [order-1042]", Some("order-1042")),
            ("Two chairs [order-1042] \n", Some("order-1042")),
            ("instead of [old] [new]", Some("new")),
            ("order-1042", None),
            ("Two chairs[order-1042]", None),
            ("[order-1042] two chairs", None),
            ("Two chairs [order 1042]", None),
            ("Two chairs [order-1042", None),
            ("[]", None),
            ("]", None),
            ("", None),
        ] {
            let reference = reference(description);
            assert_eq!(reference.as_ref().map(Reference::as_str), found, "{description:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_is_found(text in proptest::option::of(any::<String>())) {
            let sent = Reference::random();
            let description = compose(text.as_deref(), Some(&sent)).unwrap();
            prop_assert_eq!(reference(&description), Some(sent));
        }
    }
}
