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

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use pay_core::ManualClock;
    use proptest::prelude::*;
    use serde::Deserialize;
    use time::macros::datetime;

    use super::*;

    const MERCHANT: &str = "17c69865-7edd-4d05-bc70-65a1b85b9322";

    fn minter(key_id: &str, key: &str, scopes: &[&str]) -> Minter {
        Minter {
            key_id: key_id.to_owned(),
            key: Secret::new(key),
            merchant: MerchantId::new(MERCHANT).unwrap(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            lifetime: LIFETIME,
            clock: Arc::new(ManualClock::new(datetime!(2020-10-12 11:13:31.75 UTC))),
            latest: Mutex::default(),
        }
    }

    /// The document's key, scopes and times; the tokens are by `openssl dgst -sha256 -hmac`, and
    /// the same by Python's `hmac`.
    #[test]
    fn a_known_token_comes_out_to_the_byte() {
        let payload = "eyJzY29wZXMiOlsiWU9VUiIsIlNDT1BFUyJdLCJpYXQiOjE2MDI1MDEyMTEsImV4cCI6MTYwMjUw\
                       MjQxMSwiaXNzIjoibWVyY2hhbnQubnVtZXJvcGF5Iiwic3ViIjoiMTdjNjk4NjUtN2VkZC00ZDA1\
                       LWJjNzAtNjVhMWI4NWI5MzIyIn0";
        for (key_id, key, header, signature) in [
            (
                "du7UghNhhhMTnYwqrEYp",
                "10LuRTaAefHwMCMdKgoF",
                "eyJhbGciOiJIUzI1NiIsInR5cGUiOiJKV1QiLCJrZXlpZCI6ImR1N1VnaE5oaGhNVG5Zd3FyRVlwIn0",
                "bNd2I2ayLCn2ZVDwZiXfWj_IkGclLtOYXBrw3od-DAQ",
            ),
            (
                "sandbox.du7UghNhhhMTnYwqrEYp",
                "du7UghNhhhMTnYwqrEYp",
                "eyJhbGciOiJIUzI1NiIsInR5cGUiOiJKV1QiLCJrZXlpZCI6InNhbmRib3guZHU3VWdoTmhoaE1Ubll3\
                 cXJFWXAifQ",
                "PVSo3qL46-Z13WnlnyJagX2X4w0h2sNfP8MaY1R_nrE",
            ),
        ] {
            let minter = minter(key_id, key, &["YOUR", "SCOPES"]);
            let token = minter.sign(1_602_501_211, 1_602_502_411).unwrap();
            assert_eq!(token.expose(), format!("{header}.{payload}.{signature}"));
        }
    }

    #[test]
    fn a_token_lives_from_this_second_for_its_lifetime() {
        let token = minter("key", "secret", &[]).mint().unwrap();
        let text = token.authorization.value().to_str().unwrap();
        let claims = text.split('.').nth(1).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
        let expected = format!(
            r#"{{"scopes":[],"iat":1602501211,"exp":1602502411,"iss":"{ISSUER}","sub":"{MERCHANT}"}}"#
        );
        assert_eq!(claims, expected.as_bytes());
        // `exp` has whole seconds, and three quarters of the first had gone.
        assert_eq!(token.lifetime, Some(Duration::from_millis(1_199_250)));
    }

    #[test]
    fn a_clock_that_is_set_makes_a_token_stale_once() {
        let clock = ManualClock::new(datetime!(2020-10-12 11:13:31.75 UTC));
        let minter = Minter { clock: Arc::new(clock.clone()), ..minter("key", "secret", &[]) };
        let second = Duration::from_secs(1);
        assert!(!minter.is_out_of_step(Duration::ZERO), "there is none yet");
        for (set_to, lasting, stale) in [
            (datetime!(2020-10-12 11:13:31 UTC), Duration::ZERO, false),
            (datetime!(2020-10-12 11:13:30.999 UTC), Duration::ZERO, true),
            (datetime!(2020-10-12 11:33:30 UTC), Duration::ZERO, false),
            (datetime!(2020-10-12 11:33:31 UTC), Duration::ZERO, true),
            (datetime!(2020-10-12 11:33:00 UTC), 30 * second, false),
            (datetime!(2020-10-12 11:33:01 UTC), 30 * second, true),
            // Nothing lasts that long: half a life must do.
            (datetime!(2020-10-12 11:23:30 UTC), 3600 * second, false),
        ] {
            clock.set_now(datetime!(2020-10-12 11:13:31.75 UTC));
            minter.mint().unwrap();
            clock.set_now(set_to);
            assert_eq!(minter.is_out_of_step(lasting), stale, "{set_to}");
            assert!(!stale || !minter.is_out_of_step(lasting), "said twice");
        }
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Read {
        scopes: Vec<String>,
        iat: i64,
        exp: i64,
        iss: String,
        sub: String,
    }

    fn read(token: &str, key: &str) -> Option<Read> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_issuer(&[ISSUER]);
        validation.sub = Some(MERCHANT.to_owned());
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        let key = DecodingKey::from_secret(key.as_bytes());
        decode::<Read>(token, &key, &validation).ok().map(|token| token.claims)
    }

    proptest! {
        /// A second opinion: `jsonwebtoken` checks what we signed.
        #[test]
        fn another_library_reads_the_token_and_no_forged_one(
            key_id in "[!-~]{1,40}",
            key in "\\PC{1,200}",
            scopes in proptest::collection::vec("\\PC{1,20}", 0..4),
            iat in 0_i64..4_000_000_000,
            at in any::<proptest::sample::Index>(),
        ) {
            let names: Vec<_> = scopes.iter().map(String::as_str).collect();
            let minter = minter(&key_id, &key, &names);
            let token = minter.sign(iat, iat + 1200).unwrap();
            let token = token.expose();
            let expected = Read {
                scopes,
                iat,
                exp: iat + 1200,
                iss: ISSUER.to_owned(),
                sub: MERCHANT.to_owned(),
            };
            prop_assert_eq!(read(token, &key), Some(expected));
            prop_assert_eq!(read(token, &format!("{key}x")), None);
            // Another character anywhere but at the very end, where the last bits are padding.
            let mut forged = token.as_bytes().to_vec();
            let place = at.index(forged.len() - 1);
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            prop_assert_eq!(read(std::str::from_utf8(&forged).unwrap(), &key), None);

            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
            let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
            prop_assert_eq!(
                header,
                serde_json::json!({"alg": "HS256", "type": "JWT", "keyid": key_id})
            );
        }
    }
}
