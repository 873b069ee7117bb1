//! What a payer's browser brings back from a hosted page, and what the provider says of it.

use std::fmt;

use pay_core::{
    Amount, Currency, Error, ErrorKind, Invalid, Outcome, Response, Result,
    provider::{Problem, Verdict},
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    Transaction, TransactionId, TransactionLookupId, TransactionResult, TransactionType,
    hosted_page::HostedPages, operations, redirect::RedirectParameters,
};

/// A redirect back from a hosted page. Nobody has signed it: whatever it says, only
/// [`HostedPages::confirm`] tells whether there is a payment.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostedPageRedirect {
    /// What the redirect says became of it: `APPROVED`, `DECLINED` or `CANCELED`.
    pub result: TransactionResult,
    /// The transaction's number.
    pub transaction_id: Option<TransactionId>,
    /// The transaction's hashed id.
    pub lookup_id: Option<TransactionLookupId>,
    /// What the page was made with.
    pub state: Option<String>,
    /// What the page was made with.
    pub custom_id: Option<String>,
}

impl HostedPageRedirect {
    /// Reads the query of the redirect, with or without its `?`, or its whole address.
    ///
    /// # Errors
    ///
    /// There is no result, the transaction's number is none, or a parameter comes twice.
    pub fn parse(query: &str) -> Result<Self, Invalid> {
        let mut parameters = RedirectParameters::parse(query);
        let transaction_id = parameters.take(TransactionId::FIELD)?;
        if transaction_id.as_ref().is_some_and(|id| !id.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Invalid::new(TransactionId::FIELD, "must be a number"));
        }
        let lookup_id = parameters.take(TransactionLookupId::FIELD)?;
        Ok(Self {
            result: parameters.need("result")?.into(),
            transaction_id: transaction_id.map(TransactionId::new).transpose()?,
            lookup_id: lookup_id.map(TransactionLookupId::new).transpose()?,
            state: parameters.take("state")?,
            custom_id: parameters.take("custom_id")?,
        })
    }
}

/// Without the state, which proves that the redirect belongs to the payer's session.
impl fmt::Debug for HostedPageRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedPageRedirect")
            .field("result", &self.result)
            .field("transaction_id", &self.transaction_id)
            .field("lookup_id", &self.lookup_id)
            .field("custom_id", &self.custom_id)
            .finish_non_exhaustive()
    }
}

/// What a hosted page's payment must be. From [`HostedPage::expected`](crate::HostedPage::expected);
/// plain JSON, to be kept with the order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedPayment {
    #[serde(with = "pay_core::amount::string")]
    amount: Amount,
    #[serde(with = "pay_core::amount::string")]
    total: Amount,
    currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default)]
    custom_id_may_be_missing: bool,
}

/// Without the state.
impl fmt::Debug for ExpectedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpectedPayment")
            .field("amount", &self.amount)
            .field("total", &self.total)
            .field("currency", &self.currency)
            .field("custom_id", &self.custom_id)
            .finish_non_exhaustive()
    }
}

impl ExpectedPayment {
    pub(crate) fn new(
        amount: Amount,
        total: Amount,
        currency: Currency,
        custom_id: Option<String>,
        state: Option<String>,
    ) -> Self {
        Self { amount, total, currency, custom_id, state, custom_id_may_be_missing: false }
    }

    /// Confirms a payment also where the provider's record does not repeat the page's `custom_id`.
    /// That it does is documented by a word ("kept for reconciliation") and not by a sample. Without
    /// it nothing but the amount ties a transaction to this page: any payment of the same amount,
    /// an older one too, would do. Use each transaction for one order.
    #[must_use]
    pub fn custom_id_may_be_missing(mut self) -> Self {
        self.custom_id_may_be_missing = true;
        self
    }

    /// Whether a redirect can be about this page at all.
    fn check(&self, redirect: &HostedPageRedirect) -> Result<(), Invalid> {
        if let Some(state) = &self.state {
            let told = redirect.state.as_deref().unwrap_or_default();
            if !bool::from(told.as_bytes().ct_eq(state.as_bytes())) {
                return Err(Invalid::new("state", "must be the one that the page was made with"));
            }
        }
        if let (Some(asked), Some(told)) = (&self.custom_id, &redirect.custom_id)
            && asked != told
        {
            return Err(Invalid::new("custom_id", "must be the one that the page was made with"));
        }
        Ok(())
    }

    /// What the provider's own record says.
    fn judge(&self, redirect: &HostedPageRedirect, record: &Transaction) -> Verdict {
        let contradicts = |why: &str| Verdict::Contradicts(why.to_owned());
        let unproven = |code: &str, why: &str| {
            Verdict::Refused(Problem::new(why).with_code(Some(code.to_owned())))
        };
        if redirect.transaction_id.as_ref().is_some_and(|id| *id != record.id) {
            return contradicts("the record has another number than the redirect");
        }
        if let (Some(asked), Some(told)) = (&redirect.lookup_id, &record.lookup_id)
            && asked != told
        {
            return contradicts("the record has another lookup id than the redirect");
        }
        match (&self.custom_id, &record.custom_id) {
            (Some(asked), Some(told)) if asked != told => {
                return contradicts("the record has another custom_id than the page");
            }
            (Some(_), None) if !self.custom_id_may_be_missing => {
                let why = "the record has no custom_id, so nothing ties it to the page";
                return unproven("NO_CUSTOM_ID", why);
            }
            _ => {}
        }
        if record.kind.as_ref().is_some_and(|kind| *kind != TransactionType::Sale) {
            return contradicts("the record is no sale");
        }
        if record.currency.is_some_and(|told| told != self.currency) {
            return contradicts("the record has another currency than the page");
        }
        match record.amount {
            // Whether the record tells the amount or the total is not stated.
            Some(told) if told == self.amount || told == self.total => {}
            Some(told) => {
                let Self { amount, total, .. } = self;
                return Verdict::Contradicts(format!(
                    "the amount is {told}, the page was for {amount}, in total {total}"
                ));
            }
            None => return unproven("NO_AMOUNT", "the record has no amount"),
        }
        if record.is_pending() {
            return unproven("PENDING", "the payment is not decided yet");
        }
        record.judge(Default::default())
    }
}

impl HostedPages<'_> {
    /// Asks the provider whether the payment of a page has taken place, by the number in the
    /// redirect: `GET /transaction-service/transaction/{id}`, or `.../lookup/{lookup_id}` without
    /// one. `Ok` only if the provider's own record says that it was approved, and fits the page: its
    /// `custom_id`, its currency, and its amount, with or without tax and shipping (which of them
    /// the record tells is not stated).
    ///
    /// The same redirect confirms as often as it comes: note which transaction has paid an order.
    ///
    /// # Errors
    ///
    /// - `is_invalid()`: the state or the `custom_id` of the redirect is not the page's, or it names
    ///   no transaction. Nothing was asked.
    /// - `is_declined()`, with the transaction under `body()`.
    /// - The kind [`Refused`](ErrorKind::Refused): no payment, or none that is certain. The code
    ///   says which: `CANCELED` (from the redirect, with nothing to ask for: [`Outcome::NotSent`]),
    ///   `PENDING`, `NO_CUSTOM_ID` or `NO_AMOUNT`.
    /// - `is_contradiction()`: a transaction that is not this page's.
    /// - As every read. The outcome, too, is that of a read: whether the provider has answered.
    pub async fn confirm(
        &self,
        redirect: &HostedPageRedirect,
        expected: &ExpectedPayment,
    ) -> Result<Response<Transaction>> {
        expected.check(redirect)?;
        let HostedPageRedirect { transaction_id, lookup_id, .. } = redirect;
        let call = match (transaction_id, lookup_id) {
            (Some(id), _) => {
                self.client.call(&operations::TRANSACTIONS_GET).check(id.check()).path("id", id)
            }
            (None, Some(id)) => self
                .client
                .call(&operations::TRANSACTIONS_LOOKUP)
                .check(id.check())
                .path("lookup_id", id),
            (None, None) => return Err(redirect.without_transaction()),
        };
        call.send_judged(|record: &Transaction| expected.judge(redirect, record)).await
    }
}

impl HostedPageRedirect {
    fn without_transaction(&self) -> Error {
        if self.result != TransactionResult::Canceled {
            return Invalid::new(TransactionId::FIELD, "must be given").into();
        }
        let why = "the redirect says that the payer gave up";
        Error::new(ErrorKind::Refused, Outcome::NotSent, why)
            .with_operation(operations::TRANSACTIONS_GET.id)
            .with_code(Some(self.result.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_read_whole() {
        let redirect = HostedPageRedirect::parse(
            "https://shop.example/done?result=APPROVED&transaction_id=17&lookup_id=aB3&state=s%201\
             &custom_id=order-1",
        )
        .unwrap();
        assert_eq!(redirect.result, TransactionResult::Approved);
        assert_eq!(redirect.transaction_id.unwrap().as_str(), "17");
        assert_eq!(redirect.lookup_id.unwrap().as_str(), "aB3");
        assert_eq!(redirect.state.as_deref(), Some("s 1"));
        assert_eq!(redirect.custom_id.as_deref(), Some("order-1"));
        let canceled = HostedPageRedirect::parse("result=CANCELED&transaction_id=&state=").unwrap();
        assert_eq!(canceled.transaction_id, None);
        assert_eq!(HostedPageRedirect::parse("result=NEW").unwrap().result.as_str(), "NEW");
    }

    #[test]
    fn a_redirect_that_makes_no_sense_is_refused_by_field() {
        for (query, field) in [
            ("", "result"),
            ("transaction_id=1", "result"),
            ("result=APPROVED&result=DECLINED", "result"),
            ("result=APPROVED&transaction_id=aB3", "transaction_id"),
            ("result=APPROVED&transaction_id=1&transaction_id=2", "transaction_id"),
            ("result=APPROVED&lookup_id=..%2Fplan", "lookup_id"),
            ("result=APPROVED&state=a&state=b", "state"),
        ] {
            assert_eq!(HostedPageRedirect::parse(query).unwrap_err().field(), field, "{query}");
        }
    }
}
