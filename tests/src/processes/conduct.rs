//! How a round handles its workers: starts them, asks, kills, moves the time, listens.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use super::{
    LEASE_FOR, Line, Order, Payment, SEND_WITHIN,
    fleet::{Heard, Life, Worker},
    round::Round,
    tokens::Consent,
};

impl Round<'_, '_> {
    pub(super) fn start(&mut self) -> usize {
        let name = format!("{}w{}", self.name, self.fleet.workers.len());
        let setup = self.bench.setup(&name, &self.merchant, self.ready);
        self.fleet.start(&self.bench.program, &setup)
    }

    pub(super) fn ask(&mut self, worker: usize, payment: &Payment) {
        self.calls += 1;
        self.fleet.ask(worker, self.calls, payment);
    }

    /// In an order of its own.
    pub(super) fn ask_all(&mut self, worker: usize, payments: &[Payment]) {
        let mut payments = payments.to_vec();
        self.rng.shuffle(&mut payments);
        for payment in &payments {
            self.ask(worker, payment);
        }
    }

    /// Has a worker look for what has no end.
    pub(super) fn recover(&mut self, worker: usize) {
        self.recovered = None;
        self.fleet.order(worker, &Order::Recover);
        self.wait(|round| round.recovered.is_some());
        match self.recovered.take() {
            Some(Ok(found)) => self.facts.recovered.extend(found),
            Some(Err(why)) => self.violations.push(format!("recover() failed: {why}")),
            None => {}
        }
    }

    /// The merchant consents; the tokens are stored by this worker, and the lease is free with that.
    pub(super) fn consent(&mut self, worker: usize) {
        self.free_leases();
        let code = self.bench.sandbox.payfirma().authorization_code(&self.merchant);
        self.consented = None;
        self.fleet.order(worker, &Order::Consent { code });
        self.wait(|round| round.consented.is_some());
        if let Some(Err(why)) = self.consented.take() {
            self.violations.push(format!("a new consent could not be stored: {why}"));
        }
        self.reauthorize.clear();
        self.consent = Consent::begin(self.bench, &self.merchant);
    }

    pub(super) fn kill(&mut self, worker: usize, label: &str) {
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
    pub(super) fn pass_time(&mut self, by: Duration) {
        self.bench.advance(by);
        self.tell_the_time();
    }

    pub(super) fn tell_the_time(&mut self) {
        let clocks = self.bench.clocks;
        for worker in self.fleet.living() {
            self.fleet.order(worker, &Order::Clocks(clocks));
        }
    }

    /// Lets the lease of a dead worker end. That of a living one is never cut short: a dead one's may
    /// still be in the row when somebody else has taken over, and ends once.
    pub(super) fn free_leases(&mut self) {
        let lease = self.bench.rows.pair(&self.merchant).lease;
        let dead = lease.filter(|name| self.fleet.is_of_the_dead(name));
        if dead.is_some_and(|name| self.freed.insert(name)) {
            self.bench.advance_leases(LEASE_FOR + Duration::from_secs(1));
            self.tell_the_time();
        }
    }

    /// Where all who live wait for the dead, lets the time pass that they wait for.
    pub(super) fn unblock(&mut self) {
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

    pub(super) fn is_settled(&self) -> bool {
        self.fleet.living().iter().all(|worker| self.fleet.workers[*worker].pending.is_empty())
    }

    pub(super) fn is_stopped(&self, worker: usize) -> bool {
        self.passed.iter().any(|(who, _, stopped)| *who == worker && *stopped)
    }

    pub(super) fn is_to_reauthorize(&self) -> bool {
        !self.reauthorize.is_empty()
    }

    pub(super) fn settle(&mut self) {
        self.wait(Self::is_settled);
    }

    /// Listens until then. Says whether it came to that.
    pub(super) fn wait(&mut self, until: impl Fn(&Self) -> bool) -> bool {
        /// Not a promise about time: without it, a worker that hangs would hang the search.
        const PATIENCE: Duration = Duration::from_secs(120);
        let began = Instant::now();
        while !until(self) {
            if began.elapsed() > PATIENCE {
                self.give_up();
                return false;
            }
            match self.fleet.hear(Duration::from_millis(15)) {
                Heard::Line(worker, line) => self.take(worker, line),
                Heard::Gone { by_itself: None } => {}
                Heard::Gone { by_itself: Some(worker) } => {
                    let name = &self.fleet.workers[worker].name;
                    self.violations.push(format!("worker {name} ended by itself"));
                    let pending = self.fleet.workers[worker].pending.values().cloned();
                    self.facts.hit.extend(pending);
                }
                Heard::Nothing => self.unblock(),
            }
        }
        true
    }

    /// Says where everybody is, and ends it.
    fn give_up(&mut self) {
        self.report.hung += 1;
        let mut what = "the workers do not come to an end:".to_owned();
        for number in self.fleet.living() {
            let Worker { name, pending, .. } = &self.fleet.workers[number];
            let passed = self.passed.iter().filter(|it| it.0 == number);
            let last: Vec<_> = passed.rev().take(3).map(|it| it.1.name()).collect();
            what.push_str(&format!(" {name} is asked for {pending:?}, and passed {last:?};"));
            self.fleet.kill(number);
        }
        self.violations.push(what);
    }

    pub(super) fn take(&mut self, worker: usize, line: Line) {
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
}
