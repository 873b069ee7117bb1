use pay_core::{Extra, Invalid, provider::Hidden};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    AccountNumber, RoutingNumber,
    given::{Given, check, given},
    line::check_line,
    members::{check_extra, write_extra},
};

/// The account that the merchant's money goes to.
///
/// The document names the object and not its fields: these three are from public code that works
/// against the sandbox. Whether the type of account can be said is unknown; [`extra`](Self::extra)
/// adds it.
#[derive(Clone, Debug)]
pub struct BankAccount {
    name_on_account: String,
    routing_number: Given<RoutingNumber>,
    account_number: Given<AccountNumber>,
    extra: Extra,
}

const OWN: [&str; 3] = ["nameOnAccount", "routingNumber", "accountNumber"];

impl BankAccount {
    /// The holder's name, the bank's routing number, and the account's number. The numbers are taken
    /// as checked values or as text.
    #[must_use]
    pub fn new<R, A>(
        name_on_account: impl Into<String>,
        routing_number: R,
        account_number: A,
    ) -> Self
    where
        R: TryInto<RoutingNumber>,
        R::Error: Into<Invalid>,
        A: TryInto<AccountNumber>,
        A::Error: Into<Invalid>,
    {
        Self {
            name_on_account: name_on_account.into(),
            routing_number: given(routing_number),
            account_number: given(account_number),
            extra: Extra::default(),
        }
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

    pub(crate) fn hidden(&self) -> Option<Hidden> {
        self.account_number.as_ref().ok().map(AccountNumber::hidden)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_line("nameOnAccount", &self.name_on_account)?;
        check(&self.routing_number)?;
        check(&self.account_number)?;
        check_extra(&self.extra, &OWN)
    }

    pub(crate) fn wire(&self) -> BankAccountWire<'_> {
        BankAccountWire(self)
    }
}

pub(crate) struct BankAccountWire<'a>(&'a BankAccount);

impl Serialize for BankAccountWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("nameOnAccount", &account.name_on_account)?;
        if let Ok(routing_number) = &account.routing_number {
            map.serialize_entry("routingNumber", routing_number.as_str())?;
        }
        if let Ok(account_number) = &account.account_number {
            map.serialize_entry("accountNumber", account_number.expose())?;
        }
        write_extra(&mut map, &account.extra)?;
        map.end()
    }
}
