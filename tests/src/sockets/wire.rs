//! The real transport, with a mark on each request, and a way through the relay where there is one.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri};
use pay_core::{
    BoxFuture, HttpTransport,
    transport::{Failure, MayShare, Phase, Progress, Transport, TransportError},
};

use super::{
    attempts::{Attempts, Who},
    clock::LeapingClock,
    limits::Limits,
    relay::{Port, Relay},
    route::Route,
};
use crate::faults::wire::tag;

/// One process's way to the providers.
pub(super) struct Wire {
    pub(super) built_in: HttpTransport,
    pub(super) attempts: Attempts,
    pub(super) clock: LeapingClock,
    pub(super) limits: Limits,
    pub(super) life: usize,
    pub(super) worker: usize,
    /// Without it, straight to the sandbox.
    pub(super) relay: Option<Relay>,
    pub(super) route: Arc<Route>,
    /// The relay's port for reads, which share connections.
    pub(super) shared: Option<Port>,
}

impl Transport for Wire {
    fn send(
        &self,
        mut request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let tag = tag();
        let provider = request.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
        // Here and not when it is first polled: the client's timers have not begun yet.
        let (life, worker) = (self.life, self.worker);
        let who = Who { tag: tag.clone(), life, worker, provider };
        let serial = self.attempts.begin(who, self.clock.now_ms());
        let watched = Watched { wire: self, serial, ended: false };
        let mark = format!("{tag}@{}.{}#{serial}", self.life, self.worker);
        if let Ok(mark) = HeaderValue::try_from(mark) {
            request.headers_mut().insert("x-sandbox-tag", mark);
        }
        Box::pin(async move {
            let port = match self.port(&request, &tag, serial) {
                Ok(port) => port,
                Err(error) => {
                    let failed = TransportError::new(Phase::NotSent, Failure::Connect);
                    return watched.end(Err(failed.with_source(error)));
                }
            };
            let number = port.as_ref().or(self.shared.as_ref()).map(|port| port.number);
            if let Some(number) = number {
                *request.uri_mut() = at_port(request.uri(), number);
            }
            watched.end(self.built_in.send(request, progress).await)
        })
    }
}

impl Wire {
    /// A port of its own for whatever goes on a connection of its own.
    fn port(
        &self,
        request: &Request<Bytes>,
        tag: &str,
        serial: u64,
    ) -> std::io::Result<Option<Port>> {
        let shares = request.extensions().get::<MayShare>().is_some();
        match &self.relay {
            Some(relay) if !shares => {
                let trouble = self.route.of(tag, about(request));
                relay.port(serial, trouble).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Notes how an attempt ended, even if nobody waits for it any more.
struct Watched<'a> {
    wire: &'a Wire,
    serial: u64,
    ended: bool,
}

impl Watched<'_> {
    fn end<T>(mut self, result: Result<T, TransportError>) -> Result<T, TransportError> {
        self.ended = true;
        let refused = result.as_ref().err().is_some_and(|error| {
            (error.phase(), error.failure()) == (Phase::NotSent, Failure::Connect)
        });
        if refused && self.wire.relay.is_none() {
            self.wire.attempts.hit(None, "refused");
        }
        self.wire.attempts.end(self.serial, result.is_err());
        result
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.wire.attempts.dropped(self.serial, &self.wire.limits);
        }
    }
}

fn at_port(uri: &Uri, port: u16) -> Uri {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Uri::builder()
        .scheme("http")
        .authority(format!("127.0.0.1:{port}"))
        .path_and_query(path)
        .build()
        .expect("it was a URI before")
}

/// About how many bytes it is on the wire.
fn about(request: &Request<Bytes>) -> usize {
    let line = request.method().as_str().len() + request.uri().path().len() + 40;
    let headers =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    line + headers.sum::<usize>() + 60 + request.body().len()
}
