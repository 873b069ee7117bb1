//! Submitting applications, and seeing how far they are.

use payroc::{Client, ResponseStatus};

use super::client::{application, call, mid};
use crate::{
    case::Case,
    told::{refusal, told, value},
};

pub(crate) fn cases() -> Vec<Case> {
    let submitted = [
        "boarding.submit/boarded",
        "boarding.submit/sample",
        "boarding.submit/mid_as_a_number",
        "boarding.submit/says_nothing",
        "boarding.submit/throttled",
        "boarding.submit/throttled_by_somebody_else",
        "boarding.submit/duplicate",
        "boarding.submit/failed_tin_check",
        "boarding.submit/several_fields",
        "boarding.submit/po_box",
        "boarding.submit/gateway_emails",
        "boarding.submit/not_allowed",
        "boarding.submit/refused_under_200",
        "boarding.submit/unknown_error_under_200",
        "boarding.submit/server_error",
    ];
    let read = [
        "boarding.status/sample",
        "boarding.status/unknown_shapes",
        "boarding.status/no_such_merchant",
        "boarding.status/not_ibx",
        "boarding.status/expired_token",
    ];
    let submitted = submitted.map(|fixture| call(fixture, submit));
    let read = read.map(|fixture| call(fixture, status));
    submitted.into_iter().chain(read).collect()
}

async fn submit(client: Client) -> String {
    match client.boarding().submit(&application()).await {
        Ok(merchant) => format!("{}\nmid: {:?}", value(&*merchant), merchant.mid()),
        Err(error) => {
            let details = ResponseStatus::of(&error)
                .map(|status| format!("\n{status:#?}"))
                .unwrap_or_default();
            format!("{}{details}", refusal(&error))
        }
    }
}

async fn status(client: Client) -> String {
    told(client.boarding().status(&mid()).await)
}
