use std::time::Duration;

use cashier::{
    ApprovePayout, Card, CardPayment, CardPaymentState, Client, Currency, Environment, Mode, Order,
    PayoutCheckout, Reference, Routes,
    webhook::{Event, Verifier},
};
use pay_sandbox::{Sandbox, cashier::CashierHandle};

use super::{Result, expect, step};

/// Cards with and without 3-D Secure, a decline, a payout, and signed webhooks.
pub(super) async fn run(sandbox: &Sandbox) -> Result<()> {
    let account = sandbox.cashier();
    // No source states a path: these are the sandbox's own.
    let environment = Environment::custom(&account.base_url(), Mode::Test, Routes::sandbox())?;
    let client = Client::builder(environment).api_key(account.api_key()).build()?;

    step(1, "Charge a card that needs nothing more.");
    let payment = charge("11.00", CashierHandle::FRICTIONLESS_CARD, account.provider_id())?;
    let state = client.payments().card(&payment).await?.into_inner();
    expect(state == CardPaymentState::Successful, "the payment")?;
    println!("   successful");

    step(2, "An even amount is declined.");
    let payment = charge("12.00", CashierHandle::FRICTIONLESS_CARD, account.provider_id())?;
    let error = client.payments().card(&payment).await.err().ok_or("12.00 was not declined")?;
    expect(error.is_declined(), "the decline")?;
    println!("   {error}");

    step(3, "3-D Secure sends the payer away; the webhook tells how it ended.");
    let payment = charge("13.00", CashierHandle::THREE_D_SECURE_CARD, account.provider_id())?;
    let CardPaymentState::Redirect { url } = client.payments().card(&payment).await?.into_inner()
    else {
        return Err("no redirect".into());
    };
    account.complete_page(url.as_str())?;
    for event in events(sandbox)? {
        print_event(&event);
    }

    step(4, "Pay out, and approve it.");
    let payout = Reference::random();
    let order = Order::new("21.00".parse()?, Currency::EUR, "128", payout.clone());
    client.payouts().create(&PayoutCheckout::new(order)).await?;
    let approved = client.payouts().approve(&ApprovePayout::new(payout)).await?;
    println!("   approved: {:?}", approved.into_inner());
    sandbox.advance(Duration::from_secs(120));
    let last = events(sandbox)?.pop().ok_or("no webhook for the payout")?;
    print_event(&last);
    Ok(())
}

fn print_event(event: &Event) {
    println!("   webhook, signature verified: {} is {}", event.transaction_id, event.status);
}

fn charge(amount: &str, number: &str, routing_id: u64) -> Result<CardPayment> {
    let card = Card::new("John Doe", number.parse()?, "05/39".parse()?, "444".parse()?);
    Ok(CardPayment::new(order(amount)?, routing_id, card))
}

fn order(amount: &str) -> Result<Order> {
    Ok(Order::new(amount.parse()?, Currency::EUR, "128", Reference::random()))
}

/// The webhooks that are due, verified as a receiver would.
fn events(sandbox: &Sandbox) -> Result<Vec<Event>> {
    let verifier = Verifier::new(sandbox.cashier().signature_password())?;
    let mut events = Vec::new();
    for sent in sandbox.cashier().take_webhooks() {
        let signature = sent.header("x-signature").ok_or("an unsigned webhook")?;
        events.push(verifier.verify(signature, &sent.body).map_err(|no| no.to_string())?);
    }
    Ok(events)
}
