use std::fmt;

use pay_core::{
    Amount,
    provider::{Problem, Verdict, json},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::value::RawValue;

use crate::{dollars, status_code::StatusCode};

/// What a charge answers. No source states it: the fields are those of a refund's answer, and all
/// else is to be had by [`read`](Self::read).
#[derive(Clone)]
#[non_exhaustive]
pub struct Charged {
    /// `00` is approved, anything else a decline.
    pub status_code: Option<String>,
    /// A sentence on how it ended.
    pub status_message: Option<String>,
    /// The amount in dollars.
    pub amount: Option<Amount>,
    json: Box<RawValue>,
}

/// How a charge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeVerdict {
    /// The card was charged.
    Approved,
    /// It was not, and will not be.
    Declined,
    /// The answer does not say.
    Unknown,
}

impl ChargeVerdict {
    /// "00" is approved, any other code a decline; without a code it is unknown.
    #[must_use]
    pub fn by_status_code(charged: &Charged) -> Self {
        match charged.status_code.as_deref().map(StatusCode::read) {
            Some(StatusCode::Approved) => Self::Approved,
            Some(StatusCode::Declined) => Self::Declined,
            Some(StatusCode::Unclear) | None => Self::Unknown,
        }
    }
}

impl Charged {
    /// The answer, to the letter as it came.
    #[must_use]
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// The answer as `T`.
    ///
    /// # Errors
    ///
    /// It is no `T`.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        json::from_str(self.json())
    }

    pub(super) fn judge(&self, verdict: ChargeVerdict, asked: Amount) -> Verdict {
        match (verdict, dollars::contradiction(asked, self.amount)) {
            (ChargeVerdict::Approved, None) => Verdict::Succeeded,
            (ChargeVerdict::Approved, Some(why)) => Verdict::Contradicts(why),
            (ChargeVerdict::Declined, None) => {
                let problem =
                    Problem { message: self.status_message.clone(), ..Problem::default() };
                Verdict::Declined(problem.with_code(self.status_code.clone()))
            }
            // A decline of something else is no answer to this request.
            (ChargeVerdict::Declined, Some(why)) => Verdict::Unclear(why),
            (ChargeVerdict::Unknown, _) => {
                Verdict::Unclear("the answer does not say in a known way how it ended".to_owned())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Charged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let Fields { status_code, status_message, amount } = json::from_str(json.get())
            .map_err(|_| D::Error::custom("not the answer to a charge"))?;
        Ok(Self { status_code, status_message, amount, json })
    }
}

/// To the letter as it came.
impl Serialize for Charged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default, with = "crate::status_code")]
    status_code: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    status_message: Option<String>,
    #[serde(default, with = "pay_core::amount::string::option")]
    amount: Option<Amount>,
}

impl fmt::Debug for Charged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charged")
            .field("status_code", &self.status_code)
            .field("status_message", &self.status_message)
            .field("amount", &self.amount)
            .field("json", &format_args!("[{} bytes hidden]", self.json.get().len()))
            .finish()
    }
}
