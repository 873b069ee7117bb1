//! A connection that is refused. The common scenario logs in at another host, which there is not.

use std::time::Duration;

use pay_core::{Connection, ManualClock, Outcome, RetryPolicy, SeededRandomness, Timeouts};
use payroc::{Client, Environment};
use time::macros::datetime;

use super::Payroc;
use crate::{
    hold,
    promise::{Broken, Kept},
    server::Nobody,
    subject::Subject as _,
    transcript,
};

/// A refused connection is tried again, then the call was not sent.
pub(super) async fn refused() -> Kept {
    let clock = ManualClock::auto_up_to(datetime!(2026-03-01 12:00 UTC), Duration::from_secs(60));
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    let connection = Connection::builder()
        .clock(clock)
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::new().backoff(Duration::from_millis(1), Duration::from_millis(2)))
        .build()?;
    let nobody = Nobody::new()?;
    let client = Client::builder(Environment::custom(&nobody.url()?)?)
        .access_token("access-token")
        .connection(connection)
        .build()?;
    for write in [false, true] {
        let told = if write {
            Payroc.write(&client, "11.37".parse()?)
        } else {
            Payroc.read(&client, "4021")
        };
        let Err(error) = told.await else { return Err(Broken("Ok from nobody".to_owned())) };
        transcript::note_error(&error);
        hold!(error.outcome() == Outcome::NotSent, "not `not sent`: {error}");
        hold!(error.attempts() == 3, "{} attempts, not 3", error.attempts());
        hold!(error.lost_call().is_none(), "nothing is lost, and yet: {error}");
    }
    Ok("a read and a write: 3 attempts, not sent".to_owned())
}
