//! Numipay's gateway, by the routes of the sandbox: no source states any.

use std::sync::{Arc, Mutex, PoisonError};

use cashier::{
    ApprovePayout, ApprovedPayout, Card, CardPayment, CardPaymentState, Client, Currency, Customer,
    DirectPayment, DirectReply, Environment, Found, HostedCheckout, KycStatus, LostCall, Mode,
    Order, PayoutCheckout, Phone, Reference, RejectPayout, Resolution, Routes, Status, Theme,
    TransactionFilter, TransactionId, TransactionKey,
    webhook::{Event, Verifier},
};
use pay_core::{BoxFuture, Clock as _, Connection, ManualClock};
use pay_sandbox::{Sandbox, cashier::CashierHandle};

use crate::faults::{
    provider::{Bench, Deed, Driver, Ground, Provider, Stage},
    schedule::{Action, Intent, Schedule},
    till::{Call, Till, finding},
    trace::{Finding, Made},
};

pub(super) struct Cashier;

impl Provider for Cashier {
    fn name(&self) -> &'static str {
        "cashier"
    }

    fn actions(&self) -> &'static [Action] {
        use Action::{Approve, Checkout, Direct, Get, List, Payout, Reject, Sale};
        &[
            Sale, Sale, Sale, Checkout, Checkout, Direct, Payout, Payout, Approve, Approve, Reject,
            List, Get,
        ]
    }

    fn builds_on(&self, action: Action) -> &'static [Action] {
        match action {
            Action::Approve | Action::Reject => &[Action::Payout],
            Action::Get => &[Action::Sale, Action::Checkout, Action::Direct, Action::Payout],
            _ => &[],
        }
    }

    fn deed(&self, action: Action) -> Deed {
        // A payment begins with the call. It may end with it, or with what its payer does later.
        let deposit = |operation| {
            Deed::payment(operation, &["deposit_started"], &[])
                .settled(&["deposit"])
                .undone(&["deposit_rejected"])
        };
        match action {
            Action::Sale => deposit("cashier.payments.s2s"),
            Action::Checkout => deposit("cashier.payments.hosted"),
            Action::Direct => deposit("cashier.payments.direct"),
            Action::Payout => Deed::payment("cashier.payouts.create", &["withdrawal_started"], &[])
                .settled(&["withdrawal"])
                .undone(&["withdrawal_rejected"]),
            Action::Approve => Deed::change("cashier.payouts.approve", &["withdrawal_approved"])
                .settled(&["withdrawal"])
                .undone(&["withdrawal_rejected"])
                .or_already(),
            Action::Reject => Deed::change("cashier.payouts.reject", &["withdrawal_rejected"]),
            Action::Get => Deed::read("cashier.transactions.get"),
            _ => Deed::read("cashier.transactions.list"),
        }
    }

    fn fields(&self) -> &'static [&'static str] {
        &["transaction_status", "url", "token", "error", "message", "status", "transaction_id"]
    }

    fn fields_of(&self, action: Action) -> &'static [&'static str] {
        match action {
            Action::Approve => &["transaction_status", "message"],
            Action::Get => &["transaction_status"],
            Action::Checkout | Action::Payout => &["token"],
            Action::Direct => &["url", "transaction_status"],
            Action::List => &["status", "transaction_id", "amount", "currency"],
            _ => self.fields(),
        }
    }

    fn unspoilable(&self, action: Action) -> &'static [&'static str] {
        match action {
            // The answer is `{}`.
            Action::Reject => &["wrong-amount", "wrong-type", "missing", "unknown-value"],
            // No answer tells an amount, but for the list.
            _ => &["wrong-amount"],
        }
    }

    fn reads(&self) -> &'static [&'static str] {
        &["cashier.transactions.get", "cashier.transactions.list"]
    }

    fn numbers(&self, switch: &str) -> &'static [&'static str] {
        match switch {
            "cashier.listing_lag" => &["1", "60"],
            "cashier.settles_after" => &["0", "1", "600"],
            "cashier.webhook_copies" | "cashier.webhook_attempts" => &["1"],
            "cashier.webhook_retry" => &["10"],
            _ => &[],
        }
    }

    fn clouds(&self, _: &str, _: &str) -> bool {
        false
    }

    fn unsaid(&self, action: Action, _: &Schedule) -> &'static [u16] {
        match action {
            // "4xx: a problem with the client's request, either your request parameters or your
            // account configuration": of a state that does not allow the request, such as a payout
            // that somebody else has approved, the document says nothing.
            Action::Approve | Action::Reject => &[409],
            _ => &[],
        }
    }

    fn can_confirm(&self, intent: &Intent, schedule: &Schedule) -> bool {
        key(schedule) == TransactionKey::TrackingId && self.is_listed(intent, schedule)
    }

    fn is_listed(&self, intent: &Intent, schedule: &Schedule) -> bool {
        let comes_with_its_payer =
            schedule.setting("cashier.cashier_transaction") == Some("when-payer-acts");
        match intent.action {
            Action::Sale | Action::Direct => true,
            Action::Checkout | Action::Payout => !comes_with_its_payer,
            // Pending before and after, and others may settle it.
            _ => false,
        }
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        Arc::new(Prepared {
            key: key(ground.schedule),
            // Half of the merchants listen to webhooks.
            receiver: ground.schedule.seed.is_multiple_of(2).then(Arc::default),
        })
    }
}

struct Prepared {
    key: TransactionKey,
    receiver: Option<Arc<Receiver>>,
}

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = client(&bench.sandbox, bench.connection.clone(), self.key);
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Shop {
            till: Till { client, account },
            sandbox: bench.sandbox.clone(),
            clock: bench.clock.clone(),
            receiver: self.receiver.clone(),
        })
    }

    /// There are no refunds: somebody settles a payout there.
    fn refund_in_portal(&self, sandbox: &Sandbox, made: &Made, amount: &str) {
        let (Some(id), cashier) = (made.ids.first(), sandbox.cashier()) else { return };
        // Not everything can be settled: then it is not.
        let _ = match amount {
            "1.00" => cashier.approve_in_portal(id),
            _ => cashier.reject_in_portal(id),
        };
    }

    /// Payers complete their pages, pay something else, or give up.
    fn life_goes_on(&self, sandbox: &Sandbox, made: &Made) {
        let cashier = sandbox.cashier();
        let Some((id, page)) = made.ids.first().and_then(|id| Some((id, cashier.page_of(id)?)))
        else {
            return;
        };
        // What was completed once stays so.
        let _ = match id.bytes().map(u32::from).sum::<u32>() % 4 {
            0 => cashier.give_up_page(&page),
            1 => cashier.complete_page_paying(&page, "5".parse().expect("an amount")),
            _ => cashier.complete_page(&page),
        };
    }
}

struct Shop {
    till: Till<Client>,
    sandbox: Sandbox,
    clock: ManualClock,
    receiver: Option<Arc<Receiver>>,
}

impl Driver for Shop {
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call> {
        let now = self.clock.now();
        let till = &self.till;
        let gateway = self.sandbox.cashier();
        // The sandbox knows whose page it is; the caller is not told.
        let page = {
            let gateway = gateway.clone();
            move |token: &String| Made {
                ids: gateway.transaction_on_page(token).into_iter().collect(),
                pending: true,
                ..Made::default()
            }
        };
        Some(match intent.action {
            Action::Sale => {
                let payment = CardPayment::new(order(intent), gateway.provider_id(), card(intent))
                    .max_deposit_limit(limit());
                let lost = payment.lost_call().between(now, now);
                let send = |client: Client| async move { client.payments().card(&payment).await };
                till.write(intent, tag, lost, send, move |state: &CardPaymentState| match state {
                    CardPaymentState::Redirect { url } => page(&url.as_str().to_owned()),
                    CardPaymentState::Pending => Made { pending: true, ..Made::default() },
                    CardPaymentState::Successful => Made::default(),
                })
            }
            Action::Checkout => {
                let checkout = HostedCheckout::new(order(intent))
                    .theme(Theme::Dark)
                    .amount_restricted(intent.id.is_multiple_of(2))
                    .max_deposit_limit(limit());
                let lost = checkout.lost_call().between(now, now);
                let send = |client: Client| async move {
                    let page = client.payments().hosted(&checkout).await?;
                    Ok(page.map(|page| page.token.expose().to_owned()))
                };
                till.write(intent, tag, lost, send, page)
            }
            Action::Direct => {
                let payment = DirectPayment::new(order(intent), gateway.provider_id())
                    .max_deposit_limit(limit());
                let lost = payment.lost_call().between(now, now);
                let send = |client: Client| async move { client.payments().direct(&payment).await };
                till.write(intent, tag, lost, send, move |reply: &DirectReply| {
                    let json: serde_json::Value = reply.decode().unwrap_or_default();
                    let told = json.get("url").or_else(|| json.get("token"));
                    let told = told.and_then(serde_json::Value::as_str).map(str::to_owned);
                    let made = told.map(|told| page(&told)).unwrap_or_default();
                    Made { pending: reply.status() != Some(&Status::Successful), ..made }
                })
            }
            Action::Payout => {
                let checkout = PayoutCheckout::new(order(intent)).theme(Theme::Dark);
                let lost = checkout.lost_call().between(now, now);
                let send = |client: Client| async move {
                    let page = client.payouts().create(&checkout).await?;
                    Ok(page.map(|page| page.token.expose().to_owned()))
                };
                till.write(intent, tag, lost, send, page)
            }
            Action::Approve => {
                let payout = on?.ids.clone();
                // "In your system".
                let approval = ApprovePayout::new(tracking_id(intent.of?));
                let lost = approval.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.payouts().approve(&approval).await };
                till.write(intent, tag, lost, send, move |state: &ApprovedPayout| Made {
                    ids: payout.clone(),
                    pending: matches!(state, ApprovedPayout::Pending { .. }),
                    ..Made::default()
                })
            }
            Action::Reject => {
                let payout = on?.ids.clone();
                // "Our unique transaction id that you received in webhook".
                let rejection = RejectPayout::new(TransactionId::new(payout.first()?).ok()?);
                let lost = rejection.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.payouts().reject(&rejection).await };
                till.write(intent, tag, lost, send, move |(): &()| Made {
                    ids: payout.clone(),
                    ..Made::default()
                })
            }
            Action::Get => {
                let id = tracking_id(intent.of?);
                till.read(tag, |client: Client| async move { client.transactions().get(&id).await })
            }
            _ => till.read(tag, |client: Client| async move {
                client.transactions().list(&TransactionFilter::new()).await
            }),
        })
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        let told = self.receiver.as_ref().and_then(|it| it.told(&self.sandbox.cashier(), &lost));
        Box::pin(async move {
            match told {
                Some(told) => finding(Ok(told), found),
                None => finding(client.resolve(&lost).await, found),
            }
        })
    }

    fn recover(&self) -> BoxFuture<'static, ()> {
        let walk = self.till.recover();
        Box::pin(async move {
            // A failing store is part of the schedule; what it leaves is checked at the end.
            let _ = walk.await;
        })
    }
}

/// Whoever gets the gateway's webhooks.
#[derive(Default)]
struct Receiver {
    /// Those whose signature was right.
    verified: Mutex<Vec<Event>>,
}

impl Receiver {
    /// What they confirm of a lost call: the latest, by what its status supersedes.
    fn told(&self, gateway: &CashierHandle, lost: &LostCall) -> Option<Resolution<Found>> {
        let verifier = Verifier::new(gateway.signature_password()).expect("a password");
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified.extend(gateway.take_webhooks().iter().filter_map(|sent| {
            let is_it = |name: &str| name.eq_ignore_ascii_case("x-signature");
            let signature = sent.headers.iter().find(|(name, _)| is_it(name));
            verifier.verify(&signature?.1, &sent.body).ok()
        }));
        let mut latest: Option<(Status, Resolution<Found>)> = None;
        for event in verified.iter() {
            let Ok(told @ Resolution::Confirmed(_)) = event.resolve(lost) else { continue };
            let is_news = latest.as_ref().is_none_or(|(known, _)| event.status.supersedes(known));
            if is_news {
                latest = Some((event.status.clone(), told));
            }
        }
        latest.map(|(_, told)| told)
    }
}

fn found(found: &Found) -> Made {
    let (ids, amount) = match found {
        Found::Event(event) => (vec![event.transaction_id.to_string()], event.amount),
        // It tells neither.
        _ => (Vec::new(), None),
    };
    Made {
        ids,
        amount: amount.map(|amount| amount.to_string()),
        pending: found.status() != Some(&Status::Successful),
        ..Made::default()
    }
}

/// What the merchant says that a transaction is read by: mostly what the gateway told, now and then
/// nothing.
fn key(schedule: &Schedule) -> TransactionKey {
    match (schedule.setting("cashier.get_id"), schedule.seed % 5) {
        (_, 0) => TransactionKey::Undeclared,
        (Some("transaction-id"), _) => TransactionKey::TransactionId,
        (Some("tracking-id"), _) => TransactionKey::TrackingId,
        (_, 1) => TransactionKey::TransactionId,
        _ => TransactionKey::TrackingId,
    }
}

fn client(sandbox: &Sandbox, connection: Connection, key: TransactionKey) -> Client {
    let gateway = sandbox.cashier();
    let mut routes = Routes::sandbox();
    routes.transaction_key = key;
    let environment = Environment::custom(&gateway.base_url(), Mode::Test, routes);
    Client::builder(environment.expect("the sandbox's routes"))
        .api_key(gateway.api_key())
        .connection(connection)
        .build()
        .expect("a client")
}

/// The same customer each time, with all that the samples have.
fn order(intent: &Intent) -> Order {
    let customer = Customer::new()
        .name("John", "Doe")
        .kyc_status(KycStatus::Passed)
        .email("user@example.com".parse().expect("an address"))
        .address("123 Main Street", "New York", "12345", "GB")
        .date_of_birth("05/03/2000")
        .phone(Phone::new("GB", 44, 783_433_252));
    let amount = intent.amount.parse().expect("an amount");
    Order::new(amount, Currency::EUR, "128", tracking_id(intent.id))
        .ip([127, 34, 125, 54])
        .customer(customer)
}

/// There is no payment without one.
fn tracking_id(intent: usize) -> Reference {
    Reference::new(format!("order-{}", intent % 100)).expect("a reference")
}

/// Most are decided at once, some on a page.
fn card(intent: &Intent) -> Card {
    let number = match intent.id % 4 {
        0 => CashierHandle::THREE_D_SECURE_CARD,
        _ => CashierHandle::FRICTIONLESS_CARD,
    };
    Card::new(
        "John Doe",
        number.parse().expect("a card number"),
        "12/89".parse().expect("a date"),
        "444".parse().expect("a CVV"),
    )
}

fn limit() -> cashier::Amount {
    "1000".parse().expect("an amount")
}
