//! Submitting applications: the wire, the rules, the verdicts, the pace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "payroc/world.rs"]
mod world;

use std::{sync::Arc, time::Duration};

use http::header;
use pay_core::provider::Provenance;
use payroc::{
    Address, BankAccount, CallOptions, Contact, Email, ErrorKind, MemoryPacer, MerchantApplication,
    MerchantId, Outcome, Phone, Resolution, ResponseStatus, Share, Ssn, TaxId, operations,
};

use self::world::{
    ACCOUNT, BOARDED, OTHER_SSN, SSN, Step, TAX_ID, World, answer, application, application_of,
    error, login, lost, owner, partner, refused_connection, shop,
};

const SUBMIT: &str = "POST /v1/boarding";

fn boarded() -> Step {
    answer(200, BOARDED)
}

fn throttled() -> Step {
    error(429, "429", "Too many boarding request")
}

#[tokio::test]
async fn an_application_goes_out_field_by_field() {
    let world = World::new([boarded()]);
    let application = application().enable_gateway_emails(true).extra("agentId", 7).unwrap();
    let merchant = world.client().boarding().submit(&application).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent[0].line, SUBMIT);
    assert_eq!(sent[0].authorization(), Some("Bearer an-access-token"));
    assert_eq!(sent[0].headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        sent[0].body,
        concat!(
            r#"{"bankAccount":{"nameOnAccount":"Lee Corp","routingNumber":"021000021","#,
            r#""accountNumber":"000123456789"},"#,
            r#""dbaAddress":{"addressLine1":"1 Main St","city":"Chicago","state":"IL","zip":"60601"},"#,
            r#""doingBusinessAs":"Lee's","enableGatewayEmails":true,"fedTaxId":"987654321","#,
            r#""legalBusinessAddress":{"addressLine1":"1 Main St","city":"Chicago","state":"IL","#,
            r#""zip":"60601"},"legalBusinessName":"Lee & Ray \"Corp\"","#,
            r#""ownerContacts":[{"firstName":"Ann","lastName":"Lee","email":"ann@lee.example","#,
            r#""phone":"3125550123","address":{"addressLine1":"1 Main St","city":"Chicago","#,
            r#""state":"IL","zip":"60601"},"equityPercentage":66.60,"isPrimaryContact":true,"#,
            r#""SSN":"219099999"},{"firstName":"Bo","lastName":"Ray","email":"bo@ray.example","#,
            r#""phone":"8475550199","address":{"addressLine1":"2 Oak Ave","city":"Evanston","#,
            r#""state":"IL","zip":"60201-1234"},"equityPercentage":33.40,"isPrimaryContact":false,"#,
            r#""SSN":"457555462"}],"agentId":7}"#,
        )
    );
    assert_eq!(merchant.mid(), Some(MerchantId::new("402100000000017").unwrap()));
    assert_eq!(merchant.application_url.as_deref(), Some("https://apply.example/a/7f3c"));
    let rate: payroc::Amount = merchant.merchant.as_ref().unwrap().get("rate").unwrap();
    assert_eq!(rate.to_string(), "0.10");
    assert_eq!(merchant.links.len(), 1);
    assert_eq!(merchant.gateway_users.len(), 1);
}

#[tokio::test]
async fn what_is_not_given_is_not_sent() {
    let world = World::new([boarded()]);
    let owner = Contact::new("Ann", "Lee", "ann@lee.example", "3125550123", shop());
    let application =
        MerchantApplication::new("Lee's", "Lee Corp", TAX_ID, shop(), shop(), [owner]);
    world.client().boarding().submit(&application).await.unwrap();
    let body = &world.sent()[0].body;
    for absent in ["bankAccount", "enableGatewayEmails", "SSN", "equityPercentage", "null"] {
        assert!(!body.contains(absent), "{absent}: {body}");
    }
    assert!(body.contains(r#""isPrimaryContact":false"#));
}

#[tokio::test]
async fn the_documents_sample_and_its_variants_are_successes() {
    let mid = "402100000000017";
    for (body, found) in [
        // As it is printed, with everything collapsed.
        (
            r#"{"links":[],"applicationUrl":"string","gatewayUsers":[],"merchant":{},
                "responseStatus":{},"terminalConfig":{}}"#
                .to_owned(),
            None,
        ),
        (r#"{"merchant":{"mid":"402100000000017"}}"#.to_owned(), Some(mid)),
        (r#"{"merchant":{"mid":402100000000017,"new":[1]},"more":{}}"#.to_owned(), Some(mid)),
        (r#"{"merchant":{"mid":null}}"#.to_owned(), None),
        (r#"{"merchant":{"mid":""},"links":null}"#.to_owned(), None),
        (r#"{"merchant":{"mid":{"deep":1}},"gatewayUsers":{"a":1}}"#.to_owned(), None),
        (r#"{"applicationUrl":"https://a.example","merchant":null}"#.to_owned(), None),
        (r#"{"merchant":{"mid":"402100000000017"},"responseStatus":null}"#.to_owned(), Some(mid)),
    ] {
        let world = World::new([answer(200, body.clone())]);
        let merchant = world.client().boarding().submit(&application()).await.unwrap();
        assert_eq!(merchant.mid().as_ref().map(MerchantId::as_str), found, "{body}");
    }
}

#[tokio::test]
async fn an_answer_that_tells_of_no_merchant_is_no_success() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        r#""ok""#,
        "<html>",
        r#"{"responseStatus":{}}"#,
        r#"{"links":[]}"#,
        r#"{"merchant":null,"applicationUrl":""}"#,
        r#"{"merchant":"402100000000017"}"#,
        r#"{"merchant":{"mid":"4021"},"responseStatus":7}"#,
        r#"{"merchant":{"mid":"4021"},"responseStatus":[]}"#,
        r#"{"merchant":{"mid":"4021"},"responseStatus":{"errorCode":"NewThing"}}"#,
        r#"{"merchant":{"mid":"4021"},"responseStatus":{"errors":[{"message":"x"}]}}"#,
        r#"{"merchant":{"mid":"402"#,
    ] {
        let world = World::new([answer(200, body)]);
        let error = world.client().boarding().submit(&application()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}: {error}");
        assert!(error.lost_call().is_some());
        assert_eq!(world.lines().len(), 1);
    }
}

#[test]
fn every_rule_is_checked_and_named_before_anything_is_sent() {
    let at = |line: &str, city: &str, state: &str, zip: &str| Address::new(line, city, state, zip);
    let with_owner = |owner: Contact| application_of([partner(), owner]);
    let lee = |email: &str, phone: &str| Contact::new("Ann", "Lee", email, phone, shop());
    let with_bank = |name: &str, routing: &str, account: &str| {
        application().bank_account(BankAccount::new(name, routing, account))
    };
    let business = |dba: &str, legal: &str, tax: &str, first: Address, second: Address| {
        MerchantApplication::new(dba, legal, tax, first, second, [owner()])
    };
    for (application, field, rule) in [
        (business(" ", "L", TAX_ID, shop(), shop()), "doingBusinessAs", "must not be empty"),
        (business("D", "", TAX_ID, shop(), shop()), "legalBusinessName", "must not be empty"),
        (
            business("D\r\n", "L", TAX_ID, shop(), shop()),
            "doingBusinessAs",
            "must not contain line breaks or control characters",
        ),
        (business("D", "L", "98765432", shop(), shop()), "fedTaxId", "must have 9 digits"),
        (
            business("D", "L", TAX_ID, at("", "C", "IL", "60601"), shop()),
            "dbaAddress.addressLine1",
            "must not be empty",
        ),
        (
            business("D", "L", TAX_ID, at("P.O. Box 12", "C", "IL", "60601"), shop()),
            "dbaAddress.addressLine1",
            "must not be a PO box",
        ),
        (
            business("D", "L", TAX_ID, at("1 A St", "C", "ZZ", "60601"), shop()),
            "dbaAddress.state",
            "must be the two letters of a US state",
        ),
        (
            business("D", "L", TAX_ID, shop(), at("1 A St", "C", "IL", "6060")),
            "legalBusinessAddress.zip",
            "must have 5 digits, or 5 and 4 with a dash between them",
        ),
        (application_of([]), "ownerContacts", "must not be empty"),
        (with_owner(owner().ssn("12345678")), "ownerContacts[1].ssn", "must have 9 digits"),
        (
            with_owner(lee("ann@lee", "3125550123")),
            "ownerContacts[1].email",
            "must be an address such as name@example.com",
        ),
        (
            with_owner(lee("ann@lee.example", "555-0123")),
            "ownerContacts[1].phone",
            "must be a US number of 10 digits",
        ),
        (
            with_owner(Contact::new("", "Lee", "a@b.example", "3125550123", shop())),
            "ownerContacts[1].firstName",
            "must not be empty",
        ),
        (
            with_owner(Contact::new("Ann", " ", "a@b.example", "3125550123", shop())),
            "ownerContacts[1].lastName",
            "must not be empty",
        ),
        (
            with_owner(Contact::new(
                "A",
                "L",
                "a@b.example",
                "3125550123",
                at("1", "", "IL", "60601"),
            )),
            "ownerContacts[1].address.city",
            "must not be empty",
        ),
        (
            with_owner(lee("a@b.example", "3125550123").share("100.5")),
            "ownerContacts[1].equityPercentage",
            "must be from 0 to 100",
        ),
        (
            with_owner(owner().share(67)),
            "ownerContacts",
            "must have an equityPercentage of at most 100 together",
        ),
        (
            application_of([owner(), partner().primary()]),
            "ownerContacts[1].isPrimaryContact",
            "must be true for one contact at most",
        ),
        (
            with_owner(owner().extra("ssn", "1").unwrap()),
            "ownerContacts[1].ssn",
            "is an extra field that has a setter of its own",
        ),
        (with_bank("", "021000021", ACCOUNT), "bankAccount.nameOnAccount", "must not be empty"),
        (with_bank("L", "021000022", ACCOUNT), "bankAccount.routingNumber", "fails the ABA check"),
        (with_bank("L", "02100002", ACCOUNT), "bankAccount.routingNumber", "must have 9 digits"),
        (
            with_bank("L", "021000021", "12a4567"),
            "bankAccount.accountNumber",
            "must have 4 to 17 digits",
        ),
        (
            application().extra("FEDTAXID", "1").unwrap(),
            "FEDTAXID",
            "is an extra field that has a setter of its own",
        ),
    ] {
        let refused = application.check().unwrap_err();
        assert_eq!((refused.field(), refused.rule()), (field, rule));
    }
    assert_eq!(application().check(), Ok(()));
    // A PO box is a legal address; owners may have no share, and none be the primary contact.
    let boxed = at("PO Box 12", "Chicago", "IL", "60601");
    let quiet = lee("ann@lee.example", "3125550123");
    let unusual = MerchantApplication::new("D", "L", TAX_ID, shop(), boxed, [quiet]);
    assert_eq!(unusual.check(), Ok(()));
}

#[tokio::test]
async fn a_broken_rule_sends_nothing() {
    let world = World::new([]);
    let application = application_of([partner(), owner().ssn("123-45-678")]);
    let error = world.client().boarding().submit(&application).await.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert_eq!(error.field_errors()[0].field, "ownerContacts[1].ssn");
    assert_eq!(error.operation(), Some("payroc.boarding.submit"));
    assert!(!format!("{error:?}").contains("123-45-678"));
}

#[test]
fn checked_values_are_taken_as_well_as_text() {
    let owner = Contact::new(
        "Ann".to_owned(),
        "Lee",
        Email::new("ann@lee.example").unwrap(),
        Phone::new("3125550123").unwrap(),
        shop(),
    )
    .share(Share::percent(100).unwrap())
    .ssn(Ssn::new(SSN).unwrap());
    let tax_id = TaxId::new(TAX_ID).unwrap();
    let application = MerchantApplication::new("D", "L", tax_id, shop(), shop(), [owner]);
    assert_eq!(application.check(), Ok(()));
}

#[tokio::test]
async fn the_providers_refusals_are_refusals() {
    for (status, code, message, kind) in [
        (400, "NotEmpty", "'Doing Business As' should not be empty.", ErrorKind::Invalid),
        (400, "NotNull", "'Dba Address' must not be empty.", ErrorKind::Invalid),
        (400, "Predicate", "Invalid State in Dba Address", ErrorKind::Invalid),
        (400, "Email", "'Email' is not a valid email address.", ErrorKind::Invalid),
        (400, "Length", "City must be less than 30 characters", ErrorKind::Invalid),
        (
            400,
            "GreaterThanOrEqual",
            "'X' must be greater than or equal to '1'.",
            ErrorKind::Invalid,
        ),
        (
            400,
            "DuplicateMerchantLocationException",
            "Duplicate Request - Merchant at specified locations already exists.",
            ErrorKind::Invalid,
        ),
        (400, "FailedTinCheckException", "Federal Tax ID failed TIN Check.", ErrorKind::Invalid),
        (
            400,
            "IllegalRequestParameterException",
            "EnableGatewayEmails flag is not allowed unless gateway boarding is handled by IPS.",
            ErrorKind::Invalid,
        ),
        (
            400,
            "InvalidLocationException",
            "Dba address is an invalid location.",
            ErrorKind::Invalid,
        ),
        (
            403,
            "UnauthorizedAccessException",
            "Attempted to perform an unauthorized operation.",
            ErrorKind::Forbidden,
        ),
        (401, "TokenException", "Token has expired", ErrorKind::Unauthorized),
        (200, "NotEmpty", "'X' should not be empty.", ErrorKind::Invalid),
    ] {
        let world = World::new([error(status, code, message)]);
        let error = world.client().boarding().submit(&application()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Refused), "{code}");
        assert_eq!((error.code(), error.message()), (Some(code), message));
        assert_eq!(world.lines(), [SUBMIT], "{code}");
        assert!(error.lost_call().is_none());
    }
}

#[tokio::test]
async fn what_proves_nothing_is_unknown_and_not_sent_again() {
    for step in [
        lost(),
        answer(500, ""),
        error(500, "NotEmpty", "x"),
        error(503, "429", "Too many boarding request"),
        answer(408, ""),
        answer(409, ""),
        answer(307, ""),
        answer(429, ""),
        answer(429, r#"{"message":"slow down"}"#),
        error(429, "TooMany", "Too many boarding request"),
        error(200, "429", "Too many boarding request"),
        error(200, "SomethingNew", "x"),
    ] {
        let world = World::new([step]);
        let application = application();
        let error = world.client().boarding().submit(&application).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        assert_eq!(world.lines(), [SUBMIT], "{error}");
        let lost = error.lost_call().unwrap();
        assert_eq!(lost.operation(), "payroc.boarding.submit");
        assert_eq!(lost.detail("doingBusinessAs"), Some("Lee's"));
        assert_eq!(lost.detail("dbaAddress.zip"), Some("60601"));
        let text = format!("{lost:?}");
        for secret in [SSN, OTHER_SSN, TAX_ID, ACCOUNT] {
            assert!(!text.contains(secret));
        }
        let resolution = world.client().resolve(lost).await.unwrap();
        assert!(matches!(resolution, Resolution::Unsupported));
    }
}

#[tokio::test]
async fn a_write_that_was_not_sent_is_sent() {
    let world = World::new([refused_connection(), boarded()]);
    let merchant = world.client().boarding().submit(&application()).await.unwrap();
    assert_eq!(merchant.meta().attempts(), 2);
}

#[tokio::test]
async fn the_documented_throttle_is_waited_out() {
    let world = World::new([throttled(), throttled(), boarded()]);
    world.client().boarding().submit(&application()).await.unwrap();
    let sent = world.sent();
    assert_eq!(sent.len(), 3);
    for pair in sent.windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_secs(5));
        assert_eq!(pair[0].body, pair[1].body);
    }
}

#[tokio::test]
async fn a_throttle_that_does_not_end_is_a_refusal() {
    let world = World::new([throttled(), throttled(), throttled()]);
    let error = world.client().boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Refused, 3));
    assert_eq!(error.code(), Some("429"));
}

async fn all_at_once(clients: Vec<payroc::Client>) {
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|client| {
            tokio::spawn(async move { client.boarding().submit(&application()).await.map(|_| ()) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

fn assert_spaced(world: &World, count: usize) {
    let mut times: Vec<_> =
        world.sent().iter().filter(|sent| sent.line == SUBMIT).map(|sent| sent.at).collect();
    assert_eq!(times.len(), count);
    times.sort();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(5), "{times:?}");
    }
}

#[tokio::test]
async fn all_tasks_of_a_client_take_turns() {
    let world = World::new((0..6).map(|_| boarded()));
    let client = world.client();
    let patient = client.with(CallOptions::new().timeout(Duration::from_secs(600)));
    all_at_once(
        (0..6).map(|place| if place % 2 == 0 { &client } else { &patient }.clone()).collect(),
    )
    .await;
    assert_spaced(&world, 6);
}

#[tokio::test]
async fn clients_that_share_a_pacer_take_turns_too() {
    let world = World::new((0..4).map(|_| boarded()));
    let pacer = Arc::new(MemoryPacer::on(&world.connection()));
    let client =
        || world.builder().access_token("an-access-token").pacer(pacer.clone()).build().unwrap();
    all_at_once(vec![client(), client(), client(), client()]).await;
    assert_spaced(&world, 4);
}

#[tokio::test]
async fn a_token_that_is_renewed_in_between_costs_a_turn_as_well() {
    let world = World::new([
        login("access-1", "refresh-1"),
        error(401, "TokenException", "Token has expired"),
        answer(200, r#"{"accessToken":"access-2"}"#),
        boarded(),
    ]);
    world.partner().boarding().submit(&application()).await.unwrap();
    assert_spaced(&world, 2);
}

#[tokio::test]
async fn reads_take_no_turns() {
    let status = || answer(200, r#"{"applicationStatus":"x"}"#);
    let world = World::new([boarded(), status(), status()]);
    let client = world.client();
    client.boarding().submit(&application()).await.unwrap();
    let mid = MerchantId::new("4021").unwrap();
    client.boarding().status(&mid).await.unwrap();
    client.boarding().status(&mid).await.unwrap();
    assert!(world.sent().iter().all(|sent| sent.at.is_zero()));
}

#[tokio::test]
async fn a_turn_that_comes_too_late_is_said_at_once() {
    let world = World::new([boarded()]);
    let client = world.client();
    client.boarding().submit(&application()).await.unwrap();
    let hasty = client.with(
        CallOptions::new().attempt_timeout(Duration::from_secs(4)).timeout(Duration::from_secs(8)),
    );
    let error = hasty.boarding().submit(&application()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
}

#[tokio::test]
async fn what_the_provider_quotes_is_masked() {
    let body = format!(
        r#"{{"responseStatus":{{"errorCode":"FailedTinCheckException",
            "message":"Federal Tax ID failed TIN Check. Value checked: 98-7654321.",
            "errors":[
              {{"errorCode":"Predicate","fieldName":"SSN","message":"Invalid SSN {SSN}",
                "meta":{{"PropertyName":"SSN","PropertyValue":"219-09-9999","n":{OTHER_SSN}}}}},
              {{"errorCode":"Predicate","fieldName":"AccountNumber","message":"{ACCOUNT}",
                "meta":{{"AttemptedValue":"{ACCOUNT}"}}}}]}}}}"#
    );
    let world = World::new([answer(400, body)]);
    let error = world.client().boarding().submit(&application()).await.unwrap_err();
    let status = ResponseStatus::of(&error).unwrap();
    let raw = String::from_utf8(error.meta().unwrap().raw_body().to_vec()).unwrap();
    let shown = format!(
        "{error} {error:?} {} {:?} {status:?} {raw}",
        error.message(),
        error.field_errors()
    );
    for secret in [SSN, OTHER_SSN, TAX_ID, ACCOUNT, "98-7654321", "219-09-9999"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert_eq!(error.message(), "Federal Tax ID failed TIN Check. Value checked: **-*******.");
    assert_eq!(status.errors.len(), 2);
    assert_eq!(status.errors[0].meta["PropertyName"], "SSN");
    assert_eq!(status.errors[0].meta["PropertyValue"], "***-**-****");
    assert_eq!(status.errors[0].meta["n"], "999999999");
    assert_eq!(error.field_errors()[0].field, "SSN");
    assert_eq!(error.field_errors()[0].code.as_deref(), Some("Predicate"));
}

#[tokio::test]
async fn a_success_that_quotes_is_masked_too_and_nothing_is_shown() {
    let body = format!(
        r#"{{"merchant":{{"mid":"4021","fedTaxId":"{TAX_ID}"}},
            "applicationUrl":"https://apply.example/?t=secret-link"}}"#
    );
    let world = World::new([answer(200, body)]);
    let application = application();
    let reply = world.client().boarding().submit(&application).await.unwrap();
    let fed: String = reply.merchant.as_ref().unwrap().get("fedTaxId").unwrap();
    assert_eq!(fed, "*********");
    let shown = format!("{reply:?} {application:?} {:?}", application.lost_call());
    for secret in [SSN, OTHER_SSN, TAX_ID, ACCOUNT, "secret-link", "219-09-9999"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn a_reply_can_be_stored_and_read_again() {
    let merchant: payroc::BoardedMerchant = serde_json::from_str(BOARDED).unwrap();
    let stored = serde_json::to_string(&merchant).unwrap();
    let again: payroc::BoardedMerchant = serde_json::from_str(&stored).unwrap();
    assert_eq!(again.mid(), merchant.mid());
    assert_eq!(serde_json::to_string(&again).unwrap(), stored);
}

#[test]
fn an_application_is_written_once_and_documented() {
    assert_eq!(operations::BOARDING_SUBMIT.effect, payroc::Effect::Once);
    assert!(operations::ALL.iter().all(|row| row.provenance == Provenance::Documented));
    assert!(!operations::BOARDING_SUBMIT.refusals.contains(429));
}
