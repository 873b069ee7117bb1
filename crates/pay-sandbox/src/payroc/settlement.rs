//! Reports: "Get Settlement Report", "Get Batch Details".

use super::{
    Call, Payroc, Refusal, Reply,
    boarding::unknown,
    dates::QueryDate,
    merchant::Merchant,
    switches::{ChargebackList, EndDay, LongestRange, NoSettlingMerchant, UnknownBatch},
    validation::Violation,
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    request::Request,
    world::World,
};

impl Payroc {
    pub(crate) fn report(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let range = Range::of(call.request, world)?;
        let merchant = self.settling(call.param(0), world)?;
        let batches: Vec<Json> = merchant
            .batches
            .iter()
            .filter(|batch| range.contains(batch.at))
            .map(|batch| batch.to_json(world))
            .collect();
        let chargebacks: Vec<Json> = merchant
            .chargebacks
            .iter()
            .filter(|chargeback| range.contains(chargeback.received))
            .map(|chargeback| chargeback.to_json(world))
            .collect();
        let list = match world.switch() {
            ChargebackList::Received => "chargebacksReceived",
            ChargebackList::Short => "chargebacks",
            ChargebackList::Pascal => "Chargebacks",
        };
        let answer = Object::new()
            .with("batches", batches)
            .with(list, chargebacks)
            .with("dbaName", merchant.application.doing_business_as.clone())
            .with("mid", merchant.mid.clone());
        Ok(Answer::json(200, answer))
    }

    pub(crate) fn batch(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        // An int32.
        let id = call.param(1).parse::<i32>().map_err(|_| Refusal::unreadable())?;
        let merchant = self.settling(call.param(0), world)?;
        let batch = merchant.batches.iter().find(|batch| i32::try_from(batch.id) == Ok(id));
        if batch.is_none() && world.switch::<UnknownBatch>() == UnknownBatch::NotFound {
            return Err(Refusal::new(404, "NotFound", "Batch not found"));
        }
        let transactions: Vec<Json> = batch
            .into_iter()
            .flat_map(|batch| batch.transactions.iter().map(|it| it.to_json(batch, world)))
            .collect();
        let chargebacks: Vec<Json> = merchant
            .chargebacks
            .iter()
            .filter(|chargeback| i32::try_from(chargeback.batch) == Ok(id))
            .map(|chargeback| chargeback.to_json(world))
            .collect();
        let answer =
            Object::new().with("batchDetails", transactions).with("chargebackDetails", chargebacks);
        Ok(Answer::json(200, answer))
    }

    fn settling(&self, mid: &str, world: &World) -> Result<&Merchant, Refusal> {
        self.merchant(mid).ok_or_else(|| {
            unknown(match world.switch() {
                NoSettlingMerchant::Merchant => "Merchant ID not found",
                NoSettlingMerchant::Ibx => "Ibx Merchant not found",
            })
        })
    }
}

/// A range of time, both ends included.
struct Range {
    from: Millis,
    until: Millis,
}

impl Range {
    fn of(request: &Request, world: &World) -> Result<Self, Refusal> {
        let mut missing = Vec::new();
        let mut text = |name: &str, words: &str| {
            let text = query(request, name);
            if text.is_none() {
                let message = format!("'{words}' should not be empty.");
                let field = name.to_owned();
                missing.push(Violation { code: "NotEmpty", field, message, value: None });
            }
            text
        };
        let (start, end) = (text("StartDate", "Start Date"), text("EndDate", "End Date"));
        let (Some(start), Some(end)) = (start, end) else { return Err(Refusal::Invalid(missing)) };
        let date = |text: &str| {
            QueryDate::parse(text, world.switch()).ok_or_else(|| {
                let message = "String was not recognized as a valid DateTime.";
                Refusal::new(400, "FormatException", message)
            })
        };
        let (start, end) = (date(start)?, date(end)?);
        let broken = |code, message: String| {
            let field = "EndDate".to_owned();
            Err(Refusal::Invalid(vec![Violation { code, field, message, value: None }]))
        };
        if end.until() < start.from {
            let message = "'End Date' must be greater than or equal to 'Start Date'.".to_owned();
            return broken("GreaterThanOrEqual", message);
        }
        let longest = world.switch::<LongestRange>().0;
        if longest > 0 && start.days_to(end) > longest {
            return broken("Predicate", format!("At most {longest} days may be asked for."));
        }
        let until = match world.switch() {
            EndDay::Included => end.until(),
            EndDay::Midnight => end.from,
        };
        Ok(Self { from: start.from, until })
    }

    fn contains(&self, at: Millis) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

/// A parameter that is not empty, whatever its case.
fn query<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut of_name = request.query.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    of_name.next().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}
