//! The engine without sockets, on a clock that the tests move.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "delivery/script.rs"]
mod script;
#[path = "delivery/test_provider.rs"]
mod test_provider;

use std::{
    error::Error as _,
    pin::Pin,
    task::{Context, Waker},
    time::Duration,
};

use http::{HeaderMap, Method, StatusCode, header};
use pay_core::{
    CallOptions, Clock as _, Connection, Error, ErrorKind, Extra, Invalid, LostCall, ManualClock,
    Meta, Outcome, Reference, Response, Result, RetryPolicy, SeededRandomness, Timeouts,
    provider::{
        Call, CallerRoute, Credential, Effect, Engine, Operation, Query, RawCall, Route,
        TimeoutClass, Verdict,
    },
    transport::{Failure, Phase},
};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use self::{
    script::{Script, Step, answer, fails},
    test_provider::{Login, TOKEN, TestProvider, operation},
};

const START: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
const SECOND: Duration = Duration::from_secs(1);

static READ: Operation = operation("test.read", Effect::Read, &[401]);
static PUT: Operation = operation("test.put", Effect::Idempotent, &[401]);
static SALE: Operation = operation("test.sale", Effect::Once, &[400, 401]);
/// Declares nothing.
static BARE_SALE: Operation = operation("test.bare_sale", Effect::Once, &[]);

/// An engine, what it sends, and its time.
struct World {
    engine: Engine<TestProvider>,
    script: Script,
    clock: ManualClock,
}

impl World {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with(TestProvider::at("https://api.test"), RetryPolicy::new(), steps)
    }

    fn with(
        provider: TestProvider,
        retry: RetryPolicy,
        steps: impl IntoIterator<Item = Step>,
    ) -> Self {
        let script = Script::new(steps);
        let clock = ManualClock::auto(START);
        let connection = Connection::builder()
            .transport(script.clone())
            .clock(clock.clone())
            .randomness(SeededRandomness::new(1))
            .retry(retry)
            .application("my-shop/1.4")
            .build()
            .unwrap();
        Self { engine: Engine::new(provider, connection), script, clock }
    }

    fn call<'a>(&'a self, operation: &'a Operation) -> Call<'a, TestProvider> {
        self.call_with(operation, CallOptions::new())
    }

    fn call_with<'a>(
        &'a self,
        operation: &'a Operation,
        options: CallOptions,
    ) -> Call<'a, TestProvider> {
        self.engine
            .call(operation, options)
            .path("sale_id", "s1")
            .json(&json!({"amount": 1}), &Extra::default())
    }

    async fn sale(&self) -> Result<Response<Value>> {
        self.call(&SALE).send().await
    }

    /// The longest pause so far. Timeouts that never fired are not polled, so not counted.
    fn pauses(&self) -> Vec<Duration> {
        self.clock.sleeps()
    }
}

fn is_pending(future: &mut Pin<Box<impl Future>>) -> bool {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

fn refused_connection() -> Step {
    fails(Phase::NotSent, Failure::Connect)
}

fn lost() -> Step {
    fails(Phase::Unknown, Failure::Broken)
}

fn ok() -> Step {
    answer(200, r#"{"id":"t1"}"#)
}

mod sending_again {
    use super::*;

    #[tokio::test]
    async fn a_write_that_was_not_sent_is_sent() {
        let world = World::new([refused_connection(), refused_connection(), ok()]);
        let response = world.sale().await.unwrap();
        assert_eq!(response["id"], "t1");
        assert_eq!(response.meta().attempts(), 3);
        assert_eq!(world.script.count(), 3);
        let pauses = world.pauses();
        assert_eq!(pauses.len(), 2);
        assert!(pauses[0] <= SECOND / 5 && pauses[1] <= SECOND * 2 / 5, "{pauses:?}");
    }

    #[tokio::test]
    async fn a_write_that_was_never_sent_says_so() {
        let world = World::new([refused_connection(), refused_connection(), refused_connection()]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.attempts(), 3);
        assert!(error.lost_call().is_none(), "there is nothing to look for");
        assert_eq!(
            error.to_string(),
            "test.sale: connection failed: no connection to the provider (not sent, 3 attempts)"
        );
    }

    #[tokio::test]
    async fn a_write_whose_answer_is_lost_is_not_sent_again() {
        for step in [
            lost(),
            fails(Phase::Unknown, Failure::Timeout),
            fails(Phase::Unknown, Failure::Malformed),
            fails(Phase::Unknown, Failure::TooLarge),
            answer(500, ""),
            answer(503, ""),
            answer(408, ""),
            answer(429, ""),
            answer(409, ""),
            answer(404, ""),
            answer(307, "").header("location", "https://elsewhere.test/"),
            answer(200, ""),
            answer(200, r#"{"id":"#),
            answer(200, "<html>"),
            answer(502, "<html>"),
            answer(200, r#"{"verdict":"by_status"}"#),
            answer(200, r#"{"verdict":"unclear"}"#),
            answer(200, r#"{"verdict":"faulty"}"#),
        ] {
            let world = World::new([refused_connection(), step, ok()]);
            let error = world.sale().await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
            assert_eq!((world.script.count(), world.script.left()), (2, 1), "{error}");
            assert!(error.lost_call().is_some());
            assert!(!error.is_declined());
        }
    }

    #[tokio::test]
    async fn a_read_whose_answer_is_lost_is_asked_again() {
        for step in [lost(), answer(503, ""), answer(408, ""), answer(200, "<html>")] {
            let world = World::new([step, ok()]);
            let response: Response<Value> = world.call(&READ).send().await.unwrap();
            assert_eq!(response.meta().attempts(), 2);
        }
    }

    #[tokio::test]
    async fn a_declared_refusal_stops_a_write_that_may_be_repaired_by_the_caller() {
        let world = World::new([answer(
            400,
            r#"{"verdict":"by_status","message":"no amount","field":"amount"}"#,
        )]);
        let error = world.sale().await.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(error.field_errors()[0].field, "amount");
        assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    }

    #[tokio::test]
    async fn the_same_refusal_undeclared_proves_nothing() {
        let world = World::new([answer(400, "")]);
        let error = world.call(&BARE_SALE).send::<Value>().await.unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.outcome(), Outcome::Unknown);
    }

    #[tokio::test]
    async fn a_body_that_says_later_is_believed_for_a_write_too() {
        let throttled = answer(400, r#"{"verdict":"throttled"}"#);
        let world = World::new([throttled.clone(), ok()]);
        assert!(world.call(&BARE_SALE).send::<Value>().await.is_ok());

        let world = World::new([throttled.clone(), throttled.clone(), throttled]);
        let error = world.call(&BARE_SALE).send::<Value>().await.unwrap_err();
        assert!(error.is_rate_limited());
        assert_eq!(error.outcome(), Outcome::Refused);
    }

    #[tokio::test]
    async fn a_request_that_cannot_be_put_on_the_wire_is_not_tried_twice() {
        let world = World::new([fails(Phase::NotSent, Failure::Request), ok()]);
        let error = world.call(&READ).send::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(world.script.count(), 1);
    }

    #[tokio::test]
    async fn the_number_of_attempts_is_the_callers() {
        let five = (0..5).map(|_| refused_connection());
        let world = World::with(
            TestProvider::at("https://api.test"),
            RetryPolicy::new().max_attempts(2),
            five,
        );
        assert_eq!(world.sale().await.unwrap_err().attempts(), 2);
        let one = CallOptions::new().max_attempts(1);
        assert!(world.call_with(&SALE, one).send::<Value>().await.is_err());
        assert_eq!(world.script.count(), 3);

        let world = World::with(
            TestProvider::at("https://api.test"),
            RetryPolicy::never(),
            [answer(503, ""), ok()],
        );
        assert!(world.call(&READ).send::<Value>().await.unwrap_err().is_provider_fault());
        assert_eq!(world.script.count(), 1);
    }
}

mod the_outcome_of_several_attempts {
    use super::*;

    #[tokio::test]
    async fn a_404_does_not_undo_what_a_lost_attempt_may_have_done() {
        static PUT: Operation = operation("test.put", Effect::Idempotent, &[404]);
        let world = World::new([lost(), answer(404, "")]);
        let error = world.call(&PUT).send::<Value>().await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.lost_call().is_some());
    }

    #[tokio::test]
    async fn a_decline_does_not_either() {
        let world = World::new([lost(), answer(402, r#"{"verdict":"declined"}"#)]);
        let error = world.call(&PUT).send::<Value>().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Declined, Outcome::Unknown));
        assert!(!error.is_declined(), "the first attempt may have gone through");
    }

    #[tokio::test]
    async fn an_answered_attempt_is_not_forgotten_when_the_next_cannot_connect() {
        let world = World::new([answer(503, ""), refused_connection(), refused_connection()]);
        let error = world.call(&PUT).send::<Value>().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);

        let world = World::new([answer(503, ""), refused_connection(), refused_connection()]);
        let error = world.call(&READ).send::<Value>().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused);
        assert!(error.lost_call().is_none(), "a read loses nothing");
    }

    #[tokio::test]
    async fn a_refused_attempt_and_one_not_sent_are_without_effect() {
        let world = World::new([answer(401, ""), refused_connection(), refused_connection()]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused);
        assert!(error.outcome().is_without_effect());
    }

    #[tokio::test]
    async fn a_lost_write_is_unknown_even_after_a_refusal() {
        let world = World::new([answer(401, ""), lost()]);
        assert_eq!(world.sale().await.unwrap_err().outcome(), Outcome::Unknown);
    }
}

mod credentials {
    use super::*;

    fn bearer(request: &http::Request<bytes::Bytes>) -> &str {
        request.headers()[header::AUTHORIZATION].to_str().unwrap()
    }

    #[tokio::test]
    async fn a_declared_401_renews_them_once_and_sends_again() {
        let world = World::new([answer(401, ""), ok()]);
        world.sale().await.unwrap();
        let sent = world.script.sent();
        assert_eq!(
            [bearer(&sent[0]), bearer(&sent[1])],
            ["Bearer secret-token-1", "Bearer secret-token-2"]
        );
        assert!(world.pauses().is_empty(), "at once");
        assert_eq!(sent[0].body(), sent[1].body());
    }

    #[tokio::test]
    async fn a_second_401_is_the_answer() {
        let world = World::new([answer(401, ""), answer(401, ""), ok()]);
        let error = world.sale().await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(world.script.count(), 2);
        assert_eq!(world.engine.provider().renewals(), 2, "the second token is forgotten too");
    }

    #[tokio::test]
    async fn an_undeclared_401_stops_a_write_and_forgets_the_token() {
        let world = World::new([answer(401, ""), ok()]);
        let error = world.call(&BARE_SALE).send::<Value>().await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!((world.script.count(), world.engine.provider().renewals()), (1, 1));
    }

    #[tokio::test]
    async fn a_body_that_names_the_refusal_renews_them_as_a_bare_401_does() {
        let world = World::new([answer(401, r#"{"verdict":"refused","code":"expired"}"#), ok()]);
        assert!(world.sale().await.is_ok());
    }

    #[tokio::test]
    async fn strict_stops_a_write_but_not_a_read() {
        let strict = CallOptions::new().strict();
        let world = World::new([answer(401, ""), ok()]);
        let error = world.call_with(&SALE, strict).send::<Value>().await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!((error.outcome(), world.script.count()), (Outcome::Refused, 1));

        let world = World::new([answer(401, ""), ok()]);
        assert!(world.call_with(&READ, strict).send::<Value>().await.is_ok());
    }

    #[tokio::test]
    async fn what_cannot_be_renewed_is_not_sent_again() {
        let provider = TestProvider::at("https://api.test").without_renewal();
        let world = World::with(provider, RetryPolicy::new(), [answer(401, ""), ok()]);
        assert!(world.sale().await.unwrap_err().is_unauthorized());
        assert_eq!(world.script.count(), 1);

        let own = pay_core::provider::Authorization::bearer(&"of-the-call".into()).unwrap();
        let world = World::new([answer(401, ""), ok()]);
        let error = world.call(&SALE).authorization(own).send::<Value>().await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!((world.script.count(), world.engine.provider().renewals()), (1, 0));
        assert_eq!(bearer(&world.script.sent()[0]), "Bearer of-the-call");
    }

    #[tokio::test]
    async fn a_renewal_that_fails_is_an_error_of_this_call() {
        let cause = Error::new(ErrorKind::Refused, Outcome::Unknown, "invalid_grant")
            .with_operation("test.token")
            .with_retry_after(Some(9 * SECOND));
        let provider =
            TestProvider::at("https://api.test").with_logins([None, Some(Login::Fails(cause))]);
        let world = World::with(provider, RetryPolicy::new(), [answer(401, "expired"), ok()]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.operation(), Some("test.sale"));
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::Refused, "the sale, not the login");
        assert_eq!(error.retry_after(), Some(9 * SECOND));
        let source = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!(source.operation(), Some("test.token"));
        assert_eq!(&error.meta().unwrap().raw_body()[..], b"expired");
        assert_eq!(world.script.count(), 1);
    }

    #[tokio::test]
    async fn a_login_that_fails_before_anything_was_sent_is_not_sent() {
        for (kind, expected) in [
            (ErrorKind::Invalid, ErrorKind::Unauthorized),
            (ErrorKind::Forbidden, ErrorKind::Unauthorized),
            (ErrorKind::NotFound, ErrorKind::Unauthorized),
            (ErrorKind::Contradiction, ErrorKind::Unauthorized),
            (ErrorKind::Transport, ErrorKind::Transport),
            (ErrorKind::ProviderFault, ErrorKind::ProviderFault),
            (ErrorKind::Timeout, ErrorKind::Timeout),
        ] {
            let cause = Error::new(kind, Outcome::Unknown, "a word of the login");
            let provider =
                TestProvider::at("https://api.test").with_logins([Some(Login::Fails(cause))]);
            let world = World::with(provider, RetryPolicy::new(), [ok()]);
            let error = world.sale().await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (expected, Outcome::NotSent));
            assert_eq!((world.script.count(), error.attempts()), (0, 0));
        }
    }

    #[tokio::test]
    async fn lost_consent_is_found_in_the_chain() {
        let gone = Error::new(ErrorKind::NeedsReauthorization, Outcome::NotSent, "");
        let cause = Error::new(ErrorKind::Storage, Outcome::NotSent, "").with_source(gone);
        let provider =
            TestProvider::at("https://api.test").with_logins([Some(Login::Fails(cause))]);
        let world = World::with(provider, RetryPolicy::new(), [ok()]);
        assert!(world.sale().await.unwrap_err().needs_reauthorization());
    }

    #[tokio::test]
    async fn a_login_that_hangs_is_ended_by_the_deadline() {
        let provider = TestProvider::at("https://api.test").with_logins([Some(Login::Hangs)]);
        let world = World::with(provider, RetryPolicy::new(), [ok()]);
        let error = world.sale().await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!((world.script.count(), world.clock.monotonic()), (0, 75 * SECOND));
    }

    #[tokio::test]
    async fn a_write_needs_a_token_that_outlives_the_attempt() {
        let world = World::new([ok(), ok(), ok()]);
        let options = CallOptions::new().attempt_timeout(7 * SECOND);
        world.call_with(&SALE, options).send::<Value>().await.unwrap();
        world.call_with(&READ, options).send::<Value>().await.unwrap();
        let options = options.timeout(3 * SECOND);
        world.call_with(&PUT, options).send::<Value>().await.unwrap();
        let needs: Vec<_> = world
            .engine
            .provider()
            .needs()
            .iter()
            .map(|need| (need.lasting, need.within))
            .collect();
        assert_eq!(
            needs,
            [(7 * SECOND, 75 * SECOND), (Duration::ZERO, 75 * SECOND), (3 * SECOND, 3 * SECOND)]
        );
    }
}

mod waiting {
    use super::*;

    async fn waits(retry_after: &str) -> (Vec<Duration>, Result<Response<Value>>) {
        let busy = answer(503, "").header("retry-after", retry_after);
        let world = World::new([busy, ok()]);
        let result = world.call(&READ).send().await;
        (world.pauses(), result)
    }

    #[tokio::test]
    async fn the_provider_says_how_long() {
        assert_eq!(waits("7").await.0, [7 * SECOND]);
        assert_eq!(waits("Sun, 01 Mar 2026 12:00:09 GMT").await.0, [9 * SECOND]);
    }

    #[tokio::test]
    async fn what_is_no_time_or_none_to_wait_is_our_own_pause() {
        for text in
            ["soon", "-7", "0", "Sun, 01 Mar 2026 11:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
        {
            let (pauses, result) = waits(text).await;
            assert!(result.is_ok(), "{text}");
            assert_eq!(pauses.len(), 1);
            assert!(!pauses[0].is_zero() && pauses[0] <= SECOND / 5, "{text}: {pauses:?}");
        }
    }

    #[tokio::test]
    async fn a_wait_past_the_deadline_is_told_instead_of_slept() {
        for (text, wait) in [
            ("75", 75 * SECOND),
            ("3600", 3600 * SECOND),
            ("99999999999999999999999999", 24 * 3600 * SECOND),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 24 * 3600 * SECOND),
        ] {
            let (pauses, result) = waits(text).await;
            let error = result.unwrap_err();
            assert!(pauses.is_empty(), "{text}: {pauses:?}");
            assert_eq!(error.retry_after(), Some(wait));
            assert!(error.is_provider_fault());
            assert!(error.to_string().contains("not tried again: no time left"), "{error}");
        }
    }

    #[tokio::test]
    async fn the_budget_is_shared_and_runs_out() {
        let retry = RetryPolicy::new().budget(10);
        let down = (0..6).map(|_| refused_connection());
        let world = World::with(TestProvider::at("https://api.test"), retry, down);
        assert_eq!(world.sale().await.unwrap_err().attempts(), 3);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert!(error.to_string().contains("the retry budget is used up"), "{error}");

        // Another engine on the same budget finds it empty, one of its own does not.
        let sister = Engine::beside(TestProvider::at("https://auth.test"), &world.engine);
        let call = sister.call(&SALE, CallOptions::new()).path("sale_id", "s1");
        assert_eq!(call.acknowledge().await.unwrap_err().attempts(), 1);
    }

    #[tokio::test]
    async fn success_gives_budget_back() {
        let retry = RetryPolicy::new().budget(5).max_attempts(2);
        let mut steps = vec![refused_connection(), refused_connection(), refused_connection()];
        steps.extend((0..5).map(|_| ok()));
        steps.extend([refused_connection(), ok()]);
        let world = World::with(TestProvider::at("https://api.test"), retry, steps);
        assert_eq!(world.sale().await.unwrap_err().attempts(), 2);
        assert_eq!(world.sale().await.unwrap_err().attempts(), 1, "nothing left");
        for _ in 0..5 {
            assert!(world.sale().await.is_ok());
        }
        assert_eq!(world.sale().await.unwrap().meta().attempts(), 2, "five successes, one retry");
    }
}

mod time_limits {
    use super::*;

    #[tokio::test]
    async fn no_connection_in_time_is_not_sent_and_tried_again() {
        let world = World::new([Step::HangsConnecting, ok()]);
        let response = world.sale().await.unwrap();
        assert_eq!(response.meta().attempts(), 2);
        assert_eq!(world.pauses()[0], 5 * SECOND, "the time to connect");
        assert!(world.clock.monotonic() < 6 * SECOND, "and not that of an attempt");
    }

    #[tokio::test]
    async fn no_connection_ever_is_not_sent() {
        let world = World::new((0..3).map(|_| Step::HangsConnecting));
        let error = world.sale().await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.outcome(), Outcome::NotSent);
    }

    #[tokio::test]
    async fn silence_after_sending_is_unknown() {
        for step in [Step::HangsAfterSending, Step::HangsSilently] {
            let world = World::new([step, ok()]);
            let error = world.sale().await.unwrap_err();
            assert!(error.is_timeout());
            assert_eq!((error.outcome(), world.script.count()), (Outcome::Unknown, 1));
            assert_eq!(world.clock.monotonic(), 30 * SECOND, "the time for an attempt");
        }
    }

    #[tokio::test]
    async fn a_read_has_as_many_attempts_as_fit_into_the_call() {
        let world = World::new([Step::HangsSilently, Step::HangsSilently, Step::HangsSilently]);
        let error = world.call(&READ).send::<Value>().await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(error.attempts(), 3);
        assert_eq!(world.clock.monotonic(), 75 * SECOND, "30 and 30, and what is left");
    }

    #[tokio::test]
    async fn a_call_may_have_its_own_time_for_an_attempt() {
        let world = World::new([Step::HangsAfterSending]);
        let options = CallOptions::new().attempt_timeout(2 * SECOND);
        let error = world.call_with(&SALE, options).send::<Value>().await.unwrap_err();
        assert!(error.is_timeout());
        assert_eq!(world.clock.monotonic(), 2 * SECOND);
    }

    #[tokio::test]
    async fn a_time_for_the_call_and_a_deadline_both_end_it_the_earlier_first() {
        let at = |seconds| START + time::Duration::seconds(seconds);
        for (options, ends) in [
            (CallOptions::new().timeout(4 * SECOND), 4),
            (CallOptions::new().deadline(at(6)), 6),
            (CallOptions::new().deadline(at(6)).timeout(4 * SECOND), 4),
            (CallOptions::new().deadline(at(3)).timeout(4 * SECOND), 3),
            (CallOptions::new().deadline(at(1000)), 30),
        ] {
            let world = World::new([Step::HangsAfterSending]);
            let error = world.call_with(&SALE, options).send::<Value>().await.unwrap_err();
            assert!(error.is_timeout());
            assert_eq!(world.clock.monotonic(), ends * SECOND, "{options:?}");
        }
    }

    #[tokio::test]
    async fn a_deadline_that_has_passed_sends_nothing_and_does_not_even_log_in() {
        for options in [
            CallOptions::new().deadline(START),
            CallOptions::new().deadline(datetime!(1970-01-01 00:00 UTC)),
            CallOptions::new().timeout(Duration::ZERO),
        ] {
            let world = World::new([ok()]);
            let error = world.call_with(&SALE, options).send::<Value>().await.unwrap_err();
            assert!(error.is_timeout());
            assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
            assert_eq!(world.script.count(), 0);
            assert!(world.engine.provider().needs().is_empty());
        }
    }

    #[tokio::test]
    async fn where_a_person_acts_there_is_more_time() {
        let terminal = Operation {
            timeout: TimeoutClass::Interactive,
            ..operation("test.terminal", Effect::Once, &[])
        };
        let world = World::new([Step::HangsAfterSending]);
        assert!(world.call(&terminal).send::<Value>().await.unwrap_err().is_timeout());
        assert_eq!(world.clock.monotonic(), 120 * SECOND);
    }

    #[tokio::test]
    async fn a_call_that_is_dropped_leaves_the_engine_as_it_was() {
        let script = Script::new([Step::HangsAfterSending, ok()]);
        let clock = ManualClock::new(START);
        let connection = Connection::builder()
            .transport(script.clone())
            .clock(clock.clone())
            .timeouts(Timeouts::new())
            .build()
            .unwrap();
        let engine = Engine::new(TestProvider::at("https://api.test"), connection);
        let call = || engine.call(&SALE, CallOptions::new()).path("sale_id", "s1");
        let mut dropped = Box::pin(call().acknowledge());
        assert!(is_pending(&mut dropped));
        assert_eq!((script.count(), clock.sleeping()), (1, 1));
        drop(dropped);
        assert_eq!(clock.sleeping(), 0);
        call().acknowledge().await.unwrap();
        assert_eq!(script.count(), 2);
    }

    #[tokio::test]
    async fn a_sleeping_wall_clock_does_not_stretch_a_call() {
        // Set back by an hour in mid-call, as a time server may do.
        let script = Script::new([Step::HangsAfterSending]);
        let clock = ManualClock::new(START);
        let connection =
            Connection::builder().transport(script).clock(clock.clone()).build().unwrap();
        let engine = Engine::new(TestProvider::at("https://api.test"), connection);
        let options = CallOptions::new().deadline(START + time::Duration::seconds(20));
        let call = engine.call(&SALE, options).path("sale_id", "s1").acknowledge();
        let mut call = Box::pin(call);
        assert!(is_pending(&mut call));
        clock.set_now(START - time::Duration::hours(1));
        clock.advance(5 * SECOND);
        assert!(is_pending(&mut call));
        clock.advance(15 * SECOND);
        assert!(call.await.unwrap_err().is_timeout());
    }
}

mod what_an_error_holds {
    use super::*;

    #[tokio::test]
    async fn a_lost_write_knows_what_to_look_for() {
        let world = World::new([Step::HangsAfterSending]);
        let reference = Reference::new("order-17").unwrap();
        let lost = LostCall::new("test.sale", START - time::Duration::hours(1))
            .with_reference(Some(reference.clone()))
            .with_detail("last4", "1111");
        let error = world.call(&SALE).lost_call(lost).send::<Value>().await.unwrap_err();
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.operation(), "test.sale");
        assert_eq!(lost.path("sale_id"), Some("s1"));
        assert_eq!(lost.reference(), Some(&reference));
        assert_eq!(lost.detail("last4"), Some("1111"));
        assert_eq!(lost.from(), START);
        assert_eq!(lost.to(), Some(START + time::Duration::seconds(30)));
        let json = serde_json::to_string(lost).unwrap();
        assert_eq!(&serde_json::from_str::<LostCall>(&json).unwrap(), lost);
    }

    #[tokio::test]
    async fn a_lost_write_that_described_nothing_still_has_its_path_and_window() {
        let world = World::new([lost()]);
        let error = world.sale().await.unwrap_err();
        let lost = error.lost_call().unwrap();
        assert_eq!((lost.operation(), lost.path("sale_id")), ("test.sale", Some("s1")));
        assert_eq!((lost.from(), lost.to()), (START, Some(START)));
    }

    #[tokio::test]
    async fn a_support_ticket_can_be_written() {
        let body = r#"{"verdict":"faulty","message":"try later","code":"E7"}"#;
        let world = World::new([answer(500, body).header("x-request-id", "req-9")]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "test.sale: fault at the provider: try later [E7] (outcome unknown, HTTP 500, request req-9)"
        );
        let meta = error.meta().unwrap();
        assert_eq!(
            (meta.status(), meta.request_id()),
            (StatusCode::INTERNAL_SERVER_ERROR, Some("req-9"))
        );
        assert_eq!(meta.headers()["x-request-id"], "req-9");
        assert_eq!(meta.raw_body(), body);

        let world = World::new([ok().header("x-request-id", "req-10")]);
        let response = world.sale().await.unwrap();
        assert_eq!(response.meta().request_id(), Some("req-10"));
        assert_eq!(response.meta().raw_body(), r#"{"id":"t1"}"#);
    }

    #[tokio::test]
    async fn a_line_stays_one_line_whatever_the_provider_writes() {
        let message = format!("first\\nERROR forged \\u001b[31m{}", "x".repeat(5_000));
        let body = format!(r#"{{"verdict":"refused","message":"{message}","code":"a\nb"}}"#);
        let world = World::new([answer(422, body)]);
        let error = world.sale().await.unwrap_err();
        let line = error.to_string();
        assert!(!line.contains(char::is_control), "{line}");
        assert!(line.len() < 500);
        assert!(error.message().starts_with("first\n"), "the message itself is whole");
        assert!(error.message().len() > 5_000);
    }

    #[tokio::test]
    async fn a_decline_has_its_object_whatever_its_shape() {
        for (status, body) in [
            (200, r#"{"verdict":"declined","object":{"id":"d1"}}"#),
            (402, r#"{"verdict":"declined","id":"d1"}"#),
            (400, r#"{"verdict":"declined","object":{"id":"d1"}}"#),
        ] {
            let world = World::new([answer(status, body)]);
            let error = world.sale().await.unwrap_err();
            assert!(error.is_declined(), "{error}");
            assert_eq!(error.outcome(), Outcome::Refused);
            assert_eq!(error.body::<Value>().unwrap()["id"], "d1");
        }
    }

    #[tokio::test]
    async fn a_decline_of_something_else_tells_nothing() {
        let doubt = |object: &bytes::Bytes| {
            let value: Value = serde_json::from_slice(object).unwrap();
            (value["id"] != "d1").then(|| "another id".to_owned())
        };
        for (body, outcome) in [
            (r#"{"verdict":"declined","object":{"id":"d1"}}"#, Outcome::Refused),
            (r#"{"verdict":"declined","object":{"id":"d2"}}"#, Outcome::Unknown),
            (r#"{"verdict":"declined","id":"d2"}"#, Outcome::Unknown),
        ] {
            let world = World::new([answer(402, body)]);
            let call = world.call(&SALE).doubt_decline(doubt);
            let error = call.send::<Value>().await.unwrap_err();
            assert_eq!(error.outcome(), outcome, "{body}");
            assert_eq!(error.is_declined(), outcome == Outcome::Refused, "{body}");
            assert!(error.body::<Value>().is_some(), "{body}");
        }
    }

    #[tokio::test]
    async fn a_decline_with_a_server_error_is_attached_and_not_believed() {
        let world = World::new([answer(502, r#"{"verdict":"declined","object":{"id":"d1"}}"#)]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(!error.is_declined());
        assert_eq!(error.kind(), ErrorKind::Declined);
        assert_eq!(error.body::<Value>().unwrap()["id"], "d1");
    }

    #[tokio::test]
    async fn a_contradiction_took_effect_and_shows_the_object() {
        let judge = |value: &Value| match value["amount"].as_u64() {
            Some(1) => Verdict::Succeeded,
            other => Verdict::Contradicts(format!("amount is {other:?}")),
        };
        let world = World::new([answer(200, r#"{"id":"t1","amount":2}"#)]);
        let error = world.call(&SALE).send_judged(judge).await.unwrap_err();
        assert!(error.is_contradiction());
        assert_eq!(error.outcome(), Outcome::Applied);
        assert_eq!(error.body::<Value>().unwrap()["id"], "t1");
        assert!(error.lost_call().is_some());

        let world = World::new([answer(200, r#"{"id":"t1","amount":1}"#)]);
        assert!(world.call(&SALE).send_judged(judge).await.is_ok());
    }

    #[tokio::test]
    async fn a_wrapped_object_is_found_in_its_wrapper() {
        let wrapped = r#"{"verdict":"contradicts","message":"9","data":{"amount":9}}"#;
        let world = World::new([answer(200, wrapped)]);
        let error = world.sale().await.unwrap_err();
        assert_eq!(error.body::<Value>(), Some(json!({"amount": 9})));
        assert_eq!(error.meta().unwrap().raw_body(), wrapped);
    }

    #[tokio::test]
    async fn the_kind_is_the_one_that_the_body_names() {
        let refused = r#"{"verdict":"refused","kind":"not_found"}"#;
        let world = World::new([answer(500, refused)]);
        let error = world.sale().await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.outcome(), Outcome::Refused);
    }

    #[tokio::test]
    async fn an_answer_that_cannot_be_read_says_where_and_quotes_nothing() {
        let world = World::new([answer(200, r#"{"id":"4111111111111111"}"#)]);
        #[derive(Debug, serde::Deserialize)]
        struct Numbered {
            #[serde(rename = "id")]
            _id: u64,
        }
        let error = world.call(&SALE).send::<Numbered>().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Unknown));
        assert_eq!(error.message(), "the answer has not the expected shape (line 1, column 24)");
        assert!(error.source().is_none());
    }

    #[tokio::test]
    async fn an_array_is_no_object_that_has_only_what_is_optional() {
        #[derive(Debug, serde::Deserialize)]
        struct Optional {
            #[serde(rename = "id")]
            _id: Option<String>,
        }
        for body in [r#"["t1"]"#, "[null]"] {
            assert!(serde_json::from_str::<Optional>(body).is_ok(), "serde takes it");
            let world = World::new([answer(200, body), ok()]);
            let error = world.call(&SALE).send::<Optional>().await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Unknown));
            assert_eq!(world.script.left(), 1);
            assert!(error.body::<Optional>().is_none());
        }
        let world = World::new([answer(200, r#"[{},{"id":"t1"}]"#)]);
        assert_eq!(world.call(&SALE).send::<Vec<Optional>>().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_success_under_another_status_is_read_as_one() {
        let world = World::new([answer(409, r#"{"verdict":"succeeded","id":"t1"}"#)]);
        assert_eq!(world.sale().await.unwrap()["id"], "t1");
        #[derive(Debug, serde::Deserialize)]
        struct Other {
            #[serde(rename = "other")]
            _other: u64,
        }
        let world = World::new([answer(409, r#"{"verdict":"succeeded","id":"t1"}"#)]);
        let error = world.call(&SALE).send::<Other>().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unreadable, Outcome::Unknown));
        assert!(error.lost_call().is_some());
    }

    #[tokio::test]
    async fn an_acknowledgement_needs_no_body_but_hears_an_error_in_one() {
        let world = World::new([answer(204, ""), answer(200, r#"{"verdict":"declined"}"#)]);
        assert!(world.call(&SALE).acknowledge().await.is_ok());
        assert!(world.call(&SALE).acknowledge().await.unwrap_err().is_declined());
    }

    #[test]
    fn errors_can_be_made_for_a_test() {
        let declined = Error::declined("no funds", r#"{"id":"d1"}"#);
        assert!(declined.is_declined());
        assert_eq!(declined.body::<Value>().unwrap()["id"], "d1");
        let lost = Error::unknown_outcome(LostCall::new("test.sale", START));
        assert_eq!(lost.outcome(), Outcome::Unknown);
        assert!(lost.is_timeout() && lost.lost_call().is_some());
        let meta = Meta::new(StatusCode::OK, HeaderMap::new(), "{}").with_attempts(2);
        let response = Response::new(7_u8, meta).map(u16::from);
        assert_eq!((*response, response.meta().attempts()), (7, 2));
    }
}

mod the_request {
    use super::*;

    #[tokio::test]
    async fn carries_what_it_should() {
        let world = World::new([ok()]);
        let query = Query::new().push("a b", "c&d").push_some("none", None::<u8>);
        world
            .call(&SALE)
            .query(query)
            .query(Query::new().push("n", 1))
            .acknowledge()
            .await
            .unwrap();
        let sent = &world.script.sent()[0];
        assert_eq!(sent.method(), Method::POST);
        assert_eq!(sent.uri(), "https://api.test/v1/sale/s1?a%20b=c%26d&n=1");
        assert_eq!(sent.headers()[header::USER_AGENT], "testpay/1.0 my-shop/1.4");
        assert_eq!(sent.headers()[header::ACCEPT], "application/json");
        assert_eq!(sent.headers()[header::CONTENT_TYPE], "application/json");
        assert!(sent.headers()[header::AUTHORIZATION].is_sensitive());
        assert_eq!(sent.body(), r#"{"amount":1}"#);
    }

    #[tokio::test]
    async fn carries_no_credential_that_it_does_not_need() {
        let open =
            Operation { credential: Credential::None, ..operation("test.open", Effect::Read, &[]) };
        let world = World::new([ok(), answer(401, "")]);
        world.call(&open).acknowledge().await.unwrap();
        assert!(!world.script.sent()[0].headers().contains_key(header::AUTHORIZATION));
        assert!(world.call(&open).acknowledge().await.unwrap_err().is_unauthorized());
        assert_eq!(world.engine.provider().renewals(), 0);
    }

    #[tokio::test]
    async fn never_lets_an_id_change_the_route() {
        let world = World::new([ok(), ok()]);
        for (id, path) in [
            ("../../admin?x=1#y", "/v1/sale/..%2F..%2Fadmin%3Fx%3D1%23y"),
            ("%2e%2e/é", "/v1/sale/%252e%252e%2F%C3%A9"),
        ] {
            let call = world.engine.call(&SALE, CallOptions::new()).path("sale_id", id);
            call.acknowledge().await.unwrap();
            assert_eq!(world.script.sent().last().unwrap().uri().path(), path);
        }
    }

    #[tokio::test]
    async fn is_checked_before_anything_is_sent() {
        let world = World::new([]);
        let call = |id: &str| world.engine.call(&SALE, CallOptions::new()).path("sale_id", id);
        let wrong = || Err(Invalid::new("amount", "must be greater than 0"));
        let mut extra = Extra::default();
        extra.insert("amount", 2).unwrap();
        let unwritable = std::collections::BTreeMap::from([((1, 2), 3)]);
        for (error, field) in [
            (call("s1").check(wrong()).acknowledge().await, "amount"),
            (
                call("s1").check(wrong()).check(Err(Invalid::new("b", ""))).acknowledge().await,
                "amount",
            ),
            (call("").acknowledge().await, "sale_id"),
            (call(".").acknowledge().await, "sale_id"),
            (call("..").acknowledge().await, "sale_id"),
            (call("s1").json(&json!({"amount": 1}), &extra).acknowledge().await, "amount"),
            (call("s1").json(&unwritable, &Extra::default()).acknowledge().await, "body"),
            (world.engine.call(&SALE, CallOptions::new()).acknowledge().await, "route"),
        ] {
            let error = error.unwrap_err();
            assert!(error.is_invalid());
            assert_eq!(error.outcome(), Outcome::NotSent);
            assert_eq!(error.field_errors()[0].field, field);
            assert_eq!((error.operation(), error.attempts()), (Some("test.sale"), 0));
        }
        assert_eq!(world.script.count(), 0);
        assert!(world.engine.provider().needs().is_empty(), "nor a login");
    }

    #[tokio::test]
    async fn needs_a_route_from_the_caller_where_no_source_states_one() {
        let invoice = Operation {
            route: Route::Caller(&["invoice_id"]),
            ..operation("test.invoice", Effect::Once, &[])
        };
        let world = World::new([]);
        let call = world.engine.call(&invoice, CallOptions::new()).path("invoice_id", "i1");
        let error = call.acknowledge().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
        assert!(error.to_string().contains("give the client a route for it"), "{error}");

        let route =
            CallerRoute::new(Method::PUT, "/inv/{invoice_id}/send", &["invoice_id"]).unwrap();
        let provider = TestProvider::at("https://api.test").with_route(route);
        let world = World::with(provider, RetryPolicy::new(), [ok()]);
        let call = world.engine.call(&invoice, CallOptions::new()).path("invoice_id", "i1");
        call.acknowledge().await.unwrap();
        let sent = &world.script.sent()[0];
        assert_eq!((sent.method(), sent.uri().path()), (&Method::PUT, "/inv/i1/send"));
    }

    #[tokio::test]
    async fn may_be_a_form() {
        let world = World::new([ok()]);
        let call = world.engine.call(&SALE, CallOptions::new()).path("sale_id", "s1");
        call.form(&[("grant_type", "x"), ("secret", "a&b=c")]).acknowledge().await.unwrap();
        let sent = &world.script.sent()[0];
        assert_eq!(sent.headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
        assert_eq!(sent.body(), "grant_type=x&secret=a%26b%3Dc");
    }

    #[tokio::test]
    async fn may_go_to_any_path_with_the_same_delivery() {
        let world = World::new([answer(401, ""), ok(), lost()]);
        let raw = |path: &str| {
            RawCall::new(&world.engine, CallOptions::new(), Effect::Once, Method::POST, path)
                .query("a", "b c")
                .json(&json!({"x": 1}))
                .reference(Reference::new("r-1").unwrap())
        };
        let response: Response<Value> = raw("/anything/{as}/it%20is").send().await.unwrap();
        assert_eq!(response["id"], "t1");
        let sent = world.script.sent();
        assert_eq!(sent[1].uri().path(), "/anything/{as}/it%20is");
        assert_eq!(sent[1].uri().query(), Some("a=b%20c"));
        assert_eq!(sent[1].body(), r#"{"x":1}"#);

        let error = raw("/x").acknowledge().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.operation(), "test.raw");
        assert_eq!(lost.path("path"), Some("/x"));
        assert_eq!(lost.reference().unwrap().as_str(), "r-1");
        for bad in ["x", "//evil.test/x", "/a?b", "/a/../b", "/%2e%2e/b", ""] {
            assert!(raw(bad).acknowledge().await.unwrap_err().is_invalid(), "{bad}");
        }
        assert_eq!(world.script.count(), 3);
    }

    #[test]
    fn has_a_token_that_nobody_prints() {
        assert!(TOKEN.starts_with("secret"), "the tests of leaks look for it");
        let world = World::new([]);
        assert!(!format!("{:?} {:?}", world.engine, world.engine.connection()).contains("secret"));
    }
}

mod a_connection {
    use super::*;

    #[test]
    fn is_refused_with_the_settings_name() {
        for (builder, field) in [
            (Connection::builder().application("a\nb"), "application"),
            (Connection::builder().application(""), "application"),
            (Connection::builder().application("é"), "application"),
            (Connection::builder().proxy("::"), "proxy"),
            (Connection::builder().root_certificate("none"), "root_certificate"),
            (
                Connection::builder().root_certificate(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                ),
                "root_certificate",
            ),
            (Connection::builder().retry(RetryPolicy::new().max_attempts(0)), "retry.max_attempts"),
            (
                Connection::builder().timeouts(Timeouts::new().connect(Duration::ZERO)),
                "timeouts.connect",
            ),
            (
                Connection::builder().timeouts(Timeouts::new().connect(30 * SECOND)),
                "timeouts.connect",
            ),
            (
                Connection::builder().timeouts(Timeouts::new().attempt(75 * SECOND)),
                "timeouts.attempt",
            ),
            (
                Connection::builder().timeouts(Timeouts::new().interactive(SECOND, 9 * SECOND)),
                "timeouts.interactive",
            ),
            (
                Connection::builder()
                    .timeouts(Timeouts::new().interactive(90 * SECOND, 90 * SECOND)),
                "timeouts.interactive",
            ),
        ] {
            let error = builder.build().unwrap_err();
            assert!(error.is_invalid());
            assert_eq!(error.field_errors()[0].field, field);
        }
    }

    #[test]
    fn shows_no_password_of_its_proxy() {
        let builder = Connection::builder().proxy("http://user:hunter2@127.0.0.1:1");
        assert!(!format!("{builder:?}").contains("hunter2"));
        let connection = builder.build().unwrap();
        assert!(!format!("{connection:?}").contains("hunter2"));
        let error = Connection::builder().proxy("hunter2 ://").build().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
