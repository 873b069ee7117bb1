use std::{fmt, str::FromStr, sync::Arc};

use pay_core::Invalid;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

pay_core::open_enum! {
    /// What kind of transaction an id is of: what stands before its number.
    pub enum UniqIdPrefix {
        /// A credit card sale.
        CreditCardSale = "ccs",
        /// A cash sale.
        CashSale = "cas",
    }
}

/// A transaction's `uniq_id`: a prefix that tells its kind, and a number, such as `ccs_15218`.
///
/// Refunds and voids send the number alone, each under a name of its own; that is done here. Whether
/// two kinds can have the same number is unknown, so the prefix is never dropped without a look.
///
/// ```
/// use payanywhere::{TransactionUniqId, UniqIdPrefix};
///
/// let sale: TransactionUniqId = "ccs_15218".parse()?;
/// assert_eq!(sale.prefix(), Some(UniqIdPrefix::CreditCardSale));
/// assert_eq!(sale.number(), Some(15218));
/// assert_eq!(sale, TransactionUniqId::credit_card_sale(15218));
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionUniqId(Arc<str>);

impl TransactionUniqId {
    /// The field that errors name.
    pub const FIELD: &'static str = "uniq_id";

    /// Checks and takes an id: lower-case letters, an underscore, and a number.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn new(text: impl AsRef<str>) -> Result<Self, Invalid> {
        let id = Self(text.as_ref().into());
        id.check()?;
        Ok(id)
    }

    /// The id of a credit card sale, `ccs_` and the number.
    #[must_use]
    pub fn credit_card_sale(number: u64) -> Self {
        Self(format!("ccs_{number}").into())
    }

    /// The id of a cash sale, `cas_` and the number.
    #[must_use]
    pub fn cash_sale(number: u64) -> Self {
        Self(format!("cas_{number}").into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of transaction it is of. `None` if a reply brought an id of another form.
    #[must_use]
    pub fn prefix(&self) -> Option<UniqIdPrefix> {
        self.parts().map(|(prefix, _)| UniqIdPrefix::from(prefix))
    }

    /// The number behind the prefix. `None` if a reply brought an id of another form.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.parts().map(|(_, number)| number)
    }

    /// Whether it has the known form: true of all that `new` made, not of all that replies bring.
    ///
    /// # Errors
    ///
    /// It has not.
    pub fn check(&self) -> Result<(), Invalid> {
        let rule = "must be letters, an underscore and a number, such as ccs_15218";
        self.parts().map(|_| ()).ok_or_else(|| Invalid::new(Self::FIELD, rule))
    }

    fn parts(&self) -> Option<(&str, u64)> {
        let (prefix, digits) = self.0.split_once('_')?;
        let letters =
            (1..=16).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_lowercase());
        let number: u64 = digits.parse().ok()?;
        // Also without a plus and zeros in front: one number has one id.
        (letters && number.to_string() == digits).then_some((prefix, number))
    }
}

impl fmt::Display for TransactionUniqId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for TransactionUniqId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for TransactionUniqId {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl AsRef<str> for TransactionUniqId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for TransactionUniqId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Reads an id of a reply as it came, of whatever form; null and what is no text is none.
pub(super) fn lenient<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<TransactionUniqId>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| {
        let text = serde_json::from_str::<String>(raw.get())
            .or_else(|_| serde_json::from_str::<u64>(raw.get()).map(|number| number.to_string()));
        let text = text.ok().filter(|text| !text.is_empty())?;
        Some(TransactionUniqId(text.into()))
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_form_is_checked() {
        for bad in [
            "",
            "15218",
            "ccs",
            "ccs_",
            "_15218",
            "ccs_x",
            "ccs_+1",
            "ccs_-1",
            "ccs_01",
            "CCS_1",
            "ccs-1",
            "ccs_1_2",
            "c s_1",
            "ccs_1 ",
            "ccs_18446744073709551616",
            "../x_1",
        ] {
            assert_eq!(TransactionUniqId::new(bad).unwrap_err().field(), "uniq_id", "{bad}");
        }
        let other = TransactionUniqId::new("ccr_7").unwrap();
        assert_eq!(other.prefix(), Some(UniqIdPrefix::Unknown("ccr".to_owned())));
        let cash = TransactionUniqId::cash_sale(15218);
        assert_eq!(cash.as_str(), "cas_15218");
        assert_eq!(cash.prefix(), Some(UniqIdPrefix::CashSale));
    }

    #[test]
    fn a_reply_keeps_an_odd_id() {
        #[derive(Deserialize)]
        struct Reply {
            #[serde(default, deserialize_with = "lenient")]
            id: Option<TransactionUniqId>,
        }
        let read = |json: &str| serde_json::from_str::<Reply>(json).unwrap().id;
        for (json, text) in [
            (r#"{"id":"ccs_1"}"#, "ccs_1"),
            (r#"{"id":"odd/one"}"#, "odd/one"),
            (r#"{"id":15218}"#, "15218"),
        ] {
            assert_eq!(read(json).unwrap().as_str(), text);
        }
        assert_eq!(read(r#"{"id":"odd/one"}"#).unwrap().number(), None);
        for json in ["{}", r#"{"id":null}"#, r#"{"id":""}"#, r#"{"id":[1]}"#, r#"{"id":1.5}"#] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn every_number_goes_both_ways(number: u64) {
            let sale = TransactionUniqId::credit_card_sale(number);
            prop_assert_eq!(sale.number(), Some(number));
            prop_assert_eq!(sale.as_str().parse::<TransactionUniqId>().unwrap(), sale);
        }

        #[test]
        fn what_is_taken_is_kept_to_the_letter(text in "[a-z_0-9]{0,8}") {
            if let Ok(id) = TransactionUniqId::new(&text) {
                prop_assert_eq!(id.to_string(), text);
                prop_assert!(id.prefix().is_some() && id.number().is_some());
            }
        }
    }
}
