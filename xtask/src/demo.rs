//! The main job, shown: real clients against an embedded sandbox, step by step.

mod cashier;
mod numeropay;
mod payanywhere;
mod payfirma;
mod payroc;

use std::error::Error;

use pay_sandbox::Sandbox;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// Walks through it. An error means that something did not go as it should.
#[tokio::main]
pub(crate) async fn run() -> Result<()> {
    let sandbox = Sandbox::start().await?;
    println!("A sandbox that imitates the providers listens at {}.", sandbox.base_url());
    provider("Payfirma");
    payfirma::run(&sandbox).await?;
    provider("North (Payanywhere proxy)");
    payanywhere::run(&sandbox).await?;
    provider("Cashier (Numipay)");
    cashier::run(&sandbox).await?;
    provider("NumeroPay");
    numeropay::run(&sandbox).await?;
    provider("Payroc");
    payroc::run(&sandbox).await?;
    print_ledger(&sandbox);
    Ok(())
}

fn print_ledger(sandbox: &Sandbox) {
    println!("\nThe sandbox's ledger: everything that really took effect, once each.");
    for effect in sandbox.ledger().effects() {
        let amount = effect.amount.as_ref().map(ToString::to_string).unwrap_or_default();
        let place = format!("{}.{}", effect.provider, effect.kind);
        println!("   {:>3}  {place:<32} {amount:>7}  {}", effect.serial, effect.id);
    }
    println!("\nEverything went as it should.");
}

fn provider(name: &str) {
    println!("\n== {name}");
}

fn step(number: u32, what: &str) {
    println!("{number}. {what}");
}

fn expect(holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(format!("not as it should be: {what}").into()) }
}
