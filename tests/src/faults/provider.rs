//! What the search must know of a provider: what can be wanted, and what the sandbox calls it.

use std::sync::Arc;

use pay_core::{BoxFuture, Connection, LostCall, ManualClock};
use pay_sandbox::Sandbox;
use pay_store::{AccountKey, Journal, SimulationStore, StoredPacer, StoredTokens};

use super::{
    machine::live,
    schedule::{Action, Intent, Schedule},
    till::Call,
    trace::{Finding, Made},
};

/// One provider. The facts are about the sandbox's side: how it names operations and effects.
pub trait Provider: Sync {
    /// As in the sandbox: `payfirma`.
    fn name(&self) -> &'static str;

    /// What can be wanted, the likelier the more often it is named.
    fn actions(&self) -> &'static [Action];

    /// What an action builds on; empty if on nothing.
    fn builds_on(&self, action: Action) -> &'static [Action];

    fn deed(&self, action: Action) -> Deed;

    /// Amounts (dollars) that are approved, and, after them, such as are declined.
    fn approved(&self) -> &'static [&'static str] {
        &["11.00", "11.00", "13.50", "1"]
    }

    fn declined(&self) -> &'static [&'static str] {
        &["12.00", "2.60"]
    }

    /// Fields of its answers, for faults that spoil one.
    fn fields(&self) -> &'static [&'static str] {
        &["id", "amount", "status", "state", "currency", "description", "access_token", "data"]
    }

    /// Those of the answers to this action.
    fn fields_of(&self, action: Action) -> &'static [&'static str] {
        let _ = action;
        self.fields()
    }

    /// Kinds of fault that find nothing to change in the answers to this action.
    fn unspoilable(&self, action: Action) -> &'static [&'static str] {
        let _ = action;
        &[]
    }

    /// Operations that only read: for faults that hit a search.
    fn reads(&self) -> &'static [&'static str];

    /// Operations that log in or renew; none where the client makes its tokens or signs.
    fn logins(&self) -> &'static [&'static str] {
        &[]
    }

    /// How long (milliseconds) a token of this provider must serve in the sandbox, in this schedule,
    /// before there is any reason to log in again; 0 where that cannot be said.
    fn token_serves(&self, schedule: &Schedule) -> i64 {
        let _ = schedule;
        0
    }

    /// Numbers that a numeric switch may be set to; empty to leave it alone.
    fn numbers(&self, switch: &str) -> &'static [&'static str];

    /// Whether under this setting some whole answers may be read as unknown, since no document says
    /// what they mean.
    fn clouds(&self, switch: &str, setting: &str) -> bool;

    /// Statuses of whole answers to this action that no document gives a meaning to: a caller who
    /// got one is rightly told that nothing is known.
    fn unsaid(&self, action: Action, schedule: &Schedule) -> &'static [u16] {
        let _ = (action, schedule);
        &[]
    }

    /// How far apart (milliseconds) requests of an operation must come, over all processes.
    fn paces(&self, schedule: &Schedule) -> &'static [(&'static str, i64)] {
        let _ = schedule;
        &[]
    }

    /// Operations of which no document describes an answer, so that any 2xx is one: one that a fault
    /// makes up too.
    fn undescribed(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the provider, once well again, shows all that is needed to find this intent.
    fn can_confirm(&self, intent: &Intent, schedule: &Schedule) -> bool;

    /// Whether the provider, once well again, shows what came of this intent, though nothing tells it
    /// from what is alike: then a search names it, at least as a candidate.
    fn is_listed(&self, intent: &Intent, schedule: &Schedule) -> bool {
        let _ = (intent, schedule);
        false
    }

    /// Prepares the sandbox, before anything goes wrong: customers, sales to refund.
    fn stage(&self, ground: &Ground<'_>) -> Arc<dyn Stage>;
}

/// The deeds of a provider, each once.
pub fn deeds(provider: &dyn Provider) -> Vec<(Action, Deed)> {
    let mut deeds: Vec<(Action, Deed)> = Vec::new();
    for action in provider.actions() {
        let deed = provider.deed(*action);
        if deeds.iter().all(|(_, known)| known.operation != deed.operation) {
            deeds.push((*action, deed));
        }
    }
    deeds
}

/// What an action is on the provider's side.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    /// The operation's id in the sandbox.
    pub operation: &'static str,
    pub writes: bool,
    /// Kinds of effect in the ledger that are this deed, and kinds that are its decline.
    pub done: &'static [&'static str],
    pub declined: &'static [&'static str],
    /// Kinds that take an effect of the same id back later, such as a transfer that the other bank
    /// declines.
    pub undone: &'static [&'static str],
    /// Where `done` is a beginning only: kinds, under the same id, by which it has come to its good
    /// end. A success that is not told as pending needs one. Empty where `done` is the end.
    pub settled: &'static [&'static str],
    /// Whether it may be told as done because it was so already: somebody else did the same to the
    /// same thing.
    pub or_already: bool,
    /// Whether its amount is that of its effect.
    pub moves_money: bool,
}

impl Deed {
    pub const fn read(operation: &'static str) -> Self {
        Self {
            operation,
            writes: false,
            done: &[],
            declined: &[],
            undone: &[],
            settled: &[],
            or_already: false,
            moves_money: false,
        }
    }

    pub const fn payment(
        operation: &'static str,
        done: &'static [&'static str],
        declined: &'static [&'static str],
    ) -> Self {
        Self { writes: true, done, declined, moves_money: true, ..Self::read(operation) }
    }

    pub const fn change(operation: &'static str, done: &'static [&'static str]) -> Self {
        Self { writes: true, done, ..Self::read(operation) }
    }

    pub const fn undone(self, undone: &'static [&'static str]) -> Self {
        Self { undone, ..self }
    }

    pub const fn settled(self, settled: &'static [&'static str]) -> Self {
        Self { settled, ..self }
    }

    pub const fn or_already(self) -> Self {
        Self { or_already: true, ..self }
    }
}

/// Where a stage is prepared: everything works.
pub struct Ground<'a> {
    pub sandbox: &'a Sandbox,
    pub clock: &'a ManualClock,
    pub connection: Connection,
    /// On the store of the first life.
    pub tokens: StoredTokens,
    pub schedule: &'a Schedule,
    /// Where there are sockets: this runtime, and real time.
    pub runtime: Option<tokio::runtime::Handle>,
}

impl Ground<'_> {
    /// Runs it to its end, in virtual time unless there is a runtime.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        if let Some(runtime) = &self.runtime {
            return runtime.block_on(work);
        }
        let (sender, receiver) = std::sync::mpsc::channel();
        let work = async move {
            let _ = sender.send(work.await);
        };
        let end = live(self.clock, self.sandbox, &SimulationStore::new(), work);
        receiver.try_recv().unwrap_or_else(|_| panic!("the stage: {end:?}"))
    }
}

/// A prepared sandbox. Lives as long as the schedule.
pub trait Stage: Send + Sync {
    /// A process starts.
    fn open(&self, bench: &Bench) -> Arc<dyn Driver>;

    /// Somebody refunds in the portal. `made` is what some intent made; nothing if its end is not
    /// known.
    fn refund_in_portal(&self, _sandbox: &Sandbox, _made: &Made, _amount: &str) {}

    /// Something happens that is not any caller's doing, once in a while: a payer pays, a batch
    /// closes. `made` is what some intent made.
    fn life_goes_on(&self, _sandbox: &Sandbox, _made: &Made) {}
}

/// What a process has.
pub struct Bench {
    pub sandbox: Sandbox,
    pub clock: ManualClock,
    pub connection: Connection,
    pub journal: Journal,
    pub account: AccountKey,
    pub tokens: StoredTokens,
    pub pacer: StoredPacer,
    pub rotating: bool,
}

/// A process's client.
pub trait Driver: Send + Sync {
    /// The call of an intent; `None` if there is nothing to do. `on` is what it builds on. Asked
    /// again, it is the same call. A lost call's window begins and ends `now`.
    fn call(&self, intent: &Intent, on: Option<&Made>, tag: &str) -> Option<Call>;

    /// Asks the provider about a lost call.
    fn resolve(&self, lost: LostCall) -> BoxFuture<'static, Finding>;

    /// The journal's walk after a restart.
    fn recover(&self) -> BoxFuture<'static, ()>;

    /// Whether a person must log in again.
    fn needs_a_person(&self) -> BoxFuture<'static, bool> {
        Box::pin(async { false })
    }
}

/// All of them.
pub fn named(name: &str) -> Option<&'static dyn Provider> {
    super::drivers::ALL.iter().copied().find(|provider| provider.name() == name)
}
