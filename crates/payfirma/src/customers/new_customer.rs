use pay_core::{Email, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Address, Customer, contradiction,
    customers::profile::{CustomerWire, Profile},
    label::Label,
    line::check_optional_line,
    operations,
};

/// A customer to store. Give it to [`Customers::create`](crate::Customers::create).
///
/// On the sandbox and on demo accounts receipts go out for real to the address given here. Whether
/// two customers may have the same address is unknown.
///
/// ```
/// use payfirma::{Address, NewCustomer, Reference};
///
/// let customer = NewCustomer::new("brandon@stark.com".parse()?, Reference::new("customer-17")?)
///     .first_name("Brandon")
///     .last_name("Stark")
///     .address(Address::new().line1("No. 1 Road").city("Vancouver").country("CA"));
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewCustomer {
    email: Email,
    custom_id: Label,
    profile: Profile,
    pub(crate) extra: Extra,
}

impl NewCustomer {
    /// Stores a customer. The reference is sent as `custom_id` and, by the guide's sample, echoed:
    /// after a lost reply, the customer can be told from others with the same address.
    #[must_use]
    pub fn new(email: Email, reference: Reference) -> Self {
        Self::labelled(email, Label::Reference(reference))
    }

    /// The same with any text as `custom_id`, "to record any general customer identifying
    /// information". A lost reply can then at best be guessed at.
    #[must_use]
    pub fn with_custom_id(email: Email, custom_id: impl Into<String>) -> Self {
        Self::labelled(email, Label::Text(custom_id.into()))
    }

    /// The same without a `custom_id`. A lost reply can then at best be guessed at.
    #[must_use]
    pub fn without_reference(email: Email) -> Self {
        Self::labelled(email, Label::None)
    }

    fn labelled(email: Email, custom_id: Label) -> Self {
        Self { email, custom_id, profile: Profile::default(), extra: Extra::default() }
    }

    /// The first name.
    #[must_use]
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.profile.first_name = Some(first_name.into());
        self
    }

    /// The last name.
    #[must_use]
    pub fn last_name(mut self, last_name: impl Into<String>) -> Self {
        self.profile.last_name = Some(last_name.into());
        self
    }

    /// The business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.profile.company = Some(company.into());
        self
    }

    /// A further address for receipts.
    #[must_use]
    pub fn bcc_emails(mut self, bcc_emails: impl Into<String>) -> Self {
        self.profile.bcc_emails = Some(bcc_emails.into());
        self
    }

    /// The telephone number.
    #[must_use]
    pub fn telephone(mut self, telephone: impl Into<String>) -> Self {
        self.profile.telephone = Some(telephone.into());
        self
    }

    /// The postal address.
    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.profile.address = address;
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
        LostCall::new(operations::CUSTOMERS_CREATE.id, OffsetDateTime::now_utc())
            .with_reference(self.custom_id.reference().cloned())
            .with_detail("email", self.email.as_str())
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.custom_id.check("custom_id")?;
        check_optional_line("bcc_emails", self.profile.bcc_emails.as_deref())
    }

    pub(crate) fn wire(&self) -> CustomerWire<'_> {
        self.profile.wire(Some(self.email.as_str()), self.custom_id.as_str())
    }

    pub(crate) fn judge(&self, reply: &Customer) -> pay_core::provider::Verdict {
        contradiction::verdict(
            self.custom_id.contradiction("custom_id", reply.custom_id.as_deref()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewCustomer {
        NewCustomer::new("a@b.ca".parse().unwrap(), Reference::new("R-1").unwrap())
    }

    #[test]
    fn bad_text_is_refused_by_field_and_rule_and_not_shown() {
        let email = || "a@b.ca".parse().unwrap();
        for (request, field, rule) in [
            (NewCustomer::with_custom_id(email(), " "), "custom_id", "must not be empty"),
            (new().bcc_emails(""), "bcc_emails", "must not be empty"),
            (
                new().bcc_emails("secretive@x.ca\r\nBcc: y@z.ca"),
                "bcc_emails",
                "must not contain line breaks or control characters",
            ),
        ] {
            let refused = request.check().unwrap_err();
            assert_eq!((refused.field(), refused.rule()), (field, rule));
            assert!(!refused.to_string().contains("secretive"));
        }
        assert_eq!(new().bcc_emails("x@y.ca").check(), Ok(()));
    }

    #[test]
    fn the_reference_goes_out_as_custom_id_and_into_the_lost_call() {
        let body = serde_json::to_string(&new().wire()).unwrap();
        assert_eq!(body, r#"{"email":"a@b.ca","custom_id":"R-1"}"#);
        let lost = new().lost_call();
        assert_eq!(lost.operation(), "payfirma.customers.create");
        assert_eq!(lost.reference().unwrap().as_str(), "R-1");
        assert_eq!(lost.detail("email"), Some("a@b.ca"));
        let bare = NewCustomer::without_reference("a@b.ca".parse().unwrap());
        assert_eq!(serde_json::to_string(&bare.wire()).unwrap(), r#"{"email":"a@b.ca"}"#);
        assert_eq!(bare.lost_call().reference(), None);
    }
}
