//! Attempts to have a lost call confirmed as what it was not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Amount, Authorize, Card, Client, Currency, Environment, Found, NewInvoice, Outcome, Reference,
    Resolution, Sale,
};

async fn start(switches: &[(&str, &str)]) -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(name, setting).unwrap();
    }
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
        .unwrap();
    (sandbox, client)
}

fn card() -> Card {
    let text = ("378282246310005", "12/39", "5959");
    Card::new(text.0.parse().unwrap(), text.1.parse().unwrap(), text.2.parse().unwrap())
}

fn sale(amount: &str, reference: &Reference) -> Sale {
    Sale::new(amount.parse::<Amount>().unwrap(), card(), reference.clone())
}

async fn lose(sandbox: &Sandbox, client: &Client, sale: &Sale, phase: Phase) -> Resolution<Found> {
    let fault = Fault::new(FaultKind::Reset).on("payfirma.transactions.sale").phase(phase);
    sandbox.add_fault(fault.limit(1)).unwrap();
    let error = client.transactions().sale(sale).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    client.resolve(error.lost_call().unwrap()).await.unwrap()
}

/// The payer tries again under the same order number, with another card say, and this time it is
/// the answer that is lost. The list does not show the second attempt yet.
#[tokio::test]
async fn a_decline_of_an_earlier_attempt_is_not_taken_for_this_one() {
    let (sandbox, client) = start(&[]).await;
    let order = Reference::random();
    // 2.60 is declined for a fixed reason.
    let fault = FaultKind::UnknownFields;
    sandbox.add_fault(Fault::new(fault).on("payfirma.transactions.list")).unwrap();
    let declined = client.transactions().sale(&sale("12.00", &order)).await.unwrap_err();
    assert!(declined.is_declined());
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    for phase in [Phase::Later(Duration::from_secs(30)), Phase::Before] {
        let found = lose(&sandbox, &client, &sale("12.00", &order), phase).await;
        assert!(!matches!(found, Resolution::Confirmed(_)), "{phase:?}: {found:?}");
    }
}

#[tokio::test]
async fn a_suffix_that_lost_its_zeros_still_looks_alike() {
    let (sandbox, client) =
        start(&[("payfirma.echo_references", "off"), ("payfirma.card_suffix", "number")]).await;
    let found = lose(&sandbox, &client, &sale("11.00", &Reference::random()), Phase::After).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
}

#[tokio::test]
async fn what_does_not_tell_its_amount_still_looks_alike() {
    // With our reference, too, it may be what had it first.
    for echo in ["off", "on"] {
        let (sandbox, client) = start(&[("payfirma.echo_references", echo)]).await;
        let fault = FaultKind::Missing { field: "amount".to_owned() };
        sandbox.add_fault(Fault::new(fault).on("payfirma.transactions.list")).unwrap();
        let sale = sale("11.00", &Reference::random());
        let found = lose(&sandbox, &client, &sale, Phase::After).await;
        assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
    }
}

/// One order, asked for twice: what took place first, of another amount or kind, is not the second.
#[tokio::test]
async fn what_took_place_under_the_same_reference_is_not_this() {
    for other in ["amount", "kind"] {
        let (sandbox, client) = start(&[]).await;
        let order = Reference::random();
        if other == "amount" {
            client.transactions().sale(&sale("11.00", &order)).await.unwrap();
        } else {
            let hold = Authorize::new("13.00".parse().unwrap(), card(), order.clone());
            client.transactions().authorize(&hold).await.unwrap();
        }
        let found = lose(&sandbox, &client, &sale("13.00", &order), Phase::Before).await;
        assert!(!matches!(found, Resolution::Confirmed(_)), "{other}: {found:?}");
    }
}

/// The first invoice was over another total, or in another currency.
#[tokio::test]
async fn an_invoice_under_the_same_reference_is_not_this() {
    let invoice = |currency, total: &str, order: &Reference| {
        let invoice = NewInvoice::new(currency, total.parse().unwrap(), order.clone());
        invoice.recipient_email("ann@lee.example".parse().unwrap())
    };
    for (currency, total, confirmed) in [
        (Currency::CAD, "11.00", false),
        (Currency::USD, "13.00", false),
        (Currency::CAD, "13.00", true),
    ] {
        let (sandbox, client) = start(&[]).await;
        let order = Reference::random();
        client.invoices().create(&invoice(currency, total, &order)).await.unwrap();
        let fault = Fault::new(FaultKind::Reset).on("payfirma.invoices.create");
        sandbox.add_fault(fault.phase(Phase::Before).limit(1)).unwrap();
        let asked = invoice(Currency::CAD, "13.00", &order);
        let error = client.invoices().create(&asked).await.unwrap_err();
        let found = client.resolve(error.lost_call().unwrap()).await.unwrap();
        match confirmed {
            // A reference is for one invoice: the same again is that one.
            true => assert!(matches!(found, Resolution::Confirmed(_)), "{found:?}"),
            false => assert!(
                matches!(&found, Resolution::Candidates(found) if found.len() == 1),
                "{found:?}"
            ),
        }
    }
}

/// What acts on a payment may carry the payment's own references.
#[tokio::test]
async fn without_its_kind_an_echo_may_be_another_transaction() {
    let (sandbox, client) = start(&[]).await;
    let order = Reference::random();
    let hold = Authorize::new("11.00".parse().unwrap(), card(), order.clone());
    let held = client.transactions().authorize(&hold).await.unwrap();
    let fault = FaultKind::Missing { field: "transaction_type".to_owned() };
    sandbox.add_fault(Fault::new(fault).on("payfirma.transactions.list")).unwrap();
    let fault = Fault::new(FaultKind::Reset).on("payfirma.terminal.capture").phase(Phase::Before);
    sandbox.add_fault(fault.limit(1)).unwrap();
    let capture =
        payfirma::TerminalCapture::new(held.id.clone(), "11.00".parse().unwrap(), 7, order);
    let error = client.terminal().capture(&capture).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    let found = client.resolve(error.lost_call().unwrap()).await.unwrap();
    assert!(!matches!(found, Resolution::Confirmed(_)), "{found:?}");
    assert_eq!(sandbox.ledger().count("capture"), 0);
}
