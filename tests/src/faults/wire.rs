//! The sandbox without sockets as a transport: on the clients' clock, in the processes' lives.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use pay_core::{
    BoxFuture, Clock as _, ManualClock,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use pay_sandbox::{Lost, Sandbox, Took};
use pay_store::SimulationStore;

use super::dice::Dice;

/// The largest body that is read, in bytes: that of the real transport.
const LIMIT: usize = 10 * 1024 * 1024;

tokio::task_local! {
    /// Which intent and which ask is at work. Clients do not know.
    static TAG: String;
}

/// Whatever this sends is marked for the provider's ledger.
pub async fn tagged<F: Future>(tag: String, work: F) -> F::Output {
    TAG.scope(tag, work).await
}

/// What is marked so here and now; empty outside of [`tagged`].
pub fn tag() -> String {
    TAG.try_with(String::clone).unwrap_or_default()
}

/// One process's way to the provider.
#[derive(Clone)]
pub struct Wire {
    pub sandbox: Sandbox,
    pub clock: ManualClock,
    /// Each await on the way is a step in which the process may die.
    pub machine: SimulationStore,
    pub dice: Arc<Dice>,
    pub hops: bool,
    pub life: usize,
    pub worker: usize,
}

impl Transport for Wire {
    fn send(
        &self,
        mut request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let lost = |phase, failure| TransportError::new(phase, failure);
            let tag = tag();
            let mark = format!("{tag}@{}.{}", self.life, self.worker);
            if let Ok(mark) = HeaderValue::try_from(mark) {
                request.headers_mut().insert("x-sandbox-tag", mark);
            }
            progress.connecting();
            self.hop().await;
            if !progress.sending() {
                return Err(lost(Phase::NotSent, Failure::Timeout));
            }
            self.hop().await;
            let answer = self.sandbox.respond(request);
            self.hop().await;
            match answer {
                Ok(answer) if answer.body().len() > LIMIT => {
                    Err(lost(Phase::Unknown, Failure::TooLarge))
                }
                Ok(answer) => {
                    let took = answer.extensions().get::<Took>().map_or(Duration::ZERO, |t| t.0);
                    if !took.is_zero() {
                        self.clock.sleep(took).await;
                        self.hop().await;
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

impl Wire {
    /// Comes up for air, at least once.
    async fn hop(&self) {
        let times = if self.hops { 1 + self.dice.below(3) } else { 1 };
        for _ in 0..times {
            self.machine.step().await;
        }
    }
}
