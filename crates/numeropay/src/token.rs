//! The tokens that prove who calls: made here, not fetched. HS256 as in RFC 7515, but for the two
//! header fields that NumeroPay calls `type` and `keyid`. (Document: Generating Auth JWT Token.)

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use pay_core::{
    BoxFuture, Clock, Error, ErrorKind, Outcome, Result, Secret,
    provider::{Authorization, Token, TokenSource},
};
use serde::Serialize;
use sha2::Sha256;
use time::OffsetDateTime;

use crate::MerchantId;

/// How long a token lives: as in the document's sample. The longest that is allowed is unknown.
pub(crate) const LIFETIME: Duration = Duration::from_secs(20 * 60);

const ISSUER: &str = "merchant.numeropay";

/// Makes tokens for one merchant.
pub(crate) struct Minter {
    pub(crate) key_id: String,
    pub(crate) key: Secret,
    pub(crate) merchant: MerchantId,
    pub(crate) scopes: Vec<String>,
    pub(crate) lifetime: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) latest: Mutex<Option<Validity>>,
}

/// From when to when a token is valid, on the wall clock.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    from: OffsetDateTime,
    to: OffsetDateTime,
}

impl Minter {
    /// Forgets the latest token and says yes, if the wall clock puts it out of its time: it was
    /// set, or the machine slept. The cache goes by the monotonic clock and would not notice.
    pub(crate) fn is_out_of_step(&self, lasting: Duration) -> bool {
        let now = self.clock.now();
        let lasting = lasting.min(self.lifetime / 2);
        let out = |valid: &mut Validity| now < valid.from || now + lasting >= valid.to;
        self.latest().take_if(out).is_some()
    }

    fn mint(&self) -> Result<Token> {
        let now = self.clock.now();
        let iat = now.unix_timestamp();
        let exp = iat.saturating_add(i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX));
        let token = self.sign(iat, exp)?;
        let date = |seconds| OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| not_signed());
        let valid = Validity { from: date(iat)?, to: date(exp)? };
        *self.latest() = Some(valid);
        Ok(Token::new(Authorization::bearer(&token)?).expiring_at(valid.to, now))
    }

    fn sign(&self, iat: i64, exp: i64) -> Result<Secret> {
        let header = Header { alg: "HS256", r#type: "JWT", keyid: &self.key_id };
        let claims =
            Claims { scopes: &self.scopes, iat, exp, iss: ISSUER, sub: self.merchant.as_str() };
        let mut token = format!("{}.{}", encoded(&header)?, encoded(&claims)?);
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes())
            .map_err(|_| not_signed())?;
        mac.update(token.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        // Grown before the signature is in it, so that no copy of the whole stays behind.
        token.reserve_exact(signature.len() + 1);
        token.push('.');
        token.push_str(&signature);
        Ok(Secret::new(token))
    }

    fn latest(&self) -> MutexGuard<'_, Option<Validity>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenSource for Minter {
    fn fetch(&self, _: Duration) -> BoxFuture<'_, Result<Token>> {
        Box::pin(std::future::ready(self.mint()))
    }
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    r#type: &'static str,
    keyid: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    scopes: &'a [String],
    iat: i64,
    exp: i64,
    iss: &'static str,
    sub: &'a str,
}

fn encoded(part: &impl Serialize) -> Result<String> {
    serde_json::to_vec(part).map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| not_signed())
}

fn not_signed() -> Error {
    Error::new(ErrorKind::Configuration, Outcome::NotSent, "a token could not be made")
}
