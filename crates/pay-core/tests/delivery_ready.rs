//! The credential of the next call is got before it, and nothing else is sent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "delivery/script.rs"]
mod script;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use pay_core::{
    BoxFuture, CallOptions, Connection, Error, ErrorKind, ManualClock, Outcome, Result, Secret,
    Timeouts,
    provider::{
        Answer, Authorization, Base, BaseUrl, Credential, Effect, Engine, Need, Operation,
        Provenance, Provider, Refusals, Route, TimeoutClass, Token, TokenCache, TokenSource,
        Verdict,
    },
};
use time::macros::datetime;

use self::script::{Script, answer};

const SECOND: Duration = Duration::from_secs(1);

static SALE: Operation = sale("test.sale", TimeoutClass::Normal);
static TERMINAL_SALE: Operation = sale("test.terminal.sale", TimeoutClass::Interactive);

const fn sale(id: &'static str, timeout: TimeoutClass) -> Operation {
    Operation {
        id,
        method: http::Method::POST,
        base: Base::Gateway,
        route: Route::Fixed("/sale"),
        effect: Effect::Once,
        credential: Credential::Bearer,
        refusals: Refusals::NONE,
        timeout,
        provenance: Provenance::Documented,
        source: "a test",
    }
}

/// Logs in as planned, for 300 seconds each time, and counts.
#[derive(Clone, Default)]
struct Logins {
    plan: Arc<Mutex<VecDeque<Error>>>,
    count: Arc<Mutex<usize>>,
}

impl TokenSource for Logins {
    fn fetch(&self, _: Duration) -> BoxFuture<'_, Result<Token>> {
        *self.count.lock().unwrap() += 1;
        let planned = self.plan.lock().unwrap().pop_front();
        let token = || {
            let authorization = Authorization::bearer(&Secret::new("t0ken"))?;
            Ok(Token::new(authorization).with_lifetime(Some(300 * SECOND)))
        };
        Box::pin(std::future::ready(planned.map_or_else(token, Err)))
    }
}

struct Shop {
    base: BaseUrl,
    tokens: TokenCache<Logins>,
}

impl Provider for Shop {
    fn user_agent(&self) -> &'static str {
        "shop/1.0"
    }

    fn raw_id(&self) -> &'static str {
        "test.raw"
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.base
    }

    fn authorize<'a>(
        &'a self,
        _: &'a Operation,
        need: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        Box::pin(async move { self.tokens.authorization(need).await.map(Some) })
    }

    fn read(&self, _: &Operation, _: &Answer) -> Option<Verdict> {
        None
    }
}

struct World {
    engine: Engine<Shop>,
    logins: Logins,
    script: Script,
    clock: ManualClock,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new(datetime!(2026-03-01 12:00:00 UTC));
        let script = Script::new([answer(200, ""), answer(200, "")]);
        let connection = Connection::builder()
            .transport(script.clone())
            .clock(clock.clone())
            .timeouts(Timeouts::new().attempt(30 * SECOND).interactive(120 * SECOND, 150 * SECOND))
            .build()
            .unwrap();
        let logins = Logins::default();
        let tokens = TokenCache::new(logins.clone(), &connection);
        let shop = Shop { base: BaseUrl::from_static("https://api.test"), tokens };
        Self { engine: Engine::new(shop, connection), logins, script, clock }
    }

    async fn ready(&self) -> Result<()> {
        self.engine.ready("test.ready", CallOptions::new()).await
    }

    async fn send(&self, operation: &'static Operation) -> Result<()> {
        self.engine.call(operation, CallOptions::new()).acknowledge().await.map(drop)
    }

    fn fail_next(&self, error: Error) {
        self.logins.plan.lock().unwrap().push_back(error);
    }

    /// Logins, and requests that were sent.
    fn count(&self) -> (usize, usize) {
        (*self.logins.count.lock().unwrap(), self.script.sent().len())
    }
}

fn down() -> Error {
    Error::new(ErrorKind::ProviderFault, Outcome::Refused, "the login is down")
}

#[tokio::test]
async fn one_login_serves_what_follows() {
    let world = World::new();
    world.ready().await.unwrap();
    world.ready().await.unwrap();
    assert_eq!(world.count(), (1, 0));
    world.send(&SALE).await.unwrap();
    assert_eq!(world.count(), (1, 1));
}

#[tokio::test]
async fn a_credential_that_would_not_outlive_the_longest_call_is_renewed_before_it() {
    let world = World::new();
    world.ready().await.unwrap();
    // Enough for a sale, not for one at a terminal; not yet time for an early renewal.
    world.clock.advance(155 * SECOND);
    world.ready().await.unwrap();
    assert_eq!(world.count(), (2, 0));
    // Also if the journal takes its time.
    world.clock.advance(5 * SECOND);
    world.send(&TERMINAL_SALE).await.unwrap();
    assert_eq!(world.count(), (2, 1));
}

#[tokio::test]
async fn a_login_that_fails_is_told_as_not_sent_and_tried_once() {
    for (cause, unauthorized) in
        [(down(), false), (Error::new(ErrorKind::Invalid, Outcome::Refused, "who?"), true)]
    {
        let world = World::new();
        world.fail_next(cause.with_code(Some("L7".to_owned())));
        let error = world.ready().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.is_unauthorized(), unauthorized);
        assert_eq!(error.is_provider_fault(), !unauthorized);
        assert_eq!((error.operation(), error.code()), (Some("test.ready"), Some("L7")));
        assert!(error.lost_call().is_none());
        assert_eq!(world.count(), (1, 0));
    }
}

#[tokio::test]
async fn a_credential_that_outlives_an_attempt_survives_a_renewal_that_fails() {
    let world = World::new();
    world.ready().await.unwrap();
    world.clock.advance(155 * SECOND);
    world.fail_next(down());
    world.ready().await.unwrap();
    assert_eq!(world.count(), (2, 0));
    world.send(&SALE).await.unwrap();
    assert_eq!(world.count(), (2, 1));

    // But not one that does not.
    let world = World::new();
    world.ready().await.unwrap();
    world.clock.advance(271 * SECOND);
    world.fail_next(down());
    assert!(world.ready().await.unwrap_err().is_provider_fault());
    assert_eq!(world.count(), (2, 0));
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_kept() {
    let world = World::new();
    let late = CallOptions::new().deadline(datetime!(2026-03-01 11:59:59 UTC));
    let error = world.engine.ready("test.ready", late).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!((error.outcome(), world.count()), (Outcome::NotSent, (0, 0)));
}
