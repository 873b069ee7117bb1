//! How an answer reaches the client, or does not.

use std::time::Duration;

use bytes::Bytes;

use crate::answer::Answer;

/// What happens on the wire once the request was read.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The answer, as it should be.
    Whole(Answer),
    /// The same answer two times in a row.
    Twice(Answer),
    /// The answer in small pieces with pauses between them.
    Drip { answer: Answer, piece: usize, pause: Duration },
    /// The whole answer, but late.
    Late { answer: Answer, by: Duration },
    /// These bytes instead of an answer, then the connection ends.
    Bytes { bytes: Vec<u8>, garbage: bool },
    /// The connection is closed in order (FIN).
    Close,
    /// The connection is reset (RST).
    Reset,
    /// Nothing, until the client gives up or the time is over.
    Stall(Option<Duration>),
}

/// What a caller without sockets gets instead of a response when a fault hits below HTTP.
///
/// A simulated transport turns it into the error that its client would see.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// The connection was closed or reset before a byte of the request was read.
    #[error("the connection ended before the request was read")]
    NotRead,
    /// The request was read, then the connection was closed (FIN) without an answer.
    #[error("the connection was closed without an answer")]
    Closed,
    /// The request was read, then the connection was reset (RST) without an answer.
    #[error("the connection was reset without an answer")]
    Reset,
    /// No answer comes, ever or for the given time. Unless the rule's phase was `accept`, the
    /// request was read.
    #[error("no answer comes")]
    Stalled {
        /// When the connection is closed; `None` for never.
        for_at_most: Option<Duration>,
    },
    /// The request was read, and what came back is not HTTP.
    #[error("what came back is not HTTP")]
    Garbage,
    /// The answer broke off after these bytes, counted from the start of its status line.
    #[error("the answer broke off after {} bytes", .0.len())]
    Cut(Bytes),
}

/// An extension of a response to a caller without sockets: how long it would have taken to arrive.
/// Set by the faults `drip` and `slow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took(pub Duration);

impl Delivery {
    /// The delivery for a caller without sockets.
    pub(crate) fn without_sockets(self) -> Result<http::Response<Bytes>, Lost> {
        match self {
            // A second answer is never read by a client that asked once.
            Self::Whole(answer) | Self::Twice(answer) => Ok(answer.to_response()),
            Self::Drip { answer, piece, pause } => {
                let pieces = answer.to_bytes(true).len().div_ceil(piece.max(1)).saturating_sub(1);
                let took = pause.saturating_mul(u32::try_from(pieces).unwrap_or(u32::MAX));
                let mut response = answer.to_response();
                response.extensions_mut().insert(Took(took));
                Ok(response)
            }
            Self::Late { answer, by } => {
                let mut response = answer.to_response();
                response.extensions_mut().insert(Took(by));
                Ok(response)
            }
            Self::Bytes { garbage: true, .. } => Err(Lost::Garbage),
            Self::Bytes { bytes, garbage: false } => Err(Lost::Cut(bytes.into())),
            Self::Close => Err(Lost::Closed),
            Self::Reset => Err(Lost::Reset),
            Self::Stall(for_at_most) => Err(Lost::Stalled { for_at_most }),
        }
    }
}
