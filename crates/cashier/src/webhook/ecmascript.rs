//! `JSON.stringify(JSON.parse(text))`, to the letter, as ECMAScript defines it.
//!
//! The provider signs what its JavaScript makes of an object. Where a body reaches us spelled
//! otherwise than it was signed (spaces, escapes, `200.00` for `200`), this gives back what was
//! signed. A general JSON library does not: it sorts or keeps integer keys elsewhere, prints other
//! numbers, refuses lone surrogates, or takes what `JSON.parse` refuses. A differential test
//! compares all of it with Node.

mod key;
mod number;
mod parse;
mod stringify;

pub(crate) use self::{
    parse::{MAX_DEPTH, Malformed, parse},
    stringify::stringify,
};

/// What `JSON.parse` makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As it is written: made a binary float only where it is printed again, so that an amount can
    /// still be read exactly.
    Number(Box<str>),
    String(Text),
    Array(Vec<Value>),
    /// Keys are unique, each at its first place with its last value.
    Object(Vec<(Text, Value)>),
}

/// A string in UTF-16 code units, as ECMAScript has them: a lone surrogate is possible.
pub(crate) type Text = Vec<u16>;

impl Value {
    /// The value of an own property.
    pub(crate) fn property(&self, name: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries
            .iter()
            .find(|(key, _)| name.encode_utf16().eq(key.iter().copied()))
            .map(|(_, value)| value)
    }

    /// The text of a string without lone surrogates.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self {
            Self::String(text) => String::from_utf16(text).ok(),
            _ => None,
        }
    }
}
