use pay_core::{Invalid, provider::BaseUrl};

use crate::{Mode, Routes};

/// Where the gateway is, how its operations are called, and in which mode payments are made.
///
/// No source states a base URL or a path: there is no known environment. Test and live payments
/// share one URL; the API key tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    pub(crate) base: BaseUrl,
    pub(crate) mode: Mode,
    pub(crate) routes: Routes,
}

impl Environment {
    /// The base URL and the routes that the provider gave you. `mode` is written into every
    /// payment.
    ///
    /// ```
    /// use cashier::{Endpoint, Environment, Method, Mode, Routes};
    ///
    /// let mut routes = Routes::default();
    /// routes.hosted = Some(Endpoint::new(Method::POST, "/v1/cashier"));
    /// let environment = Environment::custom("https://gateway.example", Mode::Test, routes)?;
    /// # Ok::<_, cashier::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A URL that is not https (plain http to a loopback address is allowed), or has credentials,
    /// a query or a fragment; or a route that is no path, named as `routes.hosted.path`.
    pub fn custom(base_url: &str, mode: Mode, routes: Routes) -> Result<Self, Invalid> {
        let base = BaseUrl::parse("base_url", base_url)?;
        if mode.as_str().trim().is_empty() {
            return Err(Invalid::new("mode", "must not be empty"));
        }
        routes.checked()?;
        Ok(Self { base, mode, routes })
    }

    /// This project's local sandbox, such as `http://127.0.0.1:4242/cashier`, with
    /// [`Routes::sandbox`].
    ///
    /// # Errors
    ///
    /// As [`custom`](Self::custom).
    pub fn sandbox(base_url: &str) -> Result<Self, Invalid> {
        Self::custom(base_url, Mode::Test, Routes::sandbox())
    }

    /// The root under which the routes stand.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }

    /// The mode of its payments.
    #[must_use]
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// Its routes.
    #[must_use]
    pub fn routes(&self) -> &Routes {
        &self.routes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_https_and_nothing_else() {
        let custom = |url| Environment::custom(url, Mode::Test, Routes::sandbox());
        for good in ["https://gateway.test", "https://gateway.test/api/", "http://127.0.0.1:1/x"] {
            assert!(custom(good).is_ok(), "{good}");
        }
        for bad in ["", "gateway.test", "http://gateway.test", "https://u:p@g.test", "https://g/?a"]
        {
            assert_eq!(custom(bad).unwrap_err().field(), "base_url", "{bad}");
        }
        let refused =
            Environment::custom("https://g.test", Mode::from(""), Routes::default()).unwrap_err();
        assert_eq!(refused.field(), "mode");
    }
}
