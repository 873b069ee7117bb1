pub(crate) mod authorize_url;
pub(crate) mod merchant;
pub(crate) mod own_task;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use pay_core::{
    Connection, Error, ErrorKind, Invalid, Outcome, Response, Result, Secret, TokenKey, TokenStore,
    provider::{Engine, TokenCache},
};

use crate::{
    Callback, Client, ClientBuilder, ConsentRequest, Environment, MerchantId,
    oauth::{self, AuthHost, Credentials},
    operations,
    partner::authorize_url::Kept,
    partner::merchant::{MerchantTokens, storage},
    partner::own_task::in_own_task,
};

/// A partner: one application that acts for many merchants, each of whom has consented. All their
/// clients share a connection pool, a retry budget and a token store. Cheap to clone.
///
/// ```
/// # async fn example(query: &str) -> payfirma::Result<()> {
/// use payfirma::{Environment, MemoryTokenStore, Partner};
///
/// let partner = Partner::builder(Environment::sandbox())
///     .credentials("client id", "client secret")
///     .token_store(MemoryTokenStore::new()) // for tests: use one that survives a restart
///     .build()?;
///
/// // Send the merchant's browser to `consent.url()`; keep `consent.state()` in its session.
/// let consent = partner.authorize_url("https://partner.example/callback")?;
///
/// // In the handler of the callback, with the query of the redirect:
/// let callback = consent.check(query)?;
/// let merchant = partner.exchange_code(&callback).await?;
///
/// // Then and at any later time:
/// let client = partner.merchant(&merchant.merchant_id);
/// # Ok(())
/// # }
/// ```
///
/// A merchant's refresh token can be used once, and brings the next one. It is exchanged by one
/// worker at a time, and the new one is stored before it is used. If the reply is lost after all,
/// the old access token serves until it dies; then calls fail with
/// [`needs_reauthorization`](Error::needs_reauthorization), and the merchant must consent again.
#[derive(Clone)]
pub struct Partner(Arc<Shared>);

struct Shared {
    environment: Environment,
    host: Arc<Engine<AuthHost>>,
    credentials: Arc<Credentials>,
    store: Arc<dyn TokenStore>,
    /// One for each merchant, so that all clients of a merchant share a token.
    caches: Mutex<HashMap<MerchantId, Arc<TokenCache<MerchantTokens>>>>,
}

/// A merchant who has consented.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Merchant {
    /// The provider's id of the merchant, or the name given to
    /// [`exchange_code_for`](Partner::exchange_code_for). Keep it: [`Partner::merchant`] wants it.
    pub merchant_id: MerchantId,
    /// What was consented to: names of services, with spaces between them.
    pub scope: Option<String>,
    /// A client for this merchant.
    pub client: Client,
}

impl Partner {
    /// A partner to be: give it credentials and a token store, then
    /// [`build`](PartnerBuilder::build).
    pub fn builder(environment: Environment) -> PartnerBuilder {
        PartnerBuilder { environment, credentials: None, store: None, connection: None }
    }

    /// Asks for a merchant's consent: the address to send their browser to, and the state that must
    /// come back. Payfirma must know the address: it is given to them with the business name and a
    /// logo (Guide: Walkthrough, Get your Merchants Bearer Token).
    ///
    /// # Errors
    ///
    /// `is_invalid()`: `redirect_uri` must be absolute and https (http to a loopback address), and
    /// have no fragment.
    pub fn authorize_url(&self, redirect_uri: &str) -> Result<ConsentRequest> {
        let Shared { environment, credentials, host, .. } = &*self.0;
        Ok(ConsentRequest::new(
            &environment.auth,
            &credentials.client_id,
            redirect_uri,
            &**host.connection().randomness(),
        )?)
    }

    /// Exchanges the code of a consent for the merchant's tokens, and stores them before it
    /// returns. `POST {auth}/oauth/token` (Guide: Grant, Authorization code grant). Dropping the
    /// call does not end it.
    ///
    /// # Errors
    ///
    /// - [`needs_reauthorization`](Error::needs_reauthorization): the code is used up or has
    ///   expired. `is_unauthorized()` without it: the partner's own credentials are wrong.
    /// - The kind [`Storage`](ErrorKind::Storage): the tokens came, and could not be stored. They
    ///   wait in the `callback`: call this again with the same one.
    /// - [`Outcome::Applied`] with the kind [`Unreadable`](ErrorKind::Unreadable): the reply names
    ///   no merchant. Its tokens wait too, for [`exchange_code_for`](Self::exchange_code_for).
    /// - [`Outcome::Unknown`]: the reply was lost, and the code is probably used up.
    pub async fn exchange_code(&self, callback: &Callback) -> Result<Merchant> {
        self.exchange(callback, None).await
    }

    /// The same, with the tokens stored under a name of your own instead of the provider's id.
    ///
    /// # Errors
    ///
    /// As [`exchange_code`](Self::exchange_code), and `is_invalid()` if the tokens of this callback
    /// are stored already under another name.
    pub async fn exchange_code_for(
        &self,
        callback: &Callback,
        account: &MerchantId,
    ) -> Result<Merchant> {
        self.exchange(callback, Some(account.clone())).await
    }

    async fn exchange(&self, callback: &Callback, account: Option<MerchantId>) -> Result<Merchant> {
        let work = exchange_and_store(self.clone(), callback.clone(), account);
        let (merchant_id, scope) = in_own_task(work).await?;
        Ok(Merchant { client: self.merchant(&merchant_id), merchant_id, scope })
    }

    /// A client for a merchant who has consented, now or long ago. All clients of one merchant
    /// share a token. Nothing is looked up yet: if there are no tokens, the first call says
    /// [`needs_reauthorization`](Error::needs_reauthorization).
    #[must_use]
    pub fn merchant(&self, merchant_id: &MerchantId) -> Client {
        Client::of_merchant(self.0.environment.clone(), &self.0.host, self.cache(merchant_id))
    }

    /// The same, to add what belongs to this merchant alone: the tokens for hosted pages and
    /// iframes, and routes.
    pub fn merchant_builder(&self, merchant_id: &MerchantId) -> ClientBuilder {
        ClientBuilder::of_merchant(
            self.0.environment.clone(),
            Arc::clone(&self.0.host),
            self.cache(merchant_id),
        )
    }

    /// Ends a merchant's consent: revokes both tokens at the provider, then forgets them. What
    /// [`Client::revoke_token`] says holds here.
    ///
    /// # Errors
    ///
    /// As [`Client::revoke_token`].
    pub async fn revoke(&self, merchant_id: &MerchantId) -> Result<Response<()>> {
        self.merchant(merchant_id).revoke_token().await
    }

    fn cache(&self, merchant_id: &MerchantId) -> Arc<TokenCache<MerchantTokens>> {
        let Shared { host, credentials, store, caches, .. } = &*self.0;
        let mut caches = caches.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = caches.entry(merchant_id.clone()).or_insert_with(|| {
            let source = MerchantTokens::new(
                Arc::clone(host),
                Arc::clone(credentials),
                Arc::clone(store),
                self.key(merchant_id),
            );
            Arc::new(TokenCache::new(source, host.connection()))
        });
        Arc::clone(cache)
    }

    fn key(&self, merchant_id: &MerchantId) -> TokenKey {
        TokenKey::new("payfirma", self.0.environment.auth_url(), merchant_id.as_str())
    }
}

impl fmt::Debug for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payfirma::Partner")
            .field("environment", &self.0.environment)
            .finish_non_exhaustive()
    }
}

/// Goes on where an earlier call with the same callback ended.
async fn exchange_and_store(
    partner: Partner,
    callback: Callback,
    account: Option<MerchantId>,
) -> Result<(MerchantId, Option<String>)> {
    let Shared { host, credentials, store, .. } = &*partner.0;
    let mut kept = callback.kept.lock().await;
    if let Kept::Stored(merchant_id, scope) = &*kept {
        return match account {
            Some(account) if account != *merchant_id => {
                Err(Invalid::new("account", "must be the one that these tokens are stored under")
                    .into())
            }
            _ => Ok((merchant_id.clone(), scope.clone())),
        };
    }
    if let Kept::Nothing = &*kept {
        let asked = host.connection().clock().now();
        let Callback { code, redirect_uri, state, .. } = &callback;
        let reply = oauth::code(host, credentials, code, redirect_uri, state.as_ref()).await?;
        *kept = Kept::Pair(reply.into_pair(asked, None));
    }
    let Kept::Pair(pair) = &*kept else {
        return Err(names_no_merchant());
    };
    let told = || pair.attributes.get(oauth::MERCHANT_ID).and_then(|id| MerchantId::new(id).ok());
    let merchant_id = account.or_else(told).ok_or_else(names_no_merchant)?;
    let cache = partner.cache(&merchant_id);
    cache.source().give_way().await;
    store.put(&partner.key(&merchant_id), pair.clone()).await.map_err(|cause| {
        storage(
            "the tokens could not be stored; they wait in the callback",
            Outcome::Applied,
            cause,
        )
        .with_operation(operations::OAUTH_CODE.id)
    })?;
    let scope = pair.attributes.get(oauth::SCOPE).cloned();
    *kept = Kept::Stored(merchant_id.clone(), scope.clone());
    // Clients of this merchant that are there already go on with the new tokens.
    cache.reset();
    Ok((merchant_id, scope))
}

fn names_no_merchant() -> Error {
    let why = "the reply names no merchant: name the account yourself, with the same callback";
    Error::new(ErrorKind::Unreadable, Outcome::Applied, why)
        .with_operation(operations::OAUTH_CODE.id)
}

/// What a [`Partner`] is made of.
#[must_use]
pub struct PartnerBuilder {
    environment: Environment,
    credentials: Option<(String, Secret)>,
    store: Option<Arc<dyn TokenStore>>,
    connection: Option<Connection>,
}

impl PartnerBuilder {
    /// The partner's own client id and secret.
    pub fn credentials(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        self.credentials = Some((client_id.into(), client_secret.into()));
        self
    }

    /// Where the merchants' tokens live. There is no default: a store that does not survive a
    /// restart costs every merchant a new consent.
    pub fn token_store(self, store: impl TokenStore) -> Self {
        self.shared_token_store(Arc::new(store))
    }

    /// The same for a store that others hold too.
    pub fn shared_token_store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// The connection pool for all merchants, instead of one with the default settings.
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = Some(connection);
        self
    }

    /// Checks everything. Connects nowhere yet.
    ///
    /// # Errors
    ///
    /// `is_invalid()` with the name of the setting that is wrong or missing.
    pub fn build(self) -> Result<Partner> {
        let missing = |field| Error::from(Invalid::new(field, "must be given"));
        let (id, secret) = self.credentials.ok_or_else(|| missing("credentials"))?;
        let credentials = Arc::new(Credentials::new(id, secret)?);
        let store = self.store.ok_or_else(|| missing("token_store"))?;
        let connection = match self.connection {
            Some(connection) => connection,
            None => Connection::builder().build()?,
        };
        let environment = self.environment;
        let host = Engine::new(AuthHost::new(environment.clone()), connection).shared();
        let caches = Mutex::default();
        Ok(Partner(Arc::new(Shared { environment, host, credentials, store, caches })))
    }
}

impl fmt::Debug for PartnerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("payfirma::PartnerBuilder")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
