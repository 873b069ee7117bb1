use pay_core::{Amount, Email, EpochMillis, Extra, Invalid, LostCall, provider::Verdict};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    CardId, Customer, CustomerId, SubscriptionId, SubscriptionStatus, contradiction,
    line::check_optional_line, operations, subscriptions::new_subscription::check_start,
};

/// A change of a subscription. Give it to
/// [`Subscriptions::update`](crate::Subscriptions::update).
#[derive(Clone, Debug)]
pub struct SubscriptionUpdate {
    pub(crate) customer: CustomerId,
    pub(crate) subscription: SubscriptionId,
    amount: Option<Amount>,
    card: Option<CardId>,
    start_date: Option<EpochMillis>,
    email: Option<Email>,
    bcc_emails: Option<String>,
    description: Option<String>,
    status: Option<SubscriptionStatus>,
    pub(crate) extra: Extra,
}

impl SubscriptionUpdate {
    /// Changes what is set here, and nothing else.
    #[must_use]
    pub fn new(customer: CustomerId, subscription: SubscriptionId) -> Self {
        Self {
            customer,
            subscription,
            amount: None,
            card: None,
            start_date: None,
            email: None,
            bcc_emails: None,
            description: None,
            status: None,
            extra: Extra::default(),
        }
    }

    /// What is charged each time, in dollars.
    #[must_use]
    pub fn amount(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// The stored card that is charged.
    #[must_use]
    pub fn card(mut self, card: CardId) -> Self {
        self.card = Some(card);
        self
    }

    /// When it is charged first: an `OffsetDateTime` or [`EpochMillis`]. Must be in the future by
    /// the client's clock.
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

    /// The description.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The status. Which ones may be written is unknown, but for `CANCELED`: see
    /// [`cancel`](crate::Subscriptions::cancel).
    #[must_use]
    pub fn status(mut self, status: SubscriptionStatus) -> Self {
        self.status = Some(status);
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
        let lost = LostCall::new(operations::SUBSCRIPTIONS_UPDATE.id, OffsetDateTime::now_utc())
            .with_path(CustomerId::FIELD, self.customer.as_str())
            .with_path(SubscriptionId::FIELD, self.subscription.as_str());
        match self.amount {
            Some(amount) => lost.with_amount(amount),
            None => lost,
        }
    }

    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Invalid> {
        self.customer.check()?;
        self.subscription.check()?;
        if self.wire() == SubscriptionUpdateWire::default() && self.extra.is_empty() {
            return Err(Invalid::new("subscription", "must have a field to change"));
        }
        if let Some(card) = &self.card {
            card.check()?;
        }
        if let Some(amount) = &self.amount {
            amount.check_charge(None)?;
        }
        check_start(self.start_date, now)?;
        let status = self.status.as_ref().map(SubscriptionStatus::as_str);
        check_optional_line("status", status)?;
        check_optional_line("bcc_emails", self.bcc_emails.as_deref())
    }

    pub(crate) fn wire(&self) -> SubscriptionUpdateWire<'_> {
        SubscriptionUpdateWire {
            card_lookup_id: self.card.as_ref().map(CardId::as_str),
            amount: self.amount,
            start_date: self.start_date,
            email: self.email.as_ref().map(Email::as_str),
            bcc_emails: self.bcc_emails.as_deref(),
            description: self.description.as_deref(),
            status: self.status.as_ref().map(SubscriptionStatus::as_str),
        }
    }

    pub(crate) fn judge(&self, reply: &Customer) -> Verdict {
        contradiction::verdict(reply.is_not(&self.customer).or_else(|| {
            let told = reply.subscription(&self.subscription)?;
            contradiction::amount("subscription's amount", self.amount, told.amount)
                .or_else(|| told.is_not(self.status.as_ref()?))
        }))
    }
}

/// A subscription's change as it is sent.
#[derive(Default, PartialEq, Serialize)]
pub(crate) struct SubscriptionUpdateWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    card_lookup_id: Option<&'a str>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-07-01 12:00 UTC);

    fn update() -> SubscriptionUpdate {
        let subscription = SubscriptionId::new("s").unwrap();
        SubscriptionUpdate::new(CustomerId::new("c").unwrap(), subscription)
    }

    #[test]
    fn bad_changes_are_refused_by_field_and_rule() {
        let odd = serde_json::from_str::<CardId>(r#""""#).unwrap();
        for (request, refusal) in [
            (update(), "subscription: must have a field to change"),
            (update().amount(Amount::ZERO), "amount: must be greater than 0"),
            (update().start_date(NOW), "start_date: must be in the future"),
            (update().card(odd), "card_lookup_id: must not be empty"),
            (update().status("".into()), "status: must not be empty"),
        ] {
            assert_eq!(request.check(NOW).unwrap_err().to_string(), refusal);
        }
        assert_eq!(update().description("").check(NOW), Ok(()));
    }

    #[test]
    fn another_amount_or_status_of_the_same_subscription_contradicts() {
        let asked = update().amount("5.00".parse().unwrap()).status(SubscriptionStatus::Paused);
        let judge = |subscription: &str| {
            let reply = format!(r#"{{"lookup_id":"c","subscriptions":[{{{subscription}}}]}}"#);
            asked.judge(&serde_json::from_str(&reply).unwrap())
        };
        for fine in [
            r#""lookup_id":"s""#,
            r#""lookup_id":"s","amount":5,"status":"PAUSED""#,
            r#""lookup_id":"s","amount":5,"status":"RESTING""#,
            r#""lookup_id":"other","amount":6,"status":"ACTIVE""#,
        ] {
            assert!(matches!(judge(fine), Verdict::Succeeded), "{fine}");
        }
        for wrong in [
            r#""lookup_id":"s","amount":6,"status":"PAUSED""#,
            r#""lookup_id":"s","amount":5,"status":"ACTIVE""#,
        ] {
            assert!(matches!(judge(wrong), Verdict::Contradicts(_)), "{wrong}");
        }
    }
}
