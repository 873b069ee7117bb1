use http::Method;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Base, Credential, Effect, Engine, Hidden, Operation, Provenance, Provider, Query, Refusals,
    Route, TimeoutClass, request_body::encode_json,
};
use crate::{CallOptions, Extra, LostCall, Reference, Response, Result};

/// A call of any path of the provider, with the same authorization, delivery and errors as any
/// other: the way out where this crate lacks something.
#[must_use = "a call does nothing until it is sent"]
pub struct RawCall<'a, P> {
    engine: &'a Engine<P>,
    operation: Operation,
    options: CallOptions,
    path: String,
    query: Query,
    body: Option<Result<bytes::Bytes, crate::Invalid>>,
    reference: Option<Reference>,
}

impl<'a, P: Provider> RawCall<'a, P> {
    /// A call of `path`, which begins with a slash and is taken as it is. `effect` says what
    /// sending it twice would do: only you can know.
    ///
    /// A 401 is taken to mean "not processed", as elsewhere at this provider: the login is renewed
    /// and the call sent again, once. [`CallOptions::strict`] stops a write instead.
    pub fn new(
        engine: &'a Engine<P>,
        options: CallOptions,
        effect: Effect,
        method: Method,
        path: impl Into<String>,
    ) -> Self {
        let operation = Operation {
            id: engine.provider().raw_id(),
            method,
            base: Base::Gateway,
            route: Route::Raw,
            effect,
            credential: Credential::Bearer,
            refusals: Refusals::of(&[401]).known_by(Provenance::Inferred),
            timeout: TimeoutClass::Normal,
            provenance: Provenance::Inferred,
            source: "the caller",
        };
        Self {
            engine,
            operation,
            options,
            path: path.into(),
            query: Query::new(),
            body: None,
            reference: None,
        }
    }

    /// Adds a pair to the query. Percent-encoded.
    pub fn query(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.query = self.query.push(name, value);
        self
    }

    /// Sends JSON. The buffer it is encoded into is wiped.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.body = Some(encode_json(value, &Extra::default()));
        self
    }

    /// Remembers your correlator for the [`LostCall`] of an error. Put it into the body yourself.
    pub fn reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Uses another of the provider's credentials.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.operation.credential = credential;
        self
    }

    /// Waits as long as for a person at a card terminal.
    pub fn interactive(mut self) -> Self {
        self.operation.timeout = TimeoutClass::Interactive;
        self
    }

    /// Sends it and reads the answer as `T`. The raw body is under `meta()`.
    ///
    /// # Errors
    ///
    /// As [`Error`](crate::Error) says. A decline is one here too.
    pub async fn send<T: DeserializeOwned + Send>(self) -> Result<Response<T>> {
        self.call().send().await
    }

    /// Sends it and reads no more of a 2xx than whether it is an error. The raw body is under
    /// `meta()`.
    ///
    /// # Errors
    ///
    /// As [`Error`](crate::Error) says. A decline is one here too.
    pub async fn acknowledge(self) -> Result<Response<()>> {
        self.call().acknowledge().await
    }

    fn call(&self) -> super::Call<'_, P> {
        let clock = self.engine.connection().clock();
        let lost = LostCall::new(self.operation.id, clock.now())
            .with_path("path", &self.path)
            .with_reference(self.reference.clone());
        let call = self
            .engine
            .call(&self.operation, self.options)
            .raw_route(self.operation.method.clone(), self.path.clone())
            .query(self.query.clone())
            .lost_call(lost);
        match &self.body {
            None => call,
            Some(body) => {
                let secrets = body.as_ref().map(|body| Hidden::in_object(body)).unwrap_or_default();
                call.hide(secrets).encoded_json(body.clone())
            }
        }
    }
}
