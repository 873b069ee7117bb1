//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use numeropay::{Client, ClientBuilder, Environment};
use pay_core::{Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts};
use time::{OffsetDateTime, macros::datetime};

use crate::case::{Case, Stand};

/// The host that fixtures name.
const API: &str = "https://api.numeropay.com";

/// The merchant and the keys of the document's samples.
pub(crate) const MERCHANT: &str = "17c69865-7edd-4d05-bc70-65a1b85b9322";
pub(crate) const KEY_ID: &str = "du7UghNhhhMTnYwqrEYp";
const KEY_SECRET: &str = "10LuRTaAefHwMCMdKgoF";

/// The second at which the document's sample token was issued.
pub(crate) const THEN: OffsetDateTime = datetime!(2020-10-12 11:13:31 UTC);

/// The tokens that those make, live and in test mode: by Python's `hmac`, not by us.
const LIVE_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cGUiOiJKV1QiLCJrZXlpZCI6ImR1N1VnaE5oaGhNVG5Zd3FyRVlwIn0.eyJzY29wZXMiOlsiWU9VUiIsIlNDT1BFUyJdLCJpYXQiOjE2MDI1MDEyMTEsImV4cCI6MTYwMjUwMjQxMSwiaXNzIjoibWVyY2hhbnQubnVtZXJvcGF5Iiwic3ViIjoiMTdjNjk4NjUtN2VkZC00ZDA1LWJjNzAtNjVhMWI4NWI5MzIyIn0.bNd2I2ayLCn2ZVDwZiXfWj_IkGclLtOYXBrw3od-DAQ";
const TEST_TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cGUiOiJKV1QiLCJrZXlpZCI6InNhbmRib3guZHU3VWdoTmhoaE1Ubll3cXJFWXAifQ.eyJzY29wZXMiOlsiWU9VUiIsIlNDT1BFUyJdLCJpYXQiOjE2MDI1MDEyMTEsImV4cCI6MTYwMjUwMjQxMSwiaXNzIjoibWVyY2hhbnQubnVtZXJvcGF5Iiwic3ViIjoiMTdjNjk4NjUtN2VkZC00ZDA1LWJjNzAtNjVhMWI4NWI5MzIyIn0.PVSo3qL46-Z13WnlnyJagX2X4w0h2sNfP8MaY1R_nrE";

/// What the fixtures' client must not show, though it is public.
pub(crate) const SECRETS: &[&str] = &[KEY_SECRET, LIVE_TOKEN, TEST_TOKEN];

/// What looks like a secret in the fixtures.
pub(crate) const PUBLIC_SAMPLES: &[&str] = &[LIVE_TOKEN, TEST_TOKEN, MERCHANT];

/// A call that goes through one fixture.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| {
        act(builder(environment(&stand)).key_secret(KEY_SECRET).build().unwrap())
    })
}

/// The same in test mode, where no secret is needed.
pub(crate) fn test_call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| {
        act(builder(environment(&stand).with_test_mode(true)).build().unwrap())
    })
}

fn environment(stand: &Stand) -> Environment {
    Environment::custom(&stand.url(API)).unwrap()
}

/// One attempt for one fixture, at the time of the samples.
fn builder(environment: Environment) -> ClientBuilder {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
        .call(Duration::from_secs(1000))
        .interactive(Duration::from_secs(200), Duration::from_secs(1000));
    let connection = Connection::builder()
        .clock(ManualClock::new(THEN))
        .randomness(SeededRandomness::new(7))
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    Client::builder(environment)
        .merchant(MERCHANT)
        .key_id(KEY_ID)
        .scopes(["YOUR", "SCOPES"])
        .connection(connection)
}
