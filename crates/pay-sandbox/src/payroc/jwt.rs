//! Tokens that read like the real ones. Their signatures are random: nobody but the sandbox, which
//! remembers its tokens, could check them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::account::PartnerLogin;
use crate::{
    json::{Json, Object},
    world::World,
};

/// The sandbox's host, as seen in a real token.
const AUDIENCE: &str = "apisandbox.integritypays.com";

/// A token that is good from `issued` until `expires`, in seconds.
pub(crate) fn mint(
    account: &PartnerLogin,
    (issued, expires): (i64, i64),
    world: &mut World,
) -> String {
    let header = Object::new().with("typ", "JWT").with("alg", "RS256").with("kid", "sbx");
    let list =
        |items: &[&str]| Json::from(items.iter().map(|it| Json::from(*it)).collect::<Vec<_>>());
    let claims = Object::new()
        .with("iss", "ipsjwt")
        .with("sub", account.id)
        .with("iat", issued)
        .with("exp", expires)
        .with("aud", AUDIENCE)
        .with("email", format!("{}@example.com", account.user_name))
        .with("preferred_username", account.user_name)
        .with("roles", list(&["Partner"]))
        .with("perms", list(account.permissions));
    let part = |object: Object| URL_SAFE_NO_PAD.encode(Json::from(object).render());
    // As long as an RS256 signature with a key of 2048 bits.
    let signature = URL_SAFE_NO_PAD.encode(world.bytes(256));
    [part(header), part(claims), signature].join(".")
}
