//! Sales and authorizations in all their forms.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    switches::{StoredCardReferences, ZeroAmount},
    test_processor::{Ruling, ruling},
    transaction::{Kind, Payment, References},
};
use crate::{card::Card, money::Money, world::World};

const CARD_FIELDS: [&str; 4] = ["card_number", "card_expiry_month", "card_expiry_year", "cvv2"];

impl Payfirma {
    pub(crate) fn sale(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_card(world, call, Kind::Sale)
    }

    pub(crate) fn authorize(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_card(world, call, Kind::Authorization)
    }

    pub(crate) fn sale_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_stored_card(world, call, Kind::Sale)
    }

    pub(crate) fn sale_customer_card(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_stored_card(world, call, Kind::Sale)
    }

    pub(crate) fn authorize_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_stored_card(world, call, Kind::Authorization)
    }

    pub(crate) fn authorize_customer_card(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.pay_by_stored_card(world, call, Kind::Authorization)
    }

    /// By the payment token that the iframe's script made of a card.
    pub(crate) fn sale_token(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let input = Input::of(call.request)?;
        let token = input.need_text("payment_token")?;
        let mut payment = payment(world, &input, Kind::Sale)?;
        limit_references(world, &mut payment)?;
        let card = self.browser.take_payment_token(&token, world)?;
        payment.pay_with(card, world);
        self.book_and_answer(world, call, payment)
    }

    fn pay_by_card(&mut self, world: &mut World, call: &Call<'_>, kind: Kind) -> Reply {
        let input = Input::of(call.request)?;
        let mut payment = payment(world, &input, kind)?;
        let card = self.card_in(world, &input)?;
        payment.pay_with(card, world);
        self.book_and_answer(world, call, payment)
    }

    /// The first parameter is the customer, the second, if there is one, the card.
    fn pay_by_stored_card(&mut self, world: &mut World, call: &Call<'_>, kind: Kind) -> Reply {
        let input = Input::of(call.request)?;
        let mut payment = payment(world, &input, kind)?;
        let brings_a_card = input.get("token").is_some() || input.get("card_number").is_some();
        let new_card = match call.params.len() {
            1 if brings_a_card => Some(self.card_in(world, &input)?),
            _ => None,
        };
        if new_card.is_none() {
            limit_references(world, &mut payment)?;
        }
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        let card = match new_card {
            Some(card) => card,
            None => customer.card_to_charge(call.params.get(1).map(String::as_str))?,
        };
        payment.parent = Some(customer.lookup_id.clone());
        for (name, text) in &customer.fields {
            if !payment.payer.iter().any(|(field, _)| field == name) {
                payment.payer.push((name, text.clone()));
            }
        }
        payment.pay_with(card, world);
        self.book_and_answer(world, call, payment)
    }

    /// The card in a body: its data, or the `token` that the encryption script made of them.
    pub(crate) fn card_in(&self, world: &World, input: &Input) -> Result<Card, Refusal> {
        if let Some(token) = input.text("token")? {
            if CARD_FIELDS.iter().any(|name| input.get(name).is_some()) {
                return Err(Refusal::invalid("token and card data exclude each other"));
            }
            return self.browser.card_of(&token);
        }
        card_data(world, input, NeedsCvv::Yes)
    }
}

impl Payment {
    fn pay_with(&mut self, card: Card, world: &World) {
        if self.ruling == Ruling::Approved && card.has_expired(world.now) {
            self.ruling = Ruling::Declined("The card has expired.");
        }
        self.card = Some(card);
    }
}

/// Whether card data without a CVV will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NeedsCvv {
    Yes,
    No,
}

pub(crate) fn card_data(
    world: &World,
    input: &Input,
    needs_cvv: NeedsCvv,
) -> Result<Card, Refusal> {
    let number = input.need_text("card_number")?;
    let month = input.need_text("card_expiry_month")?;
    let year = input.need_text("card_expiry_year")?;
    let cvv = match needs_cvv {
        NeedsCvv::Yes => Some(input.need_text("cvv2")?),
        NeedsCvv::No => input.text("cvv2")?,
    };
    Card::check(&number, &month, &year, cvv.as_deref(), world.now).map_err(Refusal::invalid)
}

/// What every payment's body says.
pub(crate) fn payment(world: &World, input: &Input, kind: Kind) -> Result<Payment, Refusal> {
    let amount = input.amount(world)?;
    Ok(Payment {
        kind,
        ruling: rule_on(world, amount),
        amount,
        currency: input.currency()?,
        card: None,
        payer: input.payer()?,
        references: References {
            custom_id: input.text("custom_id")?,
            invoice_id: input.text("invoice_id")?,
            description: input.text("description")?,
        },
        keeps_references: true,
        amount_tax: input.money("amount_tax")?,
        amount_tip: input.money("amount_tip")?,
        source: "E_COMMERCE",
        test_mode: input.flag("test_mode")?.unwrap_or(false),
        parent: None,
    })
}

pub(crate) fn rule_on(world: &World, amount: Money) -> Ruling {
    match world.switch() {
        ZeroAmount::Approved if amount.is_zero() => Ruling::Approved,
        _ => ruling(amount),
    }
}

fn limit_references(world: &World, payment: &mut Payment) -> Result<(), Refusal> {
    let References { custom_id, invoice_id, description } = &payment.references;
    let any = [custom_id, invoice_id, description].iter().any(|field| field.is_some());
    match world.switch() {
        StoredCardReferences::Echoed => {}
        StoredCardReferences::Ignored => payment.keeps_references = false,
        StoredCardReferences::Refused if any => {
            let why = "custom_id, invoice_id and description are not known here";
            return Err(Refusal::invalid(why));
        }
        StoredCardReferences::Refused => {}
    }
    Ok(())
}
