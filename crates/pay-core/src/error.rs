mod build;
mod field_error;
mod kind;

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

pub use self::{field_error::FieldError, kind::ErrorKind};
use crate::{LostCall, Meta, Outcome};

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

impl Error {
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

    /// The provider answered that it is at fault. With [`Outcome::NotSent`] it was its login that
    /// did, and this request never left.
    #[must_use]
    pub fn is_provider_fault(&self) -> bool {
        self.0.kind == ErrorKind::ProviderFault
    }

    /// Time ran out. Whether the request reached the provider is for the outcome to say.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// The answer contradicts the request. Another amount or currency: a write did take effect
    /// ([`Outcome::Applied`]). Another reference or id: it is the answer to something else, and of
    /// this call nothing is known ([`Outcome::Unknown`]).
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

    /// What the provider or our check said, scrubbed of this call's secrets and of card numbers.
    /// Otherwise as it came: it may be long, and have line breaks. `Display` shows the first 300
    /// characters in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fields that are wrong, where that was said.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.field_errors
    }

    /// How long the provider, or its login, asked to wait; at most a day.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts were put on the wire or tried to be.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What HTTP said, if the last attempt had a whole answer. Where a call ended between two
    /// attempts, such as by a login that failed, it is the answer to the one before.
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.0.meta.as_ref()
    }

    /// The HTTP status of [`meta`](Self::meta).
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
        crate::provider::json::from_slice(raw).ok()
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
            write!(f, ": {}", OneLine(message))?;
        }
        if let Some(code) = code {
            write!(f, " [{}]", OneLine(code))?;
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

/// A provider's words, so that they cannot forge or flood a log: without line breaks and other
/// control characters, and not without end.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        const LONGEST: usize = 300;
        let mut characters = self.0.chars();
        for c in characters.by_ref().take(LONGEST) {
            f.write_char(if c.is_control() { ' ' } else { c })?;
        }
        if characters.next().is_some() { f.write_str("...") } else { Ok(()) }
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
