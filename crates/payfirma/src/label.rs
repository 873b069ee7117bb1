use pay_core::{Invalid, Reference};

/// The one text field of a request that can carry a correlator: a reference, or a text of the
/// caller's own, or nothing. Never two of them, so that none is dropped silently.
#[derive(Clone, Debug)]
pub(crate) enum Label {
    Reference(Reference),
    Text(String),
    None,
}

impl Label {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Reference(reference) => Some(reference.as_str()),
            Self::Text(text) => Some(text),
            Self::None => None,
        }
    }

    pub(crate) fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::Text(_) | Self::None => None,
        }
    }

    pub(crate) fn check(&self, field: &'static str) -> Result<(), Invalid> {
        match self {
            Self::Text(text) if text.trim().is_empty() => {
                Err(Invalid::new(field, "must not be empty"))
            }
            _ => Ok(()),
        }
    }

    /// A reference that comes back changed is somebody else's. Free text may be trimmed.
    pub(crate) fn contradiction(&self, field: &str, told: Option<&str>) -> Option<String> {
        let (asked, told) = (self.reference()?, told?);
        (asked.as_str() != told).then(|| format!("the {field} is not the reference that was sent"))
    }
}
