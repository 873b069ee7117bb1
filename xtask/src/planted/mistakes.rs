/// A mistake that stands in the code under `--cfg planted`.
#[derive(Debug)]
pub(super) struct Mistake {
    /// As the code asks for it.
    pub(super) name: &'static str,
    /// The field of the search's report that must count it.
    pub(super) counter: &'static str,
    pub(super) what: &'static str,
}

pub(super) static MISTAKES: &[Mistake] = &[
    Mistake {
        name: "retry-on-broken",
        counter: "doubled",
        what: "a write whose connection broke after it was sent is sent again",
    },
    Mistake {
        name: "retry-5xx",
        counter: "doubled",
        what: "a server error is retried, also on a write",
    },
    Mistake {
        name: "late-record",
        counter: "doubled",
        what: "nobody waits for the journal's record before the sending",
    },
    Mistake {
        name: "take-over-sends",
        counter: "doubled",
        what: "what a dead owner left is sent again, where it should be looked for",
    },
    Mistake {
        name: "decline-is-success",
        counter: "false_success",
        what: "a decline is read as a success",
    },
    Mistake {
        name: "unknown-is-refused",
        counter: "false_failure",
        what: "a server error on a write is taken for a refusal",
    },
    Mistake {
        name: "look-alike",
        counter: "wrongly_resolved",
        what: "a single look-alike is taken for ours",
    },
    Mistake {
        name: "refusal-is-unknown",
        counter: "needless_unknown",
        what: "what the operation declares to be a refusal is not believed",
    },
    Mistake {
        name: "decline-is-unknown",
        counter: "needless_unknown",
        what: "a decline is not believed",
    },
    Mistake {
        name: "token-before-stored",
        counter: "stranded",
        what: "new tokens are used first and stored a second later",
    },
    Mistake {
        name: "every-task-logs-in",
        counter: "extra_logins",
        what: "whoever waited for another's login logs in again",
    },
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn what_the_code_asks_for_is_what_is_listed() {
        let mut asked = BTreeSet::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates"), &mut asked);
        let listed: BTreeSet<_> = MISTAKES.iter().map(|mistake| mistake.name.to_owned()).collect();
        assert_eq!(asked, listed);
        assert_eq!(listed.len(), MISTAKES.len(), "a name is there twice");
    }

    /// The names that `planted::is` is asked for, in all sources of this folder.
    fn collect(folder: &Path, names: &mut BTreeSet<String>) {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                collect(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let asked = text.split("planted::is(\"").skip(1);
                names.extend(asked.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
}
