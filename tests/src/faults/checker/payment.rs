//! One payment: an intent, or all intents of one key. What its callers were told, against what took
//! place.

use super::{
    super::{
        counter::Counter,
        trace::{Ask, Effect, Finding, Line, Made, Outcome, Seen, Told, Trace},
    },
    Verdict, is_confirmed, is_in_doubt, same_amount,
};

pub(super) struct Payment<'a> {
    trace: &'a Trace,
    lines: Vec<&'a Line>,
    /// All that took place for it, in order.
    done: Vec<&'a Effect>,
    /// What took it back, in order.
    undone: Vec<&'a Effect>,
    /// Its declines, in order.
    declined: Vec<&'a Effect>,
    /// Requests of its callers, and those of searches for it.
    seen: Vec<&'a Seen>,
}

/// Faults that change nothing that a client could be misled by.
const HARMLESS: [&str; 2] = ["unknown-fields", "duplicate-reply"];
/// Faults after which an answer is whole, and says something else.
const FALSIFYING: [&str; 4] = ["wrong-type", "missing", "unknown-value", "wrong-amount"];

/// How long (milliseconds) a call waits for another one with the same key.
const LONGEST_WAIT: i64 = 10_000;
/// How long (milliseconds) a client lets a call take at most: one that waits for a person.
const LONGEST_CALL: i64 = 150_000;

impl<'a> Payment<'a> {
    pub(super) fn new(trace: &'a Trace, lines: Vec<&'a Line>) -> Self {
        let is_of = |tag: &str| lines.iter().any(|line| is_by(line, tag));
        let kinds = lines.first().map_or(&[][..], |line| line.done);
        let own = |kinds: &[&str]| -> Vec<&Effect> {
            let own = |effect: &&Effect| {
                effect.tag.as_deref().is_some_and(is_of) && kinds.contains(&&*effect.kind)
            };
            trace.effects.iter().filter(own).collect()
        };
        let done = own(kinds);
        let declined = own(lines.first().map_or(&[][..], |line| line.declined));
        let kinds = lines.first().map_or(&[][..], |line| line.undone);
        let undoes = |effect: &&Effect| {
            kinds.contains(&&*effect.kind) && done.iter().any(|made| made.id == effect.id)
        };
        Self {
            trace,
            undone: trace.effects.iter().filter(undoes).collect(),
            done,
            declined,
            seen: trace.requests.iter().filter(|seen| is_of(&seen.tag)).collect(),
            lines,
        }
    }

    pub(super) fn check(&self, verdict: &mut Verdict) {
        self.count(verdict);
        if self.done.len() > 1 {
            verdict.against(Counter::Doubled, self.say("took effect more than once"));
        }
        self.check_amount(verdict);
        for line in &self.lines {
            for ask in &line.asks {
                self.check_told(line, ask, verdict);
                self.check_time(line, ask, verdict);
            }
            for found in &line.findings {
                self.check_finding(line, &found.finding, found.at, verdict);
            }
        }
        self.check_last_word(verdict);
        self.check_recall(verdict);
        self.check_stored_answers(verdict);
        if self.trace.quiet {
            self.check_quiet(verdict);
        }
    }

    fn count(&self, verdict: &mut Verdict) {
        let tally = &mut verdict.tally;
        let effects = self.done.iter().filter(|effect| !self.is_declined_at_once(effect)).count();
        tally.effects += u64::try_from(effects).unwrap_or(u64::MAX);
        for told in self.lines.iter().flat_map(|line| &line.asks).map(|ask| &ask.told) {
            match told {
                Told::Done(made) => {
                    tally.succeeded += 1;
                    tally.replayed += u64::from(made.replayed);
                }
                Told::Failed(failure) => {
                    tally.declined += u64::from(failure.declined);
                    tally.unknown += u64::from(failure.outcome == Outcome::Unknown);
                }
                _ => {}
            }
        }
    }

    /// What one caller was told, against what its own request did, and what others of the same key
    /// did by then.
    fn check_told(&self, line: &Line, ask: &Ask, verdict: &mut Verdict) {
        match &ask.told {
            Told::Crashed | Told::Dropped => {}
            Told::Skipped => {
                if !self.own(ask).is_empty() {
                    verdict.against(Counter::FalseFailure, self.say("was not asked for"));
                }
            }
            Told::Done(made) if line.writes => {
                if let Some(lie) = self.lie(line, made, ask.until) {
                    let what = format!("was told as {lie}");
                    verdict.against(Counter::FalseSuccess, self.say(&what));
                }
                // Also where a fault has put it there: an answer is compared with the request.
                let told = line.amount.zip(made.amount.as_deref());
                if let Some((_, told)) = told.filter(|(asked, told)| !same_amount(asked, told)) {
                    let what = format!("was told as done with another amount: {told}");
                    verdict.against(Counter::FalseSuccess, self.say(&what));
                }
            }
            Told::Done(_) => {}
            Told::Failed(failure) => match failure.outcome {
                // What is known of this call says nothing of another's, unless a journal has both.
                Outcome::NotSent if !self.own(ask).is_empty() || self.has_been_done(line, ask) => {
                    verdict.against(Counter::FalseFailure, self.say("was told as not sent"));
                }
                Outcome::Refused if !self.own(ask).is_empty() && !self.undone_by(ask.until) => {
                    verdict.against(Counter::FalseFailure, self.say("was told as refused"));
                }
                Outcome::Refused
                    if failure.declined && !self.done.is_empty() && !self.undone_by(ask.until) =>
                {
                    verdict.against(Counter::FalseFailure, self.say("was told as declined"));
                }
                Outcome::Applied
                    if self.done.is_empty()
                        && line.writes
                        && !(line.or_already && self.was_so_of_it(line, ask.until)) =>
                {
                    let what = "was told as applied, and nothing took place";
                    verdict.against(Counter::FalseSuccess, self.say(what));
                }
                Outcome::Unknown
                    if line.writes && !self.is_explained(line, failure.in_progress) =>
                {
                    let what = format!("was told as unknown for no reason: {}", failure.text);
                    verdict.against(Counter::NeedlessUnknown, self.say(&what));
                }
                _ => {}
            },
        }
    }

    /// A write without the journal ends within the time that its client gives it, whatever the
    /// provider does.
    fn check_time(&self, line: &Line, ask: &Ask, verdict: &mut Verdict) {
        let took = ask.until - ask.from;
        let is_told = matches!(ask.told, Told::Done(_) | Told::Failed(_));
        if line.writes && !line.journal && is_told && took > LONGEST_CALL {
            let what = format!("took {took} ms");
            verdict.against(Counter::Broken, self.say(&what));
        }
    }

    fn check_finding(&self, line: &Line, finding: &Finding, at: i64, verdict: &mut Verdict) {
        match finding {
            Finding::Applied(made) => {
                // It must be its own: nobody looks for what others did.
                let own = Line { or_already: false, ..line.clone() };
                if let Some(lie) = self.lie(&own, made, at) {
                    let what = format!("was confirmed as {lie}");
                    verdict.against(Counter::WronglyResolved, self.say(&what));
                }
            }
            Finding::Declined if !self.done.is_empty() && !self.undone_by(at) => {
                let what = "was confirmed as declined, and took effect";
                verdict.against(Counter::WronglyResolved, self.say(what));
            }
            Finding::Declined if self.done.is_empty() && self.declined.is_empty() => {
                let what = "was confirmed as declined, and nothing was";
                verdict.against(Counter::WronglyResolved, self.say(what));
            }
            _ => {}
        }
    }

    /// What is not so in this account of it, which was given at that time; `None` if all of it is.
    fn lie(&self, line: &Line, made: &Made, at: i64) -> Option<String> {
        if self.done.iter().all(|effect| effect.at > at) {
            let was_so = line.or_already && self.was_so_already(line, made, at);
            return (!was_so && !self.was_made_up(line))
                .then(|| "done, and nothing took place".to_owned());
        }
        if !self.is_of_it(made) {
            return Some(format!("{made:?}, which is not what took place"));
        }
        if line.settled.is_empty() {
            return None;
        }
        let is_settled = self.trace.effects.iter().any(|effect| {
            line.settled.contains(&&*effect.kind)
                && self.done.iter().any(|done| done.id == effect.id)
                && effect.at <= at
        });
        match made.pending {
            false if !is_settled => Some("settled, and was not".to_owned()),
            true if self.done.iter().all(|done| self.is_declined_at_once(done)) => {
                Some("pending, and was declined at once".to_owned())
            }
            _ => None,
        }
    }

    /// Whether somebody else had done the same to the same thing by then.
    fn was_so_already(&self, line: &Line, made: &Made, at: i64) -> bool {
        self.trace.effects.iter().any(|effect| {
            line.done.contains(&&*effect.kind) && made.ids.contains(&effect.id) && effect.at <= at
        })
    }

    /// The same of an answer that names nothing: done to what this intent is about.
    fn was_so_of_it(&self, line: &Line, at: i64) -> bool {
        let intents = &self.trace.intents;
        let Some(of) = intents.iter().find(|other| Some(other.intent) == line.of) else {
            return false;
        };
        let made_it = |effect: &&Effect| {
            let mut makers = intents.iter().filter(|other| other.group == of.group);
            makers.any(|maker| effect.tag.as_deref().is_some_and(|tag| is_by(maker, tag)))
        };
        let effects = &self.trace.effects;
        effects.iter().filter(made_it).any(|made| {
            let ids = vec![made.id.clone()];
            self.was_so_already(line, &Made { ids, ..Made::default() }, at)
        })
    }

    /// Whether a fault made up a success that nobody could tell from the provider's own, since no
    /// document says what that looks like.
    fn was_made_up(&self, line: &Line) -> bool {
        self.trace.undescribed.contains(&line.operation)
            && self.seen.iter().any(|seen| {
                let success = seen.status.is_some_and(|status| (200..300).contains(&status));
                seen.operation == line.operation && seen.fault == Some("status") && success
            })
    }

    /// What takes place is what was asked for, to the cent.
    fn check_amount(&self, verdict: &mut Verdict) {
        let asked = self.lines.first().and_then(|line| line.amount);
        let differs = |effect: &&&Effect| {
            asked.zip(effect.amount.as_deref()).is_some_and(|(a, b)| !same_amount(a, b))
        };
        if let Some(effect) = self.done.iter().find(differs) {
            let what = format!("took effect with another amount: {:?}", effect.amount);
            verdict.against(Counter::FalseSuccess, self.say(&what));
        }
    }

    /// Whether the very request that began it ended it badly.
    fn is_declined_at_once(&self, done: &Effect) -> bool {
        self.undone.iter().any(|undone| undone.id == done.id && undone.tag == done.tag)
    }

    fn undone_by(&self, at: i64) -> bool {
        self.undone.iter().any(|effect| effect.at <= at)
    }

    /// Whoever was told last that nothing happened is right when all is over.
    fn check_last_word(&self, verdict: &mut Verdict) {
        let told = |line: &&Line| line.asks.last().map(|ask| ask.told.clone());
        let all: Vec<Told> = self.lines.iter().filter_map(told).collect();
        let denies = |told: &Told| match told {
            Told::Failed(failure) => {
                matches!(failure.outcome, Outcome::NotSent | Outcome::Refused)
            }
            Told::Skipped => true,
            _ => false,
        };
        if !self.done.is_empty() && self.undone.is_empty() && all.iter().all(denies) {
            verdict.against(
                Counter::FalseFailure,
                self.say("took effect, and every caller was told no"),
            );
        }
    }

    fn check_recall(&self, verdict: &mut Verdict) {
        for line in self.lines.iter().filter(|line| line.writes) {
            // What a person found out is not the client's merit.
            let mut alone = line.asks.iter().filter(|ask| !ask.ruled);
            let doubtful = alone.clone().next_back().is_some_and(|ask| is_in_doubt(&ask.told));
            let late = line.findings.iter().filter(|found| found.last);
            let known = late.clone().any(|found| is_confirmed(&found.finding));
            if doubtful && !known {
                verdict.tally.unresolved += 1;
            }
            // Without a consent nothing can be looked for.
            let locked_out = self.trace.stranded.iter().any(|name| name == line.provider);
            let listed =
                self.trace.listed.contains(&line.intent) && !self.done.is_empty() && !locked_out;
            for found in late.clone().filter(|found| listed && names_nothing(&found.finding)) {
                let what = format!("is listed, and the answer was {:?}", found.finding);
                verdict.against(Counter::ResolveMissed, self.say(&what));
            }
            let evidence = line.can_confirm && !self.done_alone().is_empty() && !locked_out;
            if !evidence {
                continue;
            }
            let was_in_doubt = alone.any(|ask| is_in_doubt(&ask.told));
            if line.journal && was_in_doubt && !doubtful {
                verdict.tally.to_confirm += 1;
                verdict.tally.confirmed += 1;
            }
            for found in late {
                verdict.tally.to_confirm += 1;
                if is_confirmed(&found.finding) {
                    verdict.tally.confirmed += 1;
                } else {
                    let what = format!("could be found, and the answer was {:?}", found.finding);
                    verdict.against(Counter::ResolveMissed, self.say(&what));
                }
            }
            if line.journal && doubtful {
                verdict.tally.to_confirm += 1;
                let what = "could be found, and its key is in doubt for ever";
                verdict.against(Counter::ResolveMissed, self.say(what));
            }
        }
    }

    /// Of one key: once there is an answer, it is the answer. And when all is over there is one, or
    /// honest doubt.
    fn check_stored_answers(&self, verdict: &mut Verdict) {
        if !self.lines.iter().any(|line| line.journal) {
            return;
        }
        let mut asks: Vec<&Ask> = self.lines.iter().flat_map(|line| &line.asks).collect();
        asks.sort_by_key(|ask| (ask.until, ask.tag.len()));
        let mut answer: Option<Vec<String>> = None;
        for ask in &asks {
            if let Told::Done(made) = &ask.told {
                match &answer {
                    None => answer = Some(made.ids.clone()),
                    Some(before) if *before != made.ids => {
                        let what = format!("was {before:?} first, and {:?} later", made.ids);
                        verdict.against(Counter::ChangedAnswer, self.say(&what));
                    }
                    Some(_) => {}
                }
            }
            let denied = matches!(&ask.told, Told::Failed(failure)
                if failure.declined && failure.outcome == Outcome::Refused);
            if denied && answer.is_some() && !self.undone_by(ask.until) {
                let what = "was done first, and declined later";
                verdict.against(Counter::ChangedAnswer, self.say(what));
            }
        }
        let last: Vec<&&Ask> = asks.iter().filter(|ask| ask.last).collect();
        for ask in last {
            let honest = match &ask.told {
                Told::Done(_) | Told::Skipped => true,
                Told::Crashed | Told::Dropped => false,
                Told::Failed(failure) => !failure.in_progress && !failure.storage,
            };
            let known_elsewhere = matches!(&ask.told, Told::Failed(failure) if failure.storage
                && failure.outcome == Outcome::Applied);
            if !honest && !known_elsewhere {
                let what = format!("has no honest state at the end: {:?}", ask.told);
                verdict.against(Counter::Dishonest, self.say(&what));
            }
        }
    }

    /// Nothing went wrong, so everything is done, once.
    fn check_quiet(&self, verdict: &mut Verdict) {
        for line in &self.lines {
            for ask in &line.asks {
                if !matches!(ask.told, Told::Done(_)) && !self.waited_in_vain(ask) {
                    let what = format!("had nothing in its way, and was told {:?}", ask.told);
                    verdict.against(Counter::NeedlessUnknown, self.say(&what));
                }
            }
        }
        if self.lines.iter().any(|line| line.writes) && self.done.len() != 1 {
            verdict.against(Counter::FalseSuccess, self.say("had nothing in its way"));
        }
    }

    /// Whether another call with this key was under way all the time that a caller waits for one, as
    /// documented: a provider that takes requests one by one lets its callers wait longer than that.
    fn waited_in_vain(&self, ask: &Ask) -> bool {
        let mut asks = self.lines.iter().flat_map(|line| &line.asks);
        let is_told_so = matches!(&ask.told, Told::Failed(failure) if failure.in_progress);
        is_told_so
            && ask.until - ask.from >= LONGEST_WAIT
            && asks.any(|other| {
                matches!(other.told, Told::Done(_))
                    && other.from <= ask.from
                    && ask.until <= other.until
            })
    }

    /// Whether a success names what took place. A fault may have put something else into the answer.
    fn is_of_it(&self, made: &Made) -> bool {
        if self.was_falsified() {
            return true;
        }
        let id = made.ids.is_empty()
            || made.ids.iter().any(|id| self.done.iter().any(|effect| effect.id == *id));
        let amount = match &made.amount {
            None => true,
            Some(amount) => self.done.iter().any(|effect| {
                effect.amount.as_deref().is_none_or(|happened| same_amount(happened, amount))
            }),
        };
        id && amount
    }

    fn was_falsified(&self) -> bool {
        let falsifies = |seen: &Seen| seen.fault.is_some_and(|kind| FALSIFYING.contains(&kind));
        // The journal's walk looks for all payments at once.
        let walked = |seen: &&Seen| seen.tag == "recover" && self.lines.iter().any(|l| l.journal);
        self.seen.iter().any(|seen| falsifies(seen))
            || self.trace.requests.iter().filter(walked).any(falsifies)
    }

    /// Whether something happened to this very payment that leaves its caller without an answer.
    fn is_explained(&self, line: &Line, in_progress: bool) -> bool {
        let hit =
            self.seen.iter().any(|seen| seen.fault.is_some_and(|kind| !HARMLESS.contains(&kind)));
        let asks = || self.lines.iter().flat_map(|line| &line.asks);
        let unsaid = self.seen.iter().any(|seen| {
            let status = seen.status.filter(|status| line.unsaid.contains(status));
            let whole = seen.fault.is_none_or(|kind| HARMLESS.contains(&kind));
            whole && seen.operation == line.operation && status.is_some()
        });
        let left = asks().any(|ask| matches!(ask.told, Told::Crashed | Told::Dropped));
        let outage = asks().any(|ask| {
            self.trace.outages.iter().any(|(from, until)| ask.from <= *until && *from <= ask.until)
        });
        hit || unsaid || left || outage || in_progress || line.clouded
    }

    /// What took place before any person allowed another sending.
    fn done_alone(&self) -> Vec<&Effect> {
        let ruled = |effect: &Effect| {
            let mut asks = self.lines.iter().flat_map(|line| &line.asks).filter(|ask| ask.ruled);
            asks.any(|ask| effect.tag.as_deref() == Some(&ask.tag))
        };
        self.done.iter().filter(|effect| !ruled(effect)).copied().collect()
    }

    /// What took place by this very ask.
    fn own(&self, ask: &Ask) -> Vec<&Effect> {
        let own = |effect: &&&Effect| effect.tag.as_deref() == Some(&ask.tag);
        self.done.iter().filter(own).copied().collect()
    }

    /// Whether it had taken place under its key before this caller asked.
    fn has_been_done(&self, line: &Line, ask: &Ask) -> bool {
        let done = |effect: &&&Effect| effect.at < ask.from && !self.is_declined_at_once(effect);
        line.journal && self.done.iter().any(|effect| done(&effect))
    }

    fn say(&self, what: &str) -> String {
        let names: Vec<String> = self.lines.iter().map(|line| line.intent.to_string()).collect();
        let operation = self.lines.first().map_or("", |line| line.operation);
        let done: Vec<String> = self
            .done
            .iter()
            .map(|effect| {
                let tag = effect.tag.as_deref().unwrap_or("-");
                format!("{} {} by {tag}", effect.kind, effect.id)
            })
            .collect();
        format!("{operation} (intent {}) {what}; took place: {done:?}", names.join(", "))
    }
}

/// Whether a search found neither it nor anything like it.
fn names_nothing(finding: &Finding) -> bool {
    match finding {
        Finding::Applied(_) | Finding::Declined => false,
        Finding::Candidates(similar) => *similar == 0,
        Finding::NotSeen | Finding::Inconclusive | Finding::Unsupported | Finding::Failed(_) => {
            true
        }
    }
}

/// Whether a request with this tag is one of this intent's, or a search for it.
fn is_by(line: &Line, tag: &str) -> bool {
    tag.trim_start_matches('r').split('.').next() == Some(&*line.intent.to_string())
}
