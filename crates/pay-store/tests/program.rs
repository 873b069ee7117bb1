//! The program for the person on call, run as they run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{path::PathBuf, process::Command, sync::Arc, time::Duration};

use pay_core::ManualClock;
use pay_store::{Journal, Store};
use time::OffsetDateTime;

use till::{Does, Till, account, keys, pay};

/// Where the program is told to look.
#[derive(Clone)]
enum At {
    File(PathBuf),
    Argument(String),
    Environment(String),
}

fn run(at: &At, arguments: &[&str]) -> (bool, String) {
    let output = command(at, arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn command(at: &At, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pay-store"));
    command.args(arguments).env_remove("PAY_STORE_POSTGRES_URL");
    match at {
        At::File(path) => command.arg("--db").arg(path),
        At::Argument(url) => command.arg("--postgres").arg(url),
        At::Environment(url) => command.env("PAY_STORE_POSTGRES_URL", url),
    };
    command
}

#[tokio::test]
async fn what_is_in_doubt_is_listed_shown_settled_and_rearmed() {
    let folder = stores::Folder::new();
    let db = At::File(folder.file("payments.db"));
    assert!(!run(&db, &["list"]).0, "a file that is not there is no empty journal");
    the_person_on_call_works(folder.sqlite("payments.db").await, &db).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn it_is_so_on_postgres() {
    for at in [At::Argument, At::Environment] {
        let Some(url) = stores::postgres_url().await else { return };
        let at = at(url.clone());
        let (ok, text) = run(&at, &["list"]);
        assert!(!ok && text.contains("there is no journal in this PostgreSQL"), "{text}");
        assert!(pay_store::PostgresStore::connect_existing(&url).await.is_err());
        assert!(!pay_store::PostgresStore::is_at(&url).await.unwrap(), "looking made one");
        let store = pay_store::PostgresStore::connect(&url).await.unwrap();
        the_person_on_call_works(store, &at).await;
    }
}

/// A role that may only read, or a standby.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn looking_needs_no_right_to_make_tables() {
    let Some(url) = stores::postgres_url().await else { return };
    let store = pay_store::PostgresStore::connect(&url).await.unwrap();
    let till = Till::new();
    till.plan([Does::IsLost]);
    pay(&account(&Journal::new(store, keys()), &till), "a").await.unwrap_err();
    let reads = format!("{url}%20-c%20default_transaction_read_only%3Don");
    let (ok, text) = run(&At::Argument(reads.clone()), &["list", "--all"]);
    assert!(ok && text.contains("till.pay a"), "{text}");
    let because = ["--applied", "--by", "ada", "--why", "seen"];
    let (ok, text) = run(&At::Argument(reads), &[&["settle", "a"][..], &because].concat());
    assert!(!ok && text.contains("read-only"), "{text}");
}

#[test]
fn a_file_that_is_named_comes_before_a_server_of_the_environment() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pay-store"));
    command
        .args(["list", "--db", "/nowhere/payments.db"])
        .env("PAY_STORE_POSTGRES_URL", "nonsense");
    let text = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(text.contains("there is no file /nowhere/payments.db"), "{text}");
    let both = ["list", "--db", "payments.db", "--postgres"];
    let (ok, text) = run(&At::Argument("postgres://ada:s3cr3t@host/db".to_owned()), &both[..3]);
    assert!(!ok && text.contains("cannot be used with") && !text.contains("s3cr3t"), "{text}");
}

#[cfg(feature = "postgres")]
#[test]
fn why_a_server_cannot_be_had_is_said() {
    let (ok, text) = run(&At::Argument("postgres://127.0.0.1:1/payments".to_owned()), &["list"]);
    assert!(!ok && text.contains("because: ") && text.contains("refused"), "{text}");
}

/// Whatever is wrong with it.
#[test]
fn the_password_of_a_server_is_never_printed() {
    for url in [
        "postgres://ada:s3cr3t@127.0.0.1:1/payments",
        "postgres://ada:s3cr3t@127.0.0.1:port/payments",
        "postgres://ada:s3cr3t@[::1/payments",
        "postgres://ada:s3cr3t@127.0.0.1:1/payments?sslmode=s3cr3t",
        "ada:s3cr3t@127.0.0.1/payments",
        "s3cr3t",
    ] {
        for at in [At::Argument, At::Environment] {
            for arguments in [&["list"][..], &["list", "--json"], &["show", "k"], &["nonsense"]] {
                let (ok, text) = run(&at(url.to_owned()), arguments);
                assert!(!ok && !text.is_empty() && !text.contains("s3cr3t"), "{url}: {text}");
            }
        }
    }
}

#[cfg(not(feature = "postgres"))]
#[test]
fn without_the_feature_it_says_how_to_get_it() {
    for at in [At::Argument, At::Environment] {
        let (ok, text) = run(&at("postgres://host/db".to_owned()), &["list"]);
        assert!(!ok && text.contains("--features postgres"), "{text}");
    }
}

async fn the_person_on_call_works(store: impl Store, db: &At) {
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

    let (_, text) = run(db, &["list"]);
    assert!(text.contains("in_doubt  till test shop till.pay lost-1"), "{text}");
    assert!(text.contains("to do: find it in the provider's portal"), "{text}");
    assert!(text.ends_with("2 payments\n") && !text.contains("paid\n"), "{text}");
    // As by `| head`: the reader is gone.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(command(db, &["list"]).stdout(writer).status().unwrap().success());
    let (_, text) = run(db, &["list", "--all", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["lost_call"]["amount"], "10.99");
    assert_eq!((&rows[2]["key"], &rows[2]["state"]), (&"paid".into(), &"applied".into()));
    let (_, text) = run(db, &["show", "lost-1"]);
    assert!(text.contains("\"reference\": \"lost-1\"") && text.contains("sending 1"), "{text}");

    let who = ["--by", "ada", "--why", "not in the portal"];
    let (ok, text) = run(db, &[&["settle", "lost-1"][..], &who].concat());
    // Whoever says neither is told of both, not of one that is easily pasted.
    assert!(!ok && text.contains("--applied|--not-applied"), "{text}");
    let (ok, text) = run(db, &[&["settle", "paid", "--not-applied"][..], &who].concat());
    assert!(!ok && text.contains("it is applied, and stays so"), "{text}");
    let (ok, text) = run(db, &[&["settle", "lost-1", "--not-applied"][..], &who].concat());
    assert!(ok && text.contains("settled_not_applied"), "{text}");
    let (ok, text) = run(db, &[&["rearm", "lost-2"][..], &who].concat());
    assert!(ok && text.contains("rearmed"), "{text}");
    assert!(run(db, &["list"]).1.contains("nothing to look at"));
    let (_, text) = run(db, &["show", "lost-2", "--json"]);
    let row: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row["history"][2]["by"], "ada");

    let place = ["--provider", "till", "--environment", "test", "--account", "shop"];
    let record = [&["record", "old", "--operation", "till.pay", "--applied"][..], &place].concat();
    let (ok, text) = run(db, &[&record[..], &who].concat());
    assert!(ok && text.contains("till test shop till.pay old is settled_applied now"), "{text}");
    assert!(!run(db, &[&record[..], &who].concat()).0);
    let (_, text) = run(db, &["list", "--all", "--limit", "2"]);
    assert!(text.contains("2 payments\nthere may be more"), "{text}");

    assert_eq!(pay(&account, "old").await.unwrap_err().outcome(), pay_core::Outcome::Applied);
    pay(&account, "lost-2").await.unwrap();
    assert_eq!(till.requests(), 4);
    assert!(!run(db, &["show", "nowhere"]).0);
}
