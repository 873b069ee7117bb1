//! A clock that moves when a test says so.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use time::OffsetDateTime;

use crate::{BoxFuture, Clock};

/// A [`Clock`] for tests: time stands still until [`advance`](Self::advance) moves it.
///
/// Clones share one time. With [`auto`](Self::auto) a sleep moves the clock by itself, so that a
/// test of retries runs through at once and can ask afterwards how long it would have waited:
///
/// ```
/// # use std::time::Duration;
/// # use pay_core::{Clock, ManualClock};
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let clock = ManualClock::auto(time::OffsetDateTime::UNIX_EPOCH);
/// clock.sleep(Duration::from_secs(60)).await;
/// assert_eq!(clock.sleeps(), [Duration::from_secs(60)]);
/// assert_eq!(clock.now().unix_timestamp(), 60);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
}

impl ManualClock {
    /// A clock that stands at `now` until it is moved.
    pub fn new(now: OffsetDateTime) -> Self {
        Self::passing(now, None)
    }

    /// A clock on which every sleep passes at once, moving the clock by its length.
    ///
    /// A timeout is a sleep too: on this clock it fires as soon as what it guards is not ready.
    /// Where that matters, use [`auto_up_to`](Self::auto_up_to).
    pub fn auto(now: OffsetDateTime) -> Self {
        Self::passing(now, Some(Duration::MAX))
    }

    /// A clock on which sleeps of at most `limit` pass at once and longer ones wait for
    /// [`advance`](Self::advance): short back-offs pass, long timeouts stay armed.
    pub fn auto_up_to(now: OffsetDateTime, limit: Duration) -> Self {
        Self::passing(now, Some(limit))
    }

    fn passing(now: OffsetDateTime, passes: Option<Duration>) -> Self {
        let state = State {
            wall: now,
            elapsed: Duration::ZERO,
            passes,
            sleeps: Vec::new(),
            sleepers: BTreeMap::new(),
            next_place: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Moves the time on and wakes the sleepers whose time has come.
    pub fn advance(&self, by: Duration) {
        let due = lock(&self.state).advance(by);
        due.into_iter().for_each(Waker::wake);
    }

    /// Sets the wall clock alone, as an administrator or a time server does. Sleepers and
    /// [`monotonic`](Clock::monotonic) do not notice.
    pub fn set_now(&self, now: OffsetDateTime) {
        lock(&self.state).wall = now;
    }

    /// How many sleeps are waiting right now. A sleep that was dropped no longer counts.
    pub fn sleeping(&self) -> usize {
        lock(&self.state).sleepers.len()
    }

    /// How long until the next sleeper is due; `None` if nobody sleeps. With it a simulation moves
    /// the time on by just as much as is needed, whenever nothing else can be done.
    pub fn next_wake(&self) -> Option<Duration> {
        let state = lock(&self.state);
        let next = state.sleepers.values().map(|sleeper| sleeper.until).min()?;
        Some(next.saturating_sub(state.elapsed))
    }

    /// The lengths of all sleeps begun so far, finished or not, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        lock(&self.state).sleeps.clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        lock(&self.state).wall
    }

    fn monotonic(&self) -> Duration {
        lock(&self.state).elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let asked = self.monotonic();
        Box::pin(Sleep {
            state: Arc::clone(&self.state),
            asked,
            duration,
            begun: false,
            place: None,
        })
    }
}

#[derive(Debug)]
struct State {
    wall: OffsetDateTime,
    elapsed: Duration,
    /// Sleeps up to this length pass at once.
    passes: Option<Duration>,
    sleeps: Vec<Duration>,
    /// By when each was polled last: ten thousand are no reason to wait for real.
    sleepers: BTreeMap<u64, Sleeper>,
    next_place: u64,
}

#[derive(Debug)]
struct Sleeper {
    until: Duration,
    waker: Waker,
}

impl State {
    /// Moves the time and hands back whom to wake, once the lock is released.
    fn advance(&mut self, by: Duration) -> Vec<Waker> {
        self.elapsed = self.elapsed.saturating_add(by);
        let by = time::Duration::try_from(by).unwrap_or(time::Duration::MAX);
        self.wall = self.wall.saturating_add(by);
        let now = self.elapsed;
        self.sleepers.values().filter(|s| s.until <= now).map(|s| s.waker.clone()).collect()
    }
}

struct Sleep {
    state: Arc<Mutex<State>>,
    asked: Duration,
    duration: Duration,
    begun: bool,
    /// Among the sleepers.
    place: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let shared = Arc::clone(&self.state);
        let mut state = lock(&shared);
        let until = self.asked.saturating_add(self.duration);
        let mut due = Vec::new();
        if !std::mem::replace(&mut self.begun, true) {
            state.sleeps.push(self.duration);
            if state.passes.is_some_and(|limit| self.duration <= limit) {
                let left = until.saturating_sub(state.elapsed);
                due = state.advance(left);
            }
        }
        if let Some(place) = self.place.take() {
            state.sleepers.remove(&place);
        }
        let over = state.elapsed >= until;
        if !over {
            state.next_place += 1;
            let place = state.next_place;
            state.sleepers.insert(place, Sleeper { until, waker: context.waker().clone() });
            self.place = Some(place);
        }
        drop(state);
        due.into_iter().for_each(Waker::wake);
        if over { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            lock(&self.state).sleepers.remove(&place);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[tokio::test]
    async fn advancing_wakes_only_those_whose_time_has_come() {
        let clock = ManualClock::new(START);
        let short = tokio::spawn(clock.sleep(seconds(5)));
        let long = tokio::spawn(clock.sleep(seconds(10)));
        tokio::task::yield_now().await;
        assert_eq!(clock.sleeping(), 2);
        assert_eq!(clock.next_wake(), Some(seconds(5)));

        clock.advance(Duration::from_millis(4_999));
        tokio::task::yield_now().await;
        assert!(!short.is_finished());

        clock.advance(Duration::from_millis(1));
        short.await.unwrap();
        assert!(!long.is_finished());
        assert_eq!(clock.sleeping(), 1);

        clock.advance(seconds(5));
        long.await.unwrap();
        assert_eq!(clock.sleeping(), 0);
        assert_eq!(clock.sleeps(), [seconds(5), seconds(10)]);
        assert_eq!(clock.now(), START + seconds(10));
        assert_eq!(clock.monotonic(), seconds(10));
    }

    #[tokio::test]
    async fn a_dropped_sleep_no_longer_sleeps() {
        let clock = ManualClock::new(START);
        let task = tokio::spawn(clock.sleep(seconds(5)));
        tokio::task::yield_now().await;
        assert_eq!(clock.sleeping(), 1);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(clock.sleeping(), 0);
    }

    #[tokio::test]
    async fn on_auto_a_sleep_moves_the_clock_and_wakes_the_others() {
        let clock = ManualClock::auto_up_to(START, seconds(60));
        let timeout = tokio::spawn(clock.sleep(seconds(61)));
        tokio::task::yield_now().await;
        clock.sleep(seconds(60)).await;
        assert_eq!(clock.now(), START + seconds(60));
        assert!(!timeout.is_finished());
        clock.sleep(seconds(1)).await;
        timeout.await.unwrap();
        assert_eq!(clock.sleeps(), [seconds(61), seconds(60), seconds(1)]);
    }

    #[tokio::test]
    async fn a_sleep_that_is_never_polled_moves_nothing() {
        let clock = ManualClock::auto(START);
        drop(clock.sleep(seconds(60)));
        assert_eq!(clock.monotonic(), Duration::ZERO);
        assert!(clock.sleeps().is_empty());
    }

    #[tokio::test]
    async fn a_sleep_counts_from_when_it_was_asked_for() {
        let clock = ManualClock::auto(START);
        let sleep = clock.sleep(seconds(60));
        clock.advance(seconds(45));
        sleep.await;
        assert_eq!(clock.monotonic(), seconds(60));
    }

    #[test]
    fn the_wall_clock_can_be_set_back_without_the_monotonic_one() {
        let clock = ManualClock::new(START);
        clock.advance(seconds(10));
        clock.set_now(START);
        assert_eq!(clock.now(), START);
        assert_eq!(clock.monotonic(), seconds(10));
        clock.advance(Duration::MAX);
        assert_eq!(clock.monotonic(), Duration::MAX);
    }
}
