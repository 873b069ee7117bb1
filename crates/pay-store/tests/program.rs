//! The program for the person on call, run as they run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{path::Path, process::Command, sync::Arc, time::Duration};

use pay_core::ManualClock;
use pay_store::Journal;
use time::OffsetDateTime;

use till::{Does, Till, account, keys, pay};

fn run(db: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pay-store"))
        .args(arguments)
        .arg("--db")
        .arg(db)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test]
async fn what_is_in_doubt_is_listed_shown_settled_and_rearmed() {
    let folder = stores::Folder::new();
    let db = folder.file("payments.db");
    assert!(!run(&db, &["list"]).0, "a file that is not there is no empty journal");
    let store = folder.sqlite("payments.db").await;
    // An hour ago.
    let then = OffsetDateTime::now_utc() - Duration::from_secs(3_600);
    let clock = ManualClock::auto_up_to(then, Duration::from_secs(1));
    let journal = Journal::new(store, keys()).clock(Arc::new(clock));
    let till = Till::new();
    let account = account(&journal, &till);
    till.plan([Does::Applies, Does::IsLost, Does::IsLost]);
    pay(&account, "paid").await.unwrap();
    for key in ["lost-1", "lost-2"] {
        pay(&account, key).await.unwrap_err();
    }

    let (_, text) = run(&db, &["list"]);
    assert!(text.contains("in_doubt  till test shop till.pay lost-1"), "{text}");
    assert!(text.contains("to do: find it in the provider's portal"), "{text}");
    assert!(text.ends_with("2 payments\n") && !text.contains("paid\n"), "{text}");
    let (_, text) = run(&db, &["list", "--all", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["lost_call"]["amount"], "10.99");
    assert_eq!((&rows[2]["key"], &rows[2]["state"]), (&"paid".into(), &"applied".into()));
    let (_, text) = run(&db, &["show", "lost-1"]);
    assert!(text.contains("\"reference\": \"lost-1\"") && text.contains("sending 1"), "{text}");

    let who = ["--by", "ada", "--why", "not in the portal"];
    let (ok, text) = run(&db, &[&["settle", "lost-1"][..], &who].concat());
    assert!(!ok, "applied or not must be said: {text}");
    let (ok, text) = run(&db, &[&["settle", "paid", "--not-applied"][..], &who].concat());
    assert!(!ok && text.contains("it is applied, and stays so"), "{text}");
    let (ok, text) = run(&db, &[&["settle", "lost-1", "--not-applied"][..], &who].concat());
    assert!(ok && text.contains("settled_not_applied"), "{text}");
    let (ok, text) = run(&db, &[&["rearm", "lost-2"][..], &who].concat());
    assert!(ok && text.contains("rearmed"), "{text}");
    assert!(run(&db, &["list"]).1.contains("nothing to look at"));
    let (_, text) = run(&db, &["show", "lost-2", "--json"]);
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row["history"][2]["by"], "ada");

    pay(&account, "lost-2").await.unwrap();
    assert_eq!(till.requests(), 4);
    assert!(!run(&db, &["show", "nowhere"]).0);
}
