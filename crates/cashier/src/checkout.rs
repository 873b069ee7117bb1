//! The cashier page: for a payment, and for a payout.

use pay_core::{Amount, Invalid, LostCall, Secret};

use crate::{Order, Theme, operations, order::Form};

/// A page of the gateway on which the customer chooses how to pay. Give it to
/// [`Payments::hosted`](crate::Payments::hosted).
#[derive(Clone, Debug)]
pub struct HostedCheckout {
    pub(crate) order: Order,
    theme: Option<Theme>,
    amount_restricted: Option<bool>,
    max_deposit_limit: Option<Amount>,
}

impl HostedCheckout {
    /// A page for this order.
    #[must_use]
    pub fn new(order: Order) -> Self {
        Self { order, theme: None, amount_restricted: None, max_deposit_limit: None }
    }

    /// How the page looks.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = Some(theme);
        self
    }

    /// By its name, whether the customer is kept from changing the amount. No source says so, nor
    /// what holds when it is left out.
    #[must_use]
    pub fn amount_restricted(mut self, restricted: bool) -> Self {
        self.amount_restricted = Some(restricted);
        self
    }

    /// The field `max_deposit_limit` of the customer, in major units of the order's currency.
    #[must_use]
    pub fn max_deposit_limit(mut self, limit: Amount) -> Self {
        self.max_deposit_limit = Some(limit);
        self
    }

    /// What is needed to find out later what became of this payment: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.order.lost_call(&operations::PAYMENTS_HOSTED)
    }

    pub(crate) fn form(&self) -> Form<'_> {
        Form {
            theme: self.theme.as_ref(),
            amount_restricted: self.amount_restricted,
            max_deposit_limit: self.max_deposit_limit,
            ..Form::default()
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.order.check(&self.form())
    }
}

/// A page of the gateway on which the customer chooses how to be paid. Give it to
/// [`Payouts::create`](crate::Payouts::create). Which providers it offers is set in the portal,
/// under Settings, Provider Rules.
#[derive(Clone, Debug)]
pub struct PayoutCheckout {
    pub(crate) order: Order,
    theme: Option<Theme>,
}

impl PayoutCheckout {
    /// A page for this order.
    #[must_use]
    pub fn new(order: Order) -> Self {
        Self { order, theme: None }
    }

    /// How the page looks.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = Some(theme);
        self
    }

    /// What is needed to find out later what became of this payout: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        self.order.lost_call(&operations::PAYOUTS_CREATE)
    }

    pub(crate) fn form(&self) -> Form<'_> {
        Form { theme: self.theme.as_ref(), ..Form::default() }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.order.check(&self.form())
    }
}

/// The token of a page. How it becomes the page's URL stands in no source: ask the provider.
/// Nothing has been paid yet: the webhook with your `tracking_id` tells when it has.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub struct CheckoutToken {
    /// The token: whoever has it can open the page.
    pub token: Secret,
}

impl CheckoutToken {
    /// For tests of your own.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self { token: token.into() }
    }
}
