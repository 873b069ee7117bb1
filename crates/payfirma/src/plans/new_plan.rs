use pay_core::{Amount, Currency, Extra, Invalid, LostCall, provider::Verdict};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{Plan, PlanFrequency, contradiction, line::check_line, operations};

/// A plan to create. Give it to [`Plans::create`](crate::Plans::create).
///
/// ```
/// use payfirma::{Currency, NewPlan, PlanFrequency};
///
/// let price = "10.99".parse()?;
/// let plan = NewPlan::new("Sample Daily Plan", price, Currency::CAD, PlanFrequency::Daily)
///     .number_of_payments(10);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewPlan {
    name: String,
    amount: Amount,
    currency: Currency,
    frequency: PlanFrequency,
    number_of_payments: Option<u32>,
    send_receipt: Option<bool>,
    pub(crate) extra: Extra,
}

impl NewPlan {
    /// A plan that charges `amount` dollars so often. The name should be unique, says the
    /// reference; it is also all that a lost reply could be recognised by, since a plan takes no
    /// reference.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        amount: Amount,
        currency: Currency,
        frequency: PlanFrequency,
    ) -> Self {
        Self {
            name: name.into(),
            amount,
            currency,
            frequency,
            number_of_payments: None,
            send_receipt: None,
            extra: Extra::default(),
        }
    }

    /// How many payments there are. What holds when it is left out is unknown.
    #[must_use]
    pub fn number_of_payments(mut self, number_of_payments: u32) -> Self {
        self.number_of_payments = Some(number_of_payments);
        self
    }

    /// Whether receipts are mailed. They are not when it is left out.
    #[must_use]
    pub fn send_receipt(mut self, send_receipt: bool) -> Self {
        self.send_receipt = Some(send_receipt);
        self
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

    /// What is needed to find out later what became of this request: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::PLANS_CREATE.id, OffsetDateTime::now_utc())
            .with_amount(self.amount)
            .with_currency(Some(self.currency))
            .with_detail("name", self.name.as_str())
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_line("name", &self.name)?;
        self.amount.check_charge(Some(&self.currency))?;
        check_line("frequency", self.frequency.as_str())?;
        check_payments(self.number_of_payments.map(u64::from))
    }

    pub(crate) fn wire(&self) -> NewPlanWire<'_> {
        NewPlanWire {
            name: &self.name,
            amount: self.amount,
            currency: self.currency,
            frequency: self.frequency.as_str(),
            number_of_payments: self.number_of_payments,
            send_receipt: self.send_receipt,
        }
    }

    pub(crate) fn judge(&self, reply: &Plan) -> Verdict {
        contradiction::verdict(reply.charges_otherwise(Some(self.amount), Some(self.currency)))
    }
}

pub(crate) fn check_payments(number_of_payments: Option<u64>) -> Result<(), Invalid> {
    if number_of_payments == Some(0) {
        return Err(Invalid::new("number_of_payments", "must be greater than 0"));
    }
    Ok(())
}

/// A plan as it is sent.
#[derive(Serialize)]
pub(crate) struct NewPlanWire<'a> {
    name: &'a str,
    #[serde(with = "pay_core::amount::number")]
    amount: Amount,
    currency: Currency,
    frequency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_payments: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_receipt: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(name: &str, amount: &str, frequency: PlanFrequency) -> NewPlan {
        NewPlan::new(name, amount.parse().unwrap(), Currency::CAD, frequency)
    }

    #[test]
    fn bad_input_is_refused_by_field_and_rule() {
        for (request, refusal) in [
            (plan("", "1", PlanFrequency::Daily), "name: must not be empty"),
            (
                plan("a\nb", "1", PlanFrequency::Daily),
                "name: must not contain line breaks or control characters",
            ),
            (plan("a", "0", PlanFrequency::Daily), "amount: must be greater than 0"),
            (
                plan("a", "1.001", PlanFrequency::Daily),
                "amount: must have at most 2 decimals in CAD",
            ),
            (plan("a", "1", PlanFrequency::from("")), "frequency: must not be empty"),
            (
                plan("a", "1", PlanFrequency::Daily).number_of_payments(0),
                "number_of_payments: must be greater than 0",
            ),
        ] {
            assert_eq!(request.check().unwrap_err().to_string(), refusal);
        }
        assert_eq!(plan("a", "1.10", PlanFrequency::mothly()).check(), Ok(()));
    }

    #[test]
    fn another_amount_or_currency_contradicts() {
        let asked = plan("a", "10.90", PlanFrequency::Daily);
        let judge = |rest: &str| {
            asked.judge(&serde_json::from_str(&format!(r#"{{"lookup_id":"p"{rest}}}"#)).unwrap())
        };
        for fine in ["", r#","amount":10.9,"currency":"CAD""#, r#","currency":"CA$""#] {
            assert!(matches!(judge(fine), Verdict::Succeeded), "{fine}");
        }
        for wrong in [r#","amount":109"#, r#","currency":"USD""#] {
            assert!(matches!(judge(wrong), Verdict::Contradicts(_)), "{wrong}");
        }
    }
}
