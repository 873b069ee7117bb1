//! The card terminal: developer.payfirma.com/api/card-terminal.

use super::{
    Call, Payfirma, Refusal, Reply,
    body::Input,
    payments::payment,
    switches::TerminalCaptureVerb,
    transaction::{Kind, Payment},
};
use crate::{card::Card, world::World};

const SOURCE: &str = "CARD_TERMINAL";

impl Payfirma {
    pub(crate) fn terminal_sale(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let payment = at_terminal(world, call, Kind::Sale)?;
        self.book_and_answer(world, call, payment)
    }

    pub(crate) fn terminal_authorize(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let payment = at_terminal(world, call, Kind::TerminalAuthorization)?;
        self.book_and_answer(world, call, payment)
    }

    pub(crate) fn terminal_sale_customer(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let mut payment = at_terminal(world, call, Kind::Sale)?;
        let customer = self.merchant(&call.session.merchant).customer(call.param(0))?;
        payment.parent = Some(customer.lookup_id.clone());
        self.book_and_answer(world, call, payment)
    }

    pub(crate) fn terminal_capture(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let method = match world.switch() {
            TerminalCaptureVerb::Post => "POST",
            TerminalCaptureVerb::Get => "GET",
            TerminalCaptureVerb::Either => &call.request.method,
        };
        if call.request.method != method {
            return Err(Refusal::new(405, format!("This path takes {method}")));
        }
        self.capture_from(world, call, SOURCE)
    }

    pub(crate) fn terminal_refund(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.refund_from(world, call, SOURCE)
    }
}

/// The card is read by the terminal; the body's card fields hold placeholders and count for nothing.
fn at_terminal(world: &World, call: &Call<'_>, kind: Kind) -> Result<Payment, Refusal> {
    let input = Input::of(call.request)?;
    if input.flag("is_card_terminal_transaction")? != Some(true) {
        return Err(Refusal::invalid("is_card_terminal_transaction must be true"));
    }
    if input.number("processor_id")?.is_none() {
        return Err(Refusal::invalid("processor_id is required"));
    }
    let payment = payment(world, &input, kind)?;
    Ok(Payment { card: Some(Card::at_terminal(world.now)), source: SOURCE, ..payment })
}
