//! The state behind its lock, for the server and for handles.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::{
    delivery::{Delivery, Lost},
    outbox::{Kept, WebhookOutcome},
    request::Request,
    state::State,
};

/// The one state of a sandbox, shared by connections and handles.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Somebody may have changed the state; the sender looks at it.
    touched: Notify,
}

impl std::fmt::Debug for Shared {
    /// Nothing of the state: it holds tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Mutex::new(state), touched: Notify::new() }
    }

    /// The state, with everything done that was due by now.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let state = self.quietly();
        // The lock is still held, so that the sender sees what is done under it.
        self.touched.notify_one();
        state
    }

    /// The same, for the sender itself.
    fn quietly(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.settle();
        state
    }

    /// Ends when somebody uses the state.
    pub(crate) fn touched(&self) -> impl Future<Output = ()> {
        self.touched.notified()
    }

    /// How long nothing will happen by itself; `None` for ever.
    pub(crate) fn until_next_event(&self) -> Option<Duration> {
        self.quietly().until_next_event()
    }

    pub(crate) fn next_to_send(&self) -> Option<Kept> {
        let mut state = self.quietly();
        let now = state.world.now;
        state.world.outbox.next_to_send(now)
    }

    pub(crate) fn sent(&self, serial: u64, outcome: WebhookOutcome) {
        let mut state = self.quietly();
        let now = state.world.now;
        state.world.outbox.report(serial, outcome, now);
    }

    /// A connection came; a fault may end it before anything is read.
    pub(crate) fn accepted(&self) -> Option<Delivery> {
        self.state().accepted().map(|(_, delivery)| delivery)
    }

    pub(crate) fn call(&self, request: Request) -> Result<http::Response<Bytes>, Lost> {
        self.state().call(request)
    }

    pub(crate) fn exchange(&self, request: Request) -> Delivery {
        self.state().exchange(request)
    }
}
