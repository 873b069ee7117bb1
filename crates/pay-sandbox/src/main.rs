//! The sandbox as a program.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a program is for")]

use std::{net::SocketAddr, process::ExitCode};

use clap::Parser;
use pay_sandbox::{Fault, Sandbox, SandboxBuilder, Settings};
use serde::Serialize;

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

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Urls {
    sandbox_url: String,
    payfirma: PayfirmaUrls,
}

#[derive(Debug, Serialize)]
struct PayfirmaUrls {
    auth_url: String,
    gateway_url: String,
    client_id: &'static str,
    client_secret: &'static str,
    hosted_page_token: &'static str,
    iframe_token: &'static str,
    merchant_id: &'static str,
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
    let sandbox = builder
        .start()
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    if arguments.json {
        println!("{}", serde_json::to_string(&Urls::of(&sandbox))?);
    } else {
        print_urls(&sandbox);
    }
    tokio::signal::ctrl_c().await?;
    Ok(())
}

impl Urls {
    fn of(sandbox: &Sandbox) -> Self {
        let payfirma = sandbox.payfirma();
        Self {
            sandbox_url: format!("{}/_sandbox", sandbox.base_url()),
            payfirma: PayfirmaUrls {
                auth_url: payfirma.auth_url(),
                gateway_url: payfirma.gateway_url(),
                client_id: payfirma.client_id(),
                client_secret: payfirma.client_secret(),
                hosted_page_token: payfirma.hosted_page_token(),
                iframe_token: payfirma.iframe_token(),
                merchant_id: payfirma.merchant_id(),
            },
        }
    }
}

fn print_urls(sandbox: &Sandbox) {
    let Urls { sandbox_url, payfirma } = Urls::of(sandbox);
    let (auth_url, gateway_url) = (&payfirma.auth_url, &payfirma.gateway_url);
    let (id, secret) = (payfirma.client_id, payfirma.client_secret);
    let year = sandbox.payfirma().good_year();
    println!(
        "\
Payfirma
  auth         {auth_url}          (followed by /oauth/token)
  gateway      {gateway_url}
  client id    {id}
  secret       {secret}
  hosted page  {hosted_page_token}
  iframe       {iframe_token}

The sandbox itself
  {sandbox_url}

Try a login:
  curl -s -u {id}:{secret} -d grant_type=client_credentials {auth_url}/oauth/token

A sale (odd dollars are approved, even ones declined):
  curl -s {gateway_url}/transaction-service/sale -H \"Authorization: Bearer $(curl -s -u {id}:{secret} -d grant_type=client_credentials {auth_url}/oauth/token | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\" -H 'Content-Type: application/json' -d '{{\"amount\": 11.00, \"currency\": \"CAD\", \"card_number\": \"4111111111111111\", \"card_expiry_month\": 11, \"card_expiry_year\": {year:02}, \"cvv2\": \"595\"}}'

What really took place:
  curl -s {sandbox_url}/ledger

Ctrl-C ends it.",
        hosted_page_token = payfirma.hosted_page_token,
        iframe_token = payfirma.iframe_token,
    );
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
