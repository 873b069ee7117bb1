use pay_core::{
    Amount, Currency, EpochMillis, Reference, Response, Result,
    provider::{Call, Problem, Verdict, json},
};
use serde::{Deserialize, Serialize};

use crate::{Payfirma, TransactionId, TransactionLookupId};

/// A sale, authorization, capture, refund or transfer, as Payfirma tells it.
///
/// Mind the names: `id` is the number that captures and refunds want; the field that Payfirma calls
/// `transaction_id` is a hash and is [`lookup_id`](Self::lookup_id) here.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Transaction {
    /// The number. `id` on the wire.
    pub id: TransactionId,
    /// The hash. `transaction_id` on the wire.
    #[serde(default, rename = "transaction_id", with = "pay_core::lenient")]
    pub lookup_id: Option<TransactionLookupId>,
    /// What kind of transaction it is.
    #[serde(default, rename = "transaction_type")]
    pub kind: Option<TransactionType>,
    /// How it ended.
    #[serde(default, rename = "transaction_result")]
    pub result: Option<TransactionResult>,
    /// Whether it succeeded.
    #[serde(default, rename = "transaction_success")]
    pub success: Option<bool>,
    /// A sentence on how it ended.
    #[serde(default, rename = "transaction_message", with = "pay_core::lenient")]
    pub message: Option<String>,
    /// When it happened, in epoch milliseconds.
    #[serde(default, rename = "transaction_time", with = "pay_core::lenient")]
    pub time: Option<EpochMillis>,
    /// Where it came from.
    #[serde(default, rename = "transaction_source")]
    pub source: Option<TransactionSource>,
    /// The amount in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// How much of it was given back, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount_refunded: Option<Amount>,
    /// The tip in it, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount_tip: Option<Amount>,
    /// The tax in it, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount_tax: Option<Amount>,
    /// The currency. Documented, but reported as not returned.
    #[serde(default, with = "pay_core::lenient")]
    pub currency: Option<Currency>,
    /// Whether an authorization was captured. Documented, but reported as not returned.
    #[serde(default, with = "pay_core::lenient")]
    pub captured: Option<bool>,
    /// The card's brand.
    #[serde(default, with = "pay_core::lenient")]
    pub card_type: Option<String>,
    /// The card's last four digits.
    #[serde(default, with = "pay_core::lenient")]
    pub card_suffix: Option<String>,
    /// The card's expiry as `MM/YY`.
    #[serde(default, with = "pay_core::lenient")]
    pub card_expiry: Option<String>,
    /// The payer's e-mail address.
    #[serde(default, with = "pay_core::lenient")]
    pub email: Option<String>,
    /// The payer's first name.
    #[serde(default, with = "pay_core::lenient")]
    pub first_name: Option<String>,
    /// The payer's last name.
    #[serde(default, with = "pay_core::lenient")]
    pub last_name: Option<String>,
    /// The payer's business.
    #[serde(default, with = "pay_core::lenient")]
    pub company: Option<String>,
    /// Further addresses for receipts.
    #[serde(default, with = "pay_core::lenient")]
    pub bcc_emails: Option<String>,
    /// The payer's telephone number.
    #[serde(default, with = "pay_core::lenient")]
    pub telephone: Option<String>,
    /// The address' first line.
    #[serde(default, with = "pay_core::lenient")]
    pub address1: Option<String>,
    /// The address' second line.
    #[serde(default, with = "pay_core::lenient")]
    pub address2: Option<String>,
    /// The city.
    #[serde(default, with = "pay_core::lenient")]
    pub city: Option<String>,
    /// The province or state.
    #[serde(default, with = "pay_core::lenient")]
    pub province: Option<String>,
    /// The country.
    #[serde(default, with = "pay_core::lenient")]
    pub country: Option<String>,
    /// The postal code.
    #[serde(default, with = "pay_core::lenient")]
    pub postal_code: Option<String>,
    /// The caller's free text on the payer, echoed. A partner's code stands here.
    #[serde(default, with = "pay_core::lenient")]
    pub custom_id: Option<String>,
    /// The caller's [`Reference`], echoed.
    #[serde(default, with = "pay_core::lenient")]
    pub invoice_id: Option<String>,
    /// The caller's description, echoed.
    #[serde(default, with = "pay_core::lenient")]
    pub description: Option<String>,
    /// The user who made it.
    #[serde(default, with = "pay_core::lenient")]
    pub user_id: Option<String>,
    /// The bank's authorization code. Spaces at its end are kept.
    #[serde(default, with = "pay_core::lenient")]
    pub processor_auth_code: Option<String>,
    /// The processor's id.
    #[serde(default, with = "pay_core::lenient")]
    pub processor_transaction_id: Option<String>,
}

pay_core::open_enum! {
    /// How a transaction ended.
    pub enum TransactionResult {
        /// The money moves, or is held.
        Approved = "APPROVED",
        /// It does not.
        Declined = "DECLINED",
        /// Not decided yet: transfers (EFT).
        Pending = "PENDING",
        /// Given up by the payer.
        Canceled = "CANCELED" | "CANCELLED",
    }
}

pay_core::open_enum! {
    /// What kind of transaction it is.
    pub enum TransactionType {
        /// A charge.
        Sale = "SALE",
        /// A hold. Terminals write it `AUTHORIZE`.
        Authorization = "AUTHORIZATION" | "AUTHORIZE",
        /// Collecting a hold.
        Capture = "CAPTURE",
        /// Giving back.
        Refund = "REFUND",
    }
}

pay_core::open_enum! {
    /// Where a transaction came from; also a filter of lists, as "channel".
    pub enum TransactionSource {
        /// The virtual terminal of PayHQ.
        VirtualTerminal = "VT",
        /// The mobile app.
        Mobile = "MOBILE",
        /// The tablet point of sale.
        TabletPos = "TABLET_POS",
        /// An online shop: this API.
        ECommerce = "E_COMMERCE",
        /// A subscription.
        Recurring = "RECURRING",
        /// An invoice.
        Invoice = "INVOICE",
        /// A card terminal.
        CardTerminal = "CARD_TERMINAL",
    }
}

/// What a reply must not contradict.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Expected<'a> {
    pub(crate) amount: Option<Amount>,
    pub(crate) currency: Option<Currency>,
    pub(crate) reference: Option<&'a Reference>,
}

impl Expected<'_> {
    fn contradiction(self, amount: Option<Amount>, currency: Option<Currency>) -> Option<String> {
        if let (Some(asked), Some(told)) = (self.amount, amount)
            && asked != told
        {
            return Some(format!("the amount is {told}, asked for was {asked}"));
        }
        if let (Some(asked), Some(told)) = (self.currency, currency)
            && asked != told
        {
            return Some(format!("the currency is {told}, asked for was {asked}"));
        }
        None
    }

    /// Why it is another payment.
    fn foreign(self, invoice_id: Option<&str>) -> Option<String> {
        let (asked, told) = (self.reference?, invoice_id?);
        (asked.as_str() != told)
            .then(|| "the invoice_id is not the reference that was sent".to_owned())
    }

    /// Why a declined object is not the answer to this request. As much of it is read as there is.
    pub(crate) fn doubt(self, declined: &[u8]) -> Option<String> {
        #[derive(Deserialize)]
        struct Told {
            #[serde(default, with = "pay_core::amount::number::option")]
            amount: Option<Amount>,
            #[serde(default, with = "pay_core::lenient")]
            currency: Option<Currency>,
            #[serde(default, with = "pay_core::lenient")]
            invoice_id: Option<String>,
        }
        let told: Told = json::from_slice(declined).ok()?;
        self.foreign(told.invoice_id.as_deref())
            .or_else(|| self.contradiction(told.amount, told.currency))
    }
}

/// Sends what moves or holds money. `Ok` only if the answer says so, and of this very request.
pub(crate) async fn send(
    call: Call<'_, Payfirma>,
    expected: Expected<'_>,
) -> Result<Response<Transaction>> {
    call.doubt_decline(|declined| expected.doubt(declined))
        .send_judged(|reply: &Transaction| reply.judge(expected))
        .await
}

impl Transaction {
    /// Whether it was declined. A declined transaction that is *read* is no error.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        matches!(self.verdict(), Verdict::Declined(_))
    }

    /// Whether it was approved.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        matches!(self.verdict(), Verdict::Succeeded)
    }

    /// Whether it is not decided yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        // Whatever `transaction_success` says: what the reference prints beside PENDING is unknown.
        self.result == Some(TransactionResult::Pending)
    }

    /// What it says of itself, as the answer to a write that cannot stay pending.
    fn verdict(&self) -> Verdict {
        match (&self.result, self.success) {
            (Some(TransactionResult::Approved), Some(true) | None) | (None, Some(true)) => {
                Verdict::Succeeded
            }
            (Some(TransactionResult::Declined), Some(false) | None) => {
                Verdict::Declined(self.problem())
            }
            (Some(TransactionResult::Canceled), Some(false) | None) => {
                Verdict::Refused(self.problem().with_code(Some("CANCELED".to_owned())))
            }
            (result, success) => Verdict::Unclear(format!(
                "a transaction with the result {} and the success {}",
                result.as_ref().map_or("(none)", TransactionResult::as_str),
                success.map_or("(none)", |success| if success { "true" } else { "false" }),
            )),
        }
    }

    /// The verdict of the answer to a write, with what was asked for.
    pub(crate) fn judge(&self, expected: Expected<'_>) -> Verdict {
        // Mistake: a decline is read as a success.
        #[cfg(planted)]
        if self.is_declined() && pay_core::planted::is("decline-is-success") {
            return self.against(Verdict::Succeeded, expected);
        }
        self.against(self.verdict(), expected)
    }

    /// This verdict, unless the object is not what was asked for.
    pub(crate) fn against(&self, verdict: Verdict, expected: Expected<'_>) -> Verdict {
        if let Some(why) = expected.foreign(self.invoice_id.as_deref()) {
            return Verdict::Foreign(why);
        }
        match (verdict, self.contradiction(expected)) {
            (verdict, None) => verdict,
            (Verdict::Succeeded, Some(why)) => Verdict::Contradicts(why),
            // A decline of something else is no answer to this request.
            (_, Some(why)) => Verdict::Unclear(why),
        }
    }

    fn contradiction(&self, expected: Expected<'_>) -> Option<String> {
        expected.contradiction(self.amount, self.currency)
    }

    fn problem(&self) -> Problem {
        Problem { message: self.message.clone(), ..Problem::default() }
    }
}
