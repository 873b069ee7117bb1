//! Attacks on the person on call: wrong files, words that a terminal obeys, keys that are there twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use pay_core::{LostCall, ManualClock};
use pay_store::{AccountKey, Decision, EntryKey, Journal};
use time::OffsetDateTime;

use till::{Does, Till, account, account_key, keys, lost, pay};

fn run(db: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pay-store"));
    command.args(arguments).arg("--db").arg(db).env_remove("PAY_STORE_POSTGRES_URL");
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn another_file_is_not_made_a_journal_and_not_called_an_empty_one() {
    let folder = stores::Folder::new();
    let path = folder.file("empty.db");
    std::fs::write(&path, "").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (ok, text) = run(&path, &["list"]);
    assert!(!ok && text.contains("no journal"), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[test]
fn a_url_in_the_wrong_place_is_not_shown() {
    let (ok, text) = run(Path::new("postgres://ada:s3cr3t@host/db"), &["list"]);
    assert!(!ok && !text.contains("s3cr3t"), "{text}");
}

#[tokio::test]
async fn no_word_of_others_moves_the_terminal_or_looks_like_ours() {
    let folder = stores::Folder::new();
    let till = Till::new();
    let store = folder.sqlite("payments.db").await;
    let clock = ManualClock::auto_up_to(
        OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap(),
        Duration::from_secs(1),
    );
    let journal = Journal::new(store.clone(), keys()).clock(Arc::new(clock));
    let bad = "x\u{1b}[2J\u{9b}2J\n    forged \u{202e}txet";
    let place = AccountKey::new("till", "test", bad);
    let shop = journal.account(place.clone(), till.clone(), |till, lost| async move {
        till.resolve(&lost).await
    });
    till.plan([Does::IsLost]);
    let lost: LostCall = lost("a").with_detail("name", bad);
    shop.once("a", lost, |till| async move { till.pay("a").await }).await.unwrap_err();
    let key = EntryKey::new(place, "till.pay", "a").unwrap();
    journal.desk().settle(&key, true, Decision::new(bad, bad).unwrap()).await.unwrap();
    store.close().await;
    let db = folder.file("payments.db");
    for arguments in
        [&["show", "a"][..], &["list", "--all"], &["rearm", "a", "--by", "b", "--why", "w"]]
    {
        let (_, text) = run(&db, arguments);
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{text:?}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("forged")), "{text}");
    }
}

#[tokio::test]
async fn a_key_that_is_in_two_environments_can_be_settled() {
    let folder = stores::Folder::new();
    let till = Till::new();
    let store = folder.sqlite("payments.db").await;
    let journal = Journal::new(store.clone(), keys());
    till.plan([Does::IsLost, Does::IsLost]);
    pay(&account(&journal, &till), "a").await.unwrap_err();
    let production = AccountKey::new("till", "production", account_key().account());
    let shop = journal
        .account(production, till, |till: Till, lost| async move { till.resolve(&lost).await });
    pay(&shop, "a").await.unwrap_err();
    store.close().await;
    let db = folder.file("payments.db");
    let settle = ["settle", "a", "--applied", "--by", "ada", "--why", "seen"];
    let (ok, text) = run(&db, &settle);
    assert!(!ok && text.contains("--environment"), "{text}");
    let (ok, text) = run(&db, &[&settle[..], &["--environment", "production"]].concat());
    assert!(ok && text.contains("till production shop"), "{text}");
}

#[tokio::test]
async fn a_damaged_row_is_named() {
    let folder = stores::Folder::new();
    let till = Till::new();
    let store = folder.sqlite("payments.db").await;
    let journal = Journal::new(store.clone(), keys());
    let account = account(&journal, &till);
    till.plan([Does::IsLost, Does::IsLost]);
    for key in ["whole", "damaged"] {
        pay(&account, key).await.unwrap_err();
    }
    store.close().await;
    let db = folder.file("payments.db");
    let file = sqlx::SqlitePool::connect(&format!("sqlite://{}", db.display())).await.unwrap();
    let damage = "UPDATE journal SET lost_call = '{' WHERE key = 'damaged'";
    assert_eq!(sqlx::query(damage).execute(&file).await.unwrap().rows_affected(), 1);
    file.close().await;
    let (ok, text) = run(&db, &["list"]);
    assert!(!ok && text.contains("till.pay damaged: a lost call in the database"), "{text}");
    let (ok, text) = run(&db, &["settle", "whole", "--applied", "--by", "ada", "--why", "seen"]);
    assert!(ok, "the others can still be looked after: {text}");
}
