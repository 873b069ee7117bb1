use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::{Invalid, LostCall, Meta, Outcome};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// Why a call did not return `Ok`, and what is known about its effect.
///
/// Ask [`is_declined`](Self::is_declined) first, then [`outcome`](Self::outcome): on
/// [`Outcome::Unknown`] keep [`lost_call`](Self::lost_call) and resolve it, never send again.
/// `Display` is one line without secrets; `Debug` adds the chain of causes.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    operation: Option<&'static str>,
    message: String,
    code: Option<String>,
    field_errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    attempts: u32,
    meta: Option<Meta>,
    object: Option<Bytes>,
    lost_call: Option<LostCall>,
    source: Option<Source>,
}

/// What went wrong, in one word. The predicates of [`Error`] are the way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is wrong: found here before it was sent, or said by the provider.
    Invalid,
    /// The client is set up wrongly.
    Configuration,
    /// The payment was declined.
    Declined,
    /// The provider answered no, for a reason of its own.
    Refused,
    /// The credentials were not accepted.
    Unauthorized,
    /// The credentials are good, but do not allow this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Too many requests.
    RateLimited,
    /// The provider says that it is at fault.
    ProviderFault,
    /// The provider could not be reached, or the connection broke.
    Transport,
    /// Time ran out.
    Timeout,
    /// An answer that cannot be understood.
    Unreadable,
    /// An answer that contradicts the request.
    Contradiction,
    /// Something kept outside the process (tokens, journal) could not be read or written.
    Storage,
    /// The stored authorization is gone: the merchant must consent again.
    NeedsReauthorization,
}

impl ErrorKind {
    fn words(self) -> &'static str {
        match self {
            Self::Invalid => "invalid request",
            Self::Configuration => "wrong configuration",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Unauthorized => "credentials not accepted",
            Self::Forbidden => "not allowed",
            Self::NotFound => "not found",
            Self::RateLimited => "too many requests",
            Self::ProviderFault => "fault at the provider",
            Self::Transport => "connection failed",
            Self::Timeout => "timed out",
            Self::Unreadable => "unreadable answer",
            Self::Contradiction => "answer contradicts the request",
            Self::Storage => "storage failed",
            Self::NeedsReauthorization => "authorization lost, consent needed again",
        }
    }
}

/// One field that the provider, or a check of ours, finds wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field's name, as the provider writes it.
    pub field: String,
    /// A machine-readable code, where there is one.
    pub code: Option<String>,
    /// What is wrong, for a person.
    pub message: String,
}

impl FieldError {
    /// A field error without a code.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: None, message: message.into() }
    }

    /// Sets the code.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }
}

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

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is known about the effect, the worst over all attempts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The provider declined the payment, in whichever shape. Nothing was charged. The declined
    /// object, where the provider sent one, is under [`body`](Self::body).
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.0.kind == ErrorKind::Declined && self.0.outcome == Outcome::Refused
    }

    /// The request is wrong. With [`Outcome::NotSent`] we found it, else the provider did.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.0.kind == ErrorKind::Invalid
    }

    /// The credentials were not accepted. Nothing was done, if [`outcome`](Self::outcome) says so.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unauthorized | ErrorKind::NeedsReauthorization)
    }

    /// The credentials are good but do not allow this.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.0.kind == ErrorKind::Forbidden
    }

    /// There is no such thing at the provider.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Too many requests. See [`retry_after`](Self::retry_after), and the outcome: a throttled
    /// write is only surely undone where the provider says so.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// The provider answered that it is at fault. The request did reach it.
    #[must_use]
    pub fn is_provider_fault(&self) -> bool {
        self.0.kind == ErrorKind::ProviderFault
    }

    /// Time ran out. Whether the request reached the provider is for the outcome to say.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// The answer contradicts the request, such as another amount. It did take effect.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        self.0.kind == ErrorKind::Contradiction
    }

    /// The authorization of this merchant is gone: send them through the consent page again.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        let mut next: Option<&(dyn StdError + 'static)> = Some(self);
        while let Some(error) = next {
            if let Some(Self(inner)) = as_error(error)
                && inner.kind == ErrorKind::NeedsReauthorization
            {
                return true;
            }
            next = error.source();
        }
        false
    }

    /// The operation, such as `payfirma.transactions.sale`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The provider's code, where it sent one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the provider or our check said, in a sentence, scrubbed of card data.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields that are wrong, where that was said.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.field_errors
    }

    /// How long the provider asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts were put on the wire or tried to be.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What HTTP said, if there was a whole answer.
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.0.meta.as_ref()
    }

    /// The HTTP status, if there was a whole answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.meta.as_ref().map(Meta::status)
    }

    /// The object that the answer is about, read as `T`: the declined transaction, or the one that
    /// contradicts the request. `None` where there is none or it is no `T`.
    #[must_use]
    pub fn body<T: DeserializeOwned>(&self) -> Option<T> {
        let raw = match (&self.0.object, &self.0.meta) {
            (Some(object), _) => object,
            (None, Some(meta)) => meta.raw_body(),
            (None, None) => return None,
        };
        serde_json::from_slice(raw).ok()
    }

    /// What is needed to find out what became of a write. Present on every error of a write that
    /// may have reached the provider.
    #[must_use]
    pub fn lost_call(&self) -> Option<&LostCall> {
        self.0.lost_call.as_ref()
    }
}

/// Finds our error in a chain, also behind the `Arc` by which waiting calls share one.
fn as_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    error
        .downcast_ref::<Error>()
        .or_else(|| error.downcast_ref::<std::sync::Arc<Error>>().map(|shared| &**shared))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, outcome, operation, message, code, attempts, meta, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(kind.words())?;
        if !message.is_empty() {
            write!(f, ": {message}")?;
        }
        if let Some(code) = code {
            write!(f, " [{code}]")?;
        }
        write!(f, " ({outcome}")?;
        if let Some(meta) = meta {
            write!(f, ", HTTP {}", meta.status().as_u16())?;
            if let Some(id) = meta.request_id() {
                write!(f, ", request {id}")?;
            }
        }
        if *attempts > 1 {
            write!(f, ", {attempts} attempts")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("outcome", &inner.outcome)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("code", &inner.code)
            .field("field_errors", &inner.field_errors)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("meta", &inner.meta)
            .field("lost_call", &inner.lost_call)
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let field = FieldError::new(invalid.field(), invalid.rule());
        Self::new(ErrorKind::Invalid, Outcome::NotSent, invalid.to_string())
            .with_field_errors(vec![field])
    }
}
