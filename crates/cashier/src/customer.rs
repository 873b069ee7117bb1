use pay_core::{Amount, Email, Invalid};
use serde::Serialize;

use crate::KycStatus;

/// Who pays, or is paid. Which of these the provider requires is unknown; its samples have all.
///
/// ```
/// use cashier::{Customer, KycStatus, Phone};
///
/// let customer = Customer::new()
///     .name("John", "Doe")
///     .kyc_status(KycStatus::Passed)
///     .email("user@example.com".parse()?)
///     .address("123 Main Street", "New York", "12345", "GB")
///     .phone(Phone::new("GB", 44, 783433252));
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    first_name: Option<String>,
    last_name: Option<String>,
    kyc_status: Option<KycStatus>,
    email: Option<Email>,
    zip_code: Option<String>,
    address: Option<String>,
    city: Option<String>,
    dob: Option<String>,
    country_code: Option<String>,
    phone: Option<Phone>,
}

impl Customer {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first and the last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into());
        self.last_name = Some(last.into());
        self
    }

    /// How the check of the customer's identity went.
    #[must_use]
    pub fn kyc_status(mut self, status: KycStatus) -> Self {
        self.kyc_status = Some(status);
        self
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// Street, city, postal code and country (two letters).
    #[must_use]
    pub fn address(
        mut self,
        address: impl Into<String>,
        city: impl Into<String>,
        zip_code: impl Into<String>,
        country_code: impl Into<String>,
    ) -> Self {
        self.address = Some(address.into());
        self.city = Some(city.into());
        self.zip_code = Some(zip_code.into());
        self.country_code = Some(country_code.into());
        self
    }

    /// The country alone, in two letters.
    #[must_use]
    pub fn country_code(mut self, country_code: impl Into<String>) -> Self {
        self.country_code = Some(country_code.into());
        self
    }

    /// The date of birth, written as in the sample: `05/03/2000`. Which of the first two is the
    /// day is unknown, so it is a text: ask the provider.
    #[must_use]
    pub fn date_of_birth(mut self, dob: impl Into<String>) -> Self {
        self.dob = Some(dob.into());
        self
    }

    /// The telephone.
    #[must_use]
    pub fn phone(mut self, phone: Phone) -> Self {
        self.phone = Some(phone);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if let Some(code) = &self.country_code {
            check_country("customer.country_code", code)?;
        }
        if let Some(phone) = &self.phone {
            check_country("customer.phone.country", &phone.country)?;
        }
        if let Some(dob) = &self.dob
            && !is_date_with_slashes(dob)
        {
            return Err(Invalid::new("customer.dob", "must be written NN/NN/NNNN"));
        }
        Ok(())
    }

    /// `None` where there is nothing to say of the customer.
    pub(crate) fn wire(&self, max_deposit_limit: Option<Amount>) -> Option<CustomerWire<'_>> {
        let nobody = *self == Self::default() && max_deposit_limit.is_none();
        (!nobody).then_some(CustomerWire {
            max_deposit_limit,
            first_name: self.first_name.as_deref(),
            last_name: self.last_name.as_deref(),
            kyc_status: self.kyc_status.as_ref(),
            email: self.email.as_ref(),
            zip_code: self.zip_code.as_deref(),
            address: self.address.as_deref(),
            city: self.city.as_deref(),
            dob: self.dob.as_deref(),
            country_code: self.country_code.as_deref(),
            phone: self.phone.as_ref(),
        })
    }
}

/// A telephone. The provider takes the number as a JSON number, so it has no leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phone {
    country: String,
    number: u64,
    prefix: u16,
}

impl Phone {
    /// A number in a country (two letters), with the country's prefix: 44 for GB.
    #[must_use]
    pub fn new(country: impl Into<String>, prefix: u16, number: u64) -> Self {
        Self { country: country.into(), number, prefix }
    }
}

/// A customer as it is sent.
#[derive(Serialize)]
pub(crate) struct CustomerWire<'a> {
    #[serde(with = "pay_core::amount::number::option")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_deposit_limit: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kyc_status: Option<&'a KycStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zip_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dob: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a Phone>,
}

fn check_country(field: &'static str, code: &str) -> Result<(), Invalid> {
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(Invalid::new(field, "must be two upper-case letters"))
    }
}

fn is_date_with_slashes(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            2 | 5 => byte == b'/',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_dates_are_checked() {
        for country in ["", "G", "GBR", "gb", "G1", "ÄB"] {
            let refused = Customer::new().country_code(country).check().unwrap_err();
            assert_eq!(refused.field(), "customer.country_code", "{country}");
            let refused = Customer::new().phone(Phone::new(country, 44, 1)).check().unwrap_err();
            assert_eq!(refused.field(), "customer.phone.country", "{country}");
        }
        for dob in ["", "2000-03-05", "5/3/2000", "05/03/200", "05/03/20000", "ab/cd/efgh"] {
            let refused = Customer::new().date_of_birth(dob).check().unwrap_err();
            assert_eq!(refused.field(), "customer.dob", "{dob}");
        }
        assert!(Customer::new().country_code("GB").date_of_birth("05/03/2000").check().is_ok());
    }
}
