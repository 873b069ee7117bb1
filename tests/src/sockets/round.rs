//! Runs one schedule: what its callers do, what befalls them, and what is found out afterwards.

mod close;
mod weather;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use pay_core::{Clock, Connection, SeededRandomness};
use pay_sandbox::Sandbox;
use pay_store::{AccountKey, Down};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

pub(super) use self::close::Ran;
use super::{
    attempts::Attempts,
    clock::LeapingClock,
    diary::Diary,
    limits::{Limits, retries},
    plan::Plan,
    relay::Relay,
    route::Route,
    shelf::{Office, Shelf},
    wire::Wire,
};
use crate::faults::{
    dice::Dice,
    provider::{Bench, Driver, Ground, Stage, named},
    schedule::{Intent, Step},
    trace::Told,
    wire::tagged,
    world::Rule,
};

/// A round that takes longer waits for what never comes.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) async fn run_round(plan: Plan) -> Ran {
    let round = Arc::new(Round::new(plan).await);
    let play = tokio::spawn(Arc::clone(&round).play());
    let abort = play.abort_handle();
    let hung = match timeout(PATIENCE, play).await {
        Ok(Ok(())) => false,
        Ok(Err(_)) => {
            round.diary.panicked("a round");
            false
        }
        Err(_) => {
            abort.abort();
            true
        }
    };
    round.close(hung)
}

struct Round {
    plan: Plan,
    sandbox: Sandbox,
    clock: LeapingClock,
    attempts: Attempts,
    relay: Option<Relay>,
    route: Arc<Route>,
    shelf: Shelf,
    stages: BTreeMap<&'static str, Arc<dyn Stage>>,
    rules: BTreeMap<u64, Rule>,
    dice: Dice,
    diary: Diary,
}

/// The drivers of one process.
type Desk = BTreeMap<&'static str, Arc<dyn Driver>>;

impl Round {
    async fn new(plan: Plan) -> Self {
        let seed = plan.schedule.seed;
        let sandbox = Sandbox::builder().seed(seed).start().await.expect("a port");
        let clock = LeapingClock::new();
        let attempts = Attempts::default();
        let relay = plan.relayed.then(|| Relay::new(&sandbox, &attempts));
        let route = Route::new(seed, plan.one_in, plan.schedule.quiet, plan.planned.clone());
        let mut round = Self {
            shelf: Shelf::new(plan.durable),
            dice: Dice::new(seed ^ 0xa5a5_a5a5),
            diary: Diary::new(clock.clone(), attempts.clone()),
            route: Arc::new(route),
            rules: BTreeMap::new(),
            stages: BTreeMap::new(),
            plan,
            sandbox,
            clock,
            attempts,
            relay,
        };
        round.set_the_stage().await;
        round
    }

    /// Before anything goes wrong.
    async fn set_the_stage(&mut self) {
        let office = self.shelf.open(self.clock(), Limits::LONG).await;
        let leaps = self.clock.leap_for_sleepers(&self.sandbox);
        let mut stages = BTreeMap::new();
        for intent in self.plan.schedule.intents() {
            if stages.contains_key(intent.provider) {
                continue;
            }
            let provider = named(intent.provider).expect("a provider of the list");
            let ground = Ground {
                sandbox: &self.sandbox,
                clock: &self.clock.shown(),
                connection: self.connection(usize::MAX, 0, Limits::LONG, None),
                tokens: office.tokens.clone(),
                schedule: &self.plan.schedule,
                runtime: Some(tokio::runtime::Handle::current()),
            };
            let stage = tokio::task::block_in_place(|| provider.stage(&ground));
            stages.insert(intent.provider, stage);
        }
        leaps.abort();
        self.stages = stages;
        for (name, setting) in &self.plan.schedule.switches {
            self.sandbox.set_by_name(name, setting).expect("a switch of the sandbox");
        }
        for text in &self.plan.schedule.faults {
            let fault = text.parse().expect("a fault rule");
            let rule = self.sandbox.add_fault(fault).expect("it may be");
            self.rules.insert(rule, Rule::of(text));
        }
    }

    async fn play(self: Arc<Self>) {
        let weather = self.plan.weather.then(|| weather::begin(&self));
        self.troubled_life().await;
        if let Some(weather) = weather {
            weather.end(&self).await;
        }
        self.sandbox.clear_faults();
        self.route.calm();
        self.settle().await;
        self.clock.leap(Duration::from_secs(9_000), &self.sandbox);
        self.last_life().await;
    }

    async fn troubled_life(self: &Arc<Self>) {
        let limits = if self.plan.schedule.quiet { Limits::LONG } else { Limits::SHORT };
        let desks = self.desks(0, limits).await;
        let mut running: Vec<JoinHandle<()>> = Vec::new();
        for step in &self.plan.schedule.steps {
            match step {
                Step::Ask(intent) => {
                    if intent.waits {
                        self.finish(&mut running).await;
                    }
                    running.extend(self.ask(&desks, intent, 0, false));
                }
                Step::Database(down) => {
                    self.diary.outage(down.is_some());
                    self.shelf.set_down(match down {
                        Some("gone") => Some(Down::Gone),
                        Some("full") => Some(Down::Full),
                        Some(_) => Some(Down::AnswersLost),
                        None => None,
                    });
                }
                Step::Portal { provider, of, amount } => {
                    let made = self.diary.made().remove(of).unwrap_or_default();
                    if let Some(stage) = self.stages.get(provider) {
                        stage.refund_in_portal(&self.sandbox, &made, amount);
                    }
                }
                Step::Pass(millis) => {
                    match *millis {
                        short @ 0..5_000 => sleep(Duration::from_millis(short / 200)).await,
                        long => {
                            // In the middle of a call it would be a timeout, and tell nothing new.
                            self.finish(&mut running).await;
                            self.settle().await;
                            self.clock.leap(Duration::from_millis(long), &self.sandbox);
                        }
                    }
                    self.life_goes_on();
                }
            }
        }
        self.finish(&mut running).await;
        self.shelf.set_down(None);
        self.diary.outage(false);
        // Still in trouble: whoever looks now must not be told a lie either.
        self.look(&desks, false).await;
    }

    /// All is well again, and whatever comes late has come. New processes, with time.
    async fn last_life(self: &Arc<Self>) {
        let desks = self.desks(1, Limits::LONG).await;
        self.look(&desks, true).await;
        for desk in &desks {
            for driver in desk.values() {
                driver.recover().await;
            }
        }
        for intent in self.plan.schedule.intents() {
            if intent.key.is_none() || !self.diary.was_asked(intent.id) {
                continue;
            }
            // Twice: the answer must stay the same.
            for _ in 0..2 {
                let intent = Intent { dropped_after: None, ..intent.clone() };
                let mut asked = Vec::from_iter(self.ask(&desks, &intent, 1, true));
                self.finish(&mut asked).await;
            }
        }
        let Some(desk) = desks.first() else { return };
        for (name, driver) in desk {
            if tagged("person".to_owned(), driver.needs_a_person()).await {
                self.diary.stranded(name);
            }
        }
    }

    /// Begins what a caller wants, in a task that any thread may run.
    fn ask(
        self: &Arc<Self>,
        desks: &[Desk],
        intent: &Intent,
        life: usize,
        last: bool,
    ) -> Option<JoinHandle<()>> {
        let driver = desks.get(intent.worker % desks.len().max(1))?.get(intent.provider)?;
        let (tag, place, on) = self.diary.begin(&self.plan.schedule, intent, life, last);
        // Drivers keep the clock that they were opened with, which shows the time of this moment.
        let _ = self.clock.shown();
        let Some(call) = driver.call(intent, on.as_ref(), &tag) else {
            self.diary.told(intent, place, Told::Skipped);
            return None;
        };
        if let Some(lost) = call.lost {
            self.diary.keep(intent.id, lost);
        }
        let patience = intent.dropped_after.map(|polls| {
            // Mostly about as long as a call takes.
            let most = u64::from(polls) * u64::from(polls) * 40;
            let drawn = self.dice.below(usize::try_from(most).unwrap_or(0) + 1);
            Duration::from_micros(u64::try_from(drawn).unwrap_or(0))
        });
        let (round, intent) = (Arc::clone(self), intent.clone());
        Some(tokio::spawn(async move {
            let told = match patience {
                None => call.work.await,
                Some(patience) => {
                    let told = timeout(patience, call.work).await.unwrap_or(Told::Dropped);
                    if told == Told::Dropped {
                        round.attempts.hit(None, "dropped");
                    }
                    told
                }
            };
            round.diary.told(&intent, place, told);
        }))
    }

    async fn finish(&self, running: &mut Vec<JoinHandle<()>>) {
        for task in running.drain(..) {
            if task.await.is_err_and(|error| error.is_panic()) {
                self.diary.panicked("a call");
            }
        }
    }

    /// Until nothing is under way any more, dropped calls included.
    async fn settle(&self) {
        let is_busy =
            || self.attempts.are_under_way() || self.relay.as_ref().is_some_and(Relay::is_busy);
        let began = Instant::now();
        while is_busy() && began.elapsed() < Duration::from_secs(10) {
            sleep(Duration::from_millis(2)).await;
        }
        if self.diary.has_dropped() {
            // What a dropped call has sent is still read by the sandbox.
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Payers act on what was made for them.
    fn life_goes_on(&self) {
        for (id, made) in self.diary.made() {
            let intent = self.plan.schedule.intents().find(|intent| intent.id == id);
            if let Some(stage) = intent.and_then(|intent| self.stages.get(intent.provider)) {
                stage.life_goes_on(&self.sandbox, &made);
            }
        }
    }

    /// Asks the provider about every call whose end its caller does not know.
    async fn look(&self, desks: &[Desk], last: bool) {
        for doubt in self.diary.doubts() {
            let desk = desks.get(doubt.worker % desks.len().max(1));
            if let Some(driver) = desk.and_then(|desk| desk.get(doubt.provider)) {
                let tag = format!("r{}.0", doubt.intent);
                let finding = tagged(tag, driver.resolve(doubt.lost)).await;
                self.diary.found(doubt.intent, last, finding);
            }
        }
    }

    /// One for each process.
    async fn desks(&self, life: usize, limits: Limits) -> Vec<Desk> {
        let mut desks = Vec::new();
        for worker in 0..self.plan.schedule.workers.max(1) {
            let office = self.shelf.open(self.clock(), limits).await;
            let connection = self.connection(life, worker, limits, self.relay.clone());
            desks.push(self.desk(&office, &connection));
        }
        desks
    }

    fn desk(&self, office: &Office, connection: &Connection) -> Desk {
        let open = |(name, stage): (&&'static str, &Arc<dyn Stage>)| {
            let bench = Bench {
                sandbox: self.sandbox.clone(),
                clock: self.clock.shown(),
                connection: connection.clone(),
                journal: office.journal.clone(),
                account: AccountKey::new(*name, "sandbox", "shop"),
                tokens: office.tokens.clone(),
                pacer: office.pacer.clone(),
                rotating: self.plan.schedule.rotating,
            };
            (*name, stage.open(&bench))
        };
        self.stages.iter().map(open).collect()
    }

    fn connection(
        &self,
        life: usize,
        worker: usize,
        limits: Limits,
        relay: Option<Relay>,
    ) -> Connection {
        let place = u64::try_from(life.wrapping_mul(16).wrapping_add(worker) % 4_096).unwrap_or(0);
        let seed = self.plan.schedule.seed ^ (place << 40);
        let (attempts, clock) = (self.attempts.clone(), self.clock.clone());
        let route = Arc::clone(&self.route);
        let shared = relay.as_ref().map(|relay| {
            let route = Arc::clone(&self.route);
            relay.shared_port(move || route.of_reads()).expect("a port")
        });
        Connection::builder()
            .wrap_transport(move |built_in| Wire {
                built_in,
                attempts,
                clock,
                limits,
                life,
                worker,
                relay,
                route,
                shared,
            })
            .clock(self.clock.clone())
            .randomness(SeededRandomness::new(seed))
            .timeouts(limits.timeouts())
            .retry(retries())
            .build()
            .expect("a connection")
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }
}
