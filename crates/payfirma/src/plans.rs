pub(crate) mod new_plan;
pub(crate) mod plan;
pub(crate) mod plan_update;

use pay_core::{Invalid, LostCall, Page, Pager, Response, Result, provider::Query};

use crate::{
    Client, NewPlan, Plan, PlanId, PlanUpdate, contradiction, list::ListReply, operations, removal,
};

/// Templates for subscriptions. From [`Client::plans`].
///
/// Only [`create`](Self::create) is documented. Of the others the document has the headings alone;
/// their methods and paths are inferred from customers and cards. If one of them turns out to be
/// otherwise, [`Client::raw`] reaches any path.
#[derive(Debug)]
pub struct Plans<'a> {
    client: &'a Client,
}

impl Client {
    /// Templates for subscriptions.
    #[must_use]
    pub fn plans(&self) -> Plans<'_> {
        Plans { client: self }
    }
}

impl Plans<'_> {
    /// Creates a plan: `POST /plan-service/plan`. (The guide's sample ends in a slash; the
    /// reference does not.)
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: no name, an amount that is not positive or has more
    /// decimals than the currency, no payments. `is_contradiction()`: the plan was created with
    /// another amount or currency. An [`Outcome::Unknown`](crate::Outcome::Unknown): it may have
    /// been created; look for the name in the [`list`](Self::list).
    pub async fn create(&self, plan: &NewPlan) -> Result<Response<Plan>> {
        self.client
            .call(&operations::PLANS_CREATE)
            .check(plan.check())
            .json(&plan.wire(), &plan.extra)
            .lost_call(plan.lost_call())
            .send_judged(|reply: &Plan| plan.judge(reply))
            .await
    }

    /// One page of the plans: `GET /plan-service/plan` (inferred).
    ///
    /// # Errors
    ///
    /// `is_invalid()` for a limit of 0, and as every read.
    pub async fn list(&self, filter: &PlanFilter) -> Result<Response<Page<Plan>>> {
        let reply = self
            .client
            .call(&operations::PLANS_LIST)
            .check(filter.check())
            .query(filter.query())
            .send::<ListReply<Plan>>()
            .await?;
        Ok(reply.map(ListReply::into_page))
    }

    /// All pages of [`list`](Self::list), one by one.
    #[must_use]
    pub fn pager(&self, filter: PlanFilter) -> Pager<Plan> {
        let client = self.client.clone();
        Pager::new(move |cursor| {
            let client = client.clone();
            let mut filter = filter.clone();
            if cursor.is_some() {
                filter.after = cursor;
                filter.before = None;
            }
            Box::pin(async move { client.plans().list(&filter).await })
        })
    }

    /// Reads a plan: `GET /plan-service/plan/{plan_lookup_id}` (inferred).
    ///
    /// # Errors
    ///
    /// `is_not_found()`; `is_contradiction()` if another plan comes; and as every read.
    pub async fn get(&self, id: &PlanId) -> Result<Response<Plan>> {
        self.client
            .call(&operations::PLANS_GET)
            .check(id.check())
            .path(PlanId::FIELD, id)
            .send_judged(|reply: &Plan| contradiction::verdict(reply.is_not(id)))
            .await
    }

    /// Changes a plan: `PUT /plan-service/plan/{plan_lookup_id}` (inferred). What becomes of fields
    /// that are not sent, and of running subscriptions, is unknown: see [`PlanUpdate`]. Sent again
    /// if an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent: nothing to change, or as [`create`](Self::create).
    /// `is_not_found()`. `is_contradiction()`: the reply is another plan, or has another amount or
    /// currency.
    pub async fn update(&self, update: &PlanUpdate) -> Result<Response<Plan>> {
        self.client
            .call(&operations::PLANS_UPDATE)
            .check(update.check())
            .path(PlanId::FIELD, &update.id)
            .json(&update.wire(), &update.extra)
            .lost_call(update.lost_call())
            .send_judged(|reply: &Plan| update.judge(reply))
            .await
    }

    /// Removes a plan: `DELETE /plan-service/plan/{plan_lookup_id}` (inferred). What the answer
    /// holds is not documented either: `None` is for an empty one. What becomes of the plan's
    /// subscriptions is unknown.
    ///
    /// Sent again if an answer is lost.
    ///
    /// # Errors
    ///
    /// `is_not_found()`; if an answer was lost before it, the plan may have been removed by this
    /// very call, and the outcome is [`Unknown`](crate::Outcome::Unknown). `is_contradiction()`:
    /// the plan in the answer is another one.
    pub async fn remove(&self, id: &PlanId) -> Result<Response<Option<Plan>>> {
        let lost_call = LostCall::new(operations::PLANS_REMOVE.id, self.client.now())
            .with_path(PlanId::FIELD, id.as_str());
        let answer = self
            .client
            .call(&operations::PLANS_REMOVE)
            .check(id.check())
            .path(PlanId::FIELD, id)
            .lost_call(lost_call.clone())
            .acknowledge()
            .await?;
        removal::read(&operations::PLANS_REMOVE, lost_call, answer, |reply: &Plan| {
            contradiction::verdict(reply.is_not(id))
        })
    }
}

/// Which page of the plans to list. Filters are not known to exist; paging is as with customers.
#[derive(Clone, Debug, Default)]
pub struct PlanFilter {
    limit: Option<u32>,
    before: Option<String>,
    after: Option<String>,
}

impl PlanFilter {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many on a page.
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
    }
}
