//! Reading JSON bodies. Types are taken strictly: text is text, a number a number.

use super::{Refusal, switches::AmountForm};
use crate::{json::Json, money::Money, request::Request, world::World};

/// One object of a body.
#[derive(Clone)]
pub(crate) struct Input(Json);

impl Input {
    pub(crate) fn of(request: &Request) -> Result<Self, Refusal> {
        let content_type = request.header("content-type").unwrap_or_default();
        if !content_type.to_ascii_lowercase().starts_with("application/json") {
            return Err(Refusal::invalid("Content-Type must be application/json"));
        }
        match Json::parse(&request.body) {
            Some(body @ Json::Object(_)) => Ok(Self(body)),
            _ => Err(Refusal::invalid("the body must be a JSON object")),
        }
    }

    /// A field that is there and not `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|value| **value != Json::Null)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(Refusal::invalid(&format!("{name} must be text"))),
        }
    }

    pub(crate) fn need_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::invalid(&format!("{name} is required")))
    }

    /// A whole number, not as text.
    pub(crate) fn need_number(&self, name: &str) -> Result<u64, Refusal> {
        let number = match self.get(name) {
            None => return Err(Refusal::invalid(&format!("{name} is required"))),
            Some(Json::Number(text)) => text.parse().ok(),
            Some(_) => None,
        };
        number.ok_or_else(|| Refusal::invalid(&format!("{name} must be an integer")))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(Refusal::invalid(&format!("{name} must be true or false"))),
        }
    }

    pub(crate) fn need_object(&self, name: &str) -> Result<Self, Refusal> {
        match self.get(name) {
            Some(value @ Json::Object(_)) => Ok(Self(value.clone())),
            _ => Err(Refusal::invalid(&format!("{name} must be an object"))),
        }
    }

    /// A number that is no text, 0 or more.
    pub(crate) fn decimal(&self, name: &str) -> Result<Option<Money>, Refusal> {
        let decimal = match self.get(name) {
            None => return Ok(None),
            Some(Json::Number(text)) => text.parse::<Money>().ok(),
            Some(_) => None,
        };
        let decimal = decimal.filter(|decimal| !decimal.is_negative());
        decimal.map(Some).ok_or_else(|| Refusal::invalid(&format!("{name} must be a number")))
    }

    /// An amount as text: above 0, at most two decimals.
    pub(crate) fn amount(&self, world: &World) -> Result<Money, Refusal> {
        let text = match self.get("amount") {
            None => return Err(Refusal::invalid("amount is required")),
            Some(Json::Text(text)) => text,
            Some(Json::Number(text)) if world.switch::<AmountForm>() == AmountForm::Either => text,
            Some(_) => return Err(Refusal::invalid("amount must be text")),
        };
        let amount = text.parse::<Money>().ok().filter(|_| !text.contains(['e', 'E']));
        amount.filter(|amount| is_charge(*amount)).ok_or_else(not_an_amount)
    }

    /// An amount as a number: above 0, at most two decimals.
    pub(crate) fn amount_as_number(&self) -> Result<Money, Refusal> {
        let amount = self.decimal("amount")?;
        let amount = amount.ok_or_else(|| Refusal::invalid("amount is required"))?;
        if is_charge(amount) { Ok(amount) } else { Err(not_an_amount()) }
    }
}

fn is_charge(amount: Money) -> bool {
    !amount.is_negative() && !amount.is_zero() && amount.decimals() <= 2
}

fn not_an_amount() -> Refusal {
    Refusal::invalid("amount must be greater than 0, with at most two decimals")
}
