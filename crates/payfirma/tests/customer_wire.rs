//! Customers, cards, subscriptions, plans and invoices as they are on the wire, to the letter.

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
    Address, Card, CardId, CardUpdate, Currency, CustomerFilter, CustomerId, CustomerUpdate,
    EpochMillis, ErrorKind, InvoiceId, InvoiceItem, InvoiceTax, Method, NewCard, NewCustomer,
    NewInvoice, NewPlan, NewSubscription, Outcome, PlanFilter, PlanFrequency, PlanId, PlanUpdate,
    Reference, SubscriptionId, SubscriptionStatus, SubscriptionUpdate, operations,
};
use time::macros::datetime;

/// Far enough that no clock gets there during these tests.
const START: EpochMillis = EpochMillis(4_102_444_800_000);

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
async fn customers_are_written_as_the_guide_prints_them() {
    let provider = answers_customer();
    let client = provider.client();
    let address = Address::new()
        .line1("No. 1 Road")
        .line2("Street 2")
        .city("Vancouver")
        .province("BC")
        .country("Canada")
        .postal_code("V6E 1B2");
    let new = NewCustomer::with_custom_id("brandon@stark.com".parse().unwrap(), "Internal456")
        .first_name("Brandon")
        .last_name("Stark")
        .company("Payfirma")
        .bcc_emails("john.snow@stark.com")
        .telephone("1234567891")
        .address(address);
    client.customers().create(&new).await.unwrap();
    client.customers().get(&customer()).await.unwrap();
    let update = CustomerUpdate::new(customer()).email(&"a@b.ca".parse().unwrap()).custom_id("x");
    client.customers().update(&update.extra("vip", true).unwrap()).await.unwrap();
    assert_eq!(
        provider.sent(),
        [
            concat!(
                "POST /customer-service/customer\n",
                r#"{"email":"brandon@stark.com","first_name":"Brandon","last_name":"Stark","#,
                r#""company":"Payfirma","bcc_emails":"john.snow@stark.com","#,
                r#""telephone":"1234567891","address1":"No. 1 Road","address2":"Street 2","#,
                r#""city":"Vancouver","province":"BC","country":"Canada","#,
                r#""postal_code":"V6E 1B2","custom_id":"Internal456"}"#
            ),
            "GET /customer-service/customer/NV0B6eZB06",
            concat!(
                "PUT /customer-service/customer/NV0B6eZB06\n",
                r#"{"email":"a@b.ca","custom_id":"x","vip":true}"#
            ),
        ]
    );
}

#[tokio::test]
async fn lists_send_every_filter_and_read_the_guides_sample() {
    let provider = Canned::answer(
        200,
        concat!(
            r#"{"entities":[{"id":2992429,"lookup_id":"NV0B6eZB06","email":"brandon@stark.com","#,
            r#""first_name":"Brandon","last_name":"Stark","company":"Payfirma","#,
            r#""bcc_emails":"john.snow@stark.com","telephone":"1234567891","#,
            r#""address1":"No. 1 Road","address2":"Street 2","city":"Vancouver","#,
            r#""province":"BC","country":"Canada","postal_code":"V6E 1B2","#,
            r#""custom_id":"Internal456","cards":[{"id":123456,"lookup_id":"34cvb54564dfc","#,
            r#""card_expiry":"01/20","card_prefix":"4111","card_suffix":"1111","#,
            r#""is_default":true,"card_description":"test card"}],"subscriptions":[{"id":123456,"#,
            r#""lookup_id":"34cvb54564dfc","plan_id":987654,"plan_lookup_id":"98Avb98765dfc","#,
            r#""name":"Sample Daily Plan","status":"ACTIVE","amount":10.99,"currency":"CAD","#,
            r#""frequency":"DAILY","last_success":1467760023000,"last_run":1467760023000,"#,
            r#""next_run":1467760023000,"total_cycles":10,"completed_cycles":3,"#,
            r#""remaining_cycles":7,"failed_attempts":1,"delinquent_cycles":0,"#,
            r#""delinquent_since":1467760023000}]}],"#,
            r#""paging":{"cursors":{"before":"51pmdq8z5rdbRWoKYrje","after":"xv9Aq54WEy3RyWEBXypK"}}}"#
        ),
    );
    let client = provider.client();
    let filter = CustomerFilter::new()
        .limit(100)
        .before("3X67XWEE")
        .after("XWERE836")
        .email("brandon@stark.com".parse().unwrap())
        .first_name("Brandon")
        .last_name("Stark & Sons")
        .company("Payfirma")
        .with_subscription(true);
    let page = client.customers().list(&filter).await.unwrap();
    assert_eq!(page.items[0].lookup_id, customer());
    assert_eq!(page.items[0].subscriptions[0].amount.unwrap().to_string(), "10.99");
    assert_eq!(page.next.as_deref(), Some("xv9Aq54WEy3RyWEBXypK"));
    assert_eq!(page.previous.as_deref(), Some("51pmdq8z5rdbRWoKYrje"));
    let plan = PlanId::new("99ffb59876mnb").unwrap();
    client.customers().list_by_plan(&plan, &CustomerFilter::new().limit(1)).await.unwrap();
    let query = concat!(
        "limit=100&before=3X67XWEE&after=XWERE836&email_address=brandon%40stark.com",
        "&first_name=Brandon&last_name=Stark%20%26%20Sons&company=Payfirma&with_subscription=true"
    );
    assert_eq!(
        provider.sent(),
        [
            format!("GET /customer-service/customer?{query}"),
            "GET /customer-service/customer/plan/99ffb59876mnb?limit=1".to_owned(),
        ]
    );
}

#[tokio::test]
async fn cards_are_written_as_the_guide_prints_them() {
    let provider = answers_customer();
    let client = provider.client();
    let new = NewCard::with_description(customer(), plastic(), "test card").is_default(true);
    client.cards().add(&new).await.unwrap();
    client.cards().add(&NewCard::new(customer(), plastic(), reference())).await.unwrap();
    let update = CardUpdate::new(customer(), card()).is_default(true).description("blue");
    client.cards().update(&update).await.unwrap();
    client.cards().remove(&customer(), &card()).await.unwrap();
    assert_eq!(
        provider.sent(),
        [
            concat!(
                "POST /customer-service/customer/NV0B6eZB06/card\n",
                r#"{"card_expiry_month":11,"card_expiry_year":39,"card_number":"4111111111111111","#,
                r#""cvv2":"045","is_default":true,"card_description":"test card"}"#
            ),
            concat!(
                "POST /customer-service/customer/NV0B6eZB06/card\n",
                r#"{"card_expiry_month":11,"card_expiry_year":39,"card_number":"4111111111111111","#,
                r#""cvv2":"045","card_description":"R-1"}"#
            ),
            concat!(
                "PATCH /customer-service/customer/NV0B6eZB06/card/34cvb54564dfc\n",
                r#"{"is_default":true,"card_description":"blue"}"#
            ),
            "DELETE /customer-service/customer/NV0B6eZB06/card/34cvb54564dfc",
        ]
    );
}

#[tokio::test]
async fn subscriptions_are_written_as_the_guide_prints_them() {
    let provider = answers_customer();
    let client = provider.client();
    let text = "My test subscription";
    let new = NewSubscription::with_description(customer(), plan(), card(), text)
        .amount("10.90".parse().unwrap())
        .start_date(START)
        .email("brandon@stark.com".parse().unwrap())
        .bcc_emails("john.snow@stark.com");
    client.subscriptions().add(&new).await.unwrap();
    let bare = NewSubscription::new(customer(), plan(), card(), reference());
    client.subscriptions().add(&bare).await.unwrap();
    let update = SubscriptionUpdate::new(customer(), subscription())
        .card(card())
        .amount("5".parse().unwrap())
        .start_date(datetime!(2100-01-01 0:00 UTC))
        .email("a@b.ca".parse().unwrap())
        .bcc_emails("c@d.ca")
        .description("d")
        .status(SubscriptionStatus::Paused);
    client.subscriptions().update(&update).await.unwrap();
    client.subscriptions().cancel(&customer(), &subscription()).await.unwrap();
    assert_eq!(
        provider.sent(),
        [
            concat!(
                "POST /customer-service/customer/NV0B6eZB06/subscription\n",
                r#"{"plan_lookup_id":"98Avb98765dfc","card_lookup_id":"34cvb54564dfc","#,
                r#""amount":10.90,"start_date":4102444800000,"email":"brandon@stark.com","#,
                r#""bcc_emails":"john.snow@stark.com","description":"My test subscription"}"#
            ),
            concat!(
                "POST /customer-service/customer/NV0B6eZB06/subscription\n",
                r#"{"plan_lookup_id":"98Avb98765dfc","card_lookup_id":"34cvb54564dfc","#,
                r#""description":"R-1"}"#
            ),
            concat!(
                "PATCH /customer-service/customer/NV0B6eZB06/subscription/sub7\n",
                r#"{"card_lookup_id":"34cvb54564dfc","amount":5,"start_date":4102444800000,"#,
                r#""email":"a@b.ca","bcc_emails":"c@d.ca","description":"d","status":"PAUSED"}"#
            ),
            concat!(
                "PATCH /customer-service/customer/NV0B6eZB06/subscription/sub7\n",
                r#"{"status":"CANCELED"}"#
            ),
        ]
    );
}

#[tokio::test]
async fn plans_are_written_as_the_guide_prints_them() {
    let provider = Canned::answer(200, r#"{"lookup_id":"98Avb98765dfc"}"#);
    let client = provider.client();
    let new = |frequency| {
        let price = "10.99".parse().unwrap();
        NewPlan::new("Sample Daily Plan", price, Currency::CAD, frequency)
    };
    let daily = new(PlanFrequency::Daily).number_of_payments(10).send_receipt(false);
    client.plans().create(&daily).await.unwrap();
    client.plans().create(&new(PlanFrequency::mothly())).await.unwrap();
    client.plans().get(&plan()).await.unwrap();
    client.plans().update(&PlanUpdate::new(plan()).name("n")).await.unwrap();
    client.plans().remove(&plan()).await.unwrap();
    let list = Canned::answer(200, r#"{"plans":[]}"#);
    let filter = PlanFilter::new().limit(5).before("b").after("a");
    list.client().plans().list(&filter).await.unwrap();
    assert_eq!(list.sent(), ["GET /plan-service/plan?limit=5&before=b&after=a"]);
    assert_eq!(
        provider.sent(),
        [
            concat!(
                "POST /plan-service/plan\n",
                r#"{"name":"Sample Daily Plan","amount":10.99,"currency":"CAD","#,
                r#""frequency":"DAILY","number_of_payments":10,"send_receipt":false}"#
            ),
            concat!(
                "POST /plan-service/plan\n",
                r#"{"name":"Sample Daily Plan","amount":10.99,"currency":"CAD","#,
                r#""frequency":"MOTHLY"}"#
            ),
            "GET /plan-service/plan/98Avb98765dfc",
            "PUT /plan-service/plan/98Avb98765dfc\n{\"name\":\"n\"}",
            "DELETE /plan-service/plan/98Avb98765dfc",
        ]
    );
}

#[tokio::test]
async fn invoices_are_written_with_every_field_that_is_known() {
    let provider = Canned::answer(200, "{}");
    let client = provider.client();
    let item = InvoiceItem::new("Hours")
        .quantity("2.5".parse().unwrap())
        .price("80.00".parse().unwrap())
        .amount("200.00".parse().unwrap())
        .discount(false)
        .tax1(InvoiceTax::percent("9.975".parse().unwrap()))
        .tax2(InvoiceTax::amount("1".parse().unwrap()));
    let new = NewInvoice::with_description(Currency::CAD, "220.95".parse().unwrap(), "Thanks")
        .item(item)
        .item(InvoiceItem::new("Ride"))
        .sub_total("200.00".parse().unwrap())
        .due_date(datetime!(2026-08-01 0:00 -7))
        .recipient_email("brandon@stark.com".parse().unwrap())
        .customer_id(2_992_429)
        .title("No. 7")
        .business_name("Winterfell")
        .business_address2("Gate 2")
        .business_city("Vancouver")
        .billing_state("BC")
        .company("Stark")
        .support_email("help@stark.com".parse().unwrap())
        .support_phone_number("1234567891");
    client.invoices().create(&new).await.unwrap();
    let bare = NewInvoice::new(Currency::USD, "1".parse().unwrap(), reference());
    client.invoices().draft(&bare).await.unwrap();
    client.invoices().get(&invoice()).await.unwrap();
    client.invoices().send_to(&invoice(), &"a+b/c?d@x.ca".parse().unwrap()).await.unwrap();
    let list = Canned::answer(200, r#"{"invoices":[{"total":1.10}]}"#);
    assert_eq!(list.client().invoices().list(None).await.unwrap().len(), 1);
    list.client().invoices().list(Some(7)).await.unwrap();
    assert_eq!(list.sent(), ["GET /invoice", "GET /invoice?limit=7"]);
    assert_eq!(
        provider.sent(),
        [
            concat!(
                "POST /invoice\n",
                r#"{"title":"No. 7","business_name":"Winterfell","business_address2":"Gate 2","#,
                r#""business_city":"Vancouver","billing_state":"BC","company":"Stark","#,
                r#""customer_id":2992429,"currency":"CAD","description":"Thanks","#,
                r#""due_date":"2026-08-01T07:00:00.000Z","items":[{"amount":200.00,"#,
                r#""price":80.00,"quantity":2.5,"item":"Hours","discount":false,"#,
                r#""tax1":{"percentile":true,"amount":9.975},"#,
                r#""tax2":{"percentile":false,"amount":1}},{"item":"Ride"}],"#,
                r#""recipient_email":"brandon@stark.com","sub_total":200.00,"#,
                r#""support_email":"help@stark.com","support_phone_number":"1234567891","#,
                r#""total":220.95}"#
            ),
            "POST /invoice/draft\n{\"currency\":\"USD\",\"description\":\"R-1\",\"total\":1}",
            "GET /invoice/inv7",
            "POST /invoice/inv7/send/a%2Bb%2Fc%3Fd%40x.ca",
        ]
    );
}

#[tokio::test]
async fn what_has_no_known_path_wants_a_route() {
    let provider = Canned::answer(200, r#"{"invoices":[]}"#);
    let client = provider.client();
    let email = "a@b.ca".parse().unwrap();
    let errors = [
        client.invoices().list_by_customer(&customer()).await.unwrap_err(),
        client.invoices().send(&invoice(), &email).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
    }
    assert!(provider.sent().is_empty());

    let client = provider
        .builder()
        .route(
            &operations::INVOICES_LIST_BY_CUSTOMER,
            Method::GET,
            "/invoice/of/{customer_lookup_id}",
        )
        .route(&operations::INVOICES_SEND, Method::POST, "/invoice/{invoice_id}/send")
        .build()
        .unwrap();
    client.invoices().list_by_customer(&customer()).await.unwrap();
    client.invoices().send(&invoice(), &email).await.unwrap();
    assert_eq!(
        provider.sent(),
        ["GET /invoice/of/NV0B6eZB06", "POST /invoice/inv7/send\n{\"email_address\":\"a@b.ca\"}",]
    );
}
