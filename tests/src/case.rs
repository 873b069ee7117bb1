//! Cases: which call belongs to which fixtures.

use std::future::Future;

use pay_core::BoxFuture;

use crate::exchange::Exchange;

/// A call with the fixtures that it goes through, in order. The first is the one it is about.
pub struct Case {
    pub fixtures: Vec<&'static str>,
    pub act: Act,
}

/// How a case is run. Each gives the text to compare with the fixture's, by [`told`](crate::told).
pub enum Act {
    /// The client calls; the replies are served.
    Call(Box<dyn Fn(Stand) -> BoxFuture<'static, String> + Send + Sync>),
    /// A browser goes to a URL that the client builds, and comes back with the redirect.
    Browse(Box<dyn Fn(&Exchange) -> Browsed + Send + Sync>),
}

/// Where the provider's hosts are while a fixture is served.
#[derive(Clone, Debug)]
pub struct Stand {
    pub(crate) base_url: String,
}

impl Stand {
    /// What stands for one of the provider's hosts, such as `https://auth.payfirma.com`.
    pub fn url(&self, host: &str) -> String {
        format!("{}/{}", self.base_url, host.trim_start_matches("https://"))
    }
}

/// What came of a case without a call.
pub struct Browsed {
    /// The URL that was built.
    pub url: String,
    /// What the client makes of the redirect.
    pub told: String,
}

impl Case {
    /// A call that goes through one fixture.
    pub fn call<F, Fut>(fixture: &'static str, act: F) -> Self
    where
        F: Fn(Stand) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = String> + Send + 'static,
    {
        let act = Act::Call(Box::new(move |stand| Box::pin(act(stand))));
        Self { fixtures: vec![fixture], act }
    }

    /// A URL that is built, and the redirect that follows.
    pub fn browse(
        fixture: &'static str,
        act: impl Fn(&Exchange) -> Browsed + Send + Sync + 'static,
    ) -> Self {
        Self { fixtures: vec![fixture], act: Act::Browse(Box::new(act)) }
    }

    /// The call goes on with another exchange: a second page, the call after a login.
    #[must_use]
    pub fn then(mut self, fixture: &'static str) -> Self {
        self.fixtures.push(fixture);
        self
    }
}
