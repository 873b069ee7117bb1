//! The sandbox without sockets, a clock for it and its clients, and the way between them.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture, Clock as _, Connection, LostCall, ManualClock, SeededRandomness,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use pay_sandbox::{Lost, Sandbox};
use time::OffsetDateTime;

use crate::shop::{Found, Shop};

const START: i64 = 1_900_000_000;

/// A provider with a client that has not called yet.
pub(crate) struct World<S: Shop> {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    pub(crate) wire: Wire,
    pub(crate) shop: S,
    goods: S::Goods,
    /// How often it happened before the test began.
    before: usize,
}

impl<S: Shop> World<S> {
    pub(crate) fn new() -> Self {
        let now = OffsetDateTime::from_unix_timestamp(START).unwrap();
        let clock = ManualClock::new(now);
        let sandbox = Sandbox::builder().clock_stopped_at_ms(START * 1_000).without_sockets();
        let wire = Wire::to(&sandbox);
        let goods = S::goods(&sandbox, connection(&clock, &wire));
        let goods = run(&clock, &sandbox, goods).unwrap();
        // Payroc takes one boarding in five seconds.
        clock.advance(Duration::from_secs(5));
        sandbox.advance(Duration::from_secs(5));
        let shop = S::open(&sandbox, connection(&clock, &wire), &goods);
        let before = S::paid(&sandbox);
        Self { sandbox, clock, wire, shop, goods, before }
    }

    pub(crate) fn connection(&self) -> Connection {
        connection(&self.clock, &self.wire)
    }

    /// Another client, which has not called yet.
    pub(crate) fn open(&self) -> S {
        S::open(&self.sandbox, connection(&self.clock, &self.wire), &self.goods)
    }

    pub(crate) fn run<F: Future>(&self, work: F) -> F::Output {
        run(&self.clock, &self.sandbox, work)
    }

    /// Something to pay, with what is known of it by the clock of this world.
    pub(crate) fn pay(&self) -> (LostCall, crate::shop::Task<()>) {
        let (lost, work) = self.shop.pay();
        (lost.between(self.clock.now(), self.clock.now()), work)
    }

    pub(crate) fn paid(&self) -> usize {
        S::paid(&self.sandbox) - self.before
    }

    pub(crate) fn resolve(&self, lost: &LostCall) -> Found {
        self.run(self.shop.resolve(lost.clone())).unwrap()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.sandbox.advance(time);
    }

    /// How often the provider was asked for a credential.
    pub(crate) fn logins(&self) -> usize {
        self.asked(S::LOGINS)
    }

    pub(crate) fn asked(&self, operations: &[&str]) -> usize {
        let requests = self.sandbox.requests();
        let is_one = |it: &&str| operations.contains(it);
        requests.iter().filter(|it| it.operation.as_deref().as_ref().is_some_and(is_one)).count()
    }
}

fn connection(clock: &ManualClock, wire: &Wire) -> Connection {
    Connection::builder()
        .transport(wire.clone())
        .clock(clock.clone())
        .randomness(SeededRandomness::new(7))
        .build()
        .unwrap()
}

/// Runs work to its end. The time moves on, for all, whenever nothing else can be done.
fn run<F: Future>(clock: &ManualClock, sandbox: &Sandbox, work: F) -> F::Output {
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
        let next = clock.next_wake().expect("nothing can ever go on");
        sandbox.advance(next);
        clock.advance(next);
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// What the provider, or the way to it, does with every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Refuses,
    /// Takes the request and never answers.
    Silent,
    Busy,
}

#[derive(Clone)]
pub(crate) struct Wire {
    sandbox: Sandbox,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<AtomicUsize>,
    refusals: Arc<AtomicUsize>,
}

impl Wire {
    pub(crate) fn to(sandbox: &Sandbox) -> Self {
        Self {
            sandbox: sandbox.clone(),
            mood: Arc::new(Mutex::new(Mood::Well)),
            asked: Arc::default(),
            refusals: Arc::default(),
        }
    }

    pub(crate) fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// So many of the next connections are refused.
    pub(crate) fn refuse(&self, count: usize) {
        self.refusals.store(count, SeqCst);
    }

    /// How many attempts there were since this was last asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.swap(0, SeqCst)
    }
}

impl Transport for Wire {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.asked.fetch_add(1, SeqCst);
        Box::pin(async move {
            let lost = |phase, failure| TransportError::new(phase, failure);
            progress.connecting();
            hop().await;
            let mood = *self.mood.lock().unwrap();
            let less_one = |left: usize| left.checked_sub(1);
            let refused = self.refusals.fetch_update(SeqCst, SeqCst, less_one).is_ok();
            if refused || mood == Mood::Refuses {
                return Err(lost(Phase::NotSent, Failure::Connect));
            }
            if !progress.sending() {
                return Err(lost(Phase::NotSent, Failure::Timeout));
            }
            hop().await;
            let answer = match mood {
                Mood::Silent => std::future::pending().await,
                Mood::Busy => Ok(Response::builder().status(503).body(Bytes::from("{}")).unwrap()),
                _ => self.sandbox.respond(request),
            };
            hop().await;
            answer.map_err(|why| match why {
                Lost::NotRead => lost(Phase::NotSent, Failure::Connect),
                _ => lost(Phase::Unknown, Failure::Broken),
            })
        })
    }
}

/// Lets others go first.
fn hop() -> impl Future<Output = ()> {
    let mut hopped = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut hopped, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
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
