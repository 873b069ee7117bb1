//! Customers: storing, reading, listing and changing them.

use payfirma::{Address, Client, CustomerFilter, CustomerUpdate, Email, NewCustomer, PlanId};

use super::{
    client::{call, sample_call},
    values::{customer, email, reference},
};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        sample_call("customers.create/sample", |client| async move {
            told_with_object(client.customers().create(&guide_customer()).await)
        }),
        call("customers.create/sparse", create),
        call("customers.create/another_reference", create),
        call("customers.create/refused", create),
        call("customers.create/without_an_id", create),
        sample_call("customers.get/sample", get),
        call("customers.get/not_found", get),
        call("customers.get/another_one", get),
        call("customers.get/nulls", get),
        call("customers.get/unknown_values", get),
        sample_call("customers.list/sample", |client| {
            list(client, guide_filter().with_subscription(true))
        }),
        call("customers.list/empty", |client| list(client, CustomerFilter::new())),
        call("customers.list/named_list", |client| list(client, CustomerFilter::new())),
        sample_call("customers.list_by_plan/sample", |client| list_by_plan(client, guide_filter())),
        call("customers.list_by_plan/no_such_plan", |client| {
            list_by_plan(client, CustomerFilter::new())
        }),
        call("customers.update/whole", |client| async move {
            // As a caller is told to: from the customer as it is.
            let stored = serde_json::from_str(GUIDE_CUSTOMER).unwrap();
            let update = CustomerUpdate::from(&stored).company("Winterfell Ltd");
            told_with_object(client.customers().update(&update).await)
        }),
        call("customers.update/another_one", update),
        call("customers.update/refused", update),
    ]
}

async fn create(client: Client) -> String {
    let customer = NewCustomer::new(guide_email(), reference());
    told_with_object(client.customers().create(&customer).await)
}

async fn get(client: Client) -> String {
    told_with_object(client.customers().get(&customer()).await)
}

async fn list(client: Client, filter: CustomerFilter) -> String {
    told(client.customers().list(&filter).await)
}

async fn list_by_plan(client: Client, filter: CustomerFilter) -> String {
    let plan = PlanId::new("99ffb59876mnb").unwrap();
    told(client.customers().list_by_plan(&plan, &filter).await)
}

async fn update(client: Client) -> String {
    let update = CustomerUpdate::new(customer()).telephone("6045550100");
    told_with_object(client.customers().update(&update).await)
}

fn guide_email() -> Email {
    email("brandon@stark.com")
}

fn guide_customer() -> NewCustomer {
    let address = Address::new()
        .line1("No. 1 Road")
        .line2("Street 2")
        .city("Vancouver")
        .province("BC")
        .country("Canada")
        .postal_code("V6E 1B2");
    NewCustomer::with_custom_id(guide_email(), "Internal456")
        .first_name("Brandon")
        .last_name("Stark")
        .company("Payfirma")
        .bcc_emails("john.snow@stark.com")
        .telephone("1234567891")
        .address(address)
}

fn guide_filter() -> CustomerFilter {
    CustomerFilter::new()
        .limit(100)
        .before("3X67XWEE")
        .after("XWERE836")
        .email(guide_email())
        .first_name("Brandon")
        .last_name("Stark")
        .company("Payfirma")
}

const GUIDE_CUSTOMER: &str = r#"{"id":2992429,"lookup_id":"NV0B6eZB06","email":"brandon@stark.com",
"first_name":"Brandon","last_name":"Stark","company":"Payfirma","bcc_emails":"john.snow@stark.com",
"telephone":"1234567891","address1":"No. 1 Road","address2":"Street 2","city":"Vancouver",
"province":"BC","country":"Canada","postal_code":"V6E 1B2","custom_id":"Internal456"}"#;
