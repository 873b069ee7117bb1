pub(crate) mod authorize;
pub(crate) mod capture;
pub(crate) mod payment;
pub(crate) mod payment_method;
pub(crate) mod sale;
pub(crate) mod stored_card_payment;
pub(crate) mod transaction;
pub(crate) mod transaction_filter;

use pay_core::{
    Page, Pager, Response, Result,
    provider::{Operation, Verdict},
};

use self::{
    payment_method::{HoldMethod, PaymentMethod},
    stored_card_payment::Stored,
    transaction::send,
};
use crate::{
    Authorize, Capture, Client, Refund, Sale, StoredCardAuthorize, StoredCardSale, Transaction,
    TransactionFilter, TransactionId, TransactionLookupId, list::ListReply, operations,
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
    /// [`Client::resolve`].
    pub async fn sale<M>(&self, sale: &Sale<M>) -> Result<Response<Transaction>>
    where
        M: PaymentMethod + Sync,
    {
        let call = self
            .client
            .call(M::sale_operation())
            .check(sale.check(self.client.now()))
            .json(&sale.wire(), &sale.details.extra)
            .hide(sale.hidden())
            .lost_call(sale.lost_call());
        send(call, sale.details.expected()).await
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
        let call = self
            .client
            .call(&operations::TRANSACTIONS_AUTHORIZE)
            .check(authorize.check(self.client.now()))
            .json(&authorize.wire(), &authorize.details.extra)
            .hide(authorize.hidden())
            .lost_call(authorize.lost_call());
        send(call, authorize.details.expected()).await
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
        let call = call.json(&stored.wire(), &stored.details.extra).lost_call(lost_call);
        send(call, stored.details.expected()).await
    }

    /// Collects a held amount, or a part of it: `POST /capture/{id}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale).
    pub async fn capture(&self, capture: &Capture) -> Result<Response<Transaction>> {
        let action = &capture.action;
        let call = self
            .client
            .call(&operations::TRANSACTIONS_CAPTURE)
            .check(action.check())
            .path("id", &action.id)
            .json(&action.wire(), &action.extra)
            .lost_call(capture.lost_call());
        send(call, action.expected()).await
    }

    /// Gives a sale or a capture back, or a part of it: `POST /refund/{id}`.
    ///
    /// # Errors
    ///
    /// As [`sale`](Self::sale). More than is left to refund is declined.
    pub async fn refund(&self, refund: &Refund) -> Result<Response<Transaction>> {
        let action = &refund.action;
        let call = self
            .client
            .call(&operations::TRANSACTIONS_REFUND)
            .check(action.check())
            .path("id", &action.id)
            .json(&action.wire(), &action.extra)
            .lost_call(refund.lost_call());
        send(call, action.expected()).await
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
