//! A receiver of webhooks with axum.
//!
//! `cargo run -p numipay-cashier --example webhook_axum --features axum` starts it on a free port,
//! sends itself the example of the provider's document, once right, once again and once forged,
//! and shows the answers. With an address (`-- 127.0.0.1:8080`) it stays and listens.

#![allow(clippy::print_stdout, reason = "an example shows what happens")]

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::post,
};
use cashier::{
    Progress, Status, TransactionId,
    webhook::{Verified, Verifier, sign},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const PASSWORD: &str = "spg_test_companyxxxxQyGAheyMqcHVmp8ZMQtkYcev27sCu7RF";

#[derive(Clone)]
struct Shop {
    verifier: Verifier,
    /// A real shop keeps this in its database.
    statuses: Arc<Mutex<HashMap<TransactionId, Status>>>,
}

impl FromRef<Shop> for Verifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

/// Runs only for an event whose signature is right. 200 says that it is stored.
async fn receive(State(shop): State<Shop>, Verified(event): Verified) -> StatusCode {
    let mut statuses = shop.statuses.lock().unwrap_or_else(PoisonError::into_inner);
    let progress = match statuses.get(&event.transaction_id) {
        Some(current) => event.status.progress_from(current),
        None => Progress::Advance,
    };
    println!("received {}: {progress:?}", event.key());
    if progress == Progress::Advance {
        // Before goods leave: `event.confirm(&client)`, and compare the amount with your record.
        statuses.insert(event.transaction_id, event.status);
    }
    StatusCode::OK
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Shop { verifier: Verifier::new(PASSWORD)?, statuses: Arc::default() };
    let app = Router::new().route("/webhook", post(receive)).with_state(shop);
    let given = std::env::args().nth(1);
    let listener = TcpListener::bind(given.as_deref().unwrap_or("127.0.0.1:0")).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}/webhook");
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    if given.is_some() {
        return Ok(server.await??);
    }
    let body = r#"{"transaction_id":"r21nmrtpcmrcava","user_id":"1111222","tracking_id":"b8f04416-116a-11ed-861d-0242ac120002","status":"rejected","currency":"GBP","amount":"200.00","transaction_type":"withdrawal"}"#;
    let right = sign(body, &PASSWORD.into());
    let forged = body.replace("200.00", "900.00");
    for (what, body) in [("right", body), ("again", body), ("forged", &forged)] {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!(
            "POST /webhook HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             x-signature: {right}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        println!("{what}: {}", answer.lines().next().unwrap_or_default());
    }
    Ok(())
}
