//! Faults below HTTP, as a client on a real socket sees them.

use std::time::{Duration, Instant};

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use tokio::net::TcpStream;

use crate::{
    api::NOW,
    wire::{End, Received, ask_for_sale, login, receive, receive_until_silence, sale},
};

const SALE: &str = "payfirma.transactions.sale";

/// A sale of 11.00 under a fault.
async fn sale_under(fault: &str) -> (Sandbox, Received) {
    let (sandbox, mut stream) = ask_under(fault).await;
    let received = receive(&mut stream).await;
    (sandbox, received)
}

/// The same, its answer not yet read.
async fn ask_under(fault: &str) -> (Sandbox, TcpStream) {
    let sandbox = Sandbox::builder().clock_stopped_at_ms(NOW).start().await.unwrap();
    let token = login(&sandbox).await;
    sandbox.add_fault(fault.parse().unwrap()).unwrap();
    let stream = ask_for_sale(&sandbox, &token, "11.00").await;
    (sandbox, stream)
}

#[track_caller]
fn assert_fired(sandbox: &Sandbox, kind: &str, sales: usize) {
    let fired = sandbox.faults_fired();
    assert_eq!(fired.len(), 1, "{fired:?}");
    assert_eq!((fired[0].kind, fired[0].count), (kind, 1));
    assert_eq!(fired[0].operation.as_deref(), Some(SALE));
    assert!(fired[0].bytes > 0);
    assert_eq!(sandbox.ledger().count("sale"), sales);
    let logged = sandbox.requests();
    assert_eq!(logged.last().unwrap().fault, Some(fired[0].rule));
}

#[tokio::test]
async fn connections_end_before_and_after_the_effect() {
    for (kind, end) in [("close", End::Fin), ("reset", End::Rst), ("stall", End::Silence)] {
        for (phase, sales) in [("before", 0), ("after", 1)] {
            let rule = format!("kind={kind} phase={phase} on={SALE}");
            let (sandbox, mut stream) = ask_under(&rule).await;
            while sandbox.faults_fired().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let is_stalled = |_: &str| end == End::Silence;
            let received = receive_until_silence(&mut stream, is_stalled).await;
            assert!(received.bytes.is_empty(), "{rule}: {}", received.text());
            assert_eq!(received.end, end, "{rule}");
            assert_fired(&sandbox, kind, sales);
        }
    }
}

#[tokio::test]
async fn connections_end_before_anything_is_read() {
    for (kind, end) in [(FaultKind::Close, End::Fin), (FaultKind::Reset, End::Rst)] {
        let sandbox = Sandbox::start().await.unwrap();
        let token = login(&sandbox).await;
        sandbox.add_fault(Fault::new(kind.clone()).phase(Phase::Accept).nth(2)).unwrap();
        assert_eq!(sale(&sandbox, &token, "11").await.status(), Some(200));
        let received = sale(&sandbox, &token, "11").await;
        assert!(received.bytes.is_empty());
        // Unread bytes turn an orderly end into a reset, if they come early enough.
        assert!(received.end == end || received.end == End::Rst, "{kind:?} {:?}", received.end);
        assert_eq!(sale(&sandbox, &token, "11").await.status(), Some(200));
        assert_eq!(sandbox.ledger().count("sale"), 2);
        let fired = sandbox.faults_fired();
        assert_eq!((fired[0].phase, fired[0].count), ("accept", 1));
        assert_eq!(fired[0].operation, None);
    }
}

#[tokio::test]
async fn an_effect_can_come_after_the_client_gave_up() {
    let (sandbox, received) =
        sale_under(&format!("kind=stall phase=later:30 for=0.1 on={SALE}")).await;
    assert_eq!(received.end, End::Fin);
    assert_fired(&sandbox, "stall", 0);
    sandbox.advance(Duration::from_secs(29));
    assert_eq!(sandbox.ledger().count("sale"), 0);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(sandbox.ledger().count("sale"), 1);
    sandbox.advance(Duration::from_secs(100));
    assert_eq!(sandbox.ledger().count("sale"), 1);
}

#[tokio::test]
async fn answers_are_cut_at_a_byte() {
    let (_, whole) = sale_under("kind=close on=nothing").await;
    assert!(whole.is_whole());
    for at in [1, 9, 12, 40, whole.bytes.len() - 1] {
        let (sandbox, received) = sale_under(&format!("kind=cut at={at} on={SALE}")).await;
        assert_eq!((received.bytes.len(), received.end), (at, End::Fin));
        assert!(!received.is_whole());
        assert_fired(&sandbox, "cut", 1);
    }
    let (sandbox, received) = sale_under(&format!("kind=cut on={SALE}")).await;
    assert!(!received.is_whole() && !received.bytes.is_empty());
    assert_fired(&sandbox, "cut", 1);
}

#[tokio::test]
async fn a_cut_beyond_the_end_did_not_happen() {
    let (sandbox, received) = sale_under(&format!("kind=cut at=100000 on={SALE}")).await;
    assert!(received.is_whole());
    assert!(sandbox.faults_fired().is_empty());
    assert_eq!(sandbox.requests().last().unwrap().fault, None);
}

#[tokio::test]
async fn garbage_is_not_http() {
    let (sandbox, received) = sale_under(&format!("kind=garbage phase=after on={SALE}")).await;
    assert!(!received.bytes.is_empty() && received.status().is_none());
    assert_fired(&sandbox, "garbage", 1);
}

#[tokio::test]
async fn answers_come_slowly_but_whole() {
    for rule in ["kind=drip piece=100 pause_ms=30", "kind=slow for=0.2"] {
        let started = Instant::now();
        let (sandbox, received) = sale_under(&format!("{rule} on={SALE}")).await;
        assert!(received.is_whole());
        assert!(started.elapsed() >= Duration::from_millis(180), "{:?}", started.elapsed());
        assert_fired(&sandbox, sandbox.faults_fired()[0].kind, 1);
    }
}

#[tokio::test]
async fn answers_come_twice_or_far_too_long() {
    let (sandbox, received) = sale_under(&format!("kind=duplicate-reply on={SALE}")).await;
    assert_eq!(received.text().matches("HTTP/1.1 200").count(), 2);
    assert_fired(&sandbox, "duplicate-reply", 1);

    let (sandbox, received) = sale_under(&format!("kind=oversize bytes=1000000 on={SALE}")).await;
    assert!(received.is_whole() && received.bytes.len() > 1_000_000);
    assert_fired(&sandbox, "oversize", 1);
}
