//! What all rounds of a run share.

use std::{path::PathBuf, time::Duration};

use pay_sandbox::Sandbox;

use super::{Clocks, Options, Setup, rows::Rows};

pub(super) struct Bench<'a> {
    pub(super) options: &'a Options,
    pub(super) sandbox: Sandbox,
    pub(super) rows: Rows<'a>,
    pub(super) program: PathBuf,
    pub(super) clocks: Clocks,
}

impl Bench<'_> {
    pub(super) fn setup(&self, name: &str, merchant: &str, ready: bool) -> Setup {
        let (payfirma, cashier) = (self.sandbox.payfirma(), self.sandbox.cashier());
        Setup {
            name: name.to_owned(),
            store: self.rows.at(),
            merchant: merchant.to_owned(),
            auth_url: payfirma.auth_url(),
            gateway_url: payfirma.gateway_url(),
            client_id: payfirma.client_id().to_owned(),
            client_secret: payfirma.client_secret().to_owned(),
            cashier_url: cashier.base_url(),
            cashier_key: cashier.api_key().to_owned(),
            cashier_provider: cashier.provider_id(),
            ready,
            clocks: self.clocks,
        }
    }

    /// The provider's time first: what it dates must not lie before what was noted here.
    pub(super) fn advance(&mut self, by: Duration) {
        self.sandbox.advance(by);
        self.clocks.ahead += i64::try_from(by.as_millis()).unwrap();
    }

    pub(super) fn advance_leases(&mut self, by: Duration) {
        self.clocks.leases += i64::try_from(by.as_millis()).unwrap();
    }
}
