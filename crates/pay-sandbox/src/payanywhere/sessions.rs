//! Sessions: "Authentication".

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::{
    Call, MerchantCredentials, Payanywhere, Refusal, Reply, account,
    body::Input,
    switches::{
        AccountIdForm, AppSourceFailure, LogOutAnswer, MidEcho, RefreshAnswer, RefreshedToken,
    },
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    request::Request,
    world::World,
};

/// 40 minutes, in seconds.
const LIFETIME: i64 = 2_400;

/// On whose behalf a request is made.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) merchant: &'static MerchantCredentials,
    token: String,
}

/// How often tokens were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct SessionCounts {
    /// Logins that went well.
    pub logins: u64,
    /// Logins that did not.
    pub refused: u64,
    /// Sessions refreshed.
    pub refreshes: u64,
    /// Log-outs.
    pub log_outs: u64,
}

#[derive(Default)]
pub(crate) struct Sessions {
    tokens: BTreeMap<String, Token>,
    pub(crate) counts: SessionCounts,
}

impl std::fmt::Debug for Sessions {
    /// Without the tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sessions").field("counts", &self.counts).finish_non_exhaustive()
    }
}

struct Token {
    merchant: &'static MerchantCredentials,
    expires: Millis,
}

impl Payanywhere {
    pub(crate) fn log_in(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let reply = self.sessions.log_in(world, call.request);
        match reply {
            Ok(_) => self.sessions.counts.logins += 1,
            Err(_) => self.sessions.counts.refused += 1,
        }
        reply
    }

    pub(crate) fn refresh_session(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let session = call.session()?;
        if world.switch::<RefreshedToken>() == RefreshedToken::Dies {
            self.sessions.tokens.remove(&session.token);
        }
        self.sessions.counts.refreshes += 1;
        let token = self.sessions.issue(session.merchant, world);
        let answer = match world.switch() {
            RefreshAnswer::TokenOnly => Object::new().with("token", token),
            RefreshAnswer::AsLogin => logged_in(token, session.merchant, world),
        };
        Ok(Answer::json(200, answer))
    }

    /// Ends the session. A GET, and yet it changes something.
    pub(crate) fn log_out(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.sessions.tokens.remove(&call.session()?.token);
        self.sessions.counts.log_outs += 1;
        Ok(match world.switch() {
            LogOutAnswer::Message => {
                Answer::json(200, Object::new().with("message", "Request Authorized"))
            }
            LogOutAnswer::EmptyObject => Answer::json(200, Object::new()),
            LogOutAnswer::Empty => Answer::empty(200),
        })
    }
}

impl Sessions {
    /// The session that a request's token and header are good for.
    pub(crate) fn of(&self, request: &Request, world: &World) -> Result<Session, Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let token = token.trim();
        let known = self.tokens.get(token).filter(|_| scheme.eq_ignore_ascii_case("bearer"));
        // What takes effect later was let in when it came.
        let came_at = request.came_at.unwrap_or(world.now);
        let known = known.filter(|known| known.expires > came_at);
        let known = known.ok_or_else(Refusal::unauthorized)?;
        check_app_source(request, known.merchant, Refusal::unauthorized, world)?;
        Ok(Session { merchant: known.merchant, token: token.to_owned() })
    }

    /// Ends the life of all tokens.
    pub(crate) fn expire(&mut self) {
        self.tokens.values_mut().for_each(|token| token.expires = Millis::MIN);
    }

    fn log_in(&mut self, world: &mut World, request: &Request) -> Reply {
        let body = Input::of(request)?;
        let (mid, developer_key, password) =
            (body.need_text("mid")?, body.need_text("developerKey")?, body.need_text("password")?);
        let merchant = account::all()
            .into_iter()
            .find(|it| (it.mid, it.developer_key, it.password) == (mid, developer_key, password));
        let merchant = merchant.ok_or_else(Refusal::bad_login)?;
        check_app_source(request, merchant, Refusal::bad_login, world)?;
        let token = self.issue(merchant, world);
        Ok(Answer::json(200, logged_in(token, merchant, world)))
    }

    fn issue(&mut self, merchant: &'static MerchantCredentials, world: &mut World) -> String {
        let issued = world.now.div_euclid(1_000);
        let expires = issued.saturating_add(LIFETIME);
        let token = jwt(merchant, issued, expires, world);
        let expires = expires.saturating_mul(1_000);
        self.tokens.insert(token.clone(), Token { merchant, expires });
        token
    }
}

fn logged_in(token: String, merchant: &MerchantCredentials, world: &World) -> Object {
    let id = match world.switch() {
        AccountIdForm::Number => Json::from(merchant.account_id),
        AccountIdForm::Text => merchant.account_id.to_string().into(),
    };
    let mid = (world.switch::<MidEcho>() == MidEcho::Sent).then_some(merchant.mid);
    Object::new().with("token", token).with("accountId", id).with_optional("mid", mid)
}

fn check_app_source(
    request: &Request,
    merchant: &MerchantCredentials,
    refusal: fn() -> Refusal,
    world: &World,
) -> Result<(), Refusal> {
    if request.header("x-nabwss-appsource") == Some(merchant.app_source) {
        return Ok(());
    }
    Err(match world.switch() {
        AppSourceFailure::AsCredentials => refusal(),
        AppSourceFailure::BadRequest => {
            Refusal::new(400, "x-nabwss-appsource is not the merchant's")
        }
    })
}

/// A token whose times can be read. Its signature is random: nobody but the sandbox, which remembers
/// its tokens, could check it.
fn jwt(merchant: &MerchantCredentials, issued: i64, expires: i64, world: &mut World) -> String {
    let header = Object::new().with("typ", "JWT").with("alg", "HS256");
    let claims = Object::new()
        .with("mid", merchant.mid)
        .with("accountId", merchant.account_id)
        .with("iat", issued)
        .with("exp", expires);
    let part = |object: Object| URL_SAFE_NO_PAD.encode(Json::from(object).render());
    let signature = URL_SAFE_NO_PAD.encode(world.bytes(32));
    [part(header), part(claims), signature].join(".")
}
