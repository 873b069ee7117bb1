//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use pay_core::{Connection, ManualClock, RetryPolicy, SeededRandomness, Timeouts};
use payroc::{
    Address, BankAccount, Client, ClientBuilder, Contact, Environment, MerchantApplication,
    MerchantId,
};
use time::{OffsetDateTime, macros::datetime};

use crate::case::{Case, Stand};

/// The host that fixtures name.
const API: &str = "https://api.integritypays.com/v1";

/// What stands in fixtures where a secret was, or would be.
const ACCESS_TOKEN: &str = "access-token-of-the-fixtures";
/// The credentials of the document's samples; those of the Basic header are decoded from it.
pub(crate) const USER: &str = "myUserName";
pub(crate) const PASSWORD: &str = "password";
pub(crate) const BASIC_USER: &str = "lwyllie";
const BASIC_HEADER: &str = "bHd5bGxpZTpwYXNzd29yZA==";

const SSN: &str = "219-09-9999";
const OTHER_SSN: &str = "457-55-5462";
const TAX_ID: &str = "98-7654321";
const ACCOUNT: &str = "000123456789";

/// What the fixtures' client must not show.
pub(crate) const SECRETS: &[&str] = &[
    ACCESS_TOKEN,
    "refresh-token-of-the-fixtures",
    BASIC_HEADER,
    SSN,
    OTHER_SSN,
    TAX_ID,
    "219099999",
    "457555462",
    "987654321",
    ACCOUNT,
];

/// Nothing in the fixtures looks like a secret: the numbers are too short, the tokens words.
pub(crate) const PUBLIC_SAMPLES: &[&str] = &[];

pub(crate) const THEN: OffsetDateTime = datetime!(2021-10-20 12:00 UTC);

/// A call that goes through one fixture, with an access token in hand.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| {
        let (builder, _) = builder(&stand);
        act(builder.access_token(ACCESS_TOKEN).build().unwrap())
    })
}

/// Everything but a login, and the clock. One attempt for one fixture.
pub(crate) fn builder(stand: &Stand) -> (ClientBuilder, ManualClock) {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(100))
        .attempt(Duration::from_secs(200))
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
    (Client::builder(environment).connection(connection), clock)
}

/// The merchant of the fixtures: 15 digits, as seen.
pub(crate) fn mid() -> MerchantId {
    MerchantId::new("402100000000017").unwrap()
}

/// The application that the fixtures submit.
pub(crate) fn application() -> MerchantApplication {
    application_with(ACCOUNT)
}

/// The same with another account.
pub(crate) fn application_with(account: &str) -> MerchantApplication {
    let shop = || Address::new("1 Main St", "Chicago", "IL", "60601");
    let home = Address::new("2 Oak Ave", "Evanston", "IL", "60201-1234");
    let ann = Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop())
        .share("66.60")
        .primary()
        .ssn(SSN);
    let bo = Contact::new("Bo", "Ray", "bo@ray.example", "847-555-0199", home)
        .share("33.40")
        .ssn(OTHER_SSN);
    MerchantApplication::new("Lee's", "Lee Corp", TAX_ID, shop(), shop(), [ann, bo])
        .bank_account(BankAccount::new("Lee Corp", "021000021", account))
}
