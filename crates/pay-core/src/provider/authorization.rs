use std::fmt;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};
use zeroize::Zeroizing;

use crate::{Error, ErrorKind, Outcome, Secret};

/// A header that proves who is calling, ready-made. Cheap to clone; wiped when the last is dropped.
#[derive(Clone)]
pub struct Authorization {
    name: HeaderName,
    value: HeaderValue,
}

impl Authorization {
    /// `Authorization: Bearer <token>`.
    ///
    /// # Errors
    ///
    /// The token has characters that no header can carry.
    pub fn bearer(token: &Secret) -> Result<Self, Error> {
        Self::with_scheme("Bearer ", token.expose())
    }

    /// `Authorization: Basic <base64 of user:password>`.
    ///
    /// # Errors
    ///
    /// None in practice: base64 fits in a header.
    pub fn basic(user: &str, password: &Secret) -> Result<Self, Error> {
        use base64::Engine as _;
        let pair = Zeroizing::new(format!("{user}:{}", password.expose()));
        let encoded =
            Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(pair.as_bytes()));
        Self::with_scheme("Basic ", &encoded)
    }

    /// Any other header that carries a key.
    ///
    /// # Errors
    ///
    /// The key has characters that no header can carry.
    pub fn header(name: HeaderName, key: &Secret) -> Result<Self, Error> {
        Self::new(name, key.expose().as_bytes().to_vec())
    }

    fn with_scheme(scheme: &str, credential: &str) -> Result<Self, Error> {
        let mut text = Vec::with_capacity(scheme.len() + credential.len());
        text.extend_from_slice(scheme.as_bytes());
        text.extend_from_slice(credential.as_bytes());
        Self::new(AUTHORIZATION, text)
    }

    fn new(name: HeaderName, text: Vec<u8>) -> Result<Self, Error> {
        let bytes = Bytes::from_owner(Zeroizing::new(text));
        let mut value = HeaderValue::from_maybe_shared(bytes).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                Outcome::NotSent,
                format!("the credential for the header {name} has characters no header can carry"),
            )
        })?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// The header's name.
    #[must_use]
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The header's value, marked sensitive.
    #[must_use]
    pub fn value(&self) -> &HeaderValue {
        &self.value
    }
}

impl PartialEq for Authorization {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({}: [redacted])", self.name)
    }
}
