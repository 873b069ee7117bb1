//! Nothing leaks. There is no card number here: the browser SDK's token stands for the card.

use std::time::Duration;

use pay_core::{Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts};
use payanywhere::{Client, IframeCharge, IframeToken};
use time::macros::datetime;

use super::PayAnywhere;
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Seen, Server},
    subject::{BaseUrls, CARD_NUMBER, CLIENT_SECRET, CVV, Subject as _, TOKEN},
    transcript,
};

/// The provider echoes each request, head and body, in every place and under every status.
pub(super) async fn nothing_leaks(secrets: Vec<String>) -> Kept {
    transcript::begin();
    let mut echoes = 0;
    for status in [200, 400, 401, 403, 404, 409, 422, 429, 500] {
        for plain in [false, true] {
            let (client, server) = stage(move |request| {
                if PayAnywhere.is_login(request) {
                    return PayAnywhere.login_reply(&format!("{TOKEN}-0"), 1200);
                }
                echo(request, status, plain)
            })
            .await?;
            let Err(error) = charge(&client).await else {
                return Err(Broken(format!("Ok from an echo under {status}")));
            };
            transcript::note_error(&error);
            transcript::note(&format!("{client:?}"));
            let sent = server.seen().pop().ok_or(Broken("nothing was sent".to_owned()))?.echo();
            // Else there was nothing to mask.
            for secret in [CARD_NUMBER, CVV, TOKEN] {
                hold!(sent.contains(secret), "the write does not carry {}...", &secret[..2]);
            }
            echoes += 1;
        }
    }
    for status in [200, 400, 401, 500] {
        let (client, server) = stage(move |request| echo(request, status, false)).await?;
        let Err(error) = PayAnywhere.read(&client, "3039875").await else {
            return Err(Broken(format!("Ok from an echoed login under {status}")));
        };
        transcript::note_error(&error);
        let seen = server.seen();
        hold!(seen[0].body.contains(CLIENT_SECRET), "the login does not carry the password");
        echoes += 1;
    }
    for secret in secrets {
        let times = transcript::find(&secret).len();
        let shown: String = secret.chars().take(2).collect();
        hold!(times == 0, "a secret ({shown}...) was shown {times} times");
    }
    Ok(format!(
        "{echoes} echoes; {} KiB of log lines and errors searched",
        transcript::len() / 1024
    ))
}

/// The token could be made of the card's own numbers: nobody knows its form.
async fn charge(client: &Client) -> pay_core::Result<()> {
    let token = IframeToken::new(format!("{CARD_NUMBER}{CVV}"))?;
    let charge = IframeCharge::new(token, "11.37".parse()?, "a public key");
    client.iframe().charge(&charge).await.map(drop)
}

fn echo(request: &Seen, status: u16, plain: bool) -> Reply {
    let echo = request.echo();
    let body = if plain { echo.clone() } else { PayAnywhere.error_body(&echo) };
    Reply::json(status, body).header("x-echo", echo.replace(|c: char| c.is_control(), " "))
}

async fn stage(
    script: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> Result<(Client, Server), Broken> {
    let server = Server::start(move |request, _| Act::Reply(script(request))).await?;
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
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    Ok((PayAnywhere.client(&urls, connection)?, server))
}
