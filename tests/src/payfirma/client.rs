//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use pay_core::{
    Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts, provider::Operation,
};
use payfirma::{Client, ClientBuilder, Environment, Method, operations};
use time::{OffsetDateTime, macros::datetime};

use crate::case::{Case, Stand};

/// The hosts that fixtures name.
pub(crate) const AUTH: &str = "https://auth.payfirma.com";
pub(crate) const GATEWAY: &str = "https://apigateway.payfirma.com";

/// What stands in fixtures where a secret was, or would be.
pub(crate) const ACCESS_TOKEN: &str = "access-token-of-the-fixtures";
pub(crate) const HOSTED_PAGE_TOKEN: &str = "hosted-page-token-of-the-fixtures";
pub(crate) const IFRAME_TOKEN: &str = "iframe-token-of-the-fixtures";
pub(crate) const ENCRYPTED_CARD: &str = "encrypted-card-of-the-fixtures";
pub(crate) const PAYMENT_TOKEN: &str = "tok-of-the-fixtures1";
/// The access token of the guide's samples. It expired in March 2016.
pub(crate) const SAMPLE_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhY2Nlc3NfdG9rZW4iOiIxM2EyN2ViZS1iZTEwLTQzY2ItYjFmOC1lYjY4ZWEwOGFlNGIiLCJleHAiOjE0NTcwNTU0NjN9._KIfokRmM38MjP-q2pxB6Lk_-dcg2VnLg9QiuwksxKU";
/// The credentials of the guide's samples, decoded from their percent-encoding.
pub(crate) const CLIENT_ID: &str = "UGF5ZmlybWEgdGVzdCAwOSBjbGllbnQgSUQ=";
pub(crate) const CLIENT_SECRET: &str = "Q2xpZW50IHNlY3JldCBmb3IgUGF5ZmlybWEgdGVzdCAwOQ==";

/// What the fixtures' client must not show, though it is public.
pub(crate) const SECRETS: &[&str] = &[
    ACCESS_TOKEN,
    HOSTED_PAGE_TOKEN,
    IFRAME_TOKEN,
    CLIENT_SECRET,
    SAMPLE_TOKEN,
    "4111111111111111",
    ENCRYPTED_CARD,
    PAYMENT_TOKEN,
    "Grf5pV",
    "xyzABC123",
    "41c128f2-b2e2-4d85-9443-b6e37d02a482",
    "955d8714-f1d6-49d6-830a-2d221631a2b3",
];

/// What looks like a secret in the fixtures.
pub(crate) const PUBLIC_SAMPLES: &[&str] = &[
    // The guide's: an access token, credentials (in a form they are encoded), refresh tokens, and
    // the card of its samples.
    SAMPLE_TOKEN,
    "UGF5ZmlybWEgdGVzdCAwOSBjbGllbnQgSUQ",
    "Q2xpZW50IHNlY3JldCBmb3IgUGF5ZmlybWEgdGVzdCAwOQ",
    "aaabbbere05a7986b850b1933d91f33399",
    "41c128f2-b2e2-4d85-9443-b6e37d02a482",
    "955d8714-f1d6-49d6-830a-2d221631a2b3",
    "4111111111111111",
    // Ours: those credentials as a Basic token, and the state that the seeded randomness makes.
    "VUdGNVptbHliV0VnZEdWemRDQXdPU0JqYkdsbGJuUWdTVVE9OlEyeHBaVzUwSUhObFkzSmxkQ0JtYjNJZ1VHRjVabWx5YldFZ2RHVnpkQ0F3T1E9PQ==",
    "63cbe1e459320dd7044c3cd7f43c661c",
];

/// When the guide's samples were written: their card is good until November 2016.
pub(crate) const THEN: OffsetDateTime = datetime!(2016-07-05 22:00 UTC);

/// A call that goes through one fixture, with an access token in hand.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| act(client(&stand)))
}

/// The same with the access token that the guide prints in its samples.
pub(crate) fn sample_call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| {
        act(builder(&stand).access_token(SAMPLE_TOKEN).build().unwrap())
    })
}

/// A client with an access token in hand.
pub(crate) fn client(stand: &Stand) -> Client {
    builder(stand).access_token(ACCESS_TOKEN).build().unwrap()
}

/// Everything but a login.
pub(crate) fn builder(stand: &Stand) -> ClientBuilder {
    let builder = Client::builder(environment(stand))
        .hosted_page_token(HOSTED_PAGE_TOKEN)
        .iframe_token(IFRAME_TOKEN)
        .connection(connection());
    SANDBOX_ROUTES.iter().fold(builder, |builder, (operation, method, path)| {
        builder.route(operation, method.clone(), *path)
    })
}

/// Routes that no document states. These are the choice of our sandbox.
pub(crate) const SANDBOX_ROUTES: &[(&Operation, Method, &str)] = &[
    (&operations::EFT_BANK_DEPOSIT, Method::POST, "/transaction-service-vt/eft/deposit"),
    (&operations::EFT_SEND_FUNDS, Method::POST, "/transaction-service-vt/eft/send"),
    (&operations::INVOICES_LIST_BY_CUSTOMER, Method::GET, "/invoice/customer/{customer_lookup_id}"),
    (&operations::INVOICES_SEND, Method::POST, "/invoice/{invoice_id}/send"),
];

pub(crate) fn environment(stand: &Stand) -> Environment {
    Environment::custom(&stand.url(AUTH), &stand.url(GATEWAY)).unwrap()
}

/// One attempt for one fixture, at the time of the samples.
pub(crate) fn connection() -> Connection {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    Connection::builder()
        .clock(ManualClock::new(THEN))
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}
