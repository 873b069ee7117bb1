//! Making errors: in the engine, in provider crates, and in users' own tests.

use std::time::Duration;

use bytes::Bytes;

use super::{Error, ErrorKind, FieldError, Inner, Source};
use crate::{Invalid, LostCall, Meta, Outcome};

impl Error {
    /// An error to return from a test double, and the way our own are made.
    #[must_use]
    pub fn new(kind: ErrorKind, outcome: Outcome, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            outcome,
            operation: None,
            message: message.into(),
            code: None,
            field_errors: Vec::new(),
            retry_after: None,
            attempts: 0,
            meta: None,
            object: None,
            lost_call: None,
            source: None,
        }))
    }

    /// A decline, for users' tests. `object` is the declined object as JSON, readable by
    /// [`body`](Self::body).
    #[must_use]
    pub fn declined(message: impl Into<String>, object: impl Into<Bytes>) -> Self {
        Self::new(ErrorKind::Declined, Outcome::Refused, message).with_object(Some(object.into()))
    }

    /// A lost reply, for users' tests.
    #[must_use]
    pub fn unknown_outcome(lost_call: LostCall) -> Self {
        Self::new(ErrorKind::Timeout, Outcome::Unknown, "no answer in time")
            .with_lost_call(Some(lost_call))
    }

    /// Names the operation.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Replaces the outcome.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// Adds the provider's code.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
        self
    }

    /// Adds the fields that are wrong.
    #[must_use]
    pub fn with_field_errors(mut self, field_errors: Vec<FieldError>) -> Self {
        self.0.field_errors = field_errors;
        self
    }

    /// Adds how long to wait before trying again.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// Adds what HTTP said.
    #[must_use]
    pub fn with_meta(mut self, meta: Option<Meta>) -> Self {
        self.0.meta = meta;
        self
    }

    /// Adds how many attempts were made.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the JSON of the object that the answer is about.
    #[must_use]
    pub fn with_object(mut self, object: Option<Bytes>) -> Self {
        self.0.object = object;
        self
    }

    /// Adds what is needed to find out later.
    #[must_use]
    pub fn with_lost_call(mut self, lost_call: Option<LostCall>) -> Self {
        self.0.lost_call = lost_call;
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let field = FieldError::new(invalid.field(), invalid.rule());
        Self::new(ErrorKind::Invalid, Outcome::NotSent, invalid.to_string())
            .with_field_errors(vec![field])
    }
}
