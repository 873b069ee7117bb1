//! Reading the fields of a request, each by its rule and with its place in the body.

use super::{Refusal, switches::RequiredFields};
use crate::{json::Json, money::Money, world::World};

/// One object of a body.
pub(crate) struct Fields<'a> {
    object: &'a Json,
    /// Where it is, such as `request.customer`; empty for the body itself.
    place: String,
    /// Whether the samples' fields must all be there.
    all: bool,
}

/// Whether a field may be left out. The document's own flags are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing could be done without it.
    Always,
    /// The sample has it.
    InSample,
    /// It may always be left out.
    Never,
}

impl<'a> Fields<'a> {
    pub(crate) fn of_body(body: &'a Json, world: &World) -> Self {
        let all = world.switch::<RequiredFields>() == RequiredFields::All;
        Self { object: body, place: String::new(), all }
    }

    /// An object within this one.
    pub(crate) fn object(&self, name: &str, need: Need) -> Result<Option<Fields<'a>>, Refusal> {
        match self.get(name, need)? {
            None => Ok(None),
            Some(object @ Json::Object(_)) => {
                Ok(Some(Fields { object, place: self.place_of(name), all: self.all }))
            }
            Some(_) => Err(self.wrong(name, "must be an object")),
        }
    }

    /// A text, not empty.
    pub(crate) fn text(&self, name: &str, need: Need) -> Result<Option<&'a str>, Refusal> {
        match self.get(name, need)? {
            None => Ok(None),
            Some(Json::Text(text)) if !text.is_empty() => Ok(Some(text)),
            Some(Json::Text(_)) if !self.is_needed(need) => Ok(None),
            Some(Json::Text(_)) => Err(self.wrong(name, "is required")),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    pub(crate) fn need_text(&self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name, Need::Always)?.ok_or_else(|| self.wrong(name, "is required"))
    }

    /// A text that keeps a rule.
    pub(crate) fn text_that(
        &self,
        name: &str,
        need: Need,
        keeps: impl Fn(&str) -> bool,
        rule: &str,
    ) -> Result<(), Refusal> {
        match self.text(name, need)? {
            Some(text) if !keeps(text) => Err(self.wrong(name, rule)),
            _ => Ok(()),
        }
    }

    pub(crate) fn flag(&self, name: &str, need: Need) -> Result<Option<bool>, Refusal> {
        match self.get(name, need)? {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// A whole number, 0 or more.
    pub(crate) fn integer(&self, name: &str, need: Need) -> Result<Option<u64>, Refusal> {
        let rule = || self.wrong(name, "must be a whole number");
        match self.get(name, need)? {
            None => Ok(None),
            Some(Json::Number(text)) => text.parse().map(Some).map_err(|_| rule()),
            Some(_) => Err(rule()),
        }
    }

    /// An amount above 0 with at most two decimals, as a number.
    pub(crate) fn amount(&self, name: &str, need: Need) -> Result<Option<Money>, Refusal> {
        let Some(value) = self.get(name, need)? else { return Ok(None) };
        let Json::Number(text) = value else {
            return Err(self.wrong(name, "must be a number"));
        };
        let amount = text
            .parse::<Money>()
            .ok()
            .filter(|amount| !amount.is_negative() && !amount.is_zero() && amount.decimals() <= 2);
        let rule = "must be greater than 0, with at most two decimals";
        amount.map(Some).ok_or_else(|| self.wrong(name, rule))
    }

    pub(crate) fn need_amount(&self, name: &str) -> Result<Money, Refusal> {
        self.amount(name, Need::Always)?.ok_or_else(|| self.wrong(name, "is required"))
    }

    pub(crate) fn wrong(&self, name: &str, rule: &str) -> Refusal {
        Refusal::invalid(&self.place_of(name), rule)
    }

    fn get(&self, name: &str, need: Need) -> Result<Option<&'a Json>, Refusal> {
        match self.object.get(name).filter(|value| **value != Json::Null) {
            None if self.is_needed(need) => Err(self.wrong(name, "is required")),
            value => Ok(value),
        }
    }

    fn is_needed(&self, need: Need) -> bool {
        need == Need::Always || need == Need::InSample && self.all
    }

    fn place_of(&self, name: &str) -> String {
        let dot = if self.place.is_empty() { "" } else { "." };
        format!("{}{dot}{name}", self.place)
    }
}
