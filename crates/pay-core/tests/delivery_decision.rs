//! The table of what is done after an attempt, whole, and the rules that no row may break.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{fmt::Write as _, time::Duration};

use pay_core::{
    ErrorKind, Outcome,
    provider::{Decision, Effect, Ended, Exhausted, Problem, Renewal, Situation, Verdict, decide},
    transport::{Failure, Phase},
};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// A first attempt of three, with time and budget, on credentials that can be renewed.
fn situation(effect: Effect, ended: Ended<'_>) -> Situation<'_> {
    Situation {
        effect,
        ended,
        attempt: 1,
        max_attempts: 3,
        retry_after: None,
        backoff: SECOND,
        renewal: Renewal::Possible,
        budget: true,
        remaining: 60 * SECOND,
    }
}

fn by_status() -> Verdict {
    Verdict::ByStatus(Problem::default())
}

/// A decision in a few words: `retry/unknown` is sent again, and unknown if the next is not told.
fn words(decision: Decision) -> String {
    match decision {
        Decision::Accept => "accept".to_owned(),
        Decision::Retry { outcome, .. } => format!("retry/{}", outcome.as_str()),
        Decision::Renew { outcome } => format!("renew/{}", outcome.as_str()),
        Decision::Stop { outcome, kind, .. } => format!("{} {}", outcome.as_str(), kind.as_str()),
    }
}

#[test]
fn what_a_failed_attempt_leads_to() {
    let mut table = String::new();
    for phase in [Phase::NotSent, Phase::Unknown] {
        for failure in [
            Failure::Connect,
            Failure::Timeout,
            Failure::Broken,
            Failure::Malformed,
            Failure::TooLarge,
            Failure::Request,
        ] {
            let ended = Ended::Failed { phase, failure };
            let [read, idempotent, once] = row(ended);
            let phase = format!("{phase:?}");
            let failure = failure.as_str();
            writeln!(table, "{phase:<8} {failure:<10} {read:<24} {idempotent:<24} {once}").unwrap();
        }
    }
    assert_table(
        &table,
        "
        phase    failure    read                     idempotent               once
        NotSent  connect    retry/not_sent           retry/not_sent           retry/not_sent
        NotSent  timeout    retry/not_sent           retry/not_sent           retry/not_sent
        NotSent  broken     retry/not_sent           retry/not_sent           retry/not_sent
        NotSent  malformed  retry/not_sent           retry/not_sent           retry/not_sent
        NotSent  too_large  retry/not_sent           retry/not_sent           retry/not_sent
        NotSent  request    not_sent configuration   not_sent configuration   not_sent configuration
        Unknown  connect    retry/unknown            retry/unknown            unknown transport
        Unknown  timeout    retry/unknown            retry/unknown            unknown timeout
        Unknown  broken     retry/unknown            retry/unknown            unknown transport
        Unknown  malformed  retry/unknown            retry/unknown            unknown unreadable
        Unknown  too_large  unknown unreadable       unknown unreadable       unknown unreadable
        Unknown  request    unknown transport        unknown transport        unknown transport
        ",
    );
}

#[test]
fn what_a_status_that_nobody_explains_leads_to() {
    let verdict = by_status();
    let mut table = String::new();
    for declared in [false, true] {
        for status in [
            101, 200, 204, 301, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 422,
            425, 429, 500, 501, 502, 503, 504, 505, 600,
        ] {
            let [read, idempotent, once] =
                row(Ended::Answered { status, declared, verdict: &verdict });
            let declared = if declared { "declared" } else { "" };
            writeln!(table, "{status} {declared:<8} {read:<24} {idempotent:<24} {once}").unwrap();
        }
    }
    assert_table(
        &table,
        "
        status       read                     idempotent               once
        101          refused refused          unknown refused          unknown refused
        200          retry/refused            retry/unknown            unknown unreadable
        204          retry/refused            retry/unknown            unknown unreadable
        301          refused refused          unknown refused          unknown refused
        307          refused refused          unknown refused          unknown refused
        400          refused invalid          unknown invalid          unknown invalid
        401          renew/refused            renew/unknown            unknown unauthorized
        402          refused refused          unknown refused          unknown refused
        403          refused forbidden        unknown forbidden        unknown forbidden
        404          refused not_found        unknown not_found        unknown not_found
        405          refused invalid          unknown invalid          unknown invalid
        408          retry/refused            retry/unknown            unknown timeout
        409          refused refused          unknown refused          unknown refused
        410          refused refused          unknown refused          unknown refused
        413          refused invalid          unknown invalid          unknown invalid
        415          refused invalid          unknown invalid          unknown invalid
        422          refused invalid          unknown invalid          unknown invalid
        425          retry/refused            retry/unknown            unknown refused
        429          retry/refused            retry/unknown            unknown rate_limited
        500          retry/refused            retry/unknown            unknown provider_fault
        501          refused provider_fault   unknown provider_fault   unknown provider_fault
        502          retry/refused            retry/unknown            unknown provider_fault
        503          retry/refused            retry/unknown            unknown provider_fault
        504          retry/refused            retry/unknown            unknown provider_fault
        505          refused provider_fault   unknown provider_fault   unknown provider_fault
        600          refused refused          unknown refused          unknown refused
        101 declared refused refused          unknown refused          unknown refused
        200 declared retry/refused            retry/unknown            unknown unreadable
        204 declared retry/refused            retry/unknown            unknown unreadable
        301 declared refused refused          unknown refused          unknown refused
        307 declared refused refused          unknown refused          unknown refused
        400 declared refused invalid          refused invalid          refused invalid
        401 declared renew/refused            renew/refused            renew/refused
        402 declared refused refused          refused refused          refused refused
        403 declared refused forbidden        refused forbidden        refused forbidden
        404 declared refused not_found        refused not_found        refused not_found
        405 declared refused invalid          refused invalid          refused invalid
        408 declared retry/refused            retry/refused            refused timeout
        409 declared refused refused          refused refused          refused refused
        410 declared refused refused          refused refused          refused refused
        413 declared refused invalid          refused invalid          refused invalid
        415 declared refused invalid          refused invalid          refused invalid
        422 declared refused invalid          refused invalid          refused invalid
        425 declared retry/refused            retry/refused            refused refused
        429 declared retry/refused            retry/refused            retry/refused
        500 declared retry/refused            retry/unknown            unknown provider_fault
        501 declared refused provider_fault   unknown provider_fault   unknown provider_fault
        502 declared retry/refused            retry/unknown            unknown provider_fault
        503 declared retry/refused            retry/unknown            unknown provider_fault
        504 declared retry/refused            retry/unknown            unknown provider_fault
        505 declared refused provider_fault   unknown provider_fault   unknown provider_fault
        600 declared refused refused          unknown refused          unknown refused
        ",
    );
}

#[test]
fn what_a_verdict_of_the_provider_crate_leads_to() {
    let problem = Problem::default;
    let verdicts = [
        ("succeeded", Verdict::Succeeded),
        ("declined", Verdict::Declined(problem())),
        ("refused", Verdict::Refused(problem())),
        ("throttled", Verdict::Throttled(problem())),
        ("faulty", Verdict::Faulty(problem())),
        ("unclear", Verdict::Unclear(String::new())),
        ("contradicts", Verdict::Contradicts(String::new())),
        ("foreign", Verdict::Foreign(String::new())),
    ];
    let mut table = String::new();
    for (name, verdict) in &verdicts {
        for status in [200, 401, 402, 500] {
            let [read, idempotent, once] =
                row(Ended::Answered { status, declared: false, verdict });
            writeln!(table, "{name:<11} {status} {read:<22} {idempotent:<22} {once}").unwrap();
        }
    }
    assert_table(
        &table,
        "
        verdict   status read                   idempotent             once
        succeeded   200 accept                 accept                 accept
        succeeded   401 accept                 accept                 accept
        succeeded   402 accept                 accept                 accept
        succeeded   500 accept                 accept                 accept
        declined    200 refused declined       refused declined       refused declined
        declined    401 refused declined       refused declined       refused declined
        declined    402 refused declined       refused declined       refused declined
        declined    500 unknown declined       unknown declined       unknown declined
        refused     200 refused refused        refused refused        refused refused
        refused     401 renew/refused          renew/refused          refused unauthorized
        refused     402 refused refused        refused refused        refused refused
        refused     500 refused refused        refused refused        refused refused
        throttled   200 retry/refused          retry/refused          retry/refused
        throttled   401 retry/refused          retry/refused          retry/refused
        throttled   402 retry/refused          retry/refused          retry/refused
        throttled   500 retry/refused          retry/refused          retry/refused
        faulty      200 retry/refused          retry/unknown          unknown provider_fault
        faulty      401 retry/refused          retry/unknown          unknown provider_fault
        faulty      402 retry/refused          retry/unknown          unknown provider_fault
        faulty      500 retry/refused          retry/unknown          unknown provider_fault
        unclear     200 retry/refused          retry/unknown          unknown unreadable
        unclear     401 retry/refused          retry/unknown          unknown unreadable
        unclear     402 retry/refused          retry/unknown          unknown unreadable
        unclear     500 retry/refused          retry/unknown          unknown unreadable
        contradicts 200 refused contradiction  applied contradiction  applied contradiction
        contradicts 401 refused contradiction  applied contradiction  applied contradiction
        contradicts 402 refused contradiction  applied contradiction  applied contradiction
        contradicts 500 refused contradiction  applied contradiction  applied contradiction
        foreign     200 refused contradiction  unknown contradiction  unknown contradiction
        foreign     401 refused contradiction  unknown contradiction  unknown contradiction
        foreign     402 refused contradiction  unknown contradiction  unknown contradiction
        foreign     500 refused contradiction  unknown contradiction  unknown contradiction
        ",
    );
}

#[test]
fn a_401_is_answered_with_new_credentials_once_at_most() {
    let verdict = by_status();
    let ended = Ended::Answered { status: 401, declared: true, verdict: &verdict };
    for renewal in [Renewal::Done, Renewal::Impossible, Renewal::Strict] {
        let decision = decide(&Situation { renewal, ..situation(Effect::Once, ended) });
        assert_eq!(words(decision), "refused unauthorized", "{renewal:?}");
    }
    let too_late = Situation { remaining: Duration::ZERO, ..situation(Effect::Once, ended) };
    let Decision::Stop { exhausted, .. } = decide(&too_late) else { panic!("it went on") };
    assert_eq!(exhausted, Some(Exhausted::Deadline));
    // Renewing is not trying again: it needs no budget and no attempt to spare.
    let last = Situation { budget: false, max_attempts: 1, ..situation(Effect::Once, ended) };
    assert_eq!(words(decide(&last)), "renew/refused");
}

#[test]
fn trying_again_ends_with_the_attempts_the_time_and_the_budget() {
    let ended = Ended::Failed { phase: Phase::NotSent, failure: Failure::Connect };
    let usual = situation(Effect::Once, ended);
    let asks = |wait| Situation { retry_after: Some(wait), ..usual.clone() };
    for (situation, exhausted) in [
        (Situation { attempt: 3, ..usual.clone() }, Exhausted::Attempts),
        (Situation { attempt: 4, ..usual.clone() }, Exhausted::Attempts),
        (Situation { budget: false, ..usual.clone() }, Exhausted::Budget),
        (Situation { remaining: SECOND, ..usual.clone() }, Exhausted::Deadline),
        (asks(60 * SECOND), Exhausted::Deadline),
        (asks(Duration::MAX), Exhausted::Deadline),
    ] {
        let stop = Decision::Stop {
            outcome: Outcome::NotSent,
            kind: ErrorKind::Transport,
            exhausted: Some(exhausted),
        };
        assert_eq!(decide(&situation), stop);
    }
    // As long as the provider asks, and never sooner than we would by ourselves.
    for (situation, after) in [
        (usual.clone(), SECOND),
        (asks(Duration::ZERO), SECOND),
        (asks(SECOND / 2), SECOND),
        (asks(7 * SECOND), 7 * SECOND),
    ] {
        assert_eq!(decide(&situation), Decision::Retry { after, outcome: Outcome::NotSent });
    }
}

#[test]
fn a_body_may_name_the_kind_whatever_the_status() {
    let problem = || Problem::default().with_kind(ErrorKind::NotFound);
    let (refused, by_status) = (Verdict::Refused(problem()), Verdict::ByStatus(problem()));
    let mut table = String::new();
    for (name, verdict) in [("refused", &refused), ("by_status", &by_status)] {
        for status in [200, 400, 401, 500] {
            let declared = status == 401;
            let [read, idempotent, once] = row(Ended::Answered { status, declared, verdict });
            writeln!(table, "{name} {status} {read} {idempotent} {once}").unwrap();
        }
    }
    assert_table(
        &table,
        "
        verdict   status read              idempotent        once
        refused   200    refused not_found refused not_found refused not_found
        refused   400    refused not_found refused not_found refused not_found
        refused   401    refused not_found refused not_found refused not_found
        refused   500    refused not_found refused not_found refused not_found
        by_status 200    retry/refused     retry/unknown     unknown not_found
        by_status 400    refused not_found unknown not_found unknown not_found
        by_status 401    renew/refused     renew/refused     renew/refused
        by_status 500    retry/refused     retry/unknown     unknown not_found
        ",
    );
}

#[test]
fn credentials_that_the_body_names_are_renewed_too() {
    let verdict = Verdict::Refused(Problem::default().with_kind(ErrorKind::Unauthorized));
    let ended = Ended::Answered { status: 401, declared: true, verdict: &verdict };
    assert_eq!(row(ended), ["renew/refused"; 3]);
}

fn row(ended: Ended<'_>) -> [String; 3] {
    [Effect::Read, Effect::Idempotent, Effect::Once]
        .map(|effect| words(decide(&situation(effect, ended))))
}

/// Compares line by line, whatever the spaces; the first line of `expected` is the head.
fn assert_table(actual: &str, expected: &str) {
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected: Vec<_> = expected.trim().lines().skip(1).map(plain).collect();
    let actual: Vec<_> = actual.lines().map(plain).collect();
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(&expected) {
        assert_eq!(actual, expected);
    }
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    let problem = Problem::default;
    prop_oneof![
        Just(Verdict::Succeeded),
        Just(Verdict::Declined(problem())),
        Just(Verdict::Refused(problem())),
        Just(Verdict::Throttled(problem())),
        Just(Verdict::Faulty(problem())),
        Just(by_status()),
        Just(Verdict::Unclear(String::new())),
        Just(Verdict::Contradicts(String::new())),
        Just(Verdict::Foreign(String::new())),
    ]
}

/// What surrounds the end of an attempt, anything at all.
#[derive(Clone, Debug)]
struct Around {
    effect: Effect,
    attempt: u32,
    max_attempts: u32,
    retry_after: Option<Duration>,
    backoff: Duration,
    renewal: Renewal,
    budget: bool,
    remaining: Duration,
}

impl Around {
    fn with<'a>(&self, ended: Ended<'a>) -> Situation<'a> {
        let Self { effect, attempt, max_attempts, retry_after, .. } = *self;
        let Self { backoff, renewal, budget, remaining, .. } = *self;
        Situation {
            effect,
            ended,
            attempt,
            max_attempts,
            retry_after,
            backoff,
            renewal,
            budget,
            remaining,
        }
    }
}

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (0_u64..100_000).prop_map(Duration::from_millis),
    ]
}

prop_compose! {
    fn around()(
        effect in prop_oneof![Just(Effect::Read), Just(Effect::Idempotent), Just(Effect::Once)],
        attempt in 1_u32..6,
        max_attempts in 1_u32..6,
        retry_after in proptest::option::of(any_duration()),
        backoff in any_duration(),
        renewal in prop_oneof![
            Just(Renewal::Possible),
            Just(Renewal::Done),
            Just(Renewal::Impossible),
            Just(Renewal::Strict),
        ],
        budget in any::<bool>(),
        remaining in any_duration(),
    ) -> Around {
        Around { effect, attempt, max_attempts, retry_after, backoff, renewal, budget, remaining }
    }
}

fn any_failure() -> impl Strategy<Value = Failure> {
    prop_oneof![
        Just(Failure::Connect),
        Just(Failure::Timeout),
        Just(Failure::Broken),
        Just(Failure::Malformed),
        Just(Failure::TooLarge),
        Just(Failure::Request),
    ]
}

fn goes_on(decision: Decision) -> bool {
    matches!(decision, Decision::Retry { .. } | Decision::Renew { .. })
}

/// What holds whatever happened.
fn check_bounds(around: &Around, decision: Decision) -> Result<(), TestCaseError> {
    if let Decision::Retry { after, .. } = decision {
        prop_assert!(after < around.remaining);
        prop_assert!(around.attempt < around.max_attempts);
        prop_assert!(around.budget);
        prop_assert!(after >= around.retry_after.unwrap_or_default());
    }
    if let Decision::Renew { .. } = decision {
        prop_assert_eq!(around.renewal, Renewal::Possible);
        prop_assert!(!around.remaining.is_zero());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn an_attempt_without_an_answer_is_never_a_yes(
        around in around(),
        failure in any_failure(),
        sent in any::<bool>(),
    ) {
        let phase = if sent { Phase::Unknown } else { Phase::NotSent };
        let decision = decide(&around.with(Ended::Failed { phase, failure }));
        check_bounds(&around, decision)?;
        prop_assert_ne!(decision, Decision::Accept);
        let is_renewed = matches!(decision, Decision::Renew { .. });
        prop_assert!(!is_renewed);
        if sent && around.effect == Effect::Once {
            prop_assert!(!goes_on(decision), "a write was sent again on a guess");
        }
        let expected = if sent { Outcome::Unknown } else { Outcome::NotSent };
        if let Decision::Stop { outcome, .. } | Decision::Retry { outcome, .. } = decision {
            prop_assert_eq!(outcome, expected);
        }
    }

    #[test]
    fn an_answer_permits_no_more_than_it_proves(
        around in around(),
        status in 100_u16..1000,
        declared in any::<bool>(),
        verdict in any_verdict(),
    ) {
        let decision = decide(&around.with(Ended::Answered { status, declared, verdict: &verdict }));
        check_bounds(&around, decision)?;
        prop_assert_eq!(decision == Decision::Accept, matches!(verdict, Verdict::Succeeded));

        let throttled = matches!(verdict, Verdict::Throttled(_));
        if around.effect == Effect::Once && goes_on(decision) {
            prop_assert!(declared || throttled, "a write was sent again on a guess");
            prop_assert!(matches!(status, 401 | 429) || throttled);
        }

        // What is said of a write that was answered.
        let said_no = matches!(
            verdict,
            Verdict::Declined(_) | Verdict::Refused(_) | Verdict::Throttled(_)
        );
        if let Decision::Stop { outcome, .. }
        | Decision::Retry { outcome, .. }
        | Decision::Renew { outcome } = decision
        {
            prop_assert_ne!(outcome, Outcome::NotSent);
            if around.effect != Effect::Read && outcome == Outcome::Refused {
                prop_assert!(declared || said_no, "nothing proves the refusal");
            }
            if outcome == Outcome::Applied {
                prop_assert!(matches!(verdict, Verdict::Contradicts(_)));
                prop_assert_ne!(around.effect, Effect::Read);
            }
            if matches!(verdict, Verdict::Declined(_)) && (500..600).contains(&status) {
                prop_assert_eq!(outcome, Outcome::Unknown);
            }
        }
    }
}
