use pay_core::{Invalid, Reference, id_type};

id_type!(
    TransactionId,
    "transaction_id",
    "A transaction's id: the provider's own (15 lower-case characters), or yours, the `tracking_id`. \
     Which of the two an operation wants is contradicted in the document; make it from either."
);

impl TransactionId {
    /// As it stands in something that the provider sent.
    pub(crate) fn from_provider(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether it may be sent: every `new` one and every reference may, not all that replies bring.
    pub(crate) fn check_sendable(&self) -> Result<(), Invalid> {
        let only_dots = self.0.bytes().all(|byte| byte == b'.');
        match self.check() {
            Err(_) if !only_dots && Reference::new(self.as_str()).is_ok() => Ok(()),
            checked => checked,
        }
    }
}

/// Your own id of the transaction.
impl From<&Reference> for TransactionId {
    fn from(reference: &Reference) -> Self {
        Self(reference.as_str().into())
    }
}

/// Your own id of the transaction.
impl From<Reference> for TransactionId {
    fn from(reference: Reference) -> Self {
        Self::from(&reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_may_be_sent_and_an_odd_id_of_a_reply_may_not() {
        for reference in ["a.b:c", "fb832194-34e1-4e6c-8494-d88034cf3e47"] {
            let id = TransactionId::from(&Reference::new(reference).unwrap());
            assert!(id.check_sendable().is_ok(), "{reference}");
        }
        for odd in ["", ".", "..", "a/b", "../x", "a b", "é", "a\n"] {
            assert!(TransactionId::from_provider(odd).check_sendable().is_err(), "{odd:?}");
        }
    }
}
