//! What an amount must be to be charged.

use super::Amount;
use crate::{Currency, Invalid};

/// A bound against slips, such as cents taken for dollars in a sum; no provider states a limit.
const MAX_INTEGER_DIGITS: u32 = 12;

impl Amount {
    /// Checks an amount that is about to move: greater than 0, no more decimals than the
    /// currency has (two when none is given; trailing zeros do not count), and at most 12 digits
    /// before the point.
    pub fn check_charge(&self, currency: Option<&Currency>) -> Result<(), Invalid> {
        if !self.is_positive() {
            return Err(Invalid::new("amount", "must be greater than 0"));
        }
        let decimals = currency.map_or(2, Currency::decimals);
        let significant = self.0.normalize();
        if significant.scale() > decimals {
            let rule = match currency {
                None => format!("must have at most {decimals} decimals"),
                Some(currency) if decimals == 0 => format!("must have no decimals in {currency}"),
                Some(currency) => format!("must have at most {decimals} decimals in {currency}"),
            };
            return Err(Invalid::new("amount", rule));
        }
        let integer = significant.trunc().mantissa().unsigned_abs();
        if integer >= 10_u128.pow(MAX_INTEGER_DIGITS) {
            let rule = format!("must have at most {MAX_INTEGER_DIGITS} digits before the point");
            return Err(Invalid::new("amount", rule));
        }
        Ok(())
    }
}
