//! The three calls of a session: how they are made, and what they answer.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use pay_core::{
    CallOptions, Error, ErrorKind, Invalid, Outcome, Result, Secret,
    provider::{
        Answer, Authorization, Base, BaseUrl, Engine, Hidden, Operation, Provider, Verdict,
    },
};
use serde::{Deserialize, Serialize};

use super::{Headers, RAW_ID, USER_AGENT};
use crate::{AccountId, Environment, Mid, operations};

/// The host as the login sees it: each call brings its own authorization, or none.
pub(crate) struct LoginHost {
    pub(crate) environment: Environment,
    pub(crate) headers: Headers,
}

impl Provider for LoginHost {
    fn user_agent(&self) -> &'static str {
        USER_AGENT
    }

    fn raw_id(&self) -> &'static str {
        RAW_ID
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.environment.api
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn read(&self, operation: &Operation, answer: &Answer) -> Option<Verdict> {
        crate::error::read(operation, answer)
    }
}

/// Whose session it is, and what it logs in with.
pub(crate) struct Credentials {
    pub(crate) mid: Mid,
    /// The account, where the caller has said which.
    pub(crate) account: Option<AccountId>,
    /// `None` if the caller has given a token alone.
    pub(crate) keys: Option<Keys>,
}

/// What a merchant logs in with. (Guide: How To Start.)
pub(crate) struct Keys {
    pub(crate) developer_key: Secret,
    pub(crate) password: Secret,
}

impl Credentials {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if let Some(Keys { developer_key, password }) = &self.keys {
            for (field, secret) in [("developer_key", developer_key), ("password", password)] {
                if secret.expose().trim().is_empty() {
                    return Err(Invalid::new(field, "must not be empty"));
                }
            }
        }
        self.account.as_ref().map_or(Ok(()), AccountId::check)
    }
}

/// Logs in.
pub(super) async fn log_in(
    host: &Engine<LoginHost>,
    credentials: &Credentials,
    within: Duration,
) -> Result<TokenReply> {
    let Some(Keys { developer_key, password }) = &credentials.keys else {
        // Said so, it is remembered: nothing will make that token good again.
        let why = "the given token is not good any more, and there are no keys to log in with";
        return Err(Error::new(ErrorKind::Unauthorized, Outcome::Refused, why));
    };
    let body = LoginWire {
        mid: &credentials.mid,
        developer_key: developer_key.expose(),
        password: password.expose(),
    };
    let reply = host
        .call(&operations::LOG_IN, CallOptions::new().timeout(within))
        .json(&body, &pay_core::Extra::default())
        .hide([developer_key, password].map(|secret| Hidden::exact(secret.expose())))
        .send_judged(|reply: &TokenReply| reply.judge(credentials))
        .await?;
    Ok(reply.into_inner())
}

/// Exchanges a token that is still valid for one that lasts longer.
pub(super) async fn refresh(
    host: &Engine<LoginHost>,
    credentials: &Credentials,
    valid: Authorization,
    within: Duration,
) -> Result<TokenReply> {
    let reply = host
        .call(&operations::REFRESH_SESSION, CallOptions::new().timeout(within))
        .authorization(valid)
        .send_judged(|reply: &TokenReply| reply.judge(credentials))
        .await?;
    Ok(reply.into_inner())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginWire<'a> {
    mid: &'a Mid,
    developer_key: &'a str,
    password: &'a str,
}

/// What a login gives, and a refresh as far as is known.
#[derive(Deserialize)]
pub(super) struct TokenReply {
    pub(super) token: Secret,
    /// A number in one client, text in another.
    #[serde(default, rename = "accountId", with = "pay_core::lenient")]
    account: Option<AccountId>,
    /// As one client reads it too.
    #[serde(default, rename = "account_id", with = "pay_core::lenient")]
    account_too: Option<AccountId>,
    #[serde(default, with = "pay_core::lenient")]
    mid: Option<String>,
}

impl TokenReply {
    pub(super) fn account(&self) -> Option<&AccountId> {
        self.account.as_ref().or(self.account_too.as_ref())
    }

    fn judge(&self, credentials: &Credentials) -> Verdict {
        let token = self.token.expose();
        if token.is_empty() || token.contains(MASK) {
            return Verdict::Unclear("the token cannot be read".to_owned());
        }
        // A number may have lost its leading zeros.
        let digits = |mid: &str| mid.trim().trim_start_matches('0').to_owned();
        if self.mid.as_ref().is_some_and(|told| digits(told) != digits(credentials.mid.as_str())) {
            return Verdict::Contradicts("the login is that of another mid".to_owned());
        }
        match (&credentials.account, self.account()) {
            (Some(given), Some(told)) if given != told => {
                Verdict::Contradicts("the login is that of another account".to_owned())
            }
            _ => Verdict::Succeeded,
        }
    }
}

/// What the engine puts in the place of a secret that is echoed.
const MASK: &str = "[redacted]";

#[cfg(test)]
mod tests {
    use pay_core::provider::json;

    use super::*;

    fn judge(reply: &str, account: Option<&str>) -> Verdict {
        let credentials = Credentials {
            mid: Mid::new("0012345678901").unwrap(),
            account: account.map(|id| AccountId::new(id).unwrap()),
            keys: None,
        };
        serde_json::from_str::<TokenReply>(reply).unwrap().judge(&credentials)
    }

    #[test]
    fn the_account_may_be_a_number_or_text_under_either_name() {
        for body in [
            r#"{"token":"t","accountId":4711}"#,
            r#"{"token":"t","accountId":"4711","mid":null}"#,
            r#"{"token":"t","account_id":4711}"#,
            r#"{"token":"t","accountId":4711,"account_id":"4711","new":[1.5]}"#,
            r#"{"token":"t","accountId":{},"account_id":4711}"#,
        ] {
            let reply = serde_json::from_str::<TokenReply>(body).unwrap();
            assert_eq!(reply.account().unwrap().as_str(), "4711", "{body}");
            assert!(matches!(judge(body, Some("4711")), Verdict::Succeeded));
            assert!(matches!(judge(body, Some("4712")), Verdict::Contradicts(_)));
        }
    }

    #[test]
    fn another_mid_contradicts_and_a_number_without_its_zeros_does_not() {
        for mid in [r#""0012345678901""#, "12345678901", "null", "[]"] {
            let verdict = judge(&format!(r#"{{"token":"t","mid":{mid}}}"#), None);
            assert!(matches!(verdict, Verdict::Succeeded), "{mid}: {verdict:?}");
        }
        let verdict = judge(r#"{"token":"t","mid":"0012345678902"}"#, None);
        assert!(matches!(verdict, Verdict::Contradicts(_)), "{verdict:?}");
    }

    #[test]
    fn a_token_that_cannot_be_read_is_none() {
        for token in ["", "[redacted]", "a[redacted]b"] {
            let verdict = judge(&format!(r#"{{"token":"{token}"}}"#), None);
            assert!(matches!(verdict, Verdict::Unclear(_)), "{token}: {verdict:?}");
        }
        for body in [r#"{"accountId":1}"#, r#"["t"]"#, r#"{"token":7}"#, "\"t\""] {
            assert!(json::from_str::<TokenReply>(body).is_err(), "{body}");
        }
    }
}
