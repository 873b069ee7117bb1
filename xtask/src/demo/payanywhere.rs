use pay_sandbox::{Sandbox, payanywhere::SaleKind};
use payanywhere::{Client, Email, Environment, Reference, Refund, TransactionFilter, Void};

use super::{Result, expect, step};

/// What a device sold, a void before settlement, a refund after it.
pub(super) async fn run(sandbox: &Sandbox) -> Result<()> {
    let account = sandbox.payanywhere();
    let merchant = account.merchant();
    let client = Client::builder(Environment::custom(&account.base_url())?)
        .mid(merchant.mid)
        .developer_key(merchant.developer_key)
        .password(merchant.password)
        .app_source(merchant.app_source)
        .build()?;
    let clerk: Email = "clerk@example.com".parse()?;

    step(1, "Two sales at the device. The client logs in, and learns the account's id.");
    account.add_sale("47.70".parse()?, SaleKind::Card)?;
    account.add_sale("15.00".parse()?, SaleKind::Card)?;
    let listed = client.transactions().list(&TransactionFilter::new()).await?;
    for sale in listed.iter() {
        println!("   {} of {}", id(sale.uniq_id.as_ref()), amount(sale.amount));
    }
    let find = |dollars: &str| -> Result<_> {
        let asked = dollars.parse()?;
        let sale = listed.iter().find(|sale| sale.amount == Some(asked));
        Ok(sale.and_then(|sale| sale.uniq_id.clone()).ok_or("a sale is missing")?)
    };

    step(2, "Void one before it is settled.");
    let void = Void::new(find("15.00")?, clerk.clone(), Reference::random());
    let voided = client.transactions().void(&void).await?;
    println!("   voided, as number {:?}", voided.void_id);

    step(3, "Refund a part of the other after the batch is closed.");
    account.close_batch()?;
    let refund = Refund::new(find("47.70")?, "5.00".parse()?, clerk.clone(), Reference::random());
    let refunded = client.transactions().refund(&refund).await?;
    println!("   refunded, as number {:?}", refunded.refund_id);

    step(4, "More than was paid is refused.");
    let refund = Refund::new(find("47.70")?, "99.00".parse()?, clerk, Reference::random());
    let error = client.transactions().refund(&refund).await;
    let error = error.err().ok_or("99.00 was refunded")?;
    expect(error.outcome().is_without_effect(), "the refusal")?;
    println!("   {error}");
    Ok(())
}

fn id(id: Option<&payanywhere::TransactionUniqId>) -> String {
    id.map(ToString::to_string).unwrap_or_default()
}

fn amount(amount: Option<payanywhere::Amount>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}
