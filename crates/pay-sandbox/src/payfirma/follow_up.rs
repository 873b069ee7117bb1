//! Captures and refunds: Walkthrough, "Authorize a hold and then capture the payment" and
//! "Refund a payment".

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    payments::{payment, rule_on},
    switches::{EvenRefund, PathId, SeveralCaptures},
    test_processor::Ruling,
    transaction::{Kind, Payment, Transaction},
};
use crate::{money::Money, world::World};

impl Payfirma {
    pub(crate) fn capture(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.capture_from(world, call, "E_COMMERCE")
    }

    pub(crate) fn refund(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.refund_from(world, call, "E_COMMERCE")
    }

    /// Takes money from a hold, as far as something is left of it. Even amounts are declined.
    pub(crate) fn capture_from(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        source: &'static str,
    ) -> Reply {
        let input = Input::of(call.request)?;
        let mut payment = payment(world, &input, Kind::Capture)?;
        payment.source = source;
        let hold = self.original(world, call)?;
        if !hold.kind.is_authorization() {
            return Err(Refusal::invalid("Only an authorization can be captured"));
        }
        let used_up = !hold.captured.is_zero()
            && world.switch::<SeveralCaptures>() == SeveralCaptures::Declined;
        let left = hold.amount.minus(hold.captured);
        payment.ruling = match rule_on(world, payment.amount) {
            _ if hold.ruling != Ruling::Approved => {
                Ruling::Declined("The authorization was not approved.")
            }
            _ if used_up || payment.amount > left => {
                Ruling::Declined("The amount is more than what is left of the authorization.")
            }
            ruling => ruling,
        };
        let (approved, amount) = (payment.ruling == Ruling::Approved, payment.amount);
        let reply = self.book_on(world, call, &hold, payment);
        if approved {
            self.change(call, hold.id, |hold| hold.captured = hold.captured.plus(amount));
        }
        reply
    }

    /// Gives money back, as far as something is left of the sale or capture.
    pub(crate) fn refund_from(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        source: &'static str,
    ) -> Reply {
        let input = Input::of(call.request)?;
        let mut payment = payment(world, &input, Kind::Refund)?;
        payment.source = source;
        let original = self.original(world, call)?;
        if !matches!(original.kind, Kind::Sale | Kind::Capture) {
            return Err(Refusal::invalid("Only a sale or a capture can be refunded"));
        }
        let left = original.amount.minus(original.refunded);
        payment.ruling = match (world.switch(), rule_on(world, payment.amount)) {
            _ if original.ruling != Ruling::Approved => {
                Ruling::Declined("The transaction was not approved.")
            }
            _ if payment.amount > left => {
                Ruling::Declined("The amount is more than what is left of the transaction.")
            }
            (EvenRefund::Approved, Ruling::Declined(_)) => Ruling::Approved,
            (_, ruling) => ruling,
        };
        let (approved, amount) = (payment.ruling == Ruling::Approved, payment.amount);
        let reply = self.book_on(world, call, &original, payment);
        if approved {
            self.change(call, original.id, |original| {
                original.refunded = original.refunded.plus(amount);
            });
        }
        reply
    }

    fn book_on(
        &mut self,
        world: &mut World,
        call: &Call<'_>,
        original: &Transaction,
        mut payment: Payment,
    ) -> Reply {
        payment.card = original.card.clone();
        payment.currency = payment.currency.or_else(|| original.currency.clone());
        payment.parent = Some(original.id.to_string());
        if payment.payer.is_empty() {
            payment.payer = original.payer.clone();
        }
        self.book_and_answer(world, call, payment)
    }

    /// The transaction in the path, by the kind of id that is switched on.
    fn original(&mut self, world: &World, call: &Call<'_>) -> Result<Transaction, Refusal> {
        let id = call.param(0);
        let merchant = self.merchant(&call.session.merchant);
        let by_number = id.parse().ok().and_then(|id| merchant.by_number(id));
        let by_hash = merchant.by_hash(id);
        let found = match world.switch() {
            PathId::Either => by_number.or(by_hash),
            PathId::Numeric => by_number,
            PathId::Hash => by_hash,
        };
        found.cloned().ok_or_else(|| Refusal::not_found("transaction"))
    }

    fn change(&mut self, call: &Call<'_>, id: u64, change: impl FnOnce(&mut Transaction)) {
        if let Some(transaction) = self.merchant(&call.session.merchant).by_number_mut(id) {
            change(transaction);
        }
    }

    /// A refund that somebody makes in the PayHQ portal, past the API. It keeps to what is left but
    /// not to odd and even.
    pub(crate) fn refund_in_portal(
        &mut self,
        world: &mut World,
        id: u64,
        amount: Money,
    ) -> Result<u64, Refusal> {
        let found = self
            .merchants
            .iter()
            .find_map(|(name, merchant)| Some((name.clone(), merchant.by_number(id)?.clone())));
        let (merchant, original) = found.ok_or_else(|| Refusal::not_found("transaction"))?;
        let refundable = matches!(original.kind, Kind::Sale | Kind::Capture)
            && original.ruling == Ruling::Approved;
        if !refundable || amount > original.amount.minus(original.refunded) {
            return Err(Refusal::invalid("That much is not left to refund"));
        }
        let payment = Payment {
            kind: Kind::Refund,
            ruling: Ruling::Approved,
            amount,
            currency: original.currency.clone(),
            card: original.card.clone(),
            payer: original.payer.clone(),
            references: Default::default(),
            keeps_references: true,
            amount_tax: None,
            amount_tip: None,
            source: "VT",
            test_mode: false,
            parent: Some(original.id.to_string()),
        };
        world.cause.operation = "payfirma.portal.refund".to_owned();
        let refund = self.book(world, &merchant, Some(1_000), payment);
        if let Some(original) = self.merchant(&merchant).by_number_mut(id) {
            original.refunded = original.refunded.plus(amount);
        }
        Ok(refund.id)
    }
}
