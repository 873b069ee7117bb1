use pay_core::{
    Extra, Invalid, LostCall, Response, Result,
    provider::{Operation, Verdict},
};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    CheckoutToken, Client, PayoutCheckout, Status, TransactionId, operations,
    payments::{order_call, token, unread},
    reply::{Reply, unclear},
};

/// Payouts to customers. From [`Client::payouts`].
#[derive(Debug)]
pub struct Payouts<'a> {
    client: &'a Client,
}

impl Client {
    /// Payouts to customers.
    #[must_use]
    pub fn payouts(&self) -> Payouts<'_> {
        Payouts { client: self }
    }
}

impl Payouts<'_> {
    /// Opens the cashier page for a payout: route `payout`.
    ///
    /// # Errors
    ///
    /// As [`Payments::hosted`](crate::Payments::hosted).
    pub async fn create(&self, checkout: &PayoutCheckout) -> Result<Response<CheckoutToken>> {
        let order = &checkout.order;
        let reply = order_call(self.client, &operations::PAYOUTS_CREATE, order, &checkout.form())?
            .check(checkout.check())
            .lost_call(checkout.lost_call())
            .send_judged(|reply: &Reply| reply.judge_token(order.expected()))
            .await?;
        token(reply)
    }

    /// Approves a pending payout: route `payout_approve`. The sample's answer is pending, so match
    /// the result.
    ///
    /// # Errors
    ///
    /// `is_declined()`: the payout is rejected, and nothing is paid out. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may be approved; see
    /// [`Client::resolve`]. [`ErrorKind::Configuration`](crate::ErrorKind::Configuration): there
    /// is no route for it.
    pub async fn approve(&self, approval: &ApprovePayout) -> Result<Response<ApprovedPayout>> {
        let operation = &operations::PAYOUTS_APPROVE;
        let reply = self
            .client
            .call(operation)
            .check(approval.id.check_sendable())
            .path("transaction_id", &approval.id)
            .json(&Wire { transaction_id: &approval.id }, &approval.extra)
            .lost_call(approval.lost_call())
            .send_judged(|reply: &Reply| match reply.status() {
                Err(unclear) => unclear,
                Ok(Some(Status::Rejected)) => reply.declined(),
                Ok(_) if reply.has_error() => unclear("an error beside an approval"),
                Ok(Some(_)) => Verdict::Succeeded,
                Ok(None) => unclear("an approval without a transaction_status"),
            })
            .await?;
        let message = reply.message();
        let approved = match reply.status() {
            Ok(Some(Status::Pending)) => ApprovedPayout::Pending { message },
            Ok(Some(Status::Successful)) => ApprovedPayout::Successful { message },
            _ => return Err(unread(operation)),
        };
        Ok(reply.map(|_| approved))
    }

    /// Rejects a pending payout: route `payout_reject`. The sample's answer is an empty object.
    ///
    /// # Errors
    ///
    /// An [`Outcome::Unknown`](crate::Outcome::Unknown): it may be rejected; see
    /// [`Client::resolve`]. An answer with another status than rejected is one too, and one with a
    /// message and no status.
    pub async fn reject(&self, rejection: &RejectPayout) -> Result<Response<()>> {
        let reply = self
            .client
            .call(&operations::PAYOUTS_REJECT)
            .check(rejection.id.check_sendable())
            .path("transaction_id", &rejection.id)
            .json(&Wire { transaction_id: &rejection.id }, &rejection.extra)
            .lost_call(rejection.lost_call())
            .send_judged(|reply: &Reply| match reply.status() {
                Err(unclear) => unclear,
                Ok(_) if reply.has_error() => unclear("an error beside a rejection"),
                Ok(None) if reply.is_words_alone() => {
                    unclear("an answer in words that are not known")
                }
                Ok(None | Some(Status::Rejected)) => Verdict::Succeeded,
                Ok(Some(_)) => unclear("a rejected payout with another status"),
            })
            .await?;
        Ok(reply.map(|_| ()))
    }
}

/// Lets a pending payout go out. Whether doing it twice is the same as once is unknown.
///
/// ```
/// use cashier::{ApprovePayout, Reference};
/// let reference = Reference::new("payout-17")?;
/// let approval = ApprovePayout::new(&reference);
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct ApprovePayout {
    id: TransactionId,
    extra: Extra,
}

impl ApprovePayout {
    /// The document wants the id "in your system" here: your reference. Ask the provider.
    #[must_use]
    pub fn new(id: impl Into<TransactionId>) -> Self {
        Self { id: id.into(), extra: Extra::default() }
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this approval: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        lost_call(&operations::PAYOUTS_APPROVE, &self.id)
    }
}

/// Keeps a pending payout from going out. Whether doing it twice is the same as once is unknown.
#[derive(Clone, Debug)]
pub struct RejectPayout {
    id: TransactionId,
    extra: Extra,
}

impl RejectPayout {
    /// The document wants "our unique transaction id that you received in webhook" here, and
    /// shows one that looks like yours. Ask the provider.
    #[must_use]
    pub fn new(id: impl Into<TransactionId>) -> Self {
        Self { id: id.into(), extra: Extra::default() }
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of this rejection: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        lost_call(&operations::PAYOUTS_REJECT, &self.id)
    }
}

/// How an approved payout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "only `Successful` means that it is paid out"]
pub enum ApprovedPayout {
    /// Approved, but not paid out yet. The webhook tells how it ended.
    Pending {
        /// The provider's sentence.
        message: Option<String>,
    },
    /// Paid out.
    Successful {
        /// The provider's sentence.
        message: Option<String>,
    },
}

#[derive(Serialize)]
struct Wire<'a> {
    transaction_id: &'a TransactionId,
}

fn lost_call(operation: &Operation, id: &TransactionId) -> LostCall {
    LostCall::new(operation.id, OffsetDateTime::now_utc()).with_path("transaction_id", id.as_str())
}
