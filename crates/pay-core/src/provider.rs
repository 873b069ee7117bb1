//! The engine that provider crates are built on. Users of a provider crate do not need it.
//!
//! The path of a call: a method of a provider crate names an [`Operation`] and fills a [`Call`];
//! the [`Engine`] signs, sends and reads it, and asks [`decide`] what to do with what came back.

mod ahead;
mod authorization;
mod call;
mod decision;
mod engine;
pub mod json;
mod jwt_expiry;
mod operation;
mod pace;
mod problem_text;
mod raw_call;
mod ready;
mod request_body;
mod request_url;
mod retry_after;
mod run;
mod scrub;
mod token;
mod token_cache;
mod token_state;
mod trace;
mod verdict;

pub use self::{
    authorization::Authorization,
    call::Call,
    decision::{Decision, Ended, Exhausted, Renewal, Situation, decide},
    engine::{Answer, Engine, Need, Provider},
    jwt_expiry::jwt_expiry,
    operation::{Base, Credential, Effect, Operation, Provenance, Refusals, Route, TimeoutClass},
    pace::Pace,
    problem_text::{is_page, plain_text, scalar_text},
    raw_call::RawCall,
    request_body::encode_json,
    request_url::{BaseUrl, CallerRoute, Query},
    scrub::Hidden,
    token::{Token, TokenSource},
    token_cache::TokenCache,
    verdict::{Problem, Verdict},
};

pub use crate::reference::holds_card_number;

pub(crate) use self::request_url::is_loopback;
