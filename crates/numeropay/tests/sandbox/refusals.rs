//! What NumeroPay does not do, and how it says so.

use numeropay::{
    Client, Currency, Effect, ErrorKind, ErrorName, Method, NewPayment, Outcome, Payment,
    PaymentFilter, Reference, Wrapped, error_name,
};
use pay_sandbox::{Fault, FaultKind, Phase};

use crate::world::{CREATE, amount, builder, live, lost, new, world};

#[tokio::test]
async fn a_name_decides_under_either_status() {
    for status in ["by-name", "200", "500"] {
        let world = world(&[("error_status", status)]).await;
        let payments = world.client.payments();

        let stranger =
            NewPayment::new(amount("11"), Currency::AUD, "Nobody Pty Ltd", Reference::random());
        let error = payments.create(&stranger).await.unwrap_err();
        assert!(error.is_invalid(), "{status}: {error:?}");
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(error_name(&error), Some(ErrorName::BadRequest));

        let error = payments.get(&"5CD0RGCKJ".parse().unwrap()).await.unwrap_err();
        assert!(error.is_not_found(), "{status}: {error:?}");

        let foreign = foreign_payment(&world.sandbox).await;
        let error = payments.get(&foreign.id).await.unwrap_err();
        assert!(error.is_forbidden(), "{status}: {error:?}");
        assert_eq!(error_name(&error), Some(ErrorName::Forbidden));

        let raw = world.client.raw(Effect::Once, Method::DELETE, "/transaction/5CD0RGCKJ");
        let error = raw.acknowledge().await.unwrap_err();
        assert_eq!(error_name(&error), Some(ErrorName::NotImplemented));
        assert_eq!((error.is_invalid(), error.outcome()), (true, Outcome::Refused));

        // The one of another merchant.
        assert_eq!(world.created(), 1);
    }
}

async fn foreign_payment(sandbox: &pay_sandbox::Sandbox) -> Payment {
    let other = sandbox.numeropay().other_merchant();
    let client = builder(sandbox).merchant(other.merchant_id).key_id(other.key_id).build().unwrap();
    let (business, reference) = (other.business_names[0], Reference::random());
    let asked = NewPayment::new(amount("11"), Currency::AUD, business, reference);
    client.payments().create(&asked).await.unwrap().into_inner()
}

#[tokio::test]
async fn another_merchants_name_in_the_body_is_refused_in_either_way() {
    for (setting, name) in
        [("forbidden", ErrorName::Forbidden), ("bad-request", ErrorName::BadRequest)]
    {
        let world = world(&[("foreign_merchant", setting)]).await;
        let body = serde_json::json!({
            "amount": 11, "currency": "aud", "businessName": "Elsewhere Pty Ltd",
            "merchant": world.sandbox.numeropay().other_merchant().merchant_id,
        });
        let raw = world.client.raw(Effect::Once, Method::POST, "/transaction").json(&body);
        let error = raw.send::<Wrapped<Payment>>().await.unwrap_err();
        assert_eq!(error_name(&error), Some(name));
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(world.created(), 0);
    }
}

#[tokio::test]
async fn every_listed_error_is_told_apart() {
    for (status, name, outcome) in [
        (400, Some(ErrorName::BadRequest), Outcome::Refused),
        (403, Some(ErrorName::Forbidden), Outcome::Refused),
        (404, Some(ErrorName::NotFound), Outcome::Refused),
        (501, Some(ErrorName::NotImplemented), Outcome::Refused),
        (500, Some(ErrorName::SystemError), Outcome::Unknown),
        (503, Some(ErrorName::SystemError), Outcome::Unknown),
        (429, Some(ErrorName::Unknown("TOO_MANY_REQUESTS".to_owned())), Outcome::Unknown),
        (422, Some(ErrorName::Unknown("ERROR".to_owned())), Outcome::Unknown),
    ] {
        for setting in ["by-name", "200", "500"] {
            let world = world(&[("error_status", setting)]).await;
            let kind = FaultKind::Status { status, headers: Vec::new(), body: None };
            world.disturb(Fault::new(kind).phase(Phase::Before));
            let error = world.create("11").await.unwrap_err();
            assert_eq!(error_name(&error), name, "{status} {setting}");
            assert_eq!(error.outcome(), outcome, "{status} {setting}: {error:?}");
            assert_eq!(error.lost_call().is_some(), outcome == Outcome::Unknown);
            let sent = world.sandbox.requests();
            assert_eq!(sent.iter().filter(|it| it.operation.as_deref() == Some(CREATE)).count(), 1);
        }
    }
}

#[tokio::test]
async fn a_system_error_after_the_effect_is_unknown_and_found() {
    let world = world(&[]).await;
    let kind = FaultKind::Status { status: 500, headers: Vec::new(), body: None };
    world.disturb(Fault::new(kind).phase(Phase::After));
    let asked = new("11");
    let lost = lost(world.client.payments().create(&asked).await);
    assert_eq!(world.created(), 1);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, numeropay::Resolution::Confirmed(_)), "{found:?}");
}

#[tokio::test]
async fn a_read_is_asked_again_after_a_system_error() {
    let world = world(&[]).await;
    let created = world.create("11").await.unwrap();
    let kind = FaultKind::Status { status: 500, headers: Vec::new(), body: None };
    let fault = Fault::new(kind).on("numeropay.payments.get").limit(2);
    world.sandbox.add_fault(fault).unwrap();
    assert_eq!(world.client.payments().get(&created.id).await.unwrap().meta().attempts(), 3);
}

#[tokio::test]
async fn currencies_and_filters_are_judged_by_numeropay() {
    let world = world(&[
        ("currencies", "aud"),
        ("unknown_business_name", "bad-request"),
        ("status_filter", "number"),
    ])
    .await;
    let dollars =
        NewPayment::new(amount("11"), Currency::USD, "Infinity Group", Reference::random());
    let error = world.client.payments().create(&dollars).await.unwrap_err();
    assert!(error.is_invalid() && error.outcome() == Outcome::Refused, "{error:?}");
    let payments = world.client.payments();
    let unknown = PaymentFilter::new().business_name("Nobody Pty Ltd");
    assert!(payments.list(&unknown).await.unwrap_err().is_invalid());
    let named = PaymentFilter::new().status(numeropay::PaymentState::Created);
    assert!(payments.list(&named).await.unwrap_err().is_invalid());
    assert!(payments.list(&PaymentFilter::new().status(0)).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn test_mode_and_live_see_nothing_of_each_other() {
    let world = world(&[]).await;
    let live = live(&world.sandbox).build().unwrap();
    let created = live.payments().create(&new("11")).await.unwrap();
    let error = world.client.payments().get(&created.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let listed = |client: Client| async move {
        client.payments().list(&PaymentFilter::new()).await.unwrap().items.len()
    };
    assert_eq!((listed(live).await, listed(world.client.clone()).await), (1, 0));
}
