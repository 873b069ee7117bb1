//! Payroc: boarding, its rules and its throttle.

use std::time::Duration;

use pay_sandbox::{
    Sandbox,
    payroc::{Stage, switches::*},
};
use serde_json::{Value, json};

use crate::{
    api::{NOW, Reply},
    payroc::{Partner, application, changed, owner, with},
};

#[test]
fn a_merchant_is_boarded() {
    let partner = Partner::new();
    let reply = partner.board(&application());
    let json = reply.json();
    let mid = json["merchant"]["mid"].as_str().unwrap();
    assert!(mid.len() == 15 && mid.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(json["links"], json!([]));
    assert_eq!(json["gatewayUsers"], json!([]));
    assert_eq!((&json["terminalConfig"], &json["responseStatus"]), (&json!({}), &json!({})));
    assert!(json["applicationUrl"].as_str().unwrap().starts_with("http"));
    let ledger = partner.sandbox.ledger();
    let effect = ledger.effects_of("merchant_boarded")[0];
    assert_eq!((effect.id.as_str(), effect.operation.as_str()), (mid, "payroc.boarding.submit"));
    assert_eq!(ledger.referring_to("Lee Coffee").len(), 1);

    let kept = partner.sandbox.payroc().merchants();
    assert_eq!((kept[0].mid.as_str(), kept[0].stage), (mid, Stage::Submitted));
    assert_eq!(kept[0].tax_id_last_four, "4321");
    assert_eq!(kept[0].ssn_last_fours, ["6789"]);
    assert_eq!(kept[0].account_last_four.as_deref(), Some("6789"));
}

#[test]
fn names_of_fields_take_any_case() {
    let partner = Partner::new();
    let text = application()
        .to_string()
        .replace("doingBusinessAs", "DOINGBUSINESSAS")
        .replace("\"ssn\"", "\"SSN\"")
        .replace("addressLine1", "AddressLine1")
        .replace("ownerContacts", "OwnerContacts");
    partner.try_call("POST", "/boarding", &text).unwrap().is(200, "mid");
    assert_eq!(partner.sandbox.payroc().merchants()[0].ssn_last_fours, ["6789"]);
}

#[test]
fn applications_are_decided_by_the_clock() {
    let partner = Partner::new();
    let (odd, even) = (partner.boarded("987654321"), partner.boarded("987654320"));
    assert_eq!(partner.statuses(&odd), ["Submitted", "Pending", "Pending"]);
    assert_eq!(partner.sandbox.next_event_ms(), Some(NOW + 60_000));
    partner.sandbox.advance(Duration::from_secs(60));
    assert_eq!(partner.statuses(&odd), ["Approved", "Pending", "Pending"]);
    assert_eq!(partner.statuses(&even), ["Declined", "Inactive", "Inactive"]);
    partner.sandbox.advance(Duration::from_secs(60));
    assert_eq!(partner.statuses(&odd), ["Approved", "Active", "Active"]);
    assert_eq!(partner.sandbox.next_event_ms(), None);
    let ledger = partner.sandbox.ledger();
    assert_eq!(ledger.effects_of("merchant_active")[0].at_ms, NOW + 120_000);
    assert_eq!(ledger.count("merchant_declined"), 1);
    partner.get("/boarding/1/status").is_refused(400, "Predicate", "Merchant ID not found");
}

#[test]
fn applications_are_decided_by_hand() {
    let partner = Partner::new();
    let payroc = partner.sandbox.payroc();
    let (one, two) = (partner.boarded("987654320"), partner.boarded("987654321"));
    assert!(payroc.activate(&one).is_err());
    assert_eq!(payroc.approve(&one), Ok(Stage::Approved));
    assert_eq!(payroc.activate(&one), Ok(Stage::Active));
    assert_eq!(payroc.decline(&two), Ok(Stage::Declined));
    assert!(payroc.approve(&two).is_err() && payroc.approve("1").is_err());
    partner.sandbox.advance(Duration::from_secs(9_999));
    assert_eq!(
        payroc.merchants().iter().map(|it| it.stage).collect::<Vec<_>>(),
        [Stage::Active, Stage::Declined]
    );
}

#[test]
fn every_documented_rule_is_checked() {
    let partner = Partner::with(Sandbox::builder().switch(BoardingInterval(0)));
    let two = |first: Value, second: Value| {
        let (mut one, mut other) = (owner(), owner());
        other["isPrimaryContact"] = json!(false);
        one["equityPercentage"] = first;
        other["equityPercentage"] = second;
        with("ownerContacts", json!([one, other]))
    };
    let mut primaries = two(json!(50), json!(50));
    primaries["ownerContacts"][1]["isPrimaryContact"] = json!(true);
    let long = "x".repeat(101);
    for (application, code, field, message) in [
        (
            with("doingBusinessAs", json!(null)),
            "NotEmpty",
            "DoingBusinessAs",
            "'Doing Business As' should not be empty.",
        ),
        (
            with("legalBusinessName", json!(" ")),
            "NotEmpty",
            "LegalBusinessName",
            "'Legal Business Name' should not be empty.",
        ),
        (with("fedTaxId", json!("")), "NotEmpty", "FedTaxId", "'Fed Tax Id' should not be empty."),
        (
            with("dbaAddress", json!(null)),
            "NotNull",
            "DbaAddress",
            "'Dba Address' must not be empty.",
        ),
        (
            with("ownerContacts", json!(null)),
            "NotNull",
            "OwnerContacts",
            "'Owner Contacts' must not be empty.",
        ),
        (
            with("ownerContacts", json!([])),
            "NotEmpty",
            "OwnerContacts",
            "'Owner Contacts' should not be empty.",
        ),
        (
            with("doingBusinessAs", json!(long)),
            "Length",
            "DoingBusinessAs",
            "Doing Business As must be less than 101 characters",
        ),
        (
            changed("/dbaAddress/state", json!("XX")),
            "Predicate",
            "DbaAddress.State",
            "Invalid State in DBA Address",
        ),
        (
            changed("/legalBusinessAddress/zip", json!("606")),
            "Predicate",
            "LegalBusinessAddress.Zip",
            "Invalid Zip in Legal Business Address",
        ),
        (
            changed("/dbaAddress/city", json!(null)),
            "NotEmpty",
            "DbaAddress.City",
            "'City' should not be empty.",
        ),
        (
            changed("/ownerContacts/0/email", json!("ann")),
            "Email",
            "OwnerContacts[0].Email",
            "'Email' is not a valid email address.",
        ),
        (
            changed("/ownerContacts/0/phone", json!("888")),
            "Predicate",
            "OwnerContacts[0].Phone",
            "Invalid Phone number",
        ),
        (
            changed("/ownerContacts/0/ssn", json!("12345678")),
            "Predicate",
            "OwnerContacts[0].Ssn",
            "Invalid SSN",
        ),
        (
            changed("/ownerContacts/0/address/state", json!("ZZ")),
            "Predicate",
            "OwnerContacts[0].Address.State",
            "Invalid State in Owner Address",
        ),
        (
            changed("/ownerContacts/0/equityPercentage", json!(-1)),
            "GreaterThanOrEqual",
            "OwnerContacts[0].EquityPercentage",
            "'Equity Percentage' must be greater than or equal to '0'.",
        ),
        (
            two(json!(50.01), json!(50)),
            "Predicate",
            "OwnerContacts",
            "Ownership must total to less than or equal to 100%",
        ),
        (
            primaries,
            "Predicate",
            "OwnerContacts",
            "No more than one primary contact may be specified.",
        ),
        (
            changed("/bankAccount/routingNumber", json!("021000022")),
            "Predicate",
            "BankAccount.RoutingNumber",
            "Invalid Routing Number",
        ),
        (
            changed("/bankAccount/accountNumber", json!("12x")),
            "Predicate",
            "BankAccount.AccountNumber",
            "Invalid Account Number",
        ),
    ] {
        let reply = partner.board(&application);
        reply.is_refused(400, code, message);
        assert_eq!(reply.errors(), [[code, field, message].map(str::to_owned)]);
    }
    assert!(partner.sandbox.ledger().is_empty());
    partner.board(&two(json!(50), json!(50))).is(200, "mid");
    partner.board(&two(json!(0.1), json!(99.9))).is(200, "mid");
    let mut small = application();
    small.as_object_mut().unwrap().remove("bankAccount");
    small["ownerContacts"][0].as_object_mut().unwrap().remove("ssn");
    partner.board(&small).is(200, "mid");
}

#[test]
fn all_broken_rules_are_told_at_once() {
    let partner = Partner::new();
    let mut application = changed("/ownerContacts/0/ssn", json!("12345678x"));
    application["dbaAddress"]["state"] = json!("XX");
    let reply = partner.board(&application);
    let errors = reply.errors();
    assert_eq!(errors.len(), 2);
    assert_eq!(reply.json()["responseStatus"]["message"].as_str(), Some(errors[0][2].as_str()));
    let meta = |reply: &Reply| reply.json()["responseStatus"]["errors"][1]["meta"].clone();
    assert_eq!(meta(&reply), json!({"PropertyName": "Ssn"}));
    assert!(!reply.text.contains("12345678x"));
    partner.sandbox.advance(Duration::from_secs(5));
    partner.sandbox.set(OuterCode::ValidationException);
    partner.sandbox.set(ErrorMeta::NameAndValue);
    partner.sandbox.set(FieldNames::Camel);
    let reply = partner.board(&application);
    assert_eq!(reply.json()["responseStatus"]["errorCode"], "ValidationException");
    assert_eq!(meta(&reply), json!({"PropertyName": "Ssn", "PropertyValue": "12345678x"}));
    assert_eq!(reply.errors()[1][1], "ownerContacts[0].ssn");
    partner.sandbox.advance(Duration::from_secs(5));
    partner.sandbox.set(ErrorMeta::Absent);
    assert_eq!(meta(&partner.board(&application)), Value::Null);
}

#[test]
fn what_passes_the_rules_can_be_refused_elsewhere() {
    let partner = Partner::with(Sandbox::builder().switch(BoardingInterval(0)));
    let tin = partner.board(&with("fedTaxId", json!("001234567")));
    let message = "Federal Tax ID failed TIN Check. Value checked: 001234567";
    tin.is_refused(400, "FailedTinCheckException", message);
    let error = ["FailedTinCheckException", "FedTaxId", message].map(str::to_owned);
    assert_eq!(tin.errors(), [error]);
    let box_ = partner.board(&changed("/dbaAddress/addressLine1", json!("P.O. Box 12")));
    box_.is_refused(
        400,
        "InvalidLocationException",
        "DBA address is an invalid location. Value checked: P.O. Box 12, Chicago, IL 60601. A PO \
         box is no location.",
    );
    // Only there.
    let legal = changed("/legalBusinessAddress/addressLine1", json!("P.O. Box 12"));
    partner.board(&legal).is(200, "mid");
    for flag in [true, false] {
        let message =
            "EnableGatewayEmails flag is not allowed unless gateway boarding is handled by IPS.";
        let reply = partner.board(&with("enableGatewayEmails", json!(flag)));
        reply.is_refused(400, "IllegalRequestParameterException", message);
    }
    partner.board(&with("enableGatewayEmails", Value::Null)).is(200, "mid");
    partner.sandbox.set(GatewayBoarding::Ips);
    let reply = partner.board(&with("enableGatewayEmails", json!(true)));
    assert_eq!(reply.json()["gatewayUsers"].as_array().unwrap().len(), 1);

    partner.sandbox.set(ExceptionErrors::Empty);
    let reply = partner.board(&with("fedTaxId", json!("1")));
    assert_eq!(reply.json()["responseStatus"]["errors"], json!([]));
    partner.sandbox.set(ExceptionErrors::Absent);
    let reply = partner.board(&with("fedTaxId", json!("1")));
    assert!(reply.json()["responseStatus"].get("errors").is_none());
    for body in ["{", "[]", r#"{"ownerContacts": 5}"#, r#"{"doingBusinessAs": {}}"#] {
        let reply = partner.try_call("POST", "/boarding", body).unwrap();
        reply.is(400, "RequestBindingException");
    }
}

#[test]
fn production_alone_refuses_duplicates() {
    let partner = Partner::with(Sandbox::builder().switch(BoardingInterval(0)));
    partner.board(&application()).is(200, "mid");
    partner.board(&application()).is(200, "mid");
    partner.sandbox.set(Environment::Production);
    let same = changed("/dbaAddress/addressLine1", json!("1 STATE St."));
    partner.board(&same).is_refused(
        400,
        "DuplicateMerchantLocationException",
        "Duplicate Request - Merchant at specified locations already exists.",
    );
    partner.board(&changed("/dbaAddress/zip", json!("60602"))).is(200, "mid");
    partner.board(&with("doingBusinessAs", json!("Lee Tea"))).is(200, "mid");
    assert_eq!(partner.sandbox.ledger().count("merchant_boarded"), 4);
}

#[test]
fn one_boarding_request_in_five_seconds() {
    let partner = Partner::new();
    let advance = |millis| partner.sandbox.advance(Duration::from_millis(millis));
    // One that is refused counts as well.
    partner.board(&with("fedTaxId", json!(""))).is(400, "NotEmpty");
    advance(4_999);
    partner.board(&application()).is_refused(429, "429", "Too many boarding request");
    assert!(partner.board(&application()).headers.get("retry-after").is_none());
    advance(1);
    partner.board(&application()).is(200, "mid");
    // Nothing else is throttled.
    partner.get("/boarding/1/status").is(400, "Merchant ID not found");
    partner.sandbox.set(RetryAfter::Seconds);
    advance(1_500);
    assert_eq!(partner.board(&application()).headers["retry-after"], "4");
    partner.sandbox.set(ThrottleCounts::All);
    advance(3_400);
    assert_eq!(partner.board(&application()).status, 429);
    advance(4_999);
    assert_eq!(partner.board(&application()).status, 429);
    advance(5_000);
    partner.board(&application()).is(200, "mid");
    assert_eq!(partner.sandbox.ledger().count("merchant_boarded"), 2);
}

#[test]
fn a_reader_boards_nobody() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    let reader = partner.sandbox.payroc().reader();
    let reply = partner.log_in_with(reader.user_name, reader.password);
    let reader = Partner {
        sandbox: partner.sandbox.clone(),
        token: reply.field("bearerToken"),
        refresh_token: String::new(),
    };
    let message = "Attempted to perform an unauthorized operation.";
    reader.board(&application()).is_refused(403, "UnauthorizedAccessException", message);
    assert_eq!(reader.get(&format!("/boarding/{mid}/status")).status, 200);
}
