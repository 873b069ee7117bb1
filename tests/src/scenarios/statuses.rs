//! Throttling and server errors: a read goes on, a write stops.

use std::time::Duration;

use pay_core::{Clock as _, Outcome};

use super::stage::{AMOUNT, ID, START, Stage, always, bad, first, good, kept, unknown};
use crate::{
    hold,
    promise::Kept,
    server::{Act, Reply},
    subject::Subject,
};

/// A throttled read waits the seconds asked for.
pub async fn throttled_read_waits_seconds<S: Subject>(subject: S) -> Kept {
    waits(subject, "7", Duration::from_secs(7)).await
}

/// A throttled read waits until the date asked for.
pub async fn throttled_read_waits_until_date<S: Subject>(subject: S) -> Kept {
    hold!(START.unix_timestamp() == 1_772_366_400, "the date below is of another start");
    waits(subject, "Sun, 01 Mar 2026 12:00:09 GMT", Duration::from_secs(9)).await
}

async fn waits<S: Subject>(subject: S, retry_after: &str, wait: Duration) -> Kept {
    let throttled = throttled(subject).header("retry-after", retry_after);
    let script = first(Act::Reply(throttled), Act::Reply(subject.read_reply(ID)));
    let stage = Stage::new(subject, script).await?;
    good("a throttled read", stage.read().await)?;
    stage.saw(2)?;
    // On this clock only pauses pass.
    let waited = stage.clock.as_ref().unwrap().monotonic();
    hold!(waited == wait, "it waited {waited:?}, asked for was {wait:?}");
    kept(format!("waited {wait:?}, 2 requests"))
}

/// A throttled write is not sent again: no document says that it was not processed.
pub async fn throttled_write_is_not_sent_again<S: Subject>(subject: S) -> Kept {
    let throttled = throttled(subject).header("retry-after", "7");
    let script = first(Act::Reply(throttled), Act::Reply(subject.write_reply(AMOUNT)));
    let stage = Stage::new(subject, script).await?;
    let error = unknown(subject, "a throttled write", stage.write().await)?;
    hold!(error.is_rate_limited(), "not rate limited: {error}");
    hold!(error.retry_after() == Some(Duration::from_secs(7)), "the wait is not told: {error}");
    stage.saw(1)?;
    kept("1 request; rate limited, unknown, with the wait asked for")
}

fn throttled(subject: impl Subject) -> Reply {
    Reply::json(429, subject.error_body("slow down"))
}

const FAULTS: [u16; 4] = [500, 502, 503, 504];

/// A read goes on after a server error, and ends with it when it stays.
pub async fn server_error_on_read<S: Subject>(subject: S) -> Kept {
    for status in FAULTS {
        let fault = Act::Reply(Reply::json(status, subject.error_body("out of order")));
        let script = first(fault.clone(), Act::Reply(subject.read_reply(ID)));
        let stage = Stage::new(subject, script).await?;
        good("a read after a server error", stage.read().await)?;
        stage.saw(2)?;

        let stage = Stage::new(subject, always(fault)).await?;
        let error = bad("a read into a lasting server error", stage.read().await)?;
        hold!(error.is_provider_fault(), "{status}: not the provider's fault: {error}");
        hold!(error.status().is_some_and(|told| told.as_u16() == status), "{status}: {error}");
        stage.saw(3)?;
    }
    kept("500, 502, 503, 504: 2 requests, or 3 when it lasts")
}

/// A write into a server error is sent once, and unknown.
pub async fn server_error_on_write<S: Subject>(subject: S) -> Kept {
    for status in FAULTS {
        let fault = Act::Reply(Reply::json(status, subject.error_body("out of order")));
        let script = first(fault, Act::Reply(subject.write_reply(AMOUNT)));
        let stage = Stage::new(subject, script).await?;
        let error = unknown(subject, "a write into a server error", stage.write().await)?;
        hold!(error.is_provider_fault(), "{status}: not the provider's fault: {error}");
        hold!(error.outcome() == Outcome::Unknown, "{status}: {error}");
        stage.saw(1)?;
    }
    kept("500, 502, 503, 504: 1 request, unknown, with the lost call")
}
