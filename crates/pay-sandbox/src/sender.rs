//! Sends what the outbox holds: the smallest HTTP client that can deliver a webhook.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    outbox::{Message, WebhookOutcome},
    shared::Shared,
};

/// How long a receiver has.
const PATIENCE: Duration = Duration::from_secs(5);

/// A status line is not longer than this.
const LONGEST_STATUS_LINE: usize = 1_024;

/// Sends one message after the other, for ever.
pub(crate) async fn send_all(shared: Arc<Shared>) {
    loop {
        let touched = shared.touched();
        let Some(kept) = shared.next_to_send() else {
            match shared.until_next_event() {
                Some(wait) => {
                    // Whichever comes first, there is a reason to look again.
                    let _ = timeout(wait, touched).await;
                }
                None => touched.await,
            }
            continue;
        };
        let outcome = match timeout(PATIENCE, deliver(&kept.message)).await {
            Ok(Some(status)) => WebhookOutcome::Answered(status),
            Ok(None) | Err(_) => WebhookOutcome::NoAnswer,
        };
        shared.sent(kept.serial, outcome);
        // Others get their turn even where everything is always ready.
        sleep(Duration::ZERO).await;
    }
}

/// Posts a message; the status that came back.
async fn deliver(message: &Message) -> Option<u16> {
    let url = message.url.as_ref()?;
    let mut stream = TcpStream::connect(url.address).await.ok()?;
    let mut request = format!("POST {} HTTP/1.1\r\nhost: {}\r\n", url.target, url.authority);
    for (name, value) in &message.headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!(
        "content-length: {}\r\nconnection: close\r\n\r\n{}",
        message.body.len(),
        message.body
    ));
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < LONGEST_STATUS_LINE {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let line = String::from_utf8_lossy(&head);
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.trim_end().parse().ok()
}
