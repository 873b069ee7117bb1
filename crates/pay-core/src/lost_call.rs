use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Amount, Currency, Reference};

/// What is needed to find out later what became of a write.
///
/// Make one from the request before it is sent and keep it where a crash does not reach: a dropped
/// future returns no error. An error of unknown outcome carries one too, with the same content.
/// It holds no secret and serialises to plain JSON.
///
/// A request knows no connection: its `lost_call()` begins by the machine's clock. Where the
/// connection has [another](crate::ConnectionBuilder::clock), as in a test, give that clock's time
/// with [`between`](Self::between): `resolve` goes by the connection's. A beginning that is too
/// early makes it search more than it need; one that is too late may make it miss what is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostCall {
    operation: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    path: BTreeMap<String, String>,
    #[serde(with = "time::serde::rfc3339")]
    from: OffsetDateTime,
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    to: Option<OffsetDateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
    #[serde(
        default,
        with = "crate::amount::string::option",
        skip_serializing_if = "Option::is_none"
    )]
    amount: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    #[serde(
        default,
        with = "crate::amount::string::option",
        skip_serializing_if = "Option::is_none"
    )]
    before: Option<Amount>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    known: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    details: BTreeMap<String, String>,
}

impl LostCall {
    /// A write of the given operation, not sent before `from` (UTC).
    #[must_use]
    pub fn new(operation: impl Into<String>, from: OffsetDateTime) -> Self {
        Self {
            operation: operation.into(),
            path: BTreeMap::new(),
            from,
            to: None,
            reference: None,
            amount: None,
            currency: None,
            before: None,
            known: BTreeMap::new(),
            details: BTreeMap::new(),
        }
    }

    /// Adds an id that stands in the path, such as the transaction that is refunded.
    #[must_use]
    pub fn with_path(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.path.insert(name.into(), value.into());
        self
    }

    /// Adds the caller's correlator that was sent.
    #[must_use]
    pub fn with_reference(mut self, reference: Option<Reference>) -> Self {
        self.reference = reference;
        self
    }

    /// Adds the amount, in major units (dollars).
    #[must_use]
    pub fn with_amount(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// Adds the currency.
    #[must_use]
    pub fn with_currency(mut self, currency: Option<Currency>) -> Self {
        self.currency = currency;
        self
    }

    /// Adds the value that the write changes, as it was before, such as `amount_refunded`.
    /// Without it some operations cannot be resolved.
    #[must_use]
    pub fn with_before(mut self, before: Amount) -> Self {
        self.before = Some(before);
        self
    }

    /// Adds what was there before the write and is not its effect, such as the refunds that a sale
    /// had. Not a part of what was asked for: the same request made anew may know more.
    #[must_use]
    pub fn with_known(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.known.insert(name.into(), value.into());
        self
    }

    /// Adds anything else that helps to recognise the effect, such as the payer's e-mail address
    /// or the last four digits of a card. Never a secret.
    #[must_use]
    pub fn with_detail(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.details.insert(name.into(), value.into());
        self
    }

    /// Narrows the time in which the request was under way (UTC). An effect may still follow later.
    /// A wall clock may have been set back meanwhile: the earlier of the two is the beginning.
    #[must_use]
    pub fn between(mut self, from: OffsetDateTime, to: OffsetDateTime) -> Self {
        self.from = from.min(to);
        self.to = Some(to.max(from));
        self
    }

    /// The id of the operation, such as `payfirma.transactions.sale`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// An id from the path, by its name in the route.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&str> {
        self.path.get(name).map(String::as_str)
    }

    /// When the call began: nothing was sent before.
    #[must_use]
    pub fn from(&self) -> OffsetDateTime {
        self.from
    }

    /// When the caller stopped waiting, if that is known.
    #[must_use]
    pub fn to(&self) -> Option<OffsetDateTime> {
        self.to
    }

    /// The caller's correlator, if one was sent.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// The amount that was asked for.
    #[must_use]
    pub fn amount(&self) -> Option<Amount> {
        self.amount
    }

    /// The currency that was asked for.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The value before the call, where the caller recorded it.
    #[must_use]
    pub fn before(&self) -> Option<Amount> {
        self.before
    }

    /// What was there before the call, by name, where the caller recorded it.
    #[must_use]
    pub fn known(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(String::as_str)
    }

    /// Anything else that was recorded, by name.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name).map(String::as_str)
    }
}
