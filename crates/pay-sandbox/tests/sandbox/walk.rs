//! Login, sale, refund, over real sockets.

use std::time::Duration;

use pay_sandbox::Sandbox;
use tokio::io::AsyncWriteExt;

use crate::wire::{End, connect, login, receive, receive_until_silence, request, sale, send};

#[tokio::test]
async fn login_sale_refund_and_the_ledger() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = login(&sandbox).await;
    let sold = sale(&sandbox, &token, "11.00").await;
    assert_eq!(sold.status(), Some(200), "{}", sold.text());
    assert!(sold.is_whole());
    assert!(sold.body().contains(r#""transaction_result":"APPROVED""#));
    let sold: serde_json::Value = serde_json::from_str(&sold.body()).unwrap();

    let path = format!("/payfirma/gateway/transaction-service/refund/{}", sold["id"]);
    let refund = send(&sandbox, "POST", &path, Some(&token), r#"{"amount": 5.50}"#).await;
    assert!(refund.body().contains(r#""transaction_type":"REFUND""#), "{}", refund.text());

    let ledger = sandbox.ledger();
    let kinds: Vec<_> = ledger.effects().iter().map(|effect| effect.kind.as_str()).collect();
    assert_eq!(kinds, ["sale", "refund"]);
    assert_eq!(ledger.effects()[1].parent, Some(sold["id"].to_string()));
    assert_eq!(ledger.total("refund").to_string(), "5.5");
    let operations: Vec<_> =
        sandbox.requests().into_iter().filter_map(|request| request.operation).collect();
    assert_eq!(
        operations,
        [
            "payfirma.oauth.client_credentials",
            "payfirma.transactions.sale",
            "payfirma.transactions.refund",
        ]
    );
    assert_eq!(sandbox.payfirma().token_grants().granted(), 1);
    assert_eq!(sandbox.connections(), 3);
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = connect(sandbox.address().unwrap()).await;
    let get = request("GET", "/_sandbox/clock", None, "", "");
    // Two at once, then one more.
    stream.write_all(format!("{get}{get}").as_bytes()).await.unwrap();
    let answers = |text: &str| text.matches("HTTP/1.1 200").count();
    let first = receive_until_silence(&mut stream, |text| answers(text) >= 2).await;
    assert_eq!((answers(&first.text()), first.end), (2, End::Silence));
    stream.write_all(get.as_bytes()).await.unwrap();
    let last = receive_until_silence(&mut stream, |text| answers(text) >= 1).await;
    assert_eq!((last.status(), last.end), (Some(200), End::Silence));
    assert_eq!(sandbox.connections(), 1);

    sandbox.close_idle_connections();
    assert_eq!(receive(&mut stream).await.end, End::Fin);
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = connect(sandbox.address().unwrap()).await;
    stream.write_all(b"HELO there\r\n\r\n").await.unwrap();
    let reply = receive(&mut stream).await;
    assert_eq!((reply.status(), reply.end), (Some(400), End::Fin));
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn connections_can_be_refused_for_a_while() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address().unwrap();
    sandbox.stop_listening().await;
    let refused = tokio::net::TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    sandbox.resume_listening().await;
    assert_eq!(login(&sandbox).await.matches('.').count(), 2);
}

#[tokio::test]
async fn the_server_ends_with_its_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.address().unwrap();
    let clone = sandbox.clone();
    drop(sandbox);
    assert!(tokio::net::TcpStream::connect(address).await.is_ok());
    drop(clone);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still listens");
}
