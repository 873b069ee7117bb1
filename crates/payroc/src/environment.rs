use pay_core::{Invalid, provider::BaseUrl};

/// Which of Payroc's systems to talk to.
///
/// This is the Payroc Web API of Integrity Payment Systems (IPS). It is *not* the newer API at
/// `api.payroc.com`, which has other paths and schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub(crate) api: BaseUrl,
}

impl Environment {
    /// Real merchants: `https://api.integritypays.com/v1`.
    #[must_use]
    pub fn production() -> Self {
        Self { api: BaseUrl::from_static("https://api.integritypays.com/v1") }
    }

    /// The provider's sandbox: `https://apisandbox.integritypays.com/v1`. The document does not name
    /// it; public code uses it. Duplicate merchants are refused in production only.
    #[must_use]
    pub fn sandbox() -> Self {
        Self { api: BaseUrl::from_static("https://apisandbox.integritypays.com/v1") }
    }

    /// Any other host, such as a local sandbox's: the root under which `/auth` and `/boarding` stand.
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
        for bad in
            ["http://api.integritypays.com/v1", "https://u:p@a.test/v1", "https://a.test?x=1"]
        {
            assert_eq!(Environment::custom(bad).unwrap_err().field(), "api_url", "{bad}");
        }
    }
}
