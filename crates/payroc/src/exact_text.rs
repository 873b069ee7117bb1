//! Serde's `with` module for an optional text in a reply: a string as it is, a number digit for
//! digit, a boolean as a word. Anything else is `None`, so that one odd field does not lose the reply.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

pub(crate) fn serialize<S: Serializer>(
    text: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    text.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| text(raw.get())))
}

/// The text of a JSON scalar.
pub(crate) fn text(json: &str) -> Option<String> {
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok(),
        b'{' | b'[' => None,
        b'n' => None,
        _ => Some(json.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, with = "super")]
        id: Option<String>,
    }

    #[test]
    fn a_number_keeps_every_digit() {
        for (json, id) in [
            (r#"{"id":"a\"b"}"#, Some("a\"b")),
            (r#"{"id":123456789012345678901234}"#, Some("123456789012345678901234")),
            (r#"{"id":1.50}"#, Some("1.50")),
            (r#"{"id":true}"#, Some("true")),
            (r#"{"id":null}"#, None),
            (r#"{"id":[1]}"#, None),
            (r#"{"id":{"a":1}}"#, None),
            ("{}", None),
        ] {
            let reply: Reply = serde_json::from_str(json).unwrap();
            assert_eq!(reply.id.as_deref(), id, "{json}");
        }
    }
}
