//! Asking a paired card terminal for something.

use pay_core::{Extra, Invalid, LostCall, Response, Result, provider::json};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Client, operations, status_code::StatusCode, transactions::encodes};

/// Asking a paired card terminal for something. From [`Client::terminal`].
#[derive(Debug)]
pub struct Terminal<'a> {
    client: &'a Client,
}

pay_core::open_enum! {
    /// What a terminal is asked for. Only one value is known.
    pub enum NotificationType {
        /// A sale.
        Sales = "sales",
    }
}

/// What a terminal is asked for. Give it to [`Terminal::notify`].
///
/// Only `type` is known. Which fields carry the amount and name the terminal, North's specification
/// of the SI Cloud API says: add them with [`extra`](Self::extra).
///
/// ```
/// use payanywhere::Notification;
///
/// let sale = Notification::sales().extra_json("the field of the amount", "10.99")?;
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Notification {
    kind: NotificationType,
    extra: Extra,
}

impl Notification {
    /// A sale.
    #[must_use]
    pub fn sales() -> Self {
        Self::new(NotificationType::Sales)
    }

    /// Anything else.
    #[must_use]
    pub fn new(kind: NotificationType) -> Self {
        Self { kind, extra: Extra::default() }
    }

    /// Adds a field. For amounts see [`extra_json`](Self::extra_json), or give them as text.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// Adds a field whose value is JSON already, such as the exact digits of an amount.
    ///
    /// # Errors
    ///
    /// It is not JSON.
    pub fn extra_json(mut self, name: &str, json: &str) -> Result<Self, Invalid> {
        self.extra.insert_json(name, json)?;
        Ok(self)
    }

    /// What is known of it if the answer is lost: that it was under way.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::TERMINAL_NOTIFY.id, OffsetDateTime::now_utc())
            .with_detail("type", self.kind.as_str())
    }

    fn check(&self) -> Result<(), Invalid> {
        if self.kind.as_str().trim().is_empty() {
            return Err(Invalid::new("type", "must not be empty"));
        }
        encodes(&self.wire(), &self.extra)
    }

    fn wire(&self) -> Wire<'_> {
        Wire { kind: &self.kind }
    }
}

/// The body of the request.
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: &'a NotificationType,
}

/// What came of a notification.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[must_use = "a notification that was taken is not a payment"]
pub enum Notified {
    /// North took it. **Whether anybody paid is not known**: look for the sale among the
    /// transactions.
    Taken(TerminalReply),
    /// The answer says "00": it was carried out. That this code means here what it means for a
    /// refund is inferred.
    Approved(TerminalReply),
}

/// What a notification answers. No source states it: the fields are those of other answers, and all
/// else is in the raw body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct TerminalReply {
    /// `00` is approved, another code a decline. Not there, if it was taken.
    #[serde(default, with = "crate::status_code")]
    pub status_code: Option<String>,
    /// A sentence on how it ended.
    #[serde(default, with = "pay_core::lenient")]
    pub status_message: Option<String>,
    /// Any other sentence.
    #[serde(default, with = "pay_core::lenient")]
    pub message: Option<String>,
}

impl Client {
    /// Asking a paired card terminal for something.
    #[must_use]
    pub fn terminal(&self) -> Terminal<'_> {
        Terminal { client: self }
    }
}

impl Terminal<'_> {
    /// Asks a paired terminal for something, such as a sale:
    /// `POST /accounts/{account_id}/notification`.
    ///
    /// **What North answers is in no source**, nor whether it waits for the payer. So a 2xx is no
    /// payment, but one of [`Notified`].
    ///
    /// # Errors
    ///
    /// `is_declined()` for a `status_code` other than "00". An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown), also where nobody knows what the `status_code`
    /// means: the terminal may have it, and there is no way to find out but to look at it.
    pub async fn notify(&self, notification: &Notification) -> Result<Response<Notified>> {
        let check = notification.check();
        let call = self.client.account_call(&operations::TERMINAL_NOTIFY, check).await?;
        let answer = call
            .json(&notification.wire(), &notification.extra)
            .lost_call(notification.lost_call())
            .acknowledge()
            .await?;
        // That it is an object or empty, and no decline, has been seen already.
        let reply: TerminalReply = json::from_slice(answer.meta().raw_body()).unwrap_or_default();
        let approved =
            reply.status_code.as_deref().map(StatusCode::read) == Some(StatusCode::Approved);
        Ok(answer
            .map(|()| if approved { Notified::Approved(reply) } else { Notified::Taken(reply) }))
    }
}
