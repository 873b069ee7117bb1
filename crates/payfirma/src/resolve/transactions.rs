//! Looking for a transaction in the list of the days around a lost call.

use pay_core::{Date, Invalid, LostCall, Resolution, Result};
use time::{Duration, OffsetDateTime};

use super::{Kind, PAGE, decide, is_as_asked, is_echo, is_foreign};
use crate::{Client, Transaction, TransactionFilter, TransactionId};

/// By the reference in `invoice_id`.
pub(super) async fn by_invoice_id(
    client: &Client,
    lost: &LostCall,
    kind: Kind,
) -> Result<Resolution<Transaction>> {
    let echo: Echo = |found| found.invoice_id.as_deref();
    Search { lost, kind: Some(kind), echo, is_foreign }.run(client).await
}

/// By the reference in `description`. Another one proves nothing: it may have been copied from the
/// original.
pub(super) async fn by_description(
    client: &Client,
    lost: &LostCall,
    kind: Option<Kind>,
) -> Result<Resolution<Transaction>> {
    let echo: Echo = |found| found.description.as_deref();
    Search { lost, kind, echo, is_foreign: |_, _| false }.run(client).await
}

/// By the reference in `description`, and by what the original says was refunded.
pub(super) async fn refund(client: &Client, lost: &LostCall) -> Result<Resolution<Transaction>> {
    let listed = by_description(client, lost, Some(Kind::Refund)).await?;
    // What the list does not show, the original may.
    let (Resolution::NotSeen { .. }, Some(before), Some(amount), Some(id)) =
        (&listed, lost.before(), lost.amount(), lost.path("id"))
    else {
        return Ok(listed);
    };
    let id = TransactionId::new(id).map_err(|invalid| invalid.under("lost_call"))?;
    let original = client.transactions().get(&id).await?.into_inner();
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

/// How much the provider's clock may be behind ours.
const CLOCK_SKEW: Duration = Duration::minutes(15);

type Echo = fn(&Transaction) -> Option<&str>;

/// A search of the transaction list.
struct Search<'a> {
    lost: &'a LostCall,
    kind: Option<Kind>,
    /// Where our reference would come back.
    echo: Echo,
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
            if !self.is_certain(found) {
                None
            } else if found.is_approved() || (is_transfer && found.is_pending()) {
                Some(true)
            } else if found.is_declined() && self.is_of_this_attempt(found) {
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

    /// Whether an echo of our reference leaves no doubt. What is of another amount or currency does,
    /// and what does not tell its amount or kind: the reference of a payment may stand on what acts
    /// on it, too. So does what is older than the call, for then the reference was used before.
    fn is_certain(&self, found: &Transaction) -> bool {
        found.amount.is_some()
            && is_as_asked(self.lost, found.amount, found.currency)
            && (self.kind.is_none() || found.kind.is_some())
            && self.is_not_before(found)
    }

    fn is_not_before(&self, found: &Transaction) -> bool {
        let earliest = self.lost.from() - CLOCK_SKEW;
        found.time.and_then(|time| time.to_utc()).is_none_or(|at| at >= earliest)
    }

    /// A payer whose card was declined tries again under the same order number. The decline of the
    /// first attempt must not pass for that of the second, or the payment is made a third time: so
    /// it must be told when it was, and no tolerance for clocks is given but that of whole seconds.
    fn is_of_this_attempt(&self, found: &Transaction) -> bool {
        let told = found.time.and_then(|time| time.to_utc());
        told.is_some_and(|at| at.unix_timestamp() >= self.lost.from().unix_timestamp())
    }

    /// Whether it looks like it, apart from the reference.
    fn is_similar(&self, found: &Transaction) -> bool {
        let same = |asked: Option<&str>, told: Option<&str>| match (asked, told) {
            (Some(asked), Some(told)) => asked.eq_ignore_ascii_case(told),
            _ => true,
        };
        // Where the provider makes a number of it, the zeros in front are lost.
        let suffix = found.card_suffix.as_ref().map(|told| format!("{told:0>4}"));
        self.is_not_before(found)
            && (found.amount.is_none() || self.lost.amount() == found.amount)
            && same(self.lost.detail("email"), found.email.as_deref())
            && same(self.lost.detail("card_suffix"), suffix.as_deref())
    }
}
