//! The payout cashier; approving and rejecting payouts.

use cashier::{ApprovePayout, Client, PayoutCheckout, RejectPayout, Theme};

use super::client::{call, order, reference};
use crate::{case::Case, told::told};

pub(crate) fn cases() -> Vec<Case> {
    let hosted = ["payouts.create/sample", "payouts.create/forbidden"];
    let approve = [
        "payouts.approve/sample",
        "payouts.approve/successful",
        "payouts.approve/rejected",
        "payouts.approve/unknown_status",
        "payouts.approve/not_pending",
    ];
    let reject = ["payouts.reject/sample", "payouts.reject/already_paid", "payouts.reject/empty"];
    let all: [Vec<Case>; 3] = [
        hosted.map(|fixture| call(fixture, checkout)).into(),
        approve.map(|fixture| call(fixture, approval)).into(),
        reject.map(|fixture| call(fixture, rejection)).into(),
    ];
    all.into_iter().flatten().collect()
}

async fn checkout(client: Client) -> String {
    let checkout = PayoutCheckout::new(order("128")).theme(Theme::Dark);
    told(client.payouts().create(&checkout).await)
}

async fn approval(client: Client) -> String {
    told(client.payouts().approve(&ApprovePayout::new(reference())).await)
}

async fn rejection(client: Client) -> String {
    told(client.payouts().reject(&RejectPayout::new(reference())).await)
}
