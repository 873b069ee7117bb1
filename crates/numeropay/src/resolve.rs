//! Finding out what happened to a lost call: one rule for each operation that writes.

use pay_core::{Confirmed, Invalid, LostCall, Resolution, Result, provider::Operation};
use time::{Duration, OffsetDateTime};

use crate::{Client, Payment, PaymentFilter, operations, pages};

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Among the listed payments, by the reference at the end of the description.
    ByDescription,
}

/// Every operation that writes, and nothing else.
static RULES: &[(&Operation, Rule)] = &[(&operations::PAYMENTS_CREATE, Rule::ByDescription)];

/// How much the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::minutes(15);

impl Client {
    /// Finds out, as far as NumeroPay lets it, what became of a creation whose answer was lost.
    ///
    /// Reads only: the list from now back to a quarter of an hour before the call.
    ///
    /// | the list has | so it is |
    /// |---|---|
    /// | one payment whose description ends with our reference | `Confirmed` |
    /// | several, or one of another amount or currency, of an untold amount, or from before the call | `Candidates` |
    /// | payments of the same amount, currency and business name, without a reference of somebody else | `Candidates` |
    /// | none of these | `NotSeen`: no proof of absence. How long the list lags is unknown |
    /// | nothing at all, or it cannot be followed back that far (the unit of `from` is unknown) | `Inconclusive` |
    ///
    /// `Confirmed` means that there is a payment, not that it is paid. A creation is never
    /// `Declined`.
    ///
    /// ```
    /// # async fn example(client: numeropay::Client, error: numeropay::Error) -> numeropay::Result<()> {
    /// use numeropay::{Confirmed, Resolution};
    /// if let Some(lost) = error.lost_call() {
    ///     match client.resolve(lost).await? {
    ///         Resolution::Confirmed(Confirmed::Applied(payment)) => println!("{}", payment.id),
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
    /// `is_invalid()` if the lost call is not of this crate; and as every read.
    pub async fn resolve(&self, lost: &LostCall) -> Result<Resolution<Payment>> {
        let rule = RULES
            .iter()
            .find(|(operation, _)| operation.id == lost.operation())
            .map(|(_, rule)| *rule)
            .ok_or_else(|| Invalid::new("lost_call.operation", "must be a write of NumeroPay"))?;
        match rule {
            Rule::ByDescription => self.resolve_by_description(lost).await,
        }
    }

    async fn resolve_by_description(&self, lost: &LostCall) -> Result<Resolution<Payment>> {
        let searched_until = self.clock().now();
        if lost.from() - CLOCK_SKEW > searched_until {
            return Err(Invalid::new("lost_call.from", "must not be in the future").into());
        }
        let mut found = Found::default();
        // Not filtered: whether and how a filter works is one thing more that could be wrong.
        let mut pager = self.payments().pager(PaymentFilter::new());
        let cut_short = loop {
            match pager.next().await {
                Ok(Some(page)) => {
                    let page = page.into_inner();
                    let oldest = page.items.iter().filter_map(|payment| payment.created_on).min();
                    found.sort(lost, page.items);
                    if oldest.is_some_and(|at| at < earliest(lost)) {
                        break None;
                    }
                }
                Ok(None) => break None,
                Err(error) if pages::is_lost(&error) => break Some(error.message().to_owned()),
                Err(error) => return Err(error),
            }
        };
        Ok(found.decide(lost, searched_until, cut_short))
    }
}

/// Before this, it cannot have been created.
fn earliest(lost: &LostCall) -> OffsetDateTime {
    lost.from() - CLOCK_SKEW
}

#[derive(Default)]
struct Found {
    listed: usize,
    /// With our reference.
    ours: Vec<Payment>,
    /// Alike in all else.
    similar: Vec<Payment>,
}

impl Found {
    fn sort(&mut self, lost: &LostCall, payments: Vec<Payment>) {
        self.listed += payments.len();
        for payment in payments {
            let told = payment.reference();
            match (lost.reference(), &told) {
                (Some(sent), Some(told)) if sent == told => self.ours.push(payment),
                // Somebody else's.
                (Some(_), Some(_)) => {}
                _ if is_similar(lost, &payment) => self.similar.push(payment),
                _ => {}
            }
        }
    }

    fn decide(
        mut self,
        lost: &LostCall,
        searched_until: OffsetDateTime,
        cut_short: Option<String>,
    ) -> Resolution<Payment> {
        if self.listed == 0 {
            let why = "the list is empty: nothing shows that it was the right one".to_owned();
            return Resolution::Inconclusive { why: cut_short.unwrap_or(why) };
        }
        match (self.ours.pop(), cut_short) {
            // One that was used before proves nothing; nor does what was not searched to the end.
            (Some(last), cut_short) => {
                let is_it = self.ours.is_empty() && cut_short.is_none();
                if is_it && is_certain(lost, &last) {
                    return Resolution::Confirmed(Confirmed::Applied(last));
                }
                self.ours.push(last);
                Resolution::Candidates(self.ours)
            }
            (None, _) if !self.similar.is_empty() => Resolution::Candidates(self.similar),
            (None, Some(why)) => Resolution::Inconclusive { why },
            (None, None) => Resolution::NotSeen { searched_until },
        }
    }
}

/// Whether it looks like it, apart from the reference.
fn is_similar(lost: &LostCall, payment: &Payment) -> bool {
    let business = (lost.detail("business_name"), payment.business_name.as_deref());
    let same_business = match business {
        (Some(asked), Some(told)) => asked == told,
        _ => true,
    };
    is_in_time(lost, payment) && same_business && is_as_asked(lost, payment)
}

/// Whether our reference on it leaves no doubt: what is older than the call, of another amount, or
/// without one, which the list always tells, may be what had the reference first.
fn is_certain(lost: &LostCall, payment: &Payment) -> bool {
    payment.amount.is_some() && is_in_time(lost, payment) && is_as_asked(lost, payment)
}

fn is_in_time(lost: &LostCall, payment: &Payment) -> bool {
    payment.created_on.is_none_or(|at| at >= earliest(lost))
}

/// Whether neither amount nor currency is another.
fn is_as_asked(lost: &LostCall, payment: &Payment) -> bool {
    let same_amount = match (lost.amount(), payment.amount) {
        (Some(asked), Some(told)) => asked == told,
        _ => true,
    };
    let same_currency = match (lost.currency(), payment.currency) {
        (Some(asked), Some(told)) => asked == told,
        _ => true,
    };
    same_amount && same_currency
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
}
