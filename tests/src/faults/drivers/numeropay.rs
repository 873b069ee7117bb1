//! NumeroPay, in test mode. A payment is created; whether its payer pays is not the caller's doing.

use std::{sync::Arc, time::Duration};

use numeropay::{
    Client, Currency, Environment, LostCall, NewPayment, Payment, PaymentFilter, PaymentId,
    PaymentState, Reference,
};
use pay_core::{BoxFuture, Clock as _, Connection, ManualClock};
use pay_sandbox::Sandbox;

use crate::faults::{
    provider::{Bench, Deed, Driver, Ground, Provider, Stage},
    schedule::{Action, Intent, Schedule},
    till::{Call, Till, finding},
    trace::{Finding, Made},
};

pub(super) struct Numeropay;

impl Provider for Numeropay {
    fn name(&self) -> &'static str {
        "numeropay"
    }

    fn actions(&self) -> &'static [Action] {
        use Action::{Checkout, Get, List};
        &[Checkout, Checkout, Checkout, Checkout, Checkout, Get, List]
    }

    fn builds_on(&self, action: Action) -> &'static [Action] {
        match action {
            Action::Get => &[Action::Checkout],
            _ => &[],
        }
    }

    fn deed(&self, action: Action) -> Deed {
        match action {
            Action::Checkout => {
                Deed::payment("numeropay.payments.create", &["payment_created"], &[])
            }
            Action::Get => Deed::read("numeropay.payments.get"),
            _ => Deed::read("numeropay.payments.list"),
        }
    }

    /// Nothing is declined: an even amount is created too, and its bank refuses it later.
    fn approved(&self) -> &'static [&'static str] {
        &["11.00", "11.00", "13.50", "1", "12.00"]
    }

    fn declined(&self) -> &'static [&'static str] {
        &[]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "success",
            "data",
            "id",
            "amount",
            "currency",
            "description",
            "state",
            "merchant",
            "businessName",
            "createdOn",
        ]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["numeropay.payments.list", "numeropay.payments.get"]
    }

    fn numbers(&self, switch: &str) -> &'static [&'static str] {
        match switch {
            "numeropay.listing_lag" => &["1", "60"],
            "numeropay.clock_leeway" => &["5"],
            // The client's tokens live for 1,200: with 600 all are refused.
            "numeropay.longest_token_life" => &["600", "1200", "1200", "1200"],
            "numeropay.longest_page" => &["25"],
            "numeropay.payer_starts" => &["0", "600"],
            "numeropay.payer_pays" => &["1", "900"],
            _ => &[],
        }
    }

    fn clouds(&self, _: &str, _: &str) -> bool {
        false
    }

    fn can_confirm(&self, intent: &Intent, schedule: &Schedule) -> bool {
        // The client takes it for seconds: its list cannot be followed, and it says so.
        let is_followed = schedule.setting("numeropay.from_unit") != Some("milliseconds");
        // A name that was used before finds both.
        let is_new = !has_a_past(schedule) || intent.id % 100 >= OLD_NAMES;
        intent.reference.is_some() && is_new && is_followed && self.is_listed(intent, schedule)
    }

    fn is_listed(&self, intent: &Intent, schedule: &Schedule) -> bool {
        let is_let_in = schedule.setting("numeropay.longest_token_life") != Some("600");
        let is_on_one_page = !has_a_past(schedule);
        let is_followed = schedule.setting("numeropay.from_unit") != Some("milliseconds");
        intent.action == Action::Checkout && is_let_in && (is_on_one_page || is_followed)
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        if has_a_past(ground.schedule) {
            let client = client(ground.sandbox, ground.connection.clone());
            let clock = ground.clock.clone();
            ground.run(async move {
                for number in 0..30 {
                    clock.sleep(Duration::from_millis(900)).await;
                    // The oldest, which are not on the first page, have names that come again.
                    let (reference, amount) = match number {
                        0..OLD_NAMES => (format!("order-{number}"), "99.00"),
                        _ => (format!("stage-{number}"), "11.00"),
                    };
                    let reference = name(&reference);
                    let new = NewPayment::new(dollars(amount), Currency::AUD, BUSINESS, reference);
                    client.payments().create(&new).await.expect("a payment");
                }
            });
        }
        Arc::new(Prepared)
    }
}

/// Whether there are more payments than on a page from the beginning, and all alike.
fn has_a_past(schedule: &Schedule) -> bool {
    !schedule.quiet && schedule.seed % 4 == 1
}

/// How many of the past's references the callers use again.
const OLD_NAMES: usize = 4;

struct Prepared;

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = client(&bench.sandbox, bench.connection.clone());
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Shop { till: Till { client, account }, clock: bench.clock.clone() })
    }

    /// There are no refunds: somebody cancels a payment there.
    fn refund_in_portal(&self, sandbox: &Sandbox, made: &Made, _: &str) {
        if let Some(id) = made.ids.first() {
            // One that is paid cannot be cancelled: then it is not.
            let _ = sandbox.numeropay().cancel(id);
        }
    }
}

struct Shop {
    till: Till<Client>,
    clock: ManualClock,
}

impl Driver for Shop {
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call> {
        let now = self.clock.now();
        let till = &self.till;
        Some(match intent.action {
            Action::Checkout => {
                let amount = dollars(intent.amount);
                let new = match intent.reference.as_deref() {
                    Some(reference) => {
                        NewPayment::new(amount, Currency::AUD, BUSINESS, name(reference))
                    }
                    None => NewPayment::without_reference(amount, Currency::AUD, BUSINESS),
                };
                let new = new.description("Two chairs");
                let lost = new.lost_call().between(now, now);
                let send = |client: Client| async move { client.payments().create(&new).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::Get => {
                let id = PaymentId::new(on?.ids.first()?).expect("an id");
                till.read(tag, |client: Client| async move { client.payments().get(&id).await })
            }
            _ => till.read(tag, |client: Client| async move {
                client.payments().pager(PaymentFilter::new().limit(50)).collect().await
            }),
        })
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        Box::pin(async move { finding(client.resolve(&lost).await, made) })
    }

    fn recover(&self) -> BoxFuture<'static, ()> {
        let walk = self.till.recover();
        Box::pin(async move {
            // A failing store is part of the schedule; what it leaves is checked at the end.
            let _ = walk.await;
        })
    }
}

fn made(payment: &Payment) -> Made {
    Made {
        ids: vec![payment.id.to_string()],
        amount: payment.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

const BUSINESS: &str = "Infinity Group";

fn client(sandbox: &Sandbox, connection: Connection) -> Client {
    let account = sandbox.numeropay();
    let environment = Environment::custom(&account.base_url()).expect("the sandbox's URL");
    Client::builder(environment.with_test_mode(true))
        .merchant(account.merchant().merchant_id)
        .key_id(account.merchant().key_id)
        .scopes(["transaction.create", "transaction.read"])
        .state_number(1, PaymentState::InProgress)
        .state_number(2, PaymentState::Completed)
        .state_number(3, PaymentState::Canceled)
        .connection(connection)
        .build()
        .expect("a client")
}

fn dollars(text: &str) -> numeropay::Amount {
    text.parse().expect("an amount")
}

fn name(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}
