//! Amounts: exact from text to text, in every position of a JSON document that we use.

use std::collections::{BTreeMap, HashSet};

use pay_core::{Amount, Currency};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// Up to 28 digits in all, in the form that an amount prints in: no leading zeros, no "-0".
fn canonical() -> impl Strategy<Value = String> {
    ("[1-9][0-9]{0,27}", 0_usize..=28, any::<bool>()).prop_map(|(digits, scale, negative)| {
        let sign = if negative { "-" } else { "" };
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        let point = if scale == 0 { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    })
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct AsNumbers {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    #[serde(default, with = "pay_core::amount::number::option")]
    tip: Option<Amount>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct AsStrings {
    #[serde(with = "pay_core::amount::string")]
    amount: Amount,
    #[serde(default, with = "pay_core::amount::string::option")]
    tip: Option<Amount>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nested {
    list: Vec<AsNumbers>,
    map: BTreeMap<String, BTreeMap<String, AsStrings>>,
    boxed: Option<Box<AsNumbers>>,
}

proptest! {
    #[test]
    fn plain_text_round_trips(text in canonical()) {
        let amount: Amount = text.parse().unwrap();
        prop_assert_eq!(amount.to_string(), text);
    }

    #[test]
    fn json_round_trips_in_every_position(a in canonical(), b in canonical()) {
        let numbers = format!(r#"{{"amount":{a},"tip":{b}}}"#);
        let strings = format!(r#"{{"amount":"{a}","tip":"{b}"}}"#);
        let read: AsNumbers = serde_json::from_str(&numbers).unwrap();
        prop_assert_eq!(read.amount.to_string(), a);
        prop_assert_eq!(read.tip.unwrap().to_string(), b);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), numbers.clone());

        let document = format!(
            r#"{{"list":[{numbers},{numbers}],"map":{{"x":{{"y":{strings}}}}},"boxed":{numbers}}}"#
        );
        let nested: Nested = serde_json::from_slice(document.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::to_string(&nested).unwrap(), document.clone());
        let from_reader: Nested = serde_json::from_reader(document.as_bytes()).unwrap();
        prop_assert_eq!(from_reader, nested);
    }

    #[test]
    fn either_wire_form_is_read_by_both(text in canonical()) {
        let number = format!(r#"{{"amount":{text}}}"#);
        let string = format!(r#"{{ "amount" : "{text}" }}"#);
        for json in [&number, &string] {
            let as_number: AsNumbers = serde_json::from_str(json).unwrap();
            let as_string: AsStrings = serde_json::from_str(json).unwrap();
            prop_assert_eq!(as_number.amount.to_string(), text.clone());
            prop_assert_eq!(as_string.amount.to_string(), text.clone());
        }
    }

    #[test]
    fn anything_else_is_refused_or_kept_exactly(text in "[-+0-9.eE ,]{0,34}") {
        if let Ok(amount) = text.parse::<Amount>() {
            let bare = text.strip_prefix('-').unwrap_or(&text);
            let trimmed = bare.trim_start_matches('0');
            let expected = if trimmed.is_empty() || trimmed.starts_with('.') {
                format!("0{trimmed}")
            } else {
                trimmed.to_owned()
            };
            let printed = amount.to_string();
            prop_assert_eq!(printed.trim_start_matches('-'), expected);
            prop_assert_eq!(amount.is_negative(), text.starts_with('-') && !amount.is_zero());
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(
            text.parse::<Amount>().is_ok(),
            serde_json::from_str::<Amount>(&json).is_ok() && !text.contains(['e', 'E'])
        );
    }

    #[test]
    fn exponents_are_exact(mantissa in 1_i64..1_000_000_000, decimals in 0_usize..5, exponent in -12_i32..12) {
        let padded = format!("{mantissa:0>width$}", width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        let json = if decimals == 0 {
            format!("{whole}e{exponent}")
        } else {
            format!("{whole}.{fraction}E{exponent:+}")
        };
        let amount: Amount = serde_json::from_str(&json).unwrap();
        let places = exponent - i32::try_from(decimals).unwrap();
        let expected = if places >= 0 {
            format!("{mantissa}{}", "0".repeat(places.unsigned_abs().try_into().unwrap()))
        } else {
            let scale = usize::try_from(places.unsigned_abs()).unwrap();
            let padded = format!("{mantissa:0>width$}", width = scale + 1);
            let (whole, fraction) = padded.split_at(padded.len() - scale);
            format!("{whole}.{fraction}")
        };
        prop_assert_eq!(amount.to_string(), expected, "{}", json);
    }

    #[test]
    fn trailing_zeros_do_not_change_the_value(units in -1_000_000_i64..1_000_000, zeros in 0_usize..10) {
        let short: Amount = units.to_string().parse().unwrap();
        let long: Amount = format!("{units}.0{}", "0".repeat(zeros)).parse().unwrap();
        prop_assert_eq!(short, long);
        prop_assert_eq!(HashSet::from([short, long]).len(), 1);
        prop_assert_eq!(short.cmp(&long), std::cmp::Ordering::Equal);
    }

    #[test]
    fn order_and_sums_follow_the_integers(a in any::<i64>(), b in any::<i64>()) {
        let (left, right) = (Amount::from_cents(a), Amount::from_cents(b));
        prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        let sum = left.checked_add(right).unwrap();
        let difference = left.checked_sub(right).unwrap();
        prop_assert_eq!(sum.to_minor(Currency::CAD), a.checked_add(b));
        prop_assert_eq!(difference.to_minor(Currency::CAD), a.checked_sub(b));
        prop_assert_eq!(difference.checked_add(right), Some(left));
    }

    #[test]
    fn a_sum_is_exact_or_none(a in canonical(), b in canonical()) {
        let (left, right): (Amount, Amount) = (a.parse().unwrap(), b.parse().unwrap());
        if let Some(sum) = left.checked_add(right) {
            prop_assert_eq!(sum.checked_sub(right), Some(left));
            prop_assert_eq!(sum.checked_sub(left), Some(right));
        }
    }

    #[test]
    fn minor_units_round_trip(minor in any::<i64>(), code in "[A-Z]{3}") {
        for currency in [Currency::CAD, Currency::JPY, Currency::KWD, code.parse().unwrap()] {
            let amount = Amount::from_minor(minor, currency);
            prop_assert_eq!(amount.to_minor(currency), Some(minor));
            prop_assert_eq!(amount.scale(), currency.decimals());
        }
    }

    #[test]
    fn a_charge_passes_exactly_when_every_rule_does(text in canonical()) {
        let amount: Amount = text.parse().unwrap();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.trim_start_matches('0');
        let fits = !text.starts_with('-')
            && fraction.trim_end_matches('0').len() <= 2
            && whole.len() <= 12;
        prop_assert_eq!(amount.check_charge(None).is_ok(), fits);
        prop_assert_eq!(amount.check_charge(Some(&Currency::USD)).is_ok(), fits);
    }
}

#[test]
fn refused_text_is_named_by_rule_and_never_quoted() {
    for text in [
        "",
        "-",
        "+1",
        ".5",
        "5.",
        "-.5",
        "1 ",
        " 1",
        "1,000",
        "1.2.3",
        "1e2",
        "1E2",
        "0x10",
        "--1",
        "1_000",
        "$1",
        "NaN",
        "inf",
        "١",
        "1.١",
        "1\u{a0}000",
        "1\n",
    ] {
        let refused = text.parse::<Amount>().unwrap_err();
        assert_eq!(refused.to_string(), "amount: must be a plain decimal number", "{text:?}");
    }
    for text in [
        "10000000000000000000000000000",
        "1.0000000000000000000000000000",
        "0.00000000000000000000000000001",
        "0.00000000000000000000000000000",
        &"9".repeat(100_000),
    ] {
        let refused = text.parse::<Amount>().unwrap_err();
        assert_eq!(refused.to_string(), "amount: must have at most 28 digits", "{text:.40}");
    }
}

#[test]
fn leading_zeros_and_negative_zero_are_tidied() {
    for (text, printed) in [("007.50", "7.50"), ("-0.00", "0.00"), ("-0", "0"), ("000", "0")] {
        assert_eq!(text.parse::<Amount>().unwrap().to_string(), printed);
    }
    let many = format!("{}1.5", "0".repeat(1_000));
    assert_eq!(many.parse::<Amount>().unwrap().to_string(), "1.5");
}

#[test]
fn json_that_is_not_exactly_an_amount_is_an_error() {
    for json in [
        "1e28",
        "1e-29",
        "1e99999999999999999999",
        "12345678901234567890123456789",
        "1.5e-28",
        "true",
        "[]",
        "{}",
        r#""1,5""#,
        r#"" 1""#,
        r#""1e""#,
        r#""1e+""#,
        r#""1e1.5""#,
        r#""e5""#,
        r#""1e--2""#,
        r#""+1""#,
        r#""ten""#,
        "0e-29",
        "1e-9223372036854775808",
        "1e9223372036854775807",
    ] {
        assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        let field = format!(r#"{{"amount":1,"tip":{json}}}"#);
        assert!(serde_json::from_str::<AsNumbers>(&field).is_err(), "{json}");
    }
    for json in ["null", r#""""#] {
        assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
    }
}

#[test]
fn json_exponents_that_fit_are_read() {
    for (json, printed) in [
        ("1e2", "100"),
        ("1.5E+1", "15"),
        ("1E-2", "0.01"),
        ("-1.50e1", "-15.0"),
        ("1e27", "1000000000000000000000000000"),
        ("0e5", "0"),
        ("0e500", "0"),
        (r#""1e2""#, "100"),
        (r#""\u0031.5""#, "1.5"),
    ] {
        assert_eq!(serde_json::from_str::<Amount>(json).unwrap().to_string(), printed, "{json}");
    }
}

#[test]
fn nothing_is_none_in_an_option() {
    for json in [r#"{"amount":1}"#, r#"{"amount":1,"tip":null}"#, r#"{"amount":"1","tip":""}"#] {
        assert_eq!(serde_json::from_str::<AsNumbers>(json).unwrap().tip, None, "{json}");
        assert_eq!(serde_json::from_str::<AsStrings>(json).unwrap().tip, None, "{json}");
    }
    let none = AsNumbers::default();
    assert_eq!(serde_json::to_string(&none).unwrap(), r#"{"amount":0,"tip":null}"#);
    let none = AsStrings::default();
    assert_eq!(serde_json::to_string(&none).unwrap(), r#"{"amount":"0","tip":null}"#);
}

/// Where serde buffers a value before we see it, its digits may have been through a float.
/// That must be an error, not a wrong number.
#[test]
fn positions_that_serde_buffers_are_errors() {
    #[derive(Debug, Deserialize)]
    struct Flattened {
        #[serde(flatten)]
        _inner: AsNumbers,
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Only {
            #[serde(rename = "amount", with = "pay_core::amount::number")]
            _amount: Amount,
        },
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "type")]
    enum Tagged {
        Sale {
            #[serde(rename = "amount", with = "pay_core::amount::number")]
            _amount: Amount,
        },
    }
    let exact = "1234567890123456789012345.678";
    for value in [exact, "\"10.99\"", "10.99", "10"] {
        let json = format!(r#"{{"type":"Sale","amount":{value}}}"#);
        assert!(serde_json::from_str::<AsNumbers>(&json).is_ok(), "{value}");
        assert!(serde_json::from_str::<Flattened>(&json).is_err(), "{value}");
        assert!(serde_json::from_str::<Untagged>(&json).is_err(), "{value}");
        assert!(serde_json::from_str::<Tagged>(&json).is_err(), "{value}");
    }
}

#[test]
fn formatting_never_drops_a_digit() {
    let amount: Amount = "-10.905".parse().unwrap();
    assert_eq!(format!("{amount:.1}"), "-10.905");
    assert_eq!(format!("{amount:>10}"), "   -10.905");
    assert_eq!(format!("{amount:?}"), "Amount(-10.905)");
}

#[test]
fn rescaling_is_exact_or_none() {
    let rescaled = |text: &str, currency| {
        text.parse::<Amount>().unwrap().rescaled(currency).map(|amount| amount.to_string())
    };
    assert_eq!(rescaled("10.9", Currency::CAD).unwrap(), "10.90");
    assert_eq!(rescaled("10.9000", Currency::CAD).unwrap(), "10.90");
    assert_eq!(rescaled("10", Currency::KWD).unwrap(), "10.000");
    assert_eq!(rescaled("10.00", Currency::JPY).unwrap(), "10");
    assert_eq!(rescaled("-0.5", Currency::CAD).unwrap(), "-0.50");
    assert_eq!(rescaled("10.901", Currency::CAD), None);
    assert_eq!(rescaled("10.5", Currency::JPY), None);
    assert_eq!(rescaled(&"9".repeat(28), Currency::CAD), None);
    assert_eq!(rescaled(&"9".repeat(26), Currency::CAD).unwrap(), format!("{}.00", "9".repeat(26)));
    assert_eq!(Amount::from_cents(i64::MAX).to_minor(Currency::CAD), Some(i64::MAX));
    assert_eq!(Amount::from_cents(i64::MAX).to_minor(Currency::KWD), None);
}

#[test]
fn sums_that_need_more_digits_are_none_and_not_rounded() {
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    let largest = amount(&"9".repeat(28));
    let smallest = amount("0.0000000000000000000000000001");
    assert_eq!(largest.checked_add(smallest), None);
    assert_eq!(largest.checked_add(amount("1")), None);
    assert_eq!(largest.checked_sub(largest), Some(Amount::ZERO));
    let padded = amount("0.1000000000000000000000000000");
    assert_eq!(
        amount("100000000000000000000000000").checked_add(padded).unwrap().to_string(),
        "100000000000000000000000000.1"
    );
    assert_eq!(amount("1.10").checked_add(amount("2")).unwrap().to_string(), "3.10");
}

#[test]
fn a_charge_that_breaks_a_rule_is_told_which() {
    let check = |text: &str, currency: Option<Currency>| {
        text.parse::<Amount>()
            .unwrap()
            .check_charge(currency.as_ref())
            .map_err(|refused| refused.to_string())
    };
    let refused = |text, currency| check(text, currency).unwrap_err();
    assert_eq!(refused("0.00", None), "amount: must be greater than 0");
    assert_eq!(refused("-1", None), "amount: must be greater than 0");
    assert_eq!(refused("10.901", None), "amount: must have at most 2 decimals");
    assert_eq!(
        refused("10.901", Some(Currency::CAD)),
        "amount: must have at most 2 decimals in CAD"
    );
    assert_eq!(refused("10.5", Some(Currency::JPY)), "amount: must have no decimals in JPY");
    assert_eq!(
        refused("1000000000000", None),
        "amount: must have at most 12 digits before the point"
    );
    for (text, currency) in [
        ("10.900", None),
        ("0.01", Some(Currency::USD)),
        ("10.901", Some(Currency::KWD)),
        ("10.0", Some(Currency::JPY)),
        ("999999999999.99", None),
    ] {
        assert_eq!(check(text, currency), Ok(()), "{text}");
    }
}

#[test]
fn a_precision_adds_zeros_and_never_rounds() {
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    for (text, printed) in
        [("5", "5.00"), ("10.9", "10.90"), ("-0.5", "-0.50"), ("1.999", "1.999"), ("0", "0.00")]
    {
        assert_eq!(format!("{:.2}", amount(text)), printed);
    }
    assert_eq!(
        format!("[{:>8.2}] [{:<8.2}] [{:.0}]", amount("5"), amount("-5"), amount("5.5")),
        "[    5.00] [-5.00   ] [5.5]"
    );
}
