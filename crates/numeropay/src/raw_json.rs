use std::fmt;

use pay_core::provider::json;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// JSON whose shape no source states, to the letter as it came. `Debug` shows its size alone,
/// since nobody knows what it holds.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The value as `T`. Where it is a string with JSON in it, as the schema has `structure`, its
    /// content as `T`.
    ///
    /// # Errors
    ///
    /// It is no `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        let content: Option<String> = serde_json::from_str(self.as_str()).ok();
        content
            .and_then(|content| json::from_str(&content).ok())
            .map_or_else(|| json::from_str(self.as_str()), Ok)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson([{} bytes hidden])", self.as_str().len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_object_is_read_also_from_within_a_string() {
        for json in [r#"{"order":7}"#, r#""{\"order\":7}""#] {
            let raw: RawJson = serde_json::from_str(json).unwrap();
            assert_eq!(raw.as_str(), json);
            assert_eq!(raw.read::<BTreeMap<String, u8>>().unwrap()["order"], 7);
            assert_eq!(format!("{raw:?}"), format!("RawJson([{} bytes hidden])", json.len()));
        }
        let raw: RawJson = serde_json::from_str(r#""plain""#).unwrap();
        assert_eq!(raw.read::<String>().unwrap(), "plain");
        assert!(raw.read::<BTreeMap<String, u8>>().is_err());
    }
}
