//! Tokens: one login per expiry, and a refresh token lost only where nothing could save it.

use std::collections::BTreeMap;

use super::{
    super::{
        counter::Counter,
        trace::{Seen, Told, Trace},
    },
    Verdict,
};

pub(super) fn check(trace: &Trace, verdict: &mut Verdict) {
    let mut places: BTreeMap<(&str, usize, usize), Vec<&Seen>> = BTreeMap::new();
    for seen in &trace.requests {
        let provider = seen.operation.split('.').next().unwrap_or_default();
        places.entry((provider, seen.life, seen.worker)).or_default().push(seen);
    }
    for ((provider, life, worker), seen) in places {
        if life > 1_000 {
            // The stage was set before anything began.
            continue;
        }
        extra_logins(trace, provider, worker, &seen, verdict);
    }
    for provider in &trace.stranded {
        stranded(trace, provider, verdict);
    }
}

/// Two logins of one process, the first one whole, nothing refused in between, and its token good
/// for longer than that.
fn extra_logins(
    trace: &Trace,
    provider: &str,
    worker: usize,
    seen: &[&Seen],
    verdict: &mut Verdict,
) {
    let Some(tokens) = trace.tokens.iter().find(|tokens| tokens.provider == provider) else {
        return;
    };
    let mut last: Option<&Seen> = None;
    for seen in seen {
        let is_login = tokens.logins.contains(&&*seen.operation);
        let is_whole = seen.status.is_some_and(|status| status < 300)
            && seen.fault.is_none()
            && !was_given_up(trace, &seen.tag);
        if is_login {
            verdict.tally.logins += 1;
            if let Some(last) = last.filter(|last| seen.at - last.at < tokens.serve_ms) {
                verdict.against(
                    Counter::ExtraLogins,
                    format!(
                        "{provider}: process {worker} logged in at {} and again after {} ms",
                        last.at,
                        seen.at - last.at
                    ),
                );
            }
            last = is_whole.then_some(*seen);
        } else if seen.status.is_some_and(|status| status >= 400) {
            // The token may be taken for dead.
            last = None;
        }
    }
}

/// Whether the caller whose login this was gave up, maybe before the answer came.
fn was_given_up(trace: &Trace, tag: &str) -> bool {
    let mut asks = trace.intents.iter().flat_map(|line| &line.asks);
    asks.any(|ask| ask.tag == tag && matches!(ask.told, Told::Dropped | Told::Crashed))
}

/// A refresh token that is used once is lost if the answer to its exchange was, or if the process
/// died, or the store failed, before the new pair was durable. Never after the new pair was used,
/// but for one case: the answer was lost, the token was tried again, and then the provider took the
/// first exchange for a second use.
fn stranded(trace: &Trace, provider: &str, verdict: &mut Verdict) {
    let exchange = format!("{provider}.oauth.refresh");
    // The last exchange that the provider may have carried out.
    let rotated = trace.requests.iter().rposition(|seen| {
        let carried_out = seen.status.is_some_and(|status| status < 300) || seen.fault.is_some();
        seen.operation == exchange && carried_out
    });
    let Some((at, last)) = rotated.and_then(|at| Some((at, trace.requests.get(at)?))) else {
        let what = format!("{provider}: the refresh token was lost without ever being exchanged");
        verdict.against(Counter::Stranded, what);
        return;
    };
    let store_failed =
        trace.outages.iter().any(|(from, until)| *from <= last.at && last.at <= *until);
    let used = trace.requests.iter().skip(at + 1).any(|seen| {
        (seen.life, seen.worker) == (last.life, last.worker)
            && seen.operation.starts_with(provider)
            && !seen.operation.contains(".oauth.")
            && seen.status.is_some_and(|status| status < 300)
    });
    let exchanges = || trace.requests.iter().take(at).filter(|seen| seen.operation == exchange);
    let comes_late = exchanges()
        .rev()
        .take_while(|seen| seen.fault.is_some() || seen.status.is_none_or(|status| status >= 300))
        .any(|seen| seen.fault.is_some() && seen.late);
    let died = trace.crashes.iter().any(|crash| *crash >= last.at);
    if last.fault.is_some() || comes_late || store_failed || died && !used {
        verdict.tally.stranded_in_window += 1;
    } else {
        let what = format!("{provider}: the refresh token was lost after the new pair was at hand");
        verdict.against(Counter::Stranded, what);
    }
}
