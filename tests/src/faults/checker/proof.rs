//! The checker itself, on traces made by hand: a good one is let pass, and each that is made bad is
//! caught by the counter that names it, and by no other.

use super::{
    super::{
        counter::Counter,
        trace::{
            Ask, Effect, Failure, Finding, Found, Line, Made, Outcome, Seen, Tokens, Told, Trace,
        },
    },
    check,
};

/// Intent 0 is a sale under a key, asked for twice; intent 1 one without, whose answer was lost and
/// which was confirmed later.
fn good() -> Trace {
    Trace {
        seed: 7,
        intents: vec![
            Line {
                journal: true,
                group: "sale order-0".to_owned(),
                ..sale(0, done("s0"), done("s0"))
            },
            Line {
                findings: vec![Found { last: true, at: 3, finding: Finding::Applied(made("s1")) }],
                can_confirm: true,
                ..sale(1, lost(), lost())
            },
        ],
        effects: vec![effect("s0", "0.0"), effect("s1", "1.0")],
        requests: vec![
            request(0, "shop.login", Some(200), None, ""),
            request(1, "shop.sale", Some(200), None, "0.0"),
            request(2, "shop.sale", Some(200), Some("reset"), "1.0"),
        ],
        tokens: vec![Tokens { provider: "shop", logins: &["shop.login"], serve_ms: 1_000 }],
        ..Trace::default()
    }
}

fn sale(intent: usize, first: Told, second: Told) -> Line {
    let ask = |ask: usize, told: Told| Ask {
        tag: format!("{intent}.{ask}"),
        life: 0,
        worker: 0,
        from: 1,
        until: 2,
        told,
        last: ask == 1,
        ruled: false,
    };
    let asks = match second == lost() {
        true => vec![ask(0, first)],
        false => vec![ask(0, first), ask(1, second)],
    };
    Line {
        intent,
        provider: "shop",
        operation: "shop.sale",
        writes: true,
        group: format!("#{intent}"),
        journal: false,
        amount: Some("11.00"),
        done: &["sale"],
        declined: &["sale_declined"],
        undone: &["sale_voided"],
        clouded: false,
        unsaid: &[],
        or_already: false,
        of: None,
        settled: &[],
        can_confirm: false,
        asks,
        findings: Vec::new(),
    }
}

fn made(id: &str) -> Made {
    Made { ids: vec![id.to_owned()], amount: Some("11".to_owned()), ..Made::default() }
}

fn done(id: &str) -> Told {
    Told::Done(made(id))
}

fn lost() -> Told {
    failed(Outcome::Unknown, false)
}

fn failed(outcome: Outcome, declined: bool) -> Told {
    Told::Failed(Failure {
        outcome,
        declined,
        in_progress: false,
        storage: false,
        text: "it failed".to_owned(),
    })
}

fn effect(id: &str, tag: &str) -> Effect {
    Effect {
        at: 1,
        operation: "shop.sale".to_owned(),
        kind: "sale".to_owned(),
        id: id.to_owned(),
        amount: Some("11.00".to_owned()),
        tag: Some(tag.to_owned()),
    }
}

fn request(
    at: i64,
    operation: &str,
    status: Option<u16>,
    fault: Option<&'static str>,
    tag: &str,
) -> Seen {
    Seen {
        at,
        operation: operation.to_owned(),
        status,
        fault,
        late: false,
        tag: tag.to_owned(),
        life: 0,
        worker: 0,
    }
}

/// Makes the good trace bad, and asks what is said of it.
#[track_caller]
fn caught(by: Counter, spoil: impl FnOnce(&mut Trace)) {
    let mut trace = good();
    spoil(&mut trace);
    let counters: Vec<Counter> = check(&trace).0.into_iter().map(|found| found.counter).collect();
    assert!(counters.contains(&by), "{by:?} was not seen, but {counters:?}");
    assert!(counters.iter().all(|counter| *counter == by), "{by:?}, and {counters:?}");
}

#[track_caller]
fn let_pass(change: impl FnOnce(&mut Trace)) {
    let mut trace = good();
    change(&mut trace);
    assert_eq!(check(&trace).0, []);
}

fn tell(trace: &mut Trace, intent: usize, ask: usize, told: Told) {
    trace.intents[intent].asks[ask].told = told;
}

#[test]
fn a_good_trace_is_let_pass_and_counted() {
    let (violations, tally) = check(&good());
    assert_eq!(violations, []);
    assert_eq!((tally.intents, tally.effects, tally.succeeded, tally.unknown), (2, 2, 2, 1));
    assert_eq!((tally.to_confirm, tally.confirmed, tally.unresolved), (1, 1, 0));
}

#[test]
fn a_second_effect_is_doubled_with_and_without_a_key() {
    caught(Counter::Doubled, |trace| trace.effects.push(effect("s0-again", "0.0")));
    caught(Counter::Doubled, |trace| trace.effects.push(effect("s0-again", "0.1")));
    caught(Counter::Doubled, |trace| trace.effects.push(effect("s1-again", "1.0")));
}

#[test]
fn two_intents_of_one_key_are_one_payment() {
    caught(Counter::Doubled, |trace| {
        let group = trace.intents[0].group.clone();
        trace.intents.push(Line { journal: true, group, ..sale(2, done("s0"), done("s0")) });
        trace.effects.push(effect("s2", "2.0"));
    });
}

#[test]
fn a_success_without_its_effect_is_false() {
    caught(Counter::FalseSuccess, |trace| drop(trace.effects.remove(0)));
    caught(Counter::FalseSuccess, |trace| trace.effects[0].kind = "sale_declined".to_owned());
    caught(Counter::FalseSuccess, |trace| trace.effects[0].amount = Some("1.00".to_owned()));
    caught(Counter::FalseSuccess, |trace| trace.effects[0].id = "another".to_owned());
    caught(Counter::FalseSuccess, |trace| {
        trace.effects.remove(0);
        trace.intents.remove(1);
        tell(trace, 0, 0, failed(Outcome::Applied, false));
        tell(trace, 0, 1, failed(Outcome::Applied, false));
    });
}

#[test]
fn a_success_of_another_amount_is_false_whoever_put_it_there() {
    caught(Counter::FalseSuccess, |trace| {
        let other = Made { amount: Some("12.00".to_owned()), ..made("s0") };
        tell(trace, 0, 0, Told::Done(other));
        trace.requests[1].fault = Some("wrong-amount");
    });
}

#[test]
fn a_write_ends_in_its_time() {
    caught(Counter::Broken, |trace| trace.intents[1].asks[0].until = 150_002);
    let_pass(|trace| trace.intents[1].asks[0].until = 150_001);
}

#[test]
fn a_failure_with_an_effect_is_false() {
    for outcome in [Outcome::NotSent, Outcome::Refused] {
        caught(Counter::FalseFailure, |trace| {
            trace.intents.remove(0);
            tell(trace, 0, 0, failed(outcome, false));
        });
    }
    caught(Counter::FalseFailure, |trace| {
        trace.intents.remove(0);
        tell(trace, 0, 0, failed(Outcome::Refused, true));
    });
    caught(Counter::FalseFailure, |trace| {
        trace.intents.remove(0);
        tell(trace, 0, 0, Told::Skipped);
    });
}

#[test]
fn under_a_key_nothing_is_not_sent_that_was_done_before() {
    let asked_from = |trace: &mut Trace, from: i64| {
        trace.effects[0].tag = Some("0.1".to_owned());
        trace.intents[0].asks[0].from = from;
        tell(trace, 0, 0, failed(Outcome::NotSent, false));
    };
    caught(Counter::FalseFailure, |trace| asked_from(trace, 2));
    // Both were under way at once.
    let_pass(|trace| asked_from(trace, 1));
}

#[test]
fn what_the_provider_took_back_was_rightly_declined() {
    let_pass(|trace| {
        trace.intents.remove(0);
        tell(trace, 0, 0, failed(Outcome::Refused, true));
        trace.intents[0].findings.clear();
        trace.effects.push(Effect {
            kind: "sale_voided".to_owned(),
            tag: None,
            ..effect("s1", "")
        });
    });
}

#[test]
fn what_is_taken_back_later_excuses_no_earlier_word() {
    let taken_back =
        Effect { kind: "sale_voided".to_owned(), tag: None, at: 3, ..effect("s1", "") };
    caught(Counter::FalseFailure, |trace| {
        trace.intents.remove(0);
        tell(trace, 0, 0, failed(Outcome::Refused, true));
        trace.intents[0].findings.clear();
        trace.effects.push(taken_back);
    });
}

/// Intent 1 was answered, and its sale is no more than a beginning.
fn begun(trace: &mut Trace, pending: bool) {
    trace.intents[1].settled = &["sale_paid"];
    trace.intents[1].findings.clear();
    tell(trace, 1, 0, Told::Done(Made { pending, ..made("s1") }));
}

fn came_of_it(kind: &str, at: i64, tag: Option<&str>) -> Effect {
    Effect { kind: kind.to_owned(), at, tag: tag.map(str::to_owned), ..effect("s1", "") }
}

#[test]
fn what_is_told_as_paid_is_paid_by_then() {
    caught(Counter::FalseSuccess, |trace| begun(trace, false));
    caught(Counter::FalseSuccess, |trace| {
        begun(trace, false);
        trace.effects.push(came_of_it("sale_paid", 3, None));
    });
    caught(Counter::FalseSuccess, |trace| {
        begun(trace, false);
        trace.effects.push(Effect { id: "s0".to_owned(), ..came_of_it("sale_paid", 2, None) });
    });
    let_pass(|trace| {
        begun(trace, false);
        trace.effects.push(came_of_it("sale_paid", 2, Some("1.0")));
    });
}

#[test]
fn what_is_told_as_pending_was_not_declined_by_the_same_request() {
    let_pass(|trace| begun(trace, true));
    let_pass(|trace| {
        begun(trace, true);
        trace.effects.push(came_of_it("sale_voided", 2, None));
    });
    caught(Counter::FalseSuccess, |trace| {
        begun(trace, true);
        trace.effects.push(came_of_it("sale_voided", 1, Some("1.0")));
    });
}

#[test]
fn what_was_so_already_may_be_told_as_done_where_that_is_all_that_is_asked_for() {
    // Intent 1 does nothing; somebody else did the same to the same thing before.
    let already = |trace: &mut Trace| {
        trace.effects[1].tag = None;
        trace.intents[1].findings.clear();
        tell(trace, 1, 0, done("s1"));
    };
    caught(Counter::FalseSuccess, already);
    let_pass(|trace| {
        already(trace);
        trace.intents[1].or_already = true;
    });
    caught(Counter::FalseSuccess, |trace| {
        already(trace);
        trace.intents[1].or_already = true;
        trace.effects[1].at = 3;
    });
    caught(Counter::WronglyResolved, |trace| {
        trace.effects[1].tag = None;
        trace.intents[1].or_already = true;
    });
    // The same, told by an answer that names nothing. What it is about is what intent 0 made.
    let told_applied = |trace: &mut Trace| {
        trace.effects[1] = Effect { kind: "sale".to_owned(), ..effect("s0", "") };
        trace.effects[1].tag = None;
        trace.effects[0].kind = "hold".to_owned();
        trace.intents[0].done = &["hold"];
        trace.intents[1].findings.clear();
        trace.intents[1].or_already = true;
        trace.intents[1].of = Some(0);
        tell(trace, 1, 0, failed(Outcome::Applied, false));
    };
    let_pass(told_applied);
    let spoils: [fn(&mut Trace); 5] = [
        |trace| trace.intents[1].or_already = false,
        |trace| trace.intents[1].of = None,
        |trace| trace.intents[1].of = Some(1),
        |trace| trace.effects[1].at = 3,
        |trace| trace.effects[1].id = "s9".to_owned(),
    ];
    for spoil in spoils {
        caught(Counter::FalseSuccess, |trace| {
            told_applied(trace);
            spoil(trace);
        });
    }
}

#[test]
fn a_success_before_its_effect_is_false() {
    caught(Counter::FalseSuccess, |trace| trace.effects[0].at = 3);
    caught(Counter::WronglyResolved, |trace| trace.effects[1].at = 10);
}

#[test]
fn a_wrong_confirmation_is_caught() {
    caught(Counter::WronglyResolved, |trace| drop(trace.effects.remove(1)));
    caught(Counter::WronglyResolved, |trace| {
        trace.intents[1].findings[0].finding = Finding::Applied(made("s0"));
    });
    caught(Counter::WronglyResolved, |trace| {
        trace.intents[1].findings[0].finding = Finding::Declined;
    });
    caught(Counter::WronglyResolved, |trace| {
        trace.intents[1].findings[0].finding = Finding::Declined;
        trace.effects.remove(1);
    });
    let_pass(|trace| {
        trace.intents[1].findings[0].finding = Finding::Declined;
        trace.effects[1].kind = "sale_declined".to_owned();
    });
}

#[test]
fn a_candidate_is_not_a_confirmation() {
    let_pass(|trace| {
        trace.intents[1].can_confirm = false;
        trace.intents[1].findings[0].finding = Finding::Candidates(1);
    });
}

#[test]
fn doubt_needs_a_reason_that_hit_this_very_payment() {
    caught(Counter::NeedlessUnknown, |trace| trace.requests[2].fault = None);
    caught(Counter::NeedlessUnknown, |trace| trace.requests[2].fault = Some("unknown-fields"));
    caught(Counter::NeedlessUnknown, |trace| trace.requests[2].tag = "0.0".to_owned());
    // A crash, a fault of another's, or a failing store at another time explain nothing.
    caught(Counter::NeedlessUnknown, |trace| {
        trace.requests[2].fault = None;
        trace.requests[1].fault = Some("reset");
        trace.crashes.push(50);
        trace.outages.push((40, 60));
    });
    let_pass(|trace| {
        trace.requests[2].fault = None;
        trace.outages.push((0, 60));
    });
    let_pass(|trace| {
        trace.requests[2].fault = None;
        trace.intents[1].clouded = true;
    });
}

#[test]
fn when_nothing_goes_wrong_everything_must_succeed() {
    let quiet = |trace: &mut Trace| {
        trace.quiet = true;
        trace.requests[2].fault = None;
        trace.intents[1].findings.clear();
        trace.intents[1].can_confirm = false;
    };
    let_pass(|trace| {
        quiet(trace);
        tell(trace, 1, 0, done("s1"));
    });
    caught(Counter::NeedlessUnknown, quiet);
    caught(Counter::FalseSuccess, |trace| {
        quiet(trace);
        tell(trace, 1, 0, done("s1"));
        trace.effects.remove(1);
    });
}

#[test]
fn what_can_be_found_must_be_found() {
    for finding in [Finding::NotSeen, Finding::Candidates(1), Finding::Failed(String::new())] {
        caught(Counter::ResolveMissed, |trace| trace.intents[1].findings[0].finding = finding);
    }
    caught(Counter::ResolveMissed, |trace| {
        trace.intents[0].can_confirm = true;
        trace.requests[1].fault = Some("reset");
        tell(trace, 0, 0, lost());
        tell(trace, 0, 1, lost());
    });
}

#[test]
fn what_is_listed_must_at_least_be_named() {
    let named = |finding| {
        |trace: &mut Trace| {
            trace.listed = vec![1];
            trace.intents[1].can_confirm = false;
            trace.intents[1].findings[0].finding = finding;
        }
    };
    let_pass(named(Finding::Candidates(1)));
    for finding in [Finding::NotSeen, Finding::Candidates(0), Finding::Unsupported] {
        caught(Counter::ResolveMissed, named(finding));
    }
    let_pass(|trace| {
        named(Finding::NotSeen)(trace);
        trace.effects.remove(1);
    });
    // Nobody can look without a consent, and that was lost where nothing could save it.
    let_pass(|trace| {
        named(Finding::Failed(String::new()))(trace);
        trace.requests.push(request(10, "shop.oauth.refresh", Some(200), Some("cut"), ""));
        trace.stranded.push("shop".to_owned());
    });
}

#[test]
fn an_answer_without_a_documented_meaning_explains_doubt() {
    let answered = |status| {
        move |trace: &mut Trace| {
            trace.requests[2].fault = None;
            trace.requests[2].status = Some(status);
            trace.intents[1].unsaid = &[409];
        }
    };
    let_pass(answered(409));
    caught(Counter::NeedlessUnknown, answered(400));
}

#[test]
fn a_success_that_a_fault_made_up_is_believed_only_where_no_document_describes_one() {
    let made_up = |trace: &mut Trace| {
        trace.effects.remove(1);
        trace.requests[2].fault = Some("status");
        trace.intents[1].findings.clear();
        trace.intents[1].can_confirm = false;
        tell(trace, 1, 0, Told::Done(Made::default()));
    };
    caught(Counter::FalseSuccess, made_up);
    let_pass(|trace| {
        made_up(trace);
        trace.undescribed = vec!["shop.sale"];
    });
    caught(Counter::FalseSuccess, |trace| {
        made_up(trace);
        trace.undescribed = vec!["shop.sale"];
        trace.requests[2].fault = None;
    });
}

#[test]
fn a_caller_that_waited_for_another_one_with_its_key_in_vain_is_told_so() {
    let waited = |until| {
        move |trace: &mut Trace| {
            trace.quiet = true;
            trace.requests[2].fault = None;
            trace.intents[1].findings.clear();
            trace.intents[1].can_confirm = false;
            tell(trace, 1, 0, done("s1"));
            let told = Failure {
                outcome: Outcome::Unknown,
                declined: false,
                in_progress: true,
                storage: false,
                text: String::new(),
            };
            tell(trace, 0, 1, Told::Failed(told));
            trace.intents[0].asks[0].until = 30_000;
            trace.intents[0].asks[1].until = until;
            trace.intents[0].asks[1].last = false;
        }
    };
    let_pass(waited(10_001));
    caught(Counter::NeedlessUnknown, waited(9_000));
    caught(Counter::NeedlessUnknown, waited(40_000));
}

#[test]
fn a_stored_answer_never_changes() {
    caught(Counter::ChangedAnswer, |trace| {
        tell(trace, 0, 1, Told::Done(Made { ids: Vec::new(), ..made("s0") }));
    });
}

#[test]
fn a_key_ends_in_an_honest_state() {
    caught(Counter::Dishonest, |trace| tell(trace, 0, 1, Told::Crashed));
    caught(Counter::Dishonest, |trace| {
        let Told::Failed(failure) = lost() else { return };
        tell(trace, 0, 1, Told::Failed(Failure { in_progress: true, ..failure }));
    });
}

#[test]
fn a_login_while_the_token_serves_is_one_too_many() {
    let login = |at| request(at, "shop.login", Some(200), None, "");
    caught(Counter::ExtraLogins, |trace| trace.requests.insert(1, login(900)));
    let_pass(|trace| trace.requests.insert(1, login(1_000)));
    // Another process has a token of its own. A refusal is a reason; a broken connection is none.
    let_pass(|trace| trace.requests.insert(1, Seen { worker: 1, ..login(900) }));
    let_pass(|trace| {
        trace.requests.insert(1, request(800, "shop.list", Some(401), None, "0.0"));
        trace.requests.insert(2, login(900));
    });
    caught(Counter::ExtraLogins, |trace| trace.requests.push(login(900)));
}

#[test]
fn a_refresh_token_is_lost_only_where_nothing_could_save_it() {
    let exchange = |fault| request(10, "shop.oauth.refresh", Some(200), fault, "");
    let used = || request(11, "shop.sale", Some(200), None, "0.0");
    let strand = |trace: &mut Trace| trace.stranded.push("shop".to_owned());
    caught(Counter::Stranded, strand);
    caught(Counter::Stranded, |trace| {
        strand(trace);
        trace.requests.extend([exchange(None), used()]);
        trace.crashes.push(12);
    });
    caught(Counter::Stranded, |trace| {
        strand(trace);
        trace.requests.push(exchange(None));
    });
    let_pass(|trace| {
        strand(trace);
        trace.requests.push(exchange(None));
        trace.crashes.push(12);
    });
    let_pass(|trace| {
        strand(trace);
        trace.requests.extend([exchange(Some("cut")), used()]);
    });
    // The token was tried again, and then came the first time that it was sent.
    let late = || Seen { late: true, ..exchange(Some("stall")) };
    let_pass(|trace| {
        strand(trace);
        trace.requests.extend([exchange(None), late(), exchange(None), used()]);
    });
    caught(Counter::Stranded, |trace| {
        strand(trace);
        trace.requests.extend([exchange(None), exchange(Some("stall")), exchange(None), used()]);
    });
    caught(Counter::Stranded, |trace| {
        strand(trace);
        trace.requests.extend([late(), exchange(None), used(), exchange(None), used()]);
    });
}

#[test]
fn what_hangs_or_panics_is_broken() {
    caught(Counter::Broken, |trace| trace.hung = true);
    caught(Counter::Broken, |trace| trace.panics.push("a call".to_owned()));
}
