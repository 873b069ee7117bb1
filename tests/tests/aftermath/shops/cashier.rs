use cashier::{
    Card, CardPayment, Client, Currency, Date, Environment, Mode, Order, Reference, Routes,
};
use pay_core::{Connection, LostCall};
use pay_sandbox::{Sandbox, cashier::CashierHandle};

use crate::shop::{Found, Named, Shop, Task, Walk};

#[derive(Clone)]
pub(crate) struct Cashier(pub(crate) Client, u64);

impl Shop for Cashier {
    type Goods = ();
    const LOGINS: &'static [&'static str] = &[];
    const WRITE: &'static str = "cashier.payments.card";

    fn goods(_: &Sandbox, _: Connection) -> Task<()> {
        Box::pin(async { Ok(()) })
    }

    fn open(sandbox: &Sandbox, connection: Connection, (): &()) -> Self {
        let account = sandbox.cashier();
        let environment =
            Environment::custom(&account.base_url(), Mode::Test, Routes::sandbox()).unwrap();
        let client = Client::builder(environment).api_key(account.api_key());
        Self(client.connection(connection).build().unwrap(), account.provider_id())
    }

    fn pay(&self) -> (LostCall, Task<()>) {
        let amount = "11.00".parse().unwrap();
        let order = Order::new(amount, Currency::EUR, "128", Reference::random())
            .ip([127, 34, 125, 54])
            .customer(
                cashier::Customer::new()
                    .name("John", "Doe")
                    .email("user@example.com".parse().unwrap()),
            );
        let card = Card::new(
            "John Doe",
            CashierHandle::FRICTIONLESS_CARD.parse().unwrap(),
            "05/89".parse().unwrap(),
            "444".parse().unwrap(),
        );
        let payment = CardPayment::new(order, self.1, card);
        let client = self.0.clone();
        (
            payment.lost_call(),
            Box::pin(async move { client.payments().card(&payment).await.map(|_| ()) }),
        )
    }

    fn paid(sandbox: &Sandbox) -> usize {
        sandbox.ledger().count("deposit")
    }

    fn look(&self) -> Task<()> {
        let client = self.0.clone();
        Box::pin(async move {
            let filter = cashier::TransactionFilter::new();
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
        let date = |month, day| Date::new(2030, month, day).unwrap();
        let pager = self.0.transactions().range(date(3, 1), date(4, 10)).unwrap();
        Some(Box::new(Named(pager, |row| format!("{:?}", row.transaction_id))))
    }
}
