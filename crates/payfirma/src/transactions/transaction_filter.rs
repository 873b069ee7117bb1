use pay_core::{Amount, Date, Email, Invalid, provider::Query};

use crate::{TransactionResult, TransactionSource};

/// Which transactions to list. Custom id, reference, order and type are no filters of this API.
///
/// ```
/// use payfirma::{Date, TransactionFilter, TransactionResult};
///
/// let day = Date::new(2026, 7, 1)?;
/// let filter = TransactionFilter::new().from_date(day).to_date(day)
///     .result(TransactionResult::Approved);
/// # Ok::<_, payfirma::Invalid>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    limit: Option<u32>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    from_date: Option<Date>,
    to_date: Option<Date>,
    results: Vec<TransactionResult>,
    sources: Vec<TransactionSource>,
    min_amount: Option<Amount>,
    max_amount: Option<Amount>,
    email: Option<Email>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl TransactionFilter {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many on a page. The largest that is allowed is unknown; a sample uses 10000.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The page before this cursor.
    #[must_use]
    pub fn before(mut self, cursor: impl Into<String>) -> Self {
        self.before = Some(cursor.into());
        self
    }

    /// The page after this cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }

    /// From this date. In which time zone, and whether it is included, is unknown.
    #[must_use]
    pub fn from_date(mut self, date: Date) -> Self {
        self.from_date = Some(date);
        self
    }

    /// To this date. In which time zone, and whether it is included, is unknown.
    #[must_use]
    pub fn to_date(mut self, date: Date) -> Self {
        self.to_date = Some(date);
        self
    }

    /// Only with this result; call it again for more. (`transaction_status` on the wire.)
    #[must_use]
    pub fn result(mut self, result: TransactionResult) -> Self {
        self.results.push(result);
        self
    }

    /// Only from this source; call it again for more. (`channel` on the wire.)
    #[must_use]
    pub fn source(mut self, source: TransactionSource) -> Self {
        self.sources.push(source);
        self
    }

    /// Of at least this amount, in dollars.
    #[must_use]
    pub fn min_amount(mut self, amount: Amount) -> Self {
        self.min_amount = Some(amount);
        self
    }

    /// Of at most this amount, in dollars.
    #[must_use]
    pub fn max_amount(mut self, amount: Amount) -> Self {
        self.max_amount = Some(amount);
        self
    }

    /// Of this payer.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.email = Some(email);
        self
    }

    /// Of payers with this first name.
    #[must_use]
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// Of payers with this last name.
    #[must_use]
    pub fn last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = Some(last_name.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.limit == Some(0) {
            return Err(Invalid::new("limit", "must be greater than 0"));
        }
        if let (Some(from), Some(to)) = (self.from_date, self.to_date)
            && from > to
        {
            return Err(Invalid::new("from_date", "must not be after to_date"));
        }
        if let (Some(min), Some(max)) = (self.min_amount, self.max_amount)
            && min > max
        {
            return Err(Invalid::new("min_amount", "must not be greater than max_amount"));
        }
        Ok(())
    }

    pub(crate) fn query(&self) -> Query {
        Query::new()
            .push_some("limit", self.limit)
            .push_some("before", self.before.as_ref())
            .push_some("after", self.after.as_ref())
            .push_some("from_date", self.from_date)
            .push_some("to_date", self.to_date)
            .push_some("transaction_status", joined(&self.results))
            .push_some("channel", joined(&self.sources))
            .push_some("min_amount", self.min_amount)
            .push_some("max_amount", self.max_amount)
            .push_some("email_address", self.email.as_ref())
            .push_some("first_name", self.first_name.as_ref())
            .push_some("last_name", self.last_name.as_ref())
    }
}

fn joined(values: &[impl ToString]) -> Option<String> {
    let texts: Vec<_> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}
