//! Where rotating tokens live: durable before they are used.

use std::{collections::BTreeMap, fmt};

use time::OffsetDateTime;

use crate::{BoxFuture, Result, Secret};

/// Whose tokens: one account at one provider in one environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKey {
    provider: String,
    environment: String,
    account: String,
}

impl TokenKey {
    /// `environment` tells sandbox from production: a name or the base URL. `account` is the
    /// provider's id of the merchant, or the client's own name for it; never a secret.
    pub fn new(
        provider: impl Into<String>,
        environment: impl Into<String>,
        account: impl Into<String>,
    ) -> Self {
        Self { provider: provider.into(), environment: environment.into(), account: account.into() }
    }

    /// The provider, such as `payfirma`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }
}

/// For people. A store keeps the three parts apart: they may hold any character.
impl fmt::Display for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.provider, self.environment, self.account)
    }
}

/// An access token with the refresh token that replaces it.
///
/// There is no `Serialize`: a store writes the fields one by one, taking the secrets from
/// [`Secret::expose`], and encrypts them.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenPair {
    /// The access token.
    pub access: Secret,
    /// The refresh token: good for one exchange, which brings the next pair.
    pub refresh: Option<Secret>,
    /// When the access token expires, by the wall clock; `None` if nobody said.
    pub expires_at: Option<OffsetDateTime>,
    /// What else came with it and has to be kept, such as `merchant_id` and `scope`. No secrets.
    pub attributes: BTreeMap<String, String>,
}

impl TokenPair {
    /// An access token alone.
    pub fn new(access: impl Into<Secret>) -> Self {
        Self { access: access.into(), refresh: None, expires_at: None, attributes: BTreeMap::new() }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh(mut self, refresh: Option<Secret>) -> Self {
        self.refresh = refresh;
        self
    }

    /// Sets when the access token expires.
    #[must_use]
    pub fn with_expires_at(mut self, at: Option<OffsetDateTime>) -> Self {
        self.expires_at = at;
        self
    }

    /// Adds something else to keep. Not for secrets.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }
}

impl fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenPair")
            .field("access", &self.access)
            .field("refresh", &self.refresh)
            .field("expires_at", &self.expires_at)
            .field("attributes", &self.attributes.keys())
            .finish()
    }
}

/// Keeps token pairs, and lets one worker at a time exchange a refresh token.
///
/// A refresh token that rotates is good for one exchange. If two workers send it, or if the answer
/// is lost or used before it is stored, the merchant has to consent again. So: win the
/// [`lease`](Self::lease), look again at the pair (another worker may have replaced it while this
/// one waited), [`begin`](Lease::begin), exchange, [`commit`](Lease::commit), and only then use the
/// new pair.
///
/// Every error is of the kind [`Storage`](crate::ErrorKind::Storage).
pub trait TokenStore: Send + Sync + 'static {
    /// The pair that was committed last. Waits for no lease.
    fn read<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenPair>>>;

    /// The right to exchange, held by one at a time over all who use the store. Waits until it is
    /// free; dropping the future gives up the wait.
    fn lease<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Box<dyn Lease>>>;

    /// Stores the pair that a merchant's consent brought, and forgets an exchange that an earlier
    /// one left unfinished. Waits until no lease is held, so that no exchange of the old pair ends
    /// on top of it: never call it while holding the lease of this key.
    fn put<'a>(&'a self, key: &'a TokenKey, pair: TokenPair) -> BoxFuture<'a, Result<()>>;

    /// Forgets the pair and any unfinished exchange. Waits as [`put`](Self::put) does.
    fn remove<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<()>>;
}

/// The right to exchange one account's refresh token. Dropping it gives it back and changes nothing
/// else: an exchange that was begun stays marked so.
pub trait Lease: Send {
    /// The pair as it is now: read after the lease was won, or what this lease committed.
    fn pair(&self) -> Option<&TokenPair>;

    /// Whether an exchange was begun, by an earlier holder or by this one, whose end nobody recorded.
    /// The refresh token may be used up.
    fn exchange_begun(&self) -> bool;

    /// Marks that an exchange begins. Durable when it returns; the refresh token is sent after that.
    fn begin(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Stores the new pair and clears the mark, at once or not at all. Durable when it returns; the
    /// pair is used after that. If it fails, the lease is still held: try again with the same pair,
    /// which exists nowhere else.
    fn commit(&mut self, pair: TokenPair) -> BoxFuture<'_, Result<()>>;

    /// The exchange that this lease began provably did not happen: it was not sent, or refused
    /// before it was processed. Takes back this lease's [`begin`](Self::begin); the mark of an
    /// earlier holder stays.
    fn abandon(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Forgets the pair and the mark, because the pair was revoked. Under the lease, unlike
    /// [`TokenStore::remove`]: a consent that waits to be [`put`](TokenStore::put) comes after it.
    fn remove(&mut self) -> BoxFuture<'_, Result<()>>;
}
