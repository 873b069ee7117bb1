//! Runs work on a clock of the test's own, which moves on whenever nothing else can be done.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use pay_core::ManualClock;

/// To its end, in no time.
pub(crate) fn run<F: Future>(clock: &ManualClock, work: F) -> F::Output {
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut work = pin!(work);
    loop {
        while woken.0.swap(false, SeqCst) {
            if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
                return result;
            }
        }
        clock.advance(clock.next_wake().expect("nothing can ever go on"));
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Polls the work so many times, then drops it. `None` if it had not ended by then.
pub(crate) fn dropped_after<F: Future>(polls: usize, work: F) -> DroppedAfter<F> {
    DroppedAfter { left: polls, work: Some(Box::pin(work)) }
}

pub(crate) struct DroppedAfter<F> {
    left: usize,
    work: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for DroppedAfter<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.left.checked_sub(1) else {
            self.work = None;
            return Poll::Ready(None);
        };
        self.left = left;
        let work = self.work.as_mut().expect("polled after its end");
        match work.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            // It is dropped at once, not when it would have gone on.
            Poll::Pending if left == 0 => {
                self.work = None;
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Lets others go first.
pub(crate) fn hop() -> impl Future<Output = ()> {
    let mut hopped = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut hopped, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}
