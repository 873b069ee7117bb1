//! What is made of answers about customers, cards, subscriptions, plans and invoices that are not as
//! they should be, and of requests that are not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "wire/canned.rs"]
mod canned;

use canned::Canned;
use payfirma::{
    Card, CardId, CardUpdate, Currency, CustomerFilter, CustomerId, CustomerUpdate, EpochMillis,
    ErrorKind, InvoiceId, NewCard, NewCustomer, NewInvoice, NewPlan, NewSubscription, Outcome,
    PlanFilter, PlanFrequency, PlanId, Reference, SubscriptionId,
};

fn customer() -> CustomerId {
    CustomerId::new("NV0B6eZB06").unwrap()
}

fn card() -> CardId {
    CardId::new("34cvb54564dfc").unwrap()
}

fn subscription() -> SubscriptionId {
    SubscriptionId::new("sub7").unwrap()
}

fn plan() -> PlanId {
    PlanId::new("98Avb98765dfc").unwrap()
}

fn invoice() -> InvoiceId {
    InvoiceId::new("inv7").unwrap()
}

fn reference() -> Reference {
    Reference::new("R-1").unwrap()
}

fn plastic() -> Card {
    Card::new(
        "4111 1111 1111 1111".parse().unwrap(),
        "11/39".parse().unwrap(),
        "045".parse().unwrap(),
    )
}

fn answers_customer() -> Canned {
    Canned::answer(200, r#"{"lookup_id":"NV0B6eZB06"}"#)
}

#[tokio::test]
async fn bad_input_is_refused_before_anything_is_sent() {
    let provider = answers_customer();
    let client = provider.client();
    let odd: CustomerId = serde_json::from_str(r#""../plan""#).unwrap();
    let past = NewSubscription::new(customer(), plan(), card(), reference())
        .start_date(EpochMillis(1_467_760_023_000));
    let expired = "11/20".parse().unwrap();
    let expired = Card::new("4111111111111111".parse().unwrap(), expired, "045".parse().unwrap());
    let free = NewPlan::new("n", "0".parse().unwrap(), Currency::CAD, PlanFrequency::Daily);
    let total = NewInvoice::new(Currency::CAD, "1.001".parse().unwrap(), reference());
    let errors = [
        client.customers().get(&odd).await.unwrap_err(),
        client.customers().list(&CustomerFilter::new().limit(0)).await.unwrap_err(),
        client.customers().update(&CustomerUpdate::new(customer())).await.unwrap_err(),
        client.cards().add(&NewCard::new(customer(), expired, reference())).await.unwrap_err(),
        client.cards().update(&CardUpdate::new(customer(), card())).await.unwrap_err(),
        client.cards().remove(&odd, &card()).await.unwrap_err(),
        client.subscriptions().add(&past).await.unwrap_err(),
        client.subscriptions().cancel(&odd, &subscription()).await.unwrap_err(),
        client.plans().create(&free).await.unwrap_err(),
        client.plans().list(&PlanFilter::new().limit(0)).await.unwrap_err(),
        client.invoices().create(&total).await.unwrap_err(),
        client.invoices().list(Some(0)).await.unwrap_err(),
    ];
    let fields = [
        "customer_lookup_id",
        "limit",
        "customer",
        "card_expiry",
        "card",
        "customer_lookup_id",
        "start_date",
        "customer_lookup_id",
        "amount",
        "limit",
        "total",
        "limit",
    ];
    for (error, field) in errors.iter().zip(fields) {
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.field_errors()[0].field, field, "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("../plan") && !shown.contains("4111111111111111"), "{shown}");
    }
    assert!(provider.sent().is_empty());
}

#[tokio::test]
async fn an_answer_about_something_else_contradicts() {
    let other = Canned::answer(200, r#"{"lookup_id":"other","id":1}"#).client();
    let new_card = NewCard::new(customer(), plastic(), reference());
    let subscribe = NewSubscription::new(customer(), plan(), card(), reference());
    let writes = [
        other.customers().update(&CustomerUpdate::new(customer()).first_name("f")).await,
        other.cards().add(&new_card).await,
        other.cards().update(&CardUpdate::new(customer(), card()).description("d")).await,
        other.subscriptions().add(&subscribe).await,
        other.subscriptions().cancel(&customer(), &subscription()).await,
    ];
    for error in writes.map(Result::unwrap_err) {
        assert!(error.is_contradiction(), "{error}");
        assert_eq!(error.outcome(), Outcome::Applied);
        let told: payfirma::Customer = error.body().unwrap();
        assert_eq!(told.lookup_id.as_str(), "other");
    }
    assert!(other.customers().get(&customer()).await.unwrap_err().is_contradiction());
    assert!(other.plans().get(&plan()).await.unwrap_err().is_contradiction());
    assert!(other.invoices().get(&invoice()).await.unwrap_err().is_contradiction());

    let custom = Canned::answer(201, r#"{"lookup_id":"a","custom_id":"R-2"}"#).client();
    let new = NewCustomer::new("a@b.ca".parse().unwrap(), reference());
    let error = custom.customers().create(&new).await.unwrap_err();
    assert!(error.is_contradiction(), "{error}");
    assert_eq!(error.lost_call().unwrap().reference(), Some(&reference()));
}

#[tokio::test]
async fn a_subscription_that_still_runs_is_not_canceled() {
    for (status, canceled) in [
        (r#""CANCELED""#, true),
        (r#""CANCELLED""#, true),
        (r#""ENDED_BY_CUSTOMER""#, true),
        ("null", true),
        (r#""ACTIVE""#, false),
        (r#""PAUSED""#, false),
    ] {
        let body = format!(
            r#"{{"lookup_id":"NV0B6eZB06","subscriptions":[{{"lookup_id":"sub7","status":{status}}}]}}"#
        );
        let client = Canned::answer(200, body).client();
        let result = client.subscriptions().cancel(&customer(), &subscription()).await;
        assert_eq!(result.is_ok(), canceled, "{status}");
        if let Err(error) = result {
            assert!(error.is_contradiction(), "{status}: {error}");
        }
    }
}

#[tokio::test]
async fn a_removal_is_believed_when_its_answer_is_understood() {
    for (status, body) in [(204, ""), (200, ""), (200, " \n"), (200, "null")] {
        let client = Canned::answer(status, body).client();
        let removed = client.cards().remove(&customer(), &card()).await.unwrap();
        assert!(removed.is_none(), "{body:?}");
        assert_eq!(removed.meta().status().as_u16(), status);
        assert!(client.plans().remove(&plan()).await.unwrap().is_none());
    }
    let client = answers_customer().client();
    let removed = client.cards().remove(&customer(), &card()).await.unwrap();
    assert_eq!(removed.as_ref().unwrap().lookup_id, customer());

    for body in [
        r#"{"lookup_id":"other"}"#,
        r#"{"lookup_id":"NV0B6eZB06","cards":[{"lookup_id":"34cvb54564dfc"}]}"#,
    ] {
        let client = Canned::answer(200, body).client();
        let error = client.cards().remove(&customer(), &card()).await.unwrap_err();
        assert!(error.is_contradiction(), "{body}: {error}");
        assert_eq!(error.outcome(), Outcome::Applied);
    }
    for body in ["<html>", "{}", "[]", "true", r#"{"message":"done"}"#, r#"{"error":"x"}"#] {
        let client = Canned::answer(200, body).client();
        let error = client.cards().remove(&customer(), &card()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Unreadable, Outcome::Unknown),
            "{body}: {error}"
        );
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.operation(), "payfirma.cards.remove");
        assert_eq!(lost.path("card_lookup_id"), Some("34cvb54564dfc"));
        assert_eq!(error.meta().unwrap().raw_body(), body);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_understood_is_no_success() {
    let new = NewCustomer::new("a@b.ca".parse().unwrap(), reference());
    let bill = NewInvoice::new(Currency::CAD, "1.10".parse().unwrap(), reference());
    for body in ["", "[]", "null", "<html>", r#""ok""#, r#"{"error":"x"}"#, r#"{"total":"x"}"#] {
        let client = Canned::answer(200, body).client();
        for error in [
            client.customers().create(&new).await.unwrap_err(),
            client.invoices().create(&bill).await.unwrap_err(),
        ] {
            assert_eq!(error.outcome(), Outcome::Unknown, "{body}: {error}");
            assert_eq!(error.lost_call().unwrap().reference(), Some(&reference()));
        }
    }
    for body in [r#"{"total":1.1,"currency":"CAD","invoice_number":"7"}"#, "{}"] {
        assert!(Canned::answer(200, body).client().invoices().create(&bill).await.is_ok());
    }
    let error =
        Canned::answer(200, r#"{"total":11}"#).client().invoices().create(&bill).await.unwrap_err();
    assert!(error.is_contradiction());
    assert_eq!(error.lost_call().unwrap().amount().unwrap().to_string(), "1.10");
}

#[tokio::test]
async fn an_echoed_card_is_masked() {
    let echo = r#"{"error":"Bad Request","message":"card 4111-1111-1111-1111 with CVV 045"}"#;
    let client = Canned::answer(400, echo).client();
    let new = NewCard::new(customer(), plastic(), reference());
    let error = client.cards().add(&new).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused);
    let raw = String::from_utf8_lossy(error.meta().unwrap().raw_body());
    for text in [format!("{error} {error:?} {new:?}"), raw.into_owned()] {
        assert!(!text.contains("1111-1111") && !text.contains("045"), "{text}");
    }
}
