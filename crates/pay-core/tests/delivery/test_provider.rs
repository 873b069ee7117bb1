//! A provider whose answers say in so many words how they are to be read.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use pay_core::{
    BoxFuture, Error, ErrorKind, FieldError, Pacer, Result, Secret,
    provider::{
        Answer, Authorization, Base, BaseUrl, CallerRoute, Credential, Effect, Need, Operation,
        Pace, Problem, Provenance, Provider, Refusals, Route, TimeoutClass, Verdict,
    },
};

/// The first token of a provider; the next is `secret-token-2`.
pub(crate) const TOKEN: &str = "secret-token-1";

pub(crate) const fn operation(
    id: &'static str,
    effect: Effect,
    refusals: &'static [u16],
) -> Operation {
    Operation {
        id,
        method: Method::POST,
        base: Base::Gateway,
        route: Route::Fixed("/v1/sale/{sale_id}"),
        effect,
        credential: Credential::Bearer,
        refusals: Refusals::of(refusals),
        timeout: TimeoutClass::Normal,
        provenance: Provenance::Documented,
        source: "a test",
    }
}

/// What a login does next. Without a plan it gives a token.
pub(crate) enum Login {
    Fails(Error),
    Hangs,
}

pub(crate) struct TestProvider {
    base: BaseUrl,
    route: Option<CallerRoute>,
    headers: [(HeaderName, HeaderValue); 1],
    plan: Mutex<VecDeque<Option<Login>>>,
    needs: Mutex<Vec<Need>>,
    renewals: AtomicUsize,
    renewable: bool,
    pace: Option<(Arc<dyn Pacer>, Duration)>,
}

impl TestProvider {
    pub(crate) fn at(base: &str) -> Self {
        Self {
            base: BaseUrl::parse("base", base).unwrap(),
            route: None,
            headers: [(header::ACCEPT, HeaderValue::from_static("application/json"))],
            plan: Mutex::default(),
            needs: Mutex::default(),
            renewals: AtomicUsize::new(0),
            renewable: true,
            pace: None,
        }
    }

    pub(crate) fn with_logins(self, plan: impl IntoIterator<Item = Option<Login>>) -> Self {
        Self { plan: Mutex::new(plan.into_iter().collect()), ..self }
    }

    pub(crate) fn with_route(self, route: CallerRoute) -> Self {
        Self { route: Some(route), ..self }
    }

    pub(crate) fn without_renewal(self) -> Self {
        Self { renewable: false, ..self }
    }

    /// Writes with the id `test.sale` take turns.
    pub(crate) fn with_pace(self, pacer: Arc<dyn Pacer>, every: Duration) -> Self {
        Self { pace: Some((pacer, every)), ..self }
    }

    /// What each login was asked for.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.needs.lock().unwrap().clone()
    }

    pub(crate) fn renewals(&self) -> usize {
        self.renewals.load(SeqCst)
    }
}

impl Provider for TestProvider {
    fn user_agent(&self) -> &'static str {
        "testpay/1.0"
    }

    fn raw_id(&self) -> &'static str {
        "test.raw"
    }

    fn base(&self, _: Base) -> &BaseUrl {
        &self.base
    }

    fn caller_route(&self, _: &Operation) -> Option<&CallerRoute> {
        self.route.as_ref()
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    fn authorize<'a>(
        &'a self,
        operation: &'a Operation,
        need: Need,
    ) -> BoxFuture<'a, Result<Option<Authorization>>> {
        self.needs.lock().unwrap().push(need);
        let plan = self.plan.lock().unwrap().pop_front().flatten();
        Box::pin(async move {
            match plan {
                Some(Login::Fails(error)) => return Err(error),
                Some(Login::Hangs) => std::future::pending().await,
                None => {}
            }
            if operation.credential == Credential::None {
                return Ok(None);
            }
            let token = format!("secret-token-{}", self.renewals() + 1);
            Authorization::bearer(&Secret::new(token)).map(Some)
        })
    }

    fn renew(&self, _: &Operation, _: &Authorization) -> bool {
        self.renewals.fetch_add(1, SeqCst);
        self.renewable
    }

    fn pace(&self, operation: &Operation) -> Option<Pace<'_>> {
        let (pacer, every) = self.pace.as_ref()?;
        (operation.id == "test.sale").then(|| Pace { pacer: &**pacer, key: "lane", every: *every })
    }

    /// `{"verdict":"declined","message":"..."}` is read as it says; anything else is left alone.
    fn read(&self, _: &Operation, answer: &Answer) -> Option<Verdict> {
        let body: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
        let text = |name: &str| body.get(name)?.as_str().map(str::to_owned);
        let message = text("message");
        let fields = text("field").map(|field| {
            FieldError::new(field, message.clone().unwrap_or_default()).with_code(text("code"))
        });
        let problem = Problem {
            code: text("code"),
            message: message.clone(),
            fields: fields.into_iter().collect(),
            object: body.get("object").map(|object| Bytes::from(object.to_string())),
            kind: (text("kind").as_deref() == Some("not_found")).then_some(ErrorKind::NotFound),
        };
        Some(match text("verdict")?.as_str() {
            "succeeded" => Verdict::Succeeded,
            "declined" => Verdict::Declined(problem),
            "refused" => Verdict::Refused(problem),
            "throttled" => Verdict::Throttled(problem),
            "faulty" => Verdict::Faulty(problem),
            "by_status" => Verdict::ByStatus(problem),
            "unclear" => Verdict::Unclear(message.unwrap_or_default()),
            "contradicts" => Verdict::Contradicts(message.unwrap_or_default()),
            other => panic!("a test asks for the verdict {other}"),
        })
    }

    /// Only `{"data": ...}` wraps its object.
    fn object(&self, body: &Bytes) -> Option<Bytes> {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        body.get("data").map(|data| Bytes::from(data.to_string()))
    }
}
