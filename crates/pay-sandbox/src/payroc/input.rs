//! Reading JSON bodies as ServiceStack does: the case of a name does not matter, numbers and texts
//! stand for each other.

use super::Refusal;
use crate::{json::Json, money::Money, request::Request};

/// A body that came in; an empty one is an object without fields.
pub(crate) fn body(request: &Request) -> Result<Json, Refusal> {
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Object(Vec::new()));
    }
    match Json::parse(&request.body) {
        Some(body @ Json::Object(_)) => Ok(body),
        _ => Err(Refusal::unreadable()),
    }
}

/// One object of a body.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(pub(crate) &'a Json);

impl<'a> Input<'a> {
    /// A field that is there and not `null`.
    pub(crate) fn get(self, name: &str) -> Option<&'a Json> {
        let Json::Object(fields) = self.0 else { return None };
        let of_name = |field: &&(String, Json)| field.0.eq_ignore_ascii_case(name);
        let (_, value) = fields.iter().rev().find(of_name)?;
        (*value != Json::Null).then_some(value)
    }

    /// A text that is not empty.
    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_text() {
                Some(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
                None => Err(Refusal::unreadable()),
            },
        }
    }

    pub(crate) fn object(self, name: &str) -> Result<Option<Input<'a>>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(value @ Json::Object(_)) => Ok(Some(Input(value))),
            Some(_) => Err(Refusal::unreadable()),
        }
    }

    pub(crate) fn objects(self, name: &str) -> Result<Option<Vec<Input<'a>>>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Array(items)) if items.iter().all(|it| matches!(it, Json::Object(_))) => {
                Ok(Some(items.iter().map(Input).collect()))
            }
            Some(_) => Err(Refusal::unreadable()),
        }
    }

    pub(crate) fn flag(self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(Json::Text(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Json::Text(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::unreadable()),
        }
    }

    /// A decimal number, exactly.
    pub(crate) fn decimal(self, name: &str) -> Result<Option<Money>, Refusal> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| Refusal::unreadable()),
        }
    }
}
