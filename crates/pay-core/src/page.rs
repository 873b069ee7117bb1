use std::{collections::HashSet, fmt};

use futures_util::{Stream, stream};

use crate::{BoxFuture, Error, ErrorKind, Outcome, Response, Result};

/// One page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it, in the provider's order.
    pub items: Vec<T>,
    /// Where the next page begins, if the provider names one.
    pub next: Option<String>,
    /// Where the page before begins, if the provider names one.
    pub previous: Option<String>,
}

impl<T> Page<T> {
    /// A page that knows where the next one begins.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next, previous: None }
    }

    /// Adds where the page before begins.
    #[must_use]
    pub fn with_previous(mut self, previous: Option<String>) -> Self {
        self.previous = previous;
        self
    }
}

type Fetch<T> =
    Box<dyn FnMut(Option<String>) -> BoxFuture<'static, Result<Response<Page<T>>>> + Send>;

/// Goes through the pages of a list.
///
/// The list ends at a page without a cursor or without items. A cursor that comes a second time
/// would go round for ever: it is an error.
///
/// ```
/// # use pay_core::{Pager, Result};
/// # async fn example(mut pager: Pager<String>) -> Result<()> {
/// while let Some(page) = pager.next().await? {
///     for item in &page.items {
///         println!("{item}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Pager<T> {
    fetch: Fetch<T>,
    next: Next,
    seen: HashSet<String>,
}

enum Next {
    First,
    After(String),
    End,
}

impl<T: Send + 'static> Pager<T> {
    /// A pager that gets each page by its cursor, `None` for the first. For provider crates.
    pub fn new(
        fetch: impl FnMut(Option<String>) -> BoxFuture<'static, Result<Response<Page<T>>>>
        + Send
        + 'static,
    ) -> Self {
        Self { fetch: Box::new(fetch), next: Next::First, seen: HashSet::new() }
    }

    /// The next page; `None` after the last. After an error, asks for the same page again.
    ///
    /// # Errors
    ///
    /// As the list call; or `ErrorKind::Unreadable` when a cursor comes a second time.
    pub async fn next(&mut self) -> Result<Option<Response<Page<T>>>> {
        let cursor = match &self.next {
            Next::First => None,
            Next::After(cursor) => Some(cursor.clone()),
            Next::End => return Ok(None),
        };
        if let Some(cursor) = &cursor
            && self.seen.contains(cursor)
        {
            return Err(Error::new(
                ErrorKind::Unreadable,
                Outcome::Refused,
                "the list goes round in a circle: a cursor came a second time",
            ));
        }
        let page = (self.fetch)(cursor.clone()).await?;
        self.seen.extend(cursor);
        self.next = match &page.next {
            Some(next) if !page.items.is_empty() => Next::After(next.clone()),
            _ => Next::End,
        };
        let is_past_the_end = page.items.is_empty() && !self.seen.is_empty();
        Ok((!is_past_the_end).then_some(page))
    }

    /// The pages as a stream. Ends after the first error.
    pub fn pages(self) -> impl Stream<Item = Result<Response<Page<T>>>> + Send + Unpin {
        Box::pin(stream::unfold(Some(self), |pager| async {
            let mut pager = pager?;
            match pager.next().await {
                Ok(Some(page)) => Some((Ok(page), Some(pager))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        }))
    }

    /// The items of all pages as a stream. Ends after the first error.
    pub fn items(self) -> impl Stream<Item = Result<T>> + Send + Unpin {
        let start = (Some(self), Vec::new().into_iter());
        Box::pin(stream::unfold(start, |(mut pager, mut items)| async move {
            loop {
                if let Some(item) = items.next() {
                    return Some((Ok(item), (pager, items)));
                }
                match pager.as_mut()?.next().await {
                    Ok(Some(page)) => items = page.into_inner().items.into_iter(),
                    Ok(None) => return None,
                    Err(error) => return Some((Err(error), (None, items))),
                }
            }
        }))
    }

    /// All items of all pages, in one list. Mind its size.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page.into_inner().items);
        }
        Ok(all)
    }
}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pager({} pages read)", self.seen.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;
    use futures_util::StreamExt as _;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::Meta;

    /// Gives these pages in turn, the last for ever, and notes the cursors asked for.
    fn pager(pages: Vec<(Vec<u8>, Option<&'static str>)>) -> (Pager<u8>, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        let mut pages = pages.into_iter();
        let mut last = pages.next().unwrap();
        let mut first = true;
        let pager = Pager::new(move |cursor| {
            noted.lock().unwrap().push(cursor.unwrap_or_default());
            if !std::mem::take(&mut first) {
                last = pages.next().unwrap_or_else(|| last.clone());
            }
            let (items, next) = last.clone();
            Box::pin(async move {
                let meta = Meta::new(StatusCode::OK, HeaderMap::new(), Bytes::new());
                Ok(Response::new(Page::new(items, next.map(str::to_owned)), meta))
            })
        });
        (pager, asked)
    }

    #[tokio::test]
    async fn ends_at_a_page_without_a_cursor() {
        let (pager, asked) = pager(vec![(vec![1, 2], Some("a")), (vec![3], None)]);
        assert_eq!(pager.collect().await.unwrap(), [1, 2, 3]);
        assert_eq!(*asked.lock().unwrap(), ["", "a"]);
    }

    #[tokio::test]
    async fn ends_at_an_empty_page_even_with_a_cursor() {
        let (pager, asked) = pager(vec![(vec![1], Some("a")), (vec![], Some("b"))]);
        assert_eq!(pager.collect().await.unwrap(), [1]);
        assert_eq!(asked.lock().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn an_empty_list_is_one_empty_page() {
        let (mut pager, _) = pager(vec![(vec![], None)]);
        assert!(pager.next().await.unwrap().unwrap().items.is_empty());
        assert!(pager.next().await.unwrap().is_none());
        assert!(pager.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_cursor_that_repeats_is_an_error_and_the_stream_ends() {
        let (pager, asked) = pager(vec![(vec![1], Some("a")), (vec![2], Some("a"))]);
        let items: Vec<_> = pager.items().collect().await;
        assert_eq!(items.len(), 3);
        assert!(items[2].is_err());
        assert_eq!(asked.lock().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_circle_of_several_cursors_is_found_too() {
        let pages = ["b", "c", "a", "b"].map(|next| (vec![1], Some(next)));
        let (pager, _) = pager(pages.to_vec());
        assert!(pager.collect().await.is_err());
    }
}
