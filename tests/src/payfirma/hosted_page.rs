//! Hosted payment pages: making one, and believing what comes back only when the provider says it.

use payfirma::{Address, Client, Currency, HostedPage, HostedPageRedirect};

use super::{
    client::call,
    values::{amount, email, reference},
};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("hosted_page.init/created", |client| {
            page_and_redirect(
                client,
                "?result=APPROVED&transaction_id=3039875&lookup_id=62lY3jxBKrRk6yo1RkXN\
                 &state=session-7&custom_id=order-1042",
            )
        })
        .then("transactions.get/of_a_hosted_page"),
        call("transactions.lookup/of_a_hosted_page", |client| {
            // Whatever the redirect says.
            confirm(client, "?result=APPROVED&lookup_id=62lY3jxBKrRk6yo1RkXN&state=session-7")
        }),
        call("hosted_page.init/without_an_address", init),
        call("hosted_page.init/unsafe_address", init),
        call("hosted_page.init/unauthorized", init),
    ]
}

async fn init(client: Client) -> String {
    let page = HostedPage::new(amount("10.99"), Currency::CAD, "shop.example", reference());
    told(client.hosted_page().init(&page).await)
}

async fn page_and_redirect(client: Client, redirect: &'static str) -> String {
    let url = match client.hosted_page().init(&whole_page()).await {
        Ok(page) => page.url.clone(),
        Err(error) => return crate::told::refusal(&error),
    };
    format!("url: {url}\n{}", confirm(client, redirect).await)
}

async fn confirm(client: Client, redirect: &'static str) -> String {
    let redirect = HostedPageRedirect::parse(redirect).unwrap();
    told_with_object(client.hosted_page().confirm(&redirect, &whole_page().expected()).await)
}

fn whole_page() -> HostedPage {
    let address = Address::new()
        .line1("No. 1 Road")
        .line2("Street 2")
        .city("Vancouver")
        .province("BC")
        .country("CA")
        .postal_code("V6E 1B2");
    HostedPage::new(amount("10.99"), Currency::CAD, "shop.example", reference())
        .tax(amount("0.52"))
        .shipping_charge(amount("5.00"))
        .state("session-7")
        .name("Brandon", "Stark")
        .email(email("brandon@stark.com"))
        .telephone("1234567891")
        .shipping_address(address)
        .billing_address(Address::new().city("Vancouver").country("CA"))
}
