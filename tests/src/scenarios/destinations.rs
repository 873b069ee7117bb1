//! Where requests go, and where they never go.

use std::sync::Arc;

use pay_core::{ManualClock, Outcome};
use percent_encoding::percent_decode_str;

use super::stage::{ID, START, Stage, always, bad, good, kept, patient, unknown};
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject},
};

/// A redirect is not followed: 307 and 308 would hand card data to another host.
pub async fn redirect<S: Subject>(subject: S) -> Kept {
    let other = Arc::new(
        Server::start(move |_, _| Act::Reply(subject.write_reply(super::stage::AMOUNT))).await?,
    );
    for status in [301, 302, 303, 307, 308] {
        let reply = Reply::json(status, "").header("location", format!("{}/x", other.url()));
        let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
        let error = bad("a redirected read", stage.read().await)?;
        hold!(error.status().is_some_and(|told| told.as_u16() == status), "{status}: {error}");
        stage.saw(1)?;
        unknown(subject, "a redirected write", stage.write().await)?;
        stage.saw(2)?;
    }
    let followed = other.seen().len();
    hold!(followed == 0, "{followed} requests reached the target of a redirect");
    kept("5 statuses: 1 request each, none at the target, a write unknown")
}

/// Plain http to anything but this machine is refused before anything is sent.
pub async fn plain_http<S: Subject>(subject: S) -> Kept {
    for host in ["http://payments.example", "http://127.0.0.1.payments.example", "ftp://127.0.0.1"]
    {
        for (auth, gateway) in [(host, "https://a.example"), ("https://a.example", host)] {
            let urls = BaseUrls { auth: auth.to_owned(), gateway: gateway.to_owned() };
            let connection = patient().clock(ManualClock::new(START)).build()?;
            let Err(error) = subject.client(&urls, connection) else {
                return Err(Broken(format!("a client for {host} came about")));
            };
            crate::transcript::note_error(&error);
            hold!(error.is_invalid(), "not invalid: {error}");
            hold!(error.outcome() == Outcome::NotSent, "not `not sent`: {error}");
        }
    }
    kept("3 URLs at both hosts: no client comes about")
}

/// Whatever an id holds, it is one segment of the path, and comes out as it went in.
pub async fn ids_that_need_encoding<S: Subject>(subject: S) -> Kept {
    // What a provider's own ids could hold, and what only an attacker's do. The latter may be refused.
    const STRANGE: [&str; 4] = ["a?b#c%2F+=:", "%2e%2e", "a&b;c=d", "a\"'<>{}|^`~"];
    const HOSTILE: [&str; 6] =
        ["../../admin", "a/b", "a b", "\\a", "\u{fc}\u{1f4b3}", "a\r\nx-injected: 1"];
    let plain = Stage::new(subject, always(Act::Reply(subject.read_reply(ID)))).await?;
    good("a read", plain.read().await)?;
    let calls = plain.calls();
    let segments_of = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let usual = segments_of(calls[0].path());
    let place = usual.iter().position(|segment| segment == ID);
    let place = place.ok_or(Broken(format!("the id is not in the path {usual:?}")))?;
    for id in STRANGE.into_iter().chain(HOSTILE) {
        let stage = Stage::new(subject, always(Act::Reply(subject.read_reply(ID)))).await?;
        // The reply is about another id: whether that is an error is not asked here.
        let refused = subject
            .read(&stage.client, id)
            .await
            .is_err_and(|error| error.is_invalid() && error.outcome() == Outcome::NotSent);
        if refused && HOSTILE.contains(&id) {
            stage.saw(0)?;
            continue;
        }
        stage.saw(1)?;
        let call = &stage.calls()[0];
        hold!(!call.target.contains('?'), "{id:?} became a query: {}", call.target);
        let segments = segments_of(call.path());
        hold!(segments.len() == usual.len(), "{id:?} changed the route: {}", call.target);
        for (at, segment) in segments.iter().enumerate() {
            let wanted = if at == place { id } else { &usual[at] };
            let decoded = percent_decode_str(segment).decode_utf8()?;
            hold!(decoded == wanted, "{id:?} came as {decoded:?} in {}", call.target);
        }
    }
    kept(format!("{} ids", STRANGE.len() + HOSTILE.len()))
}
