//! One access token for all calls: promise by promise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    collections::BTreeSet,
    error::Error as _,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
    time::Duration,
};

use pay_core::{
    BoxFuture, Connection, Error, ErrorKind, ManualClock, Outcome, Randomness, Result, Secret,
    SeededRandomness,
    provider::{Authorization, Need, Token, TokenCache, TokenSource},
    transport::{Progress, Transport, TransportError},
};
use time::OffsetDateTime;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

const CALLS: usize = 10_000;

/// Answers each fetch with what the test sends, and counts.
struct Script {
    begun: AtomicUsize,
    flying: AtomicUsize,
    flying_at_most: AtomicUsize,
    replies: Mutex<mpsc::UnboundedReceiver<Result<Token>>>,
    reply: mpsc::UnboundedSender<Result<Token>>,
}

impl Script {
    fn new() -> Self {
        let (reply, replies) = mpsc::unbounded_channel();
        Self {
            begun: AtomicUsize::new(0),
            flying: AtomicUsize::new(0),
            flying_at_most: AtomicUsize::new(0),
            replies: Mutex::new(replies),
            reply,
        }
    }
}

struct Flying<'a>(&'a Script);

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.flying.fetch_sub(1, SeqCst);
    }
}

impl TokenSource for Script {
    fn fetch(&self, _within: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(async move {
            self.begun.fetch_add(1, SeqCst);
            let flying = self.flying.fetch_add(1, SeqCst) + 1;
            self.flying_at_most.fetch_max(flying, SeqCst);
            let _flying = Flying(self);
            let reply = async { self.replies.lock().await.recv().await.unwrap() };
            // A fetch too many would wait forever: let the test fail instead.
            tokio::time::timeout(seconds(20), reply).await.expect("a fetch that no test expects")
        })
    }
}

type Cache = Arc<TokenCache<Script>>;

fn cache_on(clock: &ManualClock, randomness: impl Randomness + 'static) -> Cache {
    let connection = Connection::builder()
        .transport(NoWire)
        .clock(clock.clone())
        .randomness(randomness)
        .build()
        .unwrap();
    Arc::new(TokenCache::new(Script::new(), &connection))
}

/// The cache sends nothing by itself.
struct NoWire;

impl Transport for NoWire {
    fn send(
        &self,
        _request: http::Request<bytes::Bytes>,
        _progress: Progress,
    ) -> BoxFuture<'_, Result<http::Response<bytes::Bytes>, TransportError>> {
        unreachable!("a token cache sent a request")
    }
}

fn cache() -> (Cache, ManualClock) {
    let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
    (cache_on(&clock, SeededRandomness::new(1)), clock)
}

fn cache_on_system_clock() -> Cache {
    let connection = Connection::builder().transport(NoWire).build().unwrap();
    Arc::new(TokenCache::new(Script::new(), &connection))
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn bearer(name: &str) -> Authorization {
    Authorization::bearer(&Secret::new(name)).unwrap()
}

fn token(name: &str, lifetime: u64) -> Result<Token> {
    Ok(Token::new(bearer(name)).with_lifetime(Some(seconds(lifetime))))
}

fn failure(kind: ErrorKind, outcome: Outcome) -> Result<Token> {
    Err(Error::new(kind, outcome, "the door is shut"))
}

fn passing() -> Result<Token> {
    failure(ErrorKind::ProviderFault, Outcome::Unknown)
}

fn refusal() -> Result<Token> {
    failure(ErrorKind::Unauthorized, Outcome::Refused)
}

const READ: Need = Need { lasting: Duration::ZERO, within: Duration::from_secs(60) };

fn write(lasting: u64) -> Need {
    Need { lasting: seconds(lasting), within: seconds(60) }
}

trait Drive {
    fn say(&self, reply: Result<Token>);
    fn begun(&self) -> usize;
    fn call(&self, need: Need) -> JoinHandle<Result<Authorization>>;
    fn after(
        &self,
        reply: Result<Token>,
        need: Need,
    ) -> impl Future<Output = Result<Authorization>>;
}

impl Drive for Cache {
    fn say(&self, reply: Result<Token>) {
        self.source().reply.send(reply).unwrap();
    }

    fn begun(&self) -> usize {
        self.source().begun.load(SeqCst)
    }

    fn call(&self, need: Need) -> JoinHandle<Result<Authorization>> {
        let cache = Self::clone(self);
        tokio::spawn(async move { cache.authorization(need).await })
    }

    /// A call while the source would answer so.
    async fn after(&self, reply: Result<Token>, need: Need) -> Result<Authorization> {
        self.say(reply);
        self.authorization(need).await
    }
}

/// Lets all tasks run until none can go on.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Makes all calls at once on real threads, and lets the fetch end when every call has come.
async fn crowd(cache: &Cache, reply: Result<Token>) -> Vec<Result<Authorization>> {
    let arrived = Arc::new(AtomicUsize::new(0));
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let (cache, arrived) = (Cache::clone(cache), Arc::clone(&arrived));
            tokio::spawn(async move {
                let mut call = pin!(cache.authorization(READ));
                let first = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
                arrived.fetch_add(1, SeqCst);
                match first {
                    Poll::Ready(result) => result,
                    Poll::Pending => call.await,
                }
            })
        })
        .collect();
    while arrived.load(SeqCst) < CALLS {
        tokio::task::yield_now().await;
    }
    cache.say(reply);
    let mut results = Vec::with_capacity(CALLS);
    for call in calls {
        results.push(call.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_calls_log_in_once_and_once_again_at_expiry() {
    let cache = cache_on_system_clock();
    // A life of zero: expired when it comes, so that the second crowd finds none.
    for (round, name) in ["one", "two"].into_iter().enumerate() {
        let results = crowd(&cache, token(name, 0)).await;
        assert!(results.into_iter().all(|result| result.unwrap() == bearer(name)));
        assert_eq!(cache.begun(), round + 1);
    }
    assert_eq!(cache.source().flying_at_most.load(SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_calls_share_one_failed_login_and_a_later_call_tries_anew() {
    let cache = cache_on_system_clock();
    for result in crowd(&cache, passing()).await {
        let error = result.unwrap_err();
        assert!(error.is_provider_fault());
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.source().unwrap().to_string().contains("the door is shut"));
    }
    assert_eq!(cache.begun(), 1);
    assert_eq!(cache.after(token("good", 60), READ).await.unwrap(), bearer("good"));
    assert_eq!(cache.begun(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_calls_knock_once_with_refused_credentials() {
    let cache = cache_on_system_clock();
    for result in crowd(&cache, refusal()).await {
        assert!(result.unwrap_err().is_unauthorized());
    }
    assert!(cache.authorization(READ).await.unwrap_err().is_unauthorized());
    assert_eq!(cache.begun(), 1);
}

#[tokio::test]
async fn a_waiting_call_takes_over_when_the_leading_one_is_dropped() {
    let (cache, _clock) = cache();
    let leader = cache.call(READ);
    settle().await;
    let others: Vec<_> = (0..5).map(|_| cache.call(READ)).collect();
    settle().await;
    assert_eq!(cache.begun(), 1);
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    settle().await;
    assert_eq!(cache.begun(), 2);
    cache.say(token("taken over", 60));
    for call in others {
        assert_eq!(call.await.unwrap().unwrap(), bearer("taken over"));
    }
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn a_leading_call_dropped_at_its_deadline_counts_as_a_timeout_for_those_who_wait() {
    let (cache, clock) = cache();
    let leader = cache.call(READ);
    settle().await;
    let others: Vec<_> = (0..5).map(|_| cache.call(READ)).collect();
    settle().await;
    clock.advance(seconds(59));
    leader.abort();
    for call in others {
        assert!(call.await.unwrap().unwrap_err().is_timeout());
    }
    assert_eq!(cache.begun(), 1);
}

#[tokio::test]
async fn a_fetch_that_panics_leaves_the_cache_usable() {
    struct Panics(AtomicUsize);
    impl TokenSource for Panics {
        fn fetch(&self, _within: Duration) -> BoxFuture<'_, Result<Token>> {
            let call = self.0.fetch_add(1, SeqCst);
            Box::pin(async move {
                assert!(call > 0, "the first fetch panics, as this test wants");
                token("second", 60)
            })
        }
    }
    let connection = Connection::builder().transport(NoWire).build().unwrap();
    let cache = Arc::new(TokenCache::new(Panics(AtomicUsize::new(0)), &connection));
    let first = Arc::clone(&cache);
    assert!(tokio::spawn(async move { first.authorization(READ).await }).await.is_err());
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("second"));
}

#[tokio::test]
async fn waiting_for_anothers_fetch_ends_when_the_time_is_up() {
    let (cache, clock) = cache();
    let leader = cache.call(READ);
    settle().await;
    let hurried = cache.call(Need { lasting: Duration::ZERO, within: seconds(5) });
    settle().await;
    clock.advance(seconds(5));
    let error = hurried.await.unwrap().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(!leader.is_finished());
    cache.say(token("late", 60));
    assert_eq!(leader.await.unwrap().unwrap(), bearer("late"));
    assert_eq!(cache.begun(), 1);
}

#[tokio::test]
async fn a_source_that_never_answers_is_given_up_in_time() {
    let (cache, clock) = cache();
    let call = cache.call(READ);
    settle().await;
    clock.advance(seconds(60));
    assert!(call.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(cache.after(token("next", 60), READ).await.unwrap(), bearer("next"));
}

#[tokio::test]
async fn no_time_left_means_no_fetch() {
    let (cache, _clock) = cache();
    let need = Need { lasting: Duration::ZERO, within: Duration::ZERO };
    let error = cache.authorization(need).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!((error.outcome(), cache.begun()), (Outcome::NotSent, 0));
}

#[tokio::test]
async fn an_impatient_call_does_not_spoil_it_for_a_patient_one() {
    let (cache, clock) = cache();
    let hurried = cache.call(Need { lasting: Duration::ZERO, within: seconds(1) });
    settle().await;
    let patient = cache.call(READ);
    // Not twice the time: shares the failure, or many of them would follow each other.
    let hardly = cache.call(Need { lasting: Duration::ZERO, within: seconds(3) });
    settle().await;
    clock.advance(seconds(1));
    assert!(hurried.await.unwrap().unwrap_err().is_timeout());
    settle().await;
    assert_eq!(cache.begun(), 2);
    cache.say(token("waited for", 60));
    assert_eq!(patient.await.unwrap().unwrap(), bearer("waited for"));
    assert_eq!(hardly.await.unwrap().unwrap(), bearer("waited for"));

    let (cache, clock) = self::cache();
    let hurried = cache.call(Need { lasting: Duration::ZERO, within: seconds(1) });
    settle().await;
    let hardly = cache.call(Need { lasting: Duration::ZERO, within: seconds(3) });
    settle().await;
    clock.advance(seconds(1));
    assert!(hurried.await.unwrap().unwrap_err().is_timeout());
    assert!(hardly.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(cache.begun(), 1);
}

#[tokio::test]
async fn a_token_is_used_until_it_expires_whatever_the_wall_clock_says() {
    let (cache, clock) = cache();
    let first = cache.after(token("first", 100), READ).await.unwrap();
    clock.set_now(OffsetDateTime::UNIX_EPOCH + time::Duration::days(400));
    clock.advance(seconds(79));
    assert_eq!(cache.authorization(READ).await.unwrap(), first);
    clock.advance(seconds(21));
    clock.set_now(OffsetDateTime::UNIX_EPOCH - time::Duration::days(400));
    assert_eq!(cache.after(token("second", 100), READ).await.unwrap(), bearer("second"));
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn a_life_counts_from_when_the_token_was_asked_for() {
    let (cache, clock) = cache();
    let call = cache.call(READ);
    settle().await;
    clock.advance(seconds(30));
    cache.say(token("slow", 40));
    call.await.unwrap().unwrap();
    clock.advance(seconds(10));
    assert!(cache.after(passing(), READ).await.is_err(), "the slow one is still used");
}

#[tokio::test]
async fn a_token_of_unknown_life_is_used_until_it_is_refused() {
    let (cache, clock) = cache();
    let eternal = cache.after(Ok(Token::new(bearer("eternal"))), write(60)).await.unwrap();
    clock.advance(seconds(10_000_000));
    assert_eq!(cache.authorization(write(60)).await.unwrap(), eternal);
    assert!(cache.renew(&eternal));
    assert_eq!(cache.after(token("next", 60), READ).await.unwrap(), bearer("next"));
}

#[tokio::test]
async fn before_a_write_the_token_must_outlive_the_attempt() {
    let (cache, clock) = cache();
    cache.after(token("first", 1_000), READ).await.unwrap();
    clock.advance(seconds(700));
    assert_eq!(cache.authorization(write(299)).await.unwrap(), bearer("first"));
    // It would end with the attempt: a new one is needed, and not getting it is the error.
    assert!(cache.after(passing(), write(300)).await.unwrap_err().is_provider_fault());
    // Who can do with the old one goes on with it.
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("first"));
    assert_eq!(cache.after(token("second", 1_000), write(300)).await.unwrap(), bearer("second"));
    assert_eq!(cache.begun(), 3);
}

#[tokio::test]
async fn a_token_that_never_lasts_long_enough_is_used_and_not_fetched_for_each_write() {
    let (cache, clock) = cache();
    assert_eq!(cache.after(token("short", 20), write(60)).await.unwrap(), bearer("short"));
    clock.advance(seconds(9));
    assert_eq!(cache.authorization(write(60)).await.unwrap(), bearer("short"));
    clock.advance(seconds(1));
    assert_eq!(cache.after(token("next", 20), write(60)).await.unwrap(), bearer("next"));

    // Also for all who waited for it, even if it is dead on arrival.
    let (cache, _clock) = self::cache();
    let calls: Vec<_> = (0..20).map(|_| cache.call(write(60))).collect();
    settle().await;
    cache.say(token("dead", 0));
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), bearer("dead"));
    }
    assert_eq!(cache.begun(), 1);
}

#[tokio::test]
async fn exactly_one_call_refreshes_early_while_the_others_go_on() {
    let (cache, clock) = cache();
    cache.after(token("old", 100), READ).await.unwrap();
    clock.advance(seconds(91));
    let early = cache.call(READ);
    settle().await;
    assert_eq!(cache.begun(), 2);
    for _ in 0..100 {
        assert_eq!(cache.authorization(READ).await.unwrap(), bearer("old"));
    }
    cache.say(token("new", 100));
    assert_eq!(early.await.unwrap().unwrap(), bearer("new"));
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("new"));
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn a_failed_early_refresh_keeps_the_token_and_pauses() {
    let (cache, clock) = cache();
    cache.after(token("old", 1_000), READ).await.unwrap();
    clock.advance(seconds(901));
    assert_eq!(cache.after(passing(), READ).await.unwrap(), bearer("old"));
    assert_eq!(cache.begun(), 2);
    clock.advance(Duration::from_millis(4_999));
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("old"));
    assert_eq!(cache.begun(), 2);
    clock.advance(seconds(6));
    assert_eq!(cache.after(token("new", 1_000), READ).await.unwrap(), bearer("new"));
    assert_eq!(cache.begun(), 3);
}

#[tokio::test]
async fn a_failed_early_refresh_waits_as_long_as_the_provider_asks() {
    let (cache, clock) = cache();
    cache.after(token("old", 1_000), READ).await.unwrap();
    clock.advance(seconds(901));
    let throttled = Error::new(ErrorKind::RateLimited, Outcome::Refused, "slow down")
        .with_retry_after(Some(seconds(40)));
    assert_eq!(cache.after(Err(throttled), READ).await.unwrap(), bearer("old"));
    clock.advance(seconds(39));
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("old"));
    assert_eq!(cache.begun(), 2);
    clock.advance(seconds(1));
    assert_eq!(cache.after(token("new", 100), READ).await.unwrap(), bearer("new"));
}

#[tokio::test]
async fn a_stalled_early_refresh_leaves_most_of_the_time_to_the_call() {
    let (cache, clock) = cache();
    cache.after(token("old", 100), READ).await.unwrap();
    clock.advance(seconds(90));
    let early = cache.call(Need { lasting: Duration::ZERO, within: seconds(20) });
    settle().await;
    assert_eq!(cache.begun(), 2);
    clock.advance(seconds(5));
    assert_eq!(early.await.unwrap().unwrap(), bearer("old"));
}

#[tokio::test]
async fn a_token_that_dies_during_its_early_refresh_is_fetched_with_the_rest_of_the_time() {
    let (cache, clock) = cache();
    cache.after(token("old", 100), READ).await.unwrap();
    clock.advance(seconds(95));
    let early = cache.call(Need { lasting: Duration::ZERO, within: seconds(40) });
    settle().await;
    clock.advance(seconds(10));
    settle().await;
    assert_eq!(cache.begun(), 3);
    cache.say(token("new", 100));
    assert_eq!(early.await.unwrap().unwrap(), bearer("new"));
}

#[tokio::test]
async fn the_early_point_is_drawn_anew_between_four_fifths_and_nine_tenths_of_a_life() {
    let mut points = BTreeSet::new();
    for seed in 0..200 {
        let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
        let cache = cache_on(&clock, SeededRandomness::new(seed));
        cache.after(token("old", 1_000), READ).await.unwrap();
        cache.say(token("new", 1_000));
        clock.advance(seconds(799));
        let mut at = 799;
        while cache.authorization(READ).await.unwrap() == bearer("old") {
            clock.advance(seconds(1));
            at += 1;
        }
        assert!((800..=900).contains(&at), "{at}");
        points.insert(at);
    }
    assert!(points.len() > 50, "{points:?}");
}

#[tokio::test]
async fn a_long_life_is_not_cut_by_more_than_five_minutes() {
    struct Most;
    impl Randomness for Most {
        fn next_u64(&self) -> u64 {
            u64::MAX
        }
    }
    let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
    let cache = cache_on(&clock, Most);
    cache.after(token("old", 12 * 3_600), READ).await.unwrap();
    clock.advance(seconds(12 * 3_600 - 301));
    assert_eq!(cache.authorization(READ).await.unwrap(), bearer("old"));
    clock.advance(seconds(1));
    assert_eq!(cache.after(token("new", 60), READ).await.unwrap(), bearer("new"));
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn extreme_lives_do_no_harm() {
    for life in [Duration::MAX, Duration::from_nanos(1)] {
        let (cache, clock) = cache();
        clock.advance(seconds(5));
        cache.say(Ok(Token::new(bearer("odd")).with_lifetime(Some(life))));
        let need = Need { lasting: Duration::MAX, within: Duration::MAX };
        assert_eq!(cache.authorization(need).await.unwrap(), bearer("odd"));
    }
}

#[tokio::test]
async fn refused_credentials_are_remembered_until_they_change() {
    for kind in [ErrorKind::Unauthorized, ErrorKind::NeedsReauthorization] {
        let (cache, clock) = cache();
        let first = cache.after(failure(kind, Outcome::Refused), READ).await.unwrap_err();
        clock.advance(seconds(1_000_000));
        let later = cache.authorization(READ).await.unwrap_err();
        for error in [first, later] {
            assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Refused));
            assert_eq!(error.needs_reauthorization(), kind == ErrorKind::NeedsReauthorization);
            assert!(error.source().unwrap().to_string().contains("the door is shut"));
        }
        assert!(!cache.renew(&bearer("any")));
        assert_eq!(cache.begun(), 1);
        cache.reset();
        assert_eq!(cache.after(token("new", 60), READ).await.unwrap(), bearer("new"));
        assert!(cache.renew(&bearer("any")));
    }
}

#[tokio::test]
async fn a_passing_failure_is_never_remembered() {
    let failures = [
        (ErrorKind::Unauthorized, Outcome::Unknown),
        (ErrorKind::Unauthorized, Outcome::NotSent),
        (ErrorKind::NeedsReauthorization, Outcome::Unknown),
        (ErrorKind::RateLimited, Outcome::Refused),
        (ErrorKind::Forbidden, Outcome::Refused),
        (ErrorKind::ProviderFault, Outcome::Refused),
        (ErrorKind::Transport, Outcome::NotSent),
        (ErrorKind::Timeout, Outcome::Unknown),
        (ErrorKind::Unreadable, Outcome::Unknown),
        (ErrorKind::Storage, Outcome::NotSent),
    ];
    for (kind, outcome) in failures {
        let (cache, _clock) = cache();
        let error = cache.after(failure(kind, outcome), READ).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome));
        assert!(cache.renew(&bearer("any")));
        assert_eq!(cache.after(token("good", 60), READ).await.unwrap(), bearer("good"));
    }
}

#[tokio::test]
async fn credentials_refused_early_do_not_take_the_valid_token_away() {
    let (cache, clock) = cache();
    let old = cache.after(token("old", 100), READ).await.unwrap();
    clock.advance(seconds(90));
    assert_eq!(cache.after(refusal(), READ).await.unwrap(), old);
    clock.advance(seconds(9));
    assert_eq!(cache.authorization(READ).await.unwrap(), old);
    assert!(cache.authorization(write(30)).await.unwrap_err().is_unauthorized());
    // Once it is refused, there is no other.
    assert!(!cache.renew(&old));
    assert!(cache.authorization(READ).await.unwrap_err().is_unauthorized());
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn only_the_token_that_was_refused_is_forgotten() {
    let (cache, clock) = cache();
    let old = cache.after(token("old", 100), READ).await.unwrap();
    clock.advance(seconds(50));
    assert!(cache.renew(&old));
    let new = cache.after(token("new", 100), READ).await.unwrap();
    // Calls that were under way with the old one come back late.
    for _ in 0..10 {
        assert!(cache.renew(&old));
    }
    assert_eq!(cache.authorization(READ).await.unwrap(), new);
    assert_eq!(cache.begun(), 2);
}

#[tokio::test]
async fn what_old_credentials_bring_after_a_reset_is_not_used() {
    for stale in [token("stale", 60), refusal(), passing()] {
        let (cache, _clock) = cache();
        let call = cache.call(READ);
        let waits = cache.call(READ);
        settle().await;
        cache.reset();
        cache.say(stale);
        settle().await;
        assert_eq!(cache.begun(), 2);
        cache.say(token("fresh", 60));
        assert_eq!(call.await.unwrap().unwrap(), bearer("fresh"));
        assert_eq!(waits.await.unwrap().unwrap(), bearer("fresh"));
        assert_eq!(cache.authorization(READ).await.unwrap(), bearer("fresh"));
        assert_eq!(cache.begun(), 2);
    }
}

#[tokio::test]
async fn an_account_that_is_refused_everywhere_does_not_log_in_with_every_call() {
    let (cache, clock) = cache();
    let mut logins_by_minute = Vec::new();
    for _ in 0..10 {
        let before = cache.begun();
        for _ in 0..60 {
            // A call: send, 401, renew, send again, 401, renew.
            for _ in 0..2 {
                cache.say(token(&format!("t{}", cache.begun()), 3_600));
                let refused = cache.authorization(READ).await.unwrap();
                if !cache.renew(&refused) {
                    break;
                }
            }
            clock.advance(seconds(1));
        }
        logins_by_minute.push(cache.begun() - before);
    }
    assert!(logins_by_minute[0] <= 10, "{logins_by_minute:?}");
    // It goes on trying, at the pace of the longest pause.
    let later: usize = logins_by_minute[5..].iter().sum();
    assert!((4..=11).contains(&later), "{logins_by_minute:?}");
}

#[tokio::test]
async fn a_token_that_worked_for_a_while_is_renewed_at_once_whatever_came_before() {
    let (cache, clock) = cache();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let refused = cache.after(token(name, 3_600), READ).await.unwrap();
        clock.advance(seconds(10));
        assert!(cache.renew(&refused), "{name}");
    }
    for name in ["g", "h"] {
        let refused = cache.after(token(name, 3_600), READ).await.unwrap();
        assert!(cache.renew(&refused), "{name}");
    }
    let held = cache.after(token("i", 3_600), READ).await.unwrap();
    assert!(!cache.renew(&held));
    assert_eq!(cache.authorization(READ).await.unwrap(), held);
    // New credentials end the pause.
    cache.reset();
    let new = cache.after(token("j", 3_600), READ).await.unwrap();
    assert!(cache.renew(&new));
}

#[tokio::test]
async fn nothing_shows_a_token() {
    let (cache, _clock) = cache();
    let fetched = token("s3cr3t", 60).unwrap();
    assert!(!format!("{fetched:?}").contains("s3cr3t"));
    cache.after(Ok(fetched), READ).await.unwrap();
    assert_eq!(format!("{cache:?}"), "TokenCache { .. }");
}

#[test]
fn a_wall_clock_expiry_becomes_a_life_from_when_it_was_asked_for() {
    let asked = OffsetDateTime::UNIX_EPOCH + time::Duration::days(3);
    let token = |at| Token::new(bearer("t")).expiring_at(at, asked).lifetime;
    assert_eq!(token(asked + time::Duration::minutes(20)), Some(seconds(1_200)));
    assert_eq!(token(asked - time::Duration::minutes(20)), Some(Duration::ZERO));
}

/// Any order of calls, cancellations, answers, refusals, resets and passing time: one fetch at a
/// time, no fetch with refused credentials, no token used that was dead before the call came.
#[tokio::test]
async fn random_schedules_keep_the_promises() {
    for seed in 0..200 {
        schedule(seed).await;
    }
}

async fn schedule(seed: u64) {
    let dice = SeededRandomness::new(seed);
    let roll = |sides: u64| dice.next_u64() % sides;
    let clock = ManualClock::new(OffsetDateTime::UNIX_EPOCH);
    let cache = cache_on(&clock, SeededRandomness::new(!seed));
    let mut calls: Vec<JoinHandle<()>> = Vec::new();
    let expiries = Arc::new(std::sync::Mutex::new(std::collections::HashMap::new()));
    let last = Arc::new(std::sync::Mutex::new(None));
    let (mut number, mut elapsed, mut latched_at) = (0_u64, 0_u64, None);
    let answered = Arc::new(AtomicU64::new(0));
    for _ in 0..150 {
        match roll(12) {
            0..=4 => {
                let need = Need { lasting: seconds(roll(3) * 10), within: seconds(1 + roll(40)) };
                let (cache, expiries, last, answered) = (
                    Cache::clone(&cache),
                    Arc::clone(&expiries),
                    Arc::clone(&last),
                    Arc::clone(&answered),
                );
                let came = elapsed;
                calls.push(tokio::spawn(async move {
                    if let Ok(authorization) = cache.authorization(need).await {
                        let text = authorization.value().to_str().unwrap().to_owned();
                        let dies: u64 = expiries.lock().unwrap()[&text];
                        assert!(dies >= came, "dead before the call came");
                        *last.lock().unwrap() = Some(authorization);
                        answered.fetch_add(1, SeqCst);
                    }
                }));
            }
            5 | 6 => {
                if cache.source().flying.load(SeqCst) == 1 {
                    let reply = match roll(8) {
                        0 => refusal(),
                        1 | 2 => passing(),
                        _ => {
                            number += 1;
                            let (name, life) = (format!("t{number}"), 5 + roll(60));
                            let text = format!("Bearer {name}");
                            expiries.lock().unwrap().insert(text, elapsed + life);
                            token(&name, life)
                        }
                    };
                    let refused = reply.as_ref().is_err_and(Error::is_unauthorized);
                    cache.say(reply);
                    settle().await;
                    if refused {
                        latched_at = Some(cache.begun());
                    }
                }
            }
            7 => {
                if let Some(refused) = last.lock().unwrap().take() {
                    let another = cache.renew(&refused);
                    assert!(latched_at.is_none() || !another);
                }
            }
            8 => {
                if !calls.is_empty() {
                    let at = usize::try_from(roll(u64::try_from(calls.len()).unwrap())).unwrap();
                    calls.swap_remove(at).abort();
                }
            }
            9 if roll(4) == 0 && cache.source().flying.load(SeqCst) == 0 => {
                cache.reset();
                latched_at = None;
            }
            _ => {
                let by = roll(12);
                elapsed += by;
                clock.advance(seconds(by));
            }
        }
        settle().await;
        if let Some(begun) = latched_at {
            assert_eq!(cache.begun(), begun, "seed {seed}: knocked with refused credentials");
        }
    }
    assert!(cache.source().flying_at_most.load(SeqCst) <= 1, "seed {seed}");
    // Nobody is left hanging.
    clock.advance(seconds(1_000));
    for call in calls {
        if let Err(error) = call.await {
            assert!(error.is_cancelled(), "seed {seed}: {error}");
        }
    }
    assert!(answered.load(SeqCst) > 0 || latched_at.is_some() || number == 0, "seed {seed}");
}
