use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use pay_core::{
    Date, Invalid, Page, Pager, Response, Result,
    provider::{Query, Verdict},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Client, ListedTransaction, Status, Transaction, TransactionId, error::is_told, operations,
    transaction::RowId,
};

/// Finding transactions. From [`Client::transactions`].
#[derive(Debug)]
pub struct Transactions<'a> {
    client: &'a Client,
}

impl Client {
    /// Finding transactions.
    #[must_use]
    pub fn transactions(&self) -> Transactions<'_> {
        Transactions { client: self }
    }
}

impl Transactions<'_> {
    /// Reads how a transaction stands: route `transaction`. A rejected one is `Ok`. The document
    /// wants the id "in your system"; see [`TransactionKey`](crate::TransactionKey).
    ///
    /// # Errors
    ///
    /// `is_not_found()`, and as every read.
    pub async fn get(&self, id: impl Into<TransactionId>) -> Result<Response<Transaction>> {
        let id = id.into();
        let operation = &operations::TRANSACTIONS_GET;
        let in_path = self.client.routes().transaction.as_ref();
        let in_path = in_path.is_some_and(|endpoint| endpoint.has_parameter("id"));
        let query = if in_path { Query::new() } else { Query::new().push("id", &id) };
        let reply = self
            .client
            .call(operation)
            .check(id.check_sendable())
            .path("id", &id)
            .query(query)
            // The documented answer is a status, and does not say whose.
            .own_connection()
            .send_judged(|reply: &StatusReply| reply.judge(&id))
            .await?;
        Ok(reply.map(|reply| Transaction {
            status: reply.transaction_status,
            rejected_reason: reply.rejected_reason,
        }))
    }

    /// The transactions of at most seven days: route `transactions`.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for dates that are in the wrong order or more than seven days apart, and as
    /// every read.
    pub async fn list(
        &self,
        filter: &TransactionFilter,
    ) -> Result<Response<Vec<ListedTransaction>>> {
        self.client
            .call(&operations::TRANSACTIONS_LIST)
            .check(filter.check())
            .query(filter.query())
            .send()
            .await
    }

    /// The transactions of any range of days, both included as far as the provider includes them:
    /// several calls of [`list`](Self::list), each of a week at most.
    ///
    /// Whether the provider counts the last day of a call is unknown. So the weeks overlap by a
    /// day, and what the week before has brought is left out: nothing is missing at the seams, and
    /// nothing comes twice. One range is one page; weeks without transactions are skipped.
    ///
    /// ```
    /// # async fn example(client: cashier::Client) -> cashier::Result<()> {
    /// use cashier::Date;
    /// let mut pager = client.transactions().range(Date::new(2026, 1, 1)?, Date::new(2026, 3, 31)?)?;
    /// while let Some(week) = pager.next().await? {
    ///     println!("{} transactions", week.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_invalid()` if `from` is after `to`.
    pub fn range(&self, from: Date, to: Date) -> Result<Pager<ListedTransaction>> {
        if from > to {
            return Err(Invalid::new("from", "must not be after to").into());
        }
        let client = self.client.clone();
        let seen = Arc::new(Mutex::new(HashSet::new()));
        Ok(Pager::new(move |cursor| {
            let client = client.clone();
            let seen = Arc::clone(&seen);
            Box::pin(async move {
                let start = match cursor {
                    // The pager's own, so it is a date.
                    Some(cursor) => cursor.parse()?,
                    None => from,
                };
                weeks(&client, start, to, &seen).await
            })
        }))
    }
}

/// How far apart the dates of one call of a longer range are: seven days, both counted. Less than
/// what is allowed by one reading of "maximum range between dates it's 7 days".
const STRIDE: i32 = 6;

/// The first week from `start` on that has something new, or the last one.
async fn weeks(
    client: &Client,
    mut start: Date,
    to: Date,
    seen: &Mutex<HashSet<RowId>>,
) -> Result<Response<Page<ListedTransaction>>> {
    // Changed in the end only: after an error the same page is asked for again.
    let mut before = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    loop {
        let end = start.plus_days(STRIDE).filter(|end| *end < to);
        let filter = TransactionFilter::new().from(start).to(end.unwrap_or(to));
        let week = client.transactions().list(&filter).await?;
        let rows: HashSet<RowId> = week.iter().map(ListedTransaction::identity).collect();
        let next = end.map(|end| end.to_string());
        let has_news = !rows.is_subset(&before);
        match end {
            Some(end) if !has_news => start = end,
            _ => {
                let page = week.map(|items| {
                    let new = items.into_iter().filter(|row| !before.contains(&row.identity()));
                    Page::new(new.collect(), next)
                });
                *seen.lock().unwrap_or_else(PoisonError::into_inner) = rows;
                return Ok(page);
            }
        }
        before = rows;
    }
}

/// Which transactions to list: today's, without a date.
///
/// ```
/// use cashier::{Date, TransactionFilter};
/// let filter = TransactionFilter::new().from(Date::new(2024, 8, 1)?).to(Date::new(2024, 8, 2)?);
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionFilter {
    from: Option<Date>,
    to: Option<Date>,
}

impl TransactionFilter {
    /// Today's, in a time zone that is not stated.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From this day. What holds without a `to` is unknown.
    #[must_use]
    pub fn from(mut self, date: Date) -> Self {
        self.from = Some(date);
        self
    }

    /// To this day, at most seven days later. Whether it is included is unknown.
    #[must_use]
    pub fn to(mut self, date: Date) -> Self {
        self.to = Some(date);
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        let (Some(from), Some(to)) = (self.from, self.to) else { return Ok(()) };
        if from > to {
            return Err(Invalid::new("from", "must not be after to"));
        }
        if from.plus_days(7).is_some_and(|last| to > last) {
            return Err(Invalid::new("to", "must be at most 7 days after from"));
        }
        Ok(())
    }

    fn query(&self) -> Query {
        Query::new().push_some("from", self.from.map(wire)).push_some("to", self.to.map(wire))
    }
}

/// DD-MM-YYYY, though the document calls it a date-time.
fn wire(date: Date) -> String {
    let (year, month, day) = date.to_time().to_calendar_date();
    format!("{day:02}-{:02}-{year:04}", u8::from(month))
}

/// The answer about one transaction.
#[derive(Deserialize)]
struct StatusReply {
    transaction_status: Status,
    #[serde(default, with = "pay_core::lenient")]
    rejected_reason: Option<String>,
    #[serde(default)]
    error: Value,
    // Not documented. If they are there, one of them should be what was asked for.
    #[serde(default, with = "pay_core::lenient")]
    id: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    transaction_id: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    tracking_id: Option<String>,
}

impl StatusReply {
    fn judge(&self, asked: &TransactionId) -> Verdict {
        if self.transaction_status.as_str().is_empty() {
            return Verdict::Unclear("an answer without a transaction_status".to_owned());
        }
        // A rejected transaction may say why in an error, as a rejected payment does.
        if is_told(&self.error) && self.transaction_status != Status::Rejected {
            return Verdict::Unclear("an error beside a transaction_status".to_owned());
        }
        let told = [&self.id, &self.transaction_id, &self.tracking_id];
        let mut told = told.into_iter().flatten().peekable();
        if told.peek().is_some() && told.all(|told| told != asked.as_str()) {
            return Verdict::Contradicts("the id is not the one that was asked for".to_owned());
        }
        Verdict::Succeeded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u8, day: u8) -> Date {
        Date::new(2024, month, day).unwrap()
    }

    #[test]
    fn seven_days_are_the_most() {
        let filter = |from, to| TransactionFilter::new().from(from).to(to).check();
        assert!(filter(day(8, 1), day(8, 1)).is_ok());
        assert!(filter(day(8, 1), day(8, 8)).is_ok());
        assert_eq!(filter(day(8, 1), day(8, 9)).unwrap_err().field(), "to");
        assert_eq!(filter(day(8, 2), day(8, 1)).unwrap_err().field(), "from");
        assert!(filter(day(12, 28), Date::new(2025, 1, 4).unwrap()).is_ok());
        assert!(TransactionFilter::new().from(day(8, 1)).check().is_ok());
    }

    #[test]
    fn dates_are_written_day_first() {
        assert_eq!(wire(day(8, 1)), "01-08-2024");
        assert_eq!(wire(Date::new(33, 12, 31).unwrap()), "31-12-0033");
    }
}
