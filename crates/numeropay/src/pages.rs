//! Joining the pages of a list that names no next page, only a time to begin from.

use std::collections::HashSet;

use pay_core::{Error, ErrorKind, Outcome, Page, Result};

use crate::{Payment, PaymentId, operations::PAYMENTS_LIST};

/// What has been listed so far.
///
/// A page is asked to begin just after the oldest payment of the one before. So that payment is on
/// it again, however exact `from` is: pages that join can be told from pages that do not.
pub(crate) struct Pages {
    seen: HashSet<PaymentId>,
    /// How many a page has at least, unless it is the last.
    full: usize,
}

impl Pages {
    pub(crate) fn new(full: usize) -> Self {
        Self { seen: HashSet::new(), full }
    }

    /// The page without what was seen before, and where the next one begins, if there is one.
    /// `cursor` is where this one was asked to begin. After an error nothing has changed.
    pub(crate) fn join(
        &mut self,
        cursor: Option<&str>,
        page: Page<Payment>,
    ) -> Result<Page<Payment>> {
        let Page { items, next, .. } = page;
        let is_full = items.len() >= self.full;
        let next = match cursor {
            None => match (&next, is_full) {
                (None, true) => return Err(lost("no payment says when it was created")),
                _ => next,
            },
            Some(_) if items.is_empty() => {
                return Err(lost("a page is empty that should begin with a payment seen before"));
            }
            Some(cursor) => match (number(Some(cursor)), number(next.as_deref())) {
                (Some(asked), Some(told)) if told < asked => next,
                (Some(asked), Some(told)) if told == asked && !is_full => None,
                (Some(asked), Some(told)) if told == asked => {
                    return Err(lost(
                        "a full page has nothing older than the one before. Were more payments \
                         created in one moment than fit on it, a larger limit may help",
                    ));
                }
                (_, Some(_)) => {
                    return Err(lost("a page has only payments newer than asked for"));
                }
                (_, None) => return Err(lost("no payment says when it was created")),
            },
        };
        let items = items.into_iter().filter(|payment| self.seen.insert(payment.id.clone()));
        Ok(Page::new(items.collect(), next))
    }
}

fn number(cursor: Option<&str>) -> Option<i64> {
    cursor?.parse().ok()
}

/// Whether an error is one of these, and not of a call.
pub(crate) fn is_lost(error: &Error) -> bool {
    error.kind() == ErrorKind::Unreadable && error.meta().is_none()
}

fn lost(why: &str) -> Error {
    let message = format!(
        "the list cannot be followed: {why}. The unit of `from` may be another: see \
         ClientBuilder::from_unit"
    );
    Error::new(ErrorKind::Unreadable, Outcome::Refused, message).with_operation(PAYMENTS_LIST.id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::OffsetDateTime;

    use super::*;
    use crate::FromUnit;

    /// NumeroPay's list, as we understand it, of payments created at these milliseconds.
    #[derive(Debug)]
    struct Provider {
        created: Vec<i64>,
        limit: usize,
        /// How it counts, and whether a payment created at `from` itself is listed.
        unit: FromUnit,
        inclusive: bool,
    }

    impl Provider {
        fn list(&self, from: Option<i64>) -> Vec<Payment> {
            let from = from.map_or(i64::MAX, |from| match self.unit {
                FromUnit::Seconds => from.saturating_mul(1000),
                FromUnit::Milliseconds => from,
            });
            let mut found: Vec<_> = self.created.iter().copied().enumerate().collect();
            found.retain(|(_, at)| *at < from || (self.inclusive && *at == from));
            found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
            found.truncate(self.limit);
            found.into_iter().map(|(number, at)| payment(number, at)).collect()
        }

        /// All payments, or the error, going by what `unit` takes `from` for.
        fn walk(&self, unit: FromUnit) -> Result<Vec<Payment>> {
            let mut pages = Pages::new(self.limit);
            let mut cursor: Option<String> = None;
            let mut all = Vec::new();
            loop {
                let items = self.list(cursor.as_ref().map(|cursor| cursor.parse().unwrap()));
                let oldest = items.iter().filter_map(|payment| payment.created_on).min();
                let next = oldest.map(|at| unit.after(at).to_string());
                let page = pages.join(cursor.as_deref(), Page::new(items, next))?;
                all.extend(page.items);
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => return Ok(all),
                }
            }
        }
    }

    fn payment(number: usize, at: i64) -> Payment {
        let created = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000);
        let mut payment: Payment =
            serde_json::from_str(&format!(r#"{{"id":"p{number}"}}"#)).unwrap();
        payment.created_on = Some(created.unwrap());
        payment
    }

    fn other(unit: FromUnit) -> FromUnit {
        match unit {
            FromUnit::Seconds => FromUnit::Milliseconds,
            FromUnit::Milliseconds => FromUnit::Seconds,
        }
    }

    const START: i64 = 1_602_642_683_000;

    fn any_list() -> impl Strategy<Value = Provider> {
        let created = proptest::collection::vec(0_i64..60_000, 0..60);
        (created, 1_usize..12, any::<bool>(), any::<bool>()).prop_map(
            |(created, limit, seconds, inclusive)| Provider {
                created: created.into_iter().map(|at| START + at).collect(),
                limit,
                unit: if seconds { FromUnit::Seconds } else { FromUnit::Milliseconds },
                inclusive,
            },
        )
    }

    proptest! {
        #[test]
        fn every_payment_comes_once_or_the_list_says_that_it_cannot_be_followed(
            list in any_list(),
        ) {
            match list.walk(list.unit) {
                Ok(all) => {
                    let ids: HashSet<_> = all.iter().map(|payment| &payment.id).collect();
                    prop_assert_eq!(ids.len(), all.len());
                    prop_assert_eq!(all.len(), list.created.len());
                }
                Err(error) => prop_assert!(is_lost(&error)),
            }
        }

        #[test]
        fn a_wrong_unit_never_loses_payments_silently(list in any_list()) {
            match list.walk(other(list.unit)) {
                Ok(all) => prop_assert_eq!(all.len(), list.created.len()),
                Err(error) => prop_assert!(is_lost(&error)),
            }
        }
    }

    #[test]
    fn a_long_list_is_read_to_its_end_whatever_the_unit_and_its_edges() {
        for unit in [FromUnit::Seconds, FromUnit::Milliseconds] {
            for inclusive in [true, false] {
                let created = (0..100).map(|number| START + number * 700).collect();
                let list = Provider { created, limit: 25, unit, inclusive };
                assert_eq!(list.walk(unit).unwrap().len(), 100);
                assert!(is_lost(&list.walk(other(unit)).unwrap_err()));
            }
        }
    }

    #[test]
    fn more_in_one_moment_than_on_a_page_is_an_error() {
        let list = Provider {
            created: vec![START; 5],
            limit: 4,
            unit: FromUnit::Milliseconds,
            inclusive: true,
        };
        let error = list.walk(FromUnit::Milliseconds).unwrap_err();
        assert!(error.message().contains("a larger limit"), "{error}");
    }

    #[test]
    fn without_times_only_a_short_page_is_the_end() {
        let page = |count: usize| {
            let mut items: Vec<_> = (0..count).map(|number| payment(number, START)).collect();
            items.iter_mut().for_each(|payment| payment.created_on = None);
            Page::new(items, None)
        };
        assert_eq!(Pages::new(25).join(None, page(24)).unwrap().items.len(), 24);
        assert!(is_lost(&Pages::new(25).join(None, page(25)).unwrap_err()));
    }
}
