use pay_core::{Email, Extra, Invalid, LostCall};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Address, Customer, CustomerId,
    customers::profile::{CustomerWire, Profile},
    line::check_no_control,
    operations,
};

/// A change of a customer. Give it to [`Customers::update`](crate::Customers::update).
///
/// Whether fields that are not sent are kept or emptied is unknown: the document is cut off there,
/// a third-party SDK takes them to be kept. The safe way is to start from the customer as it is,
/// so that everything is sent and nothing can be lost:
///
/// ```
/// # async fn example(client: payfirma::Client, id: payfirma::CustomerId) -> payfirma::Result<()> {
/// use payfirma::CustomerUpdate;
///
/// let customer = client.customers().get(&id).await?;
/// let update = CustomerUpdate::from(&*customer).telephone("604 555 0100");
/// client.customers().update(&update).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CustomerUpdate {
    pub(crate) id: CustomerId,
    // As it is stored: an address that we would not take must not get lost here.
    email: Option<String>,
    custom_id: Option<String>,
    profile: Profile,
    pub(crate) extra: Extra,
}

/// Starts from everything that the customer has; cards and subscriptions have calls of their own.
impl From<&Customer> for CustomerUpdate {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.lookup_id.clone(),
            email: customer.email.clone(),
            custom_id: customer.custom_id.clone(),
            profile: Profile {
                first_name: customer.first_name.clone(),
                last_name: customer.last_name.clone(),
                company: customer.company.clone(),
                bcc_emails: customer.bcc_emails.clone(),
                telephone: customer.telephone.clone(),
                address: Address {
                    line1: customer.address1.clone(),
                    line2: customer.address2.clone(),
                    city: customer.city.clone(),
                    province: customer.province.clone(),
                    country: customer.country.clone(),
                    postal_code: customer.postal_code.clone(),
                },
            },
            extra: Extra::default(),
        }
    }
}

impl CustomerUpdate {
    /// Sends nothing but what is set here. What becomes of the other fields is unknown: see above.
    #[must_use]
    pub fn new(id: CustomerId) -> Self {
        Self {
            id,
            email: None,
            custom_id: None,
            profile: Profile::default(),
            extra: Extra::default(),
        }
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, email: &Email) -> Self {
        self.email = Some(email.as_str().to_owned());
        self
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

    /// The postal address, in place of the whole one before.
    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.profile.address = address;
        self
    }

    /// The free text. If the customer was stored with a reference, it stands here: another text
    /// ends the connection.
    #[must_use]
    pub fn custom_id(mut self, custom_id: impl Into<String>) -> Self {
        self.custom_id = Some(custom_id.into());
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
        LostCall::new(operations::CUSTOMERS_UPDATE.id, OffsetDateTime::now_utc())
            .with_path(CustomerId::FIELD, self.id.as_str())
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.id.check()?;
        let nothing = Profile::default();
        if self.wire() == nothing.wire(None, None) && self.extra.is_empty() {
            return Err(Invalid::new("customer", "must have a field to change"));
        }
        // An empty one may come from the customer as it is.
        check_no_control("bcc_emails", self.profile.bcc_emails.as_deref().unwrap_or_default())
    }

    pub(crate) fn wire(&self) -> CustomerWire<'_> {
        self.profile.wire(self.email.as_deref(), self.custom_id.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_from_a_customer_loses_nothing() {
        let stored = r#""email":"odd address","first_name":"f","last_name":"l","company":"c","bcc_emails":"b","telephone":"t","address1":"1","address2":"2","city":"3","province":"4","country":"5","postal_code":"6","custom_id":"7""#;
        let customer: Customer =
            serde_json::from_str(&format!(r#"{{"lookup_id":"x","id":1,{stored}}}"#)).unwrap();
        let update = CustomerUpdate::from(&customer);
        assert_eq!(serde_json::to_string(&update.wire()).unwrap(), format!("{{{stored}}}"));
        assert_eq!(update.check(), Ok(()));
        assert_eq!(update.clone().bcc_emails("").check(), Ok(()));
        let refused = update.clone().bcc_emails("x\r\nBcc: y").check().unwrap_err();
        assert_eq!(refused.field(), "bcc_emails");
        let changed = update.city("9").wire_text();
        assert_eq!(changed, format!("{{{stored}}}").replace(r#""city":"3""#, r#""city":"9""#));
    }

    impl CustomerUpdate {
        fn city(mut self, city: &str) -> Self {
            self.profile.address = self.profile.address.city(city);
            self
        }

        fn wire_text(&self) -> String {
            serde_json::to_string(&self.wire()).unwrap()
        }
    }

    #[test]
    fn a_change_of_nothing_and_an_odd_id_are_refused() {
        let id = CustomerId::new("x").unwrap();
        let refused = CustomerUpdate::new(id.clone()).check().unwrap_err();
        assert_eq!(refused.to_string(), "customer: must have a field to change");
        assert_eq!(CustomerUpdate::new(id.clone()).extra("new", 1).unwrap().check(), Ok(()));
        assert_eq!(CustomerUpdate::new(id).first_name("f").check(), Ok(()));
        let odd: CustomerId = serde_json::from_str(r#""../plan""#).unwrap();
        let refused = CustomerUpdate::new(odd).first_name("f").check().unwrap_err();
        assert_eq!(refused.field(), "customer_lookup_id");
        assert!(!refused.to_string().contains("plan"));
    }
}
