use std::{error::Error as _, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use pay_core::{Clock as _, transport::Phase};
use payanywhere::{
    AccountId, CallOptions, Error, ErrorKind, LogOut, Outcome, Refund, TransactionFilter,
};
use time::OffsetDateTime;

use crate::world::{
    APP_SOURCE, HOST, KEY, MID, PASSWORD, Step, THEN, World, amount, answer, clerk, sale, token,
};

const MINUTE: Duration = Duration::from_secs(60);

fn nothing() -> Step {
    answer(200, r#"{"transactions":[]}"#)
}

async fn list(world: &World) -> Result<(), Error> {
    world.client.transactions().list(&TransactionFilter::new()).await.map(drop)
}

fn refund() -> Refund {
    Refund::without_reference(sale(), amount("2.00"), clerk())
}

#[tokio::test]
async fn a_call_logs_in_and_finds_its_account() {
    let world = World::logged_in([nothing(), nothing()]);
    list(&world).await.unwrap();
    list(&world).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent.len(), 3, "one login");
    let login = &sent[0];
    assert_eq!(login.method(), Method::POST);
    assert_eq!(login.uri().to_string(), format!("{HOST}/auth"));
    assert_eq!(
        login.body(),
        &format!(r#"{{"mid":"{MID}","developerKey":"{KEY}","password":"{PASSWORD}"}}"#)
    );
    assert!(login.headers().get("authorization").is_none());
    assert_eq!(login.headers()["content-type"], "application/json");
    assert!(login.headers().get("content-length").is_none(), "the transport knows it");
    let call = &sent[1];
    assert_eq!(call.method(), Method::GET);
    assert_eq!(call.uri().to_string(), format!("{HOST}/accounts/4711/transactions"));
    assert_eq!(call.headers()["authorization"], "Bearer t0ken-1");
    // The guide wants both also where there is no body.
    assert_eq!(call.headers()["content-type"], "application/json");
    assert_eq!(call.headers()["content-length"], "0");
    for request in &sent {
        assert_eq!(request.headers()["x-nabwss-appsource"], APP_SOURCE);
        assert!(request.headers()["user-agent"].to_str().unwrap().starts_with("payanywhere-rust/"));
    }
}

#[tokio::test]
async fn wrong_credentials_are_unauthorized_and_no_call_knocks_again() {
    let world = World::new([answer(404, r#"{"message":"Unauthorized Request"}"#)]);
    let error = list(&world).await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_not_found());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("payanywhere.transactions.list"));
    // The cache's own error, and behind it the login's.
    let cause = error.source().unwrap().source().unwrap();
    let login: &Error = match cause.downcast_ref::<std::sync::Arc<Error>>() {
        Some(shared) => shared,
        None => cause.downcast_ref::<Error>().unwrap(),
    };
    assert_eq!(login.operation(), Some("payanywhere.auth.log_in"));
    assert!(login.is_unauthorized());
    assert_eq!(login.outcome(), Outcome::Refused);
    assert_eq!(login.status().unwrap(), 404);
    assert_eq!(login.message(), "Unauthorized Request");

    let error = world.client.transactions().refund(&refund()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.lost_call().is_none());
    assert!(world.client.account_id().await.unwrap_err().is_unauthorized());
    assert_eq!(world.sent().len(), 1);
}

#[tokio::test]
async fn a_passing_failure_of_the_login_is_not_remembered() {
    for step in [answer(400, "{}"), answer(200, "<html>"), answer(200, r#"{"token":""}"#)] {
        // The login is idempotent, so what cannot be understood is asked for again.
        let repeats = match &step {
            Step::Answers(400, _) => 0,
            _ => 2,
        };
        let again: Vec<_> = (0..repeats).map(|_| answer(200, "{}")).collect();
        let world = World::new([step].into_iter().chain(again));
        let error = list(&world).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        world.then([token("t0ken-1"), nothing()]);
        list(&world).await.unwrap();
    }
}

#[tokio::test]
async fn a_token_is_refreshed_while_it_is_valid() {
    let world = World::logged_in([nothing(), token("t0ken-2"), nothing(), nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(38 * MINUTE);
    list(&world).await.unwrap();
    list(&world).await.unwrap();
    let sent = world.sent();
    let refresh = &sent[2];
    assert_eq!(refresh.method(), Method::POST);
    assert_eq!(refresh.uri().to_string(), format!("{HOST}/auth/refreshSession"));
    assert_eq!(refresh.headers()["authorization"], "Bearer t0ken-1");
    assert_eq!(refresh.headers()["x-nabwss-appsource"], APP_SOURCE);
    assert!(refresh.body().is_empty());
    assert_eq!(
        world.went(),
        [
            "/auth -",
            "/accounts/4711/transactions t0ken-1",
            "/auth/refreshSession t0ken-1",
            "/accounts/4711/transactions t0ken-2",
            "/accounts/4711/transactions t0ken-2",
        ]
    );
}

#[tokio::test]
async fn an_expired_token_is_never_refreshed() {
    // 29 seconds before its end, a refresh might come too late.
    for age in [40 * MINUTE, 41 * MINUTE, 24 * 60 * MINUTE, Duration::from_secs(40 * 60 - 29)] {
        let world = World::logged_in([nothing(), token("t0ken-2"), nothing()]);
        list(&world).await.unwrap();
        world.clock.advance(age);
        list(&world).await.unwrap();
        assert_eq!(world.went()[2], "/auth -", "{age:?}");
    }
}

#[tokio::test]
async fn a_refresh_that_brings_nothing_is_followed_by_a_login() {
    for refresh in [
        answer(401, r#"{"message":"Unauthorized"}"#),
        answer(400, "{}"),
        answer(404, "no such path"),
        answer(301, ""),
        answer(200, format!(r#"{{"token":"t0ken-9","mid":"9{MID}"}}"#)),
    ] {
        let world = World::logged_in([nothing(), refresh, token("t0ken-2"), nothing(), nothing()]);
        list(&world).await.unwrap();
        world.clock.advance(38 * MINUTE);
        list(&world).await.unwrap();
        list(&world).await.unwrap();
        assert_eq!(
            world.went()[2..],
            [
                "/auth/refreshSession t0ken-1",
                "/auth -",
                "/accounts/4711/transactions t0ken-2",
                "/accounts/4711/transactions t0ken-2",
            ]
        );
    }
}

#[tokio::test]
async fn a_valid_token_survives_a_failed_refresh_and_login() {
    let world = World::logged_in([nothing(), answer(401, ""), answer(404, ""), nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(38 * MINUTE);
    list(&world).await.unwrap();
    assert_eq!(world.went()[4], "/accounts/4711/transactions t0ken-1");
}

#[tokio::test]
async fn a_throttled_refresh_is_not_followed_by_a_login() {
    let throttled = || answer(429, "");
    let world = World::logged_in([nothing(), throttled(), throttled(), throttled(), nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(38 * MINUTE);
    list(&world).await.unwrap();
    let went = world.went();
    assert!(went[2..5].iter().all(|request| request == "/auth/refreshSession t0ken-1"), "{went:?}");
    assert_eq!(went[5], "/accounts/4711/transactions t0ken-1");
}

#[tokio::test]
async fn a_refused_token_is_replaced_by_a_login_once() {
    let accepted = r#"{"refund_id":7,"status_code":"00"}"#;
    let world = World::logged_in([answer(401, "{}"), token("t0ken-2"), answer(200, accepted)]);
    world.client.transactions().refund(&refund()).await.unwrap();
    assert_eq!(
        world.went(),
        [
            "/auth -",
            "/accounts/4711/transactions t0ken-1",
            "/auth -",
            "/accounts/4711/transactions t0ken-2",
        ]
    );
    // Twice is the end of it.
    let world = World::logged_in([answer(401, "{}"), token("t0ken-2"), answer(401, "{}")]);
    let error = world.client.transactions().refund(&refund()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::Refused);
    world.sent();
}

#[tokio::test]
async fn a_write_gets_a_token_that_outlives_its_attempt() {
    let accepted = r#"{"refund_id":7,"status_code":"00"}"#;
    let world = World::logged_in([nothing(), token("t0ken-2"), answer(200, accepted)]);
    list(&world).await.unwrap();
    // 20 seconds are left, an attempt may take 30.
    world.clock.advance(39 * MINUTE + 40 * MINUTE / 60);
    world.client.transactions().refund(&refund()).await.unwrap();
    assert_eq!(world.went()[2..], ["/auth -", "/accounts/4711/transactions t0ken-2"]);
}

fn jwt(expiry: OffsetDateTime) -> String {
    let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{}}}"#, expiry.unix_timestamp()));
    format!("eyJhbGciOiJIUzI1NiJ9.{claims}.c2ln")
}

#[tokio::test]
async fn a_token_that_says_that_it_ends_sooner_is_believed() {
    let short = jwt(THEN + 5 * MINUTE);
    let world = World::new([token(&short), nothing(), token("t0ken-2"), nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(6 * MINUTE);
    list(&world).await.unwrap();
    assert_eq!(world.went()[2], "/auth -");
    // One that says that it has ended only shows that a clock is wrong; one that says that it lasts
    // longer contradicts the guide.
    for told in [THEN - 60 * MINUTE, THEN + 24 * 60 * MINUTE] {
        let world =
            World::new([token(&jwt(told)), nothing(), nothing(), token("t0ken-2"), nothing()]);
        list(&world).await.unwrap();
        world.clock.advance(30 * MINUTE);
        list(&world).await.unwrap();
        world.clock.advance(11 * MINUTE);
        list(&world).await.unwrap();
        assert_eq!(world.went()[3], "/auth -");
    }
}

#[tokio::test]
async fn many_calls_at_once_cause_one_login() {
    let world = World::logged_in((0..50).map(|_| nothing()));
    let calls = (0..50).map(|_| list(&world));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    let logins = world.went().iter().filter(|request| *request == "/auth -").count();
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn logging_out_ends_the_token_and_leaves_the_client_usable() {
    let world = World::logged_in([nothing(), answer(200, "{}"), token("t0ken-2"), nothing()]);
    list(&world).await.unwrap();
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::Ended(_)));
    list(&world).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent[2].method(), Method::GET);
    assert_eq!(sent[2].uri().to_string(), format!("{HOST}/auth/expireToken"));
    assert_eq!(sent[2].headers()["content-length"], "0");
    assert_eq!(
        world.went()[2..],
        ["/auth/expireToken t0ken-1", "/auth -", "/accounts/4711/transactions t0ken-2"]
    );
}

#[tokio::test]
async fn logging_out_never_logs_in() {
    // Nothing to end.
    let world = World::new([]);
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::NoToken));
    // The provider has ended it already: no fresh token is fetched to end that one.
    let world = World::logged_in([nothing(), answer(401, r#"{"message":"Unauthorized"}"#)]);
    list(&world).await.unwrap();
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::EndedBefore));
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::NoToken));
    world.sent();
    // One that was given and never used is ended too.
    let given = World::with([answer(200, "{}")], |builder| builder.access_token("t0ken-0"));
    assert!(matches!(given.client.log_out().await.unwrap(), LogOut::Ended(_)));
    assert_eq!(given.went(), ["/auth/expireToken t0ken-0"]);
    // It has ended by itself.
    let world = World::logged_in([nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(40 * MINUTE);
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::NoToken));
    world.sent();
}

#[tokio::test]
async fn a_lost_log_out_is_sent_again_with_the_same_token() {
    let lost = Step::Fails(Phase::Unknown);
    let world = World::logged_in([nothing(), lost, answer(200, "")]);
    list(&world).await.unwrap();
    assert!(matches!(world.client.log_out().await.unwrap(), LogOut::Ended(_)));
    assert_eq!(world.went()[2..], ["/auth/expireToken t0ken-1", "/auth/expireToken t0ken-1"]);
}

#[tokio::test]
async fn the_account_is_known_after_one_login_or_from_the_caller() {
    let world = World::logged_in([]);
    for _ in 0..3 {
        assert_eq!(world.client.account_id().await.unwrap().as_str(), "4711");
    }
    assert_eq!(world.sent().len(), 1);

    let given = || AccountId::new("48%2F/..".replace(['/', '.'], "")).unwrap();
    let reply = |account: &str| answer(200, format!(r#"{{"token":"t0ken-1"{account}}}"#));
    let world = World::with([reply(""), nothing()], |builder| builder.account_id(given()));
    assert_eq!(world.client.account_id().await.unwrap(), given());
    list(&world).await.unwrap();
    assert_eq!(world.went()[1], "/accounts/48%252F/transactions t0ken-1");

    // A login of another account is not used.
    let world = World::with([reply(r#","accountId":1"#)], |builder| builder.account_id(given()));
    let error = list(&world).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.source().unwrap().source().unwrap().to_string().contains("another account"));
    world.sent();

    // None is told at all.
    let world = World::new([reply("")]);
    let error = list(&world).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    assert!(error.message().contains("builder"), "{error}");
    world.sent();
}

#[tokio::test]
async fn a_given_token_is_used_until_it_is_refused_or_ends() {
    let account = || AccountId::new("4711").unwrap();
    // With keys, a login follows.
    let steps = [nothing(), answer(401, ""), token("t0ken-2"), nothing()];
    let world = World::with(steps, |builder| builder.access_token("t0ken-1").account_id(account()));
    list(&world).await.unwrap();
    world.clock.advance(60 * MINUTE);
    list(&world).await.unwrap();
    assert_eq!(
        world.went(),
        [
            "/accounts/4711/transactions t0ken-1",
            "/accounts/4711/transactions t0ken-1",
            "/auth -",
            "/accounts/4711/transactions t0ken-2",
        ]
    );

    // Without, that is the end of it, and it is remembered.
    let bare = |builder: payanywhere::ClientBuilder, token: String| {
        drop(builder);
        payanywhere::Client::builder(payanywhere::Environment::sandbox())
            .mid(MID)
            .app_source(APP_SOURCE)
            .access_token(token)
            .account_id(account())
    };
    let world = World::with([answer(401, "")], |builder| bare(builder, "t0ken-1".to_owned()));
    for _ in 0..2 {
        let error = list(&world).await.unwrap_err();
        assert!(error.is_unauthorized());
    }
    assert_eq!(world.sent().len(), 1);

    // One that says when it ends is refreshed before.
    let short = jwt(THEN + 10 * MINUTE);
    let world = World::with([nothing(), token("t0ken-2"), nothing()], |builder| {
        bare(builder, short.clone())
    });
    list(&world).await.unwrap();
    world.clock.advance(9 * MINUTE + MINUTE / 4);
    list(&world).await.unwrap();
    assert_eq!(world.went()[1], format!("/auth/refreshSession {short}"));
}

#[tokio::test]
async fn a_refresh_that_names_no_account_keeps_the_one_that_is_known() {
    let bare = answer(200, r#"{"token":"t0ken-2"}"#);
    let world = World::logged_in([nothing(), bare, nothing()]);
    list(&world).await.unwrap();
    world.clock.advance(38 * MINUTE);
    list(&world).await.unwrap();
    assert_eq!(world.went()[3], "/accounts/4711/transactions t0ken-2");
}

#[tokio::test]
async fn the_login_takes_its_time_from_the_call() {
    let world = World::new([Step::Hangs]);
    let quick = CallOptions::new().timeout(Duration::from_secs(10));
    let client = world.client.with(quick);
    let error = client.transactions().refund(&refund()).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.lost_call().is_none());
    assert_eq!(world.clock.now(), THEN + Duration::from_secs(10));
    world.sent();
}

#[tokio::test]
async fn no_credential_and_no_token_is_ever_shown() {
    let echo = format!(r#"{{"message":"{KEY} and {PASSWORD} are bad"}}"#);
    let world = World::new([answer(404, echo)]);
    let refused = list(&world).await.unwrap_err();
    let world = World::logged_in([answer(403, r#"{"message":"Bearer t0ken-1 may not"}"#)]);
    let forbidden = world.client.transactions().refund(&refund()).await.unwrap_err();
    assert_eq!(forbidden.message(), "Bearer [redacted] may not");
    for error in [&refused, &forbidden] {
        let mut shown = vec![error.to_string(), format!("{error:?}")];
        let mut source = error.source();
        while let Some(cause) = source {
            shown.extend([cause.to_string(), format!("{cause:?}")]);
            source = cause.source();
        }
        for text in shown {
            for secret in [KEY, PASSWORD, "t0ken-1"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
    let sent = world.sent();
    assert!(!format!("{sent:?}").contains("t0ken-1"), "the header is not marked sensitive");
}

#[tokio::test]
async fn ready_logs_in_once_and_the_next_call_needs_no_login() {
    let world = World::logged_in([]);
    world.client.ready().await.unwrap();
    world.client.ready().await.unwrap();
    assert_eq!(world.went(), ["/auth -"]);
    world.then([nothing()]);
    list(&world).await.unwrap();
    assert_eq!(world.went(), ["/auth -", "/accounts/4711/transactions t0ken-1"]);
}

#[tokio::test]
async fn ready_tells_a_refused_login_as_not_sent() {
    let world = World::new([answer(404, r#"{"message":"Unauthorized Request"}"#)]);
    let error = world.client.ready().await.unwrap_err();
    assert!(error.is_unauthorized() && !error.is_not_found());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("payanywhere.ready"));
    assert_eq!(world.went(), ["/auth -"]);
}
