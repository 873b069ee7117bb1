//! Plans and subscriptions against the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Amount, Card, CardId, Client, Currency, CustomerFilter, CustomerId, Environment, EpochMillis,
    NewCard, NewCustomer, NewPlan, NewSubscription, Outcome, Plan, PlanFilter, PlanFrequency,
    PlanUpdate, Reference, SubscriptionStatus, SubscriptionUpdate,
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

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

fn daily(name: &str) -> NewPlan {
    NewPlan::new(name, dollars("11.90"), Currency::CAD, PlanFrequency::Daily)
}

async fn customer_with_card(client: &Client) -> (CustomerId, CardId) {
    let new = NewCustomer::new("brandon@stark.com".parse().unwrap(), Reference::random());
    let customer = client.customers().create(&new).await.unwrap().lookup_id.clone();
    let card = Card::new(
        "4111111111111111".parse().unwrap(),
        "12/39".parse().unwrap(),
        "045".parse().unwrap(),
    );
    let new = NewCard::new(customer.clone(), card, Reference::random());
    let card = client.cards().add(&new).await.unwrap().cards[0].lookup_id.clone();
    (customer, card)
}

async fn subscribed(client: &Client) -> (CustomerId, Plan, payfirma::Subscription) {
    let plan = client.plans().create(&daily("Daily")).await.unwrap().into_inner();
    let (customer, card) = customer_with_card(client).await;
    let new =
        NewSubscription::new(customer.clone(), plan.lookup_id.clone(), card, Reference::random());
    let told = client.subscriptions().add(&new).await.unwrap();
    (customer, plan, told.subscriptions[0].clone())
}

#[tokio::test]
async fn a_subscription_charges_until_it_is_canceled() {
    let (sandbox, client) = start().await;
    let (customer, plan, subscription) = subscribed(&client).await;
    assert_eq!(subscription.amount, Some(dollars("11.9")));
    assert_eq!(subscription.plan_lookup_id, Some(plan.lookup_id.clone()));
    assert_eq!(subscription.status, Some(SubscriptionStatus::Active));
    sandbox.advance(Duration::from_secs(36 * 3600));
    assert_eq!(dollars(&sandbox.ledger().total("sale").to_string()), dollars("11.90"));

    let update = SubscriptionUpdate::new(customer.clone(), subscription.lookup_id.clone())
        .amount(dollars("13.00"));
    let told = client.subscriptions().update(&update).await.unwrap();
    assert_eq!(told.subscription(&subscription.lookup_id).unwrap().amount, Some(dollars("13")));

    let told = client.subscriptions().cancel(&customer, &subscription.lookup_id).await.unwrap();
    let status = told.subscription(&subscription.lookup_id).unwrap().status.clone();
    assert_eq!(status, Some(SubscriptionStatus::Canceled));
    sandbox.advance(Duration::from_secs(72 * 3600));
    assert_eq!(sandbox.ledger().count("sale"), 1);
}

#[tokio::test]
async fn its_own_amount_and_start_go_before_the_plans() {
    let (sandbox, client) = start().await;
    let plan = client.plans().create(&daily("Daily")).await.unwrap();
    let (customer, card) = customer_with_card(&client).await;
    let new = || {
        let (customer, plan) = (customer.clone(), plan.lookup_id.clone());
        NewSubscription::new(customer, plan, card.clone(), Reference::random())
            .amount(dollars("5.25"))
    };
    let start = EpochMillis(sandbox.now_ms() + 90_000);
    let told = client.subscriptions().add(&new().start_date(start)).await.unwrap();
    assert_eq!(told.subscriptions[0].amount, Some(dollars("5.25")));
    assert_eq!(told.subscriptions[0].next_run, Some(start));

    let before = sandbox.requests().len();
    let past = new().start_date(EpochMillis(sandbox.now_ms() - 1));
    let error = client.subscriptions().add(&past).await.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(sandbox.requests().len(), before);
}

#[tokio::test]
async fn a_lost_subscription_is_not_added_twice() {
    let (sandbox, client) = start().await;
    let plan = client.plans().create(&daily("Daily")).await.unwrap();
    let (customer, card) = customer_with_card(&client).await;
    let fault = Fault::new(FaultKind::Reset).on("payfirma.subscriptions.add").phase(Phase::After);
    sandbox.add_fault(fault).unwrap();
    let new = NewSubscription::new(customer, plan.lookup_id.clone(), card, Reference::random());
    let error = client.subscriptions().add(&new).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.lost_call().unwrap().reference(), new.lost_call().reference());
    assert_eq!(sandbox.ledger().count("subscription_added"), 1);
}

#[tokio::test]
async fn a_lost_cancellation_is_never_told_as_refused() {
    let (sandbox, client) = start().await;
    let (customer, _, subscription) = subscribed(&client).await;
    let fault = Fault::new(FaultKind::Reset).on("payfirma.subscriptions.cancel");
    sandbox.add_fault(fault.phase(Phase::After).limit(1)).unwrap();
    // It is sent again, and the sandbox refuses to cancel what is canceled.
    let error =
        client.subscriptions().cancel(&customer, &subscription.lookup_id).await.unwrap_err();
    assert_eq!(sandbox.faults_fired()[0].count, 1);
    assert_eq!(error.outcome(), Outcome::Unknown);
    let read = client.customers().get(&customer).await.unwrap();
    let status = read.subscription(&subscription.lookup_id).unwrap().status.clone();
    assert_eq!(status, Some(SubscriptionStatus::Canceled));
}

#[tokio::test]
async fn the_customers_of_a_plan_are_listed() {
    let (_sandbox, client) = start().await;
    let (customer, plan, _) = subscribed(&client).await;
    let other = client.plans().create(&daily("Other")).await.unwrap();
    let customers = client.customers();
    let found =
        customers.list_by_plan(&plan.lookup_id, &CustomerFilter::new().limit(5)).await.unwrap();
    assert_eq!(found.items[0].lookup_id, customer);
    let none = customers.pager_by_plan(other.lookup_id.clone(), CustomerFilter::new());
    assert!(none.collect().await.unwrap().is_empty());
    let all = customers.pager_by_plan(plan.lookup_id, CustomerFilter::new());
    assert_eq!(all.collect().await.unwrap().len(), 1);
    let without = CustomerFilter::new().with_subscription(false);
    assert!(customers.list(&without).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn plans_are_created_listed_changed_and_removed() {
    for removed in ["body", "no-content"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.remove_answer", removed).unwrap();
        let plans = client.plans();
        let new = daily("Daily").number_of_payments(10).send_receipt(true);
        let plan = plans.create(&new).await.unwrap();
        assert_eq!(plan.amount, Some(dollars("11.90")));
        assert_eq!((plan.number_of_payments, plan.send_receipt), (Some(10), Some(true)));
        for i in 0..4 {
            plans.create(&daily(&format!("Plan {i}"))).await.unwrap();
        }
        assert_eq!(plans.pager(PlanFilter::new().limit(2)).collect().await.unwrap().len(), 5);
        let update =
            PlanUpdate::from(&*plans.get(&plan.lookup_id).await.unwrap()).amount(dollars("15.00"));
        let changed = plans.update(&update).await.unwrap();
        assert_eq!(changed.amount, Some(dollars("15")));
        assert_eq!(changed.name.as_deref(), Some("Daily"));
        let answer = plans.remove(&plan.lookup_id).await.unwrap();
        assert_eq!(answer.is_some(), removed == "body");
        assert!(plans.get(&plan.lookup_id).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn a_monthly_plan_can_be_made_whichever_word_the_provider_takes() {
    for (taken, monthly, mothly) in
        [("both", true, true), ("MONTHLY", true, false), ("MOTHLY", false, true)]
    {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.monthly_literal", taken).unwrap();
        for (frequency, accepted) in
            [(PlanFrequency::Monthly, monthly), (PlanFrequency::mothly(), mothly)]
        {
            let plan = NewPlan::new("m", dollars("11"), Currency::CAD, frequency);
            match client.plans().create(&plan).await {
                Ok(plan) => {
                    assert!(accepted, "{taken}");
                    assert_eq!(plan.frequency, Some(PlanFrequency::Monthly));
                }
                Err(error) => {
                    assert!(!accepted, "{taken}: {error}");
                    assert_eq!(error.outcome(), Outcome::Refused);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_plan_with_another_amount_than_asked_is_an_error_with_the_plan_in_it() {
    let (sandbox, client) = start().await;
    let fault = Fault::new(FaultKind::WrongAmount { by: "1".parse().unwrap() });
    sandbox.add_fault(fault.on("payfirma.plans.create")).unwrap();
    let error = client.plans().create(&daily("Daily")).await.unwrap_err();
    assert!(error.is_contradiction(), "{error}");
    assert_eq!(error.outcome(), Outcome::Applied);
    assert_eq!(error.body::<Plan>().unwrap().amount, Some(dollars("12.90")));
}
