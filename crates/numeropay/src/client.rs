use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderValue, Method, header};
use pay_core::{
    CallOptions, Clock, Connection, Invalid, Result, Secret,
    provider::{Call, Effect, Engine, Operation, RawCall, TokenCache},
};

use crate::{
    Environment, FromUnit, MerchantId, PaymentState,
    auth::NumeroPay,
    state::StateNumbers,
    token::{self, Minter},
};

/// A merchant's NumeroPay account. Cheap to clone, and safe to share between tasks.
#[derive(Clone)]
pub struct Client {
    engine: Arc<Engine<NumeroPay>>,
    options: CallOptions,
}

impl Client {
    /// A client for one merchant: say which, give it its keys, then
    /// [`build`](ClientBuilder::build).
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder {
            environment,
            connection: None,
            merchant: String::new(),
            key_id: String::new(),
            key_secret: None,
            scopes: None,
            token_lifetime: token::LIFETIME,
            from_unit: FromUnit::default(),
            state_numbers: Vec::new(),
        }
    }

    /// The same client with other options for its calls, such as a deadline.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn example(client: numeropay::Client) {
    /// use numeropay::CallOptions;
    /// let quick = client.with(CallOptions::new().timeout(Duration::from_secs(10)));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { engine: Arc::clone(&self.engine), options }
    }

    /// The merchant whose client this is.
    #[must_use]
    pub fn merchant(&self) -> &MerchantId {
        &self.provider().merchant
    }

    /// Makes sure that the token for the next call is in hand. It is made here, so this sends nothing
    /// and takes no time: it is here because the clients of other providers have it, for those who
    /// write a payment down before it is sent.
    ///
    /// ```
    /// # async fn example(client: numeropay::Client) -> numeropay::Result<()> {
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
        self.engine.ready("numeropay.ready", self.options).await
    }

    /// Calls any path with the same authorization, delivery and errors. `effect` says what sending
    /// it twice would do. What it answers comes as it is: see [`Wrapped`](crate::Wrapped).
    ///
    /// ```
    /// # async fn example(client: numeropay::Client) -> numeropay::Result<()> {
    /// use numeropay::{Effect, Method};
    /// let answer = client
    ///     .raw(Effect::Read, Method::GET, "/transaction")
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
    ) -> RawCall<'_, NumeroPay> {
        RawCall::new(&self.engine, self.options, effect, method, path)
    }

    pub(crate) fn call<'a>(&'a self, operation: &'static Operation) -> Call<'a, NumeroPay> {
        self.engine.call(operation, self.options)
    }

    pub(crate) fn provider(&self) -> &NumeroPay {
        self.engine.provider()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        self.engine.connection().clock()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("numeropay::Client")
            .field("environment", &self.provider().environment)
            .field("merchant", &self.provider().merchant)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of. Keys are in the merchant panel under Settings, the merchant's
/// account, API Secrets.
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    connection: Option<Connection>,
    merchant: String,
    key_id: String,
    key_secret: Option<Secret>,
    scopes: Option<Vec<String>>,
    token_lifetime: Duration,
    from_unit: FromUnit,
    state_numbers: Vec<(i64, PaymentState)>,
}

impl ClientBuilder {
    /// The merchant's id. Required.
    pub fn merchant(mut self, id: impl AsRef<str>) -> Self {
        id.as_ref().clone_into(&mut self.merchant);
        self
    }

    /// The KEY_ID, as the panel shows it: in test mode too, where the client adds what is needed.
    /// Required.
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = key_id.into();
        self
    }

    /// The KEY_SECRET. Required, but for test mode, where it is not used.
    pub fn key_secret(mut self, key_secret: impl Into<Secret>) -> Self {
        self.key_secret = Some(key_secret.into());
        self
    }

    /// What the tokens may be used for. Required; the list may be empty. The names are in no public
    /// source: ask NumeroPay.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// How long a token lives, in whole seconds. 20 minutes if not given, as in the document's
    /// sample; the longest that NumeroPay takes is unknown.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// What the list's `from` counts.
    pub fn from_unit(mut self, unit: FromUnit) -> Self {
        self.from_unit = unit;
        self
    }

    /// What a state means that comes as this number. The document names the states, but sends
    /// numbers, of which only 0 ("created") is known. Call it again for more.
    ///
    /// It holds for what the client returns, not for
    /// [`Error::body`](crate::Error::body).
    pub fn state_number(mut self, number: i64, state: PaymentState) -> Self {
        self.state_numbers.push((number, state));
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
        let merchant = MerchantId::new(&self.merchant)?;
        let mut state_numbers = StateNumbers::default();
        for (number, state) in self.state_numbers {
            state_numbers.insert(number, state)?;
        }
        let scopes = self.scopes.ok_or(Invalid::new("scopes", "must be given"))?;
        if scopes.iter().any(|scope| scope.trim().is_empty()) {
            return Err(Invalid::new("scopes", "must not have an empty name").into());
        }
        let (key_id, key) = keys(self.environment.test_mode, self.key_id, self.key_secret)?;
        let lifetime = Duration::from_secs(self.token_lifetime.as_secs());
        if !(SHORTEST_LIFETIME..=LONGEST_LIFETIME).contains(&lifetime) {
            return Err(Invalid::new("token_lifetime", "must be from a minute to a day").into());
        }
        let connection = match self.connection {
            Some(connection) => connection,
            None => Connection::builder().build()?,
        };
        let minter = Minter {
            key_id,
            key,
            merchant: merchant.clone(),
            scopes,
            lifetime,
            clock: Arc::clone(connection.clock()),
            latest: Mutex::default(),
        };
        let provider = NumeroPay {
            environment: self.environment,
            merchant,
            tokens: TokenCache::new(minter, &connection),
            from_unit: self.from_unit,
            state_numbers,
            headers: [(header::ACCEPT, HeaderValue::from_static(ACCEPT))],
        };
        let engine = Engine::new(provider, connection).shared();
        Ok(Client { engine, options: CallOptions::new() })
    }
}

/// As in the document's sample.
const ACCEPT: &str = "application/json, text/plain, */*";

/// Bounds against slips; NumeroPay states none.
const SHORTEST_LIFETIME: Duration = Duration::from_secs(60);
const LONGEST_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What tokens are named and signed with.
fn keys(
    test_mode: bool,
    key_id: String,
    key_secret: Option<Secret>,
) -> Result<(String, Secret), Invalid> {
    if key_id.is_empty() || !key_id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Invalid::new("key_id", "must be visible ASCII characters"));
    }
    if key_id.starts_with(TEST_PREFIX) {
        let rule = "must be the live one: set test mode in the environment, not here";
        return Err(Invalid::new("key_id", rule));
    }
    if test_mode {
        return Ok((format!("{TEST_PREFIX}{key_id}"), Secret::new(key_id)));
    }
    match key_secret {
        Some(secret) if !secret.expose().is_empty() => Ok((key_id, secret)),
        _ => Err(Invalid::new("key_secret", "must be given, except in test mode")),
    }
}

const TEST_PREFIX: &str = "sandbox.";

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("numeropay::ClientBuilder")
            .field("environment", &self.environment)
            .field("merchant", &self.merchant)
            .finish_non_exhaustive()
    }
}
