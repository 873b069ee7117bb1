use std::time::Duration;

#[cfg(planted)]
use crate::planted;
use crate::{
    ErrorKind, Outcome,
    provider::{Effect, Verdict},
    transport::{Failure, Phase},
};

/// What is known when an attempt has ended.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// What sending the operation twice would do.
    pub effect: Effect,
    /// How the attempt ended.
    pub ended: Ended<'a>,
    /// Which attempt this was, from 1.
    pub attempt: u32,
    /// How many attempts are allowed.
    pub max_attempts: u32,
    /// How long the provider asked to wait.
    pub retry_after: Option<Duration>,
    /// How long we would wait by ourselves.
    pub backoff: Duration,
    /// Whether the credentials can be renewed.
    pub renewal: Renewal,
    /// Whether the shared retry budget has something left.
    pub budget: bool,
    /// How much time the call has left.
    pub remaining: Duration,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// Without a whole answer.
    Failed {
        /// Whether it can have reached the provider.
        phase: Phase,
        /// What broke.
        failure: Failure,
    },
    /// With a whole answer.
    Answered {
        /// HTTP's status.
        status: u16,
        /// Whether the operation declares that this status means "not processed".
        declared: bool,
        /// What the provider crate reads in it.
        verdict: &'a Verdict,
    },
}

/// Whether a 401 can be answered with new credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Yes.
    Possible,
    /// It has been done in this call already.
    Done,
    /// These credentials cannot be renewed.
    Impossible,
    /// The caller wants writes not to be sent again, not even after a 401.
    Strict,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Give the value to the caller.
    Accept,
    /// Send it again after this time.
    Retry {
        /// The pause.
        after: Duration,
        /// What this attempt says about the effect. It stays true when the next one is answered.
        outcome: Outcome,
    },
    /// Renew the credentials, then send it again at once.
    Renew {
        /// What this attempt says about the effect.
        outcome: Outcome,
    },
    /// Give up.
    Stop {
        /// What this attempt says about the effect.
        outcome: Outcome,
        /// What went wrong.
        kind: ErrorKind,
        /// What kept us from trying again, where we otherwise would have.
        exhausted: Option<Exhausted>,
    },
}

/// What kept a call from trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// All allowed attempts were made.
    Attempts,
    /// The retry budget that a client's calls share is used up.
    Budget,
    /// The pause would end after the call's deadline.
    Deadline,
}

/// What the table says before attempts, budget and deadline are looked at.
enum Rule {
    Accept,
    Stop(Outcome, ErrorKind),
    /// Send again after our own backoff, or what the provider asked for; this outcome if not.
    Again(Outcome, ErrorKind),
    Renew(Outcome),
}

/// Decides what to do with the end of an attempt. Pure: no clock, no I/O, no state.
///
/// A write ([`Effect::Once`]) is sent again only after it was provably not sent, or after an answer
/// that is a refusal before processing: one that the operation declares, or a body that says so.
#[must_use]
pub fn decide(situation: &Situation<'_>) -> Decision {
    match named(rule(situation), situation.ended) {
        Rule::Accept => Decision::Accept,
        Rule::Stop(outcome, kind) => Decision::Stop { outcome, kind, exhausted: None },
        Rule::Renew(outcome) => match situation.renewal {
            Renewal::Possible if situation.remaining.is_zero() => Decision::Stop {
                outcome,
                kind: ErrorKind::Unauthorized,
                exhausted: Some(Exhausted::Deadline),
            },
            Renewal::Possible => Decision::Renew { outcome },
            Renewal::Done | Renewal::Impossible | Renewal::Strict => {
                Decision::Stop { outcome, kind: ErrorKind::Unauthorized, exhausted: None }
            }
        },
        Rule::Again(outcome, kind) => {
            // Never sooner than the provider asks, nor than we would by ourselves: a provider that
            // asks for no pause at all is not to be hammered.
            let after = situation.retry_after.unwrap_or_default().max(situation.backoff);
            let exhausted = if situation.attempt >= situation.max_attempts {
                Some(Exhausted::Attempts)
            } else if after >= situation.remaining {
                Some(Exhausted::Deadline)
            } else if !situation.budget {
                Some(Exhausted::Budget)
            } else {
                None
            };
            match exhausted {
                Some(_) => Decision::Stop { outcome, kind, exhausted },
                None => Decision::Retry { after, outcome },
            }
        }
    }
}

/// The rule with the kind that the body names itself. What is done does not change.
fn named(rule: Rule, ended: Ended<'_>) -> Rule {
    let (Ended::Answered { verdict, .. }, Rule::Stop(..) | Rule::Again(..)) = (ended, &rule) else {
        return rule;
    };
    let (Verdict::Refused(problem) | Verdict::ByStatus(problem)) = verdict else { return rule };
    match (problem.kind, rule) {
        (Some(kind), Rule::Stop(outcome, _)) => Rule::Stop(outcome, kind),
        (Some(kind), Rule::Again(outcome, _)) => Rule::Again(outcome, kind),
        (_, rule) => rule,
    }
}

fn rule(situation: &Situation<'_>) -> Rule {
    let once = situation.effect == Effect::Once;
    match situation.ended {
        Ended::Failed { phase: Phase::NotSent, failure } => match failure {
            // The same request would fail in the same way.
            Failure::Request => Rule::Stop(Outcome::NotSent, ErrorKind::Configuration),
            _ => Rule::Again(Outcome::NotSent, failure_kind(failure)),
        },
        // Mistake: a write whose connection broke after it was sent is sent again.
        #[cfg(planted)]
        Ended::Failed { phase: Phase::Unknown, failure: Failure::Broken }
            if planted::is("retry-on-broken") =>
        {
            Rule::Again(Outcome::Unknown, ErrorKind::Transport)
        }
        // The same answer would be too large again.
        Ended::Failed { phase: Phase::Unknown, failure }
            if once || matches!(failure, Failure::TooLarge | Failure::Request) =>
        {
            Rule::Stop(Outcome::Unknown, failure_kind(failure))
        }
        Ended::Failed { phase: Phase::Unknown, failure } => {
            Rule::Again(Outcome::Unknown, failure_kind(failure))
        }
        Ended::Answered { status, declared, verdict } => {
            answered(situation.effect, status, declared, verdict)
        }
    }
}

fn answered(effect: Effect, status: u16, declared: bool, verdict: &Verdict) -> Rule {
    let once = effect == Effect::Once;
    let read = effect == Effect::Read;
    // What an answer means that proves nothing: for a write, it may have happened.
    let unproven = if read { Outcome::Refused } else { Outcome::Unknown };
    // What a refusal means: proof only where the operation declares it. A read has no effect.
    let refused = if declared || read { Outcome::Refused } else { Outcome::Unknown };
    let server_fault = (500..600).contains(&status);
    match verdict {
        Verdict::Succeeded => Rule::Accept,
        // Mistake: a server error is retried, also on a write.
        #[cfg(planted)]
        Verdict::Faulty(_) | Verdict::ByStatus(_) if server_fault && planted::is("retry-5xx") => {
            Rule::Again(unproven, ErrorKind::ProviderFault)
        }
        // Mistake: a server error on a write is taken for a refusal.
        #[cfg(planted)]
        Verdict::Faulty(_) | Verdict::ByStatus(_)
            if server_fault && once && planted::is("unknown-is-refused") =>
        {
            Rule::Stop(Outcome::Refused, ErrorKind::ProviderFault)
        }
        // Mistake: what the operation declares to be a refusal is not believed.
        #[cfg(planted)]
        Verdict::Refused(_) | Verdict::ByStatus(_)
            if declared && once && planted::is("refusal-is-unknown") =>
        {
            Rule::Stop(Outcome::Unknown, refusal_kind(status))
        }
        // Mistake: a decline is not believed.
        #[cfg(planted)]
        Verdict::Declined(_) if once && planted::is("decline-is-unknown") => {
            Rule::Stop(Outcome::Unknown, ErrorKind::Declined)
        }
        Verdict::Declined(_) if server_fault => Rule::Stop(Outcome::Unknown, ErrorKind::Declined),
        Verdict::Declined(_) => Rule::Stop(Outcome::Refused, ErrorKind::Declined),
        // A body that names another reason is not about the credentials.
        Verdict::Refused(problem)
            if status == 401
                && (declared || !once)
                && problem.kind.is_none_or(|kind| kind == ErrorKind::Unauthorized) =>
        {
            Rule::Renew(Outcome::Refused)
        }
        Verdict::Refused(_) => Rule::Stop(Outcome::Refused, refusal_kind(status)),
        Verdict::Throttled(_) => Rule::Again(Outcome::Refused, ErrorKind::RateLimited),
        Verdict::Faulty(_) if once => Rule::Stop(Outcome::Unknown, ErrorKind::ProviderFault),
        Verdict::Faulty(_) => Rule::Again(unproven, ErrorKind::ProviderFault),
        Verdict::Unclear(_) if once => Rule::Stop(Outcome::Unknown, ErrorKind::Unreadable),
        Verdict::Unclear(_) => Rule::Again(unproven, ErrorKind::Unreadable),
        Verdict::Contradicts(_) if read => Rule::Stop(Outcome::Refused, ErrorKind::Contradiction),
        Verdict::Contradicts(_) => Rule::Stop(Outcome::Applied, ErrorKind::Contradiction),
        Verdict::Foreign(_) => Rule::Stop(unproven, ErrorKind::Contradiction),
        Verdict::ByStatus(_) => match status {
            // A success that nobody claims to understand.
            200..=299 if once => Rule::Stop(Outcome::Unknown, ErrorKind::Unreadable),
            200..=299 => Rule::Again(unproven, ErrorKind::Unreadable),
            401 if !once || declared => Rule::Renew(refused),
            429 if !once || declared => Rule::Again(refused, ErrorKind::RateLimited),
            408 | 425 if !once => Rule::Again(refused, ErrorKind::Timeout),
            408 => Rule::Stop(refused, ErrorKind::Timeout),
            400..=499 => Rule::Stop(refused, refusal_kind(status)),
            500 | 502 | 503 | 504 if !once => Rule::Again(unproven, ErrorKind::ProviderFault),
            // Not even a declaration makes a server error a refusal: only a body can.
            500..=599 => Rule::Stop(unproven, ErrorKind::ProviderFault),
            _ => Rule::Stop(unproven, ErrorKind::Refused),
        },
    }
}

fn failure_kind(failure: Failure) -> ErrorKind {
    match failure {
        Failure::Timeout => ErrorKind::Timeout,
        Failure::Malformed | Failure::TooLarge => ErrorKind::Unreadable,
        Failure::Connect | Failure::Broken | Failure::Request => ErrorKind::Transport,
    }
}

fn refusal_kind(status: u16) -> ErrorKind {
    match status {
        400 | 405 | 413 | 415 | 422 => ErrorKind::Invalid,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::Refused,
    }
}
