//! One round: workers are started on one store, killed, and started again; then everything is asked.

use std::{
    cell::Cell,
    collections::BTreeSet,
    time::{Duration, Instant},
};

use fastrand::Rng;
use pay_sandbox::{
    Fault, FaultKind,
    payfirma::switches::{ListingLag, RefreshReuse},
};

use super::{
    Order, Payment, Point, Provider, Report, SEND_WITHIN, Told, bench::Bench, check::Facts,
    fleet::Fleet, tokens::Consent,
};

/// A round while it goes on.
pub(super) struct Round<'a, 'b> {
    pub(super) bench: &'a mut Bench<'b>,
    pub(super) report: &'a mut Report,
    pub(super) rng: Rng,
    pub(super) merchant: String,
    /// What stands before the names of its workers.
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) ready: bool,
    pub(super) calls: u64,
    pub(super) fleet: Fleet,
    pub(super) facts: Facts,
    pub(super) consent: Consent,
    /// Who was told that the merchant must consent again, since they last did.
    pub(super) reauthorize: Vec<(Told, i64)>,
    /// Leases of the dead that were let end.
    pub(super) freed: BTreeSet<String>,
    /// What a worker said last of the kinds that are waited for.
    pub(super) recovered: Option<Result<Vec<(String, String)>, String>>,
    pub(super) consented: Option<Result<(), String>>,
    pub(super) passed: Vec<(usize, Point, bool)>,
    pub(super) heard: usize,
    pub(super) violations: Vec<String>,
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

    fn is_of_tokens(self) -> bool {
        matches!(self, Self::Stop(point) if point.is_of_tokens())
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

/// How long a payment is missing from the provider's list, in some rounds: longer than it takes until
/// the next process looks for it.
const LAG: Duration = Duration::from_secs(90);

pub(super) fn play(bench: &mut Bench<'_>, report: &mut Report, number: u64, plan: Plan) {
    let seed = bench.options.seed;
    let mut rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let count = rng.usize(3..6);
    let payments = (0..count).map(|place| {
        // Somebody must need a token, at once and at the end.
        let needs_token = place == 0 && plan.is_of_tokens() || place + 1 == count;
        Payment {
            key: format!("r{number}-{place}"),
            provider: match rng.u8(..3) {
                0 if !needs_token => Provider::Cashier,
                _ => Provider::Payfirma,
            },
            // Mostly approved: an effect is what can be doubled.
            dollars: if rng.u8(..4) == 0 { 10 } else { 11 },
        }
    });
    let payments: Vec<_> = payments.collect();
    bench.sandbox.set(if rng.bool() { ListingLag(0) } else { ListingLag(LAG.as_secs()) });
    bench.sandbox.set(
        rng.choice([
            RefreshReuse::InvalidGrant,
            RefreshReuse::Unauthorized,
            RefreshReuse::RevokesAll,
        ])
        .unwrap(),
    );
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
        freed: BTreeSet::new(),
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
        self.restart();
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
        self.ask_all(first, &asked);
        let reached = |round: &Self| match rule {
            None => round.passed.contains(&(first, point, true)),
            Some(rule) => {
                round.bench.sandbox.requests().iter().any(|request| request.fault == Some(rule))
            }
        };
        // A lease is given back after the answer is told: a moment is allowed for that.
        let answered = Cell::new(None);
        let is_over = |round: &Self| {
            let is_answered = round.fleet.workers[first].pending.is_empty();
            let since = is_answered.then(|| answered.get().unwrap_or_else(Instant::now));
            answered.set(since);
            since.is_some_and(|since| since.elapsed() > Duration::from_secs(5))
        };
        self.wait(|round| reached(round) || is_over(round));
        if !reached(self) {
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

    /// What a restart does: it looks for what has no end. Now and then it is killed, too, and now and
    /// then it goes on without looking, so that who asks for a key must look.
    fn restart(&mut self) {
        let again = match self.rng.u8(..3) {
            0 => self.rng.choice([Point::BeforeUpdate, Point::AfterUpdate]),
            _ => None,
        };
        if let Some(point) = again {
            self.let_the_dead_go();
            let worker = self.start();
            let nth = self.rng.u32(1..3);
            self.fleet.order(worker, &Order::Stop { point, nth });
            self.recovered = None;
            self.fleet.order(worker, &Order::Recover);
            self.wait(|round| round.recovered.is_some() || round.is_stopped(worker));
            if self.is_stopped(worker) {
                self.kill(worker, &point.name());
            } else {
                self.fleet.end();
            }
        }
        self.let_the_dead_go();
        let worker = self.start();
        if self.rng.bool() {
            self.recover(worker);
        }
    }

    /// Nobody lives: their leases end, and their time to send.
    fn let_the_dead_go(&mut self) {
        self.pass_time(SEND_WITHIN + Duration::from_secs(1));
        self.free_leases();
    }

    fn ask_at_the_end(&mut self) {
        let Some(worker) = self.fleet.living().pop() else {
            self.violations.push("no worker is left at the end".to_owned());
            return;
        };
        let all = self.facts.payments.clone();
        let (_late, asked) = all.split_last().unwrap();
        self.ask_all(worker, asked);
        self.settle();
        if !self.is_to_reauthorize() {
            // An exchange that was lost shows when the old access token is dead.
            self.pass_time(Duration::from_secs(300));
        }
        // What was in doubt just now is asked for again, before it can be found.
        self.ask_all(worker, &all);
        self.settle();
        if self.is_to_reauthorize() {
            self.judge_tokens();
            self.consent(worker);
        }
        // What happened is in the list by now.
        self.pass_time(LAG + Duration::from_secs(1));
        self.recover(worker);
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
}
