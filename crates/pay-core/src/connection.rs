use std::{fmt, sync::Arc, time::Duration};

use crate::{
    Clock, Error, HttpTransport, Invalid, Randomness, RetryPolicy, SystemClock, SystemRandomness,
    Timeouts, http_transport::HttpTransportBuilder, transport::Transport,
};

/// A connection pool, and how calls use it: timeouts, retries, clock. Cheap to clone; give the same
/// one to many clients.
///
/// ```
/// use std::time::Duration;
/// use pay_core::{Connection, RetryPolicy, Timeouts};
///
/// let connection = Connection::builder()
///     .application("my-shop/1.4")
///     .timeouts(Timeouts::new().attempt(Duration::from_secs(20)))
///     .retry(RetryPolicy::new().max_attempts(2))
///     .build()?;
/// # Ok::<_, pay_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Connection(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) application: Option<String>,
}

impl Connection {
    /// The settings, to change before [`build`](ConnectionBuilder::build).
    #[must_use]
    pub fn builder() -> ConnectionBuilder {
        ConnectionBuilder::default()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// The clock that calls go by.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Where jitter and random references come from.
    #[must_use]
    pub fn randomness(&self) -> &Arc<dyn Randomness> {
        &self.0.randomness
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("timeouts", &self.0.timeouts)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}

type Wrap = Box<dyn FnOnce(HttpTransport) -> Arc<dyn Transport> + Send>;

/// How calls are delivered. Every setting has a default.
#[derive(Default)]
pub struct ConnectionBuilder {
    transport: Option<Arc<dyn Transport>>,
    wrap: Option<Wrap>,
    http: HttpTransportBuilder,
    clock: Option<Arc<dyn Clock>>,
    randomness: Option<Arc<dyn Randomness>>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    application: Option<String>,
}

impl ConnectionBuilder {
    /// Names your application in the user agent, such as `my-shop/1.4`.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// How long things may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often a call is tried again where that is safe.
    #[must_use]
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sends everything through a proxy, but for loopback addresses. Without this none is used,
    /// not even one that the environment names. The URL may hold a user and a password.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<crate::Secret>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// Trusts further root certificates (one or more in PEM), beside the operating system's.
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificate(pem);
        self
    }

    /// The largest body that is read, in bytes. Default: 10 MiB.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.http = self.http.response_limit(bytes);
        self
    }

    /// How long an unused connection is kept. Default: 60 s.
    #[must_use]
    pub fn idle_timeout(mut self, idle: Duration) -> Self {
        self.http = self.http.idle_timeout(idle);
        self
    }

    /// Another way to the provider than the built-in one. Proxy, certificates, limit and idle
    /// timeout are then its own affair.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The built-in transport inside one of your own, which sees each attempt: to count, to record,
    /// to add a header. Proxy, certificates, limit and idle timeout hold for it as they are set.
    #[must_use]
    pub fn wrap_transport<T: Transport>(
        mut self,
        wrap: impl FnOnce(HttpTransport) -> T + Send + 'static,
    ) -> Self {
        self.wrap = Some(Box::new(|built_in| Arc::new(wrap(built_in))));
        self
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Another source of randomness, for tests.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness + 'static) -> Self {
        self.randomness = Some(Arc::new(randomness));
        self
    }

    /// Checks the settings and sets up TLS. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// `is_invalid()`, with the setting's name in `field_errors()`.
    pub fn build(self) -> Result<Connection, Error> {
        self.timeouts.check()?;
        self.retry.check()?;
        if let Some(name) = &self.application {
            let rule = "must be visible ASCII characters, as in my-shop/1.4";
            let visible = |b: u8| b == b' ' || b.is_ascii_graphic();
            if name.trim().is_empty() || !name.bytes().all(visible) {
                return Err(Invalid::new("application", rule).into());
            }
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let built_in = self.http.connect_timeout(self.timeouts.connect).build()?;
                match self.wrap {
                    Some(wrap) => wrap(built_in),
                    None => Arc::new(built_in),
                }
            }
        };
        Ok(Connection(Arc::new(Parts {
            transport,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            randomness: self.randomness.unwrap_or_else(|| Arc::new(SystemRandomness)),
            timeouts: self.timeouts,
            retry: self.retry,
            application: self.application,
        })))
    }
}

impl fmt::Debug for ConnectionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionBuilder")
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
