mod cashier;
mod numeropay;
mod payanywhere;
mod payfirma;
mod payroc;

pub(crate) use self::{
    cashier::Cashier, numeropay::Numeropay, payanywhere::Payanywhere, payfirma::Payfirma,
    payroc::Payroc,
};

/// Runs generic checks for the providers that are named, each as a test of its own.
macro_rules! for_each_provider {
    ($($check:ident: $($provider:ident)*;)*) => {
        $(mod $check {
            $(#[test]
            fn $provider() {
                super::$check::<$crate::shops::shop_of!($provider)>();
            })*
        })*
    };
}
pub(crate) use for_each_provider;

macro_rules! shop_of {
    (payfirma) => {
        $crate::shops::Payfirma
    };
    (payanywhere) => {
        $crate::shops::Payanywhere
    };
    (cashier) => {
        $crate::shops::Cashier
    };
    (numeropay) => {
        $crate::shops::Numeropay
    };
    (payroc) => {
        $crate::shops::Payroc
    };
}
pub(crate) use shop_of;
