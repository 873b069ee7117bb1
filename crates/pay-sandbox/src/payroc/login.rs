//! Logins and tokens: "Authentication".

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{
    Call, Payroc, Refusal, Reply,
    account::{self, PartnerLogin, Session},
    input::{Input, body},
    jwt,
    switches::{EmptyStatus, InvalidToken, LockAfter, MissingCredentials, NoToken, TokenCookie},
    validation::Violation,
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    request::Request,
    world::World,
};

/// Two hours, in seconds.
const ACCESS_LIFETIME: i64 = 7_200;
/// 24 hours, in seconds.
const REFRESH_LIFETIME: i64 = 86_400;

/// How often tokens were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct LoginCounts {
    /// Logins that went well.
    pub logins: u64,
    /// Access tokens for a refresh token.
    pub refreshes: u64,
    /// Either of them, refused.
    pub refused: u64,
}

#[derive(Default)]
pub(crate) struct Logins {
    tokens: BTreeMap<String, Token>,
    /// By user name.
    locks: BTreeMap<&'static str, Lock>,
    pub(crate) counts: LoginCounts,
}

impl std::fmt::Debug for Logins {
    /// Without the tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logins").field("counts", &self.counts).finish_non_exhaustive()
    }
}

struct Token {
    kind: Kind,
    account: &'static PartnerLogin,
    expires: Millis,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Access,
    Refresh,
}

#[derive(Default)]
struct Lock {
    wrong_in_a_row: u64,
    is_locked: bool,
}

impl Payroc {
    pub(crate) fn log_in(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let reply = self.logins.log_in(world, call.request);
        match reply {
            Ok(_) => self.logins.counts.logins += 1,
            Err(_) => self.logins.counts.refused += 1,
        }
        reply
    }

    pub(crate) fn refresh(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let reply = self.logins.refresh(world, call.request);
        match reply {
            Ok(_) => self.logins.counts.refreshes += 1,
            Err(_) => self.logins.counts.refused += 1,
        }
        reply
    }

    /// The session that a request's token is good for.
    pub(crate) fn session(&self, request: &Request, world: &World) -> Result<Session, Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let no_token = "Please authenticate using bearer token or with flag 'UseTokenCookie' set \
                        to true.";
        if scheme.eq_ignore_ascii_case("basic") {
            return Err(Refusal::forbidden(no_token));
        }
        let token = match scheme.eq_ignore_ascii_case("bearer") {
            true => Some(token.trim()),
            false => token_cookie(request),
        };
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Err(match world.switch() {
                NoToken::Unauthorized => Refusal::new(401, "Unauthorized", "Not Authenticated"),
                NoToken::Forbidden => Refusal::forbidden(no_token),
            });
        };
        let came_at = request.came_at.unwrap_or(world.now);
        let account = self.logins.account(token, Kind::Access, came_at, world)?;
        Ok(Session { account })
    }
}

impl Logins {
    /// Ends the life of all access tokens.
    pub(crate) fn expire_access_tokens(&mut self) {
        self.expire(Kind::Access);
    }

    /// Ends the life of all refresh tokens.
    pub(crate) fn expire_refresh_tokens(&mut self) {
        self.expire(Kind::Refresh);
    }

    pub(crate) fn lock(&mut self, account: &'static PartnerLogin, is_locked: bool) {
        self.locks.insert(account.user_name, Lock { wrong_in_a_row: 0, is_locked });
    }

    fn log_in(&mut self, world: &mut World, request: &Request) -> Reply {
        let body = match request.header("authorization") {
            // With Basic credentials nobody looks at the body.
            Some(_) => Json::Object(Vec::new()),
            None => body(request)?,
        };
        let (user_name, password) = credentials(request, Input(&body), world)?;
        let account = account::named(&user_name).ok_or_else(Refusal::bad_login)?;
        let lock = self.locks.entry(account.user_name).or_default();
        if password != account.password {
            lock.wrong_in_a_row += 1;
            let limit = world.switch::<LockAfter>().0;
            lock.is_locked |= limit > 0 && lock.wrong_in_a_row >= limit;
            return Err(Refusal::bad_login());
        }
        if lock.is_locked {
            let message = "This account has been locked";
            return Err(Refusal::new(401, "AuthenticationException", message));
        }
        lock.wrong_in_a_row = 0;
        let access = self.issue(Kind::Access, account, world);
        let refresh = self.issue(Kind::Refresh, account, world);
        let in_cookie = Input(&body).flag("useTokenCookie")?.unwrap_or(false);
        let session_id = world.hash(20);
        let in_body = !in_cookie || world.switch::<TokenCookie>() == TokenCookie::Both;
        let answer = Object::new()
            .with("userId", account.id.to_string())
            .with("sessionId", session_id.clone())
            .with("userName", account.user_name)
            .with("displayName", account.display_name)
            .with_optional("bearerToken", in_body.then(|| access.clone()))
            .with("refreshToken", refresh);
        let answer = with_status(answer, world.switch::<EmptyStatus>() != EmptyStatus::Never);
        let mut answer = Answer::json(200, answer)
            .with_header("set-cookie", format!("ss-id={session_id}; path=/; HttpOnly"))
            .with_header("set-cookie", format!("X-UAId={}; path=/; HttpOnly", account.id));
        if in_cookie {
            let cookie = format!("ss-tok={access}; path=/; Secure; HttpOnly");
            answer = answer.with_header("set-cookie", cookie);
        }
        Ok(answer)
    }

    fn refresh(&mut self, world: &mut World, request: &Request) -> Reply {
        let body = body(request)?;
        let Some(token) = Input(&body).text("refreshToken")? else {
            return Err(Refusal::Invalid(vec![empty("RefreshToken", "Refresh Token")]));
        };
        let came_at = request.came_at.unwrap_or(world.now);
        let account = self.account(token, Kind::Refresh, came_at, world)?;
        let answer = Object::new().with("accessToken", self.issue(Kind::Access, account, world));
        let always = world.switch::<EmptyStatus>() == EmptyStatus::Always;
        Ok(Answer::json(200, with_status(answer, always)))
    }

    /// Whose token it is, if it is of that kind and in force.
    fn account(
        &self,
        token: &str,
        kind: Kind,
        at: Millis,
        world: &World,
    ) -> Result<&'static PartnerLogin, Refusal> {
        match self.tokens.get(token).filter(|known| known.kind == kind) {
            Some(known) if known.expires > at => Ok(known.account),
            Some(_) => Err(Refusal::new(401, "TokenException", "Token has expired")),
            None => Err(match world.switch() {
                InvalidToken::Unauthorized => Refusal::new(401, "Unauthorized", "Invalid token"),
                InvalidToken::TokenException => {
                    Refusal::new(401, "TokenException", "Token is invalid")
                }
            }),
        }
    }

    fn issue(&mut self, kind: Kind, account: &'static PartnerLogin, world: &mut World) -> String {
        let lifetime = match kind {
            Kind::Access => ACCESS_LIFETIME,
            Kind::Refresh => REFRESH_LIFETIME,
        };
        let issued = world.now.div_euclid(1_000);
        let expires = issued.saturating_add(lifetime);
        let token = jwt::mint(account, (issued, expires), world);
        let expires = expires.saturating_mul(1_000);
        self.tokens.insert(token.clone(), Token { kind, account, expires });
        token
    }

    fn expire(&mut self, kind: Kind) {
        let of_kind = self.tokens.values_mut().filter(|token| token.kind == kind);
        of_kind.for_each(|token| token.expires = Millis::MIN);
    }
}

/// The answer with its empty `responseStatus`, where it has one.
pub(crate) fn with_status(answer: Object, yes: bool) -> Object {
    answer.with_optional("responseStatus", yes.then(|| Json::from(Object::new())))
}

/// From the Basic header, or else from the body.
fn credentials(
    request: &Request,
    body: Input<'_>,
    world: &World,
) -> Result<(String, String), Refusal> {
    let (user_name, password) = match request.header("authorization") {
        Some(header) => basic(header).unwrap_or_default(),
        None => {
            let text = |name| Ok(body.text(name)?.unwrap_or_default().to_owned());
            (text("userName")?, text("password")?)
        }
    };
    let mut missing = Vec::new();
    if user_name.is_empty() {
        missing.push(empty("UserName", "User Name"));
    }
    if password.is_empty() {
        missing.push(empty("Password", "Password"));
    }
    match (missing.is_empty(), world.switch()) {
        (true, _) => Ok((user_name, password)),
        (false, MissingCredentials::Forbidden) => Err(Refusal::restricted("Authenticate")),
        (false, MissingCredentials::NotEmpty) => Err(Refusal::Invalid(missing)),
        (false, MissingCredentials::Unauthorized) => Err(Refusal::bad_login()),
    }
}

fn empty(field: &str, words: &str) -> Violation {
    let message = format!("'{words}' should not be empty.");
    Violation { code: "NotEmpty", field: field.to_owned(), message, value: None }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user_name, password) = text.split_once(':')?;
    Some((user_name.to_owned(), password.to_owned()))
}

fn token_cookie(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("ss-tok="))
}
