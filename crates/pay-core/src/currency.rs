//! Currencies, open to any code of three letters.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

/// A currency by its ISO 4217 code, such as `CAD`.
///
/// Any three ASCII letters are a code; either case is read, upper case is kept and written. A
/// provider that wants lower case is given [`lower`](Self::lower). In replies, use an
/// `Option<Currency>` read by [`lenient`](crate::lenient), so that an odd code does not fail the
/// whole reply.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

macro_rules! currencies {
    ($($name:ident $code:literal $label:literal),* $(,)?) => {
        impl Currency {
            $(
                #[doc = $label]
                pub const $name: Self = Self(*$code);
            )*
        }
    };
}

currencies! {
    AUD b"AUD" "Australian dollar.",
    BRL b"BRL" "Brazilian real.",
    CAD b"CAD" "Canadian dollar.",
    CHF b"CHF" "Swiss franc.",
    EUR b"EUR" "Euro.",
    GBP b"GBP" "Pound sterling.",
    INR b"INR" "Indian rupee.",
    JPY b"JPY" "Japanese yen: no decimals.",
    KWD b"KWD" "Kuwaiti dinar: three decimals.",
    MXN b"MXN" "Mexican peso.",
    NZD b"NZD" "New Zealand dollar.",
    USD b"USD" "United States dollar.",
}

impl Currency {
    /// The code in upper case.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters get in; the fallback is ISO 4217's "no currency".
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The code in lower case, as some providers want it.
    pub fn lower(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// How many decimals an amount may have: the minor unit of ISO 4217. Two for a code that we
    /// do not know.
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_alphabetic) => {
                Ok(Self(code.map(|letter| letter.to_ascii_uppercase())))
            }
            _ => Err(Invalid::new("currency", "must be three letters")),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CurrencyVisitor)
    }
}

struct CurrencyVisitor;

impl Visitor<'_> for CurrencyVisitor {
    type Value = Currency;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency code of three letters")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Currency, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_either_case_and_writes_upper() {
        let currency: Currency = "cAd".parse().unwrap();
        assert_eq!(currency, Currency::CAD);
        assert_eq!(currency.to_string(), "CAD");
        assert_eq!(currency.lower(), "cad");
        assert_eq!(serde_json::to_string(&currency).unwrap(), r#""CAD""#);
        assert_eq!(serde_json::from_str::<Currency>(r#""usd""#).unwrap(), Currency::USD);
        assert_eq!(serde_json::from_str::<Currency>(r#""\u0055sd""#).unwrap(), Currency::USD);
    }

    #[test]
    fn refuses_what_is_not_three_letters() {
        for text in ["", "CA", "CADD", "CA$", "C D", "çé", "ÇAD", "840", " CAD", "\0\0\0"] {
            let refused = text.parse::<Currency>().unwrap_err();
            assert_eq!(refused.to_string(), "currency: must be three letters", "{text:?}");
        }
        assert!(serde_json::from_str::<Currency>(r#""CA$""#).is_err());
        assert!(serde_json::from_str::<Currency>("840").is_err());
    }

    #[test]
    fn an_unknown_code_is_kept_and_has_two_decimals() {
        let currency: Currency = "qqq".parse().unwrap();
        assert_eq!(currency.to_string(), "QQQ");
        assert_eq!(currency.decimals(), 2);
    }

    #[test]
    fn decimals_follow_iso_4217() {
        let decimals = |code: &str| code.parse::<Currency>().unwrap().decimals();
        for code in ["CAD", "USD", "EUR", "GBP", "AUD", "HUF", "TWD", "MRU"] {
            assert_eq!(decimals(code), 2, "{code}");
        }
        for code in ["JPY", "KRW", "CLP", "VND", "ISK", "xof"] {
            assert_eq!(decimals(code), 0, "{code}");
        }
        for code in ["BHD", "KWD", "JOD", "OMR", "TND", "IQD", "LYD"] {
            assert_eq!(decimals(code), 3, "{code}");
        }
        assert_eq!(decimals("CLF"), 4);
    }
}
