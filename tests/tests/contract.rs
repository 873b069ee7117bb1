//! The contract as tests: what `cargo xtask contract` runs, and what must be true of the fixtures.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeSet;

use pay_tests::{
    contract::{self, Choice},
    fixture, operations, report, suite, transcript,
};

/// One run for the whole process: it listens to all log lines, and ends with the search for leaks.
#[tokio::test(flavor = "multi_thread")]
async fn every_provider_keeps_the_contract() {
    let report = contract::run(&Choice::default()).await;
    assert_eq!(report.failed(), 0, "\n{}", report::render(&report, false));
    let summary = report::summary(&report);
    assert!(summary.starts_with("contract: ") && summary.ends_with(", 0 failed"), "{summary}");
    // An empty proof would look the same.
    assert!(transcript::len() > 100_000, "only {} bytes were shown", transcript::len());
    for provider in &report.providers {
        let executed: BTreeSet<_> =
            provider.fixtures.iter().map(|run| run.operation.as_str()).collect();
        let table: BTreeSet<_> = provider.operations.iter().map(|operation| operation.id).collect();
        assert_eq!(executed, table, "{}", provider.name);
        assert!(provider.fixtures.len() > table.len(), "{}", provider.name);
    }
}

/// The card numbers, tokens and credentials of fixtures are those that the providers print in their
/// own documents, or plainly made up.
#[test]
fn fixtures_hold_no_secret_of_anybodys() {
    for suite in suite::all() {
        for (name, fixture) in fixture::load(&fixture::directory(suite.name())).unwrap() {
            let public = suite.public_samples().iter().fold(fixture.to_string(), |text, sample| {
                text.replace(sample, "(a public sample)")
            });
            let words = public.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=._-".contains(c));
            for word in words {
                let digits = word.bytes().filter(u8::is_ascii_digit).count();
                let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
                assert!(
                    !(digits == word.len() && is_card_number(word)),
                    "{name}: a card number: {word}"
                );
                assert!(
                    !(word.len() >= 32 && digits >= 8 && letters >= 4 && !word.contains('/')),
                    "{name}: looks like a token: {word}"
                );
            }
        }
    }
}

fn is_card_number(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0');
            let doubled = digit * 2;
            if at % 2 == 0 { digit } else { doubled / 10 + doubled % 10 }
        })
        .sum();
    (15..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[test]
fn a_fixture_stands_where_its_operation_says_in_the_form_that_we_write() {
    for suite in suite::all() {
        let directory = fixture::directory(suite.name());
        for (name, fixture) in fixture::load(&directory).unwrap() {
            let operation = fixture.operation.strip_prefix(suite.name()).unwrap();
            let operation = operation.strip_prefix('.').unwrap();
            let file = std::fs::read_to_string(directory.join(format!("{name}.http"))).unwrap();
            assert_eq!(file, fixture.to_string(), "{name}");
            if name.starts_with("live/") {
                assert!(fixture.origin.is_recorded(), "{name}");
                continue;
            }
            assert!(!fixture.origin.is_recorded(), "{name}: a recording belongs under live/");
            assert_eq!(name.split('/').next().unwrap(), operation, "{name}");
            // A name that nobody can read is no name.
            let case = name.rsplit('/').next().unwrap();
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(case.chars().all(plain), "{name}");
            assert!(!fixture.case.is_empty() && !fixture.source.is_empty(), "{name}");
        }
    }
}

#[test]
fn the_table_of_operations_is_whole_and_sane() {
    let rows = operations::rows();
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len(), "an id twice");
    for row in &rows {
        assert!(row.id.starts_with(&format!("{}.", row.provider)), "{}", row.id);
        assert!(row.path.is_none_or(|path| path.starts_with('/')), "{}", row.id);
        assert!(!row.source.is_empty(), "{}", row.id);
    }
    let json = serde_json::to_value(&rows).unwrap();
    let keys: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    let wanted = ["effect", "id", "method", "path", "provenance", "provider", "source"];
    assert_eq!(keys, wanted);
    let caller_given = json.as_array().unwrap().iter().find(|row| row["path"].is_null());
    assert!(caller_given.is_some());
}
