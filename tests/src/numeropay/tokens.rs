//! What the common scenarios ask of a login, asked of a provider without one.

use std::time::Duration;

use pay_core::{Connection, ManualClock, Outcome, RetryPolicy, SeededRandomness, Timeouts};
use time::macros::datetime;

use super::NumeroPay;
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Seen, Server},
    subject::{BaseUrls, CLIENT_SECRET, Subject as _},
    transcript,
};

const ID: &str = "5CD0RGCKJ";
const AMOUNT: &str = "11.37";

/// A client before a server whose clock goes on by a second with each request, so that each token
/// is another.
async fn stage(
    script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
) -> Result<(numeropay::Client, Server), Broken> {
    let clock = ManualClock::auto_up_to(datetime!(2026-03-01 12:00 UTC), Duration::from_secs(60));
    let ticking = clock.clone();
    let server = Server::start(move |request, before| {
        ticking.advance(Duration::from_secs(1));
        script(request, before)
    })
    .await?;
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
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    Ok((NumeroPay.client(&urls, connection)?, server))
}

fn unauthorized() -> Act {
    Act::Reply(Reply::json(401, NumeroPay.error_body("the token has expired")))
}

/// A 401 makes another token and sends again, once; a write too.
pub(super) async fn unauthorized_once() -> Kept {
    for write in [false, true] {
        let (client, server) = stage(|_, before| match before {
            0 => unauthorized(),
            _ => Act::Reply(NumeroPay.write_reply(AMOUNT)),
        })
        .await?;
        let told = if write {
            NumeroPay.write(&client, AMOUNT.parse()?)
        } else {
            NumeroPay.read(&client, ID)
        };
        if let Err(error) = told.await {
            transcript::note_error(&error);
            return Err(Broken(format!("a call after a 401: {error}")));
        }
        let tokens: Vec<_> = server.seen().iter().map(token).collect();
        hold!(tokens.len() == 2, "{} requests, not 2", tokens.len());
        hold!(tokens[0] != tokens[1], "the refused token was sent again");
    }
    Ok("a read and a write: 2 requests, with 2 tokens".to_owned())
}

/// A second 401 ends the call. Nothing happened.
pub(super) async fn unauthorized_twice() -> Kept {
    for write in [false, true] {
        let (client, server) = stage(|_, _| unauthorized()).await?;
        let told = if write {
            NumeroPay.write(&client, AMOUNT.parse()?)
        } else {
            NumeroPay.read(&client, ID)
        };
        let Err(error) = told.await else { return Err(Broken("Ok after two 401s".to_owned())) };
        transcript::note_error(&error);
        hold!(error.is_unauthorized(), "not unauthorized: {error}");
        hold!(error.outcome() == Outcome::Refused, "not refused: {error}");
        hold!(server.seen().len() == 2, "{} requests, not 2", server.seen().len());
    }
    Ok("a read and a write: 2 requests".to_owned())
}

/// The provider echoes each request in every place: no token is shown, nor the key that signs it.
pub(super) async fn nothing_leaks(secrets: Vec<String>) -> Kept {
    transcript::begin();
    let mut all = secrets;
    let mut echoes = 0;
    for status in [200, 400, 401, 403, 404, 409, 429, 500] {
        for plain in [false, true] {
            let (client, server) = stage(move |request, _| {
                let echo = request.echo();
                let body = if plain { echo.clone() } else { NumeroPay.error_body(&echo) };
                let in_header = echo.replace(|c: char| c.is_control(), " ");
                Act::Reply(Reply::json(status, body).header("x-echo", in_header))
            })
            .await?;
            let Err(error) = NumeroPay.write(&client, AMOUNT.parse()?).await else {
                return Err(Broken(format!("Ok from an echo under {status}")));
            };
            transcript::note_error(&error);
            transcript::note(&format!("{client:?}"));
            let sent: Vec<_> = server.seen().iter().map(token).collect();
            hold!(sent.iter().all(|token| token.len() > 100), "a request without a token");
            // The signature alone would do no harm, but nobody needs to see it.
            all.extend(sent.iter().filter_map(|token| Some(token.rsplit_once('.')?.1.to_owned())));
            all.extend(sent);
            echoes += 1;
        }
    }
    hold!(all.iter().any(|secret| secret == CLIENT_SECRET), "the key is not looked for");
    for secret in all {
        let places = transcript::find(&secret);
        let shown: String = secret.chars().take(2).collect();
        hold!(places.is_empty(), "a secret ({shown}...) was shown, first after: {}", places[0]);
    }
    Ok(format!(
        "{echoes} echoes; {} KiB of log lines and errors searched",
        transcript::len() / 1024
    ))
}

fn token(request: &Seen) -> String {
    let header = request.header("authorization").unwrap_or_default();
    header.strip_prefix("Bearer ").unwrap_or_default().to_owned()
}
