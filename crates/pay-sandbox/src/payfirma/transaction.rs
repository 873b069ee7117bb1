//! The transaction object.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::PAYER_FIELDS,
    switches::{
        CapturedField, CardSuffix, CreatedStatus, CurrencyField, DeclineShape, EchoReferences,
        UnsetFields,
    },
    test_processor::Ruling,
};
use crate::{
    answer::Answer,
    card::Card,
    clock::Millis,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// What a transaction does; see [`Kind::name`] for its names on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sale,
    Authorization,
    TerminalAuthorization,
    Capture,
    Refund,
    EftRequest,
    EftDeposit,
    EftSend,
}

/// A transaction, as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    /// The number: `id`, and in the hosted page's redirect `transaction_id`.
    pub(crate) id: u64,
    /// The hash: `transaction_id`, and in the hosted page's redirect `lookup_id`.
    pub(crate) hash: String,
    pub(crate) kind: Kind,
    pub(crate) ruling: Ruling,
    pub(crate) at: Millis,
    pub(crate) amount: Money,
    pub(crate) currency: Option<String>,
    pub(crate) card: Option<Card>,
    pub(crate) payer: Vec<(&'static str, String)>,
    pub(crate) references: References,
    pub(crate) amount_tax: Option<Money>,
    pub(crate) amount_tip: Option<Money>,
    pub(crate) source: &'static str,
    pub(crate) user: Option<u64>,
    pub(crate) test_mode: bool,
    /// What it builds on: a transaction's number, or a customer's lookup id.
    pub(crate) parent: Option<String>,
    auth_code: String,
    processor_id: String,
    /// How much of it was refunded.
    pub(crate) refunded: Money,
    /// How much of an authorization was captured.
    pub(crate) captured: Money,
}

/// The fields by which a caller finds a payment again.
#[derive(Debug, Clone, Default)]
pub(crate) struct References {
    pub(crate) custom_id: Option<String>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) description: Option<String>,
}

/// What a payment is about; the rest of a transaction follows from it.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) kind: Kind,
    pub(crate) ruling: Ruling,
    pub(crate) amount: Money,
    pub(crate) currency: Option<String>,
    pub(crate) card: Option<Card>,
    pub(crate) payer: Vec<(&'static str, String)>,
    pub(crate) references: References,
    /// Whether the transaction keeps the references, if that is switched on at all.
    pub(crate) keeps_references: bool,
    pub(crate) amount_tax: Option<Money>,
    pub(crate) amount_tip: Option<Money>,
    pub(crate) source: &'static str,
    pub(crate) test_mode: bool,
    pub(crate) parent: Option<String>,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sale => "SALE",
            Self::Authorization => "AUTHORIZATION",
            // The card terminal has another word for it.
            Self::TerminalAuthorization => "AUTHORIZE",
            Self::Capture => "CAPTURE",
            Self::Refund => "REFUND",
            // No document names these three.
            Self::EftRequest => "EFT_CREDIT",
            Self::EftDeposit => "EFT_DEPOSIT",
            Self::EftSend => "EFT_DEBIT",
        }
    }

    /// The kind of the ledger's entry.
    fn effect(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Authorization | Self::TerminalAuthorization => "authorize",
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::EftRequest => "eft_request",
            Self::EftDeposit => "eft_deposit",
            Self::EftSend => "eft_send",
        }
    }

    fn is_eft(self) -> bool {
        matches!(self, Self::EftRequest | Self::EftDeposit | Self::EftSend)
    }

    pub(crate) fn is_authorization(self) -> bool {
        matches!(self, Self::Authorization | Self::TerminalAuthorization)
    }
}

impl Payfirma {
    /// Books a payment for a merchant; returns the transaction.
    pub(crate) fn book(
        &mut self,
        world: &mut World,
        merchant: &str,
        user: Option<u64>,
        payment: Payment,
    ) -> Transaction {
        let id = self.next_id();
        let kept =
            payment.keeps_references && world.switch::<EchoReferences>() == EchoReferences::On;
        let transaction = Transaction {
            id,
            hash: world.hash(20),
            kind: payment.kind,
            ruling: payment.ruling,
            at: world.now,
            amount: payment.amount,
            currency: payment.currency,
            card: payment.card,
            payer: payment.payer,
            references: if kept { payment.references.clone() } else { References::default() },
            amount_tax: payment.amount_tax,
            amount_tip: payment.amount_tip,
            source: payment.source,
            user,
            test_mode: payment.test_mode,
            parent: payment.parent,
            auth_code: format!("{:06}", world.rng.u32(0..1_000_000)),
            processor_id: format!("PAY{:08}", world.rng.u32(0..100_000_000)),
            refunded: Money::ZERO,
            captured: Money::ZERO,
        };
        world.record(transaction.entry(merchant, payment.references));
        self.merchant(merchant).transactions.push(transaction.clone());
        transaction
    }

    /// Books a payment for the caller and answers.
    pub(crate) fn book_and_answer(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        payment: Payment,
    ) -> Reply {
        self.book(world, &call.session.merchant, call.session.user, payment).created(world)
    }
}

impl Transaction {
    /// The answer to the request that made it.
    pub(crate) fn created(&self, world: &World) -> Reply {
        let created = match world.switch() {
            CreatedStatus::Ok200 => 200,
            CreatedStatus::Created201 => 201,
        };
        match self.ruling {
            Ruling::Approved | Ruling::Pending => Ok(Answer::json(created, self.to_json(world))),
            Ruling::Declined(reason) => match world.switch() {
                DeclineShape::Status402Object => Ok(Answer::json(402, self.to_json(world))),
                DeclineShape::Status200Object => Ok(Answer::json(200, self.to_json(world))),
                DeclineShape::Status402Message => Err(Refusal::new(402, reason)),
            },
        }
    }

    pub(crate) fn to_json(&self, world: &World) -> Json {
        let (result, message) = match self.ruling {
            Ruling::Approved => ("APPROVED", "Approved"),
            Ruling::Declined(reason) => ("DECLINED", reason),
            Ruling::Pending => ("PENDING", "Pending"),
        };
        let approved = self.ruling == Ruling::Approved;
        let mut object = Object::new()
            .null_when_unset(world.switch::<UnsetFields>() == UnsetFields::Null)
            .with("id", self.id)
            .with("transaction_id", self.hash.clone())
            .with("transaction_type", self.kind.name())
            .with("transaction_success", approved)
            .with("transaction_result", result)
            .with("transaction_message", message)
            .with("transaction_time", self.at)
            .with("amount", self.amount)
            .with_optional("amount_tax", self.amount_tax)
            .with_optional("amount_tip", self.amount_tip)
            .with("amount_refunded", self.refunded);
        object = match &self.card {
            Some(card) => object
                .with("card_type", card.brand)
                .with("card_suffix", suffix(card, world))
                .with("card_expiry", card.expiry()),
            None if self.kind.is_eft() => object.with("card_type", "EFT"),
            // A subscription whose card is gone.
            None => object,
        };
        for name in PAYER_FIELDS {
            let value = self.payer.iter().find(|(field, _)| *field == name);
            object = object.with_optional(name, value.map(|(_, text)| text.clone()));
        }
        object = object
            .with_optional("custom_id", self.references.custom_id.clone())
            .with_optional("invoice_id", self.references.invoice_id.clone())
            .with_optional("description", self.references.description.clone())
            .with("transaction_source", self.source)
            .with_optional("user_id", self.user)
            .with_optional("processor_auth_code", approved.then(|| self.auth_code.clone()))
            .with("processor_transaction_id", self.processor_id.clone());
        if world.switch::<CapturedField>() == CapturedField::Present && self.kind.is_authorization()
        {
            object = object.with("captured", !self.captured.is_zero());
        }
        if world.switch::<CurrencyField>() == CurrencyField::Present {
            object = object
                .with_optional("currency", self.currency.clone())
                .with("test_mode", self.test_mode);
        }
        object.into()
    }

    /// The ledger's entry, with the references as they were sent.
    fn entry(&self, merchant: &str, sent: References) -> Entry {
        let kind = self.kind.effect();
        let kind = match self.ruling {
            Ruling::Declined(_) => format!("{kind}_declined"),
            _ => kind.to_owned(),
        };
        Entry {
            parent: self.parent.clone(),
            amount: Some(self.amount),
            currency: self.currency.clone(),
            custom_id: sent.custom_id,
            invoice_id: sent.invoice_id,
            description: sent.description,
            ..Entry::new(&kind, self.id, merchant)
        }
    }
}

fn suffix(card: &Card, world: &World) -> Json {
    match (world.switch(), card.suffix.parse::<u64>()) {
        (CardSuffix::Number, Ok(number)) => number.into(),
        _ => card.suffix.clone().into(),
    }
}
