//! The envelope that all four create calls share.

use std::net::Ipv4Addr;

use super::{
    PROVIDER_ID, Refusal,
    field::{Fields, Need},
    switches::{DepositLimit, Mode},
};
use crate::{json::Json, money::Money, request::Request, world::World};

/// What tells the four forms of the envelope apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Hosted,
    Direct,
    S2s,
    Payout,
}

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) user_id: String,
    pub(crate) tracking_id: String,
    pub(crate) amount: Money,
    pub(crate) currency: String,
    /// The payer cannot change the amount.
    pub(crate) amount_restricted: bool,
}

impl Order {
    pub(crate) fn of(body: &Json, form: Form, world: &World) -> Result<Self, Refusal> {
        let body = Fields::of_body(body, world);
        let request = body.object("request", Need::Always)?;
        let request = request.ok_or_else(|| body.wrong("request", "is required"))?;
        mode(&request, world)?;
        if matches!(form, Form::Hosted | Form::Payout) {
            request.text("theme", Need::InSample)?;
        }
        match form {
            Form::Direct => known_number(&request, "provider_id")?,
            Form::S2s => known_number(&request, "routing_id")?,
            Form::Hosted | Form::Payout => {}
        }
        request.object("settings", Need::InSample)?;
        let is_ip = |text: &str| text.parse::<Ipv4Addr>().is_ok();
        request.text_that("ip", Need::InSample, is_ip, "must be an IPv4 address")?;
        let amount = request.need_amount("amount")?;
        let limit = match request.object("customer", Need::InSample)? {
            Some(customer) => check_customer(&customer, form)?,
            None => None,
        };
        if world.switch::<DepositLimit>() == DepositLimit::Enforced
            && limit.is_some_and(|limit| amount > limit)
        {
            return Err(request.wrong("amount", "is more than the customer's max_deposit_limit"));
        }
        let currency = request.need_text("currency")?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(request.wrong("currency", "must be three upper-case letters"));
        }
        let amount_restricted = match form {
            Form::Hosted => request.flag("amount_restricted", Need::InSample)?.unwrap_or(false),
            _ => true,
        };
        Ok(Self {
            user_id: request.need_text("user_id")?.to_owned(),
            tracking_id: request.need_text("tracking_id")?.to_owned(),
            amount,
            currency: currency.to_owned(),
            amount_restricted,
        })
    }
}

/// The body as JSON.
pub(crate) fn body(request: &Request) -> Result<Json, Refusal> {
    let content_type = request.header("content-type").unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(Refusal::of_status(415, "Content-Type must be application/json"));
    }
    match Json::parse(&request.body) {
        Some(body @ Json::Object(_)) => Ok(body),
        _ => Err(Refusal::invalid("body", "is not a JSON object")),
    }
}

fn mode(request: &Fields<'_>, world: &World) -> Result<(), Refusal> {
    let mode = request.need_text("mode")?;
    match world.switch() {
        Mode::TestOnly if mode != "test" => Err(request.wrong("mode", "must be test")),
        Mode::TestOnly | Mode::Any => Ok(()),
    }
}

/// The merchant has one payment provider, and one routing of the same number.
fn known_number(request: &Fields<'_>, name: &str) -> Result<(), Refusal> {
    match request.integer(name, Need::Always)? {
        Some(PROVIDER_ID) => Ok(()),
        _ => Err(request.wrong(name, "is none of the merchant's")),
    }
}

/// Types and forms; returns the deposit limit.
fn check_customer(customer: &Fields<'_>, form: Form) -> Result<Option<Money>, Refusal> {
    let sample = Need::InSample;
    for name in ["first_name", "last_name", "kyc_status", "zip_code", "address", "city"] {
        customer.text(name, sample)?;
    }
    let has_at =
        |text: &str| text.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    customer.text_that("email", sample, has_at, "must be an e-mail address")?;
    customer.text_that("dob", sample, is_slashed_date, "must be like 05/03/2000")?;
    customer.text_that("country_code", sample, is_country, "must be two upper-case letters")?;
    if let Some(phone) = customer.object("phone", sample)? {
        phone.text_that("country", sample, is_country, "must be two upper-case letters")?;
        phone.integer("number", sample)?;
        phone.integer("prefix", sample)?;
    }
    match form {
        Form::Payout => Ok(None),
        _ => customer.amount("max_deposit_limit", sample),
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// "05/03/2000": no document says which is the day.
fn is_slashed_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('/').map(str::len).collect();
    lengths == [2, 2, 4] && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/')
}
