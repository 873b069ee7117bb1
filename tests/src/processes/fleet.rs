//! The workers of a round, as their parent sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::Duration,
};

use super::{Ask, Line, Order, Payment, Setup};

pub(super) struct Fleet {
    pub(super) workers: Vec<Worker>,
    said: Receiver<(usize, Said)>,
    saying: Sender<(usize, Said)>,
}

/// One process.
pub(super) struct Worker {
    pub(super) name: String,
    pub(super) life: Life,
    pub(super) is_up: bool,
    /// What it was asked and has not answered, by the number of the call.
    pub(super) pending: BTreeMap<u64, String>,
    /// The leases that it took or was about to, and its journal.
    names: BTreeSet<String>,
    child: Child,
    orders: Option<ChildStdin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    Lives,
    Killed,
    Ended,
}

enum Said {
    Line(Line),
    Gone,
}

/// What came from a worker.
pub(super) enum Heard {
    Line(usize, Line),
    /// It said its last. If nobody ended it, it died by itself.
    Gone {
        by_itself: Option<usize>,
    },
    Nothing,
}

impl Fleet {
    pub(super) fn new() -> Self {
        let (saying, said) = channel();
        Self { workers: Vec::new(), said, saying }
    }

    pub(super) fn start(&mut self, program: &Path, setup: &Setup) -> usize {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let number = self.workers.len();
        let (lines, saying) =
            (BufReader::new(child.stdout.take().unwrap()).lines(), self.saying.clone());
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The last line of a killed process may be cut.
                let Ok(line) = serde_json::from_str(&line) else { continue };
                if saying.send((number, Said::Line(line))).is_err() {
                    return;
                }
            }
            let _ = saying.send((number, Said::Gone));
        });
        let mut orders = child.stdin.take().unwrap();
        let _ = writeln!(orders, "{}", serde_json::to_string(setup).unwrap());
        self.workers.push(Worker {
            name: setup.name.clone(),
            life: Life::Lives,
            is_up: false,
            pending: BTreeMap::new(),
            names: BTreeSet::new(),
            child,
            orders: Some(orders),
        });
        number
    }

    pub(super) fn order(&mut self, worker: usize, order: &Order) {
        let worker = &mut self.workers[worker];
        if let Some(orders) = &mut worker.orders {
            // One that died says so by itself.
            let _ = writeln!(orders, "{}", serde_json::to_string(order).unwrap());
        }
    }

    pub(super) fn ask(&mut self, worker: usize, call: u64, payment: &Payment) {
        self.workers[worker].pending.insert(call, payment.key.clone());
        self.order(worker, &Order::Ask(Ask { call, payment: payment.clone() }));
    }

    /// SIGKILL: nothing is cleared up. What it said before is still heard: see [`hear`](Self::hear).
    pub(super) fn kill(&mut self, worker: usize) {
        let worker = &mut self.workers[worker];
        worker.child.kill().unwrap();
        worker.child.wait().unwrap();
        worker.life = Life::Killed;
    }

    pub(super) fn living(&self) -> Vec<usize> {
        let lives = |(_, worker): &(usize, &Worker)| worker.life == Life::Lives;
        self.workers.iter().enumerate().filter(lives).map(|(number, _)| number).collect()
    }

    /// The next thing that a worker says.
    pub(super) fn hear(&mut self, within: Duration) -> Heard {
        match self.said.recv_timeout(within) {
            Ok((number, Said::Line(line))) => {
                let worker = &mut self.workers[number];
                match &line {
                    Line::Up => worker.is_up = true,
                    Line::Told(told) => drop(worker.pending.remove(&told.call)),
                    Line::At { name: Some(name), .. } => drop(worker.names.insert(name.clone())),
                    _ => {}
                }
                Heard::Line(number, line)
            }
            Ok((number, Said::Gone)) => {
                let worker = &mut self.workers[number];
                worker.orders = None;
                let by_itself = (worker.life == Life::Lives).then_some(number);
                if by_itself.is_some() {
                    let _ = worker.child.wait();
                    worker.life = Life::Ended;
                }
                Heard::Gone { by_itself }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Heard::Nothing,
        }
    }

    /// Whether all that a dead worker said was heard.
    pub(super) fn is_silent(&self, worker: usize) -> bool {
        self.workers[worker].orders.is_none()
    }

    /// Whether a lease or a journal is that of a dead worker.
    pub(super) fn is_of_the_dead(&self, name: &str) -> bool {
        self.workers.iter().any(|it| it.life != Life::Lives && it.names.contains(name))
    }

    /// Lets the living go home.
    pub(super) fn end(&mut self) {
        for worker in self.workers.iter_mut().filter(|worker| worker.life == Life::Lives) {
            worker.orders = None;
            let _ = worker.child.wait();
            worker.life = Life::Ended;
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.child.kill();
            let _ = worker.child.wait();
        }
    }
}
