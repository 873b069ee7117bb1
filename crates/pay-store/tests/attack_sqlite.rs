//! Attacks on the file: removed, replaced, under two names, full, given up half-way.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::print_stdout, missing_docs, unreachable_pub, dead_code)]

#[path = "support/stores.rs"]
mod stores;
#[path = "support/till.rs"]
mod till;

use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    time::Duration,
};

use pay_core::{Error, ErrorKind, Outcome, TokenKey, TokenPair, TokenStore as _};
use pay_store::{Decision, Journal, LaneRow, Query, SqliteStore, Store as _, StoredTokens};

use till::{Does, Till, account, keys, pay};

/// A connection that the pool makes later sees the other file, or none: a key that was paid would be
/// new there.
#[tokio::test]
async fn nothing_is_sent_or_believed_on_a_file_that_was_replaced_or_removed() {
    for replaced in [true, false] {
        let folder = stores::Folder::new();
        let till = Till::new();
        let store = folder.sqlite("payments.db").await;
        let journal = Journal::new(store.clone(), keys());
        let account = account(&journal, &till);
        pay(&account, "before").await.unwrap();
        for end in ["", "-wal", "-shm"] {
            std::fs::remove_file(folder.file(&format!("payments.db{end}"))).unwrap();
        }
        let other = match replaced {
            true => Some(folder.sqlite("payments.db").await),
            false => None,
        };
        for text in ["before", "after"].repeat(10) {
            let error = pay(&account, text).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Storage);
            assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
            tells_of_the_file(&error);
        }
        assert_eq!(till.requests(), 1, "what is sent is in no file that is there");
        let key = pay_store::EntryKey::new(till::account_key(), "till.pay", "before").unwrap();
        tells_of_the_file(&journal.desk().list(&Query::new()).await.unwrap_err());
        tells_of_the_file(&store.history(&key).await.unwrap_err());
        tells_of_the_file(&account.recover().await.unwrap_err());
        let tokens = StoredTokens::new(store.clone(), keys());
        tells_of_the_file(&tokens.read(&token()).await.unwrap_err());
        tells_of_the_file(&store.lane("till").await.unwrap_err());
        let row = LaneRow { revision: 1, free_from: time::OffsetDateTime::UNIX_EPOCH };
        tells_of_the_file(&store.put_lane("till", &row).await.unwrap_err());
        let tokens = StoredTokens::new(folder.sqlite("other.db").await, keys());
        tokens.put(&token(), TokenPair::new("x".to_owned())).await.unwrap();
        drop(other);
    }
}

fn tells_of_the_file(error: &Error) {
    let mut causes = vec![error.to_string()];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    assert!(causes.iter().any(|text| text.contains("removed or replaced")), "{causes:?}");
}

fn token() -> TokenKey {
    TokenKey::new("till", "test", "shop")
}

/// SQLite finds its log by the name of the file.
#[tokio::test]
async fn a_file_under_two_names_is_refused() {
    let folder = stores::Folder::new();
    folder.sqlite("payments.db").await.close().await;
    std::fs::hard_link(folder.file("payments.db"), folder.file("again.db")).unwrap();
    for name in ["payments.db", "again.db"] {
        let error = SqliteStore::open(folder.file(name)).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(error.message().contains("hard links"), "{error}");
    }
    // A symbolic link leads to one file and one log.
    std::fs::remove_file(folder.file("again.db")).unwrap();
    std::os::unix::fs::symlink(folder.file("payments.db"), folder.file("link.db")).unwrap();
    let (till, real) = (Till::new(), folder.sqlite("payments.db").await);
    let linked = folder.sqlite("link.db").await;
    pay(&account(&Journal::new(real, keys()), &till), "a").await.unwrap();
    assert!(pay(&account(&Journal::new(linked, keys()), &till), "a").await.unwrap().is_replayed());
}

#[tokio::test]
async fn looking_for_a_store_makes_none() {
    let folder = stores::Folder::new();
    assert!(!SqliteStore::is_at(folder.file("nowhere.db")).await.unwrap());
    assert!(!folder.file("nowhere.db").exists());
    std::fs::write(folder.file("empty.db"), "").unwrap();
    assert!(!SqliteStore::is_at(folder.file("empty.db")).await.unwrap());
    assert_eq!(std::fs::metadata(folder.file("empty.db")).unwrap().len(), 0);
    std::fs::write(folder.file("text.db"), "this is no database, and stays none".repeat(99))
        .unwrap();
    assert!(SqliteStore::is_at(folder.file("text.db")).await.is_err());
    let store = folder.sqlite("payments.db").await;
    assert!(SqliteStore::is_at(folder.file("payments.db")).await.unwrap());
    drop(store);
    for (name, is_there) in [("payments.db", true), ("empty.db", false), ("nowhere.db", false)] {
        let opened = SqliteStore::open_existing(folder.file(name)).await;
        assert_eq!(opened.is_ok(), is_there, "{name}");
    }
    assert!(!folder.file("nowhere.db").exists());
}

/// Everything that runs in the caller's own task is given up after each of its steps.
#[tokio::test]
async fn what_is_given_up_half_way_locks_nothing() {
    let folder = stores::Folder::new();
    let till = Till::new();
    let journal = Journal::new(folder.sqlite("payments.db").await, keys());
    let account = account(&journal, &till);
    let desk = journal.desk();
    for steps in 0..25 {
        let text = format!("a-{steps}");
        till.plan([Does::IsLost]);
        pay(&account, &text).await.unwrap_err();
        let key = pay_store::EntryKey::new(till::account_key(), "till.pay", &text).unwrap();
        let decision = Decision::new("ada", "looked").unwrap();
        let works: [Pin<Box<dyn Future<Output = ()>>>; 3] = [
            Box::pin(async { drop(account.recover().await) }),
            Box::pin(async { drop(desk.settle(&key, false, decision).await) }),
            Box::pin(async { drop(desk.prune(time::OffsetDateTime::now_utc()).await) }),
        ];
        for mut work in works {
            for _ in 0..steps {
                let polled = std::future::poll_fn(|context| {
                    std::task::Poll::Ready(work.as_mut().poll(context).is_ready())
                });
                if polled.await {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
        }
        let other = format!("b-{steps}");
        let paid = tokio::time::timeout(Duration::from_secs(20), pay(&account, &other));
        paid.await.expect("a lock stays").unwrap();
    }
    assert_eq!(desk.list(&Query::new().key("b-24")).await.unwrap().len(), 1);
    assert_eq!(till.effects(), 25);
}

/// `PAY_STORE_SMALL_DISK` names a folder on a file system of about a megabyte.
#[tokio::test]
async fn a_full_disk_sends_nothing_and_loses_nothing() {
    let Ok(disk) = std::env::var("PAY_STORE_SMALL_DISK") else {
        println!("skipped: PAY_STORE_SMALL_DISK names no small file system");
        return;
    };
    let folder = Path::new(&disk).join(format!("full-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (till, store) = (Till::new(), SqliteStore::open(folder.join("payments.db")).await.unwrap());
    let journal = Journal::new(store, keys()).wait(Duration::ZERO);
    let account = account(&journal, &till);
    pay(&account, "before").await.unwrap();
    let filler: PathBuf = folder.join("filler");
    let mut size = 4_000_000_usize;
    let mut content = Vec::new();
    while size > 0 {
        let more = [content.clone(), vec![b'x'; size]].concat();
        match std::fs::write(&filler, &more) {
            Ok(()) => content = more,
            Err(_) => size /= 2,
        }
    }
    let mut told = Vec::new();
    for number in 0..40 {
        let text = format!("full-{number}");
        let before = till.effects();
        let paid = pay(&account, &text).await;
        let sent = till.effects() > before;
        if let Err(error) = &paid {
            let expected = if sent { Outcome::Applied } else { Outcome::NotSent };
            assert_eq!(error.outcome(), expected, "{error:?}");
        }
        told.push((text, paid.is_ok(), sent));
    }
    assert!(told.iter().any(|(_, ok, _)| !ok), "the disk was not full");
    std::fs::remove_file(&filler).unwrap();
    pay(&account, "after").await.unwrap();
    for (text, ok, sent) in told {
        let before = till.requests();
        let again = pay(&account, &text).await;
        if ok {
            assert!(again.unwrap().is_replayed());
        }
        assert!(till.requests() == before || !sent, "{text} was sent twice");
    }
    let _ = std::fs::remove_dir_all(folder);
}
