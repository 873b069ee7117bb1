//! Ids as types of their own, safe to put into a path.

use std::sync::Arc;

use serde::{Deserializer, de};

use crate::Invalid;
use crate::scalar::Scalar;

const MAX_BYTES: usize = 128;

/// Defines an id type, for provider crates: its name, the field it is in, its documentation.
///
/// An id made by the caller is checked: 1 to 128 printable ASCII characters, no space, slash,
/// backslash or dot. One read from a reply (a string or a whole number) is kept as it came, since
/// an odd id must not lose a reply; `check` says whether it may be used in a path.
///
/// ```
/// pay_core::id_type!(CustomerId, "customer_id", "A customer's lookup id.");
///
/// let id: CustomerId = "NV0B6eZB06".parse()?;
/// assert_eq!(id.as_str(), "NV0B6eZB06");
/// let refused = CustomerId::new("../plan").unwrap_err();
/// assert_eq!(refused.to_string(), "customer_id: must not contain . / \\ or spaces");
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! id_type {
    ($name:ident, $field:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::sync::Arc<str>);

        impl $name {
            /// The field that errors name.
            pub const FIELD: &'static str = $field;

            /// Checks and takes an id: 1 to 128 printable ASCII characters, no space, slash,
            /// backslash or dot.
            pub fn new(text: impl AsRef<str>) -> Result<Self, $crate::Invalid> {
                let text = text.as_ref();
                $crate::__macros::check_id(Self::FIELD, text)?;
                Ok(Self(text.into()))
            }

            /// The id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the id may be used in a path: true of all that `new` made, not of all that
            /// replies bring.
            pub fn check(&self) -> Result<(), $crate::Invalid> {
                $crate::__macros::check_id(Self::FIELD, &self.0)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::Invalid;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::__macros::serde::Serialize for $name {
            fn serialize<S: $crate::__macros::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        /// Takes a string or a whole number as it came, unchecked.
        impl<'de> $crate::__macros::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__macros::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::__macros::read_id_text(deserializer).map(Self)
            }
        }
    };
}

/// The rule for an id that goes into a path.
#[doc(hidden)]
pub fn check_id(field: &'static str, text: &str) -> Result<(), Invalid> {
    let rule = if text.is_empty() {
        "must not be empty"
    } else if text.len() > MAX_BYTES {
        "must have at most 128 bytes"
    } else if text.contains(['.', '/', '\\', ' ']) {
        "must not contain . / \\ or spaces"
    } else if !text.bytes().all(|b| b.is_ascii_graphic()) {
        "must contain only printable ASCII characters"
    } else {
        return Ok(());
    };
    Err(Invalid::new(field, rule))
}

/// The text of a string or a whole number. Not of a float: a number that long has lost digits,
/// and a wrong id is worse than none.
#[doc(hidden)]
pub fn read_id_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    match Scalar::read(deserializer)? {
        Scalar::Text(text) | Scalar::Integer(text) => Ok(text.into()),
        _ => {
            Err(de::Error::custom("expected an id: a string or a whole number of at most 64 bits"))
        }
    }
}
