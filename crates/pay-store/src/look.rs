//! Finding out what became of what was sent. It reads only, and never sends.

use pay_core::{Confirmed, Error, ErrorKind, Outcome, Resolution, Result};

use crate::{
    Account, Entry, Query, State,
    journal::{Shared, place},
};

impl<C: Clone + Send + Sync + 'static> Account<C> {
    /// Looks for every payment of this account that has no end, after a restart or by a timer, and
    /// says how each stands now. Those that another call may still be at are left alone, also after
    /// a crash: until [`Journal::send_within`](crate::Journal::send_within) is over. So run it by a
    /// timer, too.
    ///
    /// # Errors
    ///
    /// The journal's. What the provider's client says about one of them stands in its note.
    pub async fn recover(&self) -> Result<Vec<Entry>> {
        let shared = &self.journal.shared;
        let unfinished = Query::unfinished().account(self.key.clone());
        let mut looked = Vec::new();
        for entry in shared.store.entries(&unfinished).await? {
            if !entry.is_in_progress(shared.now()) {
                looked.push(self.look(entry).await?);
            }
        }
        Ok(looked)
    }

    /// Looks for one, and records what was found. Gives the entry as it stands then.
    pub(crate) async fn look(&self, mut entry: Entry) -> Result<Entry> {
        let shared = &self.journal.shared;
        if entry.state == State::Sending {
            let epoch = entry.epoch;
            entry = step(shared, entry, |entry| {
                entry.state = State::InDoubt;
                "no answer was recorded in time".clone_into(&mut entry.note);
            })
            .await?;
            if entry.state != State::InDoubt || entry.epoch != epoch {
                return Ok(entry);
            }
        }
        let Some(lost) = entry.lost_call.clone() else {
            return Ok(entry);
        };
        let resolution = (self.resolve)(self.client.clone(), lost).await;
        let (state, answer, note) = match resolution {
            Ok(Resolution::Confirmed(Confirmed::Applied(answer))) => {
                (State::Applied, Some(answer), "found at the provider".to_owned())
            }
            Ok(Resolution::Confirmed(Confirmed::Declined(answer))) => {
                (State::Declined, Some(answer), "found at the provider, declined".to_owned())
            }
            Ok(other) => (State::InDoubt, None, finding(&other)),
            Err(error) => {
                let what = format!("the search failed: {}", error.kind().as_str());
                (State::InDoubt, None, what)
            }
        };
        let sealed = answer
            .map(|answer| shared.keys.seal(&place(&entry), &answer.to_json()))
            .transpose()
            .map_err(|cause| {
                let why = "what became of it was found, and could not be encrypted";
                Error::new(ErrorKind::Storage, Outcome::Unknown, why).with_source(cause)
            })?;
        if state == State::InDoubt && entry.note == note {
            return Ok(entry);
        }
        step(shared, entry, |entry| {
            entry.state = state;
            entry.answer.clone_from(&sealed);
            entry.note.clone_from(&note);
        })
        .await
    }
}

/// Changes an unfinished entry. If somebody else ended it meanwhile, or sends it anew, that stands.
async fn step(shared: &Shared, entry: Entry, change: impl Fn(&mut Entry)) -> Result<Entry> {
    let (key, epoch) = (entry.key.clone(), entry.epoch);
    let mut now = entry;
    loop {
        let mut next = now.clone();
        change(&mut next);
        let why = next.note.clone();
        if shared.change(&mut next, &why).await? {
            return Ok(next);
        }
        match shared.store.entry(&key).await? {
            Some(found) if found.epoch == epoch && found.state.is_unfinished() => now = found,
            Some(found) => return Ok(found),
            None => return Ok(now),
        }
    }
}

/// What an undecided search found, for a person. No object of the provider's is shown.
fn finding<T>(resolution: &Resolution<T>) -> String {
    match resolution {
        Resolution::Confirmed(_) => "found".to_owned(),
        Resolution::Candidates(similar) => format!(
            "{} that look like it, none that surely is: compare them at the provider",
            similar.len()
        ),
        Resolution::NotSeen { .. } => "not seen yet, which proves nothing".to_owned(),
        Resolution::Inconclusive { why } => format!("the search decides nothing: {why}"),
        Resolution::Unsupported => {
            "this provider cannot be asked about it: look at its portal".to_owned()
        }
        _ => "the search decides nothing".to_owned(),
    }
}
