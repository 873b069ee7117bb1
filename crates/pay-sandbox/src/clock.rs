//! The sandbox's own clock.

use std::time::Duration;

use time::OffsetDateTime;

/// Epoch milliseconds, the only time the sandbox knows.
pub(crate) type Millis = i64;

/// A clock that can be moved. It either runs along with the machine's or stands until moved.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    Running { ahead: Millis },
    Standing { now: Millis },
}

impl Clock {
    pub(crate) fn real() -> Self {
        Self::Running { ahead: 0 }
    }

    pub(crate) fn running_from(start: Millis) -> Self {
        Self::Running { ahead: start.saturating_sub(machine_now()) }
    }

    pub(crate) fn standing_at(now: Millis) -> Self {
        Self::Standing { now }
    }

    pub(crate) fn now(&self) -> Millis {
        match self {
            Self::Running { ahead } => machine_now().saturating_add(*ahead),
            Self::Standing { now } => *now,
        }
    }

    /// How long until then; `None` where time stands still.
    pub(crate) fn until(&self, at: Millis) -> Option<Duration> {
        match self {
            Self::Running { .. } => {
                let millis = at.saturating_sub(self.now()).max(0);
                Some(Duration::from_millis(millis.unsigned_abs()))
            }
            Self::Standing { .. } => None,
        }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        let by = Millis::try_from(by.as_millis()).unwrap_or(Millis::MAX);
        let (Self::Running { ahead: time } | Self::Standing { now: time }) = self;
        *time = time.saturating_add(by);
    }
}

/// The calendar's view of an instant; instants that no calendar holds become 1970.
pub(crate) fn date_time(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn machine_now() -> Millis {
    let millis = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    Millis::try_from(millis).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let mut clock = Clock::standing_at(5_000);
        assert_eq!(clock.now(), 5_000);
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(clock.now(), 6_500);
    }

    #[test]
    fn a_running_clock_starts_where_it_is_told() {
        let clock = Clock::running_from(1_000_000);
        let now = clock.now();
        assert!((1_000_000..1_060_000).contains(&now), "{now}");
    }
}
