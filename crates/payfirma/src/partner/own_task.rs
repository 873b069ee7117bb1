use pay_core::{Error, ErrorKind, Outcome, Result};

/// Runs to its end even if the caller is dropped: for what must not be cut short.
pub(crate) async fn in_own_task<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        let why = "a merchant's tokens can be exchanged on a tokio runtime only";
        return Err(Error::new(ErrorKind::Configuration, Outcome::NotSent, why));
    };
    runtime.spawn(work).await.unwrap_or_else(|_| {
        let why = "the task that exchanges the tokens was ended before its time";
        Err(Error::new(ErrorKind::Transport, Outcome::Unknown, why))
    })
}
