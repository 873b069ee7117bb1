//! This provider's error bodies, read into verdicts.
//!
//! An error is a `responseStatus` with its `errorCode` set; a success may carry an empty one.

use pay_core::{
    ErrorKind,
    provider::{Answer, Operation, Problem, Verdict},
};

use crate::{ResponseStatus, boarding::tells_of_a_merchant, json::member, operations};

/// The provider's table of errors (Error Codes), but for the throttle: these say that nothing was
/// done, whatever the status that they come under.
static REFUSALS: &[(&str, ErrorKind)] = &[
    ("Unauthorized", ErrorKind::Unauthorized),
    ("TokenException", ErrorKind::Unauthorized),
    (LOCKED, ErrorKind::Unauthorized),
    ("UnauthorizedAccessException", ErrorKind::Forbidden),
    ("NotEmpty", ErrorKind::Invalid),
    ("NotNull", ErrorKind::Invalid),
    ("Predicate", ErrorKind::Invalid),
    ("Email", ErrorKind::Invalid),
    ("Length", ErrorKind::Invalid),
    ("GreaterThanOrEqual", ErrorKind::Invalid),
    ("DuplicateMerchantLocationException", ErrorKind::Invalid),
    ("FailedTinCheckException", ErrorKind::Invalid),
    ("IllegalRequestParameterException", ErrorKind::Invalid),
    ("InvalidLocationException", ErrorKind::Invalid),
];

/// The account has been locked, "manually or due to too many incorrect login attempts".
pub(crate) const LOCKED: &str = "AuthenticationException";

/// "Too many boarding request", under HTTP 429.
const THROTTLED: &str = "429";

/// A predicate can fail on anything; these two are about the MID. (Messages of the same table.)
const NO_SUCH_MERCHANT: [&str; 2] = ["Merchant ID not found", "Ibx Merchant not found"];

/// Reads what is not a plain success; `None` leaves the answer to the call.
pub(crate) fn read(operation: &Operation, answer: &Answer) -> Option<Verdict> {
    let status = answer.status.as_u16();
    match ResponseStatus::in_body(&answer.body) {
        Ok(Some(told)) if told.is_error() => Some(verdict(operation, status, &told)),
        Err(_) if answer.status.is_success() => {
            Some(Verdict::Unclear("the answer's responseStatus cannot be read".to_owned()))
        }
        _ if answer.status.is_success() => is_not_about(operation, &answer.body),
        _ => Some(Verdict::ByStatus(Problem::new(plain_text(&answer.body)))),
    }
}

fn verdict(operation: &Operation, status: u16, told: &ResponseStatus) -> Verdict {
    let code = told.code();
    let mut problem = Problem {
        code: code.map(str::to_owned),
        message: told.sentence().map(str::to_owned),
        fields: told.field_errors(),
        ..Problem::default()
    };
    let known = REFUSALS.iter().find(|(known, _)| code == Some(*known)).map(|(_, kind)| *kind);
    // Which code stands outside, where a rule is broken, no source says.
    if told.sentences().any(|told| NO_SUCH_MERCHANT.contains(&told)) {
        problem.kind = Some(ErrorKind::NotFound);
    }
    match status {
        429 if code == Some(THROTTLED) => Verdict::Throttled(problem),
        200..=299 => match known {
            Some(kind) => {
                problem.kind = problem.kind.or(Some(kind));
                Verdict::Refused(problem)
            }
            // For a write, a code that nobody knows proves nothing. A read has no effect to doubt.
            None if operation.is_write() => Verdict::ByStatus(problem),
            None => Verdict::Refused(problem.with_kind(ErrorKind::Refused)),
        },
        _ => Verdict::ByStatus(problem),
    }
}

/// A success without anything that the operation's answers hold is not understood. Which of these a
/// real answer always has, no source says; one is enough.
fn is_not_about(operation: &Operation, body: &[u8]) -> Option<Verdict> {
    let names: &[&str] = if operation.id == operations::BOARDING_SUBMIT.id {
        let why = "the answer tells neither of a merchant nor of an application";
        return (!tells_of_a_merchant(body)).then(|| Verdict::Unclear(why.to_owned()));
    } else if operation.id == operations::BOARDING_STATUS.id {
        &[
            "links",
            "applicationStatus",
            "applicationUrl",
            "processingDetails",
            "processingStatus",
            "settlementDetails",
            "settlementStatus",
        ]
    } else if operation.id == operations::SETTLEMENT_REPORT.id {
        &["batches", "chargebacksReceived", "dbaName", "mid"]
    } else if operation.id == operations::SETTLEMENT_BATCH.id {
        &["batchDetails", "chargebackDetails"]
    } else {
        return None;
    };
    let is_here = |name: &&str| member(body, name).is_some_and(|value| value != "null");
    let why = "the answer has nothing of what was asked for";
    (!names.iter().any(is_here)).then(|| Verdict::Unclear(why.to_owned()))
}

/// The beginning of a body that is not the provider's. A page of HTML tells a reader nothing.
fn plain_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.starts_with('<') {
        return "an HTML page".to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
