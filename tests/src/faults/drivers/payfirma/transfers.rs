//! Electronic funds transfers.

use pay_core::{Response, Result};
use payfirma::{BankDeposit, Client, EftOutcome, EftRequest, SendFunds, Transaction};

use super::{Shop, Wanted, transactions::made};
use crate::faults::{schedule::Action, till::Call};

impl Shop {
    pub(super) fn transfer(&self, wanted: Wanted<'_>) -> Option<Call> {
        let (amount, reference) = (wanted.amount, wanted.reference.clone());
        Some(match wanted.intent.action {
            Action::Transfer => {
                let customer = self.shelf.customer.clone();
                let request = match reference {
                    Some(reference) => EftRequest::new(customer, amount, reference),
                    None => EftRequest::without_reference(customer, amount),
                };
                let lost = request.lost_call();
                let send = |client: Client| async move {
                    transaction(client.eft().request_funds(&request).await)
                };
                self.write(&wanted, lost, send, made)
            }
            Action::Deposit => {
                let deposit = match reference {
                    Some(reference) => BankDeposit::new(amount, reference),
                    None => BankDeposit::without_reference(amount),
                };
                let lost = deposit.lost_call();
                let send = |client: Client| async move {
                    transaction(client.eft().bank_deposit(&deposit).await)
                };
                self.write(&wanted, lost, send, made)
            }
            Action::Send => {
                let funds = match reference {
                    Some(reference) => SendFunds::new(amount, reference),
                    None => SendFunds::without_reference(amount),
                };
                let funds = funds.extra("email", "ann@lee.example").expect("a text");
                let lost = funds.lost_call();
                let send = |client: Client| async move {
                    transaction(client.eft().send_funds(&funds).await)
                };
                self.write(&wanted, lost, send, made)
            }
            action => unreachable!("{action:?} is no transfer"),
        })
    }
}

fn transaction(told: Result<Response<EftOutcome>>) -> Result<Response<Transaction>> {
    Ok(told?.map(|outcome| match outcome {
        EftOutcome::Completed(made) | EftOutcome::Pending(made) => made,
    }))
}
