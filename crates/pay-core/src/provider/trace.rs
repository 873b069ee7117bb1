//! What may be logged: this list, and nothing else. No URL with its values, no header, no body.

use tracing::{Span, field::Empty};

use crate::{Error, provider::Operation};

/// The span of a whole call.
pub(super) fn call_span(operation: &Operation, method: &http::Method, host: &str) -> Span {
    tracing::info_span!(
        "pay.call",
        otel.kind = "client",
        pay.operation = operation.id,
        http.request.method = method.as_str(),
        url.template = operation.route.template(),
        server.address = host,
        pay.attempts = Empty,
        pay.outcome = Empty,
        error.r#type = Empty,
    )
}

/// The span of one attempt. `number` counts from 1.
pub(super) fn attempt_span(operation: &Operation, number: u32) -> Span {
    tracing::debug_span!(
        "pay.attempt",
        pay.operation = operation.id,
        pay.attempt = number,
        http.request.resend_count = number.saturating_sub(1),
        http.response.status_code = Empty,
        error.r#type = Empty,
    )
}

/// Closes the span of a call.
pub(super) fn record_end(span: &Span, attempts: u32, error: Option<&Error>) {
    span.record("pay.attempts", attempts);
    match error {
        None => {
            span.record("pay.outcome", "applied");
        }
        Some(error) => {
            span.record("pay.outcome", error.outcome().as_str());
            span.record("error.type", tracing::field::debug(error.kind()));
        }
    }
}

/// The host of a base URL, for the span.
pub(super) fn host(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    rest.split_once('/').map_or(rest, |(host, _)| host)
}
