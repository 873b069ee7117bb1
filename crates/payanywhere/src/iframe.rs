//! Charging a card by the token that North's browser SDK made of it.

mod charge;
mod charged;

use pay_core::{Response, Result};

pub use self::{
    charge::{IframeCharge, IframeToken},
    charged::{ChargeVerdict, Charged},
};
use crate::{Client, operations};

/// Charging a card by the token that North's browser SDK made of it. From [`Client::iframe`].
#[derive(Debug)]
pub struct Iframe<'a> {
    client: &'a Client,
}

impl Client {
    /// Charging a card by the token that North's browser SDK made of it.
    #[must_use]
    pub fn iframe(&self) -> Iframe<'_> {
        Iframe { client: self }
    }
}

impl Iframe<'_> {
    /// Charges a card: `POST /mids/{mid}/gateways/payment`.
    ///
    /// **What North answers is in no source.** That a `status_code` of "00" approves and another
    /// declines is inferred from refunds. An answer without one is an error of unknown outcome, with
    /// the answer as [`body`](crate::Error::body): it may well have been charged. If your answers are
    /// of another form, say what they mean with [`charge_judged`](Self::charge_judged).
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent; `is_declined()`. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): it may have been charged; see
    /// [`Client::resolve`].
    pub async fn charge(&self, charge: &IframeCharge) -> Result<Response<Charged>> {
        self.charge_judged(charge, ChargeVerdict::by_status_code).await
    }

    /// The same, with a judgement of your own on what a 2xx answer means. It is asked instead of
    /// ours. An amount that comes back as another one is an error all the same.
    ///
    /// ```
    /// # async fn example(client: payanywhere::Client, charge: payanywhere::IframeCharge) -> payanywhere::Result<()> {
    /// use payanywhere::ChargeVerdict;
    /// #[derive(serde::Deserialize)]
    /// struct Answer {
    ///     result: String,
    /// }
    /// let charged = client
    ///     .iframe()
    ///     .charge_judged(&charge, |charged| match charged.read::<Answer>() {
    ///         Ok(answer) if answer.result == "approved" => ChargeVerdict::Approved,
    ///         Ok(answer) if answer.result == "declined" => ChargeVerdict::Declined,
    ///         _ => ChargeVerdict::Unknown,
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`charge`](Self::charge).
    pub async fn charge_judged(
        &self,
        charge: &IframeCharge,
        judge: impl Fn(&Charged) -> ChargeVerdict + Send + Sync,
    ) -> Result<Response<Charged>> {
        self.client
            .call(&operations::IFRAME_CHARGE)
            .check(charge.check())
            .path("mid", self.client.mid())
            .json(&charge.wire(), charge.added())
            .hide(charge.hidden())
            .lost_call(charge.lost_call())
            .send_judged(|charged: &Charged| charged.judge(judge(charged), charge.amount()))
            .await
    }
}
