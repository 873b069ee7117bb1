//! Giving a login back.

use std::time::Duration;

use pay_core::{
    Error, ErrorKind, Lease, Outcome, Response, Result, TokenPair,
    provider::{Authorization, Need, TokenCache},
};

use crate::{
    Client,
    auth::Login,
    operations,
    partner::merchant::{self, MerchantTokens, storage},
};

impl Client {
    /// Revokes the client's access token, and with it a merchant's refresh token, then forgets them:
    /// `DELETE {auth}/oauth/revoke_token` (Guide: Revoke, Revoke token). That the header's scheme is
    /// `Bearer` is observed, not documented.
    ///
    /// A client with credentials of its own logs in again when it is next used. A merchant must
    /// consent again. A merchant's access token that is dead already is exchanged once, so that its
    /// refresh token does not outlive this. If another worker is exchanging it just now, this waits.
    ///
    /// # Errors
    ///
    /// `is_unauthorized()`: the token was not accepted. It is never renewed only to be revoked.
    /// [`needs_reauthorization`](Error::needs_reauthorization): there is nothing to revoke. With
    /// [`Outcome::Applied`]: revoked, but still in the token store.
    pub async fn revoke_token(&self) -> Result<Response<()>> {
        match &self.engine.provider().login {
            Login::Merchant(cache) => revoke_merchant(self, cache).await,
            Login::Client(cache) => {
                let answer = self.call(&operations::OAUTH_REVOKE).acknowledge().await?;
                cache.reset();
                Ok(answer)
            }
            Login::Fixed(_) | Login::None => {
                self.call(&operations::OAUTH_REVOKE).acknowledge().await
            }
        }
    }
}

/// How long a dead token may take to be exchanged.
const EXCHANGE: Need = Need { lasting: Duration::ZERO, within: Duration::from_secs(60) };

/// Under the lease, so that no other worker exchanges the pair meanwhile, and one is revoked while
/// another lives on.
async fn revoke_merchant(
    client: &Client,
    cache: &TokenCache<MerchantTokens>,
) -> Result<Response<()>> {
    let tokens = cache.source();
    let mut refused: Option<Error> = None;
    for _ in 0..3 {
        let lease = tokens.lease().await?;
        let Some(pair) = lease.pair().cloned() else {
            let why = "there are no tokens of this merchant";
            let error = Error::new(ErrorKind::NeedsReauthorization, Outcome::NotSent, why);
            return Err(error.with_operation(operations::OAUTH_REVOKE.id));
        };
        if tokens.is_alive(&pair) {
            let bearer = Authorization::bearer(&pair.access)?;
            let call = client.call(&operations::OAUTH_REVOKE).authorization(bearer.clone());
            match call.acknowledge().await {
                Ok(answer) => return forget(cache, lease, answer).await,
                Err(error) if is_401(&error) && refused.is_none() => {
                    tokens.was_refused(&bearer);
                    refused = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        drop(lease);
        cache.reset();
        match merchant::authorization(cache, EXCHANGE).await {
            Ok(_) => {}
            Err(error) if error.needs_reauthorization() => {
                // Neither token is accepted any more: perhaps by an attempt of ours whose answer
                // was lost.
                let Some(meta) = refused.as_ref().and_then(Error::meta) else {
                    return Err(error);
                };
                let answer = Response::new((), meta.clone());
                let lease = tokens.lease().await?;
                let is_same = |now: &TokenPair| now.access.expose() == pair.access.expose();
                return match lease.pair().is_some_and(is_same) {
                    true => forget(cache, lease, answer).await,
                    // A new consent.
                    false => Ok(answer),
                };
            }
            Err(error) => return Err(error),
        }
    }
    let why = "the access token keeps dying before it can be revoked";
    Err(refused.unwrap_or_else(|| Error::new(ErrorKind::Unauthorized, Outcome::NotSent, why)))
}

/// Under the lease still: a consent that was given meanwhile waits for it, and stays.
async fn forget(
    cache: &TokenCache<MerchantTokens>,
    mut lease: Box<dyn Lease>,
    answer: Response<()>,
) -> Result<Response<()>> {
    let removed = lease.remove().await;
    drop(lease);
    cache.reset();
    match removed {
        Ok(()) => Ok(answer),
        Err(cause) => Err(storage("the tokens could not be removed", Outcome::Applied, cause)),
    }
}

fn is_401(error: &Error) -> bool {
    error.status().is_some_and(|status| status.as_u16() == 401)
}
