//! Plans.

use payfirma::{Client, Currency, NewPlan, PlanFilter, PlanFrequency, PlanUpdate};

use super::{
    client::call,
    values::{amount, plan},
};
use crate::{
    case::Case,
    told::{told, told_with_object},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        call("plans.create/sample", |client| create(client, guide_plan())),
        call("plans.create/monthly", |client| {
            let monthly = PlanFrequency::Monthly;
            create(client, NewPlan::new("Monthly", amount("10.99"), Currency::CAD, monthly))
        }),
        call("plans.create/another_amount", |client| create(client, guide_plan())),
        call("plans.create/refused", |client| create(client, guide_plan())),
        call("plans.list/one", |client| async move {
            told(client.plans().list(&PlanFilter::new().limit(10)).await)
        }),
        call("plans.list/empty", |client| async move {
            told(client.plans().list(&PlanFilter::new()).await)
        }),
        call("plans.get/found", get),
        call("plans.get/not_found", get),
        call("plans.update/changed", |client| async move {
            let update = PlanUpdate::new(plan()).name("Cheaper").amount(amount("5.00"));
            told_with_object(client.plans().update(&update).await)
        }),
        call("plans.remove/no_content", remove),
        call("plans.remove/removed", remove),
        call("plans.remove/refused", remove),
    ]
}

async fn create(client: Client, plan: NewPlan) -> String {
    told_with_object(client.plans().create(&plan).await)
}

async fn get(client: Client) -> String {
    told_with_object(client.plans().get(&plan()).await)
}

async fn remove(client: Client) -> String {
    told(client.plans().remove(&plan()).await)
}

fn guide_plan() -> NewPlan {
    let daily = PlanFrequency::Daily;
    NewPlan::new("Sample Daily Plan", amount("10.99"), Currency::CAD, daily)
        .number_of_payments(10)
        .send_receipt(false)
}
