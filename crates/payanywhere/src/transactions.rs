//! Listing, reading, refunding and voiding transactions.

mod filter;
mod refund;
mod reply;
mod reversal;
mod transaction;
mod uniq_id;
mod void;

use pay_core::{
    Invalid, Response, Result,
    provider::{Verdict, encode_json},
};

pub use self::{
    filter::{BatchState, PlainTime, TransactionFilter},
    refund::Refund,
    reversal::Reversal,
    transaction::{Transaction, TransactionType},
    uniq_id::{TransactionUniqId, UniqIdPrefix},
    void::Void,
};
pub(crate) use self::{refund::CHILDREN, reply::wrapped};
use self::{
    reply::{List, One},
    reversal::Asked,
};
use crate::{Client, operations};

/// Which of a transaction's ids goes into the path that reads one. No source says it; for
/// [`ClientBuilder::transaction_path`](crate::ClientBuilder::transaction_path).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransactionPath {
    /// The number, as in the `transaction_id` of a void.
    #[default]
    Number,
    /// The whole `uniq_id`.
    UniqId,
}

/// Listing, reading, refunding and voiding transactions. From [`Client::transactions`].
#[derive(Debug)]
pub struct Transactions<'a> {
    client: &'a Client,
}

impl Client {
    /// Listing, reading, refunding and voiding transactions.
    #[must_use]
    pub fn transactions(&self) -> Transactions<'_> {
        Transactions { client: self }
    }
}

impl Transactions<'_> {
    /// The account's transactions: `GET /accounts/{account_id}/transactions`.
    ///
    /// There are no pages: nobody knows a way to ask for the rest of what a
    /// [`count`](TransactionFilter::count), or North's own limit, cuts off. Ask for shorter times.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a filter that cannot be, and as every read.
    pub async fn list(&self, filter: &TransactionFilter) -> Result<Response<Vec<Transaction>>> {
        let query = filter.query();
        let check = query.as_ref().map(|_| ()).map_err(Clone::clone);
        let call = self.client.account_call(&operations::TRANSACTIONS_LIST, check).await?;
        let reply = call.query(query.unwrap_or_default()).send::<List<Transaction>>().await?;
        Ok(reply.map(|List(items)| items))
    }

    /// What belongs to a transaction, among those listed from a time on: the refunds of a sale. For
    /// [`Refund::known_children`] it is enough to look from the day before on.
    ///
    /// ```
    /// # async fn example(client: payanywhere::Client) -> payanywhere::Result<()> {
    /// use payanywhere::{Date, Reference, Refund, TransactionUniqId};
    /// let sale: TransactionUniqId = "ccs_15218".parse()?;
    /// let refunds = client.transactions().children_of(&sale, "2026-03-01".parse::<Date>()?).await?;
    /// let known: Vec<_> = refunds.iter().filter_map(|refund| refund.uniq_id.clone()).collect();
    ///
    /// let (amount, clerk) = ("2.00".parse()?, "clerk@example.com".parse()?);
    /// let refund = Refund::new(sale, amount, clerk, Reference::random()).known_children(known);
    /// client.transactions().refund(&refund).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn children_of(
        &self,
        parent: &TransactionUniqId,
        since: impl Into<PlainTime>,
    ) -> Result<Response<Vec<Transaction>>> {
        let listed = self.list(&TransactionFilter::new().start(since)).await?;
        Ok(listed.map(|mut items| {
            items.retain(|item| item.is_child_of(parent));
            items
        }))
    }

    /// Reads one: `GET /accounts/{account_id}/transactions/{transaction_id}`.
    ///
    /// Which of its ids goes into the path is unknown: see [`TransactionPath`]. An answer about
    /// another transaction, as of another kind with the same number, is an error.
    ///
    /// # Errors
    ///
    /// `is_not_found()`, `is_contradiction()`, and as every read.
    pub async fn get(&self, id: &TransactionUniqId) -> Result<Response<Transaction>> {
        let operation = &operations::TRANSACTIONS_GET;
        let call = self.client.account_call(operation, id.check()).await?;
        let call = match (self.client.provider().transaction_path, id.number()) {
            (TransactionPath::Number, Some(number)) => call.path("transaction_id", number),
            _ => call.path("transaction_id", id),
        };
        let reply = call.send_judged(|One(found): &One| judge(found, id)).await?;
        Ok(reply.map(|One(found)| found))
    }

    /// Refunds a settled sale: `POST /accounts/{account_id}/transactions`.
    ///
    /// `Ok` means that North answered with the `status_code` "00".
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent; `is_declined()` for any other `status_code`, with the
    /// [`Reversal`] as [`body`](crate::Error::body). An [`Outcome::Unknown`](crate::Outcome::Unknown),
    /// also where there is no `status_code`: it may have been refunded; see [`Client::resolve`].
    pub async fn refund(&self, refund: &Refund) -> Result<Response<Reversal>> {
        let check = refund.check().and_then(|()| encodes(&refund.wire(), refund.added()));
        let call = self.client.account_call(&operations::TRANSACTIONS_REFUND, check).await?;
        call.json(&refund.wire(), refund.added())
            .lost_call(refund.lost_call())
            .send_judged(|reply: &Reversal| reply.judge(refund.asked()))
            .await
    }

    /// Voids a sale that is not settled yet: `POST /accounts/{account_id}/transactions`.
    ///
    /// `Ok` means that North answered with the `status_code` "00".
    ///
    /// # Errors
    ///
    /// As [`refund`](Self::refund).
    pub async fn void(&self, void: &Void) -> Result<Response<Reversal>> {
        let check = void.check().and_then(|()| encodes(&void.wire(), void.added()));
        let call = self.client.account_call(&operations::TRANSACTIONS_VOID, check).await?;
        call.json(&void.wire(), void.added())
            .lost_call(void.lost_call())
            .send_judged(|reply: &Reversal| reply.judge(Asked::Void))
            .await
    }
}

/// Whether the body can be written: asked before the login that the path needs.
pub(crate) fn encodes<T: serde::Serialize>(
    wire: &T,
    extra: &pay_core::Extra,
) -> Result<(), Invalid> {
    encode_json(wire, extra).map(drop)
}

/// Refuses what is no credit card sale: its number alone would name another transaction.
fn credit_card_sale(field: &'static str, id: &TransactionUniqId, why: &str) -> Result<(), Invalid> {
    id.check()?;
    if id.prefix() == Some(UniqIdPrefix::CreditCardSale) {
        return Ok(());
    }
    Err(Invalid::new(field, format!("must be of a credit card sale (ccs_): {why}")))
}

fn judge(found: &Transaction, asked: &TransactionUniqId) -> Verdict {
    match (&found.uniq_id, found.id) {
        (Some(told), _) if told == asked => Verdict::Succeeded,
        (Some(told), _) => {
            Verdict::Contradicts(format!("the uniq_id is {told}, asked for was {asked}"))
        }
        (None, Some(told)) if Some(told) == asked.number() => Verdict::Succeeded,
        (None, Some(told)) => {
            Verdict::Contradicts(format!("the id is {told}, asked for was {asked}"))
        }
        (None, None) => Verdict::Unclear("a transaction without an id".to_owned()),
    }
}
