//! The sandbox as a program.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a program is for")]

mod printed;

use std::{
    future::{Future as _, poll_fn},
    net::SocketAddr,
    pin::pin,
    process::ExitCode,
    task::Poll,
};

use clap::Parser;
use pay_sandbox::{Fault, Sandbox, SandboxBuilder, Settings};
use printed::Printed;

const AFTER_HELP: &str = "\
Fault rules are lists of name=value:
  kind=KIND           close, reset, stall [for=SECONDS], garbage, cut [at=BYTE],
                      drip [piece=BYTES pause_ms=MS], slow [for=SECONDS], oversize [bytes=BYTES],
                      status status=CODE [header=Name:value ...] [body=REST OF THE RULE], html,
                      unknown-fields, unknown-value [field=NAME], wrong-type field=NAME,
                      missing field=NAME, wrong-amount [by=DOLLARS], duplicate-reply,
                      duplicate-request
  on=PATTERN          the operation, such as payfirma.transactions.sale or payfirma.*
  method=M path=P     the request itself; * stands for anything
  nth=N | probability=P    when; each time if neither is given
  limit=N             so many times at most
  phase=PHASE         accept (before reading), before (no effect), after (the effect took place),
                      later:SECONDS (no answer now, the effect later)
In header=, _ stands for a blank.

Examples:
  pay-sandbox --listen 127.0.0.1:4242
  pay-sandbox --switch payfirma.decline_shape=200-object
  pay-sandbox --fault 'kind=reset phase=after on=payfirma.transactions.sale nth=1'
  pay-sandbox --fault 'kind=status status=429 header=Retry-After:2 on=payfirma.* probability=0.1'

GET /_sandbox lists what can be done while it runs: the ledger, the clock, switches, faults.";

/// A local imitation of payment providers: stateful, and faulty on request.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// Where to listen. Nothing protects the sandbox: keep it on the loopback.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4242")]
    listen: SocketAddr,

    /// Print the URLs and credentials as one line of JSON.
    #[arg(long)]
    json: bool,

    /// The seed of every id, token and chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Set a switch.
    #[arg(long = "switch", value_name = "NAME=SETTING")]
    set: Vec<String>,

    /// List all switches with their settings, and end.
    #[arg(long)]
    switches: bool,

    /// Add a fault rule.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<Fault>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pay-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Sandbox::builder().listen(arguments.listen).seed(arguments.seed);
    for switch in &arguments.set {
        let (name, setting) = switch
            .split_once('=')
            .ok_or_else(|| format!("--switch takes NAME=SETTING, not `{switch}`"))?;
        builder = builder.switch_by_name(name, setting)?;
    }
    for fault in arguments.faults {
        builder = builder.fault(fault)?;
    }
    if arguments.switches {
        print_switches(&builder);
        return Ok(());
    }
    // Heard from now on: whoever reads what is printed may end it at once.
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    if let Poll::Ready(heard) =
        poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context))).await
    {
        return Ok(heard?);
    }
    let sandbox = builder
        .start()
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    if arguments.json {
        println!("{}", serde_json::to_string(&Printed::of(&sandbox))?);
    } else {
        print!("{}", printed::as_text(&sandbox));
    }
    interrupt.await?;
    Ok(())
}

fn print_switches(builder: &SandboxBuilder) {
    for state in builder.switches() {
        println!("{}={}\n    {}", state.spec.name, state.setting, state.spec.about);
        match state.spec.settings {
            Settings::Named(settings) => {
                for (setting, meaning) in settings {
                    println!("      {setting:<18} {}", meaning);
                }
            }
            Settings::Number { unit, .. } => println!("      a number of {unit}"),
            _ => {}
        }
        println!();
    }
}
