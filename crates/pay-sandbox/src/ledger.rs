//! The ledger: every effect that really took place.

use serde::Serialize;

use crate::{clock::Millis, money::Money};

/// One effect. The client never sees it; a test compares it with what the client was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// Counts up from 1 over all providers.
    pub serial: u64,
    /// When, in epoch milliseconds of the sandbox's clock.
    pub at_ms: i64,
    /// The provider, such as `payfirma`.
    pub provider: &'static str,
    /// The operation that caused it, such as `payfirma.transactions.sale`.
    pub operation: String,
    /// What it is: `sale`, `authorize`, `capture`, `refund`, `customer_created` ... A declined
    /// attempt moved no money and has a kind of its own, such as `sale_declined`.
    pub kind: String,
    /// The id of what was made or changed.
    pub id: String,
    /// The account (merchant) that it belongs to.
    pub account: String,
    /// The id of what it builds on: the refunded sale, the captured authorization, the customer.
    pub parent: Option<String>,
    /// The amount in dollars, or whatever the currency's unit is; in JSON a string, exact.
    pub amount: Option<Money>,
    /// The currency, if one was sent.
    pub currency: Option<String>,
    /// As it was sent, even where the provider is set not to echo it. Cashier's `tracking_id`.
    pub custom_id: Option<String>,
    /// As it was sent, even where the provider is set not to echo it.
    pub invoice_id: Option<String>,
    /// As it was sent.
    pub description: Option<String>,
    /// The request's `x-sandbox-tag` header: a mark of the test that no provider answers with.
    pub tag: Option<String>,
}

/// What a provider's code says of an effect; the ledger adds the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) parent: Option<String>,
    pub(crate) amount: Option<Money>,
    pub(crate) currency: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) description: Option<String>,
}

impl Entry {
    pub(crate) fn new(kind: &str, id: impl ToString, account: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            id: id.to_string(),
            account: account.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn of(mut self, parent: impl ToString) -> Self {
        self.parent = Some(parent.to_string());
        self
    }
}

/// Every effect so far, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ledger {
    effects: Vec<Effect>,
}

impl Ledger {
    /// All effects, oldest first.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// The effects of one kind, such as `sale`.
    pub fn effects_of(&self, kind: &str) -> Vec<&Effect> {
        self.effects.iter().filter(|effect| effect.kind == kind).collect()
    }

    /// How many effects there are of one kind.
    pub fn count(&self, kind: &str) -> usize {
        self.effects_of(kind).len()
    }

    /// The effects whose `custom_id`, `invoice_id` or `description` is this text.
    pub fn referring_to(&self, reference: &str) -> Vec<&Effect> {
        let is = |field: &Option<String>| field.as_deref() == Some(reference);
        self.effects
            .iter()
            .filter(|e| is(&e.custom_id) || is(&e.invoice_id) || is(&e.description))
            .collect()
    }

    /// The effects of requests with this `x-sandbox-tag` header.
    pub fn tagged(&self, tag: &str) -> Vec<&Effect> {
        self.effects.iter().filter(|effect| effect.tag.as_deref() == Some(tag)).collect()
    }

    /// The sum of the amounts of one kind.
    pub fn total(&self, kind: &str) -> Money {
        self.effects_of(kind)
            .iter()
            .filter_map(|effect| effect.amount)
            .fold(Money::ZERO, Money::plus)
    }

    /// How many effects there are.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// The ledger as a JSON array.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "[]".to_owned())
    }

    pub(crate) fn record(&mut self, entry: Entry, cause: &Cause, at_ms: Millis) {
        let serial = self.effects.last().map_or(1, |last| last.serial + 1);
        self.effects.push(Effect {
            serial,
            at_ms,
            provider: cause.provider,
            operation: cause.operation.clone(),
            kind: entry.kind,
            id: entry.id,
            account: entry.account,
            parent: entry.parent,
            amount: entry.amount,
            currency: entry.currency,
            custom_id: entry.custom_id,
            invoice_id: entry.invoice_id,
            description: entry.description,
            tag: cause.tag.clone(),
        });
    }
}

/// Why effects happen right now: the request being worked on, or the provider's own doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cause {
    pub(crate) provider: &'static str,
    pub(crate) operation: String,
    pub(crate) tag: Option<String>,
}
