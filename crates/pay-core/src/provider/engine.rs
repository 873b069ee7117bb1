use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::{
    BoxFuture, CallOptions, Connection, Meta, Result,
    provider::{Authorization, Base, BaseUrl, Call, CallerRoute, Operation, Pace, Verdict},
    retry::RetryBudget,
};

/// What a provider crate tells the engine about its provider.
pub trait Provider: Send + Sync + 'static {
    /// The name and version for the user agent, such as `payfirma/0.1.0`.
    fn user_agent(&self) -> &'static str;

    /// The id under which raw calls are reported, such as `payfirma.raw`.
    fn raw_id(&self) -> &'static str;

    /// The root of a host.
    fn base(&self, base: Base) -> &BaseUrl;

    /// The route that the caller configured for an operation without a known one.
    fn caller_route(&self, operation: &Operation) -> Option<&CallerRoute> {
        let _ = operation;
        None
    }

    /// Headers for every request, such as `Accept`. Those that describe a body go with requests
    /// that have none; the others have their own.
    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &[]
    }

    /// The header that proves who is calling; `None` if the operation needs none.
    fn authorize<'a>(
        &'a self,
        operation: &'a Operation,
        need: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        let _ = (operation, need);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// The provider did not accept this authorization. Forget it, if it is still the one in use,
    /// and say whether another can be had.
    fn renew(&self, operation: &Operation, refused: &Authorization) -> bool {
        let _ = (operation, refused);
        false
    }

    /// How far apart the attempts at an operation must be. `None`: as close as they come.
    fn pace(&self, operation: &Operation) -> Option<Pace<'_>> {
        let _ = operation;
        None
    }

    /// Reads an answer that is not a plain success, from its body and status. `None` leaves a 2xx
    /// to be decoded by the call, and anything else to its status; [`Verdict::Succeeded`] has it
    /// decoded whatever the status.
    ///
    /// A 401 that is left to its status, or read as [`Verdict::Refused`], renews the credentials.
    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict>;

    /// Where the object stands in an answer that wraps it, for [`Error::body`](crate::Error::body).
    /// `None`: the whole body is the object, or holds none.
    fn object(&self, body: &Bytes) -> Option<Bytes> {
        let _ = body;
        None
    }

    /// The provider's own id of the request.
    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        let id = headers.get("x-request-id")?.to_str().ok()?;
        Some(id.chars().take(128).collect())
    }
}

/// What an operation needs of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// How long it must stay valid: for a write, as long as the attempt may take.
    pub lasting: Duration,
    /// How long getting it may take.
    pub within: Duration,
}

/// A whole answer: a status line, headers and a body that was read to its end. Secrets of the call
/// that the provider echoed are masked already.
#[derive(Clone)]
pub struct Answer {
    /// HTTP's status.
    pub status: StatusCode,
    /// HTTP's headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    pub(crate) fn into_meta(self, request_id: Option<String>, attempts: u32) -> Meta {
        Meta::new(self.status, self.headers, self.body)
            .with_request_id(request_id)
            .with_attempts(attempts)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, [{} bytes hidden])", self.status.as_u16(), self.body.len())
    }
}

/// A provider on a connection: signs, sends, reads and decides.
pub struct Engine<P> {
    pub(crate) provider: P,
    pub(crate) connection: Connection,
    pub(crate) budget: RetryBudget,
    pub(crate) user_agent: HeaderValue,
}

impl<P: Provider> Engine<P> {
    /// A provider on a connection, with a retry budget of its own.
    #[must_use]
    pub fn new(provider: P, connection: Connection) -> Self {
        let budget = RetryBudget::new(connection.parts().retry.budget);
        Self::with_budget(provider, connection, budget)
    }

    /// A provider that shares connection and retry budget with another: its login, or another
    /// merchant of the same partner.
    #[must_use]
    pub fn beside<Q>(provider: P, other: &Engine<Q>) -> Self {
        Self::with_budget(provider, other.connection.clone(), other.budget.clone())
    }

    fn with_budget(provider: P, connection: Connection, budget: RetryBudget) -> Self {
        let own = provider.user_agent();
        let full = match &connection.parts().application {
            Some(application) => format!("{own} {application}"),
            None => own.to_owned(),
        };
        // Both were checked: ours is a constant, the application's when the connection was built.
        let user_agent =
            HeaderValue::from_str(&full).unwrap_or_else(|_| HeaderValue::from_static("pay-core"));
        Self { provider, connection, budget, user_agent }
    }

    /// What the engine knows of the provider.
    pub fn provider(&self) -> &P {
        &self.provider
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Begins a call of an operation.
    pub fn call<'a>(&'a self, operation: &'a Operation, options: CallOptions) -> Call<'a, P> {
        Call::new(self, operation, options)
    }
}

impl<P: Provider> Engine<P> {
    /// The engine behind an `Arc`, as clients hold it.
    #[must_use]
    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }
}

impl<P> fmt::Debug for Engine<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("connection", &self.connection).finish_non_exhaustive()
    }
}
