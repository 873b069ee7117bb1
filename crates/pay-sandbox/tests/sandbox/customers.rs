//! Customers and their cards.

use pay_sandbox::payfirma::switches::{CustomerPut, DuplicateEmail, RemoveAnswer};

use crate::api::{Api, CARD};

const CUSTOMERS: &str = "/customer-service/customer";

#[test]
fn the_documents_own_customer() {
    let api = Api::new();
    let body = r#"{"email": "brandon@stark.com", "first_name": "Brandon", "last_name": "Stark",
        "company": "Payfirma", "bcc_emails": "john.snow@stark.com", "telephone": "1234567891",
        "address1": "No. 1 Road", "address2": "Street 2", "city": "Vancouver", "province": "BC",
        "country": "Canada", "postal_code": "V6E 1B2", "custom_id": "Internal456"}"#;
    let reply = api.post(CUSTOMERS, body);
    let mut json = reply.json();
    assert_eq!(reply.status, 200);
    let lookup_id = reply.field("lookup_id");
    let read = api.get(&format!("{CUSTOMERS}/{lookup_id}"));
    assert_eq!(read.json(), json);
    let object = json.as_object_mut().unwrap();
    assert!(object.remove("id").unwrap().is_u64());
    assert_eq!(object.remove("lookup_id").unwrap().as_str().unwrap().len(), 10);
    assert_eq!(object.remove("cards").unwrap(), serde_json::json!([]));
    assert_eq!(object.remove("subscriptions").unwrap(), serde_json::json!([]));
    assert_eq!(json, serde_json::from_str::<serde_json::Value>(body).unwrap());
}

#[test]
fn an_email_is_required_and_must_look_like_one() {
    let api = Api::new();
    api.post(CUSTOMERS, r#"{"first_name": "B"}"#).is(400, "email is required");
    api.post(CUSTOMERS, r#"{"email": "nobody"}"#).is(400, "e-mail");
    assert_eq!(api.get(&format!("{CUSTOMERS}/nobody")).status, 404);
    api.customer("a@b.c");
    api.customer("a@b.c");
    api.sandbox.set(DuplicateEmail::Refused);
    assert_eq!(api.post(CUSTOMERS, r#"{"email": "a@b.c"}"#).status, 409);
}

#[test]
fn a_put_is_partial_or_replaces() {
    let api = Api::new();
    let path = format!("{CUSTOMERS}/{}", api.customer("a@b.c"));
    let reply = api.call("PUT", &path, r#"{"city": "Vancouver"}"#);
    assert_eq!(
        (reply.field("city"), reply.field("first_name")),
        ("Vancouver".into(), "Brandon".into())
    );
    api.sandbox.set(CustomerPut::Replaces);
    api.call("PUT", &path, r#"{"city": "Toronto"}"#).is(400, "email");
    let reply = api.call("PUT", &path, r#"{"email": "x@y.z"}"#);
    assert!(reply.json().get("first_name").is_none());
    assert_eq!(api.sandbox.ledger().count("customer_updated"), 2);
}

#[test]
fn the_first_card_is_the_default_until_another_one_is() {
    let api = Api::new();
    let customer = api.customer("a@b.c");
    let first = api.card(&customer);
    let cards = format!("{CUSTOMERS}/{customer}/card");
    let reply = api.post(&cards, &format!(r#"{{{CARD}, "card_description": "test card"}}"#));
    let second = &reply.json()["cards"][1];
    assert_eq!(second["is_default"], false);
    assert_eq!(second["card_prefix"], "4111");
    assert_eq!(second["card_suffix"], "1111");
    assert_eq!(second["card_expiry"], "11/28");
    assert_eq!(second["card_description"], "test card");
    let second = second["lookup_id"].as_str().unwrap().to_owned();
    let defaults = |reply: &crate::api::Reply| {
        let cards = reply.json()["cards"].as_array().unwrap().clone();
        cards.iter().map(|card| card["is_default"] == true).collect::<Vec<_>>()
    };
    assert_eq!(defaults(&reply), [true, false]);

    let path = format!("{cards}/{second}");
    let reply = api.call("PATCH", &path, r#"{"is_default": true, "card_description": "mine"}"#);
    assert_eq!(defaults(&reply), [false, true]);
    reply.is(200, r#""card_description":"mine""#);

    let reply = api.call("DELETE", &path, "");
    assert_eq!(defaults(&reply), [true]);
    assert_eq!(api.call("DELETE", &path, "").status, 404);
    api.sandbox.set(RemoveAnswer::NoContent);
    let reply = api.call("DELETE", &format!("{cards}/{first}"), "");
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
}

#[test]
fn a_card_must_look_real() {
    let api = Api::new();
    let path = format!("{CUSTOMERS}/{}/card", api.customer("a@b.c"));
    // The walkthrough sends a payment here; it lands on the card's route.
    api.post(&path, r#"{"amount": 10.99, "currency": "CAD"}"#).is(400, "card_number is required");
    let body = r#"{"card_number": "4111111111111111", "card_expiry_month": 13,
                   "card_expiry_year": 28}"#;
    api.post(&path, body).is(400, "card_expiry_month");
    assert_eq!(api.sandbox.ledger().count("card_added"), 0);
}
