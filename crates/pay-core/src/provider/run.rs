mod failure;
mod turn;

use std::time::Duration;

use futures_util::future::{Either, select};
use http::{Request, header};
use time::OffsetDateTime;
use tracing::Instrument as _;

pub(super) use self::failure::failed_login;
use self::failure::with_reason;
use super::{
    Answer, Authorization, Call, Decision, Effect, Ended, Hidden, Need, Problem, Provider, Renewal,
    Situation, Verdict, ahead::Times, call::Target, decision::decide, retry_after::retry_after,
    scrub::Scrubber, trace,
};
use crate::{
    ErrorKind, Meta, Outcome, Result,
    retry::Unspent,
    transport::{Failure, MayShare, Phase, Progress, TransportError},
};

/// A call under way: its attempts, and what they say together about the effect.
pub(super) struct Run<'a, P> {
    call: Call<'a, P>,
    target: Target,
    scrubber: Scrubber,
    /// The attempt under way, from 1.
    attempt: u32,
    renewed: bool,
    /// The worst over all attempts so far.
    outcome: Outcome,
    /// What HTTP said to the attempt before, if it was answered.
    before: Option<Meta>,
    times: Times,
    /// On the monotonic clock.
    deadline: Duration,
    began: OffsetDateTime,
}

impl<'a, P: Provider> Run<'a, P> {
    pub(super) fn begin(mut call: Call<'a, P>, target: Target) -> Self {
        let parts = call.engine.connection.parts();
        let began = parts.clock.now();
        let times = Times::of(call.operation, call.options, parts.timeouts, began);
        let deadline = parts.clock.monotonic().saturating_add(times.call);
        let scrubber = Scrubber::new(std::mem::take(&mut call.hidden));
        Self {
            times,
            target,
            scrubber,
            attempt: 0,
            renewed: false,
            outcome: Outcome::NotSent,
            before: None,
            deadline,
            began,
            call,
        }
    }

    /// How many attempts were made.
    pub(super) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Makes attempts until one is accepted, or another would be wrong or in vain.
    pub(super) async fn attempts(
        &mut self,
        read: &mut (dyn FnMut(&Answer) -> Verdict + Send),
    ) -> Result<Meta> {
        let mut unspent = None;
        loop {
            self.check_time()?;
            let authorization = self.authorize().await?;
            // The last thing before sending: a slow login must not push two attempts together.
            self.take_turn().await?;
            self.check_time()?;
            self.attempt += 1;
            if let Some(unspent) = unspent.take() {
                Unspent::spend(unspent);
            }
            let span = trace::attempt_span(self.call.operation, &self.target, self.attempt);
            let delivery = self.send(authorization.as_ref()).instrument(span.clone()).await;
            trace::record_delivery(&span, &delivery);
            let next = match delivery {
                Ok(answer) => self.judge(answer, authorization.as_ref(), read)?,
                Err(error) => self.judge_failure(error)?,
            };
            match next {
                Next::Done(meta) => return Ok(meta),
                Next::Pause(after) => {
                    unspent = Some(self.call.engine.budget.unspent());
                    self.call.engine.connection.clock().sleep(after).await;
                }
                Next::AtOnce => {}
            }
        }
    }

    fn check_time(&self) -> Result<()> {
        if self.remaining().is_zero() {
            let message = if self.attempt == 0 { "no time left" } else { "no time left to go on" };
            return Err(self.error(ErrorKind::Timeout, message).with_meta(self.before.clone()));
        }
        Ok(())
    }

    /// What follows from a whole answer.
    fn judge(
        &mut self,
        answer: Answer,
        authorization: Option<&Authorization>,
        read: &mut (dyn FnMut(&Answer) -> Verdict + Send),
    ) -> Result<Next> {
        let verdict = self.read(&answer, read);
        let status = answer.status.as_u16();
        let declared = self.call.operation.refusals.contains(status);
        let wait = retry_after(&answer.headers, self.call.engine.connection.clock().now());
        let ended = Ended::Answered { status, declared, verdict: &verdict };
        match self.decide(ended, wait, authorization) {
            Decision::Accept => {
                self.call.engine.budget.give_back();
                Ok(Next::Done(self.meta(answer)))
            }
            Decision::Retry { after, outcome } => {
                self.outcome = self.outcome.join(outcome);
                self.before = Some(self.meta(answer));
                Ok(Next::Pause(after))
            }
            Decision::Renew { outcome } => {
                self.renewed = true;
                self.outcome = self.outcome.join(outcome);
                self.before = Some(self.meta(answer));
                Ok(Next::AtOnce)
            }
            Decision::Stop { outcome, kind, exhausted } => {
                self.outcome = self.outcome.join(outcome);
                Err(self.answered(answer, verdict, kind, exhausted).with_retry_after(wait))
            }
        }
    }

    /// What follows from an attempt without a whole answer.
    fn judge_failure(&mut self, error: TransportError) -> Result<Next> {
        self.before = None;
        let ended = Ended::Failed { phase: error.phase(), failure: error.failure() };
        let (outcome, kind, exhausted) = match self.decide(ended, None, None) {
            Decision::Retry { after, outcome } => {
                self.outcome = self.outcome.join(outcome);
                return Ok(Next::Pause(after));
            }
            Decision::Stop { outcome, kind, exhausted } => (outcome, kind, exhausted),
            // Neither follows from a failed delivery. If it did, nothing would be known.
            Decision::Accept | Decision::Renew { .. } => {
                (Outcome::Unknown, ErrorKind::Transport, None)
            }
        };
        self.outcome = self.outcome.join(outcome);
        Err(self.error(kind, with_reason(error.to_string(), exhausted)).with_source(error))
    }

    /// The authorization for the next attempt, in the time that is left.
    async fn authorize(&mut self) -> Result<Option<Authorization>> {
        if let Some(own) = self.call.authorization.clone() {
            self.hide_authorization(&own);
            return Ok(Some(own));
        }
        let remaining = self.remaining();
        let lasting = self.lasting(remaining);
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
            Either::Left((Err(cause), _)) => Err(self.unauthorized(cause)),
            Either::Right(_) => {
                let error = self.error(ErrorKind::Timeout, "no access token could be had in time");
                Err(error.with_meta(self.before.clone()))
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
        let limit = self.times.attempt.min(self.remaining());
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
        Ok(Answer {
            status: head.status,
            headers: self.scrubber.headers(head.headers),
            body: self.scrubber.body(body),
        })
    }

    fn request(
        &self,
        authorization: Option<&Authorization>,
    ) -> Result<Request<bytes::Bytes>, TransportError> {
        let mut request = Request::builder()
            .method(self.target.method.clone())
            .uri(self.target.uri.clone())
            .header(header::USER_AGENT, self.call.engine.user_agent.clone());
        if self.call.shares {
            request = request.extension(MayShare);
        }
        for (name, value) in self.call.engine.provider.headers() {
            let of_a_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name);
            if self.call.body.is_none() || !of_a_body {
                request = request.header(name, value);
            }
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
            // A success, whatever the status: what it says is still for the call to read.
            Some(Verdict::Succeeded) => read(answer),
            Some(Verdict::Declined(problem)) => match self.doubt(&problem, answer) {
                Some(why) => Verdict::Unclear(why),
                None => Verdict::Declined(problem),
            },
            Some(verdict) => verdict,
            None if answer.status.is_success() => read(answer),
            None => Verdict::ByStatus(Problem::default()),
        }
    }

    /// Why a decline is one of something else.
    fn doubt(&self, problem: &Problem, answer: &Answer) -> Option<String> {
        let wrapped = || self.call.engine.provider.object(&answer.body);
        let object = problem.object.clone().or_else(wrapped);
        self.call.doubt.as_ref()?(object.as_ref().unwrap_or(&answer.body))
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
        let budget = &self.call.engine.budget;
        let mut situation = Situation {
            effect: self.call.operation.effect,
            ended,
            attempt: self.attempt,
            max_attempts: self.call.options.max_attempts.unwrap_or(parts.retry.max_attempts),
            retry_after,
            backoff: parts.retry.pause(self.attempt, &*parts.randomness),
            renewal,
            budget: true,
            remaining: self.remaining(),
        };
        match decide(&situation) {
            // Asked for last and in one step, so that calls at once cannot overdraw it.
            Decision::Retry { .. } if !budget.take() => {
                situation.budget = false;
                decide(&situation)
            }
            decision => decision,
        }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.call.engine.connection.clock().monotonic())
    }

    fn meta(&self, answer: Answer) -> Meta {
        let request_id = self.call.engine.provider.request_id(&answer.headers);
        answer.into_meta(request_id, self.attempt)
    }
}

/// What to do after an attempt.
enum Next {
    Done(Meta),
    Pause(Duration),
    AtOnce,
}
