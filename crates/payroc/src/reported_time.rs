//! Times as replies tell them.

use std::fmt;

use pay_core::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339,
    macros::format_description,
};

/// A time as the provider wrote it: with a zone or without one, which are kept apart.
///
/// Times are ISO 8601. Which zone one without a zone is in, no source says: it is not guessed.
///
/// ```
/// let plain = payroc::ReportedTime::from("2021-10-18T14:05:06");
/// assert_eq!(plain.zoned(), None);
/// assert_eq!(plain.local().map(|at| at.hour()), Some(14));
/// let zoned = payroc::ReportedTime::from("2021-10-18T14:05:06-05:00");
/// assert_eq!(zoned.zoned().map(|at| at.unix_timestamp()), Some(1634583906));
/// assert_eq!(zoned.local(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportedTime(String);

impl ReportedTime {
    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment, if the text names a zone.
    #[must_use]
    pub fn zoned(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.0, &Rfc3339).ok()
    }

    /// The date and time of some clock, if the text names no zone.
    #[must_use]
    pub fn local(&self) -> Option<PrimitiveDateTime> {
        let format = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second][optional [.[subsecond]]]"
        );
        PrimitiveDateTime::parse(&self.0, format).ok()
    }

    /// The day that is written there, in whatever zone it is.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let day = self.0.split_once('T').map_or(self.0.as_str(), |(day, _)| day);
        day.parse().ok()
    }
}

impl From<&str> for ReportedTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ReportedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for ReportedTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ReportedTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self).map_err(de::Error::custom)
    }
}

/// Serde's `deserialize_with` for a time that may be missing or odd.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ReportedTime>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| crate::exact_text::text(raw.get())).map(ReportedTime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_a_zone_and_without_are_kept_apart() {
        for (text, zoned, local, day) in [
            ("2021-10-18T00:00:00", false, true, true),
            ("2021-10-18T00:00:00.0000000", false, true, true),
            ("2021-10-18T23:59:59.1234567", false, true, true),
            ("2021-10-18T00:00:00Z", true, false, true),
            ("2021-10-18T00:00:00.0000000-05:00", true, false, true),
            ("2021-10-18", false, false, true),
            ("2021-02-30T00:00:00", false, false, false),
            ("/Date(1634515200000-0000)/", false, false, false),
            ("10/18/2021", false, false, false),
            ("", false, false, false),
        ] {
            let time = ReportedTime::from(text);
            let found = (time.zoned().is_some(), time.local().is_some(), time.day().is_some());
            assert_eq!(found, (zoned, local, day), "{text}");
            assert_eq!(time.to_string(), text);
        }
    }
}
