//! Replies as JSON, such as a journal keeps, in the provider's words. What a search found can be read
//! as well: a transaction says `transaction_status`, a webhook `status`.

use pay_core::provider::json;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;

use crate::{ApprovedPayout, CardPaymentState, DirectReply, RedirectUrl, Status};

#[derive(Default, Deserialize, Serialize)]
struct Told {
    #[serde(default, with = "pay_core::lenient")]
    transaction_status: Option<Status>,
    #[serde(default, with = "pay_core::lenient", skip_serializing)]
    status: Option<Status>,
    #[serde(default, with = "pay_core::lenient", skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, with = "pay_core::lenient", skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Told {
    fn of(status: Status) -> Self {
        Self { transaction_status: Some(status), ..Self::default() }
    }

    fn status(&self) -> Option<Status> {
        self.transaction_status.clone().or_else(|| self.status.clone())
    }
}

impl Serialize for CardPaymentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = match self {
            Self::Redirect { url } => {
                Told { url: Some(url.as_str().to_owned()), ..Told::default() }
            }
            Self::Pending => Told::of(Status::Pending),
            Self::Successful => Told::of(Status::Successful),
        };
        told.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CardPaymentState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let told = Told::deserialize(deserializer)?;
        match (told.status(), told.url) {
            (Some(Status::Rejected | Status::Unknown(_)), _) | (None, None) => {
                Err(D::Error::custom("not the state of a payment that was accepted"))
            }
            (_, Some(url)) => Ok(Self::Redirect { url: RedirectUrl::from(url.as_str()) }),
            (Some(Status::Pending), None) => Ok(Self::Pending),
            (Some(Status::Successful), None) => Ok(Self::Successful),
        }
    }
}

impl Serialize for ApprovedPayout {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (status, message) = match self {
            Self::Pending { message } => (Status::Pending, message),
            Self::Successful { message } => (Status::Successful, message),
        };
        Told { message: message.clone(), ..Told::of(status) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ApprovedPayout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let told = Told::deserialize(deserializer)?;
        match told.status() {
            Some(Status::Pending) => Ok(Self::Pending { message: told.message }),
            Some(Status::Successful) => Ok(Self::Successful { message: told.message }),
            Some(Status::Rejected | Status::Unknown(_)) | None => {
                Err(D::Error::custom("not the state of a payout that was approved"))
            }
        }
    }
}

impl Serialize for DirectReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.as_json().to_owned());
        raw.map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DirectReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let told: Told = json::from_str(raw.get()).map_err(D::Error::custom)?;
        match told.status() {
            Some(Status::Rejected | Status::Unknown(_)) => {
                Err(D::Error::custom("not the reply to a payment that was accepted"))
            }
            status => Ok(Self::new(status, raw.get().as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;

    use super::*;

    fn again<T: Serialize + DeserializeOwned>(value: &T) -> T {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
        assert_eq!(again(&value), value);
    }

    #[test]
    fn every_reply_comes_back() {
        comes_back(CardPaymentState::Redirect { url: "https://acs.test/3ds?a=1".into() });
        comes_back(CardPaymentState::Pending);
        comes_back(CardPaymentState::Successful);
        for message in [None, Some("on its way".to_owned())] {
            comes_back(ApprovedPayout::Pending { message: message.clone() });
            comes_back(ApprovedPayout::Successful { message });
        }
        let body = r#"{ "amount":123456789012345678901234.5670, "transaction_status":"pending" }"#;
        let reply = again(&DirectReply::new(Some(Status::Pending), body.as_bytes()));
        assert_eq!((reply.status(), reply.as_json()), (Some(&Status::Pending), body));
    }

    #[test]
    fn a_payment_that_was_found_is_read_and_a_rejected_one_is_none() {
        for name in ["transaction_status", "status"] {
            let found = |status| format!(r#"{{"{name}":"{status}","rejected_reason":null}}"#);
            let state = |status| serde_json::from_str::<CardPaymentState>(&found(status)).ok();
            assert_eq!(state("pending"), Some(CardPaymentState::Pending));
            assert_eq!(state("successful"), Some(CardPaymentState::Successful));
            let reply: DirectReply = serde_json::from_str(&found("pending")).unwrap();
            assert_eq!(reply.status(), Some(&Status::Pending));
            for status in ["rejected", "on_hold"] {
                assert_eq!(state(status), None);
                assert!(serde_json::from_str::<DirectReply>(&found(status)).is_err());
                assert!(serde_json::from_str::<ApprovedPayout>(&found(status)).is_err());
            }
        }
        assert!(serde_json::from_str::<CardPaymentState>("{}").is_err());
    }
}
