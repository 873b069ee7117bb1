//! The answer to a removal. The documents do not say what it is; seen are the object that it was
//! taken from and, as is usual, nothing at all.

use pay_core::{
    Error, ErrorKind, LostCall, Outcome, Response, Result,
    provider::{Operation, Verdict, json},
};
use serde::de::DeserializeOwned;

/// Reads an acknowledged removal: `None` for an empty body, the object where it is one that does
/// not contradict. Anything else is not understood, and so is no success.
pub(crate) fn read<T: DeserializeOwned>(
    operation: &'static Operation,
    lost_call: LostCall,
    answer: Response<()>,
    judge: impl FnOnce(&T) -> Verdict,
) -> Result<Response<Option<T>>> {
    let body = answer.meta().raw_body().trim_ascii();
    if body.is_empty() || body == b"null" {
        return Ok(answer.map(|()| None));
    }
    let object = json::from_slice::<T>(body).ok();
    let (kind, outcome, why) = match object.as_ref().map(judge) {
        Some(Verdict::Succeeded) => return Ok(answer.map(|()| object)),
        Some(Verdict::Contradicts(why)) => (ErrorKind::Contradiction, Outcome::Applied, why),
        _ => {
            let why = "the answer is neither empty nor the object that it was removed from";
            (ErrorKind::Unreadable, Outcome::Unknown, why.to_owned())
        }
    };
    Err(Error::new(kind, outcome, why)
        .with_operation(operation.id)
        .with_attempts(answer.meta().attempts())
        .with_meta(Some(answer.meta().clone()))
        .with_lost_call(Some(lost_call)))
}
