//! Card terminals, hosted pages and transfers as they are on the wire, to the letter.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "wire/canned.rs"]
mod canned;

use canned::Canned;
use payfirma::{
    Address, Amount, BankDeposit, Currency, CustomerId, EftOutcome, EftRequest, ErrorKind,
    HostedPage, Method, Outcome, Payer, Reference, TerminalAuthorize, TerminalCapture,
    TerminalCustomerSale, TerminalRefund, TerminalSale, TransactionId, operations,
};

/// The reference's sample, with its field names and values.
const APPROVED: &str = r#"{"amount":1,"card_type":"OTHER","card_suffix":"1933","id":3039875,
    "transaction_id":"62lY3jxBKrRk6yo1RkXN","transaction_success":true,
    "transaction_result":"APPROVED","transaction_time":1551297351000,"transaction_type":"SALE"}"#;

fn one() -> Amount {
    "1".parse().unwrap()
}

fn reference() -> Reference {
    Reference::new("R-1").unwrap()
}

fn customer() -> CustomerId {
    CustomerId::new("NV0B6eZB06").unwrap()
}

fn original() -> TransactionId {
    TransactionId::new("3039875").unwrap()
}

fn result(result: &str, success: bool) -> String {
    APPROVED
        .replace(r#""APPROVED""#, &format!("{result:?}"))
        .replace(r#""transaction_success":true"#, &format!(r#""transaction_success":{success}"#))
}

#[tokio::test]
async fn terminal_requests_are_the_samples() {
    let wire = Canned::answer(200, APPROVED);
    let client = wire.client();
    let terminal = client.terminal();
    let email = || "a@b.ca".parse().unwrap();
    let sale = TerminalSale::new(one(), 7, reference())
        .currency(Currency::CAD)
        .payer(Payer::new().name("Jon", "Snow").email(email()).telephone("123"))
        .order_id("17");
    let sold = terminal.sale(&sale).await.unwrap();
    assert_eq!(sold.card_suffix.as_deref(), Some("1933"));
    let sale = TerminalCustomerSale::new(one(), 7, customer(), reference()).name("Jon", "Snow");
    terminal.sale_customer(&sale).await.unwrap();
    terminal.authorize(&TerminalAuthorize::without_reference(one(), 7)).await.unwrap();
    let capture = TerminalCapture::new(original(), one(), 7, reference()).currency(Currency::USD);
    terminal.capture(&capture).await.unwrap();
    let refund = TerminalRefund::new(original(), one(), 7, reference()).company("Wall");
    terminal.refund(&refund).await.unwrap();
    let card = r#""card_expiry_month":"/","card_expiry_year":"","card_number":"""#;
    let flag = r#""is_card_terminal_transaction":true,"processor_id":7"#;
    assert_eq!(
        wire.sent(),
        [
            format!(
                "POST /transaction-service-vt/sale/terminal\n{{\"amount\":\"1.00\",\
                 \"currency\":\"CAD\",{flag},{card},\"email\":\"a@b.ca\",\"first_name\":\"Jon\",\
                 \"last_name\":\"Snow\",\"telephone\":\"123\",\"invoice_id\":\"R-1\",\
                 \"order_id\":\"17\"}}"
            ),
            format!(
                "POST /transaction-service-vt/sale/terminalcustomer/NV0B6eZB06\n\
                 {{\"amount\":\"1.00\",{flag},{card},\"first_name\":\"Jon\",\
                 \"last_name\":\"Snow\",\"invoice_id\":\"R-1\"}}"
            ),
            format!(
                "POST /transaction-service-vt/authorize/terminal\n{{\"amount\":\"1.00\",{flag},{card}}}"
            ),
            format!(
                "POST /transaction-service-vt/capture/3039875\n{{\"amount\":\"1.00\",\
                 \"currency\":\"USD\",{flag},\"invoice_id\":\"R-1\"}}"
            ),
            format!(
                "POST /transaction-service-vt/refund/3039875\n{{\"amount\":\"1.00\",{flag},\
                 \"company\":\"Wall\",\"invoice_id\":\"R-1\"}}"
            ),
        ]
    );
}

#[tokio::test]
async fn giving_up_at_the_terminal_is_no_decline() {
    for word in ["CANCELED", "CANCELLED"] {
        let client = Canned::answer(200, result(word, false)).client();
        let sale = TerminalSale::new(one(), 7, reference());
        let error = client.terminal().sale(&sale).await.unwrap_err();
        assert!(!error.is_declined());
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, Outcome::Refused));
        assert_eq!(error.code(), Some("CANCELED"));
    }
}

#[tokio::test]
async fn what_a_terminal_answers_is_judged_as_a_sale() {
    let sale = TerminalSale::new(one(), 7, reference());
    for (body, kind, outcome) in [
        (result("PENDING", false), ErrorKind::Unreadable, Outcome::Unknown),
        (result("APPROVED", false), ErrorKind::Unreadable, Outcome::Unknown),
        (result("NEW", true), ErrorKind::Unreadable, Outcome::Unknown),
        ("{}".to_owned(), ErrorKind::Unreadable, Outcome::Unknown),
        (
            APPROVED.replace(r#""amount":1,"#, r#""amount":2,"#),
            ErrorKind::Contradiction,
            Outcome::Applied,
        ),
        (
            APPROVED.replace(r#""amount":1,"#, r#""amount":1,"invoice_id":"R-2","#),
            ErrorKind::Contradiction,
            Outcome::Unknown,
        ),
    ] {
        let error = Canned::answer(200, &*body).client().terminal().sale(&sale).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{body}");
    }
}

#[tokio::test]
async fn bad_terminal_requests_are_not_sent() {
    let wire = Canned::answer(200, APPROVED);
    let client = wire.client();
    let amount = |text: &str| text.parse::<Amount>().unwrap();
    for (sale, field) in [
        (TerminalSale::new(one(), 0, reference()), "processor_id"),
        (TerminalSale::new(amount("0"), 7, reference()), "amount"),
        (TerminalSale::new(amount("-1"), 7, reference()), "amount"),
        (TerminalSale::new(amount("1.001"), 7, reference()), "amount"),
    ] {
        let error = client.terminal().sale(&sale).await.unwrap_err();
        assert_eq!(error.field_errors()[0].field, field);
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    assert!(wire.sent().is_empty());
}

#[tokio::test]
async fn eft_requests_are_the_samples() {
    let body = result("PENDING", false).replace(r#""SALE""#, r#""EFT""#);
    let wire = Canned::answer(200, body);
    let client = wire
        .builder()
        .route(&operations::EFT_BANK_DEPOSIT, Method::PUT, "/deposit/{customer_lookup_id}")
        .build()
        .unwrap();
    let request = EftRequest::new(customer(), one(), reference());
    let asked = client.eft().request_funds(&request).await.unwrap();
    assert!(matches!(&*asked, EftOutcome::Pending(transaction) if transaction.id == original()));
    let deposit = BankDeposit::new(one(), reference())
        .customer(customer())
        .extra("account_number", "0012345678")
        .unwrap();
    assert!(!format!("{deposit:?}").contains("12345678"));
    client.eft().bank_deposit(&deposit).await.unwrap();
    assert_eq!(
        wire.sent(),
        [
            "POST /transaction-service-vt/eft/request/NV0B6eZB06\n\
             {\"amount\":1,\"description\":\"R-1\"}",
            "PUT /deposit/NV0B6eZB06\n\
             {\"amount\":1,\"description\":\"R-1\",\"account_number\":\"0012345678\"}",
        ]
    );
}

#[tokio::test]
async fn what_a_transfer_answers_is_judged() {
    let request = EftRequest::new(customer(), one(), reference());
    let run = |body: String| {
        let client = Canned::answer(200, body).client();
        let request = request.clone();
        async move { client.eft().request_funds(&request).await }
    };
    let completed = run(APPROVED.to_owned()).await.unwrap();
    assert!(matches!(&*completed, EftOutcome::Completed(_)));
    assert!(run(result("DECLINED", false)).await.unwrap_err().is_declined());
    let error = run(result("PENDING", false).replace(r#""amount":1,"#, r#""amount":9,"#)).await;
    assert!(error.unwrap_err().is_contradiction());
    // What stands beside PENDING is unknown: it is pending in any case.
    let pending = run(result("PENDING", true)).await.unwrap();
    assert!(matches!(&*pending, EftOutcome::Pending(_)));
}

#[tokio::test]
async fn an_account_number_that_is_echoed_is_masked() {
    for number in [r#""0012345678""#, "12345678", r#""00-1234 5678""#] {
        let mut deposit = BankDeposit::new(one(), reference());
        deposit = deposit
            .extra("account", serde_json::from_str::<serde_json::Value>(number).unwrap())
            .unwrap();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let body = format!(r#"{{"error":"E","message":"account {digits} is closed"}}"#);
        let client = Canned::answer(400, body)
            .builder()
            .route(&operations::EFT_BANK_DEPOSIT, Method::POST, "/deposit")
            .build()
            .unwrap();
        let error = client.eft().bank_deposit(&deposit).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(&digits), "{error}");
        assert!(error.message().contains("is closed"));
    }
}

#[tokio::test]
async fn balances_are_exact_and_an_answer_without_any_is_none() {
    let exact = r#"{"available_balance":-0.10,"actual_balance":"1234567890123456789.33"}"#;
    let balance = Canned::answer(200, exact).client().eft().balance().await.unwrap();
    assert_eq!(balance.available_balance.unwrap().to_string(), "-0.10");
    assert_eq!(balance.actual_balance.unwrap().to_string(), "1234567890123456789.33");
    let error = Canned::answer(200, "{}").client().eft().balance().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    let error = Canned::answer(200, "{}").client().eft().incoming_requests().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
}

#[tokio::test]
async fn a_hosted_page_is_made_with_its_own_token() {
    let wire = Canned::answer(200, r#"{"url":"https://pay.test/p/1"}"#);
    // The test's provider knows one token; this client has no login.
    let client = wire.builder().access_token("other").hosted_page_token("an-access-token");
    let client = client.build().unwrap();
    let page = HostedPage::new(one(), Currency::CAD, "shop.example", reference())
        .shipping_address(Address::new().line1("No. 1 Road").postal_code("V6E1B2"))
        .extra("language", "fr")
        .unwrap();
    let made = client.hosted_page().init(&page).await.unwrap();
    assert_eq!(made.url, "https://pay.test/p/1");
    assert_eq!(
        wire.sent(),
        ["POST /merchant-service/hpp/init\n\
          {\"amount\":1,\"currency\":\"CAD\",\"domain\":\"shop.example\",\"custom_id\":\"R-1\",\
          \"shipping_address\":\"{\\\"address1\\\":\\\"No. 1 Road\\\",\
          \\\"postalCode\\\":\\\"V6E1B2\\\"}\",\"language\":\"fr\"}"]
    );
    for body in ["{}", r#"{"url":""}"#, r#"{"url":"http://pay.test/p/1"}"#] {
        let client = Canned::answer(200, body).builder().hosted_page_token("an-access-token");
        let error = client.build().unwrap().hosted_page().init(&page).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        assert_eq!(error.lost_call().unwrap().operation(), "payfirma.hosted_page.init");
    }
}
