//! The sandbox and how it is started.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;

use crate::{
    cashier::CashierHandle,
    clock::Clock,
    delivery::Lost,
    faults::{Fault, FaultFired, FaultRule, InvalidFault},
    ledger::Ledger,
    numeropay::NumeropayHandle,
    payanywhere::PayanywhereHandle,
    payfirma::PayfirmaHandle,
    payroc::PayrocHandle,
    providers::Providers,
    request::Request,
    request_log::LoggedRequest,
    server::{Server, bind},
    shared::Shared,
    state::{Start, State},
    switches::{Switch, SwitchState, Switches, UnknownSwitch},
};

/// A running sandbox. Clones are the same sandbox; it ends with the last of them.
#[derive(Debug, Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
    server: Option<Arc<Server>>,
}

impl Sandbox {
    /// Starts on a free port of 127.0.0.1, with every default. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// If no port can be had.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A sandbox to be.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Payfirma.
    pub fn payfirma(&self) -> PayfirmaHandle {
        PayfirmaHandle::new(Arc::clone(&self.shared))
    }

    /// NumeroPay.
    pub fn numeropay(&self) -> NumeropayHandle {
        NumeropayHandle::new(Arc::clone(&self.shared))
    }

    /// Cashier, the Numipay Gateway.
    pub fn cashier(&self) -> CashierHandle {
        CashierHandle::new(Arc::clone(&self.shared))
    }

    /// Payroc.
    pub fn payroc(&self) -> PayrocHandle {
        PayrocHandle::new(Arc::clone(&self.shared))
    }

    /// Payanywhere, North's proxy.
    pub fn payanywhere(&self) -> PayanywhereHandle {
        PayanywhereHandle::new(Arc::clone(&self.shared))
    }

    /// Where it listens; `None` without sockets.
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(|server| server.address())
    }

    /// The address as a URL, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.shared.state().world.base_url.clone()
    }

    /// Sends a request past all sockets, for simulations in virtual time. Never waits.
    ///
    /// Rules of phase `accept` count each call as a connection.
    ///
    /// # Errors
    ///
    /// [`Lost`], where a fault below HTTP leaves the client without a whole response.
    pub async fn handle(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost> {
        self.respond(request)
    }

    /// [`handle`](Self::handle), for callers that are not async.
    ///
    /// # Errors
    ///
    /// As [`handle`](Self::handle).
    pub fn respond(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Lost> {
        self.shared.call(Request::from(request))
    }

    /// Every effect so far.
    pub fn ledger(&self) -> Ledger {
        self.shared.state().world.ledger.clone()
    }

    /// Every request that was read, without its secrets.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.state().requests.clone()
    }

    /// How many connections came, or, without sockets, how many calls.
    pub fn connections(&self) -> u64 {
        self.shared.state().connections
    }

    /// The sandbox's time, in epoch milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.shared.state().world.now
    }

    /// Moves the clock, and does what falls due on the way.
    pub fn advance(&self, by: Duration) {
        self.shared.state().advance(by);
    }

    /// When, in epoch milliseconds, something next happens by itself: a late effect, a payer's
    /// answer, a subscription's charge, another attempt to deliver a webhook.
    pub fn next_event_ms(&self) -> Option<i64> {
        self.shared.state().next_event_or_webhook()
    }

    /// Sets a switch.
    pub fn set<S: Switch>(&self, switch: S) {
        self.shared.state().world.switches.set(switch);
    }

    /// Sets a switch by name, such as `payfirma.decline_shape` to `200-object`.
    ///
    /// # Errors
    ///
    /// If there is no such switch or setting.
    pub fn set_by_name(&self, name: &str, setting: &str) -> Result<(), UnknownSwitch> {
        self.shared.state().world.switches.set_by_name(name, setting)
    }

    /// Every switch and its setting.
    pub fn switches(&self) -> Vec<SwitchState> {
        self.shared.state().world.switches.list()
    }

    /// Adds a fault rule; returns its number. The first rule that applies to a request wins.
    ///
    /// # Errors
    ///
    /// If the rule makes no sense.
    pub fn add_fault(&self, fault: Fault) -> Result<u64, InvalidFault> {
        fault.check()?;
        Ok(self.shared.state().faults.add(fault))
    }

    /// Takes one rule away; whether there was one.
    pub fn remove_fault(&self, rule: u64) -> bool {
        self.shared.state().faults.remove(rule)
    }

    /// Takes all rules away. What they did stays known.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// The rules in force.
    pub fn faults(&self) -> Vec<FaultRule> {
        self.shared.state().faults.list()
    }

    /// What rules really did: by rule and operation.
    pub fn faults_fired(&self) -> Vec<FaultFired> {
        self.shared.state().faults.fired()
    }

    /// Back to the start: the state, the clock, the ledger, the switches and the rules.
    pub fn reset(&self) {
        self.shared.state().reset();
    }

    /// Closes the connections that wait for another request, as a server does with idle ones.
    /// Without sockets it does nothing.
    pub fn close_idle_connections(&self) {
        if let Some(server) = &self.server {
            server.close_idle();
        }
    }

    /// Closes the listening socket, so that connections are refused; open ones go on. Without
    /// sockets it does nothing.
    pub async fn stop_listening(&self) {
        if let Some(server) = &self.server {
            server.listen(false).await;
        }
    }

    /// Opens the listening socket again, at the same address.
    pub async fn resume_listening(&self) {
        if let Some(server) = &self.server {
            server.listen(true).await;
        }
    }
}

/// Settings of a sandbox to be.
#[derive(Debug, Clone)]
pub struct SandboxBuilder {
    address: SocketAddr,
    seed: u64,
    clock: Clock,
    switches: Switches,
    faults: Vec<Fault>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 1,
            clock: Clock::real(),
            switches: Switches::new(Providers::switches()),
            faults: Vec::new(),
        }
    }
}

impl SandboxBuilder {
    /// Where to listen; by default a free port of 127.0.0.1. Nothing protects a sandbox: anybody
    /// who can reach it can do anything to it.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The seed of every id, token and chance; by default 1. The same requests at the same times
    /// give the same answers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The clock starts here and runs; by default it starts now.
    #[must_use]
    pub fn clock_from_ms(mut self, epoch_ms: i64) -> Self {
        self.clock = Clock::running_from(epoch_ms);
        self
    }

    /// The clock stands here until it is moved.
    #[must_use]
    pub fn clock_stopped_at_ms(mut self, epoch_ms: i64) -> Self {
        self.clock = Clock::standing_at(epoch_ms);
        self
    }

    /// Sets a switch.
    #[must_use]
    pub fn switch<S: Switch>(mut self, switch: S) -> Self {
        self.switches.set(switch);
        self
    }

    /// Sets a switch by name.
    ///
    /// # Errors
    ///
    /// If there is no such switch or setting.
    pub fn switch_by_name(mut self, name: &str, setting: &str) -> Result<Self, UnknownSwitch> {
        self.switches.set_by_name(name, setting)?;
        Ok(self)
    }

    /// Adds a fault rule.
    ///
    /// # Errors
    ///
    /// If the rule makes no sense.
    pub fn fault(mut self, fault: Fault) -> Result<Self, InvalidFault> {
        fault.check()?;
        self.faults.push(fault);
        Ok(self)
    }

    /// Every switch and its setting.
    pub fn switches(&self) -> Vec<SwitchState> {
        self.switches.list()
    }

    /// Starts listening. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// If the address cannot be had.
    pub async fn start(self) -> io::Result<Sandbox> {
        let listener = bind(self.address)?;
        let shared = self.shared(format!("http://{}", listener.local_addr()?), true);
        let server = Server::start(listener, Arc::clone(&shared))?;
        Ok(Sandbox { shared, server: Some(Arc::new(server)) })
    }

    /// A sandbox that only [`Sandbox::handle`] reaches. Needs no runtime.
    pub fn without_sockets(self) -> Sandbox {
        // A loopback address, for clients that take plain HTTP from nowhere else.
        let base_url = "http://127.0.0.1".to_owned();
        Sandbox { shared: self.shared(base_url, false), server: None }
    }

    fn shared(self, base_url: String, sends: bool) -> Arc<Shared> {
        let Self { seed, clock, switches, faults, .. } = self;
        Arc::new(Shared::new(State::new(Start { seed, clock, switches, faults, base_url, sends })))
    }
}
