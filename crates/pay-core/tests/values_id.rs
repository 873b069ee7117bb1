//! Id types: what may go into a path, and what a reply may bring.

use proptest::prelude::*;

pay_core::id_type!(CardId, "card_id", "A card's lookup id.");

#[test]
fn takes_what_fits_a_path_once_encoded() {
    for text in ["NV0B6eZB06", "0", "a?b#c%d&e=f", "~!@$^*()_+|", &"x".repeat(128)] {
        let id = CardId::new(text).unwrap();
        assert_eq!(id.as_str(), text);
        assert_eq!(id.to_string(), text);
        assert_eq!(id.check(), Ok(()));
    }
}

#[test]
fn refuses_what_could_change_a_path() {
    for (text, rule) in [
        ("", "must not be empty"),
        ("..", "must not contain . / \\ or spaces"),
        ("a/b", "must not contain . / \\ or spaces"),
        ("a\\b", "must not contain . / \\ or spaces"),
        ("a b", "must not contain . / \\ or spaces"),
        ("a\n", "must contain only printable ASCII characters"),
        ("a\u{7f}", "must contain only printable ASCII characters"),
        ("é", "must contain only printable ASCII characters"),
        ("\u{ff0f}", "must contain only printable ASCII characters"),
        (&"x".repeat(129), "must have at most 128 bytes"),
    ] {
        let refused = text.parse::<CardId>().unwrap_err();
        assert_eq!((refused.field(), refused.rule()), ("card_id", rule), "{text:?}");
    }
}

#[test]
fn a_reply_may_bring_any_text_or_whole_number() {
    let read = |json| serde_json::from_str::<CardId>(json);
    assert_eq!(read("18446744073709551615").unwrap().as_str(), "18446744073709551615");
    assert_eq!(read("-1").unwrap().as_str(), "-1");
    let odd = read(r#""a/../b""#).unwrap();
    assert_eq!(serde_json::to_string(&odd).unwrap(), r#""a/../b""#);
    assert_eq!(odd.check().unwrap_err().field(), "card_id");
    for json in ["1.5", "18446744073709551616", "null", "true", "[]"] {
        assert!(read(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn what_is_taken_is_safe(text in any::<String>()) {
        if let Ok(id) = CardId::new(&text) {
            prop_assert_eq!(id.as_str(), &text);
            prop_assert!((1..=128).contains(&text.len()));
            prop_assert!(text.chars().all(|c| c.is_ascii_graphic() && !"./\\".contains(c)));
        }
    }

    #[test]
    fn replies_round_trip(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        let id: CardId = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&id).unwrap(), json);
    }
}
