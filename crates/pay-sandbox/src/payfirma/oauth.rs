//! Tokens: the document's section "AUTHORIZATION".

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    CLIENT_ID, CLIENT_SECRET, Call, HOSTED_PAGE_TOKEN, IFRAME_TOKEN, MERCHANT, Payfirma, Refusal,
    Reply,
    switches::{CodeLifetime, QuerySecrets, RefreshReuse, RemoveAnswer, TokenLifetime},
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::Object,
    request::{Request, find},
    world::World,
};

/// The scope of every token; the document's sample.
const SCOPE: &str = "invoice ecom";

/// What a route asks for in its `Authorization` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential {
    Nothing,
    /// An access token.
    Access,
    /// The iframe token from the settings page.
    Iframe,
    /// The hosted-page token from the settings page.
    HostedPage,
}

/// On whose behalf a request is made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    pub(crate) merchant: String,
    /// The PayHQ user; the browser tokens have none.
    pub(crate) user: Option<u64>,
    access_token: String,
}

/// How often tokens were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct TokenGrants {
    /// Granted for a code.
    pub code: u64,
    /// Granted for client credentials.
    pub client_credentials: u64,
    /// Granted for a refresh token.
    pub refresh: u64,
    /// Not granted.
    pub refused: u64,
    /// Access tokens revoked.
    pub revoked: u64,
}

impl TokenGrants {
    /// Granted in any way.
    pub fn granted(&self) -> u64 {
        self.code + self.client_credentials + self.refresh
    }
}

#[derive(Default)]
pub(crate) struct OAuth {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    /// Counts the merchants' consents; all tokens that come of one belong together.
    consents: u64,
    pub(crate) grants: TokenGrants,
}

struct Code {
    merchant: String,
    redirect_uri: Option<String>,
    expires: Millis,
}

struct Access {
    merchant: String,
    consent: Option<u64>,
    expires: Millis,
}

struct Refresh {
    merchant: String,
    consent: u64,
    /// The access token that was given with it.
    access: String,
    used: bool,
}

/// The operation of a token request, by its grant.
pub(crate) fn operation(request: &Request) -> &'static str {
    match Parameters::of(request).get("grant_type") {
        Some("authorization_code") => "payfirma.oauth.code",
        Some("client_credentials") => "payfirma.oauth.client_credentials",
        Some("refresh_token") => "payfirma.oauth.refresh",
        _ => "payfirma.oauth.token",
    }
}

impl Payfirma {
    pub(crate) fn authenticate(
        &self,
        credential: Credential,
        request: &Request,
        world: &World,
    ) -> Result<Session, Refusal> {
        if credential == Credential::Nothing {
            return Ok(Session::default());
        }
        let header = request.header("authorization").unwrap_or_default();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
            return Err(Refusal::new(401, "A bearer token is needed"));
        }
        let session = |merchant: &str, user| Session {
            merchant: merchant.to_owned(),
            user,
            access_token: token.to_owned(),
        };
        match credential {
            Credential::Iframe if token == IFRAME_TOKEN => Ok(session(MERCHANT, None)),
            Credential::HostedPage if token == HOSTED_PAGE_TOKEN => Ok(session(MERCHANT, None)),
            Credential::Access => match self.oauth.access.get(token) {
                // What takes effect later was let in when it came.
                Some(access) if access.expires > request.came_at.unwrap_or(world.now) => {
                    // One PayHQ user per way in: the merchant's own one, and the partner's.
                    let user = if access.consent.is_none() { 1_001 } else { 1_002 };
                    Ok(session(&access.merchant, Some(user)))
                }
                Some(_) => Err(Refusal::new(401, "The access token has expired")),
                None => Err(Refusal::new(401, "The access token is invalid")),
            },
            _ => Err(Refusal::new(401, "The token is invalid here")),
        }
    }

    /// The consent page. Every merchant agrees at once; `merchant_id`, which the real page does not
    /// have, chooses one.
    pub(crate) fn authorize_merchant(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let invalid = |why| Refusal::oauth(400, "invalid_request", why);
        let query = |name| call.request.query(name);
        if query("response_type") != Some("code") {
            return Err(invalid("response_type must be code"));
        }
        if query("client_id") != Some(CLIENT_ID) {
            return Err(Refusal::oauth(401, "invalid_client", "The client is not known"));
        }
        let redirect_uri =
            query("redirect_uri").ok_or_else(|| invalid("redirect_uri is missing"))?;
        if !redirect_uri.contains("://") {
            return Err(invalid("redirect_uri must be absolute"));
        }
        let merchant = query("merchant_id").unwrap_or(MERCHANT);
        let code = self.mint_code(world, merchant, Some(redirect_uri.to_owned()));
        let joint = if redirect_uri.contains('?') { '&' } else { '?' };
        let mut location = format!("{redirect_uri}{joint}code={code}");
        if let Some(state) = query("state") {
            let state = utf8_percent_encode(state, NON_ALPHANUMERIC);
            location.push_str(&format!("&state={state}"));
        }
        Ok(Answer::redirect(location))
    }

    /// An authorization code, as the consent page gives it out.
    pub(crate) fn mint_code(
        &mut self,
        world: &mut World,
        merchant: &str,
        redirect_uri: Option<String>,
    ) -> String {
        let code = world.hash(9);
        let expires = after(world.now, world.switch::<CodeLifetime>().0);
        let merchant = merchant.to_owned();
        self.oauth.codes.insert(code.clone(), Code { merchant, redirect_uri, expires });
        code
    }

    pub(crate) fn token(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let reply = self.grant(world, call.request);
        if reply.is_err() {
            self.oauth.grants.refused += 1;
        }
        reply
    }

    fn grant(&mut self, world: &mut World, request: &Request) -> Reply {
        let parameters = Parameters::of(request);
        let secrets = ["client_secret", "refresh_token", "code", "password"];
        if world.switch::<QuerySecrets>() == QuerySecrets::Refused
            && secrets.iter().any(|name| request.query(name).is_some())
        {
            let why = "Secrets do not belong in the query";
            return Err(Refusal::oauth(400, "invalid_request", why));
        }
        parameters.check_client(request)?;
        match parameters.get("grant_type") {
            Some("authorization_code") => self.grant_for_code(world, &parameters),
            Some("client_credentials") => {
                self.oauth.grants.client_credentials += 1;
                Ok(self.issue(world, MERCHANT, None))
            }
            Some("refresh_token") => self.grant_for_refresh_token(world, &parameters),
            Some(_) => {
                Err(Refusal::oauth(400, "unsupported_grant_type", "The grant type is not known"))
            }
            None => Err(Refusal::oauth(400, "invalid_request", "grant_type is missing")),
        }
    }

    fn grant_for_code(&mut self, world: &mut World, parameters: &Parameters) -> Reply {
        let invalid = |why| Refusal::oauth(400, "invalid_grant", why);
        let code = parameters.need("code")?;
        // A code works once, whatever comes of it.
        let code = self.oauth.codes.remove(code).ok_or_else(|| invalid("The code is not known"))?;
        if code.expires <= world.now {
            return Err(invalid("The code has expired"));
        }
        if let (Some(expected), Some(sent)) = (&code.redirect_uri, parameters.get("redirect_uri"))
            && expected != sent
        {
            return Err(invalid("redirect_uri is another one than at the authorization"));
        }
        self.oauth.grants.code += 1;
        self.oauth.consents += 1;
        let consent = self.oauth.consents;
        Ok(self.issue(world, &code.merchant, Some(consent)))
    }

    fn grant_for_refresh_token(&mut self, world: &mut World, parameters: &Parameters) -> Reply {
        let invalid = || Refusal::oauth(400, "invalid_grant", "The refresh token is invalid");
        let token = parameters.need("refresh_token")?;
        let refresh = self.oauth.refresh.get_mut(token).ok_or_else(invalid)?;
        let consent = refresh.consent;
        if refresh.used {
            return Err(match world.switch() {
                RefreshReuse::InvalidGrant => invalid(),
                RefreshReuse::Unauthorized => {
                    Refusal::oauth(401, "unauthorized", "The refresh token is invalid")
                }
                RefreshReuse::RevokesAll => {
                    self.oauth.refresh.retain(|_, refresh| refresh.consent != consent);
                    self.oauth.access.retain(|_, access| access.consent != Some(consent));
                    invalid()
                }
            });
        }
        refresh.used = true;
        let merchant = refresh.merchant.clone();
        self.oauth.grants.refresh += 1;
        Ok(self.issue(world, &merchant, Some(consent)))
    }

    fn issue(&mut self, world: &mut World, merchant: &str, consent: Option<u64>) -> Answer {
        let lifetime = world.switch::<TokenLifetime>().0;
        let expires = after(world.now, lifetime);
        let access = jwt(world, expires);
        let merchant = merchant.to_owned();
        self.oauth
            .access
            .insert(access.clone(), Access { merchant: merchant.clone(), consent, expires });
        let refresh = consent.map(|consent| {
            let token = world.uuid();
            let (merchant, access) = (merchant.clone(), access.clone());
            let refresh = Refresh { merchant, consent, access, used: false };
            self.oauth.refresh.insert(token.clone(), refresh);
            token
        });
        let body = Object::new()
            .with("access_token", access)
            .with("token_type", "Bearer")
            .with_optional("refresh_token", refresh)
            .with("expires_in", lifetime)
            .with("merchant_id", merchant)
            .with("scope", SCOPE);
        Answer::json(200, body)
    }

    /// Revokes the access token in the header and the refresh token that came with it.
    pub(crate) fn revoke(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let token = &call.session.access_token;
        self.oauth.access.remove(token);
        self.oauth.refresh.retain(|_, refresh| refresh.access != *token);
        self.oauth.grants.revoked += 1;
        Ok(match world.switch() {
            RemoveAnswer::Body => {
                Answer::json(200, Object::new().with("message", "The token is revoked"))
            }
            RemoveAnswer::NoContent => Answer::empty(204),
        })
    }

    /// The merchant takes every consent back: access and refresh tokens die.
    pub(crate) fn withdraw_consents(&mut self, merchant: &str) {
        self.oauth.codes.retain(|_, code| code.merchant != merchant);
        self.oauth.refresh.retain(|_, refresh| refresh.merchant != merchant);
        let is_kept = |access: &Access| access.merchant != merchant || access.consent.is_none();
        self.oauth.access.retain(|_, access| is_kept(access));
    }

    /// Ends the life of every access token now; refresh tokens stay good.
    pub(crate) fn expire_access_tokens(&mut self) {
        self.oauth.access.values_mut().for_each(|access| access.expires = Millis::MIN);
    }
}

/// Parameters of a token request, from the body and from the query.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(request: &Request) -> Self {
        let mut all = request.form();
        all.extend(request.query.iter().cloned());
        Self(all)
    }

    fn get(&self, name: &str) -> Option<&str> {
        find(&self.0, name).filter(|value| !value.is_empty())
    }

    fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name)
            .ok_or_else(|| Refusal::oauth(400, "invalid_request", &format!("{name} is missing")))
    }

    /// The Basic header, or both parameters; where both are there, both must be right.
    fn check_client(&self, request: &Request) -> Result<(), Refusal> {
        let unknown = || Refusal::oauth(401, "invalid_client", "Client id or secret is wrong");
        let basic = match request.header("authorization") {
            None => None,
            Some(header) => {
                let encoded = header.strip_prefix("Basic ").ok_or_else(unknown)?.trim();
                let decoded = STANDARD.decode(encoded).map_err(|_| unknown())?;
                let text = String::from_utf8(decoded).map_err(|_| unknown())?;
                let (id, secret) = text.split_once(':').ok_or_else(unknown)?;
                Some((id.to_owned(), secret.to_owned()))
            }
        };
        let basic_is_right =
            basic.as_ref().map(|(id, secret)| id == CLIENT_ID && secret == CLIENT_SECRET);
        let (id, secret) = (self.get("client_id"), self.get("client_secret"));
        let parameters_are_right = id.is_none_or(|id| id == CLIENT_ID)
            && secret.is_none_or(|secret| secret == CLIENT_SECRET);
        let complete = id.is_some() && secret.is_some();
        match basic_is_right {
            Some(true) if parameters_are_right => Ok(()),
            None if complete && parameters_are_right => Ok(()),
            _ => Err(unknown()),
        }
    }
}

/// A token that reads like the document's sample. Its signature is random: nobody but the sandbox
/// could check it.
fn jwt(world: &mut World, expires: Millis) -> String {
    let payload =
        Object::new().with("access_token", world.uuid()).with("exp", expires.div_euclid(1_000));
    let payload = crate::json::Json::from(payload).render();
    let signature = world.bytes(32);
    [
        URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#),
        URL_SAFE_NO_PAD.encode(payload),
        URL_SAFE_NO_PAD.encode(signature),
    ]
    .join(".")
}

fn after(now: Millis, seconds: u64) -> Millis {
    let millis = Millis::try_from(seconds.saturating_mul(1_000)).unwrap_or(Millis::MAX);
    now.saturating_add(millis)
}
