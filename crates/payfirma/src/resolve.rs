//! Finding out what happened to a lost call: one rule for each operation that writes.

mod records;
mod transactions;

use pay_core::{
    Amount, Confirmed, Currency, Invalid, LostCall, Resolution, Result, provider::Operation,
};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{Client, Customer, Invoice, Transaction, TransactionType, contradiction, operations};

/// What a search found. As JSON it is the object alone, as the call that was lost would have
/// returned it: so a journal can give it in place of that call's answer.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Found {
    /// A sale, authorization, capture, refund or transfer.
    Transaction(Box<Transaction>),
    /// A customer, also as the owner of a card or a subscription.
    Customer(Box<Customer>),
    /// An invoice.
    Invoice(Box<Invoice>),
}

impl Found {
    /// The transaction, if it is one.
    #[must_use]
    pub fn transaction(&self) -> Option<&Transaction> {
        match self {
            Self::Transaction(transaction) => Some(transaction),
            Self::Customer(_) | Self::Invoice(_) => None,
        }
    }

    /// The customer, if it is one.
    #[must_use]
    pub fn customer(&self) -> Option<&Customer> {
        match self {
            Self::Customer(customer) => Some(customer),
            Self::Transaction(_) | Self::Invoice(_) => None,
        }
    }

    /// The invoice, if it is one.
    #[must_use]
    pub fn invoice(&self) -> Option<&Invoice> {
        match self {
            Self::Invoice(invoice) => Some(invoice),
            Self::Transaction(_) | Self::Customer(_) => None,
        }
    }
}

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Among the listed transactions of this kind, by the reference in `invoice_id`.
    ByInvoiceId(Kind),
    /// Among the listed transactions of this kind, by the reference in `description`.
    ByDescription(Option<Kind>),
    /// The same, and by what the original says was refunded.
    Refund,
    /// Among the customers with this e-mail address, by the reference in `custom_id`.
    Customer,
    /// On the customer, by the reference in a card's description.
    Card,
    /// On the customer, by the plan.
    Subscription,
    /// Among the listed invoices, by the reference in `description`.
    Invoice,
    /// Twice is the same as once: it can be sent again.
    SendAgain,
    /// No way.
    Unsupported,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sale,
    Authorization,
    Capture,
    Refund,
}

impl Kind {
    fn of(self) -> TransactionType {
        match self {
            Self::Sale => TransactionType::Sale,
            Self::Authorization => TransactionType::Authorization,
            Self::Capture => TransactionType::Capture,
            Self::Refund => TransactionType::Refund,
        }
    }
}

/// Every operation that writes, and nothing else.
static RULES: &[(&Operation, Rule)] = &[
    (&operations::OAUTH_CODE, Rule::Unsupported),
    (&operations::OAUTH_CLIENT_CREDENTIALS, Rule::SendAgain),
    (&operations::OAUTH_REFRESH, Rule::Unsupported),
    (&operations::OAUTH_REVOKE, Rule::SendAgain),
    (&operations::CUSTOMERS_CREATE, Rule::Customer),
    (&operations::CUSTOMERS_UPDATE, Rule::SendAgain),
    (&operations::CARDS_ADD, Rule::Card),
    (&operations::CARDS_UPDATE, Rule::SendAgain),
    (&operations::CARDS_REMOVE, Rule::SendAgain),
    (&operations::SUBSCRIPTIONS_ADD, Rule::Subscription),
    (&operations::SUBSCRIPTIONS_UPDATE, Rule::SendAgain),
    (&operations::SUBSCRIPTIONS_CANCEL, Rule::SendAgain),
    (&operations::PLANS_CREATE, Rule::Unsupported),
    (&operations::PLANS_UPDATE, Rule::SendAgain),
    (&operations::PLANS_REMOVE, Rule::SendAgain),
    (&operations::TRANSACTIONS_SALE, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TRANSACTIONS_SALE_TOKEN, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TRANSACTIONS_SALE_CUSTOMER, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TRANSACTIONS_SALE_CUSTOMER_CARD, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TRANSACTIONS_AUTHORIZE, Rule::ByInvoiceId(Kind::Authorization)),
    (&operations::TRANSACTIONS_AUTHORIZE_CUSTOMER, Rule::ByInvoiceId(Kind::Authorization)),
    (&operations::TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD, Rule::ByInvoiceId(Kind::Authorization)),
    (&operations::TRANSACTIONS_CAPTURE, Rule::ByDescription(Some(Kind::Capture))),
    (&operations::TRANSACTIONS_REFUND, Rule::Refund),
    (&operations::TERMINAL_SALE, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TERMINAL_SALE_CUSTOMER, Rule::ByInvoiceId(Kind::Sale)),
    (&operations::TERMINAL_AUTHORIZE, Rule::ByInvoiceId(Kind::Authorization)),
    (&operations::TERMINAL_CAPTURE, Rule::ByInvoiceId(Kind::Capture)),
    (&operations::TERMINAL_REFUND, Rule::ByInvoiceId(Kind::Refund)),
    (&operations::EFT_REQUEST_FUNDS, Rule::ByDescription(None)),
    (&operations::EFT_BANK_DEPOSIT, Rule::ByDescription(None)),
    (&operations::EFT_SEND_FUNDS, Rule::ByDescription(None)),
    (&operations::INVOICES_CREATE, Rule::Invoice),
    (&operations::INVOICES_DRAFT, Rule::Invoice),
    (&operations::INVOICES_SEND, Rule::Unsupported),
    (&operations::INVOICES_SEND_TO, Rule::Unsupported),
    (&operations::HOSTED_PAGE_INIT, Rule::Unsupported),
];

impl Client {
    /// Finds out, as far as Payfirma lets it, what became of a write whose answer was lost.
    ///
    /// Reads only. `Confirmed` needs the reference that was sent to come back on exactly one
    /// transaction, and no other amount with it; a look-alike is a candidate. `NotSeen` is no proof
    /// of absence, and no permission to send again: how long the list lags is unknown, and the effect
    /// may follow.
    ///
    /// | operation | how |
    /// |---|---|
    /// | sale, authorize (also by token, stored card, terminal) | the list of the days around it: `invoice_id` echoed is confirmed; the same amount, later than the call, is a candidate |
    /// | capture, EFT | the same by `description` |
    /// | refund | the same by `description`; else by the change of the original's `amount_refunded` against [`LostCall::before`]: candidates |
    /// | customer create | the customers with this e-mail address, by `custom_id` |
    /// | card add | the customer's cards, by `card_description`; the same last four digits are a candidate |
    /// | subscription add | a subscription of the customer to this plan is a candidate |
    /// | invoice create, draft | the listed invoices, by `description`; the same total is a candidate. A draft and an invoice cannot be told apart there: give each a reference of its own |
    /// | updates and removals | inconclusive: send it again, twice is the same as once |
    /// | everything else | unsupported |
    ///
    /// ```
    /// # async fn example(client: payfirma::Client, error: payfirma::Error) -> payfirma::Result<()> {
    /// use payfirma::{Confirmed, Resolution};
    /// if let Some(lost) = error.lost_call() {
    ///     match client.resolve(lost).await? {
    ///         Resolution::Confirmed(Confirmed::Applied(found)) => println!("paid: {found:?}"),
    ///         Resolution::Confirmed(Confirmed::Declined(_)) => println!("declined: not paid"),
    ///         Resolution::Candidates(similar) => println!("{} to look at", similar.len()),
    ///         Resolution::NotSeen { searched_until } => println!("ask later than {searched_until}"),
    ///         other => println!("for a person: {other:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_invalid()` if the lost call is not of this crate or lacks what its operation needs; and
    /// as every read.
    pub async fn resolve(&self, lost: &LostCall) -> Result<Resolution<Found>> {
        let rule = RULES
            .iter()
            .find(|(operation, _)| operation.id == lost.operation())
            .map(|(_, rule)| *rule)
            .ok_or_else(|| Invalid::new("lost_call.operation", "must be a write of Payfirma"))?;
        match rule {
            Rule::ByInvoiceId(kind) => {
                Ok(transactions::by_invoice_id(self, lost, kind).await?.map(transaction))
            }
            Rule::ByDescription(kind) => {
                Ok(transactions::by_description(self, lost, kind).await?.map(transaction))
            }
            Rule::Refund => Ok(transactions::refund(self, lost).await?.map(transaction)),
            Rule::Customer => Ok(records::customer(self, lost).await?.map(customer)),
            Rule::Card => Ok(records::card(self, lost).await?.map(customer)),
            Rule::Subscription => Ok(records::subscription(self, lost).await?.map(customer)),
            Rule::Invoice => Ok(records::invoice(self, lost).await?.map(invoice)),
            Rule::SendAgain => Ok(Resolution::Inconclusive {
                why: "doing it twice is the same as doing it once: send it again".to_owned(),
            }),
            Rule::Unsupported => Ok(Resolution::Unsupported),
        }
    }
}

fn transaction(transaction: Transaction) -> Found {
    Found::Transaction(Box::new(transaction))
}

fn customer(customer: Customer) -> Found {
    Found::Customer(Box::new(customer))
}

fn invoice(invoice: Invoice) -> Found {
    Found::Invoice(Box::new(invoice))
}

/// How many on a page: the number in the documents' samples.
const PAGE: u32 = 100;

/// Whether our reference came back.
fn is_echo(lost: &LostCall, echo: Option<&str>) -> bool {
    lost.reference().is_some_and(|reference| echo == Some(reference.as_str()))
}

/// Whether the place where our reference would stand says that it is somebody else's.
fn is_foreign(lost: &LostCall, echo: Option<&str>) -> bool {
    lost.reference()
        .is_some_and(|ours| echo.is_some_and(|told| !told.is_empty() && told != ours.as_str()))
}

/// Whether neither amount nor currency is another.
fn is_as_asked(lost: &LostCall, amount: Option<Amount>, currency: Option<Currency>) -> bool {
    contradiction::amount("amount", lost.amount(), amount).is_none()
        && contradiction::currency(lost.currency(), currency).is_none()
}

/// `applied` tells of an echo whether it took effect, `None` if it does not say.
fn decide<T>(
    mut ours: Vec<T>,
    similar: Vec<T>,
    searched_until: OffsetDateTime,
    applied: impl Fn(&T) -> Option<bool>,
) -> Resolution<T> {
    // Mistake: a single look-alike is taken for ours.
    #[cfg(planted)]
    if ours.is_empty() && similar.len() == 1 && pay_core::planted::is("look-alike") {
        return decide(similar, ours, searched_until, applied);
    }
    if ours.len() > 1 {
        // The reference is not unique, so it proves nothing.
        return Resolution::Candidates(ours);
    }
    match ours.pop() {
        Some(found) => match applied(&found) {
            Some(true) => Resolution::Confirmed(Confirmed::Applied(found)),
            Some(false) => Resolution::Confirmed(Confirmed::Declined(found)),
            None => Resolution::Candidates(vec![found]),
        },
        None if similar.is_empty() => Resolution::NotSeen { searched_until },
        None => Resolution::Candidates(similar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_has_a_rule_and_nothing_else() {
        let writes: Vec<_> =
            operations::ALL.iter().filter(|row| row.is_write()).map(|row| row.id).collect();
        let rules: Vec<_> = RULES.iter().map(|(operation, _)| operation.id).collect();
        assert_eq!(writes, rules);
    }

    #[test]
    fn only_what_is_the_same_twice_may_be_sent_again() {
        for (operation, rule) in RULES {
            let idempotent = operation.effect == pay_core::provider::Effect::Idempotent;
            assert_eq!(*rule == Rule::SendAgain, idempotent, "{}", operation.id);
        }
    }
}
