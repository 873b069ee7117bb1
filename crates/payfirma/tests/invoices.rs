//! Invoices against the sandbox, which gives them ids and a status of its own making.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Client, Currency, Environment, InvoiceId, InvoiceItem, Method, NewCustomer, NewInvoice,
    Outcome, Reference, operations,
};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .route(
            &operations::INVOICES_LIST_BY_CUSTOMER,
            Method::GET,
            "/invoice/customer/{customer_lookup_id}",
        )
        .route(&operations::INVOICES_SEND, Method::POST, "/invoice/{invoice_id}/send")
        .build()
        .unwrap();
    (sandbox, client)
}

fn new(total: &str) -> NewInvoice {
    NewInvoice::new(Currency::CAD, total.parse().unwrap(), Reference::random())
        .recipient_email("brandon@stark.com".parse().unwrap())
        .item(InvoiceItem::new("Consulting").amount(total.parse().unwrap()))
}

#[tokio::test]
async fn an_invoice_is_created_read_listed_and_mailed() {
    for unset in ["absent", "null"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.unset_fields", unset).unwrap();
        let invoices = client.invoices();
        let new = new("220.90");
        let created = invoices.create(&new).await.unwrap();
        assert_eq!(created.total, Some("220.90".parse().unwrap()));
        let reference = new.lost_call().reference().unwrap().to_string();
        assert_eq!(created.description, Some(reference));
        assert_eq!(created.items[0].amount, created.total);
        let body = String::from_utf8_lossy(created.meta().raw_body()).into_owned();
        assert!(body.contains("\"status\""), "what is not typed is in the raw body: {body}");

        for id in [created.lookup_id.clone(), created.number.clone()] {
            let read = invoices.get(&id.unwrap()).await.unwrap();
            assert_eq!(read.id(), created.id());
        }
        invoices.draft(&new).await.unwrap();
        assert_eq!(invoices.list(None).await.unwrap().len(), 2);
        assert_eq!(invoices.list(Some(1)).await.unwrap().len(), 1);

        let id = created.id().unwrap();
        invoices.send_to(id, &"a+b/c@x.ca".parse().unwrap()).await.unwrap();
        invoices.send(id, &"other@x.ca".parse().unwrap()).await.unwrap();
        assert_eq!(sandbox.ledger().count("invoice_sent"), 2);
        assert_eq!(sandbox.ledger().count("invoice_drafted"), 1);
    }
}

#[tokio::test]
async fn the_invoices_of_a_customer_are_listed() {
    let (_sandbox, client) = start().await;
    let email = "somebody@x.ca".parse().unwrap();
    let customer = NewCustomer::new(email, Reference::random());
    let customer = client.customers().create(&customer).await.unwrap();
    client.invoices().create(&new("11")).await.unwrap();
    let theirs = new("13").customer_id(customer.id.unwrap());
    client.invoices().create(&theirs).await.unwrap();
    let found = client.invoices().list_by_customer(&customer.lookup_id).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].customer_id, customer.id);
}

#[tokio::test]
async fn a_lost_invoice_is_not_written_twice_nor_mailed_twice() {
    let (sandbox, client) = start().await;
    for operation in ["payfirma.invoices.create", "payfirma.invoices.send_to"] {
        let fault = Fault::new(FaultKind::Reset).on(operation).phase(Phase::After);
        sandbox.add_fault(fault).unwrap();
    }
    let error = client.invoices().create(&new("11")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sandbox.ledger().count("invoice_created"), 1);
    let listed = client.invoices().list(None).await.unwrap();
    let reference = error.lost_call().unwrap().reference().unwrap().as_str();
    assert_eq!(listed[0].description.as_deref(), Some(reference));

    let id = listed[0].id().unwrap();
    let to = "a@b.ca".parse().unwrap();
    let error = client.invoices().send_to(id, &to).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.lost_call().unwrap().detail("email_address"), Some("a@b.ca"));
    assert_eq!(sandbox.ledger().count("invoice_sent"), 1);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_not_mailed() {
    let (sandbox, client) = start().await;
    let id = InvoiceId::new("nothing").unwrap();
    assert!(client.invoices().get(&id).await.unwrap_err().is_not_found());
    let error = client.invoices().send_to(&id, &"a@b.ca".parse().unwrap()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(sandbox.ledger().count("invoice_sent"), 0);
}
