//! The state behind its lock, for the server and for handles.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::{
    delivery::{Delivery, Lost},
    request::Request,
    state::State,
};

/// The one state of a sandbox, shared by connections and handles.
pub(crate) struct Shared {
    state: Mutex<State>,
}

impl std::fmt::Debug for Shared {
    /// Nothing of the state: it holds tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Mutex::new(state) }
    }

    /// The state, with everything done that was due by now.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.settle();
        state
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
