//! What the samples of the pages in `docs` stand on: a sandbox, and a client of it.

use pay_sandbox::{Sandbox, payfirma::PayfirmaHandle};
use payfirma::{Client, Environment};

/// A sandbox of its own for one sample, and a client with every credential.
pub struct Shop {
    pub sandbox: Sandbox,
    pub account: PayfirmaHandle,
    pub environment: Environment,
    pub client: Client,
}

/// Runs one sample. A sample that fails, panics.
pub fn run<T, E: std::fmt::Debug>(sample: impl AsyncFnOnce(Shop) -> Result<T, E>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start().await.unwrap();
        let account = sandbox.payfirma();
        let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
        let client = Client::builder(environment.clone())
            .client_credentials(account.client_id(), account.client_secret())
            .hosted_page_token(account.hosted_page_token())
            .iframe_token(account.iframe_token())
            .build()
            .unwrap();
        sample(Shop { sandbox, account, environment, client }).await.unwrap();
    });
}

/// Every sample of the pages, compiled and, where it can, run.
#[cfg(doctest)]
mod samples {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/guide.md")]
    struct Guide;

    #[doc = include_str!("../../docs/failures.md")]
    struct Failures;
}
