//! Calendar days as filters and replies write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{Month, OffsetDateTime};

use crate::Invalid;

/// A calendar day without a time zone, written `YYYY-MM-DD`.
///
/// Whose midnight it starts at is the provider's business, and often unstated: ask for a day more
/// on either side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// The day with this number; 2024-02-30 and years outside 0 to 9999 are refused.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Invalid> {
        let month = Month::try_from(month).map_err(|_| no_such_day())?;
        time::Date::from_calendar_date(i32::from(year), month, day)
            .ok()
            .filter(|date| date.year() <= 9999)
            .map(Self)
            .ok_or_else(no_such_day)
    }

    /// The day it is in UTC by the machine's clock.
    #[must_use]
    pub fn today_utc() -> Self {
        Self(OffsetDateTime::now_utc().date())
    }

    /// The day on which `at` falls in UTC. `None` outside the years 0 to 9999.
    pub fn utc_of(at: OffsetDateTime) -> Option<Self> {
        let utc = at.checked_to_offset(time::UtcOffset::UTC)?;
        Self::try_from(utc.date()).ok()
    }

    /// The day that many days later, or earlier for a negative number. `None` outside the years
    /// 0 to 9999.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let moved = self.0.checked_add(time::Duration::days(i64::from(days)))?;
        Self::try_from(moved).ok()
    }

    /// The day in the `time` crate's type.
    pub fn to_time(self) -> time::Date {
        self.0
    }
}

impl TryFrom<time::Date> for Date {
    type Error = Invalid;

    fn try_from(date: time::Date) -> Result<Self, Invalid> {
        if (0..=9999).contains(&date.year()) { Ok(Self(date)) } else { Err(no_such_day()) }
    }
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return Err(not_a_date());
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_u16, |sum, digit| match digit {
                b'0'..=b'9' => Ok(sum * 10 + u16::from(digit - b'0')),
                _ => Err(not_a_date()),
            })
        };
        let small = |digits: &[u8]| u8::try_from(number(digits)?).map_err(|_| not_a_date());
        Self::new(number(&[y1, y2, y3, y4])?, small(&[m1, m2])?, small(&[d1, d2])?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

fn not_a_date() -> Invalid {
    Invalid::new("date", "must be written YYYY-MM-DD")
}

fn no_such_day() -> Invalid {
    Invalid::new("date", "must be a day of the calendar")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn reads_only_its_own_form() {
        for text in ["2024-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2024-2-9",
            "2024/02/09",
            "24-02-09",
            "2024-02-09T00:00:00Z",
            " 2024-02-09",
            "+024-02-09",
            "2024-02-0a",
            "٢٠٢٤-02-09",
        ] {
            let refused = text.parse::<Date>().unwrap_err();
            assert_eq!(refused.to_string(), "date: must be written YYYY-MM-DD", "{text}");
        }
        for text in ["2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "2024-04-31"] {
            let refused = text.parse::<Date>().unwrap_err();
            assert_eq!(refused.to_string(), "date: must be a day of the calendar", "{text}");
        }
        assert!(Date::new(10_000, 1, 1).is_err());
    }

    #[test]
    fn counts_days_over_the_ends_of_months_and_of_time() {
        let day = Date::new(2024, 2, 28).unwrap();
        assert_eq!(day.plus_days(2).unwrap().to_string(), "2024-03-01");
        assert_eq!(day.plus_days(-59).unwrap().to_string(), "2023-12-31");
        assert_eq!(Date::new(9999, 12, 31).unwrap().plus_days(1), None);
        assert_eq!(Date::new(0, 1, 1).unwrap().plus_days(-1), None);
        assert_eq!(day.plus_days(i32::MAX), None);
    }

    #[test]
    fn the_utc_day_may_differ_from_the_local_one() {
        let local = datetime!(2024-01-01 00:30 +1);
        assert_eq!(Date::utc_of(local).unwrap().to_string(), "2023-12-31");
        let edge = datetime!(9999-12-31 23:30 -1);
        assert_eq!(Date::utc_of(edge), None);
    }

    proptest! {
        #[test]
        fn round_trips(year in 0_u16..=9999, month in 1_u8..=12, day in 1_u8..=31) {
            if let Ok(date) = Date::new(year, month, day) {
                let json = serde_json::to_string(&date).unwrap();
                prop_assert_eq!(&json, &format!("\"{year:04}-{month:02}-{day:02}\""));
                prop_assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), date);
            } else {
                prop_assert!(day > 28);
            }
        }
    }
}
