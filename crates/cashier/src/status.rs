//! The words of this provider. No source has a complete list of any of them: they stay open.

pay_core::open_enum! {
    /// How a transaction stands.
    pub enum Status {
        /// Not decided yet.
        Pending = "pending",
        /// The money moved.
        Successful = "successful",
        /// It did not.
        Rejected = "rejected",
    }
}

pay_core::open_enum! {
    /// Which way the money goes.
    pub enum TransactionType {
        /// From the customer.
        Deposit = "deposit",
        /// To the customer.
        Withdrawal = "withdrawal",
    }
}

pay_core::open_enum! {
    /// The field `mode` of every payment. The word for live payments stands in no source: ask the
    /// provider for it, and make it with `Mode::from`. Whether money moves is decided by the API
    /// key too: a DEV key is for tests.
    pub enum Mode {
        /// A test payment.
        Test = "test",
    }
}

pay_core::open_enum! {
    /// How the cashier page looks.
    pub enum Theme {
        /// Light on dark.
        Dark = "dark",
    }
}

pay_core::open_enum! {
    /// How the check of the customer's identity went.
    pub enum KycStatus {
        /// Passed.
        Passed = "passed",
    }
}

/// What another status means for a transaction whose status is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// News: store it.
    Advance,
    /// The same again.
    Repeat,
    /// Older than what is known: an event that was late, or sent again. Drop it.
    Late,
    /// Both are final, or the new one is of no known kind after a final one. One of them is not
    /// true, or the provider has changed its mind: ask it, and keep what is known until then.
    Conflict,
}

impl Status {
    /// Whether it is one that stays: successful or rejected.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Successful | Self::Rejected)
    }

    /// Whether to replace `current` by this. Never so if `current` is final.
    ///
    /// ```
    /// use cashier::Status;
    /// assert!(Status::Successful.supersedes(&Status::Pending));
    /// assert!(!Status::Pending.supersedes(&Status::Rejected));
    /// assert!(!Status::Successful.supersedes(&Status::Rejected));
    /// ```
    #[must_use]
    pub fn supersedes(&self, current: &Self) -> bool {
        self.progress_from(current) == Progress::Advance
    }

    /// What this status means where `current` is known.
    #[must_use]
    pub fn progress_from(&self, current: &Self) -> Progress {
        match (current, self) {
            (current, new) if current == new => Progress::Repeat,
            (Self::Pending, _) => Progress::Advance,
            // Everything begins pending.
            (_, Self::Pending) => Progress::Late,
            (Self::Unknown(_), _) => Progress::Advance,
            (_, _) => Progress::Conflict,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_status() -> impl Strategy<Value = Status> {
        prop::sample::select(vec!["pending", "successful", "rejected", "refunded", "approved"])
            .prop_map(Status::from)
    }

    proptest! {
        #[test]
        fn a_final_status_stays_whatever_comes(statuses in prop::collection::vec(any_status(), 1..20)) {
            let mut current = Status::Pending;
            let mut settled: Option<Status> = None;
            for status in statuses {
                if status.supersedes(&current) {
                    current = status;
                }
                if let Some(settled) = &settled {
                    prop_assert_eq!(settled, &current);
                }
                if current.is_final() {
                    settled = Some(current.clone());
                }
            }
        }
    }

    #[test]
    fn each_pair_has_its_meaning() {
        let (pending, paid, rejected) = (Status::Pending, Status::Successful, Status::Rejected);
        let odd = Status::from("on_hold");
        for (current, new, meaning) in [
            (&pending, &pending, Progress::Repeat),
            (&pending, &paid, Progress::Advance),
            (&pending, &odd, Progress::Advance),
            (&odd, &rejected, Progress::Advance),
            (&odd, &pending, Progress::Late),
            (&paid, &paid, Progress::Repeat),
            (&paid, &pending, Progress::Late),
            (&paid, &rejected, Progress::Conflict),
            (&rejected, &odd, Progress::Conflict),
        ] {
            assert_eq!(new.progress_from(current), meaning, "{current} then {new}");
        }
    }
}
