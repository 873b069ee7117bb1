//! A shop that charges each order once, whatever happens to it. It is killed in the middle of a
//! payment, starts again, and finds out what became of that.
//!
//! ```text
//! cargo run -p pay-store --example shop
//! ```
//!
//! The first process holds the sandbox and does the killing. The shop is the second: `charge_all` is
//! what a program of yours would hold.
#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use std::{env, error::Error, fs, path::Path, time::Duration};

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use pay_store::{AccountKey, Journal, Keyring, SqliteStore, Unfinished};
use payfirma::{Card, Client, Connection, Environment, Outcome, Reference, Sale, Timeouts};

/// What payers owe, by the order's own key. In the sandbox an even whole amount is declined.
const ORDERS: [(&str, &str); 5] = [
    ("order-1", "11.00"),
    ("order-2", "13.00"),
    ("order-3", "15.00"),
    ("order-4", "16.00"),
    ("order-5", "17.00"),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [auth, gateway, id, secret, directory] => {
            let environment = Environment::custom(auth, gateway)?;
            charge_all(client(environment, id, secret)?, Path::new(directory)).await
        }
        _ => kill_and_start_again().await,
    }
}

async fn charge_all(client: Client, directory: &Path) -> Result<(), Box<dyn Error>> {
    let store = SqliteStore::open(directory.join("payments.db")).await?;
    // 32 random bytes, from where you keep secrets: not beside the database, as here.
    let key: [u8; 32] = fs::read(directory.join("shop.key"))?.as_slice().try_into()?;
    let journal = Journal::new(store, Keyring::new("2026-11", key)?)
        // Longer than the client's timeout for a call, and no longer than you like to wait: a
        // payment whose process died counts as under way until then.
        .send_within(Duration::from_secs(6))
        // Longer than that: so `once` waits until it may look for such a payment by itself.
        .wait(Duration::from_secs(10));
    let shop = journal
        .account(
            AccountKey::new("payfirma", "sandbox", "shop-17"),
            client,
            |client, lost| async move { client.resolve(&lost).await },
        )
        .ready(|client| async move { client.ready().await });

    // At every start, and by a timer in a program that runs for long.
    for entry in shop.recover().await? {
        println!("  {}: {} ({})", entry.key.key(), entry.state, entry.note);
    }
    for (order, amount) in ORDERS {
        let card = Card::new("4111 1111 1111 1111".parse()?, "11/39".parse()?, "595".parse()?);
        // The same key needs the same request, so the reference comes from the order, too.
        let sale = Sale::new(amount.parse()?, card, Reference::new(order)?);
        let charged = shop
            .once(order, sale.lost_call(), |client| async move {
                client.transactions().sale(&sale).await
            })
            .await;
        match charged {
            Ok(charged) => {
                let when = if charged.is_replayed() { "before" } else { "now" };
                println!("  {order}: charged {when}, number {}", charged.id);
            }
            Err(error) => match error.outcome() {
                _ if error.is_declined() => println!("  {order}: declined: {}", error.message()),
                Outcome::NotSent | Outcome::Refused => println!("  {order}: not charged: {error}"),
                // A person settled it so, or its record failed, or another amount was taken.
                Outcome::Applied => println!("  {order}: charged, and look at it: {error}"),
                // It may have been charged. It is not sent again: the same key looks for it, and
                // `pay-store list` shows it to the person on call.
                _ => {
                    let why = Unfinished::of(&error).map_or("", Unfinished::note);
                    println!("  {order}: nobody knows yet: {error} {why}");
                }
            },
        }
    }
    Ok(())
}

fn client(environment: Environment, id: &str, secret: &str) -> payfirma::Result<Client> {
    let timeouts = Timeouts::new()
        .connect(Duration::from_secs(1))
        .attempt(Duration::from_secs(4))
        .call(Duration::from_secs(5));
    Client::builder(environment)
        .client_credentials(id, secret)
        .connection(Connection::builder().timeouts(timeouts).build()?)
        .build()
}

async fn kill_and_start_again() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    // The third card is charged, and the answer does not come.
    let stall = Fault::new(FaultKind::Stall { for_at_most: None }).on("payfirma.transactions.sale");
    sandbox.add_fault(stall.phase(Phase::After).nth(3))?;

    let directory = env::temp_dir().join(format!("shop-{}", std::process::id()));
    fs::create_dir(&directory)?;
    let mut key = [0; 32];
    getrandom::fill(&mut key)?;
    fs::write(directory.join("shop.key"), key)?;
    let account = sandbox.payfirma();
    let shop = || {
        let mut command = tokio::process::Command::new(env::current_exe()?);
        command.args([&account.auth_url(), &account.gateway_url()]);
        command.args([account.client_id(), account.client_secret()]).arg(&directory);
        command.kill_on_drop(true).spawn()
    };

    println!("The shop starts.");
    let mut first = shop()?;
    while sandbox.ledger().count("sale") < 3 {
        if let Some(status) = first.try_wait()? {
            return Err(format!("the shop ended by itself: {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    first.kill().await?;
    println!("It was killed: the third card is charged, and nobody was told.");

    println!("It starts again. For the third order it waits until the time to send is over.");
    let status = shop()?.wait().await?;
    let count = sandbox.ledger().count("sale");
    println!("The sandbox's ledger: {count} sales.");
    println!(
        "Its journal:\n  cargo run -p pay-store -- list --all --db {}",
        directory.join("payments.db").display()
    );
    match (status.success(), count) {
        (true, 4) => Ok(()),
        _ => Err("each order should have been charged once, and one declined".into()),
    }
}
