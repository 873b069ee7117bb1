//! What must be true after a round. It knows what the ledger holds, what stands in the store, and what
//! callers were told; it shares nothing with the client.

use std::collections::{BTreeMap, BTreeSet};

use super::{Payment, Provider, Tag, Told, Word, rows::Stored};

/// What is known of a round.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) payments: Vec<Payment>,
    /// The keys that a process was at when it was killed.
    pub(super) hit: BTreeSet<String>,
    pub(super) told: Vec<Told>,
    /// Each key asked twice at the very end.
    pub(super) last: Vec<[Told; 2]>,
    /// Keys and states as `recover()` left them.
    pub(super) recovered: Vec<(String, String)>,
    pub(super) stored: Vec<Stored>,
    pub(super) ledger: Vec<Happened>,
}

/// What really happened: an entry of the ledger.
#[derive(Clone, Debug)]
pub(super) struct Happened {
    pub(super) tag: Tag,
    pub(super) id: String,
    /// Whether money moved; otherwise it was declined.
    pub(super) paid: bool,
}

/// Which promise was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Broken {
    Doubled,
    FalseSuccess,
    FalseFailure,
    WronglyResolved,
    NeedlessUnknown,
    Unresolved,
    Dishonest,
}

pub(super) fn check(facts: &Facts) -> Vec<(Broken, String)> {
    let mut broken = Vec::new();
    facts.check_effects(&mut broken);
    for told in facts.told.iter().chain(facts.last.iter().flatten()) {
        facts.check_told(told, &mut broken);
    }
    facts.check_recovered(&mut broken);
    facts.check_stored(&mut broken);
    facts.check_last(&mut broken);
    broken
}

type Findings = Vec<(Broken, String)>;

impl Facts {
    /// At most one effect for each key, and at most one request worked on in each epoch.
    fn check_effects(&self, broken: &mut Findings) {
        let mut by_epoch = BTreeMap::<_, u32>::new();
        let mut by_key = BTreeMap::<_, u32>::new();
        for Happened { tag, paid, .. } in &self.ledger {
            *by_epoch.entry((&tag.key, tag.epoch)).or_default() += 1;
            *by_key.entry(&tag.key).or_default() += u32::from(*paid);
        }
        for ((key, epoch), count) in by_epoch.iter().filter(|(_, count)| **count > 1) {
            let what = format!("{key} reached the provider {count} times in epoch {epoch}");
            broken.push((Broken::Doubled, what));
        }
        for (key, count) in by_key.iter().filter(|(_, count)| **count > 1) {
            broken.push((Broken::Doubled, format!("{key} took effect {count} times")));
        }
    }

    fn check_told(&self, told: &Told, broken: &mut Findings) {
        let Told { key, call, word, text, .. } = told;
        let paid = self.paid(key);
        match word {
            Word::Ok => match paid {
                None => {
                    broken
                        .push((Broken::FalseSuccess, format!("{key} was told Ok, without effect")));
                }
                Some(happened) => self.check_ok(told, happened, broken),
            },
            Word::Applied if paid.is_none() => {
                let what = format!("{key} was told that it took effect, and did not: {text}");
                broken.push((Broken::FalseSuccess, what));
            }
            Word::Declined if paid.is_some() => {
                broken
                    .push((Broken::FalseFailure, format!("{key} was told declined, and is paid")));
            }
            // Another call with this key may pay it meanwhile, or later: this one must not have.
            Word::NotSent | Word::Refused
                if paid.is_some_and(|happened| happened.tag.call == *call) =>
            {
                let what = format!("{key} was told {word:?}, and this very call paid it: {text}");
                broken.push((Broken::FalseFailure, what));
            }
            Word::Unknown | Word::Applied if !self.hit.contains(key) => {
                let what = format!("{key} was told {word:?}, and nothing had hit it: {text}");
                broken.push((Broken::NeedlessUnknown, what));
            }
            _ => {}
        }
    }

    /// It is the very payment that was made.
    fn check_ok(&self, told: &Told, happened: &Happened, broken: &mut Findings) {
        let key = &told.key;
        let by_number = self.payment(key).is_some_and(|it| it.provider == Provider::Payfirma);
        if by_number && told.id.as_ref() != Some(&happened.id) {
            let what = format!("{key} is number {}, and was told {:?}", happened.id, told.id);
            broken.push((Broken::FalseSuccess, what));
        }
        if told.sent_now && happened.tag.call != told.call {
            let what = format!("{key} was told that call {} sent it, and another did", told.call);
            broken.push((Broken::FalseSuccess, what));
        }
    }

    fn check_recovered(&self, broken: &mut Findings) {
        for (key, state) in &self.recovered {
            let truth = self.paid(key).is_some();
            let wrong = match state.as_str() {
                "applied" => !truth,
                "declined" | "refused" | "not_sent" => truth,
                _ => false,
            };
            if wrong {
                let what = format!("{key} was found to be {state}; paid: {truth}");
                broken.push((Broken::WronglyResolved, what));
            }
        }
    }

    /// What stands in the store is true, and is there.
    fn check_stored(&self, broken: &mut Findings) {
        for Payment { key, .. } in &self.payments {
            let Some(stored) = self.stored.iter().find(|stored| stored.key == *key) else {
                broken.push((Broken::Dishonest, format!("{key} was asked for, and has no row")));
                continue;
            };
            let paid = self.paid(key).is_some();
            let honest = match stored.state.as_str() {
                "applied" => paid,
                "declined" | "refused" | "refused_for_now" | "not_sent" => !paid,
                "in_doubt" => self.hit.contains(key),
                _ => false,
            };
            if !honest {
                let what = format!("{key} is stored as {}; paid: {paid}", stored.state);
                broken.push((Broken::Dishonest, what));
            }
        }
    }

    /// The last answers: the same twice, and the truth wherever it can be found.
    fn check_last(&self, broken: &mut Findings) {
        for Payment { key, .. } in &self.payments {
            if !self.last.iter().any(|[told, _]| told.key == *key) {
                broken.push((Broken::Dishonest, format!("{key} was not answered at the end")));
            }
        }
        for [first, second] in &self.last {
            let key = &first.key;
            if (first.word, &first.id) != (second.word, &second.id) {
                let what = format!("{key} was told {first:?}, then {second:?}");
                broken.push((Broken::Dishonest, what));
            }
            let happened = self.ledger.iter().any(|happened| happened.tag.key == *key);
            let should = match self.payment(key) {
                Some(payment) if payment.is_approved() => Word::Ok,
                _ => Word::Declined,
            };
            if second.word == should {
                continue;
            }
            if !self.hit.contains(key) {
                let what = format!("{key} was hit by nothing, and ends {:?}", second.word);
                broken.push((Broken::Dishonest, what));
            } else if happened {
                // The reference comes back from both providers: it can be found.
                let what = format!("{key} happened, and ends {:?}: {}", second.word, second.text);
                broken.push((Broken::Unresolved, what));
            } else if second.word != Word::Unknown {
                let what = format!("{key} did not happen, and ends {:?}", second.word);
                broken.push((Broken::Dishonest, what));
            }
        }
    }

    fn paid(&self, key: &str) -> Option<&Happened> {
        self.ledger.iter().find(|happened| happened.paid && happened.tag.key == key)
    }

    fn payment(&self, key: &str) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(word: Word, call: u64) -> Told {
        Told {
            call,
            key: "k".to_owned(),
            word,
            id: (word == Word::Ok).then(|| "17".to_owned()),
            sent_now: call == 1,
            reauthorize: false,
            text: String::new(),
        }
    }

    fn happened(epoch: u32, call: u64, paid: bool) -> Happened {
        let tag = Tag { key: "k".to_owned(), epoch, worker: "w0".to_owned(), call };
        Happened { tag, id: "17".to_owned(), paid }
    }

    fn stored(state: &str) -> Stored {
        Stored { key: "k".to_owned(), state: state.to_owned(), owner: String::new() }
    }

    /// A payment that went well, after a kill or without one.
    fn good(hit: bool) -> Facts {
        Facts {
            payments: vec![Payment {
                key: "k".to_owned(),
                provider: Provider::Payfirma,
                dollars: 11,
            }],
            hit: hit.then(|| "k".to_owned()).into_iter().collect(),
            told: vec![told(Word::Ok, 1)],
            last: vec![[told(Word::Ok, 8), told(Word::Ok, 9)]],
            recovered: Vec::new(),
            stored: vec![stored("applied")],
            ledger: vec![happened(1, 1, true)],
        }
    }

    fn broken(facts: &Facts) -> BTreeSet<Broken> {
        check(facts).into_iter().map(|(broken, _)| broken).collect()
    }

    #[test]
    fn good_traces_are_good() {
        assert_eq!(check(&good(false)), []);
        let killed_before_it_left = Facts {
            told: vec![told(Word::Unknown, 2)],
            last: vec![[told(Word::Unknown, 8), told(Word::Unknown, 9)]],
            recovered: vec![("k".to_owned(), "in_doubt".to_owned())],
            stored: vec![stored("in_doubt")],
            ledger: Vec::new(),
            ..good(true)
        };
        assert_eq!(check(&killed_before_it_left), []);
        let sent_after_it_was_not = Facts {
            told: vec![told(Word::NotSent, 1), told(Word::Ok, 3)],
            ledger: vec![happened(2, 3, true)],
            ..good(false)
        };
        assert_eq!(check(&sent_after_it_was_not), []);
    }

    #[test]
    fn bad_traces_are_told_by_their_name() {
        let cases = [
            (
                Broken::Doubled,
                Facts { ledger: vec![happened(1, 1, true), happened(1, 2, true)], ..good(true) },
            ),
            (
                Broken::Doubled,
                Facts { ledger: vec![happened(1, 1, true), happened(2, 2, true)], ..good(true) },
            ),
            (
                Broken::Doubled,
                Facts { ledger: vec![happened(1, 1, true), happened(1, 2, false)], ..good(true) },
            ),
            (Broken::FalseSuccess, Facts { ledger: Vec::new(), ..good(true) }),
            (Broken::FalseSuccess, Facts { ledger: vec![happened(1, 1, false)], ..good(true) }),
            (Broken::FalseSuccess, Facts { ledger: vec![happened(1, 5, true)], ..good(true) }),
            (
                Broken::FalseSuccess,
                Facts {
                    ledger: vec![Happened { id: "18".to_owned(), ..happened(1, 1, true) }],
                    ..good(true)
                },
            ),
            (
                Broken::FalseSuccess,
                Facts { told: vec![told(Word::Applied, 2)], ledger: Vec::new(), ..good(true) },
            ),
            (Broken::FalseFailure, Facts { told: vec![told(Word::Declined, 2)], ..good(true) }),
            (Broken::FalseFailure, Facts { told: vec![told(Word::NotSent, 1)], ..good(true) }),
            (Broken::FalseFailure, Facts { told: vec![told(Word::Refused, 1)], ..good(true) }),
            (Broken::NeedlessUnknown, Facts { told: vec![told(Word::Unknown, 2)], ..good(false) }),
            (
                Broken::WronglyResolved,
                Facts { recovered: vec![("k".to_owned(), "declined".to_owned())], ..good(true) },
            ),
            (
                Broken::WronglyResolved,
                Facts {
                    recovered: vec![("k".to_owned(), "applied".to_owned())],
                    ledger: Vec::new(),
                    ..good(true)
                },
            ),
            (Broken::Dishonest, Facts { stored: vec![stored("sending")], ..good(true) }),
            (Broken::Dishonest, Facts { stored: vec![stored("not_sent")], ..good(true) }),
            (Broken::Dishonest, Facts { stored: vec![stored("in_doubt")], ..good(false) }),
            (Broken::Dishonest, Facts { stored: Vec::new(), ..good(true) }),
            (Broken::Dishonest, Facts { last: Vec::new(), ..good(true) }),
            (
                Broken::Dishonest,
                Facts { last: vec![[told(Word::Unknown, 8), told(Word::Ok, 9)]], ..good(true) },
            ),
            (
                Broken::Unresolved,
                Facts {
                    last: vec![[told(Word::Unknown, 8), told(Word::Unknown, 9)]],
                    ..good(true)
                },
            ),
        ];
        for (name, facts) in cases {
            assert!(broken(&facts).contains(&name), "{name:?}: {facts:?}");
        }
    }
}
