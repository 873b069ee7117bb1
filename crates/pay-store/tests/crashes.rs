//! A process dies at every await, one after the other, and at random: at most one effect per key and
//! epoch, stored answers never change, every key has an honest state.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(missing_docs, unreachable_pub, dead_code)]

#[path = "support/till.rs"]
mod till;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use pay_core::{ManualClock, Outcome, Randomness as _, SeededRandomness};
use pay_store::{Decision, EntryKey, Journal, Query, SimulationStore, State};
use time::OffsetDateTime;

use till::{Does, Till, account, account_key, keys, pay};

fn clock() -> ManualClock {
    let start = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
    ManualClock::auto_up_to(start, Duration::from_secs(5))
}

fn journal(store: &SimulationStore, clock: &ManualClock) -> Journal {
    Journal::new(store.clone(), keys()).clock(Arc::new(clock.clone()))
}

/// One life of a process: runs until it is done, or until the machine dies and takes every task.
fn live<F: Future<Output = ()> + Send + 'static>(machine: &SimulationStore, life: F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let life = tokio::spawn(life);
        tokio::select! {
            ended = life => ended.unwrap(),
            () = machine.crashed() => {}
        }
    });
    // Dropping the runtime drops the tasks where they stand.
}

const PLANS: [Does; 8] = [
    Does::Applies,
    Does::Declines,
    Does::AppliesSilently,
    Does::IsLost,
    Does::IsNotSent,
    Does::RefusesForNow,
    Does::Refuses,
    Does::Contradicts,
];

#[test]
fn a_crash_at_any_await_leaves_an_honest_state() {
    let mut crashes = 0;
    for does in PLANS {
        for arrives in [false, true] {
            for step in 1.. {
                let (till, clock) = (Till::new(), clock());
                till.plan([does, Does::Applies]);
                let machine = SimulationStore::new();
                machine.crash_at(step);
                machine.unsynced_arrives(arrives);
                let told = Arc::new(Mutex::new(None));
                live(&machine, {
                    let account = account(&journal(&machine, &clock), &till.on(&machine));
                    let told = Arc::clone(&told);
                    async move {
                        let answer = pay(&account, "a").await;
                        *told.lock().unwrap() = Some(answer.map(|paid| (*paid).clone()));
                    }
                });
                let died = told.lock().unwrap().is_none();
                let sent = till.requests();
                // The next life: after the time to send, look, then ask with the same key.
                clock.advance(Duration::from_secs(600));
                let after = machine.restart();
                live(&after, check_honest(after.clone(), till.clone(), clock, sent));
                crashes += usize::from(died);
                if !died {
                    break;
                }
            }
        }
    }
    // Each plan has its record, the sending and the second record to die in.
    assert!(crashes >= PLANS.len() * 2 * 7, "{crashes}");
}

async fn check_honest(store: SimulationStore, till: Till, clock: ManualClock, sent: usize) {
    let journal = journal(&store, &clock);
    let account = account(&journal, &till);
    let key = EntryKey::new(account_key(), "till.pay", "a").unwrap();
    account.recover().await.unwrap();
    let before = journal.desk().entry(&key).await.unwrap();
    let state = before.as_ref().map(|entry| entry.state);
    if sent > 0 {
        assert!(state.is_some(), "sent, and nobody knows");
        assert_ne!(state, Some(State::Sending));
    }
    let effects = till.effects();
    let answer = pay(&account, "a").await;
    let may_have_started = state.is_none_or(State::may_start);
    if !may_have_started {
        assert_eq!(till.requests(), sent, "{state:?} was sent again");
    }
    assert!(till.effects() <= 1, "{state:?}");
    match &answer {
        Ok(paid) => assert_eq!((till.effects(), paid.declined), (1, false)),
        Err(error) => match error.outcome() {
            Outcome::NotSent | Outcome::Refused => assert_eq!(till.effects(), 0, "{error}"),
            Outcome::Applied => assert_eq!(till.effects(), 1),
            // It was lost just now: the next call looks for it.
            Outcome::Unknown if may_have_started => assert_eq!(till.requests(), sent + 1),
            // Only where nothing can be found: the till shows all that took effect.
            Outcome::Unknown => assert_eq!((till.effects(), effects), (0, 0), "{error}"),
        },
    }
    // Asked once more, the same.
    let again = pay(&account, "a").await;
    match (&answer, &again) {
        (Ok(one), Ok(other)) => assert_eq!(**one, **other),
        (Err(one), Ok(_)) if one.outcome() == Outcome::Unknown => assert_eq!(till.effects(), 1),
        (Err(one), Err(other)) if !one.outcome().is_without_effect() => {
            assert_eq!(one.outcome(), other.outcome());
        }
        (Err(one), _) => assert!(one.outcome().is_without_effect()),
        (one, other) => panic!("{one:?}, then {other:?}"),
    }
}

/// Lives with several calls each that end in random crashes, with random plans and failing stores.
#[test]
fn random_lives_never_pay_twice_and_never_change_an_answer() {
    for seed in 0..400 {
        let dice = Arc::new(SeededRandomness::new(seed));
        let roll = |sides: u64| dice.next_u64() % sides;
        let (till, clock) = (Till::new(), clock());
        let answers = Arc::new(Mutex::new(BTreeMap::<String, String>::new()));
        let allowed = Arc::new(Mutex::new(BTreeMap::<String, usize>::new()));
        let mut machine = SimulationStore::new();
        for _ in 0..6 {
            let plans = (0..4).map(|_| PLANS[usize::try_from(roll(8)).unwrap()]);
            till.plan(plans.collect::<Vec<_>>());
            if roll(4) > 0 {
                machine.crash_at(1 + roll(60));
            }
            machine.unsynced_arrives(roll(2) == 0);
            machine.set_down(match roll(12) {
                0 => Some(pay_store::Down::Full),
                1 => Some(pay_store::Down::Gone),
                2 => Some(pay_store::Down::AnswersLost),
                _ => None,
            });
            till.hide(roll(3) == 0);
            let keys: Vec<_> = (0..5).map(|_| format!("key-{}", roll(3))).collect();
            let rearm = roll(4) == 0;
            live(&machine, {
                let journal = journal(&machine, &clock);
                let account = account(&journal, &till.on(&machine));
                let (answers, allowed) = (Arc::clone(&answers), Arc::clone(&allowed));
                async move {
                    if rearm {
                        rearm_all(&journal, &allowed).await;
                    }
                    let calls = keys.into_iter().map(|key| {
                        let (account, answers) = (account.clone(), Arc::clone(&answers));
                        tokio::spawn(async move {
                            let answer = pay(&account, &key).await;
                            remember(&answers, key, answer);
                        })
                    });
                    for call in calls.collect::<Vec<_>>() {
                        call.await.unwrap();
                    }
                    let _ = account.recover().await;
                }
            });
            clock.advance(Duration::from_secs(roll(600)));
            machine = machine.restart();
            for number in 0..3 {
                let key = format!("key-{number}");
                let epochs = 1 + allowed.lock().unwrap().get(&key).copied().unwrap_or(0);
                let effects = till.effects_of(&key);
                assert!(effects <= epochs, "seed {seed}: {key} took effect {effects} times");
            }
        }
    }
}

/// A person allows everything that may be allowed: from then on it may happen once more.
async fn rearm_all(journal: &Journal, allowed: &Mutex<BTreeMap<String, usize>>) {
    let desk = journal.desk();
    for entry in desk.list(&Query::unfinished()).await.unwrap_or_default() {
        let because = Decision::new("ada", "to see what comes").unwrap();
        // Counted first: it may be written although it is not told.
        *allowed.lock().unwrap().entry(entry.key.key().to_owned()).or_default() += 1;
        let _ = desk.rearm(&entry.key, because).await;
    }
}

/// What a caller was told for good must never be told otherwise.
fn remember(
    answers: &Mutex<BTreeMap<String, String>>,
    key: String,
    answer: pay_core::Result<pay_store::Recorded<till::Receipt>>,
) {
    let told = match &answer {
        Ok(paid) => format!("paid {}", paid.number),
        Err(error) if error.is_declined() => "declined".to_owned(),
        Err(_) => return,
    };
    let before = answers.lock().unwrap().insert(key.clone(), told.clone());
    if let Some(before) = before {
        assert_eq!(before, told, "{key}");
    }
}

#[test]
fn without_a_crash_nothing_is_in_doubt() {
    let (till, clock) = (Till::new(), clock());
    let machine = SimulationStore::new();
    live(&machine, {
        let (machine, till, clock) = (machine.clone(), till.clone(), clock.clone());
        async move {
            let account = account(&journal(&machine, &clock), &till);
            for number in 0..50 {
                pay(&account, &format!("a-{number}")).await.unwrap();
            }
        }
    });
    assert_eq!((till.requests(), till.effects(), till.searches()), (50, 50, 0));
}

/// The record fails after the provider said yes: the caller gets the answer, and is told.
#[test]
fn an_answer_that_cannot_be_recorded_is_given_with_a_warning() {
    for (does, outcome) in [
        (Does::Applies, Outcome::Applied),
        (Does::Contradicts, Outcome::Applied),
        (Does::Declines, Outcome::Refused),
        (Does::IsNotSent, Outcome::NotSent),
    ] {
        let (till, clock) = (Till::new(), clock());
        till.plan([does]);
        let store = SimulationStore::new();
        live(&store, {
            let (store, till, clock) = (store.clone(), till.clone(), clock.clone());
            async move {
                let account = account(&journal(&store, &clock), &till);
                let breaks = store.clone();
                let error = account
                    .once("a", till::lost("a"), |till| async move {
                        let answer = till.pay("a").await;
                        breaks.set_down(Some(pay_store::Down::Full));
                        answer
                    })
                    .await
                    .unwrap_err();
                assert_eq!(error.outcome(), outcome, "{error}");
                assert_eq!(error.kind(), pay_core::ErrorKind::Storage);
                if outcome == Outcome::Applied {
                    let value: till::Receipt = error.body().unwrap();
                    assert_eq!(value.reference, "a");
                    assert!(error.message().contains("not durable"), "{error}");
                }
                // Nothing can be sent while the journal is away.
                let error = pay(&account, "b").await.unwrap_err();
                assert_eq!(error.outcome(), Outcome::NotSent);
                assert_eq!(till.requests(), 1);
            }
        });
    }
}
