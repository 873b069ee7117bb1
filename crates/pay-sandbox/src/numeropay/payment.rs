//! Payments: the page "Payment" of the schemas, and "Payment States".

use time::macros::format_description;

use super::{
    Session,
    switches::{Channel, StateForm, StateNumbers, Structure},
};
use crate::{
    clock::{Millis, date_time},
    json::{Json, Object},
    money::Money,
    world::World,
};

/// The documented states, in the order of their page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentState {
    /// New; the payer has done nothing yet.
    Created,
    /// The payer has begun, or the bank refused a first attempt.
    InProgress,
    /// Paid.
    Completed,
    /// The merchant canceled it.
    Canceled,
}

impl PaymentState {
    pub(crate) const ALL: [Self; 4] =
        [Self::Created, Self::InProgress, Self::Completed, Self::Canceled];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Canceled => "CANCELED",
        }
    }

    pub(crate) fn number(self, numbers: StateNumbers) -> i64 {
        match (self, numbers) {
            // The sample's fresh payment.
            (Self::Created, _) => 0,
            (Self::InProgress, _) => 1,
            (Self::Completed, _) => 2,
            (Self::Canceled, StateNumbers::PageOrder) => 3,
            (Self::Canceled, StateNumbers::CanceledBelow) => -1,
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) session: Session,
    pub(crate) business_name: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
    pub(crate) description: Option<String>,
    pub(crate) structure: Option<Json>,
    pub(crate) state: PaymentState,
    pub(crate) created: Millis,
    pub(crate) updated: Millis,
    /// When the payer opens it, unless that happened.
    pub(crate) starts: Option<Millis>,
    /// When the payer pays, unless that happened.
    pub(crate) pays: Option<Millis>,
}

impl Payment {
    pub(crate) fn next_event(&self) -> Option<Millis> {
        [self.starts, self.pays].into_iter().flatten().min()
    }

    /// Whether a session is of the same mode and of the same merchant, in that order.
    pub(crate) fn is_of(&self, session: &Session) -> (bool, bool) {
        (
            self.session.test_mode == session.test_mode,
            self.session.merchant.merchant_id == session.merchant.merchant_id,
        )
    }

    pub(crate) fn to_json(&self, world: &World) -> Json {
        let channel: Json = match world.switch() {
            Channel::Number => Json::from(1_u64),
            Channel::Name => "API".into(),
        };
        let state: Json = match world.switch() {
            StateForm::Number => self.state.number(world.switch()).into(),
            StateForm::Name => self.state.name().into(),
        };
        let structure = self.structure.clone().unwrap_or_else(|| Object::new().into());
        let structure = match world.switch() {
            Structure::AsSent => Some(structure),
            Structure::Text => Some(match structure {
                Json::Text(text) => Json::Text(text),
                json => Json::Text(json.render()),
            }),
            Structure::Absent => None,
        };
        Object::new()
            .with("id", self.id.clone())
            .with("merchant", self.session.merchant.merchant_id)
            .with("businessName", self.business_name.clone())
            .with("channel", channel)
            .with("amount", self.amount)
            .with("currency", self.currency.clone())
            .with_optional("description", self.description.clone())
            .with_optional("structure", structure)
            .with("state", state)
            .with("createdOn", iso(self.created))
            .with("updatedOn", iso(self.updated))
            .with("ipAddress", "127.0.0.1")
            .into()
    }
}

/// "2020-10-14T02:31:23.328Z"
fn iso(at: Millis) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    date_time(at).format(&format).unwrap_or_default()
}
