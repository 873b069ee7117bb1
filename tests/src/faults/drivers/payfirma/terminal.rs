//! A card terminal is asked.

use payfirma::{
    Client, TerminalAuthorize, TerminalCapture, TerminalCustomerSale, TerminalRefund, TerminalSale,
};

use super::{Shop, Wanted, transactions::made};
use crate::faults::{schedule::Action, till::Call};

/// The terminal's number. The sandbox takes any.
const TERMINAL: u64 = 17;

impl Shop {
    pub(super) fn at_terminal(&self, wanted: Wanted<'_>) -> Option<Call> {
        let (amount, reference) = (wanted.amount, wanted.reference.clone());
        Some(match wanted.intent.action {
            Action::Terminal => {
                let sale = match reference {
                    Some(reference) => TerminalSale::new(amount, TERMINAL, reference),
                    None => TerminalSale::without_reference(amount, TERMINAL),
                };
                let lost = sale.lost_call();
                let send = |client: Client| async move { client.terminal().sale(&sale).await };
                self.write(&wanted, lost, send, made)
            }
            Action::TerminalStoredSale => {
                let customer = self.shelf.customer.clone();
                let sale = match reference {
                    Some(reference) => {
                        TerminalCustomerSale::new(amount, TERMINAL, customer, reference)
                    }
                    None => TerminalCustomerSale::without_reference(amount, TERMINAL, customer),
                };
                let lost = sale.lost_call();
                let send =
                    |client: Client| async move { client.terminal().sale_customer(&sale).await };
                self.write(&wanted, lost, send, made)
            }
            Action::TerminalAuthorize => {
                let hold = match reference {
                    Some(reference) => TerminalAuthorize::new(amount, TERMINAL, reference),
                    None => TerminalAuthorize::without_reference(amount, TERMINAL),
                };
                let lost = hold.lost_call();
                let send = |client: Client| async move { client.terminal().authorize(&hold).await };
                self.write(&wanted, lost, send, made)
            }
            Action::TerminalCapture => {
                let hold = wanted.original()?;
                let capture = match reference {
                    Some(reference) => TerminalCapture::new(hold, amount, TERMINAL, reference),
                    None => TerminalCapture::without_reference(hold, amount, TERMINAL),
                };
                let lost = capture.lost_call();
                let send =
                    |client: Client| async move { client.terminal().capture(&capture).await };
                self.write(&wanted, lost, send, made)
            }
            Action::TerminalRefund => {
                let sale = wanted.original()?;
                let refund = match reference {
                    Some(reference) => TerminalRefund::new(sale, amount, TERMINAL, reference),
                    None => TerminalRefund::without_reference(sale, amount, TERMINAL),
                };
                let lost = refund.lost_call();
                let send = |client: Client| async move { client.terminal().refund(&refund).await };
                self.write(&wanted, lost, send, made)
            }
            action => unreachable!("{action:?} is not for a terminal"),
        })
    }
}
