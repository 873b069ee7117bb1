use pay_core::Reference;

/// What stands in a request's `comment`.
#[derive(Clone, Debug)]
pub(crate) enum Comment {
    Reference(Reference),
    Text(String),
    None,
}

impl Comment {
    pub(crate) fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::Text(_) | Self::None => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Reference(reference) => Some(reference.as_str()),
            Self::Text(text) => Some(text),
            Self::None => None,
        }
    }
}
