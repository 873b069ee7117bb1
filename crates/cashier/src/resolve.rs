//! Finding out what happened to a lost call: one rule for each operation that writes.

use pay_core::{
    Confirmed, Date, Error, Invalid, LostCall, Resolution, Result, provider::Operation,
};
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use crate::{
    Client, ListedTransaction, Status, Transaction, TransactionId, TransactionKey, TransactionType,
    operations, webhook::Event,
};

/// What a search found. **It may be pending**: confirmed means that the provider has it, and
/// [`status`](Self::status) how it stands.
///
/// As JSON it is the record alone. A [`CardPaymentState`](crate::CardPaymentState) and a
/// [`DirectReply`](crate::DirectReply) can be read from that of a payment, so a journal can give it in
/// place of the lost answer. The token of a page is in none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Found {
    /// The answer to asking for its id.
    Transaction(Transaction),
    /// A row of a list.
    Listed(Box<ListedTransaction>),
    /// A verified webhook.
    Event(Box<Event>),
}

impl Found {
    /// How it stands. Only `Some(Status::Successful)` is paid.
    #[must_use]
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Transaction(transaction) => Some(&transaction.status),
            Self::Listed(row) => row.status.as_ref(),
            Self::Event(event) => Some(&event.status),
        }
    }
}

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// By the reference, which was sent as `tracking_id`.
    Made(Direction),
    /// By the status of the payout that it settles.
    Settles,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Deposit,
    Withdrawal,
}

impl Direction {
    fn kind(self) -> TransactionType {
        match self {
            Self::Deposit => TransactionType::Deposit,
            Self::Withdrawal => TransactionType::Withdrawal,
        }
    }
}

/// Every operation that writes, and nothing else.
static RULES: &[(&Operation, Rule)] = &[
    (&operations::PAYMENTS_HOSTED, Rule::Made(Direction::Deposit)),
    (&operations::PAYMENTS_DIRECT, Rule::Made(Direction::Deposit)),
    (&operations::PAYMENTS_S2S, Rule::Made(Direction::Deposit)),
    (&operations::PAYOUTS_CREATE, Rule::Made(Direction::Withdrawal)),
    (&operations::PAYOUTS_APPROVE, Rule::Settles),
    (&operations::PAYOUTS_REJECT, Rule::Settles),
];

fn rule(lost: &LostCall) -> Result<Rule, Invalid> {
    RULES
        .iter()
        .find(|(operation, _)| operation.id == lost.operation())
        .map(|(_, rule)| *rule)
        .ok_or_else(|| Invalid::new("lost_call.operation", "must be a write of this gateway"))
}

impl Client {
    /// Finds out, as far as the gateway lets it, what became of a write whose answer was lost.
    ///
    /// Reads only. `NotSeen` is no proof of absence, and no permission to send again.
    ///
    /// | operation | how |
    /// |---|---|
    /// | payments, payout | asks for the transaction by its `tracking_id`: confirmed, if you declare by [`TransactionKey`] that the route is keyed by it; undeclared it is a candidate, or, where it is not found so, as in the next row |
    /// | the same, where the route wants the provider's id or there is none | the list of the days around it: the same amount, currency and direction are candidates |
    /// | approve, reject | asks for the payout: inconclusive while it is pending; a candidate when it is settled, since somebody may have settled it in the portal |
    ///
    /// A verified webhook is better proof: [`Event::resolve`].
    ///
    /// ```
    /// # async fn example(client: cashier::Client, error: cashier::Error) -> cashier::Result<()> {
    /// use cashier::{Confirmed, Resolution, Status};
    /// if let Some(lost) = error.lost_call() {
    ///     match client.resolve(lost).await? {
    ///         Resolution::Confirmed(Confirmed::Applied(found)) => match found.status() {
    ///             Some(Status::Successful) => println!("paid"),
    ///             _ => println!("the provider has it: wait for the webhook"),
    ///         },
    ///         Resolution::Confirmed(Confirmed::Declined(_)) => println!("rejected: not paid"),
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
        match rule(lost)? {
            Rule::Made(direction) => {
                let key = self.routes().transaction_key;
                if self.routes().transaction.is_some() && key != TransactionKey::TransactionId {
                    self.by_reference(lost, key, direction).await
                } else if self.routes().transactions.is_some() {
                    self.among_listed(lost, direction).await
                } else {
                    Ok(Resolution::Unsupported)
                }
            }
            Rule::Settles if self.routes().transaction.is_none() => Ok(Resolution::Unsupported),
            Rule::Settles => self.by_payout(lost).await,
        }
    }

    async fn by_reference(
        &self,
        lost: &LostCall,
        key: TransactionKey,
        direction: Direction,
    ) -> Result<Resolution<Found>> {
        let searched_until = self.now();
        let Some(transaction) = self.found(reference(lost)?).await? else {
            // The route may want the other id: then this says nothing.
            let is_keyed = key == TransactionKey::TrackingId;
            if !is_keyed && self.routes().transactions.is_some() {
                return self.among_listed(lost, direction).await;
            }
            return Ok(Resolution::NotSeen { searched_until });
        };
        let found = Found::Transaction(transaction.clone());
        if key != TransactionKey::TrackingId {
            return Ok(Resolution::Candidates(vec![found]));
        }
        Ok(made(&transaction.status, found))
    }

    async fn by_payout(&self, lost: &LostCall) -> Result<Resolution<Found>> {
        let id = lost
            .path("transaction_id")
            .ok_or_else(|| Invalid::new("lost_call.path.transaction_id", "must be given"))?;
        let Some(transaction) = self.found(TransactionId::from_provider(id)).await? else {
            // The two routes may want different ids.
            return Ok(inconclusive("the payout is not found by the id that was settled"));
        };
        Ok(settled(&transaction.status, Found::Transaction(transaction.clone())))
    }

    async fn found(&self, id: TransactionId) -> Result<Option<Transaction>> {
        match self.transactions().get(id).await {
            Ok(transaction) => Ok(Some(transaction.into_inner())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn among_listed(
        &self,
        lost: &LostCall,
        direction: Direction,
    ) -> Result<Resolution<Found>> {
        let searched_until = self.now();
        let (from, to) = days(lost, searched_until)?;
        let rows = self.transactions().range(from, to)?.collect().await?;
        let similar: Vec<_> = rows
            .into_iter()
            .filter(|row| is_similar(row, lost, direction))
            .map(|row| Found::Listed(Box::new(row)))
            .collect();
        Ok(if similar.is_empty() {
            Resolution::NotSeen { searched_until }
        } else {
            Resolution::Candidates(similar)
        })
    }
}

impl Event {
    /// What this verified webhook says of a lost call. Confirmed, if it carries the `tracking_id`
    /// that was sent and contradicts neither amount, currency nor direction. An event about
    /// something else is inconclusive.
    ///
    /// The event may be an old one that was sent again: of a payment that has meanwhile changed,
    /// it says how it stood once. A final status stays.
    ///
    /// # Errors
    ///
    /// The lost call is not of this crate or lacks what its operation needs.
    pub fn resolve(&self, lost: &LostCall) -> Result<Resolution<Found>, Error> {
        let found = Found::Event(Box::new(self.clone()));
        match rule(lost)? {
            Rule::Made(direction) => {
                let reference = reference(lost)?;
                if self.tracking_id.as_deref() != Some(reference.as_str()) {
                    return Ok(inconclusive("the event is about another transaction"));
                }
                if let Some(why) = self.contradiction(lost, direction) {
                    return Ok(inconclusive(why));
                }
                Ok(made(&self.status, found))
            }
            Rule::Settles => {
                let id = lost.path("transaction_id");
                let ours = id.is_some()
                    && (id == Some(self.transaction_id.as_str())
                        || id == self.tracking_id.as_deref());
                if !ours {
                    return Ok(inconclusive("the event is about another transaction"));
                }
                Ok(settled(&self.status, found))
            }
        }
    }

    fn contradiction(&self, lost: &LostCall, direction: Direction) -> Option<&'static str> {
        let differs = |asked: Option<&str>, told: Option<&str>| matches!((asked, told), (Some(asked), Some(told)) if asked != told);
        let kind = direction.kind();
        if lost.amount().zip(self.amount).is_some_and(|(asked, told)| asked != told) {
            return Some("the event has our tracking_id and another amount");
        }
        if lost.currency().zip(self.currency).is_some_and(|(asked, told)| asked != told) {
            return Some("the event has our tracking_id and another currency");
        }
        let told = self.transaction_type.as_ref().map(TransactionType::as_str);
        differs(Some(kind.as_str()), told)
            .then_some("the event has our tracking_id and another transaction_type")
    }
}

/// What the status of the very transaction means for the call that made it.
fn made(status: &Status, found: Found) -> Resolution<Found> {
    match status {
        // Had the answer come, the call would have returned it so.
        Status::Pending | Status::Successful => Resolution::Confirmed(Confirmed::Applied(found)),
        Status::Rejected => Resolution::Confirmed(Confirmed::Declined(found)),
        Status::Unknown(_) => inconclusive("the provider has it, with a status that is not known"),
    }
}

/// What the status of a payout means for the call that should settle it.
fn settled(status: &Status, found: Found) -> Resolution<Found> {
    match status {
        Status::Pending => inconclusive("the payout is pending, as before the call"),
        Status::Successful | Status::Rejected => Resolution::Candidates(vec![found]),
        Status::Unknown(_) => inconclusive("the payout has a status that is not known"),
    }
}

fn inconclusive(why: &str) -> Resolution<Found> {
    Resolution::Inconclusive { why: why.to_owned() }
}

fn reference(lost: &LostCall) -> Result<TransactionId, Invalid> {
    lost.reference()
        .map(TransactionId::from)
        .ok_or_else(|| Invalid::new("lost_call.reference", "must be given"))
}

/// The days of the call and one on each side, since the time zone of the list is unknown.
fn days(lost: &LostCall, now: OffsetDateTime) -> Result<(Date, Date), Invalid> {
    let out_of_range = || Invalid::new("lost_call.from", "is out of range");
    let last = now.max(lost.to().unwrap_or(now));
    let day = |at, days| Date::utc_of(at).and_then(|date: Date| date.plus_days(days));
    let from = day(lost.from(), -1).ok_or_else(out_of_range)?;
    let to = day(last, 1).ok_or_else(out_of_range)?;
    if from > to {
        return Err(Invalid::new("lost_call.from", "is in the future"));
    }
    Ok((from, to))
}

/// Whether a row looks like the lost call. Its time has no zone, so a day either way is allowed.
fn is_similar(row: &ListedTransaction, lost: &LostCall, direction: Direction) -> bool {
    let same_kind = row.transaction_type.as_ref().is_none_or(|told| *told == direction.kind());
    // The row names two amounts: which of them was asked for is unknown.
    let asked = (lost.amount(), lost.currency());
    let same_amount =
        asked == (row.amount, row.currency) || asked == (row.user_amount, row.user_currency);
    let earliest = lost.from() - Duration::days(1);
    let not_before = row.transaction_date.is_none_or(|at| at.assume_utc() >= earliest);
    same_kind && same_amount && not_before
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
