//! What the sandbox answers, before any fault touches it.

use bytes::Bytes;
use http::StatusCode;

use crate::json::Json;

/// A whole HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Empty,
    Json(Json),
    Text { content_type: &'static str, text: String },
}

impl Answer {
    pub(crate) fn json(status: u16, body: impl Into<Json>) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body.into()) }
    }

    pub(crate) fn text(status: u16, content_type: &'static str, text: String) -> Self {
        Self { status, headers: Vec::new(), body: Body::Text { content_type, text } }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Empty }
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self::empty(302).with_header("location", location)
    }

    pub(crate) fn with_header(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The answer as HTTP/1.1 bytes.
    pub(crate) fn to_bytes(&self, keep_alive: bool) -> Vec<u8> {
        let reason = StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", self.status);
        for (name, value) in self.all_headers() {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let body = self.body_bytes();
        if self.has_body() {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        if !keep_alive {
            head.push_str("connection: close\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        bytes
    }

    /// The answer for a caller without a socket. Headers that HTTP cannot carry are left out.
    pub(crate) fn to_response(&self) -> http::Response<Bytes> {
        let body = self.body_bytes();
        let mut response = http::Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let length = response.body().len();
        let headers = response.headers_mut();
        for (name, value) in self.all_headers() {
            if let (Ok(name), Ok(value)) =
                (http::HeaderName::try_from(name), http::HeaderValue::try_from(value))
            {
                headers.append(name, value);
            }
        }
        if self.has_body() {
            headers.insert(http::header::CONTENT_LENGTH, length.into());
        }
        response
    }

    fn all_headers(&self) -> Vec<(String, String)> {
        let content_type = match &self.body {
            Body::Empty => None,
            Body::Json(_) => Some("application/json;charset=UTF-8"),
            Body::Text { content_type, .. } => Some(*content_type),
        };
        let named = |name: &str| self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
        let mut headers = Vec::new();
        if let Some(content_type) = content_type.filter(|_| !named("content-type")) {
            headers.push(("content-type".to_owned(), content_type.to_owned()));
        }
        headers.extend(self.headers.iter().cloned());
        headers
    }

    fn body_bytes(&self) -> Bytes {
        match &self.body {
            Body::Json(json) if self.has_body() => json.render().into(),
            Body::Text { text, .. } if self.has_body() => text.clone().into(),
            _ => Bytes::new(),
        }
    }

    fn has_body(&self) -> bool {
        !(matches!(self.status, 204 | 304) || self.status < 200)
    }
}
