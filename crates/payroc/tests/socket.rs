//! The built-in transport, against a socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use payroc::{Client, Environment, MerchantId};

/// Answers one request after another, each on its own connection, and gives back what it read.
fn serve(answers: [&'static str; 2]) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        answers
            .into_iter()
            .map(|body| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    assert_eq!(stream.read(&mut byte).unwrap(), 1);
                    request.push(byte[0]);
                }
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
                write!(stream, "{head}: {}\r\n\r\n{body}", body.len()).unwrap();
                String::from_utf8(request).unwrap().to_ascii_lowercase()
            })
            .collect()
    });
    (url, server)
}

#[tokio::test]
async fn a_basic_login_says_that_its_body_is_empty() {
    let (url, server) =
        serve([r#"{"bearerToken":"t-1","refreshToken":"r-1"}"#, r#"{"applicationStatus":"x"}"#]);
    let client = Client::builder(Environment::custom(&url).unwrap())
        .basic_credentials("lwyllie", "password")
        .build()
        .unwrap();
    client.boarding().status(&MerchantId::new("4021").unwrap()).await.unwrap();
    let requests = server.join().unwrap();
    // As the document's sample has it.
    assert!(requests[0].starts_with("post /v1/auth http/1.1\r\n"), "{}", requests[0]);
    for line in ["accept: application/json", "content-length: 0"] {
        assert!(requests[0].contains(&format!("\r\n{line}\r\n")), "{line}: {}", requests[0]);
    }
    assert!(requests[1].starts_with("get /v1/boarding/4021/status http/1.1\r\n"));
    assert!(requests[1].contains("\r\nauthorization: bearer t-1\r\n"));
}
