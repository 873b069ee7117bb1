//! What a call that failed tells its caller.

use super::Run;
use crate::{
    Error, ErrorKind, LostCall,
    provider::{Answer, Problem, Provider, Verdict, decision::Exhausted},
};

impl<P: Provider> Run<'_, P> {
    /// The error of this call where its login failed.
    pub(super) fn unauthorized(&self, cause: Error) -> Error {
        failed_login(|kind, message| self.error(kind, message), cause)
            .with_meta(self.before.clone())
    }

    /// The error for a whole answer.
    pub(super) fn answered(
        &self,
        answer: Answer,
        verdict: Verdict,
        kind: ErrorKind,
        exhausted: Option<Exhausted>,
    ) -> Error {
        let problem = match verdict {
            Verdict::Declined(problem)
            | Verdict::Refused(problem)
            | Verdict::Throttled(problem)
            | Verdict::Faulty(problem)
            | Verdict::ByStatus(problem) => problem,
            Verdict::Unclear(why) | Verdict::Contradicts(why) | Verdict::Foreign(why) => {
                Problem::new(why)
            }
            Verdict::Succeeded => Problem::default(),
        };
        let message = self.scrubber.text(problem.message.as_deref().unwrap_or_default());
        let object = problem.object.or_else(|| self.call.engine.provider.object(&answer.body));
        let fields = problem.fields.into_iter().map(|mut field| {
            field.field = self.scrubber.text(&field.field);
            field.code = field.code.map(|code| self.scrubber.text(&code));
            field.message = self.scrubber.text(&field.message);
            field
        });
        self.error(kind, with_reason(message, exhausted))
            .with_code(problem.code.map(|code| self.scrubber.text(&code)))
            .with_field_errors(fields.collect())
            .with_object(object)
            .with_meta(Some(self.meta(answer)))
    }

    /// An error of this call as it stands.
    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
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

/// The error of a call whose login failed. What became of the login is in the chain.
pub(crate) fn failed_login(error: impl FnOnce(ErrorKind, &str) -> Error, cause: Error) -> Error {
    let kind = match cause.kind() {
        // What the login was told is not said of this request.
        ErrorKind::Invalid
        | ErrorKind::Declined
        | ErrorKind::Refused
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Contradiction => ErrorKind::Unauthorized,
        kind => kind,
    };
    let message = match (kind, cause.message()) {
        (ErrorKind::Configuration, why) => why.to_owned(),
        (_, "") => "no access token could be had".to_owned(),
        (_, why) => format!("no access token could be had: {why}"),
    };
    error(kind, &message)
        .with_code(cause.code().map(str::to_owned))
        .with_retry_after(cause.retry_after())
        .with_source(cause)
}

pub(super) fn with_reason(message: String, exhausted: Option<Exhausted>) -> String {
    let reason = match exhausted {
        None | Some(Exhausted::Attempts) => return message,
        Some(Exhausted::Budget) => "not tried again: the retry budget is used up",
        Some(Exhausted::Deadline) => "not tried again: no time left",
    };
    if message.is_empty() { reason.to_owned() } else { format!("{message}; {reason}") }
}
