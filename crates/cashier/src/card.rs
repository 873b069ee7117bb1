use pay_core::{CardNumber, Cvv, Expiry, Invalid, provider::Hidden};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;

/// A card as the payer gives it. Its number and CVC are wiped when it is dropped.
///
/// "You must be PCI certified to use this integration."
#[derive(Clone, Debug)]
pub struct Card {
    holder_name: String,
    number: CardNumber,
    expiry: Expiry,
    cvc: Cvv,
}

impl Card {
    /// All that the sample has.
    #[must_use]
    pub fn new(
        holder_name: impl Into<String>,
        number: CardNumber,
        expiry: Expiry,
        cvc: Cvv,
    ) -> Self {
        Self { holder_name: holder_name.into(), number, expiry, cvc }
    }

    /// The card's number.
    #[must_use]
    pub fn number(&self) -> &CardNumber {
        &self.number
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        if self.holder_name.trim().is_empty() {
            return Err(Invalid::new("card_details.holder_name", "must not be empty"));
        }
        self.expiry.check(now).map_err(|invalid| invalid.under("card_details"))
    }

    pub(crate) fn hidden(&self) -> [Hidden; 2] {
        [Hidden::number(self.number.expose()), Hidden::code(self.cvc.expose())]
    }

    pub(crate) fn wire(&self) -> CardWire<'_> {
        CardWire {
            holder_name: &self.holder_name,
            card_number: self.number.expose(),
            cvc: self.cvc.expose(),
            exp_month: Month(self.expiry.month()),
            exp_year: Year(self.expiry.year()),
        }
    }
}

/// A card as it is sent. Private and without `Debug`: it is written once, into a buffer that is
/// wiped.
#[derive(Serialize)]
pub(crate) struct CardWire<'a> {
    holder_name: &'a str,
    card_number: &'a str,
    cvc: &'a str,
    exp_month: Month,
    exp_year: Year,
}

/// Two digits, as a string.
struct Month(u8);

/// Four digits, as a string.
struct Year(u16);

// Formatted straight into the buffer, so that no copy of a card's data is left behind.
impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}", self.0))
    }
}

impl Serialize for Year {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:04}", self.0))
    }
}
