//! A sandbox, and a client of it that lives by the sandbox's clock.

use std::time::Duration;

use pay_core::{BoxFuture, Clock};
use pay_sandbox::{Fault, Sandbox};
use payroc::{
    Address, BankAccount, Client, ClientBuilder, Connection, Contact, Environment, Error, LostCall,
    MerchantApplication, MerchantId, Outcome, Result, Timeouts,
};
use time::OffsetDateTime;

pub(crate) const SUBMIT: &str = "payroc.boarding.submit";
pub(crate) const LOGIN: &str = "payroc.auth.login";
pub(crate) const REFRESH: &str = "payroc.auth.refresh";
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A sandbox with these switches, and its partner's client.
pub(crate) async fn world(switches: &[(&str, &str)]) -> World {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(&format!("payroc.{name}"), setting).unwrap();
    }
    let client = partner(&sandbox).build().unwrap();
    World { sandbox, client }
}

/// The partner's client, on the sandbox's clock.
pub(crate) fn partner(sandbox: &Sandbox) -> ClientBuilder {
    let partner = sandbox.payroc().partner();
    builder(sandbox).credentials(partner.user_name, partner.password)
}

/// A client without credentials, on the sandbox's clock.
pub(crate) fn builder(sandbox: &Sandbox) -> ClientBuilder {
    // Longer than any sleep that passes at once.
    let timeouts = Timeouts::new().connect(Duration::from_secs(20));
    let connection = Connection::builder().clock(SandboxClock(sandbox.clone())).timeouts(timeouts);
    environment(sandbox).connection(connection.build().unwrap())
}

/// A client without credentials, on the machine's clock.
pub(crate) fn environment(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder(Environment::custom(&sandbox.payroc().base_url()).unwrap())
}

impl World {
    pub(crate) async fn board(&self) -> MerchantId {
        self.client.boarding().submit(&application()).await.unwrap().mid().unwrap()
    }

    /// How many merchants were boarded.
    pub(crate) fn boarded(&self) -> usize {
        self.sandbox.ledger().count("merchant_boarded")
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
}

pub(crate) fn shop() -> Address {
    Address::new("100 N State St", "Chicago", "IL", "60602")
}

pub(crate) fn owner() -> Contact {
    Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop())
        .share("66.60")
        .primary()
        .ssn("219-09-9999")
}

/// One whose tax id ends in an odd digit: it will be approved.
pub(crate) fn application() -> MerchantApplication {
    application_with("98-7654321")
}

pub(crate) fn application_with(tax_id: &str) -> MerchantApplication {
    let other = Contact::new("Bo", "Ray", "bo@ray.example", "8475550199", shop()).share("33.40");
    MerchantApplication::new("Lee's", "Lee Corp", tax_id, shop(), shop(), [owner(), other])
        .bank_account(BankAccount::new("Lee Corp", "021000021", "000123456789"))
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
