//! Boarding: "Submit Merchant Application", "Get Merchant Application Status".

use super::{
    Call, Payroc, Refusal, Reply,
    application::Application,
    input::body,
    login::with_status,
    merchant::{Merchant, Stage, later},
    switches::{
        BoardingInterval, DecidedAfter, EmptyStatus, Environment, GatewayBoarding, Links, MidForm,
        RetryAfter, StatusDetails, ThrottleCounts,
    },
    validation::Violation,
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    request::Request,
    world::World,
};

/// The first merchant's id; 15 digits, like real ones.
const FIRST_MID: u64 = 420_118_000_000_001;

impl Payroc {
    pub(crate) fn board(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        if !call.session.is_some_and(|session| session.account.may_board()) {
            let message = "Attempted to perform an unauthorized operation.";
            return Err(Refusal::forbidden(message));
        }
        self.throttle.let_in(call.request, world)?;
        let application = Application::check(&body(call.request)?, world)?;
        if world.switch::<Environment>() == Environment::Production
            && self.merchants.iter().any(|known| is_same(&known.application, &application))
        {
            let message = "Duplicate Request - Merchant at specified locations already exists.";
            return Err(Refusal::new(400, "DuplicateMerchantLocationException", message));
        }
        let number = u64::try_from(self.merchants.len()).unwrap_or(u64::MAX);
        let page = world.hash(16);
        let merchant = Merchant {
            mid: FIRST_MID.saturating_add(number).to_string(),
            application,
            application_url: format!("{}/payroc/application/{page}", world.base_url),
            stage: Stage::Submitted,
            boarded_at: world.now,
            moves_on: Some(later(world, world.switch::<DecidedAfter>().0)),
            settles: None,
            batches: Vec::new(),
            chargebacks: Vec::new(),
        };
        merchant.record("merchant_boarded", world);
        let answer = boarded(&merchant, world);
        self.merchants.push(merchant);
        Ok(Answer::json(200, answer))
    }

    pub(crate) fn status(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant =
            self.merchant(call.param(0)).ok_or_else(|| unknown("Merchant ID not found"))?;
        let [application, processing, settlement] = merchant.stage.statuses();
        let answer = Object::new()
            .with("links", links(merchant, world))
            .with("applicationStatus", application)
            .with("applicationUrl", merchant.application_url.clone())
            .with("processingDetails", details("processing", processing, world))
            .with("processingStatus", processing)
            .with("settlementDetails", details("settlement", settlement, world))
            .with("settlementStatus", settlement);
        let has_status = world.switch::<EmptyStatus>() != EmptyStatus::Never;
        Ok(Answer::json(200, with_status(answer, has_status)))
    }
}

/// One boarding request at a time; the same for all of the partner's accounts.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    counted: Option<Millis>,
}

impl Throttle {
    fn let_in(&mut self, request: &Request, world: &World) -> Result<(), Refusal> {
        if request.came_at.is_some() {
            // What takes effect later was let in when it came.
            return Ok(());
        }
        let interval = world.switch::<BoardingInterval>().0;
        let interval = Millis::try_from(interval).unwrap_or(Millis::MAX);
        let free = self.counted.map_or(Millis::MIN, |at| at.saturating_add(interval));
        let comes_too_early = world.now < free;
        if !comes_too_early || world.switch::<ThrottleCounts>() == ThrottleCounts::All {
            self.counted = Some(world.now);
        }
        if !comes_too_early {
            return Ok(());
        }
        let free = self.counted.map_or(free, |at| at.saturating_add(interval));
        let wait = free.saturating_sub(world.now).unsigned_abs().div_ceil(1_000);
        let told = world.switch::<RetryAfter>() == RetryAfter::Seconds;
        Err(Refusal::throttled(told.then_some(wait)))
    }
}

/// "The MID provided was not found".
pub(crate) fn unknown(message: &str) -> Refusal {
    let (field, message) = ("Mid".to_owned(), message.to_owned());
    Refusal::Invalid(vec![Violation { code: "Predicate", field, message, value: None }])
}

fn boarded(merchant: &Merchant, world: &World) -> Object {
    let mid = match world.switch() {
        MidForm::Text => Json::Text(merchant.mid.clone()),
        MidForm::Number => Json::Number(merchant.mid.clone()),
    };
    let gateway_users = match world.switch() {
        GatewayBoarding::Partner => Vec::new(),
        // In no document.
        GatewayBoarding::Ips => {
            vec![Object::new().with("userName", format!("gw{}", merchant.mid)).into()]
        }
    };
    let answer = Object::new()
        .with("links", links(merchant, world))
        .with("applicationUrl", merchant.application_url.clone())
        .with("gatewayUsers", gateway_users)
        .with("merchant", Json::from(Object::new().with("mid", mid)))
        .with("terminalConfig", Json::from(Object::new()));
    with_status(answer, world.switch::<EmptyStatus>() != EmptyStatus::Never)
}

fn links(merchant: &Merchant, world: &World) -> Vec<Json> {
    let href = format!("{}/payroc/v1/boarding/{}/status", world.base_url, merchant.mid);
    match world.switch() {
        Links::Empty => Vec::new(),
        Links::Objects => vec![Object::new().with("rel", "status").with("href", href).into()],
        Links::Texts => vec![href.into()],
    }
}

fn details(what: &str, status: &str, world: &World) -> Vec<Json> {
    let message = format!("The merchant's {what} is {}.", status.to_lowercase());
    match world.switch() {
        StatusDetails::Empty => Vec::new(),
        StatusDetails::Texts => vec![message.into()],
        StatusDetails::Objects => {
            vec![Object::new().with("code", status).with("message", message).into()]
        }
    }
}

fn is_same(one: &Application, other: &Application) -> bool {
    one.doing_business_as.eq_ignore_ascii_case(&other.doing_business_as)
        && one.location.is_at(&other.location)
}
