//! One turn per interval, first come, first served.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use pay_core::{
    Clock as _, ManualClock, MemoryPacer, Outcome, Pacer as _, Randomness as _, Result,
    SeededRandomness,
};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

const EVERY: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_secs(3_600);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn pacer() -> (MemoryPacer, ManualClock) {
    let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
    (MemoryPacer::new(Arc::new(clock.clone())), clock)
}

fn wait(pacer: &MemoryPacer, key: &'static str, within: Duration) -> JoinHandle<Result<()>> {
    let pacer = pacer.clone();
    tokio::spawn(async move { pacer.wait(key, EVERY, within).await })
}

async fn settle() {
    for _ in 0..30 {
        tokio::task::yield_now().await;
    }
}

fn finished(waiting: &[JoinHandle<Result<()>>]) -> Vec<bool> {
    waiting.iter().map(JoinHandle::is_finished).collect()
}

#[tokio::test]
async fn turns_come_one_per_interval_in_the_order_of_asking() {
    let (pacer, clock) = pacer();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(wait(&pacer, "a", HOUR));
        settle().await;
    }
    for passed in 1..=4 {
        let expected: Vec<_> = (1..=4).map(|place| place <= passed).collect();
        assert_eq!(finished(&waiting), expected);
        clock.advance(EVERY - Duration::from_nanos(1));
        settle().await;
        assert_eq!(finished(&waiting), expected);
        clock.advance(Duration::from_nanos(1));
        settle().await;
    }
    for turn in waiting {
        turn.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_free_lane_does_not_wait_and_saves_up_no_turns() {
    let (pacer, clock) = pacer();
    clock.advance(HOUR);
    pacer.wait("a", EVERY, Duration::ZERO).await.unwrap();
    assert!(pacer.wait("a", EVERY, Duration::ZERO).await.is_err());
    clock.advance(HOUR);
    pacer.wait("a", EVERY, Duration::ZERO).await.unwrap();
    assert!(pacer.wait("a", EVERY, seconds(4)).await.is_err());
}

#[tokio::test]
async fn keys_do_not_wait_for_each_other() {
    let (pacer, _clock) = pacer();
    for key in ["a", "b", "c"] {
        pacer.wait(key, EVERY, Duration::ZERO).await.unwrap();
    }
}

#[tokio::test]
async fn a_turn_that_would_come_too_late_fails_at_once() {
    let (pacer, clock) = pacer();
    pacer.wait("a", EVERY, HOUR).await.unwrap();
    let next = wait(&pacer, "a", HOUR);
    settle().await;
    // The third turn is 10 s away.
    let error = pacer.wait("a", EVERY, seconds(10) - Duration::from_nanos(1)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent);
    // Just in time, and the failed one took no place.
    let just = wait(&pacer, "a", seconds(10));
    settle().await;
    clock.advance(EVERY);
    settle().await;
    clock.advance(EVERY);
    next.await.unwrap().unwrap();
    just.await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_leaves_gives_the_place_to_those_behind() {
    for leaving in 0..3 {
        let (pacer, clock) = pacer();
        pacer.wait("a", EVERY, HOUR).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..3 {
            waiting.push(wait(&pacer, "a", HOUR));
            settle().await;
        }
        let left = waiting.remove(leaving);
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        settle().await;
        for expected in [[true, false], [true, true]] {
            clock.advance(EVERY);
            settle().await;
            assert_eq!(finished(&waiting), expected);
        }
        // And the lane is free again one interval later.
        clock.advance(EVERY);
        pacer.wait("a", EVERY, Duration::ZERO).await.unwrap();
    }
}

#[tokio::test]
async fn a_future_that_nobody_polls_blocks_the_others_no_longer_than_their_patience() {
    let (pacer, clock) = pacer();
    pacer.wait("a", EVERY, HOUR).await.unwrap();
    let mut stuck = pacer.wait("a", EVERY, HOUR);
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(stuck.as_mut().poll(context).is_pending())
    });
    assert!(polled.await);
    let behind = wait(&pacer, "a", seconds(60));
    settle().await;
    clock.advance(seconds(60));
    assert!(behind.await.unwrap().unwrap_err().is_timeout());
    stuck.await.unwrap();
}

#[tokio::test]
async fn no_interval_means_no_waiting() {
    let (pacer, _clock) = pacer();
    for _ in 0..100 {
        pacer.wait("a", Duration::ZERO, Duration::ZERO).await.unwrap();
    }
}

#[tokio::test]
async fn extreme_intervals_do_no_harm() {
    let (pacer, _clock) = pacer();
    pacer.wait("a", Duration::MAX, Duration::MAX).await.unwrap();
    assert!(pacer.wait("a", Duration::MAX, HOUR).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_real_threads_no_two_turns_are_closer_than_the_interval() {
    let clock = ManualClock::auto_up_to(OffsetDateTime::UNIX_EPOCH, EVERY);
    let pacer = MemoryPacer::new(Arc::new(clock.clone()));
    let turns: Vec<_> = (0..500)
        .map(|_| {
            let (pacer, clock) = (pacer.clone(), clock.clone());
            tokio::spawn(async move {
                pacer.wait("a", EVERY, HOUR).await.unwrap();
                clock.monotonic()
            })
        })
        .collect();
    let mut times = Vec::new();
    for turn in turns {
        times.push(turn.await.unwrap());
    }
    // The clock moves only when the first in the lane sleeps, one interval at a time: the last turn
    // is 499 intervals after the first, no sooner.
    times.sort();
    assert_eq!(clock.monotonic(), EVERY * 499);
    assert!(times.iter().all(|time| *time <= EVERY * 499));
}

/// Any order of asking, leaving and passing time.
#[tokio::test]
async fn random_schedules_keep_the_pace() {
    for seed in 0..200 {
        let dice = SeededRandomness::new(seed);
        let roll = |sides: u64| dice.next_u64() % sides;
        let (pacer, clock) = pacer();
        let turns = Arc::new(Mutex::new(HashMap::<_, Vec<(usize, Duration)>>::new()));
        let mut waiting = Vec::new();
        for number in 0..60 {
            match roll(5) {
                0..=2 => {
                    let key = ["a", "b"][usize::try_from(roll(2)).unwrap()];
                    let within = seconds(roll(60));
                    let (pacer, clock, turns) = (pacer.clone(), clock.clone(), Arc::clone(&turns));
                    waiting.push(tokio::spawn(async move {
                        let asked = clock.monotonic();
                        if pacer.wait(key, EVERY, within).await.is_ok() {
                            let now = clock.monotonic();
                            assert!(now - asked <= within, "waited too long");
                            turns.lock().unwrap().entry(key).or_default().push((number, now));
                        }
                    }));
                }
                3 if !waiting.is_empty() => {
                    let at = roll(u64::try_from(waiting.len()).unwrap());
                    waiting.swap_remove(usize::try_from(at).unwrap()).abort();
                }
                _ => {
                    for _ in 0..roll(8) {
                        clock.advance(seconds(1));
                        settle().await;
                    }
                }
            }
            settle().await;
        }
        for _ in 0..120 {
            clock.advance(seconds(1));
            settle().await;
        }
        for task in waiting {
            if let Err(error) = task.await {
                assert!(error.is_cancelled(), "seed {seed}: {error}");
            }
        }
        for turns in turns.lock().unwrap().values() {
            for pair in turns.windows(2) {
                assert!(pair[0].0 < pair[1].0, "seed {seed}: out of order");
                assert!(pair[1].1 - pair[0].1 >= EVERY, "seed {seed}: too fast");
            }
        }
    }
}
