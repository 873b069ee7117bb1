//! Where tokens come from: a refresh while the last one is valid, a login otherwise.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pay_core::{
    BoxFuture, Result, Secret,
    provider::{Authorization, Engine, Token, TokenSource, jwt_expiry},
};

use super::{
    Credentials, LoginHost,
    login::{self, TokenReply},
};
use crate::AccountId;

/// "The bearer token lasts for 40 minutes." (Guide: Refresh Authentication Session.)
const LIFE: Duration = Duration::from_secs(40 * 60);

/// A refresh must arrive while the token is valid.
const MARGIN: Duration = Duration::from_secs(30);

/// A merchant's session: logs in, and remembers what the next refresh needs.
pub(crate) struct Session {
    host: Arc<Engine<LoginHost>>,
    credentials: Credentials,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The token that the caller gave, until it is first used.
    given: Option<Secret>,
    last: Option<Last>,
    account: Option<AccountId>,
}

/// The token that was fetched last.
#[derive(Clone)]
struct Last {
    authorization: Authorization,
    /// Until when it is valid, on the monotonic clock.
    until: Duration,
}

impl Session {
    pub(crate) fn new(
        host: Arc<Engine<LoginHost>>,
        credentials: Credentials,
        given: Option<Secret>,
    ) -> Self {
        let memory = Memory { given, last: None, account: credentials.account.clone() };
        Self { host, credentials, memory: Mutex::new(memory) }
    }

    /// The account, if the caller or a login has told it.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.memory().account.clone()
    }

    /// This token is of no more use.
    pub(crate) fn forget(&self, authorization: &Authorization) {
        let mut memory = self.memory();
        if memory.last.as_ref().is_some_and(|last| last.authorization == *authorization) {
            memory.last = None;
        }
    }

    /// Takes the token out of the memory, if it is not long dead.
    pub(crate) fn take(&self) -> Option<Authorization> {
        let now = self.now();
        let mut memory = self.memory();
        let given = memory.given.take().and_then(|given| Authorization::bearer(&given).ok());
        let last = memory.last.take().filter(|last| now < last.until);
        given.or(last.map(|last| last.authorization))
    }

    /// The last token, if there is time to refresh it.
    fn refreshable(&self) -> Option<Authorization> {
        let soon = self.now().saturating_add(MARGIN);
        let memory = self.memory();
        memory.last.as_ref().filter(|last| soon < last.until).map(|last| last.authorization.clone())
    }

    async fn refresh(&self, valid: &Authorization, within: Duration) -> Result<Token> {
        let asked = self.now();
        let reply = login::refresh(&self.host, &self.credentials, valid.clone(), within).await?;
        self.remember(&reply, asked)
    }

    async fn log_in(&self, within: Duration) -> Result<Token> {
        let asked = self.now();
        let reply = login::log_in(&self.host, &self.credentials, within).await?;
        self.remember(&reply, asked)
    }

    fn remember(&self, reply: &TokenReply, asked: Duration) -> Result<Token> {
        let life = self.told_life(&reply.token).map_or(LIFE, |told| told.min(LIFE));
        let token = self.keep(&reply.token, asked, Some(life))?;
        if let Some(account) = reply.account() {
            self.memory().account = Some(account.clone());
        }
        Ok(token)
    }

    /// The token that the caller gave. How old it is only it knows.
    fn given(&self) -> Option<Result<Token>> {
        let given = self.memory().given.take()?;
        Some(self.keep(&given, self.now(), self.told_life(&given)))
    }

    fn keep(&self, token: &Secret, asked: Duration, life: Option<Duration>) -> Result<Token> {
        let authorization = Authorization::bearer(token)?;
        let until = asked.saturating_add(life.unwrap_or(LIFE));
        self.memory().last = Some(Last { authorization: authorization.clone(), until });
        Ok(Token::new(authorization).with_lifetime(life))
    }

    /// How long the token itself says that it lasts. One that would be dead already only shows that
    /// a clock is wrong.
    fn told_life(&self, token: &Secret) -> Option<Duration> {
        let now = self.host.connection().clock().now();
        let life = Duration::try_from(jwt_expiry(token.expose())? - now).ok()?;
        (!life.is_zero()).then_some(life)
    }

    fn now(&self) -> Duration {
        self.host.connection().clock().monotonic()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenSource for Session {
    fn fetch(&self, within: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(async move {
            if let Some(given) = self.given() {
                return given;
            }
            let deadline = self.now().saturating_add(within);
            if let Some(valid) = self.refreshable() {
                // Half of the time: a refresh that hangs leaves enough for a login.
                match self.refresh(&valid, within / 2).await {
                    Ok(token) => return Ok(token),
                    // A login now would be one call more to a provider that asked for fewer.
                    Err(error) if error.is_rate_limited() => return Err(error),
                    // Refused, or answered in a way that nobody has documented.
                    Err(_) => self.forget(&valid),
                }
            }
            self.log_in(deadline.saturating_sub(self.now())).await
        })
    }
}
