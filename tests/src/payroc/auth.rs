//! Logins, each followed by a call that shows which token it gave.

use std::time::Duration;

use payroc::Client;

use super::client::{BASIC_USER, PASSWORD, USER, builder, mid};
use crate::{
    case::{Case, Stand},
    told::told,
};

const NEXT: &str = "boarding.status/with_the_token_of_a_login";
const AFTER: &str = "boarding.status/with_a_refreshed_token";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::call("auth.login/sample", log_in).then(NEXT),
        Case::call("auth.login/basic", log_in_by_basic).then(NEXT),
        Case::call("auth.login/only_a_token", log_in).then(NEXT),
        Case::call("auth.login/wrong_password", log_in_twice),
        Case::call("auth.login/locked", log_in_twice),
        Case::call("auth.login/wrong_verb", log_in_twice),
        Case::call("auth.login/without_a_token", log_in),
        Case::call("auth.login/server_error", log_in),
        Case::call("auth.login/before_a_refresh", refresh)
            .then(NEXT)
            .then("auth.refresh/sample")
            .then(AFTER),
        Case::call("auth.login/before_an_expired_refresh", refresh)
            .then(NEXT)
            .then("auth.refresh/expired")
            .then("auth.login/sample")
            .then(NEXT),
        Case::call("auth.login/before_a_locked_refresh", refresh)
            .then(NEXT)
            .then("auth.refresh/locked"),
    ]
}

async fn log_in(stand: Stand) -> String {
    status(&builder(&stand).0.credentials(USER, PASSWORD).build().unwrap()).await
}

async fn log_in_by_basic(stand: Stand) -> String {
    status(&builder(&stand).0.basic_credentials(BASIC_USER, PASSWORD).build().unwrap()).await
}

/// The second call does not knock again.
async fn log_in_twice(stand: Stand) -> String {
    let client = builder(&stand).0.credentials(USER, PASSWORD).build().unwrap();
    let first = status(&client).await;
    assert_eq!(status(&client).await, first);
    first
}

/// The access token expires between two calls.
async fn refresh(stand: Stand) -> String {
    let (builder, clock) = builder(&stand);
    let client = builder.credentials(USER, PASSWORD).build().unwrap();
    let first = status(&client).await;
    clock.advance(Duration::from_secs(3 * 60 * 60));
    format!("{first}\n{}", status(&client).await)
}

async fn status(client: &Client) -> String {
    told(client.boarding().status(&mid()).await)
}
