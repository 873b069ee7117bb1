//! Open enums: what is known is read, what is not is kept.

use proptest::prelude::*;

pay_core::open_enum! {
    /// A colour.
    pub enum Colour {
        /// Read under three names.
        Grey = "GREY" | "GRAY" | "7",
        /// Read under one.
        Red = "RED",
    }
}

fn read(json: &str) -> Result<Colour, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn every_name_is_read_and_the_first_is_written() {
    for json in [r#""GREY""#, r#""GRAY""#, r#""7""#, "7", r#""GR\u0041Y""#] {
        assert_eq!(read(json).unwrap(), Colour::Grey, "{json}");
    }
    assert_eq!(serde_json::to_string(&Colour::Grey).unwrap(), r#""GREY""#);
    assert_eq!(Colour::from("RED").to_string(), "RED");
    assert_eq!("RED".parse::<Colour>(), Ok(Colour::Red));
}

#[test]
fn other_scalars_are_unknown_and_the_rest_is_an_error() {
    let unknown = |text: &str| Colour::Unknown(text.to_owned());
    assert_eq!(read("8").unwrap(), unknown("8"));
    assert_eq!(read("-8").unwrap(), unknown("-8"));
    assert_eq!(read("true").unwrap(), unknown("true"));
    assert_eq!(read("1.5").unwrap(), unknown("1.5"));
    assert_eq!(read(r#""red""#).unwrap(), unknown("red"));
    assert_eq!(read(r#""""#).unwrap(), unknown(""));
    for json in ["null", "[]", "{}"] {
        assert!(read(json).is_err(), "{json}");
    }
    assert_eq!(serde_json::from_str::<Option<Colour>>("null").unwrap(), None);
}

#[test]
fn it_can_be_read_where_serde_buffers() {
    #[derive(serde::Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(serde::Deserialize)]
    struct Inner {
        colour: Colour,
    }
    let outer: Outer = serde_json::from_str(r#"{"colour":"RED"}"#).unwrap();
    assert_eq!(outer.inner.colour, Colour::Red);
}

proptest! {
    #[test]
    fn unknown_text_comes_back_as_it_was(text in any::<String>()) {
        prop_assume!(!["GREY", "GRAY", "7", "RED"].contains(&text.as_str()));
        let json = serde_json::to_string(&text).unwrap();
        let colour = read(&json).unwrap();
        prop_assert_eq!(&colour, &Colour::Unknown(text.clone()));
        prop_assert_eq!(colour.as_str(), text);
        prop_assert_eq!(serde_json::to_string(&colour).unwrap(), json);
    }
}
