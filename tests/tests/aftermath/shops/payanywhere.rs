use std::time::Duration;

use pay_core::{Connection, LostCall};
use pay_sandbox::{Sandbox, payanywhere::SaleKind};
use payanywhere::{Client, Environment, Reference, Refund, TransactionFilter, TransactionUniqId};

use crate::shop::{Found, Shop, Task};

#[derive(Clone)]
pub(crate) struct Payanywhere(pub(crate) Client, Sandbox);

impl Shop for Payanywhere {
    type Goods = ();
    const LOGINS: &'static [&'static str] =
        &["payanywhere.auth.log_in", "payanywhere.auth.refresh_session"];
    // Late in the life of a session; and long after it.
    const DUE: &'static [Duration] =
        &[Duration::from_secs(39 * 60), Duration::from_secs(25 * 3600)];
    const WRITE: &'static str = "payanywhere.transactions.refund";

    fn goods(_: &Sandbox, _: Connection) -> Task<()> {
        Box::pin(async { Ok(()) })
    }

    fn open(sandbox: &Sandbox, connection: Connection, (): &()) -> Self {
        let (account, url) = (sandbox.payanywhere().merchant(), sandbox.payanywhere().base_url());
        let client = Client::builder(Environment::custom(&url).unwrap())
            .mid(account.mid)
            .developer_key(account.developer_key)
            .password(account.password)
            .app_source(account.app_source)
            .connection(connection);
        Self(client.build().unwrap(), sandbox.clone())
    }

    /// A refund of a sale of its own.
    fn pay(&self) -> (LostCall, Task<()>) {
        let provider = self.1.payanywhere();
        let sale = provider.add_sale("11.00".parse().unwrap(), SaleKind::Card).unwrap();
        provider.close_batch().unwrap();
        let sale = TransactionUniqId::credit_card_sale(sale);
        let clerk = "clerk@example.com".parse().unwrap();
        let refund = Refund::new(sale, "11.00".parse().unwrap(), clerk, Reference::random());
        let client = self.0.clone();
        (
            refund.lost_call(),
            Box::pin(async move { client.transactions().refund(&refund).await.map(|_| ()) }),
        )
    }

    fn paid(sandbox: &Sandbox) -> usize {
        sandbox.ledger().count("refund")
    }

    fn look(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(
            async move { client.transactions().list(&TransactionFilter::new()).await.map(|_| ()) },
        )
    }

    fn ready(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move { client.ready().await })
    }

    fn resolve(&self, lost: LostCall) -> Task<Found> {
        let client = self.0.clone();
        Box::pin(async move { Ok(Found::of(&client.resolve(&lost).await?)) })
    }

    /// The portal refunds too, so a refund is never certain to be ours.
    fn is_right(found: Found, happened: bool) -> bool {
        found == if happened { Found::Candidates } else { Found::NotSeen }
    }

    fn revoke(sandbox: &Sandbox) {
        sandbox.payanywhere().expire_tokens();
    }
}
