use bytes::Bytes;
use http::{Method, Uri};
use serde::{Serialize, de::DeserializeOwned};
use tracing::Instrument as _;

use super::{
    Answer, Authorization, Engine, Hidden, Operation, Provider, Query, Route, Verdict, json,
    request_body::{RequestBody, encode_form, encode_json},
    request_url,
    run::Run,
    trace,
};
use crate::{
    CallOptions, Error, ErrorKind, Extra, Invalid, LostCall, Meta, Outcome, Response, Result,
};

/// One call of one operation: filled by a method of a provider crate, then sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a, P> {
    pub(super) engine: &'a Engine<P>,
    pub(super) operation: &'a Operation,
    pub(super) options: CallOptions,
    raw_route: Option<(Method, String)>,
    pub(super) parameters: Vec<(&'static str, String)>,
    query: Query,
    pub(super) body: Option<RequestBody>,
    pub(super) authorization: Option<Authorization>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) lost_call: Option<LostCall>,
    pub(super) doubt: Option<Doubt<'a>>,
    pub(super) shares: bool,
    refused: Option<Error>,
}

/// Why a declined object is not the one that was asked for, if it is not.
type Doubt<'a> = Box<dyn Fn(&Bytes) -> Option<String> + Send + Sync + 'a>;

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
            doubt: None,
            shares: !operation.is_write(),
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
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T, extra: &Extra) -> Self {
        self.hidden.extend(extra.iter().filter_map(|(name, json)| Hidden::in_field(name, json)));
        self.encoded_json(encode_json(value, extra))
    }

    pub(super) fn encoded_json(mut self, encoded: Result<Bytes, Invalid>) -> Self {
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

    /// Gives a read a connection of its own, as writes have: for an answer that does not name what it
    /// is about. On a shared connection it could be another read's, repeated.
    pub fn own_connection(mut self) -> Self {
        self.shares = false;
        self
    }

    /// What the request knows that helps to find out later.
    pub fn lost_call(mut self, lost_call: LostCall) -> Self {
        self.lost_call = Some(lost_call);
        self
    }

    /// Looks at the JSON of an object that [`Provider::read`] takes for declined. If it belongs to
    /// another request, `doubt` says why: then nothing is known of this one.
    pub fn doubt_decline(
        mut self,
        doubt: impl Fn(&Bytes) -> Option<String> + Send + Sync + 'a,
    ) -> Self {
        self.doubt = Some(Box::new(doubt));
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
        // A run accepts no answer but one that `read` has just judged, so there is a value.
        value.map(|value| Response::new(value, meta)).ok_or_else(|| {
            Error::new(ErrorKind::Unreadable, Outcome::Unknown, "the answer holds no result")
                .with_operation(operation)
        })
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

    async fn run(mut self, read: &mut (dyn FnMut(&Answer) -> Verdict + Send)) -> Result<Meta> {
        let operation = self.operation.id;
        if let Some(refused) = self.refused.take() {
            return Err(refused.with_operation(operation));
        }
        let target = self.target().map_err(|error| error.with_operation(operation))?;
        let span = trace::call_span(self.operation, &target);
        let mut run = Run::begin(self, target);
        let result = run.attempts(read).instrument(span.clone()).await;
        trace::record_end(&span, run.attempt(), &result);
        result
    }

    fn target(&self) -> Result<Target> {
        let provider = &self.engine.provider;
        let (method, path, is_template) = match (&self.operation.route, &self.raw_route) {
            (Route::Raw, Some((method, path))) => (method, path.as_str(), false),
            (Route::Fixed(template), _) => (&self.operation.method, *template, true),
            _ => match provider.caller_route(self.operation) {
                Some(route) => (&route.method, route.path.as_str(), true),
                None => {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        Outcome::NotSent,
                        "no source states the path of this operation: give the client a route \
                         for it",
                    ));
                }
            },
        };
        let base = provider.base(self.operation.base);
        let uri = if is_template {
            request_url::build(base, path, &self.parameters, &self.query)?
        } else {
            request_url::build_literal(base, path, &self.query)?
        };
        // A raw path has its values in it already.
        let template = is_template.then(|| path.to_owned());
        Ok(Target { method: method.clone(), uri, template })
    }
}

/// Where a call goes.
pub(super) struct Target {
    pub(super) method: Method,
    pub(super) uri: Uri,
    /// The path with its parameters in braces, where that is known.
    pub(super) template: Option<String>,
}

/// Reads JSON, where an array is no object. Where that fails, the place is named, but not what stands there: serde's own words
/// quote the value.
fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "the answer ends too early",
            serde_json::error::Category::Syntax => "the answer is not JSON",
            serde_json::error::Category::Data => "the answer has not the expected shape",
            serde_json::error::Category::Io => "the answer could not be read",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}
