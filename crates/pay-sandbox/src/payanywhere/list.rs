//! Reading transactions: a list, and one.

use super::{
    Call, Payanywhere, Refusal, Reply, dates,
    switches::{DefaultRange, ListOrder, ListingLag, LongestList, SingleId, SingleWrapper},
    transaction::Transaction,
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    request::Request,
    world::World,
};

impl Payanywhere {
    pub(crate) fn list(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let filter = Filter::of(call.request, world)?;
        let last_closed = self.last_closed(merchant);
        let lets_through = |it: &&Transaction| {
            it.merchant == merchant
                && filter.lets_through(it, self.is_settled(it.batch))
                && (!filter.only_last_closed || Some(it.batch) == last_closed)
        };
        let mut items: Vec<Json> = self
            .transactions
            .iter()
            .rev()
            .filter(lets_through)
            .take(filter.count)
            .map(|it| it.to_json(world))
            .collect();
        if world.switch::<ListOrder>() == ListOrder::OldestFirst {
            items.reverse();
        }
        Ok(Answer::json(200, Object::new().with("transactions", items)))
    }

    pub(crate) fn get(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let wanted = call.param(1);
        let form = world.switch::<SingleId>();
        let is_wanted = |it: &&Transaction| {
            it.merchant == merchant
                && (form != SingleId::UniqId && it.id.to_string() == wanted
                    || form != SingleId::Id && it.uniq_id() == wanted)
        };
        let found = self.transactions.iter().find(is_wanted);
        let found = found.ok_or_else(|| Refusal::new(404, "Transaction not found"))?;
        let item = found.to_json(world);
        Ok(match world.switch() {
            SingleWrapper::Bare => Answer::json(200, item),
            SingleWrapper::Transaction => {
                Answer::json(200, Object::new().with("transaction", item))
            }
            SingleWrapper::List => {
                Answer::json(200, Object::new().with("transactions", vec![item]))
            }
        })
    }
}

struct Filter {
    start: Option<Millis>,
    end: Option<Millis>,
    /// Newer ones are not listed yet.
    listed_until: Millis,
    count: usize,
    settled: Option<bool>,
    device: Option<String>,
    batches: Option<Vec<u64>>,
    only_last_closed: bool,
}

impl Filter {
    fn of(request: &Request, world: &World) -> Result<Self, Refusal> {
        let given = |name| request.query(name).filter(|text| !text.is_empty());
        let invalid = |name: &str| Refusal::new(400, format!("{name} is invalid"));
        let moment = |name, parse: fn(&str, &World) -> Option<Millis>| {
            let text = given(name);
            text.map(|text| parse(text, world).ok_or_else(|| invalid(name))).transpose()
        };
        let ago =
            |millis: u64| world.now.saturating_sub(Millis::try_from(millis).unwrap_or(Millis::MAX));
        let default_start = match world.switch::<DefaultRange>().0 {
            0 => None,
            days => Some(ago(days.saturating_mul(86_400_000))),
        };
        let longest = usize::try_from(world.switch::<LongestList>().0).unwrap_or(usize::MAX);
        let count = match given("count") {
            None => longest,
            Some(text) => {
                let count = text.parse::<usize>().ok().filter(|count| *count > 0);
                count.ok_or_else(|| invalid("count"))?.min(longest)
            }
        };
        let settled = match given("type") {
            None => None,
            Some("open") => Some(false),
            Some("closed") => Some(true),
            Some(_) => return Err(invalid("type")),
        };
        let batches = given("bids")
            .map(|text| text.split(',').map(|id| id.trim().parse().ok()).collect())
            .map(|ids: Option<Vec<u64>>| ids.ok_or_else(|| invalid("bids")))
            .transpose()?;
        let only_last_closed = match given("onlyLastClosed") {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => return Err(invalid("onlyLastClosed")),
        };
        Ok(Self {
            start: moment("start", dates::start)?.or(default_start),
            end: moment("end", dates::end)?,
            listed_until: ago(world.switch::<ListingLag>().0.saturating_mul(1_000)),
            count,
            settled,
            device: given("deviceId").map(str::to_owned),
            batches,
            only_last_closed,
        })
    }

    fn lets_through(&self, it: &Transaction, is_settled: bool) -> bool {
        self.start.is_none_or(|start| it.at >= start)
            && self.end.is_none_or(|end| it.at <= end)
            && it.at <= self.listed_until
            && self.settled.is_none_or(|settled| settled == is_settled)
            && self.device.as_ref().is_none_or(|device| it.device.as_ref() == Some(device))
            && self.batches.as_ref().is_none_or(|batches| batches.contains(&it.batch))
    }
}
