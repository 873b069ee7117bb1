use std::fmt;

use http::Method;

/// One endpoint as data: the code, the contract runner, the docs and the coverage check read it.
#[derive(Debug)]
pub struct Operation {
    /// `provider.resource.verb`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// Which of the provider's hosts.
    pub base: Base,
    /// The path.
    pub route: Route,
    /// What sending it again would do. Never derived from the method.
    pub effect: Effect,
    /// Which of the provider's credentials.
    pub credential: Credential,
    /// Which answers mean that it was not processed.
    pub refusals: Refusals,
    /// How long it may take.
    pub timeout: TimeoutClass,
    /// How sure we are that this is how the provider works.
    pub provenance: Provenance,
    /// Where that stands.
    pub source: &'static str,
}

impl Operation {
    /// Whether it changes something at the provider.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.effect != Effect::Read
    }
}

/// Which of a provider's hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// The host of the API.
    Gateway,
    /// The host that gives tokens.
    Auth,
}

/// The path of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A path with parameters in braces: `/customer-service/customer/{customer_lookup_id}`.
    Fixed(&'static str),
    /// No source states the path: the caller configures it, with these parameters in braces.
    Caller(&'static [&'static str]),
    /// The path of a raw call, given with the call.
    Raw,
}

impl Route {
    /// The path with its parameters in braces, if a source states one.
    #[must_use]
    pub fn template(&self) -> Option<&'static str> {
        match self {
            Self::Fixed(template) => Some(template),
            Self::Caller(_) | Self::Raw => None,
        }
    }
}

/// What sending an operation twice would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Twice is the same as once.
    Idempotent,
    /// Twice is one too many.
    Once,
}

impl Effect {
    /// `read`, `idempotent` or `once`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Idempotent => "idempotent",
            Self::Once => "once",
        }
    }
}

/// Which of the provider's credentials an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// None, or one that the call itself carries.
    None,
    /// The token that the provider's login gives.
    Bearer,
    /// Another of the provider's credentials, by name.
    Named(&'static str),
}

/// The statuses that, for one operation, mean "not processed", and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusals {
    statuses: &'static [u16],
    provenance: Provenance,
}

impl Refusals {
    /// No status proves anything.
    pub const NONE: Self = Self { statuses: &[], provenance: Provenance::Inferred };

    /// These statuses do, and the provider's document says so.
    #[must_use]
    pub const fn of(statuses: &'static [u16]) -> Self {
        Self { statuses, provenance: Provenance::Documented }
    }

    /// The same from a weaker source.
    #[must_use]
    pub const fn known_by(self, provenance: Provenance) -> Self {
        Self { statuses: self.statuses, provenance }
    }

    /// Whether this status means "not processed".
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }

    /// The statuses.
    #[must_use]
    pub fn statuses(&self) -> &'static [u16] {
        self.statuses
    }

    /// How that is known.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }
}

/// How long an operation may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeoutClass {
    /// A machine answers.
    Normal,
    /// A person at a card terminal answers.
    Interactive,
}

/// How sure we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// The provider's own document says so.
    Documented,
    /// Public code that works against the provider does so.
    Observed,
    /// By analogy with the provider's other operations.
    Inferred,
}

impl Provenance {
    /// `documented`, `observed` or `inferred`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
        }
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
