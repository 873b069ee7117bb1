//! Logging in.

use http::Method;
use pay_core::provider::{Base, Credential, Effect, Operation, Provenance, Route, TimeoutClass};

use super::REFUSED;

/// Sends the merchant's browser to the consent page. Built, never called.
pub static OAUTH_AUTHORIZE: Operation = Operation {
    id: "payfirma.oauth.authorize",
    method: Method::GET,
    base: Base::Auth,
    route: Route::Fixed("/oauth/authorize"),
    effect: Effect::Read,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Authorize, Authorization",
};

/// Exchanges a one-time code. The parameters go into a form body, though the samples print them
/// in the query: a URL is no place for secrets.
pub static OAUTH_CODE: Operation = Operation {
    id: "payfirma.oauth.code",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Once,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Grant, Authorization code grant",
};

/// Logs in with the client's own credentials. The table says that `grant_type` must be
/// `refresh_token`; the samples say `client_credentials`, and are right.
pub static OAUTH_CLIENT_CREDENTIALS: Operation = Operation {
    id: "payfirma.oauth.client_credentials",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Idempotent,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Walkthrough, Traffic Authentication; Grant, Client Credentials Grant",
};

/// Exchanges a refresh token, which can be used only once, for a new pair.
pub static OAUTH_REFRESH: Operation = Operation {
    id: "payfirma.oauth.refresh",
    method: Method::POST,
    base: Base::Auth,
    route: Route::Fixed("/oauth/token"),
    effect: Effect::Once,
    credential: Credential::None,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Grant, Refresh token grant",
};

/// Revokes an access token and its refresh token. That the header's scheme is `Bearer` is
/// observed, not documented.
pub static OAUTH_REVOKE: Operation = Operation {
    id: "payfirma.oauth.revoke",
    method: Method::DELETE,
    base: Base::Auth,
    route: Route::Fixed("/oauth/revoke_token"),
    effect: Effect::Idempotent,
    credential: Credential::Bearer,
    refusals: REFUSED,
    timeout: TimeoutClass::Normal,
    provenance: Provenance::Documented,
    source: "Guide: Revoke, Revoke token",
};
