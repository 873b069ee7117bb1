//! Subscriptions: a plan that charges a stored card as time goes by.

use time::{Date, Duration, Month};

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    customers::{Customer, created},
    payments::rule_on,
    plans::Plan,
    switches::UnsetFields,
    test_processor::Ruling,
    transaction::{Kind, Payment, References},
};
use crate::{
    answer::Answer,
    card::Card,
    clock::{Millis, date_time},
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    request::Request,
    world::World,
};

/// After so many failures in a row a subscription is suspended. No document has a number.
const TRIES: u64 = 3;

/// A subscription of a customer.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    id: u64,
    lookup_id: String,
    pub(crate) plan_id: u64,
    pub(crate) plan_lookup_id: String,
    name: String,
    status: &'static str,
    amount: Money,
    currency: String,
    frequency: String,
    card_lookup_id: String,
    email: Option<String>,
    bcc_emails: Option<String>,
    description: Option<String>,
    total_cycles: Option<u64>,
    completed_cycles: u64,
    failed_attempts: u64,
    delinquent_cycles: u64,
    last_run: Option<Millis>,
    last_success: Option<Millis>,
    next_run: Option<Millis>,
    delinquent_since: Option<Millis>,
}

/// What a body says about a subscription, new or old.
struct Wishes {
    amount: Option<Money>,
    card_lookup_id: Option<String>,
    start_date: Option<Millis>,
    email: Option<String>,
    bcc_emails: Option<String>,
    description: Option<String>,
    status: Option<&'static str>,
}

/// The operation of a change, by what it changes.
pub(crate) fn operation(request: &Request) -> &'static str {
    let canceled = Json::from("CANCELED");
    match Json::parse(&request.body) {
        Some(body) if body.get("status") == Some(&canceled) => "payfirma.subscriptions.cancel",
        _ => "payfirma.subscriptions.update",
    }
}

impl Payfirma {
    pub(crate) fn add_subscription(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let plan_id = input.need_text("plan_lookup_id")?;
        let wishes = Wishes::of(&input, world)?;
        let id = self.next_id();
        let merchant = self.merchant(&call.session.merchant);
        let plan = merchant.plan(&plan_id)?.clone();
        let customer = merchant.customer(call.param(0))?;
        let card = match &wishes.card_lookup_id {
            Some(card) => card.clone(),
            None => return Err(Refusal::invalid("card_lookup_id is required")),
        };
        customer.card_to_charge(Some(&card))?;
        let subscription = Subscription::new(id, world.hash(13), &plan, card, wishes, world.now);
        world.record(subscription.entry("subscription_added", &call.session.merchant, customer));
        customer.subscriptions.push(subscription);
        let answer = Answer::json(created(world), customer.to_json(world));
        merchant.plan(&plan_id)?.total += 1;
        Ok(answer)
    }

    /// Changes what is given; with `"status": "CANCELED"` it ends the subscription.
    pub(crate) fn update_subscription(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let wishes = Wishes::of(&input, world)?;
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        if let Some(card) = &wishes.card_lookup_id {
            customer.card_to_charge(Some(card))?;
        }
        let place = customer.subscriptions.iter().position(|s| s.lookup_id == call.param(1));
        let subscription = place.and_then(|place| customer.subscriptions.get_mut(place));
        let subscription = subscription.ok_or_else(|| Refusal::not_found("subscription"))?;
        if !subscription.is_current() {
            return Err(Refusal::invalid("The subscription is canceled"));
        }
        subscription.change(wishes);
        let kind = match subscription.is_current() {
            true => "subscription_updated",
            false => "subscription_canceled",
        };
        let subscription = subscription.clone();
        world.record(subscription.entry(kind, &call.session.merchant, customer));
        Ok(Answer::json(200, customer.to_json(world)))
    }

    /// Charges every subscription that is due.
    pub(crate) fn run_subscriptions(&mut self, world: &mut World) {
        for name in self.merchants.keys().cloned().collect::<Vec<_>>() {
            while let Some((customer, place)) = self.due_subscription(&name, world.now) {
                self.run_subscription(world, &name, customer, place);
            }
        }
    }

    fn due_subscription(&mut self, merchant: &str, now: Millis) -> Option<(usize, usize)> {
        self.merchant(merchant).customers.iter().enumerate().find_map(|(at, customer)| {
            let is_due = |s: &Subscription| s.due().is_some_and(|due| due <= now);
            Some((at, customer.subscriptions.iter().position(is_due)?))
        })
    }

    fn run_subscription(&mut self, world: &mut World, name: &str, customer: usize, place: usize) {
        let Some(customer) = self.merchant(name).customers.get_mut(customer) else { return };
        let Some(found) = customer.subscriptions.get(place) else { return };
        let subscription = found.clone();
        let card: Option<Card> = customer.card_to_charge(Some(&subscription.card_lookup_id)).ok();
        let ruling = match &card {
            None => Ruling::Declined("The card was removed."),
            Some(card) if card.has_expired(world.now) => Ruling::Declined("The card has expired."),
            Some(_) => rule_on(world, subscription.amount),
        };
        if let Some(subscription) = customer.subscriptions.get_mut(place) {
            subscription.has_run(world.now, ruling == Ruling::Approved);
        }
        let payment = Payment {
            kind: Kind::Sale,
            ruling,
            amount: subscription.amount,
            currency: Some(subscription.currency),
            card,
            payer: customer.fields.clone(),
            references: References {
                description: subscription.description,
                ..References::default()
            },
            keeps_references: true,
            amount_tax: None,
            amount_tip: None,
            source: "RECURRING",
            test_mode: false,
            parent: Some(subscription.lookup_id),
        };
        world.cause.operation = "payfirma.subscriptions.run".to_owned();
        self.book(world, name, None, payment);
    }
}

impl Subscription {
    fn new(
        id: u64,
        lookup_id: String,
        plan: &Plan,
        card_lookup_id: String,
        wishes: Wishes,
        now: Millis,
    ) -> Self {
        Self {
            id,
            lookup_id,
            plan_id: plan.id,
            plan_lookup_id: plan.lookup_id.clone(),
            name: plan.name.clone(),
            status: wishes.status.unwrap_or("ACTIVE"),
            amount: wishes.amount.unwrap_or(plan.amount),
            currency: plan.currency.clone(),
            frequency: plan.frequency.clone(),
            card_lookup_id,
            email: wishes.email,
            bcc_emails: wishes.bcc_emails,
            description: wishes.description,
            total_cycles: plan.number_of_payments,
            completed_cycles: 0,
            failed_attempts: 0,
            delinquent_cycles: 0,
            last_run: None,
            last_success: None,
            next_run: wishes.start_date.or_else(|| Some(next(now, &plan.frequency))),
            delinquent_since: None,
        }
    }

    fn change(&mut self, wishes: Wishes) {
        self.amount = wishes.amount.unwrap_or(self.amount);
        self.status = wishes.status.unwrap_or(self.status);
        self.next_run = wishes.start_date.or(self.next_run);
        self.email = wishes.email.or(self.email.take());
        self.bcc_emails = wishes.bcc_emails.or(self.bcc_emails.take());
        self.description = wishes.description.or(self.description.take());
        if let Some(card) = wishes.card_lookup_id {
            self.card_lookup_id = card;
        }
    }

    /// Every status but CANCELED counts: plan object, `current_subscriptions`.
    pub(crate) fn is_current(&self) -> bool {
        self.status != "CANCELED"
    }

    /// When it charges next, if it does.
    pub(crate) fn due(&self) -> Option<Millis> {
        let goes_on = matches!(self.status, "ACTIVE" | "RETRY") && self.remaining() != Some(0);
        self.next_run.filter(|_| goes_on)
    }

    fn remaining(&self) -> Option<u64> {
        self.total_cycles.map(|total| total.saturating_sub(self.completed_cycles))
    }

    /// A failed charge is tried again a day later, until it is suspended.
    fn has_run(&mut self, now: Millis, approved: bool) {
        self.last_run = Some(now);
        if approved {
            self.status = "ACTIVE";
            self.completed_cycles += 1;
            self.failed_attempts = 0;
            self.delinquent_since = None;
            self.last_success = Some(now);
            self.next_run = (self.remaining() != Some(0)).then(|| next(now, &self.frequency));
        } else {
            self.failed_attempts += 1;
            self.delinquent_cycles += u64::from(self.delinquent_since.is_none());
            self.delinquent_since = self.delinquent_since.or(Some(now));
            self.status = if self.failed_attempts < TRIES { "RETRY" } else { "SUSPENDED" };
            self.next_run = Some(next(now, "DAILY"));
        }
    }

    fn entry(&self, kind: &str, merchant: &str, customer: &Customer) -> Entry {
        Entry {
            amount: Some(self.amount),
            currency: Some(self.currency.clone()),
            description: self.description.clone(),
            ..Entry::new(kind, &self.lookup_id, merchant).of(&customer.lookup_id)
        }
    }

    pub(crate) fn to_json(&self, world: &World) -> Json {
        Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("lookup_id", self.lookup_id.clone())
            .with("plan_id", self.plan_id)
            .with("plan_lookup_id", self.plan_lookup_id.clone())
            .with("name", self.name.clone())
            .with("status", self.status)
            .with("amount", self.amount)
            .with("currency", self.currency.clone())
            .with("frequency", self.frequency.clone())
            .with_optional("last_success", self.last_success)
            .with_optional("last_run", self.last_run)
            .with_optional("next_run", self.next_run)
            .with_optional("total_cycles", self.total_cycles)
            .with("completed_cycles", self.completed_cycles)
            .with_optional("remaining_cycles", self.remaining())
            .with("failed_attempts", self.failed_attempts)
            .with("delinquent_cycles", self.delinquent_cycles)
            .with_optional("delinquent_since", self.delinquent_since)
            .into()
    }
}

impl Wishes {
    fn of(input: &Input, world: &World) -> Result<Self, Refusal> {
        let start_date = input.number("start_date")?.map(Millis::try_from).transpose();
        let start_date = start_date.map_err(|_| Refusal::invalid("start_date is no time"))?;
        if start_date.is_some_and(|start| start <= world.now) {
            return Err(Refusal::invalid("start_date must be in the future"));
        }
        let status = match input.text("status")?.as_deref() {
            None => None,
            Some("ACTIVE") => Some("ACTIVE"),
            Some("PAUSED") => Some("PAUSED"),
            Some("CANCELED") => Some("CANCELED"),
            Some(_) => return Err(Refusal::invalid("status must be ACTIVE, PAUSED or CANCELED")),
        };
        Ok(Self {
            amount: input.get("amount").map(|_| input.amount(world)).transpose()?,
            card_lookup_id: input.text("card_lookup_id")?,
            start_date,
            email: input.email("email")?,
            bcc_emails: input.text("bcc_emails")?,
            description: input.text("description")?,
            status,
        })
    }
}

/// One cycle later. Months end where the calendar ends them.
fn next(from: Millis, frequency: &str) -> Millis {
    let then = date_time(from);
    let months = |count: u8| {
        let zero_based = u8::from(then.month()) - 1 + count;
        let (years, month) = (i32::from(zero_based / 12), zero_based % 12 + 1);
        let month = Month::try_from(month).unwrap_or(Month::January);
        let year = then.year() + years;
        let day = then.day().min(month.length(year));
        let date = Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX);
        then.replace_date(date)
    };
    let then = match frequency {
        "DAILY" => then.saturating_add(Duration::DAY),
        "WEEKLY" => then.saturating_add(Duration::WEEK),
        "QUARTERLY" => months(3),
        "ANNUALLY" => months(12),
        _ => months(1),
    };
    Millis::try_from(then.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_follow_the_calendar() {
        // 2026-01-31T00:00:00Z
        let from = 1_769_817_600_000;
        let days = |frequency| (next(from, frequency) - from) / 86_400_000;
        assert_eq!(days("DAILY"), 1);
        assert_eq!(days("WEEKLY"), 7);
        assert_eq!(days("MONTHLY"), 28);
        assert_eq!(days("MOTHLY"), 28);
        assert_eq!(days("QUARTERLY"), 89);
        assert_eq!(days("ANNUALLY"), 365);
    }
}
