//! How calls prove who makes them: three kinds of bearer token, told apart by operation.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};
use pay_core::{
    BoxFuture, Error, ErrorKind, Outcome, Result,
    provider::{
        Answer, Authorization, Base, BaseUrl, CallerRoute, Credential, Engine, Need, Operation,
        Provider, Token, TokenCache, TokenSource, Verdict, jwt_expiry,
    },
};

use crate::{
    Environment,
    oauth::{self, AuthHost, Credentials, TokenReply},
    operations::{HOSTED_PAGE, IFRAME, OAUTH_REVOKE},
    partner::merchant::{self, MerchantTokens},
};

/// What the engine knows of Payfirma's API.
pub struct Payfirma {
    pub(crate) environment: Environment,
    pub(crate) login: Login,
    pub(crate) hosted_page: Option<Authorization>,
    pub(crate) iframe: Option<Authorization>,
    pub(crate) routes: BTreeMap<&'static str, CallerRoute>,
    pub(crate) headers: [(HeaderName, HeaderValue); 1],
}

/// Where the OAuth token comes from.
pub(crate) enum Login {
    /// Nowhere: only hosted page and iframe calls work.
    None,
    /// From the caller, who also replaces it.
    Fixed(Authorization),
    /// From the client's own id and secret.
    Client(Box<TokenCache<ClientCredentials>>),
    /// From a merchant's consent, by a refresh token that changes with every use.
    Merchant(Arc<TokenCache<MerchantTokens>>),
}

impl Provider for Payfirma {
    fn user_agent(&self) -> &'static str {
        oauth::USER_AGENT
    }

    fn raw_id(&self) -> &'static str {
        oauth::RAW_ID
    }

    fn base(&self, base: Base) -> &BaseUrl {
        match base {
            Base::Auth => &self.environment.auth,
            Base::Gateway => &self.environment.gateway,
        }
    }

    fn caller_route(&self, operation: &Operation) -> Option<&CallerRoute> {
        self.routes.get(operation.id)
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn authorize<'a>(
        &'a self,
        operation: &'a Operation,
        need: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        let given = match operation.credential {
            Credential::None => return ready(Ok(None)),
            HOSTED_PAGE => self.hosted_page.clone().ok_or("hosted_page_token"),
            IFRAME => self.iframe.clone().ok_or("iframe_token"),
            Credential::Named(_) => Err("this credential"),
            Credential::Bearer => match &self.login {
                Login::None => Err("client_credentials"),
                Login::Fixed(token) => Ok(token.clone()),
                Login::Client(cache) => {
                    return Box::pin(async move { cache.authorization(need).await.map(Some) });
                }
                Login::Merchant(cache) => {
                    return Box::pin(async move {
                        merchant::authorization(cache, need).await.map(Some)
                    });
                }
            },
        };
        ready(given.map(Some).map_err(|missing| {
            Error::new(
                ErrorKind::Configuration,
                Outcome::NotSent,
                format!("the client was built without {missing}, which this operation needs"),
            )
        }))
    }

    fn renew(&self, operation: &Operation, refused: &Authorization) -> bool {
        // A fresh token is not fetched to be revoked in the place of one that is not accepted.
        let another = operation.id != OAUTH_REVOKE.id;
        match (&self.login, operation.credential) {
            (Login::Client(cache), Credential::Bearer) => cache.renew(refused) && another,
            (Login::Merchant(cache), Credential::Bearer) => {
                cache.source().refused(refused);
                cache.renew(refused) && another
            }
            _ => false,
        }
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        oauth::request_id(headers)
    }
}

fn ready<T: Send + 'static>(result: Result<T>) -> BoxFuture<'static, Result<T>> {
    Box::pin(std::future::ready(result))
}

/// The client's own id and secret as a source of tokens.
pub(crate) struct ClientCredentials {
    pub(crate) host: Arc<Engine<AuthHost>>,
    pub(crate) credentials: Credentials,
}

impl TokenSource for ClientCredentials {
    fn fetch(&self, within: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(async move {
            let reply = oauth::client_credentials(&self.host, &self.credentials, within).await?;
            token(&self.host, &reply)
        })
    }
}

/// A token ready for use. Where the reply names no lifetime, the token itself may.
pub(crate) fn token(host: &Engine<AuthHost>, reply: &TokenReply) -> Result<Token> {
    let now = host.connection().clock().now();
    let from_jwt = || {
        let expiry = jwt_expiry(reply.access_token.expose())?;
        Some((expiry - now).try_into().unwrap_or(Duration::ZERO))
    };
    let authorization = Authorization::bearer(&reply.access_token)?;
    Ok(Token::new(authorization).with_lifetime(reply.lifetime().or_else(from_jwt)))
}
