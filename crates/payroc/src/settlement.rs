use pay_core::{
    Date, Invalid, Response, Result,
    provider::{Query, Verdict},
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Batch, BatchId, BatchTransaction, Chargeback, Client, MerchantId, operations};

/// What a merchant was paid, and what was charged back. From [`Client::settlement`].
#[derive(Debug)]
pub struct Settlement<'a> {
    client: &'a Client,
}

impl Client {
    /// What a merchant was paid, and what was charged back.
    #[must_use]
    pub fn settlement(&self) -> Settlement<'_> {
        Settlement { client: self }
    }
}

impl Settlement<'_> {
    /// The batches and chargebacks of some days: `GET /settlement/{MID}`. The first day may be the
    /// last. In which zone a day is, whether the last one counts whole or as its first moment only,
    /// how many days may be asked for, and whether long lists come in pages, is unknown: where nothing
    /// may be missed, ask for a day more on either side, and look at the dates that come.
    ///
    /// # Errors
    ///
    /// `is_invalid()` before anything is sent if `start` is after `end`; `is_not_found()` for a MID
    /// that the provider does not know; `is_contradiction()` if the answer is about another; and as
    /// every read.
    pub async fn report(
        &self,
        mid: &MerchantId,
        start: Date,
        end: Date,
    ) -> Result<Response<SettlementReport>> {
        self.client
            .call(&operations::SETTLEMENT_REPORT)
            .check(mid.check())
            .check(check_days(start, end))
            .path("MID", mid)
            .query(Query::new().push("StartDate", us(start)).push("EndDate", us(end)))
            .send_judged(|report: &SettlementReport| report.judge(mid))
            .await
    }

    /// The transactions and chargebacks of one batch: `GET /settlement/{MID}/batch/{BatchId}`.
    ///
    /// # Errors
    ///
    /// `is_not_found()` for a MID that the provider does not know; `is_contradiction()` if the answer
    /// is about another batch; and as every read.
    pub async fn batch(&self, mid: &MerchantId, batch: BatchId) -> Result<Response<BatchReport>> {
        self.client
            .call(&operations::SETTLEMENT_BATCH)
            .check(mid.check())
            .check(batch.check())
            .path("MID", mid)
            .path("BatchId", batch)
            .send_judged(|report: &BatchReport| report.judge(batch))
            .await
    }
}

fn check_days(start: Date, end: Date) -> Result<(), Invalid> {
    if start > end {
        return Err(Invalid::new("StartDate", "must not be after EndDate"));
    }
    Ok(())
}

/// A day as working clients write it: MM/DD/YYYY.
fn us(day: Date) -> String {
    let (year, month, day) = day.to_time().to_calendar_date();
    format!("{:02}/{day:02}/{year:04}", u8::from(month))
}

/// The batches and chargebacks of some days.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "ReportWire")]
#[non_exhaustive]
pub struct SettlementReport {
    /// The batches that were settled.
    pub batches: Vec<Batch>,
    /// The chargebacks that came in: `chargebacksReceived` in the document, `Chargebacks` in a client
    /// of 2018. Read under either name, since an empty list would say that there were none.
    pub chargebacks_received: Vec<Chargeback>,
    /// The name that the business goes by.
    pub dba_name: Option<String>,
    /// The merchant.
    pub mid: Option<MerchantId>,
}

/// The report as it comes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportWire {
    #[serde(default, deserialize_with = "null_as_empty")]
    batches: Vec<Batch>,
    #[serde(default)]
    chargebacks_received: Option<Vec<Chargeback>>,
    #[serde(default)]
    chargebacks: Option<Vec<Chargeback>>,
    #[serde(default, rename = "Chargebacks")]
    pascal_chargebacks: Option<Vec<Chargeback>>,
    #[serde(default, with = "crate::exact_text")]
    dba_name: Option<String>,
    #[serde(default, with = "pay_core::lenient")]
    mid: Option<MerchantId>,
}

impl From<ReportWire> for SettlementReport {
    fn from(wire: ReportWire) -> Self {
        let chargebacks = wire.chargebacks_received.or(wire.chargebacks);
        Self {
            batches: wire.batches,
            chargebacks_received: chargebacks.or(wire.pascal_chargebacks).unwrap_or_default(),
            dba_name: wire.dba_name,
            mid: wire.mid,
        }
    }
}

impl SettlementReport {
    fn judge(&self, asked: &MerchantId) -> Verdict {
        // A number has lost the zeros that it began with.
        let bare = |mid: &MerchantId| mid.as_str().trim_start_matches('0').to_owned();
        match &self.mid {
            Some(told) if bare(told) != bare(asked) => {
                Verdict::Contradicts("the mid is not the one that was asked for".to_owned())
            }
            _ => Verdict::Succeeded,
        }
    }
}

/// What a batch is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchReport {
    /// Its transactions.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub batch_details: Vec<BatchTransaction>,
    /// Its chargebacks.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub chargeback_details: Vec<Chargeback>,
}

impl BatchReport {
    fn judge(&self, asked: BatchId) -> Verdict {
        let other = self.batch_details.iter().filter_map(|item| item.batch_id);
        if other.into_iter().any(|told| told != asked) {
            return Verdict::Contradicts(
                "the batchId of a transaction is not the one that was asked for".to_owned(),
            );
        }
        Verdict::Succeeded
    }
}

/// A list that is not there is empty. One that is no list of objects is an error: read as empty, it
/// would say that nothing was settled.
fn null_as_empty<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use pay_core::provider::json;

    use super::*;

    #[test]
    fn days_are_written_as_working_clients_do() {
        assert_eq!(us(Date::new(2021, 10, 18).unwrap()), "10/18/2021");
        assert_eq!(us(Date::new(2022, 1, 1).unwrap()), "01/01/2022");
    }

    #[test]
    fn chargebacks_are_read_under_either_name() {
        let read = |body: &str| json::from_str::<SettlementReport>(body);
        for name in ["chargebacksReceived", "chargebacks", "Chargebacks"] {
            let one = read(&format!(r#"{{"{name}":[{{"chargebackId":7}}]}}"#)).unwrap();
            assert_eq!(one.chargebacks_received.len(), 1, "{name}");
            assert!(read(&format!(r#"{{"{name}":[[7]]}}"#)).is_err());
            assert!(read(&format!(r#"{{"{name}":"none"}}"#)).is_err());
            assert!(
                read(&format!(r#"{{"{name}":null}}"#)).unwrap().chargebacks_received.is_empty()
            );
        }
        let both =
            r#"{"chargebacks":[],"chargebacksReceived":[{"chargebackId":7}],"batches":null}"#;
        let both = read(both).unwrap();
        assert_eq!(both.chargebacks_received[0].chargeback_id, Some(7));
        let text = serde_json::to_string(&both).unwrap();
        assert_eq!(read(&text).unwrap().chargebacks_received[0].chargeback_id, Some(7));
    }

    #[test]
    fn an_absent_list_is_empty_and_a_wrong_one_is_an_error() {
        for body in ["{}", r#"{"batchDetails":null}"#, r#"{"batchDetails":[],"more":1}"#] {
            let report: BatchReport = json::from_str(body).unwrap();
            assert!(report.batch_details.is_empty(), "{body}");
        }
        for body in [
            r#"{"batchDetails":{}}"#,
            r#"{"batchDetails":"none"}"#,
            r#"{"batchDetails":[1]}"#,
            r#"{"batchDetails":[[]]}"#,
            r#"{"batchDetails":[null]}"#,
        ] {
            assert!(json::from_str::<BatchReport>(body).is_err(), "{body}");
        }
    }
}
