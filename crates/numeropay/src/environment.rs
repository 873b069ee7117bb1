use pay_core::{Invalid, provider::BaseUrl};

/// Which NumeroPay to talk to, and whether in test mode: the one switch between them.
///
/// Live and test mode have the same host. In test mode the client calls itself `sandbox.` and the
/// KEY_ID, and signs with the bare KEY_ID; the live secret is not used. (Document: Test Mode.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub(crate) api: BaseUrl,
    pub(crate) test_mode: bool,
}

impl Environment {
    /// Real money: `https://api.numeropay.com`.
    #[must_use]
    pub fn production() -> Self {
        Self { api: BaseUrl::from_static("https://api.numeropay.com"), test_mode: false }
    }

    /// The same host in test mode, which touches neither live data nor banks.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::production().with_test_mode(true)
    }

    /// Any other host, such as a local sandbox's: the root under which `/transaction` stands. Not
    /// in test mode.
    ///
    /// # Errors
    ///
    /// A URL that is not https (plain http to a loopback address is allowed), or has credentials,
    /// a query or a fragment.
    pub fn custom(api_url: &str) -> Result<Self, Invalid> {
        Ok(Self { api: BaseUrl::parse("api_url", api_url)?, test_mode: false })
    }

    /// The same host, in test mode or not.
    #[must_use]
    pub fn with_test_mode(mut self, test_mode: bool) -> Self {
        self.test_mode = test_mode;
        self
    }

    /// The root of the API.
    #[must_use]
    pub fn api_url(&self) -> &str {
        self.api.as_str()
    }

    /// Whether it is test mode.
    #[must_use]
    pub fn is_test_mode(&self) -> bool {
        self.test_mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_host_passes_the_check_for_others() {
        let production = Environment::production();
        assert_eq!(Environment::custom(production.api_url()).unwrap(), production);
        assert_eq!(Environment::sandbox().api_url(), production.api_url());
        assert!(Environment::sandbox().is_test_mode());
        assert!(!Environment::sandbox().with_test_mode(false).is_test_mode());
    }

    #[test]
    fn a_host_must_be_safe() {
        for bad in ["http://api.numeropay.com", "https://a:b@c", "https://a?b", "numeropay", ""] {
            assert_eq!(Environment::custom(bad).unwrap_err().field(), "api_url", "{bad}");
        }
        assert!(Environment::custom("http://127.0.0.1:4242").is_ok());
    }
}
