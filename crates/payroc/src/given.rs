//! Values that a request takes checked or as text. Text is checked when the request is, which knows
//! the place that it stands at.

use pay_core::Invalid;

/// A value, or text that is checked when the request is.
pub(crate) type Given<T> = Result<T, Invalid>;

/// Takes a value that was checked before, or the text of one.
pub(crate) fn given<T, V>(value: V) -> Given<T>
where
    V: TryInto<T>,
    V::Error: Into<Invalid>,
{
    value.try_into().map_err(Into::into)
}

/// Whether it passed.
pub(crate) fn check<T>(given: &Given<T>) -> Result<(), Invalid> {
    given.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The same for one that need not be there.
pub(crate) fn check_some<T>(given: Option<&Given<T>>) -> Result<(), Invalid> {
    given.map_or(Ok(()), check)
}
