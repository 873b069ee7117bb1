pub(crate) mod eft_request;
mod stored;

use std::fmt;

use pay_core::{
    Amount, Response, Result,
    provider::{Hidden, Operation, Verdict},
};
use serde::{Deserialize, Serialize};
use time::{PrimitiveDateTime, macros::format_description};

use crate::{
    BankDeposit, Client, EftRequest, SendFunds, Transaction, TransactionResult,
    eft::eft_request::Transfer, operations,
};

/// Electronic funds transfers. From [`Client::eft`].
///
/// Mind the names: to the provider, an *incoming request* is an "EFT debit" and *requesting funds*
/// an "EFT credit", while *sending funds* is an "EFT debit" too: they are named from the payer's
/// account in one place and from the merchant's in the other. Here, they are named by what happens:
///
/// | here | in the document | the money |
/// |---|---|---|
/// | [`incoming_requests`](Self::incoming_requests) | Incoming Request - EFT Debit | others ask you for it |
/// | [`request_funds`](Self::request_funds) | Requesting Funds - EFT Credit | you ask a customer for it |
/// | [`bank_deposit`](Self::bank_deposit) | Bank Deposit | goes to a bank account |
/// | [`send_funds`](Self::send_funds) | Send Funds - EFT Debit | you send it |
///
/// A transfer can be pending: read it again by [`Transactions::get`](crate::Transactions::get).
#[derive(Debug)]
pub struct Eft<'a> {
    client: &'a Client,
}

impl Client {
    /// Electronic funds transfers.
    #[must_use]
    pub fn eft(&self) -> Eft<'_> {
        Eft { client: self }
    }
}

/// What became of a transfer. One that was declined is an error. As JSON it is the transaction
/// alone, whose own result says which of the two it is.
#[must_use = "a pending transfer has not taken place"]
#[derive(Clone, Debug)]
pub enum EftOutcome {
    /// It took place.
    Completed(Transaction),
    /// Somebody still has to act. It may be declined yet.
    Pending(Transaction),
}

/// The EFT balance, in dollars.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct EftBalance {
    /// What can be used.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub available_balance: Option<Amount>,
    /// What is there.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub actual_balance: Option<Amount>,
}

/// A request for money that somebody has made. `Debug` hides the payment page's address.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct IncomingRequest {
    /// How much, in dollars.
    #[serde(default, with = "pay_core::amount::number::option")]
    pub amount: Option<Amount>,
    /// The processor's id, such as `PAY24204476`.
    #[serde(default, with = "pay_core::lenient")]
    pub processor_transaction_id: Option<String>,
    /// The e-mail address.
    #[serde(default, with = "pay_core::lenient")]
    pub email: Option<String>,
    /// How it stands; seen is `PENDING`.
    #[serde(default, with = "pay_core::lenient")]
    pub status: Option<TransactionResult>,
    /// Where it is paid. Who has this address can open it.
    #[serde(default, with = "pay_core::lenient")]
    pub redirect_url: Option<String>,
    /// When it was made, as it came: `1/17/2024 11:26:40 PM`, in a time zone that nobody states.
    #[serde(default, with = "pay_core::lenient")]
    pub date: Option<String>,
    /// What it is for.
    #[serde(default, with = "pay_core::lenient")]
    pub description: Option<String>,
}

impl IncomingRequest {
    /// The date and the time on the clock, month first, if [`date`](Self::date) reads as in the
    /// sample. It is no point in time: its zone is unknown.
    #[must_use]
    pub fn date_time(&self) -> Option<PrimitiveDateTime> {
        let format = format_description!(
            "[month padding:none]/[day padding:none]/[year] \
             [hour repr:12 padding:none]:[minute]:[second] [period case_sensitive:false]"
        );
        PrimitiveDateTime::parse(self.date.as_deref()?.trim(), &format).ok()
    }
}

impl fmt::Debug for IncomingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingRequest")
            .field("amount", &self.amount)
            .field("processor_transaction_id", &self.processor_transaction_id)
            .field("email", &self.email)
            .field("status", &self.status)
            .field("redirect_url", &self.redirect_url.as_ref().map(|_| format_args!("[hidden]")))
            .field("date", &self.date)
            .field("description", &self.description)
            .finish()
    }
}

#[derive(Deserialize)]
struct IncomingRequests {
    incoming_requests: Vec<IncomingRequest>,
}

impl Eft<'_> {
    /// Reads the balance: `GET /transaction-service-vt/eft/balance` (developer.payfirma.com/api/eft,
    /// Balance).
    ///
    /// # Errors
    ///
    /// As every read.
    pub async fn balance(&self) -> Result<Response<EftBalance>> {
        self.client
            .call(&operations::EFT_BALANCE)
            .send_judged(|balance: &EftBalance| {
                if balance.available_balance.is_none() && balance.actual_balance.is_none() {
                    return Verdict::Unclear("the answer holds no balance".to_owned());
                }
                Verdict::Succeeded
            })
            .await
    }

    /// Lists the requests for money that others have made:
    /// `GET /transaction-service-vt/eft/incoming-requests` (developer.payfirma.com/api/eft, Incoming
    /// Request).
    ///
    /// # Errors
    ///
    /// As every read.
    pub async fn incoming_requests(&self) -> Result<Response<Vec<IncomingRequest>>> {
        let reply =
            self.client.call(&operations::EFT_INCOMING_REQUESTS).send::<IncomingRequests>().await?;
        Ok(reply.map(|reply| reply.incoming_requests))
    }

    /// Asks a customer for money: `POST /transaction-service-vt/eft/request/{customer_lookup_id}`
    /// (developer.payfirma.com/api/eft, Requesting Funds). The usual answer is
    /// [`EftOutcome::Pending`].
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent. `is_declined()`. An
    /// [`Outcome::Unknown`](crate::Outcome::Unknown): the customer may have been asked.
    pub async fn request_funds(&self, request: &EftRequest) -> Result<Response<EftOutcome>> {
        self.run(&operations::EFT_REQUEST_FUNDS, &request.transfer).await
    }

    /// Deposits to a bank account. No source states a path or fields: give the client a
    /// [`route`](crate::ClientBuilder::route) for
    /// [`EFT_BANK_DEPOSIT`](operations::EFT_BANK_DEPOSIT), and the request what else it needs
    /// (developer.payfirma.com/api/eft, Bank Deposit: the heading alone).
    ///
    /// # Errors
    ///
    /// As [`request_funds`](Self::request_funds), and the kind
    /// [`Configuration`](crate::ErrorKind::Configuration) without a route.
    pub async fn bank_deposit(&self, deposit: &BankDeposit) -> Result<Response<EftOutcome>> {
        self.run(&operations::EFT_BANK_DEPOSIT, &deposit.transfer).await
    }

    /// Sends money. What is said of [`bank_deposit`](Self::bank_deposit) holds here too, for
    /// [`EFT_SEND_FUNDS`](operations::EFT_SEND_FUNDS) (developer.payfirma.com/api/eft, Send Funds).
    ///
    /// # Errors
    ///
    /// As [`bank_deposit`](Self::bank_deposit).
    pub async fn send_funds(&self, funds: &SendFunds) -> Result<Response<EftOutcome>> {
        self.run(&operations::EFT_SEND_FUNDS, &funds.transfer).await
    }

    async fn run(
        &self,
        operation: &'static Operation,
        transfer: &Transfer,
    ) -> Result<Response<EftOutcome>> {
        let mut call = self
            .client
            .call(operation)
            .check(transfer.check())
            .json(&transfer.wire(), &transfer.extra)
            .hide(account_numbers(transfer))
            .lost_call(transfer.lost_call(operation.id));
        if let Some(customer) = &transfer.customer {
            call = call.path("customer_lookup_id", customer);
        }
        let reply = call
            .doubt_decline(|declined| transfer.expected().doubt(declined))
            .send_judged(|reply: &Transaction| judge(reply, transfer))
            .await?;
        Ok(reply.map(|transaction| {
            if transaction.is_pending() {
                EftOutcome::Pending(transaction)
            } else {
                EftOutcome::Completed(transaction)
            }
        }))
    }
}

/// As any write, but that it may stay pending.
fn judge(reply: &Transaction, transfer: &Transfer) -> Verdict {
    if reply.is_pending() {
        return reply.against(Verdict::Succeeded, transfer.expected());
    }
    reply.judge(transfer.expected())
}

/// The caller's own fields may hold a bank account: whatever has as many digits is masked where it
/// is echoed.
fn account_numbers(transfer: &Transfer) -> Vec<Hidden> {
    let digits = |json: &str| json.bytes().filter(u8::is_ascii_digit).count();
    let is_number = |json: &str| {
        json.bytes().all(|b| b.is_ascii_digit() || b"\" -".contains(&b)) && digits(json) >= 5
    };
    let values = transfer.extra.iter().map(|(_, json)| json);
    values.filter(|json| is_number(json)).map(Hidden::number).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const SAMPLE: &str = r#"{"amount":1.10,"processor_transaction_id":"PAY24204476",
        "email":"a@b.ca","status":"PENDING","redirect_url":"https://pay.test/secret-page",
        "date":"1/17/2024 11:26:40 PM","description":"rent"}"#;

    #[test]
    fn the_sample_of_an_incoming_request_is_read_exactly() {
        let request: IncomingRequest = serde_json::from_str(SAMPLE).unwrap();
        assert_eq!(request.amount.unwrap().to_string(), "1.10");
        assert_eq!(request.status, Some(TransactionResult::Pending));
        assert_eq!(request.date_time(), Some(datetime!(2024-01-17 23:26:40)));
        let shown = format!("{request:?}");
        assert!(!shown.contains("secret-page") && shown.contains("PAY24204476"), "{shown}");
    }

    #[test]
    fn a_date_is_read_month_first_or_not_at_all() {
        let of = |date: &str| {
            let mut request: IncomingRequest = serde_json::from_str("{}").unwrap();
            request.date = Some(date.to_owned());
            request.date_time()
        };
        assert_eq!(of("12/1/2024 12:00:00 AM"), Some(datetime!(2024-12-01 0:00)));
        assert_eq!(of("2/3/2024 12:05:09 pm"), Some(datetime!(2024-02-03 12:05:09)));
        for odd in ["", "17/1/2024 11:26:40 PM", "2024-01-17T23:26:40Z", "1/17/2024 23:26:40"] {
            assert_eq!(of(odd), None, "{odd}");
        }
    }
}
