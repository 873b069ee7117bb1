//! Plans. Only the creation is documented; the paths of the rest follow by analogy.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    customers::created,
    merchant::Merchant,
    paging::{Listed, page},
    switches::{MonthlyLiteral, RemoveAnswer, UnsetFields},
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// A template for subscriptions.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) id: u64,
    pub(crate) lookup_id: String,
    pub(crate) name: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
    pub(crate) frequency: String,
    pub(crate) number_of_payments: Option<u64>,
    send_receipt: bool,
    /// Subscriptions ever made.
    pub(crate) total: u64,
    /// Subscriptions that are not canceled, counted when the plan is read.
    current: u64,
}

impl Payfirma {
    pub(crate) fn create_plan(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let required = |name: &str| Refusal::invalid(format!("{name} is required"));
        let plan = Plan {
            id: self.next_id(),
            lookup_id: world.hash(13),
            name: input.need_text("name")?,
            amount: input.amount(world)?,
            currency: input.currency()?.ok_or_else(|| required("currency"))?,
            frequency: frequency(world, &input)?.ok_or_else(|| required("frequency"))?,
            number_of_payments: input.number("number_of_payments")?,
            send_receipt: input.flag("send_receipt")?.unwrap_or(false),
            total: 0,
            current: 0,
        };
        world.record(plan.entry("plan_created", &call.session.merchant));
        let answer = Answer::json(created(world), plan.to_json(world));
        self.merchant(&call.session.merchant).plans.push(plan);
        Ok(answer)
    }

    pub(crate) fn list_plans(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        merchant.count_subscriptions();
        page(world, call.request, "plans", merchant.plans.iter().collect())
    }

    pub(crate) fn get_plan(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        merchant.count_subscriptions();
        Ok(Answer::json(200, merchant.plan(call.param(0))?.to_json(world)))
    }

    /// Changes the fields that are given. Running subscriptions keep what they have.
    pub(crate) fn update_plan(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let amount = input.get("amount").map(|_| input.amount(world)).transpose()?;
        let (name, currency) = (input.text("name")?, input.currency()?);
        let frequency = frequency(world, &input)?;
        let number_of_payments = input.number("number_of_payments")?;
        let send_receipt = input.flag("send_receipt")?;
        let merchant = self.merchant(&call.session.merchant);
        merchant.count_subscriptions();
        let plan = merchant.plan(call.param(0))?;
        plan.name = name.unwrap_or_else(|| plan.name.clone());
        plan.amount = amount.unwrap_or(plan.amount);
        plan.currency = currency.unwrap_or_else(|| plan.currency.clone());
        plan.frequency = frequency.unwrap_or_else(|| plan.frequency.clone());
        plan.number_of_payments = number_of_payments.or(plan.number_of_payments);
        plan.send_receipt = send_receipt.unwrap_or(plan.send_receipt);
        world.record(plan.entry("plan_updated", &call.session.merchant));
        Ok(Answer::json(200, plan.to_json(world)))
    }

    /// Running subscriptions go on.
    pub(crate) fn remove_plan(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        merchant.count_subscriptions();
        let plan = merchant.plan(call.param(0))?.clone();
        merchant.plans.retain(|other| other.id != plan.id);
        world.record(plan.entry("plan_removed", &call.session.merchant));
        Ok(match world.switch() {
            RemoveAnswer::Body => Answer::json(200, plan.to_json(world)),
            RemoveAnswer::NoContent => Answer::empty(204),
        })
    }
}

impl Merchant {
    fn count_subscriptions(&mut self) {
        for plan in &mut self.plans {
            let all = self.customers.iter().flat_map(|customer| &customer.subscriptions);
            let current = all.filter(|s| s.plan_id == plan.id && s.is_current()).count();
            plan.current = u64::try_from(current).unwrap_or(u64::MAX);
        }
    }
}

impl Plan {
    fn entry(&self, kind: &str, merchant: &str) -> Entry {
        Entry {
            amount: Some(self.amount),
            currency: Some(self.currency.clone()),
            description: Some(self.name.clone()),
            ..Entry::new(kind, &self.lookup_id, merchant)
        }
    }
}

impl Listed for Plan {
    fn number(&self) -> u64 {
        self.id
    }

    fn to_json(&self, world: &World) -> Json {
        Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("lookup_id", self.lookup_id.clone())
            .with("name", self.name.clone())
            .with("amount", self.amount)
            .with("currency", self.currency.clone())
            .with("frequency", self.frequency.clone())
            .with_optional("number_of_payments", self.number_of_payments)
            .with("send_receipt", self.send_receipt)
            .with("total_subscriptions", self.total)
            .with("current_subscriptions", self.current)
            .into()
    }
}

/// How often a plan charges, as it was written.
fn frequency(world: &World, input: &Input) -> Result<Option<String>, Refusal> {
    let Some(frequency) = input.text("frequency")? else { return Ok(None) };
    let monthly = world.switch::<MonthlyLiteral>();
    let known = match frequency.as_str() {
        "DAILY" | "WEEKLY" | "QUARTERLY" | "ANNUALLY" => true,
        "MONTHLY" => monthly != MonthlyLiteral::Mothly,
        "MOTHLY" => monthly != MonthlyLiteral::Monthly,
        _ => false,
    };
    if known { Ok(Some(frequency)) } else { Err(Refusal::invalid("frequency is not known")) }
}
