//! The providers that the search knows.

mod payanywhere;
mod payfirma;
mod payroc;

use super::provider::Provider;

/// The one with the most operations first.
pub static ALL: [&dyn Provider; 3] =
    [&payfirma::Payfirma, &payanywhere::Payanywhere, &payroc::Payroc];
