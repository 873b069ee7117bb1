use pay_core::{
    Amount, Date, Email, Invalid, Page, Pager, Response, Result,
    provider::{Operation, Query, Verdict},
};

use crate::{
    Authorize, Capture, Client, Refund, Sale, StoredCardAuthorize, StoredCardSale, Transaction,
    TransactionId, TransactionLookupId, TransactionResult, TransactionSource,
    list::ListReply,
    operations,
    sale::{HoldMethod, PaymentMethod, Stored},
};

/// Charging, holding, capturing, refunding and finding transactions. From
/// [`Client::transactions`].
///
/// A call here returns `Ok` only if the provider approved it. A decline is an error whose
/// [`is_declined`](crate::Error::is_declined) is true, and whose `body::<Transaction>()` is the
/// declined transaction where one was sent. No operation is ever sent twice on a guess.
#[derive(Debug)]
pub struct Transactions<'a> {
    client: &'a Client,
}

impl Client {
    /// Charging, holding, capturing, refunding and finding transactions.
    #[must_use]
    pub fn transactions(&self) -> Transactions<'_> {
        Transactions { client: self }
    }
}

impl Transactions<'_> {
    /// Charges a card, an encrypted card or an iframe's payment token. `POST /sale`, for a payment
    /// token `POST /sale/token` (with the client's iframe token).
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: the amount is not positive or has more decimals
    /// than the currency, or the card has expired. `is_declined()`: nothing was charged. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been; see
    /// [`resolve`](Self::resolve).
    pub async fn sale<M>(&self, sale: &Sale<M>) -> Result<Response<Transaction>>
    where
        M: PaymentMethod + Sync,
    {
        self.client
            .call(M::sale_operation())
            .check(sale.check(self.client.now()))
            .json(&sale.wire(), &sale.details.extra)
            .hide(sale.hidden())
            .lost_call(sale.lost_call())
            .send_judged(|reply: &Transaction| reply.judge(sale.details.expected()))
            .await
    }

    /// Charges a stored card: `POST /sale/customer/{customer}`, or `.../card/{card}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn sale_stored(&self, sale: &StoredCardSale) -> Result<Response<Transaction>> {
        let operation = match sale.stored.card {
            Some(_) => &operations::TRANSACTIONS_SALE_CUSTOMER_CARD,
            None => &operations::TRANSACTIONS_SALE_CUSTOMER,
        };
        self.stored(operation, &sale.stored, sale.lost_call()).await
    }

    /// Holds an amount on a card or an encrypted card, to be captured later: `POST /authorize`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn authorize<M>(&self, authorize: &Authorize<M>) -> Result<Response<Transaction>>
    where
        M: HoldMethod + Sync,
    {
        self.client
            .call(&operations::TRANSACTIONS_AUTHORIZE)
            .check(authorize.check(self.client.now()))
            .json(&authorize.wire(), &authorize.details.extra)
            .hide(authorize.hidden())
            .lost_call(authorize.lost_call())
            .send_judged(|reply: &Transaction| reply.judge(authorize.details.expected()))
            .await
    }

    /// Holds an amount on a stored card: `POST /authorize/customer/{customer}`, or
    /// `.../card/{card}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn authorize_stored(
        &self,
        authorize: &StoredCardAuthorize,
    ) -> Result<Response<Transaction>> {
        let operation = match authorize.stored.card {
            Some(_) => &operations::TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD,
            None => &operations::TRANSACTIONS_AUTHORIZE_CUSTOMER,
        };
        self.stored(operation, &authorize.stored, authorize.lost_call()).await
    }

    async fn stored(
        &self,
        operation: &'static Operation,
        stored: &Stored,
        lost_call: pay_core::LostCall,
    ) -> Result<Response<Transaction>> {
        let mut call = self
            .client
            .call(operation)
            .check(stored.check())
            .path("customer_lookup_id", &stored.customer);
        if let Some(card) = &stored.card {
            call = call.path("card_lookup_id", card);
        }
        call.json(&stored.wire(), &stored.details.extra)
            .lost_call(lost_call)
            .send_judged(|reply: &Transaction| reply.judge(stored.details.expected()))
            .await
    }

    /// Collects a held amount, or a part of it: `POST /capture/{id}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn capture(&self, capture: &Capture) -> Result<Response<Transaction>> {
        let action = &capture.action;
        self.client
            .call(&operations::TRANSACTIONS_CAPTURE)
            .check(action.check())
            .path("id", &action.id)
            .json(&action.wire(), &action.extra)
            .lost_call(capture.lost_call())
            .send_judged(|reply: &Transaction| reply.judge(action.expected()))
            .await
    }

    /// Gives a sale or a capture back, or a part of it: `POST /refund/{id}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale). More than is left to refund is declined.
    pub async fn refund(&self, refund: &Refund) -> Result<Response<Transaction>> {
        let action = &refund.action;
        self.client
            .call(&operations::TRANSACTIONS_REFUND)
            .check(action.check())
            .path("id", &action.id)
            .json(&action.wire(), &action.extra)
            .lost_call(refund.lost_call())
            .send_judged(|reply: &Transaction| reply.judge(action.expected()))
            .await
    }

    /// Reads a transaction by its number. A declined one is `Ok`: look at
    /// [`is_declined`](Transaction::is_declined).
    ///
    /// # Errors
    ///
    /// `is_not_found()`, and as every read.
    pub async fn get(&self, id: &TransactionId) -> Result<Response<Transaction>> {
        self.client
            .call(&operations::TRANSACTIONS_GET)
            .check(id.check())
            .path("id", id)
            .send_judged(|reply: &Transaction| same("id", id.as_str(), Some(reply.id.as_str())))
            .await
    }

    /// Reads a transaction by its hashed id. A declined one is `Ok`.
    ///
    /// # Errors
    ///
    /// `is_not_found()`, and as every read.
    pub async fn lookup(&self, id: &TransactionLookupId) -> Result<Response<Transaction>> {
        self.client
            .call(&operations::TRANSACTIONS_LOOKUP)
            .check(id.check())
            .path("lookup_id", id)
            .send_judged(|reply: &Transaction| {
                let told = reply.lookup_id.as_ref().map(TransactionLookupId::as_str);
                same("transaction_id", id.as_str(), told)
            })
            .await
    }

    /// One page of the merchant's transactions: `GET /transaction`.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a filter that contradicts itself, and as every read.
    pub async fn list(&self, filter: &TransactionFilter) -> Result<Response<Page<Transaction>>> {
        self.page(&operations::TRANSACTIONS_LIST, filter).await
    }

    /// One page of the transactions of the user that the token belongs to:
    /// `GET /transaction/user`.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn list_own(
        &self,
        filter: &TransactionFilter,
    ) -> Result<Response<Page<Transaction>>> {
        self.page(&operations::TRANSACTIONS_LIST_OWN, filter).await
    }

    /// All pages of [`list`](Self::list), one by one.
    #[must_use]
    pub fn pager(&self, filter: TransactionFilter) -> Pager<Transaction> {
        self.pages(&operations::TRANSACTIONS_LIST, filter)
    }

    /// All pages of [`list_own`](Self::list_own), one by one.
    #[must_use]
    pub fn pager_own(&self, filter: TransactionFilter) -> Pager<Transaction> {
        self.pages(&operations::TRANSACTIONS_LIST_OWN, filter)
    }

    async fn page(
        &self,
        operation: &'static Operation,
        filter: &TransactionFilter,
    ) -> Result<Response<Page<Transaction>>> {
        let reply = self
            .client
            .call(operation)
            .check(filter.check())
            .query(filter.query())
            .send::<ListReply<Transaction>>()
            .await?;
        Ok(reply.map(ListReply::into_page))
    }

    fn pages(
        &self,
        operation: &'static Operation,
        filter: TransactionFilter,
    ) -> Pager<Transaction> {
        let client = self.client.clone();
        Pager::new(move |cursor| {
            let client = client.clone();
            let mut filter = filter.clone();
            if cursor.is_some() {
                filter.after = cursor;
                filter.before = None;
            }
            Box::pin(async move { client.transactions().page(operation, &filter).await })
        })
    }
}

/// Absent is no contradiction.
fn same(field: &str, asked: &str, told: Option<&str>) -> Verdict {
    match told {
        Some(told) if told != asked => {
            Verdict::Contradicts(format!("the {field} is not the one that was asked for"))
        }
        _ => Verdict::Succeeded,
    }
}

/// Which transactions to list. Custom id, reference, order and type are no filters of this API.
///
/// ```
/// use payfirma::{Date, TransactionFilter, TransactionResult};
///
/// let day = Date::new(2026, 7, 1)?;
/// let filter = TransactionFilter::new().from_date(day).to_date(day)
///     .result(TransactionResult::Approved);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    limit: Option<u32>,
    before: Option<String>,
    after: Option<String>,
    from_date: Option<Date>,
    to_date: Option<Date>,
    results: Vec<TransactionResult>,
    sources: Vec<TransactionSource>,
    min_amount: Option<Amount>,
    max_amount: Option<Amount>,
    email: Option<Email>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl TransactionFilter {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many on a page. The largest that is allowed is unknown; a sample uses 10000.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The page before this cursor.
    #[must_use]
    pub fn before(mut self, cursor: impl Into<String>) -> Self {
        self.before = Some(cursor.into());
        self
    }

    /// The page after this cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }

    /// From this date. In which time zone, and whether it is included, is unknown.
    #[must_use]
    pub fn from_date(mut self, date: Date) -> Self {
        self.from_date = Some(date);
        self
    }

    /// To this date. In which time zone, and whether it is included, is unknown.
    #[must_use]
    pub fn to_date(mut self, date: Date) -> Self {
        self.to_date = Some(date);
        self
    }

    /// Only with this result; call it again for more. (`transaction_status` on the wire.)
    #[must_use]
    pub fn result(mut self, result: TransactionResult) -> Self {
        self.results.push(result);
        self
    }

    /// Only from this source; call it again for more. (`channel` on the wire.)
    #[must_use]
    pub fn source(mut self, source: TransactionSource) -> Self {
        self.sources.push(source);
        self
    }

    /// Of at least this amount, in dollars.
    #[must_use]
    pub fn min_amount(mut self, amount: Amount) -> Self {
        self.min_amount = Some(amount);
        self
    }

    /// Of at most this amount, in dollars.
    #[must_use]
    pub fn max_amount(mut self, amount: Amount) -> Self {
        self.max_amount = Some(amount);
        self
    }

    /// Of this payer.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// Of payers with this first name.
    #[must_use]
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// Of payers with this last name.
    #[must_use]
    pub fn last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = Some(last_name.into());
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "must be greater than 0"));
        }
        if let (Some(from), Some(to)) = (self.from_date, self.to_date)
            && from > to
        {
            return Err(Invalid::new("from_date", "must not be after to_date"));
        }
        if let (Some(min), Some(max)) = (self.min_amount, self.max_amount)
            && min > max
        {
            return Err(Invalid::new("min_amount", "must not be greater than max_amount"));
        }
        Ok(())
    }

    fn query(&self) -> Query {
        Query::new()
            .push_some("limit", self.limit)
            .push_some("before", self.before.as_ref())
            .push_some("after", self.after.as_ref())
            .push_some("from_date", self.from_date)
            .push_some("to_date", self.to_date)
            .push_some("transaction_status", joined(&self.results))
            .push_some("channel", joined(&self.sources))
            .push_some("min_amount", self.min_amount)
            .push_some("max_amount", self.max_amount)
            .push_some("email_address", self.email.as_ref())
            .push_some("first_name", self.first_name.as_ref())
            .push_some("last_name", self.last_name.as_ref())
    }
}

fn joined(values: &[impl ToString]) -> Option<String> {
    let texts: Vec<_> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}
