use std::time::Duration;

use pay_core::{Connection, LostCall};
use pay_sandbox::Sandbox;
use payfirma::{Card, Client, Environment, Reference, Sale, TransactionFilter};

use crate::shop::{Found, Named, Shop, Task, Walk};

#[derive(Clone)]
pub(crate) struct Payfirma(pub(crate) Client);

impl Payfirma {
    pub(crate) fn sale() -> Sale {
        let card = Card::new(
            "4111 1111 1111 1111".parse().unwrap(),
            "11/89".parse().unwrap(),
            "595".parse().unwrap(),
        );
        Sale::new("11.00".parse().unwrap(), card, Reference::random())
    }
}

impl Shop for Payfirma {
    type Goods = ();
    const LOGINS: &'static [&'static str] =
        &["payfirma.oauth.client_credentials", "payfirma.oauth.refresh"];
    const DUE: &'static [Duration] = &[Duration::from_secs(25 * 3600)];
    const WRITE: &'static str = "payfirma.transactions.sale";

    fn goods(_: &Sandbox, _: Connection) -> Task<()> {
        Box::pin(async { Ok(()) })
    }

    fn open(sandbox: &Sandbox, connection: Connection, (): &()) -> Self {
        let account = sandbox.payfirma();
        let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
        let client = Client::builder(environment)
            .client_credentials(account.client_id(), account.client_secret())
            .connection(connection);
        Self(client.build().unwrap())
    }

    fn pay(&self) -> (LostCall, Task<()>) {
        let (client, sale) = (self.0.clone(), Self::sale());
        (
            sale.lost_call(),
            Box::pin(async move { client.transactions().sale(&sale).await.map(|_| ()) }),
        )
    }

    fn paid(sandbox: &Sandbox) -> usize {
        sandbox.ledger().count("sale")
    }

    fn look(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move {
            let filter = TransactionFilter::new().limit(1);
            client.transactions().list(&filter).await.map(|_| ())
        })
    }

    fn ready(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move { client.ready().await })
    }

    fn resolve(&self, lost: LostCall) -> Task<Found> {
        let client = self.0.clone();
        Box::pin(async move { Ok(Found::of(&client.resolve(&lost).await?)) })
    }

    fn is_right(found: Found, happened: bool) -> bool {
        found.by_reference(happened)
    }

    fn pages(&self) -> Option<Box<dyn Walk>> {
        let pager = self.0.transactions().pager(TransactionFilter::new().limit(2));
        Some(Box::new(Named(pager, |found| found.id.to_string())))
    }

    fn revoke(sandbox: &Sandbox) {
        sandbox.payfirma().expire_access_tokens();
    }
}
