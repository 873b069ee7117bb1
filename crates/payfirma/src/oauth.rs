//! The login's own host: how it is called, and what it answers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use pay_core::{
    CallOptions, Error, ErrorKind, Meta, Outcome, Result, Secret, TokenPair,
    provider::{
        Answer, Authorization, Base, BaseUrl, Engine, Hidden, Operation, Provider, Verdict,
        jwt_expiry,
    },
};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::{Environment, MerchantId, operations};

/// What the engine knows of the host that gives tokens. Each call brings its own authorization.
pub(crate) struct AuthHost {
    environment: Environment,
    headers: [(HeaderName, HeaderValue); 1],
}

impl AuthHost {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, headers: accept_json() }
    }
}

/// JSON, please.
pub(crate) fn accept_json() -> [(HeaderName, HeaderValue); 1] {
    [(header::ACCEPT, HeaderValue::from_static("application/json"))]
}

impl Provider for AuthHost {
    fn user_agent(&self) -> &'static str {
        USER_AGENT
    }

    fn raw_id(&self) -> &'static str {
        RAW_ID
    }

    fn base(&self, base: Base) -> &BaseUrl {
        match base {
            Base::Auth => &self.environment.auth,
            Base::Gateway => &self.environment.gateway,
        }
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        request_id(headers)
    }
}

pub(crate) const USER_AGENT: &str = concat!("payfirma-rust/", env!("CARGO_PKG_VERSION"));
pub(crate) const RAW_ID: &str = "payfirma.raw";

/// Whether Payfirma sends this header is unknown; clients look for it.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    Some(id.chars().take(128).collect())
}

/// An application's id and secret, from PayHQ under Settings, eCommerce.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) basic: Authorization,
}

impl Credentials {
    pub(crate) fn new(client_id: String, client_secret: Secret) -> Result<Self> {
        if client_id.is_empty() || client_id.contains(':') {
            let rule = "must not be empty or contain a colon";
            return Err(pay_core::Invalid::new("client_id", rule).into());
        }
        if client_secret.expose().is_empty() {
            return Err(pay_core::Invalid::new("client_secret", "must not be empty").into());
        }
        let basic = Authorization::basic(&client_id, &client_secret)?;
        Ok(Self { client_id, client_secret, basic })
    }

    pub(crate) fn hidden(&self) -> Hidden {
        Hidden::exact(self.client_secret.expose())
    }
}

/// What a grant gives.
#[derive(Deserialize)]
pub(crate) struct TokenReply {
    pub(crate) access_token: Secret,
    /// How long it lasts from now, in seconds. The documents disagree on a default (20 minutes, 12
    /// hours); it is set per credential, so only this tells.
    #[serde(default, with = "pay_core::lenient")]
    pub(crate) expires_in: Option<u64>,
    #[serde(default)]
    pub(crate) refresh_token: Option<Secret>,
    #[serde(default, with = "pay_core::lenient")]
    pub(crate) merchant_id: Option<MerchantId>,
    #[serde(default, with = "pay_core::lenient")]
    pub(crate) scope: Option<String>,
}

impl TokenReply {
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    /// A token that is empty, or in which the scrubber found a secret of the request, is of no use.
    fn judge(&self) -> Verdict {
        let access = self.access_token.expose();
        if access.is_empty() || access.contains(MASK) {
            return Verdict::Unclear("the access token cannot be read".to_owned());
        }
        Verdict::Succeeded
    }

    /// The pair to store. `asked` is when it was asked for, `old` the pair that it replaces.
    pub(crate) fn into_pair(self, asked: OffsetDateTime, old: Option<&TokenPair>) -> TokenPair {
        let expires_at = match self.lifetime() {
            Some(life) => {
                time::Duration::try_from(life).ok().and_then(|life| asked.checked_add(life))
            }
            None => jwt_expiry(self.access_token.expose()),
        };
        // A refresh token that is not replaced stays the one to use (RFC 6749, section 6). One that
        // came back unchanged was masked on its way here.
        let refresh =
            self.refresh_token.filter(|new| !new.expose().is_empty() && new.expose() != MASK);
        let mut pair = TokenPair::new(self.access_token)
            .with_refresh(refresh.or_else(|| old?.refresh.clone()))
            .with_expires_at(expires_at);
        pair.attributes = old.map(|old| old.attributes.clone()).unwrap_or_default();
        let life = expires_at.map(|at| (at - asked).whole_seconds().to_string());
        let merchant_id = self.merchant_id.map(|id| id.to_string());
        for (name, value) in [(MERCHANT_ID, merchant_id), (SCOPE, self.scope), (LIFE, life)] {
            if let Some(value) = value {
                pair.attributes.insert(name.to_owned(), value);
            }
        }
        pair
    }
}

/// Attributes of a stored pair: the provider's id of the merchant, the scope, and the whole life
/// of the access token in seconds.
pub(crate) const MERCHANT_ID: &str = "merchant_id";
pub(crate) const SCOPE: &str = "scope";
pub(crate) const LIFE: &str = "expires_in";

/// What the engine puts in the place of a secret that is echoed.
const MASK: &str = "[redacted]";

/// Logs in with an application's own credentials. Twice is no harm: each login gives a token.
pub(crate) async fn client_credentials(
    host: &Engine<AuthHost>,
    credentials: &Credentials,
    within: Duration,
) -> Result<TokenReply> {
    let reply = host
        .call(&operations::OAUTH_CLIENT_CREDENTIALS, CallOptions::new().timeout(within))
        .authorization(credentials.basic.clone())
        .form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &credentials.client_id),
            ("client_secret", credentials.client_secret.expose()),
        ])
        .hide([credentials.hidden()])
        .send_judged(TokenReply::judge)
        .await
        .map_err(|error| credentials_refused(without_tokens(error)))?;
    Ok(reply.into_inner())
}

/// Exchanges the code that a merchant's consent brought.
pub(crate) async fn code(
    host: &Engine<AuthHost>,
    credentials: &Credentials,
    code: &Secret,
    redirect_uri: &str,
    state: Option<&Secret>,
) -> Result<TokenReply> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", redirect_uri),
    ];
    form.extend(state.map(|state| ("state", state.expose())));
    let reply = host
        .call(&operations::OAUTH_CODE, CallOptions::new())
        .authorization(credentials.basic.clone())
        .form(&form)
        .hide([credentials.hidden(), Hidden::exact(code.expose())])
        .hide(state.map(|state| Hidden::exact(state.expose())))
        .send_judged(TokenReply::judge)
        .await
        .map_err(|error| grant_refused(without_tokens(error)))?;
    Ok(reply.into_inner())
}

/// Exchanges a refresh token. It runs for as long as the connection allows, not for as long as its
/// caller has time: an answer that nobody waits for any more is a pair lost. As the sample shows
/// it, the credentials are in the form, and there is no header.
pub(crate) async fn refresh(
    host: &Engine<AuthHost>,
    credentials: &Credentials,
    refresh_token: &Secret,
) -> Result<TokenReply> {
    let reply = host
        .call(&operations::OAUTH_REFRESH, CallOptions::new())
        .form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
            ("client_id", &credentials.client_id),
            ("client_secret", credentials.client_secret.expose()),
        ])
        .hide([credentials.hidden(), Hidden::exact(refresh_token.expose())])
        .send_judged(TokenReply::judge)
        .await
        .map_err(|error| grant_refused(without_tokens(error)))?;
    Ok(reply.into_inner())
}

/// An answer that cannot be read may hold good tokens all the same. Nobody knows them yet, so they
/// cannot be masked: the body is left out.
fn without_tokens(error: Error) -> Error {
    let bare = error.meta().filter(|meta| may_hold_tokens(meta)).map(|meta| {
        Meta::new(meta.status(), meta.headers().clone(), "[a login's answer, left out]")
            .with_request_id(meta.request_id().map(str::to_owned))
            .with_attempts(meta.attempts())
    });
    match bare {
        Some(bare) => error.with_meta(Some(bare)).with_object(None),
        None => error,
    }
}

fn may_hold_tokens(meta: &Meta) -> bool {
    let body = String::from_utf8_lossy(meta.raw_body());
    meta.status().is_success()
        || [r#""access_token""#, r#""refresh_token""#].iter().any(|n| body.contains(n))
}

/// A refusal of a code or a refresh token: the merchant has to consent again. Not where the answer
/// says that the application itself is not known, nor where it is a page of HTML, which comes from
/// something between us and the provider. What the provider's errors look like is unknown; the
/// codes are those of RFC 6749, section 5.2.
fn grant_refused(error: Error) -> Error {
    let definite = error.outcome() == Outcome::Refused
        && matches!(error.status().map(|status| status.as_u16()), Some(400 | 401));
    let is_page =
        error.meta().is_some_and(|meta| meta.raw_body().trim_ascii_start().starts_with(b"<"));
    if !definite || is_page {
        return error;
    }
    match error.code() {
        Some(
            "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope",
        ) => credentials_refused(error),
        _ => refused_as(ErrorKind::NeedsReauthorization, &error),
    }
}

/// A refusal of a grant is a refusal of the credentials: said so, it is remembered, and the account
/// is not locked by trying again.
pub(crate) fn credentials_refused(error: Error) -> Error {
    let definite = error.outcome() == Outcome::Refused
        && matches!(error.status().map(|status| status.as_u16()), Some(400 | 401 | 403));
    if !definite {
        return error;
    }
    refused_as(ErrorKind::Unauthorized, &error)
}

fn refused_as(kind: ErrorKind, error: &Error) -> Error {
    Error::new(kind, Outcome::Refused, error.message())
        .with_operation(error.operation().unwrap_or(RAW_ID))
        .with_code(error.code().map(str::to_owned))
        .with_meta(error.meta().cloned())
        .with_attempts(error.attempts())
}
