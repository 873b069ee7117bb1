//! What a handle answers when a test asks for what cannot be.

/// What was asked for cannot be; the text says why and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotCompleted(pub(crate) String);
