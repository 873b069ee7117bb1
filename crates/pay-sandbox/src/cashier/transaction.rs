//! Deposits and withdrawals.

use time::{Duration, macros::format_description};

use super::switches::{CustomerId, Fx, Zone};
use crate::{
    clock::{Millis, date_time},
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// The documented statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransactionStatus {
    /// Not decided yet.
    Pending,
    /// The money moved.
    Successful,
    /// It did not, and will not.
    Rejected,
}

impl TransactionStatus {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Successful => "successful",
            Self::Rejected => "rejected",
        }
    }
}

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Deposit,
    Withdrawal,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// What a transaction waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WaitsFor {
    /// The payer, or whoever gets a payout, must complete the page.
    Payer,
    /// The merchant must approve the payout.
    Approval,
    /// Only time must pass.
    Outcome,
    Nothing,
}

#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    gateway_id: String,
    provider_id: String,
    pub(crate) kind: Kind,
    pub(crate) user_id: String,
    customer_number: u64,
    pub(crate) tracking_id: String,
    pub(crate) amount: Money,
    pub(crate) amount_restricted: bool,
    pub(crate) currency: String,
    pub(crate) at: Millis,
    pub(crate) status: TransactionStatus,
    pub(crate) reason: &'static str,
    pub(crate) waits_for: WaitsFor,
    /// The API shows it.
    pub(crate) is_known: bool,
    /// When it is decided.
    pub(crate) decides: Option<Millis>,
    /// Of the page that a browser opens.
    pub(crate) page_token: Option<String>,
}

/// What a new transaction is made of.
#[derive(Debug)]
pub(crate) struct New {
    pub(crate) kind: Kind,
    pub(crate) order: super::envelope::Order,
    pub(crate) customer_number: u64,
    pub(crate) waits_for: WaitsFor,
    pub(crate) is_known: bool,
    pub(crate) page_token: Option<String>,
}

impl Transaction {
    pub(crate) fn new(new: New, world: &mut World) -> Self {
        let New { kind, order, customer_number, waits_for, is_known, page_token } = new;
        Self {
            id: world.hash(15).to_ascii_lowercase(),
            gateway_id: world.hash(15).to_ascii_lowercase(),
            provider_id: world.uuid(),
            kind,
            user_id: order.user_id,
            customer_number,
            tracking_id: order.tracking_id,
            amount: order.amount,
            amount_restricted: order.amount_restricted,
            currency: order.currency,
            at: world.now,
            status: TransactionStatus::Pending,
            reason: "",
            waits_for,
            is_known,
            decides: None,
            page_token,
        }
    }

    /// An entry on it in the ledger.
    pub(crate) fn record(&self, what: &str, world: &mut World) {
        let entry = Entry::new(&format!("{}{what}", self.kind.name()), &self.id, super::ACCOUNT);
        world.record(Entry {
            amount: Some(self.amount),
            currency: Some(self.currency.clone()),
            custom_id: Some(self.tracking_id.clone()),
            ..entry
        });
    }

    /// An item of the list.
    pub(crate) fn to_json(&self, world: &World) -> Json {
        let customer_id: Json = match world.switch() {
            // Text in requests, a number here: the user's own, if it is one.
            CustomerId::Number => match self.user_id.parse::<u32>() {
                Ok(number) => Json::from(u64::from(number)),
                Err(_) => Json::from(self.customer_number),
            },
            CustomerId::Text => self.user_id.clone().into(),
        };
        let (amount, currency) = match world.switch() {
            Fx::Gbp if self.currency != "GBP" => {
                // The rate of the document's sample, whichever the currency.
                let rate = "0.856".parse().unwrap_or(Money::ZERO);
                (self.amount.times(rate).to_cents(), "GBP")
            }
            Fx::Gbp | Fx::Nothing => (self.amount, self.currency.as_str()),
        };
        Object::new()
            .with("transaction_id", self.id.clone())
            .with("gateway_transaction_id", self.gateway_id.clone())
            .with("provider_transaction_id", self.provider_id.clone())
            .with("transaction_type", self.kind.name())
            .with("transaction_date", self.date(world.switch()))
            .with("status", self.status.name())
            .with("payment_provider", "numipay_simulator")
            .with("customer_id", customer_id)
            .with("amount", amount)
            .with("currency", currency)
            .with("user_amount", self.amount)
            .with("user_currency", self.currency.clone())
            .with("fx_amount", 0_u64)
            .into()
    }

    /// "2024-07-05 11:53:25"
    fn date(&self, zone: Zone) -> String {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        let local = date_time(self.at).saturating_add(ahead(zone));
        local.format(&format).unwrap_or_default()
    }
}

/// How far the gateway's clock is ahead of UTC.
pub(crate) fn ahead(zone: Zone) -> Duration {
    match zone {
        Zone::Utc => Duration::ZERO,
        Zone::PlusTwo => Duration::hours(2),
        Zone::MinusFive => Duration::hours(-5),
    }
}
