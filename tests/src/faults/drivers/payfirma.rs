//! Payfirma, by client credentials or by a merchant's consent.

mod deeds;
mod invoices;
mod login;
mod records;
mod terminal;
mod transactions;
mod transfers;

use std::{collections::BTreeMap, sync::Arc};

use pay_core::{BoxFuture, Clock as _, Error, LostCall, ManualClock, Reference, Response, Result};
use pay_sandbox::Sandbox;
use payfirma::{
    Amount, Callback, Card, CardId, Client, Currency, CustomerId, Found, NewCard, NewCustomer,
    NewPlan, PlanFrequency, PlanId, TransactionFilter, TransactionId,
};
use serde::{Serialize, de::DeserializeOwned};
use time::OffsetDateTime;

use crate::faults::{
    provider::{Bench, Deed, Driver, Ground, Provider, Stage},
    schedule::{Action, Intent, Schedule},
    till::{Call, Till, finding},
    trace::{Finding, Made},
};

pub(super) struct Payfirma;

impl Provider for Payfirma {
    fn name(&self) -> &'static str {
        "payfirma"
    }

    fn actions(&self) -> &'static [Action] {
        deeds::actions()
    }

    fn builds_on(&self, action: Action) -> &'static [Action] {
        deeds::builds_on(action)
    }

    fn deed(&self, action: Action) -> Deed {
        deeds::deed(action)
    }

    fn reads(&self) -> &'static [&'static str] {
        &["payfirma.transactions.list", "payfirma.transactions.get"]
    }

    fn fields(&self) -> &'static [&'static str] {
        deeds::FIELDS
    }

    fn fields_of(&self, action: Action) -> &'static [&'static str] {
        deeds::fields(action)
    }

    fn unspoilable(&self, action: Action) -> &'static [&'static str] {
        match action {
            // The page's address is all that the answer holds.
            Action::Checkout => &["wrong-amount"],
            _ => &[],
        }
    }

    fn undescribed(&self) -> &'static [&'static str] {
        // No source has an answer to it.
        &["payfirma.invoices.send", "payfirma.invoices.send_to"]
    }

    fn logins(&self) -> &'static [&'static str] {
        &["payfirma.oauth.client_credentials", "payfirma.oauth.refresh"]
    }

    fn token_serves(&self, schedule: &Schedule) -> i64 {
        // The sandbox's 1,199 seconds; it is renewed early, in the last fifth.
        match schedule.setting("payfirma.token_lifetime") {
            None => 900_000,
            Some(_) => 0,
        }
    }

    fn numbers(&self, switch: &str) -> &'static [&'static str] {
        match switch {
            "payfirma.listing_lag" => &["1", "60"],
            "payfirma.token_lifetime" => &["1", "40", "400"],
            "payfirma.eft_settles" => &["1", "600"],
            "payfirma.code_lifetime" => &["1"],
            "payfirma.default_page" | "payfirma.longest_page" => &["1", "3"],
            _ => &[],
        }
    }

    fn clouds(&self, switch: &str, setting: &str) -> bool {
        let _ = (switch, setting);
        false
    }

    fn can_confirm(&self, intent: &Intent, schedule: &Schedule) -> bool {
        use Action::{
            Authorize, Capture, Card, ChosenAuthorize, ChosenSale, Customer, Deposit, Draft,
            Invoice, Refund, Sale, Send, StoredAuthorize, StoredSale, Terminal, TerminalAuthorize,
            TerminalCapture, TerminalRefund, TerminalStoredSale, TokenSale, Transfer,
        };
        let set = |switch: &str| schedule.setting(switch).is_some();
        // A list that has no cursor and is cut short by the provider cannot be read to its end.
        let cut_short = schedule.setting("payfirma.list_envelope") == Some("bare-array")
            && set("payfirma.longest_page");
        let listed = !cut_short
            && !["payfirma.echo_references", "payfirma.list_end", "payfirma.to_date"]
                .iter()
                .any(|switch| set(switch));
        let comes_back = match intent.action {
            Sale | Authorize | Capture | Refund | Terminal | TerminalStoredSale
            | TerminalAuthorize | TerminalCapture | TerminalRefund | Transfer | Deposit | Send => {
                listed
            }
            TokenSale | StoredSale | ChosenSale | StoredAuthorize | ChosenAuthorize => {
                listed && !set("payfirma.stored_card_references")
            }
            Customer => listed,
            Card | Invoice | Draft => true,
            _ => false,
        };
        intent.reference.is_some() && comes_back && is_its_own(intent, schedule)
    }

    fn is_listed(&self, intent: &Intent, _: &Schedule) -> bool {
        // With its customer.
        intent.action == Action::Subscription
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        let sandbox = ground.sandbox;
        let client = login::by_credentials(sandbox, ground.connection.clone());
        let client = client.build().expect("a client");
        let of = |action| ground.schedule.intents().filter(move |intent| intent.action == action);
        let subscribes = of(Action::Subscription).next().is_some();
        let shelf = ground.run(async move {
            let new = NewCustomer::new(email("a@b.ca"), name("stage"));
            let customer = client.customers().create(&new).await.expect("a customer");
            let card = NewCard::new(customer.lookup_id.clone(), card(), name("stage-card"));
            let customer = client.cards().add(&card).await.expect("a card").into_inner();
            let mut plan = None;
            if subscribes {
                let amount = dollars("11.00");
                let new = NewPlan::new("stage", amount, Currency::CAD, PlanFrequency::Weekly);
                plan = Some(client.plans().create(&new).await.expect("a plan").lookup_id.clone());
            }
            Shelf {
                card: customer.cards.first().expect("its card").lookup_id.clone(),
                customer: customer.lookup_id,
                plan,
                tokens: BTreeMap::new(),
            }
        });
        let token = |intent: &Intent| {
            let token = sandbox.payfirma().payment_token("378282246310005", 12, 2089, "5959");
            (same_request(intent), token.expect("a token"))
        };
        let shelf = Shelf { tokens: of(Action::TokenSale).map(token).collect(), ..shelf };
        if ground.schedule.rotating {
            // The merchant whose customer that is.
            let merchant = sandbox.payfirma().merchant_id().to_owned();
            let code = sandbox.payfirma().authorization_code(&merchant);
            let partner = login::partner(sandbox, ground.connection.clone(), ground.tokens.clone());
            ground.run(async move {
                let callback = Callback::from_code(code, "https://partner.example/cb");
                partner.exchange_code(&callback.expect("a callback")).await.expect("a consent");
            });
        }
        Arc::new(Prepared { shelf: Arc::new(shelf) })
    }
}

/// What the stage has laid out.
struct Shelf {
    customer: CustomerId,
    /// The customer's.
    card: CardId,
    /// Where somebody subscribes to it.
    plan: Option<PlanId>,
    /// Payment tokens, by the intent that charges them. Each is good for one charge.
    tokens: BTreeMap<usize, String>,
}

struct Prepared {
    shelf: Arc<Shelf>,
}

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = login::merchants_client(bench);
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Shop {
            till: Till { client, account },
            shelf: Arc::clone(&self.shelf),
            clock: bench.clock.clone(),
        })
    }

    fn refund_in_portal(&self, sandbox: &Sandbox, made: &Made, amount: &str) {
        let id = made.ids.first().and_then(|id| id.parse().ok());
        if let (Some(id), Ok(amount)) = (id, amount.parse()) {
            // Not everything can be refunded: then it is not.
            let _ = sandbox.payfirma().refund_in_portal(id, amount);
        }
    }

    /// Payers complete their pages.
    fn life_goes_on(&self, sandbox: &Sandbox, made: &Made) {
        if let Some(page) = made.ids.first() {
            // Most of what is made is no page, and what was completed once stays so.
            let _ = sandbox.payfirma().complete_hosted_page(page);
        }
    }
}

struct Shop {
    till: Till<Client>,
    shelf: Arc<Shelf>,
    clock: ManualClock,
}

/// What a caller wants, in the client's words.
struct Wanted<'a> {
    intent: &'a Intent,
    /// What it builds on.
    on: Option<&'a Made>,
    tag: &'a str,
    now: OffsetDateTime,
    amount: Amount,
    reference: Option<Reference>,
}

impl Wanted<'_> {
    fn original(&self) -> Option<TransactionId> {
        TransactionId::new(self.on?.ids.first()?).ok()
    }
}

impl Shop {
    fn write<T, S, F>(
        &self,
        wanted: &Wanted<'_>,
        lost: LostCall,
        send: S,
        made: impl Fn(&T) -> Made + Send + 'static,
    ) -> Call
    where
        S: FnOnce(Client) -> F + Send + 'static,
        F: Future<Output = Result<Response<T>>> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let lost = lost.between(wanted.now, wanted.now);
        self.till.write(wanted.intent, wanted.tag, lost, send, made)
    }
}

impl Driver for Shop {
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call> {
        use Action::{
            Card, Checkout, Customer, Deposit, Draft, Get, Invoice, List, Mail, MailTo, Plan, Send,
            Subscription, Terminal, TerminalAuthorize, TerminalCapture, TerminalRefund,
            TerminalStoredSale, Transfer,
        };
        let wanted = Wanted {
            intent,
            on,
            tag,
            now: self.clock.now(),
            amount: dollars(intent.amount),
            reference: intent.reference.as_deref().map(name),
        };
        match intent.action {
            Terminal | TerminalStoredSale | TerminalAuthorize | TerminalCapture
            | TerminalRefund => self.at_terminal(wanted),
            Transfer | Deposit | Send => self.transfer(wanted),
            Customer | Card | Plan | Subscription => self.record(wanted),
            Invoice | Draft | Mail | MailTo | Checkout => self.bill(wanted),
            Get => {
                let id = wanted.original()?;
                let send = |client: Client| async move { client.transactions().get(&id).await };
                Some(self.till.read(tag, send))
            }
            List => Some(self.till.read(tag, |client: Client| async move {
                client.transactions().list(&TransactionFilter::new()).await
            })),
            _ => self.transact(wanted),
        }
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        Box::pin(async move {
            let told = lost.reference().cloned();
            finding(client.resolve(&lost).await, |found: &Found| match found {
                Found::Transaction(transaction) => transactions::made(transaction),
                Found::Customer(customer) if lost.operation() == "payfirma.cards.add" => {
                    records::card_made(customer, told.as_ref())
                }
                Found::Customer(customer) => records::customer_made(customer),
                Found::Invoice(invoice) => invoices::made(invoice),
                _ => Made::default(),
            })
        })
    }

    fn recover(&self) -> BoxFuture<'static, ()> {
        let walk = self.till.recover();
        Box::pin(async move {
            // A failing store is part of the schedule; what it leaves is checked at the end.
            let _ = walk.await;
        })
    }

    fn needs_a_person(&self) -> BoxFuture<'static, bool> {
        let client = self.till.client.clone();
        Box::pin(async move {
            let read = client.transactions().list(&TransactionFilter::new()).await;
            read.is_err_and(|error: Error| error.needs_reauthorization())
        })
    }
}

/// Whether its reference stands on no other payment.
fn is_its_own(intent: &Intent, schedule: &Schedule) -> bool {
    schedule
        .intents()
        .filter(|other| other.reference == intent.reference)
        .all(|other| other.id == intent.id || (other.key.is_some() && other.key == intent.key))
}

/// The same for two intents that are one request.
fn same_request(intent: &Intent) -> usize {
    intent.id % 100
}

fn card() -> Card {
    let text = ("378282246310005", "12/89", "5959");
    Card::new(
        text.0.parse().expect("a card number"),
        text.1.parse().expect("a date"),
        text.2.parse().expect("a CVV"),
    )
}

fn dollars(text: &str) -> Amount {
    text.parse().expect("an amount")
}

fn name(text: &str) -> Reference {
    Reference::new(text).expect("a reference")
}

fn email(text: &str) -> payfirma::Email {
    text.parse().expect("an address")
}
