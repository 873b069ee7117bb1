//! Serde's `with` module for an optional date in a reply: ISO 8601 with a zone. What cannot be read
//! is `None`, so that one odd field does not lose the reply.

use serde::{Deserialize, Deserializer, Serializer};
use serde_json::value::RawValue;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

pub(crate) fn serialize<S: Serializer>(
    at: &Option<OffsetDateTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time::serde::rfc3339::option::serialize(at, serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OffsetDateTime>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| {
        let text: String = serde_json::from_str(raw.get()).ok()?;
        OffsetDateTime::parse(&text, &Rfc3339).ok()
    }))
}
