use std::{collections::BTreeMap, fmt, sync::Arc};

use http::Method;
use pay_core::{
    CallOptions, Connection, Error, Result, Secret,
    provider::{
        Authorization, Call, CallerRoute, Effect, Engine, Operation, RawCall, Route, TokenCache,
    },
};

use crate::{
    Environment,
    auth::{ClientCredentials, Login, Payfirma},
    oauth::{self, AuthHost, Credentials},
    partner::merchant::MerchantTokens,
};

/// A merchant's Payfirma account. Cheap to clone, and safe to share between tasks.
#[derive(Clone)]
pub struct Client {
    pub(crate) engine: Arc<Engine<Payfirma>>,
    options: CallOptions,
}

impl Client {
    /// A client for one account: give it credentials, then [`build`](ClientBuilder::build).
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder {
            environment,
            connection: None,
            login: GivenLogin::None,
            hosted_page: None,
            iframe: None,
            routes: Vec::new(),
        }
    }

    /// A client for a partner's merchant.
    pub(crate) fn of_merchant(
        environment: Environment,
        host: &Engine<AuthHost>,
        cache: Arc<TokenCache<MerchantTokens>>,
    ) -> Self {
        let provider = Payfirma {
            environment,
            login: Login::Merchant(cache),
            hosted_page: None,
            iframe: None,
            routes: BTreeMap::new(),
            headers: oauth::accept_json(),
        };
        Self::from_provider(provider, host)
    }

    /// The same client with other options for its calls, such as a deadline.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn example(client: payfirma::Client) {
    /// use payfirma::CallOptions;
    /// let quick = client.with(CallOptions::new().timeout(Duration::from_secs(10)));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { engine: Arc::clone(&self.engine), options }
    }

    /// Makes sure that the access token for the next call is in hand: logs in or renews if needed, and
    /// sends nothing else. A merchant's refresh token is exchanged, if it is time. Then a payment can
    /// be written down as being sent with no login left to fail. `Ok` at once where there is no login:
    /// with an [`access_token`](ClientBuilder::access_token), or with the tokens for hosted pages and
    /// iframes alone.
    ///
    /// ```
    /// # async fn example(client: payfirma::Client) -> payfirma::Result<()> {
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
        match self.engine.provider().login {
            // What such a client can call needs none.
            Login::None => Ok(()),
            _ => self.engine.ready("payfirma.ready", self.options).await,
        }
    }

    /// Calls any path of the gateway with the same authorization, delivery and errors. `effect`
    /// says what sending it twice would do; a decline is an error here too. The path begins with a
    /// slash, as in [`operations`](crate::operations). Other credentials than the login are
    /// [`operations::HOSTED_PAGE`](crate::operations::HOSTED_PAGE) and
    /// [`operations::IFRAME`](crate::operations::IFRAME).
    ///
    /// ```
    /// # async fn example(client: payfirma::Client) -> payfirma::Result<()> {
    /// use payfirma::{Effect, Method};
    /// let answer = client
    ///     .raw(Effect::Read, Method::GET, "/plan-service/plan")
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
    ) -> RawCall<'_, Payfirma> {
        RawCall::new(&self.engine, self.options, effect, method, path)
    }

    pub(crate) fn call<'a>(&'a self, operation: &'static Operation) -> Call<'a, Payfirma> {
        self.engine.call(operation, self.options)
    }

    /// The time in UTC by the client's clock.
    pub(crate) fn now(&self) -> time::OffsetDateTime {
        self.engine.connection().clock().now()
    }

    pub(crate) fn from_provider(provider: Payfirma, host: &Engine<AuthHost>) -> Self {
        let engine = Arc::new(Engine::beside(provider, host));
        Self { engine, options: CallOptions::new() }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payfirma::Client")
            .field("gateway", &self.engine.provider().environment.gateway_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of.
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    connection: Option<Connection>,
    login: GivenLogin,
    hosted_page: Option<Secret>,
    iframe: Option<Secret>,
    routes: Vec<(&'static Operation, Method, String)>,
}

enum GivenLogin {
    None,
    Fixed(Secret),
    Client(String, Secret),
    Merchant(Arc<Engine<AuthHost>>, Arc<TokenCache<MerchantTokens>>),
}

impl ClientBuilder {
    pub(crate) fn of_merchant(
        environment: Environment,
        host: Arc<Engine<AuthHost>>,
        cache: Arc<TokenCache<MerchantTokens>>,
    ) -> Self {
        let mut builder = Client::builder(environment);
        builder.login = GivenLogin::Merchant(host, cache);
        builder
    }

    /// The client id and secret from PayHQ under Settings, eCommerce. The client logs in when it
    /// needs to, and again before the token expires.
    pub fn client_credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        self.login = GivenLogin::Client(client_id.into(), client_secret.into());
        self
    }

    /// An access token that you got elsewhere and replace yourself.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.login = GivenLogin::Fixed(token.into());
        self
    }

    /// The token for hosted payment pages, from PayHQ under Settings, Hosted Pay Page.
    pub fn hosted_page_token(mut self, token: impl Into<Secret>) -> Self {
        self.hosted_page = Some(token.into());
        self
    }

    /// The token for iframe payments, from PayHQ under Settings, Hosted Pay Page.
    pub fn iframe_token(mut self, token: impl Into<Secret>) -> Self {
        self.iframe = Some(token.into());
        self
    }

    /// The connection to use: share one between clients. Without this the client gets one of its
    /// own with the defaults.
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = Some(connection);
        self
    }

    /// The method and path of an operation for which no source states them: one of
    /// [`EFT_BANK_DEPOSIT`](crate::operations::EFT_BANK_DEPOSIT),
    /// [`EFT_SEND_FUNDS`](crate::operations::EFT_SEND_FUNDS),
    /// [`INVOICES_LIST_BY_CUSTOMER`](crate::operations::INVOICES_LIST_BY_CUSTOMER) and
    /// [`INVOICES_SEND`](crate::operations::INVOICES_SEND). The path may hold the operation's
    /// parameters in braces.
    pub fn route(
        mut self,
        operation: &'static Operation,
        method: Method,
        path: impl Into<String>,
    ) -> Self {
        self.routes.push((operation, method, path.into()));
        self
    }

    /// Checks everything. Connects nowhere yet. A credential may be missing: calls that need it then
    /// fail before anything is sent, with the kind [`Configuration`](crate::ErrorKind::Configuration)
    /// and its name.
    ///
    /// # Errors
    ///
    /// `is_invalid()` with the name of the setting that is wrong.
    pub fn build(self) -> Result<Client> {
        let host = match (&self.login, self.connection) {
            (GivenLogin::Merchant(host, _), None) => Arc::clone(host),
            (GivenLogin::Merchant(..), Some(_)) => {
                let rule = "must be set on the partner, whose merchants share it";
                return Err(pay_core::Invalid::new("connection", rule).into());
            }
            (_, connection) => {
                let connection = match connection {
                    Some(connection) => connection,
                    None => Connection::builder().build()?,
                };
                Engine::new(AuthHost::new(self.environment.clone()), connection).shared()
            }
        };
        let login = match self.login {
            GivenLogin::None => Login::None,
            GivenLogin::Fixed(token) => Login::Fixed(bearer("access_token", &token)?),
            GivenLogin::Client(client_id, client_secret) => {
                let credentials = Credentials::new(client_id, client_secret)?;
                let source = ClientCredentials { host: Arc::clone(&host), credentials };
                Login::Client(Box::new(TokenCache::new(source, host.connection())))
            }
            GivenLogin::Merchant(_, cache) => Login::Merchant(cache),
        };
        let optional = |field, token: Option<Secret>| -> Result<Option<Authorization>> {
            token.map(|token| bearer(field, &token)).transpose()
        };
        let provider = Payfirma {
            environment: self.environment,
            login,
            hosted_page: optional("hosted_page_token", self.hosted_page)?,
            iframe: optional("iframe_token", self.iframe)?,
            routes: checked_routes(self.routes)?,
            headers: oauth::accept_json(),
        };
        Ok(Client::from_provider(provider, &host))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payfirma::ClientBuilder")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

fn bearer(field: &'static str, token: &Secret) -> Result<Authorization> {
    if token.expose().is_empty() {
        return Err(pay_core::Invalid::new(field, "must not be empty").into());
    }
    Authorization::bearer(token)
        .map_err(|_| pay_core::Invalid::new(field, "must fit in a header").into())
}

fn checked_routes(
    routes: Vec<(&'static Operation, Method, String)>,
) -> Result<BTreeMap<&'static str, CallerRoute>, Error> {
    let mut checked = BTreeMap::new();
    for (operation, method, path) in routes {
        let Route::Caller(parameters) = operation.route else {
            let rule = format!("{} has a known route, which cannot be replaced", operation.id);
            return Err(pay_core::Invalid::new("route", rule).into());
        };
        checked.insert(operation.id, CallerRoute::new(method, &path, parameters)?);
    }
    Ok(checked)
}
