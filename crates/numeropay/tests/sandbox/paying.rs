//! From the creation of a payment to its end.

use std::time::Duration;

use numeropay::{Code, Currency, NewPayment, PaymentState, RawJson, Reference, Waited};

use crate::world::{BUSINESS, amount, builder, new, world};

#[tokio::test]
async fn a_payment_is_created_as_asked_and_is_not_paid() {
    let world = world(&[]).await;
    let asked = new("100.50");
    let created = world.client.payments().create(&asked).await.unwrap();
    assert_eq!(created.amount, Some(amount("100.50")));
    assert_eq!(created.currency, Some(Currency::AUD));
    assert_eq!(created.business_name.as_deref(), Some(BUSINESS));
    assert_eq!(created.merchant.as_ref(), Some(world.client.merchant()));
    assert_eq!(created.reference().as_ref(), asked.lost_call().reference());
    assert_eq!(created.state, Some(PaymentState::Created));
    assert!(!created.is_completed() && !created.is_final());
    let effects = world.sandbox.ledger();
    assert_eq!(effects.count("payment_created"), 1);
    assert_eq!(effects.total("payment_created").to_string(), "100.5");
    assert_eq!(effects.count("payment_completed"), 0);
    let read = world.client.payments().get(&created.id).await.unwrap();
    assert_eq!((&read.id, read.created_on), (&created.id, created.created_on));
}

#[tokio::test]
async fn the_state_is_known_whether_it_comes_as_a_name_or_a_number() {
    for (switches, number_of_canceled) in [
        ([("state", "name"), ("structure", "as-sent"), ("channel", "name")], 3),
        ([("state", "number"), ("structure", "text"), ("channel", "number")], 3),
        ([("state", "number"), ("structure", "absent"), ("state_numbers", "canceled-below")], -1),
    ] {
        let world = world(&switches).await;
        let panel = world.sandbox.numeropay();
        let client = builder(&world.sandbox)
            .state_number(number_of_canceled, PaymentState::Canceled)
            .build()
            .unwrap();
        let payments = client.payments();
        let [paid, refused, canceled] = ["11.00", "12.00", "13.00"].map(new);
        let paid = payments.create(&paid).await.unwrap().id.clone();
        panel.start_paying(paid.as_str()).unwrap();
        assert_eq!(payments.get(&paid).await.unwrap().state, Some(PaymentState::InProgress));
        panel.pay(paid.as_str()).unwrap();
        assert!(payments.get(&paid).await.unwrap().is_completed());

        // There is no state for a refusal by the bank.
        let refused = payments.create(&refused).await.unwrap().id.clone();
        panel.pay(refused.as_str()).unwrap();
        let refused = payments.get(&refused).await.unwrap();
        assert_eq!(refused.state, Some(PaymentState::InProgress));
        assert!(!refused.is_final());

        let canceled = payments.create(&canceled).await.unwrap().id.clone();
        panel.cancel(canceled.as_str()).unwrap();
        let canceled = payments.get(&canceled).await.unwrap();
        assert_eq!(canceled.state, Some(PaymentState::Canceled), "{switches:?}");
        assert!(canceled.is_final() && !canceled.is_completed());
    }
}

#[tokio::test]
async fn a_number_that_nobody_explained_is_no_end() {
    let world = world(&[("state_numbers", "canceled-below")]).await;
    let created = world.create("13.00").await.unwrap();
    world.sandbox.numeropay().cancel(created.id.as_str()).unwrap();
    let read = world.client.payments().get(&created.id).await.unwrap();
    assert_eq!(read.state, Some(PaymentState::Unknown(Code::Number(-1))));
    assert!(!read.is_final());
}

#[tokio::test]
async fn waiting_ends_when_it_is_paid_and_not_later_than_said() {
    let world = world(&[]).await;
    let (paid, refused) = (world.create("11").await.unwrap(), world.create("12").await.unwrap());
    let every = Duration::from_secs(5);
    let payments = world.client.payments();
    let short = payments.wait(&paid.id, every, Duration::from_secs(30));
    assert!(matches!(short.await.unwrap(), Waited::StillOpen(_)));
    // Its payer pays after two minutes.
    let long = payments.wait(&paid.id, every, Duration::from_secs(300));
    let Waited::Final(payment) = long.await.unwrap() else { panic!("it was not paid") };
    assert!(payment.is_completed());
    let long = payments.wait(&refused.id, every, Duration::from_secs(300));
    let Waited::StillOpen(payment) = long.await.unwrap() else { panic!("there is no such end") };
    assert_eq!(payment.state, Some(PaymentState::InProgress));
}

#[tokio::test]
async fn fields_that_this_crate_does_not_know_arrive_in_either_form() {
    for (structure, sent) in
        [("as-sent", r#"{"order":7,"price":1.10}"#), ("text", r#"{"order":7,"price":1.10}"#)]
    {
        let world = world(&[("structure", structure)]).await;
        let extra: RawJson = serde_json::from_str(sent).unwrap();
        let asked = new("11").extra("structure", &extra).unwrap();
        let created = world.client.payments().create(&asked).await.unwrap();
        #[derive(serde::Deserialize)]
        struct Structure {
            order: u8,
            #[serde(with = "pay_core::amount::number")]
            price: numeropay::Amount,
        }
        let read: Structure = created.structure.as_ref().unwrap().read().unwrap();
        assert_eq!((read.order, read.price.to_string().as_str()), (7, "1.10"), "{structure}");
    }
}

#[tokio::test]
async fn the_largest_amount_is_exact() {
    let world = world(&[]).await;
    let created = world.create("999999999999.99").await.unwrap();
    assert_eq!(created.amount.unwrap().to_string(), "999999999999.99");
    assert_eq!(world.sandbox.ledger().total("payment_created").to_string(), "999999999999.99");
}

#[tokio::test]
async fn a_payment_without_a_description_or_a_reference_is_fine() {
    let world = world(&[]).await;
    let bare = NewPayment::without_reference(amount("11"), Currency::AUD, "Infinity Café");
    let created = world.client.payments().create(&bare).await.unwrap();
    assert_eq!(created.description, None);
    assert_eq!(created.reference(), None);
    let reference = Reference::new("order-1042").unwrap();
    let only = NewPayment::new(amount("11"), Currency::AUD, BUSINESS, reference.clone());
    let created = world.client.payments().create(&only).await.unwrap();
    assert_eq!(created.description.as_deref(), Some("[order-1042]"));
    assert_eq!(created.reference(), Some(reference));
}
