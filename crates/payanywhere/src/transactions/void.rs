use pay_core::{Email, Extra, Invalid, LostCall, Reference};
use serde::Serialize;
use time::OffsetDateTime;

use super::credit_card_sale;
use crate::{TransactionUniqId, comment::Comment, operations};

/// Takes a sale back before it is settled, always in whole. Give it to
/// [`Transactions::void`](crate::Transactions::void).
///
/// A settled sale cannot be voided, but [refunded](crate::Refund). A cash sale cannot be voided at
/// all: that is checked before anything is sent.
///
/// ```
/// use payanywhere::{Reference, Void};
///
/// let sale = "ccs_15218".parse()?;
/// let void = Void::new(sale, "clerk@example.com".parse()?, Reference::new("void-1042")?);
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Void {
    sale: TransactionUniqId,
    username: Email,
    comment: Comment,
    transaction_source: Option<String>,
    extra: Extra,
}

impl Void {
    /// A void. `username` is the e-mail address of the user who acts. The reference is sent as the
    /// comment; whether that comes back in lists is unknown.
    #[must_use]
    pub fn new(sale: TransactionUniqId, username: Email, reference: Reference) -> Self {
        Self::commented(sale, username, Comment::Reference(reference))
    }

    /// The same with any text as the comment.
    #[must_use]
    pub fn with_comment(
        sale: TransactionUniqId,
        username: Email,
        comment: impl Into<String>,
    ) -> Self {
        Self::commented(sale, username, Comment::Text(comment.into()))
    }

    /// The same without a comment.
    #[must_use]
    pub fn without_reference(sale: TransactionUniqId, username: Email) -> Self {
        Self::commented(sale, username, Comment::None)
    }

    fn commented(sale: TransactionUniqId, username: Email, comment: Comment) -> Self {
        Self { sale, username, comment, transaction_source: None, extra: Extra::default() }
    }

    /// The software that it comes from, such as `PA-iOS-SDK|version-arch`. Not sent if not given.
    #[must_use]
    pub fn transaction_source(mut self, source: impl Into<String>) -> Self {
        self.transaction_source = Some(source.into());
        self
    }

    /// Adds a field that this crate does not know.
    ///
    /// # Errors
    ///
    /// The value cannot be JSON.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Result<Self, Invalid> {
        self.extra.insert(name, value)?;
        Ok(self)
    }

    /// What is needed to find out later what became of it: keep it before you send.
    #[must_use]
    pub fn lost_call(&self) -> LostCall {
        LostCall::new(operations::TRANSACTIONS_VOID.id, OffsetDateTime::now_utc())
            .with_reference(self.comment.reference().cloned())
            .with_detail(TransactionUniqId::FIELD, self.sale.as_str())
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        credit_card_sale("transaction_id", &self.sale, "a cash sale cannot be voided")?;
        if self.comment.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Err(Invalid::new("comment", "must not be empty"));
        }
        if self.transaction_source.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(Invalid::new("transaction_source", "must not be empty"));
        }
        Ok(())
    }

    pub(super) fn wire(&self) -> VoidWire<'_> {
        VoidWire {
            kind: "void",
            transaction_id: self.sale.number(),
            username: &self.username,
            comment: self.comment.as_str(),
            transaction_source: self.transaction_source.as_deref(),
        }
    }

    pub(super) fn added(&self) -> &Extra {
        &self.extra
    }
}

/// The body of the request.
#[derive(Serialize)]
pub(super) struct VoidWire<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    transaction_id: Option<u64>,
    username: &'a Email,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_source: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_credit_card_sale_is_voided() {
        let void = |sale| Void::without_reference(sale, "clerk@example.com".parse().unwrap());
        let refused = void(TransactionUniqId::cash_sale(15218)).check().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "transaction_id: must be of a credit card sale (ccs_): a cash sale cannot be voided"
        );
        assert!(void("ccr_1".parse().unwrap()).check().is_err());
        assert_eq!(void(TransactionUniqId::credit_card_sale(15218)).check(), Ok(()));
    }

    #[test]
    fn a_lost_call_holds_what_finds_it_again() {
        let sale = TransactionUniqId::credit_card_sale(15218);
        let reference = Reference::new("void-1").unwrap();
        let lost = Void::new(sale, "clerk@example.com".parse().unwrap(), reference).lost_call();
        assert_eq!(lost.operation(), "payanywhere.transactions.void");
        assert_eq!(lost.detail("uniq_id"), Some("ccs_15218"));
        assert_eq!(lost.reference().unwrap().as_str(), "void-1");
    }
}
