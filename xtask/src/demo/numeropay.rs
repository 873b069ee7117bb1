use numeropay::{
    Client, Confirmed, Currency, Environment, NewPayment, Outcome, PaymentFilter, PaymentState,
    Reference, Resolution,
};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};

use super::{Result, expect, step};

/// Test mode, a payment, its payer, and a lost reply.
pub(super) async fn run(sandbox: &Sandbox) -> Result<()> {
    let account = sandbox.numeropay();
    let merchant = account.merchant();
    let environment = Environment::custom(&account.base_url())?.with_test_mode(true);
    let client = Client::builder(environment)
        .merchant(merchant.merchant_id)
        .key_id(merchant.key_id)
        .scopes(["payments"])
        .state_number(2, PaymentState::Completed)
        .build()?;

    step(1, "Create a payment. The token is made here, and signed for test mode.");
    let new = |amount: &str| -> Result<NewPayment> {
        let reference = Reference::random();
        Ok(NewPayment::new(amount.parse()?, Currency::AUD, "Infinity Group", reference))
    };
    let created = client.payments().create(&new("101.00")?.description("Two chairs")).await?;
    println!("   payment {} is {:?}: created is not paid", created.id, created.state);

    step(2, "The payer pays it at NumeroPay. Asking is the only way to know.");
    account.pay(created.id.as_str())?;
    let paid = client.payments().get(&created.id).await?;
    expect(paid.is_completed(), "the payment is completed")?;
    println!("   payment {} is {:?}", paid.id, paid.state);

    step(3, "Lose a reply, and find the payment by the reference in its description.");
    let fault = Fault::new(FaultKind::Reset).on("numeropay.payments.create").phase(Phase::After);
    sandbox.add_fault(fault)?;
    let lost = client.payments().create(&new("55.50")?).await;
    let error = lost.err().ok_or("no reply was lost")?;
    sandbox.clear_faults();
    expect(error.outcome() == Outcome::Unknown, "the lost reply")?;
    println!("   {error}");
    let lost = error.lost_call().ok_or("nothing is kept")?;
    match client.resolve(lost).await? {
        Resolution::Confirmed(Confirmed::Applied(_)) => println!("   it was created"),
        other => return Err(format!("the lost payment was not found: {other:?}").into()),
    }

    let listed = client.payments().pager(PaymentFilter::new()).collect().await?;
    expect(listed.len() == 2, "two payments, and none twice")
}
