//! What may be logged: this list, and nothing else. No URL with its values, no header, no body.
//!
//! The names are OpenTelemetry's where it has one, and begin with `pay.` where it has none.

use http::Uri;
use tracing::{Span, field::Empty};

use super::{Answer, Operation, call::Target};
use crate::{Error, transport::TransportError};

/// The span of a whole call.
pub(super) fn call_span(operation: &Operation, target: &Target) -> Span {
    tracing::info_span!(
        "pay.call",
        otel.kind = "client",
        otel.status_code = Empty,
        pay.operation = operation.id,
        http.request.method = target.method.as_str(),
        url.template = target.template.as_deref(),
        server.address = address(&target.uri),
        server.port = port(&target.uri),
        http.response.status_code = Empty,
        pay.attempts = Empty,
        pay.outcome = Empty,
        // A literal: as an identifier it would be called `error.r#type`.
        "error.type" = Empty,
    )
}

/// The span of one attempt. `number` counts from 1.
pub(super) fn attempt_span(operation: &Operation, target: &Target, number: u32) -> Span {
    tracing::debug_span!(
        "pay.attempt",
        pay.operation = operation.id,
        pay.attempt = number,
        http.request.method = target.method.as_str(),
        url.template = target.template.as_deref(),
        server.address = address(&target.uri),
        server.port = port(&target.uri),
        http.request.resend_count = number.saturating_sub(1),
        http.response.status_code = Empty,
        "error.type" = Empty,
    )
}

/// Closes the span of an attempt.
pub(super) fn record_delivery(span: &Span, delivery: &Result<Answer, TransportError>) {
    match delivery {
        Ok(answer) => {
            let status = answer.status;
            span.record("http.response.status_code", status.as_u16());
            if status.is_client_error() || status.is_server_error() {
                span.record("error.type", status.as_str());
            }
        }
        Err(error) => {
            span.record("error.type", error.failure().as_str());
        }
    }
}

/// Closes the span of a call.
pub(super) fn record_end(span: &Span, attempts: u32, result: &Result<crate::Meta, Error>) {
    span.record("pay.attempts", attempts);
    let status = match result {
        Ok(meta) => {
            span.record("pay.outcome", "ok");
            Some(meta.status())
        }
        Err(error) => {
            span.record("pay.outcome", error.outcome().as_str());
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
            error.status()
        }
    };
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
}

/// The host alone. OpenTelemetry writes an IPv6 address without brackets.
fn address(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 })
}
