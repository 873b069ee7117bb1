//! Getting one transaction.

use super::{
    Call, Cashier, Refusal, Reply,
    switches::{GetId, RejectedReason},
    transaction::TransactionStatus,
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    world::World,
};

impl Cashier {
    pub(crate) fn get(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let (by_tracking_id, by_own_id) = match world.switch() {
            GetId::Either => (true, true),
            GetId::TrackingId => (true, false),
            GetId::TransactionId => (false, true),
        };
        let id = call.params.first().map_or("", String::as_str);
        let place = self.place_of(id, by_tracking_id, by_own_id);
        let transaction = place.and_then(|place| self.transactions.get(place));
        let transaction = transaction.ok_or_else(Refusal::no_transaction)?;
        let reason: Option<Json> = match (transaction.status, world.switch()) {
            (TransactionStatus::Rejected, _) => Some(transaction.reason.into()),
            (_, RejectedReason::WhenRejected) => None,
            (_, RejectedReason::Empty) => Some("".into()),
            (_, RejectedReason::Null) => Some(Json::Null),
        };
        let body = Object::new()
            .with("transaction_status", transaction.status.name())
            .with_optional("rejected_reason", reason);
        Ok(Answer::json(200, body))
    }

    /// The newest transaction that the API knows by that id.
    pub(crate) fn place_of(
        &self,
        id: &str,
        by_tracking_id: bool,
        by_own_id: bool,
    ) -> Option<usize> {
        self.transactions.iter().rposition(|it| {
            it.is_known && (by_tracking_id && it.tracking_id == id || by_own_id && it.id == id)
        })
    }
}
