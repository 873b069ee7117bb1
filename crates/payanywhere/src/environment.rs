use pay_core::{Invalid, provider::BaseUrl};

/// Which of North's hosts to talk to. (Guide: the table of environments.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub(crate) api: BaseUrl,
}

impl Environment {
    /// Real money: `https://proxy.payanywhere.com`.
    #[must_use]
    pub fn production() -> Self {
        Self { api: BaseUrl::from_static("https://proxy.payanywhere.com") }
    }

    /// North's sandbox: `https://proxy.payanywhere.dev`.
    #[must_use]
    pub fn sandbox() -> Self {
        Self { api: BaseUrl::from_static("https://proxy.payanywhere.dev") }
    }

    /// Any other host, such as a local sandbox's: the root under which `/auth` stands.
    ///
    /// # Errors
    ///
    /// A URL that is not https (plain http to a loopback address is allowed), or has credentials,
    /// a query or a fragment.
    pub fn custom(api_url: &str) -> Result<Self, Invalid> {
        Ok(Self { api: BaseUrl::parse("api_url", api_url)? })
    }

    /// The root of the API.
    #[must_use]
    pub fn api_url(&self) -> &str {
        self.api.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_hosts_pass_the_check_for_others() {
        for known in [Environment::production(), Environment::sandbox()] {
            assert_eq!(Environment::custom(known.api_url()).unwrap(), known);
        }
        assert_ne!(Environment::production(), Environment::sandbox());
    }

    #[test]
    fn a_host_must_be_safe() {
        for bad in ["http://proxy.payanywhere.dev", "https://a:b@c", "https://a?b", "proxy", ""] {
            assert_eq!(Environment::custom(bad).unwrap_err().field(), "api_url", "{bad}");
        }
        assert!(Environment::custom("http://127.0.0.1:4242").is_ok());
    }
}
