use std::time::Duration;

use pay_core::{Connection, LostCall};
use pay_sandbox::Sandbox;
use payroc::{
    Address, BankAccount, Client, ClientBuilder, Contact, Environment, MerchantApplication,
    MerchantId,
};

use crate::shop::{Found, Shop, Task};

#[derive(Clone)]
pub(crate) struct Payroc(pub(crate) Client, pub(crate) MerchantId);

impl Payroc {
    pub(crate) fn builder(sandbox: &Sandbox, connection: Connection) -> ClientBuilder {
        let environment = Environment::custom(&sandbox.payroc().base_url()).unwrap();
        Client::builder(environment).connection(connection)
    }
}

impl Shop for Payroc {
    /// A merchant to ask for.
    type Goods = MerchantId;
    const LOGINS: &'static [&'static str] = &["payroc.auth.login", "payroc.auth.refresh"];
    // The refresh token lives for a day.
    const DUE: &'static [Duration] =
        &[Duration::from_secs(2 * 3600), Duration::from_secs(25 * 3600)];
    const WRITE: &'static str = "payroc.boarding.submit";

    fn goods(sandbox: &Sandbox, connection: Connection) -> Task<MerchantId> {
        let partner = sandbox.payroc().partner();
        let builder = Self::builder(sandbox, connection);
        let client = builder.credentials(partner.user_name, partner.password).build().unwrap();
        Box::pin(async move { Ok(client.boarding().submit(&application()).await?.mid().unwrap()) })
    }

    fn open(sandbox: &Sandbox, connection: Connection, mid: &MerchantId) -> Self {
        let partner = sandbox.payroc().partner();
        let builder = Self::builder(sandbox, connection);
        let client = builder.credentials(partner.user_name, partner.password).build().unwrap();
        Self(client, mid.clone())
    }

    fn pay(&self) -> (LostCall, Task<()>) {
        let (client, application) = (self.0.clone(), application());
        (
            application.lost_call(),
            Box::pin(async move { client.boarding().submit(&application).await.map(|_| ()) }),
        )
    }

    fn paid(sandbox: &Sandbox) -> usize {
        sandbox.ledger().count("merchant_boarded")
    }

    fn look(&self) -> Task<()> {
        let (client, mid) = (self.0.clone(), self.1.clone());
        Box::pin(async move { client.boarding().status(&mid).await.map(|_| ()) })
    }

    fn ready(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move { client.ready().await })
    }

    fn resolve(&self, lost: LostCall) -> Task<Found> {
        let client = self.0.clone();
        Box::pin(async move { Ok(Found::of(&client.resolve(&lost).await?)) })
    }

    /// Nobody can be asked about a boarding.
    fn is_right(found: Found, _: bool) -> bool {
        found == Found::Unsupported
    }

    fn revoke(sandbox: &Sandbox) {
        sandbox.payroc().expire_access_tokens();
    }
}

fn application() -> MerchantApplication {
    let shop = || Address::new("100 N State St", "Chicago", "IL", "60602");
    let owner = Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop())
        .share("66.60")
        .primary()
        .ssn("219-09-9999");
    let other = Contact::new("Bo", "Ray", "bo@ray.example", "8475550199", shop()).share("33.40");
    MerchantApplication::new("Lee's", "Lee Corp", "98-7654321", shop(), shop(), [owner, other])
        .bank_account(BankAccount::new("Lee Corp", "021000021", "000123456789"))
}
