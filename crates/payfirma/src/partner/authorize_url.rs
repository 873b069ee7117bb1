//! A merchant's consent: the address that their browser is sent to, and what it brings back.

use std::{fmt, sync::Arc};

use pay_core::{
    Error, ErrorKind, Invalid, Outcome, Randomness, Result, Secret, TokenPair, provider::BaseUrl,
};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;

use crate::{MerchantId, operations, redirect::RedirectParameters};

/// A request for a merchant's consent. Send the merchant's browser to [`url`](Self::url), and keep
/// [`state`](Self::state) in that browser's session: the redirect back must bring the same.
///
/// `GET {auth}/oauth/authorize` (Guide: Authorize, Authorization). `state` is not in the table of
/// this call, but recommended, and said to come back, in the one of the grant.
#[must_use]
#[derive(Clone)]
pub struct ConsentRequest {
    url: String,
    state: Secret,
    redirect_uri: String,
}

/// A merchant's consent: the code of a redirect whose state was the expected one.
///
/// The code works once and not for long. What was exchanged for it and could not be stored waits
/// in here and in its clones: [`exchange_code`](crate::Partner::exchange_code) with the same
/// `Callback` then only stores it.
#[derive(Clone)]
pub struct Callback {
    pub(crate) code: Secret,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<Secret>,
    pub(crate) kept: Arc<Mutex<Kept>>,
}

/// How far a code has come.
pub(crate) enum Kept {
    Nothing,
    /// Exchanged, and stored nowhere yet.
    Pair(TokenPair),
    Stored(MerchantId, Option<String>),
}

impl ConsentRequest {
    pub(crate) fn new(
        auth: &BaseUrl,
        client_id: &str,
        redirect_uri: &str,
        randomness: &dyn Randomness,
    ) -> Result<Self, Invalid> {
        check_redirect_uri(redirect_uri)?;
        let (high, low) = (randomness.next_u64(), randomness.next_u64());
        let state = Secret::new(format!("{high:016x}{low:016x}"));
        let path = operations::OAUTH_AUTHORIZE.route.template().unwrap_or_default();
        let url = url::Url::parse_with_params(
            &format!("{auth}{path}"),
            [
                ("response_type", "code"),
                ("client_id", client_id),
                ("redirect_uri", redirect_uri),
                ("state", state.expose()),
            ],
        )
        .map_err(|_| Invalid::new("auth_url", "does not make a URL"))?;
        Ok(Self { url: url.into(), state, redirect_uri: redirect_uri.to_owned() })
    }

    /// Where to send the merchant's browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the redirect must bring back: 128 random bits in hexadecimal.
    #[must_use]
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// Where the browser comes back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Reads the redirect: [`Callback::parse`] with the state and address of this request.
    ///
    /// # Errors
    ///
    /// As [`Callback::parse`].
    pub fn check(&self, query: &str) -> Result<Callback> {
        Callback::parse(query, &self.state, &self.redirect_uri)
    }
}

impl fmt::Debug for ConsentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentRequest")
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl Callback {
    /// Reads the query of the redirect, with or without its `?`, or its whole address. `state` is
    /// what the merchant's browser session has kept, `redirect_uri` the one that was asked with.
    ///
    /// # Errors
    ///
    /// `is_invalid()`: the state is missing or another one (somebody else's redirect), or there is
    /// no code. With the kind [`Refused`](ErrorKind::Refused) and the code `access_denied`: the
    /// merchant did not consent.
    pub fn parse(query: &str, state: &Secret, redirect_uri: &str) -> Result<Self> {
        let mut parameters = RedirectParameters::parse(query);
        let told = parameters.take("state")?.map(Secret::new);
        let expected = state.expose().as_bytes();
        let same = told.as_ref().is_some_and(|told| {
            bool::from(told.expose().as_bytes().ct_eq(expected)) && !expected.is_empty()
        });
        if !same {
            return Err(Invalid::new("state", "must be the one that was asked with").into());
        }
        if let Some(code) = parameters.take("error")? {
            let message = parameters.take("error_description")?;
            let message = message.unwrap_or_else(|| "the merchant did not consent".to_owned());
            return Err(Error::new(ErrorKind::Refused, Outcome::Refused, message)
                .with_operation(operations::OAUTH_AUTHORIZE.id)
                .with_code(Some(code)));
        }
        let mut callback = Self::from_code(parameters.need("code")?, redirect_uri)?;
        callback.state = told;
        Ok(callback)
    }

    /// A code from a redirect that you have taken apart yourself. Compare the state first, or
    /// anybody can connect their account to your merchant's session.
    ///
    /// # Errors
    ///
    /// The code is empty, or the address is none that a merchant could be sent back to.
    pub fn from_code(code: impl Into<Secret>, redirect_uri: &str) -> Result<Self> {
        let code = code.into();
        if code.expose().is_empty() {
            return Err(Invalid::new("code", "must not be empty").into());
        }
        check_redirect_uri(redirect_uri)?;
        let redirect_uri = redirect_uri.to_owned();
        Ok(Self { code, redirect_uri, state: None, kept: Arc::new(Mutex::new(Kept::Nothing)) })
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// "The redirection endpoint URI must be an absolute URI"; a code does not travel in the open.
fn check_redirect_uri(text: &str) -> Result<(), Invalid> {
    let rule = |rule: &'static str| Err(Invalid::new("redirect_uri", rule));
    let Ok(url) = url::Url::parse(text) else {
        return rule("must be an absolute URL such as https://host/path");
    };
    // The document's own sample has three slashes; a parser mends that, a comparison does not.
    let whole = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    if !whole || !url.has_host() {
        return rule("must be an absolute URL such as https://host/path");
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return rule("must be https (http only to a loopback address)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return rule("must not contain credentials");
    }
    if text.contains('#') {
        return rule("must not have a fragment");
    }
    Ok(())
}

pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use pay_core::SystemRandomness;

    use super::*;

    const HERE: &str = "https://partner.example/callback?shop=a&b";

    fn consent() -> ConsentRequest {
        let auth = BaseUrl::from_static("https://auth.payfirma.com");
        ConsentRequest::new(&auth, "id & more", HERE, &SystemRandomness).unwrap()
    }

    #[test]
    fn the_address_holds_every_parameter_encoded() {
        let consent = consent();
        assert!(consent.url().starts_with("https://auth.payfirma.com/oauth/authorize?"));
        let url = url::Url::parse(consent.url()).unwrap();
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs,
            [
                pair("response_type", "code"),
                pair("client_id", "id & more"),
                pair("redirect_uri", HERE),
                pair("state", consent.state().expose()),
            ]
        );
        assert_ne!(consent.state().expose(), self::consent().state().expose());
        assert!(!format!("{consent:?}").contains(consent.state().expose()));
    }

    #[test]
    fn only_the_state_that_was_asked_with_is_taken() {
        let consent = consent();
        let state = consent.state().expose();
        let callback = consent.check(&format!("?code=Grf5pV&state={state}")).unwrap();
        assert_eq!(callback.code.expose(), "Grf5pV");
        assert!(!format!("{callback:?}").contains("Grf5pV"));
        for query in [
            "code=Grf5pV".to_owned(),
            "code=Grf5pV&state=".to_owned(),
            "code=Grf5pV&state=00000000000000000000000000000000".to_owned(),
            format!("code=Grf5pV&state={state}0"),
            format!("code=Grf5pV&state={state}&state={state}"),
            format!("code=Grf5pV&state={}", state.to_uppercase() + "x"),
            "error=access_denied".to_owned(),
        ] {
            let error = consent.check(&query).unwrap_err();
            assert!(error.is_invalid(), "{query}");
            assert_eq!(error.field_errors()[0].field, "state", "{query}");
            assert!(!format!("{error:?} {error}").contains(state));
        }
        // An expectation that is lost must not fit a redirect without a state.
        let error = Callback::parse("code=a&state=", &Secret::new(""), HERE).unwrap_err();
        assert_eq!(error.field_errors()[0].field, "state");
    }

    #[test]
    fn no_consent_and_no_code_are_errors() {
        let consent = consent();
        let state = consent.state().expose();
        let denied = consent
            .check(&format!("error=access_denied&error_description=No%20thanks&state={state}"))
            .unwrap_err();
        assert_eq!((denied.kind(), denied.code()), (ErrorKind::Refused, Some("access_denied")));
        assert_eq!(denied.message(), "No thanks");
        let error = consent.check(&format!("state={state}")).unwrap_err();
        assert_eq!(error.field_errors()[0].field, "code");
    }

    #[test]
    fn a_merchant_is_sent_back_to_a_whole_and_safe_address_only() {
        for good in [HERE, "http://127.0.0.1:8080/cb", "http://localhost/cb", "http://[::1]/"] {
            assert!(check_redirect_uri(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/callback",
            "partner.example/callback",
            "http://partner.example/callback",
            "https:///www.example.com",
            "https://u:p@partner.example/",
            "https://partner.example/#part",
            "https://partner.example/#",
            "javascript:alert(1)",
            "http://localhost.example/",
        ] {
            assert_eq!(check_redirect_uri(bad).unwrap_err().field(), "redirect_uri", "{bad}");
        }
    }
}
