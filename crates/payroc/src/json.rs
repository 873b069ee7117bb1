//! JSON whose shape no source states.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use pay_core::provider::json as strict;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// JSON whose shape no source states, to the letter as it came: the digits of its amounts too.
///
/// `Debug` shows its size alone, since nobody knows what it holds.
///
/// ```
/// let json: payroc::Json = serde_json::from_str(r#"{"mid":"4021","rate":0.10}"#)?;
/// assert_eq!(json.get::<String>("mid").as_deref(), Some("4021"));
/// assert_eq!(json.get::<payroc::Amount>("rate").map(|rate| rate.to_string()).as_deref(), Some("0.10"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The whole value as `T`.
    ///
    /// # Errors
    ///
    /// It is no `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        strict::from_str(self.as_str())
    }

    /// A member of the object as `T`; the case of its name does not matter. `None` if this is no
    /// object, has no such member, or the member is no `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        strict::from_str(member(self.as_str().as_bytes(), name)?).ok()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json([{} bytes hidden])", self.as_str().len())
    }
}

/// The JSON text of a member of an object. This API matches names whatever their case.
pub(crate) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a str> {
    let members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_slice(object).ok()?;
    let found = members.get(name).or_else(|| {
        members.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    });
    found.map(|value| value.get())
}

/// For a list of items of unknown shape: null is no item, anything but an array a single one.
pub(crate) mod list {
    use serde::{Deserialize, Deserializer};

    use super::Json;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Json>, D::Error> {
        let whole = Option::<Json>::deserialize(deserializer)?;
        Ok(whole.map_or_else(Vec::new, |whole| whole.read().unwrap_or_else(|_| vec![whole])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "list::deserialize")]
        links: Vec<Json>,
    }

    #[test]
    fn a_list_keeps_whatever_came() {
        for (json, items) in [
            ("{}", vec![]),
            (r#"{"links":null}"#, vec![]),
            (r#"{"links":[]}"#, vec![]),
            (r#"{"links":[1,{"a":1.50}]}"#, vec!["1", r#"{"a":1.50}"#]),
            (r#"{"links":{"self":"x"}}"#, vec![r#"{"self":"x"}"#]),
            (r#"{"links":"x"}"#, vec![r#""x""#]),
        ] {
            let reply: Reply = serde_json::from_str(json).unwrap();
            let found: Vec<_> = reply.links.iter().map(Json::as_str).collect();
            assert_eq!(found, items, "{json}");
        }
    }

    #[test]
    fn a_member_is_found_in_any_case_and_shows_nothing_in_debug() {
        let json: Json =
            serde_json::from_str(r#"{"MID":"4021","n":12345678901234567890}"#).unwrap();
        assert_eq!(json.get::<String>("mid").as_deref(), Some("4021"));
        assert_eq!(json.get::<u64>("n"), Some(12_345_678_901_234_567_890));
        assert_eq!(json.get::<u64>("mid"), None);
        assert_eq!(json.get::<String>("other"), None);
        assert_eq!(format!("{json:?}"), "Json([39 bytes hidden])");
        let array: Json = serde_json::from_str("[1]").unwrap();
        assert_eq!(array.get::<u8>("0"), None);
    }
}
