use pay_core::{Extra, Invalid, LostCall, provider::Hidden};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    Address, BankAccount, Contact, Share, TaxId,
    address::AddressWire,
    bank_account::BankAccountWire,
    contact::ContactWire,
    given::{Given, check, given},
    line::check_line,
    members::check_extra,
    operations,
};

/// A merchant's application, to be submitted with [`Boarding::submit`](crate::Boarding::submit).
///
/// Everything that the document says of its fields is checked before anything is sent: what is wrong
/// is named by its place and rule, such as `ownerContacts[1].ssn: must have 9 digits`. Nothing in the
/// API carries a reference of yours: an application whose answer is lost can only be looked for by a
/// person.
///
/// ```
/// use payroc::{Address, BankAccount, Contact, MerchantApplication};
///
/// let shop = Address::new("1 Main St", "Chicago", "IL", "60601");
/// let owner = Contact::new("Ann", "Lee", "ann@lee.example", "312-555-0123", shop.clone())
///     .share(100)
///     .primary()
///     .ssn("123-45-6789");
/// let application =
///     MerchantApplication::new("Lee's", "Lee Corp", "12-3456789", shop.clone(), shop, [owner])
///         .bank_account(BankAccount::new("Lee Corp", "021000021", "0001234567"));
/// application.check()?;
/// # Ok::<_, payroc::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct MerchantApplication {
    doing_business_as: String,
    legal_business_name: String,
    fed_tax_id: Given<TaxId>,
    dba_address: Address,
    legal_business_address: Address,
    owner_contacts: Vec<Contact>,
    bank_account: Option<BankAccount>,
    enable_gateway_emails: Option<bool>,
    pub(crate) extra: Extra,
}

const OWN: [&str; 8] = [
    "bankAccount",
    "dbaAddress",
    "doingBusinessAs",
    "enableGatewayEmails",
    "fedTaxId",
    "legalBusinessAddress",
    "legalBusinessName",
    "ownerContacts",
];

impl MerchantApplication {
    /// What the document requires: the name that the business goes by, its legal name, its federal
    /// tax id (checked or as text), where it does business (no PO box), its legal address, and its
    /// owners (at least one).
    #[must_use]
    pub fn new<T>(
        doing_business_as: impl Into<String>,
        legal_business_name: impl Into<String>,
        fed_tax_id: T,
        dba_address: Address,
        legal_business_address: Address,
        owner_contacts: impl IntoIterator<Item = Contact>,
    ) -> Self
    where
        T: TryInto<TaxId>,
        T::Error: Into<Invalid>,
    {
        Self {
            doing_business_as: doing_business_as.into(),
            legal_business_name: legal_business_name.into(),
            fed_tax_id: given(fed_tax_id),
            dba_address,
            legal_business_address,
            owner_contacts: owner_contacts.into_iter().collect(),
            bank_account: None,
            enable_gateway_emails: None,
            extra: Extra::default(),
        }
    }

    /// The account that the merchant's money goes to.
    #[must_use]
    pub fn bank_account(mut self, bank_account: BankAccount) -> Self {
        self.bank_account = Some(bank_account);
        self
    }

    /// Whether the gateway's users get e-mails. Only for accounts whose gateways IPS boards: for
    /// others any value, `false` too, is refused (`IllegalRequestParameterException`).
    #[must_use]
    pub fn enable_gateway_emails(mut self, enable: bool) -> Self {
        self.enable_gateway_emails = Some(enable);
        self
    }

    /// Adds a field that this crate does not know. It is not masked where the provider echoes it.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What a person needs to look for this application: keep it before you send. Holds the names
    /// and the ZIP code, no number of a person or an account.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        let lost = LostCall::new(operations::BOARDING_SUBMIT.id, OffsetDateTime::now_utc())
            .with_detail("doingBusinessAs", &self.doing_business_as)
            .with_detail("legalBusinessName", &self.legal_business_name);
        match self.dba_address.zip() {
            Some(zip) => lost.with_detail("dbaAddress.zip", zip),
            None => lost,
        }
    }

    /// Checks all that can be checked here, as [`submit`](crate::Boarding::submit) does before it
    /// sends: for a form that wants to know earlier.
    ///
    /// # Errors
    ///
    /// The first field that is wrong, and its rule.
    pub fn check(&self) -> Result<(), Invalid> {
        check_line("doingBusinessAs", &self.doing_business_as)?;
        check_line("legalBusinessName", &self.legal_business_name)?;
        check(&self.fed_tax_id)?;
        let under = |parent: &'static str| move |invalid: Invalid| invalid.under(parent);
        self.dba_address.check().map_err(under("dbaAddress"))?;
        self.dba_address.check_is_no_po_box().map_err(under("dbaAddress"))?;
        self.legal_business_address.check().map_err(under("legalBusinessAddress"))?;
        self.check_owners()?;
        if let Some(bank_account) = &self.bank_account {
            bank_account.check().map_err(under("bankAccount"))?;
        }
        check_extra(&self.extra, &OWN)
    }

    fn check_owners(&self) -> Result<(), Invalid> {
        if self.owner_contacts.is_empty() {
            return Err(Invalid::new("ownerContacts", "must not be empty"));
        }
        let mut has_primary = false;
        for (place, owner) in self.owner_contacts.iter().enumerate() {
            let parent = format!("ownerContacts[{place}]");
            owner.check().map_err(|invalid| invalid.under(&parent))?;
            if owner.is_primary() && has_primary {
                let rule = "must be true for one contact at most";
                return Err(Invalid::new("isPrimaryContact", rule).under(&parent));
            }
            has_primary |= owner.is_primary();
        }
        if !Share::fit(self.owner_contacts.iter().filter_map(Contact::checked_share)) {
            let rule = "must have an equityPercentage of at most 100 together";
            return Err(Invalid::new("ownerContacts", rule));
        }
        Ok(())
    }

    /// What must not be seen where the provider echoes it.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = Hidden> {
        let tax_id = self.fed_tax_id.as_ref().ok().map(TaxId::hidden);
        let account = self.bank_account.as_ref().and_then(BankAccount::hidden);
        let ssns = self.owner_contacts.iter().filter_map(Contact::hidden);
        tax_id.into_iter().chain(account).chain(ssns)
    }

    pub(crate) fn wire(&self) -> ApplicationWire<'_> {
        ApplicationWire {
            bank_account: self.bank_account.as_ref().map(BankAccount::wire),
            dba_address: self.dba_address.wire(),
            doing_business_as: &self.doing_business_as,
            enable_gateway_emails: self.enable_gateway_emails,
            fed_tax_id: self.fed_tax_id.as_ref().ok().map(TaxId::expose),
            legal_business_address: self.legal_business_address.wire(),
            legal_business_name: &self.legal_business_name,
            owner_contacts: self.owner_contacts.iter().map(Contact::wire).collect(),
        }
    }
}

/// The body, in the order of the document. It borrows the secrets and is never shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationWire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_account: Option<BankAccountWire<'a>>,
    dba_address: AddressWire<'a>,
    doing_business_as: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_gateway_emails: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fed_tax_id: Option<&'a str>,
    legal_business_address: AddressWire<'a>,
    legal_business_name: &'a str,
    owner_contacts: Vec<ContactWire<'a>>,
}
