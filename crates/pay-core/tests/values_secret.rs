//! What must not be seen is not seen: no `Debug`, no error and no trait gives it away.

use std::fmt::Display;
use std::marker::PhantomData;

use pay_core::{CardNumber, Cvv, Expiry, Extra, Secret};
use proptest::prelude::*;
use serde::Serialize;

/// Says whether a type has a trait: an inherent constant wins over that of `Without`, but only
/// exists where the bound holds.
struct Has<T>(PhantomData<T>);

trait Without {
    const DISPLAY: bool = false;
    const SERIALIZE: bool = false;
}

impl<T> Without for Has<T> {}

struct Shown<T>(PhantomData<T>);

impl<T> Without for Shown<T> {}

impl<T: Display> Has<T> {
    const DISPLAY: bool = true;
}

impl<T: Serialize> Shown<T> {
    const SERIALIZE: bool = true;
}

#[test]
fn secret_types_are_neither_displayed_nor_serialized() {
    const { assert!(Has::<String>::DISPLAY && Shown::<String>::SERIALIZE, "the probe itself must work") };
    const { assert!(!Has::<Secret>::DISPLAY && !Shown::<Secret>::SERIALIZE) };
    const { assert!(!Has::<CardNumber>::DISPLAY && !Shown::<CardNumber>::SERIALIZE) };
    const { assert!(!Has::<Cvv>::DISPLAY && !Shown::<Cvv>::SERIALIZE) };
    const { assert!(!Has::<Expiry>::DISPLAY && !Shown::<Expiry>::SERIALIZE) };
    const { assert!(!Has::<Extra>::DISPLAY && !Shown::<Extra>::SERIALIZE) };
}

/// A number of that many digits, its last one made to fit.
fn card_number() -> impl Strategy<Value = String> {
    "[0-9]{11,18}".prop_map(|body| {
        (0..10)
            .map(|check| format!("{body}{check}"))
            .find(|number| CardNumber::parse(number).is_ok())
            .unwrap_or(body)
    })
}

proptest! {
    #[test]
    fn card_numbers_hide_six_digits_or_more(number in card_number()) {
        let parsed = CardNumber::parse(&number).unwrap();
        prop_assert_eq!(parsed.expose(), &number);
        for shown in [format!("{parsed:?}"), format!("{parsed:#?}"), format!("{:?}", Some(&parsed))] {
            let mask = shown
                .split_once("CardNumber(")
                .and_then(|(_, rest)| rest.split_once(')'))
                .unwrap()
                .0;
            let first = mask.split('*').next().unwrap();
            let last = mask.rsplit('*').next().unwrap();
            prop_assert!(first.len() <= 6 && number.starts_with(first));
            prop_assert!(last.len() <= 4 && number.ends_with(last));
            prop_assert_eq!(mask.len(), number.len());
            let hidden = mask.matches('*').count();
            prop_assert!(hidden >= 6);
            prop_assert_eq!(hidden + first.len() + last.len(), number.len());
        }
        prop_assert_eq!(parsed.bin(), &number[..6]);
        prop_assert_eq!(parsed.last4(), &number[number.len() - 4..]);
    }

    #[test]
    fn cleaning_changes_nothing_but_spaces_and_dashes(
        number in card_number(),
        gaps in proptest::collection::vec("[ -]{0,3}", 20),
    ) {
        let mut typed = String::new();
        for (digit, gap) in number.chars().zip(&gaps) {
            typed.push_str(gap);
            typed.push(digit);
        }
        typed.push_str(&gaps[19]);
        let parsed = CardNumber::parse(&typed).unwrap();
        prop_assert_eq!(parsed.expose(), number);
    }

    #[test]
    fn a_wrong_digit_is_refused_without_being_quoted(
        number in card_number(),
        place in any::<prop::sample::Index>(),
        by in 1_u8..10,
    ) {
        let mut wrong = number.into_bytes();
        let place = place.index(wrong.len());
        wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
        let refused = CardNumber::parse(std::str::from_utf8(&wrong).unwrap()).unwrap_err();
        prop_assert_eq!(refused.to_string(), "card_number: fails the Luhn check");
        prop_assert_eq!(
            format!("{refused:?}"),
            r#"Invalid { field: "card_number", rule: "fails the Luhn check" }"#
        );
    }

    #[test]
    fn any_text_is_refused_by_a_fixed_rule_or_taken(text in any::<String>()) {
        if let Err(refused) = CardNumber::parse(&text) {
            prop_assert!(
                ["must contain only digits", "must have 12 to 19 digits", "fails the Luhn check"]
                    .contains(&refused.rule())
            );
        }
        if let Err(refused) = Cvv::parse(&text) {
            prop_assert_eq!(refused.rule(), "must be 3 or 4 digits");
        }
        if let Err(refused) = Expiry::parse(&text) {
            prop_assert_eq!(refused.field(), "card_expiry");
        }
    }

    #[test]
    fn debug_does_not_depend_on_the_secret(
        text in any::<String>(),
        digits in "[0-9]{3,4}",
        month in 1_u8..=12,
        year in 0_u16..=99,
    ) {
        let secret = Secret::new(text.clone());
        prop_assert_eq!(secret.expose(), &text);
        let clone = secret.clone();
        prop_assert_eq!(clone.expose(), &text);
        prop_assert_eq!(format!("{secret:?}{secret:#?}"), "Secret([redacted])".repeat(2));
        let cvv = Cvv::parse(&digits).unwrap();
        prop_assert_eq!(cvv.expose(), &digits);
        prop_assert_eq!(format!("{cvv:?}{cvv:#?}"), "Cvv([redacted])".repeat(2));
        let expiry = Expiry::new(month, year).unwrap();
        prop_assert_eq!(format!("{expiry:?}{expiry:#?}"), "Expiry(**/**)".repeat(2));
        let mut extra = Extra::default();
        extra.insert("field", &text).unwrap();
        prop_assert_eq!(format!("{extra:?}"), r#"Extra {"field": [redacted]}"#);
    }

    #[test]
    fn expiries_round_trip(month in 1_u8..=12, year in 2000_u16..=2099) {
        let expiry = Expiry::new(month, year).unwrap();
        prop_assert_eq!(Expiry::parse(&format!("{month:02}/{year}")), Ok(expiry));
        prop_assert_eq!(Expiry::parse(&format!("{month:02}/{:02}", expiry.year2())), Ok(expiry));
        prop_assert_eq!((expiry.month(), expiry.year()), (month, year));
    }
}

#[test]
fn a_secret_is_read_from_a_configuration() {
    #[derive(Debug, serde::Deserialize)]
    struct Config {
        password: Secret,
    }
    let config: Config = serde_json::from_str(r#"{"password":"hunt\u0065r2"}"#).unwrap();
    assert_eq!(config.password.expose(), "hunter2");
    assert_eq!(format!("{config:?}"), "Config { password: Secret([redacted]) }");
}
