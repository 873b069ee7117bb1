//! How Payfirma is reached: by its own credentials, or by a merchant's consent.

use pay_core::Connection;
use pay_sandbox::{Sandbox, payfirma::PayfirmaHandle};
use pay_store::StoredTokens;
use payfirma::{Client, ClientBuilder, Environment, MerchantId, Method, Partner, operations};

use crate::faults::provider::Bench;

/// With all that a merchant can set up.
pub(super) fn merchants_client(bench: &Bench) -> Client {
    let sandbox = &bench.sandbox;
    let builder = if bench.rotating {
        let id = MerchantId::new(sandbox.payfirma().merchant_id()).expect("a merchant");
        partner(sandbox, bench.connection.clone(), bench.tokens.clone()).merchant_builder(&id)
    } else {
        by_credentials(sandbox, bench.connection.clone())
    };
    builder
        .iframe_token(sandbox.payfirma().iframe_token())
        .hosted_page_token(sandbox.payfirma().hosted_page_token())
        .route(&operations::EFT_BANK_DEPOSIT, Method::POST, PayfirmaHandle::BANK_DEPOSIT_PATH)
        .route(&operations::EFT_SEND_FUNDS, Method::POST, PayfirmaHandle::SEND_FUNDS_PATH)
        .route(&operations::INVOICES_SEND, Method::POST, PayfirmaHandle::SEND_INVOICE_PATH)
        .build()
        .expect("a client")
}

pub(super) fn by_credentials(sandbox: &Sandbox, connection: Connection) -> ClientBuilder {
    let payfirma = sandbox.payfirma();
    Client::builder(environment(sandbox))
        .client_credentials(payfirma.client_id(), payfirma.client_secret())
        .connection(connection)
}

pub(super) fn partner(sandbox: &Sandbox, connection: Connection, tokens: StoredTokens) -> Partner {
    let payfirma = sandbox.payfirma();
    Partner::builder(environment(sandbox))
        .credentials(payfirma.client_id(), payfirma.client_secret())
        .token_store(tokens)
        .connection(connection)
        .build()
        .expect("a partner")
}

fn environment(sandbox: &Sandbox) -> Environment {
    let payfirma = sandbox.payfirma();
    Environment::custom(&payfirma.auth_url(), &payfirma.gateway_url()).expect("the sandbox's URLs")
}
