//! Reading request bodies.

use super::{
    Refusal,
    switches::{ExtraDecimals, ZeroAmount},
};
use crate::{json::Json, money::Money, request::Request, world::World};

/// Text fields about the payer, which customers and transactions have alike.
pub(crate) const PAYER_FIELDS: [&str; 12] = [
    "email",
    "first_name",
    "last_name",
    "company",
    "bcc_emails",
    "telephone",
    "address1",
    "address2",
    "city",
    "province",
    "country",
    "postal_code",
];

/// A JSON object that came in.
pub(crate) struct Input(Json);

impl Input {
    pub(crate) fn of(request: &Request) -> Result<Self, Refusal> {
        let content_type = request.header("content-type").unwrap_or_default();
        if !content_type.to_ascii_lowercase().starts_with("application/json") {
            return Err(Refusal::new(415, "Content-Type must be application/json"));
        }
        Self::of_any(request)
    }

    /// Whatever the content type says.
    pub(crate) fn of_any(request: &Request) -> Result<Self, Refusal> {
        match Json::parse(&request.body) {
            Some(json @ Json::Object(_)) => Ok(Self(json)),
            _ => Err(Refusal::invalid("The body is not a JSON object")),
        }
    }

    /// A field that is there and not `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name).filter(|value| **value != Json::Null)
    }

    /// A text field; numbers count as text, an empty text as none.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_text() {
                Some(text) => Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
                None => Err(Refusal::invalid(format!("{name} must be text"))),
            },
        }
    }

    pub(crate) fn need_text(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::invalid(format!("{name} is required")))
    }

    /// `true` or `false`, also as text.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(Json::Text(text)) if text == "true" => Ok(Some(true)),
            Some(Json::Text(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(Refusal::invalid(format!("{name} must be true or false"))),
        }
    }

    /// A whole number, 0 or more.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        self.get(name)
            .map(|value| {
                value
                    .as_text()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| Refusal::invalid(format!("{name} must be a whole number")))
            })
            .transpose()
    }

    /// An amount that may be anything from 0 up.
    pub(crate) fn money(&self, name: &str) -> Result<Option<Money>, Refusal> {
        self.get(name)
            .map(|value| {
                let money = value.as_text().and_then(|text| text.parse::<Money>().ok());
                money
                    .filter(|money| !money.is_negative())
                    .ok_or_else(|| Refusal::invalid(format!("{name} must be an amount")))
            })
            .transpose()
    }

    /// The amount of a payment.
    pub(crate) fn amount(&self, world: &World) -> Result<Money, Refusal> {
        let amount = self.money("amount")?.ok_or_else(|| Refusal::invalid("amount is required"))?;
        if amount.is_zero() && world.switch::<ZeroAmount>() == ZeroAmount::Refused {
            return Err(Refusal::invalid("amount must be greater than 0"));
        }
        match world.switch() {
            ExtraDecimals::Refused if amount.decimals() > 2 => {
                Err(Refusal::invalid("amount has more than two decimals"))
            }
            ExtraDecimals::Rounded => Ok(amount.to_cents()),
            _ => Ok(amount),
        }
    }

    /// CAD or USD.
    pub(crate) fn currency(&self) -> Result<Option<String>, Refusal> {
        let currency = self.text("currency")?;
        match currency.as_deref() {
            None | Some("CAD" | "USD") => Ok(currency),
            Some(_) => Err(Refusal::invalid("currency must be CAD or USD")),
        }
    }

    /// The payer's fields that are there.
    pub(crate) fn payer(&self) -> Result<Vec<(&'static str, String)>, Refusal> {
        let mut fields = Vec::new();
        for name in PAYER_FIELDS {
            if let Some(text) = self.text(name)? {
                fields.push((name, text));
            }
        }
        Ok(fields)
    }

    pub(crate) fn email(&self, name: &str) -> Result<Option<String>, Refusal> {
        let email = self.text(name)?;
        if email.as_deref().is_some_and(|email| !looks_like_email(email)) {
            return Err(Refusal::invalid(format!("{name} is not an e-mail address")));
        }
        Ok(email)
    }
}

pub(crate) fn looks_like_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, host)) => {
            !name.is_empty() && !host.is_empty() && !text.contains([' ', '\n', '\r'])
        }
        None => false,
    }
}
