//! Enums that stay open: a value that nobody knew of is kept, not an error.

use serde::{Deserializer, de};

use crate::scalar::Scalar;

/// Defines an open enum of text values, for provider crates.
///
/// Each variant names the text that is written; further texts that are read as the same value
/// follow behind bars. Anything else is `Unknown` with the text as it came. Numbers and booleans
/// are read as their text. Matching is exact, upper and lower case differ.
///
/// ```
/// pay_core::open_enum! {
///     /// How a transaction ended.
///     pub enum TransactionResult {
///         /// The money moved.
///         Approved = "APPROVED",
///         /// Given up by the payer.
///         Canceled = "CANCELED" | "CANCELLED",
///     }
/// }
///
/// let result: TransactionResult = serde_json::from_str(r#""CANCELLED""#)?;
/// assert_eq!(result, TransactionResult::Canceled);
/// assert_eq!(result.as_str(), "CANCELED");
/// let result: TransactionResult = serde_json::from_str(r#""HELD""#)?;
/// assert_eq!(result, TransactionResult::Unknown("HELD".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident = $wire:literal $(| $alias:literal)*
            ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$variant_meta])*
                $variant,
            )+
            /// A value that this version does not know, as it came. Make one with `from`, which
            /// gives the known variant where there is one.
            Unknown(String),
        }

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($wire $(| $alias)* => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Unknown(text))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::__macros::serde::Serialize for $name {
            fn serialize<S: $crate::__macros::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__macros::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__macros::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::__macros::read_enum_text(deserializer).map(Self::from)
            }
        }
    };
}

/// The text of a string, number or boolean.
#[doc(hidden)]
pub fn read_enum_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Scalar::read(deserializer)?
        .into_text()
        .ok_or_else(|| de::Error::custom("expected a string, a number or a boolean"))
}
