//! The providers that the search knows.

mod payfirma;

use super::provider::Provider;

/// The one with the most operations first.
pub static ALL: [&dyn Provider; 1] = [&payfirma::Payfirma];
