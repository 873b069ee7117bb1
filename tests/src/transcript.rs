//! Everything that the client code showed in this process: log lines and spans at the finest level,
//! and every value and error by `Debug` and `Display`. It is searched for secrets.

use std::{
    error::Error as StdError,
    io,
    sync::{Mutex, Once, PoisonError},
};

use pay_core::Error;
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, filter_fn},
    fmt::MakeWriter,
    layer::SubscriberExt as _,
};

static TRANSCRIPT: Mutex<String> = Mutex::new(String::new());

/// Begins to listen to the whole process; once.
pub fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The mock server is the provider's side, and logs what it was sent.
        let ours = filter_fn(|metadata| !metadata.target().starts_with("httpmock"));
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .without_time()
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            .with_writer(Writer)
            .with_filter(ours);
        let subscriber = tracing_subscriber::registry().with(LevelFilter::TRACE).with(lines);
        // Somebody else's subscriber would hide the log lines: better no run than an empty proof.
        tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
    });
}

/// Adds what a user could have printed.
pub fn note(text: &str) {
    let mut transcript = TRANSCRIPT.lock().unwrap_or_else(PoisonError::into_inner);
    transcript.push_str(text);
    transcript.push('\n');
}

/// Adds an error in every form that a user could print.
pub fn note_error(error: &Error) {
    note(&format!("{error}\n{error:?}\n{error:#?}\n{}", error.message()));
    let mut source = StdError::source(error);
    while let Some(cause) = source {
        note(&format!("{cause}\n{cause:?}"));
        source = cause.source();
    }
    if let Some(meta) = error.meta() {
        note(&format!("{meta:?}\n{:?}", meta.headers()));
        note(&String::from_utf8_lossy(meta.raw_body()));
    }
    if let Some(lost) = error.lost_call() {
        note(&serde_json::to_string(lost).unwrap());
    }
}

/// How much there is.
pub fn len() -> usize {
    TRANSCRIPT.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// The lines in which this secret stands, if any, each cut short around it.
pub fn find(secret: &str) -> Vec<String> {
    let transcript = TRANSCRIPT.lock().unwrap_or_else(PoisonError::into_inner);
    find_in(&transcript, secret)
}

/// Where a secret stands in a text. A secret of digits counts only if no other digit is beside it.
pub fn find_in(text: &str, secret: &str) -> Vec<String> {
    let digits = secret.bytes().all(|b| b.is_ascii_digit());
    let mut found = Vec::new();
    for (at, _) in text.match_indices(secret) {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        let beside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits && (beside(before) || beside(after)) {
            continue;
        }
        let start = text[..at].char_indices().rev().take(60).last().map_or(at, |(at, _)| at);
        found.push(text[start..at].replace('\n', " "));
    }
    found
}

struct Writer;

impl<'a> MakeWriter<'a> for Writer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut transcript = TRANSCRIPT.lock().unwrap_or_else(PoisonError::into_inner);
        transcript.push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        assert_eq!(find_in("x 4242 y", "4242"), ["x "]);
        assert_eq!(find_in("port 42421, 14242", "4242"), Vec::<String>::new());
        assert_eq!(find_in("a\nb t0ken", "t0ken"), ["a b "]);
    }

    #[test]
    fn what_is_logged_is_in_the_transcript() {
        begin();
        tracing::trace!(value = "l0gged-in-this-test");
        assert_eq!(find("l0gged-in-this-test").len(), 1);
        note("n0ted-in-this-test");
        assert_eq!(find("n0ted-in-this-test").len(), 1);
    }
}
