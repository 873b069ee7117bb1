//! A provider's client before a scripted server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pay_core::{
    Amount, Connection, ConnectionBuilder, Error, ManualClock, RetryPolicy, SeededRandomness,
    Timeouts,
};
use time::{OffsetDateTime, macros::datetime};

use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Seen, Server},
    subject::{Answered, BaseUrls, Subject, TOKEN, Told},
    transcript,
};

/// When every manual clock starts.
pub(super) const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);

/// How long a token lives.
pub(super) const LIFE: Duration = Duration::from_secs(1200);

/// A client, the server it talks to, and what both did.
pub(super) struct Stage<S: Subject> {
    pub(super) subject: S,
    pub(super) client: S::Client,
    pub(super) server: Server,
    pub(super) clock: Option<ManualClock>,
}

impl<S: Subject> Stage<S> {
    /// Logins are answered; what comes after a login is up to the script, which is told how many
    /// requests, logins aside, came before.
    ///
    /// Pauses pass at once, and timeouts never fire.
    pub(super) async fn new(
        subject: S,
        script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
    ) -> Result<Self, Broken> {
        let clock = ManualClock::auto_up_to(START, Duration::from_secs(60));
        let connection = patient().clock(clock.clone());
        Self::with(subject, connection, Some(clock), script).await
    }

    /// The same on a clock that stands still until it is moved.
    pub(super) async fn on_a_standing_clock(
        subject: S,
        script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
    ) -> Result<Self, Broken> {
        let clock = ManualClock::new(START);
        Self::with(subject, patient().clock(clock.clone()), Some(clock), script).await
    }

    /// The same on the machine's clock, with timeouts of about a second.
    pub(super) async fn in_a_hurry(
        subject: S,
        script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
    ) -> Result<Self, Broken> {
        let timeouts = Timeouts::new()
            .connect(Duration::from_millis(600))
            .attempt(Duration::from_millis(1000))
            .call(Duration::from_secs(20));
        Self::with(subject, quick_retries().timeouts(timeouts), None, script).await
    }

    pub(super) async fn with(
        subject: S,
        connection: ConnectionBuilder,
        clock: Option<ManualClock>,
        script: impl Fn(&Seen, usize) -> Act + Send + Sync + 'static,
    ) -> Result<Self, Broken> {
        let (logins, calls) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let server = Server::start(move |request, _| {
            if subject.is_login(request) {
                let number = logins.fetch_add(1, Ordering::SeqCst);
                return Act::Reply(subject.login_reply(&token(number), LIFE.as_secs()));
            }
            script(request, calls.fetch_add(1, Ordering::SeqCst))
        })
        .await?;
        let urls = BaseUrls { auth: server.url(), gateway: server.url() };
        let client = subject.client(&urls, connection.build()?)?;
        Ok(Self { subject, client, server, clock })
    }

    /// The same server for another client.
    pub(super) fn read(&self) -> Told {
        self.subject.read(&self.client, ID)
    }

    pub(super) fn write(&self) -> Told {
        self.subject.write(&self.client, amount(AMOUNT))
    }

    /// How many logins the server saw.
    pub(super) fn logins(&self) -> usize {
        self.server.seen().iter().filter(|request| self.subject.is_login(request)).count()
    }

    /// The other requests that the server saw.
    pub(super) fn calls(&self) -> Vec<Seen> {
        let mut seen = self.server.seen();
        seen.retain(|request| !self.subject.is_login(request));
        seen
    }

    /// Says that the server saw this many requests beside logins.
    pub(super) fn saw(&self, count: usize) -> Result<(), Broken> {
        let calls = self.calls();
        let lines: Vec<_> =
            calls.iter().map(|call| format!("{} {}", call.method, call.target)).collect();
        hold!(
            calls.len() == count,
            "the server saw {} requests, not {count}: {lines:?}",
            calls.len()
        );
        Ok(())
    }
}

/// The id that a read asks for.
pub(super) const ID: &str = "3039875";
/// What a write takes.
pub(super) const AMOUNT: &str = "11.37";

pub(super) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(super) fn token(number: usize) -> String {
    format!("{TOKEN}-{number}")
}

/// Timeouts that are far beyond any pause.
pub(super) fn patient() -> ConnectionBuilder {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    quick_retries().timeouts(timeouts)
}

fn quick_retries() -> ConnectionBuilder {
    Connection::builder()
        .randomness(SeededRandomness::new(7))
        .retry(RetryPolicy::new().backoff(Duration::from_millis(1), Duration::from_millis(2)))
}

/// A script that gives one answer for ever.
pub(super) fn always(act: Act) -> impl Fn(&Seen, usize) -> Act + Send + Sync + 'static {
    move |_, _| act.clone()
}

/// A script that gives one answer first, and another from then on.
pub(super) fn first(act: Act, then: Act) -> impl Fn(&Seen, usize) -> Act + Send + Sync + 'static {
    move |_, before| if before == 0 { act.clone() } else { then.clone() }
}

/// The value of a call that must go well.
pub(super) fn good(what: &str, result: Result<Answered, Error>) -> Result<Answered, Broken> {
    let answered = result.map_err(|error| {
        transcript::note_error(&error);
        Broken(format!("{what}: {error} (should be Ok)"))
    })?;
    transcript::note(&format!("{answered:?}"));
    transcript::note(&String::from_utf8_lossy(answered.meta.raw_body()));
    Ok(answered)
}

/// The error of a call that must fail.
pub(super) fn bad(what: &str, result: Result<Answered, Error>) -> Result<Error, Broken> {
    match result {
        Ok(answered) => Err(Broken(format!("{what}: Ok({}) (should be an error)", answered.debug))),
        Err(error) => {
            transcript::note_error(&error);
            Ok(error)
        }
    }
}

/// The error of a write of which nobody knows whether it happened. It says how to find out.
pub(super) fn unknown<S: Subject>(
    subject: S,
    what: &str,
    result: Result<Answered, Error>,
) -> Result<Error, Broken> {
    let error = bad(what, result)?;
    let outcome = error.outcome();
    hold!(outcome == pay_core::Outcome::Unknown, "{what}: {outcome}, not unknown: {error}");
    hold!(!error.is_declined(), "{what}: looks declined: {error}");
    let Some(lost) = error.lost_call() else {
        return Err(Broken(format!("{what}: no lost call in {error}")));
    };
    hold!(
        subject.knows(lost, amount(AMOUNT)),
        "{what}: the lost call lacks what finds it: {lost:?}"
    );
    Ok(error)
}

/// How a scenario shares its stage between tasks.
pub(super) async fn at_once<S: Subject>(
    stage: &Arc<Stage<S>>,
    count: usize,
) -> Vec<Result<Answered, Error>> {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let stage = Arc::clone(stage);
            tokio::spawn(async move { stage.read().await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// Evidence.
pub(super) fn kept(evidence: impl Into<String>) -> Kept {
    Ok(evidence.into())
}
