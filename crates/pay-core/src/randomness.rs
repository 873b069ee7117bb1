//! Randomness as an argument: for jitter and for references.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where random bits come from.
pub trait Randomness: Send + Sync {
    /// 64 uniform random bits.
    fn next_u64(&self) -> u64;

    /// A uniform duration from zero to `max`, both included: "full jitter". Counted in
    /// nanoseconds; anything above 584 years is cut to that.
    fn full_jitter(&self, max: Duration) -> Duration {
        let choices = max.as_nanos().min(u128::from(u64::MAX)) + 1;
        // The high half of a 64 by 64 bit product is uniform below `choices`, but for a bias of
        // less than one part in 2^64 / choices. Neither factor exceeds 2^64: no overflow.
        let nanos = (u128::from(self.next_u64()) * choices) >> 64;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// The operating system's randomness. Should that fail, a seeded generator of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn next_u64(&self) -> u64 {
        getrandom::u64().unwrap_or_else(|_| fastrand::u64(..))
    }
}

/// The same numbers for the same seed, for tests. Predictable: not for secrets.
#[derive(Debug)]
pub struct SeededRandomness {
    state: AtomicU64,
}

impl SeededRandomness {
    /// Starts the sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }
}

impl Randomness for SeededRandomness {
    // SplitMix64 (Steele, Lea, Flood 2014): its state is a counter, so one atomic add is enough.
    fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeded_sequence_is_splitmix64() {
        // First outputs for seed 1234567, as published with the reference implementation.
        let randomness = SeededRandomness::new(1_234_567);
        assert_eq!(randomness.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(randomness.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn jitter_covers_the_whole_range_and_stays_inside() {
        let randomness = SeededRandomness::new(7);
        let max = Duration::from_nanos(3);
        let mut seen = [0_u32; 4];
        for _ in 0..4_000 {
            let drawn = randomness.full_jitter(max);
            seen[usize::try_from(drawn.as_nanos()).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| (800..1_200).contains(count)), "{seen:?}");
    }

    #[test]
    fn jitter_stands_the_extremes() {
        struct Fixed(u64);
        impl Randomness for Fixed {
            fn next_u64(&self) -> u64 {
                self.0
            }
        }
        assert_eq!(Fixed(u64::MAX).full_jitter(Duration::ZERO), Duration::ZERO);
        assert_eq!(Fixed(0).full_jitter(Duration::MAX), Duration::ZERO);
        assert_eq!(Fixed(u64::MAX).full_jitter(Duration::from_secs(1)), Duration::from_secs(1));
        assert!(Fixed(u64::MAX).full_jitter(Duration::MAX) > Duration::from_secs(1 << 33));
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        assert_ne!(SystemRandomness.next_u64(), SystemRandomness.next_u64());
    }
}
