use std::{fmt, ops::Deref};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// A successful answer: the value, and under [`meta`](Self::meta) what HTTP said.
///
/// It derefs to the value, so `response.status` is the payment's status, never HTTP's.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    meta: Box<Meta>,
}

impl<T> Response<T> {
    /// Pairs a value with what HTTP said. Useful in tests.
    #[must_use]
    pub fn new(value: T, meta: Meta) -> Self {
        Self { value, meta: Box::new(meta) }
    }

    /// An answer with the status 200 and nothing else but the value, for users' tests.
    ///
    /// ```
    /// let answer = pay_core::Response::of(17);
    /// assert_eq!((*answer, answer.meta().status().as_u16()), (17, 200));
    /// ```
    #[must_use]
    pub fn of(value: T) -> Self {
        Self::new(value, Meta::new(StatusCode::OK, HeaderMap::new(), Bytes::new()))
    }

    /// Status, headers, request id and raw body.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Another value from this one, with the same meta.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: f(self.value), meta: self.meta }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What HTTP said: for a support ticket.
///
/// `Debug` shows the status, the request id and sizes, never a header's value or the body.
#[derive(Clone)]
pub struct Meta {
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
    body: Bytes,
    attempts: u32,
}

impl Meta {
    /// For tests of code that reads errors or responses.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, request_id: None, body: body.into(), attempts: 1 }
    }

    /// Sets the provider's id of the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.request_id = request_id;
        self
    }

    /// Sets how many attempts were made.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The provider's own id of the request, where it sends one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body as it came, but for secrets of this very call (card number, tokens), which are
    /// masked where the provider echoed them. It may hold personal data: mind where you log it.
    #[must_use]
    pub fn raw_body(&self) -> &Bytes {
        &self.body
    }

    /// How many attempts the call took, the last included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta")
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("headers", &format_args!("[{} hidden]", self.headers.len()))
            .field("body", &format_args!("[{} bytes hidden]", self.body.len()))
            .field("attempts", &self.attempts)
            .finish()
    }
}
