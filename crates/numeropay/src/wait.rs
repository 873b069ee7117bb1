use std::time::Duration;

use pay_core::{Invalid, Response, Result};

use crate::{Payment, PaymentId, Payments};

/// What came of waiting for a payment.
#[derive(Clone, Debug)]
#[must_use = "the time may have been too short"]
pub enum Waited {
    /// It is completed or cancelled: see its [`state`](Payment::state).
    Final(Response<Payment>),
    /// Not yet, when it was last read. Also where its state came as a number that is not known.
    StillOpen(Response<Payment>),
}

impl Payments<'_> {
    /// Reads a payment again and again until it is completed or cancelled, at most for the time
    /// given. No message from NumeroPay is documented, so there is no quicker way.
    ///
    /// The document names the states, but its sample sends numbers, of which only 0 is known. If
    /// yours come as numbers, say what they mean with
    /// [`ClientBuilder::state_number`](crate::ClientBuilder::state_number): a number that is not
    /// known is never taken for the end.
    ///
    /// ```
    /// # async fn example(client: numeropay::Client, id: numeropay::PaymentId) -> numeropay::Result<()> {
    /// use std::time::Duration;
    /// use numeropay::Waited;
    /// let (every, at_most) = (Duration::from_secs(5), Duration::from_secs(10 * 60));
    /// match client.payments().wait(&id, every, at_most).await? {
    ///     Waited::Final(payment) if payment.is_completed() => println!("paid"),
    ///     Waited::Final(_) => println!("cancelled"),
    ///     Waited::StillOpen(payment) => println!("still {:?}", payment.state),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `is_invalid()` if `every` is less than a second, and as [`get`](Self::get).
    pub async fn wait(&self, id: &PaymentId, every: Duration, at_most: Duration) -> Result<Waited> {
        if every < Duration::from_secs(1) {
            return Err(Invalid::new("every", "must be at least a second").into());
        }
        let clock = self.client.clock();
        let end = clock.monotonic().saturating_add(at_most);
        loop {
            let payment = self.get(id).await?;
            if payment.is_final() {
                return Ok(Waited::Final(payment));
            }
            if clock.monotonic().saturating_add(every) > end {
                return Ok(Waited::StillOpen(payment));
            }
            clock.sleep(every).await;
        }
    }
}
