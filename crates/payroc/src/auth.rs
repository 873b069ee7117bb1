//! How calls prove who makes them, and how fast they may follow each other.

use std::{sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};
use pay_core::{
    BoxFuture, Error, ErrorKind, Outcome, Pacer, Result,
    provider::{
        Answer, Authorization, Base, BaseUrl, Credential, Need, Operation, Pace, Provider,
        TokenCache, Verdict,
    },
};

use crate::{Environment, login::Login, operations::BOARDING_SUBMIT};

/// "A maximum rate of 1 boarding request every 5 seconds" (Rate limit), and a tenth more: a new
/// connection or a busy network can bring two requests closer together than they were sent.
pub(crate) const BOARDING_INTERVAL: Duration = Duration::from_millis(5500);

pub(crate) const USER_AGENT: &str = concat!("payroc-rust/", env!("CARGO_PKG_VERSION"));
pub(crate) const RAW_ID: &str = "payroc.raw";

/// What the engine knows of the Payroc Web API.
pub struct Payroc {
    pub(crate) environment: Environment,
    pub(crate) tokens: Tokens,
    pub(crate) pacer: Arc<dyn Pacer>,
    /// Whose turns the pacer keeps: one account at one host.
    pub(crate) lane: String,
    pub(crate) headers: [(HeaderName, HeaderValue); 1],
}

/// Where the access token comes from.
pub(crate) enum Tokens {
    /// Nowhere.
    None,
    /// From the caller, who also replaces it.
    Fixed(Authorization),
    /// From a login.
    Login(Box<TokenCache<Login>>),
}

impl Provider for Payroc {
    fn user_agent(&self) -> &'static str {
        USER_AGENT
    }

    fn raw_id(&self) -> &'static str {
        RAW_ID
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.environment.api
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn authorize<'a>(
        &'a self,
        operation: &'a Operation,
        need: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        let given = match (operation.credential, &self.tokens) {
            (Credential::None, _) => Ok(None),
            (Credential::Bearer, Tokens::Fixed(token)) => Ok(Some(token.clone())),
            (Credential::Bearer, Tokens::Login(cache)) => {
                return Box::pin(async move { cache.authorization(need).await.map(Some) });
            }
            (Credential::Bearer, Tokens::None) => Err(configuration(
                "the client was built without credentials, which this operation needs",
            )),
            (Credential::Named(_), _) => Err(configuration("Payroc has no such credential")),
        };
        Box::pin(std::future::ready(given))
    }

    fn renew(&self, operation: &Operation, refused: &Authorization) -> bool {
        match (&self.tokens, operation.credential) {
            (Tokens::Login(cache), Credential::Bearer) => cache.renew(refused),
            _ => false,
        }
    }

    fn pace(&self, operation: &Operation) -> Option<Pace<'_>> {
        (operation.id == BOARDING_SUBMIT.id).then(|| Pace {
            pacer: &*self.pacer,
            key: &self.lane,
            every: BOARDING_INTERVAL,
        })
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }
}

fn configuration(message: &str) -> Error {
    Error::new(ErrorKind::Configuration, Outcome::NotSent, message)
}

/// The two operations that give tokens: each call brings its own proof.
pub(crate) struct TokenHost {
    environment: Environment,
    headers: [(HeaderName, HeaderValue); 1],
}

impl TokenHost {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, headers: accept_json() }
    }
}

impl Provider for TokenHost {
    fn user_agent(&self) -> &'static str {
        USER_AGENT
    }

    fn raw_id(&self) -> &'static str {
        RAW_ID
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.environment.api
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }
}

/// JSON, please: the document marks the header as required everywhere.
pub(crate) fn accept_json() -> [(HeaderName, HeaderValue); 1] {
    [(header::ACCEPT, HeaderValue::from_static("application/json"))]
}
