//! A transport that keeps what passes.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::Cleaner;
use crate::exchange::{self, Exchange};

/// Sends each request once, and keeps it with its reply: on the hosts that fixtures name, and with
/// stand-ins for secrets.
#[derive(Clone)]
pub struct Recorder {
    client: reqwest::Client,
    /// An environment's base URL, and the one that fixtures name.
    hosts: Vec<(String, &'static str)>,
    cleaner: Arc<Cleaner>,
    tape: Arc<Mutex<Vec<Exchange>>>,
}

/// Headers of a reply that mean something to a client.
const KEPT: [&str; 4] = ["content-type", "location", "retry-after", "x-request-id"];

impl Recorder {
    /// Records these hosts.
    pub fn new(hosts: Vec<(String, &'static str)>, cleaner: Cleaner) -> Result<Self, String> {
        // pay-core's transport, the one that counts elsewhere, is not for wrapping. What is shown
        // here is the client above it.
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, hosts, cleaner: Arc::new(cleaner), tape: Arc::default() })
    }

    pub(super) fn tape(&self) -> Arc<Mutex<Vec<Exchange>>> {
        Arc::clone(&self.tape)
    }

    pub(super) fn cleaner(&self) -> Arc<Cleaner> {
        Arc::clone(&self.cleaner)
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, reqwest::Error> {
        let sent = self.sent(&request);
        let reply = self.client.execute(reqwest::Request::try_from(request)?).await?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = reply.status();
        *response.headers_mut() = reply.headers().clone();
        *response.body_mut() = reply.bytes().await?;
        self.keep(sent, &response);
        Ok(response)
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

impl Transport for Recorder {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            // Nobody sends anything again here: what may have left counts as sent.
            self.exchange(request).await.map_err(|error| {
                TransportError::new(Phase::Unknown, Failure::Broken)
                    .with_source(error.without_url())
            })
        })
    }
}

fn tls() -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = || {
        ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())
    };
    match builder()?.with_platform_verifier() {
        Ok(config) => Ok(config.with_no_client_auth()),
        // A bare machine can still record a sandbox on the loopback.
        Err(_) => {
            Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
    }
}
