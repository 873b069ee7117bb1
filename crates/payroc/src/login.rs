//! Access tokens: from a login, or from the refresh token that the login gave.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pay_core::{
    BoxFuture, CallOptions, Error, ErrorKind, Extra, Invalid, Outcome, Result, Secret,
    provider::{Authorization, Engine, Hidden, Token, TokenSource, Verdict, jwt_expiry},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{auth::TokenHost, error::LOCKED, operations};

/// "Access tokens expire two hours after being issued while refresh tokens expire twenty-four hours
/// after being issued" (Authentication).
const ACCESS_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
const REFRESH_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Less than the documented life, where the token itself does not say when it ends.
const MARGIN: Duration = Duration::from_secs(60);

/// A user, and how to log in as them.
pub(crate) struct Credentials {
    user: String,
    password: Secret,
    way: Way,
}

/// "Credentials can be transmitted in the request body or using a basic authentication header."
enum Way {
    Body,
    Basic(Authorization),
}

impl Credentials {
    pub(crate) fn in_body(user: String, password: Secret) -> Result<Self> {
        check(&user, &password)?;
        Ok(Self { user, password, way: Way::Body })
    }

    pub(crate) fn basic(user: String, password: Secret) -> Result<Self> {
        check(&user, &password)?;
        if user.contains(':') {
            let rule = "must not contain a colon in a Basic header";
            return Err(Invalid::new("userName", rule).into());
        }
        let header = Authorization::basic(&user, &password)?;
        Ok(Self { user, password, way: Way::Basic(header) })
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }
}

fn check(user: &str, password: &Secret) -> Result<(), Invalid> {
    if user.trim().is_empty() {
        return Err(Invalid::new("userName", "must not be empty"));
    }
    if user.contains(char::is_control) {
        return Err(Invalid::new("userName", "must not contain control characters"));
    }
    if password.expose().is_empty() {
        return Err(Invalid::new("password", "must not be empty"));
    }
    Ok(())
}

/// Fetches tokens, and remembers the refresh token between fetches, in memory only.
pub(crate) struct Login {
    host: Arc<Engine<TokenHost>>,
    credentials: Credentials,
    refresh: Mutex<Option<Refresh>>,
}

#[derive(Clone)]
struct Refresh {
    token: Secret,
    /// On the monotonic clock.
    until: Duration,
}

impl TokenSource for Login {
    fn fetch(&self, within: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(async move {
            let deadline = self.monotonic().saturating_add(within);
            if let Some(refresh) = self.refresh_token() {
                match self.exchange(&refresh, within).await {
                    Ok(token) => return Ok(token),
                    Err(error) if ends_in_a_login(&error) => self.forget_refresh_token(),
                    Err(error) => return Err(login_refused(error)),
                }
            }
            self.log_in(deadline.saturating_sub(self.monotonic())).await.map_err(login_refused)
        })
    }
}

impl Login {
    pub(crate) fn new(host: Arc<Engine<TokenHost>>, credentials: Credentials) -> Self {
        Self { host, credentials, refresh: Mutex::default() }
    }

    /// The next fetch logs in.
    pub(crate) fn forget_refresh_token(&self) {
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The refresh token, while it is good.
    fn refresh_token(&self) -> Option<Refresh> {
        let held = self.refresh.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|refresh| self.monotonic() < refresh.until).cloned()
    }

    async fn log_in(&self, within: Duration) -> Result<Token> {
        let Credentials { user, password, way } = &self.credentials;
        let asked = (self.now(), self.monotonic());
        let call = self
            .host
            .call(&operations::AUTH_LOGIN, CallOptions::new().timeout(within))
            .hide([Hidden::exact(password.expose())]);
        let call = match way {
            Way::Body => {
                let body = LoginWire { user_name: user, password: password.expose() };
                call.json(&body, &Extra::default())
            }
            Way::Basic(header) => call.authorization(header.clone()),
        };
        let reply = call.send_judged(LoginReply::judge).await?.into_inner();
        let refresh = reply.refresh_token.filter(is_token).map(|token| Refresh {
            until: asked.1.saturating_add(life(&token, asked.0, REFRESH_LIFE)),
            token,
        });
        *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = refresh;
        token(&reply.bearer_token, asked.0)
    }

    async fn exchange(&self, refresh: &Refresh, within: Duration) -> Result<Token> {
        let asked = self.now();
        let reply = self
            .host
            .call(&operations::AUTH_REFRESH, CallOptions::new().timeout(within))
            .json(&RefreshWire { refresh_token: refresh.token.expose() }, &Extra::default())
            .hide([Hidden::exact(refresh.token.expose())])
            .send_judged(RefreshReply::judge)
            .await?;
        token(&reply.access_token, asked)
    }

    fn now(&self) -> OffsetDateTime {
        self.host.connection().clock().now()
    }

    fn monotonic(&self) -> Duration {
        self.host.connection().clock().monotonic()
    }
}

/// Whether a refresh that failed is followed by a login: always when the provider answered, be it
/// that the token has expired, be it that it cannot serve it. Not when the account is locked, when
/// it asks for patience, or when it cannot be reached: a login would fare no better.
fn ends_in_a_login(error: &Error) -> bool {
    error.meta().is_some() && error.code() != Some(LOCKED) && !error.is_rate_limited()
}

/// A definite refusal is said to be one of the credentials: so it is remembered, and an account that
/// is locked, or would be after some more wrong passwords, is left alone.
fn login_refused(error: Error) -> Error {
    let is_told = error.code().is_some();
    let definite = match error.status().map(|status| status.as_u16()) {
        Some(401) => true,
        Some(400 | 403) => is_told,
        _ => error.is_unauthorized(),
    };
    if !definite || error.outcome() != Outcome::Refused {
        return error;
    }
    Error::new(ErrorKind::Unauthorized, Outcome::Refused, error.message())
        .with_operation(error.operation().unwrap_or(operations::AUTH_LOGIN.id))
        .with_code(error.code().map(str::to_owned))
        .with_field_errors(error.field_errors().to_vec())
        .with_meta(error.meta().cloned())
        .with_attempts(error.attempts())
}

/// An access token ready for use.
fn token(access_token: &Secret, asked: OffsetDateTime) -> Result<Token> {
    let authorization = Authorization::bearer(access_token)?;
    Ok(Token::new(authorization).with_lifetime(Some(life(access_token, asked, ACCESS_LIFE))))
}

/// How long a token lasts from when it was asked for. What stands in it counts, where it agrees with
/// the document: by a clock that is wrong it would last longer, or not at all.
fn life(token: &Secret, asked: OffsetDateTime, documented: Duration) -> Duration {
    let told = jwt_expiry(token.expose()).and_then(|end| Duration::try_from(end - asked).ok());
    match told {
        Some(told) if !told.is_zero() => told.min(documented),
        _ => documented.saturating_sub(MARGIN),
    }
}

/// A token that is empty, or in which the scrubber found a secret of the request, is of no use.
fn is_token(token: &Secret) -> bool {
    !token.expose().is_empty() && !token.expose().contains("[redacted]")
}

fn judge(token: &Secret) -> Verdict {
    if is_token(token) {
        Verdict::Succeeded
    } else {
        Verdict::Unclear("the answer holds no access token".to_owned())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginWire<'a> {
    user_name: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefreshWire<'a> {
    refresh_token: &'a str,
}

/// What a login gives. The access token has another name here than after a refresh.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoginReply {
    bearer_token: Secret,
    #[serde(default)]
    refresh_token: Option<Secret>,
}

impl LoginReply {
    fn judge(&self) -> Verdict {
        judge(&self.bearer_token)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefreshReply {
    access_token: Secret,
}

impl RefreshReply {
    fn judge(&self) -> Verdict {
        judge(&self.access_token)
    }
}
