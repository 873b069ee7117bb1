//! A sandbox, and a client of it that lives by the sandbox's clock.

use std::time::Duration;

use pay_core::{BoxFuture, Clock};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox, payanywhere::SaleKind};
use payanywhere::{
    Amount, CallOptions, Client, ClientBuilder, Connection, Date, Email, Environment, Error,
    LostCall, Outcome, Reference, Refund, Resolution, Result, Timeouts, Transaction,
    TransactionUniqId, Void,
};
use time::OffsetDateTime;

pub(crate) const REFUND: &str = "payanywhere.transactions.refund";
pub(crate) const VOID: &str = "payanywhere.transactions.void";
pub(crate) const CHARGE: &str = "payanywhere.iframe.charge";

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A sandbox with these switches, and its merchant's client.
pub(crate) async fn world(switches: &[(&str, &str)]) -> World {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(&format!("payanywhere.{name}"), setting).unwrap();
    }
    let client = builder(&sandbox).build().unwrap();
    World { sandbox, client }
}

/// The merchant's client, on the sandbox's clock.
pub(crate) fn builder(sandbox: &Sandbox) -> ClientBuilder {
    // Longer than any sleep that passes at once.
    let timeouts = Timeouts::new().connect(Duration::from_secs(20));
    let connection = Connection::builder().clock(SandboxClock(sandbox.clone())).timeouts(timeouts);
    let (account, url) = (sandbox.payanywhere().merchant(), sandbox.payanywhere().base_url());
    Client::builder(Environment::custom(&url).unwrap())
        .mid(account.mid)
        .developer_key(account.developer_key)
        .password(account.password)
        .app_source(account.app_source)
        .connection(connection.build().unwrap())
}

impl World {
    /// A sale by card at the device.
    pub(crate) fn sale(&self, amount: &str) -> TransactionUniqId {
        let amount = amount.parse().unwrap();
        let id = self.sandbox.payanywhere().add_sale(amount, SaleKind::Card).unwrap();
        TransactionUniqId::credit_card_sale(id)
    }

    /// The same, settled.
    pub(crate) fn settled_sale(&self, amount: &str) -> TransactionUniqId {
        let sale = self.sale(amount);
        self.sandbox.payanywhere().close_batch().unwrap();
        sale
    }

    pub(crate) fn count(&self, effect: &str) -> usize {
        self.sandbox.ledger().count(effect)
    }

    /// How often an operation was asked for.
    pub(crate) fn asked(&self, operation: &str) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|it| it.operation.as_deref() == Some(operation)).count()
    }

    /// Something happens to an operation.
    pub(crate) fn disturb(&self, operation: &str, fault: Fault) {
        self.sandbox.add_fault(fault.on(operation)).unwrap();
    }

    /// The next call of this operation takes effect, and its answer is lost.
    pub(crate) fn lose_the_next(&self, operation: &str) {
        self.disturb(operation, Fault::new(FaultKind::Reset).phase(Phase::After).limit(1));
    }

    pub(crate) async fn resolve(&self, lost: &LostCall) -> Resolution<Transaction> {
        self.client.resolve(lost).await.unwrap()
    }

    /// A client that does not wait for long, on the machine's clock.
    pub(crate) fn impatient(&self) -> Client {
        let connection = Connection::builder().build().unwrap();
        let client = builder(&self.sandbox).connection(connection).build().unwrap();
        client.with(CallOptions::new().attempt_timeout(Duration::from_millis(700)))
    }

    pub(crate) fn yesterday(&self) -> Date {
        let at = SandboxClock(self.sandbox.clone()).now();
        Date::utc_of(at).and_then(|day| day.plus_days(-1)).unwrap()
    }
}

pub(crate) fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn clerk() -> Email {
    "clerk@example.com".parse().unwrap()
}

pub(crate) fn refund(sale: &TransactionUniqId, amount: &str) -> Refund {
    Refund::new(sale.clone(), dollars(amount), clerk(), Reference::random())
}

pub(crate) fn void(sale: &TransactionUniqId) -> Void {
    Void::new(sale.clone(), clerk(), Reference::random())
}

pub(crate) fn lost<T: std::fmt::Debug>(result: Result<T, Error>) -> LostCall {
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    error.lost_call().unwrap().clone()
}

/// The sandbox's time. A short sleep, as between attempts and turns, takes a tenth of its time and then
/// moves that clock on; a long one, as a timeout, is waited for.
pub(crate) struct SandboxClock(pub(crate) Sandbox);

impl Clock for SandboxClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.now_ms().try_into().unwrap())
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sandbox = self.0.clone();
        Box::pin(async move {
            if duration > Duration::from_secs(10) {
                return tokio::time::sleep(duration).await;
            }
            tokio::time::sleep(duration / 10).await;
            sandbox.advance(duration);
        })
    }
}
