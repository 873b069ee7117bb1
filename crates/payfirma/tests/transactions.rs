//! Charging and holding against the sandbox: what money moved is read from its ledger.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Amount, Authorize, Capture, Card, Client, Currency, EncryptedCard, Environment, Outcome, Payer,
    PaymentToken, Reference, Refund, Sale, Transaction, TransactionFilter,
};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    (sandbox, client)
}

fn client(sandbox: &Sandbox) -> Client {
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .iframe_token(account.iframe_token())
        .build()
        .unwrap()
}

fn card() -> Card {
    Card::new(
        "4111 1111 1111 1111".parse().unwrap(),
        "12/39".parse().unwrap(),
        "595".parse().unwrap(),
    )
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

fn sale(amount: &str) -> Sale {
    Sale::new(dollars(amount), card(), Reference::random()).currency(Currency::CAD)
}

#[tokio::test]
async fn a_sale_is_charged_once_and_comes_back_as_asked() {
    let (sandbox, client) = start().await;
    let sale = sale("11.30").payer(Payer::new().email("brandon@stark.com".parse().unwrap()));
    let charged = client.transactions().sale(&sale).await.unwrap();
    assert!(charged.is_approved());
    assert_eq!(charged.amount, Some(dollars("11.30")));
    assert_eq!(charged.card_suffix.as_deref(), Some("1111"));
    assert_eq!(charged.invoice_id.as_deref(), sale.lost_call().reference().map(|r| r.as_str()));
    assert_eq!(sandbox.ledger().count("sale"), 1);
    assert_eq!(sandbox.ledger().total("sale").to_string(), "11.3");
}

#[tokio::test]
async fn a_decline_is_one_error_in_every_shape() {
    for shape in ["402-object", "200-object", "402-message"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.decline_shape", shape).unwrap();
        let error = client.transactions().sale(&sale("12.00")).await.unwrap_err();
        assert!(error.is_declined(), "{shape}: {error:?}");
        assert_eq!(error.outcome(), Outcome::Refused);
        if shape != "402-message" {
            let declined: Transaction = error.body().unwrap();
            assert!(declined.is_declined());
            assert_eq!(declined.amount, Some(dollars("12.00")));
        }
        assert_eq!(sandbox.ledger().count("sale"), 0);
    }
}

#[tokio::test]
async fn a_hold_is_captured_in_part_and_given_back() {
    let (sandbox, client) = start().await;
    let transactions = client.transactions();
    let hold = Authorize::new(dollars("21.00"), card(), Reference::random());
    let held = transactions.authorize(&hold).await.unwrap();
    let capture = Capture::new(held.id.clone(), dollars("15.50"), Reference::random());
    let captured = transactions.capture(&capture).await.unwrap();
    assert_eq!(captured.amount, Some(dollars("15.50")));
    let refund = Refund::new(captured.id.clone(), dollars("5.25"), Reference::random());
    transactions.refund(&refund).await.unwrap();
    let after = transactions.get(&captured.id).await.unwrap();
    assert_eq!(after.amount_refunded, Some(dollars("5.25")));
    let ledger = sandbox.ledger();
    assert_eq!(ledger.total("capture").to_string(), "15.5");
    assert_eq!(ledger.total("refund").to_string(), "5.25");
}

#[tokio::test]
async fn tokens_of_the_browser_are_charged_with_their_own_credentials() {
    let (sandbox, client) = start().await;
    let account = sandbox.payfirma();
    let year = account.good_year();
    let token = account.encrypt_card("4242424242424242", 12, year, "123").unwrap();
    let encrypted = Sale::new(dollars("11"), EncryptedCard::new(token), Reference::random());
    client.transactions().sale(&encrypted).await.unwrap();
    let token = account.payment_token("4242424242424242", 12, year, "123").unwrap();
    let iframe = Sale::new(dollars("13"), PaymentToken::new(token), Reference::random());
    client.transactions().sale(&iframe).await.unwrap();
    assert_eq!(sandbox.ledger().count("sale"), 2);

    let without =
        Client::builder(Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap())
            .build()
            .unwrap();
    let error = without.transactions().sale(&iframe).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.to_string().contains("iframe_token"), "{error}");
}

#[tokio::test]
async fn a_lost_sale_is_not_sent_again_and_is_found() {
    for kind in [FaultKind::Reset, FaultKind::Stall { for_at_most: None }] {
        let (sandbox, client) = start().await;
        let fault = Fault::new(kind).on("payfirma.transactions.sale").phase(Phase::After);
        sandbox.add_fault(fault).unwrap();
        let quick = client.with(
            payfirma::CallOptions::new().attempt_timeout(std::time::Duration::from_millis(700)),
        );
        let sale = sale("17.00");
        let error = quick.transactions().sale(&sale).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
        assert!(!error.is_declined());
        assert_eq!(sandbox.ledger().count("sale"), 1);
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.reference(), sale.lost_call().reference());
        // Also after a crash: the lost call survives as JSON.
        let kept = serde_json::to_string(lost).unwrap();
        let lost = serde_json::from_str(&kept).unwrap();
        let found = client.resolve(&lost).await.unwrap();
        let payfirma::Resolution::Confirmed(payfirma::Confirmed::Applied(found)) = found else {
            panic!("{found:?}")
        };
        assert_eq!(found.transaction().unwrap().amount, Some(dollars("17.00")));
        assert_eq!(sandbox.ledger().count("sale"), 1);
    }
}

#[tokio::test]
async fn the_day_is_listed_page_by_page() {
    let (_sandbox, client) = start().await;
    for amount in ["11", "13", "15", "17", "19"] {
        client.transactions().sale(&sale(amount)).await.unwrap();
    }
    let filter = TransactionFilter::new().limit(2).min_amount(dollars("12"));
    let listed = client.transactions().pager(filter).collect().await.unwrap();
    assert_eq!(listed.len(), 4);
    let mut amounts: Vec<_> = listed.iter().filter_map(|found| found.amount).collect();
    amounts.sort();
    assert_eq!(amounts, ["13", "15", "17", "19"].map(dollars));
}
