//! A provider in the contract. The machinery knows providers by this alone.

use std::path::Path;

use futures_util::future::LocalBoxFuture;
use pay_core::{BoxFuture, provider::Operation};

use crate::{
    case::Case,
    cashier, numeropay, payanywhere, payfirma, payroc,
    promise::{Plan, Promise},
};

/// What a provider brings.
pub trait Suite: Send + Sync {
    /// The provider's name: the beginning of its operations' ids, and of its fixtures' paths.
    fn name(&self) -> &'static str;

    /// Its table.
    fn operations(&self) -> &'static [&'static Operation];

    /// How its user agent begins.
    fn user_agent(&self) -> &'static str;

    /// Which calls belong to its fixtures.
    fn cases(&self) -> Vec<Case>;

    /// How it answers to each promise: a match that names them all.
    fn keep(&self, promise: Promise) -> Plan;

    /// What must not be found in the output of a run.
    fn secrets(&self) -> Vec<String>;

    /// What looks like a secret in its fixtures, and is printed in the provider's public documents,
    /// or made by us.
    fn public_samples(&self) -> &'static [&'static str];

    /// Records the provider's environment that the process' environment names.
    fn record<'a>(&'a self, out: &'a Path) -> BoxFuture<'a, Result<Recorded, String>>;

    /// Runs a recording again, if there is one in this directory.
    fn replay<'a>(
        &'a self,
        directory: &'a Path,
    ) -> LocalBoxFuture<'a, Result<Option<Recorded>, String>>;
}

/// What a recording wrote, or what was run of it.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The files' names, without the directory, in the order of the calls.
    pub files: Vec<String>,
    /// What was asked for and did not come about.
    pub problems: Vec<String>,
}

/// All providers.
pub fn all() -> Vec<Box<dyn Suite>> {
    vec![
        Box::new(payfirma::Payfirma),
        Box::new(payanywhere::PayAnywhere),
        Box::new(numeropay::NumeroPay),
        Box::new(payroc::Payroc),
        Box::new(cashier::Cashier),
    ]
}
