//! What Payfirma's documents do not say, or say in two ways. Each type is one switch; its first
//! setting is the default.

use crate::switches::{Switch, SwitchSpec, named_switch, number_switch};

named_switch! {
    /// How a decline is answered. The prose says 402; first-party plugins read a transaction object.
    DeclineShape = "payfirma.decline_shape" {
        /// 402 with the declined transaction.
        Status402Object = "402-object",
        /// 200 with the declined transaction.
        Status200Object = "200-object",
        /// 402 with the reason in the shape of an error, without a transaction.
        Status402Message = "402-message",
    }
}

named_switch! {
    /// The shape of an error body. No real sample is known.
    ErrorShape = "payfirma.error_shape" {
        /// `{"error": "Bad Request", "message": "..."}`.
        ErrorMessage = "error-message",
        /// `{"errors": [{"code": "BAD_REQUEST", "message": "..."}]}`.
        ErrorsArray = "errors-array",
        /// `{"error": "..."}`, as in version 1 of the API.
        Legacy = "legacy",
        /// No JSON at all.
        PlainText = "plain-text",
    }
}

named_switch! {
    /// What a list is wrapped in. Documented for customers, unknown for transactions.
    ListEnvelope = "payfirma.list_envelope" {
        /// `{"entities": [...], "paging": {"cursors": {...}}}`.
        Entities = "entities",
        /// `[...]`, and no way to ask for the next page.
        BareArray = "bare-array",
        /// `{"transactions": [...], "paging": {"cursors": {...}}}`, or `customers`, or `plans`.
        Named = "named",
        /// `{"entities": [...], "paging": {"cursor": {...}}}`.
        SingleCursor = "single-cursor",
    }
}

named_switch! {
    /// How the last page of a list is known.
    ListEnd = "payfirma.list_end" {
        /// It has no `after` cursor.
        NoCursor = "no-cursor",
        /// Its `after` cursor leads to an empty page.
        EmptyPage = "empty-page",
        /// Its `after` cursor leads to itself, for ever.
        Repeats = "repeats",
    }
}

named_switch! {
    /// The order of lists.
    ListOrder = "payfirma.list_order" {
        /// Newest first.
        NewestFirst = "newest-first",
        /// Oldest first.
        OldestFirst = "oldest-first",
    }
}

named_switch! {
    /// The zone that `from_date` and `to_date` are days of.
    DateZone = "payfirma.date_zone" {
        /// UTC.
        Utc = "utc",
        /// Five hours behind UTC.
        Eastern = "eastern",
        /// Eight hours behind UTC, as in Vancouver in winter.
        Pacific = "pacific",
    }
}

named_switch! {
    /// Whether `to_date` itself belongs to the list.
    ToDate = "payfirma.to_date" {
        /// It does.
        Inclusive = "inclusive",
        /// It does not.
        Exclusive = "exclusive",
    }
}

named_switch! {
    /// The type of `card_suffix`. Samples show text, the table a number.
    CardSuffix = "payfirma.card_suffix" {
        /// `"0005"`.
        Text = "text",
        /// `5`.
        Number = "number",
    }
}

named_switch! {
    /// Whether transactions give back `custom_id`, `invoice_id` and `description`.
    EchoReferences = "payfirma.echo_references" {
        /// They do.
        On = "on",
        /// They are dropped.
        Off = "off",
    }
}

named_switch! {
    /// What a stored-card or iframe-token sale does with `custom_id`, `invoice_id`, `description`.
    StoredCardReferences = "payfirma.stored_card_references" {
        /// As any sale does.
        Echoed = "echoed",
        /// They are dropped.
        Ignored = "ignored",
        /// 400.
        Refused = "refused",
    }
}

named_switch! {
    /// Whether transactions have the documented field `captured`.
    CapturedField = "payfirma.captured_field" {
        /// They have not, as one client's author observed.
        Absent = "absent",
        /// Authorizations have it.
        Present = "present",
    }
}

named_switch! {
    /// Whether transactions have the documented fields `currency` and `test_mode`.
    CurrencyField = "payfirma.currency_field" {
        /// They have not, as one client's author observed.
        Absent = "absent",
        /// They have, if a currency was sent.
        Present = "present",
    }
}

named_switch! {
    /// How fields without a value appear.
    UnsetFields = "payfirma.unset_fields" {
        /// They are left out.
        Absent = "absent",
        /// They are `null`.
        Null = "null",
    }
}

named_switch! {
    /// Which id `/capture/{id}` and `/refund/{id}` take.
    PathId = "payfirma.path_id" {
        /// Both.
        Either = "either",
        /// Only the number, `id`.
        Numeric = "numeric",
        /// Only the hash, `transaction_id`.
        Hash = "hash",
    }
}

named_switch! {
    /// Whether answers have the header `x-request-id`.
    RequestIdHeader = "payfirma.request_id_header" {
        /// They have.
        Sent = "sent",
        /// They have not.
        NotSent = "not-sent",
    }
}

named_switch! {
    /// The status of an answer that says something was created.
    CreatedStatus = "payfirma.created_status" {
        /// 200.
        Ok200 = "200",
        /// 201.
        Created201 = "201",
    }
}

named_switch! {
    /// How removing a card or a plan, and revoking a token, is answered.
    RemoveAnswer = "payfirma.remove_answer" {
        /// 200 with a body: the customer of a card, the plan.
        Body = "body",
        /// 204.
        NoContent = "no-content",
    }
}

named_switch! {
    /// The word for a monthly plan. Every copy of the document prints MOTHLY.
    MonthlyLiteral = "payfirma.monthly_literal" {
        /// MONTHLY and MOTHLY are both taken.
        Both = "both",
        /// Only MONTHLY.
        Monthly = "MONTHLY",
        /// Only MOTHLY.
        Mothly = "MOTHLY",
    }
}

named_switch! {
    /// What happens when a refresh token is used again.
    RefreshReuse = "payfirma.refresh_reuse" {
        /// 400 `invalid_grant`.
        InvalidGrant = "invalid-grant",
        /// 401.
        Unauthorized = "unauthorized",
        /// 400 `invalid_grant`, and every token of that consent dies.
        RevokesAll = "revokes-all",
    }
}

named_switch! {
    /// Whether secrets may stand in the token request's query, as in the document's samples.
    QuerySecrets = "payfirma.query_secrets" {
        /// They may.
        Accepted = "accepted",
        /// 400.
        Refused = "refused",
    }
}

named_switch! {
    /// What happens to an amount of 0.
    ZeroAmount = "payfirma.zero_amount" {
        /// It is declined: 0 is even.
        Declined = "declined",
        /// It is approved.
        Approved = "approved",
        /// 400.
        Refused = "refused",
    }
}

named_switch! {
    /// Whether the rule of odd and even holds for refunds.
    EvenRefund = "payfirma.even_refund" {
        /// It does: refunds of even dollars are declined.
        Declined = "declined",
        /// It does not.
        Approved = "approved",
    }
}

named_switch! {
    /// What happens to fractions of a cent.
    ExtraDecimals = "payfirma.extra_decimals" {
        /// 400.
        Refused = "refused",
        /// The amount is rounded to cents.
        Rounded = "rounded",
        /// The amount is taken as it is.
        Kept = "kept",
    }
}

named_switch! {
    /// Whether an authorization can be captured in several parts.
    SeveralCaptures = "payfirma.several_captures" {
        /// It can, up to its amount.
        Allowed = "allowed",
        /// The first capture uses it up.
        Declined = "declined",
    }
}

named_switch! {
    /// What a PUT does to a customer's fields that it does not name.
    CustomerPut = "payfirma.customer_put" {
        /// They stay.
        Partial = "partial",
        /// They are emptied.
        Replaces = "replaces",
    }
}

named_switch! {
    /// Whether two customers can have the same e-mail address.
    DuplicateEmail = "payfirma.duplicate_email" {
        /// They can.
        Allowed = "allowed",
        /// 409.
        Refused = "refused",
    }
}

named_switch! {
    /// How often an iframe payment token can be used.
    PaymentTokenUse = "payfirma.payment_token_use" {
        /// Once.
        Once = "once",
        /// As often as one likes.
        Many = "many",
    }
}

named_switch! {
    /// The method of the card terminal's capture. The page prints GET, one client's author saw POST.
    TerminalCaptureVerb = "payfirma.terminal_capture_verb" {
        /// POST.
        Post = "post",
        /// GET.
        Get = "get",
        /// Both.
        Either = "either",
    }
}

number_switch! {
    /// How long a new transaction is missing from lists. Getting it by id works at once.
    ListingLag = "payfirma.listing_lag", "seconds", 0
}

number_switch! {
    /// How long an access token lives.
    TokenLifetime = "payfirma.token_lifetime", "seconds", 1_199
}

number_switch! {
    /// How long an authorization code lives.
    CodeLifetime = "payfirma.code_lifetime", "seconds", 600
}

number_switch! {
    /// How long an EFT request is pending before the payer acts.
    EftSettles = "payfirma.eft_settles", "seconds", 3_600
}

number_switch! {
    /// The length of a page where no `limit` is given.
    DefaultPage = "payfirma.default_page", "items", 100
}

number_switch! {
    /// The longest page; a greater `limit` is cut down to it.
    LongestPage = "payfirma.longest_page", "items", 10_000
}

/// All of them.
pub(crate) const ALL: &[SwitchSpec] = &[
    DeclineShape::SPEC,
    ErrorShape::SPEC,
    ListEnvelope::SPEC,
    ListEnd::SPEC,
    ListOrder::SPEC,
    DateZone::SPEC,
    ToDate::SPEC,
    CardSuffix::SPEC,
    EchoReferences::SPEC,
    StoredCardReferences::SPEC,
    CapturedField::SPEC,
    CurrencyField::SPEC,
    UnsetFields::SPEC,
    PathId::SPEC,
    RequestIdHeader::SPEC,
    CreatedStatus::SPEC,
    RemoveAnswer::SPEC,
    MonthlyLiteral::SPEC,
    RefreshReuse::SPEC,
    QuerySecrets::SPEC,
    ZeroAmount::SPEC,
    EvenRefund::SPEC,
    ExtraDecimals::SPEC,
    SeveralCaptures::SPEC,
    CustomerPut::SPEC,
    DuplicateEmail::SPEC,
    PaymentTokenUse::SPEC,
    TerminalCaptureVerb::SPEC,
    ListingLag::SPEC,
    TokenLifetime::SPEC,
    CodeLifetime::SPEC,
    EftSettles::SPEC,
    DefaultPage::SPEC,
    LongestPage::SPEC,
];
