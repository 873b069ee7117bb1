//! A transport without sockets that answers from a list, and writes down what it was given.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use pay_core::{
    BoxFuture,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};

/// What comes of one attempt.
#[derive(Clone)]
pub(crate) enum Step {
    Answers {
        status: u16,
        headers: HeaderMap,
        body: Bytes,
    },
    Fails(Phase, Failure),
    /// Never gets a connection, and would tell before it sent.
    HangsConnecting,
    /// Has sent the request and hears nothing.
    HangsAfterSending,
    /// Tells nothing of how far it is.
    HangsSilently,
}

pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Step {
    Step::Answers { status, headers: HeaderMap::new(), body: body.into() }
}

pub(crate) fn fails(phase: Phase, failure: Failure) -> Step {
    Step::Fails(phase, failure)
}

impl Step {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let Self::Answers { headers, .. } = &mut self else { panic!("only an answer has headers") };
        let name = HeaderName::from_static(name);
        headers.append(name, HeaderValue::from_str(value).unwrap());
        self
    }
}

#[derive(Clone)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = steps.into_iter().collect();
        Self { steps: Arc::new(Mutex::new(steps)), sent: Arc::default() }
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<Request<Bytes>> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// How many steps nobody asked for.
    pub(crate) fn left(&self) -> usize {
        self.steps.lock().unwrap().len()
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<Bytes>,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.sent.lock().unwrap().push(request);
        let step = self.steps.lock().unwrap().pop_front().expect("one attempt too many");
        Box::pin(async move {
            match step {
                Step::Answers { status, headers, body } => {
                    let mut response = Response::new(body);
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                    *response.headers_mut() = headers;
                    Ok(response)
                }
                Step::Fails(phase, failure) => Err(TransportError::new(phase, failure)),
                Step::HangsConnecting => {
                    progress.connecting();
                    std::future::pending().await
                }
                Step::HangsAfterSending => {
                    progress.connecting();
                    assert!(progress.sending());
                    std::future::pending().await
                }
                Step::HangsSilently => std::future::pending().await,
            }
        })
    }
}
