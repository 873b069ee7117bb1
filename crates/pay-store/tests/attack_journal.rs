//! Attacks on the journal: each was a hole, or could be taken for one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[macro_use]
#[path = "support/every_store.rs"]
mod every_store;
#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{sync::Arc, time::Duration};

use pay_core::{Clock as _, ManualClock, Outcome, Response};
use pay_store::{Down, Entry, EntryKey, Event, Journal, Keyring, SimulationStore, State, Store};

use till::{Does, Receipt, Till, account, because, clock, journal, key, keys, lost, pay, start};

/// The clock of a host that is a quarter of an hour ahead.
fn clock_ahead() -> ManualClock {
    ManualClock::auto_up_to(start() + Duration::from_secs(900), Duration::from_secs(1))
}

async fn a_key_can_be_used_again_after_the_store_lost_its_answer(store: SimulationStore) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store.clone(), &clock);
    let account = account(&journal, &till);
    store.set_down(Some(Down::AnswersLost));
    let error = pay(&account, "a").await.unwrap_err();
    assert_eq!((error.outcome(), till.requests()), (Outcome::NotSent, 0), "{error}");
    store.set_down(None);
    assert!(pay(&account, "a").await.is_ok());
    assert_eq!((till.requests(), till.searches()), (1, 0));

    // The next epoch of a key, too.
    till.plan([Does::IsNotSent]);
    pay(&account, "b").await.unwrap_err();
    store.set_down(Some(Down::AnswersLost));
    assert_eq!(pay(&account, "b").await.unwrap_err().outcome(), Outcome::NotSent);
    store.set_down(None);
    assert!(pay(&account, "b").await.is_ok());
    assert_eq!(till.effects(), 2);
}

#[tokio::test]
async fn not_sent_means_that_the_key_is_free() {
    a_key_can_be_used_again_after_the_store_lost_its_answer(SimulationStore::new()).await;
}

/// Two calls of one journal: what one takes back must not be what the other sends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_failed_call_takes_back_is_its_own() {
    for _ in 0..40 {
        let store = SimulationStore::new();
        let till = Till::new();
        let journal = Journal::new(store.clone(), keys()).wait(Duration::from_millis(50));
        let account = account(&journal, &till);
        let calls: Vec<_> = (0..6)
            .map(|call| {
                let (store, account) = (store.clone(), account.clone());
                tokio::spawn(async move {
                    store.set_down((call % 2 == 0).then_some(Down::AnswersLost));
                    drop(pay(&account, "a").await);
                    store.set_down(None);
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        assert!(till.requests() <= 1, "sent {} times", till.requests());
    }
}

async fn a_rearmed_tombstone_is_an_entry_again(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let first = journal(store.clone(), &clock);
    till.plan([Does::IsLost]);
    pay(&account(&first, &till), "a").await.unwrap_err();
    first.desk().settle(&key("a"), false, because()).await.unwrap();
    clock.advance(Duration::from_secs(1_000));
    assert_eq!(first.desk().prune(clock.now()).await.unwrap(), 1);
    first.desk().rearm(&key("a"), because()).await.unwrap();
    let paid = pay(&account(&first, &till), "a").await.unwrap();

    // Its answer is sealed anew with the others, and pruned with them.
    let new = Keyring::new("new", [9; 32]).unwrap();
    let both = Journal::new(store.clone(), new.clone().and_old("test", [7; 32]).unwrap());
    both.reseal().await.unwrap();
    let later = Journal::new(store, new).clock(Arc::new(clock.clone()));
    assert_eq!(*pay(&account(&later, &till), "a").await.unwrap(), *paid);
    clock.advance(Duration::from_secs(1_000));
    assert_eq!(later.desk().prune(clock.now()).await.unwrap(), 1);
    assert!(later.desk().entry(&key("a")).await.unwrap().unwrap().answer.is_none());
}

/// Somebody else changes each entry between reading and writing, once.
#[derive(Clone, Debug)]
struct Busy {
    inner: SimulationStore,
    met: Arc<std::sync::Mutex<std::collections::BTreeSet<EntryKey>>>,
}

impl Store for Busy {
    fn entry<'a>(
        &'a self,
        key: &'a EntryKey,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<Option<Entry>>> {
        self.inner.entry(key)
    }

    fn insert<'a>(
        &'a self,
        entry: &'a Entry,
        event: &'a Event,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<bool>> {
        self.inner.insert(entry, event)
    }

    fn update<'a>(
        &'a self,
        entry: &'a Entry,
        event: &'a Event,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<bool>> {
        Box::pin(async move {
            if self.met.lock().unwrap().insert(entry.key.clone()) {
                let mut other = self.inner.entry(&entry.key).await?.unwrap();
                other.revision += 1;
                other.note = "the late answer to sending 1".to_owned();
                assert!(self.inner.update(&other, event).await?);
            }
            self.inner.update(entry, event).await
        })
    }

    fn entries<'a>(
        &'a self,
        query: &'a pay_store::Query,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<Vec<Entry>>> {
        self.inner.entries(query)
    }

    fn history<'a>(
        &'a self,
        key: &'a EntryKey,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<Vec<Event>>> {
        self.inner.history(key)
    }

    fn token<'a>(
        &'a self,
        key: &'a pay_core::TokenKey,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<Option<pay_store::TokenRow>>> {
        self.inner.token(key)
    }

    fn put_token<'a>(
        &'a self,
        key: &'a pay_core::TokenKey,
        row: &'a pay_store::TokenRow,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<bool>> {
        self.inner.put_token(key, row)
    }

    fn lane<'a>(
        &'a self,
        key: &'a str,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<Option<pay_store::LaneRow>>> {
        self.inner.lane(key)
    }

    fn put_lane<'a>(
        &'a self,
        key: &'a str,
        row: &'a pay_store::LaneRow,
    ) -> pay_core::BoxFuture<'a, pay_core::Result<bool>> {
        self.inner.put_lane(key, row)
    }
}

#[tokio::test]
async fn a_resealed_journal_needs_the_old_key_no_more_whoever_else_was_at_it() {
    let (till, clock, inner) = (Till::new(), clock(), SimulationStore::new());
    pay(&account(&journal(inner.clone(), &clock), &till), "a").await.unwrap();
    let busy = Busy { inner: inner.clone(), met: Arc::default() };
    let new = Keyring::new("new", [9; 32]).unwrap();
    let both = Journal::new(busy, new.clone().and_old("test", [7; 32]).unwrap());
    assert_eq!(both.reseal().await.unwrap(), 1);
    let after = Journal::new(inner, new).clock(Arc::new(clock));
    pay(&account(&after, &till), "a").await.unwrap();
}

/// The provider's yes arrives while another host, whose clock is ahead, looks and finds it.
async fn whoever_records_first_all_are_told_the_same(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let ours = journal(store.clone(), &clock);
    let other = account(&journal(store, &clock_ahead()), &till);
    let told = account(&ours, &till)
        .once("a", lost("a"), |till| async move {
            let paid = till.pay("a").await?;
            let found = other.recover().await?;
            assert_eq!(found[0].state, State::Applied);
            // The call says more than a search can find.
            Ok(Response::of(Receipt { number: 999, ..paid.into_inner() }))
        })
        .await;
    let again = pay(&account(&ours, &till), "a").await;
    match (told, again) {
        (Ok(told), Ok(again)) => assert_eq!(*told, *again),
        (told, again) => panic!("{told:?} {again:?}"),
    }
    assert_eq!(till.requests(), 1);
}

/// As above, and the call takes what was done for something else than the search does.
async fn a_contradiction_is_told_as_what_is_stored(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let ours = journal(store.clone(), &clock);
    let other = account(&journal(store, &clock_ahead()), &till);
    till.plan([Does::Contradicts]);
    let told = account(&ours, &till)
        .once("a", lost("a"), |till| async move {
            let paid = till.pay("a").await;
            other.recover().await?;
            paid
        })
        .await;
    let again = pay(&account(&ours, &till), "a").await;
    assert_eq!(told.is_ok(), again.is_ok(), "{told:?} {again:?}");
}

/// A person decides on a host whose clock is ahead, while the answer is under way: they are wrong.
async fn what_the_journal_knows_as_done_is_never_sent_again(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let ours = journal(store.clone(), &clock);
    let desk = journal(store, &clock_ahead()).desk();
    let rearming = desk.clone();
    let error = account(&ours, &till)
        .once("rearmed", lost("rearmed"), |till| async move {
            let paid = till.pay("rearmed").await;
            rearming.rearm(&key("rearmed"), because()).await?;
            paid
        })
        .await;
    assert!(error.map_or_else(|error| error.outcome() == Outcome::Applied, |_| true));
    pay(&account(&ours, &till), "rearmed").await.unwrap();
    assert_eq!(till.effects_of("rearmed"), 1, "charged twice, though the yes was recorded");

    let settling = desk.clone();
    let error = account(&ours, &till)
        .once("settled", lost("settled"), |till| async move {
            let paid = till.pay("settled").await;
            settling.settle(&key("settled"), false, because()).await?;
            paid
        })
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Applied);
    clock.advance(Duration::from_secs(10_000));
    let entry = ours.desk().entry(&key("settled")).await.unwrap().unwrap();
    assert!(!ours.desk().advice(&entry).contains("rearm it"), "{}", ours.desk().advice(&entry));
    let open = ours.desk().open(10).await.unwrap();
    assert_eq!(open.iter().map(|entry| entry.key.key()).collect::<Vec<_>>(), ["settled"]);
    let refused = ours.desk().rearm(&key("settled"), because()).await.unwrap_err();
    assert!(refused.message().contains("late answer"), "{refused}");
    assert!(pay(&account(&ours, &till), "settled").await.is_err());
    assert_eq!(till.effects_of("settled"), 1);
}

/// The host's clock was years ahead when it began, and it died.
async fn a_clock_that_was_years_ahead_strands_nothing(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let there = journal(store.clone(), &clock);
    till.plan([Does::AppliesSilently, Does::IsLost]);
    for text in ["there", "gone"] {
        pay(&account(&there, &till), text).await.unwrap_err();
        let mut entry = store.entry(&key(text)).await.unwrap().unwrap();
        let years = Duration::from_secs(4 * 365 * 24 * 3600);
        entry.state = State::Sending;
        entry.revision += 1;
        entry.began_at += years;
        entry.changed_at += years;
        entry.send_by += years;
        let event = store.history(&key(text)).await.unwrap().remove(0);
        assert!(store.update(&entry, &event).await.unwrap());
    }
    let found = account(&there, &till).recover().await.unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(pay(&account(&there, &till), "there").await.is_ok());
    there.desk().settle(&key("gone"), false, because()).await.unwrap();
    // To send again, its time must be over all the same.
    assert!(there.desk().rearm(&key("gone"), because()).await.is_err());
}

/// Whatever the wall clock does, the owner stops when the others may take over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_outlasts_its_row() {
    let (till, clock) = (Till::new(), ManualClock::auto_up_to(start(), Duration::from_secs(1)));
    let journal = journal(SimulationStore::new(), &clock);
    let account = account(&journal, &till);
    let calling = tokio::spawn(async move {
        account
            .once("a", lost("a"), |_| std::future::pending::<pay_core::Result<Response<Receipt>>>())
            .within(Duration::MAX)
            .await
    });
    while clock.sleeping() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let entry = journal.desk().entry(&key("a")).await.unwrap().unwrap();
    let given = Duration::try_from(entry.send_by - entry.began_at).unwrap();
    clock.set_now(start() - Duration::from_secs(1_000_000));
    clock.advance(given);
    let ended = tokio::time::timeout(Duration::from_secs(20), calling).await;
    assert_eq!(ended.expect("it goes on").unwrap().unwrap_err().outcome(), Outcome::Unknown);
}

/// The same amount, as another program or a database writes it.
async fn eleven_is_eleven(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    for (text, amount) in [("a", "11.00"), ("a", "11"), ("a", "11.0"), ("b", "10"), ("b", "10.0")] {
        let lost = lost(text).with_amount(amount.parse().unwrap());
        let paid = account.once(text, lost, move |till| async move { till.pay(text).await });
        assert!(paid.await.is_ok(), "{text} {amount}");
    }
    for (text, amount) in [("a", "1.1"), ("a", "110"), ("b", "1"), ("b", "100")] {
        let lost = lost(text).with_amount(amount.parse().unwrap());
        let paid = account.once(text, lost, move |till| async move { till.pay(text).await });
        assert!(paid.await.unwrap_err().is_invalid(), "{text} {amount}");
    }
    assert_eq!(till.requests(), 2);
}

/// "Nothing happened" about a key that nobody could look at would be a guess: it was charged before.
#[tokio::test]
async fn a_key_that_cannot_be_read_is_unknown() {
    let (store, till, clock) = (SimulationStore::new(), Till::new(), clock());
    let journal = journal(store.clone(), &clock);
    let account = account(&journal, &till);
    for text in ["paid", "new"] {
        if text == "paid" {
            pay(&account, text).await.unwrap();
        }
        store.set_down(Some(Down::Gone));
        let error = pay(&account, text).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (pay_core::ErrorKind::Storage, Outcome::Unknown)
        );
        assert!(error.lost_call().is_some());
        store.set_down(None);
    }
    // It was looked at and is new, and nothing can be written: it was not sent, and nobody else did.
    store.set_down(Some(Down::Full));
    let error = pay(&account, "new").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (pay_core::ErrorKind::Storage, Outcome::NotSent));
    store.set_down(None);
    assert!(pay(&account, "paid").await.unwrap().is_replayed());
    pay(&account, "new").await.unwrap();
    assert_eq!(till.requests(), 2);
}

/// Two begin at once, and the slower one's record seems to fail: what it takes back is its own.
#[tokio::test]
async fn a_record_that_seemed_to_fail_takes_back_nobody_elses() {
    let (store, till, clock) = (SimulationStore::new(), Till::new(), clock());
    let begun = Arc::new(tokio::sync::Notify::new());
    let may_end = Arc::new(tokio::sync::Notify::new());
    let first = account(&journal(store.clone(), &clock), &till);
    let paying = {
        let (begun, may_end) = (Arc::clone(&begun), Arc::clone(&may_end));
        first.once("a", lost("a"), move |till| async move {
            begun.notify_one();
            may_end.notified().await;
            till.pay("a").await
        })
    };
    // The second has read that there is nothing, and records only then.
    let paying = std::sync::Mutex::new(Some(paying));
    let running = Arc::new(std::sync::Mutex::new(None));
    let second = {
        let (store, running) = (store.clone(), Arc::clone(&running));
        account(&journal(store.clone(), &clock), &till).ready(move |_| {
            let paying = paying.lock().unwrap().take().expect("it gets ready once");
            *running.lock().unwrap() = Some(tokio::spawn(paying.into_future()));
            let (store, begun) = (store.clone(), Arc::clone(&begun));
            async move {
                begun.notified().await;
                store.set_down(Some(Down::AnswersLost));
                Ok(())
            }
        })
    };
    assert_eq!(pay(&second, "a").await.unwrap_err().outcome(), Outcome::NotSent);
    store.set_down(None);
    assert_eq!(store.entry(&key("a")).await.unwrap().unwrap().state, State::Sending);
    may_end.notify_one();
    let paid = running.lock().unwrap().take().unwrap();
    paid.await.unwrap().unwrap();
    assert!(pay(&second, "a").await.unwrap().is_replayed());
    assert_eq!(till.requests(), 1);
}

/// What the caller's own code does wrong.
async fn panics_and_misfits_leave_an_honest_state(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock).wait(Duration::ZERO);
    let account = account(&journal, &till);
    let error = account
        .once("panics", lost("panics"), |till| async move {
            till.pay("panics").await?;
            if till.requests() > 0 {
                // A panic that the hook does not print: no test may show a card number.
                std::panic::resume_unwind(Box::new("4111111111111111"));
            }
            till.pay("never").await
        })
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        assert!(!format!("{error} {error:?}").contains("4111111111111111"), "{error:?}");
        cause = error.source();
    }
    assert_eq!(pay(&account, "panics").await.unwrap_err().outcome(), Outcome::Unknown);
    clock.advance(Duration::from_secs(121));
    assert!(pay(&account, "panics").await.is_ok());
    assert_eq!(till.requests(), 1);

    // An answer that cannot be written, one that reads as nothing, one without content.
    let odd = account
        .once("odd", lost("odd"), |till| async move {
            till.pay("odd").await.map(|paid| paid.map(|_| f64::NAN))
        })
        .await;
    assert!(odd.is_ok());
    let again = account
        .once("odd", lost("odd"), |till| async move {
            till.pay("odd").await.map(|paid| paid.map(|_| 1.0))
        })
        .await;
    assert_eq!(again.unwrap_err().outcome(), Outcome::Applied);
    let huge = "x".repeat(2_000_000);
    for _ in 0..2 {
        let text = huge.clone();
        let told = account
            .once("huge", lost("huge"), |till| async move {
                till.pay("huge").await.map(|paid| paid.map(|_| text))
            })
            .await;
        assert_eq!(told.unwrap().len(), huge.len());
    }
    for _ in 0..2 {
        let told = account
            .once("unit", lost("unit"), |till| async move {
                till.pay("unit").await.map(|paid| paid.map(drop))
            })
            .await;
        assert!(told.is_ok());
    }
    assert_eq!(till.requests(), 4);
}

/// However little or much time a call is given.
async fn any_time_to_send_is_survived(store: impl Store + Clone) {
    let (till, clock) = (Till::new(), clock());
    let journal = journal(store, &clock);
    let account = account(&journal, &till);
    let within = |text: &'static str, within| {
        account
            .once(text, lost(text), move |till: Till| async move { till.pay(text).await })
            .within(within)
    };
    for none in [Duration::ZERO, Duration::from_nanos(1)] {
        assert_eq!(within("a", none).await.unwrap_err().outcome(), Outcome::NotSent);
    }
    assert_eq!(till.requests(), 0);
    assert!(within("a", Duration::MAX).await.is_ok());
    assert!(within("b", Duration::MAX).await.is_ok());
    assert_eq!(till.requests(), 2);
}

on_every_store!(
    a_rearmed_tombstone_is_an_entry_again,
    whoever_records_first_all_are_told_the_same,
    a_contradiction_is_told_as_what_is_stored,
    what_the_journal_knows_as_done_is_never_sent_again,
    a_clock_that_was_years_ahead_strands_nothing,
    eleven_is_eleven,
    panics_and_misfits_leave_an_honest_state,
    any_time_to_send_is_survived,
);
