//! The boxed future of the traits that users can implement.

use std::future::Future;
use std::pin::Pin;

/// A future that can be sent between threads, boxed so that its trait stays usable as `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
