pub(crate) mod customer;
pub(crate) mod customer_update;
pub(crate) mod new_customer;
pub(crate) mod profile;

use pay_core::{
    Email, Invalid, Page, Pager, Response, Result,
    provider::{Call, Operation, Query},
};

use crate::{
    Client, Customer, CustomerId, CustomerUpdate, NewCustomer, Payfirma, PlanId, contradiction,
    list::ListReply, operations,
};

/// Storing, finding and changing customers. From [`Client::customers`].
///
/// There is no call that removes a customer: no document has one.
#[derive(Debug)]
pub struct Customers<'a> {
    client: &'a Client,
}

impl Client {
    /// Storing, finding and changing customers.
    #[must_use]
    pub fn customers(&self) -> Customers<'_> {
        Customers { client: self }
    }
}

impl Customers<'_> {
    /// Stores a customer: `POST /customer-service/customer`.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: an empty text. `is_contradiction()`: a customer was
    /// stored, but the reply has another `custom_id` than the reference. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been stored; look for the
    /// address with [`list`](Self::list) and compare the `custom_id`.
    pub async fn create(&self, customer: &NewCustomer) -> Result<Response<Customer>> {
        self.client
            .call(&operations::CUSTOMERS_CREATE)
            .check(customer.check())
            .json(&customer.wire(), &customer.extra)
            .lost_call(customer.lost_call())
            .send_judged(|reply: &Customer| customer.judge(reply))
            .await
    }

    /// Reads a customer with cards and subscriptions:
    /// `GET /customer-service/customer/{customer_lookup_id}`.
    ///
    /// # Errors
    ///
    /// `is_not_found()`; `is_contradiction()` if another customer comes; and as every read.
    pub async fn get(&self, id: &CustomerId) -> Result<Response<Customer>> {
        self.client
            .call(&operations::CUSTOMERS_GET)
            .check(id.check())
            .path(CustomerId::FIELD, id)
            .send_judged(|reply: &Customer| contradiction::verdict(reply.is_not(id)))
            .await
    }

    /// One page of the customers: `GET /customer-service/customer`.
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a limit of 0, and as every read.
    pub async fn list(&self, filter: &CustomerFilter) -> Result<Response<Page<Customer>>> {
        page(self.client.call(&operations::CUSTOMERS_LIST), filter).await
    }

    /// All pages of [`list`](Self::list), one by one.
    #[must_use]
    pub fn pager(&self, filter: CustomerFilter) -> Pager<Customer> {
        self.pages(&operations::CUSTOMERS_LIST, None, filter)
    }

    /// One page of the customers who have subscribed to a plan:
    /// `GET /customer-service/customer/plan/{plan_lookup_id}`. (The document's template ends in a
    /// slash; its sample, which is followed, does not.)
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub async fn list_by_plan(
        &self,
        plan: &PlanId,
        filter: &CustomerFilter,
    ) -> Result<Response<Page<Customer>>> {
        let call = self.client.call(&operations::CUSTOMERS_LIST_BY_PLAN);
        page(call.check(plan.check()).path(PlanId::FIELD, plan), filter).await
    }

    /// All pages of [`list_by_plan`](Self::list_by_plan), one by one.
    #[must_use]
    pub fn pager_by_plan(&self, plan: PlanId, filter: CustomerFilter) -> Pager<Customer> {
        self.pages(&operations::CUSTOMERS_LIST_BY_PLAN, Some(plan), filter)
    }

    /// Changes a customer: `PUT /customer-service/customer/{customer_lookup_id}`. What becomes of
    /// fields that are not sent is unknown: see [`CustomerUpdate`].
    ///
    /// Sent again if an answer is lost: twice is the same as once, unless somebody else has changed
    /// the customer in between.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: nothing to change. `is_not_found()`.
    /// `is_contradiction()` if another customer comes back.
    pub async fn update(&self, update: &CustomerUpdate) -> Result<Response<Customer>> {
        self.client
            .call(&operations::CUSTOMERS_UPDATE)
            .check(update.check())
            .path(CustomerId::FIELD, &update.id)
            .json(&update.wire(), &update.extra)
            .lost_call(update.lost_call())
            .send_judged(|reply: &Customer| contradiction::verdict(reply.is_not(&update.id)))
            .await
    }

    fn pages(
        &self,
        operation: &'static Operation,
        plan: Option<PlanId>,
        filter: CustomerFilter,
    ) -> Pager<Customer> {
        let client = self.client.clone();
        Pager::new(move |cursor| {
            let (client, plan) = (client.clone(), plan.clone());
            let mut filter = filter.clone();
            if cursor.is_some() {
                filter.after = cursor;
                filter.before = None;
            }
            Box::pin(async move {
                let mut call = client.call(operation);
                if let Some(plan) = &plan {
                    call = call.check(plan.check()).path(PlanId::FIELD, plan);
                }
                page(call, &filter).await
            })
        })
    }
}

async fn page(
    call: Call<'_, Payfirma>,
    filter: &CustomerFilter,
) -> Result<Response<Page<Customer>>> {
    let reply =
        call.check(filter.check()).query(filter.query()).send::<ListReply<Customer>>().await?;
    Ok(reply.map(ListReply::into_page))
}

/// Which customers to list. The custom id is no filter of this API.
///
/// ```
/// use payfirma::CustomerFilter;
///
/// let filter = CustomerFilter::new().email("brandon@stark.com".parse()?).limit(100);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    limit: Option<u32>,
    before: Option<String>,
    after: Option<String>,
    email: Option<Email>,
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    with_subscription: Option<bool>,
}

impl CustomerFilter {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many on a page. The largest that is allowed is unknown; the sample uses 100.
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

    /// With this e-mail address. (`email_address` on the wire.)
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// With this first name.
    #[must_use]
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// With this last name.
    #[must_use]
    pub fn last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = Some(last_name.into());
        self
    }

    /// Of this business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// Only those with, or without, a subscription. In the list by plan the document's table has
    /// it, its template does not.
    #[must_use]
    pub fn with_subscription(mut self, with_subscription: bool) -> Self {
        self.with_subscription = Some(with_subscription);
        self
    }

    fn check(&self) -> Result<(), Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "must be greater than 0"));
        }
        Ok(())
    }

    fn query(&self) -> Query {
        Query::new()
            .push_some("limit", self.limit)
            .push_some("before", self.before.as_ref())
            .push_some("after", self.after.as_ref())
            .push_some("email_address", self.email.as_ref())
            .push_some("first_name", self.first_name.as_ref())
            .push_some("last_name", self.last_name.as_ref())
            .push_some("company", self.company.as_ref())
            .push_some("with_subscription", self.with_subscription)
    }
}
