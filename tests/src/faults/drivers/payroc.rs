//! Payroc: merchants are boarded, one in five seconds over all processes, and looked at.

use std::{sync::Arc, time::Duration};

use pay_core::{BoxFuture, Clock as _, Date, LostCall, ManualClock};
use pay_sandbox::Sandbox;
use payroc::{
    Address, BatchId, BoardedMerchant, Client, ClientBuilder, Contact, Environment,
    MerchantApplication, MerchantId,
};

use crate::faults::{
    provider::{Bench, Deed, Driver, Ground, Provider, Stage},
    schedule::{Action, Intent, Schedule},
    till::{Call, Till, finding},
    trace::{Finding, Made},
};

pub(super) struct Payroc;

impl Provider for Payroc {
    fn name(&self) -> &'static str {
        "payroc"
    }

    fn actions(&self) -> &'static [Action] {
        use Action::{Batch, Board, Get, List};
        &[Board, Board, Board, Board, Get, List, Batch]
    }

    fn builds_on(&self, action: Action) -> &'static [Action] {
        match action {
            Action::Get => &[Action::Board],
            _ => &[],
        }
    }

    fn deed(&self, action: Action) -> Deed {
        match action {
            Action::Board => Deed::change("payroc.boarding.submit", &["merchant_boarded"]),
            Action::Get => Deed::read("payroc.boarding.status"),
            Action::Batch => Deed::read("payroc.settlement.batch"),
            _ => Deed::read("payroc.settlement.report"),
        }
    }

    /// No money moves: the amount names the merchant, and two of the same are duplicates. The first
    /// ones are boarded, but that of the last the tax id fails its check.
    fn approved(&self) -> &'static [&'static str] {
        &["1", "2", "3", "3"]
    }

    fn declined(&self) -> &'static [&'static str] {
        &["0"]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "merchant",
            "mid",
            "applicationUrl",
            "links",
            "terminalConfig",
            "gatewayUsers",
            "responseStatus",
            "applicationStatus",
            "processingDetails",
            "batches",
            "chargebacksReceived",
            "batchDetails",
            "batchId",
            "transactionAmount",
            "bearerToken",
            "refreshToken",
            "accessToken",
        ]
    }

    fn fields_of(&self, action: Action) -> &'static [&'static str] {
        match action {
            Action::Board => {
                &["merchant", "mid", "applicationUrl", "links", "gatewayUsers", "responseStatus"]
            }
            Action::Get => &["applicationStatus", "applicationUrl", "links", "processingDetails"],
            Action::Batch => &["batchDetails", "batchId", "transactionAmount"],
            _ => &["batches", "batchId", "mid", "chargebacksReceived"],
        }
    }

    fn reads(&self) -> &'static [&'static str] {
        &["payroc.boarding.status", "payroc.settlement.report", "payroc.settlement.batch"]
    }

    fn logins(&self) -> &'static [&'static str] {
        &["payroc.auth.login", "payroc.auth.refresh"]
    }

    fn token_serves(&self, _: &Schedule) -> i64 {
        // Two hours; it is renewed early, in the last fifth.
        5_400_000
    }

    fn numbers(&self, switch: &str) -> &'static [&'static str] {
        match switch {
            "payroc.boarding_interval" => &["0", "4000", "20000"],
            "payroc.too_long" => &["5"],
            "payroc.lock_after" => &["1", "3"],
            "payroc.longest_range" => &["1", "7"],
            "payroc.decided_after" | "payroc.active_after" => &["1", "600"],
            "payroc.batch_every" => &["600"],
            _ => &[],
        }
    }

    fn clouds(&self, _: &str, _: &str) -> bool {
        false
    }

    fn paces(&self, _: &Schedule) -> &'static [(&'static str, i64)] {
        &[("payroc.boarding.submit", 5_000)]
    }

    fn can_confirm(&self, _: &Intent, _: &Schedule) -> bool {
        // Nothing that is sent comes back, and no list has what was boarded.
        false
    }

    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage> {
        let client = client(ground.sandbox, ground.connection.clone()).build().expect("a client");
        let clock = ground.clock.clone();
        let mid = ground.run(async move {
            let boarded = client.boarding().submit(&application("1")).await.expect("a merchant");
            // The next one may be boarded at once.
            clock.sleep(Duration::from_secs(6)).await;
            boarded.mid().expect("its id")
        });
        let payroc = ground.sandbox.payroc();
        payroc.approve(mid.as_str()).expect("it is undecided");
        let amounts = ["11.00", "-5.00"].map(|amount| amount.parse().expect("an amount"));
        let batch = payroc.add_batch(mid.as_str(), &amounts).expect("a batch").batch_id;
        Arc::new(Prepared { mid, batch: BatchId::new(batch).expect("its id") })
    }
}

struct Prepared {
    mid: MerchantId,
    batch: BatchId,
}

impl Stage for Prepared {
    fn open(&self, bench: &Bench) -> Arc<dyn Driver> {
        let client = client(&bench.sandbox, bench.connection.clone())
            .pacer(Arc::new(bench.pacer.clone()))
            .build()
            .expect("a client");
        let account = bench
            .journal
            .account(bench.account.clone(), client.clone(), |client: Client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await });
        Arc::new(Office {
            till: Till { client, account },
            mid: self.mid.clone(),
            batch: self.batch,
            clock: bench.clock.clone(),
        })
    }
}

struct Office {
    till: Till<Client>,
    /// A merchant that was boarded before, and a batch that it settled.
    mid: MerchantId,
    batch: BatchId,
    clock: ManualClock,
}

impl Driver for Office {
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call> {
        let now = self.clock.now();
        let (till, mid, batch) = (&self.till, self.mid.clone(), self.batch);
        Some(match intent.action {
            Action::Board => {
                let application = application(intent.amount);
                let lost = application.lost_call().between(now, now);
                let send =
                    |client: Client| async move { client.boarding().submit(&application).await };
                till.write(intent, tag, lost, send, boarded)
            }
            Action::Get => {
                let mid = MerchantId::new(on?.ids.first()?).ok()?;
                till.read(tag, |client: Client| async move { client.boarding().status(&mid).await })
            }
            Action::Batch => till.read(tag, move |client: Client| async move {
                client.settlement().batch(&mid, batch).await
            }),
            _ => {
                let today = Date::utc_of(now).expect("a day");
                till.read(tag, move |client: Client| async move {
                    client.settlement().report(&mid, today, today).await
                })
            }
        })
    }

    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding> {
        let client = self.till.client.clone();
        Box::pin(async move { finding(client.resolve(&lost).await, boarded) })
    }

    fn recover(&self) -> BoxFuture<'static, ()> {
        let walk = self.till.recover();
        Box::pin(async move {
            // A failing store is part of the schedule; what it leaves is checked at the end.
            let _ = walk.await;
        })
    }
}

fn boarded(merchant: &BoardedMerchant) -> Made {
    Made { ids: merchant.mid().iter().map(MerchantId::to_string).collect(), ..Made::default() }
}

fn client(sandbox: &Sandbox, connection: pay_core::Connection) -> ClientBuilder {
    let payroc = sandbox.payroc();
    let partner = payroc.partner();
    let environment = Environment::custom(&payroc.base_url()).expect("the sandbox's URL");
    Client::builder(environment)
        .credentials(partner.user_name, partner.password)
        .connection(connection)
}

fn application(which: &str) -> MerchantApplication {
    let shop = || Address::new(format!("{which} State St"), "Chicago", "IL", "60602");
    let owner = Contact::new("Ann", "Lee", "ann@lee.example", "3125550123", shop())
        .share(100)
        .primary()
        .ssn("219099999");
    // No tax id begins with 00, says the check.
    let tax_id = match which {
        "0" => "00-7654321".to_owned(),
        which => format!("98-765432{which}"),
    };
    MerchantApplication::new(format!("Lee's {which}"), "Lee", tax_id, shop(), shop(), [owner])
}
