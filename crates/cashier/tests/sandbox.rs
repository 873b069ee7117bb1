//! The client against this project's sandbox: what money moved is read from its ledger.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use cashier::{
    ApprovePayout, ApprovedPayout, CallOptions, Card, CardPayment, CardPaymentState, Client,
    Confirmed, Currency, Customer, Date, DirectPayment, Environment, HostedCheckout, Mode, Order,
    Outcome, PayoutCheckout, Reference, RejectPayout, Resolution, Routes, Status, TransactionKey,
    webhook::{Confirmation, Event, Rejected, Verifier},
};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox, cashier::CashierHandle};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox, Routes::sandbox());
    (sandbox, client)
}

fn client(sandbox: &Sandbox, routes: Routes) -> Client {
    let account = sandbox.cashier();
    let environment = Environment::custom(&account.base_url(), Mode::Test, routes).unwrap();
    Client::builder(environment).api_key(account.api_key()).build().unwrap()
}

fn order(amount: &str) -> Order {
    let customer = Customer::new().name("John", "Doe").email("user@example.com".parse().unwrap());
    Order::new(amount.parse().unwrap(), Currency::EUR, "128", Reference::random())
        .ip([127, 34, 125, 54])
        .customer(customer)
}

fn charge(sandbox: &Sandbox, amount: &str, number: &str) -> CardPayment {
    let (number, expiry) = (number.parse().unwrap(), "05/39".parse().unwrap());
    let card = Card::new("John Doe", number, expiry, "444".parse().unwrap());
    CardPayment::new(order(amount), sandbox.cashier().provider_id(), card)
}

/// The webhooks that are due, as a receiver sees them.
fn events(sandbox: &Sandbox) -> Vec<Event> {
    let verifier = Verifier::new(sandbox.cashier().signature_password()).unwrap();
    let webhooks = sandbox.cashier().take_webhooks();
    webhooks.iter().map(|sent| verifier.verify(&signature(sent), &sent.body).unwrap()).collect()
}

fn signature(sent: &pay_sandbox::Webhook) -> String {
    let header = sent.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-signature"));
    header.unwrap().1.clone()
}

#[tokio::test]
async fn a_frictionless_card_is_paid_or_declined_at_once() {
    let (sandbox, client) = start().await;
    let paid = charge(&sandbox, "11.00", CashierHandle::FRICTIONLESS_CARD);
    let state = client.payments().card(&paid).await.unwrap();
    assert_eq!(state.into_inner(), CardPaymentState::Successful);
    for shape in ["text", "object"] {
        for status in ["200", "402"] {
            sandbox.set_by_name("cashier.error_attribute", shape).unwrap();
            sandbox.set_by_name("cashier.rejected_status", status).unwrap();
            let declined = charge(&sandbox, "12.00", CashierHandle::FRICTIONLESS_CARD);
            let error = client.payments().card(&declined).await.unwrap_err();
            assert!(error.is_declined(), "{shape} {status}: {error:?}");
            assert_eq!(error.outcome(), Outcome::Refused);
            assert!(error.message().contains("funds"), "{error}");
        }
    }
    let statuses: Vec<_> = events(&sandbox).into_iter().map(|event| event.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == Status::Successful).count(), 1);
}

#[tokio::test]
async fn three_d_secure_redirects_and_the_webhook_tells_how_it_ended() {
    let (sandbox, client) = start().await;
    let payment = charge(&sandbox, "11.00", CashierHandle::THREE_D_SECURE_CARD);
    let lost = payment.lost_call();
    let state = client.payments().card(&payment).await.unwrap();
    let CardPaymentState::Redirect { url } = state.into_inner() else { panic!() };
    // The provider has it, and it is not paid.
    let Resolution::Confirmed(Confirmed::Applied(found)) = client.resolve(&lost).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(found.status(), Some(&Status::Pending));
    sandbox.cashier().complete_page(url.as_str()).unwrap();
    let event = events(&sandbox).pop().unwrap();
    assert_eq!(event.status, Status::Successful);
    assert_eq!(event.amount, lost.amount());
    let Resolution::Confirmed(Confirmed::Applied(found)) = event.resolve(&lost).unwrap() else {
        panic!()
    };
    assert_eq!(found.status(), Some(&Status::Successful));
    assert!(matches!(event.confirm(&client).await.unwrap(), Confirmation::Agrees(_)));
}

#[tokio::test]
async fn a_hosted_page_is_opened_and_completed() {
    let (sandbox, client) = start().await;
    let page = client.payments().hosted(&HostedCheckout::new(order("15"))).await.unwrap();
    sandbox.cashier().complete_page(page.token.expose()).unwrap();
    assert_eq!(events(&sandbox).pop().unwrap().status, Status::Successful);
}

#[tokio::test]
async fn each_guess_at_the_reply_of_a_direct_payment_is_open_json() {
    let (sandbox, client) = start().await;
    for answer in ["url-and-status", "url", "token"] {
        sandbox.set_by_name("cashier.direct_answer", answer).unwrap();
        let payment = DirectPayment::new(order("11"), sandbox.cashier().provider_id());
        let reply = client.payments().direct(&payment).await.unwrap();
        assert!(reply.as_json().starts_with('{'), "{answer}");
        assert_eq!(reply.status().is_some(), answer == "url-and-status");
    }
}

#[tokio::test]
async fn a_payout_is_approved_once_and_another_rejected() {
    let (sandbox, client) = start().await;
    let payouts = client.payouts();
    let [approved, rejected] = [order("21"), order("23")];
    for order in [&approved, &rejected] {
        // It can be approved from then on: how the sandbox takes it.
        let _ = payouts.create(&PayoutCheckout::new(order.clone())).await.unwrap();
    }
    let approval = ApprovePayout::new(approved.reference());
    let state = payouts.approve(&approval).await.unwrap();
    assert!(matches!(state.into_inner(), ApprovedPayout::Pending { .. }));
    // Pending before and after: nothing to be seen yet.
    let unsettled = client.resolve(&approval.lost_call()).await.unwrap();
    assert!(matches!(unsettled, Resolution::Inconclusive { .. }));
    payouts.reject(&RejectPayout::new(rejected.reference())).await.unwrap();
    sandbox.cashier().settle();
    let settled = client.resolve(&approval.lost_call()).await.unwrap();
    assert!(matches!(settled, Resolution::Candidates(_)));
    let transactions = client.transactions();
    assert_eq!(transactions.get(approved.reference()).await.unwrap().status, Status::Successful);
    assert_eq!(transactions.get(rejected.reference()).await.unwrap().status, Status::Rejected);
    let error = payouts.reject(&RejectPayout::new(approved.reference())).await.unwrap_err();
    assert!(error.outcome().is_without_effect(), "{error}");
}

#[tokio::test]
async fn a_lost_payment_is_not_sent_again_and_is_found() {
    for kind in [FaultKind::Reset, FaultKind::Stall { for_at_most: None }] {
        let (sandbox, client) = start().await;
        let fault = Fault::new(kind).on("cashier.payments.s2s").phase(Phase::After);
        sandbox.add_fault(fault).unwrap();
        let quick = client.with(CallOptions::new().attempt_timeout(Duration::from_millis(700)));
        let payment = charge(&sandbox, "17.00", CashierHandle::FRICTIONLESS_CARD);
        let error = quick.payments().card(&payment).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
        let lost = error.lost_call().unwrap();
        let sent = sandbox.requests();
        assert_eq!(sent.iter().filter(|request| request.path.ends_with("/s2s")).count(), 1);
        assert_eq!(sandbox.ledger().total("deposit").to_string(), "17");

        let declared = client.resolve(lost).await.unwrap();
        assert!(matches!(declared, Resolution::Confirmed(Confirmed::Applied(_))), "{declared:?}");
        let mut routes = Routes::sandbox();
        routes.transaction_key = TransactionKey::TransactionId;
        let by_list = self::client(&sandbox, routes).resolve(lost).await.unwrap();
        assert!(matches!(&by_list, Resolution::Candidates(found) if found.len() == 1));
        let by_event = events(&sandbox).pop().unwrap().resolve(lost).unwrap();
        assert!(matches!(by_event, Resolution::Confirmed(Confirmed::Applied(_))));
    }
}

#[tokio::test]
async fn every_way_to_write_a_webhook_verifies() {
    let (sandbox, client) = start().await;
    let verifier = Verifier::new(sandbox.cashier().signature_password()).unwrap();
    for written in ["compact", "pretty", "spaced", "reordered", "escaped"] {
        sandbox.set_by_name("cashier.webhook_body", written).unwrap();
        let payment = charge(&sandbox, "11.00", CashierHandle::FRICTIONLESS_CARD);
        let _ = client.payments().card(&payment).await.unwrap();
        let webhooks = sandbox.cashier().take_webhooks();
        assert!(!webhooks.is_empty(), "{written}");
        for sent in webhooks {
            let event = verifier.verify(&signature(&sent), &sent.body).unwrap();
            assert_eq!(event.tracking_id.as_deref(), Some(payment_reference(&payment).as_str()));
            let forged = String::from_utf8_lossy(sent.body.as_ref()).replace("11.00", "91.00");
            assert_eq!(verifier.verify(&signature(&sent), forged), Err(Rejected::BadSignature));
        }
    }
}

fn payment_reference(payment: &CardPayment) -> Reference {
    payment.lost_call().reference().unwrap().clone()
}

#[tokio::test]
async fn weeks_are_listed_without_gaps_and_repeats() {
    // 2026-03-01 12:00 UTC
    let sandbox = Sandbox::builder().clock_stopped_at_ms(1_772_366_400_000).start().await.unwrap();
    let client = client(&sandbox, Routes::sandbox());
    let mut paid = Vec::new();
    for _ in 0..20 {
        let payment = charge(&sandbox, "11.00", CashierHandle::FRICTIONLESS_CARD);
        let _ = client.payments().card(&payment).await.unwrap();
        paid.push(payment);
        sandbox.advance(Duration::from_secs(24 * 3600));
    }
    let (from, to) = (Date::new(2026, 3, 1).unwrap(), Date::new(2026, 3, 21).unwrap());
    for seven in ["between", "counted"] {
        for listed in ["newest-first", "oldest-first"] {
            sandbox.set_by_name("cashier.seven_days", seven).unwrap();
            sandbox.set_by_name("cashier.list_order", listed).unwrap();
            let rows = client.transactions().range(from, to).unwrap().collect().await.unwrap();
            let ids: std::collections::BTreeSet<_> =
                rows.iter().map(|row| row.transaction_id.clone()).collect();
            assert_eq!((rows.len(), ids.len()), (paid.len(), paid.len()), "{seven} {listed}");
        }
    }
}

#[tokio::test]
async fn a_wrong_key_is_unauthorized_and_a_wrong_request_invalid_in_every_shape() {
    let (sandbox, client) = start().await;
    let environment = Environment::sandbox(&sandbox.cashier().base_url()).unwrap();
    let stranger = Client::builder(environment).api_key("another").build().unwrap();
    let error = stranger.payments().hosted(&HostedCheckout::new(order("11"))).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    for shape in ["message", "error", "fields", "plain-text", "empty"] {
        sandbox.set_by_name("cashier.error_shape", shape).unwrap();
        let direct = DirectPayment::new(order("11"), 999_999);
        let error = client.payments().direct(&direct).await.unwrap_err();
        assert!(error.is_invalid(), "{shape}: {error}");
        assert_eq!(error.outcome(), Outcome::Refused, "{shape}");
        assert_eq!(!error.field_errors().is_empty(), shape == "fields", "{error:?}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn webhooks_reach_a_real_receiver() {
    use axum::{Router, extract::State, routing::post};
    use cashier::webhook::Verified;

    type Seen = std::sync::Arc<std::sync::Mutex<Vec<Event>>>;

    #[derive(Clone)]
    struct App(Verifier, Seen);

    impl axum::extract::FromRef<App> for Verifier {
        fn from_ref(app: &App) -> Self {
            app.0.clone()
        }
    }

    async fn receive(State(App(_, seen)): State<App>, Verified(event): Verified) {
        seen.lock().unwrap().push(event);
    }

    let (sandbox, client) = start().await;
    let seen = Seen::default();
    let verifier = Verifier::new(sandbox.cashier().signature_password()).unwrap();
    let app =
        Router::new().route("/hooks", post(receive)).with_state(App(verifier, Seen::clone(&seen)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    sandbox.cashier().set_webhook_url(&format!("http://{address}/hooks")).unwrap();
    let payment = charge(&sandbox, "11.00", CashierHandle::FRICTIONLESS_CARD);
    let _ = client.payments().card(&payment).await.unwrap();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let events = seen.lock().unwrap().clone();
        if let Some(event) = events.iter().find(|event| event.status.is_final()) {
            let resolved = event.resolve(&payment.lost_call()).unwrap();
            assert!(matches!(resolved, Resolution::Confirmed(Confirmed::Applied(_))));
            return;
        }
    }
    panic!("no webhook came: {:?}", sandbox.cashier().webhook_attempts());
}
