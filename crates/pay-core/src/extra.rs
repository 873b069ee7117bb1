//! Request fields that this version has no setter for.

use std::collections::HashSet;
use std::fmt;
use std::io;

use serde::Serialize;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use zeroize::{Zeroize, Zeroizing};

use crate::Invalid;

/// Additional top-level fields of a JSON request, in the order in which they were inserted.
///
/// `Debug` shows the names alone. The encoded values are wiped on drop; what they were made from
/// is the caller's.
///
/// ```
/// let mut extra = pay_core::Extra::default();
/// extra.insert("order_id", 17)?;
/// extra.insert_json("tip", "1.50")?;
/// assert_eq!(format!("{extra:?}"), r#"Extra {"order_id": [redacted], "tip": [redacted]}"#);
///
/// let mut body = br#"{"amount":10.99}"#.to_vec();
/// extra.write_into(&mut body)?;
/// assert_eq!(body, br#"{"amount":10.99,"order_id":17,"tip":1.50}"#);
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[derive(Clone, Default)]
pub struct Extra {
    fields: Vec<Field>,
}

#[derive(Clone)]
struct Field {
    name: Box<str>,
    json: Zeroizing<Vec<u8>>,
}

impl Extra {
    /// Sets a field, in place if it is there already. Fails on an empty name and on a value that
    /// JSON cannot hold, such as a map whose keys are not text.
    ///
    /// Floats are written as floats: for money use [`insert_json`](Self::insert_json) or a string.
    pub fn insert(&mut self, name: &str, value: impl Serialize) -> Result<(), Invalid> {
        let json = encode(&value).map_err(|_| not_json(name))?;
        self.set(name, json)
    }

    /// The same with a value that is JSON text already, such as the exact digits of an amount.
    pub fn insert_json(&mut self, name: &str, json: &str) -> Result<(), Invalid> {
        serde_json::from_str::<IgnoredAny>(json).map_err(|_| not_json(name))?;
        self.set(name, Zeroizing::new(json.as_bytes().to_vec()))
    }

    fn set(&mut self, name: &str, json: Zeroizing<Vec<u8>>) -> Result<(), Invalid> {
        if name.is_empty() {
            return Err(Invalid::new("extra", "must have a name"));
        }
        match self.fields.iter_mut().find(|field| *field.name == *name) {
            Some(field) => field.json = json,
            None => self.fields.push(Field { name: name.into(), json }),
        }
        Ok(())
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Names and values, the values as JSON text, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|field| (&*field.name, std::str::from_utf8(&field.json).unwrap_or_default()))
    }

    /// Appends the fields to an encoded JSON object.
    ///
    /// Fails, and leaves `body` as it was, when `body` is not one JSON object or has a field of
    /// one of the names already. When `body` must grow, the memory that it leaves is wiped, since
    /// it may hold card data.
    pub fn write_into(&self, body: &mut Vec<u8>) -> Result<(), Invalid> {
        if self.is_empty() {
            return Ok(());
        }
        let not_an_object = || Invalid::new("body", "must be a JSON object");
        let present = top_level_names(body).ok_or_else(not_an_object)?;
        if let Some(field) = self.fields.iter().find(|field| present.contains(&*field.name)) {
            let rule = "is an extra field that the request has already";
            return Err(Invalid::new(field.name.to_string(), rule));
        }
        let mut tail = Zeroizing::new(Vec::with_capacity(self.encoded_len()));
        for (place, field) in self.fields.iter().enumerate() {
            if place > 0 || !present.is_empty() {
                tail.push(b',');
            }
            serde_json::to_writer(&mut *tail, &*field.name).map_err(|_| not_json(&field.name))?;
            tail.push(b':');
            tail.extend_from_slice(&field.json);
        }
        tail.push(b'}');
        let open = body.trim_ascii_end().strip_suffix(b"}").ok_or_else(not_an_object)?.len();
        body.truncate(open);
        append_wiping(body, &tail);
        Ok(())
    }

    /// By how many bytes [`write_into`](Self::write_into) may lengthen a body: for sizing its
    /// buffer ahead, so that nothing is copied.
    pub fn encoded_len(&self) -> usize {
        // A character of a name takes at most six bytes as an escape; then two quotes, a colon
        // and a comma. One byte more for the brace that is written anew.
        self.fields.iter().map(|field| field.name.len() * 6 + field.json.len() + 4).sum::<usize>()
            + 1
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extra ")?;
        let redacted = format_args!("[redacted]");
        f.debug_map().entries(self.fields.iter().map(|field| (&field.name, &redacted))).finish()
    }
}

/// Encodes twice, the first time only to learn the length: a buffer that grows leaves copies.
fn encode(value: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    struct Length(usize);
    impl io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value)?;
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, value)?;
    Ok(json)
}

/// The names in one JSON object, unescaped; `None` if `json` is anything else.
fn top_level_names(json: &[u8]) -> Option<HashSet<String>> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = HashSet<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut names = HashSet::new();
            while let Some((name, IgnoredAny)) = entries.next_entry()? {
                names.insert(name);
            }
            Ok(names)
        }
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    let names = reader.deserialize_map(Names).ok()?;
    reader.end().ok()?;
    Some(names)
}

fn append_wiping(body: &mut Vec<u8>, tail: &[u8]) {
    let needed = body.len() + tail.len();
    if body.capacity() < needed {
        let mut grown = Vec::with_capacity(needed);
        grown.extend_from_slice(body);
        body.zeroize();
        *body = grown;
    }
    body.extend_from_slice(tail);
}

fn not_json(name: &str) -> Invalid {
    Invalid::new(name.to_owned(), "must be a value that JSON can hold")
}
