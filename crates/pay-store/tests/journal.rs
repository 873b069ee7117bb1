//! What the journal promises, on every store: each function takes any, the runners at the end name
//! them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[macro_use]
#[path = "support/every_store.rs"]
mod every_store;
#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{future::Future as _, time::Duration};

use pay_core::{Clock as _, Error, ErrorKind, Outcome};
use pay_store::{Decision, Journal, Keyring, Query, Recorded, State, Store, Unfinished};

use till::{
    Does, Receipt, Till, account, account_key, because, clock, journal, key, keys, lost, pay, start,
};

async fn state(journal: &Journal, text: &str) -> State {
    journal.desk().entry(&key(text)).await.unwrap().unwrap().state
}

async fn the_same_key_gives_the_stored_answer(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let first_journal = journal(store.clone(), &clock);
    let first = pay(&account(&first_journal, &till), "order-1").await.unwrap();
    assert!(!first.is_replayed() && first.meta().is_some());
    // Also over a restart, and long after.
    clock.advance(Duration::from_secs(1_000_000));
    let later = journal(store, &clock);
    let again = pay(&account(&later, &till), "order-1").await.unwrap();
    assert!(again.is_replayed());
    assert_eq!((*first).clone(), *again);
    assert_eq!((till.requests(), till.searches()), (1, 0));
    assert_eq!(state(&later, "order-1").await, State::Applied);
}

async fn what_the_provider_said_no_to_is_given_again(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::Declines, Does::Refuses, Does::Contradicts]);
    for (text, expected, outcome) in [
        ("declined", State::Declined, Outcome::Refused),
        ("refused", State::Refused, Outcome::Refused),
        ("contradicted", State::Applied, Outcome::Applied),
    ] {
        let first = pay(&account, text).await.unwrap_err();
        let again = pay(&account, text).await.unwrap_err();
        for error in [&first, &again] {
            assert_eq!(error.outcome(), outcome, "{error}");
            assert_eq!(error.is_declined(), expected == State::Declined);
        }
        assert_eq!(first.message(), again.message());
        assert_eq!(first.body::<Receipt>(), again.body::<Receipt>());
        assert_eq!(state(&journal, text).await, expected);
    }
    assert_eq!(till.requests(), 3);
}

async fn what_surely_did_not_happen_may_start_again(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::IsNotSent, Does::RefusesForNow, Does::Applies]);
    assert_eq!(pay(&account, "a").await.unwrap_err().outcome(), Outcome::NotSent);
    assert_eq!(state(&journal, "a").await, State::NotSent);
    assert!(pay(&account, "a").await.unwrap_err().is_rate_limited());
    assert_eq!(state(&journal, "a").await, State::RefusedForNow);
    assert_eq!(pay(&account, "a").await.unwrap().epoch(), 3);
    assert_eq!((till.requests(), till.effects()), (3, 1));
    let history = journal.desk().history(&key("a")).await.unwrap();
    let states: Vec<_> = history.iter().map(|event| (event.epoch, event.state)).collect();
    assert_eq!(
        states,
        [
            (1, State::Sending),
            (1, State::NotSent),
            (2, State::Sending),
            (2, State::RefusedForNow),
            (3, State::Sending),
            (3, State::Applied),
        ]
    );
}

async fn another_request_under_the_same_key_is_refused(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    pay(&account, "a").await.unwrap();
    let other = [
        lost("a").with_amount("11.00".parse().unwrap()),
        lost("b"),
        lost("a").with_detail("last4", "1111"),
    ];
    for other in other {
        let error =
            account.once("a", other, |till| async move { till.pay("a").await }).await.unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    let also = account
        .once("a", lost("a"), |till| async move { till.pay("a").await })
        .also("description", "shoes");
    assert!(also.await.unwrap_err().is_invalid());
    // Another operation is another entry.
    let other = pay_core::LostCall::new("till.refund", start());
    account.once("a", other, |till| async move { till.pay("r").await }).await.unwrap();
    for bad in ["", "a b", "4111111111111111", &"x".repeat(65)] {
        let error = pay_as(&account, bad).await.unwrap_err();
        assert!(error.is_invalid());
    }
    assert_eq!(till.requests(), 2);
}

async fn pay_as(account: &pay_store::Account<Till>, key: &str) -> Result<Recorded<Receipt>, Error> {
    account.once(key, lost("x"), |till| async move { till.pay("x").await }).await
}

async fn what_is_in_doubt_is_looked_for_and_never_sent(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::IsLost]);
    for _ in 0..5 {
        let error = pay(&account, "a").await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        clock.advance(Duration::from_secs(10_000));
    }
    let error = pay(&account, "a").await.unwrap_err();
    let unfinished = Unfinished::of(&error).unwrap();
    assert!(!unfinished.is_in_progress());
    assert!(unfinished.note().contains("not seen yet"), "{unfinished}");
    assert!(error.lost_call().is_some());
    assert_eq!((till.requests(), till.searches()), (1, 5));
    // A search that finds the same again is no news.
    assert_eq!(journal.desk().history(&key("a")).await.unwrap().len(), 3);
}

async fn what_is_found_is_final(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::AppliesSilently]);
    till.hide(true);
    assert_eq!(pay(&account, "a").await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(pay(&account, "a").await.unwrap_err().outcome(), Outcome::Unknown);
    till.hide(false);
    let found = pay(&account, "a").await.unwrap();
    assert!(found.is_replayed());
    assert_eq!(found.reference, "a");
    till.hide(true);
    assert_eq!(*pay(&account, "a").await.unwrap(), *found);
    assert_eq!((till.requests(), till.effects()), (1, 1));
}

async fn many_calls_at_once_have_one_effect_and_one_answer(store: impl Store + Clone) {
    let till = Till::new();
    let journals: Vec<_> = (0..3).map(|_| Journal::new(store.clone(), keys())).collect();
    let calls: Vec<_> = (0..30)
        .map(|call| {
            let account = account(&journals[call % 3], &till);
            tokio::spawn(async move { pay(&account, "a").await.map(Recorded::into_inner) })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap().unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!((till.requests(), till.effects()), (1, 1));
}

async fn a_dropped_caller_cannot_skip_the_record(store: impl Store + Clone) {
    let till = Till::new();
    // On the machine's clock: it waits for the call whose caller left.
    let journal = Journal::new(store, keys());
    let account = account(&journal, &till);
    for polls in 0..40 {
        let text = format!("a-{polls}");
        {
            let mut paying = Box::pin(pay(&account, &text));
            for _ in 0..polls {
                let polled = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(paying.as_mut().poll(context).is_ready())
                });
                if polled.await {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // Whatever it came to: the key has an honest answer, and the effect happened at most once.
        let before = till.effects();
        match pay(&account, &text).await {
            Ok(paid) => assert_eq!(paid.reference, text),
            Err(error) => panic!("{polls}: {error:?}"),
        }
        assert!(till.effects() <= before + 1);
    }
    assert_eq!(till.effects(), 40);
}

async fn what_a_dead_owner_left_is_resolved_after_its_time(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let dead = journal(store.clone(), &clock);
    till.plan([Does::AppliesSilently, Does::IsLost]);
    for text in ["there", "not-there"] {
        // The entry of a process that died while it was sending.
        pay(&account(&dead, &till), text).await.unwrap_err();
        let mut entry = dead.desk().entry(&key(text)).await.unwrap().unwrap();
        entry.state = State::Sending;
        entry.note = String::new();
        entry.revision += 1;
        let event = dead.desk().history(&key(text)).await.unwrap().remove(0);
        assert!(store.update(&entry, &event).await.unwrap());
    }
    let alive = journal(store, &clock).wait(Duration::ZERO);
    let account = account(&alive, &till);
    // Its time is not over: it may be alive.
    let error = pay(&account, "there").await.unwrap_err();
    assert!(Unfinished::of(&error).unwrap().is_in_progress());
    assert!(account.recover().await.unwrap().is_empty());
    clock.advance(Duration::from_secs(120));
    let mut recovered = account.recover().await.unwrap();
    recovered.sort_by_key(|entry| entry.state);
    let states: Vec<_> = recovered.iter().map(|entry| (entry.key.key(), entry.state)).collect();
    assert_eq!(states, [("there", State::Applied), ("not-there", State::InDoubt)]);
    assert_eq!(pay(&account, "there").await.unwrap().reference, "there");
    assert_eq!(pay(&account, "not-there").await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(till.requests(), 2);
}

async fn a_person_settles_and_rearms(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    let desk = journal.desk();
    till.plan([Does::IsLost, Does::IsLost, Does::IsLost, Does::Declines]);
    for text in ["gone", "there", "again", "declined"] {
        pay(&account, text).await.unwrap_err();
    }
    // A decision about what has an answer, or is not there, is refused.
    assert!(desk.settle(&key("declined"), true, because()).await.is_err());
    assert!(desk.settle(&key("nowhere"), true, because()).await.unwrap_err().is_not_found());
    assert!(desk.rearm(&key("declined"), because()).await.is_err());
    assert!(Decision::new("ada", " ").is_err());
    let error = Decision::new("ada", "the portal shows 4111 1111 1111 1111").unwrap_err();
    assert!(error.is_invalid() && error.message().contains("why"), "{error}");
    assert!(!format!("{error:?}").contains("1111"), "{error:?}");

    desk.settle(&key("gone"), false, because()).await.unwrap();
    desk.settle(&key("there"), true, because()).await.unwrap();
    let error = pay(&account, "gone").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused);
    let error = pay(&account, "there").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NoAnswer, Outcome::Applied));
    assert!(error.message().contains("ada: looked in the portal"), "{error}");

    // Sending again: only after the time to send and the margin.
    let entry = desk.entry(&key("again")).await.unwrap().unwrap();
    clock.advance(Duration::from_secs(120 + 300 - 1));
    assert!(desk.rearm(&key("again"), because()).await.is_err());
    assert!(clock.now() < entry.send_by + Duration::from_secs(300));
    clock.advance(Duration::from_secs(2));
    desk.rearm(&key("again"), because()).await.unwrap();
    assert_eq!(pay(&account, "again").await.unwrap().epoch(), 2);
    assert!(desk.rearm(&key("again"), because()).await.is_err());
    let history = desk.history(&key("again")).await.unwrap();
    let rearmed = history.iter().find(|event| event.state == State::Rearmed).unwrap();
    assert_eq!((rearmed.by.as_str(), rearmed.why.as_str()), ("ada", "looked in the portal"));
    // What is settled as not applied can be sent after all.
    desk.rearm(&key("gone"), because()).await.unwrap();
    pay(&account, "gone").await.unwrap();
    assert_eq!(till.requests(), 6);
}

/// Its payer was told no by the provider, and must not be charged by the next try with the key.
async fn a_decline_that_a_search_found_is_the_answer(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::DeclinesSilently]);
    assert_eq!(pay(&account, "a").await.unwrap_err().outcome(), Outcome::Unknown);
    for _ in 0..2 {
        let error = pay(&account, "a").await.unwrap_err();
        assert!(error.is_declined() && error.outcome() == Outcome::Refused, "{error}");
        assert_eq!(error.body::<Receipt>().unwrap().reference, "a");
    }
    assert_eq!(state(&journal, "a").await, State::Declined);
    assert!(journal.desk().rearm(&key("a"), because()).await.is_err());
    assert_eq!(till.requests(), 1);
}

async fn what_has_its_answer_is_never_armed_again(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::Applies, Does::Declines, Does::Refuses]);
    pay(&account, "paid").await.unwrap();
    for text in ["declined", "refused"] {
        pay(&account, text).await.unwrap_err();
    }
    clock.advance(Duration::from_secs(24 * 3600));
    for text in ["paid", "declined", "refused"] {
        let before = journal.desk().entry(&key(text)).await.unwrap();
        let error = journal.desk().rearm(&key(text), because()).await.unwrap_err();
        assert!(error.message().contains("nothing to send again"), "{text}: {error}");
        for applied in [true, false] {
            assert!(journal.desk().settle(&key(text), applied, because()).await.is_err());
        }
        assert_eq!(journal.desk().entry(&key(text)).await.unwrap(), before);
    }
    assert!(pay(&account, "paid").await.unwrap().is_replayed());
    assert_eq!(till.requests(), 3);
}

/// "Not found" is what a search says of its own request, and of a list that lags.
async fn a_search_that_fails_proves_nothing(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    for kind in [ErrorKind::NotFound, ErrorKind::Refused, ErrorKind::Declined, ErrorKind::Invalid] {
        let account = journal.account(account_key(), till.clone(), move |_, _| async move {
            Err::<pay_core::Resolution<Receipt>, _>(Error::new(kind, Outcome::Refused, "no"))
        });
        till.plan([Does::IsLost]);
        let text = kind.as_str();
        for _ in 0..3 {
            assert_eq!(pay(&account, text).await.unwrap_err().outcome(), Outcome::Unknown);
        }
        assert_eq!(state(&journal, text).await, State::InDoubt);
    }
    assert_eq!(till.requests(), 4);
}

/// A search goes by the time of the sending that it is about.
async fn each_sending_has_its_own_time(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::IsNotSent, Does::RefusesForNow, Does::IsLost]);
    for epoch in 1..=3 {
        clock.advance(Duration::from_secs(3600));
        pay(&account, "a").await.unwrap_err();
        let entry = journal.desk().entry(&key("a")).await.unwrap().unwrap();
        assert_eq!((entry.epoch, entry.began_at), (epoch, clock.now()));
        let lost = entry.lost_call.unwrap();
        assert_eq!((lost.from(), lost.to()), (entry.began_at, Some(entry.send_by)));
    }
}

async fn a_rearm_that_was_not_used_is_taken_back(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    let desk = journal.desk();
    till.plan([Does::IsLost]);
    pay(&account, "a").await.unwrap_err();
    clock.advance(Duration::from_secs(120 + 301));
    desk.rearm(&key("a"), because()).await.unwrap();
    desk.settle(&key("a"), true, because()).await.unwrap();
    assert_eq!(pay(&account, "a").await.unwrap_err().outcome(), Outcome::Applied);
    assert_eq!(till.requests(), 1);
}

/// The database was lost: a person enters what the provider shows.
async fn what_the_journal_never_saw_can_be_recorded(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    let desk = journal.desk();
    let paid = desk.record(key("paid"), true, because()).await.unwrap();
    assert_eq!((paid.state, paid.epoch), (State::SettledApplied, 0));
    let error = pay(&account, "paid").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NoAnswer, Outcome::Applied));
    // What there is an entry of is settled, never overwritten.
    for applied in [true, false] {
        let error = desk.record(key("paid"), applied, because()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    }
    assert_eq!(desk.entry(&key("paid")).await.unwrap().unwrap(), paid);
    desk.record(key("gone"), false, because()).await.unwrap();
    assert_eq!(pay(&account, "gone").await.unwrap_err().outcome(), Outcome::Refused);
    assert_eq!(till.requests(), 0);
    // Armed again it is an entry like any other: from then on another request is refused.
    clock.advance(Duration::from_secs(301));
    desk.rearm(&key("gone"), because()).await.unwrap();
    assert_eq!(pay(&account, "gone").await.unwrap().epoch(), 1);
    let other = lost("gone").with_amount("99.99".parse().unwrap());
    let other = account.once("gone", other, |till| async move { till.pay("gone").await });
    assert!(other.await.unwrap_err().is_invalid());
    assert_eq!(till.requests(), 1);
}

async fn pruned_entries_leave_a_tombstone(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    till.plan([Does::Applies, Does::Declines, Does::IsLost]);
    pay(&account, "paid").await.unwrap();
    for text in ["declined", "lost"] {
        pay(&account, text).await.unwrap_err();
    }
    clock.advance(Duration::from_secs(100));
    pay(&account, "young").await.unwrap();
    let before = clock.now() - Duration::from_secs(50);
    assert_eq!(journal.desk().prune(before).await.unwrap(), 2);
    assert_eq!(journal.desk().prune(before).await.unwrap(), 0);
    let entry = journal.desk().entry(&key("paid")).await.unwrap().unwrap();
    assert!(entry.answer.is_none() && entry.lost_call.is_none() && entry.pruned_at.is_some());
    let error = pay(&account, "paid").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::NoAnswer, Outcome::Applied));
    assert!(pay(&account, "declined").await.unwrap_err().is_declined());
    pay(&account, "young").await.unwrap();
    assert_eq!(till.requests(), 4);
}

async fn queries_find_what_they_ask_for(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store.clone(), &clock);
    till.plan([Does::Applies, Does::IsLost, Does::IsNotSent, Does::Declines]);
    for text in ["a", "b", "c", "d"] {
        let _ = pay(&account(&journal, &till), text).await;
        clock.advance(Duration::from_secs(1));
    }
    let desk = journal.desk();
    let found = async |query: &Query| {
        let entries = desk.list(query).await.unwrap();
        entries.into_iter().map(|entry| entry.key.key().to_owned()).collect::<Vec<_>>().join("")
    };
    assert_eq!(found(&Query::new()).await, "abcd");
    assert_eq!(found(&Query::new().limit(2)).await, "ab");
    assert_eq!(found(&Query::unfinished()).await, "b");
    assert_eq!(found(&Query::new().states([State::Applied, State::Declined])).await, "ad");
    assert_eq!(found(&Query::new().key("c")).await, "c");
    assert_eq!(found(&Query::new().changed_before(start() + Duration::from_secs(2))).await, "ab");
    assert_eq!(found(&Query::new().account(account_key())).await, "abcd");
    let other = pay_store::AccountKey::new("till", "test", "shop2");
    assert_eq!(found(&Query::new().account(other)).await, "");
    for entry in desk.list(&Query::new()).await.unwrap() {
        assert!(!desk.advice(&entry).is_empty());
        assert_eq!(store.entry(&entry.key).await.unwrap(), Some(entry));
    }
}

async fn answers_are_sealed_and_keys_can_be_replaced(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store.clone(), &clock);
    let paid = pay(&account(&journal, &till), "order-with-name").await.unwrap();
    let sealed = journal.desk().entry(&key("order-with-name")).await.unwrap().unwrap().answer;
    let text = String::from_utf8_lossy(sealed.as_deref().unwrap()).into_owned();
    assert!(!text.contains("reference"), "{text}");

    let new = Keyring::new("new", [9; 32]).unwrap();
    let blind = Journal::new(store.clone(), new.clone());
    let error = pay(&account(&blind, &till), "order-with-name").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Applied, "{error}");
    let both = Journal::new(store.clone(), new.clone().and_old("test", [7; 32]).unwrap());
    assert_eq!(both.reseal().await.unwrap(), 1);
    assert_eq!(both.reseal().await.unwrap(), 0);
    let after = Journal::new(store, new);
    assert_eq!(*pay(&account(&after, &till), "order-with-name").await.unwrap(), *paid);
    assert_eq!(till.requests(), 1);
}

async fn nothing_is_recorded_before_the_client_is_ready(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till).ready(|_| async {
        Err(Error::new(ErrorKind::ProviderFault, Outcome::Unknown, "the login is down"))
    });
    let error = pay(&account, "a").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(journal.desk().entry(&key("a")).await.unwrap().is_none());
    pay(&account.ready(|_| async { Ok(()) }), "a").await.unwrap();
    assert_eq!(till.requests(), 1);
}

async fn a_call_that_takes_too_long_is_ended_and_in_doubt(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    let paying = {
        let account = account.clone();
        tokio::spawn(async move {
            account
                .once("a", lost("a"), |_| async {
                    std::future::pending::<pay_core::Result<pay_core::Response<Receipt>>>().await
                })
                .within(Duration::from_secs(30))
                .await
        })
    };
    while clock.sleeping() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // It may still end well: nobody decides about it yet.
    for applied in [true, false] {
        let error = journal.desk().settle(&key("a"), applied, because()).await.unwrap_err();
        assert!(error.message().contains("too early"), "{error}");
    }
    clock.advance(Duration::from_secs(30));
    let error = paying.await.unwrap().unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.lost_call().is_some());
    assert_eq!(state(&journal, "a").await, State::InDoubt);
}

on_every_store!(
    the_same_key_gives_the_stored_answer,
    what_the_provider_said_no_to_is_given_again,
    what_surely_did_not_happen_may_start_again,
    another_request_under_the_same_key_is_refused,
    what_is_in_doubt_is_looked_for_and_never_sent,
    what_is_found_is_final,
    many_calls_at_once_have_one_effect_and_one_answer,
    a_dropped_caller_cannot_skip_the_record,
    what_a_dead_owner_left_is_resolved_after_its_time,
    a_person_settles_and_rearms,
    a_decline_that_a_search_found_is_the_answer,
    what_has_its_answer_is_never_armed_again,
    a_search_that_fails_proves_nothing,
    each_sending_has_its_own_time,
    a_rearm_that_was_not_used_is_taken_back,
    what_the_journal_never_saw_can_be_recorded,
    pruned_entries_leave_a_tombstone,
    queries_find_what_they_ask_for,
    answers_are_sealed_and_keys_can_be_replaced,
    nothing_is_recorded_before_the_client_is_ready,
    a_call_that_takes_too_long_is_ended_and_in_doubt,
);

/// As in a server that starts its parts in tasks.
#[tokio::test]
async fn a_store_can_be_opened_in_a_task_of_its_own() {
    let folder = stores::Folder::new();
    let path = folder.file("payments.db");
    let opened = tokio::spawn(async move { pay_store::SqliteStore::open(path).await });
    assert!(opened.await.unwrap().is_ok());
}
