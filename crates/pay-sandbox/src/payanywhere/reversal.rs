//! Taking a sale back: a void before settlement, refunds after it.

use super::{
    Call, MerchantCredentials, NotCompleted, Payanywhere, Refusal, Reply,
    body::Input,
    switches::{EvenAmounts, Username},
    transaction::{Kind, New, Transaction},
    verdict::{approved, declined},
};
use crate::{json::Object, ledger::Entry, money::Money, request::Request, world::World};

/// The operation of a request to the route that both share, by its `type`.
pub(crate) fn operation(request: &Request) -> &'static str {
    let body = Input::of(request).ok();
    match body.as_ref().and_then(|body| body.text("type").ok().flatten()) {
        Some("void") => "payanywhere.transactions.void",
        Some("refund") => "payanywhere.transactions.refund",
        _ => super::routes::REVERSE,
    }
}

impl Payanywhere {
    pub(crate) fn reverse(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = call.session()?.merchant;
        let body = Input::of(call.request)?;
        match body.need_text("type")? {
            "void" => self.void(merchant, &body, world),
            "refund" => self.refund(merchant, &body, world),
            _ => Err(Refusal::invalid("type must be void or refund")),
        }
    }

    fn void(
        &mut self,
        merchant: &'static MerchantCredentials,
        body: &Input,
        world: &mut World,
    ) -> Reply {
        let id = body.need_number("transaction_id")?;
        let by = Attributes::of(body, world)?;
        let sale = self.voidable(merchant, id)?;
        if is_declined(sale.amount, world) {
            by.record_decline("void_declined", &sale, sale.amount, world);
            return Ok(declined(world));
        }
        let void = self.book_void(&sale, by, world);
        Ok(approved(Object::new().with("void_id", void), world))
    }

    fn refund(
        &mut self,
        merchant: &'static MerchantCredentials,
        body: &Input,
        world: &mut World,
    ) -> Reply {
        let id = body.need_number("ccs_pk")?;
        let amount = body.amount(world)?;
        let by = Attributes::of(body, world)?;
        let sale = self.refundable(merchant, id, amount)?;
        if is_declined(amount, world) {
            by.record_decline("refund_declined", &sale, amount, world);
            return Ok(declined(world));
        }
        let refund = self.book_refund(&sale, amount, by, world);
        Ok(approved(Object::new().with("refund_id", refund), world))
    }

    /// What the merchant does in its portal; odd and even do not matter there.
    pub(crate) fn refund_in_portal(
        &mut self,
        merchant: &MerchantCredentials,
        id: u64,
        amount: Money,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        if amount.is_zero() || amount.is_negative() || amount.decimals() > 2 {
            return Err(NotCompleted("A refund is above 0, with at most two decimals".to_owned()));
        }
        let sale = self.refundable(merchant, id, amount).map_err(not_completed)?;
        world.cause.operation = "payanywhere.portal.refund".to_owned();
        Ok(self.book_refund(&sale, amount, Attributes::portal(), world))
    }

    /// The same for a void.
    pub(crate) fn void_in_portal(
        &mut self,
        merchant: &MerchantCredentials,
        id: u64,
        world: &mut World,
    ) -> Result<u64, NotCompleted> {
        let sale = self.voidable(merchant, id).map_err(not_completed)?;
        world.cause.operation = "payanywhere.portal.void".to_owned();
        Ok(self.book_void(&sale, Attributes::portal(), world))
    }

    fn sale(&self, merchant: &MerchantCredentials, id: u64) -> Result<Transaction, Refusal> {
        let found = self.transaction(merchant, id).filter(|it| it.kind.is_sale());
        found.cloned().ok_or_else(|| Refusal::new(404, "There is no such sale"))
    }

    fn voidable(&self, merchant: &MerchantCredentials, id: u64) -> Result<Transaction, Refusal> {
        let sale = self.sale(merchant, id)?;
        if sale.kind == Kind::CashSale {
            return Err(Refusal::Rule("A cash sale cannot be voided"));
        }
        if sale.voided_by.is_some() {
            return Err(Refusal::Rule("The sale is voided already"));
        }
        if self.is_settled(sale.batch) {
            return Err(Refusal::Rule("The sale is settled: refund it"));
        }
        Ok(sale)
    }

    fn refundable(
        &self,
        merchant: &MerchantCredentials,
        id: u64,
        amount: Money,
    ) -> Result<Transaction, Refusal> {
        let sale = self.sale(merchant, id)?;
        if sale.voided_by.is_some() {
            return Err(Refusal::Rule("The sale is voided"));
        }
        if !self.is_settled(sale.batch) {
            return Err(Refusal::Rule("The sale is not settled yet: void it"));
        }
        if amount > sale.amount.minus(sale.refunded) {
            return Err(Refusal::Rule("That is more than is left of the sale"));
        }
        Ok(sale)
    }

    fn book_void(&mut self, sale: &Transaction, by: Attributes, world: &mut World) -> u64 {
        let void = self.book(by.child(sale, Kind::Void, sale.amount), by.entry("void"), world);
        let uniq_id = self.transaction(sale.merchant, void).map(Transaction::uniq_id);
        if let Some(sale) = self.transaction_mut(sale.id) {
            sale.voided_by = uniq_id;
        }
        void
    }

    fn book_refund(
        &mut self,
        sale: &Transaction,
        amount: Money,
        by: Attributes,
        world: &mut World,
    ) -> u64 {
        let kind = match sale.kind {
            Kind::CashSale => Kind::CashRefund,
            _ => Kind::CardRefund,
        };
        let refund = self.book(by.child(sale, kind, amount), by.entry("refund"), world);
        if let Some(sale) = self.transaction_mut(sale.id) {
            sale.refunded = sale.refunded.plus(amount);
        }
        refund
    }
}

/// What a refund or void says of itself.
struct Attributes {
    source: String,
    comment: Option<String>,
}

impl Attributes {
    fn of(body: &Input, world: &World) -> Result<Self, Refusal> {
        let username = match world.switch() {
            Username::Required => Some(body.need_text("username")?),
            Username::Optional => body.text("username")?,
        };
        if username.is_some_and(|username| !username.contains('@')) {
            return Err(Refusal::invalid("username must be an e-mail address"));
        }
        Ok(Self {
            source: body.text("transaction_source")?.unwrap_or("API").to_owned(),
            comment: body.text("comment")?.map(str::to_owned),
        })
    }

    fn portal() -> Self {
        Self { source: "Payments Hub".to_owned(), comment: None }
    }

    fn child(&self, sale: &Transaction, kind: Kind, amount: Money) -> New {
        New {
            merchant: sale.merchant,
            kind,
            amount,
            card: sale.card.clone(),
            source: self.source.clone(),
            device: None,
            parent: Some(sale.id),
        }
    }

    fn entry(&self, kind: &str) -> Entry {
        Entry { description: self.comment.clone(), ..Entry::new(kind, "", "") }
    }

    /// A decline makes no transaction: the sale itself is what it is about.
    fn record_decline(&self, kind: &str, sale: &Transaction, amount: Money, world: &mut World) {
        world.record(Entry {
            amount: Some(amount),
            currency: Some("USD".to_owned()),
            description: self.comment.clone(),
            ..Entry::new(kind, sale.id, sale.merchant.mid).of(sale.id)
        });
    }
}

fn is_declined(amount: Money, world: &World) -> bool {
    !amount.has_odd_dollars() && world.switch::<EvenAmounts>() == EvenAmounts::Declined
}

fn not_completed(refusal: Refusal) -> NotCompleted {
    NotCompleted(refusal.to_string())
}
