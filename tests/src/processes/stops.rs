//! The worker's store and transport: they say which points they pass, and stop where they are told.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use pay_core::{
    BoxFuture, Result, TokenKey,
    transport::{Progress, Transport, TransportError},
};
use pay_store::{Entry, EntryKey, Event, LaneRow, Query, State, Store, TokenRow};

use super::{Line, Point};

/// Prints a line for the parent.
#[allow(clippy::print_stdout, reason = "how a worker speaks")]
pub(super) fn say(line: &Line) {
    println!("{}", serde_json::to_string(line).unwrap());
}

/// Where to stop. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops(Arc<Mutex<Option<(Point, u32)>>>);

impl Stops {
    pub(super) fn stop_at(&self, point: Point, nth: u32) {
        *self.armed() = Some((point, nth));
    }

    /// Passes a point, or never returns: the process is killed here.
    async fn pass(&self, point: Point, name: Option<&str>) {
        let stopped = match &mut *self.armed() {
            Some((at, left)) if *at == point => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            _ => false,
        };
        say(&Line::At { point, stopped, name: name.map(str::to_owned) });
        if stopped {
            std::future::pending::<()>().await;
        }
    }

    fn armed(&self) -> MutexGuard<'_, Option<(Point, u32)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The store of a worker.
#[derive(Clone)]
pub(super) struct StoppingStore {
    pub(super) inner: Arc<dyn Store>,
    pub(super) stops: Stops,
    pub(super) seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
pub(super) struct Seen {
    /// The epoch in which this process sends a key.
    epochs: HashMap<String, u32>,
    /// As they were read last: a write is told by what it changes.
    tokens: HashMap<TokenKey, TokenRow>,
}

impl StoppingStore {
    pub(super) fn epoch(&self, key: &str) -> u32 {
        self.seen().epochs.get(key).copied().unwrap_or_default()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self, entry: &Entry) {
        if entry.state == State::Sending {
            self.seen().epochs.insert(entry.key.key().to_owned(), entry.epoch);
        }
    }

    /// The points around a write of tokens.
    fn around(&self, key: &TokenKey, row: &TokenRow) -> Option<(Point, Point)> {
        let before = self.seen().tokens.get(key).cloned().unwrap_or_default();
        if row.generation != before.generation {
            Some((Point::BeforeCommit, Point::AfterCommit))
        } else if row.lease.is_none() {
            Some((Point::BeforeRelease, Point::AfterRelease))
        } else if row.lease != before.lease {
            Some((Point::BeforeLease, Point::AfterLease))
        } else if row.begun {
            Some((Point::BeforeBegin, Point::AfterBegin))
        } else {
            // An exchange that did not happen is taken back.
            None
        }
    }
}

impl Store for StoppingStore {
    fn entry<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Option<Entry>>> {
        self.inner.entry(key)
    }

    fn insert<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            self.stops.pass(Point::BeforeInsert, Some(&entry.owner)).await;
            let inserted = self.inner.insert(entry, event).await?;
            if inserted {
                self.notes(entry);
                self.stops.pass(Point::AfterInsert, None).await;
            }
            Ok(inserted)
        })
    }

    fn update<'a>(&'a self, entry: &'a Entry, event: &'a Event) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let sender = Some(entry.owner.as_str()).filter(|_| entry.state == State::Sending);
            self.stops.pass(Point::BeforeUpdate, sender).await;
            let updated = self.inner.update(entry, event).await?;
            if updated {
                self.notes(entry);
                self.stops.pass(Point::AfterUpdate, None).await;
            }
            Ok(updated)
        })
    }

    fn entries<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Entry>>> {
        self.inner.entries(query)
    }

    fn history<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Vec<Event>>> {
        self.inner.history(key)
    }

    fn token<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenRow>>> {
        Box::pin(async move {
            let row = self.inner.token(key).await?;
            self.seen().tokens.insert(key.clone(), row.clone().unwrap_or_default());
            Ok(row)
        })
    }

    fn put_token<'a>(
        &'a self,
        key: &'a TokenKey,
        row: &'a TokenRow,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let around = self.around(key, row);
            if let Some((before, _)) = around {
                let lease = row.lease.as_deref().filter(|_| before == Point::BeforeLease);
                self.stops.pass(before, lease).await;
            }
            let put = self.inner.put_token(key, row).await?;
            if let Some((_, after)) = around.filter(|_| put) {
                self.stops.pass(after, None).await;
            }
            Ok(put)
        })
    }

    fn lane<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<LaneRow>>> {
        self.inner.lane(key)
    }

    fn put_lane<'a>(&'a self, key: &'a str, row: &'a LaneRow) -> BoxFuture<'a, Result<bool>> {
        self.inner.put_lane(key, row)
    }
}

impl fmt::Debug for StoppingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoppingStore").finish_non_exhaustive()
    }
}

tokio::task_local! {
    /// The mark of the requests that a task makes.
    pub(super) static TAG: String;
}

/// The transport of a worker: it marks every request.
pub(super) struct StoppingTransport<T> {
    pub(super) inner: T,
    pub(super) stops: Stops,
    /// Of requests outside of a payment, such as the exchange of tokens.
    pub(super) name: String,
}

impl<T: Transport> Transport for StoppingTransport<T> {
    fn send(
        &self,
        mut request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let tag = TAG.try_with(Clone::clone).unwrap_or_else(|_| self.name.clone());
        request.headers_mut().insert("x-sandbox-tag", HeaderValue::from_str(&tag).unwrap());
        let around = around(&request);
        Box::pin(async move {
            if let Some((before, _)) = around {
                self.stops.pass(before, None).await;
            }
            let answer = self.inner.send(request, progress).await;
            if let Some((_, after)) = around {
                self.stops.pass(after, None).await;
            }
            answer
        })
    }
}

/// The points around a request that changes something.
fn around(request: &Request<Bytes>) -> Option<(Point, Point)> {
    if request.method() == Method::GET {
        return None;
    }
    if !request.uri().path().ends_with("/oauth/token") {
        return Some((Point::BeforeSend, Point::AfterAnswer));
    }
    let is_exchange = request.body().windows(24).any(|part| part == b"grant_type=refresh_token");
    is_exchange.then_some((Point::BeforeExchange, Point::AfterExchange))
}
