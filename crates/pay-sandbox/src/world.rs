//! What every provider shares: time, chance, switches and the ledger.

use fastrand::Rng;

use crate::{
    clock::Millis,
    ledger::{Cause, Entry, Ledger},
    outbox::Outbox,
    switches::{Switch, Switches},
};

/// The world that a provider's code acts on.
#[derive(Debug)]
pub(crate) struct World {
    /// The time of the request being worked on.
    pub(crate) now: Millis,
    pub(crate) rng: Rng,
    pub(crate) switches: Switches,
    pub(crate) ledger: Ledger,
    pub(crate) cause: Cause,
    /// What providers send by themselves.
    pub(crate) outbox: Outbox,
    /// Where the sandbox listens, without a slash at the end.
    pub(crate) base_url: String,
}

impl World {
    pub(crate) fn switch<S: Switch>(&self) -> S {
        self.switches.get()
    }

    pub(crate) fn record(&mut self, entry: Entry) {
        self.ledger.record(entry, &self.cause, self.now);
    }

    /// A random id of letters and digits.
    pub(crate) fn hash(&mut self, length: usize) -> String {
        (0..length).map(|_| self.rng.alphanumeric()).collect()
    }

    /// A random UUID (version 4).
    pub(crate) fn uuid(&mut self) -> String {
        let bits = self.rng.u128(..);
        let bits = bits & !(0xf << 76) | (0x4 << 76);
        let bits = bits & !(0x3 << 62) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.rng.u8(..)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let world = |seed| World {
            now: 0,
            rng: Rng::with_seed(seed),
            switches: Switches::default(),
            ledger: Ledger::default(),
            cause: Cause::default(),
            outbox: Outbox::default(),
            base_url: String::new(),
        };
        let (mut one, mut same, mut other) = (world(1), world(1), world(2));
        let uuid = one.uuid();
        assert_eq!(uuid, same.uuid());
        assert_ne!(uuid, other.uuid());
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert_eq!(one.hash(20).len(), 20);
    }
}
