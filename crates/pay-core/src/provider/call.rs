use std::time::Duration;

use futures_util::future::{Either, select};
use http::{Method, Request, Uri, header};
use serde::{Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use tracing::Instrument as _;

use super::{
    Answer, Authorization, Decision, Effect, Ended, Engine, Hidden, Need, Operation, Problem,
    Provider, Query, Renewal, Route, Situation, TimeoutClass, Verdict,
    decision::{Exhausted, decide},
    request_body::{RequestBody, encode_form, encode_json},
    request_url,
    scrub::Scrubber,
    trace,
};
use crate::{
    CallOptions, Error, ErrorKind, Extra, Invalid, LostCall, Meta, Outcome, Response, Result,
    transport::{Failure, Phase, Progress, TransportError},
};

/// One call of one operation: filled by a method of a provider crate, then sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a, P> {
    engine: &'a Engine<P>,
    operation: &'a Operation,
    options: CallOptions,
    raw_route: Option<(Method, String)>,
    parameters: Vec<(&'static str, String)>,
    query: Query,
    body: Option<RequestBody>,
    authorization: Option<Authorization>,
    hidden: Vec<Hidden>,
    lost_call: Option<LostCall>,
    refused: Option<Error>,
}

impl<'a, P: Provider> Call<'a, P> {
    pub(super) fn new(
        engine: &'a Engine<P>,
        operation: &'a Operation,
        options: CallOptions,
    ) -> Self {
        Self {
            engine,
            operation,
            options,
            raw_route: None,
            parameters: Vec::new(),
            query: Query::new(),
            body: None,
            authorization: None,
            hidden: Vec::new(),
            lost_call: None,
            refused: None,
        }
    }

    /// Refuses the call before anything is sent, if a check of the request failed.
    pub fn check(mut self, check: Result<(), Invalid>) -> Self {
        if let Err(invalid) = check {
            self.refuse(invalid.into());
        }
        self
    }

    /// Fills a parameter of the path. It is percent-encoded.
    pub fn path(mut self, name: &'static str, value: impl ToString) -> Self {
        self.parameters.push((name, value.to_string()));
        self
    }

    /// Adds to the query.
    pub fn query(mut self, query: Query) -> Self {
        self.query = self.query.append(query);
        self
    }

    /// Sends JSON, with the caller's extra fields at the end.
    pub fn json<T: Serialize + ?Sized>(self, value: &T, extra: &Extra) -> Self {
        self.encoded_json(encode_json(value, extra))
    }

    pub(super) fn encoded_json(mut self, encoded: Result<bytes::Bytes, Invalid>) -> Self {
        match encoded {
            Ok(bytes) => {
                self.body = Some(RequestBody { bytes, content_type: "application/json" });
            }
            Err(invalid) => self.refuse(invalid.into()),
        }
        self
    }

    /// Sends a form.
    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        self.body = Some(RequestBody {
            bytes: encode_form(pairs),
            content_type: "application/x-www-form-urlencoded",
        });
        self
    }

    /// Names the secrets that this call carries, so that an echo of them is masked.
    pub fn hide(mut self, hidden: impl IntoIterator<Item = Hidden>) -> Self {
        self.hidden.extend(hidden);
        self
    }

    /// Uses this authorization instead of asking the provider for one.
    pub fn authorization(mut self, authorization: Authorization) -> Self {
        self.authorization = Some(authorization);
        self
    }

    /// What the request knows that helps to find out later.
    pub fn lost_call(mut self, lost_call: LostCall) -> Self {
        self.lost_call = Some(lost_call);
        self
    }

    pub(super) fn raw_route(mut self, method: Method, path: String) -> Self {
        if let Err(invalid) = request_url::check_path("path", &path) {
            self.refuse(invalid.into());
        }
        self.raw_route = Some((method, path));
        self
    }

    fn refuse(&mut self, error: Error) {
        // The first thing that is wrong is the one to name.
        self.refused.get_or_insert(error);
    }

    /// Sends it. A 2xx that reads as `T` is a success.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub async fn send<T: DeserializeOwned + Send>(self) -> Result<Response<T>> {
        self.send_judged(|_: &T| Verdict::Succeeded).await
    }

    /// Sends it. A 2xx that reads as `T` is what `judge` says of it.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub async fn send_judged<T: DeserializeOwned + Send>(
        self,
        judge: impl Fn(&T) -> Verdict + Send + Sync,
    ) -> Result<Response<T>> {
        let mut value = None;
        let mut read = |answer: &Answer| match decode::<T>(&answer.body) {
            Ok(decoded) => {
                let verdict = judge(&decoded);
                value = Some(decoded);
                verdict
            }
            Err(why) => Verdict::Unclear(why),
        };
        let operation = self.operation.id;
        let meta = self.run(&mut read).await?;
        match value {
            Some(value) => Ok(Response::new(value, meta)),
            // The provider crate took an answer for a success that the call could not read.
            None => Err(Error::new(
                ErrorKind::Unreadable,
                Outcome::Unknown,
                "the answer holds no result",
            )
            .with_operation(operation)
            .with_meta(Some(meta))),
        }
    }

    /// Sends it. Any 2xx is a success, whatever its body, unless the provider crate finds an error
    /// in it.
    ///
    /// # Errors
    ///
    /// As [`Error`] says.
    pub async fn acknowledge(self) -> Result<Response<()>> {
        let meta = self.run(&mut |_: &Answer| Verdict::Succeeded).await?;
        Ok(Response::new((), meta))
    }

    async fn run(self, read: &mut (dyn FnMut(&Answer) -> Verdict + Send)) -> Result<Meta> {
        let operation = self.operation;
        let (method, uri) = self.target()?;
        let base = self.engine.provider.base(operation.base).as_str();
        let span = trace::call_span(operation, &method, trace::host(base));
        let mut run = Run::begin(self, method, uri);
        let result = run.attempts(read).instrument(span.clone()).await;
        trace::record_end(&span, run.attempt, result.as_ref().err());
        result
    }

    /// The method and the whole URL, or what is wrong with the request.
    fn target(&self) -> Result<(Method, Uri)> {
        if let Some(refused) = &self.refused {
            return Err(Error::new(refused.kind(), refused.outcome(), refused.message())
                .with_field_errors(refused.field_errors().to_vec())
                .with_operation(self.operation.id));
        }
        let provider = &self.engine.provider;
        let (method, template) = match (&self.operation.route, &self.raw_route) {
            (Route::Raw, Some((method, path))) => (method, path.as_str()),
            (Route::Fixed(template), _) => (&self.operation.method, *template),
            _ => match provider.caller_route(self.operation) {
                Some(route) => (&route.method, route.path.as_str()),
                None => {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        Outcome::NotSent,
                        "no source states the path of this operation: give the client a route \
                         for it",
                    )
                    .with_operation(self.operation.id));
                }
            },
        };
        let base = provider.base(self.operation.base);
        // A raw path is the caller's own and holds no parameters.
        let uri = match self.operation.route {
            Route::Raw => request_url::build_literal(base, template, &self.query),
            _ => request_url::build(base, template, &self.parameters, &self.query),
        }
        .map_err(|invalid| Error::from(invalid).with_operation(self.operation.id))?;
        Ok((method.clone(), uri))
    }
}

/// A call under way.
struct Run<'a, P> {
    call: Call<'a, P>,
    method: Method,
    uri: Uri,
    scrubber: Scrubber,
    attempt: u32,
    renewed: bool,
    /// The worst over all attempts so far.
    outcome: Outcome,
    attempt_timeout: Duration,
    /// On the monotonic clock.
    deadline: Duration,
    began: OffsetDateTime,
}

impl<'a, P: Provider> Run<'a, P> {
    fn begin(mut call: Call<'a, P>, method: Method, uri: Uri) -> Self {
        let parts = call.engine.connection.parts();
        let (attempt, whole) = match call.operation.timeout {
            TimeoutClass::Normal => (parts.timeouts.attempt, parts.timeouts.call),
            TimeoutClass::Interactive => {
                (parts.timeouts.interactive_attempt, parts.timeouts.interactive_call)
            }
        };
        let began = parts.clock.now();
        let mut whole = call.options.call.unwrap_or(whole);
        if let Some(deadline) = call.options.deadline {
            whole = whole.min((deadline - began).try_into().unwrap_or(Duration::ZERO));
        }
        let deadline = parts.clock.monotonic().saturating_add(whole);
        let scrubber = Scrubber::new(std::mem::take(&mut call.hidden));
        Self {
            attempt_timeout: call.options.attempt.unwrap_or(attempt),
            method,
            uri,
            scrubber,
            attempt: 0,
            renewed: false,
            outcome: Outcome::NotSent,
            deadline,
            began,
            call,
        }
    }

    async fn attempts(
        &mut self,
        read: &mut (dyn FnMut(&Answer) -> Verdict + Send),
    ) -> Result<Meta> {
        loop {
            let authorization = self.authorize().await?;
            if self.remaining().is_zero() {
                return Err(self.error(ErrorKind::Timeout, "no time left for another attempt"));
            }
            self.attempt += 1;
            let span = trace::attempt_span(self.call.operation, self.attempt);
            let delivery = self.send(authorization.as_ref()).instrument(span.clone()).await;
            match delivery {
                Ok(answer) => {
                    span.record("http.response.status_code", answer.status.as_u16());
                    let verdict = self.read(&answer, read);
                    let ended = Ended::Answered {
                        status: answer.status.as_u16(),
                        declared: self.call.operation.refusals.contains(answer.status.as_u16()),
                        verdict: &verdict,
                    };
                    let retry_after = self.retry_after(&answer);
                    match self.decide(ended, retry_after, authorization.as_ref()) {
                        Decision::Accept => {
                            self.call.engine.budget.give_back();
                            return Ok(self.meta(answer));
                        }
                        Decision::Retry { after } => {
                            self.keep(&ended);
                            self.pause(after).await;
                        }
                        Decision::Renew => {
                            self.renewed = true;
                            self.keep(&ended);
                        }
                        Decision::Stop { outcome, kind, exhausted } => {
                            self.outcome = self.outcome.join(outcome);
                            return Err(self.answered(
                                answer,
                                verdict,
                                kind,
                                exhausted,
                                retry_after,
                            ));
                        }
                    }
                }
                Err(error) => {
                    span.record("error.type", tracing::field::debug(error.failure()));
                    let ended = Ended::Failed { phase: error.phase(), failure: error.failure() };
                    match self.decide(ended, None, None) {
                        Decision::Retry { after } => {
                            self.keep(&ended);
                            self.pause(after).await;
                        }
                        Decision::Stop { outcome, kind, exhausted } => {
                            self.outcome = self.outcome.join(outcome);
                            let message = with_reason(error.to_string(), exhausted);
                            return Err(self.error(kind, message).with_source(error));
                        }
                        // Neither follows from a failed delivery.
                        Decision::Accept | Decision::Renew => {
                            self.outcome = Outcome::Unknown;
                            return Err(self.error(ErrorKind::Transport, error.to_string()));
                        }
                    }
                }
            }
        }
    }

    /// The authorization for the next attempt, in the time that is left.
    async fn authorize(&mut self) -> Result<Option<Authorization>> {
        if let Some(own) = &self.call.authorization {
            let own = own.clone();
            self.hide_authorization(&own);
            return Ok(Some(own));
        }
        let remaining = self.remaining();
        let lasting = match self.call.operation.effect {
            Effect::Read => Duration::ZERO,
            Effect::Idempotent | Effect::Once => self.attempt_timeout.min(remaining),
        };
        let engine = self.call.engine;
        let need = Need { lasting, within: remaining };
        let authorize = engine.provider.authorize(self.call.operation, need);
        let timer = engine.connection.clock().sleep(remaining);
        match select(authorize, timer).await {
            Either::Left((Ok(authorization), _)) => {
                if let Some(authorization) = &authorization {
                    self.hide_authorization(authorization);
                }
                Ok(authorization)
            }
            Either::Left((Err(cause), _)) => {
                let kind = match cause.kind() {
                    // A fault of the login is not a fault found in this request.
                    ErrorKind::Invalid | ErrorKind::Refused | ErrorKind::NotFound => {
                        ErrorKind::Unauthorized
                    }
                    kind => kind,
                };
                let message = match cause.kind() {
                    ErrorKind::Configuration => cause.message().to_owned(),
                    _ => "no access token could be had".to_owned(),
                };
                Err(self.error(kind, message).with_source(cause))
            }
            Either::Right(_) => {
                Err(self.error(ErrorKind::Timeout, "no access token could be had in time"))
            }
        }
    }

    fn hide_authorization(&mut self, authorization: &Authorization) {
        if let Ok(text) = authorization.value().to_str() {
            let credential = text.split_once(' ').map_or(text, |(_, credential)| credential);
            self.scrubber.add(Hidden::exact(credential));
        }
    }

    /// One attempt, ended by our own timers.
    async fn send(&self, authorization: Option<&Authorization>) -> Result<Answer, TransportError> {
        let parts = self.call.engine.connection.parts();
        let request = self.request(authorization)?;
        let progress = Progress::new();
        let limit = self.attempt_timeout.min(self.remaining());
        let connect = parts.timeouts.connect.min(limit);
        let sending = parts.transport.send(request, progress.clone());
        let response = match select(sending, parts.clock.sleep(connect)).await {
            Either::Left((response, _)) => response?,
            Either::Right(_) if progress.cancel() => {
                return Err(TransportError::new(Phase::NotSent, Failure::Timeout));
            }
            Either::Right(((), sending)) => {
                let rest = parts.clock.sleep(limit.saturating_sub(connect));
                match select(sending, rest).await {
                    Either::Left((response, _)) => response?,
                    Either::Right(_) if progress.cancel() => {
                        return Err(TransportError::new(Phase::NotSent, Failure::Timeout));
                    }
                    Either::Right(_) => {
                        return Err(TransportError::new(Phase::Unknown, Failure::Timeout));
                    }
                }
            }
        };
        let (head, body) = response.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: self.scrubber.body(body) })
    }

    fn request(
        &self,
        authorization: Option<&Authorization>,
    ) -> Result<Request<bytes::Bytes>, TransportError> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.uri.clone())
            .header(header::USER_AGENT, self.call.engine.user_agent.clone());
        for (name, value) in self.call.engine.provider.headers() {
            request = request.header(name, value);
        }
        if let Some(authorization) = authorization {
            request = request.header(authorization.name(), authorization.value());
        }
        let body = match &self.call.body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, body.content_type);
                body.bytes.clone()
            }
            None => bytes::Bytes::new(),
        };
        request.body(body).map_err(|error| {
            TransportError::new(Phase::NotSent, Failure::Request).with_source(error)
        })
    }

    fn read(&self, answer: &Answer, read: &mut (dyn FnMut(&Answer) -> Verdict + Send)) -> Verdict {
        match self.call.engine.provider.read(self.call.operation, answer) {
            Some(verdict) => verdict,
            None if answer.status.is_success() => read(answer),
            None => Verdict::ByStatus(Problem::default()),
        }
    }

    fn decide(
        &self,
        ended: Ended<'_>,
        retry_after: Option<Duration>,
        authorization: Option<&Authorization>,
    ) -> Decision {
        let parts = self.call.engine.connection.parts();
        let is_401 = matches!(ended, Ended::Answered { status: 401, .. });
        let strict = self.call.options.strict && self.call.operation.effect == Effect::Once;
        let renewal = match authorization {
            Some(refused) if is_401 && self.call.authorization.is_none() => {
                // The token is forgotten in any case, so that the next call does not meet it.
                let possible = self.call.engine.provider.renew(self.call.operation, refused);
                match (possible, self.renewed, strict) {
                    (_, true, _) => Renewal::Done,
                    (true, false, false) => Renewal::Possible,
                    (true, false, true) => Renewal::Strict,
                    (false, false, _) => Renewal::Impossible,
                }
            }
            _ => Renewal::Impossible,
        };
        decide(&Situation {
            effect: self.call.operation.effect,
            ended,
            attempt: self.attempt,
            max_attempts: self.call.options.max_attempts.unwrap_or(parts.retry.max_attempts),
            retry_after,
            backoff: parts.retry.pause(self.attempt, &*parts.randomness),
            renewal,
            budget: self.call.engine.budget.allows(),
            remaining: self.remaining(),
        })
    }

    /// Remembers what an attempt that is followed by another says about the effect.
    fn keep(&mut self, ended: &Ended<'_>) {
        let outcome = match ended {
            Ended::Failed { phase: Phase::NotSent, .. } => Outcome::NotSent,
            Ended::Failed { phase: Phase::Unknown, .. } => Outcome::Unknown,
            Ended::Answered { declared: true, verdict: Verdict::ByStatus(_), .. } => {
                Outcome::Refused
            }
            Ended::Answered { verdict: Verdict::Throttled(_), .. } => Outcome::Refused,
            Ended::Answered { .. } if !self.call.operation.is_write() => Outcome::Refused,
            Ended::Answered { .. } => Outcome::Unknown,
        };
        self.outcome = self.outcome.join(outcome);
    }

    async fn pause(&self, after: Duration) {
        self.call.engine.budget.take();
        self.call.engine.connection.clock().sleep(after).await;
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.call.engine.connection.clock().monotonic())
    }

    /// Seconds or a date, never negative and at most a day.
    fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        let text = answer.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() => Duration::MAX,
            Err(_) => {
                let at = OffsetDateTime::from(httpdate::parse_http_date(text).ok()?);
                let now = self.call.engine.connection.clock().now();
                (at - now).try_into().unwrap_or(Duration::ZERO)
            }
        };
        Some(wait.min(Duration::from_secs(24 * 60 * 60)))
    }

    fn meta(&self, answer: Answer) -> Meta {
        let request_id = self.call.engine.provider.request_id(&answer.headers);
        answer.into_meta(request_id, self.attempt)
    }

    /// The error for a whole answer.
    fn answered(
        &self,
        answer: Answer,
        verdict: Verdict,
        kind: ErrorKind,
        exhausted: Option<Exhausted>,
        retry_after: Option<Duration>,
    ) -> Error {
        let problem = match verdict {
            Verdict::Declined(problem)
            | Verdict::Refused(problem)
            | Verdict::Throttled(problem)
            | Verdict::Faulty(problem)
            | Verdict::ByStatus(problem) => problem,
            Verdict::Unclear(why) | Verdict::Contradicts(why) => Problem::new(why),
            Verdict::Succeeded => Problem::default(),
        };
        let message = self.scrubber.text(problem.message.as_deref().unwrap_or_default());
        let fields = problem.fields.into_iter().map(|mut field| {
            field.message = self.scrubber.text(&field.message);
            field
        });
        self.error(kind, with_reason(message, exhausted))
            .with_code(problem.code.map(|code| self.scrubber.text(&code)))
            .with_field_errors(fields.collect())
            .with_object(problem.object)
            .with_retry_after(retry_after)
            .with_meta(Some(self.meta(answer)))
    }

    /// An error of this call as it stands.
    fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        let error = Error::new(kind, self.outcome, message)
            .with_operation(self.call.operation.id)
            .with_attempts(self.attempt);
        if self.outcome.is_without_effect() || !self.call.operation.is_write() {
            return error;
        }
        let now = self.call.engine.connection.clock().now();
        let mut lost = match &self.call.lost_call {
            Some(lost) => lost.clone(),
            None => LostCall::new(self.call.operation.id, self.began),
        };
        for (name, value) in &self.call.parameters {
            lost = lost.with_path(*name, value);
        }
        error.with_lost_call(Some(lost.between(self.began, now)))
    }
}

fn with_reason(message: String, exhausted: Option<Exhausted>) -> String {
    let reason = match exhausted {
        None | Some(Exhausted::Attempts) => return message,
        Some(Exhausted::Budget) => "not tried again: the retry budget is used up",
        Some(Exhausted::Deadline) => "not tried again: no time left",
    };
    if message.is_empty() { reason.to_owned() } else { format!("{message}; {reason}") }
}

/// Reads JSON. Where that fails, a second pass finds the place; the value there is not shown.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "the answer ends too early",
            serde_json::error::Category::Syntax => "the answer is not JSON",
            serde_json::error::Category::Data => "the answer has not the expected shape",
            serde_json::error::Category::Io => "the answer could not be read",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}
