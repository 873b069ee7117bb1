//! Finding out what happened to a lost call: one rule for each operation that writes.

use pay_core::{Confirmed, Date, Invalid, LostCall, Resolution, Result, provider::Operation};
use time::{Duration, OffsetDateTime};

use crate::{
    Client, Customer, CustomerFilter, Transaction, TransactionFilter, TransactionId,
    TransactionType, operations,
};

/// What a search found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Found {
    /// A sale, authorization, capture, refund or transfer.
    Transaction(Box<Transaction>),
    /// A customer.
    Customer(Box<Customer>),
}

impl Found {
    /// The transaction, if it is one.
    #[must_use]
    pub fn transaction(&self) -> Option<&Transaction> {
        match self {
            Self::Transaction(transaction) => Some(transaction),
            Self::Customer(_) => None,
        }
    }

    /// The customer, if it is one.
    #[must_use]
    pub fn customer(&self) -> Option<&Customer> {
        match self {
            Self::Customer(customer) => Some(customer),
            Self::Transaction(_) => None,
        }
    }
}

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Among the listed transactions of this kind, by the reference in `invoice_id`.
    ByInvoiceId(Option<Kind>),
    /// Among the listed transactions of this kind, by the reference in `description`.
    ByDescription(Option<Kind>),
    /// The same, and by what the original says was refunded.
    Refund,
    /// Among the customers with this e-mail address, by the reference in `custom_id`.
    Customer,
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
    (&operations::CARDS_ADD, Rule::Unsupported),
    (&operations::CARDS_UPDATE, Rule::SendAgain),
    (&operations::CARDS_REMOVE, Rule::SendAgain),
    // The description that carries the reference is not among a subscription's fields.
    (&operations::SUBSCRIPTIONS_ADD, Rule::Unsupported),
    (&operations::SUBSCRIPTIONS_UPDATE, Rule::SendAgain),
    (&operations::SUBSCRIPTIONS_CANCEL, Rule::SendAgain),
    (&operations::PLANS_CREATE, Rule::Unsupported),
    (&operations::PLANS_UPDATE, Rule::SendAgain),
    (&operations::PLANS_REMOVE, Rule::SendAgain),
    (&operations::TRANSACTIONS_SALE, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TRANSACTIONS_SALE_TOKEN, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TRANSACTIONS_SALE_CUSTOMER, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TRANSACTIONS_SALE_CUSTOMER_CARD, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TRANSACTIONS_AUTHORIZE, Rule::ByInvoiceId(Some(Kind::Authorization))),
    (&operations::TRANSACTIONS_AUTHORIZE_CUSTOMER, Rule::ByInvoiceId(Some(Kind::Authorization))),
    (
        &operations::TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD,
        Rule::ByInvoiceId(Some(Kind::Authorization)),
    ),
    (&operations::TRANSACTIONS_CAPTURE, Rule::ByDescription(Some(Kind::Capture))),
    (&operations::TRANSACTIONS_REFUND, Rule::Refund),
    (&operations::TERMINAL_SALE, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TERMINAL_SALE_CUSTOMER, Rule::ByInvoiceId(Some(Kind::Sale))),
    (&operations::TERMINAL_AUTHORIZE, Rule::ByInvoiceId(Some(Kind::Authorization))),
    (&operations::TERMINAL_CAPTURE, Rule::ByInvoiceId(Some(Kind::Capture))),
    (&operations::TERMINAL_REFUND, Rule::ByInvoiceId(Some(Kind::Refund))),
    (&operations::EFT_REQUEST_FUNDS, Rule::ByDescription(None)),
    (&operations::EFT_BANK_DEPOSIT, Rule::ByDescription(None)),
    (&operations::EFT_SEND_FUNDS, Rule::ByDescription(None)),
    (&operations::INVOICES_CREATE, Rule::Unsupported),
    (&operations::INVOICES_DRAFT, Rule::Unsupported),
    (&operations::INVOICES_SEND, Rule::Unsupported),
    (&operations::INVOICES_SEND_TO, Rule::Unsupported),
    (&operations::HOSTED_PAGE_INIT, Rule::Unsupported),
];

impl Client {
    /// Finds out, as far as Payfirma lets it, what became of a write whose answer was lost.
    ///
    /// Reads only. `Confirmed` needs the reference that was sent to come back on exactly one
    /// transaction; a look-alike is a candidate. `NotSeen` is no proof of absence, and no
    /// permission to send again: how long the list lags is unknown, and the effect may follow.
    ///
    /// | operation | how |
    /// |---|---|
    /// | sale, authorize (also by token, stored card, terminal) | the list of the days around it: `invoice_id` echoed is confirmed; the same amount, later than the call, is a candidate |
    /// | capture, EFT | the same by `description` |
    /// | refund | the same by `description`; else by the change of the original's `amount_refunded` against [`LostCall::before`]: candidates |
    /// | customer create | the customers with this e-mail address, by `custom_id` |
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
                let search =
                    Search { lost, kind, echo: |found| found.invoice_id.as_deref(), is_foreign };
                Ok(search.run(self).await?.map(transaction))
            }
            Rule::ByDescription(kind) => {
                let search = Search {
                    lost,
                    kind,
                    echo: |found| found.description.as_deref(),
                    is_foreign: |_, _| false,
                };
                Ok(search.run(self).await?.map(transaction))
            }
            Rule::Refund => Ok(self.resolve_refund(lost).await?.map(transaction)),
            Rule::Customer => self.resolve_customer(lost).await,
            Rule::SendAgain => Ok(Resolution::Inconclusive {
                why: "doing it twice is the same as doing it once: send it again".to_owned(),
            }),
            Rule::Unsupported => Ok(Resolution::Unsupported),
        }
    }

    async fn resolve_refund(&self, lost: &LostCall) -> Result<Resolution<Transaction>> {
        let search = Search {
            lost,
            kind: Some(Kind::Refund),
            echo: |found| found.description.as_deref(),
            is_foreign: |_, _| false,
        };
        let listed = search.run(self).await?;
        // What the list does not show, the original may.
        let (Resolution::NotSeen { .. }, Some(before), Some(amount), Some(id)) =
            (&listed, lost.before(), lost.amount(), lost.path("id"))
        else {
            return Ok(listed);
        };
        let id = TransactionId::new(id).map_err(|invalid| invalid.under("lost_call"))?;
        let original = self.transactions().get(&id).await?.into_inner();
        let refunded = original.amount_refunded.and_then(|after| after.checked_sub(before));
        match refunded {
            // Somebody may have refunded as much in the portal.
            Some(more) if more >= amount => Ok(Resolution::Candidates(vec![original])),
            Some(_) => Ok(listed),
            None => Ok(Resolution::Inconclusive {
                why: "the original does not say how much of it was refunded".to_owned(),
            }),
        }
    }

    async fn resolve_customer(&self, lost: &LostCall) -> Result<Resolution<Found>> {
        let searched_until = self.now();
        let email = lost.detail("email").ok_or_else(|| {
            Invalid::new("lost_call.details.email", "is needed to find a customer")
        })?;
        let email = email.parse().map_err(|invalid: Invalid| invalid.under("lost_call"))?;
        let filter = CustomerFilter::new().email(email).limit(PAGE);
        let customers = self.customers().pager(filter).collect().await?;
        let (ours, similar): (Vec<_>, Vec<_>) = customers
            .into_iter()
            .filter(|found| !is_foreign(lost, found.custom_id.as_deref()))
            .partition(|found| is_echo(lost, found.custom_id.as_deref()));
        let found = decide(ours, similar, searched_until, |_| Some(true));
        Ok(found.map(|customer| Found::Customer(Box::new(customer))))
    }
}

fn transaction(transaction: Transaction) -> Found {
    Found::Transaction(Box::new(transaction))
}

/// How many on a page: the number in the documents' samples.
const PAGE: u32 = 100;

/// How much the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::minutes(15);

/// A search of the transaction list.
struct Search<'a> {
    lost: &'a LostCall,
    kind: Option<Kind>,
    /// Where our reference would come back.
    echo: fn(&Transaction) -> Option<&str>,
    /// Whether an echo of something else shows that it is somebody else's.
    is_foreign: fn(&LostCall, Option<&str>) -> bool,
}

impl Search<'_> {
    async fn run(&self, client: &Client) -> Result<Resolution<Transaction>> {
        let searched_until = client.now();
        let mut pager = client.transactions().pager(self.days(searched_until)?);
        let mut ours = Vec::new();
        let mut similar = Vec::new();
        while let Some(page) = pager.next().await? {
            for found in page.into_inner().items {
                if !self.is_of_kind(&found) {
                    continue;
                }
                let echo = (self.echo)(&found);
                if is_echo(self.lost, echo) {
                    ours.push(found);
                } else if !(self.is_foreign)(self.lost, echo) && self.is_similar(&found) {
                    similar.push(found);
                }
            }
        }
        // A transfer that waits for the other side was made.
        let is_transfer = self.kind.is_none();
        Ok(decide(ours, similar, searched_until, |found| {
            if self.lost.amount().is_some()
                && found.amount.is_some()
                && self.lost.amount() != found.amount
            {
                None
            } else if found.is_approved() || (is_transfer && found.is_pending()) {
                Some(true)
            } else if found.is_declined() {
                Some(false)
            } else {
                None
            }
        }))
    }

    /// The days of the call and one on each side, since the time zone of the filter is unknown.
    fn days(&self, now: OffsetDateTime) -> Result<TransactionFilter, Invalid> {
        let out_of_range = || Invalid::new("lost_call.from", "is out of range");
        let last = now.max(self.lost.to().unwrap_or(now));
        let day = |at, days| Date::utc_of(at).and_then(|date: Date| date.plus_days(days));
        let from = day(self.lost.from(), -1).ok_or_else(out_of_range)?;
        let to = day(last, 1).ok_or_else(out_of_range)?;
        if from > to {
            return Err(Invalid::new("lost_call.from", "is in the future"));
        }
        Ok(TransactionFilter::new().from_date(from).to_date(to).limit(PAGE))
    }

    fn is_of_kind(&self, found: &Transaction) -> bool {
        match (self.kind, &found.kind) {
            (Some(kind), Some(told)) => *told == kind.of(),
            // A kind that is not told, or a transfer, whose kind is not known, may be any.
            _ => true,
        }
    }

    /// Whether it looks like it, apart from the reference.
    fn is_similar(&self, found: &Transaction) -> bool {
        let same = |asked: Option<&str>, told: Option<&str>| match (asked, told) {
            (Some(asked), Some(told)) => asked.eq_ignore_ascii_case(told),
            _ => true,
        };
        let earliest = self.lost.from() - CLOCK_SKEW;
        let not_before = found.time.and_then(|time| time.to_utc()).is_none_or(|at| at >= earliest);
        not_before
            && self.lost.amount() == found.amount
            && same(self.lost.detail("email"), found.email.as_deref())
            && same(self.lost.detail("card_suffix"), found.card_suffix.as_deref())
    }
}

/// Whether our reference came back.
fn is_echo(lost: &LostCall, echo: Option<&str>) -> bool {
    lost.reference().is_some_and(|reference| echo == Some(reference.as_str()))
}

/// Whether the reference says that it is somebody else's. An `invoice_id` is set by whoever makes
/// the sale; a description may also be copied from the original.
fn is_foreign(lost: &LostCall, invoice_id: Option<&str>) -> bool {
    lost.reference().is_some_and(|ours| {
        invoice_id.is_some_and(|told| !told.is_empty() && told != ours.as_str())
    })
}

/// `applied` tells of an echo whether it took effect, `None` if it does not say.
fn decide<T>(
    mut ours: Vec<T>,
    similar: Vec<T>,
    searched_until: OffsetDateTime,
    applied: impl Fn(&T) -> Option<bool>,
) -> Resolution<T> {
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
