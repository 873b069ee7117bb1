use pay_core::{Amount, Extra, Invalid, LostCall, Secret, provider::Hidden};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{dollars::dollars, operations};

/// A card as North's browser SDK hands it over: a token to be used once. A secret like the card.
#[derive(Clone, Debug)]
pub struct IframeToken(Secret);

impl IframeToken {
    /// Takes a token. Its form is unknown: it must only not be empty.
    ///
    /// # Errors
    ///
    /// It is empty.
    pub fn new(token: impl Into<Secret>) -> Result<Self, Invalid> {
        let token = token.into();
        if token.expose().trim().is_empty() {
            return Err(Invalid::new("token", "must not be empty"));
        }
        Ok(Self(token))
    }
}

/// A charge of a card by its token. Give it to [`Iframe::charge`](crate::Iframe::charge).
///
/// No field is known that would carry a reference, so a lost answer can only be guessed at.
///
/// ```
/// use payanywhere::{IframeCharge, IframeToken};
///
/// let token = IframeToken::new("from the browser")?;
/// let charge = IframeCharge::new(token, "10.99".parse()?, "the gateway's public key");
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct IframeCharge {
    token: IframeToken,
    amount: Amount,
    gateway_public_key: String,
    transaction_source: String,
    extra: Extra,
}

impl IframeCharge {
    /// A charge of `amount` dollars, with at most two decimals. The key is the one that the browser
    /// SDK was set up with.
    #[must_use]
    pub fn new(token: IframeToken, amount: Amount, gateway_public_key: impl Into<String>) -> Self {
        Self {
            token,
            amount,
            gateway_public_key: gateway_public_key.into(),
            transaction_source: "PA-JS-SDK".to_owned(),
            extra: Extra::default(),
        }
    }

    /// The software that the token comes from. `PA-JS-SDK`, as in North's samples, if not given.
    #[must_use]
    pub fn transaction_source(mut self, source: impl Into<String>) -> Self {
        self.transaction_source = source.into();
        self
    }

    /// Adds a field that this crate does not know, such as those of recurring charges.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of it: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::IFRAME_CHARGE.id, OffsetDateTime::now_utc())
            .with_amount(self.amount)
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        self.amount.check_charge(None)?;
        for (field, text) in [
            ("gateway_public_key", &self.gateway_public_key),
            ("transaction_source", &self.transaction_source),
        ] {
            if text.trim().is_empty() {
                return Err(Invalid::new(field, "must not be empty"));
            }
        }
        Ok(())
    }

    pub(super) fn wire(&self) -> ChargeWire<'_> {
        ChargeWire {
            token: self.token.0.expose(),
            amount: dollars(self.amount),
            gateway_public_key: &self.gateway_public_key,
            transaction_source: &self.transaction_source,
        }
    }

    pub(super) fn amount(&self) -> Amount {
        self.amount
    }

    pub(super) fn added(&self) -> &Extra {
        &self.extra
    }

    pub(super) fn hidden(&self) -> [Hidden; 1] {
        [Hidden::exact(self.token.0.expose())]
    }
}

/// The body of the request.
#[derive(Serialize)]
pub(super) struct ChargeWire<'a> {
    token: &'a str,
    #[serde(with = "pay_core::amount::string")]
    amount: Amount,
    gateway_public_key: &'a str,
    transaction_source: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(amount: &str, key: &str) -> IframeCharge {
        let token = IframeToken::new("t0k").unwrap();
        IframeCharge::new(token, amount.parse().unwrap(), key)
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (charge, field) in [
            (charge("0", "key"), "amount"),
            (charge("1.001", "key"), "amount"),
            (charge("1", " "), "gateway_public_key"),
            (charge("1", "key").transaction_source(""), "transaction_source"),
        ] {
            assert_eq!(charge.check().unwrap_err().field(), field, "{charge:?}");
        }
        assert_eq!(IframeToken::new(" ").unwrap_err().field(), "token");
        assert_eq!(charge("10.99", "key").check(), Ok(()));
    }

    #[test]
    fn the_token_is_not_shown() {
        let shown = format!("{:?}", charge("1", "key"));
        assert!(!shown.contains("t0k"), "{shown}");
    }
}
