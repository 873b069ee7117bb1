//! The login's own host: how it is called, and what it answers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use pay_core::{
    BoxFuture, CallOptions, Error, ErrorKind, Outcome, Result, Secret,
    provider::{
        Answer, Authorization, Base, BaseUrl, Engine, Hidden, Need, Operation, Provider, Verdict,
    },
};
use serde::Deserialize;

use crate::{Environment, operations};

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

    fn authorize<'a>(
        &'a self,
        _: &'a Operation,
        _: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn renew(&self, _: &Operation, _: &Authorization) -> bool {
        false
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
    #[serde(default)]
    pub(crate) merchant_id: Option<String>,
    #[serde(default)]
    pub(crate) scope: Option<String>,
}

impl TokenReply {
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }
}

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
        .send::<TokenReply>()
        .await
        .map_err(credentials_refused)?;
    Ok(reply.into_inner())
}

/// A refusal of a grant is a refusal of the credentials: said so, it is remembered, and the account
/// is not locked by trying again.
pub(crate) fn credentials_refused(error: Error) -> Error {
    let definite = error.outcome() == Outcome::Refused
        && matches!(error.status().map(|status| status.as_u16()), Some(400 | 401 | 403));
    if !definite {
        return error;
    }
    Error::new(ErrorKind::Unauthorized, Outcome::Refused, error.message())
        .with_operation(error.operation().unwrap_or(RAW_ID))
        .with_code(error.code().map(str::to_owned))
        .with_meta(error.meta().cloned())
        .with_attempts(error.attempts())
}
