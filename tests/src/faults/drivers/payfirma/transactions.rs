//! Payments by card: sales and holds in all their forms, and what takes them further.

use payfirma::{
    Amount, Authorize, Capture, Client, PaymentToken, Refund, Sale, StoredCardAuthorize,
    StoredCardSale, Transaction,
};

use super::{Shop, Wanted, card, same_request};
use crate::faults::{schedule::Action, till::Call, trace::Made};

impl Shop {
    pub(super) fn transact(&self, wanted: Wanted<'_>) -> Option<Call> {
        let (amount, reference) = (wanted.amount, wanted.reference.clone());
        let customer = || self.shelf.customer.clone();
        Some(match wanted.intent.action {
            Action::Sale => {
                let sale = match reference {
                    Some(reference) => Sale::new(amount, card(), reference),
                    None => Sale::without_reference(amount, card()),
                };
                let lost = sale.lost_call();
                let send = |client: Client| async move { client.transactions().sale(&sale).await };
                self.write(&wanted, lost, send, made)
            }
            Action::TokenSale => {
                let token = self.shelf.tokens.get(&same_request(wanted.intent))?;
                let token = PaymentToken::new(token.as_str());
                let sale = match reference {
                    Some(reference) => Sale::new(amount, token, reference),
                    None => Sale::without_reference(amount, token),
                };
                let lost = sale.lost_call();
                let send = |client: Client| async move { client.transactions().sale(&sale).await };
                self.write(&wanted, lost, send, made)
            }
            Action::StoredSale | Action::ChosenSale => {
                let mut sale = StoredCardSale::new(amount, customer());
                if wanted.intent.action == Action::ChosenSale {
                    sale = sale.card(self.shelf.card.clone());
                }
                if let Some(reference) = reference {
                    sale = sale.reference(reference);
                }
                let lost = sale.lost_call();
                let send =
                    |client: Client| async move { client.transactions().sale_stored(&sale).await };
                self.write(&wanted, lost, send, made)
            }
            Action::Authorize => {
                let hold = match reference {
                    Some(reference) => Authorize::new(amount, card(), reference),
                    None => Authorize::without_reference(amount, card()),
                };
                let lost = hold.lost_call();
                let send =
                    |client: Client| async move { client.transactions().authorize(&hold).await };
                self.write(&wanted, lost, send, made)
            }
            Action::StoredAuthorize | Action::ChosenAuthorize => {
                let mut hold = StoredCardAuthorize::new(amount, customer());
                if wanted.intent.action == Action::ChosenAuthorize {
                    hold = hold.card(self.shelf.card.clone());
                }
                if let Some(reference) = reference {
                    hold = hold.reference(reference);
                }
                let lost = hold.lost_call();
                let send = |client: Client| async move {
                    client.transactions().authorize_stored(&hold).await
                };
                self.write(&wanted, lost, send, made)
            }
            Action::Capture => {
                let original = wanted.original()?;
                let capture = match reference {
                    Some(reference) => Capture::new(original, amount, reference),
                    None => Capture::without_reference(original, amount),
                };
                let lost = capture.lost_call();
                let send =
                    |client: Client| async move { client.transactions().capture(&capture).await };
                self.write(&wanted, lost, send, made)
            }
            Action::Refund => {
                let original = wanted.original()?;
                let refund = match reference {
                    Some(reference) => Refund::new(original, amount, reference),
                    None => Refund::without_reference(original, amount),
                };
                let lost = refund.lost_call().with_before(Amount::ZERO);
                let send =
                    |client: Client| async move { client.transactions().refund(&refund).await };
                self.write(&wanted, lost, send, made)
            }
            action => unreachable!("{action:?} is no payment by card"),
        })
    }
}

pub(super) fn made(transaction: &Transaction) -> Made {
    Made {
        ids: vec![transaction.id.to_string()],
        amount: transaction.amount.map(|amount| amount.to_string()),
        ..Made::default()
    }
}
