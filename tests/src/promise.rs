//! The promises that every provider keeps, as a list. A match on it names each.

use std::fmt;

use pay_core::BoxFuture;

/// What a scenario found: evidence that the promise was kept, or how it was broken.
pub type Kept = Result<String, Broken>;

/// How a promise was broken.
#[derive(Debug)]
pub struct Broken(pub String);

impl<E: std::error::Error> From<E> for Broken {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Ends a scenario if something does not hold.
#[macro_export]
macro_rules! hold {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err($crate::promise::Broken(format!($($what)+)));
        }
    };
}

/// How a provider answers to a promise.
pub enum Plan {
    /// This shows it.
    Run(BoxFuture<'static, Kept>),
    /// It has no meaning here; says why.
    DoesNotApply(&'static str),
}

impl Plan {
    /// Runs a scenario.
    pub fn run(scenario: impl Future<Output = Kept> + Send + 'static) -> Self {
        Self::Run(Box::pin(scenario))
    }
}

macro_rules! promises {
    ($($name:ident = $words:literal,)+) => {
        /// One promise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Promise {
            $($name,)+
        }

        impl Promise {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// What is promised.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                }
            }
        }
    };
}

promises! {
    FirstLoginIsShared = "many first calls at once log in once",
    ExpiryCausesOneLogin = "many calls at expiry log in once",
    UnauthorizedOnce = "a 401 renews the token and sends again, once",
    UnauthorizedTwice = "a second 401 ends the call: unauthorized, refused",
    RefusedCredentialsAreRemembered = "refused credentials are not tried again",
    ThrottledReadWaitsSeconds = "a throttled read waits the seconds asked for",
    ThrottledReadWaitsUntilDate = "a throttled read waits until the date asked for",
    ThrottledWriteIsNotSentAgain = "a throttled write is not sent again",
    ServerErrorOnRead = "a read goes on after a server error",
    ServerErrorOnWrite = "a write is sent once into a server error: unknown",
    RefusedConnection = "a refused connection: tried again, then not sent",
    CutReply = "a reply cut short: a read goes on, a write is unknown",
    LostConnection = "a connection lost after the request: a read goes on, a write is unknown",
    StalledReply = "no reply in time: a read goes on, a write is unknown",
    Garbage = "a reply that is not HTTP: a read goes on, a write is unknown",
    OversizedReply = "a reply beyond the limit is not read",
    Redirect = "a redirect is not followed, and nothing reaches its target",
    PlainHttp = "plain http is refused before anything is sent",
    IdsThatNeedEncoding = "an id is one segment of the path, whatever it holds",
    ExactAmounts = "amounts go and come to the last digit",
    UnknownFieldsAndValues = "unknown fields and enum values fail no call",
    AbsentFields = "absent optional fields fail no call",
    WrongTypes = "a reply of the wrong shape is no success",
    UnknownVerdict = "a write's reply without a known verdict is unknown",
    Declines = "a decline in every shape is one and the same error",
    DeclineUnderServerError = "a decline under a server error is unknown",
    Contradiction = "a reply with another amount is an error, applied, with the object",
    SupportTicket = "status, request id and raw body are at hand, on success and on error",
    NothingLeaks = "no secret is shown, not even one that the provider echoes",
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}
