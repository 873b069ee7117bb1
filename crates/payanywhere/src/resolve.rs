//! Finding out what happened to a lost call: one rule for each operation that writes.

use std::collections::HashSet;

use pay_core::{
    Amount, Confirmed, Date, Invalid, LostCall, Resolution, Result, provider::Operation,
};
use time::Duration;

use crate::{
    AccountId, Client, Transaction, TransactionFilter, TransactionUniqId, operations,
    transactions::CHILDREN,
};

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// By what belongs to the sale now and did not before.
    NewChildren,
    /// By the sale's `void_uniq_id`.
    Voided,
    /// Among the listed transactions, by the amount.
    SameAmount,
    /// Twice is the same as once: it can be sent again.
    SendAgain,
    /// No way.
    Unsupported,
}

/// Every operation that writes, and nothing else.
static RULES: &[(&Operation, Rule)] = &[
    (&operations::LOG_IN, Rule::SendAgain),
    (&operations::REFRESH_SESSION, Rule::SendAgain),
    (&operations::EXPIRE_TOKEN, Rule::SendAgain),
    (&operations::TRANSACTIONS_REFUND, Rule::NewChildren),
    (&operations::TRANSACTIONS_VOID, Rule::Voided),
    (&operations::INVOICES_CREATE, Rule::Unsupported),
    (&operations::IFRAME_CHARGE, Rule::SameAmount),
    (&operations::TERMINAL_NOTIFY, Rule::Unsupported),
];

/// How much the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::minutes(15);

impl Client {
    /// Finds out, as far as North lets it, what became of a write whose answer was lost.
    ///
    /// Reads only. `Confirmed` needs the reference that was sent to come back as the comment of
    /// exactly one transaction, and no source says that comments come back: expect `Candidates`.
    /// `NotSeen` is no proof of absence, and no permission to send again: how long the list lags,
    /// and whether it is cut short, is unknown, and the effect may follow.
    ///
    /// | operation | how |
    /// |---|---|
    /// | refund | transactions of the days around it whose `parent_uniq_id` is the sale, of this amount, not before the call and not among [`known_children`](crate::Refund::known_children): candidates, since the portal refunds too |
    /// | void | the sale, if it has a `void_uniq_id`: a candidate, since the portal voids too |
    /// | charge by token | transactions of the days around it of the same amount: candidates |
    /// | log-in, refresh, log-out | inconclusive: send it again, twice is the same as once |
    /// | invoice, terminal | unsupported |
    ///
    /// ```
    /// # async fn example(client: payanywhere::Client, error: payanywhere::Error) -> payanywhere::Result<()> {
    /// use payanywhere::Resolution;
    /// if let Some(lost) = error.lost_call() {
    ///     match client.resolve(lost).await? {
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
    /// `is_invalid()` if the lost call is not of this crate or account, or lacks what its operation
    /// needs; and as every read.
    pub async fn resolve(&self, lost: &LostCall) -> Result<Resolution<Transaction>> {
        let rule = RULES
            .iter()
            .find(|(operation, _)| operation.id == lost.operation())
            .map(|(_, rule)| *rule)
            .ok_or_else(|| Invalid::new("lost_call.operation", "must be a write of PayAnywhere"))?;
        match rule {
            Rule::NewChildren => {
                let sale = sale(lost)?;
                let known: HashSet<_> =
                    lost.known(CHILDREN).unwrap_or_default().split(' ').collect();
                let is_new = |found: &Transaction| {
                    let is_known =
                        found.uniq_id.as_ref().is_some_and(|id| known.contains(id.as_str()));
                    found.is_child_of(&sale) && !is_known
                };
                self.search(lost, is_new).await
            }
            Rule::Voided => self.resolve_void(lost).await,
            Rule::SameAmount => {
                let mid = self.mid().as_str();
                let is_ours = |found: &Transaction| {
                    let of_another = found.mid.as_deref().is_some_and(|told| told != mid);
                    found.parent_uniq_id.is_none() && found.is_reversal != Some(true) && !of_another
                };
                self.search(lost, is_ours).await
            }
            Rule::SendAgain => Ok(Resolution::Inconclusive {
                why: "doing it twice is the same as doing it once: send it again".to_owned(),
            }),
            Rule::Unsupported => Ok(Resolution::Unsupported),
        }
    }

    /// Looks through the days around a lost call for what is like it in amount and time.
    async fn search(
        &self,
        lost: &LostCall,
        is_like: impl Fn(&Transaction) -> bool + Send,
    ) -> Result<Resolution<Transaction>> {
        self.check_account(lost).await?;
        let searched_until = self.now();
        let filter = days_around(lost, searched_until)?;
        let mut found = self.transactions().list(&filter).await?.into_inner();
        let is_echo = |found: &Transaction| {
            lost.reference().is_some_and(|sent| found.comment.as_deref() == Some(sent.as_str()))
        };
        // Our reference on another amount is worth a look: part of it may have been approved.
        found.retain(|found| {
            is_like(found)
                && is_in_time(lost, found)
                && (is_as_asked(lost, found) || is_echo(found))
        });
        // What is listed may have failed: only one that says that it is complete took effect. And
        // one without an amount, which the list always tells, may be another.
        if found.iter().filter(|found| is_echo(found)).count() == 1
            && let Some(ours) = found.iter().position(is_echo)
            && found.get(ours).is_some_and(|ours| {
                ours.is_complete == Some(true) && ours.amount.is_some() && is_as_asked(lost, ours)
            })
        {
            return Ok(Resolution::Confirmed(Confirmed::Applied(found.swap_remove(ours))));
        }
        if found.is_empty() {
            return Ok(Resolution::NotSeen { searched_until });
        }
        Ok(Resolution::Candidates(found))
    }

    async fn resolve_void(&self, lost: &LostCall) -> Result<Resolution<Transaction>> {
        self.check_account(lost).await?;
        let searched_until = self.now();
        let sale = match self.transactions().get(&sale(lost)?).await {
            Ok(sale) => sale.into_inner(),
            Err(error) if error.is_not_found() => {
                let why = "there is no such sale. It may be that its other id belongs into the \
                           path: see ClientBuilder::transaction_path";
                return Ok(Resolution::Inconclusive { why: why.to_owned() });
            }
            Err(error) => return Err(error),
        };
        if sale.is_voided() {
            return Ok(Resolution::Candidates(vec![sale]));
        }
        Ok(Resolution::NotSeen { searched_until })
    }

    /// Another account has other transactions.
    async fn check_account(&self, lost: &LostCall) -> Result<()> {
        let Some(called) = lost.path(AccountId::FIELD) else { return Ok(()) };
        if self.account_id().await?.as_str() == called {
            return Ok(());
        }
        Err(Invalid::new("lost_call.account_id", "must be the account of this client").into())
    }
}

fn sale(lost: &LostCall) -> Result<TransactionUniqId, Invalid> {
    let id = lost
        .detail(TransactionUniqId::FIELD)
        .ok_or_else(|| Invalid::new(TransactionUniqId::FIELD, "must be there"));
    id.and_then(TransactionUniqId::new).map_err(|invalid| invalid.under("lost_call"))
}

/// The day of the call and the next, with a day more on each side, since the time zone of the filter
/// is unknown, and whether its last day counts to the end.
fn days_around(lost: &LostCall, now: time::OffsetDateTime) -> Result<TransactionFilter, Invalid> {
    let out_of_range = || Invalid::new("lost_call.from", "is out of range");
    let first = lost.from().checked_sub(CLOCK_SKEW).ok_or_else(out_of_range)?;
    if first > now {
        return Err(Invalid::new("lost_call.from", "is in the future"));
    }
    let day = |at, days| Date::utc_of(at).and_then(|day: Date| day.plus_days(days));
    let start = day(first, -1).ok_or_else(out_of_range)?;
    let end = day(now, 2).ok_or_else(out_of_range)?;
    Ok(TransactionFilter::new().start(start).end(end))
}

fn is_in_time(lost: &LostCall, found: &Transaction) -> bool {
    found.at.is_none_or(|at| at >= lost.from() - CLOCK_SKEW)
}

/// Whether the amount is not another one. A refund's may be told as a negative number.
fn is_as_asked(lost: &LostCall, found: &Transaction) -> bool {
    match (lost.amount(), found.amount) {
        (Some(asked), Some(told)) => told == asked || Amount::ZERO.checked_sub(told) == Some(asked),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

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

    #[test]
    fn the_days_hold_the_call_in_every_time_zone() {
        let lost = LostCall::new("x", datetime!(2026-03-01 00:05 UTC));
        let filter = days_around(&lost, datetime!(2026-03-02 23:00 UTC)).unwrap();
        let wanted = TransactionFilter::new()
            .start("2026-02-27".parse::<Date>().unwrap())
            .end("2026-03-04".parse::<Date>().unwrap());
        assert_eq!(format!("{filter:?}"), format!("{wanted:?}"));
        assert!(days_around(&lost, datetime!(2026-02-28 23:00 UTC)).is_err());
    }
}
