//! What a fault makes of an answer.

use std::time::Duration;

use fastrand::Rng;

use super::rule::FaultKind;
use crate::{
    answer::{Answer, Body},
    delivery::Delivery,
    json::Json,
    money::Money,
    request::Request,
};

/// Not HTTP, and not UTF-8 either.
const GARBAGE: &[u8] = b"\x16\x03\x01\xff\xfe 000 NOT HTTP \x00\x80\r\n\r\n";

const HTML: &str = "<!DOCTYPE html><html><head><title>Service notice</title></head>\
    <body><h1>We will be right back</h1></body></html>";

/// What the disturbed provider's answers are made of.
pub(crate) struct Wording {
    /// The fields that say how a request went.
    pub(crate) verdict_fields: &'static [&'static str],
    /// The fields that hold amounts.
    pub(crate) amount_fields: &'static [&'static str],
    /// An error answer in the provider's words.
    pub(crate) refusal: Answer,
}

/// Applies a fault to the answer (`None`: none was made). Returns what is delivered and how many
/// bytes of the answer differ from what it would have been; 0 means that nothing was changed.
pub(crate) fn disturb(
    kind: &FaultKind,
    answer: Option<Answer>,
    request: &Request,
    wording: Wording,
    rng: &mut Rng,
) -> (Delivery, usize) {
    let to_bytes = |answer: &Answer| answer.to_bytes(request.keep_alive);
    let length = answer.as_ref().map_or_else(|| request.length(), |answer| to_bytes(answer).len());
    match kind {
        FaultKind::Close => return (Delivery::Close, length),
        FaultKind::Reset => return (Delivery::Reset, length),
        FaultKind::Stall { for_at_most } => return (Delivery::Stall(*for_at_most), length),
        FaultKind::Garbage => {
            return (Delivery::Bytes { bytes: GARBAGE.to_vec(), garbage: true }, length);
        }
        FaultKind::Status { status, headers, body } => {
            return (Delivery::Whole(with_status(*status, headers, body, wording.refusal)), length);
        }
        FaultKind::Html => {
            let page = Answer::text(200, "text/html; charset=utf-8", HTML.to_owned());
            return (Delivery::Whole(page), length);
        }
        _ => {}
    }
    // All other kinds work on an answer; rules are checked for that.
    let Some(mut answer) = answer else { return (Delivery::Close, length) };
    match kind {
        FaultKind::Cut { at } => {
            let mut bytes = to_bytes(&answer);
            let at = at.unwrap_or_else(|| rng.usize(1..bytes.len().max(2)));
            if at >= bytes.len() {
                return (Delivery::Whole(answer), 0);
            }
            bytes.truncate(at);
            (Delivery::Bytes { bytes, garbage: false }, length - at)
        }
        FaultKind::Drip { piece, pause } => {
            let pause = if *pause == Duration::ZERO { Duration::from_millis(1) } else { *pause };
            (Delivery::Drip { answer, piece: *piece, pause }, length)
        }
        FaultKind::Slow { by } => (Delivery::Late { answer, by: *by }, length),
        FaultKind::DuplicateReply => (Delivery::Twice(answer), length),
        // The state has worked on the request twice; nothing is left to do here.
        FaultKind::DuplicateRequest => (Delivery::Whole(answer), request.length()),
        FaultKind::Oversize { bytes } => match pad(&answer.body, *bytes) {
            Some(body) => {
                answer.body = body;
                (Delivery::Whole(answer), *bytes)
            }
            None => (Delivery::Whole(answer), 0),
        },
        kind => {
            let changed = match &mut answer.body {
                Body::Json(json) => change(kind, json, &wording),
                _ => 0,
            };
            (Delivery::Whole(answer), changed)
        }
    }
}

fn with_status(
    status: u16,
    headers: &[(String, String)],
    body: &Option<String>,
    refusal: Answer,
) -> Answer {
    let mut answer = match body {
        None => refusal,
        Some(body) => {
            let json = Json::parse(body.as_bytes()).is_some();
            let content_type = if json { "application/json;charset=UTF-8" } else { "text/plain" };
            Answer::text(status, content_type, body.clone())
        }
    };
    answer.status = status;
    answer.headers.extend(headers.iter().cloned());
    answer
}

fn pad(body: &Body, bytes: usize) -> Option<Body> {
    let (content_type, text) = match body {
        Body::Json(json) => ("application/json;charset=UTF-8", json.render()),
        Body::Text { content_type, text } => (*content_type, text.clone()),
        Body::Empty => return None,
    };
    Some(Body::Text { content_type, text: text + &" ".repeat(bytes) })
}

/// Changes fields; returns how many bytes differ.
fn change(kind: &FaultKind, json: &mut Json, wording: &Wording) -> usize {
    let before = json.render();
    match kind {
        FaultKind::UnknownFields => add_fields(json),
        FaultKind::UnknownValue { field } => {
            let strange = |value: &mut Json| {
                if *value != Json::Null {
                    *value = Json::from("SOMETHING_NEW");
                }
            };
            json.for_each_field(&mut |name, value| match field {
                Some(field) if field == name => strange(value),
                None if wording.verdict_fields.contains(&name) => strange(value),
                _ => {}
            });
        }
        FaultKind::WrongType { field } => json.for_each_field(&mut |name, value| {
            if name == field {
                *value = match value {
                    Json::Text(_) => Json::Number("7".to_owned()),
                    _ => Json::from("not what it was"),
                };
            }
        }),
        FaultKind::Missing { field } => remove(field, json),
        FaultKind::WrongAmount { by } => json.for_each_field(&mut |name, value| {
            let is_amount = wording.amount_fields.contains(&name);
            if let Some(amount) = value.as_text().filter(|_| is_amount)
                && let Ok(amount) = amount.parse::<Money>()
            {
                let amount = amount.plus(*by).to_string();
                *value = match value {
                    Json::Text(_) => Json::Text(amount),
                    _ => Json::Number(amount),
                };
            }
        }),
        _ => {}
    }
    let after = json.render();
    let common = before.bytes().zip(after.bytes()).filter(|(a, b)| a == b).count();
    before.len().max(after.len()) - common
}

fn add_fields(json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| add_fields(value));
            let nested = Json::Object(vec![("deep".to_owned(), Json::Array(vec![Json::Null]))]);
            fields.insert(0, ("x_new_object".to_owned(), nested));
            fields.push(("x_new_text".to_owned(), Json::from("not in any document")));
            fields.push(("x_new_number".to_owned(), Json::Number("0.1e-3".to_owned())));
        }
        Json::Array(items) => items.iter_mut().for_each(add_fields),
        _ => {}
    }
}

fn remove(field: &str, json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.retain(|(name, _)| name != field);
            fields.iter_mut().for_each(|(_, value)| remove(field, value));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| remove(field, item)),
        _ => {}
    }
}
