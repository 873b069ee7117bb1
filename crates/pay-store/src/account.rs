use std::{collections::BTreeMap, fmt, future::Future, sync::Arc};

use pay_core::{BoxFuture, Confirmed, Error, LostCall, Outcome, Resolution, Response, Result};
use serde::{Serialize, de::DeserializeOwned};

use crate::{AccountKey, Journal, Once, answer::Answer};

/// A provider's account whose payments the journal remembers. From [`Journal::account`].
#[derive(Clone)]
pub struct Account<C> {
    pub(crate) journal: Journal,
    pub(crate) key: AccountKey,
    pub(crate) client: C,
    pub(crate) resolve: Arc<ResolveFn<C>>,
    pub(crate) ready: Option<Arc<ReadyFn<C>>>,
}

type ResolveFn<C> =
    dyn Fn(C, LostCall) -> BoxFuture<'static, Result<Resolution<Answer>>> + Send + Sync;
type ReadyFn<C> = dyn Fn(C) -> BoxFuture<'static, Result<()>> + Send + Sync;

impl<C: Clone + Send + Sync + 'static> Account<C> {
    pub(crate) fn new<F, R, Found>(journal: Journal, key: AccountKey, client: C, resolve: R) -> Self
    where
        R: Fn(C, LostCall) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Resolution<Found>>> + Send + 'static,
        Found: Serialize + 'static,
    {
        let resolve = move |client, lost| -> BoxFuture<'static, _> {
            let resolving = resolve(client, lost);
            Box::pin(async move { Ok(answers(resolving.await?)) })
        };
        Self { journal, key, client, resolve: Arc::new(resolve), ready: None }
    }

    /// Runs this before a payment is recorded as being sent: the client's own `ready`, by which it
    /// gets its access token. If the login is down, nothing was recorded and nothing has to be
    /// resolved. Without this, a crash during the login leaves the payment in doubt: honest, but
    /// needless.
    ///
    /// ```
    /// # use pay_store::{AccountKey, Journal};
    /// # fn example(journal: Journal, client: payfirma::Client) -> pay_store::Account<payfirma::Client> {
    /// journal
    ///     .account(
    ///         AccountKey::new("payfirma", "production", "shop-17"),
    ///         client,
    ///         |client, lost| async move { client.resolve(&lost).await },
    ///     )
    ///     .ready(|client| async move { client.ready().await })
    /// # }
    /// ```
    ///
    /// It is asked for anew each time, and promises nothing to what follows: where the token is
    /// refused or has become too old meanwhile, the call itself gets another, as without a journal,
    /// and the record says what came of that.
    #[must_use]
    pub fn ready<F>(mut self, ready: impl Fn(C) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.ready = Some(Arc::new(move |client| Box::pin(ready(client))));
        self
    }

    /// Does it once under this key, however often it is called, over crashes and processes.
    ///
    /// `key` names the payment: keep it with the order, before you pay. A decline is final: another
    /// try of the payer's is another payment, with a key and a reference of its own. `lost` is the
    /// request's own `lost_call()`: it says which operation it is and what makes two requests the
    /// same, the reference too: derive that from the key. `send`
    /// gets a clone of the client and runs at most once, in a task of its own: dropping this call
    /// does not stop it. What it returns is stored as JSON, sealed, and is what the same key gives
    /// again; map it to something smaller if you do not want all of it stored. If its answer was lost,
    /// the same key gives what a search found in its place, as far as that reads as a `T`; a `T`
    /// without content, such as `()`, asks for no more than that it took effect.
    ///
    /// ```
    /// # use payfirma::{Client, Sale, Transaction};
    /// # use pay_store::{Account, Recorded};
    /// # async fn example(account: Account<Client>, sale: Sale) -> pay_core::Result<()> {
    /// let charged: Recorded<Transaction> = account
    ///     .once("order-1042", sale.lost_call(), |client| async move {
    ///         client.transactions().sale(&sale).await
    ///     })
    ///     .await?;
    /// println!("{} {}", charged.id, if charged.is_replayed() { "as before" } else { "now" });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The provider's own, as without a journal; the same key gives the same one again, but for
    /// those of [`Outcome::NotSent`](pay_core::Outcome::NotSent) and refusals for a passing reason,
    /// after which it is sent anew. Beyond those:
    ///
    /// - `is_invalid()` with `NotSent`: the key is no key, or another request was made under it.
    /// - `Unknown`, with [`Unfinished`](crate::Unfinished) as its cause: another call is under way
    ///   with this key, or may be (its process may have died: see
    ///   [`Journal::send_within`](crate::Journal::send_within)), or what became of it is unknown. It
    ///   was looked for, and not sent again.
    /// - `ErrorKind::NoAnswer` with `Applied`: a person settled it so, or its answer was pruned. Settled
    ///   as not applied it is `Refused`.
    /// - `ErrorKind::Storage`: with `NotSent` the store could not be written, and nothing was sent. With
    ///   `Unknown` it could not be read: nothing was sent now, and an earlier call with this key may
    ///   have taken effect; ask again with the same key. With `Applied` it took effect: `body::<T>()` is the answer, **and the record failed**, so it is
    ///   not durable, and the same key will look for it; or, where the message says that a search
    ///   found it, `body()` is the provider's record, which is no `T`.
    pub fn once<T, F, S>(&self, key: &str, lost: LostCall, send: S) -> Once<C, T>
    where
        S: FnOnce(C) -> F + Send + 'static,
        F: Future<Output = Result<Response<T>>> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        Once {
            account: self.clone(),
            key: key.to_owned(),
            lost,
            also: BTreeMap::new(),
            within: self.journal.shared.send_within,
            send: Box::new(move |client| Box::pin(send(client))),
        }
    }
}

impl<C: Clone> Account<C> {
    pub(crate) async fn get_ready(&self) -> Result<()> {
        let Some(ready) = &self.ready else {
            return Ok(());
        };
        ready(self.client.clone()).await.map_err(|cause| {
            let (kind, wait) = (cause.kind(), cause.retry_after());
            let why = match cause.message() {
                "" => "the client is not ready: nothing was sent".to_owned(),
                why => format!("the client is not ready, nothing was sent: {why}"),
            };
            Error::new(kind, Outcome::NotSent, why)
                .with_code(cause.code().map(str::to_owned))
                .with_retry_after(wait)
                .with_source(cause)
        })
    }
}

/// What was found, as the answers to store.
fn answers<Found: Serialize>(found: Resolution<Found>) -> Resolution<Answer> {
    match found {
        Resolution::Confirmed(Confirmed::Declined(object)) => {
            Resolution::Confirmed(Confirmed::Declined(Answer::declined(&object)))
        }
        other => other.map(|object| Answer::found(&object)),
    }
}

impl<C> fmt::Debug for Account<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("key", &self.key).finish_non_exhaustive()
    }
}
