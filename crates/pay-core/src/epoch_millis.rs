//! Times as providers count them: milliseconds since 1970.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use time::OffsetDateTime;

use crate::Invalid;
use crate::scalar::Scalar;

/// A point in time in milliseconds since 1970-01-01T00:00:00Z.
///
/// Written as a JSON number; read from a number or from a string of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EpochMillis(pub i64);

impl EpochMillis {
    /// The same point in time, in UTC. `None` beyond the year 9999.
    pub fn to_utc(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).ok()
    }
}

/// Drops what is finer than a millisecond.
impl From<OffsetDateTime> for EpochMillis {
    fn from(at: OffsetDateTime) -> Self {
        let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
        // The years that OffsetDateTime can hold fit into an i64 many times over.
        Self(i64::try_from(millis).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for EpochMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EpochMillis {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rule = "must be a whole number of milliseconds";
        text.parse().map(Self).map_err(|_| Invalid::new("time", rule))
    }
}

impl<'de> Deserialize<'de> for EpochMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A whole number that came as a float (1.5e12) prints as digits alone, too.
        match Scalar::read(deserializer)? {
            Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text) => {
                text.parse().map_err(de::Error::custom)
            }
            _ => Err(de::Error::custom("time: must be a number or a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn read(json: &str) -> Option<i64> {
        serde_json::from_str::<EpochMillis>(json).ok().map(|time| time.0)
    }

    #[test]
    fn is_the_time_that_providers_mean() {
        let time = EpochMillis(1_467_760_023_000);
        assert_eq!(time.to_utc(), Some(datetime!(2016-07-05 23:07:03 UTC)));
        assert_eq!(EpochMillis::from(datetime!(2016-07-06 01:07:03.000_999 +2)), time);
        assert_eq!(EpochMillis::from(datetime!(1969-12-31 23:59:59.999_5 UTC)).0, -1);
        assert_eq!(EpochMillis(i64::MAX).to_utc(), None);
        assert_eq!(EpochMillis(i64::MIN).to_utc(), None);
    }

    #[test]
    fn reads_numbers_and_strings() {
        assert_eq!(read("1551297351000"), Some(1_551_297_351_000));
        assert_eq!(read(r#""1551297351000""#), Some(1_551_297_351_000));
        assert_eq!(read("1.551297351E12"), Some(1_551_297_351_000));
        assert_eq!(read("-1"), Some(-1));
        for json in ["1.5", r#""""#, r#""2016-07-05""#, "null", "true", "9223372036854775808"] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(millis in any::<i64>()) {
            let json = serde_json::to_string(&EpochMillis(millis)).unwrap();
            prop_assert_eq!(&json, &millis.to_string());
            prop_assert_eq!(read(&json), Some(millis));
            if let Some(utc) = EpochMillis(millis).to_utc() {
                prop_assert_eq!(EpochMillis::from(utc).0, millis);
            }
        }
    }
}
