//! The merchants, with their keys.

/// One merchant and its keys. All of it is fixed, so that documents can quote it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MerchantCredentials {
    /// The merchant id, 13 digits.
    pub mid: &'static str,
    /// From North.
    pub developer_key: &'static str,
    /// From Payments Hub > Business Settings > API Access.
    pub password: &'static str,
    /// The value of `x-nabwss-appsource`: each merchant has its own.
    pub app_source: &'static str,
    /// What a login answers as `accountId`.
    pub account_id: u64,
    /// What charges of card tokens need.
    pub gateway_public_key: &'static str,
}

impl std::fmt::Debug for MerchantCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MerchantCredentials").field("mid", &self.mid).finish_non_exhaustive()
    }
}

/// The one that all examples are about.
pub(crate) const MERCHANT: MerchantCredentials = MerchantCredentials {
    mid: "8788290000017",
    developer_key: "sandbox-developer-key",
    password: "sandbox-api-password",
    app_source: "pa_isv_sandbox0000001",
    account_id: 40_017,
    gateway_public_key: "sandbox-gateway-public-key",
};

/// Somebody else, whose account the first may not touch.
pub(crate) const OTHER: MerchantCredentials = MerchantCredentials {
    mid: "8788290000025",
    developer_key: "sandbox-other-developer-key",
    password: "sandbox-other-api-password",
    app_source: "pa_isv_sandbox0000002",
    account_id: 40_025,
    gateway_public_key: "sandbox-other-gateway-public-key",
};

pub(crate) fn all() -> [&'static MerchantCredentials; 2] {
    [&MERCHANT, &OTHER]
}
