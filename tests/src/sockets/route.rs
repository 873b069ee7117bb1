//! Which trouble an attempt meets on its way.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use super::trouble::Trouble;
use crate::faults::dice::Dice;

pub(super) struct Route {
    dice: Dice,
    /// All is well.
    calm: AtomicBool,
    harmless: bool,
    /// One attempt in so many meets trouble; 0 for none.
    one_in: usize,
    /// What the first attempt of an ask meets.
    planned: Mutex<BTreeMap<String, Trouble>>,
}

impl Route {
    pub(super) fn new(
        seed: u64,
        one_in: usize,
        harmless: bool,
        planned: BTreeMap<String, Trouble>,
    ) -> Self {
        Self {
            dice: Dice::new(seed),
            calm: AtomicBool::new(false),
            harmless,
            one_in,
            planned: Mutex::new(planned),
        }
    }

    /// Nothing happens any more.
    pub(super) fn calm(&self) {
        self.calm.store(true, SeqCst);
    }

    /// For an attempt of about so many bytes.
    pub(super) fn of(&self, tag: &str, bytes: usize) -> Trouble {
        if self.calm.load(SeqCst) {
            return Trouble::None;
        }
        let planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner).remove(tag);
        match planned {
            Some(trouble) => trouble,
            None if !self.strikes() => Trouble::None,
            None if self.harmless => Trouble::drawn_harmless(&self.dice),
            None => Trouble::drawn(&self.dice, bytes),
        }
    }

    /// For a connection that reads share.
    pub(super) fn of_reads(&self) -> Trouble {
        if self.calm.load(SeqCst) || !self.strikes() {
            return Trouble::None;
        }
        match self.harmless {
            true => Trouble::drawn_harmless(&self.dice),
            false => Trouble::drawn_for_reads(&self.dice),
        }
    }

    fn strikes(&self) -> bool {
        self.one_in > 0 && self.dice.one_in(self.one_in)
    }
}
