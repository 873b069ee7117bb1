//! What a round finds out, once everything was asked.

use super::{
    Tag,
    check::{Broken, Happened, check},
    fleet::Life,
    round::Round,
};

impl Round<'_, '_> {
    /// Only a process that was killed between the provider's exchange and the store may cost the
    /// merchant a consent, and only when the old access token is dead.
    pub(super) fn judge_tokens(&mut self) {
        let exchanges = self.consent.exchanges(self.bench, &self.name);
        let (granted, due) = (exchanges.granted.len(), self.consent.due(self.bench));
        self.report.token_exchanges += u64::try_from(granted).unwrap();
        if granted > due {
            let what = format!("{granted} exchanges, and {due} were due: {:?}", exchanges.granted);
            self.violations.push(what);
            self.report.extra_logins += u64::try_from(granted - due).unwrap();
        }
        for (worker, count) in exchanges.refused.iter().filter(|(_, count)| **count > 1) {
            self.violations.push(format!("{worker} tried a used refresh token {count} times"));
        }
        let Some((told, at)) = self.reauthorize.first() else {
            return;
        };
        let killed = |name: &String| {
            self.fleet.workers.iter().any(|it| it.name == *name && it.life == Life::Killed)
        };
        let is_lost = granted > self.consent.stored(self.bench, &self.merchant)
            && exchanges.granted.last().is_some_and(killed);
        if is_lost && !self.consent.first_token_serves(*at) {
            self.report.stranded_in_window += 1;
        } else {
            self.report.stranded += 1;
            self.violations.push(format!(
                "the merchant must consent again, outside of the window: {} ({exchanges:?})",
                told.text
            ));
        }
    }

    pub(super) fn judge(&mut self) {
        let ours = format!("{}-", self.name.trim_end_matches('.'));
        for effect in self.bench.sandbox.ledger().effects() {
            let paid = match effect.kind.as_str() {
                "sale" | "deposit" => true,
                "sale_declined" | "deposit_rejected" => false,
                _ => continue,
            };
            let tag = effect.tag.as_deref().and_then(Tag::parse);
            if let Some(tag) = tag.filter(|tag| tag.key.starts_with(&ours)) {
                self.facts.ledger.push(Happened { tag, id: effect.id.clone(), paid });
            }
        }
        self.facts.stored = self.bench.rows.payments(&self.merchant);
        let paid = self.facts.ledger.iter().filter(|happened| happened.paid).count();
        let report = &mut *self.report;
        report.keys += u64::try_from(self.facts.payments.len()).unwrap();
        report.effects += u64::try_from(paid).unwrap();
        report.hit += u64::try_from(self.facts.hit.len()).unwrap();
        let hit =
            |happened: &&Happened| happened.paid && self.facts.hit.contains(&happened.tag.key);
        let hit_with_effect = self.facts.ledger.iter().filter(hit).count();
        report.hit_with_effect += u64::try_from(hit_with_effect).unwrap();
        let in_doubt = self.facts.stored.iter().filter(|stored| stored.state == "in_doubt").count();
        report.in_doubt += u64::try_from(in_doubt).unwrap();
        for (broken, what) in check(&self.facts) {
            let count = match broken {
                Broken::Doubled => &mut report.doubled,
                Broken::FalseSuccess => &mut report.false_success,
                Broken::FalseFailure => &mut report.false_failure,
                Broken::WronglyResolved => &mut report.wrongly_resolved,
                Broken::NeedlessUnknown => &mut report.needless_unknown,
                Broken::Unresolved => &mut report.unresolved,
                Broken::Dishonest => &mut report.dishonest,
            };
            *count += 1;
            self.violations.push(what);
        }
    }
}
