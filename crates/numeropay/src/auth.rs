//! How calls prove who makes them: a token of our own making in each.

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use pay_core::{
    BoxFuture, Error, ErrorKind, Outcome, Result,
    provider::{
        Answer, Authorization, Base, BaseUrl, Credential, Need, Operation, Provider, TokenCache,
        Verdict,
    },
};

use crate::{Environment, FromUnit, MerchantId, state::StateNumbers, token::Minter, wrapper};

/// What the engine knows of NumeroPay's API.
pub struct NumeroPay {
    pub(crate) environment: Environment,
    pub(crate) merchant: MerchantId,
    pub(crate) tokens: TokenCache<Minter>,
    pub(crate) from_unit: FromUnit,
    pub(crate) state_numbers: StateNumbers,
    pub(crate) headers: [(HeaderName, HeaderValue); 1],
}

impl Provider for NumeroPay {
    fn user_agent(&self) -> &'static str {
        concat!("numeropay-rust/", env!("CARGO_PKG_VERSION"))
    }

    fn raw_id(&self) -> &'static str {
        "numeropay.raw"
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
            Credential::Bearer => Box::pin(async move {
                if self.tokens.source().is_out_of_step(need.lasting) {
                    self.tokens.reset();
                }
                self.tokens.authorization(need).await.map(Some)
            }),
            Credential::Named(_) => Box::pin(std::future::ready(Err(Error::new(
                ErrorKind::Configuration,
                Outcome::NotSent,
                "this provider has no other credential than its token",
            )))),
        }
    }

    fn renew(&self, operation: &Operation, refused: &Authorization) -> bool {
        operation.credential == Credential::Bearer && self.tokens.renew(refused)
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }

    fn object(&self, body: &Bytes) -> Option<Bytes> {
        wrapper::data(body)
    }
}
