//! Logging in, refreshing, and leaving a locked account alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "payroc/world.rs"]
mod world;

use http::header;
use payroc::{Client, Environment, ErrorKind, MerchantId, Outcome};

use self::world::{
    HOUR, PASSWORD, START, World, answer, error, jwt, login, lost, refreshed, refused_connection,
};

fn mid() -> MerchantId {
    MerchantId::new("402100000000017").unwrap()
}

fn status() -> world::Step {
    answer(200, r#"{"applicationStatus":"x"}"#)
}

async fn read(client: &Client) -> payroc::Result<()> {
    client.boarding().status(&mid()).await.map(|_| ())
}

const LOGIN: &str = "POST /v1/auth";
const REFRESH: &str = "POST /v1/access-token";
const STATUS: &str = "GET /v1/boarding/402100000000017/status";

#[tokio::test]
async fn credentials_go_in_the_body() {
    let world = World::new([login("access-1", "refresh-1"), status()]);
    read(&world.partner()).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent[0].line, LOGIN);
    assert_eq!(sent[0].body, r#"{"userName":"myUserName","password":"pass-word-1"}"#);
    assert_eq!(sent[0].headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(sent[0].authorization(), None);
    assert_eq!(sent[1].line, STATUS);
    assert_eq!(sent[1].authorization(), Some("Bearer access-1"));
    assert_eq!(sent[1].body, "");
}

#[tokio::test]
async fn credentials_go_in_a_basic_header_and_the_body_stays_empty() {
    // The document's own sample.
    let world = World::new([login("access-1", "refresh-1"), status()]);
    let client = world.builder().basic_credentials("lwyllie", "password").build().unwrap();
    read(&client).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent[0].line, LOGIN);
    assert_eq!(sent[0].authorization(), Some("Basic bHd5bGxpZTpwYXNzd29yZA=="));
    assert_eq!(sent[0].body, "");
}

#[tokio::test]
async fn a_token_serves_until_shortly_before_its_end_and_is_then_refreshed() {
    let world = World::new([
        login(&jwt("a1", START + 2 * HOUR), &jwt("r1", START + 24 * HOUR)),
        status(),
        status(),
        refreshed("access-2"),
        status(),
    ]);
    let client = world.partner();
    read(&client).await.unwrap();
    world.clock.advance(HOUR);
    read(&client).await.unwrap();
    world.clock.advance(HOUR);
    read(&client).await.unwrap();
    let sent = world.sent();
    let lines: Vec<_> = sent.iter().map(|sent| sent.line.as_str()).collect();
    assert_eq!(lines, [LOGIN, STATUS, STATUS, REFRESH, STATUS]);
    let refresh = jwt("r1", START + 24 * HOUR);
    assert_eq!(sent[3].body, format!(r#"{{"refreshToken":"{refresh}"}}"#));
    assert_eq!(sent[3].authorization(), None);
    assert_eq!(sent[4].authorization(), Some("Bearer access-2"));
}

#[tokio::test]
async fn the_end_of_a_token_is_read_from_it() {
    let world = World::new([
        login(&jwt("a1", START + HOUR / 2), "refresh-1"),
        status(),
        refreshed("access-2"),
        status(),
    ]);
    let client = world.partner();
    read(&client).await.unwrap();
    world.clock.advance(HOUR / 2);
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [LOGIN, STATUS, REFRESH, STATUS]);
}

#[tokio::test]
async fn a_token_that_says_nothing_or_nonsense_lasts_as_documented() {
    let nonsense =
        ["opaque".to_owned(), jwt("expired", START - HOUR), jwt("eternal", START + 100 * HOUR)];
    for token in nonsense {
        let world = World::new([
            login(&token, "refresh-1"),
            status(),
            status(),
            refreshed("access-2"),
            status(),
        ]);
        let client = world.partner();
        read(&client).await.unwrap();
        world.clock.advance(HOUR);
        read(&client).await.unwrap();
        world.clock.advance(HOUR);
        read(&client).await.unwrap();
        assert_eq!(world.lines(), [LOGIN, STATUS, STATUS, REFRESH, STATUS], "{token}");
    }
}

#[tokio::test]
async fn many_tasks_cause_one_login_and_one_refresh() {
    let steps = std::iter::once(login("access-1", "refresh-1")).chain((0..20).map(|_| status()));
    let world = World::new(steps);
    let client = world.partner();
    let all = |client: &Client| {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { read(&client).await })
            })
            .collect();
        async move {
            for task in tasks {
                task.await.unwrap().unwrap();
            }
        }
    };
    all(&client).await;
    assert_eq!(world.lines().iter().filter(|line| *line == LOGIN).count(), 1);
    world.clock.advance(3 * HOUR);
    world.then(std::iter::once(refreshed("access-2")).chain((0..20).map(|_| status())));
    all(&client).await;
    let lines = world.lines();
    assert_eq!(lines.iter().filter(|line| *line == REFRESH).count(), 1);
    assert_eq!(lines.iter().filter(|line| *line == LOGIN).count(), 0);
}

#[tokio::test]
async fn an_expired_refresh_token_is_not_sent_and_a_login_takes_its_place() {
    for refresh in ["opaque".to_owned(), jwt("r1", START + 24 * HOUR)] {
        let world = World::new([
            login("access-1", &refresh),
            status(),
            login("access-2", "refresh-2"),
            status(),
        ]);
        let client = world.partner();
        read(&client).await.unwrap();
        world.clock.advance(24 * HOUR);
        read(&client).await.unwrap();
        assert_eq!(world.lines(), [LOGIN, STATUS, LOGIN, STATUS]);
    }
}

#[tokio::test]
async fn a_refresh_that_is_refused_ends_in_a_login() {
    for refusal in [
        error(401, "TokenException", "Token has expired"),
        answer(401, ""),
        error(400, "NotEmpty", "'Refresh Token' should not be empty."),
        error(
            403,
            "UnauthorizedAccessException",
            "Attempted to perform an unauthorized operation.",
        ),
        answer(404, "<html>"),
    ] {
        let world = World::new([login("access-1", "refresh-1"), status(), refusal]);
        world.then([login("access-2", "refresh-2"), status(), refreshed("access-3"), status()]);
        let client = world.partner();
        read(&client).await.unwrap();
        world.clock.advance(3 * HOUR);
        read(&client).await.unwrap();
        world.clock.advance(3 * HOUR);
        read(&client).await.unwrap();
        let sent = world.sent();
        let lines: Vec<_> = sent.iter().map(|sent| sent.line.as_str()).collect();
        assert_eq!(lines, [LOGIN, STATUS, REFRESH, LOGIN, STATUS, REFRESH, STATUS]);
        assert_eq!(sent[5].body, r#"{"refreshToken":"refresh-2"}"#);
    }
}

#[tokio::test]
async fn a_refresh_that_the_provider_cannot_serve_ends_in_a_login_too() {
    let world = World::new([login("access-1", "refresh-1"), status()]);
    world.then((0..3).map(|_| answer(500, "")));
    world.then([login("access-2", "refresh-2"), status()]);
    let client = world.partner();
    read(&client).await.unwrap();
    world.clock.advance(3 * HOUR);
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [LOGIN, STATUS, REFRESH, REFRESH, REFRESH, LOGIN, STATUS]);
}

#[tokio::test]
async fn a_refresh_that_cannot_be_delivered_keeps_the_refresh_token() {
    let world = World::new([login("access-1", "refresh-1"), status()]);
    world.then([refused_connection(), lost(), lost()]);
    let client = world.partner();
    read(&client).await.unwrap();
    world.clock.advance(3 * HOUR);
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent));
    world.then([refreshed("access-2"), status()]);
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [LOGIN, STATUS, REFRESH, REFRESH, REFRESH, REFRESH, STATUS]);
}

#[tokio::test]
async fn a_locked_account_is_not_knocked_at_again() {
    for (step, code) in [
        (error(401, "AuthenticationException", "This account has been locked"), true),
        (error(401, "Unauthorized", "Invalid UserName or Password"), true),
        (error(403, "UnauthorizedAccessException", "Could not execute service"), true),
        (error(200, "Unauthorized", "Invalid UserName or Password"), true),
        (answer(401, ""), false),
    ] {
        let world = World::new([step]);
        let client = world.partner();
        for _ in 0..5 {
            let error = read(&client).await.unwrap_err();
            assert!(error.is_unauthorized(), "{error}");
            assert_eq!(error.outcome(), Outcome::NotSent);
            assert!(error.message().contains("no access token could be had"), "{error}");
            assert!(std::error::Error::source(&error).is_some());
            assert!(!error.to_string().contains(PASSWORD));
        }
        assert_eq!(world.lines(), [LOGIN], "{code}");
        client.log_in_again();
        world.then([login("access-1", "refresh-1"), status()]);
        read(&client).await.unwrap();
        assert_eq!(world.lines(), [LOGIN, STATUS]);
    }
}

#[tokio::test]
async fn an_account_that_is_locked_while_in_use_is_not_logged_in_to() {
    let world = World::new([login("access-1", "refresh-1"), status()]);
    world.then([error(401, "AuthenticationException", "This account has been locked")]);
    let client = world.partner();
    read(&client).await.unwrap();
    world.clock.advance(3 * HOUR);
    for _ in 0..3 {
        assert!(read(&client).await.unwrap_err().is_unauthorized());
    }
    assert_eq!(world.lines(), [LOGIN, STATUS, REFRESH]);
}

#[tokio::test]
async fn a_login_that_fails_in_passing_is_tried_anew() {
    let world = World::new((0..3).map(|_| answer(503, "")));
    let client = world.partner();
    let error = read(&client).await.unwrap_err();
    assert!(error.is_provider_fault(), "{error}");
    world.then([login("access-1", "refresh-1"), status()]);
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [LOGIN, LOGIN, LOGIN, LOGIN, STATUS]);
}

#[tokio::test]
async fn a_login_without_a_token_is_no_login() {
    for body in [r#"{"responseStatus":{}}"#, r#"{"bearerToken":"","refreshToken":"r"}"#, "{}", ""] {
        let world = World::new((0..3).map(|_| answer(200, body)));
        let error = read(&world.partner()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}");
        assert!(!error.is_unauthorized());
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    let expired = || error(401, "TokenException", "Token has expired");
    let world =
        World::new([login("access-1", "refresh-1"), expired(), refreshed("access-2"), status()]);
    let client = world.partner();
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [LOGIN, STATUS, REFRESH, STATUS]);

    world.then([expired(), refreshed("access-3"), expired()]);
    let error = read(&client).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.code(), Some("TokenException"));
    assert_eq!(world.lines(), [STATUS, REFRESH, STATUS]);
}

#[tokio::test]
async fn a_refused_login_tells_the_providers_code() {
    let world = World::new([error(401, "AuthenticationException", "This account has been locked")]);
    let error = read(&world.partner()).await.unwrap_err();
    let cause = std::error::Error::source(&error)
        .and_then(|cause| cause.downcast_ref::<payroc::Error>())
        .unwrap();
    assert_eq!(cause.code(), Some("AuthenticationException"));
    assert_eq!(cause.status().unwrap().as_u16(), 401);
}

#[tokio::test]
async fn a_token_of_the_callers_is_never_renewed() {
    let world = World::new([error(401, "TokenException", "Token has expired")]);
    let error = read(&world.client()).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(world.lines(), [STATUS]);
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let world = World::new([]);
    let client = world.builder().build().unwrap();
    let error = read(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
}

#[test]
fn bad_credentials_are_refused_by_name() {
    let builder = || Client::builder(Environment::sandbox());
    for (given, field) in [
        (builder().credentials("", "p"), "userName"),
        (builder().credentials("a\nb", "p"), "userName"),
        (builder().credentials("u", ""), "password"),
        (builder().basic_credentials("a:b", "p"), "userName"),
        (builder().basic_credentials("u", ""), "password"),
        (builder().access_token(""), "access_token"),
        (builder().access_token("a\nb"), "access_token"),
    ] {
        let error = given.build().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.field_errors()[0].field, field);
    }
    let shown = format!("{:?}", builder().credentials("u", PASSWORD));
    assert!(!shown.contains(PASSWORD));
}

#[tokio::test]
async fn ready_logs_in_once_and_the_next_call_needs_no_login() {
    let world = World::new([login("access-1", "refresh-1"), status()]);
    let client = world.partner();
    client.ready().await.unwrap();
    client.ready().await.unwrap();
    assert_eq!(world.lines(), [LOGIN]);
    read(&client).await.unwrap();
    assert_eq!(world.lines(), [STATUS]);
    // With a token of one's own there is nothing to get.
    let world = World::new([]);
    world.client().ready().await.unwrap();
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn ready_tells_a_refused_login_as_not_sent() {
    let world = World::new([error(401, "Unauthorized", "Invalid UserName or Password")]);
    let client = world.partner();
    let error = client.ready().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("payroc.ready"));
    assert_eq!(world.lines(), [LOGIN]);
    // Without credentials it is known at once.
    let error = world.builder().build().unwrap().ready().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    assert!(world.sent().is_empty());
}
