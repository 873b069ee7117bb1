//! `Ok` means yes; a decline means no; anything else says what is not known.

use pay_core::{ErrorKind, Outcome};

use super::stage::{AMOUNT, Stage, always, amount, bad, kept, unknown};
use crate::{
    hold,
    promise::Kept,
    server::{Act, Reply},
    subject::Subject,
};

/// A decline in every shape is one and the same error. Nothing was taken.
pub async fn declines<S: Subject>(subject: S) -> Kept {
    let shapes = subject.declines(AMOUNT);
    hold!(!shapes.is_empty(), "no shape of a decline");
    let mut names = Vec::new();
    for (name, reply) in shapes {
        let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
        let error = bad(name, stage.write().await)?;
        hold!(error.is_declined(), "{name}: not declined: {error}");
        hold!(error.kind() == ErrorKind::Declined, "{name}: {error}");
        hold!(error.outcome() == Outcome::Refused, "{name}: not refused: {error}");
        hold!(error.lost_call().is_none(), "{name}: nothing is lost, and yet: {error}");
        stage.saw(1)?;
        names.push(name);
    }
    kept(names.join("; "))
}

/// A decline under a server error: which of the two is true, nobody can tell.
pub async fn decline_under_server_error<S: Subject>(subject: S) -> Kept {
    let mut count = 0;
    for (name, reply) in subject.declines(AMOUNT) {
        for status in [500, 503] {
            let reply = reply.clone().status(status);
            let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
            unknown(subject, &format!("{name} under {status}"), stage.write().await)?;
            stage.saw(1)?;
            count += 1;
        }
    }
    kept(format!("{count} replies: 1 request, unknown"))
}

/// A write's reply whose verdict is absent, unknown or at odds with itself is no success, and no
/// decline.
pub async fn unknown_verdict<S: Subject>(subject: S) -> Kept {
    let bodies = subject.unclear_writes(AMOUNT);
    hold!(!bodies.is_empty(), "no unclear reply");
    for body in &bodies {
        for status in [200, 201] {
            let reply = Reply::json(status, body.as_str());
            let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
            unknown(subject, &format!("a write answered with {body}"), stage.write().await)?;
            stage.saw(1)?;
        }
    }
    kept(format!("{} bodies: 1 request, unknown", bodies.len()))
}

/// A reply with another amount than was asked for: it took effect, but not as asked.
pub async fn contradiction<S: Subject>(subject: S) -> Kept {
    for other in ["11.38", "1137", "0.01"] {
        let stage = Stage::new(subject, always(Act::Reply(subject.write_reply(other)))).await?;
        let error = bad("a write answered with another amount", stage.write().await)?;
        hold!(error.is_contradiction(), "not a contradiction: {error}");
        hold!(error.outcome() == Outcome::Applied, "not applied: {error}");
        let attached = subject.attached_amount(&error);
        hold!(attached == Some(amount(other)), "attached is {attached:?}, not {other}");
        hold!(error.lost_call().is_some(), "no lost call: {error}");
        stage.saw(1)?;
    }
    // The same amount written otherwise contradicts nothing.
    let padded = format!("{AMOUNT}000");
    let stage = Stage::new(subject, always(Act::Reply(subject.write_reply(&padded)))).await?;
    super::stage::good("a write answered with the same amount", stage.write().await)?;
    kept("3 other amounts: 1 request, applied, the object attached")
}
