//! A sandbox, and a client of it that lives by the sandbox's clock.

use std::time::Duration;

use numeropay::{
    Amount, CallOptions, Client, ClientBuilder, Connection, Currency, Environment, Error, LostCall,
    NewPayment, Outcome, Payment, PaymentState, Reference, Resolution, Response, Result, Timeouts,
};
use pay_core::{BoxFuture, Clock};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use time::OffsetDateTime;

pub(crate) const BUSINESS: &str = "Infinity Group";
pub(crate) const CREATE: &str = "numeropay.payments.create";

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A sandbox with these switches, and its merchant's client in test mode.
pub(crate) async fn world(switches: &[(&str, &str)]) -> World {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(&format!("numeropay.{name}"), setting).unwrap();
    }
    let client = builder(&sandbox).build().unwrap();
    World { sandbox, client }
}

/// A client of the first merchant in test mode, on the sandbox's clock.
pub(crate) fn builder(sandbox: &Sandbox) -> ClientBuilder {
    builder_in(sandbox, true)
}

/// A client of the first merchant with its live keys.
pub(crate) fn live(sandbox: &Sandbox) -> ClientBuilder {
    builder_in(sandbox, false).key_secret(sandbox.numeropay().merchant().key_secret)
}

fn builder_in(sandbox: &Sandbox, test_mode: bool) -> ClientBuilder {
    let account = sandbox.numeropay();
    let environment = Environment::custom(&account.base_url()).unwrap();
    Client::builder(environment.with_test_mode(test_mode))
        .merchant(account.merchant().merchant_id)
        .key_id(account.merchant().key_id)
        .scopes(["transaction.create", "transaction.read"])
        .state_number(1, PaymentState::InProgress)
        .state_number(2, PaymentState::Completed)
        .state_number(3, PaymentState::Canceled)
        .connection(connection(SandboxClock(sandbox.clone(), Duration::ZERO)))
}

pub(crate) fn connection(clock: impl Clock) -> Connection {
    // Longer than any sleep that passes at once.
    let timeouts = Timeouts::new().connect(Duration::from_secs(20));
    Connection::builder().clock(clock).timeouts(timeouts).build().unwrap()
}

impl World {
    pub(crate) async fn create(&self, amount: &str) -> Result<Response<Payment>> {
        self.client.payments().create(&new(amount)).await
    }

    /// The next creation takes effect, and its answer is lost.
    pub(crate) fn lose_the_next(&self) {
        self.disturb(Fault::new(FaultKind::Reset).phase(Phase::After).limit(1));
    }

    /// Something happens to creations.
    pub(crate) fn disturb(&self, fault: Fault) {
        self.sandbox.add_fault(fault.on(CREATE)).unwrap();
    }

    pub(crate) async fn resolve(&self, lost: &LostCall) -> Resolution<Payment> {
        self.client.resolve(lost).await.unwrap()
    }

    /// How many payments there are.
    pub(crate) fn created(&self) -> usize {
        self.sandbox.ledger().count("payment_created")
    }

    /// A client that does not wait for long, on the machine's clock.
    pub(crate) fn impatient(&self) -> Client {
        let connection = Connection::builder().build().unwrap();
        let client = builder(&self.sandbox).connection(connection).build().unwrap();
        client.with(CallOptions::new().attempt_timeout(Duration::from_millis(700)))
    }
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn new(amount: &str) -> NewPayment {
    NewPayment::new(amount.parse().unwrap(), Currency::AUD, BUSINESS, Reference::random())
        .description("Two chairs")
}

pub(crate) fn lost<T: std::fmt::Debug>(result: Result<T, Error>) -> LostCall {
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    error.lost_call().unwrap().clone()
}

/// The sandbox's time, or so much ahead of it. Short sleeps, as between attempts, pass at once and
/// move it on; long ones, as timeouts, are waited for.
pub(crate) struct SandboxClock(pub(crate) Sandbox, pub(crate) Duration);

impl Clock for SandboxClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.now_ms().try_into().unwrap()) + self.1
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sandbox = self.0.clone();
        Box::pin(async move {
            if duration > Duration::from_secs(10) {
                return tokio::time::sleep(duration).await;
            }
            sandbox.advance(duration);
        })
    }
}
