//! A provider that gives one prepared answer to everything, without sockets, and keeps what it was
//! sent as text.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, header};
use pay_core::{
    BoxFuture,
    transport::{Progress, Transport, TransportError},
};
use payfirma::{Client, ClientBuilder, Connection, Environment, RetryPolicy};

#[derive(Clone)]
pub(crate) struct Canned {
    status: u16,
    body: Bytes,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    pub(crate) fn answer(status: u16, body: impl Into<String>) -> Self {
        Self::answer_bytes(status, body.into())
    }

    /// The same for what need not be text.
    pub(crate) fn answer_bytes(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), sent: Arc::default() }
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let connection = Connection::builder()
            .transport(self.clone())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        Client::builder(Environment::sandbox())
            .access_token("an-access-token")
            .connection(connection)
    }

    /// Each request as `METHOD /path?query` and, on the next line, its body.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

impl Transport for Canned {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        assert_eq!(request.headers()[header::AUTHORIZATION], "Bearer an-access-token");
        assert_eq!(request.uri().host(), Some("sandbox-apigateway.payfirma.com"));
        let mut text = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        if !request.body().is_empty() {
            assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
            text = format!("{text}\n{}", std::str::from_utf8(request.body()).unwrap());
        }
        self.sent.lock().unwrap().push(text);
        let answer = Response::builder().status(self.status).body(self.body.clone());
        Box::pin(std::future::ready(Ok(answer.unwrap())))
    }
}
