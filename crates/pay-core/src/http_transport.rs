mod tls;

use std::{
    error::Error as StdError,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Method, Request, Response, header};
use http_body::{Body, Frame, SizeHint};

use crate::{
    BoxFuture, Error, ErrorKind, Invalid, Outcome, Secret,
    provider::is_loopback,
    transport::{Failure, MayShare, Phase, Progress, Transport, TransportError},
};

/// The built-in transport: HTTP/1.1 over TLS 1.2 or newer, with a connection pool for reads.
///
/// A request that changes something goes on a new connection, which is closed when it has been
/// answered: the answer cannot be another's, and no idle connection can break under it.
///
/// It follows no redirect, tries nothing again, and refuses plain http but to a loopback address.
/// The operating system's root certificates are trusted, and those that are added. On a machine
/// without any, it trusts the added ones alone; without those too, every TLS handshake fails, and
/// the error says why.
///
/// No proxy is used but the one that is configured, and never for a loopback address, which to
/// another machine would be itself.
///
/// The HTTP stack copies a request body once, into its write buffer, and the kernel once more:
/// those copies are not wiped.
pub struct HttpTransport {
    /// Keeps connections, for requests that may share one.
    shared: reqwest::Client,
    /// A connection for each request.
    single: reqwest::Client,
    limit: usize,
    trusts_nobody: bool,
}

pub(crate) struct HttpTransportBuilder {
    connect_timeout: Duration,
    idle_timeout: Duration,
    limit: usize,
    proxy: Option<Secret>,
    roots: Vec<Vec<u8>>,
}

impl Default for HttpTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            limit: 10 * 1024 * 1024,
            proxy: None,
            roots: Vec::new(),
        }
    }
}

impl HttpTransportBuilder {
    pub(crate) fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    pub(crate) fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    pub(crate) fn response_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    pub(crate) fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    pub(crate) fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    pub(crate) fn build(self) -> Result<HttpTransport, Error> {
        let (tls, trusts_nobody) = tls::settings(tls::read_roots(&self.roots)?)?;
        let proxy = self.proxy.as_ref().map(read_proxy).transpose()?;
        // Both have the same memory of TLS sessions: what one has begun, the other takes up.
        let client = || {
            let client = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .connect_timeout(self.connect_timeout);
            match &proxy {
                Some(proxy) => {
                    let direct = reqwest::NoProxy::from_string("localhost,127.0.0.0/8,::1");
                    client.proxy(proxy.clone().no_proxy(direct))
                }
                None => client,
            }
        };
        let shared = set_up(client().pool_idle_timeout(self.idle_timeout))?;
        let single = set_up(client().pool_max_idle_per_host(0))?;
        Ok(HttpTransport { shared, single, limit: self.limit, trusts_nobody })
    }
}

fn set_up(client: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    client.build().map_err(|error| {
        let message = "the HTTP client cannot be set up";
        Error::new(ErrorKind::Configuration, Outcome::NotSent, message)
            .with_source(error.without_url())
    })
}

/// Without `http://` the whole is taken for a host. Another scheme, such as SOCKS, would be found
/// out by the first call alone.
fn read_proxy(url: &Secret) -> Result<reqwest::Proxy, Invalid> {
    let invalid = || Invalid::new("proxy", "must be a URL such as http://proxy:3128");
    let scheme = url.expose().split_once("://").map_or("http", |(scheme, _)| scheme);
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(invalid());
    }
    reqwest::Proxy::all(url.expose()).map_err(|_| invalid())
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request, progress))
    }
}

impl HttpTransport {
    async fn exchange(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> Result<Response<Bytes>, TransportError> {
        if !is_allowed(request.uri()) {
            return Err(TransportError::new(Phase::NotSent, Failure::Request)
                .with_source("plain http is for loopback addresses only"));
        }
        let may_share = request.extensions().get::<MayShare>().is_some();
        let client = if may_share { &self.shared } else { &self.single };
        let request = with_length(request);
        let request = request.map(|bytes| reqwest::Body::wrap(WatchedBody::new(bytes, &progress)));
        let request = reqwest::Request::try_from(request).map_err(|error| {
            TransportError::new(Phase::NotSent, Failure::Request).with_source(error.without_url())
        })?;
        let mut response = client.execute(request).await.map_err(|error| {
            let untrusted = self.trusts_nobody && is_untrusted(&error);
            let failed = not_answered(error, &progress);
            if untrusted {
                return failed.with_source(
                    "this machine has no root certificates, and none was added to the connection",
                );
            }
            failed
        })?;
        let mut head = Response::new(());
        *head.status_mut() = response.status();
        *head.version_mut() = response.version();
        *head.headers_mut() = std::mem::take(response.headers_mut());
        let body = self.body(response).await?;
        Ok(head.map(|()| body))
    }

    /// Reads the body to its end, or to the limit.
    async fn body(&self, mut response: reqwest::Response) -> Result<Bytes, TransportError> {
        let declared = response.content_length().unwrap_or(0);
        if usize::try_from(declared).map_or(true, |length| length > self.limit) {
            return Err(TransportError::new(Phase::Unknown, Failure::TooLarge));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| {
            TransportError::new(Phase::Unknown, Failure::Broken).with_source(error.without_url())
        })? {
            if chunk.len() > self.limit.saturating_sub(body.len()) {
                return Err(TransportError::new(Phase::Unknown, Failure::TooLarge));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

/// Says that there is no body, where one would be expected: some servers answer 411 otherwise, and
/// the HTTP stack says nothing.
fn with_length(mut request: Request<Bytes>) -> Request<Bytes> {
    let expected = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if expected && request.body().is_empty() {
        request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    request
}

fn is_allowed(uri: &http::Uri) -> bool {
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => is_loopback(host),
        _ => false,
    }
}

/// Classifies an attempt that has no status line, by how far it came, never by an error's text.
fn not_answered(error: reqwest::Error, progress: &Progress) -> TransportError {
    // A connection that never came about, or a body that nobody asked for: nothing has left.
    let nothing_left = progress.cancel() || (error.is_connect() && !progress.may_have_left());
    let phase = if nothing_left { Phase::NotSent } else { Phase::Unknown };
    let failure = if error.is_timeout() {
        Failure::Timeout
    } else if nothing_left {
        Failure::Connect
    } else if is_not_http(&error) {
        Failure::Malformed
    } else {
        Failure::Broken
    };
    TransportError::new(phase, failure).with_source(error.without_url())
}

fn is_not_http(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<hyper::Error>())
        .any(hyper::Error::is_parse)
}

fn is_untrusted(error: &reqwest::Error) -> bool {
    use rustls::{CertificateError, Error};
    let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
    causes(error).filter_map(tls_error).any(|cause| *cause == unknown)
}

/// An I/O error does not name what it wraps as its source, and there may be several in each other.
fn tls_error<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let wrapped = match cause.downcast_ref::<io::Error>() {
        Some(outer) => outer.get_ref()?,
        None => return cause.downcast_ref(),
    };
    tls_error(wrapped)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

/// A request body that tells when it is asked for, and is not given once the attempt was given up.
struct WatchedBody {
    bytes: Option<Bytes>,
    progress: Progress,
}

impl WatchedBody {
    fn new(bytes: Bytes, progress: &Progress) -> Self {
        if bytes.is_empty() {
            // The HTTP stack does not ask for an empty body, so silence would prove nothing.
            return Self { bytes: None, progress: progress.clone() };
        }
        progress.connecting();
        Self { bytes: Some(bytes), progress: progress.clone() }
    }
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(bytes) = self.bytes.take() else {
            return Poll::Ready(None);
        };
        if self.progress.sending() {
            Poll::Ready(Some(Ok(Frame::data(bytes))))
        } else {
            Poll::Ready(Some(Err(io::Error::other("the attempt was given up"))))
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request<Bytes> {
        Request::post(url).body(Bytes::from_static(b"card")).unwrap()
    }

    #[tokio::test]
    async fn plain_http_leaves_for_loopback_addresses_only() {
        let transport = HttpTransportBuilder::default().build().unwrap();
        // Addresses for documentation: were anything sent, the test would hang or time out.
        for url in [
            "http://192.0.2.1/x",
            "http://api.test/x",
            "http://127.0.0.1.api.test/x",
            "http://localhost.api.test/x",
            "ftp://127.0.0.1/x",
            "/x",
        ] {
            let error = transport.send(request(url), Progress::new()).await.unwrap_err();
            assert_eq!(
                (error.phase(), error.failure()),
                (Phase::NotSent, Failure::Request),
                "{url}"
            );
        }
    }

    #[test]
    fn a_proxy_speaks_http() {
        for url in ["proxy:3128", "http://proxy:3128", "HTTPS://user:hunter2@proxy"] {
            assert!(read_proxy(&Secret::new(url)).is_ok(), "{url}");
        }
        for url in ["", "socks5://proxy:1080", "ftp://proxy", "hunter2://"] {
            let refused = read_proxy(&Secret::new(url)).unwrap_err();
            assert_eq!(refused.to_string(), "proxy: must be a URL such as http://proxy:3128");
        }
    }

    #[test]
    fn a_body_tells_before_it_leaves_and_stays_when_the_attempt_was_given_up() {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let bytes = Bytes::from_static(b"card");

        let progress = Progress::new();
        let mut body = WatchedBody::new(bytes.clone(), &progress);
        assert_eq!(body.size_hint().exact(), Some(4));
        let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) else {
            panic!("the body was not given");
        };
        assert_eq!(frame.into_data().unwrap(), bytes);
        assert!(!progress.cancel(), "too late");
        assert!(progress.may_have_left());

        let progress = Progress::new();
        let mut body = WatchedBody::new(bytes, &progress);
        assert!(progress.cancel());
        assert!(matches!(Pin::new(&mut body).poll_frame(&mut context), Poll::Ready(Some(Err(_)))));
        assert!(!progress.may_have_left());

        // Nobody asks for an empty body: silence proves nothing.
        let progress = Progress::new();
        let body = WatchedBody::new(Bytes::new(), &progress);
        assert!(body.is_end_stream());
        assert!(!progress.cancel());
    }
}
