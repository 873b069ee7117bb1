use std::{fmt, sync::Arc};

use http::Method;
use pay_core::{
    CallOptions, Connection, Invalid, MemoryPacer, Pacer, Result, Secret,
    provider::{Authorization, Call, Effect, Engine, Operation, RawCall, TokenCache},
};

use crate::{
    Environment,
    auth::{Payroc, TokenHost, Tokens, accept_json},
    login::{Credentials, Login},
};

/// A partner's account. Cheap to clone, and safe to share between tasks: clones share the login and
/// the turns at boarding.
#[derive(Clone)]
pub struct Client {
    engine: Arc<Engine<Payroc>>,
    options: CallOptions,
}

impl Client {
    /// A client for one account: give it credentials, then [`build`](ClientBuilder::build).
    pub fn builder(environment: Environment) -> ClientBuilder {
        ClientBuilder { environment, given: Given::None, connection: None, pacer: None }
    }

    /// The same client with other options for its calls, such as more time.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn example(client: payroc::Client) {
    /// use payroc::CallOptions;
    /// let patient = client.with(CallOptions::new().timeout(Duration::from_secs(600)));
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { engine: Arc::clone(&self.engine), options }
    }

    /// Makes sure that the access token for the next call is in hand: logs in or refreshes if needed,
    /// and sends nothing else, nor takes a turn at boarding. Then a boarding can be written down as
    /// being sent with no login left to fail. `Ok` at once with an
    /// [`access_token`](ClientBuilder::access_token) of your own.
    ///
    /// ```
    /// # async fn example(client: payroc::Client) -> payroc::Result<()> {
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
        self.engine.ready("payroc.ready", self.options).await
    }

    /// Calls any path of the API with the same authorization, delivery and errors. `effect` says what
    /// sending it twice would do. Raw calls take no turn, not even those to `/boarding`.
    ///
    /// ```
    /// # async fn example(client: payroc::Client) -> payroc::Result<()> {
    /// use payroc::{Effect, Method};
    /// let answer =
    ///     client.raw(Effect::Read, Method::GET, "/boarding/4021/status").acknowledge().await?;
    /// println!("{} bytes", answer.meta().raw_body().len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(
        &self,
        effect: Effect,
        method: Method,
        path: impl Into<String>,
    ) -> RawCall<'_, Payroc> {
        RawCall::new(&self.engine, self.options, effect, method, path)
    }

    /// Forgets the tokens, and that the login was refused: the next call logs in. For when a locked
    /// account was unlocked; until then a refused login is remembered and not tried again.
    pub fn log_in_again(&self) {
        if let Tokens::Login(cache) = &self.engine.provider().tokens {
            cache.source().forget_refresh_token();
            cache.reset();
        }
    }

    pub(crate) fn call<'a>(&'a self, operation: &'static Operation) -> Call<'a, Payroc> {
        self.engine.call(operation, self.options)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payroc::Client")
            .field("api", &self.engine.provider().environment.api_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a [`Client`] is made of.
#[must_use]
pub struct ClientBuilder {
    environment: Environment,
    given: Given,
    connection: Option<Connection>,
    pacer: Option<Arc<dyn Pacer>>,
}

enum Given {
    None,
    Token(Secret),
    InBody(String, Secret),
    Basic(String, Secret),
}

impl ClientBuilder {
    /// The API credentials, sent in the body of the login. The client logs in when it needs to,
    /// gets further access tokens by the refresh token, and logs in anew when that has expired.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.given = Given::InBody(user.into(), password.into());
        self
    }

    /// The same, but sent in a Basic header with an empty body.
    pub fn basic_credentials(
        mut self,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        self.given = Given::Basic(user.into(), password.into());
        self
    }

    /// An access token that you got elsewhere and replace yourself.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.given = Given::Token(token.into());
        self
    }

    /// The connection to use: share one between clients. Without this the client gets one of its
    /// own with the defaults.
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Who keeps the turns at boarding. Without this the client keeps its own, in memory; give the
    /// same pacer to all clients of an account, or one that works over processes.
    pub fn pacer(mut self, pacer: Arc<dyn Pacer>) -> Self {
        self.pacer = Some(pacer);
        self
    }

    /// Checks everything. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// `is_invalid()` with the name of the setting that is wrong.
    pub fn build(self) -> Result<Client> {
        let connection = match self.connection {
            Some(connection) => connection,
            None => Connection::builder().build()?,
        };
        let pacer = self.pacer.unwrap_or_else(|| Arc::new(MemoryPacer::on(&connection)));
        let host = Engine::new(TokenHost::new(self.environment.clone()), connection).shared();
        let mut lane = format!("payroc.boarding {}", self.environment.api_url());
        let mut log_in = |credentials: Credentials| {
            lane = format!("{lane} {}", credentials.user());
            let login = Login::new(Arc::clone(&host), credentials);
            Tokens::Login(Box::new(TokenCache::new(login, host.connection())))
        };
        let tokens = match self.given {
            Given::None => Tokens::None,
            Given::Token(token) => Tokens::Fixed(bearer(&token)?),
            Given::InBody(user, password) => log_in(Credentials::in_body(user, password)?),
            Given::Basic(user, password) => log_in(Credentials::basic(user, password)?),
        };
        let provider =
            Payroc { environment: self.environment, tokens, pacer, lane, headers: accept_json() };
        let engine = Arc::new(Engine::beside(provider, &host));
        Ok(Client { engine, options: CallOptions::new() })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payroc::ClientBuilder")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

fn bearer(token: &Secret) -> Result<Authorization> {
    if token.expose().is_empty() {
        return Err(Invalid::new("access_token", "must not be empty").into());
    }
    Authorization::bearer(token)
        .map_err(|_| Invalid::new("access_token", "must fit in a header").into())
}
