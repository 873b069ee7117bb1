//! Payfirma's part.

use pay_sandbox::Sandbox;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    auth_url: String,
    gateway_url: String,
    client_id: &'static str,
    client_secret: &'static str,
    hosted_page_token: &'static str,
    iframe_token: &'static str,
    merchant_id: &'static str,
    #[serde(skip)]
    good_year: u16,
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let payfirma = sandbox.payfirma();
        Self {
            auth_url: payfirma.auth_url(),
            gateway_url: payfirma.gateway_url(),
            client_id: payfirma.client_id(),
            client_secret: payfirma.client_secret(),
            hosted_page_token: payfirma.hosted_page_token(),
            iframe_token: payfirma.iframe_token(),
            merchant_id: payfirma.merchant_id(),
            good_year: payfirma.good_year(),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let Self { auth_url, gateway_url, client_id, client_secret, good_year, .. } = self;
        let login = format!(
            "curl -s -u {client_id}:{client_secret} -d grant_type=client_credentials \
             {auth_url}/oauth/token"
        );
        format!(
            "\
Payfirma
  auth         {auth_url}          (followed by /oauth/token)
  gateway      {gateway_url}
  client id    {client_id}
  secret       {client_secret}
  hosted page  {hosted_page_token}
  iframe       {iframe_token}

Try a login:
  {login}

A sale (odd dollars are approved, even ones declined):
  curl -s {gateway_url}/transaction-service/sale -H \"Authorization: Bearer $({login} | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\" -H 'Content-Type: application/json' -d '{{\"amount\": 11.00, \"currency\": \"CAD\", \"card_number\": \"4111111111111111\", \"card_expiry_month\": 11, \"card_expiry_year\": {good_year:02}, \"cvv2\": \"595\"}}'
",
            hosted_page_token = self.hosted_page_token,
            iframe_token = self.iframe_token,
        )
    }
}
