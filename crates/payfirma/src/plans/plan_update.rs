use pay_core::{Amount, Currency, Extra, Invalid, LostCall, provider::Verdict};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Plan, PlanFrequency, PlanId, contradiction, line::check_optional_line, operations,
    plans::new_plan::check_payments,
};

/// A change of a plan. Give it to [`Plans::update`](crate::Plans::update).
///
/// Whether fields that are not sent are kept, and whether running subscriptions change with their
/// plan, is unknown. The safe way is to start from the plan as it is:
///
/// ```
/// # async fn example(client: payfirma::Client, id: payfirma::PlanId) -> payfirma::Result<()> {
/// use payfirma::PlanUpdate;
///
/// let plan = client.plans().get(&id).await?;
/// client.plans().update(&PlanUpdate::from(&*plan).name("Gold, until 2030")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PlanUpdate {
    pub(crate) id: PlanId,
    name: Option<String>,
    amount: Option<Amount>,
    currency: Option<Currency>,
    frequency: Option<PlanFrequency>,
    number_of_payments: Option<u64>,
    send_receipt: Option<bool>,
    pub(crate) extra: Extra,
}

/// Starts from everything that can be set. A frequency that was told as MOTHLY or YEARLY is written
/// MONTHLY or ANNUALLY: see [`PlanFrequency::mothly`].
impl From<&Plan> for PlanUpdate {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.lookup_id.clone(),
            name: plan.name.clone(),
            amount: plan.amount,
            currency: plan.currency,
            frequency: plan.frequency.clone(),
            number_of_payments: plan.number_of_payments,
            send_receipt: plan.send_receipt,
            extra: Extra::default(),
        }
    }
}

impl PlanUpdate {
    /// Sends nothing but what is set here. What becomes of the other fields is unknown: see above.
    #[must_use]
    pub fn new(id: PlanId) -> Self {
        Self {
            id,
            name: None,
            amount: None,
            currency: None,
            frequency: None,
            number_of_payments: None,
            send_receipt: None,
            extra: Extra::default(),
        }
    }

    /// The name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What is charged each time, in dollars.
    #[must_use]
    pub fn amount(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// The currency.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.currency = Some(currency);
        self
    }

    /// How often it is charged.
    #[must_use]
    pub fn frequency(mut self, frequency: PlanFrequency) -> Self {
        self.frequency = Some(frequency);
        self
    }

    /// How many payments there are.
    #[must_use]
    pub fn number_of_payments(mut self, number_of_payments: u32) -> Self {
        self.number_of_payments = Some(number_of_payments.into());
        self
    }

    /// Whether receipts are mailed.
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

    /// What is needed to find out later what became of this change: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        let lost = LostCall::new(operations::PLANS_UPDATE.id, OffsetDateTime::now_utc())
            .with_path(PlanId::FIELD, self.id.as_str())
            .with_currency(self.currency);
        match self.amount {
            Some(amount) => lost.with_amount(amount),
            None => lost,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.id.check()?;
        if self.wire() == PlanUpdateWire::default() && self.extra.is_empty() {
            return Err(Invalid::new("plan", "must have a field to change"));
        }
        check_optional_line("name", self.name.as_deref())?;
        if let Some(amount) = &self.amount {
            amount.check_charge(self.currency.as_ref())?;
        }
        check_optional_line("frequency", self.frequency.as_ref().map(PlanFrequency::as_str))?;
        check_payments(self.number_of_payments)
    }

    pub(crate) fn wire(&self) -> PlanUpdateWire<'_> {
        PlanUpdateWire {
            name: self.name.as_deref(),
            amount: self.amount,
            currency: self.currency,
            frequency: self.frequency.as_ref().map(PlanFrequency::as_str),
            number_of_payments: self.number_of_payments,
            send_receipt: self.send_receipt,
        }
    }

    pub(crate) fn judge(&self, reply: &Plan) -> Verdict {
        let otherwise = || reply.charges_otherwise(self.amount, self.currency);
        contradiction::verdict(reply.is_not(&self.id).or_else(otherwise))
    }
}

/// A plan's change as it is sent.
#[derive(Default, PartialEq, Serialize)]
pub(crate) struct PlanUpdateWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_payments: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_receipt: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update() -> PlanUpdate {
        PlanUpdate::new(PlanId::new("p").unwrap())
    }

    #[test]
    fn starting_from_a_plan_loses_nothing() {
        let stored = r#""name":"n","amount":10.90,"currency":"CAD","frequency":"DAILY","number_of_payments":10,"send_receipt":false"#;
        let plan: Plan = serde_json::from_str(&format!(
            r#"{{"lookup_id":"p","id":1,{stored},"total_subscriptions":3}}"#
        ))
        .unwrap();
        let update = PlanUpdate::from(&plan);
        assert_eq!(serde_json::to_string(&update.wire()).unwrap(), format!("{{{stored}}}"));
        assert_eq!(update.check(), Ok(()));
    }

    #[test]
    fn bad_changes_are_refused_by_field_and_rule() {
        for (request, refusal) in [
            (update(), "plan: must have a field to change"),
            (update().name(" "), "name: must not be empty"),
            (update().amount(Amount::ZERO), "amount: must be greater than 0"),
            (update().frequency("".into()), "frequency: must not be empty"),
            (update().number_of_payments(0), "number_of_payments: must be greater than 0"),
        ] {
            assert_eq!(request.check().unwrap_err().to_string(), refusal);
        }
        assert_eq!(update().send_receipt(false).check(), Ok(()));
    }

    #[test]
    fn another_plan_or_amount_contradicts() {
        let asked = update().amount("5".parse().unwrap());
        let judge = |reply: &str| asked.judge(&serde_json::from_str(reply).unwrap());
        assert!(matches!(judge(r#"{"lookup_id":"p","amount":5.00}"#), Verdict::Succeeded));
        assert!(matches!(judge(r#"{"lookup_id":"p"}"#), Verdict::Succeeded));
        assert!(matches!(judge(r#"{"lookup_id":"q","amount":5}"#), Verdict::Contradicts(_)));
        assert!(matches!(judge(r#"{"lookup_id":"p","amount":6}"#), Verdict::Contradicts(_)));
    }
}
