//! Card expiry dates.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month, OffsetDateTime};

use crate::Invalid;

/// The month in which a card expires. `Debug` hides it: it is part of the card data.
///
/// ```
/// use pay_core::Expiry;
///
/// let expiry: Expiry = "08/30".parse()?;
/// assert_eq!((expiry.month(), expiry.year(), expiry.year2()), (8, 2030, 30));
/// assert_eq!(expiry, Expiry::new(8, 2030)?);
/// # Ok::<(), pay_core::Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    year: u16,
    month: u8,
}

impl Expiry {
    /// A month from 1 to 12, and a year of two digits (30) or four (2000 to 2099). Whether it is
    /// in the past is asked of [`check`](Self::check).
    pub fn new(month: u8, year: u16) -> Result<Self, Invalid> {
        if !(1..=12).contains(&month) {
            return Err(Invalid::new("card_expiry_month", "must be 1 to 12"));
        }
        match year {
            0..=99 => Ok(Self { year: 2000 + year, month }),
            2000..=2099 => Ok(Self { year, month }),
            _ => Err(Invalid::new("card_expiry_year", "must be 0 to 99 or 2000 to 2099")),
        }
    }

    /// Reads `MM/YY` or `MM/YYYY`, with or without spaces beside the slash, as payers type it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (month, year) = text.split_once('/').ok_or_else(not_an_expiry)?;
        let (month, year) = (month.trim_end_matches(' '), year.trim_start_matches(' '));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if month.len() != 2 || !digits(month) || !digits(year) {
            return Err(not_an_expiry());
        }
        // `0030` is no year of four digits, though its number is one of two.
        if !matches!(year.len(), 2 | 4) || (year.len() == 4 && year.starts_with("00")) {
            return Err(not_an_expiry());
        }
        let month = month.parse().map_err(|_| not_an_expiry())?;
        Self::new(month, year.parse().map_err(|_| not_an_expiry())?)
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The year in four digits.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The year in two digits, 0 to 99: write it with a leading zero.
    pub fn year2(&self) -> u8 {
        u8::try_from(self.year % 100).unwrap_or_default()
    }

    /// Whether the card is certainly expired at this time.
    ///
    /// A card is good to the end of its last day, wherever its issuer is. So that nobody is
    /// refused for living west of Greenwich, it counts as expired only a day after that month
    /// has ended in UTC.
    pub fn is_expired_at(&self, now: OffsetDateTime) -> bool {
        let (year, month) = match self.month {
            12 => (self.year + 1, 1),
            month => (self.year, month + 1),
        };
        Month::try_from(month)
            .and_then(|month| Date::from_calendar_date(i32::from(year), month, 2))
            .is_ok_and(|end| now >= end.midnight().assume_utc())
    }

    /// Refuses a card that is [expired](Self::is_expired_at) at this time.
    pub fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        if self.is_expired_at(now) {
            Err(Invalid::new("card_expiry", "is in the past"))
        } else {
            Ok(())
        }
    }
}

impl FromStr for Expiry {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl fmt::Debug for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Expiry(**/**)")
    }
}

fn not_an_expiry() -> Invalid {
    Invalid::new("card_expiry", "must be written MM/YY or MM/YYYY")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn years_have_two_or_four_digits() {
        for (year, full) in [(0, 2000), (30, 2030), (99, 2099), (2000, 2000), (2099, 2099)] {
            assert_eq!(Expiry::new(1, year).unwrap().year(), full);
        }
        for year in [100, 999, 1999, 2100, u16::MAX] {
            assert_eq!(Expiry::new(1, year).unwrap_err().field(), "card_expiry_year");
        }
        for month in [0, 13, 255] {
            assert_eq!(Expiry::new(month, 30).unwrap_err().field(), "card_expiry_month");
        }
        assert_eq!(Expiry::new(1, 2005).unwrap().year2(), 5);
    }

    #[test]
    fn reads_what_cards_print() {
        assert_eq!(Expiry::parse("12/30"), Expiry::new(12, 30));
        assert_eq!(Expiry::parse("12/2030"), Expiry::new(12, 30));
        assert_eq!(Expiry::parse("12 / 30"), Expiry::new(12, 30));
        for text in [
            "", "/", "1230", "1/30", "12/3", "12/030", "12/20300", "+1/30", "12/+3", "12-30",
            "12/30 ", "12/0030", "１/30", "12/30/", "12/ ", " / ", "12/3 0",
        ] {
            let refused = Expiry::parse(text).unwrap_err();
            assert_eq!(refused.field(), "card_expiry", "{text:?}");
        }
        assert_eq!(Expiry::parse("13/30").unwrap_err().field(), "card_expiry_month");
        assert_eq!(Expiry::parse("12/1999").unwrap_err().field(), "card_expiry_year");
    }

    #[test]
    fn lasts_through_its_month_everywhere_on_earth() {
        let expiry = Expiry::new(11, 2026).unwrap();
        assert!(!expiry.is_expired_at(datetime!(2026-11-30 23:59:59 UTC)));
        assert!(!expiry.is_expired_at(datetime!(2026-11-30 23:59:59 -12)));
        assert!(!expiry.is_expired_at(datetime!(2026-12-01 23:59:59.999 UTC)));
        assert!(expiry.is_expired_at(datetime!(2026-12-02 00:00 UTC)));
        assert!(!expiry.is_expired_at(datetime!(2026-12-02 13:59 +14)));
        let december = Expiry::new(12, 2026).unwrap();
        assert!(!december.is_expired_at(datetime!(2027-01-01 12:00 UTC)));
        let refused = december.check(datetime!(2027-01-02 00:00 UTC)).unwrap_err();
        assert_eq!(refused.to_string(), "card_expiry: is in the past");
        assert!(Expiry::new(12, 2099).unwrap().is_expired_at(datetime!(2100-01-02 00:00 UTC)));
    }
}
