use pay_core::Result;

use super::Event;
use crate::{Client, Transaction, TransactionId, TransactionKey};

/// What the provider says when it is asked about an [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "only `Agrees` confirms the event"]
pub enum Confirmation {
    /// The same status.
    Agrees(Transaction),
    /// Another status, to which the event's can have led: the event is older. Go by this one.
    Moved(Transaction),
    /// A status that contradicts the event, such as one before it. Do not act on the event.
    Contradicts(Transaction),
    /// The provider does not know the transaction, or not by this id: see
    /// [`TransactionKey`](crate::TransactionKey). Do not act on the event.
    NotFound,
}

impl Event {
    /// Asks the provider how the transaction stands, since a signature of this kind is weak and
    /// an old event can be sent again. By the `tracking_id`, unless
    /// [`TransactionKey`](crate::TransactionKey) says that the provider's id is wanted.
    ///
    /// The provider's answer has a status and no amount: compare the event's amount and currency
    /// with your own record of the `tracking_id`.
    ///
    /// ```
    /// # use cashier::{Client, webhook::{Confirmation, Event}};
    /// # async fn example(client: Client, event: Event) -> cashier::Result<()> {
    /// match event.confirm(&client).await? {
    ///     Confirmation::Agrees(_) => println!("{} it is", event.status),
    ///     Confirmation::Moved(now) => println!("meanwhile {}", now.status),
    ///     Confirmation::Contradicts(now) => println!("no: {}", now.status),
    ///     Confirmation::NotFound => println!("nobody knows it"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Transactions::get`](crate::Transactions::get), but for a transaction that is not found.
    pub async fn confirm(&self, client: &Client) -> Result<Confirmation> {
        let told = match client.transactions().get(self.id_for(client)).await {
            Ok(told) => told.into_inner(),
            Err(error) if error.is_not_found() => return Ok(Confirmation::NotFound),
            Err(error) => return Err(error),
        };
        Ok(if told.status == self.status {
            Confirmation::Agrees(told)
        } else if told.status.supersedes(&self.status) {
            Confirmation::Moved(told)
        } else {
            Confirmation::Contradicts(told)
        })
    }

    fn id_for(&self, client: &Client) -> TransactionId {
        match (client.routes().transaction_key, &self.tracking_id) {
            (TransactionKey::Undeclared | TransactionKey::TrackingId, Some(ours)) => {
                TransactionId::from_provider(ours)
            }
            _ => self.transaction_id.clone(),
        }
    }
}
