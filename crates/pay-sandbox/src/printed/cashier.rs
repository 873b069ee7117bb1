//! Cashier's part.

use pay_sandbox::{Sandbox, cashier::CashierHandle};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    base_url: String,
    api_key: &'static str,
    signature_password: &'static str,
    provider_id: u64,
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let cashier = sandbox.cashier();
        Self {
            base_url: cashier.base_url(),
            api_key: cashier.api_key(),
            signature_password: cashier.signature_password(),
            provider_id: cashier.provider_id(),
        }
    }

    pub(crate) fn to_text(&self, sandbox_url: &str) -> String {
        let Self { base_url, api_key, signature_password, provider_id } = self;
        let json = format!("-H 'X-Api-Key: {api_key}' -H 'Content-Type: application/json'");
        let order = |id: &str, more: &str| {
            format!(
                "{{\"request\": {{\"mode\": \"test\", \"user_id\": \"128\", \"tracking_id\": \"{id}\", \
                 \"amount\": 11.05, \"currency\": \"EUR\"{more}}}"
            )
        };
        let routing = format!(", \"routing_id\": {provider_id}");
        format!(
            "\
Cashier (Numipay Gateway)
  base         {base_url}          (no document has paths; these are the sandbox's own)
  api key      {api_key}
  signatures   {signature_password}
  provider     {provider_id}          (and routing)

A card payment (odd amounts succeed, even ones are rejected; {three_d_secure} asks for 3-D Secure):
  curl -s {base_url}/s2s {json} -d '{paid}, \"card_details\": {{\"holder_name\": \"John Doe\", \"card_number\": \"{frictionless}\", \"cvc\": \"444\", \"exp_month\": \"05\", \"exp_year\": \"2049\"}}}}'

A payout, its approval, and what became of it:
  curl -s {base_url}/payout {json} -d '{payout}}}'
  curl -s {base_url}/payout/approve {json} -d '{{\"transaction_id\": \"payout-1\"}}'
  curl -s {base_url}/transaction/payout-1 -H 'X-Api-Key: {api_key}'

Where webhooks go:
  curl -s {sandbox_url}/cashier/webhook-url -d '{{\"url\": \"http://127.0.0.1:8080/hooks\"}}' -w 'set: %{{http_code}}\\n'
",
            three_d_secure = CashierHandle::THREE_D_SECURE_CARD,
            frictionless = CashierHandle::FRICTIONLESS_CARD,
            paid = order("payment-1", &routing),
            payout = order("payout-1", ""),
        )
    }
}
