//! Dates as they are asked for and as they are written.

use time::{
    Date, Month, OffsetDateTime, PrimitiveDateTime, format_description::well_known::Iso8601,
    macros::format_description,
};

use super::switches::{DateForm, QueryDates};
use crate::{
    clock::{Millis, date_time},
    world::World,
};

const DAY: Millis = 86_400_000;

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueryDate {
    /// The first moment.
    pub(crate) from: Millis,
    /// Whether a time of day was given, so that there is one moment only.
    is_moment: bool,
}

impl QueryDate {
    pub(crate) fn parse(text: &str, forms: QueryDates) -> Option<Self> {
        let us = || Some(Self::of_day(us_day(text)?));
        let iso = || match text.contains('T') {
            // The library would read the date of a moment, too.
            false => Date::parse(text, &Iso8601::DATE).ok().map(Self::of_day),
            true => Some(Self { from: iso_moment(text)?, is_moment: true }),
        };
        match forms {
            QueryDates::UsOnly => us(),
            QueryDates::IsoOnly => iso(),
            QueryDates::Any => us().or_else(iso),
        }
    }

    /// The last moment that belongs to it.
    pub(crate) fn until(self) -> Millis {
        if self.is_moment { self.from } else { self.from + DAY - 1 }
    }

    /// How many days it is from here to another date, both counted.
    pub(crate) fn days_to(self, other: Self) -> u64 {
        let days = (other.from.div_euclid(DAY)).saturating_sub(self.from.div_euclid(DAY));
        u64::try_from(days.saturating_add(1)).unwrap_or(0)
    }

    fn of_day(day: Date) -> Self {
        Self { from: millis(day.midnight().assume_utc()), is_moment: false }
    }
}

/// An instant as Payroc writes it.
pub(crate) fn written(at: Millis, world: &World) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:7]");
    let text = date_time(at).format(&format).unwrap_or_default();
    match world.switch() {
        DateForm::NoZone => text,
        DateForm::Utc => text + "Z",
    }
}

/// MM/DD/YY or MM/DD/YYYY.
fn us_day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    let [month, day, year] = parts.as_slice() else { return None };
    let is_number = |text: &&&str| text.bytes().all(|byte| byte.is_ascii_digit());
    if ![month, day, year].iter().all(is_number) {
        return None;
    }
    let year: i32 = match (year.len(), year.parse()) {
        (2, Ok(year)) => 2_000_i32.checked_add(year)?,
        (4, Ok(year)) => year,
        _ => return None,
    };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year, month, day.parse().ok()?).ok()
}

/// A date with a time; without an offset it is UTC.
fn iso_moment(text: &str) -> Option<Millis> {
    let with_offset = OffsetDateTime::parse(text, &Iso8601::DATE_TIME_OFFSET).ok();
    let without = || PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).ok();
    let at = with_offset.or_else(|| without().map(PrimitiveDateTime::assume_utc))?;
    Some(millis(at))
}

fn millis(at: OffsetDateTime) -> Millis {
    Millis::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-15
    const NOW: Millis = 1_781_481_600_000;

    #[test]
    fn dates_are_read_in_both_forms() {
        let day = Some(QueryDate { from: NOW, is_moment: false });
        for text in ["06/15/26", "6/15/2026", "06/15/2026", "2026-06-15"] {
            assert_eq!(QueryDate::parse(text, QueryDates::Any), day, "{text}");
        }
        let moment = Some(QueryDate { from: NOW + 3_600_000, is_moment: true });
        for text in ["2026-06-15T01:00:00", "2026-06-15T01:00:00.000Z", "2026-06-15T03:00:00+02:00"]
        {
            assert_eq!(QueryDate::parse(text, QueryDates::Any), moment, "{text}");
        }
        for text in
            ["", "15/06/26", "06/15", "06/15/126", "06/31/26", "yesterday", "+6/15/26", "6/1/26/1"]
        {
            assert_eq!(QueryDate::parse(text, QueryDates::Any), None, "{text}");
        }
        assert_eq!(QueryDate::parse("2026-06-15", QueryDates::UsOnly), None);
        assert_eq!(QueryDate::parse("06/15/26", QueryDates::IsoOnly), None);
    }
}
