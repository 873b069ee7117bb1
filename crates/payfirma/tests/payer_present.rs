//! Card terminals, hosted pages and transfers against the sandbox: what money moved is read from
//! its ledger.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Address, Amount, BankDeposit, Client, Currency, CustomerId, EftOutcome, EftRequest,
    Environment, ErrorKind, ExpectedPayment, HostedPage, HostedPageRedirect, Method, NewCustomer,
    Outcome, Reference, Refund, SendFunds, TerminalAuthorize, TerminalCapture,
    TerminalCustomerSale, TerminalRefund, TerminalSale, Transaction, TransactionType, operations,
};

const TERMINAL: u64 = 7;

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .hosted_page_token(account.hosted_page_token())
        .route(&operations::EFT_BANK_DEPOSIT, Method::POST, "/transaction-service-vt/eft/deposit")
        .route(&operations::EFT_SEND_FUNDS, Method::POST, "/transaction-service-vt/eft/send")
        .build()
        .unwrap();
    (sandbox, client)
}

async fn customer(client: &Client) -> CustomerId {
    let new = NewCustomer::new("a@b.ca".parse().unwrap(), Reference::random());
    client.customers().create(&new).await.unwrap().lookup_id.clone()
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

fn reference() -> Reference {
    Reference::random()
}

#[tokio::test]
async fn a_terminal_charges_holds_captures_and_gives_back() {
    let (sandbox, client) = start().await;
    let terminal = client.terminal();
    let sale = TerminalSale::new(dollars("11"), TERMINAL, reference()).currency(Currency::CAD);
    let sold = terminal.sale(&sale).await.unwrap();
    assert_eq!(sold.invoice_id.as_deref(), sale.lost_call().reference().map(Reference::as_str));
    let to = customer(&client).await;
    let sale = TerminalCustomerSale::new(dollars("13.50"), TERMINAL, to, reference());
    terminal.sale_customer(&sale).await.unwrap();
    let refund = TerminalRefund::new(sold.id.clone(), dollars("1.25"), TERMINAL, reference());
    terminal.refund(&refund).await.unwrap();
    let hold = TerminalAuthorize::new(dollars("15"), TERMINAL, reference());
    let held = terminal.authorize(&hold).await.unwrap();
    // The terminal has another word for it.
    assert_eq!(held.kind, Some(TransactionType::Authorization));
    let capture = TerminalCapture::new(held.id.clone(), dollars("3"), TERMINAL, reference());
    terminal.capture(&capture).await.unwrap();
    let ledger = sandbox.ledger();
    let total = |kind| ledger.total(kind).to_string();
    assert_eq!([total("sale"), total("refund"), total("capture")], ["24.5", "1.25", "3"]);
}

#[tokio::test]
async fn a_terminal_declines_and_loses_replies_as_any_sale() {
    let (sandbox, client) = start().await;
    let sale = TerminalSale::new(dollars("12"), TERMINAL, reference());
    let error = client.terminal().sale(&sale).await.unwrap_err();
    assert!(error.is_declined());
    assert!(error.body::<Transaction>().unwrap().is_declined());
    let fault = Fault::new(FaultKind::Reset).on("payfirma.terminal.*").phase(Phase::After);
    sandbox.add_fault(fault).unwrap();
    let sale = TerminalSale::new(dollars("11"), TERMINAL, reference());
    let error = client.terminal().sale(&sale).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let lost = error.lost_call().unwrap();
    assert_eq!(lost.operation(), "payfirma.terminal.sale");
    assert_eq!(lost.reference(), sale.lost_call().reference());
    assert_eq!(sandbox.ledger().count("sale"), 1);
}

#[tokio::test]
async fn asking_a_customer_for_money_is_pending_until_they_pay() {
    let (sandbox, client) = start().await;
    let from = customer(&client).await;
    let request = EftRequest::new(from, dollars("21.10"), reference());
    let asked = client.eft().request_funds(&request).await.unwrap().into_inner();
    let EftOutcome::Pending(transaction) = asked else { panic!("{asked:?}") };
    sandbox.payfirma().settle_eft();
    let settled = client.transactions().get(&transaction.id).await.unwrap();
    assert!(settled.is_approved());
    let balance = client.eft().balance().await.unwrap();
    assert_eq!(balance.available_balance, Some(dollars("1021.10")));
}

#[tokio::test]
async fn transfers_on_routes_of_the_callers_own() {
    let (sandbox, client) = start().await;
    let deposit = BankDeposit::new(dollars("11"), reference());
    let done = client.eft().bank_deposit(&deposit).await.unwrap();
    assert!(matches!(&*done, EftOutcome::Completed(_)));
    let funds = SendFunds::new(dollars("13"), reference()).extra("email", "a@b.ca").unwrap();
    let sent = client.eft().send_funds(&funds).await.unwrap();
    assert!(matches!(&*sent, EftOutcome::Completed(_)));
    let declined = client.eft().bank_deposit(&BankDeposit::new(dollars("12"), reference())).await;
    assert!(declined.unwrap_err().is_declined());
    assert_eq!(sandbox.ledger().count("eft_deposit"), 1);
    assert_eq!(sandbox.ledger().count("eft_send"), 1);
}

#[tokio::test]
async fn without_a_route_nothing_is_sent() {
    let (sandbox, _) = start().await;
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
        .unwrap();
    let deposit = BankDeposit::new(dollars("11"), reference());
    let error = client.eft().bank_deposit(&deposit).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    let page = HostedPage::new(dollars("11"), Currency::CAD, "shop.example", reference());
    let error = client.hosted_page().init(&page).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn others_ask_for_money() {
    let (sandbox, client) = start().await;
    assert!(client.eft().incoming_requests().await.unwrap().is_empty());
    sandbox.payfirma().add_incoming_eft_request("3.30".parse().unwrap(), "a@b.ca", "rent");
    let requests = client.eft().incoming_requests().await.unwrap();
    assert_eq!(requests[0].amount, Some(dollars("3.30")));
    assert!(requests[0].date_time().is_some(), "{:?}", requests[0].date);
    assert!(!format!("{requests:?}").contains("eft-page"));
}

struct Visit {
    sandbox: Sandbox,
    client: Client,
    expected: ExpectedPayment,
    redirect: HostedPageRedirect,
}

/// A page for this amount, with tax and shipping on top, and the payer's way back.
async fn visit(amount: &str, pay: bool) -> Visit {
    let (sandbox, client) = start().await;
    let page = HostedPage::new(dollars(amount), Currency::CAD, "shop.example", reference())
        .tax(dollars("1.50"))
        .shipping_charge(dollars("0.50"))
        .state("a state & more")
        .billing_address(Address::new().country("CA").postal_code("V6E1B2"));
    let made = client.hosted_page().init(&page).await.unwrap();
    let payfirma = sandbox.payfirma();
    let location = match pay {
        true => payfirma.complete_hosted_page(&made.url).unwrap(),
        false => payfirma.cancel_hosted_page(&made.url).unwrap(),
    };
    // As it would be kept with the order.
    let kept = serde_json::to_string(&page.expected()).unwrap();
    let expected = serde_json::from_str(&kept).unwrap();
    assert_eq!(page.expected(), expected);
    Visit { sandbox, client, expected, redirect: HostedPageRedirect::parse(&location).unwrap() }
}

#[tokio::test]
async fn a_page_is_paid_when_the_providers_record_says_so() {
    let Visit { sandbox, client, expected, mut redirect } = visit("11.00", true).await;
    let paid = client.hosted_page().confirm(&redirect, &expected).await.unwrap();
    assert!(paid.is_approved());
    assert_eq!(paid.amount, Some(dollars("13")));
    assert_eq!(sandbox.ledger().count("sale"), 1);
    // By the hashed id alone, and whatever the redirect claims.
    redirect.transaction_id = None;
    redirect.result = "DECLINED".into();
    client.hosted_page().confirm(&redirect, &expected).await.unwrap();
}

#[tokio::test]
async fn a_redirect_that_claims_approval_does_not_make_it_so() {
    let Visit { sandbox: _sandbox, client, expected, mut redirect } = visit("10.00", true).await;
    redirect.result = "APPROVED".into();
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert!(error.is_declined(), "{error:?}");
    assert!(error.body::<Transaction>().unwrap().is_declined());
    redirect.transaction_id = Some("1".parse().unwrap());
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_payer_who_gave_up_has_not_paid() {
    let Visit { sandbox: _sandbox, client, expected, mut redirect } = visit("11.00", false).await;
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("CANCELED")));
    redirect.result = "APPROVED".into();
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert!(error.is_invalid());
}

#[tokio::test]
async fn another_payment_does_not_pay_for_this_page() {
    let Visit { sandbox, client, expected, redirect } = visit("11.00", true).await;
    let asked = sandbox.requests().len();
    // Another session's, or another order's.
    for field in ["state", "custom_id"] {
        let mut forged = redirect.clone();
        match field {
            "state" => forged.state = Some("a state & mor".to_owned()),
            _ => forged.custom_id = Some("order-2".to_owned()),
        }
        let error = client.hosted_page().confirm(&forged, &expected).await.unwrap_err();
        assert_eq!(error.field_errors()[0].field, field);
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    let mut forged = redirect.clone();
    forged.state = None;
    assert!(client.hosted_page().confirm(&forged, &expected).await.unwrap_err().is_invalid());
    assert_eq!(sandbox.requests().len(), asked);

    // A real, approved payment of the same amount, for another order.
    let page = HostedPage::new(dollars("13.00"), Currency::CAD, "shop.example", reference());
    let made = client.hosted_page().init(&page).await.unwrap();
    let other = sandbox.payfirma().complete_hosted_page(&made.url).unwrap();
    let other = HostedPageRedirect::parse(&other).unwrap();
    let mut forged = redirect.clone();
    forged.transaction_id = other.transaction_id.clone();
    forged.lookup_id = other.lookup_id.clone();
    let error = client.hosted_page().confirm(&forged, &expected).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");

    // Number and hash of two payments.
    let mut forged = redirect.clone();
    forged.lookup_id = other.lookup_id;
    let error = client.hosted_page().confirm(&forged, &expected).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");

    // A refund of it.
    let id = redirect.transaction_id.clone().unwrap();
    let refund =
        Refund::new(id, dollars("13"), reference()).custom_id(redirect.custom_id.clone().unwrap());
    let refunded = client.transactions().refund(&refund).await.unwrap();
    let mut forged = redirect;
    forged.transaction_id = Some(refunded.id.clone());
    forged.lookup_id = None;
    let error = client.hosted_page().confirm(&forged, &expected).await.unwrap_err();
    assert!(error.is_contradiction(), "{error:?}");
}

#[tokio::test]
async fn another_amount_does_not_pay_for_this_page() {
    let Visit { sandbox, client, expected, redirect } = visit("11.00", true).await;
    let by = "0.01".parse().unwrap();
    let fault = Fault::new(FaultKind::WrongAmount { by }).on("payfirma.transactions.get");
    sandbox.add_fault(fault.limit(1)).unwrap();
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert!(error.is_contradiction());
    assert!(error.message().contains("13.01"), "{error}");
    // The amount without tax and shipping is the page's too.
    let fault = Fault::new(FaultKind::WrongAmount { by: "-2".parse().unwrap() });
    sandbox.add_fault(fault.on("payfirma.transactions.get").limit(1)).unwrap();
    client.hosted_page().confirm(&redirect, &expected).await.unwrap();
    let fault = Fault::new(FaultKind::Missing { field: "amount".to_owned() });
    sandbox.add_fault(fault.on("payfirma.transactions.get").limit(1)).unwrap();
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("NO_AMOUNT")));
}

#[tokio::test]
async fn a_record_that_nothing_ties_to_the_page_is_confirmed_only_where_that_is_allowed() {
    let Visit { sandbox, client, expected, redirect } = visit("11.00", true).await;
    let missing = FaultKind::Missing { field: "custom_id".to_owned() };
    sandbox.add_fault(Fault::new(missing)).unwrap();
    let error = client.hosted_page().confirm(&redirect, &expected).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("NO_CUSTOM_ID")));
    let expected = expected.custom_id_may_be_missing();
    client.hosted_page().confirm(&redirect, &expected).await.unwrap();
}
