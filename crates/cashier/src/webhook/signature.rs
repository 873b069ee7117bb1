//! The provider's signature: SHA-1 over the JSON text followed by the password, in hex.

use pay_core::Secret;
use sha1::{Digest as _, Sha1};
use subtle::{Choice, ConstantTimeEq as _};

const LENGTH: usize = 20;

/// A signature as it came, decoded. `Debug` hides it.
#[derive(Clone)]
pub(crate) struct Signature([u8; LENGTH]);

impl Signature {
    /// Reads 40 hexadecimal digits, in either case, and nothing around them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != LENGTH || !rest.is_empty() {
            return None;
        }
        let mut bytes = [0; LENGTH];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }

    /// Whether one of the passwords makes this signature. Each is tried, whichever fits, and each
    /// comparison takes the same time wherever the first difference is.
    pub(crate) fn is_of(&self, text: &[u8], passwords: &[Secret]) -> bool {
        let mut fits = Choice::from(0);
        for password in passwords {
            fits |= self.0.ct_eq(&digest(text, password));
        }
        fits.into()
    }
}

/// Signs a JSON text as the provider does: for tests of your own receiver. The text must be as
/// `JSON.stringify` writes it, or be sent exactly as it is signed.
///
/// ```
/// let body = r#"{"transaction_id":"r21nmrtpcmrcava","status":"pending"}"#;
/// let signature = cashier::webhook::sign(body, &"spg_test_password".into());
/// assert_eq!(signature.len(), 40);
/// ```
#[must_use]
pub fn sign(text: impl AsRef<[u8]>, password: &Secret) -> String {
    digest(text.as_ref(), password).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn digest(text: &[u8], password: &Secret) -> [u8; LENGTH] {
    Sha1::new().chain_update(text).chain_update(password.expose()).finalize().into()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_forty_hexadecimal_digits() {
        let good = "5FDDA8F46411C132DCFBEE53C39BA06298CB48BC";
        assert!(Signature::parse(good).is_some());
        assert!(Signature::parse(&good.to_ascii_lowercase()).is_some());
        let long = format!("{good}00");
        let spaced = format!(" {}", &good[1..]);
        for text in ["", "5F", &good[1..], &long, &spaced, &good.replace('5', "g"), &"é".repeat(20)]
        {
            assert!(Signature::parse(text).is_none(), "{text}");
        }
    }
}
