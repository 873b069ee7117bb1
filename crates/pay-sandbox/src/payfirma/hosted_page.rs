//! The hosted payment page: the first-party HostedPayPage demo.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    payments::rule_on,
    test_processor::Ruling,
    transaction::{Kind, Payment, References},
};
use crate::{
    answer::Answer,
    card::Card,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// A page that waits for its payer.
pub(crate) struct HostedPage {
    token: String,
    merchant: String,
    /// With tax and shipping.
    total: Money,
    tax: Option<Money>,
    currency: String,
    domain: String,
    state: Option<String>,
    custom_id: Option<String>,
    payer: Vec<(&'static str, String)>,
}

impl Payfirma {
    pub(crate) fn init_hosted_page(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let currency = input.currency()?;
        for address in ["shipping_address", "billing_address"] {
            let text = input.text(address)?;
            let is_json =
                |text: &str| matches!(Json::parse(text.as_bytes()), Some(Json::Object(_)));
            if text.is_some_and(|text| !is_json(&text)) {
                return Err(Refusal::invalid(format!("{address} must be a JSON object as text")));
            }
        }
        let tax = input.money("tax")?;
        let shipping = input.money("shipping_charge")?.unwrap_or(Money::ZERO);
        let page = HostedPage {
            token: world.hash(24),
            merchant: call.session.merchant.clone(),
            total: input.amount(world)?.plus(tax.unwrap_or(Money::ZERO)).plus(shipping),
            tax,
            currency: currency.ok_or_else(|| Refusal::invalid("currency is required"))?,
            domain: input.need_text("domain")?,
            state: input.text("state")?,
            custom_id: input.text("custom_id")?,
            payer: input.payer()?,
        };
        world.record(Entry {
            amount: Some(page.total),
            currency: Some(page.currency.clone()),
            custom_id: page.custom_id.clone(),
            ..Entry::new("hosted_page_created", &page.token, &page.merchant)
        });
        let url = format!("{}/payfirma/hosted-page/{}", world.base_url, page.token);
        self.hosted_pages.push(page);
        Ok(Answer::json(200, Object::new().with("url", url)))
    }

    /// The payer pays at once, or, with `?cancel=true`, goes back without paying.
    pub(crate) fn visit_hosted_page(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let cancel = call.request.query("cancel") == Some("true");
        let location = self.complete_hosted_page(world, call.param(0), cancel)?;
        Ok(Answer::redirect(location))
    }

    /// Ends a page by the amount rule, or as CANCELED; returns where the browser goes. That is
    /// below the page's own domain: the real return address is a setting.
    pub(crate) fn complete_hosted_page(
        &mut self,
        world: &mut World,
        token: &str,
        cancel: bool,
    ) -> Result<String, Refusal> {
        let place = self.hosted_pages.iter().position(|page| page.token == token);
        let place = place.ok_or_else(|| Refusal::not_found("page, or it was completed"))?;
        let page = self.hosted_pages.remove(place);
        world.cause.operation = "payfirma.hosted_page.visit".to_owned();
        let mut query = Vec::new();
        if cancel {
            query.push(("result", "CANCELED".to_owned()));
        } else {
            let ruling = rule_on(world, page.total);
            let payment = Payment {
                kind: Kind::Sale,
                ruling,
                amount: page.total,
                currency: Some(page.currency),
                card: Some(Card::on_hosted_page(world.now)),
                payer: page.payer,
                references: References { custom_id: page.custom_id.clone(), ..Default::default() },
                keeps_references: true,
                amount_tax: page.tax,
                amount_tip: None,
                source: "E_COMMERCE",
                test_mode: false,
                parent: None,
            };
            let transaction = self.book(world, &page.merchant, None, payment);
            let approved = ruling == Ruling::Approved;
            query.push(("result", if approved { "APPROVED" } else { "DECLINED" }.to_owned()));
            // The redirect's names differ from the API's: the number is `transaction_id` here.
            query.push(("transaction_id", transaction.id.to_string()));
            query.push(("lookup_id", transaction.hash));
        }
        query.extend(page.state.map(|state| ("state", state)));
        query.extend(page.custom_id.map(|custom_id| ("custom_id", custom_id)));
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        let scheme = if page.domain.contains("://") { "" } else { "https://" };
        let domain = page.domain.trim_end_matches('/');
        Ok(format!("{scheme}{domain}/payment-result?{}", query.join("&")))
    }
}
