//! Putting one request on the wire, once.

use std::{
    error::Error as StdError,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};

use crate::BoxFuture;

/// Sends one HTTP request once: no retry, no redirect, no cache.
///
/// Bring your own to go through another HTTP library, or to test without sockets. The contract:
/// an error says [`Phase::NotSent`] only if not one byte of the request can have reached the
/// provider; dropping the future ends the attempt; timeouts are the caller's; a request without
/// [`MayShare`] has a connection of its own.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request and reads the whole answer.
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request, progress)
    }
}

/// Among a request's [extensions](Request::extensions): it may go on a connection that served
/// another request before, and leave it to the next.
///
/// The engine says so of reads alone. HTTP/1.1 does not name the request that a reply answers, so
/// on a shared connection a server or proxy that replies twice answers the next request too; and a
/// connection that is closed while it is idle may break under the next request, so that nobody
/// knows whether it arrived. A read is asked again, or refused for its contents; one whose answer
/// does not name what it is about shares nothing either. A write would be believed or left in
/// doubt: it has a new connection, closed after its answer.
///
/// A transport that wraps another passes the extensions on. Without them every request has a
/// connection of its own: slower, and as safe. A transport that has no connections, or whose
/// protocol names the request that is answered, has nothing to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MayShare;

/// How far an attempt has come, told by the transport while it works.
///
/// A transport that tells nothing is believed to have sent the request. One that says
/// [`connecting`](Self::connecting) must ask [`sending`](Self::sending) before the body leaves,
/// and must not send it if the answer is no: an attempt that is given up in between counts as not
/// sent.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU8>);

const SILENT: u8 = 0;
const CONNECTING: u8 = 1;
const SENDING: u8 = 2;
const CANCELLED: u8 = 3;

impl Progress {
    /// A new attempt.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No byte of the request has left, and the transport will ask before that changes.
    pub fn connecting(&self) {
        // Never back from sending: what may have left stays so.
        let _ = self.0.compare_exchange(SILENT, CONNECTING, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Asks to send. From a yes on, the request may have reached the provider. A no means that the
    /// attempt was given up and has been reported as not sent.
    #[must_use]
    pub fn sending(&self) -> bool {
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |state| {
                (state != CANCELLED).then_some(SENDING)
            })
            .is_ok()
    }

    pub(crate) fn may_have_left(&self) -> bool {
        self.0.load(Ordering::SeqCst) == SENDING
    }

    /// Gives the attempt up. Yes means that nothing has left, and nothing will.
    #[must_use]
    pub fn cancel(&self) -> bool {
        // One step, so that a body that is polled by another thread just now cannot slip through.
        self.0.compare_exchange(CONNECTING, CANCELLED, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Whether a failed attempt can have reached the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Provably not one byte of the request was sent.
    NotSent,
    /// It may have been.
    Unknown,
}

/// What broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No connection: refused, name not found, TLS handshake failed.
    Connect,
    /// Time ran out.
    Timeout,
    /// The connection broke before the whole answer was read.
    Broken,
    /// The answer is not HTTP.
    Malformed,
    /// The answer is larger than the client reads.
    TooLarge,
    /// The request could not be built for this transport.
    Request,
}

impl Failure {
    /// The word used in log fields: `connect`, `timeout`, `broken`, `malformed`, `too_large`,
    /// `request`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Request => "request",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Connect => "no connection to the provider",
            Self::Timeout => "no answer in time",
            Self::Broken => "the connection broke before the whole answer was read",
            Self::Malformed => "the answer is not HTTP",
            Self::TooLarge => "the answer is larger than the limit",
            Self::Request => "the request could not be put on the wire",
        }
    }
}

/// Why there is no whole answer. Holds no URL and no header.
#[derive(Debug)]
pub struct TransportError {
    phase: Phase,
    failure: Failure,
    source: Option<Box<dyn StdError + Send + Sync + 'static>>,
}

impl TransportError {
    /// A failure in a phase.
    #[must_use]
    pub fn new(phase: Phase, failure: Failure) -> Self {
        Self { phase, failure, source: None }
    }

    /// Adds the cause. It must not print the URL's query or any header.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the request can have reached the provider.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What broke.
    #[must_use]
    pub fn failure(&self) -> Failure {
        self.failure
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.failure.words())
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_counts_as_not_sent_only_if_it_said_that_it_would_ask() {
        let silent = Progress::new();
        assert!(!silent.cancel(), "silence proves nothing");
        assert!(silent.sending());

        let connecting = Progress::new();
        connecting.connecting();
        assert!(connecting.cancel());
        assert!(!connecting.sending(), "it was reported as not sent");
        assert!(!connecting.cancel(), "and is reported once");
        connecting.connecting();
        assert!(!connecting.sending(), "nor does beginning again bring it back");

        let sending = Progress::new();
        sending.connecting();
        assert!(sending.sending());
        sending.connecting();
        assert!(!sending.cancel(), "what may have left stays so");
        assert!(sending.sending(), "asking twice does no harm");
    }

    #[test]
    fn giving_up_and_sending_never_both_win() {
        for _ in 0..500 {
            let progress = Progress::new();
            progress.connecting();
            let other = progress.clone();
            let sender = std::thread::spawn(move || other.sending());
            let cancelled = progress.cancel();
            assert_ne!(sender.join().unwrap(), cancelled);
        }
    }
}
