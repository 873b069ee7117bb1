//! What becomes of a merchant's tokens in a round.

use std::collections::BTreeMap;

use super::bench::Bench;

/// An access token lives for 1199 seconds; with less than a quarter left it is exchanged.
const EXCHANGED_AFTER: i64 = 899;
/// How little life is not worth using any more, and what a slow machine adds.
const NEARLY_DEAD: i64 = 30;
const LIFE: i64 = 1_199;

/// The time from one consent to the next.
#[derive(Clone, Debug)]
pub(super) struct Consent {
    /// In milliseconds of the sandbox's clock.
    pub(super) at: i64,
    /// How many pairs were stored by then.
    generation: i64,
    /// How many requests the sandbox had read by then.
    requests: u64,
}

/// The exchanges of a consent's refresh tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchanges {
    /// The workers that were given a new pair, in order.
    pub(super) granted: Vec<String>,
    /// How often each worker was refused one.
    pub(super) refused: BTreeMap<String, u32>,
}

impl Consent {
    pub(super) fn begin(bench: &Bench<'_>, merchant: &str) -> Self {
        Self {
            at: bench.sandbox.now_ms(),
            generation: bench.rows.pair(merchant).generation,
            requests: bench.sandbox.requests().last().map_or(0, |last| last.serial),
        }
    }

    /// What the provider did, by the marks of the requests.
    pub(super) fn exchanges(&self, bench: &Bench<'_>, workers: &str) -> Exchanges {
        let mut exchanges = Exchanges::default();
        for request in bench.sandbox.requests().into_iter().filter(|it| it.serial > self.requests) {
            let worker = request.tag.unwrap_or_default();
            if request.operation.as_deref() != Some("payfirma.oauth.refresh")
                || !worker.starts_with(workers)
            {
                continue;
            }
            match request.status {
                Some(200) => exchanges.granted.push(worker),
                Some(_) => *exchanges.refused.entry(worker).or_default() += 1,
                None => {}
            }
        }
        exchanges
    }

    /// How many exchanges were due since.
    pub(super) fn due(&self, bench: &Bench<'_>) -> usize {
        let seconds = (bench.sandbox.now_ms() - self.at) / 1_000 + NEARLY_DEAD;
        usize::try_from(seconds / EXCHANGED_AFTER).unwrap()
    }

    /// How many pairs were stored since.
    pub(super) fn stored(&self, bench: &Bench<'_>, merchant: &str) -> usize {
        usize::try_from(bench.rows.pair(merchant).generation - self.generation).unwrap()
    }

    /// Whether the access token that the consent brought can still be used.
    pub(super) fn first_token_serves(&self, now_ms: i64) -> bool {
        now_ms < self.at + (LIFE - NEARLY_DEAD) * 1_000
    }
}
