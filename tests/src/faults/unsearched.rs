//! Operations that change something and have no deed, each with the reason. What is in neither
//! place fails the test below: an operation that nobody thought of is searched by nobody.

/// Why an operation has no deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Twice is the same as once, by its provider's word: a second effect is no fault, and after an
    /// answer that was lost it is sent again.
    TwiceIsOnce,
    /// It makes a login or ends one. Under every other call logins are made and renewed, and counted
    /// where they must not be: `extra_logins`, `stranded`.
    Login,
    /// A person's consent is exchanged, once for each merchant. Every schedule with refresh tokens
    /// begins with it, before anything goes wrong; it has no key, and moves nothing.
    Consent,
}

pub static UNSEARCHED: &[(&str, Reason)] = &[
    ("payfirma.oauth.code", Reason::Consent),
    ("payfirma.oauth.client_credentials", Reason::Login),
    ("payfirma.oauth.refresh", Reason::Login),
    ("payfirma.oauth.revoke", Reason::TwiceIsOnce),
    ("payfirma.customers.update", Reason::TwiceIsOnce),
    ("payfirma.cards.update", Reason::TwiceIsOnce),
    ("payfirma.cards.remove", Reason::TwiceIsOnce),
    ("payfirma.subscriptions.update", Reason::TwiceIsOnce),
    ("payfirma.subscriptions.cancel", Reason::TwiceIsOnce),
    ("payfirma.plans.update", Reason::TwiceIsOnce),
    ("payfirma.plans.remove", Reason::TwiceIsOnce),
    ("payanywhere.auth.log_in", Reason::Login),
    ("payanywhere.auth.refresh_session", Reason::Login),
    ("payanywhere.auth.expire_token", Reason::TwiceIsOnce),
    ("payroc.auth.login", Reason::Login),
    ("payroc.auth.refresh", Reason::Login),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pay_core::provider::{Effect, Operation};

    use super::*;
    use crate::{
        faults::{drivers::ALL, provider::deeds},
        suite,
    };

    /// Every write of every provider, by its id.
    fn writes() -> BTreeMap<&'static str, &'static Operation> {
        let suites = suite::all();
        assert_eq!(suites.len(), ALL.len());
        let all = suites.iter().flat_map(|suite| suite.operations());
        all.filter(|row| row.is_write()).map(|row| (row.id, *row)).collect()
    }

    #[test]
    fn every_write_is_searched_or_has_a_reason() {
        let writes = writes();
        let searched: Vec<&str> = ALL
            .iter()
            .flat_map(|provider| deeds(*provider))
            .filter(|(_, deed)| deed.writes)
            .map(|(_, deed)| deed.operation)
            .collect();
        for operation in writes.keys() {
            let places = searched.iter().filter(|known| *known == operation).count()
                + UNSEARCHED.iter().filter(|(known, _)| known == operation).count();
            assert_eq!(places, 1, "{operation} needs a deed, or else a reason");
        }
        let known = searched.iter().chain(UNSEARCHED.iter().map(|(operation, _)| operation));
        for operation in known {
            assert!(writes.contains_key(operation), "{operation} is no operation that writes");
        }
    }

    #[test]
    fn the_reasons_hold() {
        let writes = writes();
        for (operation, reason) in UNSEARCHED {
            let is_login = ALL.iter().any(|provider| provider.logins().contains(operation));
            assert_eq!(is_login, *reason == Reason::Login, "{operation}");
            if *reason == Reason::TwiceIsOnce {
                assert_eq!(writes[operation].effect, Effect::Idempotent, "{operation}");
            }
        }
    }
}
