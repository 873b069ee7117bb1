use std::sync::{Arc, Mutex, PoisonError};

use pay_core::{Page, Pager, Response, Result, provider::Verdict};

use crate::{
    Client, NewPayment, Payment, PaymentFilter, PaymentId, operations, pages::Pages,
    wrapper::Wrapped,
};

/// Creating, reading and listing payments. From [`Client::payments`].
#[derive(Debug)]
pub struct Payments<'a> {
    pub(crate) client: &'a Client,
}

impl Client {
    /// Creating, reading and listing payments.
    #[must_use]
    pub fn payments(&self) -> Payments<'_> {
        Payments { client: self }
    }
}

impl Payments<'_> {
    /// Creates a payment: `POST /transaction`.
    ///
    /// `Ok` means that there is a payment for the payer to make, in the state
    /// [`Created`](crate::PaymentState::Created). **No money has moved.** The bank tells NumeroPay
    /// later, and NumeroPay tells nobody: [`get`](Self::get) is the only way to learn of it, or
    /// [`wait`](Self::wait). Where to send the payer is in no source either.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: the amount is not positive, or has more than 2
    /// decimals; a text is empty. By NumeroPay's word: `is_invalid()`, `is_forbidden()` and the
    /// others of [`ErrorName`](crate::ErrorName). An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown), `SYSTEM_ERROR` among them: it may have been
    /// created; see [`Client::resolve`].
    pub async fn create(&self, new: &NewPayment) -> Result<Response<Payment>> {
        let provider = self.client.provider();
        let (merchant, numbers) = (&provider.merchant, &provider.state_numbers);
        let reply = self
            .client
            .call(&operations::PAYMENTS_CREATE)
            .check(new.check())
            .json(&new.wire(merchant), new.added())
            .lost_call(new.lost_call())
            .send_judged(|reply: &Wrapped<Payment>| {
                reply.data.judge(new.expected(merchant), numbers)
            })
            .await?;
        Ok(self.named(reply))
    }

    /// Reads a payment: `GET /transaction/{id}`.
    ///
    /// # Errors
    ///
    /// `is_not_found()`, `is_forbidden()` if it is another merchant's, and as every read.
    pub async fn get(&self, id: &PaymentId) -> Result<Response<Payment>> {
        let reply = self
            .client
            .call(&operations::PAYMENTS_GET)
            .check(id.check())
            .path("transaction_id", id)
            .send_judged(|reply: &Wrapped<Payment>| {
                if reply.data.id == *id {
                    Verdict::Succeeded
                } else {
                    Verdict::Contradicts("the id is not the one that was asked for".to_owned())
                }
            })
            .await?;
        Ok(self.named(reply))
    }

    /// One page of the merchant's payments: `GET /transaction`.
    ///
    /// NumeroPay names no next page. The page's [`next`](Page::next) is the time of its oldest
    /// payment, for [`PaymentFilter::after`]; the page there begins with that payment again. A
    /// [`pager`](Self::pager) takes care of it.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a filter that cannot be, and as every read.
    pub async fn list(&self, filter: &PaymentFilter) -> Result<Response<Page<Payment>>> {
        let provider = self.client.provider();
        let query = filter.query(provider.from_unit);
        let reply = self
            .client
            .call(&operations::PAYMENTS_LIST)
            .check(query.as_ref().map(|_| ()).map_err(Clone::clone))
            .query(query.unwrap_or_default())
            .send::<Wrapped<Vec<Payment>>>()
            .await?;
        Ok(reply.map(|reply| {
            let named = |payment: Payment| payment.named(&provider.state_numbers);
            let items: Vec<_> = reply.data.into_iter().map(named).collect();
            let oldest = items.iter().filter_map(|payment| payment.created_on).min();
            Page::new(items, oldest.map(|at| provider.from_unit.after(at).to_string()))
        }))
    }

    /// All pages of [`list`](Self::list), one by one, each payment once.
    ///
    /// Each page is asked to begin with the last payment of the one before. So a page without it
    /// shows that `from` was misunderstood, most likely its [unit](crate::FromUnit): that is an
    /// error, never the end of the list.
    ///
    /// ```
    /// # async fn example(client: numeropay::Client) -> numeropay::Result<()> {
    /// use numeropay::{PaymentFilter, PaymentState};
    /// let mut pager = client.payments().pager(PaymentFilter::new());
    /// while let Some(page) = pager.next().await? {
    ///     for payment in page.items.iter().filter(|payment| payment.is_completed()) {
    ///         println!("{} is paid", payment.id);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn pager(&self, filter: PaymentFilter) -> Pager<Payment> {
        let client = self.client.clone();
        let pages = Arc::new(Mutex::new(Pages::new(filter.full())));
        Pager::new(move |cursor| {
            let (client, pages) = (client.clone(), Arc::clone(&pages));
            let filter = match &cursor {
                Some(cursor) => filter.clone().after(cursor),
                None => filter.clone(),
            };
            Box::pin(async move {
                let reply = client.payments().list(&filter).await?;
                let meta = reply.meta().clone();
                let mut pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
                let page = pages.join(cursor.as_deref(), reply.into_inner())?;
                Ok(Response::new(page, meta))
            })
        })
    }

    fn named(&self, reply: Response<Wrapped<Payment>>) -> Response<Payment> {
        reply.map(|reply| reply.data.named(&self.client.provider().state_numbers))
    }
}
