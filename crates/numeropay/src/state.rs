use std::{collections::BTreeMap, fmt};

use pay_core::Invalid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Code;

/// How far a payment is.
///
/// The document names the states, and its sample sends a number: `0` on a fresh payment. What the
/// other numbers mean is in no source, so they are read as
/// [`Unknown`](Self::Unknown)`(Code::Number(..))`, until you say what they mean with
/// [`ClientBuilder::state_number`](crate::ClientBuilder::state_number).
///
/// ```
/// use numeropay::{Code, PaymentState};
///
/// let read = |json| serde_json::from_str::<PaymentState>(json);
/// assert_eq!(read("0")?, PaymentState::Created);
/// assert_eq!(read(r#""COMPLETED""#)?, PaymentState::Completed);
/// assert_eq!(read("2")?, PaymentState::Unknown(Code::Number(2)));
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentState {
    /// New: the payer has done nothing yet. `CREATED`, or the number 0.
    Created,
    /// The payer has done something, but not all. `IN_PROGRESS`.
    InProgress,
    /// All that was required is done: it is paid. `COMPLETED`.
    Completed,
    /// Cancelled by the merchant. `CANCELED`.
    Canceled,
    /// A name or number that this version does not know, as it came.
    Unknown(Code),
}

impl PaymentState {
    const NAMES: [(&'static str, Self); 4] = [
        ("CREATED", Self::Created),
        ("IN_PROGRESS", Self::InProgress),
        ("COMPLETED", Self::Completed),
        ("CANCELED", Self::Canceled),
    ];

    /// Whether nothing more can come of it: completed or cancelled. `false` of a state that is not
    /// known.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }

    fn name(&self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(_, state)| state == self).map(|(name, _)| *name)
    }
}

impl From<Code> for PaymentState {
    fn from(code: Code) -> Self {
        match &code {
            Code::Number(0) => Self::Created,
            Code::Number(_) => Self::Unknown(code),
            Code::Text(text) => Self::NAMES
                .into_iter()
                .find(|(name, _)| name == text)
                .map_or(Self::Unknown(code), |(_, state)| state),
        }
    }
}

/// The name of a known state; what came of another.
impl From<PaymentState> for Code {
    fn from(state: PaymentState) -> Self {
        match (state.name(), state) {
            (_, PaymentState::Unknown(code)) => code,
            (name, _) => Self::Text(name.unwrap_or_default().to_owned()),
        }
    }
}

impl fmt::Display for PaymentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.name()) {
            (Self::Unknown(code), _) => fmt::Display::fmt(code, f),
            (_, name) => f.pad(name.unwrap_or_default()),
        }
    }
}

impl Serialize for PaymentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Code::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PaymentState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Code::deserialize(deserializer).map(Self::from)
    }
}

/// What the caller knows of the numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct StateNumbers(BTreeMap<i64, PaymentState>);

impl StateNumbers {
    pub(crate) fn insert(&mut self, number: i64, state: PaymentState) -> Result<(), Invalid> {
        let refused = |rule| Err(Invalid::new("state_number", rule));
        if matches!(state, PaymentState::Unknown(_)) {
            return refused("must stand for a state that has a name");
        }
        if number == 0 && state != PaymentState::Created {
            return refused("must not give 0 another meaning: the document shows it as CREATED");
        }
        match self.0.insert(number, state.clone()) {
            Some(before) if before != state => refused("must not be given two meanings"),
            _ => Ok(()),
        }
    }

    /// The state, by name where the number is known.
    pub(crate) fn name(&self, state: Option<PaymentState>) -> Option<PaymentState> {
        match &state {
            Some(PaymentState::Unknown(Code::Number(number))) => {
                self.0.get(number).cloned().or(state)
            }
            _ => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways_and_what_is_unknown_stays_as_it_is() {
        for json in [
            r#""CREATED""#,
            r#""IN_PROGRESS""#,
            r#""COMPLETED""#,
            r#""CANCELED""#,
            r#""created""#,
            r#""2""#,
            r#""0""#,
            "2",
            "-1",
        ] {
            let state: PaymentState = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&state).unwrap(), json);
        }
        let fresh: PaymentState = serde_json::from_str("0").unwrap();
        assert_eq!(fresh, PaymentState::Created);
        assert_eq!(format!("{fresh} {}", PaymentState::Unknown(Code::Number(7))), "CREATED 7");
    }

    #[test]
    fn a_number_has_one_meaning() {
        let mut numbers = StateNumbers::default();
        numbers.insert(2, PaymentState::Completed).unwrap();
        numbers.insert(2, PaymentState::Completed).unwrap();
        numbers.insert(0, PaymentState::Created).unwrap();
        for (number, state) in [
            (2, PaymentState::Canceled),
            (0, PaymentState::Completed),
            (3, PaymentState::Unknown(Code::Number(3))),
        ] {
            assert_eq!(numbers.insert(number, state).unwrap_err().field(), "state_number");
        }
        let unknown = |number| Some(PaymentState::Unknown(Code::Number(number)));
        let mut numbers = StateNumbers::default();
        numbers.insert(2, PaymentState::Completed).unwrap();
        assert_eq!(numbers.name(unknown(2)), Some(PaymentState::Completed));
        assert_eq!(numbers.name(unknown(3)), unknown(3));
        assert_eq!(numbers.name(Some(PaymentState::Created)), Some(PaymentState::Created));
        assert_eq!(numbers.name(None), None);
    }
}
