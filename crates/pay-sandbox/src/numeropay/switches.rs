//! What NumeroPay's documents do not say, or say in two ways. Each type is one switch; its first
//! setting is the default.

use crate::switches::{Switch, SwitchSpec, named_switch, number_switch};

named_switch! {
    /// The HTTP status of an error. The document says "200 or 500", not when which.
    ErrorStatus = "numeropay.error_status" {
        /// 500 for SYSTEM_ERROR, 200 for all others.
        ByName = "by-name",
        /// 200 for all.
        Always200 = "200",
        /// 500 for all.
        Always500 = "500",
    }
}

named_switch! {
    /// How a bad or expired token is answered.
    AuthFailure = "numeropay.auth_failure" {
        /// 401 with the error wrapper; its name UNAUTHORIZED is in no document.
        Status401 = "401-wrapper",
        /// FORBIDDEN in the error wrapper, as any other error.
        Forbidden = "forbidden",
        /// 401 with plain text.
        Plain401 = "401-plain",
    }
}

named_switch! {
    /// What a token's header must hold.
    JwtHeader = "numeropay.jwt_header" {
        /// `type` and `keyid`, as documented.
        Documented = "documented",
        /// The standard's `typ` and `kid` do as well.
        Either = "either",
        /// `keyid`; nobody looks at `type`.
        KeyIdOnly = "keyid-only",
    }
}

named_switch! {
    /// What a token's scopes must be. Their names are in no document.
    Scopes = "numeropay.scopes" {
        /// An array of strings, whatever they say.
        List = "list",
        /// It must hold `transaction.create` or `transaction.read`, as the call needs; names of ours.
        Required = "required",
        /// Nobody looks at them.
        Ignored = "ignored",
    }
}

named_switch! {
    /// How a payment's state is written. Documented as names, sent as a number.
    StateForm = "numeropay.state" {
        /// `0`.
        Number = "number",
        /// `"CREATED"`.
        Name = "name",
    }
}

named_switch! {
    /// The numbers of the states. Only the 0 of a fresh payment has been seen.
    StateNumbers = "numeropay.state_numbers" {
        /// 0 CREATED, 1 IN_PROGRESS, 2 COMPLETED, 3 CANCELED: the order of the page.
        PageOrder = "page-order",
        /// The same, but CANCELED is -1.
        CanceledBelow = "canceled-below",
    }
}

named_switch! {
    /// How a payment's channel is written. Only 1 has been seen.
    Channel = "numeropay.channel" {
        /// `1`.
        Number = "number",
        /// `"API"`; a name of ours.
        Name = "name",
    }
}

named_switch! {
    /// How a payment's `structure` is written: text by the schema, an object in the sample.
    Structure = "numeropay.structure" {
        /// As it was sent; `{}` where nothing was.
        AsSent = "as-sent",
        /// As text.
        Text = "text",
        /// Left out.
        Absent = "absent",
    }
}

named_switch! {
    /// The unit of `from` in a list.
    FromUnit = "numeropay.from_unit" {
        /// Seconds, as a Unix timestamp mostly is.
        Seconds = "seconds",
        /// Milliseconds, as in JavaScript.
        Milliseconds = "milliseconds",
    }
}

named_switch! {
    /// Whether a payment of the very time `from` is listed.
    FromBoundary = "numeropay.from_boundary" {
        /// It is.
        Inclusive = "inclusive",
        /// It is not.
        Exclusive = "exclusive",
    }
}

named_switch! {
    /// The order within a page. A page holds the newest payments up to `from` either way.
    ListOrder = "numeropay.list_order" {
        /// Newest first.
        NewestFirst = "newest-first",
        /// Oldest first.
        OldestFirst = "oldest-first",
    }
}

named_switch! {
    /// What `status` in a list takes.
    StatusFilter = "numeropay.status_filter" {
        /// Names and numbers.
        Either = "either",
        /// Only names, such as `CREATED`.
        Name = "name",
        /// Only numbers.
        Number = "number",
    }
}

named_switch! {
    /// What a list says to a business name that the merchant has not.
    UnknownName = "numeropay.unknown_business_name" {
        /// Nothing has it: an empty list.
        Empty = "empty",
        /// BAD_REQUEST.
        BadRequest = "bad-request",
    }
}

named_switch! {
    /// How creating a payment for a merchant other than the token's is refused.
    ForeignMerchant = "numeropay.foreign_merchant" {
        /// FORBIDDEN.
        Forbidden = "forbidden",
        /// BAD_REQUEST.
        BadRequest = "bad-request",
    }
}

named_switch! {
    /// Which currencies are known. Only `aud` has been seen.
    Currencies = "numeropay.currencies" {
        /// Any three lower-case letters.
        Any = "any",
        /// `aud`.
        AudOnly = "aud",
    }
}

number_switch! {
    /// How far a token's times may be off.
    ClockLeeway = "numeropay.clock_leeway", "seconds", 0
}

number_switch! {
    /// The longest time from a token's `iat` to its `exp`; 0 for any.
    LongestTokenLife = "numeropay.longest_token_life", "seconds", 0
}

number_switch! {
    /// The longest page; a greater `limit` is cut down to it.
    LongestPage = "numeropay.longest_page", "items", 100
}

number_switch! {
    /// How long after its creation a payment appears in lists.
    ListingLag = "numeropay.listing_lag", "seconds", 0
}

number_switch! {
    /// How long after a payment's creation its payer opens it.
    PayerStarts = "numeropay.payer_starts", "seconds", 60
}

number_switch! {
    /// How long after a payment's creation its payer pays.
    PayerPays = "numeropay.payer_pays", "seconds", 120
}

/// All of them.
pub(crate) const ALL: &[SwitchSpec] = &[
    ErrorStatus::SPEC,
    AuthFailure::SPEC,
    JwtHeader::SPEC,
    Scopes::SPEC,
    StateForm::SPEC,
    StateNumbers::SPEC,
    Channel::SPEC,
    Structure::SPEC,
    FromUnit::SPEC,
    FromBoundary::SPEC,
    ListOrder::SPEC,
    StatusFilter::SPEC,
    UnknownName::SPEC,
    ForeignMerchant::SPEC,
    Currencies::SPEC,
    ClockLeeway::SPEC,
    LongestTokenLife::SPEC,
    LongestPage::SPEC,
    ListingLag::SPEC,
    PayerStarts::SPEC,
    PayerPays::SPEC,
];
