use std::time::Duration;

use futures_util::FutureExt as _;
use http::Method;

use super::{
    Base, Credential, Effect, Engine, Need, Operation, Provenance, Provider, Refusals, Route,
    TimeoutClass, ahead::Times,
};
use crate::{CallOptions, Result};

impl<P: Provider> Engine<P> {
    /// Makes sure that the provider's own credential is in hand for the next call, and sends nothing
    /// but what that takes: a login, a renewal, or nothing at all. `id` is what an error names as
    /// its operation, such as `payfirma.ready`.
    ///
    /// The credential is to outlive the longest call, begun a little later. Where no such one can
    /// be had, one that outlives an attempt is enough: the next call would take it too.
    ///
    /// # Errors
    ///
    /// As a call whose login failed: nothing was sent, and the failure is the source.
    pub async fn ready(&self, id: &'static str, options: CallOptions) -> Result<()> {
        let operation = any_write(id);
        let parts = self.connection.parts();
        let now = parts.clock.now();
        let longest = parts.timeouts.interactive_call.max(options.call.unwrap_or_default());
        let attempt = Times::of(&operation, options, parts.timeouts, now).attempt;
        let got = self.ahead(&operation, options, |need| {
            let need = Need { lasting: longest.max(attempt), ..need };
            self.provider.authorize(&operation, need)
        });
        let Err(error) = got.await else {
            return Ok(());
        };
        // Only what is there already: no time, and asked once.
        let need = Need { lasting: attempt, within: Duration::ZERO };
        match self.provider.authorize(&operation, need).now_or_never() {
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) | None => Err(error),
        }
    }
}

/// What a login is asked for where the call is not known yet. It is never sent.
fn any_write(id: &'static str) -> Operation {
    Operation {
        id,
        method: Method::POST,
        base: Base::Gateway,
        route: Route::Raw,
        effect: Effect::Once,
        credential: Credential::Bearer,
        refusals: Refusals::NONE,
        timeout: TimeoutClass::Normal,
        provenance: Provenance::Inferred,
        source: "the caller",
    }
}
