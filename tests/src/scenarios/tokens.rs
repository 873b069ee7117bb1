//! Logging in: once, shared, renewed, and not against a wall.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use pay_core::Outcome;

use super::stage::{self, ID, LIFE, Stage, always, at_once, bad, good, kept, token};
use crate::{
    hold,
    promise::Kept,
    server::{Act, Reply, Server},
    subject::{BaseUrls, Subject},
};

const TASKS: usize = 64;

/// Many first calls at once log in once.
pub async fn first_login_is_shared<S: Subject>(subject: S) -> Kept {
    let script = always(Act::Reply(subject.read_reply(ID)));
    let stage = Arc::new(Stage::on_a_standing_clock(subject, script).await?);
    for result in at_once(&stage, TASKS).await {
        good("a first call", result)?;
    }
    hold!(stage.logins() == 1, "{TASKS} calls at once made {} logins", stage.logins());
    stage.saw(TASKS)?;
    kept(format!("{TASKS} calls, 1 login"))
}

/// Many calls at expiry log in once, and use the new token.
pub async fn expiry_causes_one_login<S: Subject>(subject: S) -> Kept {
    let script = always(Act::Reply(subject.read_reply(ID)));
    let stage = Arc::new(Stage::on_a_standing_clock(subject, script).await?);
    for round in 0..3 {
        for result in at_once(&stage, TASKS).await {
            good("a call", result)?;
        }
        let logins = stage.logins();
        hold!(logins == round + 1, "{logins} logins after {round} expiries");
        let calls = stage.calls();
        let used = calls.last().and_then(|call| call.header("authorization")).unwrap_or_default();
        hold!(used.ends_with(&token(round)), "not the newest token was used");
        stage.clock.as_ref().unwrap().advance(LIFE + Duration::from_secs(1));
    }
    kept(format!("{TASKS} calls at each of 2 expiries, 1 login each"))
}

/// A 401 renews the token and sends again, once; a write too.
pub async fn unauthorized_once<S: Subject>(subject: S) -> Kept {
    let unauthorized = Act::Reply(Reply::json(401, subject.error_body("the token has expired")));
    let script = stage::first(unauthorized.clone(), Act::Reply(subject.read_reply(ID)));
    let stage = Stage::new(subject, script).await?;
    good("a read after a 401", stage.read().await)?;
    check_renewed(&stage)?;

    let script = stage::first(unauthorized, Act::Reply(subject.write_reply(stage::AMOUNT)));
    let stage = Stage::new(subject, script).await?;
    good("a write after a 401", stage.write().await)?;
    check_renewed(&stage)?;
    kept("a read and a write: 2 logins, 2 requests, with 2 tokens")
}

fn check_renewed<S: Subject>(stage: &Stage<S>) -> Result<(), crate::promise::Broken> {
    stage.saw(2)?;
    hold!(stage.logins() == 2, "{} logins, not 2", stage.logins());
    for (number, call) in stage.calls().iter().enumerate() {
        let used = call.header("authorization").unwrap_or_default();
        hold!(used.ends_with(&token(number)), "request {number} carries not token {number}");
    }
    Ok(())
}

/// A second 401 ends the call. Nothing happened.
pub async fn unauthorized_twice<S: Subject>(subject: S) -> Kept {
    let unauthorized = Act::Reply(Reply::json(401, subject.error_body("the token has expired")));
    for write in [false, true] {
        let stage = Stage::new(subject, always(unauthorized.clone())).await?;
        let told = if write { stage.write() } else { stage.read() };
        let error = bad("a call that gets 401 twice", told.await)?;
        hold!(error.is_unauthorized(), "not unauthorized: {error}");
        hold!(error.outcome() == Outcome::Refused, "not refused: {error}");
        hold!(error.attempts() == 2, "{} attempts", error.attempts());
        stage.saw(2)?;
        hold!(stage.logins() == 2, "{} logins, not 2", stage.logins());
    }
    kept("a read and a write: 2 logins, 2 requests")
}

/// Wrong credentials are tried once, however many calls follow: an account is not locked by us.
/// After a passing failure the next call tries again.
pub async fn refused_credentials_are_remembered<S: Subject>(subject: S) -> Kept {
    let failing = Arc::new(AtomicBool::new(true));
    let still = Arc::clone(&failing);
    let server = Server::start(move |request, _| {
        if !subject.is_login(request) {
            return Act::Reply(subject.read_reply(ID));
        }
        if still.load(Ordering::SeqCst) {
            return Act::Reply(Reply::json(503, subject.error_body("busy")));
        }
        Act::Reply(subject.login_refused())
    })
    .await?;
    let urls = BaseUrls { auth: server.url(), gateway: server.url() };
    let clock = pay_core::ManualClock::auto_up_to(stage::START, Duration::from_secs(60));
    let client = subject.client(&urls, stage::patient().clock(clock).build()?)?;

    let error = bad("a call while the login is down", subject.read(&client, ID).await)?;
    hold!(!error.is_unauthorized(), "a passing failure looks definite: {error}");
    hold!(error.outcome() == Outcome::NotSent, "not `not sent`: {error}");
    let attempts = server.seen().len();
    failing.store(false, Ordering::SeqCst);
    for number in 0..10 {
        let error = bad("a call with wrong credentials", subject.read(&client, ID).await)?;
        hold!(error.is_unauthorized(), "call {number} is not unauthorized: {error}");
        hold!(error.outcome() == Outcome::NotSent, "call {number} is not `not sent`: {error}");
    }
    let tried = server.seen().len() - attempts;
    hold!(tried == 1, "10 calls with wrong credentials made {tried} requests");
    kept("10 calls, 1 login; after a passing failure the next call tries again")
}
