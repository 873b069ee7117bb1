//! Fixtures run through the real client: its request is compared, the fixture's reply served.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::{
    case::{Act, Case, Stand},
    exchange::{Exchange, Request},
    fixture::Fixture,
};

/// What a case gave.
pub struct Replayed {
    /// What the client makes of it.
    pub told: String,
    /// What was wrong with the requests.
    pub problems: Vec<String>,
}

/// Runs a case through its fixtures, in order.
pub async fn replay(case: &Case, fixtures: &[&Fixture], user_agent: &str) -> Replayed {
    match &case.act {
        Act::Browse(act) => {
            let exchange = &fixtures[0].exchange;
            let browsed = act(exchange);
            let built =
                Request { method: "GET".to_owned(), url: browsed.url, ..Request::default() };
            let problems = built.difference(&exchange.request).into_iter().collect();
            Replayed { told: browsed.told, problems }
        }
        Act::Call(act) => {
            let exchanges = fixtures.iter().map(|fixture| fixture.exchange.clone()).collect();
            let served = Served::start(exchanges, user_agent).await;
            let told = act(served.stand()).await;
            Replayed { told, problems: served.problems() }
        }
    }
}

/// A mock server that knows what comes next.
pub struct Served {
    server: MockServer,
    state: Arc<Mutex<State>>,
}

struct State {
    next: VecDeque<Exchange>,
    problems: Vec<String>,
    user_agent: String,
}

impl Served {
    /// Serves these exchanges, in order, each once.
    pub async fn start(exchanges: Vec<Exchange>, user_agent: &str) -> Self {
        let server = MockServer::start_async().await;
        let state = Arc::new(Mutex::new(State {
            next: exchanges.into(),
            problems: Vec::new(),
            user_agent: user_agent.to_owned(),
        }));
        let shared = Arc::clone(&state);
        server
            .mock_async(move |when, then| {
                // Everything is compared as text, here: a mock's own JSON matching goes through f64.
                let _ = when.is_true(|_| true);
                let _ = then.respond_with(move |request| shared.lock().unwrap().answer(request));
            })
            .await;
        Self { server, state }
    }

    pub fn stand(&self) -> Stand {
        Stand { base_url: self.server.base_url() }
    }

    /// What was wrong with the requests, those that did not come included.
    pub fn problems(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let missing = state.next.iter().map(|exchange| {
            format!("never sent: {} {}", exchange.request.method, exchange.request.url)
        });
        state.problems.iter().cloned().chain(missing).collect()
    }
}

impl State {
    fn answer(&mut self, request: &HttpMockRequest) -> HttpMockResponse {
        let sent = as_sent(request);
        let user_agent = header(request, "user-agent");
        if !user_agent.starts_with(&self.user_agent) {
            self.problems.push(format!("the user agent is {user_agent:?}"));
        }
        let Some(Exchange { request: wanted, reply }) = self.next.pop_front() else {
            self.problems.push(format!("one request too many: {} {}", sent.method, sent.url));
            return HttpMockResponse::builder().status(404).build();
        };
        if let Some(difference) = sent.difference(&wanted) {
            self.problems.push(difference);
        }
        let mut response = HttpMockResponse::builder().status(reply.status);
        for (name, value) in reply.headers {
            response = response.header(name, value);
        }
        response.body(reply.body).build()
    }
}

/// The request as a fixture writes it: the first segment of the path stands for the host.
fn as_sent(request: &HttpMockRequest) -> Request {
    let uri = request.uri();
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let sent = Request {
        method: request.method_str().to_owned(),
        url: format!("https:/{target}"),
        headers: Vec::new(),
        body: request.body_string(),
    };
    sent.with_headers(
        request.headers_vec().iter().map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

fn header<'a>(request: &'a HttpMockRequest, name: &str) -> &'a str {
    let mut headers = request.headers_vec().iter();
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
}
