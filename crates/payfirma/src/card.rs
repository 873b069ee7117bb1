use pay_core::{CardNumber, Cvv, Expiry, Invalid, Secret, provider::Hidden};
use time::OffsetDateTime;

/// A card as the payer gives it. Its number and CVV are wiped when it is dropped.
///
/// Handling card numbers puts your systems in scope of PCI DSS. An [`EncryptedCard`] or a
/// [`PaymentToken`] from the browser keeps them out.
#[derive(Clone, Debug)]
pub struct Card {
    number: CardNumber,
    expiry: Expiry,
    cvv: Cvv,
}

impl Card {
    /// The reference asks for all three.
    #[must_use]
    pub fn new(number: CardNumber, expiry: Expiry, cvv: Cvv) -> Self {
        Self { number, expiry, cvv }
    }

    /// The card's number.
    #[must_use]
    pub fn number(&self) -> &CardNumber {
        &self.number
    }

    /// The card's expiry.
    #[must_use]
    pub fn expiry(&self) -> &Expiry {
        &self.expiry
    }

    pub(crate) fn cvv(&self) -> &Cvv {
        &self.cvv
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.expiry.check(now)
    }

    pub(crate) fn hidden(&self) -> Vec<Hidden> {
        vec![Hidden::number(self.number.expose()), Hidden::code(self.cvv.expose())]
    }
}

/// A card that Payfirma's browser library has encrypted: the field `token` (Guide: Encrypt credit
/// card as a token).
#[derive(Clone, Debug)]
pub struct EncryptedCard(Secret);

impl EncryptedCard {
    /// The library's output, as it is.
    #[must_use]
    pub fn new(token: impl Into<Secret>) -> Self {
        Self(token.into())
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// A payment token from Payfirma's iframe: the field `payment_token`. It is charged with the
/// client's iframe token, not with its login. Whether it can be used twice is unknown.
#[derive(Clone, Debug)]
pub struct PaymentToken(Secret);

impl PaymentToken {
    /// The iframe's output, as it is.
    #[must_use]
    pub fn new(token: impl Into<Secret>) -> Self {
        Self(token.into())
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

pub(crate) fn check_token(field: &'static str, token: &Secret) -> Result<(), Invalid> {
    if token.expose().trim().is_empty() {
        return Err(Invalid::new(field, "must not be empty"));
    }
    Ok(())
}
