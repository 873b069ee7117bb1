//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use cashier::{
    Client, Currency, Customer, Environment, KycStatus, Mode, Order, Phone, Reference, Routes,
};
use pay_core::{Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts};
use time::macros::datetime;

use crate::case::Case;

/// The host that fixtures name. It is made up, and so are the paths: no source states them.
const GATEWAY: &str = "https://gateway.cashier.example";

/// The key of the document's samples.
const API_KEY: &str = "api_key";

/// The id of the document's samples.
pub(crate) const TRACKING_ID: &str = "fb832194-34e1-4e6c-8494-d88034cf3e47";

/// The token of the document's samples.
const TOKEN: &str = "Mtg4OakI0YSGdHPY1y4vUnGLOaMxnJJZ9BX09LQ1u3yft0OY81";

/// The card of the document's sample.
pub(crate) const CARD: &str = "4111111111111111";

/// What the fixtures' client must not show, though it is public.
pub(crate) const SECRETS: &[&str] = &[TOKEN, CARD];

/// What looks like a secret in the fixtures.
pub(crate) const PUBLIC_SAMPLES: &[&str] =
    &[TOKEN, CARD, TRACKING_ID, "9474883d-6c07-4205-8d89-d7ee0a6f3d7a"];

/// A call that goes through one fixture.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| {
        let environment =
            Environment::custom(&stand.url(GATEWAY), Mode::Test, Routes::sandbox()).unwrap();
        act(Client::builder(environment).api_key(API_KEY).connection(once()).build().unwrap())
    })
}

/// One attempt for one fixture.
fn once() -> Connection {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    Connection::builder()
        .clock(ManualClock::new(datetime!(2024-08-02 12:00 UTC)))
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

pub(crate) fn reference() -> Reference {
    Reference::new(TRACKING_ID).unwrap()
}

/// What all samples have in common.
pub(crate) fn order(user_id: &str) -> Order {
    let customer = Customer::new()
        .name("John", "Doe")
        .kyc_status(KycStatus::Passed)
        .email("user@example.com".parse().unwrap())
        .address("123 Main Street", "New York", "12345", "GB")
        .date_of_birth("05/03/2000")
        .phone(Phone::new("GB", 44, 783_433_252));
    Order::new("10.05".parse().unwrap(), Currency::EUR, user_id, reference())
        .ip([127, 34, 125, 54])
        .customer(customer)
}
