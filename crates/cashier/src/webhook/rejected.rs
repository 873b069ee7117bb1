use std::{error::Error, fmt};

use http::StatusCode;

/// Why a webhook was not taken. Says nothing of the body or of the right signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejected {
    /// No `x-signature`, or more than one. 401.
    NoSignature,
    /// The signature is not of this body and any of the passwords. 401.
    BadSignature,
    /// The body is larger than the limit, in bytes. 413.
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body was signed, but is no event: says why. 400.
    Unparsable(&'static str),
    /// The body could not be read to its end. 400.
    Broken,
}

impl Rejected {
    /// The HTTP status to answer with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSignature | Self::BadSignature => StatusCode::UNAUTHORIZED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unparsable(_) | Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignature => f.write_str("there must be one x-signature"),
            Self::BadSignature => f.write_str("the signature does not fit the body"),
            Self::TooLarge { limit } => write!(f, "the body has more than {limit} bytes"),
            Self::Unparsable(why) => write!(f, "the body is signed, but no event: {why}"),
            Self::Broken => f.write_str("the body could not be read"),
        }
    }
}

impl Error for Rejected {}
