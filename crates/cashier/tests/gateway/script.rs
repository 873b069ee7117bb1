//! A transport that answers by a script and remembers what it was sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use cashier::{
    Card, CardPayment, Client, Connection, Currency, Customer, Environment, KycStatus, Mode, Order,
    Phone, Reference, RetryPolicy, Routes,
};
use http::{Request, Response};
use pay_core::{
    BoxFuture,
    transport::{Failure, MayShare, Phase, Progress, Transport, TransportError},
};

pub(crate) const KEY: &str = "dev-key-0123456789";
pub(crate) const TRACKING_ID: &str = "fb832194-34e1-4e6c-8494-d88034cf3e47";

/// One request, as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) line: String,
    pub(crate) api_key: Option<String>,
    pub(crate) body: String,
    pub(crate) may_share: bool,
}

/// A status and a body, or how far the request came.
type Answer = Result<(u16, String), Phase>;

#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Script {
    pub(crate) fn answer(self, status: u16, body: impl Into<String>) -> Self {
        self.answers.lock().unwrap().push_back(Ok((status, body.into())));
        self
    }

    pub(crate) fn lose(self) -> Self {
        self.answers.lock().unwrap().push_back(Err(Phase::Unknown));
        self
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn client(&self, routes: Routes) -> Client {
        let environment =
            Environment::custom("https://gateway.test/api", Mode::Test, routes).unwrap();
        let connection = Connection::builder()
            .transport(self.clone())
            .retry(RetryPolicy::new().max_attempts(1))
            .build()
            .unwrap();
        Client::builder(environment).api_key(KEY).connection(connection).build().unwrap()
    }

    pub(crate) fn sandbox(&self) -> Client {
        self.client(Routes::sandbox())
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let header = |name| request.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        self.sent.lock().unwrap().push(Sent {
            line: format!("{} {}", request.method(), request.uri()),
            api_key: header("x-api-key"),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
            may_share: request.extensions().get::<MayShare>().is_some(),
        });
        let next = self.answers.lock().unwrap().pop_front().expect("more requests than answers");
        Box::pin(async move {
            match next {
                Ok((status, body)) => Ok(Response::builder()
                    .status(status)
                    .header("x-request-id", "req-1")
                    .body(Bytes::from(body))
                    .unwrap()),
                Err(phase) => Err(TransportError::new(phase, Failure::Broken)),
            }
        })
    }
}

/// The order of the document's samples.
pub(crate) fn order() -> Order {
    let customer = Customer::new()
        .name("John", "Doe")
        .kyc_status(KycStatus::Passed)
        .email("user@example.com".parse().unwrap())
        .address("123 Main Street", "New York", "12345", "GB")
        .date_of_birth("05/03/2000")
        .phone(Phone::new("GB", 44, 783_433_252));
    bare_order().ip([127, 34, 125, 54]).customer(customer)
}

pub(crate) fn bare_order() -> Order {
    let reference = Reference::new(TRACKING_ID).unwrap();
    Order::new("10.05".parse().unwrap(), Currency::EUR, "128", reference)
}

pub(crate) fn card_payment() -> CardPayment {
    let card = Card::new(
        "John Doe",
        "4111111111111111".parse().unwrap(),
        "05/2039".parse().unwrap(),
        "444".parse().unwrap(),
    );
    CardPayment::new(bare_order(), 210, card)
}
