//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use pay_core::{Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts};
use payanywhere::{
    AccountId, Amount, Client, ClientBuilder, Email, Environment, TransactionUniqId,
};
use time::{OffsetDateTime, macros::datetime};

use crate::case::{Case, Stand};

/// The host that fixtures name.
const API: &str = "https://proxy.payanywhere.dev";

/// What stands in fixtures where a secret was, or would be.
const ACCESS_TOKEN: &str = "access-token-of-the-fixtures";
const DEVELOPER_KEY: &str = "developer-key-of-the-fixtures";
const PASSWORD: &str = "password-of-the-fixtures";
pub(crate) const CARD_TOKEN: &str = "card-token-of-the-fixtures";

pub(crate) const MID: &str = "1234567890123";
/// The form of the guide's sample.
pub(crate) const APP_SOURCE: &str = "pa_isv_1234567890abc";

/// What the fixtures' client must not show.
pub(crate) const SECRETS: &[&str] =
    &[ACCESS_TOKEN, "new-token-of-the-fixtures", DEVELOPER_KEY, PASSWORD, CARD_TOKEN];

/// The merchant's id has as many digits as a card number, and is none.
pub(crate) const PUBLIC_SAMPLES: &[&str] = &[MID];

const THEN: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

/// A call that goes through one fixture, with a token in hand.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| act(with_token(&stand)))
}

pub(crate) fn with_token(stand: &Stand) -> Client {
    let builder = builder(stand).0.access_token(ACCESS_TOKEN);
    builder.account_id(AccountId::new("4711").unwrap()).build().unwrap()
}

/// A client that logs in, and its clock.
pub(crate) fn with_keys(stand: &Stand) -> (Client, ManualClock) {
    let (builder, clock) = builder(stand);
    (builder.developer_key(DEVELOPER_KEY).password(PASSWORD).build().unwrap(), clock)
}

/// One attempt for one fixture.
fn builder(stand: &Stand) -> (ClientBuilder, ManualClock) {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(110))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    let clock = ManualClock::new(THEN);
    let connection = Connection::builder()
        .clock(clock.clone())
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let environment = Environment::custom(&stand.url(API)).unwrap();
    (Client::builder(environment).mid(MID).app_source(APP_SOURCE).connection(connection), clock)
}

pub(crate) fn sale() -> TransactionUniqId {
    TransactionUniqId::credit_card_sale(15218)
}

pub(crate) fn clerk() -> Email {
    "clerk@example.com".parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}
