//! Which providers there are. A new one is a module like `payfirma`, a field here, and a handle
//! from [`Sandbox`](crate::Sandbox).

use crate::{
    cashier::{self, Cashier},
    clock::Millis,
    ledger::Cause,
    numeropay::{self, Numeropay},
    payanywhere::{self, Payanywhere},
    payfirma::{self, Payfirma},
    payroc::{self, Payroc},
    provider::Provider,
    switches::SwitchSpec,
    world::World,
};

/// The state of every provider.
pub(crate) struct Providers {
    pub(crate) payfirma: Payfirma,
    pub(crate) numeropay: Numeropay,
    pub(crate) cashier: Cashier,
    pub(crate) payroc: Payroc,
    pub(crate) payanywhere: Payanywhere,
}

impl Providers {
    pub(crate) fn new() -> Self {
        Self {
            payfirma: Payfirma::new(),
            numeropay: Numeropay::default(),
            cashier: Cashier::default(),
            payroc: Payroc::default(),
            payanywhere: Payanywhere::default(),
        }
    }

    /// The switches of all of them.
    pub(crate) fn switches() -> Vec<SwitchSpec> {
        [
            payfirma::switches::ALL,
            numeropay::switches::ALL,
            cashier::switches::ALL,
            payroc::switches::ALL,
            payanywhere::switches::ALL,
        ]
        .concat()
    }

    fn all(&self) -> [&dyn Provider; 5] {
        [&self.payfirma, &self.numeropay, &self.cashier, &self.payroc, &self.payanywhere]
    }

    fn all_mut(&mut self) -> [&mut dyn Provider; 5] {
        [
            &mut self.payfirma,
            &mut self.numeropay,
            &mut self.cashier,
            &mut self.payroc,
            &mut self.payanywhere,
        ]
    }

    pub(crate) fn named(&mut self, name: &str) -> Option<&mut dyn Provider> {
        self.all_mut().into_iter().find(|provider| provider.name() == name)
    }

    /// Does what happens by itself up to `world.now`.
    pub(crate) fn settle(&mut self, world: &mut World) {
        for provider in self.all_mut() {
            world.cause = Cause { provider: provider.name(), ..Cause::default() };
            provider.settle(world);
        }
    }

    /// When something next happens by itself.
    pub(crate) fn next_event(&self) -> Option<Millis> {
        self.all().into_iter().filter_map(|provider| provider.next_event()).min()
    }

    /// What `GET /_sandbox` says of their own test operations.
    pub(crate) fn admin_help(&self) -> String {
        self.all().into_iter().map(|provider| provider.admin_help()).collect()
    }
}
