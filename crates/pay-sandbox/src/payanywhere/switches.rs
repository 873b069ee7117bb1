//! What North's documents do not say, or only one integrator says. Each type is one switch; its
//! first setting is the default.

use crate::switches::{Switch, SwitchSpec, named_switch, number_switch};

named_switch! {
    /// What the body of an error is. The documents leave it out; two clients read `message`.
    ErrorBody = "payanywhere.error_body" {
        /// `{"message": "..."}`.
        Message = "message",
        /// `{"detail": "..."}`.
        Detail = "detail",
        /// `{"status": 401, "error": {"message": "..."}}`.
        Nested = "nested",
        /// The text alone.
        PlainText = "plain-text",
        /// No body.
        Empty = "empty",
    }
}

named_switch! {
    /// How a wrong or missing `x-nabwss-appsource` header is refused.
    AppSourceFailure = "payanywhere.app_source_failure" {
        /// Like wrong credentials: 404 at the login, 401 elsewhere.
        AsCredentials = "as-credentials",
        /// 400.
        BadRequest = "bad-request",
    }
}

named_switch! {
    /// How a request for another merchant's account is refused.
    ForeignAccount = "payanywhere.foreign_account" {
        /// 401.
        Unauthorized = "unauthorized",
        /// 403.
        Forbidden = "forbidden",
        /// 404.
        NotFound = "not-found",
    }
}

named_switch! {
    /// How `accountId` is written.
    AccountIdForm = "payanywhere.account_id" {
        /// A number.
        Number = "number",
        /// Text.
        Text = "text",
    }
}

named_switch! {
    /// Whether a login's answer repeats the MID.
    MidEcho = "payanywhere.mid_echo" {
        /// It does.
        Sent = "sent",
        /// It does not.
        NotSent = "not-sent",
    }
}

named_switch! {
    /// What a refreshed session's answer holds.
    RefreshAnswer = "payanywhere.refresh_answer" {
        /// `token` alone.
        TokenOnly = "token-only",
        /// The same as a login's.
        AsLogin = "as-login",
    }
}

named_switch! {
    /// What becomes of the token that a session was refreshed with.
    RefreshedToken = "payanywhere.refreshed_token" {
        /// It lives on until it expires.
        Lives = "lives",
        /// It is no good any more.
        Dies = "dies",
    }
}

named_switch! {
    /// What a log-out answers with.
    LogOutAnswer = "payanywhere.log_out_answer" {
        /// `{"message": "..."}`.
        Message = "message",
        /// `{}`.
        EmptyObject = "empty-object",
        /// No body.
        Empty = "empty",
    }
}

named_switch! {
    /// The time zone of `start` and `end`.
    Zone = "payanywhere.zone" {
        /// UTC.
        Utc = "utc",
        /// UTC-5, New York in winter.
        Eastern = "eastern",
    }
}

named_switch! {
    /// Whether a list includes the day `end`, where no time is given.
    EndDay = "payanywhere.end_day" {
        /// All of it.
        Included = "included",
        /// Only its first moment.
        Midnight = "midnight",
    }
}

named_switch! {
    /// The order of a list.
    ListOrder = "payanywhere.list_order" {
        /// Newest first.
        NewestFirst = "newest-first",
        /// Oldest first.
        OldestFirst = "oldest-first",
    }
}

named_switch! {
    /// How a field without a value is written.
    UnsetFields = "payanywhere.unset_fields" {
        /// `null`.
        Null = "null",
        /// It is left out.
        Absent = "absent",
    }
}

named_switch! {
    /// What stands for a transaction in the path that reads one.
    SingleId = "payanywhere.single_id" {
        /// Its `id`: `15218`.
        Id = "id",
        /// Its `uniq_id`: `ccs_15218`.
        UniqId = "uniq-id",
        /// Either.
        Either = "either",
    }
}

named_switch! {
    /// What a single transaction comes in.
    SingleWrapper = "payanywhere.single_wrapper" {
        /// Nothing: the object itself.
        Bare = "bare",
        /// `{"transaction": {...}}`.
        Transaction = "transaction",
        /// `{"transactions": [{...}]}`, as in a list.
        List = "list",
    }
}

named_switch! {
    /// The status of a refund, void or charge that went well.
    SuccessStatus = "payanywhere.success_status" {
        /// 200.
        Ok = "200",
        /// 201.
        Created = "201",
    }
}

named_switch! {
    /// The status of an invoice that was made.
    InvoiceStatus = "payanywhere.invoice_status" {
        /// 200.
        Ok = "200",
        /// 201.
        Created = "201",
    }
}

named_switch! {
    /// How a decline is answered: `status_code` 05 in each case.
    DeclineShape = "payanywhere.decline_shape" {
        /// Under the status of success.
        StatusCode = "status-code",
        /// 402, with `message` too.
        PaymentRequired = "402",
        /// 400, with `message` too.
        BadRequest = "400",
    }
}

named_switch! {
    /// How a refund or void is refused that breaks a rule: too early, too late, too much.
    BrokenRule = "payanywhere.broken_rule" {
        /// 400, as an error.
        BadRequest = "400",
        /// 409, as an error.
        Conflict = "409",
        /// Under the status of success, with `status_code` 12.
        StatusCode = "status-code",
    }
}

named_switch! {
    /// Whether even whole amounts are declined in refunds and voids, as in charges. Our rule.
    EvenAmounts = "payanywhere.even_amounts" {
        /// They are.
        Declined = "declined",
        /// They are approved.
        Approved = "approved",
    }
}

named_switch! {
    /// Whether a refund or void must name the acting user.
    Username = "payanywhere.username" {
        /// It must.
        Required = "required",
        /// It need not.
        Optional = "optional",
    }
}

named_switch! {
    /// What an amount of a refund or charge may be. Documented as text.
    AmountForm = "payanywhere.amount" {
        /// Text.
        Text = "text",
        /// Text or a number.
        Either = "either",
    }
}

named_switch! {
    /// What an invoice's `tax_rate` adds when it is paid.
    TaxRate = "payanywhere.tax_rate" {
        /// Nothing: the amount includes it.
        Included = "included",
        /// So many per cent.
        Percent = "percent",
        /// That fraction.
        Fraction = "fraction",
    }
}

named_switch! {
    /// What the answer to an invoice holds.
    InvoiceAnswer = "payanywhere.invoice_answer" {
        /// `url` alone.
        UrlOnly = "url-only",
        /// `id` and `number` too.
        More = "more",
    }
}

named_switch! {
    /// How often a card token can be charged.
    CardTokenUse = "payanywhere.card_token_use" {
        /// Once, whatever comes of it.
        Once = "once",
        /// Again and again.
        Reusable = "reusable",
    }
}

named_switch! {
    /// What a charge that went well answers with. In no document.
    ChargeAnswer = "payanywhere.charge_answer" {
        /// `id`, `uniq_id`, `status_code` and `status_message`.
        StatusCode = "status-code",
        /// The transaction, as in a list.
        Transaction = "transaction",
        /// `{"transaction": {...}}` with `status_code` and `status_message` beside it.
        Wrapped = "wrapped",
    }
}

named_switch! {
    /// What a notification answers with. In no document.
    NotificationAnswer = "payanywhere.notification_answer" {
        /// `{"message": "..."}`.
        Message = "message",
        /// `{}`.
        EmptyObject = "empty-object",
        /// No body, 204.
        Empty = "empty",
    }
}

number_switch! {
    /// How far back a list without `start` goes; 0 for all the way.
    DefaultRange = "payanywhere.default_range", "days", 0
}

number_switch! {
    /// The longest list; a greater `count`, or none, is cut down to it.
    LongestList = "payanywhere.longest_list", "items", 1_000
}

number_switch! {
    /// How long a new transaction stays out of lists.
    ListingLag = "payanywhere.listing_lag", "seconds", 0
}

number_switch! {
    /// How long after its first transaction a batch closes by itself; 0 for never.
    BatchClosesAfter = "payanywhere.batch_closes_after", "seconds", 0
}

/// All of them.
pub(crate) const ALL: &[SwitchSpec] = &[
    ErrorBody::SPEC,
    AppSourceFailure::SPEC,
    ForeignAccount::SPEC,
    AccountIdForm::SPEC,
    MidEcho::SPEC,
    RefreshAnswer::SPEC,
    RefreshedToken::SPEC,
    LogOutAnswer::SPEC,
    Zone::SPEC,
    EndDay::SPEC,
    ListOrder::SPEC,
    UnsetFields::SPEC,
    SingleId::SPEC,
    SingleWrapper::SPEC,
    SuccessStatus::SPEC,
    InvoiceStatus::SPEC,
    DeclineShape::SPEC,
    BrokenRule::SPEC,
    EvenAmounts::SPEC,
    Username::SPEC,
    AmountForm::SPEC,
    TaxRate::SPEC,
    InvoiceAnswer::SPEC,
    CardTokenUse::SPEC,
    ChargeAnswer::SPEC,
    NotificationAnswer::SPEC,
    DefaultRange::SPEC,
    LongestList::SPEC,
    ListingLag::SPEC,
    BatchClosesAfter::SPEC,
];
