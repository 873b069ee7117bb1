use pay_core::{Email, Extra, Invalid, provider::Hidden};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    Address, Phone, Share, Ssn,
    given::{Given, check, check_some, given},
    line::check_line,
    members::{check_extra, write_extra},
};

/// An owner of the business, or somebody who answers for it.
///
/// The document names the object and some rules, not its fields: these are from public code that
/// works against the sandbox, which always sends the ones that [`new`](Self::new) takes. Title, date
/// of birth and others may be wanted as well: [`extra`](Self::extra) adds them.
///
/// Values are taken checked or as text. Text that is wrong is refused with the whole request, which
/// names the place: `ownerContacts[1].ssn`.
#[derive(Clone, Debug)]
pub struct Contact {
    first_name: String,
    last_name: String,
    email: Given<Email>,
    phone: Given<Phone>,
    address: Address,
    share: Option<Given<Share>>,
    is_primary: bool,
    ssn: Option<Given<Ssn>>,
    extra: Extra,
}

const OWN: [&str; 8] = [
    "firstName",
    "lastName",
    "email",
    "phone",
    "address",
    "equityPercentage",
    "isPrimaryContact",
    "ssn",
];

impl Contact {
    /// A person with an address. Not the primary contact, without a share.
    #[must_use]
    pub fn new<E, P>(
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: E,
        phone: P,
        address: Address,
    ) -> Self
    where
        E: TryInto<Email>,
        E::Error: Into<Invalid>,
        P: TryInto<Phone>,
        P::Error: Into<Invalid>,
    {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: given(email),
            phone: given(phone),
            address,
            share: None,
            is_primary: false,
            ssn: None,
            extra: Extra::default(),
        }
    }

    /// How much of the business they own: whole per cent (`50`) or text (`"33.34"`). All owners
    /// together at most 100.
    #[must_use]
    pub fn share<S>(mut self, share: S) -> Self
    where
        S: TryInto<Share>,
        S::Error: Into<Invalid>,
    {
        self.share = Some(given(share));
        self
    }

    /// The one to talk to. At most one.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.is_primary = true;
        self
    }

    /// The Social Security number: nine digits. Working clients send it for the primary contact at
    /// least; for whom it is required is unknown.
    #[must_use]
    pub fn ssn<S>(mut self, ssn: S) -> Self
    where
        S: TryInto<Ssn>,
        S::Error: Into<Invalid>,
    {
        self.ssn = Some(given(ssn));
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

    pub(crate) fn is_primary(&self) -> bool {
        self.is_primary
    }

    pub(crate) fn checked_share(&self) -> Option<Share> {
        self.share.as_ref()?.as_ref().ok().copied()
    }

    pub(crate) fn hidden(&self) -> Option<Hidden> {
        self.ssn.as_ref()?.as_ref().ok().map(Ssn::hidden)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_line("firstName", &self.first_name)?;
        check_line("lastName", &self.last_name)?;
        check(&self.email)?;
        check(&self.phone)?;
        self.address.check().map_err(|invalid| invalid.under("address"))?;
        check_some(self.share.as_ref())?;
        check_some(self.ssn.as_ref())?;
        check_extra(&self.extra, &OWN)
    }

    pub(crate) fn wire(&self) -> ContactWire<'_> {
        ContactWire(self)
    }
}

pub(crate) struct ContactWire<'a>(&'a Contact);

impl Serialize for ContactWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let contact = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("firstName", &contact.first_name)?;
        map.serialize_entry("lastName", &contact.last_name)?;
        if let Ok(email) = &contact.email {
            map.serialize_entry("email", email)?;
        }
        if let Ok(phone) = &contact.phone {
            map.serialize_entry("phone", phone.as_str())?;
        }
        map.serialize_entry("address", &contact.address.wire())?;
        if let Some(Ok(share)) = &contact.share {
            map.serialize_entry("equityPercentage", share)?;
        }
        map.serialize_entry("isPrimaryContact", &contact.is_primary)?;
        if let Some(Ok(ssn)) = &contact.ssn {
            // Case does not matter to the provider; this is how both working clients write it.
            map.serialize_entry("SSN", ssn.expose())?;
        }
        write_extra(&mut map, &contact.extra)?;
        map.end()
    }
}
