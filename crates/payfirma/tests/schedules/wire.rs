//! The sandbox without sockets as a transport, on the client's own clock.

use std::{
    cell::Cell,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use pay_core::{
    BoxFuture, Clock, ManualClock,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use pay_sandbox::{Lost, Sandbox, Took};

thread_local! {
    /// Which intent is being polled. The client does not know.
    static TAG: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Whatever the work sends is marked with this tag for the ledger.
pub(crate) fn tagged<T>(tag: usize, work: impl FnOnce() -> T) -> T {
    TAG.set(tag);
    let result = work();
    TAG.set(usize::MAX);
    result
}

#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    /// How many times a request comes up for air on its way.
    pub(crate) hops: Arc<dyn Fn() -> usize + Send + Sync>,
}

impl Transport for Wire {
    fn send(
        &self,
        mut request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let tag = TAG.get();
        Box::pin(async move {
            let lost = |phase, failure| TransportError::new(phase, failure);
            progress.connecting();
            hop((self.hops)()).await;
            if !progress.sending() {
                return Err(lost(Phase::NotSent, Failure::Timeout));
            }
            hop((self.hops)()).await;
            request.headers_mut().insert("x-sandbox-tag", HeaderValue::from(tag));
            let answer = self.sandbox.respond(request);
            hop((self.hops)()).await;
            match answer {
                Ok(answer) => {
                    let took = answer.extensions().get::<Took>().map_or(Duration::ZERO, |t| t.0);
                    if !took.is_zero() {
                        self.clock.sleep(took).await;
                    }
                    Ok(answer)
                }
                Err(Lost::NotRead) => Err(lost(Phase::NotSent, Failure::Connect)),
                Err(Lost::Stalled { for_at_most: None }) => std::future::pending().await,
                Err(Lost::Stalled { for_at_most: Some(time) }) => {
                    self.clock.sleep(time).await;
                    Err(lost(Phase::Unknown, Failure::Broken))
                }
                Err(Lost::Garbage) => Err(lost(Phase::Unknown, Failure::Malformed)),
                Err(_) => Err(lost(Phase::Unknown, Failure::Broken)),
            }
        })
    }
}

/// Comes back to life after so many polls.
fn hop(times: usize) -> impl Future<Output = ()> {
    struct Hop(usize);
    impl Future for Hop {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            match self.0.checked_sub(1) {
                None => Poll::Ready(()),
                Some(left) => {
                    self.0 = left;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            }
        }
    }
    Hop(times)
}
