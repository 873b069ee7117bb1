//! What one imitated provider must be able to do.

use crate::{answer::Answer, clock::Millis, request::Request, world::World};

/// A provider's state and rules. All of it is plain synchronous code; see `payfirma` for one.
pub(crate) trait Provider: Send {
    /// The provider's name, which is also the first part of its paths.
    fn name(&self) -> &'static str;

    /// The id of the operation that a request means, if any.
    fn operation(&self, request: &Request) -> Option<&'static str>;

    /// Does what the request asks for.
    fn respond(&mut self, request: &Request, world: &mut World) -> Answer;

    /// The fields of its answers that say how a request went.
    fn verdict_fields(&self) -> &'static [&'static str];

    /// The fields of its answers that hold amounts.
    fn amount_fields(&self) -> &'static [&'static str];

    /// How this provider words an error of its own, for faults that answer with a status.
    fn refusal(&self, status: u16, world: &mut World) -> Answer;

    /// Does what happens by itself up to `world.now`.
    fn settle(&mut self, world: &mut World);

    /// When something next happens by itself.
    fn next_event(&self) -> Option<Millis>;

    /// Operations for tests that the real provider does not have, under `/_sandbox/{name}/...`.
    fn admin(&mut self, request: &Request, segments: &[&str], world: &mut World) -> Option<Answer>;

    /// The lines on those operations in what `GET /_sandbox` says.
    fn admin_help(&self) -> &'static str;
}
