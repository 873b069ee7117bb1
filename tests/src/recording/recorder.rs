//! A transport that keeps what passes.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture, HttpTransport,
    transport::{Progress, Transport, TransportError},
};

use super::Cleaner;
use crate::exchange::{self, Exchange};

/// Keeps each request with its reply: on the hosts that fixtures name, and with stand-ins for
/// secrets.
#[derive(Clone)]
pub struct Recorder {
    /// An environment's base URL, and the one that fixtures name.
    hosts: Vec<(String, &'static str)>,
    cleaner: Arc<Cleaner>,
    tape: Arc<Mutex<Vec<Exchange>>>,
}

/// Headers of a reply that mean something to a client.
const KEPT: [&str; 4] = ["content-type", "location", "retry-after", "x-request-id"];

impl Recorder {
    /// Records these hosts.
    pub fn new(hosts: Vec<(String, &'static str)>, cleaner: Cleaner) -> Self {
        Self { hosts, cleaner: Arc::new(cleaner), tape: Arc::default() }
    }

    /// Listens to this transport.
    pub fn over(self, transport: HttpTransport) -> Recorded {
        Recorded { recorder: self, transport }
    }

    pub(super) fn tape(&self) -> Arc<Mutex<Vec<Exchange>>> {
        Arc::clone(&self.tape)
    }

    pub(super) fn cleaner(&self) -> Arc<Cleaner> {
        Arc::clone(&self.cleaner)
    }

    fn sent(&self, request: &Request<Bytes>) -> exchange::Request {
        let url = request.uri().to_string();
        let canonical = self.hosts.iter().find_map(|(base, host)| {
            let rest = url.strip_prefix(base.trim_end_matches('/'))?;
            Some(format!("{host}{rest}"))
        });
        let sent = exchange::Request {
            method: request.method().to_string(),
            url: canonical.unwrap_or(url),
            headers: Vec::new(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
        };
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: Vec<_> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        sent.with_headers(headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    fn keep(&self, sent: exchange::Request, response: &Response<Bytes>) {
        let body = String::from_utf8_lossy(response.body());
        self.cleaner.look_at(&body);
        let clean = |text: &str| self.cleaner.clean(text);
        let clean_all = |headers: exchange::Headers| -> exchange::Headers {
            headers.into_iter().map(|(name, value)| (name, clean(&value))).collect()
        };
        let mut headers: exchange::Headers = response
            .headers()
            .iter()
            .filter(|(name, _)| KEPT.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        headers.sort();
        let reply = exchange::Reply {
            status: response.status().as_u16(),
            headers: clean_all(headers),
            // A fixture's text ends where its body ends.
            body: clean(body.trim_end_matches('\n')),
        };
        let request = exchange::Request {
            method: sent.method,
            url: clean(&sent.url),
            headers: clean_all(sent.headers),
            body: clean(&sent.body),
        };
        self.tape.lock().unwrap().push(Exchange { request, reply });
    }
}

/// A transport that is listened to.
pub struct Recorded {
    recorder: Recorder,
    transport: HttpTransport,
}

impl Transport for Recorded {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let sent = self.recorder.sent(&request);
        let sending = self.transport.send(request, progress);
        Box::pin(async move {
            let response = sending.await?;
            self.recorder.keep(sent, &response);
            Ok(response)
        })
    }
}
