//! What providers send by themselves: webhooks. Nothing here does I/O; `sender` does.

use bytes::Bytes;
use serde::{Serialize, Serializer};

use crate::{clock::Millis, loopback::LoopbackUrl};

/// A webhook on its way, for a test that plays the network itself.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// Counts up from 1 over all providers; every attempt has the same one, every copy its own.
    pub serial: u64,
    /// Counts up from 1.
    pub attempt: u64,
    /// What it is about, such as the id of a transaction.
    pub about: String,
    /// Where it goes, if the test has said so.
    pub url: Option<String>,
    /// Its headers, the signature among them.
    pub headers: Vec<(String, String)>,
    /// Its body, byte by byte as it is sent.
    pub body: String,
}

impl std::fmt::Debug for Webhook {
    /// Without the headers, for a signature is among them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("serial", &self.serial)
            .field("attempt", &self.attempt)
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

impl Webhook {
    /// The first header of that name; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The webhook as a request to its URL; to `/` where it has none.
    pub fn to_request(&self) -> http::Request<Bytes> {
        let mut request = http::Request::new(Bytes::from(self.body.clone()));
        *request.method_mut() = http::Method::POST;
        if let Some(uri) = self.url.as_ref().and_then(|url| url.parse().ok()) {
            *request.uri_mut() = uri;
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                http::HeaderName::try_from(name.as_str()),
                http::HeaderValue::try_from(value.as_str()),
            ) {
                request.headers_mut().append(name, value);
            }
        }
        request
    }
}

/// One attempt to deliver a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WebhookAttempt {
    /// The webhook's number.
    pub serial: u64,
    /// Which attempt it was, from 1.
    pub attempt: u64,
    /// When it ended, in epoch milliseconds of the sandbox's clock.
    pub at_ms: i64,
    /// Whose webhook it is.
    pub provider: &'static str,
    /// What it is about, such as the id of a transaction.
    pub about: String,
    /// What came of it.
    pub outcome: WebhookOutcome,
    /// Whether there will be another attempt.
    pub again: bool,
}

/// What came of an attempt to deliver a webhook. As text: `200`, `no-answer`, `taken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookOutcome {
    /// The receiver answered with this status; anything but 2xx is a failure.
    Answered(u16),
    /// The receiver could not be reached, or gave no answer in time.
    NoAnswer,
    /// A test took it, to deliver it by itself.
    Taken,
}

impl WebhookOutcome {
    fn is_failure(self) -> bool {
        match self {
            Self::Answered(status) => !(200..300).contains(&status),
            Self::NoAnswer => true,
            Self::Taken => false,
        }
    }
}

impl Serialize for WebhookOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Answered(status) => serializer.collect_str(status),
            Self::NoAnswer => serializer.serialize_str("no-answer"),
            Self::Taken => serializer.serialize_str("taken"),
        }
    }
}

/// What a provider hands over.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) provider: &'static str,
    pub(crate) about: String,
    pub(crate) url: Option<LoopbackUrl>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// How often it is tried at most.
    pub(crate) attempts: u64,
    /// From a failed attempt to the next.
    pub(crate) retry_after: Millis,
}

/// A message that the outbox keeps.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) serial: u64,
    /// The one to come, or under way.
    attempt: u64,
    due: Millis,
    pub(crate) message: Message,
}

impl Kept {
    fn to_webhook(&self) -> Webhook {
        Webhook {
            serial: self.serial,
            attempt: self.attempt,
            about: self.message.about.clone(),
            url: self.message.url.as_ref().map(ToString::to_string),
            headers: self.message.headers.clone(),
            body: self.message.body.clone(),
        }
    }
}

/// What is still to be sent, and what was.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// In order of time.
    waiting: Vec<Kept>,
    /// Handed over; what came of it is not known yet.
    under_way: Vec<Kept>,
    log: Vec<WebhookAttempt>,
    last_serial: u64,
    /// Whether messages with a URL are sent by the sandbox itself.
    sends: bool,
}

impl Outbox {
    pub(crate) fn new(sends: bool) -> Self {
        Self { sends, ..Self::default() }
    }

    pub(crate) fn push(&mut self, message: Message, now: Millis) {
        self.last_serial += 1;
        self.wait(Kept { serial: self.last_serial, attempt: 1, due: now, message });
    }

    /// When something next falls due that has not yet.
    pub(crate) fn next_due(&self, now: Millis) -> Option<Millis> {
        self.waiting.iter().map(|kept| kept.due).find(|due| *due > now)
    }

    /// The next due message that has a URL, for the sender.
    pub(crate) fn next_to_send(&mut self, now: Millis) -> Option<Kept> {
        let is_next = |kept: &Kept| kept.due <= now && kept.message.url.is_some();
        let place = self.waiting.iter().position(is_next)?;
        let kept = self.waiting.remove(place);
        self.under_way.push(kept.clone());
        Some(kept)
    }

    /// The due messages of a provider that nobody else sends, for a test.
    pub(crate) fn take(&mut self, provider: &str, now: Millis) -> Vec<Webhook> {
        let sends = self.sends;
        let is_taken = |kept: &mut Kept| {
            kept.due <= now
                && kept.message.provider == provider
                && !(sends && kept.message.url.is_some())
        };
        let taken: Vec<Kept> = self.waiting.extract_if(.., is_taken).collect();
        for kept in &taken {
            self.log(kept, WebhookOutcome::Taken, false, now);
        }
        let webhooks = taken.iter().map(Kept::to_webhook).collect();
        self.under_way.extend(taken);
        webhooks
    }

    /// What came of a message that was handed over. Returns whether there is another attempt, or
    /// `None` if no such message is under way.
    pub(crate) fn report(
        &mut self,
        serial: u64,
        outcome: WebhookOutcome,
        now: Millis,
    ) -> Option<bool> {
        let place = self.under_way.iter().position(|kept| kept.serial == serial)?;
        let kept = self.under_way.remove(place);
        let again = outcome.is_failure() && kept.attempt < kept.message.attempts;
        self.log(&kept, outcome, again, now);
        if again {
            let due = now.saturating_add(kept.message.retry_after);
            self.wait(Kept { attempt: kept.attempt + 1, due, ..kept });
        }
        Some(again)
    }

    /// The attempts of a provider's webhooks, oldest first.
    pub(crate) fn attempts(&self, provider: &str) -> Vec<WebhookAttempt> {
        self.log.iter().filter(|attempt| attempt.provider == provider).cloned().collect()
    }

    fn wait(&mut self, kept: Kept) {
        let place = self.waiting.partition_point(|other| other.due <= kept.due);
        self.waiting.insert(place, kept);
    }

    fn log(&mut self, kept: &Kept, outcome: WebhookOutcome, again: bool, now: Millis) {
        self.log.push(WebhookAttempt {
            serial: kept.serial,
            attempt: kept.attempt,
            at_ms: now,
            provider: kept.message.provider,
            about: kept.message.about.clone(),
            outcome,
            again,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(url: Option<&str>) -> Message {
        Message {
            provider: "x",
            about: "t".to_owned(),
            url: url.map(|url| url.parse().unwrap()),
            headers: vec![("x-signature".to_owned(), "s3cret".to_owned())],
            body: "{}".to_owned(),
            attempts: 2,
            retry_after: 10,
        }
    }

    #[test]
    fn failures_are_tried_again_so_many_times() {
        let mut outbox = Outbox::new(true);
        outbox.push(message(Some("http://127.0.0.1:1/a")), 100);
        let serial = outbox.next_to_send(100).unwrap().serial;
        assert!(outbox.next_to_send(100).is_none());
        assert_eq!(outbox.report(serial, WebhookOutcome::Answered(500), 100), Some(true));
        assert_eq!((outbox.next_due(100), outbox.next_due(110)), (Some(110), None));
        assert!(outbox.next_to_send(109).is_none());
        outbox.next_to_send(110).unwrap();
        assert_eq!(outbox.report(serial, WebhookOutcome::NoAnswer, 110), Some(false));
        assert_eq!(outbox.report(serial, WebhookOutcome::NoAnswer, 110), None);
        assert!(outbox.next_to_send(999).is_none());
        let attempts: Vec<_> = outbox.attempts("x").iter().map(|it| it.attempt).collect();
        assert_eq!(attempts, [1, 2]);
    }

    #[test]
    fn a_test_takes_what_the_sandbox_does_not_send() {
        let mut outbox = Outbox::new(true);
        outbox.push(message(Some("http://127.0.0.1:1/a")), 0);
        outbox.push(message(None), 0);
        assert_eq!(outbox.take("x", 0).iter().map(|it| it.serial).collect::<Vec<_>>(), [2]);
        assert_eq!(outbox.report(2, WebhookOutcome::NoAnswer, 5), Some(true));
        assert_eq!(outbox.take("x", 15)[0].attempt, 2);
        let mut outbox = Outbox::new(false);
        outbox.push(message(Some("http://127.0.0.1:1/a?b")), 0);
        let taken = outbox.take("x", 0).remove(0);
        assert_eq!(taken.url.as_deref(), Some("http://127.0.0.1:1/a?b"));
        assert!(!format!("{taken:?}").contains("s3cret"));
        let request = taken.to_request();
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/a"));
        assert_eq!(request.headers()["x-signature"], "s3cret");
    }
}
