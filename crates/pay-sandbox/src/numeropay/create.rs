//! Creating a payment and reading one: "Create new Transaction", "Get Transaction Update".

use super::{
    Call, Numeropay, Refusal, Reply,
    payment::{Payment, PaymentState},
    switches::{Currencies, ForeignMerchant, PayerPays, PayerStarts},
};
use crate::{
    answer::Answer,
    clock::Millis,
    json::{Json, Object},
    ledger::Entry,
    money::Money,
    request::Request,
    world::World,
};

impl Numeropay {
    pub(crate) fn create(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let body = body(call.request)?;
        let wanted = Wanted::of(&body, world)?;
        if wanted.merchant != call.session.merchant.merchant_id {
            return Err(match world.switch() {
                ForeignMerchant::Forbidden => Refusal::forbidden(),
                ForeignMerchant::BadRequest => {
                    Refusal::bad_request("merchant is not the token's subject")
                }
            });
        }
        if !call.session.merchant.business_names.contains(&wanted.business_name.as_str()) {
            return Err(Refusal::bad_request("businessName is none of the merchant's"));
        }
        let after = |seconds: u64| {
            let millis = Millis::try_from(seconds.saturating_mul(1_000)).unwrap_or(Millis::MAX);
            Some(world.now.saturating_add(millis))
        };
        let (starts, pays) =
            (after(world.switch::<PayerStarts>().0), after(world.switch::<PayerPays>().0));
        let payment = Payment {
            id: (0..9).map(|_| world.rng.alphanumeric().to_ascii_uppercase()).collect(),
            session: call.session,
            business_name: wanted.business_name,
            amount: wanted.amount,
            currency: wanted.currency,
            description: wanted.description,
            structure: wanted.structure,
            state: PaymentState::Created,
            created: world.now,
            updated: world.now,
            starts,
            pays,
        };
        payment.record("payment_created", world);
        let json = payment.to_json(world);
        self.payments.push(payment);
        Ok(success(json))
    }

    pub(crate) fn get(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let id = call.params.first().map_or("", String::as_str);
        let payment = self.payments.iter().find(|payment| payment.id == id);
        match payment.map(|payment| (payment, payment.is_of(&call.session))) {
            Some((payment, (true, true))) => Ok(success(payment.to_json(world))),
            Some((_, (true, false))) => Err(Refusal::forbidden()),
            // What is live is nothing to test mode, and the other way round.
            Some((_, (false, _))) | None => Err(Refusal::not_found()),
        }
    }
}

impl Payment {
    pub(crate) fn record(&self, kind: &str, world: &mut World) {
        world.record(Entry {
            amount: Some(self.amount),
            currency: Some(self.currency.clone()),
            description: self.description.clone(),
            ..Entry::new(kind, &self.id, self.session.merchant.merchant_id)
        });
    }
}

/// The response wrapper.
pub(crate) fn success(data: Json) -> Answer {
    Answer::json(200, Object::new().with("data", data).with("success", true))
}

struct Wanted {
    amount: Money,
    currency: String,
    merchant: String,
    business_name: String,
    description: Option<String>,
    structure: Option<Json>,
}

impl Wanted {
    fn of(body: &Json, world: &World) -> Result<Self, Refusal> {
        let need = |name: &str| {
            text(body, name)?
                .filter(|text| !text.is_empty())
                .ok_or_else(|| Refusal::bad_request(&format!("{name} is required")))
        };
        let structure = given(body, "structure").cloned();
        if structure.as_ref().is_some_and(|it| !matches!(it, Json::Object(_) | Json::Text(_))) {
            return Err(Refusal::bad_request("structure must be an object or JSON as text"));
        }
        Ok(Self {
            amount: amount(body)?,
            currency: currency(need("currency")?, world.switch())?,
            merchant: need("merchant")?,
            business_name: need("businessName")?,
            description: text(body, "description")?,
            structure,
        })
    }
}

fn body(request: &Request) -> Result<Json, Refusal> {
    let content_type = request.header("content-type").unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(Refusal::bad_request("Content-Type must be application/json"));
    }
    match Json::parse(&request.body) {
        Some(body @ Json::Object(_)) => Ok(body),
        _ => Err(Refusal::bad_request("The body is not a JSON object")),
    }
}

fn given<'a>(body: &'a Json, name: &str) -> Option<&'a Json> {
    body.get(name).filter(|value| **value != Json::Null)
}

fn text(body: &Json, name: &str) -> Result<Option<String>, Refusal> {
    match given(body, name) {
        None => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::bad_request(&format!("{name} must be text"))),
    }
}

/// Above 0, at most two decimals, a JSON number.
fn amount(body: &Json) -> Result<Money, Refusal> {
    let Some(Json::Number(text)) = given(body, "amount") else {
        return Err(Refusal::bad_request("amount must be a number"));
    };
    let amount = text
        .parse::<Money>()
        .ok()
        .filter(|amount| !amount.is_negative() && !amount.is_zero() && amount.decimals() <= 2);
    amount.ok_or_else(|| {
        Refusal::bad_request("amount must be greater than 0, with at most two decimals")
    })
}

fn currency(code: String, known: Currencies) -> Result<String, Refusal> {
    let has_the_form = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_known = match known {
        Currencies::Any => true,
        Currencies::AudOnly => code == "aud",
    };
    match has_the_form && is_known {
        true => Ok(code),
        false => Err(Refusal::bad_request("currency must be a known code in lower case")),
    }
}
