//! What the samples of the pages in `docs` stand on: a sandbox, and a client of it.

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox, payfirma::PayfirmaHandle};
use payfirma::{Card, Client, Environment, Reference, Sale};

/// A sandbox of its own for one sample, and a client with every credential.
pub struct Shop {
    pub sandbox: Sandbox,
    pub account: PayfirmaHandle,
    pub environment: Environment,
    pub client: Client,
}

impl Shop {
    /// A payer's card.
    pub fn card(&self) -> Card {
        let number = "4111111111111111".parse().unwrap();
        Card::new(number, "11/39".parse().unwrap(), "595".parse().unwrap())
    }

    /// A sale to that card: odd dollars are approved, even ones declined.
    pub fn sale(&self, amount: &str) -> Sale {
        Sale::new(amount.parse().unwrap(), self.card(), Reference::random())
    }

    /// Loses the answers of the next sales, after they took effect.
    pub fn lose_sales(&self, limit: u64) {
        let lost = Fault::new(FaultKind::Reset).on("payfirma.transactions.sale");
        self.sandbox.add_fault(lost.phase(Phase::After).limit(limit)).unwrap();
    }
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

    #[doc = include_str!("../../docs/journal.md")]
    struct Journal;
}
