use pay_core::{Amount, Email, Extra, Invalid, LostCall, Reference};
use serde::{Serialize, Serializer, ser::SerializeMap};
use time::OffsetDateTime;

use super::{credit_card_sale, reversal::Asked};
use crate::{TransactionUniqId, comment::Comment, dollars::dollars, operations};

/// Gives a settled sale back, in whole or in part. Give it to
/// [`Transactions::refund`](crate::Transactions::refund).
///
/// An unsettled sale cannot be refunded, but [voided](crate::Void). What North answers to more than
/// is left of the sale is unknown.
///
/// ```
/// use payanywhere::{Reference, Refund};
///
/// let sale = "ccs_15218".parse()?;
/// let reference = Reference::new("refund-1042")?;
/// let refund = Refund::new(sale, "2.00".parse()?, "clerk@example.com".parse()?, reference);
/// # Ok::<_, payanywhere::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Refund {
    sale: TransactionUniqId,
    amount: Amount,
    username: Email,
    comment: Comment,
    number_field: Option<String>,
    transaction_source: Option<String>,
    known_children: Option<Vec<TransactionUniqId>>,
    extra: Extra,
}

impl Refund {
    /// A refund of `amount` dollars, with at most two decimals. `username` is the e-mail address of
    /// the user who acts. The reference is sent as the comment; whether that comes back in lists is
    /// unknown.
    #[must_use]
    pub fn new(
        sale: TransactionUniqId,
        amount: Amount,
        username: Email,
        reference: Reference,
    ) -> Self {
        Self::commented(sale, amount, username, Comment::Reference(reference))
    }

    /// The same with any text as the comment.
    #[must_use]
    pub fn with_comment(
        sale: TransactionUniqId,
        amount: Amount,
        username: Email,
        comment: impl Into<String>,
    ) -> Self {
        Self::commented(sale, amount, username, Comment::Text(comment.into()))
    }

    /// The same without a comment.
    #[must_use]
    pub fn without_reference(sale: TransactionUniqId, amount: Amount, username: Email) -> Self {
        Self::commented(sale, amount, username, Comment::None)
    }

    fn commented(
        sale: TransactionUniqId,
        amount: Amount,
        username: Email,
        comment: Comment,
    ) -> Self {
        Self {
            sale,
            amount,
            username,
            comment,
            number_field: None,
            transaction_source: None,
            known_children: None,
            extra: Extra::default(),
        }
    }

    /// The field that carries the sale's number: `ccs_pk` for a credit card sale. A cash sale can be
    /// refunded too, but in which field its number goes is unknown. Without this only credit card
    /// sales are sent: the number of another kind in `ccs_pk` might be a stranger's card sale.
    #[must_use]
    pub fn number_field(mut self, name: impl Into<String>) -> Self {
        self.number_field = Some(name.into());
        self
    }

    /// The software that it comes from, such as `PA-iOS-SDK|version-arch`. Not sent if not given.
    #[must_use]
    pub fn transaction_source(mut self, source: impl Into<String>) -> Self {
        self.transaction_source = Some(source.into());
        self
    }

    /// What belonged to the sale before this refund, by
    /// [`children_of`](crate::Transactions::children_of). If the answer is lost, that tells old
    /// refunds from a new one.
    #[must_use]
    pub fn known_children(mut self, children: impl IntoIterator<Item = TransactionUniqId>) -> Self {
        self.known_children = Some(children.into_iter().collect());
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
        let operation = operations::TRANSACTIONS_REFUND.id;
        let lost = LostCall::new(operation, OffsetDateTime::now_utc())
            .with_reference(self.comment.reference().cloned())
            .with_amount(self.amount)
            .with_detail(TransactionUniqId::FIELD, self.sale.as_str());
        match &self.known_children {
            None => lost,
            Some(children) => {
                let ids: Vec<_> = children.iter().map(TransactionUniqId::as_str).collect();
                lost.with_known(CHILDREN, ids.join(" "))
            }
        }
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        match self.number_field.as_deref() {
            None => {
                credit_card_sale(CCS_PK, &self.sale, "of a cash sale, name the field yourself")?
            }
            Some("type" | "amount" | "username" | "comment" | "transaction_source" | "") => {
                return Err(Invalid::new("number_field", "must be a field of its own"));
            }
            Some(_) => self.sale.check()?,
        }
        self.amount.check_charge(None)?;
        if self.comment.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Err(Invalid::new("comment", "must not be empty"));
        }
        if self.transaction_source.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(Invalid::new("transaction_source", "must not be empty"));
        }
        Ok(())
    }

    pub(super) fn wire(&self) -> RefundWire<'_> {
        RefundWire(self)
    }

    pub(super) fn added(&self) -> &Extra {
        &self.extra
    }

    pub(super) fn asked(&self) -> Asked {
        Asked::Refund(self.amount)
    }
}

/// What is known with a lost refund: the ids of what belonged to the sale before, with spaces between.
pub(crate) const CHILDREN: &str = "children";

const CCS_PK: &str = "ccs_pk";

/// The body of the request. By hand, because a name in it is the caller's.
pub(super) struct RefundWire<'a>(&'a Refund);

impl Serialize for RefundWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let refund = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "refund")?;
        let name = refund.number_field.as_deref().unwrap_or(CCS_PK);
        map.serialize_entry(name, &refund.sale.number())?;
        map.serialize_entry("amount", &dollars(refund.amount).to_string())?;
        map.serialize_entry("username", &refund.username)?;
        if let Some(comment) = refund.comment.as_str() {
            map.serialize_entry("comment", comment)?;
        }
        if let Some(source) = &refund.transaction_source {
            map.serialize_entry("transaction_source", source)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(sale: &str, amount: &str) -> Refund {
        let sale = serde_json::from_str::<Sale>(&format!(r#"{{"uniq_id":"{sale}"}}"#)).unwrap();
        let username = "clerk@example.com".parse().unwrap();
        Refund::without_reference(sale.uniq_id.unwrap(), amount.parse().unwrap(), username)
    }

    type Sale = crate::Transaction;

    #[test]
    fn what_is_wrong_is_named() {
        for (refund, field) in [
            (refund("cas_15218", "2.00"), "ccs_pk"),
            (refund("abc_15218", "2.00"), "ccs_pk"),
            (refund("15218", "2.00"), "uniq_id"),
            (refund("odd", "2.00").number_field("cas_pk"), "uniq_id"),
            (refund("cas_1", "2.00").number_field("amount"), "number_field"),
            (refund("cas_1", "2.00").number_field(""), "number_field"),
            (refund("ccs_1", "0"), "amount"),
            (refund("ccs_1", "-2"), "amount"),
            (refund("ccs_1", "2.001"), "amount"),
            (refund("ccs_1", "1000000000000"), "amount"),
            (refund("ccs_1", "2").transaction_source(" "), "transaction_source"),
        ] {
            assert_eq!(refund.check().unwrap_err().field(), field, "{refund:?}");
        }
        let empty = Refund::with_comment(
            TransactionUniqId::credit_card_sale(1),
            Amount::from_cents(200),
            "clerk@example.com".parse().unwrap(),
            "",
        );
        assert_eq!(empty.check().unwrap_err().field(), "comment");
        assert_eq!(refund("ccs_1", "0.01").check(), Ok(()));
        assert_eq!(refund("cas_1", "0.01").number_field("cas_pk").check(), Ok(()));
    }

    #[test]
    fn a_lost_call_holds_what_finds_it_again() {
        let children = ["ccr_1".parse().unwrap(), "ccr_2".parse().unwrap()];
        let refund = refund("ccs_15218", "2.00").known_children(children);
        let lost = refund.lost_call();
        assert_eq!(lost.operation(), "payanywhere.transactions.refund");
        assert_eq!(lost.detail("uniq_id"), Some("ccs_15218"));
        assert_eq!(lost.known("children"), Some("ccr_1 ccr_2"));
        assert_eq!(lost.amount().unwrap().to_string(), "2.00");
        assert_eq!(lost.reference(), None);
    }
}
