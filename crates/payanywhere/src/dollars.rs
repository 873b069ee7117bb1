//! Amounts as North wants them: with two decimals.

use pay_core::{Amount, Currency};

/// The same amount with exactly two decimals. What has more was refused before, or is kept.
pub(crate) fn dollars(amount: Amount) -> Amount {
    amount.rescaled(Currency::USD).unwrap_or(amount)
}

/// Whether an amount in a reply is another one. A refund's may be told as a negative number.
pub(crate) fn contradiction(asked: Amount, told: Option<Amount>) -> Option<String> {
    let told = told?;
    let is_same = told == asked || Amount::ZERO.checked_sub(told) == Some(asked);
    (!is_same).then(|| format!("the amount is {told}, asked for was {asked}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        for (given, written) in
            [("2", "2.00"), ("2.5", "2.50"), ("2.500", "2.50"), ("0.01", "0.01")]
        {
            assert_eq!(dollars(amount(given)).to_string(), written);
        }
    }

    #[test]
    fn only_another_amount_contradicts() {
        for same in ["2.00", "2", "-2.0"] {
            assert_eq!(contradiction(amount("2.00"), Some(amount(same))), None, "{same}");
        }
        assert_eq!(contradiction(amount("2.00"), None), None);
        for other in ["2.01", "200", "0", "-1"] {
            assert!(contradiction(amount("2.00"), Some(amount(other))).is_some(), "{other}");
        }
    }
}
