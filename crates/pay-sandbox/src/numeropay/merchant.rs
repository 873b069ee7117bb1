//! The merchants, with the keys of Merchant Panel > Settings > API Secrets.

/// One merchant and its live keys. All of it is fixed, so that documents can quote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MerchantKeys {
    /// The merchant's id: a token's `sub`, and `merchant` when a payment is created.
    pub merchant_id: &'static str,
    /// KEY_ID. In test mode `sandbox.KEY_ID` is the key id and KEY_ID the secret.
    pub key_id: &'static str,
    /// KEY_SECRET, of live mode only.
    pub key_secret: &'static str,
    /// The registered business names.
    pub business_names: &'static [&'static str],
}

/// The one that all examples are about; id and first business name are the document's sample.
pub(crate) const MERCHANT: MerchantKeys = MerchantKeys {
    merchant_id: "17c69865-7edd-4d05-bc70-65a1b85b9322",
    key_id: "numeropay-key-id",
    key_secret: "numeropay-key-secret",
    business_names: &["Infinity Group", "Infinity Café"],
};

/// Somebody else, whose payments the first may not see.
pub(crate) const OTHER: MerchantKeys = MerchantKeys {
    merchant_id: "5f0c2a3e-9d1b-4c7a-8e55-0b6f4d2c1a90",
    key_id: "numeropay-other-key-id",
    key_secret: "numeropay-other-key-secret",
    business_names: &["Elsewhere Pty Ltd"],
};

pub(crate) fn all() -> [&'static MerchantKeys; 2] {
    [&MERCHANT, &OTHER]
}
