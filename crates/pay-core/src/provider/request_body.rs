use bytes::Bytes;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{Extra, Invalid, provider::request_url::ENCODED};

/// An encoded body. The buffer was sized before it was filled, so it never moved and left a copy
/// behind, and it is wiped when the last attempt has let go of it.
#[derive(Clone)]
pub(crate) struct RequestBody {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: &'static str,
}

/// Encodes a value as JSON, with extra fields at the end, into a buffer that is wiped.
///
/// # Errors
///
/// The value cannot be JSON, or an extra field repeats one that is there already.
pub fn encode_json<T: Serialize + ?Sized>(value: &T, extra: &Extra) -> Result<Bytes, Invalid> {
    let mut size = Counter(0);
    serde_json::to_writer(&mut size, value).map_err(not_json)?;
    let mut buffer = Zeroizing::new(Vec::with_capacity(size.0 + extra.encoded_len()));
    serde_json::to_writer(&mut *buffer, value).map_err(not_json)?;
    extra.write_into(&mut buffer)?;
    Ok(wiped(buffer))
}

/// Encodes pairs as a form, into a buffer that is wiped.
pub(crate) fn encode_form(pairs: &[(&str, &str)]) -> Bytes {
    // Three bytes for each is the longest that percent-encoding makes of one.
    let size = pairs.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut buffer = Zeroizing::new(Vec::with_capacity(size));
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            buffer.push(b'&');
        }
        push_encoded(&mut buffer, name);
        buffer.push(b'=');
        push_encoded(&mut buffer, value);
    }
    wiped(buffer)
}

fn push_encoded(buffer: &mut Vec<u8>, text: &str) {
    for part in percent_encoding::utf8_percent_encode(text, ENCODED) {
        buffer.extend_from_slice(part.as_bytes());
    }
}

fn wiped(buffer: Zeroizing<Vec<u8>>) -> Bytes {
    Bytes::from_owner(Wiped(buffer))
}

struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0 += data.len();
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn not_json(_: serde_json::Error) -> Invalid {
    Invalid::new("body", "cannot be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_is_filled_to_the_byte() {
        let value = serde_json::json!({"a": [1, 2, 3], "b": "text with \"quotes\" and é"});
        let mut size = Counter(0);
        serde_json::to_writer(&mut size, &value).unwrap();
        let bytes = encode_json(&value, &Extra::default()).unwrap();
        assert_eq!(bytes.len(), size.0);
    }

    #[test]
    fn a_form_keeps_every_character() {
        let body = encode_form(&[("grant_type", "client_credentials"), ("s", "a b&c=d+é%")]);
        let pairs: Vec<_> = url::form_urlencoded::parse(&body).into_owned().collect();
        assert_eq!(pairs[1], ("s".to_owned(), "a b&c=d+é%".to_owned()));
        assert!(body.starts_with(b"grant_type=client_credentials&"));
    }
}
