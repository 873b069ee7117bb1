//! Transactions.

use time::macros::format_description;

use super::{MerchantCredentials, Payanywhere, switches::UnsetFields};
use crate::{
    card::Card,
    clock::{Millis, date_time},
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// The first transaction's id: the one of the documents' sample.
const FIRST_ID: u64 = 15_218;

/// How a sale at the device was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SaleKind {
    /// By card: `ccs_`.
    Card,
    /// In cash: `cas_`. It can be refunded, but not voided.
    Cash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    CardSale,
    CashSale,
    CardRefund,
    CashRefund,
    Void,
}

impl Kind {
    /// `ccs_` and `cas_` are documented, the others are ours.
    fn prefix(self) -> &'static str {
        match self {
            Self::CardSale => "ccs_",
            Self::CashSale => "cas_",
            Self::CardRefund => "ccr_",
            Self::CashRefund => "car_",
            Self::Void => "ccv_",
        }
    }

    /// "Cash Sale" is documented, the others are ours.
    fn title(self) -> &'static str {
        match self {
            Self::CardSale => "Credit Card Sale",
            Self::CashSale => "Cash Sale",
            Self::CardRefund => "Credit Card Refund",
            Self::CashRefund => "Cash Refund",
            Self::Void => "Credit Card Void",
        }
    }

    pub(crate) fn is_sale(self) -> bool {
        matches!(self, Self::CardSale | Self::CashSale)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    pub(crate) id: u64,
    pub(crate) merchant: &'static MerchantCredentials,
    pub(crate) kind: Kind,
    pub(crate) amount: Money,
    pub(crate) at: Millis,
    pub(crate) card: Option<Card>,
    auth_code: Option<String>,
    pub(crate) source: String,
    pub(crate) device: Option<String>,
    pub(crate) batch: u64,
    /// The sale that it takes back: `uniq_id` and type.
    parent: Option<(String, &'static str)>,
    /// The `uniq_id` of what voided it.
    pub(crate) voided_by: Option<String>,
    /// How much of it was given back.
    pub(crate) refunded: Money,
}

/// A transaction to be.
pub(crate) struct New {
    pub(crate) merchant: &'static MerchantCredentials,
    pub(crate) kind: Kind,
    pub(crate) amount: Money,
    pub(crate) card: Option<Card>,
    pub(crate) source: String,
    pub(crate) device: Option<String>,
    /// The sale that it takes back, by id.
    pub(crate) parent: Option<u64>,
}

impl Payanywhere {
    /// Puts a transaction into the merchant's open batch.
    pub(crate) fn book(&mut self, new: New, entry: Entry, world: &mut World) -> u64 {
        let id = FIRST_ID.saturating_add(u64::try_from(self.transactions.len()).unwrap_or(0));
        let parent = new.parent.and_then(|id| self.transaction(new.merchant, id));
        let auth_code = new.card.as_ref().map(|_| format!("{:06}", world.rng.u32(0..1_000_000)));
        let transaction = Transaction {
            id,
            merchant: new.merchant,
            kind: new.kind,
            amount: new.amount,
            at: world.now,
            card: new.card,
            auth_code,
            source: new.source,
            device: new.device,
            parent: parent.map(|parent| (parent.uniq_id(), parent.kind.title())),
            batch: self.open_batch(new.merchant, world),
            voided_by: None,
            refunded: Money::ZERO,
        };
        world.record(Entry {
            id: id.to_string(),
            account: new.merchant.mid.to_owned(),
            amount: Some(new.amount),
            currency: Some("USD".to_owned()),
            parent: new.parent.map(|id| id.to_string()).or(entry.parent.clone()),
            ..entry
        });
        self.transactions.push(transaction);
        id
    }

    /// A merchant's transaction.
    pub(crate) fn transaction(
        &self,
        merchant: &MerchantCredentials,
        id: u64,
    ) -> Option<&Transaction> {
        self.transactions.iter().find(|it| it.id == id && it.merchant == merchant)
    }

    pub(crate) fn transaction_mut(&mut self, id: u64) -> Option<&mut Transaction> {
        self.transactions.iter_mut().find(|it| it.id == id)
    }
}

impl Transaction {
    pub(crate) fn uniq_id(&self) -> String {
        format!("{}{}", self.kind.prefix(), self.id)
    }

    pub(crate) fn to_json(&self, world: &World) -> Json {
        let (parent_id, parent_type) = self.parent.clone().unzip();
        Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("uniq_id", self.uniq_id())
            .with("id", self.id)
            .with("type", self.kind.title())
            .with("amount", dollars(self.amount))
            .with("datetime", iso(self.at))
            .with("mid", self.merchant.mid)
            .with("txn_source", self.source.clone())
            .with_optional("cc_type", self.card.as_ref().map(|card| card.brand))
            .with_optional("cc_last4", self.card.as_ref().map(|card| card.suffix.clone()))
            .with_optional("cc_auth_code", self.auth_code.clone())
            .with_optional("parent_uniq_id", parent_id)
            .with_optional("parent_type", parent_type)
            .with_optional("void_uniq_id", self.voided_by.clone())
            .with("is_reversal", !self.kind.is_sale())
            .with("is_complete", true)
            .with("receipt_id", self.id.saturating_add(100_000))
            .into()
    }
}

/// "47.70".
fn dollars(amount: Money) -> String {
    format!("{:.2}", amount.decimal())
}

/// "2017-07-19T13:30:00.000Z"
fn iso(at: Millis) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    date_time(at).format(&format).unwrap_or_default()
}
