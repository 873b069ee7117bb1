use std::{fmt, sync::Arc};

use http::{HeaderValue, Method};
use pay_core::{
    CallOptions, Connection, Error, Invalid, Result, Secret,
    provider::{Call, Effect, Engine, Operation, RawCall, TokenCache},
};

use crate::{
    AccountId, Environment, Mid, TransactionPath,
    auth::{Credentials, Keys, LoginHost, PayAnywhere, Session, headers},
    operations,
};

/// A merchant's account at North. Cheap to clone, and safe to share between tasks.
#[derive(Clone)]
pub struct Client {
    engine: Arc<Engine<PayAnywhere>>,
    options: CallOptions,
}

impl Client {
    /// A client for one merchant: say which, give it its credentials, then
    /// [`build`](ClientBuilder::build).
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder {
            environment,
            connection: None,
            mid: String::new(),
            developer_key: None,
            password: None,
            access_token: None,
            app_source: String::new(),
            account_id: None,
            transaction_path: TransactionPath::default(),
        }
    }

    /// The same client with other options for its calls, such as a deadline.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn example(client: payanywhere::Client) {
    /// use payanywhere::CallOptions;
    /// let quick = client.with(CallOptions::new().timeout(Duration::from_secs(10)));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { engine: Arc::clone(&self.engine), options }
    }

    /// The merchant whose client this is.
    #[must_use]
    pub fn mid(&self) -> &Mid {
        &self.provider().mid
    }

    /// The account under which the merchant's transactions stand. The login tells it, so the first
    /// call of a client logs in, if no other has.
    ///
    /// # Errors
    ///
    /// `is_unauthorized()` if the login was refused, and others as of every call that was not sent.
    pub async fn account_id(&self) -> Result<AccountId> {
        let (account, _) = self.ahead(&operations::LOG_IN).await?;
        Ok(account)
    }

    /// Makes sure that the access token for the next call is in hand: logs in or renews if needed, and
    /// sends nothing else. Then a payment can be written down as being sent with no login left to
    /// fail.
    ///
    /// ```
    /// # async fn example(client: payanywhere::Client) -> payanywhere::Result<()> {
    /// client.ready().await?; // before a payment is written down as being sent
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_unauthorized()` if the login was refused, and others as of every call that was not sent:
    /// the outcome is always [`NotSent`](crate::Outcome::NotSent).
    pub async fn ready(&self) -> Result<()> {
        self.engine.ready("payanywhere.ready", self.options).await
    }

    /// Calls any path with the same authorization, delivery and errors. `effect` says what sending
    /// it twice would do; a decline is an error here too.
    ///
    /// ```
    /// # async fn example(client: payanywhere::Client) -> payanywhere::Result<()> {
    /// use payanywhere::{Effect, Method};
    /// let path = format!("/accounts/{}/transactions", client.account_id().await?);
    /// let answer = client
    ///     .raw(Effect::Read, Method::GET, path)
    ///     .query("count", 10)
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
    ) -> RawCall<'_, PayAnywhere> {
        RawCall::new(&self.engine, self.options, effect, method, path)
    }

    /// Begins a call without an account in its path.
    pub(crate) fn call<'a>(&'a self, operation: &'static Operation) -> Call<'a, PayAnywhere> {
        self.engine.call(operation, self.options)
    }

    /// Begins a call with the account in its path, once the request has passed its checks.
    pub(crate) async fn account_call(
        &self,
        operation: &'static Operation,
        check: Result<(), Invalid>,
    ) -> Result<Call<'_, PayAnywhere>> {
        check.map_err(|invalid| Error::from(invalid).with_operation(operation.id))?;
        let (account, options) = self.ahead(operation).await?;
        Ok(self.engine.call(operation, options).path(AccountId::FIELD, account))
    }

    pub(crate) fn provider(&self) -> &PayAnywhere {
        self.engine.provider()
    }

    /// The time in UTC by the client's clock.
    pub(crate) fn now(&self) -> time::OffsetDateTime {
        self.engine.connection().clock().now()
    }

    async fn ahead(&self, operation: &Operation) -> Result<(AccountId, CallOptions)> {
        let get = |need| self.provider().account_id(need);
        self.engine.ahead(operation, self.options, get).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payanywhere::Client")
            .field("environment", &self.provider().environment)
            .field("mid", &self.provider().mid)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of. The password is in the Payments Hub portal under Business Settings,
/// API Access, and is shown once; the developer key comes from North on request.
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    connection: Option<Connection>,
    mid: String,
    developer_key: Option<Secret>,
    password: Option<Secret>,
    access_token: Option<Secret>,
    app_source: String,
    account_id: Option<AccountId>,
    transaction_path: TransactionPath,
}

impl ClientBuilder {
    /// The merchant's id. Required.
    pub fn mid(mut self, mid: impl AsRef<str>) -> Self {
        mid.as_ref().clone_into(&mut self.mid);
        self
    }

    /// The developer key. Required, but with an [`access_token`](Self::access_token).
    pub fn developer_key(mut self, developer_key: impl Into<Secret>) -> Self {
        self.developer_key = Some(developer_key.into());
        self
    }

    /// The API password. Required, but with an [`access_token`](Self::access_token).
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// A token that is at hand, such as one that another process got. It is used until it is refused
    /// or says that it ends; then the client logs in, if it has key and password. The token does
    /// not tell the [`account_id`](Self::account_id): give that too.
    pub fn access_token(mut self, access_token: impl Into<Secret>) -> Self {
        self.access_token = Some(access_token.into());
        self
    }

    /// The value of the header `x-nabwss-appsource`, such as `pa_isv_1234567890abc`. Required. It is
    /// another one for each account and each mid.
    pub fn app_source(mut self, app_source: impl Into<String>) -> Self {
        self.app_source = app_source.into();
        self
    }

    /// The account, where it is known. Without this the login tells it; with it, a login that tells
    /// another is an error.
    pub fn account_id(mut self, account_id: AccountId) -> Self {
        self.account_id = Some(account_id);
        self
    }

    /// Which of a transaction's ids goes into the path that reads one.
    pub fn transaction_path(mut self, transaction_path: TransactionPath) -> Self {
        self.transaction_path = transaction_path;
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
        let mid = Mid::new(&self.mid)?;
        let given = |field, secret: Option<Secret>| {
            secret.ok_or_else(|| Invalid::new(field, "must be given"))
        };
        let keys = match (&self.access_token, self.developer_key, self.password) {
            (Some(_), None, None) => None,
            (_, developer_key, password) => Some(Keys {
                developer_key: given("developer_key", developer_key)?,
                password: given("password", password)?,
            }),
        };
        if self.access_token.as_ref().is_some_and(|token| token.expose().trim().is_empty()) {
            return Err(Invalid::new("access_token", "must not be empty").into());
        }
        let credentials = Credentials { mid: mid.clone(), account: self.account_id, keys };
        credentials.check()?;
        let headers = headers(app_source(&self.app_source)?);
        let connection = match self.connection {
            Some(connection) => connection,
            None => Connection::builder().build()?,
        };
        let host = LoginHost { environment: self.environment.clone(), headers: headers.clone() };
        let host = Engine::new(host, connection).shared();
        let session = Session::new(Arc::clone(&host), credentials, self.access_token);
        let provider = PayAnywhere {
            environment: self.environment,
            mid,
            tokens: TokenCache::new(session, host.connection()),
            transaction_path: self.transaction_path,
            headers,
        };
        let engine = Engine::beside(provider, &host).shared();
        Ok(Client { engine, options: CallOptions::new() })
    }
}

fn app_source(text: &str) -> Result<HeaderValue, Invalid> {
    let invalid = || Invalid::new("app_source", "must be visible ASCII characters");
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(invalid());
    }
    HeaderValue::from_str(text).map_err(|_| invalid())
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payanywhere::ClientBuilder")
            .field("environment", &self.environment)
            .field("mid", &self.mid)
            .finish_non_exhaustive()
    }
}
