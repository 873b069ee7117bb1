//! The client that fixtures are run with.

use std::{future::Future, time::Duration};

use pay_core::{Connection, ManualClock, RetryPolicy, Timeouts};
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
/// The credentials of the guide's samples, decoded from their percent-encoding.
pub(crate) const CLIENT_ID: &str = "UGF5ZmlybWEgdGVzdCAwOSBjbGllbnQgSUQ=";
pub(crate) const CLIENT_SECRET: &str = "Q2xpZW50IHNlY3JldCBmb3IgUGF5ZmlybWEgdGVzdCAwOQ==";

/// When the guide's samples were written: their card is good until November 2016.
pub(crate) const THEN: OffsetDateTime = datetime!(2016-07-05 23:07:03 UTC);

/// A call that goes through one fixture, with an access token in hand.
pub(crate) fn call<F, Fut>(fixture: &'static str, act: F) -> Case
where
    F: Fn(Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    Case::call(fixture, move |stand| act(client(&stand)))
}

/// A client with an access token in hand.
pub(crate) fn client(stand: &Stand) -> Client {
    builder(stand).access_token(ACCESS_TOKEN).build().unwrap()
}

/// Everything but a login.
pub(crate) fn builder(stand: &Stand) -> ClientBuilder {
    let caller_routes = [
        (&operations::EFT_BANK_DEPOSIT, Method::POST, "/transaction-service-vt/eft/deposit"),
        (&operations::EFT_SEND_FUNDS, Method::POST, "/transaction-service-vt/eft/send"),
        (
            &operations::INVOICES_LIST_BY_CUSTOMER,
            Method::GET,
            "/invoice/customer/{customer_lookup_id}",
        ),
        (&operations::INVOICES_SEND, Method::POST, "/invoice/{invoice_id}/send"),
    ];
    let builder = Client::builder(environment(stand))
        .hosted_page_token(HOSTED_PAGE_TOKEN)
        .iframe_token(IFRAME_TOKEN)
        .connection(connection());
    caller_routes
        .into_iter()
        .fold(builder, |builder, (operation, method, path)| builder.route(operation, method, path))
}

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
        .timeouts(timeouts)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}
