//! Listing transactions by days.

use time::{Date, macros::format_description};

use super::{
    Call, Cashier, Refusal, Reply,
    switches::{ListOrder, ListingLag, SevenDays},
    transaction::ahead,
};
use crate::{
    answer::Answer,
    clock::{Millis, date_time},
    json::Json,
    request::Request,
    world::World,
};

impl Cashier {
    /// A bare array; no wrapper, no pages.
    pub(crate) fn list(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let (from, to) = days(call.request, world)?;
        let lag = Millis::try_from(world.switch::<ListingLag>().0.saturating_mul(1_000));
        let listed_until = world.now.saturating_sub(lag.unwrap_or(Millis::MAX));
        let mut items: Vec<Json> = self
            .transactions
            .iter()
            .filter(|transaction| transaction.is_known && transaction.at <= listed_until)
            .filter(|transaction| (from..=to).contains(&day_of(transaction.at, world)))
            .map(|transaction| transaction.to_json(world))
            .collect();
        if world.switch::<ListOrder>() == ListOrder::NewestFirst {
            items.reverse();
        }
        Ok(Answer::json(200, items))
    }
}

/// The first and the last day asked for; without any, today.
fn days(request: &Request, world: &World) -> Result<(Date, Date), Refusal> {
    let today = day_of(world.now, world);
    let (from, to) = (day(request, "from")?, day(request, "to")?);
    // With one alone the document says nothing: up to today, or that one day.
    let (from, to) = match (from, to) {
        (None, None) => (today, today),
        (Some(from), None) => (from, today.max(from)),
        (None, Some(to)) => (to, to),
        (Some(from), Some(to)) => (from, to),
    };
    if to < from {
        return Err(Refusal::invalid("to", "must not be before from"));
    }
    let longest = match world.switch() {
        SevenDays::Between => 7,
        SevenDays::Counted => 6,
    };
    match (to - from).whole_days() > longest {
        true => Err(Refusal::invalid("to", "must be at most 7 days after from")),
        false => Ok((from, to)),
    }
}

fn day(request: &Request, name: &str) -> Result<Option<Date>, Refusal> {
    let Some(text) = request.query(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let format = format_description!("[day]-[month]-[year]");
    let date = Date::parse(text, format);
    date.map(Some).map_err(|_| Refusal::invalid(name, "must be a date like 31-01-2026"))
}

fn day_of(at: Millis, world: &World) -> Date {
    date_time(at).saturating_add(ahead(world.switch())).date()
}
