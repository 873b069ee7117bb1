//! Boarding a merchant, and following its application.

use std::time::Duration;

use payroc::{Effect, Method};

use crate::world::{application, application_with, world};

#[tokio::test]
async fn a_merchant_is_boarded_once_and_its_application_decided() {
    for (tax_id, decided) in [("98-7654321", "approved"), ("98-7654322", "declined")] {
        let world = world(&[]).await;
        let boarded =
            world.client.boarding().submit(&application_with(tax_id)).await.unwrap().into_inner();
        let mid = boarded.mid().unwrap();
        assert_eq!(world.boarded(), 1);
        let known = world.sandbox.payroc().merchants().remove(0);
        assert_eq!(known.mid, mid.as_str());
        assert_eq!((&*known.doing_business_as, &*known.legal_business_name), ("Lee's", "Lee Corp"));
        assert_eq!(known.tax_id_last_four, tax_id[6..]);
        assert_eq!(known.ssn_last_fours, ["9999"]);
        assert_eq!(known.account_last_four.as_deref(), Some("6789"));

        let first = world.client.boarding().status(&mid).await.unwrap();
        world.sandbox.advance(Duration::from_secs(61));
        let then = world.client.boarding().status(&mid).await.unwrap();
        assert_ne!(first.application_status, then.application_status);
        assert!(then.application_status.as_ref().unwrap().to_lowercase().contains(decided));
        assert_eq!(then.application_url, boarded.application_url);
        let effect = format!("merchant_{decided}");
        assert_eq!(world.sandbox.ledger().count(&effect), 1);
    }
}

#[tokio::test]
async fn what_no_document_states_is_read_in_every_form() {
    for (mid, links, details, status, gateway) in [
        ("text", "empty", "empty", "as-in-examples", "partner"),
        ("number", "objects", "texts", "always", "ips"),
        ("number", "texts", "objects", "never", "ips"),
    ] {
        let world = world(&[
            ("mid", mid),
            ("links", links),
            ("status_details", details),
            ("response_status", status),
            ("gateway_boarding", gateway),
        ])
        .await;
        let asked = application();
        let asked = if gateway == "ips" { asked.enable_gateway_emails(true) } else { asked };
        let boarded = world.client.boarding().submit(&asked).await.unwrap();
        assert_eq!(boarded.mid().unwrap().as_str(), world.sandbox.payroc().merchants()[0].mid);
        assert_eq!(boarded.links.is_empty(), links == "empty");
        assert_eq!(boarded.gateway_users.is_empty(), gateway == "partner");
        let told = world.client.boarding().status(&boarded.mid().unwrap()).await.unwrap();
        assert_eq!(told.processing_details.is_empty(), details == "empty");
        assert_eq!(told.settlement_details.is_empty(), details == "empty");
        assert!(told.processing_status.is_some() && told.settlement_status.is_some());
        // Who has the address may open it.
        assert!(!format!("{boarded:?} {told:?}").contains("/payroc/application/"));
    }
}

#[tokio::test]
async fn more_fields_and_other_paths_are_at_the_callers_hand() {
    let world = world(&[]).await;
    let asked = application().extra("websiteUrl", "https://lee.example").unwrap();
    let mid = world.client.boarding().submit(&asked).await.unwrap().mid().unwrap();
    let raw = world.client.raw(Effect::Read, Method::GET, format!("/boarding/{mid}/status"));
    let told = raw.send::<payroc::ApplicationStatus>().await.unwrap();
    assert!(told.application_status.is_some());
}
