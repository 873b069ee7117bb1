use std::{fmt, sync::Arc};

use http::Method;
use pay_core::{
    CallOptions, Connection, Invalid, Result, Secret,
    provider::{Call, Effect, Engine, Operation, RawCall},
};

use crate::{Environment, Mode, Routes, auth::Cashier};

/// A merchant's account at the gateway. Cheap to clone, and safe to share between tasks.
#[derive(Clone)]
pub struct Client {
    pub(crate) engine: Arc<Engine<Cashier>>,
    options: CallOptions,
}

impl Client {
    /// A client for one account: give it the API key, then [`build`](ClientBuilder::build).
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder { environment, connection: None, api_key: None }
    }

    /// The same client with other options for its calls, such as a deadline.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn example(client: cashier::Client) {
    /// use cashier::CallOptions;
    /// let quick = client.with(CallOptions::new().timeout(Duration::from_secs(10)));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { engine: Arc::clone(&self.engine), options }
    }

    /// `Ok` at once: the API key goes with every call, and there is no login. It is here because the
    /// clients of other providers have it, for those who write a payment down before it is sent.
    ///
    /// ```
    /// # async fn example(client: cashier::Client) -> cashier::Result<()> {
    /// client.ready().await?; // before a payment is written down as being sent
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_timeout()` with [`NotSent`](crate::Outcome::NotSent) if the deadline of the client's
    /// options has passed.
    pub async fn ready(&self) -> Result<()> {
        self.engine.ready("cashier.ready", self.options).await
    }

    /// Calls any path under the base URL with the same API key, delivery and errors. `effect` says
    /// what sending it twice would do; a rejected payment is an error here too.
    ///
    /// ```
    /// # async fn example(client: cashier::Client) -> cashier::Result<()> {
    /// use cashier::{Effect, Method};
    /// let answer = client
    ///     .raw(Effect::Read, Method::GET, "/v1/providers")
    ///     .query("limit", 10)
    ///     .acknowledge()
    ///     .await?;
    /// println!("{} bytes", answer.meta().raw_body().len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(
        &self,
        effect: Effect,
        method: Method,
        path: impl Into<String>,
    ) -> RawCall<'_, Cashier> {
        RawCall::new(&self.engine, self.options, effect, method, path)
    }

    pub(crate) fn call<'a>(&'a self, operation: &'static Operation) -> Call<'a, Cashier> {
        self.engine.call(operation, self.options)
    }

    pub(crate) fn mode(&self) -> &Mode {
        &self.engine.provider().environment.mode
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.engine.provider().environment.routes
    }

    /// The time in UTC by the client's clock.
    pub(crate) fn now(&self) -> time::OffsetDateTime {
        self.engine.connection().clock().now()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("cashier::Client")
            .field("base_url", &self.engine.provider().environment.base_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of.
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    connection: Option<Connection>,
    api_key: Option<Secret>,
}

impl ClientBuilder {
    /// The key from the merchant portal under Settings, Credentials. A DEV key makes test payments,
    /// at the same URL.
    pub fn api_key(mut self, api_key: impl Into<Secret>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// The connection to use: share one between clients. Without this the client gets one of its
    /// own with the defaults.
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Checks everything. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// `is_invalid()` with the name of the setting that is wrong.
    pub fn build(self) -> Result<Client> {
        let api_key = self.api_key.ok_or_else(|| Invalid::new("api_key", "must be given"))?;
        let provider = Cashier::new(self.environment, &api_key)?;
        let connection = match self.connection {
            Some(connection) => connection,
            None => Connection::builder().build()?,
        };
        let engine = Arc::new(Engine::new(provider, connection));
        Ok(Client { engine, options: CallOptions::new() })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("cashier::ClientBuilder")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
