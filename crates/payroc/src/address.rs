use pay_core::{Extra, Invalid};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{
    UsState, ZipCode,
    given::{Given, check, given},
    line::check_line,
    members::{check_extra, write_extra},
};

/// A street address in the USA.
///
/// The document names the object and not its fields: these four are from public code that works
/// against the sandbox. Whether there is a second line is unknown; [`extra`](Self::extra) adds what
/// your account manager tells you of.
///
/// State and ZIP code are taken as checked values or as text. Text that is wrong is refused with
/// the whole request, which names the place: `dbaAddress.zip`.
#[derive(Clone, Debug)]
pub struct Address {
    address_line1: String,
    city: String,
    state: Given<UsState>,
    zip: Given<ZipCode>,
    extra: Extra,
}

const OWN: [&str; 4] = ["addressLine1", "city", "state", "zip"];

impl Address {
    /// Street and number, city, the state's two letters, and the ZIP code.
    #[must_use]
    pub fn new<S, Z>(
        address_line1: impl Into<String>,
        city: impl Into<String>,
        state: S,
        zip: Z,
    ) -> Self
    where
        S: TryInto<UsState>,
        S::Error: Into<Invalid>,
        Z: TryInto<ZipCode>,
        Z::Error: Into<Invalid>,
    {
        Self {
            address_line1: address_line1.into(),
            city: city.into(),
            state: given(state),
            zip: given(zip),
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

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_line("addressLine1", &self.address_line1)?;
        check_line("city", &self.city)?;
        check(&self.state)?;
        check(&self.zip)?;
        check_extra(&self.extra, &OWN)
    }

    /// A post office box is no place of business. ("Trying to specify a PO Box as the DBA address":
    /// Error Codes.)
    pub(crate) fn check_is_no_po_box(&self) -> Result<(), Invalid> {
        if is_po_box(&self.address_line1) {
            return Err(Invalid::new("addressLine1", "must not be a PO box"));
        }
        Ok(())
    }

    pub(crate) fn zip(&self) -> Option<&str> {
        self.zip.as_ref().ok().map(ZipCode::as_str)
    }

    pub(crate) fn wire(&self) -> AddressWire<'_> {
        AddressWire(self)
    }
}

pub(crate) struct AddressWire<'a>(&'a Address);

impl Serialize for AddressWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Address { address_line1, city, state, zip, extra } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("addressLine1", address_line1)?;
        map.serialize_entry("city", city)?;
        if let Ok(state) = state {
            map.serialize_entry("state", state.as_str())?;
        }
        if let Ok(zip) = zip {
            map.serialize_entry("zip", zip.as_str())?;
        }
        write_extra(&mut map, extra)?;
        map.end()
    }
}

/// Finds "PO Box 12" in its usual spellings, word by word: a "Boxwood Lane" is a street.
fn is_po_box(line: &str) -> bool {
    let clean: String = line
        .chars()
        .filter(|c| *c != '.')
        .map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { ' ' })
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    // "BOX", or "BOX12" in one word.
    let is_box = |word: &str| {
        word.strip_prefix("BOX").is_some_and(|rest| rest.is_empty() || is_number(rest))
    };
    (0..words.len()).any(|start| match words.get(start..).unwrap_or_default() {
        ["PO", next, ..] if is_box(next) => true,
        ["P", "O", next, ..] if is_box(next) => true,
        ["POST", "OFFICE", next, ..] if is_box(next) => true,
        ["POSTOFFICE", next, ..] if is_box(next) => true,
        ["POB", next, ..] if is_number(next) => true,
        [word, ..] => word
            .strip_prefix("PO")
            .is_some_and(|rest| is_box(rest) || rest.strip_prefix('B').is_some_and(is_number)),
        [] => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_po_box_is_found_in_every_usual_spelling() {
        for line in [
            "PO Box 12",
            "P.O. Box 12",
            "P. O. Box 12",
            "p o box 12",
            "PO BOX12",
            "POBox 12",
            "POBOX12",
            "P.O.Box #12",
            "PO Box #12",
            "Post Office Box 12",
            "post-office box 12",
            "POB 12",
            "POB12",
            "Suite 4, PO Box 12",
            "PO Box",
        ] {
            assert!(is_po_box(line), "{line}");
        }
    }

    #[test]
    fn a_street_is_no_po_box() {
        for line in [
            "",
            "1 Boxwood Lane",
            "12 Box Street",
            "7 Post Office Road",
            "3 Po Boxer Way",
            "Pobiddy Road 5",
            "100 Depo Box Plaza",
            "5 Polk Street",
            "9 O Box Alley",
        ] {
            assert!(!is_po_box(line), "{line}");
        }
    }

    #[test]
    fn each_part_is_checked_by_name() {
        let address = |line, city, state, zip| Address::new(line, city, state, zip);
        for (address, field) in [
            (address(" ", "Chicago", "IL", "60601"), "addressLine1"),
            (address("1 Main St", "", "IL", "60601"), "city"),
            (address("1 Main St", "Chi\ncago", "IL", "60601"), "city"),
            (address("1 Main St", "Chicago", "XX", "60601"), "state"),
            (address("1 Main St", "Chicago", "IL", "6060"), "zip"),
            (address("1 Main St", "Chicago", "IL", "60601").extra("ZIP", "60602").unwrap(), "ZIP"),
        ] {
            assert_eq!(address.check().unwrap_err().field(), field);
        }
        let checked = Address::new(
            "1 Main St",
            "Chicago",
            UsState::new("il").unwrap(),
            ZipCode::new("60601").unwrap(),
        )
        .extra("addressLine2", "Suite 4")
        .unwrap();
        assert_eq!(checked.check(), Ok(()));
        assert_eq!(
            serde_json::to_string(&checked.wire()).unwrap(),
            r#"{"addressLine1":"1 Main St","city":"Chicago","state":"IL","zip":"60601","addressLine2":"Suite 4"}"#
        );
    }
}
