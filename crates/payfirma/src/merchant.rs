//! A merchant's login for a partner: by a refresh token that changes with every use.

use std::time::Duration;

use pay_core::{
    BoxFuture, Result,
    provider::{Token, TokenSource},
};

pub(crate) struct MerchantTokens;

impl TokenSource for MerchantTokens {
    fn fetch(&self, _: Duration) -> BoxFuture<'_, Result<Token>> {
        unreachable!()
    }
}
