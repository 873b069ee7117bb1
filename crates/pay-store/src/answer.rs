//! What the provider answered, as it is stored: a success, or an error that is an answer too.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use pay_core::{Error, ErrorKind, FieldError, LostCall, Meta, Outcome, Result};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};

use crate::State;

/// An answer in plain JSON. It is sealed before it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "there")]
    ok: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Box<StoredError>>,
    /// It is the provider's record, not what the call returned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    found: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredError {
    kind: String,
    outcome: Outcome,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<(String, Option<String>, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<Box<RawValue>>,
}

impl Answer {
    /// A success. What cannot be written as JSON is left out: that it took effect is kept.
    pub(crate) fn ok(value: &impl Serialize) -> Self {
        Self { ok: to_raw_value(value).ok(), error: None, found: false }
    }

    /// What was found by a search in place of an answer that was lost.
    pub(crate) fn found(object: &impl Serialize) -> Self {
        Self { found: true, ..Self::ok(object) }
    }

    /// A decline that was found by a search.
    pub(crate) fn declined(object: &impl Serialize) -> Self {
        let object = to_raw_value(object).ok();
        let error = Error::new(
            ErrorKind::Declined,
            Outcome::Refused,
            "declined, as a search among the provider's records shows",
        );
        let error = StoredError { object, ..StoredError::of(&error) };
        Self { ok: None, error: Some(Box::new(error)), found: true }
    }

    /// An error that is an answer: a decline, a refusal, a contradiction.
    pub(crate) fn error(error: &Error) -> Self {
        Self { ok: None, error: Some(Box::new(StoredError::of(error))), found: false }
    }

    /// The JSON of the value or the object, for [`Error::body`].
    pub(crate) fn object(&self) -> Option<Bytes> {
        let raw = match &self.error {
            Some(error) => error.object.as_ref(),
            None => self.ok.as_ref(),
        };
        raw.map(|raw| Bytes::copy_from_slice(raw.get().as_bytes()))
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Text and raw JSON only: it cannot fail. If it did, "no answer" is what would be read.
        serde_json::to_vec(self).unwrap_or_else(|_| b"{}".to_vec())
    }

    pub(crate) fn from_json(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).map_err(|_| {
            Error::new(ErrorKind::Storage, Outcome::Unknown, "a stored answer is damaged")
        })
    }

    /// The answer to give again.
    pub(crate) fn replay<T: DeserializeOwned>(self, lost: Option<&LostCall>) -> Result<T> {
        match (self.error, self.ok) {
            (Some(error), _) => Err((*error).into_error().with_lost_call(lost.cloned())),
            (None, Some(ok)) => read(&ok, self.found).map_err(|why| {
                // Not serde's own words: they quote the value.
                applied(why)
                    .with_object(Some(Bytes::copy_from_slice(ok.get().as_bytes())))
                    .with_lost_call(lost.cloned())
            }),
            (None, None) => Err(applied("it took effect, but the answer could not be stored")
                .with_lost_call(lost.cloned())),
        }
    }
}

/// What is there is there, even as `null`: the answer of a call that has none to give, `()`.
fn there<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

fn read<T: DeserializeOwned>(ok: &RawValue, found: bool) -> Result<T, &'static str> {
    // A type without content, such as `()`, asks for no more than that it took effect.
    let is_enough = found && size_of::<T>() == 0;
    match (serde_json::from_str(ok.get()), found) {
        (Ok(value), _) => Ok(value),
        (Err(_), _) if is_enough => serde_json::from_str("null").map_err(|_| NO_SUCH_TYPE),
        (Err(_), true) => {
            Err("it took effect, as a search found, but the record that was found is \
                               not of the type asked for")
        }
        (Err(_), false) => Err(NO_SUCH_TYPE),
    }
}

const NO_SUCH_TYPE: &str = "it took effect, but the stored answer is not of the type asked for";

/// What an error says about where the payment stands.
pub(crate) fn state_of(error: &Error) -> State {
    match error.outcome() {
        Outcome::NotSent => State::NotSent,
        Outcome::Applied => State::Applied,
        Outcome::Unknown => State::InDoubt,
        Outcome::Refused => match error.kind() {
            ErrorKind::Declined => State::Declined,
            ErrorKind::Invalid | ErrorKind::NotFound | ErrorKind::Refused => State::Refused,
            _ => State::RefusedForNow,
        },
    }
}

/// Our own error about a payment that took effect.
pub(crate) fn applied(why: &str) -> Error {
    Error::new(ErrorKind::Storage, Outcome::Applied, why)
}

impl StoredError {
    fn of(error: &Error) -> Self {
        let fields = error.field_errors().iter();
        Self {
            kind: error.kind().as_str().to_owned(),
            outcome: error.outcome(),
            message: error.message().to_owned(),
            code: error.code().map(str::to_owned),
            fields: fields
                .map(|field| (field.field.clone(), field.code.clone(), field.message.clone()))
                .collect(),
            status: error.status().map(|status| status.as_u16()),
            request_id: error.meta().and_then(Meta::request_id).map(str::to_owned),
            object: error.body::<Box<RawValue>>(),
        }
    }

    fn into_error(self) -> Error {
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == self.kind);
        let object = self.object.map(|raw| Bytes::copy_from_slice(raw.get().as_bytes()));
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        let meta = status.map(|status| {
            Meta::new(status, HeaderMap::new(), Bytes::new()).with_request_id(self.request_id)
        });
        let fields = self
            .fields
            .into_iter()
            .map(|(field, code, message)| FieldError::new(field, message).with_code(code));
        Error::new(kind.unwrap_or(ErrorKind::Refused), self.outcome, self.message)
            .with_code(self.code)
            .with_field_errors(fields.collect())
            .with_object(object)
            .with_meta(meta)
    }
}

const KINDS: [ErrorKind; 16] = [
    ErrorKind::Invalid,
    ErrorKind::Configuration,
    ErrorKind::Declined,
    ErrorKind::Refused,
    ErrorKind::Unauthorized,
    ErrorKind::Forbidden,
    ErrorKind::NotFound,
    ErrorKind::RateLimited,
    ErrorKind::ProviderFault,
    ErrorKind::Transport,
    ErrorKind::Timeout,
    ErrorKind::Unreadable,
    ErrorKind::Contradiction,
    ErrorKind::Storage,
    ErrorKind::NoAnswer,
    ErrorKind::NeedsReauthorization,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn again(answer: &Answer) -> Answer {
        Answer::from_json(&answer.to_json()).unwrap()
    }

    #[test]
    fn a_success_keeps_its_amounts_to_the_last_digit() {
        let raw: Box<RawValue> =
            serde_json::from_str(r#"{"amount":7922816251426433759354395.033}"#).unwrap();
        let back: Box<RawValue> = again(&Answer::ok(&raw)).replay(None).unwrap();
        assert_eq!(back.get(), raw.get());
    }

    #[test]
    fn a_success_without_content_is_one_again() {
        again(&Answer::ok(&())).replay::<()>(None).unwrap();
        assert_eq!(again(&Answer::ok(&None::<u32>)).replay::<Option<u32>>(None).unwrap(), None);
    }

    #[test]
    fn an_error_comes_back_as_it_was() {
        let error = Error::declined("no funds", r#"{"id":7}"#)
            .with_code(Some("51".to_owned()))
            .with_field_errors(vec![
                FieldError::new("card", "wrong").with_code(Some("c".to_owned())),
            ])
            .with_meta(Some(
                Meta::new(StatusCode::PAYMENT_REQUIRED, HeaderMap::new(), "")
                    .with_request_id(Some("r-1".to_owned())),
            ));
        let back = again(&Answer::error(&error)).replay::<()>(None).unwrap_err();
        assert!(back.is_declined());
        assert_eq!(
            (back.message(), back.code(), back.field_errors()),
            (error.message(), error.code(), error.field_errors())
        );
        assert_eq!(back.status(), error.status());
        assert_eq!(back.meta().unwrap().request_id(), Some("r-1"));
        assert_eq!(back.body::<Box<RawValue>>().unwrap().get(), r#"{"id":7}"#);
    }

    #[test]
    fn every_kind_is_read_back() {
        for kind in KINDS {
            let error = Error::new(kind, Outcome::Refused, "x");
            let back = again(&Answer::error(&error)).replay::<()>(None).unwrap_err();
            assert_eq!(back.kind(), kind);
        }
    }

    #[test]
    fn what_took_effect_says_so_even_without_a_readable_answer() {
        for answer in [r#"{"ok":"text"}"#, "{}"] {
            let answer = Answer::from_json(answer.as_bytes()).unwrap();
            assert_eq!(answer.replay::<u32>(None).unwrap_err().outcome(), Outcome::Applied);
        }
    }

    #[test]
    fn what_was_found_is_given_as_what_it_reads_as() {
        let record: Box<RawValue> = serde_json::from_str(r#"{"iban":"secret","n":1.50}"#).unwrap();
        let found = || again(&Answer::found(&record));
        assert_eq!(found().replay::<Box<RawValue>>(None).unwrap().get(), record.get());
        found().replay::<()>(None).unwrap();
        assert!(again(&Answer::ok(&record)).replay::<()>(None).is_err());
        let error = found().replay::<Vec<String>>(None).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Applied);
        assert!(error.message().contains("a search found"));
        assert!(!format!("{error:?}").contains("secret"));
        assert_eq!(error.body::<Box<RawValue>>().unwrap().get(), record.get());
    }

    #[test]
    fn only_what_surely_had_no_effect_may_start_again() {
        for kind in KINDS {
            for outcome in [Outcome::Unknown, Outcome::Applied] {
                assert!(!state_of(&Error::new(kind, outcome, "")).may_start());
            }
        }
        let refused = |kind| state_of(&Error::new(kind, Outcome::Refused, ""));
        assert_eq!(refused(ErrorKind::Declined), State::Declined);
        assert_eq!(refused(ErrorKind::Invalid), State::Refused);
        assert_eq!(refused(ErrorKind::RateLimited), State::RefusedForNow);
        assert_eq!(refused(ErrorKind::Unauthorized), State::RefusedForNow);
    }
}
