//! Payanywhere's part.

use pay_sandbox::Sandbox;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    base_url: String,
    mid: &'static str,
    developer_key: &'static str,
    password: &'static str,
    app_source: &'static str,
    account_id: u64,
    gateway_public_key: &'static str,
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let payanywhere = sandbox.payanywhere();
        let merchant = payanywhere.merchant();
        Self {
            base_url: payanywhere.base_url(),
            mid: merchant.mid,
            developer_key: merchant.developer_key,
            password: merchant.password,
            app_source: merchant.app_source,
            account_id: merchant.account_id,
            gateway_public_key: merchant.gateway_public_key,
        }
    }

    pub(crate) fn to_text(&self, sandbox_url: &str) -> String {
        let Self { base_url, mid, developer_key, password, app_source, account_id, .. } = self;
        let headers =
            format!("-H 'x-nabwss-appsource: {app_source}' -H 'Content-Type: application/json'");
        let login = format!(
            "curl -s {base_url}/auth {headers} -d '{{\"mid\": \"{mid}\", \"developerKey\": \
             \"{developer_key}\", \"password\": \"{password}\"}}'"
        );
        let bearer = format!(
            "-H \"Authorization: Bearer $({login} | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')\""
        );
        format!(
            "\
Payanywhere (North)
  base         {base_url}          (followed by /auth)
  mid          {mid}
  developer key  {developer_key}
  password     {password}
  app source   {app_source}          (the header x-nabwss-appsource)
  account id   {account_id}
  public key   {public_key}

Log in as the merchant:
  {login}

Sell at the device, and close the batch:
  curl -s {sandbox_url}/payanywhere/sale -d '{{\"amount\": 47.70, \"kind\": \"card\"}}'
  curl -s -X POST {sandbox_url}/payanywhere/close-batch

List the day's sales:
  curl -s '{base_url}/accounts/{account_id}/transactions?type=closed' {headers} {bearer}

Refund a part (odd whole amounts are approved, even ones declined):
  curl -s {base_url}/accounts/{account_id}/transactions {headers} {bearer} -d '{{\"type\": \"refund\", \"ccs_pk\": 15218, \"amount\": \"5.00\", \"username\": \"clerk@example.com\"}}'
",
            public_key = self.gateway_public_key,
        )
    }
}
