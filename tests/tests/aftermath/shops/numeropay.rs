use numeropay::{
    Client, Currency, Environment, NewPayment, PaymentFilter, PaymentState, Reference,
};
use pay_core::{Connection, LostCall};
use pay_sandbox::Sandbox;

use crate::shop::{Found, Named, Shop, Task, Walk};

#[derive(Clone)]
pub(crate) struct Numeropay(pub(crate) Client);

impl Shop for Numeropay {
    type Goods = ();
    /// Tokens are signed here.
    const LOGINS: &'static [&'static str] = &[];
    const WRITE: &'static str = "numeropay.payments.create";

    fn goods(_: &Sandbox, _: Connection) -> Task<()> {
        Box::pin(async { Ok(()) })
    }

    fn open(sandbox: &Sandbox, connection: Connection, (): &()) -> Self {
        let account = sandbox.numeropay();
        let environment = Environment::custom(&account.base_url()).unwrap();
        let client = Client::builder(environment.with_test_mode(true))
            .merchant(account.merchant().merchant_id)
            .key_id(account.merchant().key_id)
            .scopes(["transaction.create", "transaction.read"])
            .state_number(1, PaymentState::InProgress)
            .state_number(2, PaymentState::Completed)
            .state_number(3, PaymentState::Canceled)
            .connection(connection);
        Self(client.build().unwrap())
    }

    fn pay(&self) -> (LostCall, Task<()>) {
        let amount = "11.00".parse().unwrap();
        let new = NewPayment::new(amount, Currency::AUD, "Infinity Group", Reference::random())
            .description("Two chairs");
        let client = self.0.clone();
        (new.lost_call(), Box::pin(async move { client.payments().create(&new).await.map(|_| ()) }))
    }

    fn paid(sandbox: &Sandbox) -> usize {
        sandbox.ledger().count("payment_created")
    }

    fn look(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move { client.payments().list(&PaymentFilter::new()).await.map(|_| ()) })
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
        let pager = self.0.payments().pager(PaymentFilter::new().limit(3));
        Some(Box::new(Named(pager, |payment| payment.id.to_string())))
    }
}
