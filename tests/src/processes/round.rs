//! One round: workers are started on one store, killed, and started again; then everything is asked.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use fastrand::Rng;
use pay_sandbox::{Fault, FaultKind};

use super::{
    LEASE_FOR, Line, Order, Payment, Point, Provider, Report, SEND_WITHIN, Tag, Told,
    bench::Bench,
    check::{Broken, Facts, Happened, check},
    fleet::{Fleet, Heard, Life},
    tokens::Consent,
};

/// A round while it goes on.
pub(super) struct Round<'a, 'b> {
    pub(super) bench: &'a mut Bench<'b>,
    pub(super) report: &'a mut Report,
    pub(super) rng: Rng,
    pub(super) merchant: String,
    /// What stands before the names of its workers.
    name: String,
    plan: Plan,
    ready: bool,
    calls: u64,
    pub(super) fleet: Fleet,
    facts: Facts,
    consent: Consent,
    /// Who was told that the merchant must consent again, since they last did.
    reauthorize: Vec<(Told, i64)>,
    /// What a worker said last of the kinds that are waited for.
    recovered: Option<Result<Vec<(String, String)>, String>>,
    consented: Option<Result<(), String>>,
    passed: Vec<(usize, Point, bool)>,
    heard: usize,
    violations: Vec<String>,
}

/// What a round does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Plan {
    /// The first worker is killed at a point.
    Stop(Point),
    /// Workers are killed at any moment.
    Random,
}

impl Plan {
    fn name(self) -> String {
        match self {
            Self::Stop(point) => point.name(),
            Self::Random => "random".to_owned(),
        }
    }
}

/// How old the access token is when the workers begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    /// It is time for another one, and this one still serves.
    Ripe,
    Dead,
}

impl Age {
    fn passes(self) -> Duration {
        Duration::from_secs(match self {
            Self::Fresh => 0,
            Self::Ripe => 950,
            Self::Dead => 1_250,
        })
    }
}

pub(super) fn play(bench: &mut Bench<'_>, report: &mut Report, number: u64, plan: Plan) {
    let seed = bench.options.seed;
    let mut rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let payments = (0..rng.usize(3..6)).map(|count| Payment {
        key: format!("r{number}-{count}"),
        provider: if rng.u8(..3) == 0 { Provider::Cashier } else { Provider::Payfirma },
        // Mostly approved: an effect is what can be doubled.
        dollars: if rng.u8(..4) == 0 { 10 } else { 11 },
    });
    let payments: Vec<_> = payments.collect();
    let merchant = format!("m{number}");
    let ready = rng.bool();
    let mut round = Round {
        consent: Consent::begin(bench, &merchant),
        bench,
        report,
        rng,
        merchant,
        name: format!("r{number}."),
        plan,
        ready,
        calls: 0,
        fleet: Fleet::new(),
        facts: Facts { payments, ..Facts::default() },
        reauthorize: Vec::new(),
        recovered: None,
        consented: None,
        passed: Vec::new(),
        heard: 0,
        violations: Vec::new(),
    };
    round.play();
    round.judge();
    let Round { fleet, violations, .. } = round;
    report.processes += u64::try_from(fleet.workers.len()).unwrap();
    let about = format!("round {number} of seed {seed}, {}", plan.name());
    report.violations.extend(violations.into_iter().map(|what| format!("{about}: {what}")));
}

impl Round<'_, '_> {
    fn play(&mut self) {
        let first = self.start();
        self.consent(first);
        match self.plan {
            Plan::Stop(point) => self.stop_at(first, point),
            Plan::Random => self.at_random(),
        }
        self.settle();
        self.fleet.end();
        self.recover();
        self.ask_at_the_end();
    }

    /// The first worker stops at the point; the others come upon what it left.
    fn stop_at(&mut self, first: usize, point: Point) {
        let age = match point.is_of_tokens() {
            true => self.rng.choice([Age::Ripe, Age::Dead]).unwrap(),
            false => self.rng.choice([Age::Fresh, Age::Ripe, Age::Dead]).unwrap(),
        };
        self.pass_time(age.passes());
        let others = self.rng.usize(0..self.bench.options.workers.max(1));
        let others: Vec<_> = (0..others).map(|_| self.start()).collect();
        let (_late, asked) = self.facts.payments.split_last().unwrap();
        let asked = asked.to_vec();

        let rule = point.silence().map(|phase| {
            let operation = match point.is_of_tokens() {
                true => "payfirma.oauth.refresh",
                false => asked[0].provider.operation(),
            };
            let stall = FaultKind::Stall { for_at_most: None };
            let fault = Fault::new(stall).on(operation).phase(phase).limit(1);
            self.bench.sandbox.add_fault(fault).unwrap()
        });
        if rule.is_none() {
            self.fleet.order(first, &Order::Stop { point, nth: 1 });
        }
        if point.is_of_tokens() && asked.iter().all(|it| it.provider == Provider::Cashier) {
            // Somebody must need a token.
            let last = self.facts.payments.last_mut().unwrap();
            last.provider = Provider::Payfirma;
            let last = last.clone();
            self.ask(first, &last);
        }
        self.ask_all(first, &asked);
        let stopped = self.wait(|round| match rule {
            None => round.passed.contains(&(first, point, true)),
            Some(rule) => {
                round.bench.sandbox.requests().iter().any(|request| request.fault == Some(rule))
            }
        });
        if !stopped {
            self.violations.push(format!("the point was not reached; the token was {age:?}"));
        }
        let before = self.rng.bool();
        if before {
            others.iter().for_each(|other| self.ask_all(*other, &asked));
            std::thread::sleep(Duration::from_micros(self.rng.u64(..4_000)));
        }
        self.kill(first, &point.name());
        if let Some(rule) = rule {
            self.bench.sandbox.remove_fault(rule);
        }
        if !before {
            others.iter().for_each(|other| self.ask_all(*other, &asked));
        }
    }

    /// All at the same keys, and now and then one is killed.
    fn at_random(&mut self) {
        let age = self.rng.choice([Age::Fresh, Age::Ripe, Age::Dead]).unwrap();
        self.pass_time(age.passes());
        while self.fleet.living().len() < self.bench.options.workers.max(2) {
            self.start();
        }
        let (_late, asked) = self.facts.payments.split_last().unwrap();
        let mut asked = asked.to_vec();
        let later = asked.pop().unwrap();
        for worker in self.fleet.living() {
            self.ask_all(worker, &asked);
        }
        for _ in 0..self.rng.u32(1..4) {
            let until = self.heard + self.rng.usize(..25);
            self.wait(|round| round.heard >= until || round.is_settled());
            let Some(victim) = self.rng.choice(self.fleet.living()) else { break };
            self.kill(victim, "random");
            if self.rng.bool() {
                let other = self.start();
                self.fleet.order(other, &Order::Recover);
                self.ask_all(other, &asked);
            }
        }
        self.settle();
        if self.fleet.living().is_empty() || self.is_to_reauthorize() {
            return;
        }
        // The token dies in the hands of those who live.
        self.pass_time(Age::Dead.passes());
        for worker in self.fleet.living() {
            self.ask_all(worker, std::slice::from_ref(&later));
        }
        if self.rng.bool() {
            let until = self.heard + self.rng.usize(..12);
            self.wait(|round| round.heard >= until || round.is_settled());
            let victim = self.rng.choice(self.fleet.living()).unwrap();
            self.kill(victim, "random");
        }
    }

    /// What a restart does, killed once more now and then.
    fn recover(&mut self) {
        let again = match self.rng.u8(..3) {
            0 => self.rng.choice([Point::BeforeUpdate, Point::AfterUpdate]),
            _ => None,
        };
        for point in [again, None] {
            self.pass_time(SEND_WITHIN + Duration::from_secs(1));
            self.free_leases();
            let worker = self.start();
            if let Some(point) = point {
                let nth = self.rng.u32(1..3);
                self.fleet.order(worker, &Order::Stop { point, nth });
            }
            self.recovered = None;
            self.fleet.order(worker, &Order::Recover);
            self.wait(|round| round.recovered.is_some() || round.is_stopped(worker));
            if self.is_stopped(worker) {
                self.kill(worker, &point.unwrap().name());
                continue;
            }
            match self.recovered.take() {
                Some(Ok(found)) => self.facts.recovered.extend(found),
                Some(Err(why)) => self.violations.push(format!("recover() failed: {why}")),
                None => {}
            }
            if point.is_some() {
                self.fleet.end();
            }
        }
    }

    fn ask_at_the_end(&mut self) {
        let Some(worker) = self.fleet.living().pop() else {
            self.violations.push("no worker is left at the end".to_owned());
            return;
        };
        let (late, asked) = self.facts.payments.split_last().unwrap();
        let (late, asked, all) = (late.clone(), asked.to_vec(), self.facts.payments.clone());
        self.ask_all(worker, &asked);
        self.settle();
        if !self.is_to_reauthorize() {
            // An exchange that was lost shows when the old access token is dead.
            self.pass_time(Duration::from_secs(300));
        }
        self.ask_all(worker, std::slice::from_ref(&late));
        self.settle();
        if self.is_to_reauthorize() {
            self.judge_tokens();
            self.consent(worker);
            self.fleet.order(worker, &Order::Recover);
            self.wait(|round| round.recovered.is_some());
            if let Some(Ok(found)) = self.recovered.take() {
                self.facts.recovered.extend(found);
            }
        }
        let mut answers = Vec::new();
        for _ in 0..2 {
            let before = self.facts.told.len();
            self.ask_all(worker, &all);
            self.settle();
            let mut told = self.facts.told.split_off(before);
            told.sort_by(|one, other| one.key.cmp(&other.key));
            answers.push(told);
        }
        let [first, second] = answers.try_into().unwrap();
        self.facts.last = first.into_iter().zip(second).map(|(one, other)| [one, other]).collect();
        self.judge_tokens();
        self.fleet.end();
    }

    fn start(&mut self) -> usize {
        let name = format!("{}w{}", self.name, self.fleet.workers.len());
        let setup = self.bench.setup(&name, &self.merchant, self.ready);
        self.fleet.start(&self.bench.program, &setup)
    }

    fn ask(&mut self, worker: usize, payment: &Payment) {
        self.calls += 1;
        self.fleet.ask(worker, self.calls, payment);
    }

    /// In an order of its own.
    fn ask_all(&mut self, worker: usize, payments: &[Payment]) {
        let mut payments = payments.to_vec();
        self.rng.shuffle(&mut payments);
        for payment in &payments {
            self.ask(worker, payment);
        }
    }

    /// The merchant consents; the tokens are stored by this worker.
    fn consent(&mut self, worker: usize) {
        self.free_leases();
        let code = self.bench.sandbox.payfirma().authorization_code(&self.merchant);
        self.consented = None;
        let from = self.passed.len();
        self.fleet.order(worker, &Order::Consent { code });
        // It gives the lease back after that.
        self.wait(|round| {
            let is_free = |it: &(usize, Point, bool)| it.0 == worker && it.1 == Point::AfterRelease;
            let is_done = round.passed[from..].iter().any(is_free);
            matches!(round.consented, Some(Err(_))) || (round.consented.is_some() && is_done)
        });
        if let Some(Err(why)) = self.consented.take() {
            self.violations.push(format!("a new consent could not be stored: {why}"));
        }
        self.reauthorize.clear();
        self.consent = Consent::begin(self.bench, &self.merchant);
    }

    fn kill(&mut self, worker: usize, label: &str) {
        if self.fleet.workers[worker].life != Life::Lives {
            return;
        }
        self.fleet.kill(worker);
        self.wait(|round| round.fleet.is_silent(worker));
        let under_way: BTreeSet<_> = self.fleet.workers[worker].pending.values().cloned().collect();
        self.facts.hit.extend(under_way);
        self.report.kills += 1;
        *self.report.kills_by_failpoint.entry(label.to_owned()).or_default() += 1;
    }

    /// For everybody: the provider, the workers that live, and those to come.
    fn pass_time(&mut self, by: Duration) {
        self.bench.advance(by);
        self.tell_the_time();
    }

    fn tell_the_time(&mut self) {
        let clocks = self.bench.clocks;
        for worker in self.fleet.living() {
            self.fleet.order(worker, &Order::Clocks(clocks));
        }
    }

    /// Lets the lease of a dead worker end. That of a living one is never cut short.
    fn free_leases(&mut self) {
        let lease = self.bench.rows.pair(&self.merchant).lease;
        if lease.is_some_and(|name| self.fleet.is_of_the_dead(&name)) {
            self.bench.advance_leases(LEASE_FOR + Duration::from_secs(1));
            self.tell_the_time();
        }
    }

    /// Where all who live wait for the dead, lets the time pass that they wait for.
    fn unblock(&mut self) {
        self.free_leases();
        let stored = self.bench.rows.payments(&self.merchant);
        let waits_for_the_dead = |key: &String| {
            let row = stored.iter().find(|row| row.key == *key);
            row.is_some_and(|row| row.state == "sending" && self.fleet.is_of_the_dead(&row.owner))
        };
        let living = self.fleet.living();
        let pending = living.iter().flat_map(|worker| self.fleet.workers[*worker].pending.values());
        if pending.clone().count() > 0 && pending.clone().all(waits_for_the_dead) {
            self.pass_time(SEND_WITHIN + Duration::from_secs(1));
        }
    }

    fn is_settled(&self) -> bool {
        self.fleet.living().iter().all(|worker| self.fleet.workers[*worker].pending.is_empty())
    }

    fn is_stopped(&self, worker: usize) -> bool {
        self.passed.iter().any(|(who, _, stopped)| *who == worker && *stopped)
    }

    fn is_to_reauthorize(&self) -> bool {
        !self.reauthorize.is_empty()
    }

    fn settle(&mut self) {
        self.wait(Self::is_settled);
    }

    /// Listens until then. Says whether it came to that.
    fn wait(&mut self, until: impl Fn(&Self) -> bool) -> bool {
        /// Not a promise about time: without it, a worker that hangs would hang the search.
        const PATIENCE: Duration = Duration::from_secs(90);
        let mut quiet_since = Instant::now();
        while !until(self) {
            match self.fleet.hear(Duration::from_millis(15)) {
                Heard::Line(worker, line) => self.take(worker, line),
                Heard::Gone { by_itself: None } => {}
                Heard::Gone { by_itself: Some(worker) } => {
                    let name = &self.fleet.workers[worker].name;
                    self.violations.push(format!("worker {name} ended by itself"));
                    let pending = self.fleet.workers[worker].pending.values().cloned();
                    self.facts.hit.extend(pending);
                }
                Heard::Nothing if quiet_since.elapsed() > PATIENCE => {
                    self.violations.push("nothing moves any more".to_owned());
                    for worker in self.fleet.living() {
                        self.fleet.kill(worker);
                    }
                    return false;
                }
                Heard::Nothing => {
                    self.unblock();
                    continue;
                }
            }
            quiet_since = Instant::now();
        }
        true
    }

    fn take(&mut self, worker: usize, line: Line) {
        self.heard += 1;
        match line {
            Line::Up => {}
            Line::At { point, stopped, .. } => self.passed.push((worker, point, stopped)),
            Line::Told(told) => {
                if told.reauthorize {
                    self.reauthorize.push((told.clone(), self.bench.sandbox.now_ms()));
                }
                self.facts.told.push(told);
            }
            Line::Recovered(found) => self.recovered = Some(found),
            Line::Consented(result) => self.consented = Some(result),
        }
    }

    /// Only a process that was killed between the provider's exchange and the store may cost the
    /// merchant a consent, and only when the old access token is dead.
    fn judge_tokens(&mut self) {
        let exchanges = self.consent.exchanges(self.bench, &self.name);
        let (granted, due) = (exchanges.granted.len(), self.consent.due(self.bench));
        self.report.token_exchanges += u64::try_from(granted).unwrap();
        if granted > due {
            let what = format!("{granted} exchanges, and {due} were due: {:?}", exchanges.granted);
            self.violations.push(what);
            self.report.extra_logins += u64::try_from(granted - due).unwrap();
        }
        for (worker, count) in exchanges.refused.iter().filter(|(_, count)| **count > 1) {
            self.violations.push(format!("{worker} tried a used refresh token {count} times"));
        }
        let Some((told, at)) = self.reauthorize.first() else {
            return;
        };
        let killed = |name: &String| {
            self.fleet.workers.iter().any(|it| it.name == *name && it.life == Life::Killed)
        };
        let is_lost = granted > self.consent.stored(self.bench, &self.merchant)
            && exchanges.granted.last().is_some_and(killed);
        if is_lost && !self.consent.first_token_serves(*at) {
            self.report.stranded_in_window += 1;
        } else {
            self.report.stranded += 1;
            self.violations.push(format!(
                "the merchant must consent again, outside of the window: {} ({exchanges:?})",
                told.text
            ));
        }
    }

    fn judge(&mut self) {
        let ours = format!("{}-", self.name.trim_end_matches('.'));
        for effect in self.bench.sandbox.ledger().effects() {
            let paid = match effect.kind.as_str() {
                "sale" | "deposit" => true,
                "sale_declined" | "deposit_rejected" => false,
                _ => continue,
            };
            let tag = effect.tag.as_deref().and_then(Tag::parse);
            if let Some(tag) = tag.filter(|tag| tag.key.starts_with(&ours)) {
                self.facts.ledger.push(Happened { tag, id: effect.id.clone(), paid });
            }
        }
        self.facts.stored = self.bench.rows.payments(&self.merchant);
        let paid = self.facts.ledger.iter().filter(|happened| happened.paid).count();
        let report = &mut *self.report;
        report.keys += u64::try_from(self.facts.payments.len()).unwrap();
        report.effects += u64::try_from(paid).unwrap();
        report.hit += u64::try_from(self.facts.hit.len()).unwrap();
        report.in_doubt +=
            self.facts.stored.iter().map(|it| u64::from(it.state == "in_doubt")).sum::<u64>();
        for (broken, what) in check(&self.facts) {
            let count = match broken {
                Broken::Doubled => &mut report.doubled,
                Broken::FalseSuccess => &mut report.false_success,
                Broken::FalseFailure => &mut report.false_failure,
                Broken::WronglyResolved => &mut report.wrongly_resolved,
                Broken::NeedlessUnknown => &mut report.needless_unknown,
                Broken::Unresolved => &mut report.unresolved,
                Broken::Dishonest => &mut report.dishonest,
            };
            *count += 1;
            self.violations.push(what);
        }
    }
}
