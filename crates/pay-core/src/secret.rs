//! Text that must not be seen: passwords, keys, tokens.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroize;

/// A password, key or token.
///
/// `Debug` shows nothing of it, there is no `Display` and no `Serialize`, and the memory is wiped
/// on drop. Each clone is a copy of its own, wiped in its turn.
///
/// Not ours, so not wiped: a `&str` or a clone that you made it from, the file, environment or
/// parser buffer that it was read from, and what you copy out of [`expose`](Self::expose). A
/// `String` moved into [`new`](Self::new) is wiped there.
///
/// ```
/// let secret = pay_core::Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret([redacted])");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes over `text`. A `String` is wiped; text behind a reference stays with its owner.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        // Turning a String with spare capacity into a box may move it and leave the old bytes
        // behind, so it is copied and the original wiped.
        let exact = Box::<str>::from(text.as_str());
        text.zeroize();
        Self(SecretString::from(exact))
    }

    /// The text itself. Keep the borrow short and do not copy it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
