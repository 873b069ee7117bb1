use std::fmt;
use std::str::FromStr;

use pay_core::Invalid;

/// A state of the USA by its two letters, such as `IL`.
///
/// "The two letter state abbreviation" (Error Codes). The fifty states, the District of Columbia and
/// the territories AS, GU, MP, PR and VI are taken; whether the provider boards merchants in the
/// territories is unknown. Either case is read, upper case is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsState(&'static str);

const CODES: [&str; 56] = [
    "AK", "AL", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI", "IA", "ID",
    "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND",
    "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX",
    "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];

impl UsState {
    /// The state with these two letters.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(code: &str) -> Result<Self, Invalid> {
        CODES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(code))
            .map(|known| Self(known))
            .ok_or_else(|| Invalid::new("state", "must be the two letters of a US state"))
    }

    /// The two letters, in upper case.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for UsState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl FromStr for UsState {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        Self::new(code)
    }
}

impl TryFrom<&str> for UsState {
    type Error = Invalid;

    fn try_from(code: &str) -> Result<Self, Invalid> {
        Self::new(code)
    }
}

impl TryFrom<String> for UsState {
    type Error = Invalid;

    fn try_from(code: String) -> Result<Self, Invalid> {
        Self::new(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fifty_states_a_district_and_five_territories() {
        assert!(CODES.is_sorted());
        assert!(CODES.windows(2).all(|pair| pair[0] != pair[1]));
        for (given, code) in [("IL", "IL"), ("il", "IL"), ("dC", "DC"), ("PR", "PR")] {
            assert_eq!(UsState::new(given).unwrap().as_str(), code);
        }
        for bad in ["", "I", "XX", "ILL", "Illinois", "ON", "IL ", "AE"] {
            let refused = UsState::new(bad).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "state: must be the two letters of a US state",
                "{bad}"
            );
        }
    }
}
