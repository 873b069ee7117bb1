//! Payfirma, by client credentials or by a merchant's consent.

use std::sync::Arc;

use pay_core::{BoxFuture, Clock as _, Error, LostCall, ManualClock, Reference};
use pay_sandbox::Sandbox;
use payfirma::{
    Amount, Authorize, Callback, Capture, Card, Client, Customer, CustomerId, EftOutcome,
    EftRequest, Environment, Found, MerchantId, NewCard, NewCustomer, Partner, Refund, Sale,
    StoredCardSale, Transaction, TransactionFilter, TransactionId,
};

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
        use Action::{Authorize, Capture, Customer, Get, List, Refund, Sale, StoredSale, Transfer};
        &[
            Sale, Sale, Sale, Sale, StoredSale, Authorize, Authorize, Capture, Refund, Refund,
            Transfer, Customer, List, Get,
        ]
    }

    fn builds_on(&self, action: Action) -> &'static [Action] {
        match action {
            Action::Capture => &[Action::Authorize],
            Action::Refund => &[Action::Sale, Action::StoredSale],
            Action::Get => &[Action::Sale, Action::Authorize],
            _ => &[],
        }
    }

    fn deed(&self, action: Action) -> Deed {
        match action {
            Action::Sale => {
                Deed::payment("payfirma.transactions.sale", &["sale"], &["sale_declined"])
            }
            Action::StoredSale => {
                Deed::payment("payfirma.transactions.sale_customer", &["sale"], &["sale_declined"])
            }
            Action::Authorize => Deed::payment(
                "payfirma.transactions.authorize",
                &["authorize"],
                &["authorize_declined"],
            ),
            Action::Capture => {
                Deed::payment("payfirma.transactions.capture", &["capture"], &["capture_declined"])
            }
            Action::Refund => {
                Deed::payment("payfirma.transactions.refund", &["refund"], &["refund_declined"])
            }
            Action::Transfer => Deed::payment("payfirma.eft.request_funds", &["eft_request"], &[])
                .undone(&["eft_request_declined"]),
            Action::Customer => Deed::change("payfirma.customers.create", &["customer_created"]),
            Action::Get => Deed::read("payfirma.transactions.get"),
            _ => Deed::read("payfirma.transactions.list"),
        }
    }

    fn reads(&self) -> &'static [&'static str] {
        &["payfirma.transactions.list", "payfirma.transactions.get"]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "transaction_result",
            "transaction_success",
            "transaction_type",
            "transaction_time",
            "amount",
            "id",
            "lookup_id",
            "invoice_id",
            "description",
            "access_token",
            "expires_in",
            "entities",
        ]
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
        let set = |switch: &str| schedule.setting(switch).is_some();
        // A list that has no cursor and is cut short by the provider cannot be read to its end.
        let cut_short = schedule.setting("payfirma.list_envelope") == Some("bare-array")
            && set("payfirma.longest_page");
        !cut_short
            && intent.reference.is_some()
            && matches!(intent.action, Action::Sale | Action::Authorize | Action::Refund)
            && !["payfirma.echo_references", "payfirma.list_end", "payfirma.to_date"]
                .iter()
                .any(|switch| set(switch))
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        let client = client(ground.sandbox, ground.connection.clone());
        let customer = ground.run(async move {
            let new = NewCustomer::new(email("a@b.ca"), name("stage"));
            let customer = client.customers().create(&new).await.expect("a customer");
            let card = NewCard::new(customer.lookup_id.clone(), card(), name("stage-card"));
            client.cards().add(&card).await.expect("a card");
            customer.lookup_id.clone()
        });
        let rotating = ground.schedule.rotating;
        if rotating {
            let sandbox = ground.sandbox;
            // The merchant whose customer that is.
            let merchant = sandbox.payfirma().merchant_id().to_owned();
            let code = sandbox.payfirma().authorization_code(&merchant);
            let partner = partner(sandbox, ground.connection.clone(), ground.tokens.clone());
            ground.run(async move {
                let callback = Callback::from_code(code, "https://partner.example/cb");
                partner.exchange_code(&callback.expect("a callback")).await.expect("a consent");
            });
        }
        Arc::new(Prepared { customer })
    }
}

struct Prepared {
    customer: CustomerId,
}

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = if bench.rotating {
            let partner = partner(&bench.sandbox, bench.connection.clone(), bench.tokens.clone());
            partner.merchant(&merchant(&bench.sandbox))
        } else {
            client(&bench.sandbox, bench.connection.clone())
        };
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Shop {
            till: Till { client, account },
            customer: self.customer.clone(),
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
}

struct Shop {
    till: Till<Client>,
    customer: CustomerId,
    clock: ManualClock,
}

impl Driver for Shop {
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call> {
        let now = self.clock.now();
        let reference = intent.reference.as_deref().map(name);
        let amount = dollars(intent.amount);
        let original = || TransactionId::new(on?.ids.first()?).ok();
        let till = &self.till;
        Some(match intent.action {
            Action::Sale => {
                let sale = match reference {
                    Some(reference) => Sale::new(amount, card(), reference),
                    None => Sale::without_reference(amount, card()),
                };
                let lost = sale.lost_call().between(now, now);
                let send = |client: Client| async move { client.transactions().sale(&sale).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::StoredSale => {
                let mut sale = StoredCardSale::new(amount, self.customer.clone());
                if let Some(reference) = reference {
                    sale = sale.reference(reference);
                }
                let lost = sale.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.transactions().sale_stored(&sale).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::Authorize => {
                let hold = match reference {
                    Some(reference) => Authorize::new(amount, card(), reference),
                    None => Authorize::without_reference(amount, card()),
                };
                let lost = hold.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.transactions().authorize(&hold).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::Capture => {
                let capture = match reference {
                    Some(reference) => Capture::new(original()?, amount, reference),
                    None => Capture::without_reference(original()?, amount),
                };
                let lost = capture.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.transactions().capture(&capture).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::Refund => {
                let refund = match reference {
                    Some(reference) => Refund::new(original()?, amount, reference),
                    None => Refund::without_reference(original()?, amount),
                };
                let lost = refund.lost_call().between(now, now).with_before(Amount::ZERO);
                let send =
                    |client: Client| async move { client.transactions().refund(&refund).await };
                till.write(intent, tag, lost, send, made)
            }
            Action::Transfer => {
                let customer = self.customer.clone();
                let request = match reference {
                    Some(reference) => EftRequest::new(customer, amount, reference),
                    None => EftRequest::without_reference(customer, amount),
                };
                let lost = request.lost_call().between(now, now);
                let send = |client: Client| async move {
                    let outcome = client.eft().request_funds(&request).await?;
                    Ok(outcome.map(|outcome| match outcome {
                        EftOutcome::Completed(made) | EftOutcome::Pending(made) => made,
                    }))
                };
                till.write(intent, tag, lost, send, made)
            }
            Action::Customer => {
                let email = email(&format!("{}@b.ca", intent.id % 100));
                let new = match reference {
                    Some(reference) => NewCustomer::new(email, reference),
                    None => NewCustomer::without_reference(email),
                };
                let lost = new.lost_call().between(now, now);
                let send = |client: Client| async move { client.customers().create(&new).await };
                till.write(intent, tag, lost, send, |customer: &Customer| Made {
                    ids: vec![customer.lookup_id.to_string()],
                    ..Made::default()
                })
            }
            Action::Get => {
                let id = original()?;
                till.read(tag, |client: Client| async move { client.transactions().get(&id).await })
            }
            _ => till.read(tag, |client: Client| async move {
                client.transactions().list(&TransactionFilter::new()).await
            }),
        })
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        Box::pin(async move {
            finding(client.resolve(&lost).await, |found: &Found| match found {
                Found::Transaction(transaction) => made(transaction),
                Found::Customer(customer) => {
                    Made { ids: vec![customer.lookup_id.to_string()], ..Made::default() }
                }
                Found::Invoice(_) => Made::default(),
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

fn made(transaction: &Transaction) -> Made {
    Made {
        ids: vec![transaction.id.to_string()],
        amount: transaction.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}

fn environment(sandbox: &Sandbox) -> Environment {
    let payfirma = sandbox.payfirma();
    Environment::custom(&payfirma.auth_url(), &payfirma.gateway_url()).expect("the sandbox's URLs")
}

fn client(sandbox: &Sandbox, connection: pay_core::Connection) -> Client {
    let payfirma = sandbox.payfirma();
    Client::builder(environment(sandbox))
        .client_credentials(payfirma.client_id(), payfirma.client_secret())
        .connection(connection)
        .build()
        .expect("a client")
}

fn partner(
    sandbox: &Sandbox,
    connection: pay_core::Connection,
    tokens: pay_store::StoredTokens,
) -> Partner {
    let payfirma = sandbox.payfirma();
    Partner::builder(environment(sandbox))
        .credentials(payfirma.client_id(), payfirma.client_secret())
        .token_store(tokens)
        .connection(connection)
        .build()
        .expect("a partner")
}

fn merchant(sandbox: &Sandbox) -> MerchantId {
    MerchantId::new(sandbox.payfirma().merchant_id()).expect("a merchant")
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
