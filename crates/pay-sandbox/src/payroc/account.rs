//! The partner's accounts.

/// One login of the partner. All of it is fixed, so that documents can quote it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartnerLogin {
    /// The name.
    pub user_name: &'static str,
    /// The password.
    pub password: &'static str,
    pub(crate) id: u64,
    pub(crate) display_name: &'static str,
    pub(crate) permissions: &'static [&'static str],
}

impl std::fmt::Debug for PartnerLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartnerLogin").field("user_name", &self.user_name).finish_non_exhaustive()
    }
}

impl PartnerLogin {
    pub(crate) fn may_board(&self) -> bool {
        self.permissions.contains(&"CanAdd")
    }
}

/// The one that all examples are about.
pub(crate) const PARTNER: PartnerLogin = PartnerLogin {
    user_name: "sandbox-partner",
    password: "sandbox-partner-password",
    id: 2,
    display_name: "Sandbox Partner",
    permissions: &["CanAccess", "CanModify", "CanAdd"],
};

/// One that may look at everything and board nobody.
pub(crate) const READER: PartnerLogin = PartnerLogin {
    user_name: "sandbox-reader",
    password: "sandbox-reader-password",
    id: 3,
    display_name: "Sandbox Reader",
    permissions: &["CanAccess"],
};

pub(crate) fn named(user_name: &str) -> Option<&'static PartnerLogin> {
    [&PARTNER, &READER].into_iter().find(|login| login.user_name == user_name)
}

/// On whose behalf a request is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) account: &'static PartnerLogin,
}
