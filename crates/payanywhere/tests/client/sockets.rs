//! What really goes over the wire, where only that shows it.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use payanywhere::{AccountId, Client, Environment, TransactionFilter};

use crate::world::{APP_SOURCE, MID};

/// "Content-Length: required" (guide), also of a GET without a body.
#[tokio::test]
async fn every_request_tells_its_length_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let mut heads = Vec::new();
        for body in [r#"{"transactions":[]}"#, "{}"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            heads.push(String::from_utf8(head).unwrap().to_ascii_lowercase());
            let length = body.len();
            let reply = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(reply.as_bytes()).unwrap();
        }
        heads
    });
    let client = Client::builder(Environment::custom(&url).unwrap())
        .mid(MID)
        .app_source(APP_SOURCE)
        .access_token("t0ken-1")
        .account_id(AccountId::new("4711").unwrap())
        .build()
        .unwrap();
    client.transactions().list(&TransactionFilter::new()).await.unwrap();
    client.log_out().await.unwrap();
    for head in server.join().unwrap() {
        for line in ["content-length: 0", "content-type: application/json", "x-nabwss-appsource: "]
        {
            assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
        }
    }
}
