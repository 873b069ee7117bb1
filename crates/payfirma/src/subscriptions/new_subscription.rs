use pay_core::{
    Amount, Email, EpochMillis, Extra, Invalid, LostCall, Reference, provider::Verdict,
};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    CardId, Customer, CustomerId, PlanId, contradiction, label::Label, line::check_optional_line,
    operations,
};

/// A subscription of a stored card to a plan. Give it to
/// [`Subscriptions::add`](crate::Subscriptions::add).
///
/// ```
/// use payfirma::{CardId, CustomerId, NewSubscription, PlanId, Reference};
///
/// let subscription = NewSubscription::new(
///     CustomerId::new("NV0B6eZB06")?,
///     PlanId::new("98Avb98765dfc")?,
///     CardId::new("34cvb54564dfc")?,
///     Reference::new("subscription-17")?,
/// )
/// .amount("10.99".parse()?);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewSubscription {
    pub(crate) customer: CustomerId,
    plan: PlanId,
    card: CardId,
    description: Label,
    amount: Option<Amount>,
    start_date: Option<EpochMillis>,
    email: Option<Email>,
    bcc_emails: Option<String>,
    pub(crate) extra: Extra,
}

impl NewSubscription {
    /// Subscribes `card` of `customer` to `plan`. The reference is sent as `description`. No
    /// document has it in the reply: only if it comes back can a lost reply be found out for
    /// certain.
    #[must_use]
    pub fn new(customer: CustomerId, plan: PlanId, card: CardId, reference: Reference) -> Self {
        Self::labelled(customer, plan, card, Label::Reference(reference))
    }

    /// The same with any text as `description`.
    #[must_use]
    pub fn with_description(
        customer: CustomerId,
        plan: PlanId,
        card: CardId,
        description: impl Into<String>,
    ) -> Self {
        Self::labelled(customer, plan, card, Label::Text(description.into()))
    }

    /// The same without a description.
    #[must_use]
    pub fn without_reference(customer: CustomerId, plan: PlanId, card: CardId) -> Self {
        Self::labelled(customer, plan, card, Label::None)
    }

    fn labelled(customer: CustomerId, plan: PlanId, card: CardId, description: Label) -> Self {
        Self {
            customer,
            plan,
            card,
            description,
            amount: None,
            start_date: None,
            email: None,
            bcc_emails: None,
            extra: Extra::default(),
        }
    }

    /// What is charged each time, in dollars, instead of the plan's amount.
    #[must_use]
    pub fn amount(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// When it is charged first: an `OffsetDateTime` or [`EpochMillis`]. Must be in the future by
    /// the client's clock (the provider refuses another, says a third-party SDK).
    #[must_use]
    pub fn start_date(mut self, start_date: impl Into<EpochMillis>) -> Self {
        self.start_date = Some(start_date.into());
        self
    }

    /// Who gets the receipts.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// A further address for receipts.
    #[must_use]
    pub fn bcc_emails(mut self, bcc_emails: impl Into<String>) -> Self {
        self.bcc_emails = Some(bcc_emails.into());
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
        let lost = LostCall::new(operations::SUBSCRIPTIONS_ADD.id, OffsetDateTime::now_utc())
            .with_path(CustomerId::FIELD, self.customer.as_str())
            .with_reference(self.description.reference().cloned())
            .with_detail(PlanId::FIELD, self.plan.as_str())
            .with_detail(CardId::FIELD, self.card.as_str());
        match self.amount {
            Some(amount) => lost.with_amount(amount),
            None => lost,
        }
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.customer.check()?;
        self.plan.check()?;
        self.card.check()?;
        self.description.check("description")?;
        if let Some(amount) = &self.amount {
            amount.check_charge(None)?;
        }
        check_start(self.start_date, now)?;
        check_optional_line("bcc_emails", self.bcc_emails.as_deref())
    }

    pub(crate) fn wire(&self) -> NewSubscriptionWire<'_> {
        NewSubscriptionWire {
            plan_lookup_id: self.plan.as_str(),
            card_lookup_id: self.card.as_str(),
            amount: self.amount,
            start_date: self.start_date,
            email: self.email.as_ref().map(Email::as_str),
            bcc_emails: self.bcc_emails.as_deref(),
            description: self.description.as_str(),
        }
    }

    pub(crate) fn judge(&self, reply: &Customer) -> Verdict {
        contradiction::verdict(reply.is_not(&self.customer).or_else(|| self.missing(reply)))
    }

    /// Whether all subscriptions that are told are certainly others. Which of them is the new one
    /// is not said, so one that may be it is enough.
    fn missing(&self, reply: &Customer) -> Option<String> {
        let told = &reply.subscriptions;
        let mut to_plan = told
            .iter()
            .filter(|told| told.plan_lookup_id.as_ref().is_none_or(|plan| *plan == self.plan))
            .peekable();
        if !told.is_empty() && to_plan.peek().is_none() {
            return Some("the customer has no subscription to the plan".to_owned());
        }
        let amounts: Vec<_> = to_plan
            .map(|told| contradiction::amount("subscription's amount", self.amount, told.amount))
            .collect();
        // With any that does not contradict, there is none.
        amounts.into_iter().collect::<Option<Vec<_>>>()?.pop()
    }
}

/// The provider's clock may differ; by the client's own it must not have begun.
pub(crate) fn check_start(
    start_date: Option<EpochMillis>,
    now: OffsetDateTime,
) -> Result<(), Invalid> {
    match start_date {
        Some(start) if start <= EpochMillis::from(now) => {
            Err(Invalid::new("start_date", "must be in the future"))
        }
        _ => Ok(()),
    }
}

/// A subscription as it is sent.
#[derive(Serialize)]
pub(crate) struct NewSubscriptionWire<'a> {
    plan_lookup_id: &'a str,
    card_lookup_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none", with = "pay_core::amount::number::option")]
    amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<EpochMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bcc_emails: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-07-01 12:00 UTC);

    fn new() -> NewSubscription {
        NewSubscription::new(
            CustomerId::new("c").unwrap(),
            PlanId::new("p").unwrap(),
            CardId::new("k").unwrap(),
            Reference::new("R-1").unwrap(),
        )
    }

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn bad_input_is_refused_by_field_and_rule() {
        let (customer, plan, card) = (new().customer, new().plan, new().card);
        let described = NewSubscription::with_description(customer, plan, card, "");
        for (request, refusal) in [
            (new().amount(amount("0")), "amount: must be greater than 0"),
            (new().amount(amount("-1")), "amount: must be greater than 0"),
            (new().amount(amount("1.005")), "amount: must have at most 2 decimals"),
            (new().start_date(NOW), "start_date: must be in the future"),
            (new().start_date(EpochMillis(0)), "start_date: must be in the future"),
            (new().bcc_emails(" "), "bcc_emails: must not be empty"),
            (described, "description: must not be empty"),
        ] {
            assert_eq!(request.check(NOW).unwrap_err().to_string(), refusal);
        }
        assert_eq!(new().start_date(NOW + time::Duration::MILLISECOND).check(NOW), Ok(()));
    }

    #[test]
    fn only_what_certainly_is_another_subscription_contradicts() {
        let request = new().amount(amount("10.99"));
        let judge = |subscriptions: &str| {
            let reply = format!(r#"{{"lookup_id":"c","subscriptions":{subscriptions}}}"#);
            request.judge(&serde_json::from_str(&reply).unwrap())
        };
        for fine in [
            "[]",
            r#"[{"lookup_id":"a"}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"p"}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"p","amount":10.990}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"p","amount":5},{"lookup_id":"b","plan_lookup_id":"p","amount":"10.99"}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"q","amount":5},{"lookup_id":"b"}]"#,
        ] {
            assert!(matches!(judge(fine), Verdict::Succeeded), "{fine}");
        }
        for wrong in [
            r#"[{"lookup_id":"a","plan_lookup_id":"q","amount":10.99}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"p","amount":109.9}]"#,
            r#"[{"lookup_id":"a","plan_lookup_id":"q","amount":10.99},{"lookup_id":"b","plan_lookup_id":"p","amount":5}]"#,
        ] {
            assert!(matches!(judge(wrong), Verdict::Contradicts(_)), "{wrong}");
        }
    }
}
