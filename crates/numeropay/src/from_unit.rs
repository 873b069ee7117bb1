use pay_core::Invalid;
use time::OffsetDateTime;

/// What the list's `from` counts: the document says "Unix timestamp" and no more.
///
/// The default is seconds, as the same page counts `iat` and `exp`. If that is wrong, a
/// [`Pager`](crate::Pager) finds out at its second page and says so; it never takes it for the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FromUnit {
    /// Seconds since 1970.
    #[default]
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
}

impl FromUnit {
    const fn nanoseconds(self) -> i128 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Milliseconds => 1_000_000,
        }
    }

    /// The first count that is not before this time.
    pub(crate) fn at(self, at: OffsetDateTime) -> Result<i64, Invalid> {
        let nanoseconds = at.unix_timestamp_nanos();
        if nanoseconds < 0 {
            return Err(Invalid::new("from", "must not be before 1970"));
        }
        let up = i128::from(nanoseconds % self.nanoseconds() != 0);
        Ok(whole(nanoseconds / self.nanoseconds() + up))
    }

    /// The first count that is later than this time, so that what happened then is before it,
    /// whether `from` itself is included or not.
    pub(crate) fn after(self, at: OffsetDateTime) -> i64 {
        whole(at.unix_timestamp_nanos().div_euclid(self.nanoseconds()) + 1)
    }
}

/// Every year that a date can hold fits many times over.
fn whole(count: i128) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn counts_in_its_unit() {
        let at = datetime!(2020-10-14 02:31:23.328 UTC);
        assert_eq!(FromUnit::Seconds.at(at), Ok(1_602_642_684));
        assert_eq!(FromUnit::Milliseconds.at(at), Ok(1_602_642_683_328));
        assert_eq!(FromUnit::Seconds.after(at), 1_602_642_684);
        assert_eq!(FromUnit::Milliseconds.after(at), 1_602_642_683_329);
        let whole = datetime!(2020-10-14 02:31:23 UTC);
        assert_eq!(FromUnit::Seconds.at(whole), Ok(1_602_642_683));
        assert_eq!(FromUnit::Seconds.after(whole), 1_602_642_684);
        assert!(FromUnit::Seconds.at(datetime!(1969-12-31 23:59:59.9 UTC)).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_left_out(nanoseconds in 0_i128..4_000_000_000_000_000_000) {
            let at = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap();
            for unit in [FromUnit::Seconds, FromUnit::Milliseconds] {
                prop_assert!(i128::from(unit.at(at).unwrap()) * unit.nanoseconds() >= nanoseconds);
                prop_assert!(i128::from(unit.after(at)) * unit.nanoseconds() > nanoseconds);
            }
        }
    }
}
