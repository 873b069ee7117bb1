//! Sessions: logins and refreshes, each followed by a call that shows which token it gave; log-outs.

use std::time::Duration;

use payanywhere::{Client, LogOut, TransactionFilter};

use super::client::{with_keys, with_token};
use crate::{
    case::{Case, Stand},
    told::{refusal, told, value},
};

const NEXT: &str = "transactions.list/with_the_token_of_a_login";
const AFTER: &str = "transactions.list/with_a_new_token";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::call("auth.log_in/sample", log_in).then(NEXT),
        Case::call("auth.log_in/account_as_text", log_in).then(NEXT),
        Case::call("auth.log_in/wrong_credentials", log_in_twice),
        Case::call("auth.log_in/invalid_post_data", log_in),
        Case::call("auth.log_in/another_mid", log_in),
        Case::call("auth.log_in/without_an_account", log_in),
        Case::call("auth.log_in/without_a_token", log_in),
        Case::call("auth.log_in/server_error", log_in),
        Case::call("auth.log_in/before_a_refresh", refresh)
            .then(NEXT)
            .then("auth.refresh_session/sample")
            .then(AFTER),
        Case::call("auth.log_in/before_a_refused_refresh", refresh)
            .then(NEXT)
            .then("auth.refresh_session/expired")
            .then("auth.log_in/again")
            .then(AFTER),
        Case::call("auth.expire_token/ended", log_out),
        Case::call("auth.expire_token/ended_before", log_out),
        Case::call("auth.expire_token/server_error", log_out),
    ]
}

async fn log_in(stand: Stand) -> String {
    list(&with_keys(&stand).0).await
}

/// The second call does not knock again.
async fn log_in_twice(stand: Stand) -> String {
    let (client, _) = with_keys(&stand);
    let first = list(&client).await;
    assert_eq!(list(&client).await, first);
    first
}

/// Two minutes before the token ends.
async fn refresh(stand: Stand) -> String {
    let (client, clock) = with_keys(&stand);
    let first = list(&client).await;
    clock.advance(Duration::from_secs(38 * 60));
    format!("{first}\n{}", list(&client).await)
}

async fn log_out(stand: Stand) -> String {
    match with_token(&stand).log_out().await {
        Ok(LogOut::Ended(_)) => value(&"ended"),
        Ok(other) => value(&other),
        Err(error) => refusal(&error),
    }
}

async fn list(client: &Client) -> String {
    told(client.transactions().list(&TransactionFilter::new()).await)
}
