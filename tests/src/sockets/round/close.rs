//! What a round leaves behind, in the checker's words.

use std::{collections::BTreeMap, sync::Arc};

use super::Round;
use crate::{
    faults::{
        provider::{Provider, named},
        trace::{Seen, Tokens, Trace},
        world::{effects, requests},
    },
    sockets::{attempts::Attempt, plan::Plan},
};

/// What a schedule leaves behind.
pub(in crate::sockets) struct Ran {
    pub(in crate::sockets) plan: Plan,
    pub(in crate::sockets) trace: Trace,
    /// By kind: what the sandbox struck, and what happened on the way to it.
    pub(in crate::sockets) fired: BTreeMap<&'static str, u64>,
    pub(in crate::sockets) attempts: BTreeMap<u64, Attempt>,
}

impl Round {
    pub(super) fn close(self: Arc<Self>, hung: bool) -> Ran {
        let closed = self.diary.close();
        let mut fired = self.attempts.fired();
        for struck in self.sandbox.faults_fired() {
            *fired.entry(struck.kind).or_default() += struck.count;
        }
        let schedule = &self.plan.schedule;
        let tokens = |provider: &dyn Provider| Tokens {
            provider: provider.name(),
            logins: provider.logins(),
            serve_ms: provider.token_serves(schedule),
        };
        let trace = Trace {
            seed: schedule.seed,
            quiet: schedule.quiet,
            intents: closed.lines,
            effects: effects(&self.sandbox),
            requests: self.requests(),
            outages: closed.outages,
            tokens: self.stages.keys().filter_map(|name| named(name)).map(tokens).collect(),
            stranded: closed.stranded,
            hung,
            panics: closed.panics,
            ..Trace::default()
        };
        Ran { trace, fired, attempts: self.attempts.all(), plan: self.plan.clone() }
    }

    /// What the provider read, and what broke on the way to it or from it.
    fn requests(&self) -> Vec<Seen> {
        let attempts = self.attempts.all();
        let mut seen = requests(&self.sandbox, &self.rules);
        let mut told = Vec::new();
        for (seen, request) in seen.iter_mut().zip(self.sandbox.requests()) {
            let serial = request.tag.as_deref().and_then(|tag| tag.split_once('#'));
            let Some(serial) = serial.and_then(|(_, serial)| serial.parse::<u64>().ok()) else {
                continue;
            };
            let Some(attempt) = attempts.get(&serial) else { continue };
            if attempt.failed {
                // What was given up may arrive long after: in its place stands what the client did.
                seen.at = seen.at.min(attempt.sent_at);
                seen.late = true;
            }
            if let Some(kind) = attempt.failed_by().filter(|_| seen.fault.is_none()) {
                told.push(serial);
                seen.fault = Some(kind);
            }
        }
        // What never arrived, or was struck by the sandbox too.
        for (serial, attempt) in attempts {
            if let Some(kind) = attempt.failed_by().filter(|_| !told.contains(&serial)) {
                seen.push(Seen {
                    at: attempt.sent_at,
                    operation: format!("{}.on_the_way", attempt.provider),
                    status: None,
                    fault: Some(kind),
                    late: true,
                    tag: attempt.tag,
                    life: attempt.life,
                    worker: attempt.worker,
                });
            }
        }
        seen.sort_by_key(|seen| seen.at);
        seen
    }
}
