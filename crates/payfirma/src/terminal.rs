pub(crate) mod terminal_request;

use pay_core::{LostCall, Response, Result, provider::Operation};

use crate::{
    Client, TerminalAuthorize, TerminalCapture, TerminalCustomerSale, TerminalRefund, TerminalSale,
    Transaction, TransactionId, operations, terminal::terminal_request::AtTerminal,
    transactions::transaction::send,
};

/// Payments on a card terminal. From [`Client::terminal`].
///
/// These calls wait for a person, with a timeout of their own
/// ([`Timeouts::interactive`](crate::Timeouts::interactive)). As everywhere, `Ok` means approved. A
/// payer who gives up at the terminal is no decline: the error's kind is
/// [`Refused`](crate::ErrorKind::Refused), its code `CANCELED`.
#[derive(Debug)]
pub struct Terminal<'a> {
    client: &'a Client,
}

impl Client {
    /// Payments on a card terminal.
    #[must_use]
    pub fn terminal(&self) -> Terminal<'_> {
        Terminal { client: self }
    }
}

impl Terminal<'_> {
    /// Charges the card that is presented: `POST /transaction-service-vt/sale/terminal`
    /// (developer.payfirma.com/api/card-terminal).
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent. `is_declined()`: nothing was charged. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been, and the payer may still be
    /// standing at the terminal.
    pub async fn sale(&self, sale: &TerminalSale) -> Result<Response<Transaction>> {
        self.run(&operations::TERMINAL_SALE, &sale.at, sale.lost_call()).await
    }

    /// The same, recorded with a customer:
    /// `POST /transaction-service-vt/sale/terminalcustomer/{customer_lookup_id}`
    /// (developer.payfirma.com/api/card-terminal).
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn sale_customer(
        &self,
        sale: &TerminalCustomerSale,
    ) -> Result<Response<Transaction>> {
        let call = self
            .client
            .call(&operations::TERMINAL_SALE_CUSTOMER)
            .check(sale.customer.check())
            .check(sale.at.check())
            .path("customer_lookup_id", &sale.customer)
            .json(&sale.at.wire(), &sale.at.extra)
            .lost_call(sale.lost_call());
        send(call, sale.at.expected()).await
    }

    /// Holds an amount on the card that is presented:
    /// `POST /transaction-service-vt/authorize/terminal`
    /// (developer.payfirma.com/api/card-terminal). Its body is not shown there: it is that of the
    /// sale.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn authorize(&self, authorize: &TerminalAuthorize) -> Result<Response<Transaction>> {
        self.run(&operations::TERMINAL_AUTHORIZE, &authorize.at, authorize.lost_call()).await
    }

    /// Collects a held amount: `POST /transaction-service-vt/capture/{transaction_id}`. The
    /// reference (developer.payfirma.com/api/card-terminal) prints GET; the provider's sandbox
    /// was seen to want POST, and a GET that moves money might be sent again by anybody.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn capture(&self, capture: &TerminalCapture) -> Result<Response<Transaction>> {
        let lost = capture.lost_call();
        self.follow_up(&operations::TERMINAL_CAPTURE, &capture.id, &capture.at, lost).await
    }

    /// Gives a terminal sale back, or a part of it:
    /// `POST /transaction-service-vt/refund/{transaction_id}`
    /// (developer.payfirma.com/api/card-terminal).
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn refund(&self, refund: &TerminalRefund) -> Result<Response<Transaction>> {
        let lost = refund.lost_call();
        self.follow_up(&operations::TERMINAL_REFUND, &refund.id, &refund.at, lost).await
    }

    async fn run(
        &self,
        operation: &'static Operation,
        at: &AtTerminal,
        lost_call: LostCall,
    ) -> Result<Response<Transaction>> {
        let call = self
            .client
            .call(operation)
            .check(at.check())
            .json(&at.wire(), &at.extra)
            .lost_call(lost_call);
        send(call, at.expected()).await
    }

    async fn follow_up(
        &self,
        operation: &'static Operation,
        id: &TransactionId,
        at: &AtTerminal,
        lost_call: LostCall,
    ) -> Result<Response<Transaction>> {
        let call = self
            .client
            .call(operation)
            .check(id.check())
            .check(at.check())
            .path("transaction_id", id)
            .json(&at.follow_up_wire(), &at.extra)
            .lost_call(lost_call);
        send(call, at.expected()).await
    }
}
