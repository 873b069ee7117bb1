use bytes::Bytes;

use crate::{ErrorKind, FieldError};

/// What the provider's answer says, read by the provider crate. HTTP's status is looked at only
/// where this leaves it to the status.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It took effect, or the thing asked for is here.
    Succeeded,
    /// The payment was declined.
    Declined(Problem),
    /// The body itself says that it was not processed, whatever the status.
    Refused(Problem),
    /// The body itself says: not processed, too fast, send it again later.
    Throttled(Problem),
    /// The body itself says that the provider is at fault, whatever the status.
    Faulty(Problem),
    /// No more is known than what the status means.
    ByStatus(Problem),
    /// An answer that cannot be read, or whose meaning is not known. Says why.
    Unclear(String),
    /// It took effect, but not as asked: another amount or currency. Says which.
    Contradicts(String),
    /// A success of something else: it carries another reference or id than was sent. About this
    /// call it says nothing. Says which.
    Foreign(String),
}

/// What an answer tells about a failure.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// A machine-readable code.
    pub code: Option<String>,
    /// A sentence.
    pub message: Option<String>,
    /// The fields that are wrong.
    pub fields: Vec<FieldError>,
    /// The JSON of the object that was declined, if it is not the whole body.
    pub object: Option<Bytes>,
    /// What went wrong, where the body says so itself. Else it follows from the status. Looked at
    /// in [`Verdict::Refused`] and [`Verdict::ByStatus`] only, and changes nothing but the kind.
    pub kind: Option<ErrorKind>,
}

impl Problem {
    /// A problem with a sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::default() }
    }

    /// Adds a code.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }

    /// Says what went wrong, where the status does not.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = Some(kind);
        self
    }
}
