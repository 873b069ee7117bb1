//! What Payroc's document does not say, or says in two ways. Each type is one switch; its first
//! setting is the default.

use crate::switches::{Switch, SwitchSpec, named_switch, number_switch};

named_switch! {
    /// What becomes of a request whose `Accept` header does not name `application/json`. The header
    /// is documented as required, but one of the document's samples goes without it.
    Accept = "payroc.accept" {
        /// Refused: 403, the restrictions were not met.
        Required = "required",
        /// Answered with an HTML page, as servers of this kind do for browsers.
        Html = "html",
        /// Nobody looks at it.
        Ignored = "ignored",
    }
}

named_switch! {
    /// How a login without a name or a password is refused.
    MissingCredentials = "payroc.missing_credentials" {
        /// 403 UnauthorizedAccessException, the document's "incorrect parameters".
        Forbidden = "forbidden",
        /// 400 NotEmpty for each missing field.
        NotEmpty = "not-empty",
        /// 401 Unauthorized, like a wrong password.
        Unauthorized = "unauthorized",
    }
}

named_switch! {
    /// What the answer to a login with `useTokenCookie` holds.
    TokenCookie = "payroc.token_cookie" {
        /// The cookie and both tokens.
        Both = "both",
        /// The cookie and the refresh token; no `bearerToken`.
        CookieOnly = "cookie-only",
    }
}

named_switch! {
    /// How a token is refused that is no token, or not of the kind that is asked for.
    InvalidToken = "payroc.invalid_token" {
        /// 401 Unauthorized.
        Unauthorized = "unauthorized",
        /// 401 TokenException, like an expired one.
        TokenException = "token-exception",
    }
}

named_switch! {
    /// How a request without any token is refused.
    NoToken = "payroc.no_token" {
        /// 401 Unauthorized.
        Unauthorized = "unauthorized",
        /// 403 UnauthorizedAccessException, like one with Basic credentials.
        Forbidden = "forbidden",
    }
}

named_switch! {
    /// Which answers that went well hold `"responseStatus": {}`.
    EmptyStatus = "payroc.response_status" {
        /// Those to logins and boardings; not the one to `/access-token`, as in the examples.
        AsInExamples = "as-in-examples",
        /// All whose schema has it.
        Always = "always",
        /// None.
        Never = "never",
    }
}

named_switch! {
    /// The outer `errorCode` of a request that breaks rules.
    OuterCode = "payroc.outer_error_code" {
        /// The code of the first broken rule.
        FirstRule = "first-rule",
        /// `ValidationException`.
        ValidationException = "validation-exception",
    }
}

named_switch! {
    /// What `errors` holds where a request breaks no rule but is refused all the same, such as by
    /// the TIN check.
    ExceptionErrors = "payroc.exception_errors" {
        /// The outer error once more, with its field.
        Repeated = "repeated",
        /// Nothing.
        Empty = "empty",
        /// The field is not there.
        Absent = "absent",
    }
}

named_switch! {
    /// What `meta` tells of a wrong field.
    ErrorMeta = "payroc.error_meta" {
        /// `PropertyName`, as documented.
        Name = "name",
        /// `PropertyValue` too, as the framework does: what was sent, an SSN included.
        NameAndValue = "name-and-value",
        /// The field is not there.
        Absent = "absent",
    }
}

named_switch! {
    /// How `fieldName` is written.
    FieldNames = "payroc.field_names" {
        /// `OwnerContacts[0].Ssn`.
        Pascal = "pascal",
        /// `ownerContacts[0].ssn`.
        Camel = "camel",
    }
}

named_switch! {
    /// Whether the fields of an address, an owner's names and the parts of a bank account must be
    /// there. No document says.
    InnerFields = "payroc.inner_fields" {
        /// They must.
        Required = "required",
        /// They are checked only where they are there.
        Optional = "optional",
    }
}

named_switch! {
    /// Which two letters are a state.
    States = "payroc.states" {
        /// The 50 states, DC, and AS, GU, MP, PR, VI.
        WithTerritories = "with-territories",
        /// The 50 states and DC.
        Without = "without-territories",
    }
}

named_switch! {
    /// What a telephone number may look like.
    Phones = "payroc.phones" {
        /// Ten digits.
        TenDigits = "ten-digits",
        /// Ten digits, or eleven that begin with 1, with blanks and `+-.()` anywhere.
        Formatted = "formatted",
    }
}

named_switch! {
    /// Which environment this is. Only production refuses a merchant at a location that has one.
    Environment = "payroc.environment" {
        /// The sandbox: duplicates are boarded.
        Sandbox = "sandbox",
        /// Production: DuplicateMerchantLocationException.
        Production = "production",
    }
}

named_switch! {
    /// Who boards the partner's merchants at the gateway.
    GatewayBoarding = "payroc.gateway_boarding" {
        /// The partner itself: `enableGatewayEmails` is refused.
        Partner = "partner",
        /// IPS: the flag is allowed, and `gatewayUsers` has an entry.
        Ips = "ips",
    }
}

named_switch! {
    /// Which boarding requests the throttle counts.
    ThrottleCounts = "payroc.throttle_counts" {
        /// Those that it lets in, refused for another reason or not.
        LetIn = "let-in",
        /// All: one that comes too early begins the time anew.
        All = "all",
    }
}

named_switch! {
    /// Whether a throttled boarding request is told when to come again.
    RetryAfter = "payroc.retry_after" {
        /// It is not.
        Absent = "absent",
        /// `Retry-After`, in seconds.
        Seconds = "seconds",
    }
}

named_switch! {
    /// How `merchant.mid` is written in the answer to a boarding.
    MidForm = "payroc.mid" {
        /// `"420118000000001"`.
        Text = "text",
        /// `420118000000001`.
        Number = "number",
    }
}

named_switch! {
    /// What `links` holds. Its shape is in no document.
    Links = "payroc.links" {
        /// Nothing.
        Empty = "empty",
        /// `{"rel", "href"}`.
        Objects = "objects",
        /// The URL alone.
        Texts = "texts",
    }
}

named_switch! {
    /// What `processingDetails` and `settlementDetails` hold. Their shape is in no document.
    StatusDetails = "payroc.status_details" {
        /// Nothing.
        Empty = "empty",
        /// A sentence.
        Texts = "texts",
        /// `{"code", "message"}`.
        Objects = "objects",
    }
}

named_switch! {
    /// How a merchant that does not exist is named when its settlements are asked for.
    NoSettlingMerchant = "payroc.unknown_mid" {
        /// "Merchant ID not found".
        Merchant = "merchant",
        /// "Ibx Merchant not found".
        Ibx = "ibx",
    }
}

named_switch! {
    /// Which dates the settlement report takes. Typed as date-time, sent as MM/DD/YY by a program
    /// that works.
    QueryDates = "payroc.query_dates" {
        /// MM/DD/YY, MM/DD/YYYY and ISO 8601.
        Any = "any",
        /// MM/DD/YY and MM/DD/YYYY.
        UsOnly = "us-only",
        /// ISO 8601.
        IsoOnly = "iso-only",
    }
}

named_switch! {
    /// Whether the report includes the day `EndDate`, where no time of day is given.
    EndDay = "payroc.end_day" {
        /// All of it.
        Included = "included",
        /// Only its first moment.
        Midnight = "midnight",
    }
}

named_switch! {
    /// How instants are written.
    DateForm = "payroc.dates" {
        /// `2026-06-15T00:00:00.0000000`, without a zone.
        NoZone = "no-zone",
        /// `2026-06-15T00:00:00.0000000Z`.
        Utc = "utc",
    }
}

named_switch! {
    /// What the settlement report calls its chargebacks.
    ChargebackList = "payroc.chargeback_list" {
        /// `chargebacksReceived`, as documented.
        Received = "chargebacksReceived",
        /// `chargebacks`.
        Short = "chargebacks",
        /// `Chargebacks`, as in a program that works.
        Pascal = "Chargebacks",
    }
}

named_switch! {
    /// How a transaction's id is written.
    TransactionIdForm = "payroc.transaction_id" {
        /// `"1000001"`.
        Text = "text",
        /// `1000001`.
        Number = "number",
    }
}

named_switch! {
    /// How a batch that the merchant has not is answered.
    UnknownBatch = "payroc.unknown_batch" {
        /// 200 with two empty lists.
        Empty = "empty",
        /// 404.
        NotFound = "not-found",
    }
}

number_switch! {
    /// How many wrong passwords in a row lock an account; 0 for none.
    LockAfter = "payroc.lock_after", "logins", 5
}

number_switch! {
    /// The time from one boarding request to the next. Documented as 5 seconds; 0 for none.
    BoardingInterval = "payroc.boarding_interval", "milliseconds", 5_000
}

number_switch! {
    /// From this length on a text is too long. The document has the rule without the number.
    TooLong = "payroc.too_long", "characters", 101
}

number_switch! {
    /// The longest range of a settlement report, both days counted; 0 for any.
    LongestRange = "payroc.longest_range", "days", 0
}

number_switch! {
    /// How long after its boarding an application is decided.
    DecidedAfter = "payroc.decided_after", "seconds", 60
}

number_switch! {
    /// How long after its approval a merchant can process and settle.
    ActiveAfter = "payroc.active_after", "seconds", 60
}

number_switch! {
    /// How often an active merchant settles a batch by itself; 0 for never.
    BatchEvery = "payroc.batch_every", "seconds", 0
}

/// All of them.
pub(crate) const ALL: &[SwitchSpec] = &[
    Accept::SPEC,
    MissingCredentials::SPEC,
    TokenCookie::SPEC,
    InvalidToken::SPEC,
    NoToken::SPEC,
    EmptyStatus::SPEC,
    OuterCode::SPEC,
    ExceptionErrors::SPEC,
    ErrorMeta::SPEC,
    FieldNames::SPEC,
    InnerFields::SPEC,
    States::SPEC,
    Phones::SPEC,
    Environment::SPEC,
    GatewayBoarding::SPEC,
    ThrottleCounts::SPEC,
    RetryAfter::SPEC,
    MidForm::SPEC,
    Links::SPEC,
    StatusDetails::SPEC,
    NoSettlingMerchant::SPEC,
    QueryDates::SPEC,
    EndDay::SPEC,
    DateForm::SPEC,
    ChargebackList::SPEC,
    TransactionIdForm::SPEC,
    UnknownBatch::SPEC,
    LockAfter::SPEC,
    BoardingInterval::SPEC,
    TooLong::SPEC,
    LongestRange::SPEC,
    DecidedAfter::SPEC,
    ActiveAfter::SPEC,
    BatchEvery::SPEC,
];
