//! What a client makes of a reply, as text to compare.

use std::fmt::{Debug, Write as _};

use pay_core::{Error, Response, Result};
use serde::de::DeserializeOwned;

use crate::transcript;

/// The value by its `Debug`, without fields that are `None`; or the error with all that it tells.
pub fn told<T: Debug>(result: Result<Response<T>>) -> String {
    match result {
        Ok(response) => value(&response.into_inner()),
        Err(error) => refusal(&error),
    }
}

/// The same, with the object that is attached to an error.
pub fn told_with_object<T: Debug + DeserializeOwned>(result: Result<Response<T>>) -> String {
    match result {
        Ok(response) => value(&response.into_inner()),
        Err(error) => {
            let mut text = refusal(&error);
            if let Some(object) = error.body::<T>() {
                let _ = write!(text, "\nobject: {}", without_none(&object));
            }
            text
        }
    }
}

/// A value that came out right.
pub fn value(value: &impl Debug) -> String {
    transcript::note(&format!("{value:?}"));
    format!("Ok: {}", without_none(value))
}

/// All that an error tells.
pub fn refusal(error: &Error) -> String {
    transcript::note_error(error);
    let mut text = format!("Err: {error}\noutcome: {}", error.outcome().as_str());
    let predicates: [(&str, bool); 10] = [
        ("is_declined", error.is_declined()),
        ("is_invalid", error.is_invalid()),
        ("is_unauthorized", error.is_unauthorized()),
        ("is_forbidden", error.is_forbidden()),
        ("is_not_found", error.is_not_found()),
        ("is_rate_limited", error.is_rate_limited()),
        ("is_provider_fault", error.is_provider_fault()),
        ("is_timeout", error.is_timeout()),
        ("is_contradiction", error.is_contradiction()),
        ("needs_reauthorization", error.needs_reauthorization()),
    ];
    for (name, _) in predicates.iter().filter(|(_, holds)| *holds) {
        let _ = write!(text, "\n{name}");
    }
    if let Some(code) = error.code() {
        let _ = write!(text, "\ncode: {code}");
    }
    for field in error.field_errors() {
        let code = field.code.as_deref().map(|code| format!(" [{code}]")).unwrap_or_default();
        let _ = write!(text, "\nfield: {}: {}{code}", field.field, field.message);
    }
    if let Some(wait) = error.retry_after() {
        let _ = write!(text, "\nretry_after: {} s", wait.as_secs());
    }
    if let Some(id) = error.meta().and_then(|meta| meta.request_id()) {
        let _ = write!(text, "\nrequest_id: {id}");
    }
    if let Some(lost) = error.lost_call() {
        let mut lost = serde_json::to_value(lost).unwrap();
        // The times are those of the run.
        for time in ["from", "to"] {
            lost.as_object_mut().unwrap().remove(time);
        }
        let _ = write!(text, "\nlost_call: {lost}");
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, "\ncaused by: {cause}");
        source = cause.source();
    }
    text
}

/// What stands in one and not in the other.
pub fn difference(wanted: &str, told: &str) -> String {
    if wanted.is_empty() {
        return format!(
            "nothing is written down yet (see --bless); the client makes of it:\n{told}"
        );
    }
    let mut text = "the client makes something else of the reply:".to_owned();
    let (wanted, told): (Vec<_>, Vec<_>) = (wanted.lines().collect(), told.lines().collect());
    for line in wanted.iter().filter(|line| !told.contains(line)) {
        text.push_str(&format!("\n  wanted  {line}"));
    }
    for line in told.iter().filter(|line| !wanted.contains(line)) {
        text.push_str(&format!("\n  got     {line}"));
    }
    text
}

/// The pretty `Debug`, without the lines of fields that are `None`, and with what is wrapped in
/// parentheses alone on one line.
pub fn without_none(value: &impl Debug) -> String {
    let text = format!("{value:#?}");
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.ends_with(": None,")) {
        lines.push(line.to_owned());
        // The innermost are closed first.
        while let [.., open, inner, close] = lines.as_slice()
            && open.ends_with('(')
            && close.trim_start().starts_with(')')
        {
            let inner = inner.trim_start().trim_end_matches(',');
            let joined = format!("{open}{inner}{}", close.trim_start());
            lines.truncate(lines.len() - 3);
            lines.push(joined);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[allow(dead_code, reason = "printed")]
    struct Thing {
        id: Option<Wrapped>,
        gone: Option<u8>,
        list: Vec<Option<u8>>,
        inner: Option<Inner>,
    }

    #[derive(Debug)]
    #[allow(dead_code, reason = "printed")]
    struct Wrapped(&'static str);

    #[derive(Debug)]
    #[allow(dead_code, reason = "printed")]
    struct Inner {
        a: u8,
    }

    #[test]
    fn what_is_absent_is_left_out_and_wrappers_take_one_line() {
        let thing = Thing {
            id: Some(Wrapped("a (b),")),
            gone: None,
            list: vec![Some(1), None],
            inner: Some(Inner { a: 1 }),
        };
        let text = "\
Thing {
    id: Some(Wrapped(\"a (b),\")),
    list: [
        Some(1),
        None,
    ],
    inner: Some(
        Inner {
            a: 1,
        },
    ),
}";
        assert_eq!(without_none(&thing), text);
    }
}
