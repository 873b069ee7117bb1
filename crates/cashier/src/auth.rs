//! How calls prove who makes them: one API key in the header `x-api-key`.

use std::collections::BTreeMap;

use http::{
    HeaderName, HeaderValue,
    header::{ACCEPT, HeaderMap},
};
use pay_core::{
    BoxFuture, Error, Invalid, Result, Secret,
    provider::{
        Answer, Authorization, Base, BaseUrl, CallerRoute, Credential, Need, Operation, Provider,
        Verdict,
    },
};

use crate::{Environment, error};

/// What the engine knows of this gateway.
pub struct Cashier {
    pub(crate) environment: Environment,
    routes: BTreeMap<&'static str, CallerRoute>,
    api_key: Authorization,
    headers: [(HeaderName, HeaderValue); 1],
}

impl Cashier {
    pub(crate) fn new(environment: Environment, api_key: &Secret) -> Result<Self> {
        let routes = environment.routes.checked()?;
        if api_key.expose().trim().is_empty() {
            return Err(Invalid::new("api_key", "must not be empty").into());
        }
        let api_key = Authorization::header(HeaderName::from_static("x-api-key"), api_key)
            .map_err(|_| Error::from(Invalid::new("api_key", "must fit in a header")))?;
        let headers = [(ACCEPT, HeaderValue::from_static("application/json"))];
        Ok(Self { environment, routes, api_key, headers })
    }
}

impl Provider for Cashier {
    fn user_agent(&self) -> &'static str {
        concat!("numipay-cashier/", env!("CARGO_PKG_VERSION"))
    }

    fn raw_id(&self) -> &'static str {
        "cashier.raw"
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.environment.base
    }

    fn caller_route(&self, operation: &Operation) -> Option<&CallerRoute> {
        self.routes.get(operation.id)
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    // The endpoints mark the key as required or do not; the overview says that all calls need it.
    fn authorize<'a>(
        &'a self,
        operation: &'a Operation,
        _: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        let needed = operation.credential != Credential::None;
        let key = needed.then(|| self.api_key.clone());
        Box::pin(std::future::ready(Ok(key)))
    }

    /// A key that is refused stays refused: it is made anew in the portal.
    fn renew(&self, _: &Operation, _: &Authorization) -> bool {
        false
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        error::read(operation, answer)
    }

    // No source names a header for it; this one is the usual.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-request-id")?.to_str().ok()?;
        Some(id.chars().take(128).collect())
    }
}
