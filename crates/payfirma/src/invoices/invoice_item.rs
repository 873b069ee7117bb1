use pay_core::{Amount, Invalid};
use serde::Serialize;

/// A line of a [`NewInvoice`](crate::NewInvoice). Which of its fields are required, and whether the
/// provider works out `amount` from price and quantity, is unknown.
///
/// ```
/// use payfirma::{InvoiceItem, InvoiceTax};
///
/// let hours = InvoiceItem::new("Consulting, hours")
///     .quantity("2.5".parse()?)
///     .price("80.00".parse()?)
///     .amount("200.00".parse()?)
///     .tax1(InvoiceTax::percent("5".parse()?));
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct InvoiceItem {
    item: String,
    quantity: Option<Amount>,
    price: Option<Amount>,
    amount: Option<Amount>,
    discount: Option<bool>,
    tax1: Option<InvoiceTax>,
    tax2: Option<InvoiceTax>,
}

/// A tax on a line of an invoice: a percentage, or an amount.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceTax {
    percentile: bool,
    amount: Amount,
}

impl InvoiceItem {
    /// A line that says what is sold. (`item` on the wire.)
    #[must_use]
    pub fn new(item: impl Into<String>) -> Self {
        Self {
            item: item.into(),
            quantity: None,
            price: None,
            amount: None,
            discount: None,
            tax1: None,
            tax2: None,
        }
    }

    /// How many of it: no money, but an exact decimal number too.
    #[must_use]
    pub fn quantity(mut self, quantity: Amount) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// The price of one, in dollars.
    #[must_use]
    pub fn price(mut self, price: Amount) -> Self {
        self.price = Some(price);
        self
    }

    /// The line's amount, in dollars.
    #[must_use]
    pub fn amount(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// Whether the line is a discount. That the field is a yes or no is documented, what it does
    /// to the amount is not.
    #[must_use]
    pub fn discount(mut self, discount: bool) -> Self {
        self.discount = Some(discount);
        self
    }

    /// The first tax.
    #[must_use]
    pub fn tax1(mut self, tax: InvoiceTax) -> Self {
        self.tax1 = Some(tax);
        self
    }

    /// The second tax.
    #[must_use]
    pub fn tax2(mut self, tax: InvoiceTax) -> Self {
        self.tax2 = Some(tax);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.item.trim().is_empty() {
            return Err(Invalid::new("item", "must not be empty"));
        }
        if self.quantity.is_some_and(|quantity| !quantity.is_positive()) {
            return Err(Invalid::new("quantity", "must be greater than 0"));
        }
        let money = [("price", self.price), ("amount", self.amount)];
        let taxes = [("tax1.amount", self.tax1), ("tax2.amount", self.tax2)]
            .map(|(field, tax)| (field, tax.map(|tax| tax.amount)));
        for (field, amount) in money.into_iter().chain(taxes) {
            if amount.is_some_and(|amount| amount.is_negative()) {
                return Err(Invalid::new(field, "must not be negative"));
            }
        }
        Ok(())
    }

    pub(crate) fn wire(&self) -> InvoiceItemWire<'_> {
        InvoiceItemWire {
            amount: self.amount,
            price: self.price,
            quantity: self.quantity,
            item: &self.item,
            discount: self.discount,
            tax1: self.tax1.as_ref().map(InvoiceTax::wire),
            tax2: self.tax2.as_ref().map(InvoiceTax::wire),
        }
    }
}

impl InvoiceTax {
    /// So many per cent: `5` is 5 %. (`percentile` on the wire.)
    #[must_use]
    pub fn percent(percent: Amount) -> Self {
        Self { percentile: true, amount: percent }
    }

    /// So many dollars.
    #[must_use]
    pub fn amount(amount: Amount) -> Self {
        Self { percentile: false, amount }
    }

    fn wire(&self) -> InvoiceTaxWire {
        InvoiceTaxWire { percentile: self.percentile, amount: self.amount }
    }
}

/// A line as it is sent.
#[derive(Serialize)]
pub(crate) struct InvoiceItemWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    price: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    quantity: Option<Amount>,
    item: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax1: Option<InvoiceTaxWire>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax2: Option<InvoiceTaxWire>,
}

#[derive(Serialize)]
struct InvoiceTaxWire {
    percentile: bool,
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn bad_lines_are_refused_by_field_and_rule() {
        let item = || InvoiceItem::new("a");
        for (line, refusal) in [
            (InvoiceItem::new(" "), "item: must not be empty"),
            (item().quantity(amount("0")), "quantity: must be greater than 0"),
            (item().price(amount("-0.01")), "price: must not be negative"),
            (item().amount(amount("-1")), "amount: must not be negative"),
            (item().tax2(InvoiceTax::percent(amount("-5"))), "tax2.amount: must not be negative"),
        ] {
            assert_eq!(line.check().unwrap_err().to_string(), refusal);
        }
        // A provincial tax of 9.975 % is real.
        assert_eq!(item().tax1(InvoiceTax::percent(amount("9.975"))).check(), Ok(()));
    }
}
