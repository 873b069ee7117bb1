//! Invoices and the pages that they are paid on.

use payanywhere::{InvoiceCustomer, NewInvoice, Reference, Resolution, TransactionFilter};

use crate::world::{dollars, lost, world};

const CREATE: &str = "payanywhere.invoices.create";

fn invoice(amount: &str) -> NewInvoice {
    let customer = InvoiceCustomer::new("Brandon", "Stark").email("b@stark.com".parse().unwrap());
    NewInvoice::new(dollars(amount), customer, "Consulting", Reference::random())
        .description("Two days in March")
}

#[tokio::test]
async fn an_invoice_has_a_page_on_which_it_is_paid() {
    for (status, answer) in [("200", "url-only"), ("201", "more")] {
        let world = world(&[("invoice_status", status), ("invoice_answer", answer)]).await;
        let asked = invoice("211.30");
        let created = world.client.invoices().create(&asked).await.unwrap();
        assert_eq!(created.number.is_some(), answer == "more");
        let ledger = world.sandbox.ledger();
        assert_eq!(ledger.total("invoice_created").to_string(), "211.3");
        let number = asked.lost_call().reference().unwrap().to_string();
        assert_eq!(ledger.referring_to(&number).len(), 1);
        assert_eq!(world.count("sale"), 0, "no money has moved");

        let sale = world.sandbox.payanywhere().pay_invoice(&created.url).unwrap();
        let listed = world.client.transactions().list(&TransactionFilter::new()).await.unwrap();
        assert_eq!(listed[0].id, sale);
        assert_eq!(listed[0].amount, Some(dollars("211.30")));
        let even = world.client.invoices().create(&invoice("212.00")).await.unwrap();
        assert_eq!(world.sandbox.payanywhere().pay_invoice(&even.url).unwrap(), None);
    }
}

#[tokio::test]
async fn the_largest_amount_and_a_tax_rate_are_exact() {
    for (setting, total) in
        [("included", "999.99"), ("percent", "1082.49"), ("fraction", "9249.91")]
    {
        let world = world(&[("tax_rate", setting)]).await;
        let asked = invoice("999.99").tax_rate("8.25".parse().unwrap());
        let created = world.client.invoices().create(&asked).await.unwrap();
        let paid = world.sandbox.payanywhere().pay_invoice(&created.url).unwrap();
        let effect = if paid.is_some() { "sale" } else { "sale_declined" };
        assert_eq!(world.sandbox.ledger().total(effect).to_string(), total, "{setting}");
    }
    let world = world(&[]).await;
    world.client.invoices().create(&invoice("999999999999.99")).await.unwrap();
    assert_eq!(world.sandbox.ledger().total("invoice_created").to_string(), "999999999999.99");
}

#[tokio::test]
async fn a_lost_invoice_is_not_sent_again_and_cannot_be_found() {
    let world = world(&[]).await;
    world.lose_the_next(CREATE);
    let lost = lost(world.client.invoices().create(&invoice("11.00")).await);
    assert_eq!((world.count("invoice_created"), world.asked(CREATE)), (1, 1));
    assert!(matches!(world.resolve(&lost).await, Resolution::Unsupported));
}
