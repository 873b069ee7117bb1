//! Customers and their cards against the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Address, Card, CardUpdate, Client, Customer, CustomerFilter, CustomerId, CustomerUpdate,
    Environment, ErrorKind, NewCard, NewCustomer, Outcome, Reference,
};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
        .unwrap();
    (sandbox, client)
}

fn new(email: &str) -> NewCustomer {
    NewCustomer::new(email.parse().unwrap(), Reference::random())
        .first_name("Brandon")
        .last_name("Stark")
        .telephone("1234567891")
        .address(Address::new().city("Vancouver").country("CA"))
}

fn card(number: &str) -> Card {
    Card::new(number.parse().unwrap(), "12/39".parse().unwrap(), "045".parse().unwrap())
}

async fn stored(client: &Client) -> Customer {
    client.customers().create(&new("brandon@stark.com")).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_customer_is_stored_read_and_found() {
    for (status, unset) in [("200", "absent"), ("201", "null")] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.created_status", status).unwrap();
        sandbox.set_by_name("payfirma.unset_fields", unset).unwrap();
        let new = new("brandon@stark.com");
        let created = client.customers().create(&new).await.unwrap();
        let reference = new.lost_call().reference().unwrap().to_string();
        assert_eq!(created.custom_id, Some(reference));
        assert_eq!(created.city.as_deref(), Some("Vancouver"));
        assert_eq!(created.company, None);
        let read = client.customers().get(&created.lookup_id).await.unwrap();
        assert_eq!(read.id, created.id);
        let by_email = |email: &str| CustomerFilter::new().email(email.parse().unwrap());
        let found = client.customers().list(&by_email("brandon@stark.com")).await.unwrap();
        assert_eq!(found.items.len(), 1);
        let found = client.customers().list(&by_email("other@stark.com")).await.unwrap();
        assert!(found.items.is_empty());
        assert_eq!(sandbox.ledger().count("customer_created"), 1);
    }
}

#[tokio::test]
async fn a_lost_customer_is_not_stored_twice_and_is_found_by_its_reference() {
    let (sandbox, client) = start().await;
    let fault = Fault::new(FaultKind::Reset).on("payfirma.customers.create").phase(Phase::After);
    sandbox.add_fault(fault).unwrap();
    let error = client.customers().create(&new("brandon@stark.com")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.faults_fired()[0].count, 1);
    assert_eq!(sandbox.ledger().count("customer_created"), 1);
    let lost = error.lost_call().unwrap();
    let filter = CustomerFilter::new().email(lost.detail("email").unwrap().parse().unwrap());
    let found = client.customers().list(&filter).await.unwrap();
    let reference = lost.reference().unwrap().as_str();
    assert!(found.items.iter().any(|found| found.custom_id.as_deref() == Some(reference)));
}

#[tokio::test]
async fn an_update_from_the_whole_customer_keeps_the_rest_whatever_put_means() {
    for put in ["partial", "replaces"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.customer_put", put).unwrap();
        let before = stored(&client).await;
        let update = CustomerUpdate::from(&before).telephone("604 555 0100");
        let after = client.customers().update(&update).await.unwrap();
        assert_eq!(after.telephone.as_deref(), Some("604 555 0100"), "{put}");
        assert_eq!(
            (&after.email, &after.last_name, &after.city, &after.custom_id),
            (&before.email, &before.last_name, &before.city, &before.custom_id),
            "{put}"
        );
    }
}

#[tokio::test]
async fn every_customer_is_listed_once_whatever_lists_look_like() {
    for (envelope, end) in [
        ("entities", "no-cursor"),
        ("named", "empty-page"),
        ("single-cursor", "no-cursor"),
        ("bare-array", "no-cursor"),
    ] {
        let (sandbox, client) = start().await;
        for i in 0..5 {
            client.customers().create(&new(&format!("a{i}@b.ca"))).await.unwrap();
        }
        sandbox.set_by_name("payfirma.list_envelope", envelope).unwrap();
        sandbox.set_by_name("payfirma.list_end", end).unwrap();
        // A bare array tells no cursor, so its one page must be long enough.
        let limit = if envelope == "bare-array" { 100 } else { 2 };
        let pager = client.customers().pager(CustomerFilter::new().limit(limit));
        let mut emails: Vec<_> =
            pager.collect().await.unwrap().into_iter().filter_map(|found| found.email).collect();
        emails.sort();
        assert_eq!(emails, [0, 1, 2, 3, 4].map(|i| format!("a{i}@b.ca")), "{envelope}");
    }
}

#[tokio::test]
async fn a_list_that_goes_round_is_an_error_and_not_endless() {
    let (sandbox, client) = start().await;
    stored(&client).await;
    sandbox.set_by_name("payfirma.list_end", "repeats").unwrap();
    let error = client.customers().pager(CustomerFilter::new()).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
}

#[tokio::test]
async fn who_is_not_there_is_not_found_in_every_shape_of_an_error() {
    for shape in ["error-message", "errors-array", "legacy", "plain-text"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.error_shape", shape).unwrap();
        let nobody = CustomerId::new("nobody").unwrap();
        let error = client.customers().get(&nobody).await.unwrap_err();
        assert!(error.is_not_found(), "{shape}: {error}");
        let update = CustomerUpdate::new(nobody).first_name("x");
        let error = client.customers().update(&update).await.unwrap_err();
        assert!(error.is_not_found(), "{shape}: {error}");
        assert_eq!(error.outcome(), Outcome::Refused);
    }
}

#[tokio::test]
async fn cards_are_stored_changed_and_removed() {
    for (removed, suffix) in [("body", "text"), ("no-content", "number")] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.remove_answer", removed).unwrap();
        sandbox.set_by_name("payfirma.card_suffix", suffix).unwrap();
        let customer = stored(&client).await.lookup_id;
        let first = NewCard::new(customer.clone(), card("4111111111111111"), Reference::random());
        let told = client.cards().add(&first).await.unwrap();
        assert_eq!(told.default_card().unwrap().card_suffix.as_deref(), Some("1111"));
        let reference = first.lost_call().reference().unwrap().to_string();
        assert_eq!(told.cards[0].card_description.as_ref(), Some(&reference));

        // Ends in 0005: a suffix told as a number is 5, and is no contradiction.
        let amex = Card::new(
            "378282246310005".parse().unwrap(),
            "12/39".parse().unwrap(),
            "0451".parse().unwrap(),
        );
        let second = NewCard::with_description(customer.clone(), amex, "blue");
        let told = client.cards().add(&second).await.unwrap();
        let blue = told.cards.iter().find(|card| card.card_description.as_deref() == Some("blue"));
        let blue = blue.unwrap().lookup_id.clone();
        assert_eq!(told.card(&blue).unwrap().is_default, Some(false));

        let update = CardUpdate::new(customer.clone(), blue.clone()).is_default(true);
        let told = client.cards().update(&update).await.unwrap();
        assert_eq!(told.default_card().unwrap().lookup_id, blue);

        let answer = client.cards().remove(&customer, &blue).await.unwrap();
        assert_eq!(answer.is_some(), removed == "body");
        let left = client.customers().get(&customer).await.unwrap();
        assert_eq!(left.cards.len(), 1);
        assert!(left.card(&blue).is_none());
        let error = client.cards().remove(&customer, &blue).await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.outcome(), Outcome::Refused);
    }
}

#[tokio::test]
async fn a_lost_card_is_not_stored_twice_and_a_lost_removal_does_not_pass_for_refused() {
    let (sandbox, client) = start().await;
    let customer = stored(&client).await.lookup_id;
    let fault = Fault::new(FaultKind::Reset).on("payfirma.cards.add").phase(Phase::After);
    sandbox.add_fault(fault).unwrap();
    let new = NewCard::new(customer.clone(), card("4111111111111111"), Reference::random());
    let error = client.cards().add(&new).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.ledger().count("card_added"), 1);
    let shown =
        format!("{error} {error:?} {}", serde_json::to_string(error.lost_call().unwrap()).unwrap());
    assert!(!shown.contains("4111111111111111"));
    let there = client.customers().get(&customer).await.unwrap();
    let reference = error.lost_call().unwrap().reference().unwrap().as_str();
    assert_eq!(there.cards[0].card_description.as_deref(), Some(reference));

    // The first removal takes effect and its answer is lost; the second finds nothing.
    let fault = Fault::new(FaultKind::Reset).on("payfirma.cards.remove").phase(Phase::After);
    sandbox.add_fault(fault.limit(1)).unwrap();
    let error = client.cards().remove(&customer, &there.cards[0].lookup_id).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.ledger().count("card_removed"), 1);
}
