//! Runs a schedule: the processes' lives, what each caller is told, and what is found out later.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use pay_core::{Clock as _, Connection, LostCall, ManualClock, SeededRandomness};
use pay_sandbox::Sandbox;
use pay_store::{
    AccountKey, Decision, Down, EntryKey, Journal, Keyring, Query, SimulationStore, StoredPacer,
    StoredTokens,
};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use super::{
    dice::Dice,
    machine::{End, live, pass},
    provider::{Bench, Driver, Ground, Provider, Stage, named},
    schedule::{Action, Intent, Schedule, Step},
    trace::{Ask, Effect, Finding, Found, Line, Made, Outcome, Seen, Tokens, Told, Trace},
    wire::{Wire, tagged},
};

/// A Wednesday in March 2030.
const START: i64 = 1_900_000_000;

/// What a schedule leaves behind.
pub struct Ran {
    pub trace: Trace,
    /// What was struck: operation, phase, kind, how often. Only where something was changed.
    pub fired: Vec<(String, &'static str, &'static str, u64)>,
}

pub fn run(schedule: &Schedule) -> Ran {
    let world = Arc::new(World::new(schedule));
    world.play();
    world.close()
}

struct World {
    schedule: Schedule,
    sandbox: Sandbox,
    clock: ManualClock,
    dice: Arc<Dice>,
    stages: BTreeMap<&'static str, Arc<dyn Stage>>,
    /// The store of the first life.
    machine: SimulationStore,
    rules: BTreeMap<u64, Rule>,
    life: AtomicUsize,
    /// The next step of the schedule.
    at: AtomicUsize,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    lines: BTreeMap<usize, Line>,
    /// What a caller wrote down before its call.
    lost: BTreeMap<usize, LostCall>,
    /// What intents made, as their callers were told.
    made: BTreeMap<usize, (Action, Made)>,
    /// Asked and not yet told.
    open: BTreeMap<usize, usize>,
    crashes: Vec<i64>,
    outages: Vec<(i64, i64)>,
    stranded: Vec<String>,
    hung: bool,
    panics: Vec<String>,
}

impl World {
    fn new(schedule: &Schedule) -> Self {
        let sandbox = Sandbox::builder()
            .seed(schedule.seed)
            .clock_stopped_at_ms(START * 1_000)
            .without_sockets();
        let clock = ManualClock::new(
            OffsetDateTime::from_unix_timestamp(START).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        );
        let machine = SimulationStore::new();
        let ground = Ground {
            sandbox: &sandbox,
            clock: &clock,
            connection: connection(
                schedule,
                &sandbox,
                &clock,
                &SimulationStore::new(),
                usize::MAX,
                0,
            ),
            tokens: StoredTokens::new(machine.clone(), keys()).clock(Arc::new(clock.clone())),
            schedule,
            runtime: None,
        };
        let mut stages = BTreeMap::new();
        for intent in schedule.intents() {
            if !stages.contains_key(intent.provider) {
                let provider = named(intent.provider).expect("a provider of the list");
                stages.insert(intent.provider, provider.stage(&ground));
            }
        }
        for (name, setting) in &schedule.switches {
            sandbox.set_by_name(name, setting).expect("a switch of the sandbox");
        }
        let mut rules = BTreeMap::new();
        for text in &schedule.faults {
            let rule = sandbox.add_fault(text.parse().expect("a fault rule")).expect("it may be");
            rules.insert(rule, Rule::of(text));
        }
        Self {
            schedule: schedule.clone(),
            sandbox,
            clock,
            dice: Arc::new(Dice::new(schedule.seed ^ 0xa5a5_a5a5)),
            stages,
            machine,
            rules,
            life: AtomicUsize::new(0),
            at: AtomicUsize::new(0),
            log: Mutex::default(),
        }
    }

    /// Life after life, and at last one in which nothing goes wrong any more.
    fn play(self: &Arc<Self>) {
        let mut machine = self.machine.clone();
        loop {
            let life = self.life.load(SeqCst);
            if let Some(crash) = self.schedule.crashes.get(life) {
                machine.crash_at(crash.step);
                machine.unsynced_arrives(crash.arrives);
            }
            let end = self.one(&machine, Arc::clone(self).life_of(machine.clone()));
            machine.set_down(None);
            self.ended(end);
            if end != End::Crashed {
                break;
            }
            machine = machine.restart();
            pass(&self.clock, &self.sandbox, Duration::from_secs(*self.dice.pick(&[1, 30, 900])));
        }
        self.sandbox.clear_faults();
        let machine = machine.restart();
        let end = self.one(&machine, Arc::clone(self).last_life(machine.clone()));
        self.ended(end);
    }

    fn one(
        &self,
        machine: &SimulationStore,
        life: impl Future<Output = ()> + Send + 'static,
    ) -> End {
        live(&self.clock, &self.sandbox, machine, life)
    }

    /// Writes down how a life ended.
    fn ended(&self, end: End) {
        let now = self.now();
        let mut log = self.log();
        match end {
            End::Done => {}
            End::Crashed => log.crashes.push(now),
            End::Hung => log.hung = true,
            End::Panicked => log.panics.push("a life of the processes".to_owned()),
        }
        if let Some((_, until)) = log.outages.last_mut() {
            *until = (*until).min(now);
        }
        let open = std::mem::take(&mut log.open);
        for (intent, ask) in open {
            if let Some(ask) = log.lines.get_mut(&intent).and_then(|line| line.asks.get_mut(ask)) {
                ask.until = now;
                ask.told = Told::Crashed;
            }
        }
        self.life.fetch_add(1, SeqCst);
    }

    /// A life of all processes.
    async fn life_of(self: Arc<Self>, machine: SimulationStore) {
        let offices = self.offices(&machine);
        if self.life.load(SeqCst) > 0 {
            for office in &offices {
                for driver in office.values() {
                    driver.recover().await;
                }
            }
            for intent in self.cut_off() {
                let asked = self.ask(&offices, &intent, false);
                self.finish(asked).await;
            }
        }
        let mut running: Vec<JoinHandle<()>> = Vec::new();
        while let Some(step) = self.schedule.steps.get(self.at.fetch_add(1, SeqCst)) {
            match step {
                Step::Ask(intent) => {
                    if intent.waits {
                        for task in running.drain(..) {
                            self.finish(Some(task)).await;
                        }
                    }
                    running.extend(self.ask(&offices, intent, false));
                    tokio::task::yield_now().await;
                }
                Step::Database(down) => {
                    let now = self.now();
                    let mut log = self.log();
                    if let Some((_, until)) = log.outages.last_mut() {
                        *until = (*until).min(now);
                    }
                    if down.is_some() {
                        log.outages.push((now, i64::MAX));
                    }
                    machine.set_down(match down {
                        Some("gone") => Some(Down::Gone),
                        Some("full") => Some(Down::Full),
                        Some(_) => Some(Down::AnswersLost),
                        None => None,
                    });
                }
                Step::Portal { provider, of, amount } => {
                    let made = self.log().made.get(of).map(|(_, made)| made.clone());
                    if let Some(stage) = self.stages.get(provider) {
                        stage.refund_in_portal(&self.sandbox, &made.unwrap_or_default(), amount);
                    }
                }
                Step::Pass(millis) => {
                    self.clock.sleep(Duration::from_millis(*millis)).await;
                    self.life_goes_on();
                }
            }
        }
        for task in running {
            self.finish(Some(task)).await;
        }
        // Still in trouble: whoever looks now must not be told a lie either.
        machine.set_down(None);
        self.look(&offices, false).await;
    }

    /// Payers act on what was made for them.
    fn life_goes_on(&self) {
        let made: Vec<(usize, Made)> =
            self.log().made.iter().map(|(intent, (_, made))| (*intent, made.clone())).collect();
        for (id, made) in made {
            let intent = self.schedule.intents().find(|intent| intent.id == id);
            if let Some(stage) = intent.and_then(|intent| self.stages.get(intent.provider)) {
                stage.life_goes_on(&self.sandbox, &made);
            }
        }
    }

    /// All is well again, and whatever comes late has come.
    async fn last_life(self: Arc<Self>, machine: SimulationStore) {
        self.clock.sleep(Duration::from_secs(9_000)).await;
        let offices = self.offices(&machine);
        self.look(&offices, true).await;
        for office in &offices {
            for driver in office.values() {
                driver.recover().await;
            }
        }
        let keyed: Vec<Intent> =
            self.schedule.intents().filter(|i| i.key.is_some()).cloned().collect();
        for intent in keyed {
            // Twice: the answer must stay the same.
            for _ in 0..2 {
                let intent = Intent { dropped_after: None, ..intent.clone() };
                if self.was_asked(&intent) {
                    let asked = self.ask(&offices, &intent, true);
                    self.finish(asked).await;
                }
            }
        }
        self.rule(&offices, &machine).await;
        let Some(office) = offices.first() else { return };
        for (name, driver) in office {
            if tagged("person".to_owned(), driver.needs_a_person()).await {
                self.log().stranded.push((*name).to_owned());
            }
        }
    }

    /// A person looks at each payment that is still in doubt. What took effect is settled so; what
    /// did not is armed again, and then asked for once more.
    async fn rule(
        self: &Arc<Self>,
        offices: &[BTreeMap<&'static str, Arc<dyn Driver>>],
        machine: &SimulationStore,
    ) {
        let desk = Journal::new(machine.clone(), keys()).clock(Arc::new(self.clock.clone())).desk();
        for entry in desk.list(&Query::unfinished()).await.unwrap_or_default() {
            let because = || Decision::new("ada", "the ledger says so").expect("a decision");
            let of_key = |intent: &&Intent| {
                intent.provider == entry.key.account().provider()
                    && intent.key.as_deref() == Some(entry.key.key())
            };
            let Some(intent) = self.schedule.intents().find(of_key).cloned() else { continue };
            let ruled = match self.has_effect(&entry.key) {
                true => desk.settle(&entry.key, true, because()).await,
                false => desk.rearm(&entry.key, because()).await,
            };
            if ruled.is_ok() {
                let intent = Intent { dropped_after: None, ..intent };
                let asked = self.ask(offices, &intent, true);
                if let Some(ask) =
                    self.log().lines.get_mut(&intent.id).and_then(|line| line.asks.last_mut())
                {
                    ask.ruled = true;
                }
                self.finish(asked).await;
            }
        }
    }

    /// Whether anything of this key took effect.
    fn has_effect(&self, key: &EntryKey) -> bool {
        let log = self.log();
        let ledger = self.sandbox.ledger();
        log.lines.values().filter(|line| line.provider == key.account().provider()).any(|line| {
            line.group.rsplit(' ').next() == Some(key.key())
                && ledger.effects().iter().any(|effect| {
                    let tag = effect.tag.as_deref().map(|tag| mark(tag).0).unwrap_or_default();
                    tag.split('.').next() == Some(&*line.intent.to_string())
                        && line.done.contains(&&*effect.kind)
                })
        })
    }

    /// One driver for each process and provider.
    fn offices(&self, machine: &SimulationStore) -> Vec<BTreeMap<&'static str, Arc<dyn Driver>>> {
        let life = self.life.load(SeqCst);
        let clock: Arc<dyn pay_core::Clock> = Arc::new(self.clock.clone());
        let mut offices = Vec::new();
        for worker in 0..self.schedule.workers.max(1) {
            let connection =
                connection(&self.schedule, &self.sandbox, &self.clock, machine, life, worker);
            let journal = Journal::new(machine.clone(), keys()).clock(Arc::clone(&clock));
            let tokens = StoredTokens::new(machine.clone(), keys()).clock(Arc::clone(&clock));
            let pacer = StoredPacer::new(machine.clone(), Arc::clone(&clock));
            let open = |(name, stage): (&&'static str, &Arc<dyn Stage>)| {
                let bench = Bench {
                    sandbox: self.sandbox.clone(),
                    clock: self.clock.clone(),
                    connection: connection.clone(),
                    journal: journal.clone(),
                    account: AccountKey::new(*name, "sandbox", "shop"),
                    tokens: tokens.clone(),
                    pacer: pacer.clone(),
                    rotating: self.schedule.rotating,
                };
                (*name, stage.open(&bench))
            };
            offices.push(self.stages.iter().map(open).collect());
        }
        offices
    }

    /// Begins what a caller wants. What it is told is written down when it is told.
    fn ask(
        self: &Arc<Self>,
        offices: &[BTreeMap<&'static str, Arc<dyn Driver>>],
        intent: &Intent,
        last: bool,
    ) -> Option<JoinHandle<()>> {
        let driver = offices.get(intent.worker % offices.len().max(1))?.get(intent.provider)?;
        let (tag, place, on) = self.begin(intent, last);
        let call = driver.call(intent, on.as_ref(), &tag);
        let Some(call) = call else {
            self.told(intent, place, Told::Skipped);
            return None;
        };
        if let Some(lost) = call.lost {
            // The first one holds: it was written down before anything was sent.
            self.log().lost.entry(intent.id).or_insert(lost);
        }
        let world = Arc::clone(self);
        let intent = intent.clone();
        let work = GivenUp { work: call.work, left: intent.dropped_after };
        Some(tokio::spawn(async move {
            let told = work.await.unwrap_or(Told::Dropped);
            world.told(&intent, place, told);
        }))
    }

    fn begin(&self, intent: &Intent, last: bool) -> (String, usize, Option<Made>) {
        let now = self.now();
        let life = self.life.load(SeqCst);
        let mut log = self.log();
        // What the same request made, asked again, is as good.
        let on = intent.of.and_then(|of| log.made.get(&of).or(log.made.get(&(of + 100))));
        let on = on.map(|(_, made)| made.clone());
        let schedule = &self.schedule;
        let line = log.lines.entry(intent.id).or_insert_with(|| line(intent, schedule));
        let place = line.asks.len();
        let tag = format!("{}.{place}", intent.id);
        line.asks.push(Ask {
            tag: tag.clone(),
            life,
            worker: intent.worker,
            from: now,
            until: now,
            told: Told::Crashed,
            last,
            ruled: false,
        });
        log.open.insert(intent.id, place);
        (tag, place, on)
    }

    fn told(&self, intent: &Intent, place: usize, told: Told) {
        let now = self.now();
        let mut log = self.log();
        if let Told::Done(made) = &told {
            log.made.insert(intent.id, (intent.action, made.clone()));
        }
        log.open.remove(&intent.id);
        if let Some(ask) = log.lines.get_mut(&intent.id).and_then(|line| line.asks.get_mut(place)) {
            ask.until = now;
            ask.told = told;
        }
    }

    async fn finish(&self, task: Option<JoinHandle<()>>) {
        if let Some(Err(error)) = match task {
            Some(task) => Some(task.await),
            None => None,
        } && error.is_panic()
        {
            self.log().panics.push("a call".to_owned());
        }
    }

    /// Those with a key that the last crash cut off: their callers ask again.
    fn cut_off(&self) -> Vec<Intent> {
        let log = self.log();
        let cut = |intent: &&Intent| {
            intent.key.is_some()
                && log.lines.get(&intent.id).is_some_and(|line| {
                    line.asks.last().is_some_and(|ask| ask.told == Told::Crashed)
                })
        };
        self.schedule.intents().filter(cut).cloned().collect()
    }

    fn was_asked(&self, intent: &Intent) -> bool {
        let log = self.log();
        log.lines
            .get(&intent.id)
            .is_some_and(|line| line.asks.iter().any(|ask| ask.told != Told::Skipped))
    }

    /// Asks the provider about every call whose end its caller does not know.
    async fn look(&self, offices: &[BTreeMap<&'static str, Arc<dyn Driver>>], last: bool) {
        let doubts: Vec<(usize, usize, &'static str, LostCall)> = {
            let log = self.log();
            let doubtful = |line: &&Line| {
                !line.journal
                    && line.writes
                    && line.asks.last().is_some_and(|ask| match &ask.told {
                        Told::Crashed | Told::Dropped => true,
                        Told::Failed(failure) => failure.outcome == Outcome::Unknown,
                        _ => false,
                    })
            };
            let lost = |line: &Line| {
                let worker = line.asks.last().map_or(0, |ask| ask.worker);
                let lost = log.lost.get(&line.intent)?;
                Some((line.intent, worker, line.provider, lost.clone()))
            };
            log.lines.values().filter(doubtful).filter_map(lost).collect()
        };
        for (intent, worker, provider, lost) in doubts {
            let Some(driver) =
                offices.get(worker % offices.len().max(1)).and_then(|o| o.get(provider))
            else {
                continue;
            };
            let tag = format!("r{intent}.0");
            let finding: Finding = tagged(tag, driver.resolve(lost)).await;
            let at = self.now();
            if let Some(line) = self.log().lines.get_mut(&intent) {
                line.findings.push(Found { last, at, finding });
            }
        }
    }

    fn close(&self) -> Ran {
        let mut log = self.log();
        let tokens = |provider: &dyn Provider| Tokens {
            provider: provider.name(),
            logins: provider.logins(),
            serve_ms: provider.token_serves(&self.schedule),
        };
        let fired = self.sandbox.faults_fired().into_iter().map(|fired| {
            (fired.operation.unwrap_or_default(), fired.phase, fired.kind, fired.count)
        });
        Ran {
            fired: fired.collect(),
            trace: Trace {
                seed: self.schedule.seed,
                quiet: self.schedule.quiet,
                intents: std::mem::take(&mut log.lines).into_values().collect(),
                effects: effects(&self.sandbox),
                requests: requests(&self.sandbox, &self.rules),
                crashes: std::mem::take(&mut log.crashes),
                outages: std::mem::take(&mut log.outages),
                tokens: self.stages.keys().filter_map(|name| named(name)).map(tokens).collect(),
                paces: self
                    .stages
                    .keys()
                    .filter_map(|name| named(name))
                    .flat_map(|provider| provider.paces(&self.schedule).iter().copied())
                    .collect(),
                listed: self
                    .schedule
                    .intents()
                    .filter(|intent| {
                        named(intent.provider)
                            .is_some_and(|provider| provider.is_listed(intent, &self.schedule))
                    })
                    .map(|intent| intent.id)
                    .collect(),
                undescribed: self
                    .stages
                    .keys()
                    .filter_map(|name| named(name))
                    .flat_map(|provider| provider.undescribed().iter().copied())
                    .collect(),
                stranded: std::mem::take(&mut log.stranded),
                hung: log.hung,
                panics: std::mem::take(&mut log.panics),
            },
        }
    }

    fn now(&self) -> i64 {
        i64::try_from(self.clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or_default()
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the checker must know of an intent, before anybody has asked.
pub fn line(intent: &Intent, schedule: &Schedule) -> Line {
    let provider = named(intent.provider).expect("a provider of the list");
    let deed = provider.deed(intent.action);
    Line {
        intent: intent.id,
        provider: intent.provider,
        operation: deed.operation,
        writes: deed.writes,
        group: match &intent.key {
            Some(key) => format!("{} {key}", deed.operation),
            None => format!("#{}", intent.id),
        },
        journal: intent.key.is_some() && deed.writes,
        amount: deed.moves_money.then_some(intent.amount),
        done: deed.done,
        declined: deed.declined,
        undone: deed.undone,
        settled: deed.settled,
        or_already: deed.or_already,
        of: intent.of,
        clouded: schedule.switches.iter().any(|(name, to)| provider.clouds(name, to)),
        unsaid: provider.unsaid(intent.action, schedule),
        can_confirm: provider.can_confirm(intent, schedule),
        asks: Vec::new(),
        findings: Vec::new(),
    }
}

/// What the provider says took place.
pub fn effects(sandbox: &Sandbox) -> Vec<Effect> {
    let ledger = sandbox.ledger();
    let effects = ledger.effects().iter().map(|effect| Effect {
        at: effect.at_ms,
        operation: effect.operation.clone(),
        kind: effect.kind.clone(),
        id: effect.id.clone(),
        amount: effect.amount.map(|amount| amount.to_string()),
        tag: effect.tag.as_deref().map(|tag| mark(tag).0.to_owned()),
    });
    effects.collect()
}

/// What the provider read.
pub fn requests(sandbox: &Sandbox, rules: &BTreeMap<u64, Rule>) -> Vec<Seen> {
    let requests = sandbox.requests().into_iter().map(|request| {
        let (tag, life, worker) = mark(request.tag.as_deref().unwrap_or_default());
        let rule = request.fault.map(|rule| rules.get(&rule).copied().unwrap_or_default());
        Seen {
            at: request.at_ms,
            operation: request.operation.unwrap_or_default(),
            status: request.status,
            fault: rule.map(|rule| rule.kind),
            late: rule.is_some_and(|rule| rule.late),
            tag: tag.to_owned(),
            life,
            worker,
        }
    });
    requests.collect()
}

pub fn keys() -> Keyring {
    Keyring::new("search", [7; 32]).expect("a key")
}

/// A process's way to the providers.
fn connection(
    schedule: &Schedule,
    sandbox: &Sandbox,
    clock: &ManualClock,
    machine: &SimulationStore,
    life: usize,
    worker: usize,
) -> Connection {
    let place = u64::try_from(life.wrapping_mul(16).wrapping_add(worker) % 4_096).unwrap_or(0);
    let seed = schedule.seed ^ (place << 40);
    let wire = Wire {
        sandbox: sandbox.clone(),
        clock: clock.clone(),
        machine: machine.clone(),
        dice: Arc::new(Dice::new(seed)),
        hops: schedule.hops,
        life,
        worker,
    };
    Connection::builder()
        .transport(wire)
        .clock(clock.clone())
        .randomness(SeededRandomness::new(seed))
        .build()
        .expect("a connection")
}

/// Is dropped after so many polls.
struct GivenUp<T> {
    work: pay_core::BoxFuture<'static, T>,
    left: Option<u32>,
}

impl<T> Future for GivenUp<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        match &mut self.left {
            Some(0) => return Poll::Ready(None),
            Some(left) => *left -= 1,
            None => {}
        }
        self.work.as_mut().poll(context).map(Some)
    }
}

/// `intent.ask@life.worker`, as the wire marks requests; what follows a `#` is somebody else's.
fn mark(text: &str) -> (&str, usize, usize) {
    let (tag, place) = text.split_once('@').unwrap_or((text, ""));
    let place = place.split('#').next().unwrap_or_default();
    let (life, worker) = place.split_once('.').unwrap_or_default();
    (tag, life.parse().unwrap_or(usize::MAX), worker.parse().unwrap_or(usize::MAX))
}

/// What the checker must know of a rule of the sandbox's.
#[derive(Clone, Copy)]
pub struct Rule {
    kind: &'static str,
    /// The effect comes when the client has been answered, or left alone.
    late: bool,
}

impl Default for Rule {
    fn default() -> Self {
        Self { kind: "unknown", late: false }
    }
}

impl Rule {
    pub fn of(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let kind = words.clone().find_map(|word| word.strip_prefix("kind="));
        let known = super::draw::KINDS.iter().copied().find(|known| Some(*known) == kind);
        Self {
            kind: known.unwrap_or(Self::default().kind),
            late: words.any(|word| word.starts_with("phase=later")),
        }
    }
}
