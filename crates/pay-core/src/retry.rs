use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{Invalid, Randomness};

/// How often, and at what distance, a call is tried again where that is safe.
///
/// Defaults: three attempts; a random pause of at most 200 ms, 400 ms, ... up to 5 s; and a budget
/// that a client's calls share, so that a provider in trouble is not hit harder by retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) base: Duration,
    pub(crate) cap: Duration,
    pub(crate) budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(5),
            budget: 100,
        }
    }
}

impl RetryPolicy {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One attempt, never a second. A login that has expired is still renewed.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// How many attempts a call may make, the first included.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts;
        self
    }

    /// The longest first pause, and the longest pause of all. The pause is drawn evenly from zero
    /// to its longest ("full jitter"), which doubles with each attempt.
    #[must_use]
    pub fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// How large the shared budget is. A retry takes 5, a call that succeeds gives 1 back.
    #[must_use]
    pub fn budget(mut self, budget: u32) -> Self {
        self.budget = budget;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.max_attempts == 0 {
            return Err(Invalid::new("retry.max_attempts", "must be at least 1"));
        }
        Ok(())
    }

    /// The pause after the given attempt (from 1).
    pub(crate) fn pause(&self, attempt: u32, randomness: &dyn Randomness) -> Duration {
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = self.base.saturating_mul(doubled).min(self.cap);
        randomness.full_jitter(longest)
    }
}

/// What is left for retries, shared by the calls of a client.
#[derive(Clone, Debug)]
pub(crate) struct RetryBudget {
    left: Arc<Mutex<u32>>,
    capacity: u32,
}

const RETRY_COST: u32 = 5;

impl RetryBudget {
    pub(crate) fn new(capacity: u32) -> Self {
        Self { left: Arc::new(Mutex::new(capacity)), capacity }
    }

    /// Takes what a retry costs, if that much is left.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        match left.checked_sub(RETRY_COST) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }

    pub(crate) fn give_back(&self) {
        self.give(1);
    }

    /// Watches over what [`take`](Self::take) has just taken, until the retry is made.
    pub(crate) fn unspent(&self) -> Unspent {
        Unspent(Some(self.clone()))
    }

    fn give(&self, amount: u32) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_add(amount).min(self.capacity);
    }
}

/// What a retry costs, before it is made: a call that is dropped in its pause gives it back, or
/// callers in a hurry would use up the budget with retries that no provider has seen.
pub(crate) struct Unspent(Option<RetryBudget>);

impl Unspent {
    /// The retry is made.
    pub(crate) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for Unspent {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.give(RETRY_COST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandomness;

    #[test]
    fn a_pause_grows_to_its_cap_and_is_drawn_from_all_of_it() {
        let policy = RetryPolicy::new();
        let randomness = SeededRandomness::new(7);
        for (attempt, longest) in [(1, 200), (2, 400), (3, 800), (6, 5000), (60, 5000)] {
            let drawn: Vec<_> = (0..500).map(|_| policy.pause(attempt, &randomness)).collect();
            let longest = Duration::from_millis(longest);
            assert!(drawn.iter().all(|pause| *pause <= longest));
            assert!(drawn.iter().any(|pause| *pause > longest * 9 / 10));
            assert!(drawn.iter().any(|pause| *pause < longest / 10));
        }
    }

    #[test]
    fn a_budget_runs_out_and_comes_back_with_success() {
        let budget = RetryBudget::new(10);
        assert!(budget.take());
        assert!(budget.take());
        assert!(!budget.take());
        (0..4).for_each(|_| budget.give_back());
        assert!(!budget.take());
        budget.give_back();
        assert!(budget.take());
        (0..100).for_each(|_| budget.give_back());
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
    }

    #[test]
    fn a_retry_that_is_not_made_costs_nothing() {
        let budget = RetryBudget::new(5);
        for _ in 0..3 {
            assert!(budget.take());
            drop(budget.unspent());
        }
        assert!(budget.take());
        budget.unspent().spend();
        assert!(!budget.take());
    }
}
