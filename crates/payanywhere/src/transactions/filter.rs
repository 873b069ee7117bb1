use pay_core::{Date, Invalid, provider::Query};
use time::PrimitiveDateTime;

use crate::BatchId;

/// Which transactions to list. Without a filter North decides; its default range and number are
/// unknown.
///
/// ```
/// use payanywhere::{BatchState, Date, TransactionFilter};
///
/// let settled = TransactionFilter::new()
///     .start("2017-07-19".parse::<Date>()?)
///     .batches(BatchState::Closed)
///     .count(50);
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    start: Option<PlainTime>,
    end: Option<PlainTime>,
    count: Option<u32>,
    batches: Option<BatchState>,
    device_id: Option<String>,
    batch_ids: Vec<BatchId>,
    only_last_closed: Option<bool>,
}

/// A day, or a day and a time of day, without a time zone. **Which zone North takes it to be in is
/// unknown**: ask for a day more on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlainTime {
    /// Sent as `2017-07-19`.
    Day(Date),
    /// Sent as `2017-07-19 13:30:00`: whole seconds.
    Moment(PrimitiveDateTime),
}

pay_core::open_enum! {
    /// Whether a batch still takes transactions.
    pub enum BatchState {
        /// It does.
        Open = "open",
        /// It was closed, and goes to settlement.
        Closed = "closed",
    }
}

impl TransactionFilter {
    /// No filter.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From this time on.
    #[must_use]
    pub fn start(mut self, start: impl Into<PlainTime>) -> Self {
        self.start = Some(start.into());
        self
    }

    /// Up to this time. Whether a day counts to its end is unknown.
    #[must_use]
    pub fn end(mut self, end: impl Into<PlainTime>) -> Self {
        self.end = Some(end.into());
        self
    }

    /// At most so many. No way to the rest of them is known.
    #[must_use]
    pub fn count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Only those of batches in this state. `type` on the wire.
    #[must_use]
    pub fn batches(mut self, state: BatchState) -> Self {
        self.batches = Some(state);
        self
    }

    /// The device, needed for transactions of manual batches.
    #[must_use]
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.device_id = Some(device_id.into());
        self
    }

    /// Only those of this batch; call it again for more.
    #[must_use]
    pub fn batch(mut self, batch: BatchId) -> Self {
        self.batch_ids.push(batch);
        self
    }

    /// Only those of the batch that was closed last.
    #[must_use]
    pub fn only_last_closed(mut self, only: bool) -> Self {
        self.only_last_closed = Some(only);
        self
    }

    pub(crate) fn query(&self) -> Result<Query, Invalid> {
        if self.count == Some(0) {
            return Err(Invalid::new("count", "must be greater than 0"));
        }
        if self.device_id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Invalid::new("deviceId", "must not be empty"));
        }
        if self.batches.as_ref().is_some_and(|state| state.as_str().trim().is_empty()) {
            return Err(Invalid::new("type", "must not be empty"));
        }
        // Ids that a reply brought are not checked yet, and a comma parts them.
        for batch in &self.batch_ids {
            batch.check()?;
            if batch.as_str().contains(',') {
                return Err(Invalid::new(BatchId::FIELD, "must not contain a comma"));
            }
        }
        let start = self.start.map(|at| at.text("start")).transpose()?;
        let end = self.end.map(|at| at.text("end")).transpose()?;
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start.is_after(end)
        {
            return Err(Invalid::new("end", "must not be before start"));
        }
        let ids: Vec<_> = self.batch_ids.iter().map(BatchId::as_str).collect();
        let bids = (!ids.is_empty()).then(|| ids.join(","));
        Ok(Query::new()
            .push_some("start", start)
            .push_some("end", end)
            .push_some("count", self.count)
            .push_some("type", self.batches.as_ref())
            .push_some("deviceId", self.device_id.as_ref())
            .push_some("bids", bids)
            .push_some("onlyLastClosed", self.only_last_closed))
    }
}

impl PlainTime {
    fn day(self) -> time::Date {
        match self {
            Self::Day(day) => day.to_time(),
            Self::Moment(at) => at.date(),
        }
    }

    fn is_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::Moment(this), Self::Moment(other)) => this > other,
            _ => self.day() > other.day(),
        }
    }

    fn text(self, field: &'static str) -> Result<String, Invalid> {
        match self {
            Self::Day(day) => Ok(day.to_string()),
            Self::Moment(at) => {
                let day = Date::try_from(at.date()).map_err(|invalid| invalid.in_field(field))?;
                if at.nanosecond() != 0 {
                    return Err(Invalid::new(field, "must be in whole seconds"));
                }
                let (hour, minute, second) = at.as_hms();
                Ok(format!("{day} {hour:02}:{minute:02}:{second:02}"))
            }
        }
    }
}

impl From<Date> for PlainTime {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<PrimitiveDateTime> for PlainTime {
    fn from(at: PrimitiveDateTime) -> Self {
        Self::Moment(at)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_written_as_in_the_specification() {
        let text = |time: PlainTime| time.text("start").unwrap();
        assert_eq!(text(datetime!(2017-07-19 13:30:00).into()), "2017-07-19 13:30:00");
        assert_eq!(text(datetime!(0007-07-09 03:03:09).into()), "0007-07-09 03:03:09");
        assert_eq!(text(day("2017-07-19").into()), "2017-07-19");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let filter = TransactionFilter::new;
        let odd: BatchId = serde_json::from_str(r#""a,b c""#).unwrap();
        for (filter, field) in [
            (filter().count(0), "count"),
            (filter().device_id(" "), "deviceId"),
            (filter().batches("".into()), "type"),
            (filter().batch(odd), "bids"),
            (filter().batch(BatchId::new("1,2").unwrap()), "bids"),
            (filter().start(datetime!(2017-07-19 13:30:00.5)), "start"),
            (filter().end(datetime!(-0001-07-19 13:30:00)), "end"),
            (filter().start(day("2017-07-20")).end(day("2017-07-19")), "end"),
            (filter().start(day("2017-07-20")).end(datetime!(2017-07-19 23:59:59)), "end"),
            (
                filter().start(datetime!(2017-07-19 13:30:01)).end(datetime!(2017-07-19 13:30:00)),
                "end",
            ),
        ] {
            assert_eq!(filter.query().unwrap_err().field(), field, "{filter:?}");
        }
        let same_day = filter().start(datetime!(2017-07-19 13:30:00)).end(day("2017-07-19"));
        assert!(same_day.query().is_ok());
    }
}
