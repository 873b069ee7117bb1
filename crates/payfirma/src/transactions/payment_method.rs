//! What a payment is made with, and how it is written.

use pay_core::{Invalid, Secret, provider::Hidden};
use time::OffsetDateTime;

use super::payment::PaymentWire;
use crate::{Card, EncryptedCard, PaymentToken, card::check_token, operations};

/// What a payment is made with: a [`Card`], an [`EncryptedCard`] or a [`PaymentToken`].
pub trait PaymentMethod: sealed::Sealed {}

/// What an amount can be held on: a [`Card`] or an [`EncryptedCard`].
pub trait HoldMethod: PaymentMethod {}

impl PaymentMethod for Card {}
impl PaymentMethod for EncryptedCard {}
impl PaymentMethod for PaymentToken {}
impl HoldMethod for Card {}
impl HoldMethod for EncryptedCard {}

pub(crate) mod sealed {
    use pay_core::provider::{Hidden, Operation};

    use super::{Invalid, OffsetDateTime, PaymentWire};

    /// How a payment method is checked and written.
    pub trait Sealed {
        fn sale_operation() -> &'static Operation;
        fn check(&self, now: OffsetDateTime) -> Result<(), Invalid>;
        fn write<'a>(&'a self, wire: &mut PaymentWire<'a>);
        fn hidden(&self) -> Vec<Hidden>;
        fn last4(&self) -> Option<&str> {
            None
        }
    }
}

impl sealed::Sealed for Card {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE
    }

    fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        Card::check(self, now)
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.card_number = Some(self.number().expose());
        wire.card_expiry_month = Some(self.expiry().month());
        wire.card_expiry_year = Some(self.expiry().year2());
        wire.cvv2 = Some(self.cvv().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        Card::hidden(self)
    }

    fn last4(&self) -> Option<&str> {
        Some(self.number().last4())
    }
}

impl sealed::Sealed for EncryptedCard {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE
    }

    fn check(&self, _: OffsetDateTime) -> Result<(), Invalid> {
        check_token("token", self.secret())
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.token = Some(self.secret().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        exact(self.secret())
    }
}

impl sealed::Sealed for PaymentToken {
    fn sale_operation() -> &'static pay_core::provider::Operation {
        &operations::TRANSACTIONS_SALE_TOKEN
    }

    fn check(&self, _: OffsetDateTime) -> Result<(), Invalid> {
        check_token("payment_token", self.secret())
    }

    fn write<'a>(&'a self, wire: &mut PaymentWire<'a>) {
        wire.payment_token = Some(self.secret().expose());
    }

    fn hidden(&self) -> Vec<Hidden> {
        exact(self.secret())
    }
}

fn exact(secret: &Secret) -> Vec<Hidden> {
    vec![Hidden::exact(secret.expose())]
}
