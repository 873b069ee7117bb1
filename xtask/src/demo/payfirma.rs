use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Amount, Authorize, CallOptions, Capture, Card, Client, Confirmed, Currency, Date, Environment,
    NewCard, NewCustomer, NewPlan, NewSubscription, Outcome, PlanFrequency, Reference, Refund,
    Resolution, Sale, StoredCardSale, Transaction, TransactionFilter,
};

use super::{Result, expect, step};

/// Login, stored card, charge, decline, hold, refund, subscription, a lost reply, and the day.
pub(super) async fn run(sandbox: &Sandbox) -> Result<()> {
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url())?;
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()?;

    step(1, "Store a customer and a card. The client logs in by itself.");
    let customer = NewCustomer::new("brandon@stark.com".parse()?, Reference::random());
    let customer = client.customers().create(&customer).await?;
    let customer = customer.into_inner().lookup_id;
    let new_card = NewCard::new(customer.clone(), card()?, Reference::random());
    let stored = client.cards().add(&new_card).await?;
    let card_id = stored.cards.first().ok_or("the customer has no card")?.lookup_id.clone();
    println!("   customer {customer}, card {card_id}, printed as {:?}", card()?.number());

    step(2, "Charge it: an odd dollar amount is approved.");
    let sale = StoredCardSale::new("11.30".parse()?, customer.clone());
    let charged = client.transactions().sale_stored(&sale).await?;
    print_transaction(&charged);

    step(3, "Charge an even dollar amount: declined, which is an error and nothing else.");
    let declined = Sale::new("12.00".parse()?, card()?, Reference::random());
    let error =
        client.transactions().sale(&declined).await.err().ok_or("12.00 was not declined")?;
    expect(error.is_declined() && error.outcome() == Outcome::Refused, "the decline")?;
    println!("   {error}");

    step(4, "Hold an amount, capture a part of it.");
    let hold = Authorize::new("21.00".parse()?, card()?, Reference::random());
    let held = client.transactions().authorize(&hold).await?;
    print_transaction(&held);
    let capture = Capture::new(held.id.clone(), "15.50".parse()?, Reference::random());
    let captured = client.transactions().capture(&capture).await?;
    print_transaction(&captured);

    step(5, "Give a part of that back.");
    let refund = Refund::new(captured.id.clone(), "5.25".parse()?, Reference::random());
    print_transaction(&*client.transactions().refund(&refund).await?);

    step(6, "Subscribe the stored card to a plan.");
    let plan = NewPlan::new("Monthly box", "9.99".parse()?, Currency::CAD, PlanFrequency::Monthly);
    let plan = client.plans().create(&plan).await?;
    let subscription =
        NewSubscription::new(customer, plan.lookup_id.clone(), card_id, Reference::random());
    let subscribed = client.subscriptions().add(&subscription).await?;
    let first = subscribed.subscriptions.first().ok_or("no subscription")?;
    let word = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let status = first.status.as_ref().map(|status| status.as_str());
    println!("   subscription {} is {}", first.lookup_id, word(status));

    step(7, "Lose a reply: the charge takes effect, then the connection is reset.");
    let fault = Fault::new(FaultKind::Reset).on("payfirma.transactions.sale").phase(Phase::After);
    sandbox.add_fault(fault)?;
    let lost_sale = Sale::new("17.00".parse()?, card()?, Reference::random());
    let quick = client.with(CallOptions::new().timeout(Duration::from_secs(5)));
    let error = quick.transactions().sale(&lost_sale).await.err().ok_or("no reply was lost")?;
    println!("   {error}");
    expect(error.outcome() == Outcome::Unknown, "the lost reply")?;
    println!("   It is not sent again. What is kept, to find out later:");
    let kept = serde_json::to_string(error.lost_call().ok_or("nothing is kept")?)?;
    println!("   {kept}");
    sandbox.clear_faults();

    step(8, "Find out what happened, by the reference that was sent.");
    match client.resolve(&serde_json::from_str(&kept)?).await? {
        Resolution::Confirmed(Confirmed::Applied(found)) => {
            let found = found.transaction().ok_or("not a transaction")?;
            println!("   it was charged:");
            print_transaction(found);
        }
        other => return Err(format!("the lost sale was not found: {other:?}").into()),
    }

    step(9, "List the day.");
    let today = Date::utc_of(time::OffsetDateTime::now_utc()).ok_or("no date")?;
    let filter = TransactionFilter::new()
        .from_date(today.plus_days(-1).ok_or("no date")?)
        .to_date(today.plus_days(1).ok_or("no date")?)
        .limit(3);
    let mut pager = client.transactions().pager(filter);
    let mut pages = 0;
    while let Some(page) = pager.next().await? {
        pages += 1;
        for transaction in &page.items {
            print_transaction(transaction);
        }
    }
    println!("   ({pages} pages)");

    let ledger = sandbox.ledger();
    expect(ledger.count("sale") == 2, "two sales, and none twice")?;
    expect(ledger.total("sale").to_string() == "28.3", "the sum of the sales")?;
    expect(account.token_grants().client_credentials == 1, "one login")?;
    Ok(())
}

fn card() -> Result<Card> {
    Ok(Card::new("4111 1111 1111 1111".parse()?, "12/39".parse()?, "595".parse()?))
}

fn print_transaction(transaction: &Transaction) {
    let word = |text: Option<&str>| text.unwrap_or("-").to_owned();
    // A JSON number drops trailing zeros; with the currency's decimals it reads as money.
    let amount = transaction.amount.and_then(|amount| amount.rescaled(Currency::CAD));
    let amount = amount.as_ref().map(Amount::to_string).unwrap_or_default();
    println!(
        "   {:<14} {:<9} {:>6}  number {}",
        word(transaction.kind.as_ref().map(|kind| kind.as_str())),
        word(transaction.result.as_ref().map(|result| result.as_str())),
        amount,
        transaction.id,
    );
}
