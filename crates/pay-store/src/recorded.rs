use std::ops::Deref;

use pay_core::Meta;

/// An answer that is durable in the journal. It derefs to the answer.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    value: T,
    epoch: u32,
    meta: Option<Box<Meta>>,
}

impl<T> Recorded<T> {
    pub(crate) fn new(value: T, epoch: u32, meta: Option<Meta>) -> Self {
        Self { value, epoch, meta: meta.map(Box::new) }
    }

    /// The answer alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Whether it comes from the journal: this call sent nothing.
    #[must_use]
    pub fn is_replayed(&self) -> bool {
        self.meta.is_none()
    }

    /// Which sending brought it, from 1.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// What HTTP said, if this very call sent it.
    #[must_use]
    pub fn meta(&self) -> Option<&Meta> {
        self.meta.as_deref()
    }
}

impl<T> Deref for Recorded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
