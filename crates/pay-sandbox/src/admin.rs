//! The sandbox itself over HTTP, for those who do not write Rust: everything below `/_sandbox`.

use std::time::Duration;

use serde::Serialize;

use crate::{
    answer::Answer,
    faults::Fault,
    json::{Json, Object},
    ledger::Cause,
    request::Request,
    state::State,
};

const HELP: &str = "\
GET    /_sandbox/ledger                 every effect; ?kind=sale for one kind
GET    /_sandbox/requests               every request that was read
GET    /_sandbox/clock                  {\"now_ms\": ...}
POST   /_sandbox/clock                  {\"advance_seconds\": 60} or {\"advance_ms\": 60000}
GET    /_sandbox/switches               every switch, its settings and its setting
POST   /_sandbox/switches               {\"payfirma.decline_shape\": \"200-object\", ...}
GET    /_sandbox/faults                 {\"rules\": [...], \"fired\": [...]}
POST   /_sandbox/faults                 {\"rule\": \"kind=reset phase=after on=payfirma.transactions.sale nth=1\"}
DELETE /_sandbox/faults                 takes all rules away; DELETE /_sandbox/faults/1 takes one
POST   /_sandbox/reset                  back to the start
";

/// The answer to a request to the sandbox itself; `None` if it is for a provider.
pub(crate) fn answer(state: &mut State, request: &Request) -> Option<Answer> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["_sandbox", rest @ ..] = segments.as_slice() else { return None };
    let answer = match (request.method.as_str(), rest) {
        ("GET", []) => {
            let help = format!("{HELP}{}", state.providers.admin_help());
            Answer::text(200, "text/plain", help)
        }
        ("GET", ["ledger"]) => match request.query("kind") {
            Some(kind) => json(&state.world.ledger.effects_of(kind)),
            None => json(&state.world.ledger),
        },
        ("GET", ["requests"]) => json(&state.requests),
        ("GET", ["clock"]) => now(state),
        ("POST", ["clock"]) => advance(state, request),
        ("GET", ["switches"]) => json(&state.world.switches.list()),
        ("POST", ["switches"]) => set_switches(state, request),
        ("GET", ["faults"]) => faults(state),
        ("POST", ["faults"]) => add_fault(state, request),
        ("DELETE", ["faults"]) => {
            state.faults.clear();
            Answer::empty(204)
        }
        ("DELETE", ["faults", number]) => {
            match number.parse().is_ok_and(|number| state.faults.remove(number)) {
                true => Answer::empty(204),
                false => refused(404, "There is no rule of that number"),
            }
        }
        ("POST", ["reset"]) => {
            state.reset();
            Answer::empty(204)
        }
        (_, [name, rest @ ..]) => {
            let found = state.provider_named(name).and_then(|(provider, world)| {
                world.cause = Cause { provider: provider.name(), ..Cause::default() };
                provider.admin(request, rest, world)
            });
            found.unwrap_or_else(|| refused(404, "GET /_sandbox lists what there is"))
        }
        _ => refused(404, "GET /_sandbox lists what there is"),
    };
    Some(answer)
}

fn now(state: &State) -> Answer {
    Answer::json(200, Object::new().with("now_ms", state.clock.now()))
}

fn advance(state: &mut State, request: &Request) -> Answer {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    let number = |name| body.get(name).and_then(Json::as_text);
    let by = match (number("advance_seconds"), number("advance_ms")) {
        (Some(seconds), None) => {
            seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        }
        (None, Some(millis)) => millis.parse().ok().map(Duration::from_millis),
        _ => None,
    };
    match by {
        Some(by) => {
            state.advance(by);
            now(state)
        }
        None => refused(400, "advance_seconds or advance_ms must be a number from 0"),
    }
}

fn set_switches(state: &mut State, request: &Request) -> Answer {
    let Some(Json::Object(fields)) = Json::parse(&request.body) else {
        return refused(400, "The body must be an object of switches and settings");
    };
    // All or nothing.
    let mut switches = state.world.switches.clone();
    for (name, setting) in fields {
        let Some(setting) = setting.as_text() else {
            return refused(400, "A setting is text or a number");
        };
        if let Err(error) = switches.set_by_name(&name, setting) {
            return refused(400, &error.to_string());
        }
    }
    state.world.switches = switches;
    json(&state.world.switches.list())
}

fn faults(state: &State) -> Answer {
    #[derive(Serialize)]
    struct View {
        rules: Vec<crate::FaultRule>,
        fired: Vec<crate::FaultFired>,
    }
    json(&View { rules: state.faults.list(), fired: state.faults.fired() })
}

fn add_fault(state: &mut State, request: &Request) -> Answer {
    let body = Json::parse(&request.body).unwrap_or(Json::Null);
    let Some(rule) = body.get("rule").and_then(Json::as_text) else {
        return refused(400, "The body must be {\"rule\": \"...\"}");
    };
    match rule.parse::<Fault>() {
        Ok(fault) => {
            let number = state.faults.add(fault);
            Answer::json(201, Object::new().with("rule", number))
        }
        Err(error) => refused(400, &error.to_string()),
    }
}

fn json(value: &impl Serialize) -> Answer {
    match serde_json::to_string(value) {
        Ok(text) => Answer::text(200, "application/json", text),
        Err(_) => refused(500, "It cannot be written as JSON"),
    }
}

fn refused(status: u16, why: &str) -> Answer {
    Answer::json(status, Object::new().with("error", why))
}
