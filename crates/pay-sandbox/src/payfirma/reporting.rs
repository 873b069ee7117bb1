//! Reading transactions back: Walkthrough, "Reporting".

use time::{Date, Duration, OffsetDateTime, macros::format_description};

use super::{
    Call, Payfirma, Refusal, Reply,
    paging::{Listed, page},
    switches::{DateZone, ListingLag, ToDate},
    test_processor::Ruling,
    transaction::Transaction,
};
use crate::{
    answer::Answer, clock::Millis, json::Json, money::Money, request::Request, world::World,
};

const CHANNELS: [&str; 7] =
    ["VT", "MOBILE", "TABLET_POS", "E_COMMERCE", "RECURRING", "INVOICE", "CARD_TERMINAL"];

impl Payfirma {
    pub(crate) fn get_transaction(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        let found = call.param(0).parse().ok().and_then(|id| merchant.by_number(id));
        let found = found.ok_or_else(|| Refusal::not_found("transaction"))?;
        Ok(Answer::json(200, found.to_json(world)))
    }

    pub(crate) fn lookup_transaction(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let merchant = self.merchant(&call.session.merchant);
        let found = merchant.by_hash(call.param(0));
        let found = found.ok_or_else(|| Refusal::not_found("transaction"))?;
        Ok(Answer::json(200, found.to_json(world)))
    }

    pub(crate) fn list_transactions(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.list(world, call, None)
    }

    /// Only those that the token's own user made.
    pub(crate) fn list_own_transactions(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        self.list(world, call, call.session.user)
    }

    fn list(&mut self, world: &mut World, call: &Call<'_>, user: Option<u64>) -> Reply {
        let filter = Filter::of(call.request, world)?;
        let merchant = self.merchant(&call.session.merchant);
        let items = merchant
            .transactions
            .iter()
            .filter(|transaction| user.is_none() || transaction.user == user)
            .filter(|transaction| filter.lets_through(transaction))
            .collect();
        page(world, call.request, "transactions", items)
    }
}

impl Listed for Transaction {
    fn number(&self) -> u64 {
        self.id
    }

    fn to_json(&self, world: &World) -> Json {
        Self::to_json(self, world)
    }
}

struct Filter {
    /// Newer ones are not listed yet.
    until: Millis,
    from_date: Option<Millis>,
    before_date: Option<Millis>,
    statuses: Option<Vec<String>>,
    channels: Option<Vec<String>>,
    min_amount: Option<Money>,
    max_amount: Option<Money>,
    payer: Vec<(&'static str, String)>,
}

impl Filter {
    fn of(request: &Request, world: &World) -> Result<Self, Refusal> {
        let zone = world.switch();
        let lag = Millis::try_from(world.switch::<ListingLag>().0.saturating_mul(1_000));
        let one_more = match world.switch() {
            ToDate::Inclusive => Duration::DAY,
            ToDate::Exclusive => Duration::ZERO,
        };
        let payer =
            [("email", "email_address"), ("first_name", "first_name"), ("last_name", "last_name")];
        Ok(Self {
            until: world.now.saturating_sub(lag.unwrap_or(Millis::MAX)),
            from_date: day(request, "from_date", zone, Duration::ZERO)?,
            before_date: day(request, "to_date", zone, one_more)?,
            statuses: choices(request, "transaction_status", &["PENDING", "APPROVED", "DECLINED"])?,
            channels: choices(request, "channel", &CHANNELS)?,
            min_amount: amount(request, "min_amount")?,
            max_amount: amount(request, "max_amount")?,
            payer: payer
                .into_iter()
                .filter_map(|(field, name)| Some((field, given(request, name)?.to_owned())))
                .collect(),
        })
    }

    fn lets_through(&self, transaction: &Transaction) -> bool {
        let status = match transaction.ruling {
            Ruling::Approved => "APPROVED",
            Ruling::Declined(_) => "DECLINED",
            Ruling::Pending => "PENDING",
        };
        let among = |choices: &Option<Vec<String>>, value: &str| {
            choices.as_ref().is_none_or(|choices| choices.iter().any(|choice| choice == value))
        };
        transaction.at <= self.until
            && self.from_date.is_none_or(|from| transaction.at >= from)
            && self.before_date.is_none_or(|before| transaction.at < before)
            && among(&self.statuses, status)
            && among(&self.channels, transaction.source)
            && self.min_amount.is_none_or(|min| transaction.amount >= min)
            && self.max_amount.is_none_or(|max| transaction.amount <= max)
            && self.payer.iter().all(|(name, wanted)| {
                let is = |(field, text): &(&str, String)| {
                    field == name && text.to_lowercase() == wanted.to_lowercase()
                };
                transaction.payer.iter().any(is)
            })
    }
}

fn given<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.query(name).filter(|text| !text.is_empty())
}

/// The start of a day, moved by `shift`, in epoch milliseconds.
fn day(
    request: &Request,
    name: &str,
    zone: DateZone,
    shift: Duration,
) -> Result<Option<Millis>, Refusal> {
    let Some(text) = given(request, name) else { return Ok(None) };
    let date = Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| Refusal::invalid(format!("{name} must be a date like 2026-01-31")))?;
    let behind = match zone {
        DateZone::Utc => Duration::ZERO,
        DateZone::Eastern => Duration::hours(5),
        DateZone::Pacific => Duration::hours(8),
    };
    let start: OffsetDateTime = date.midnight().assume_utc();
    let start = start.saturating_add(behind).saturating_add(shift);
    let millis = start.unix_timestamp_nanos().div_euclid(1_000_000);
    Ok(Millis::try_from(millis).ok())
}

fn choices(request: &Request, name: &str, known: &[&str]) -> Result<Option<Vec<String>>, Refusal> {
    let Some(text) = given(request, name) else { return Ok(None) };
    let choices: Vec<String> = text.split(',').map(|choice| choice.trim().to_owned()).collect();
    if let Some(wrong) = choices.iter().find(|choice| !known.contains(&choice.as_str())) {
        return Err(Refusal::invalid(format!("{name} knows no {wrong}")));
    }
    Ok(Some(choices))
}

fn amount(request: &Request, name: &str) -> Result<Option<Money>, Refusal> {
    given(request, name)
        .map(|text| text.parse().map_err(|_| Refusal::invalid(format!("{name} must be an amount"))))
        .transpose()
}
