//! Payroc's part.

use pay_sandbox::Sandbox;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    base_url: String,
    user_name: &'static str,
    password: &'static str,
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let payroc = sandbox.payroc();
        let partner = payroc.partner();
        Self {
            base_url: payroc.base_url(),
            user_name: partner.user_name,
            password: partner.password,
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let Self { base_url, user_name, password } = self;
        let accept = "-H 'Accept: application/json'";
        let login = format!("curl -s -X POST -u {user_name}:{password} {accept} {base_url}/auth");
        let address =
            r#"{"addressLine1": "1 State St", "city": "Chicago", "state": "IL", "zip": "60601"}"#;
        let owner = r#"{"firstName": "Ann", "lastName": "Lee", "email": "ann@example.com", "phone": "8888888888", "equityPercentage": 100, "isPrimaryContact": true, "ssn": "123456789"}"#;
        format!(
            "\
Payroc
  base         {base_url}          (followed by /auth)
  user name    {user_name}
  password     {password}

Log in there:
  {login}

Board a merchant (odd tax ids are approved, even ones declined):
  curl -s {base_url}/boarding {accept} -H \"Authorization: Bearer $({login} | sed 's/.*\"bearerToken\":\"\\([^\"]*\\)\".*/\\1/')\" -H 'Content-Type: application/json' -d '{{\"doingBusinessAs\": \"Lee Coffee\", \"legalBusinessName\": \"Lee Coffee LLC\", \"fedTaxId\": \"123456789\", \"dbaAddress\": {address}, \"legalBusinessAddress\": {address}, \"ownerContacts\": [{owner}]}}'
"
        )
    }
}
