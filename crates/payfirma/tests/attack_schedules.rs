//! Random callers against a random provider, without sockets and without waiting: what callers are
//! told is compared with the sandbox's ledger, which the client does not see.
//!
//! `ATTACK_SEED=n` runs one schedule and tells of it; `ATTACK_SCHEDULES=n` runs so many.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::indexing_slicing, clippy::print_stderr, reason = "a test may fail")]

#[path = "schedules/plan.rs"]
mod plan;
#[path = "schedules/wire.rs"]
mod wire;

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use pay_core::{Clock as _, ManualClock, SeededRandomness};
use pay_sandbox::{Effect, Sandbox};
use payfirma::{
    Amount, Authorize, Capture, Card, Client, Confirmed, Connection, CustomerId, EftOutcome,
    EftRequest, Environment, Error, Found, LostCall, NewCard, NewCustomer, Outcome, Reference,
    Refund, Resolution, Sale, StoredCardSale, Transaction, TransactionFilter, TransactionId,
};
use time::OffsetDateTime;

use plan::{Dice, Intent, Want};
use wire::{Wire, tagged};

/// What became of an intent, as its caller sees it.
#[derive(Debug)]
enum Told {
    /// Nothing to do: what it acts on does not exist.
    Skipped,
    Listed,
    Ok(Box<Transaction>),
    Failed(Error),
    /// Dropped on its way.
    Dropped,
}

struct Schedule {
    seed: u64,
    sandbox: Sandbox,
    clock: ManualClock,
    client: Client,
    customer: CustomerId,
    plan: Vec<String>,
    intents: Vec<Intent>,
    told: Rc<RefCell<Vec<Option<Told>>>>,
    lost: Vec<Option<LostCall>>,
}

type Task = Pin<Box<dyn Future<Output = Told>>>;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

fn card() -> Card {
    let text = ("378282246310005", "12/89", "5959");
    Card::new(text.0.parse().unwrap(), text.1.parse().unwrap(), text.2.parse().unwrap())
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

impl Schedule {
    fn draw(seed: u64) -> Self {
        let dice = Dice::new(seed);
        let now = OffsetDateTime::from_unix_timestamp(1_900_000_000).unwrap();
        let sandbox =
            Sandbox::builder().seed(seed).clock_stopped_at_ms(1_900_000_000_000).without_sockets();
        let clock = ManualClock::new(now);
        let hops = Dice::new(seed ^ 0xa5a5);
        let wire = Wire {
            sandbox: sandbox.clone(),
            clock: clock.clone(),
            hops: Arc::new(move || hops.below(4)),
        };
        let connection = Connection::builder()
            .transport(wire)
            .clock(clock.clone())
            .randomness(SeededRandomness::new(seed))
            .build()
            .unwrap();
        let account = sandbox.payfirma();
        let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
        let client = Client::builder(environment)
            .client_credentials(account.client_id(), account.client_secret())
            .connection(connection)
            .build()
            .unwrap();
        let customer = run(&clock, &sandbox, async {
            let email = "a@b.ca".parse().unwrap();
            let new = NewCustomer::new(email, Reference::new("customer").unwrap());
            let customer = client.customers().create(&new).await.unwrap().lookup_id.clone();
            let card = NewCard::new(customer.clone(), card(), Reference::new("card").unwrap());
            client.cards().add(&card).await.unwrap();
            customer
        });
        let plan = plan::prepare(&dice, &sandbox);
        let intents = plan::intents(&dice);
        let told = Rc::new(RefCell::new(intents.iter().map(|_| None).collect()));
        let lost = intents.iter().map(|_| None).collect();
        Self { seed, sandbox, clock, client, customer, plan, intents, told, lost }
    }

    /// The call of an intent, and what its caller keeps before it is sent.
    fn task(&self, at: usize) -> (Task, Option<LostCall>) {
        let client = self.client.clone();
        let now = self.clock.now();
        let name = |reference: &Option<String>| {
            let text = reference.as_ref()?;
            // One reference for one payment: it is used again where an attempt surely failed.
            let told = self.told.borrow();
            let mut before = self.intents[..at].iter().zip(told.iter());
            let failed = |told: &Option<Told>| match told {
                Some(Told::Failed(error)) => error.outcome().is_without_effect(),
                Some(Told::Skipped) => true,
                _ => false,
            };
            let mine =
                before.all(|(intent, told)| intent.want.reference() != Some(text) || failed(told));
            let text = if mine { text.clone() } else { format!("{text}-{at}") };
            Some(Reference::new(text).unwrap())
        };
        let original = |of: usize| -> Option<TransactionId> {
            match &self.told.borrow()[of] {
                Some(Told::Ok(transaction)) => Some(transaction.id.clone()),
                _ => None,
            }
        };
        let told = |result: payfirma::Result<payfirma::Response<Transaction>>| match result {
            Ok(transaction) => Told::Ok(Box::new(transaction.into_inner())),
            Err(error) => Told::Failed(error),
        };
        let skip = || -> (Task, Option<LostCall>) { (Box::pin(async { Told::Skipped }), None) };
        match &self.intents[at].want {
            Want::Sale { amount, reference } => {
                let sale = match name(reference) {
                    Some(reference) => Sale::new(dollars(amount), card(), reference),
                    None => Sale::without_reference(dollars(amount), card()),
                };
                let lost = sale.lost_call().between(now, now);
                (Box::pin(async move { told(client.transactions().sale(&sale).await) }), Some(lost))
            }
            Want::Stored { amount, reference } => {
                let mut sale = StoredCardSale::new(dollars(amount), self.customer.clone());
                if let Some(reference) = name(reference) {
                    sale = sale.reference(reference);
                }
                let lost = sale.lost_call().between(now, now);
                let task = async move { told(client.transactions().sale_stored(&sale).await) };
                (Box::pin(task), Some(lost))
            }
            Want::Hold { amount, reference } => {
                let hold = match name(reference) {
                    Some(reference) => Authorize::new(dollars(amount), card(), reference),
                    None => Authorize::without_reference(dollars(amount), card()),
                };
                let lost = hold.lost_call().between(now, now);
                let task = async move { told(client.transactions().authorize(&hold).await) };
                (Box::pin(task), Some(lost))
            }
            Want::Capture { of, amount, reference } => {
                let Some(id) = original(*of) else { return skip() };
                let capture = match name(reference) {
                    Some(reference) => Capture::new(id, dollars(amount), reference),
                    None => Capture::without_reference(id, dollars(amount)),
                };
                let lost = capture.lost_call().between(now, now);
                let task = async move { told(client.transactions().capture(&capture).await) };
                (Box::pin(task), Some(lost))
            }
            Want::Refund { of, amount, reference } => {
                let Some(id) = original(*of) else { return skip() };
                let refund = match name(reference) {
                    Some(reference) => Refund::new(id, dollars(amount), reference),
                    None => Refund::without_reference(id, dollars(amount)),
                };
                let lost = refund.lost_call().between(now, now).with_before(Amount::ZERO);
                let task = async move { told(client.transactions().refund(&refund).await) };
                (Box::pin(task), Some(lost))
            }
            Want::Eft { amount, reference } => {
                let customer = self.customer.clone();
                let request = match name(reference) {
                    Some(reference) => EftRequest::new(customer, dollars(amount), reference),
                    None => EftRequest::without_reference(customer, dollars(amount)),
                };
                let lost = request.lost_call().between(now, now);
                let task = async move {
                    told(client.eft().request_funds(&request).await.map(|outcome| {
                        outcome.map(|outcome| match outcome {
                            EftOutcome::Completed(made) | EftOutcome::Pending(made) => made,
                        })
                    }))
                };
                (Box::pin(task), Some(lost))
            }
            Want::List => {
                let task = async move {
                    match client.transactions().list(&TransactionFilter::new()).await {
                        Ok(_) => Told::Listed,
                        Err(error) => Told::Failed(error),
                    }
                };
                (Box::pin(task), None)
            }
        }
    }

    /// Runs all intents to their end, in turns drawn from the seed.
    fn run(&mut self) {
        let dice = Dice::new(self.seed ^ 0x5a5a);
        let mut running: Vec<(usize, Task, Arc<Flag>, usize)> = Vec::new();
        let mut next = 0;
        loop {
            while next < self.intents.len() && (running.is_empty() || !self.intents[next].waits) {
                pass(&self.clock, &self.sandbox, self.intents[next].pause);
                let (task, lost) = self.task(next);
                self.lost[next] = lost;
                running.push((next, task, Arc::new(Flag(AtomicBool::new(true))), 0));
                next += 1;
            }
            if running.is_empty() {
                return;
            }
            let ready: Vec<usize> =
                (0..running.len()).filter(|at| running[*at].2.0.load(SeqCst)).collect();
            if ready.is_empty() {
                pass(&self.clock, &self.sandbox, *dice.pick(&[50, 400, 3_000]));
                continue;
            }
            let place = *dice.pick(&ready);
            let (at, task, flag, polls) = &mut running[place];
            let at = *at;
            *polls += 1;
            flag.0.store(false, SeqCst);
            let told = if self.intents[at].dropped_after.is_some_and(|after| *polls > after) {
                Some(Told::Dropped)
            } else {
                let waker = Waker::from(Arc::clone(flag));
                let mut context = Context::from_waker(&waker);
                match tagged(at, || task.as_mut().poll(&mut context)) {
                    Poll::Ready(told) => Some(told),
                    Poll::Pending => None,
                }
            };
            if told.is_some() {
                drop(running.remove(place));
                self.told.borrow_mut()[at] = told;
            }
        }
    }

    /// What took effect for this intent.
    fn effects(&self, at: usize) -> Vec<Effect> {
        let ledger = self.sandbox.ledger();
        let moved = |effect: &&Effect| {
            ["sale", "authorize", "capture", "refund", "eft_request"].contains(&&*effect.kind)
        };
        ledger.tagged(&at.to_string()).into_iter().filter(moved).cloned().collect()
    }

    fn resolve(&self, lost: &LostCall) -> payfirma::Result<Resolution<Found>> {
        run(&self.clock, &self.sandbox, self.client.resolve(lost))
    }

    /// Compares what callers were told with what happened. Gives how many were left in doubt, and
    /// how many of these were confirmed.
    fn check(&self) -> Result<(u64, u64), String> {
        let mut resolved = Vec::new();
        let mut doubts = (0, 0);
        // At once, while the provider is still in trouble, and when all is over.
        for over in [false, true] {
            if over {
                self.sandbox.clear_faults();
                pass(&self.clock, &self.sandbox, 5_000_000);
            }
            for (at, told) in self.told.borrow().iter().enumerate() {
                let told = told.as_ref().expect("every intent ends");
                let lost = match told {
                    Told::Failed(error) if error.outcome() == Outcome::Unknown => {
                        error.lost_call().or(self.lost[at].as_ref())
                    }
                    Told::Dropped => self.lost[at].as_ref(),
                    _ => None,
                };
                if let Some(lost) = lost {
                    let found = self.resolve(lost);
                    if over {
                        doubts.0 += 1;
                        if matches!(found, Ok(Resolution::Confirmed(_))) {
                            doubts.1 += 1;
                        }
                    }
                    resolved.push((at, found));
                }
            }
        }
        for (at, told) in self.told.borrow().iter().enumerate() {
            let effects = self.effects(at);
            let is_write = self.lost[at].is_some();
            let fits = match told.as_ref().expect("every intent ends") {
                Told::Skipped | Told::Listed => effects.is_empty(),
                Told::Ok(made) => {
                    effects.len() == 1
                        && effects[0].amount.map(|amount| dollars(&amount.to_string()))
                            == self.lost[at].as_ref().and_then(LostCall::amount)
                        && is_id_of(made, &effects[0])
                }
                Told::Dropped => effects.len() <= 1,
                Told::Failed(error) => match error.outcome() {
                    Outcome::NotSent | Outcome::Refused => effects.is_empty(),
                    Outcome::Unknown => {
                        effects.len() <= 1
                            && !error.is_declined()
                            && (!is_write || error.lost_call().is_some())
                    }
                    Outcome::Applied => effects.len() == 1,
                },
            };
            if !fits {
                return Err(format!("intent {at} was told {told:?}, but happened: {effects:?}"));
            }
        }
        for (at, found) in resolved {
            let effects = self.effects(at);
            let fits = match &found {
                Ok(Resolution::Confirmed(Confirmed::Applied(found))) => {
                    let found = found.transaction().expect("a payment");
                    effects.iter().any(|effect| is_id_of(found, effect))
                }
                // A transfer that was made may be declined by the other side.
                Ok(Resolution::Confirmed(Confirmed::Declined(_))) => {
                    effects.iter().all(|effect| effect.kind == "eft_request")
                }
                _ => true,
            };
            if !fits {
                return Err(format!("intent {at} was resolved as {found:?}: {effects:?}"));
            }
        }
        Ok(doubts)
    }
}

/// What is no number is what a fault made of it.
fn is_id_of(told: &Transaction, effect: &Effect) -> bool {
    told.id.as_str() == effect.id || told.id.as_str().parse::<u64>().is_err()
}

/// Both clocks.
fn pass(clock: &ManualClock, sandbox: &Sandbox, millis: u64) {
    let by = Duration::from_millis(millis);
    sandbox.advance(by);
    clock.advance(by);
}

/// Runs one thing to its end.
fn run<T>(clock: &ManualClock, sandbox: &Sandbox, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let flag = Arc::new(Flag(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&flag));
    let mut steps = 0;
    loop {
        if !flag.0.swap(false, SeqCst) {
            pass(clock, sandbox, 1_000);
        }
        if let Poll::Ready(result) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        steps += 1;
        assert!(steps < 100_000, "it hangs");
    }
}

#[test]
fn what_callers_are_told_is_what_happened() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let one = number("ATTACK_SEED");
    let count = number("ATTACK_SCHEDULES").unwrap_or(500);
    let seeds = one.map_or(0..count, |seed| seed..seed + 1);
    let (mut doubts, mut confirmed, mut paid) = (0, 0, 0);
    for seed in seeds {
        let mut schedule = Schedule::draw(seed);
        schedule.run();
        if one.is_some() {
            eprintln!("{:#?}", schedule.plan);
            for (intent, told) in schedule.intents.iter().zip(schedule.told.borrow().iter()) {
                eprintln!("{intent:?}\n    {told:?}");
            }
        }
        match schedule.check() {
            Ok((unknown, known)) => {
                doubts += unknown;
                confirmed += known;
            }
            Err(why) => panic!("ATTACK_SEED={seed}: {why}\n{:#?}", schedule.plan),
        }
        paid += schedule.told.borrow().iter().filter(|t| matches!(t, Some(Told::Ok(_)))).count();
    }
    // Against an empty proof.
    if one.is_none() {
        assert!(paid > 500, "{paid} intents succeeded");
        assert!(doubts > 150, "{doubts} intents were in doubt");
        assert!(confirmed > 50, "{confirmed} of {doubts} doubts were confirmed");
    }
}
