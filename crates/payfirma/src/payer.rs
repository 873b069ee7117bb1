use pay_core::Email;

/// Who pays: what is printed on receipts and found in reports. Every field is optional.
///
/// On the sandbox and on demo accounts receipts go out for real to the address given here.
#[derive(Clone, Debug, Default)]
pub struct Payer {
    pub(crate) email: Option<Email>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) bcc_emails: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) address: Address,
}

/// A postal address. Every field is optional.
#[derive(Clone, Debug, Default)]
pub struct Address {
    pub(crate) line1: Option<String>,
    pub(crate) line2: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) province: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) postal_code: Option<String>,
}

impl Payer {
    /// Nobody in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The e-mail address, which gets the receipt if receipts are on.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// First and last name.
    #[must_use]
    pub fn name(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.first_name = Some(first.into());
        self.last_name = Some(last.into());
        self
    }

    /// The business.
    #[must_use]
    pub fn company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
    }

    /// A further address for receipts.
    #[must_use]
    pub fn bcc_emails(mut self, bcc_emails: impl Into<String>) -> Self {
        self.bcc_emails = Some(bcc_emails.into());
        self
    }

    /// The telephone number.
    #[must_use]
    pub fn telephone(mut self, telephone: impl Into<String>) -> Self {
        self.telephone = Some(telephone.into());
        self
    }

    /// The postal address.
    #[must_use]
    pub fn address(mut self, address: Address) -> Self {
        self.address = address;
        self
    }
}

impl Address {
    /// Nowhere in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first line: number and street.
    #[must_use]
    pub fn line1(mut self, line1: impl Into<String>) -> Self {
        self.line1 = Some(line1.into());
        self
    }

    /// The second line.
    #[must_use]
    pub fn line2(mut self, line2: impl Into<String>) -> Self {
        self.line2 = Some(line2.into());
        self
    }

    /// The city.
    #[must_use]
    pub fn city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }

    /// The province, or the state in the United States.
    #[must_use]
    pub fn province(mut self, province: impl Into<String>) -> Self {
        self.province = Some(province.into());
        self
    }

    /// The country as ISO 3166 alpha-2: `CA`, `US`. (The guide's samples send "Canada"; its
    /// tables ask for the code.)
    #[must_use]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// The postal code: six characters in Canada, a ZIP code of 5 to 9 digits in the United States.
    #[must_use]
    pub fn postal_code(mut self, postal_code: impl Into<String>) -> Self {
        self.postal_code = Some(postal_code.into());
        self
    }
}
