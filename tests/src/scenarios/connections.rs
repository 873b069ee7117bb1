//! Connections that are refused, break, stall or babble.

use std::time::Duration;

use pay_core::{ManualClock, Outcome};

use super::stage::{AMOUNT, ID, START, Stage, always, bad, first, good, kept, patient, unknown};
use crate::{
    hold,
    promise::Kept,
    server::{Act, Nobody, Reply, Server},
    subject::{BaseUrls, Subject},
};

/// A refused connection is tried again, then the call was not sent.
pub async fn refused_connection<S: Subject>(subject: S) -> Kept {
    let login =
        Server::start(move |_, _| Act::Reply(subject.login_reply(&super::stage::token(0), 1200)))
            .await?;
    let nobody = Nobody::new()?;
    let urls = BaseUrls { auth: login.url(), gateway: nobody.url()? };
    let clock = ManualClock::auto_up_to(START, Duration::from_secs(60));
    let client = subject.client(&urls, patient().clock(clock).build()?)?;
    for write in [false, true] {
        let told = if write {
            subject.write(&client, super::stage::amount(AMOUNT))
        } else {
            subject.read(&client, ID)
        };
        let error = bad("a call to nobody", told.await)?;
        hold!(error.outcome() == Outcome::NotSent, "not `not sent`: {error}");
        hold!(error.attempts() == 3, "{} attempts, not 3", error.attempts());
        hold!(error.lost_call().is_none(), "nothing is lost, and yet: {error}");
    }
    let logins = login.seen().len();
    // A provider whose tokens are made here has none.
    hold!(logins <= 1, "{logins} logins, not 1");
    kept("a read and a write: 3 attempts, not sent")
}

/// A reply that ends too early.
pub async fn cut_reply<S: Subject>(subject: S) -> Kept {
    for chunked in [false, true] {
        let as_sent = |reply: Reply| if chunked { reply.chunked() } else { reply };
        let (read, write) = (subject.read_reply(ID), subject.write_reply(AMOUNT));
        breaks(subject, Act::Cut(as_sent(read)), Act::Cut(as_sent(write))).await?;
    }
    kept("with a length and chunked: a read 2 requests, a write 1, unknown")
}

/// A connection that is closed or reset when the request has been read.
pub async fn lost_connection<S: Subject>(subject: S) -> Kept {
    for act in [Act::Close, Act::Reset] {
        breaks(subject, act.clone(), act).await?;
    }
    kept("closed and reset: a read 2 requests, a write 1, unknown")
}

/// A reply that is not HTTP.
pub async fn garbage<S: Subject>(subject: S) -> Kept {
    let nonsense: [&[u8]; 3] = [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 2",
        b"\x15\x03\x01\x00\x02\x02\x28\xff\xfe\xfd\r\n\r\n",
    ];
    for bytes in nonsense {
        let act = Act::Bytes(bytes.to_vec());
        breaks(subject, act.clone(), act).await?;
    }
    kept("3 kinds: a read 2 requests, a write 1, unknown")
}

/// A read goes on after a broken attempt. A write stops: nobody can tell whether it happened.
async fn breaks<S: Subject>(subject: S, read: Act, write: Act) -> Kept {
    let stage =
        Stage::new(subject, first(read.clone(), Act::Reply(subject.read_reply(ID)))).await?;
    good("a read after a broken attempt", stage.read().await)?;
    stage.saw(2)?;

    let stage = Stage::new(subject, always(read)).await?;
    bad("a read that always breaks", stage.read().await)?;
    stage.saw(3)?;

    let stage = Stage::new(subject, first(write, Act::Reply(subject.write_reply(AMOUNT)))).await?;
    unknown(subject, "a write that breaks", stage.write().await)?;
    stage.saw(1)?;
    kept("")
}

/// No reply in time, or only a part of it.
pub async fn stalled_reply<S: Subject>(subject: S) -> Kept {
    let (read, write) = (subject.read_reply(ID), subject.write_reply(AMOUNT));
    for (stalled_read, stalled_write) in [
        (Act::Stall, Act::Stall),
        (Act::StallInBody(read.clone()), Act::StallInBody(write.clone())),
    ] {
        let script = first(stalled_read, Act::Reply(read.clone()));
        let stage = Stage::in_a_hurry(subject, script).await?;
        good("a read after a stalled attempt", stage.read().await)?;
        stage.saw(2)?;

        let script = first(stalled_write, Act::Reply(write.clone()));
        let stage = Stage::in_a_hurry(subject, script).await?;
        let error = unknown(subject, "a write that stalls", stage.write().await)?;
        hold!(error.is_timeout(), "not a timeout: {error}");
        stage.saw(1)?;
    }
    kept("before the reply and in its body: a read 2 requests, a write 1, unknown")
}

/// A reply beyond the limit is not read, whether its length is announced or not.
pub async fn oversized_reply<S: Subject>(subject: S) -> Kept {
    const LIMIT: usize = 64 * 1024;
    let filler = format!("{{\"filler\":\"{}\"}}", "x".repeat(LIMIT));
    for chunked in [false, true] {
        let reply = Reply::json(200, filler.clone());
        let reply = if chunked { reply.chunked() } else { reply };
        let clock = ManualClock::auto_up_to(START, Duration::from_secs(60));
        let connection = || patient().clock(clock.clone()).response_limit(LIMIT);
        let script = || always(Act::Reply(reply.clone()));

        let stage = Stage::with(subject, connection(), None, script()).await?;
        let error = bad("a read of too much", stage.read().await)?;
        hold!(error.meta().is_none(), "it was read after all: {error}");
        // The same would be too large again.
        stage.saw(1)?;

        let stage = Stage::with(subject, connection(), None, script()).await?;
        unknown(subject, "a write answered with too much", stage.write().await)?;
        stage.saw(1)?;
    }
    kept("with a length and chunked: 1 request, a write unknown")
}
