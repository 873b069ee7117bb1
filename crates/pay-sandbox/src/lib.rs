//! Payment providers imitated as one local, stateful, faulty server.
//!
//! For tests, first steps, and searches for lost or doubled payments. The sandbox reads the
//! providers' documents by itself and shares no code with any client of theirs. It follows the
//! documented test rules, keeps real state, has its own clock, breaks on request in every way that a
//! network and a server can, and keeps a ledger of what really took place.
//!
//! ```
//! use bytes::Bytes;
//! use pay_sandbox::{Fault, FaultKind, Lost, Phase, Sandbox};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Without sockets; `Sandbox::start().await?` listens on a free port of 127.0.0.1.
//! let sandbox = Sandbox::builder().without_sockets();
//! let payfirma = sandbox.payfirma();
//!
//! // A login.
//! let login = format!(
//!     "grant_type=client_credentials&client_id={}&client_secret={}",
//!     payfirma.client_id(),
//!     payfirma.client_secret(),
//! );
//! let response = sandbox.respond(
//!     http::Request::post(format!("{}/oauth/token", payfirma.auth_url())).body(login.into())?,
//! )?;
//! let reply: serde_json::Value = serde_json::from_slice(response.body())?;
//! let token = reply["access_token"].as_str().ok_or("no token")?.to_owned();
//!
//! // A sale whose answer is lost after it took effect.
//! sandbox.add_fault(
//!     Fault::new(FaultKind::Reset).on("payfirma.transactions.sale").phase(Phase::After),
//! )?;
//! let card = payfirma.encrypt_card("4111111111111111", 12, payfirma.good_year(), "123")?;
//! let lost = sandbox.respond(
//!     http::Request::post(format!("{}/transaction-service/sale", payfirma.gateway_url()))
//!         .header("authorization", format!("Bearer {token}"))
//!         .header("content-type", "application/json")
//!         .body(Bytes::from(format!(r#"{{"amount": 11.00, "token": "{card}"}}"#)))?,
//! );
//! assert_eq!(lost.unwrap_err(), Lost::Reset);
//!
//! // The ledger knows.
//! assert_eq!(sandbox.ledger().count("sale"), 1);
//! assert_eq!(sandbox.ledger().total("sale").to_string(), "11");
//! assert_eq!(sandbox.faults_fired()[0].count, 1);
//! # Ok(())
//! # }
//! ```
//!
//! What a provider's documents leave open is a switch: see [`payfirma::switches`],
//! [`numeropay::switches`], [`cashier::switches`], [`payroc::switches`],
//! [`payanywhere::switches`]. Which faults there are: see [`FaultKind`]. A request's `x-sandbox-tag` header comes back in the ledger and in
//! the log of requests, and nowhere else.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod admin;
mod answer;
mod card;
pub mod cashier;
mod clock;
mod delivery;
mod faults;
mod http1;
mod json;
mod ledger;
mod loopback;
mod money;
mod not_completed;
pub mod numeropay;
mod outbox;
pub mod payanywhere;
pub mod payfirma;
pub mod payroc;
mod provider;
mod providers;
mod request;
mod request_log;
mod routes;
mod sandbox;
mod sender;
mod server;
mod shared;
mod state;
mod switches;
mod world;

pub use delivery::{Lost, Took};
pub use faults::{Fault, FaultFired, FaultKind, FaultRule, InvalidFault, Phase, When};
pub use ledger::{Effect, Ledger};
pub use money::{Money, NotMoney};
pub use not_completed::NotCompleted;
pub use outbox::{Webhook, WebhookAttempt, WebhookOutcome};
pub use request_log::LoggedRequest;
pub use sandbox::{Sandbox, SandboxBuilder};
pub use switches::{Settings, Switch, SwitchSpec, SwitchState, UnknownSwitch};
