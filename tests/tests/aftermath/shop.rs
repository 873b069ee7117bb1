//! A provider's client, with what all of them can do.

use std::{future::Future, pin::Pin, time::Duration};

use pay_core::{Connection, LostCall, Pager, Resolution, Result};
use pay_sandbox::{Fault, FaultKind, Sandbox};

pub(crate) type Task<T> = TaskOn<'static, T>;
pub(crate) type TaskOn<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

pub(crate) trait Shop: Clone + Send + Sync + 'static {
    /// What is there before the first call, such as a merchant to ask for.
    type Goods: Clone + Send;

    /// What the sandbox calls the operations that log in or renew. None: it takes no call.
    const LOGINS: &'static [&'static str];

    /// One after another: how long after the call before one of them is due.
    const DUE: &'static [Duration] = &[];

    /// The write that [`pay`](Self::pay) makes.
    const WRITE: &'static str;

    fn goods(sandbox: &Sandbox, connection: Connection) -> Task<Self::Goods>;

    fn open(sandbox: &Sandbox, connection: Connection, goods: &Self::Goods) -> Self;

    /// Something that must not happen twice, and what is known of it before.
    fn pay(&self) -> (LostCall, Task<()>);

    /// How often it happened.
    fn paid(sandbox: &Sandbox) -> usize;

    /// A read.
    fn look(&self) -> Task<()>;

    fn ready(&self) -> Task<()>;

    fn resolve(&self, lost: LostCall) -> Task<Found>;

    /// Whether this is what `resolve` ought to find of a write that happened, or did not.
    fn is_right(found: Found, happened: bool) -> bool;

    /// All pages of a list, where there are pages, and the name of each item.
    fn pages(&self) -> Option<Box<dyn Walk>> {
        None
    }

    /// The provider no longer takes the credential that the client holds.
    fn revoke(sandbox: &Sandbox) {
        let status = FaultKind::Status { status: 401, headers: Vec::new(), body: None };
        sandbox.add_fault(Fault::new(status).on(Self::WRITE).limit(1)).unwrap();
    }
}

/// What became of a lost call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Applied,
    Declined,
    Candidates,
    NotSeen,
    Open,
    Unsupported,
}

impl Found {
    pub(crate) fn of<T>(resolution: &Resolution<T>) -> Self {
        use pay_core::Confirmed;
        match resolution {
            Resolution::Confirmed(Confirmed::Applied(_)) => Self::Applied,
            Resolution::Confirmed(_) => Self::Declined,
            Resolution::Candidates(_) => Self::Candidates,
            Resolution::NotSeen { .. } => Self::NotSeen,
            Resolution::Unsupported => Self::Unsupported,
            _ => Self::Open,
        }
    }

    /// Where our name comes back, it is found if and only if it is there.
    pub(crate) fn by_reference(self, happened: bool) -> bool {
        if happened { self == Self::Applied } else { matches!(self, Self::NotSeen | Self::Open) }
    }
}

/// Pages, one by one.
pub(crate) trait Walk: Send {
    /// The names of what is on the next page; none after the last.
    fn next(&mut self) -> TaskOn<'_, Option<Vec<String>>>;
}

pub(crate) struct Named<T>(pub(crate) Pager<T>, pub(crate) fn(&T) -> String);

impl<T: Send + Sync + 'static> Walk for Named<T> {
    fn next(&mut self) -> TaskOn<'_, Option<Vec<String>>> {
        Box::pin(async {
            let page = self.0.next().await?;
            Ok(page.map(|page| page.items.iter().map(self.1).collect()))
        })
    }
}
