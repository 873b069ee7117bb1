use pay_core::{Invalid, provider::Query};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{Code, FromUnit};

/// Which payments to list: those of the client's merchant, the newest first.
///
/// ```
/// use numeropay::{PaymentFilter, PaymentState};
///
/// let open = PaymentFilter::new()
///     .limit(50)
///     .status(PaymentState::Created)
///     .status(PaymentState::InProgress);
/// ```
#[derive(Clone, Debug, Default)]
pub struct PaymentFilter {
    limit: Option<u32>,
    from: Option<Start>,
    statuses: Vec<Code>,
    business_names: Vec<String>,
}

#[derive(Clone, Debug)]
enum Start {
    Time(OffsetDateTime),
    Cursor(String),
}

impl PaymentFilter {
    /// How many NumeroPay puts on a page by itself.
    pub(crate) const DEFAULT_LIMIT: u32 = 25;

    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many on a page: 25 if not given. The largest that is allowed is unknown.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// From this time backwards: now if not given. (That it goes backwards follows from that; no
    /// source says so.) Sent in the client's [`FromUnit`].
    #[must_use]
    pub fn from(mut self, from: OffsetDateTime) -> Self {
        self.from = Some(Start::Time(from));
        self
    }

    /// From where a page ended: its [`next`](crate::Page::next). Replaces
    /// [`from`](Self::from). The page begins with what was at the end of the one before.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.from = Some(Start::Cursor(cursor.into()));
        self
    }

    /// Only in this state; call it again for more. A
    /// [`PaymentState`](crate::PaymentState) is sent by its name, a number as a number: which of
    /// them NumeroPay wants here is unknown. Several go as a JSON array.
    #[must_use]
    pub fn status(mut self, status: impl Into<Code>) -> Self {
        self.statuses.push(status.into());
        self
    }

    /// Only under this business name; call it again for more. Several go as a JSON array.
    #[must_use]
    pub fn business_name(mut self, name: impl Into<String>) -> Self {
        self.business_names.push(name.into());
        self
    }

    /// How many a page has at least, unless it is the last. NumeroPay may cut a larger limit down;
    /// where to, is unknown, but hardly below its own default.
    pub(crate) fn full(&self) -> usize {
        let least = self.limit.unwrap_or(Self::DEFAULT_LIMIT).min(Self::DEFAULT_LIMIT);
        usize::try_from(least).unwrap_or(usize::MAX)
    }

    pub(crate) fn query(&self, unit: FromUnit) -> Result<Query, Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "must be greater than 0"));
        }
        let from = match &self.from {
            None => None,
            Some(Start::Time(at)) => Some(unit.at(*at)?),
            Some(Start::Cursor(cursor)) => {
                let digits = cursor.bytes().all(|b| b.is_ascii_digit());
                let rule = || Invalid::new("from", "must be the `next` of a page");
                Some(cursor.parse::<i64>().ok().filter(|_| digits).ok_or_else(rule)?)
            }
        };
        let empty = |text: &str| text.trim().is_empty();
        if self.statuses.iter().any(|code| matches!(code, Code::Text(text) if empty(text))) {
            return Err(Invalid::new("status", "must not be empty"));
        }
        if self.business_names.iter().any(|name| empty(name)) {
            return Err(Invalid::new("business_name", "must not be empty"));
        }
        Ok(Query::new()
            .push_some("limit", self.limit)
            .push_some("from", from)
            .push_some("status", one_or_many("status", &self.statuses)?)
            .push_some("business_name", one_or_many("business_name", &self.business_names)?))
    }
}

/// One value as it is, several as a JSON array. So is one that would be taken for an array.
fn one_or_many<T: ToString + Serialize>(
    field: &'static str,
    values: &[T],
) -> Result<Option<String>, Invalid> {
    match values {
        [] => return Ok(None),
        [one] if !one.to_string().trim_start().starts_with('[') => {
            return Ok(Some(one.to_string()));
        }
        _ => {}
    }
    let json = serde_json::to_string(values);
    json.map(Some).map_err(|_| Invalid::new(field, "cannot be written as JSON"))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::PaymentState;

    #[test]
    fn one_goes_plain_and_many_as_an_array() {
        let json = |codes: &[Code]| one_or_many("status", codes).unwrap();
        assert_eq!(json(&[]), None);
        assert_eq!(json(&[PaymentState::Created.into()]).unwrap(), "CREATED");
        assert_eq!(json(&[Code::Number(0)]).unwrap(), "0");
        let many = [PaymentState::Created.into(), Code::Number(2), "a\"b".into()];
        assert_eq!(json(&many).unwrap(), r#"["CREATED",2,"a\"b"]"#);
        let names = |names: &[&str]| one_or_many("business_name", names).unwrap().unwrap();
        assert_eq!(names(&["Infinity, \"Group\""]), "Infinity, \"Group\"");
        assert_eq!(names(&["[x]"]), r#"["[x]"]"#);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let early = datetime!(1969-12-31 0:00 UTC);
        for (filter, field) in [
            (PaymentFilter::new().limit(0), "limit"),
            (PaymentFilter::new().from(early), "from"),
            (PaymentFilter::new().after(""), "from"),
            (PaymentFilter::new().after("-5"), "from"),
            (PaymentFilter::new().after("+5"), "from"),
            (PaymentFilter::new().after("5&limit=9"), "from"),
            (PaymentFilter::new().after("99999999999999999999"), "from"),
            (PaymentFilter::new().status(""), "status"),
            (PaymentFilter::new().business_name("x").business_name(" "), "business_name"),
        ] {
            let refused = filter.query(FromUnit::Seconds).unwrap_err();
            assert_eq!(refused.field(), field, "{filter:?}");
        }
        assert!(PaymentFilter::new().limit(1).after("5").query(FromUnit::Seconds).is_ok());
    }

    #[test]
    fn a_limit_above_the_default_may_be_cut_down_to_it() {
        for (filter, full) in [
            (PaymentFilter::new(), 25),
            (PaymentFilter::new().limit(7), 7),
            (PaymentFilter::new().limit(25), 25),
            (PaymentFilter::new().limit(100), 25),
        ] {
            assert_eq!(filter.full(), full);
        }
    }
}
