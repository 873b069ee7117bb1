use std::fmt;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use pay_core::{Error, ErrorKind, Invalid, Outcome, Result};
use zeroize::{Zeroize as _, Zeroizing};

/// The keys that encrypt what is sensitive: answers (they hold names, e-mail addresses, redirect
/// URLs) and tokens.
///
/// XChaCha20-Poly1305 with a random nonce; the row's own key is authenticated with it, so that a
/// value moved to another row does not open. The id of the key is stored beside, so that keys can
/// be replaced: seal with the new one, keep the old one for opening until
/// [`Journal::reseal`](crate::Journal::reseal) has run.
///
/// ```
/// # use pay_store::Keyring;
/// let keys = Keyring::new("2026-11", [7; 32])?.and_old("2025-11", [3; 32])?;
/// # Ok::<_, pay_core::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Keyring {
    current: Key,
    old: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl Keyring {
    /// Seals with this key: 32 random bytes, from where you keep secrets. The id is stored with
    /// each value in clear.
    ///
    /// # Errors
    ///
    /// The id is empty or longer than 64 bytes, or the key is all zeros.
    pub fn new(id: impl Into<String>, bytes: [u8; 32]) -> Result<Self, Invalid> {
        Ok(Self { current: Key::new(id.into(), bytes)?, old: Vec::new() })
    }

    /// Opens what was sealed with this key, too.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), or the id is there already.
    pub fn and_old(mut self, id: impl Into<String>, bytes: [u8; 32]) -> Result<Self, Invalid> {
        let key = Key::new(id.into(), bytes)?;
        if self.key(&key.id).is_some() {
            return Err(Invalid::new("key_id", "must differ from the other keys' ids"));
        }
        self.old.push(key);
        Ok(self)
    }

    fn key(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.current).chain(&self.old).find(|key| key.id == id)
    }

    /// Format: a version byte (1), the length of the key's id, the id, 24 bytes of nonce, the
    /// ciphertext with its tag.
    pub(crate) fn seal(&self, place: &[&str], plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce)
            .map_err(|error| failed("the system gives no randomness").with_source(error))?;
        let id = self.current.id.as_bytes();
        let length = u8::try_from(id.len()).map_err(|_| failed("the key's id is too long"))?;
        let payload = Payload { msg: plain, aad: &place_bytes(place) };
        let sealed = self
            .current
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| failed("the value could not be encrypted"))?;
        Ok([&[VERSION, length], id, &nonce, &sealed].concat())
    }

    pub(crate) fn open(&self, place: &[&str], stored: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (id, rest) = split(stored).ok_or_else(|| failed("a stored value is damaged"))?;
        let key = self
            .key(id)
            .ok_or_else(|| failed(&format!("the key \"{id}\" of a stored value is not given")))?;
        let (nonce, sealed) =
            rest.split_first_chunk::<NONCE>().ok_or_else(|| failed("a stored value is damaged"))?;
        let payload = Payload { msg: sealed, aad: &place_bytes(place) };
        let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| {
            failed(&format!(
                "a stored value does not open: another key than the \"{id}\" it was sealed with, or \
                 a damaged row"
            ))
        })?;
        Ok(Zeroizing::new(plain))
    }

    /// Whether a value is sealed with another key than the current one.
    pub(crate) fn is_old(&self, stored: &[u8]) -> bool {
        split(stored).is_none_or(|(id, _)| id != self.current.id)
    }
}

const VERSION: u8 = 1;
const NONCE: usize = 24;

impl Key {
    fn new(id: String, mut bytes: [u8; 32]) -> Result<Self, Invalid> {
        let kept = Zeroizing::new(bytes);
        bytes.zeroize();
        if id.is_empty() || id.len() > 64 {
            return Err(Invalid::new("key_id", "must have 1 to 64 bytes"));
        }
        if kept.iter().all(|byte| *byte == 0) {
            return Err(Invalid::new("key", "must be 32 random bytes, not zeros"));
        }
        Ok(Self { id, bytes: kept })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old: Vec<_> = self.old.iter().map(|key| &key.id).collect();
        f.debug_struct("Keyring").field("current", &self.current.id).field("old", &old).finish()
    }
}

fn split(stored: &[u8]) -> Option<(&str, &[u8])> {
    let (&[version, length], rest) = stored.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(usize::from(length))?;
    (version == VERSION).then_some(())?;
    Some((std::str::from_utf8(id).ok()?, rest))
}

/// Each part with its length, so that no two places read the same.
fn place_bytes(place: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in place {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn failed(why: &str) -> Error {
    Error::new(ErrorKind::Storage, Outcome::NotSent, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keyring {
        Keyring::new("a", [1; 32]).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let sealed = keys().seal(&["p", "e"], b"secret").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(**keys().open(&["p", "e"], &sealed).unwrap(), *b"secret");
        for place in [&["pe", ""][..], &["p"], &["p", "f"], &[]] {
            assert!(keys().open(place, &sealed).is_err(), "{place:?}");
        }
        assert_ne!(keys().seal(&["p", "e"], b"secret").unwrap(), sealed);
    }

    #[test]
    fn a_damaged_value_never_opens() {
        let sealed = keys().seal(&["p"], b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(keys().open(&["p"], &damaged).is_err(), "byte {at}");
            assert!(keys().open(&["p"], &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn an_old_key_opens_and_a_new_one_seals() {
        let old = keys().seal(&["p"], b"x").unwrap();
        let rotated = Keyring::new("b", [2; 32]).unwrap();
        let error = rotated.open(&["p"], &old).unwrap_err();
        assert!(error.message().contains("\"a\""), "{error}");
        let rotated = rotated.and_old("a", [1; 32]).unwrap();
        assert_eq!(**rotated.open(&["p"], &old).unwrap(), *b"x");
        assert!(rotated.is_old(&old));
        assert!(!rotated.is_old(&rotated.seal(&["p"], b"x").unwrap()));
    }

    #[test]
    fn a_keyring_shows_ids_only_and_refuses_nonsense() {
        assert_eq!(format!("{:?}", keys()), r#"Keyring { current: "a", old: [] }"#);
        assert!(Keyring::new("a", [0; 32]).is_err());
        assert!(Keyring::new("", [1; 32]).is_err());
        assert!(keys().and_old("a", [2; 32]).is_err());
    }
}
