//! Operations that a provider takes only so often: over all tasks, processes and lives.

use super::{
    super::{counter::Counter, trace::Trace},
    Verdict,
};

pub(super) fn check(trace: &Trace, verdict: &mut Verdict) {
    for (operation, every) in &trace.paces {
        let times: Vec<i64> = trace
            .requests
            .iter()
            .filter(|seen| seen.operation == *operation)
            .map(|s| s.at)
            .collect();
        for pair in times.windows(2) {
            let apart = pair[1] - pair[0];
            if apart < *every {
                let what = format!("{operation} came again after {apart} ms");
                verdict.against(Counter::TooFast, what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{super::trace::Seen, check},
        *,
    };

    #[test]
    fn what_comes_too_early_is_seen() {
        let seen = |operation: &str, at| Seen {
            at,
            operation: operation.to_owned(),
            status: Some(200),
            fault: None,
            late: false,
            tag: "1.0".to_owned(),
            life: 0,
            worker: 0,
        };
        let trace = |times: [i64; 3]| Trace {
            requests: times
                .map(|at| seen("slow", at))
                .into_iter()
                .chain([seen("fast", 1)])
                .collect(),
            paces: vec![("slow", 100)],
            ..Trace::default()
        };
        assert!(check(&trace([0, 100, 250])).0.is_empty());
        let violations = check(&trace([0, 99, 250])).0;
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].counter, Counter::TooFast);
    }
}
