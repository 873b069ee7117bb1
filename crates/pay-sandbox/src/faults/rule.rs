//! One rule.

use std::time::Duration;

use crate::money::Money;

/// A rule: on which requests, when, in which phase, which fault.
///
/// ```
/// use pay_sandbox::{Fault, FaultKind, Phase};
///
/// let lost = Fault::new(FaultKind::Reset)
///     .on("payfirma.transactions.sale")
///     .phase(Phase::After)
///     .nth(2);
/// assert_eq!(lost.to_string(), "kind=reset on=payfirma.transactions.sale nth=2 phase=after");
/// assert_eq!(lost.to_string().parse(), Ok(lost));
/// ```
///
/// As text a rule is a list of `name=value`: `kind` and its arguments, `on`, `method` and `path`
/// (patterns in which `*` stands for anything), `nth`, `probability`, `limit`, `phase` (`accept`,
/// `before`, `after`, `later:SECONDS`). The arguments are named at each [`FaultKind`].
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) on: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) when: When,
    pub(crate) limit: Option<u64>,
    pub(crate) phase: Option<Phase>,
}

/// When a rule strikes, among the requests that it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum When {
    /// Each time.
    Every,
    /// Only the nth time; the first is 1.
    Nth(u64),
    /// With this probability, by the sandbox's seed.
    Probability(f64),
}

/// Where in the course of a request a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// When the connection comes, before a byte is read. Such a rule is about connections: its
    /// `nth` counts them, and it cannot name an operation.
    Accept,
    /// The request was read; it has no effect.
    Before,
    /// The request has had its effect.
    After,
    /// As `Before`, but the request takes effect later, after this time on the sandbox's clock.
    Later(Duration),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// `close`: the connection is closed (FIN) without an answer.
    Close,
    /// `reset`: the connection is reset (RST) without an answer.
    Reset,
    /// `stall`: no answer, until the client gives up or `for` seconds (of real time) are over.
    Stall {
        /// `for`: how long at most.
        for_at_most: Option<Duration>,
    },
    /// `garbage`: bytes that are not HTTP.
    Garbage,
    /// `cut`: the answer stops, and the connection is closed.
    Cut {
        /// `at`: after so many bytes, counted from the start of the status line; a random place
        /// if not given.
        at: Option<usize>,
    },
    /// `drip`: the answer comes slowly.
    Drip {
        /// `piece`: so many bytes at a time.
        piece: usize,
        /// `pause_ms`: with pauses like this between them.
        pause: Duration,
    },
    /// `slow`: the answer comes late, all at once.
    Slow {
        /// `for`: so much later (in real time).
        by: Duration,
    },
    /// `oversize`: the body is padded with white space.
    Oversize {
        /// `bytes`: by so many bytes.
        bytes: usize,
    },
    /// `status`: this status instead of the answer.
    Status {
        /// `status`: the status.
        status: u16,
        /// `header=Name:value`: headers, none by default.
        headers: Vec<(String, String)>,
        /// `body`: the body, which must come last in the text. By default an error body of the
        /// provider's.
        body: Option<String>,
    },
    /// `html`: an HTML page with status 200 instead of the answer.
    Html,
    /// `unknown-fields`: fields that no document knows, in each object of the answer.
    UnknownFields,
    /// `unknown-value`: a value that no document knows, in the fields that hold the verdict.
    UnknownValue {
        /// `field`: in this field instead.
        field: Option<String>,
    },
    /// `wrong-type`: text becomes a number, anything else becomes text that is no number.
    WrongType {
        /// `field`: in fields of this name.
        field: String,
    },
    /// `missing`: the field is taken out.
    Missing {
        /// `field`: fields of this name.
        field: String,
    },
    /// `wrong-amount`: the answer's amounts differ from the request's.
    WrongAmount {
        /// `by`: so many dollars more.
        by: Money,
    },
    /// `duplicate-reply`: the answer comes twice in a row on the connection.
    DuplicateReply,
    /// `duplicate-request`: the request is worked on twice, as behind a proxy that sends it again;
    /// the second answer is given. This breaks what clients may assume.
    DuplicateRequest,
}

/// A rule that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a fault rule: {0}")]
pub struct InvalidFault(pub(crate) String);

impl Fault {
    /// A rule for every request, each time. Its phase is `After` for kinds that change the answer
    /// and `Before` for all others.
    pub fn new(kind: FaultKind) -> Self {
        let (on, method, path, limit, phase) = (None, None, None, None, None);
        Self { kind, on, method, path, when: When::Every, limit, phase }
    }

    /// Only for operations that fit this pattern, such as `payfirma.transactions.*`.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.on = Some(operation.into());
        self
    }

    /// Only for this method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only for paths that fit this pattern.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Only the nth time; the first is 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.when = When::Nth(nth);
        self
    }

    /// By chance, from 0 for never to 1 for always.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.when = When::Probability(probability);
        self
    }

    /// So many times at most.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// In this phase.
    #[must_use]
    pub fn phase(mut self, phase: Phase) -> Self {
        self.phase = Some(phase);
        self
    }

    pub(crate) fn in_phase(&self) -> Phase {
        self.phase.unwrap_or(if self.kind.needs_the_answer() {
            Phase::After
        } else {
            Phase::Before
        })
    }

    /// Refuses what cannot be.
    pub(crate) fn check(&self) -> Result<(), InvalidFault> {
        let kind = self.kind.name();
        let phase = self.in_phase();
        if self.kind.needs_the_answer() && phase != Phase::After {
            return Err(InvalidFault(format!("`{kind}` changes the answer: its phase is `after`")));
        }
        if phase == Phase::Accept {
            let ends =
                matches!(self.kind, FaultKind::Close | FaultKind::Reset | FaultKind::Stall { .. });
            if !ends {
                return Err(InvalidFault(format!("`{kind}` needs a request to have been read")));
            }
            if self.on.is_some() || self.method.is_some() || self.path.is_some() {
                return Err(InvalidFault("phase `accept` knows no operation yet".to_owned()));
            }
        }
        if let FaultKind::Status { status, .. } = self.kind
            && !(200..=599).contains(&status)
        {
            return Err(InvalidFault(format!("{status} is not a status from 200 to 599")));
        }
        match self.when {
            When::Nth(0) => Err(InvalidFault("the first time is nth=1".to_owned())),
            When::Probability(p) if !(0.0..=1.0).contains(&p) => {
                Err(InvalidFault("a probability is from 0 to 1".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

impl FaultKind {
    /// The kind's name in rules, such as `reset`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Reset => "reset",
            Self::Stall { .. } => "stall",
            Self::Garbage => "garbage",
            Self::Cut { .. } => "cut",
            Self::Drip { .. } => "drip",
            Self::Slow { .. } => "slow",
            Self::Oversize { .. } => "oversize",
            Self::Status { .. } => "status",
            Self::Html => "html",
            Self::UnknownFields => "unknown-fields",
            Self::UnknownValue { .. } => "unknown-value",
            Self::WrongType { .. } => "wrong-type",
            Self::Missing { .. } => "missing",
            Self::WrongAmount { .. } => "wrong-amount",
            Self::DuplicateReply => "duplicate-reply",
            Self::DuplicateRequest => "duplicate-request",
        }
    }

    /// Whether the kind works on an answer, for which the request must have been worked on.
    pub(crate) fn needs_the_answer(&self) -> bool {
        !matches!(
            self,
            Self::Close
                | Self::Reset
                | Self::Stall { .. }
                | Self::Garbage
                | Self::Status { .. }
                | Self::Html
        )
    }
}
