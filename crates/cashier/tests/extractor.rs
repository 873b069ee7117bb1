//! The extractor behind a real axum server, over a socket.

#![cfg(feature = "axum")]
#![allow(clippy::unwrap_used, reason = "a test")]

use axum::{Router, extract::DefaultBodyLimit, routing::post};
use cashier::webhook::{Verified, Verifier, sign};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const BODY: &str = r#"{"transaction_id":"r21nmrtpcmrcava","status":"pending"}"#;

async fn receive(Verified(event): Verified) -> String {
    event.key().to_string()
}

async fn answer(app: Router, headers: &str, body: &str) -> (u16, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /webhook HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    server.abort();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

fn app(verifier: Verifier) -> Router {
    Router::new().route("/webhook", post(receive)).with_state(verifier)
}

fn verifier() -> Verifier {
    Verifier::new("password").unwrap()
}

fn signed(body: &str) -> String {
    format!("X-Signature: {}\r\n", sign(body, &"password".into()))
}

#[tokio::test]
async fn a_signed_event_reaches_the_handler() {
    let (status, body) = answer(app(verifier()), &signed(BODY), BODY).await;
    assert_eq!((status, body.as_str()), (200, "pending:r21nmrtpcmrcava"));
}

#[tokio::test]
async fn everything_else_is_answered_before_it() {
    for (headers, body, expected) in [
        (String::new(), BODY, 401),
        (signed("{}"), BODY, 401),
        (format!("{}{}", signed(BODY), signed(BODY)), BODY, 401),
        (signed("[]"), "[]", 400),
        (signed(""), "", 400),
    ] {
        let (status, text) = answer(app(verifier()), &headers, body).await;
        assert_eq!(status, expected, "{text}");
        assert!(!text.contains("r21nmrtpcmrcava"), "{text}");
    }
}

#[tokio::test]
async fn a_body_over_either_limit_is_too_large() {
    let small = app(verifier().limit(BODY.len() - 1));
    assert_eq!(answer(small, &signed(BODY), BODY).await.0, 413);
    let router = app(verifier()).layer(DefaultBodyLimit::max(10));
    assert_eq!(answer(router, &signed(BODY), BODY).await.0, 413);
    let exact = app(verifier().limit(BODY.len()));
    assert_eq!(answer(exact, &signed(BODY), BODY).await.0, 200);
}
