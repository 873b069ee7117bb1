//! What a refused API key means: there is nothing to renew.

use std::time::Duration;

use pay_core::{Connection, ManualClock, Outcome, RetryPolicy, SeededRandomness, Timeouts};
use time::macros::datetime;

use super::Cashier;
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject as _},
    transcript,
};

/// A client before a server that gives one answer for ever.
pub(super) async fn stage(reply: Reply) -> Result<(cashier::Client, Server), Broken> {
    let server = Server::start(move |_, _| Act::Reply(reply.clone())).await?;
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    let connection = Connection::builder()
        .clock(ManualClock::new(datetime!(2026-03-01 12:00 UTC)))
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::new())
        .build()?;
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    Ok((Cashier.client(&urls, connection)?, server))
}

/// A 401 ends the call at once, a write too. Nothing happened.
pub(super) async fn unauthorized() -> Kept {
    for write in [false, true] {
        let (client, server) = stage(Reply::json(401, Cashier.error_body("no such key"))).await?;
        let told = if write {
            Cashier.write(&client, "11.37".parse()?)
        } else {
            Cashier.read(&client, "3039875")
        };
        let Err(error) = told.await else { return Err(Broken("Ok after a 401".to_owned())) };
        transcript::note_error(&error);
        hold!(error.is_unauthorized(), "not unauthorized: {error}");
        hold!(error.outcome() == Outcome::Refused, "not refused: {error}");
        hold!(server.seen().len() == 1, "{} requests, not 1", server.seen().len());
    }
    Ok("a read and a write: the first 401 ends it, 1 request".to_owned())
}
