//! NumeroPay's part.

use pay_sandbox::Sandbox;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    base_url: String,
    merchant_id: &'static str,
    key_id: &'static str,
    key_secret: &'static str,
    business_names: &'static [&'static str],
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let numeropay = sandbox.numeropay();
        let merchant = numeropay.merchant();
        Self {
            base_url: numeropay.base_url(),
            merchant_id: merchant.merchant_id,
            key_id: merchant.key_id,
            key_secret: merchant.key_secret,
            business_names: merchant.business_names,
        }
    }

    pub(crate) fn to_text(&self, sandbox_url: &str) -> String {
        let Self { base_url, merchant_id, key_id, key_secret, business_names } = self;
        let business_name = business_names.first().copied().unwrap_or_default();
        format!(
            "\
NumeroPay
  base         {base_url}          (followed by /transaction)
  merchant     {merchant_id}
  business     {}
  key id       {key_id}          (in test mode sandbox.{key_id}, with the key id as the secret)
  secret       {key_secret}

Create a payment (odd amounts complete when paid, even ones never):
  curl -s {base_url}/transaction -H \"Authorization: Bearer $(curl -s -X POST {sandbox_url}/numeropay/token)\" -H 'Content-Type: application/json;charset=UTF-8' -d '{{\"amount\": 101.5, \"currency\": \"aud\", \"merchant\": \"{merchant_id}\", \"businessName\": \"{business_name}\", \"description\": \"sample transaction\"}}'

List payments:
  curl -s '{base_url}/transaction?limit=10' -H \"Authorization: Bearer $(curl -s -X POST {sandbox_url}/numeropay/token)\"
",
            business_names.join(", "),
        )
    }
}
