//! North's proxy: sales at a device are taken back by refunds and voids, charged by card tokens,
//! asked for by invoices and terminals.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use pay_core::{BoxFuture, Clock as _, LostCall, ManualClock, Reference};
use pay_sandbox::{Sandbox, payanywhere::SaleKind};
use payanywhere::{
    Amount, Charged, Client, Email, Environment, IframeCharge, IframeToken, Invoice,
    InvoiceCustomer, NewInvoice, Notification, Notified, Refund, Reversal, Transaction,
    TransactionFilter, TransactionUniqId, Void,
};

use crate::faults::{
    provider::{Bench, Deed, Driver, Ground, Provider, Stage},
    schedule::{Action, Intent, Schedule},
    till::{Call, Till, finding},
    trace::{Finding, Made},
};

pub(super) struct Payanywhere;

impl Provider for Payanywhere {
    fn name(&self) -> &'static str {
        "payanywhere"
    }

    fn actions(&self) -> &'static [Action] {
        use Action::{Get, Invoice, List, Refund, Sale, Terminal, Void};
        &[Refund, Refund, Refund, Void, Void, Void, Sale, Sale, Invoice, Terminal, List, Get]
    }

    fn builds_on(&self, _: Action) -> &'static [Action] {
        // Refunds and voids are of the device's sales: the stage has made them.
        &[]
    }

    fn deed(&self, action: Action) -> Deed {
        match action {
            Action::Refund => {
                Deed::payment("payanywhere.transactions.refund", &["refund"], &["refund_declined"])
            }
            // Always the whole of the sale, whatever its amount is.
            Action::Void => Deed {
                declined: &["void_declined"],
                ..Deed::change("payanywhere.transactions.void", &["void"])
            },
            Action::Sale => {
                Deed::payment("payanywhere.iframe.charge", &["sale"], &["sale_declined"])
            }
            Action::Invoice => {
                Deed::payment("payanywhere.invoices.create", &["invoice_created"], &[])
            }
            Action::Terminal => Deed::change("payanywhere.terminal.notify", &["notification_sent"]),
            Action::Get => Deed::read("payanywhere.transactions.get"),
            _ => Deed::read("payanywhere.transactions.list"),
        }
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "status_code",
            "status_message",
            "refund_id",
            "void_id",
            "id",
            "uniq_id",
            "url",
            "message",
            "token",
            "accountId",
            "mid",
            "transactions",
            "amount",
            "parent_uniq_id",
            "void_uniq_id",
            "is_complete",
        ]
    }

    fn fields_of(&self, action: Action) -> &'static [&'static str] {
        match action {
            Action::Refund => &["status_code", "status_message", "refund_id"],
            Action::Void => &["status_code", "status_message", "void_id"],
            Action::Sale => &["status_code", "status_message", "id", "uniq_id"],
            Action::Invoice => &["url"],
            Action::Terminal => &["message"],
            _ => &["id", "uniq_id", "amount", "mid", "parent_uniq_id", "is_complete"],
        }
    }

    fn unspoilable(&self, _: Action) -> &'static [&'static str] {
        // Answers to writes hold no amount, unless a switch is set.
        &["wrong-amount"]
    }

    fn reads(&self) -> &'static [&'static str] {
        &["payanywhere.transactions.list", "payanywhere.transactions.get"]
    }

    fn logins(&self) -> &'static [&'static str] {
        &["payanywhere.auth.log_in", "payanywhere.auth.refresh_session"]
    }

    fn token_serves(&self, _: &Schedule) -> i64 {
        // 40 minutes; it is renewed early, in the last fifth.
        1_800_000
    }

    fn numbers(&self, switch: &str) -> &'static [&'static str] {
        match switch {
            "payanywhere.listing_lag" => &["1", "60"],
            "payanywhere.batch_closes_after" => &["1", "60", "600"],
            "payanywhere.longest_list" => &["1", "3"],
            "payanywhere.default_range" => &["1"],
            _ => &[],
        }
    }

    fn clouds(&self, _: &str, _: &str) -> bool {
        false
    }

    fn unsaid(&self, action: Action, schedule: &Schedule) -> &'static [u16] {
        let transaction = schedule.setting("payanywhere.charge_answer") == Some("transaction");
        match action {
            // What a charge answers is in no document. Of a refund's answer a `status_code` is known,
            // and that is what is looked for; a bare transaction says nowhere that it was approved.
            Action::Sale if transaction => &[200, 201, 403, 404],
            // North names 400, "Invalid Post Data", and 401, "invalid or expired". How it refuses what
            // breaks a rule on refunds and voids (409?) or is about an account that a spoilt login
            // named (403? 404?), no document says: nor that nothing was done.
            Action::Refund | Action::Void => &[403, 404, 409],
            _ => &[403, 404],
        }
    }

    fn undescribed(&self) -> &'static [&'static str] {
        // "type" is all that could be read of it.
        &["payanywhere.terminal.notify"]
    }

    fn can_confirm(&self, _: &Intent, _: &Schedule) -> bool {
        // Nothing that is sent is known to come back.
        false
    }

    fn is_listed(&self, intent: &Intent, schedule: &Schedule) -> bool {
        let set = |switch: &str| schedule.setting(switch).is_some();
        match intent.action {
            Action::Refund | Action::Sale => !set("payanywhere.longest_list"),
            // By reading the sale: which of its ids goes into the path is in no document, and the
            // number is tried.
            Action::Void => schedule.setting("payanywhere.single_id") != Some("uniq-id"),
            _ => false,
        }
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        let north = ground.sandbox.payanywhere();
        let sell = |amount: &str| {
            let amount = amount.parse().expect("an amount");
            north.add_sale(amount, SaleKind::Card).expect("a sale")
        };
        let quiet = ground.schedule.quiet;
        let of = |action| ground.schedule.intents().filter(move |intent| intent.action == action);
        // Few sales, so that several callers take back the same one, and some look alike. When
        // nothing goes wrong each has one of its own, for only then all of them must succeed.
        let settled = ["33.00", "33.00", "11.00"].map(sell);
        let refunds: BTreeMap<usize, u64> = of(Action::Refund)
            .map(|intent| {
                let own = same_request(intent);
                (own, if quiet { sell(intent.amount) } else { settled[own % settled.len()] })
            })
            .collect();
        north.close_batch().expect("a batch");
        let open = ["11.00", "11.00", "13.00", "12.00"].map(sell);
        let voids: BTreeMap<usize, u64> = of(Action::Void)
            .map(|intent| {
                let own = same_request(intent);
                (own, if quiet { sell(intent.amount) } else { open[own % open.len()] })
            })
            .collect();
        let tokens = of(Action::Sale)
            .map(|intent| {
                let token = north.card_token("378282246310005", 12, 2089, "5959").expect("a token");
                (same_request(intent), token)
            })
            .collect();
        let any = settled[0];
        let shelf = Arc::new(Shelf { refunds, voids, tokens, any, last: Mutex::new(any) });
        Arc::new(Prepared { shelf, quiet })
    }
}

/// What the stage has laid out.
struct Shelf {
    /// Settled sales, by the intent that refunds them.
    refunds: BTreeMap<usize, u64>,
    /// Unsettled ones, by the intent that voids them.
    voids: BTreeMap<usize, u64>,
    /// Card tokens, by the intent that charges them. Each is good for one charge.
    tokens: BTreeMap<usize, String>,
    /// Some sale.
    any: u64,
    /// The one that somebody wanted to take back last.
    last: Mutex<u64>,
}

impl Shelf {
    fn take_back(&self, sale: Option<&u64>) -> Option<TransactionUniqId> {
        let sale = *sale?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = sale;
        Some(TransactionUniqId::credit_card_sale(sale))
    }
}

struct Prepared {
    shelf: Arc<Shelf>,
    /// A batch that closes is in the way of voids.
    quiet: bool,
}

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = client(&bench.sandbox, bench.connection.clone());
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Shop {
            till: Till { client, account },
            shelf: Arc::clone(&self.shelf),
            sandbox: bench.sandbox.clone(),
            clock: bench.clock.clone(),
        })
    }

    fn refund_in_portal(&self, sandbox: &Sandbox, _: &Made, amount: &str) {
        // What a caller takes back at the same time, whether or not it heard of it.
        let sale = *self.shelf.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(amount) = amount.parse() {
            let north = sandbox.payanywhere();
            // A sale is refunded or voided, or neither: then it is not.
            if north.refund_in_portal(sale, amount).is_err() {
                let _ = north.void_in_portal(sale);
            }
        }
    }

    fn life_goes_on(&self, sandbox: &Sandbox, _: &Made) {
        if !self.quiet {
            // What is open is settled: too late for voids, in time for refunds. Or nothing is open.
            let _ = sandbox.payanywhere().close_batch();
        }
    }
}

struct Shop {
    till: Till<Client>,
    shelf: Arc<Shelf>,
    sandbox: Sandbox,
    clock: ManualClock,
}

impl Driver for Shop {
    fn call(&self, intent: &Intent, _: Option<&Made>, tag: &str) -> Option<Call> {
        let now = self.clock.now();
        let reference = intent.reference.as_deref().map(name);
        let amount = dollars(intent.amount);
        let (till, own) = (&self.till, same_request(intent));
        Some(match intent.action {
            Action::Refund => {
                let sale = self.shelf.take_back(self.shelf.refunds.get(&own))?;
                let refund = match reference {
                    Some(reference) => Refund::new(sale, amount, clerk(), reference),
                    None => Refund::without_reference(sale, amount, clerk()),
                };
                let lost = refund.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.transactions().refund(&refund).await };
                till.write(intent, tag, lost, send, reversed)
            }
            Action::Void => {
                let sale = self.shelf.take_back(self.shelf.voids.get(&own))?;
                let void = match reference {
                    Some(reference) => Void::new(sale, clerk(), reference),
                    None => Void::without_reference(sale, clerk()),
                };
                let lost = void.lost_call().between(now, now);
                let send = |client: Client| async move { client.transactions().void(&void).await };
                till.write(intent, tag, lost, send, reversed)
            }
            Action::Sale => {
                let token = self.shelf.tokens.get(&own)?.clone();
                let token = IframeToken::new(token).expect("a token");
                let key = self.sandbox.payanywhere().merchant().gateway_public_key;
                let charge = IframeCharge::new(token, amount, key);
                let lost = charge.lost_call().between(now, now);
                let send = |client: Client| async move { client.iframe().charge(&charge).await };
                till.write(intent, tag, lost, send, charged)
            }
            Action::Invoice => {
                let customer = InvoiceCustomer::new("Ann", "Lee");
                let new = match reference {
                    Some(reference) => NewInvoice::new(amount, customer, "Work", reference),
                    None => NewInvoice::without_reference(amount, customer, "Work"),
                };
                let lost = new.lost_call().between(now, now);
                let send = |client: Client| async move { client.invoices().create(&new).await };
                let sandbox = self.sandbox.clone();
                till.write(intent, tag, lost, send, move |invoice| billed(&sandbox, invoice))
            }
            Action::Terminal => {
                let sale = Notification::sales();
                let sale = sale.extra_json("amount", intent.amount).expect("a number");
                let lost = sale.lost_call().between(now, now);
                let send = |client: Client| async move { client.terminal().notify(&sale).await };
                till.write(intent, tag, lost, send, |notified| Made {
                    // Nobody has paid yet.
                    pending: matches!(notified, Notified::Taken(_)),
                    ..Made::default()
                })
            }
            Action::Get => {
                let sale = TransactionUniqId::credit_card_sale(self.shelf.any);
                till.read(
                    tag,
                    |client: Client| async move { client.transactions().get(&sale).await },
                )
            }
            _ => till.read(tag, |client: Client| async move {
                client.transactions().list(&TransactionFilter::new()).await
            }),
        })
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        Box::pin(async move { finding(client.resolve(&lost).await, listed) })
    }

    fn recover(&self) -> BoxFuture<'static, ()> {
        let walk = self.till.recover();
        Box::pin(async move {
            // A failing store is part of the schedule; what it leaves is checked at the end.
            let _ = walk.await;
        })
    }
}

fn reversed(reversal: &Reversal) -> Made {
    Made {
        ids: reversal.refund_id.or(reversal.void_id).iter().map(u64::to_string).collect(),
        amount: reversal.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

/// Of the forms that the sandbox's answers have, each names the sale by its number.
fn charged(charged: &Charged) -> Made {
    #[derive(serde::Deserialize)]
    struct Told {
        id: Option<u64>,
        transaction: Option<Transaction>,
    }
    let told = charged.read::<Told>().ok();
    let id = told.and_then(|told| told.id.or(told.transaction?.id));
    Made {
        ids: id.iter().map(u64::to_string).collect(),
        amount: charged.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

/// An invoice is told by its page alone: one that does not exist has no number.
fn billed(sandbox: &Sandbox, invoice: &Invoice) -> Made {
    let id = sandbox.payanywhere().invoice_at(&invoice.url);
    Made {
        ids: vec![id.map_or_else(|| "none".to_owned(), |id| id.to_string())],
        amount: invoice.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

fn listed(transaction: &Transaction) -> Made {
    Made {
        ids: transaction.id.iter().map(u64::to_string).collect(),
        amount: transaction.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

/// The same for two intents that are one request.
fn same_request(intent: &Intent) -> usize {
    intent.id % 100
}

fn client(sandbox: &Sandbox, connection: pay_core::Connection) -> Client {
    let north = sandbox.payanywhere();
    let merchant = north.merchant();
    let environment = Environment::custom(&north.base_url()).expect("the sandbox's URL");
    Client::builder(environment)
        .mid(merchant.mid)
        .developer_key(merchant.developer_key)
        .password(merchant.password)
        .app_source(merchant.app_source)
        .connection(connection)
        .build()
        .expect("a client")
}

fn dollars(text: &str) -> Amount {
    text.parse().expect("an amount")
}

fn name(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}

fn clerk() -> Email {
    "clerk@example.com".parse().expect("an address")
}
