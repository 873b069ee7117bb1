//! Lists: "Get All Transactions".

use super::{
    Call, Numeropay, Refusal, Reply,
    create::success,
    merchant::MerchantKeys,
    payment::{Payment, PaymentState},
    switches::{
        FromBoundary, FromUnit, ListOrder, ListingLag, LongestPage, StatusFilter, UnknownName,
    },
};
use crate::{clock::Millis, json::Json, request::Request, world::World};

/// The documented default.
const DEFAULT_LIMIT: usize = 25;

impl Numeropay {
    /// The newest payments up to `from`.
    pub(crate) fn list(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let filter = Filter::of(call.request, call.session.merchant, world)?;
        let limit = limit(call.request, world)?;
        let mut page: Vec<Json> = self
            .payments
            .iter()
            .rev()
            .filter(|payment| payment.is_of(&call.session) == (true, true))
            .filter(|payment| filter.lets_through(payment))
            .take(limit)
            .map(|payment| payment.to_json(world))
            .collect();
        if world.switch::<ListOrder>() == ListOrder::OldestFirst {
            page.reverse();
        }
        Ok(success(page.into()))
    }
}

struct Filter {
    /// Newer ones are not listed yet.
    listed_until: Millis,
    from: Option<i64>,
    unit: FromUnit,
    boundary: FromBoundary,
    states: Option<Vec<PaymentState>>,
    business_names: Option<Vec<String>>,
}

impl Filter {
    fn of(request: &Request, merchant: &MerchantKeys, world: &World) -> Result<Self, Refusal> {
        let lag = Millis::try_from(world.switch::<ListingLag>().0.saturating_mul(1_000));
        let from = given(request, "from")
            .map(|text| text.parse().map_err(|_| Refusal::bad_request("from must be a timestamp")))
            .transpose()?;
        let states = given(request, "status")
            .map(|text| one_or_many(text).iter().map(|item| state(item, world)).collect())
            .transpose()?;
        Ok(Self {
            listed_until: world.now.saturating_sub(lag.unwrap_or(Millis::MAX)),
            from,
            unit: world.switch(),
            boundary: world.switch(),
            states,
            business_names: business_names(request, merchant, world)?,
        })
    }

    fn lets_through(&self, payment: &Payment) -> bool {
        let created = match self.unit {
            FromUnit::Seconds => payment.created.div_euclid(1_000),
            FromUnit::Milliseconds => payment.created,
        };
        // Where `from` is left out, it is now, and nothing is newer than that.
        let is_before = self.from.is_none_or(|from| match self.boundary {
            FromBoundary::Inclusive => created <= from,
            FromBoundary::Exclusive => created < from,
        });
        payment.created <= self.listed_until
            && is_before
            && self.states.as_ref().is_none_or(|states| states.contains(&payment.state))
            && self.business_names.as_ref().is_none_or(|it| it.contains(&payment.business_name))
    }
}

fn limit(request: &Request, world: &World) -> Result<usize, Refusal> {
    let Some(text) = given(request, "limit") else { return Ok(DEFAULT_LIMIT) };
    let limit = text.parse().ok().filter(|limit| *limit > 0);
    let limit: usize = limit.ok_or_else(|| Refusal::bad_request("limit must be 1 or more"))?;
    Ok(limit.min(usize::try_from(world.switch::<LongestPage>().0).unwrap_or(usize::MAX)))
}

/// A status by its name or its number, whichever the switch lets through.
fn state(item: &Json, world: &World) -> Result<PaymentState, Refusal> {
    let (names, numbers) = match world.switch() {
        StatusFilter::Either => (true, true),
        StatusFilter::Name => (true, false),
        StatusFilter::Number => (false, true),
    };
    let text = item.as_text().unwrap_or_default();
    PaymentState::ALL
        .into_iter()
        .find(|state| {
            names && state.name() == text
                || numbers && state.number(world.switch()).to_string() == text
        })
        .ok_or_else(|| Refusal::bad_request("status is none of the payment states"))
}

fn business_names(
    request: &Request,
    merchant: &MerchantKeys,
    world: &World,
) -> Result<Option<Vec<String>>, Refusal> {
    let Some(text) = given(request, "business_name") else { return Ok(None) };
    let names = one_or_many(text)
        .iter()
        .map(|item| item.as_text().map(str::to_owned))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Refusal::bad_request("business_name must hold text only"))?;
    let strict = world.switch::<UnknownName>() == UnknownName::BadRequest;
    if strict && names.iter().any(|name| !merchant.business_names.contains(&name.as_str())) {
        return Err(Refusal::bad_request("business_name is none of the merchant's"));
    }
    Ok(Some(names))
}

/// A JSON array as text, or one value as it stands.
fn one_or_many(text: &str) -> Vec<Json> {
    match Json::parse(text.as_bytes()) {
        Some(Json::Array(items)) => items,
        _ => vec![Json::from(text)],
    }
}

fn given<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.query(name).filter(|text| !text.is_empty())
}
