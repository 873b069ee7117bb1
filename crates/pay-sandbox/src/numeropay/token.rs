//! Tokens that merchants sign themselves: "Generating Auth JWT Token".

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{
    MerchantKeys, Refusal, merchant,
    switches::{ClockLeeway, JwtHeader, LongestTokenLife, Scopes},
};
use crate::{
    json::{Json, Object},
    request::Request,
    world::World,
};

const ISSUER: &str = "merchant.numeropay";
const TEST_PREFIX: &str = "sandbox.";

/// On whose behalf a request is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) merchant: &'static MerchantKeys,
    pub(crate) test_mode: bool,
}

/// The session that a request's token is good for.
pub(crate) fn session(request: &Request, scope: &str, world: &World) -> Result<Session, Refusal> {
    let header = request.header("authorization").unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::BadToken);
    }
    let (session, payload) = signed_payload(token.trim(), world).ok_or(Refusal::BadToken)?;
    let now = request.came_at.unwrap_or(world.now).div_euclid(1_000);
    if !is_in_force(&payload, &session, now, world) {
        return Err(Refusal::BadToken);
    }
    let scopes = scopes(&payload);
    match (world.switch(), scopes) {
        (Scopes::Ignored, _) | (Scopes::List, Some(_)) => Ok(session),
        (_, None) => Err(Refusal::BadToken),
        (Scopes::Required, Some(scopes)) if scopes.contains(&scope) => Ok(session),
        (Scopes::Required, Some(_)) => Err(Refusal::forbidden()),
    }
}

/// A token of the sandbox's own making, for curl and for tests of other things.
pub(crate) fn mint(session: Session, now: i64, lifetime: i64) -> String {
    let Session { merchant, test_mode } = session;
    let (key_id, secret) = match test_mode {
        true => (format!("{TEST_PREFIX}{}", merchant.key_id), merchant.key_id),
        false => (merchant.key_id.to_owned(), merchant.key_secret),
    };
    let header = Object::new().with("alg", "HS256").with("type", "JWT").with("keyid", key_id);
    let scopes: Vec<Json> = vec!["transaction.create".into(), "transaction.read".into()];
    let payload = Object::new()
        .with("scopes", scopes)
        .with("iat", now)
        .with("exp", now.saturating_add(lifetime))
        .with("iss", ISSUER)
        .with("sub", merchant.merchant_id);
    let part = |object: Object| URL_SAFE_NO_PAD.encode(Json::from(object).render());
    let signed = format!("{}.{}", part(header), part(payload));
    let signature = hs256(secret.as_bytes(), &signed)
        .map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        .unwrap_or_default();
    format!("{signed}.{signature}")
}

/// The payload of a token whose header and signature are right, and whose key it is.
fn signed_payload(token: &str, world: &World) -> Option<(Session, Json)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header = Json::parse(&decode(header)?)?;
    if header.get("alg")? != &Json::from("HS256") {
        return None;
    }
    let (session, secret) = key(&header, world)?;
    // In constant time, as servers do.
    hs256(secret.as_bytes(), signed)?.verify_slice(&decode(signature)?).ok()?;
    Some((session, Json::parse(&decode(payload)?)?))
}

/// Whose key a header names, and the secret that goes with it.
fn key(header: &Json, world: &World) -> Option<(Session, &'static str)> {
    let text = |name| match header.get(name) {
        Some(Json::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let either = world.switch::<JwtHeader>() == JwtHeader::Either;
    let kind = text("type").or_else(|| text("typ").filter(|_| either));
    if kind != Some("JWT") && world.switch::<JwtHeader>() != JwtHeader::KeyIdOnly {
        return None;
    }
    let key_id = text("keyid").or_else(|| text("kid").filter(|_| either))?;
    let (test_mode, key_id) = match key_id.strip_prefix(TEST_PREFIX) {
        Some(key_id) => (true, key_id),
        None => (false, key_id),
    };
    let merchant = merchant::all().into_iter().find(|merchant| merchant.key_id == key_id)?;
    let secret = if test_mode { merchant.key_id } else { merchant.key_secret };
    Some((Session { merchant, test_mode }, secret))
}

/// Whether issuer, subject and times are right; `now` in seconds.
fn is_in_force(payload: &Json, session: &Session, now: i64, world: &World) -> bool {
    let seconds = |name| match payload.get(name) {
        Some(Json::Number(text)) => text.parse::<i64>().ok(),
        _ => None,
    };
    let leeway = i64::try_from(world.switch::<ClockLeeway>().0).unwrap_or(i64::MAX);
    let longest = match world.switch::<LongestTokenLife>().0 {
        0 => i64::MAX,
        longest => i64::try_from(longest).unwrap_or(i64::MAX),
    };
    let (Some(issued), Some(expires)) = (seconds("iat"), seconds("exp")) else { return false };
    let not_before = match payload.get("nbf") {
        None => issued,
        Some(_) => seconds("nbf").unwrap_or(i64::MAX),
    };
    payload.get("iss") == Some(&Json::from(ISSUER))
        && payload.get("sub") == Some(&Json::from(session.merchant.merchant_id))
        && issued.max(not_before) <= now.saturating_add(leeway)
        && now < expires.saturating_add(leeway)
        && expires.saturating_sub(issued) <= longest
}

/// The scopes, if they are an array of strings.
fn scopes(payload: &Json) -> Option<Vec<&str>> {
    let Some(Json::Array(items)) = payload.get("scopes") else { return None };
    items
        .iter()
        .map(|item| match item {
            Json::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// `None` never happens: a key of any length will do.
fn hs256(secret: &[u8], signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.1: what everybody else's HS256 makes of it.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let key = URL_SAFE_NO_PAD
            .decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
            )
            .unwrap();
        let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4\
                      MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature =
            URL_SAFE_NO_PAD.decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert!(hs256(&key, signed).unwrap().verify_slice(&signature).is_ok());
        assert!(hs256(b"another key", signed).unwrap().verify_slice(&signature).is_err());
    }
}
