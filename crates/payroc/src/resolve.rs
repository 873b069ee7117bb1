//! Finding out what happened to a lost call: one rule for each operation that writes.

use pay_core::{Invalid, LostCall, Resolution, Result, provider::Operation};

use crate::{BoardedMerchant, Client, operations};

/// How an operation can be found out about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Twice is the same as once: it can be sent again.
    SendAgain,
    /// No way.
    Unsupported,
}

/// Every operation that writes, and nothing else.
static RULES: &[(&Operation, Rule)] = &[
    (&operations::AUTH_LOGIN, Rule::SendAgain),
    (&operations::AUTH_REFRESH, Rule::SendAgain),
    // No list of merchants, no correlator, and a status by a MID that was in the lost answer.
    (&operations::BOARDING_SUBMIT, Rule::Unsupported),
];

impl Client {
    /// Finds out what became of a write whose answer was lost, as far as Payroc lets it: it does not.
    ///
    /// A boarding is [`Unsupported`](Resolution::Unsupported): the API takes no reference, lists no
    /// merchants, and knows an application by the MID that was in the answer. Ask the provider's
    /// support, with the names and the ZIP code in the [`LostCall`]; once they have told you the MID,
    /// [`Boarding::status`](crate::Boarding::status) reads it. A `DuplicateMerchantLocationException`
    /// to another attempt would not prove that the first was yours, and another attempt may board
    /// the merchant twice. A login can be sent again; the client does so by itself.
    ///
    /// # Errors
    ///
    /// `is_invalid()` if the lost call is not of this crate.
    pub async fn resolve(&self, lost: &LostCall) -> Result<Resolution<BoardedMerchant>> {
        let rule = RULES
            .iter()
            .find(|(operation, _)| operation.id == lost.operation())
            .map(|(_, rule)| *rule)
            .ok_or_else(|| Invalid::new("lost_call.operation", "must be a write of Payroc"))?;
        match rule {
            Rule::SendAgain => Ok(Resolution::Inconclusive {
                why: "doing it twice is the same as doing it once: send it again".to_owned(),
            }),
            Rule::Unsupported => Ok(Resolution::Unsupported),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_write_has_a_rule_and_nothing_else() {
        let writes: Vec<_> =
            operations::ALL.iter().filter(|row| row.is_write()).map(|row| row.id).collect();
        let rules: Vec<_> = RULES.iter().map(|(operation, _)| operation.id).collect();
        assert_eq!(writes, rules);
    }

    #[test]
    fn only_what_is_the_same_twice_may_be_sent_again() {
        for (operation, rule) in RULES {
            let idempotent = operation.effect == pay_core::provider::Effect::Idempotent;
            assert_eq!(*rule == Rule::SendAgain, idempotent, "{}", operation.id);
        }
    }
}
