//! How calls prove who makes them: a token of 40 minutes, and the account's header on every request.

mod log_out;
mod login;
mod session;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};
use pay_core::{
    BoxFuture, Error, ErrorKind, Outcome, Result,
    provider::{
        Answer, Authorization, Base, BaseUrl, Credential, Need, Operation, Provider, TokenCache,
        Verdict,
    },
};

pub use self::log_out::LogOut;
pub(crate) use self::{
    login::{Credentials, Keys, LoginHost},
    session::Session,
};
use crate::{AccountId, Environment, Mid, TransactionPath, transactions};

/// What the engine knows of North's proxy.
pub struct PayAnywhere {
    pub(crate) environment: Environment,
    pub(crate) mid: Mid,
    pub(crate) tokens: TokenCache<Session>,
    pub(crate) transaction_path: TransactionPath,
    pub(crate) headers: Headers,
}

impl PayAnywhere {
    /// The account's id, with a login if none has told it yet.
    pub(crate) async fn account_id(&self, need: Need) -> Result<AccountId> {
        let session = self.tokens.source();
        if let Some(account) = session.account() {
            return Ok(account);
        }
        self.tokens.authorization(need).await?;
        session.account().ok_or_else(|| {
            let why = "the login does not tell the account's id: give it to the client's builder";
            Error::new(ErrorKind::Configuration, Outcome::NotSent, why)
        })
    }
}

impl Provider for PayAnywhere {
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
        match operation.credential {
            Credential::None => Box::pin(std::future::ready(Ok(None))),
            Credential::Bearer => {
                Box::pin(async move { self.tokens.authorization(need).await.map(Some) })
            }
            Credential::Named(_) => Box::pin(std::future::ready(Err(Error::new(
                ErrorKind::Configuration,
                Outcome::NotSent,
                "this provider has no other credential than its token",
            )))),
        }
    }

    fn renew(&self, operation: &Operation, refused: &Authorization) -> bool {
        // A token that is not accepted cannot be refreshed either: the next one is a login's.
        self.tokens.source().forget(refused);
        operation.credential == Credential::Bearer && self.tokens.renew(refused)
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }

    fn object(&self, body: &Bytes) -> Option<Bytes> {
        transactions::wrapped(body)
    }
}

const USER_AGENT: &str = concat!("payanywhere-rust/", env!("CARGO_PKG_VERSION"));
const RAW_ID: &str = "payanywhere.raw";

/// What goes with every request.
pub(crate) type Headers = [(HeaderName, HeaderValue); 4];

/// "Required" on every call by the guide: the content's type and length even where there is none,
/// and the value that stands for the application and the merchant. `Accept` is ours.
pub(crate) fn headers(app_source: HeaderValue) -> Headers {
    [
        (APP_SOURCE, app_source),
        (header::ACCEPT, HeaderValue::from_static("application/json")),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_LENGTH, HeaderValue::from_static("0")),
    ]
}

const APP_SOURCE: HeaderName = HeaderName::from_static("x-nabwss-appsource");
