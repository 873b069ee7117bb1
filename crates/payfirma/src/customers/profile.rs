use serde::Serialize;

use crate::Address;

/// What is stored of a customer beside the e-mail address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) bcc_emails: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) address: Address,
}

impl Profile {
    pub(crate) fn wire<'a>(
        &'a self,
        email: Option<&'a str>,
        custom_id: Option<&'a str>,
    ) -> CustomerWire<'a> {
        CustomerWire {
            email,
            first_name: self.first_name.as_deref(),
            last_name: self.last_name.as_deref(),
            company: self.company.as_deref(),
            bcc_emails: self.bcc_emails.as_deref(),
            telephone: self.telephone.as_deref(),
            address1: self.address.line1.as_deref(),
            address2: self.address.line2.as_deref(),
            city: self.address.city.as_deref(),
            province: self.address.province.as_deref(),
            country: self.address.country.as_deref(),
            postal_code: self.address.postal_code.as_deref(),
            custom_id,
        }
    }
}

/// A customer as it is sent.
#[derive(PartialEq, Eq, Serialize)]
pub(crate) struct CustomerWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bcc_emails: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address2: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'a str>,
}
