//! Nothing leaks, not even what the provider sends back.

use super::stage::{Stage, bad, kept};
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject},
    transcript,
};

/// The provider echoes each request, head and body, in every place and under every status. The
/// echo is masked in all that a user can print, and nothing that was logged so far in this process
/// holds a secret.
pub async fn nothing_leaks<S: Subject>(subject: S, secrets: Vec<String>) -> Kept {
    transcript::begin();
    let mut echoes = 0;
    for status in [200, 400, 402, 403, 404, 409, 422, 429, 500] {
        for plain in [false, true] {
            // A login's reply is made by the stage; here the gateway echoes.
            let script = move |request: &crate::server::Seen, _: usize| {
                let echo = request.echo();
                let body = if plain { echo.clone() } else { subject.error_body(&echo) };
                // A CVV is masked in prose and under its own name. In a header the same digits may
                // be anything.
                let in_header = echo
                    .replace(|c: char| c.is_control(), " ")
                    .replace(crate::subject::CVV, "(the CVV)");
                Act::Reply(Reply::json(status, body).header("x-echo", in_header))
            };
            let stage = Stage::new(subject, script).await?;
            bad("a write that is echoed", stage.write().await)?;
            transcript::note(&format!("{:?}", stage.client));
            let mut calls = stage.calls();
            let sent = calls.pop().ok_or(Broken("nothing was sent".to_owned()))?.echo();
            // Else there was nothing to mask.
            for secret in [crate::subject::CARD_NUMBER, crate::subject::CVV, crate::subject::TOKEN]
            {
                hold!(sent.contains(secret), "the write does not carry {}...", &secret[..2]);
            }
            echoes += 1;
        }
    }
    echoes += echoed_login(subject).await?;
    for secret in secrets {
        let times = transcript::find(&secret).len();
        let shown: String = secret.chars().take(2).collect();
        // Where, is in the report's own search.
        hold!(times == 0, "a secret ({shown}...) was shown {times} times");
    }
    kept(format!(
        "{echoes} echoes; {} KiB of log lines and errors searched",
        transcript::len() / 1024
    ))
}

/// The login echoes the credentials.
async fn echoed_login<S: Subject>(subject: S) -> Result<usize, Broken> {
    const STATUSES: [u16; 4] = [200, 400, 401, 500];
    for status in STATUSES {
        let server = Server::start(move |request, _| {
            Act::Reply(Reply::json(status, subject.error_body(&request.echo())))
        })
        .await?;
        let urls = BaseUrls { auth: server.url(), gateway: server.url() };
        let clock = pay_core::ManualClock::auto_up_to(
            super::stage::START,
            std::time::Duration::from_secs(60),
        );
        let client = subject.client(&urls, super::stage::patient().clock(clock).build()?)?;
        bad("a call whose login is echoed", subject.read(&client, super::stage::ID).await)?;
        let sent = server.seen();
        hold!(
            sent.iter().any(|request| request.echo().contains(crate::subject::CLIENT_SECRET)),
            "the login does not carry the client's secret"
        );
    }
    Ok(STATUSES.len())
}
