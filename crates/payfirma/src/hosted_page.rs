//! Payment pages that Payfirma hosts.
pub(crate) mod hosted_page_redirect;

use std::fmt;

use pay_core::{
    Amount, Currency, Email, Extra, Invalid, LostCall, Reference, Response, Result, Secret,
    provider::Verdict,
};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::{Address, Client, ExpectedPayment, operations, partner::authorize_url::is_loopback};

/// Payment pages that Payfirma hosts. From [`Client::hosted_page`].
///
/// Make a page, send the payer's browser to it, and when it comes back, ask the provider: the
/// redirect is not signed, so that nothing in it says that anybody has paid.
///
/// ```
/// # async fn example(client: payfirma::Client, query: &str) -> payfirma::Result<()> {
/// use payfirma::{Currency, HostedPage, HostedPageRedirect, Reference};
///
/// let order = Reference::new("order-1042")?;
/// let page = HostedPage::new("10.99".parse()?, Currency::CAD, "shop.example", order);
/// let expected = page.expected(); // keep it with the order
/// let made = client.hosted_page().init(&page).await?;
/// println!("send the payer to {}", made.url);
///
/// // When the browser comes back:
/// let redirect = HostedPageRedirect::parse(query)?;
/// let paid = client.hosted_page().confirm(&redirect, &expected).await?;
/// println!("paid by transaction {}", paid.id);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct HostedPages<'a> {
    pub(crate) client: &'a Client,
}

impl Client {
    /// Payment pages that Payfirma hosts.
    #[must_use]
    pub fn hosted_page(&self) -> HostedPages<'_> {
        HostedPages { client: self }
    }
}

/// A payment page to be.
///
/// The field names are those of the provider's HostedPayPage demo. Whether amounts are numbers or
/// strings there is not stated: they are sent as numbers, as in the rest of the API.
#[derive(Clone, Debug)]
pub struct HostedPage {
    amount: Amount,
    currency: Currency,
    domain: String,
    /// Goes out as `custom_id`, which is kept with the payment. `state` is not.
    reference: Option<Reference>,
    custom_id: Option<String>,
    tax: Option<Amount>,
    shipping_charge: Option<Amount>,
    state: Option<Secret>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<Email>,
    telephone: Option<String>,
    shipping_address: Option<Address>,
    billing_address: Option<Address>,
    extra: Extra,
}

/// Where a payment page is. `Debug` hides the address: who has it can open the page.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct HostedPageUrl {
    /// Where to send the payer's browser.
    pub url: String,
}

impl fmt::Debug for HostedPageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedPageUrl").finish_non_exhaustive()
    }
}

impl HostedPages<'_> {
    /// Makes a page for one payment: `POST /merchant-service/hpp/init`, with the client's
    /// [`hosted_page_token`](crate::ClientBuilder::hosted_page_token). The fields are from the
    /// provider's HostedPayPage demo, the path from a third party's: PayHQ's settings show yours.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent. Of unknown outcome: there may be a page that nobody
    /// knows; make another.
    pub async fn init(&self, page: &HostedPage) -> Result<Response<HostedPageUrl>> {
        self.client
            .call(&operations::HOSTED_PAGE_INIT)
            .check(page.check())
            .json(&page.wire(), &page.extra)
            .lost_call(page.lost_call())
            .send_judged(HostedPageUrl::judge)
            .await
    }
}

impl HostedPageUrl {
    /// A payer is sent to a page of their own over https, or not at all.
    fn judge(&self) -> Verdict {
        let safe = url::Url::parse(&self.url).is_ok_and(|url| {
            url.has_host()
                && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url))
        });
        if safe {
            Verdict::Succeeded
        } else {
            Verdict::Unclear("the answer holds no address of a page".to_owned())
        }
    }
}

impl HostedPage {
    /// A page for `amount` dollars, without tax and shipping. `domain` is registered in PayHQ under
    /// Settings, Hosted Pay Page. The reference is sent as `custom_id`, which is kept with the
    /// payment and comes back in the redirect.
    #[must_use]
    pub fn new(
        amount: Amount,
        currency: Currency,
        domain: impl Into<String>,
        reference: Reference,
    ) -> Self {
        let page = Self::without_reference(amount, currency, domain);
        Self { reference: Some(reference), ..page }
    }

    /// The same without a reference. Nothing then ties a payment to this page, unless you set
    /// [`custom_id`](Self::custom_id).
    #[must_use]
    pub fn without_reference(
        amount: Amount,
        currency: Currency,
        domain: impl Into<String>,
    ) -> Self {
        Self {
            amount,
            currency,
            domain: domain.into(),
            reference: None,
            custom_id: None,
            tax: None,
            shipping_charge: None,
            state: None,
            first_name: None,
            last_name: None,
            email: None,
            telephone: None,
            shipping_address: None,
            billing_address: None,
            extra: Extra::default(),
        }
    }

    /// A `custom_id` of your own, on a page without a reference.
    #[must_use]
    pub fn custom_id(mut self, custom_id: impl Into<String>) -> Self {
        self.custom_id = Some(custom_id.into());
        self
    }

    /// The tax on top of the amount, in dollars.
    #[must_use]
    pub fn tax(mut self, tax: Amount) -> Self {
        self.tax = Some(tax);
        self
    }

    /// The shipping on top of the amount, in dollars.
    #[must_use]
    pub fn shipping_charge(mut self, shipping_charge: Amount) -> Self {
        self.shipping_charge = Some(shipping_charge);
        self
    }

    /// Comes back in the redirect and is not kept: a random value that ties the redirect to the
    /// payer's session.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(Secret::new(state));
        self
    }

    /// The payer's first and last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into());
        self.last_name = Some(last.into());
        self
    }

    /// The payer's e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// The payer's telephone number.
    #[must_use]
    pub fn telephone(mut self, telephone: impl Into<String>) -> Self {
        self.telephone = Some(telephone.into());
        self
    }

    /// Where it is sent to. The country is its short code.
    #[must_use]
    pub fn shipping_address(mut self, address: Address) -> Self {
        self.shipping_address = Some(address);
        self
    }

    /// Where the payer's bank writes to. The country is its short code.
    #[must_use]
    pub fn billing_address(mut self, address: Address) -> Self {
        self.billing_address = Some(address);
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to know the page's payment again: keep it with the order.
    #[must_use]
    pub fn expected(&self) -> ExpectedPayment {
        let parts = [self.tax, self.shipping_charge];
        let total = parts.into_iter().flatten().try_fold(self.amount, Amount::checked_add);
        ExpectedPayment::new(
            self.amount,
            total.unwrap_or(self.amount),
            self.currency,
            self.sent_custom_id().map(str::to_owned),
            self.state.as_ref().map(|state| state.expose().to_owned()),
        )
    }

    /// What is needed to find out later what became of this call: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::HOSTED_PAGE_INIT.id, OffsetDateTime::now_utc())
            .with_reference(self.reference.clone())
            .with_amount(self.amount)
            .with_currency(Some(self.currency))
    }

    fn sent_custom_id(&self) -> Option<&str> {
        self.reference.as_ref().map(Reference::as_str).or(self.custom_id.as_deref())
    }

    fn check(&self) -> Result<(), Invalid> {
        self.amount.check_charge(Some(&self.currency))?;
        for (field, part) in [("tax", self.tax), ("shipping_charge", self.shipping_charge)] {
            if let Some(part) = part.filter(|part| !part.is_zero()) {
                part.check_charge(Some(&self.currency))
                    .map_err(|invalid| invalid.in_field(field))?;
            }
        }
        if self.domain.is_empty() || !self.domain.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Invalid::new("domain", "must be a domain, without spaces"));
        }
        if self.reference.is_some() && self.custom_id.is_some() {
            return Err(Invalid::new("custom_id", "must not be set beside a reference"));
        }
        let state = self.state.as_ref().map(Secret::expose);
        for (field, text) in [("custom_id", self.custom_id.as_deref()), ("state", state)] {
            if text.is_some_and(str::is_empty) {
                return Err(Invalid::new(field, "must not be empty"));
            }
        }
        Ok(())
    }

    fn wire(&self) -> HostedPageWire<'_> {
        HostedPageWire {
            amount: self.amount,
            currency: self.currency,
            domain: &self.domain,
            tax: self.tax,
            shipping_charge: self.shipping_charge,
            state: self.state.as_ref().map(Secret::expose),
            custom_id: self.sent_custom_id(),
            first_name: self.first_name.as_deref(),
            last_name: self.last_name.as_deref(),
            email: self.email.as_ref().map(Email::as_str),
            telephone: self.telephone.as_deref(),
            shipping_address: self.shipping_address.as_ref().map(AddressText),
            billing_address: self.billing_address.as_ref().map(AddressText),
        }
    }
}

/// A page as it is sent.
#[derive(Serialize)]
struct HostedPageWire<'a> {
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    currency: Currency,
    domain: &'a str,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    tax: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    shipping_charge: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_address: Option<AddressText<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<AddressText<'a>>,
}

/// An address as JSON inside a string, with one name of another style: that is how the demo has it.
struct AddressText<'a>(&'a Address);

impl Serialize for AddressText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            address1: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            address2: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            city: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            province: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            country: Option<&'a str>,
            #[serde(rename = "postalCode", skip_serializing_if = "Option::is_none")]
            postal_code: Option<&'a str>,
        }
        let Address { line1, line2, city, province, country, postal_code } = self.0;
        let text = serde_json::to_string(&Fields {
            address1: line1.as_deref(),
            address2: line2.as_deref(),
            city: city.as_deref(),
            province: province.as_deref(),
            country: country.as_deref(),
            postal_code: postal_code.as_deref(),
        });
        serializer.serialize_str(&text.map_err(serde::ser::Error::custom)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> HostedPage {
        let order = Reference::new("order-1").unwrap();
        HostedPage::new("10.90".parse().unwrap(), Currency::CAD, "shop.example", order)
    }

    fn sent(page: &HostedPage) -> String {
        serde_json::to_string(&page.wire()).unwrap()
    }

    #[test]
    fn addresses_are_json_in_a_string() {
        let address = Address::new().line1("1 \"A\" St").city("Vancouver").postal_code("V6E1B2");
        let sent = sent(&page().tax("0.55".parse().unwrap()).billing_address(address).state("s1"));
        let expected = concat!(
            r#"{"amount":10.90,"currency":"CAD","domain":"shop.example","tax":0.55,"state":"s1","#,
            r#""custom_id":"order-1","billing_address":"{\"address1\":\"1 \\\"A\\\" St\","#,
            r#"\"city\":\"Vancouver\",\"postalCode\":\"V6E1B2\"}"}"#,
        );
        assert_eq!(sent, expected);
    }

    #[test]
    fn bad_pages_are_refused_by_field() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        let bare =
            |text: &str| HostedPage::without_reference(amount(text), Currency::CAD, "a.test");
        for (page, field) in [
            (bare("0"), "amount"),
            (bare("1.999"), "amount"),
            (page().tax(amount("-1")), "tax"),
            (page().shipping_charge(amount("0.001")), "shipping_charge"),
            (HostedPage { domain: String::new(), ..page() }, "domain"),
            (HostedPage { domain: "a b".to_owned(), ..page() }, "domain"),
            (page().custom_id("ABC"), "custom_id"),
            (bare("1").custom_id(""), "custom_id"),
            (page().state(""), "state"),
        ] {
            assert_eq!(page.check().unwrap_err().field(), field);
        }
        assert!(bare("1").tax(Amount::ZERO).custom_id("ABC").check().is_ok());
    }

    #[test]
    fn only_a_safe_address_is_a_page() {
        let page = |url: &str| HostedPageUrl { url: url.to_owned() };
        for good in ["https://pay.test/p/1", "http://127.0.0.1:1/p", "http://sandbox.localhost/p"] {
            assert!(matches!(page(good).judge(), Verdict::Succeeded), "{good}");
        }
        for bad in ["", "/p/1", "http://pay.test/p", "javascript:alert(1)", "data:text/html,x"] {
            assert!(matches!(page(bad).judge(), Verdict::Unclear(_)), "{bad}");
        }
        assert!(!format!("{:?}", page("https://pay.test/p/1")).contains("pay.test"));
    }
}
