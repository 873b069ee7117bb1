//! The providers that the search knows.

mod cashier;
mod numeropay;
mod payanywhere;
mod payfirma;
mod payroc;

use super::provider::Provider;

/// The one with the most operations first.
pub static ALL: [&dyn Provider; 5] = [
    &payfirma::Payfirma,
    &payanywhere::Payanywhere,
    &payroc::Payroc,
    &cashier::Cashier,
    &numeropay::Numeropay,
];
