use pay_core::{Invalid, provider::BaseUrl};

/// Which of Payfirma's systems to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub(crate) auth: BaseUrl,
    pub(crate) gateway: BaseUrl,
}

impl Environment {
    /// Real money: `https://auth.payfirma.com` and `https://apigateway.payfirma.com`.
    #[must_use]
    pub fn production() -> Self {
        Self::known("https://auth.payfirma.com", "https://apigateway.payfirma.com")
    }

    /// Payfirma's sandbox: the same hosts with `sandbox-` before them. Whole dollar amounts that
    /// are odd are approved, even ones declined.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::known("https://sandbox-auth.payfirma.com", "https://sandbox-apigateway.payfirma.com")
    }

    /// Any other hosts, such as a local sandbox's: the roots under which `/oauth/token` and
    /// `/transaction-service/sale` stand.
    ///
    /// # Errors
    ///
    /// A URL that is not https (plain http to a loopback address is allowed), or has credentials,
    /// a query or a fragment.
    pub fn custom(auth_url: &str, gateway_url: &str) -> Result<Self, Invalid> {
        Ok(Self {
            auth: BaseUrl::parse("auth_url", auth_url)?,
            gateway: BaseUrl::parse("gateway_url", gateway_url)?,
        })
    }

    fn known(auth: &'static str, gateway: &'static str) -> Self {
        Self { auth: BaseUrl::from_static(auth), gateway: BaseUrl::from_static(gateway) }
    }

    /// The root of the host that gives tokens.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        self.auth.as_str()
    }

    /// The root of the host of the API.
    #[must_use]
    pub fn gateway_url(&self) -> &str {
        self.gateway.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_hosts_pass_the_check_for_others() {
        for known in [Environment::production(), Environment::sandbox()] {
            let checked = Environment::custom(known.auth_url(), known.gateway_url()).unwrap();
            assert_eq!((checked.auth, checked.gateway), (known.auth, known.gateway));
        }
    }
}
