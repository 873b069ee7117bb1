//! What Cashier's document does not say, or says in two ways. Each type is one switch; its first
//! setting is the default.

use crate::switches::{Switch, SwitchSpec, named_switch, number_switch};

named_switch! {
    /// Where `x-api-key` is needed. The overview says everywhere; three operations do not mark it.
    KeyNeeded = "cashier.api_key" {
        /// Everywhere.
        Everywhere = "everywhere",
        /// Not for the hosted cashier, direct integration and server-to-server payments. A wrong key
        /// is refused all the same.
        WhereMarked = "where-marked",
    }
}

named_switch! {
    /// The shape of an error body. None is known.
    ErrorShape = "cashier.error_shape" {
        /// `{"message": "..."}`.
        Message = "message",
        /// `{"error": "..."}`.
        Error = "error",
        /// `{"message": "...", "errors": {"request.amount": ["..."]}}`.
        Fields = "fields",
        /// No JSON at all.
        PlainText = "plain-text",
        /// No body.
        Empty = "empty",
    }
}

named_switch! {
    /// The status of an invalid request.
    InvalidStatus = "cashier.invalid_status" {
        /// 400.
        Status400 = "400",
        /// 422.
        Status422 = "422",
    }
}

named_switch! {
    /// The status where the API key is missing or wrong.
    AuthStatus = "cashier.auth_status" {
        /// 401.
        Status401 = "401",
        /// 403.
        Status403 = "403",
    }
}

named_switch! {
    /// The status where a transaction's state does not allow the request.
    ConflictStatus = "cashier.conflict_status" {
        /// 400.
        Status400 = "400",
        /// 409.
        Status409 = "409",
    }
}

named_switch! {
    /// Which fields of the envelope are required. The flags of the tables are lost.
    RequiredFields = "cashier.required_fields" {
        /// Those that nothing works without: mode, user_id, tracking_id, amount, currency, the
        /// provider or routing, the card.
        Core = "core",
        /// All that the samples have.
        All = "all",
    }
}

named_switch! {
    /// Which values of `mode` a DEV key takes. Only `test` has been seen.
    Mode = "cashier.mode" {
        /// Any.
        Any = "any",
        /// `test`.
        TestOnly = "test",
    }
}

named_switch! {
    /// What the customer's `max_deposit_limit` does.
    DepositLimit = "cashier.max_deposit_limit" {
        /// Nothing.
        Ignored = "ignored",
        /// A greater amount is invalid.
        Enforced = "enforced",
    }
}

named_switch! {
    /// Where a card stands in the body. In the sample's braces it is beside `request`.
    CardPlace = "cashier.card_place" {
        /// Beside `request`.
        Beside = "beside",
        /// Beside it or in it.
        Either = "either",
    }
}

named_switch! {
    /// What happens to a `tracking_id` that was used before.
    DuplicateTrackingId = "cashier.duplicate_tracking_id" {
        /// It is a new transaction.
        Accepted = "accepted",
        /// It is refused.
        Refused = "refused",
    }
}

named_switch! {
    /// What direct integration answers. The sample is missing.
    DirectAnswer = "cashier.direct_answer" {
        /// `{"url": "...", "transaction_status": "pending"}`.
        UrlAndStatus = "url-and-status",
        /// `{"url": "..."}`.
        Url = "url",
        /// `{"token": "..."}`.
        Token = "token",
    }
}

named_switch! {
    /// What a card payment's `url` is where there is nothing to redirect to.
    EmptyUrl = "cashier.empty_url" {
        /// `""`.
        Text = "text",
        /// `null`.
        Null = "null",
        /// Left out.
        Absent = "absent",
    }
}

named_switch! {
    /// What the `error` of a rejected card payment is.
    ErrorAttribute = "cashier.error_attribute" {
        /// `"Insufficient funds"`.
        Text = "text",
        /// `{"code": "rejected", "message": "Insufficient funds"}`.
        Object = "object",
    }
}

named_switch! {
    /// The status under which a rejected card payment is answered.
    RejectedStatus = "cashier.rejected_status" {
        /// 200.
        Status200 = "200",
        /// 402.
        Status402 = "402",
    }
}

named_switch! {
    /// What a card payment without 3-D Secure answers.
    Frictionless = "cashier.frictionless" {
        /// The outcome.
        AtOnce = "at-once",
        /// `pending` without a URL; the outcome follows.
        Pending = "pending",
    }
}

named_switch! {
    /// When a hosted or payout cashier's transaction comes to be, for the API and for webhooks.
    CashierTransaction = "cashier.cashier_transaction" {
        /// With its token. A payout can be approved from then on.
        AtOnce = "at-once",
        /// When the payer completes the page.
        WhenPayerActs = "when-payer-acts",
    }
}

named_switch! {
    /// What approving a payout a second time does, while it is being carried out.
    SecondApproval = "cashier.second_approval" {
        /// It is refused.
        Refused = "refused",
        /// It is answered as the first was, and does nothing.
        SameAnswer = "same-answer",
    }
}

named_switch! {
    /// Whose id gets a transaction: "your system's" by the text.
    GetId = "cashier.get_id" {
        /// The merchant's or the gateway's.
        Either = "either",
        /// The merchant's `tracking_id`.
        TrackingId = "tracking-id",
        /// The gateway's `transaction_id`.
        TransactionId = "transaction-id",
    }
}

named_switch! {
    /// Whose id approves and rejects a payout. The two texts differ.
    PayoutId = "cashier.payout_id" {
        /// The merchant's or the gateway's.
        Either = "either",
        /// The merchant's `tracking_id`.
        TrackingId = "tracking-id",
        /// The gateway's `transaction_id`.
        TransactionId = "transaction-id",
    }
}

named_switch! {
    /// What `rejected_reason` is in a transaction that is not rejected.
    RejectedReason = "cashier.rejected_reason" {
        /// Left out.
        WhenRejected = "when-rejected",
        /// `""`.
        Empty = "empty",
        /// `null`.
        Null = "null",
    }
}

named_switch! {
    /// What `customer_id` is in a list. Requests and webhooks have text, the sample a number.
    CustomerId = "cashier.customer_id" {
        /// A number: the user's id, or the gateway's own where that is none.
        Number = "number",
        /// The user's id as text.
        Text = "text",
    }
}

named_switch! {
    /// What a list's `amount` and `currency` are; `user_amount` and `user_currency` are as asked.
    Fx = "cashier.fx" {
        /// The same.
        Nothing = "none",
        /// Pounds, at the sample's rate of 0.856.
        Gbp = "gbp",
    }
}

named_switch! {
    /// The zone of a list's days and dates.
    Zone = "cashier.zone" {
        /// UTC.
        Utc = "utc",
        /// Two hours ahead of UTC.
        PlusTwo = "+2",
        /// Five hours behind UTC.
        MinusFive = "-5",
    }
}

named_switch! {
    /// What "at most seven days between" means.
    SevenDays = "cashier.seven_days" {
        /// From the 1st to the 8th will do.
        Between = "between",
        /// Both ends count: from the 1st to the 7th.
        Counted = "counted",
    }
}

named_switch! {
    /// The order of a list.
    ListOrder = "cashier.list_order" {
        /// Newest first.
        NewestFirst = "newest-first",
        /// Oldest first.
        OldestFirst = "oldest-first",
    }
}

named_switch! {
    /// Of which pending transactions a webhook tells.
    WebhookPending = "cashier.webhook_pending" {
        /// Of withdrawals: that is where the merchant learns the id to reject.
        Withdrawals = "withdrawals",
        /// Of all.
        All = "all",
        /// Of none.
        Never = "never",
    }
}

named_switch! {
    /// How a webhook's body is written. It is always signed as `JSON.stringify` writes it.
    WebhookBody = "cashier.webhook_body" {
        /// Without any white space.
        Compact = "compact",
        /// With line breaks and two blanks of indent.
        Pretty = "pretty",
        /// With a blank after colons and commas.
        Spaced = "spaced",
        /// Without white space, with the keys in another order, and signed in that order.
        Reordered = "reordered",
        /// Without white space, `/` as `\/` and all but ASCII as `\uXXXX`.
        Escaped = "escaped",
    }
}

named_switch! {
    /// How a signature's hexadecimal digits are written.
    WebhookHex = "cashier.webhook_hex" {
        /// In upper case, as documented.
        Upper = "upper",
        /// In lower case.
        Lower = "lower",
    }
}

named_switch! {
    /// How webhooks are signed. All but the first are attacks.
    WebhookSignature = "cashier.webhook_signature" {
        /// With the password.
        Right = "right",
        /// With another password.
        Wrong = "wrong",
        /// Not at all.
        Absent = "absent",
    }
}

named_switch! {
    /// In which order a transaction's webhooks come.
    WebhookOrder = "cashier.webhook_order" {
        /// As things happened.
        InOrder = "in-order",
        /// `pending` comes right after the final status.
        LatestFirst = "latest-first",
    }
}

number_switch! {
    /// How many more times each webhook is sent, delivered or not.
    WebhookCopies = "cashier.webhook_copies", "copies", 0
}

number_switch! {
    /// How often a webhook is tried at most, until the receiver answers 2xx.
    WebhookAttempts = "cashier.webhook_attempts", "attempts", 4
}

number_switch! {
    /// How long after a failed attempt a webhook is tried again.
    WebhookRetry = "cashier.webhook_retry", "milliseconds", 1_000
}

number_switch! {
    /// How long an approved payout, or a pending card payment without 3-D Secure, takes.
    SettlesAfter = "cashier.settles_after", "seconds", 60
}

number_switch! {
    /// How long after its start a transaction appears in lists.
    ListingLag = "cashier.listing_lag", "seconds", 0
}

/// All of them.
pub(crate) const ALL: &[SwitchSpec] = &[
    KeyNeeded::SPEC,
    ErrorShape::SPEC,
    InvalidStatus::SPEC,
    AuthStatus::SPEC,
    ConflictStatus::SPEC,
    RequiredFields::SPEC,
    Mode::SPEC,
    DepositLimit::SPEC,
    CardPlace::SPEC,
    DuplicateTrackingId::SPEC,
    DirectAnswer::SPEC,
    EmptyUrl::SPEC,
    ErrorAttribute::SPEC,
    RejectedStatus::SPEC,
    Frictionless::SPEC,
    CashierTransaction::SPEC,
    SecondApproval::SPEC,
    GetId::SPEC,
    PayoutId::SPEC,
    RejectedReason::SPEC,
    CustomerId::SPEC,
    Fx::SPEC,
    Zone::SPEC,
    SevenDays::SPEC,
    ListOrder::SPEC,
    WebhookPending::SPEC,
    WebhookBody::SPEC,
    WebhookHex::SPEC,
    WebhookSignature::SPEC,
    WebhookOrder::SPEC,
    WebhookCopies::SPEC,
    WebhookAttempts::SPEC,
    WebhookRetry::SPEC,
    SettlesAfter::SPEC,
    ListingLag::SPEC,
];
