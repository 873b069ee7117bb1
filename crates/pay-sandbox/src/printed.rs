//! What the program prints once it listens: each provider's URLs and credentials, and calls to try.

use pay_sandbox::Sandbox;
use serde::Serialize;

mod cashier;
mod numeropay;
mod payanywhere;
mod payfirma;
mod payroc;

/// What `--json` prints: an object for each provider.
#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    sandbox_url: String,
    payfirma: payfirma::Printed,
    numeropay: numeropay::Printed,
    cashier: cashier::Printed,
    payroc: payroc::Printed,
    payanywhere: payanywhere::Printed,
}

impl Printed {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        Self {
            sandbox_url: format!("{}/_sandbox", sandbox.base_url()),
            payfirma: payfirma::Printed::of(sandbox),
            numeropay: numeropay::Printed::of(sandbox),
            cashier: cashier::Printed::of(sandbox),
            payroc: payroc::Printed::of(sandbox),
            payanywhere: payanywhere::Printed::of(sandbox),
        }
    }
}

/// The same for people, with curl lines that work as they stand.
pub(crate) fn as_text(sandbox: &Sandbox) -> String {
    let Printed { sandbox_url, payfirma, numeropay, cashier, payroc, payanywhere } =
        Printed::of(sandbox);
    let providers = [
        payfirma.to_text(),
        numeropay.to_text(&sandbox_url),
        cashier.to_text(&sandbox_url),
        payroc.to_text(),
        payanywhere.to_text(&sandbox_url),
    ];
    format!(
        "\
{}
The sandbox itself
  {sandbox_url}

What really took place:
  curl -s {sandbox_url}/ledger

Ctrl-C ends it.
",
        providers.join("\n"),
    )
}
