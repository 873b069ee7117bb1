//! What Payroc does not do, and how it says so.

use pay_sandbox::{Fault, FaultKind};
use payroc::{
    Address, Contact, Date, MerchantApplication, MerchantId, Outcome, Response, ResponseStatus,
};

use crate::world::{SUBMIT, application, application_with, owner, shop, world};

#[tokio::test]
async fn a_failed_tin_check_is_told_without_the_number() {
    for (shape, errors) in [("repeated", 1), ("empty", 0), ("absent", 0)] {
        let world = world(&[("exception_errors", shape)]).await;
        let refused = application_with("00-1234567");
        let error = world.client.boarding().submit(&refused).await.unwrap_err();
        assert!(error.is_invalid(), "{shape}: {error:?}");
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!(error.code(), Some("FailedTinCheckException"));
        let status = ResponseStatus::of(&error).unwrap();
        assert_eq!(status.errors.len(), errors, "{shape}");
        let raw = String::from_utf8_lossy(error.meta().unwrap().raw_body()).into_owned();
        let told = format!("{error} {error:?} {status:?} {raw}");
        assert!(told.contains("Value checked: "), "{told}");
        assert!(!told.contains("1234567"), "{told}");
        assert_eq!(world.boarded(), 0);
    }
}

#[tokio::test]
async fn broken_rules_are_told_by_field_in_every_shape() {
    for (outer, meta, names, field) in [
        ("first-rule", "name", "pascal", "DbaAddress.State"),
        ("validation-exception", "name-and-value", "camel", "dbaAddress.state"),
        ("first-rule", "absent", "camel", "dbaAddress.state"),
    ] {
        let world = world(&[
            ("outer_error_code", outer),
            ("error_meta", meta),
            ("field_names", names),
            // A rule of theirs that ours do not know.
            ("states", "without-territories"),
        ])
        .await;
        let far = Address::new("1 Calle Sol", "San Juan", "PR", "00901");
        let refused =
            MerchantApplication::new("Lee's", "Lee Corp", "98-7654321", far, shop(), [owner()]);
        let error = world.client.boarding().submit(&refused).await.unwrap_err();
        assert!(error.is_invalid() && error.outcome() == Outcome::Refused, "{error:?}");
        let [wrong] = error.field_errors() else { panic!("{error:?}") };
        assert_eq!((&*wrong.field, wrong.code.as_deref()), (field, Some("Predicate")));
        assert!(wrong.message.contains("State"), "{wrong:?}");
        let status = ResponseStatus::of(&error).unwrap();
        assert_eq!(status.errors[0].meta.is_empty(), meta == "absent");
        assert_eq!(world.boarded(), 0);
    }
}

#[tokio::test]
async fn what_the_document_says_is_refused_before_it_is_sent() {
    let world = world(&[]).await;
    let po_box = Address::new("PO Box 12", "Chicago", "IL", "60602");
    let owners = |share: &str| {
        [owner(), Contact::new("Bo", "Ray", "bo@ray.example", "8475550199", shop()).share(share)]
    };
    for (refused, field) in [
        (
            MerchantApplication::new("L", "L", "98-7654321", po_box, shop(), owners("1")),
            "dbaAddress.addressLine1",
        ),
        (
            MerchantApplication::new("L", "L", "98-7654321", shop(), shop(), owners("33.41")),
            "ownerContacts",
        ),
        (application_with("98-765432"), "fedTaxId"),
    ] {
        let error = world.client.boarding().submit(&refused).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
        assert_eq!(error.field_errors()[0].field, field, "{error:?}");
    }
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn what_needs_the_account_to_be_known_is_refused_there() {
    let world = world(&[("environment", "production")]).await;
    let emails = application().enable_gateway_emails(false);
    let error = world.client.boarding().submit(&emails).await.unwrap_err();
    assert_eq!(error.code(), Some("IllegalRequestParameterException"));
    assert!(error.is_invalid() && error.outcome() == Outcome::Refused);
    world.board().await;
    let error = world.client.boarding().submit(&application()).await.unwrap_err();
    assert_eq!(error.code(), Some("DuplicateMerchantLocationException"));
    assert!(error.is_invalid() && error.outcome() == Outcome::Refused);
    assert_eq!(world.boarded(), 1);
}

#[tokio::test]
async fn a_mid_that_is_not_known_is_not_found_in_every_shape() {
    let day = Date::new(2026, 3, 1).unwrap();
    for outer in ["first-rule", "validation-exception"] {
        for unknown in ["merchant", "ibx"] {
            let world = world(&[("outer_error_code", outer), ("unknown_mid", unknown)]).await;
            let mid: MerchantId = "420118000000099".parse().unwrap();
            let settlement = world.client.settlement();
            let error = world.client.boarding().status(&mid).await.unwrap_err();
            assert!(error.is_not_found(), "{outer}: {error:?}");
            let error = settlement.report(&mid, day, day).await.unwrap_err();
            assert!(error.is_not_found(), "{outer} {unknown}: {error:?}");
            let batch = payroc::BatchId::new(7).unwrap();
            let error = settlement.batch(&mid, batch).await.unwrap_err();
            assert!(error.is_not_found(), "{outer} {unknown}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_status_says_refused_only_where_the_document_does() {
    for (status, outcome) in [
        (400, Outcome::Refused),
        (403, Outcome::Refused),
        (404, Outcome::Refused),
        (405, Outcome::Refused),
        (402, Outcome::Unknown),
        (409, Outcome::Unknown),
        (500, Outcome::Unknown),
        (502, Outcome::Unknown),
        (503, Outcome::Unknown),
    ] {
        let world = world(&[]).await;
        let kind = FaultKind::Status { status, headers: Vec::new(), body: None };
        world.disturb(SUBMIT, Fault::new(kind));
        let result: payroc::Result<Response<_>> =
            world.client.boarding().submit(&application()).await;
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{status}: {error:?}");
        assert_eq!(world.asked(SUBMIT), 1, "{status}");
    }
}
