//! EFT: developer.payfirma.com/api/eft. Bank deposit and send funds have no documented path or
//! body; the sandbox takes `amount`, `description`, and for sending also `email`.

use time::macros::format_description;

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    payments::payment,
    switches::EftSettles,
    test_processor::{Ruling, ruling},
    transaction::{Kind, Payment},
};
use crate::{
    answer::Answer,
    clock::{Millis, date_time},
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    world::World,
};

/// A merchant's EFT account.
#[derive(Debug)]
pub(crate) struct Eft {
    balance: Money,
    incoming: Vec<Incoming>,
    pub(crate) pending: Vec<Pending>,
}

/// A request that the payer has not acted on yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending {
    pub(crate) due: Millis,
    id: u64,
}

/// What somebody else asks this merchant to pay.
#[derive(Debug, Clone)]
struct Incoming {
    amount: Money,
    processor_id: String,
    email: String,
    redirect_url: String,
    at: Millis,
    description: String,
}

impl Default for Eft {
    fn default() -> Self {
        let balance = "1000".parse().unwrap_or(Money::ZERO);
        Self { balance, incoming: Vec::new(), pending: Vec::new() }
    }
}

impl Payfirma {
    /// Both balances are the same here: a pending request counts in neither.
    pub(crate) fn eft_balance(&mut self, _world: &mut World, call: &Call<'_>) -> Reply {
        let balance = self.merchant(&call.session.merchant).eft.balance;
        let body = Object::new().with("available_balance", balance).with("actual_balance", balance);
        Ok(Answer::json(200, body))
    }

    pub(crate) fn eft_incoming_requests(&mut self, _world: &mut World, call: &Call<'_>) -> Reply {
        let incoming = &self.merchant(&call.session.merchant).eft.incoming;
        let requests: Vec<Json> = incoming.iter().map(Incoming::to_json).collect();
        Ok(Answer::json(200, Object::new().with("incoming_requests", requests)))
    }

    /// Asks a customer for money: pending until the payer acts.
    pub(crate) fn eft_request_funds(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let mut payment = eft_payment(world, call, Kind::EftRequest)?;
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        payment.parent = Some(customer.lookup_id.clone());
        payment.payer =
            customer.fields.iter().filter(|(name, _)| *name == "email").cloned().collect();
        payment.ruling = Ruling::Pending;
        let (merchant, user) = (&call.session.merchant, call.session.user);
        let transaction = self.book(world, merchant, user, payment);
        let wait = world.switch::<EftSettles>().0.saturating_mul(1_000);
        let due = world.now.saturating_add(Millis::try_from(wait).unwrap_or(Millis::MAX));
        self.merchant(merchant).eft.pending.push(Pending { due, id: transaction.id });
        transaction.created(world)
    }

    pub(crate) fn eft_bank_deposit(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let payment = eft_payment(world, call, Kind::EftDeposit)?;
        self.pay_out(world, call, payment)
    }

    pub(crate) fn eft_send_funds(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let payment = eft_payment(world, call, Kind::EftSend)?;
        if !payment.payer.iter().any(|(name, _)| *name == "email") {
            return Err(Refusal::invalid("email is required"));
        }
        self.pay_out(world, call, payment)
    }

    fn pay_out(&mut self, world: &mut World, call: &Call<'_>, mut payment: Payment) -> Reply {
        let eft = &mut self.merchant(&call.session.merchant).eft;
        if payment.amount > eft.balance {
            payment.ruling = Ruling::Declined("The amount is more than the available balance.");
        }
        if payment.ruling == Ruling::Approved {
            eft.balance = eft.balance.minus(payment.amount);
        }
        self.book_and_answer(world, call, payment)
    }

    /// Decides the pending requests that are due, or all of them, by their amounts.
    pub(crate) fn settle_eft(&mut self, world: &mut World, all: bool) {
        for (name, merchant) in &mut self.merchants {
            let now = world.now;
            let is_due = |pending: &Pending| all || pending.due <= now;
            let due: Vec<_> = merchant.eft.pending.iter().copied().filter(is_due).collect();
            merchant.eft.pending.retain(|pending| !is_due(pending));
            for pending in due {
                let Some(transaction) = merchant.by_number_mut(pending.id) else { continue };
                let amount = transaction.amount;
                transaction.ruling = ruling(amount);
                let approved = transaction.ruling == Ruling::Approved;
                let kind = match approved {
                    true => "eft_request_settled",
                    false => "eft_request_declined",
                };
                world.cause.operation = "payfirma.eft.settle".to_owned();
                world.record(Entry { amount: Some(amount), ..Entry::new(kind, pending.id, name) });
                if approved {
                    merchant.eft.balance = merchant.eft.balance.plus(amount);
                }
            }
        }
    }

    /// Somebody else asks this merchant for money.
    pub(crate) fn ask_for_funds(
        &mut self,
        world: &mut World,
        merchant: &str,
        amount: Money,
        email: &str,
        description: &str,
    ) {
        let processor_id = format!("PAY{:08}", world.rng.u32(0..100_000_000));
        let incoming = Incoming {
            amount,
            email: email.to_owned(),
            redirect_url: format!("{}/payfirma/eft-page/{processor_id}", world.base_url),
            processor_id,
            at: world.now,
            description: description.to_owned(),
        };
        self.merchant(merchant).eft.incoming.push(incoming);
    }
}

impl Incoming {
    fn to_json(&self) -> Json {
        let format = format_description!(
            "[month padding:none]/[day padding:none]/[year] \
             [hour repr:12 padding:none]:[minute]:[second] [period]"
        );
        Object::new()
            .with("amount", self.amount)
            .with("processor_transaction_id", self.processor_id.clone())
            .with("email", self.email.clone())
            .with("status", "PENDING")
            .with("redirect_url", self.redirect_url.clone())
            // As in the sample: a US date without a zone. Ours is UTC.
            .with("date", date_time(self.at).format(&format).unwrap_or_default())
            .with("description", self.description.clone())
            .into()
    }
}

fn eft_payment(world: &World, call: &Call<'_>, kind: Kind) -> Result<Payment, Refusal> {
    let input = Input::of(call.request)?;
    Ok(Payment { source: "VT", ..payment(world, &input, kind)? })
}
