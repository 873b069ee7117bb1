use std::fmt;

use pay_core::{Response, Result};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Json, MerchantApplication, MerchantId,
    json::{self, member},
    operations,
};

/// Submitting merchants' applications, and seeing how far they are. From [`Client::boarding`].
#[derive(Debug)]
pub struct Boarding<'a> {
    client: &'a Client,
}

impl Client {
    /// Submitting merchants' applications, and seeing how far they are.
    #[must_use]
    pub fn boarding(&self) -> Boarding<'_> {
        Boarding { client: self }
    }
}

impl Boarding<'_> {
    /// Submits an application: `POST /boarding`.
    ///
    /// The provider takes one in five seconds. All tasks of a client take turns, and those of several
    /// clients that share a [`pacer`](crate::ClientBuilder::pacer); a turn is taken for each attempt,
    /// right before it goes out. A turn that would come too late for an answer within the call's time
    /// is not waited for: for many at once give the calls more time, by [`Client::with`]. Where
    /// somebody else uses up the rate, the provider's own refusal (429 with the code `429`) is waited
    /// out; any other 429 proves nothing.
    ///
    /// # Errors
    ///
    /// `is_invalid()` with [`Outcome::NotSent`](crate::Outcome::NotSent): a field breaks a rule.
    /// `is_invalid()` with [`Outcome::Refused`](crate::Outcome::Refused): the provider found it
    /// wrong; see [`code`](crate::Error::code) and [`ResponseStatus::of`](crate::ResponseStatus::of).
    /// `is_timeout()` with [`Outcome::NotSent`](crate::Outcome::NotSent): no turn in time.
    /// An [`Outcome::Unknown`](crate::Outcome::Unknown): the merchant may have been boarded. There is
    /// no way to find out; do not submit again. A later `DuplicateMerchantLocationException` does not
    /// prove that it was, for it may be somebody else's, and its absence proves nothing: the sandbox
    /// does not look for duplicates.
    pub async fn submit(
        &self,
        application: &MerchantApplication,
    ) -> Result<Response<BoardedMerchant>> {
        self.client
            .call(&operations::BOARDING_SUBMIT)
            .check(application.check())
            .json(&application.wire(), &application.extra)
            .hide(application.hidden())
            .lost_call(application.lost_call())
            .send()
            .await
    }

    /// How far a boarded merchant's application is: `GET /boarding/{MID}/status`.
    ///
    /// # Errors
    ///
    /// `is_not_found()` for a MID that the provider does not know, and as every read.
    pub async fn status(&self, mid: &MerchantId) -> Result<Response<ApplicationStatus>> {
        self.client
            .call(&operations::BOARDING_STATUS)
            .check(mid.check())
            .path("MID", mid)
            .send()
            .await
    }
}

/// A merchant that was boarded. What stands inside its parts no source states, but for the MID.
///
/// `Debug` hides the address of the application: who has it may be able to open it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BoardedMerchant {
    /// Links, of unknown shape.
    #[serde(default, deserialize_with = "json::list::deserialize")]
    pub links: Vec<Json>,
    /// Where the application can be looked at.
    #[serde(default, with = "crate::exact_text")]
    pub application_url: Option<String>,
    /// The gateway's users, of unknown shape. They may hold credentials.
    #[serde(default, deserialize_with = "json::list::deserialize")]
    pub gateway_users: Vec<Json>,
    /// The merchant, of unknown shape, but for its [`mid`](Self::mid).
    #[serde(default)]
    pub merchant: Option<Json>,
    /// How a terminal is set up, of unknown shape.
    #[serde(default)]
    pub terminal_config: Option<Json>,
}

impl BoardedMerchant {
    /// The MID that was assigned. "A Merchant ID (i.e. MID) will be assigned upon successful
    /// boarding"; that it stands in `merchant.mid` is known from public code. `None` where it does
    /// not: the merchant was boarded all the same, and `merchant` has what came.
    #[must_use]
    pub fn mid(&self) -> Option<MerchantId> {
        self.merchant.as_ref()?.get::<MerchantId>("mid").filter(|mid| !mid.as_str().is_empty())
    }
}

impl fmt::Debug for BoardedMerchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoardedMerchant")
            .field("mid", &self.mid())
            .field("links", &self.links)
            .field("application_url", &Hidden(&self.application_url))
            .field("gateway_users", &self.gateway_users)
            .field("merchant", &self.merchant)
            .field("terminal_config", &self.terminal_config)
            .finish()
    }
}

/// How far an application is. Which values the statuses take, no source says.
///
/// `Debug` hides the address of the application: who has it may be able to open it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplicationStatus {
    /// Links, of unknown shape.
    #[serde(default, deserialize_with = "json::list::deserialize")]
    pub links: Vec<Json>,
    /// How far the application is.
    #[serde(default, with = "crate::exact_text")]
    pub application_status: Option<String>,
    /// Where the application can be looked at.
    #[serde(default, with = "crate::exact_text")]
    pub application_url: Option<String>,
    /// What is said of the processing, of unknown shape.
    #[serde(default, deserialize_with = "json::list::deserialize")]
    pub processing_details: Vec<Json>,
    /// How far the processing is.
    #[serde(default, with = "crate::exact_text")]
    pub processing_status: Option<String>,
    /// What is said of the settlement, of unknown shape.
    #[serde(default, deserialize_with = "json::list::deserialize")]
    pub settlement_details: Vec<Json>,
    /// How far the settlement is.
    #[serde(default, with = "crate::exact_text")]
    pub settlement_status: Option<String>,
}

impl fmt::Debug for ApplicationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationStatus")
            .field("links", &self.links)
            .field("application_status", &self.application_status)
            .field("application_url", &Hidden(&self.application_url))
            .field("processing_details", &self.processing_details)
            .field("processing_status", &self.processing_status)
            .field("settlement_details", &self.settlement_details)
            .field("settlement_status", &self.settlement_status)
            .finish()
    }
}

struct Hidden<'a>(&'a Option<String>);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some([hidden])" } else { "None" })
    }
}

/// Whether an answer says that a merchant was boarded: it tells of the merchant, or where the
/// application can be seen.
pub(crate) fn tells_of_a_merchant(body: &[u8]) -> bool {
    member(body, "merchant").is_some_and(|merchant| merchant.starts_with('{'))
        || member(body, "applicationUrl")
            .and_then(crate::exact_text::text)
            .is_some_and(|url| !url.is_empty())
}
