//! Answers drawn at random to every operation: whatever comes, nothing panics, no secret is shown,
//! and what a payment is told follows from the body.
//!
//! `ATTACK_SEED=n` draws one answer; `ATTACK_REPLIES=n` draws so many.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::indexing_slicing, reason = "a test may fail")]

#[path = "wire/canned.rs"]
mod canned;

use std::{
    future::Future,
    task::{Context, Poll, Waker},
};

use canned::Canned;
use pay_core::{Randomness as _, SeededRandomness};
use payfirma::{
    Amount, Authorize, BankDeposit, Capture, Card, CardId, CardUpdate, Client, Currency,
    CustomerFilter, CustomerId, CustomerUpdate, EftOutcome, EftRequest, Email, Error, HostedPage,
    InvoiceId, InvoiceItem, LostCall, Method, NewCard, NewCustomer, NewInvoice, NewPlan,
    NewSubscription, Outcome, PlanFilter, PlanFrequency, PlanId, PlanUpdate, Reference, Refund,
    Response, Sale, StoredCardSale, SubscriptionId, SubscriptionUpdate, TerminalSale, Transaction,
    TransactionFilter, TransactionId, TransactionLookupId, operations,
};
use serde_json::{Value, json};

const PAN: &str = "4111111111111111";
const CVV: &str = "595";
const REFERENCE: &str = "R-1";
const AMOUNT: &str = "11.00";

struct Draw(SeededRandomness);

impl Draw {
    fn below(&self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn value(&self, depth: usize) -> Value {
        const TEXTS: [&str; 16] = [
            "APPROVED",
            "DECLINED",
            "PENDING",
            "CANCELED",
            "approved",
            "",
            "true",
            "false",
            "11.00",
            "-1",
            "1e9",
            "CAD",
            "USD",
            REFERENCE,
            "c",
            "\u{0}\u{ffff}é",
        ];
        match self.below(if depth > 3 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => self.one_in(2).into(),
            2 => (*self.pick(&[0_i64, 1, 11, 12, -1, 7, i64::MAX, 1_551_297_351_000])).into(),
            3 => (*self.pick(&[0.5, 11.0, 1e300, -0.0, 1e-300])).into(),
            4 => format!("card {PAN}, cvv {CVV}").into(),
            5 => (*self.pick(&TEXTS)).into(),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => {
                let fields = (0..self.below(5)).map(|_| (self.name(), self.value(depth + 1)));
                Value::Object(fields.collect())
            }
        }
    }

    fn name(&self) -> String {
        const NAMES: [&str; 24] = [
            "id",
            "transaction_id",
            "transaction_type",
            "transaction_result",
            "lookup_id",
            "transaction_success",
            "transaction_message",
            "amount",
            "currency",
            "invoice_id",
            "description",
            "error",
            "errors",
            "message",
            "entities",
            "transactions",
            "paging",
            "cursors",
            "after",
            "cards",
            "subscriptions",
            "url",
            "incoming_requests",
            "cvv2",
        ];
        (*self.pick(&NAMES)).to_owned()
    }

    /// An answer as the provider might give it, then changed here and there.
    fn body(&self) -> Vec<u8> {
        let mut value = match self.below(6) {
            0 => self.value(0),
            1 => json!({"entities": [self.transaction(), self.value(1)], "paging": self.value(1)}),
            2 => json!({"lookup_id": "c", "id": 1, "email": "a@b.ca", "name": "n", "amount": 11,
                "cards": [{"lookup_id": "k", "card_suffix": "1111"}], "url": "https://a.test/p",
                "subscriptions": [{"lookup_id": "s", "plan_lookup_id": "p"}]}),
            _ => self.transaction(),
        };
        for _ in 0..self.below(3) {
            if let Some(fields) = value.as_object_mut() {
                let name = self.name();
                if self.one_in(3) {
                    fields.remove(&name);
                } else {
                    fields.insert(name, self.value(1));
                }
            }
        }
        let mut text = value.to_string().into_bytes();
        match self.below(16) {
            0 => text.truncate(self.below(text.len() + 1)),
            1 => text.splice(0..0, "\u{feff}".bytes()).for_each(drop),
            2 => {
                let at = self.below(text.len().max(1));
                text.insert(at.min(text.len()), u8::try_from(self.below(256)).unwrap());
            }
            3 => text = [b"[", &*text, b"]"].concat(),
            4 => text = [b"{\"data\":", &*text, b"}"].concat(),
            // A name that comes twice.
            5 if text.starts_with(b"{\"") => {
                let result = *self.pick(&["APPROVED", "DECLINED"]);
                let twice = format!("{{\"transaction_result\":\"{result}\",");
                text = [twice.as_bytes(), &text[1..]].concat();
            }
            6 => text = vec![b'['; 1 << self.below(16)],
            7 => text = b"<html>We will be right back</html>".to_vec(),
            _ => {}
        }
        text
    }

    fn transaction(&self) -> Value {
        json!({
            "id": 7, "transaction_id": "62lY3jxBKrRk6yo1RkXN", "transaction_type": "SALE",
            "transaction_result": *self.pick(&["APPROVED", "APPROVED", "DECLINED", "PENDING"]),
            "transaction_success": self.one_in(2), "transaction_time": 1_551_297_351_000_i64,
            "amount": *self.pick(&[11, 11, 11, 12]),
            "invoice_id": *self.pick(&[REFERENCE, REFERENCE, "R-2"]),
        })
    }
}

/// What a body says, read by nobody's types.
struct Says {
    approved: bool,
    /// It is declined, or nothing in it speaks of an approval.
    not_approved: bool,
    error: bool,
    contradicts: bool,
}

impl Says {
    fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body).replace(char::is_whitespace, "");
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_set = |name: &str| value.get(name).is_some_and(|value| !value.is_null());
        let result = value.get("transaction_result").and_then(Value::as_str);
        let success = value.get("transaction_success").and_then(Value::as_bool);
        let empty = |value: &Value| match value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::Bool(true) => false,
        };
        let says_error = |name: &str| value.get(name).is_some_and(|value| !empty(value));
        let amount = value.get("amount").map(|amount| match amount {
            Value::String(text) => text.parse::<f64>().ok(),
            amount => amount.as_f64(),
        });
        let invoice_id = value.get("invoice_id").and_then(Value::as_str);
        Self {
            approved: match (result, success) {
                (Some("APPROVED"), Some(true)) => true,
                (Some("APPROVED"), None) => !is_set("transaction_success"),
                (None, Some(true)) => !is_set("transaction_result"),
                _ => false,
            },
            not_approved: is_whole(body) && result == Some("DECLINED") && success != Some(true)
                || !text.contains("\"transaction_result\":\"APPROVED\"")
                    && !text.contains("\"transaction_success\":true"),
            error: says_error("error") || says_error("errors"),
            contradicts: amount.flatten().is_some_and(|amount| amount != 11.0)
                || invoice_id.is_some_and(|told| told != REFERENCE),
        }
    }
}

/// Whether it is an object whose result is told at most once.
fn is_whole(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Once {
        #[serde(default, rename = "transaction_result")]
        _result: Value,
    }
    body.starts_with(b"{") && serde_json::from_slice::<Once>(body).is_ok()
}

fn now<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("a prepared answer needs no waiting"),
    }
}

fn card() -> Card {
    Card::new(PAN.parse().unwrap(), "12/89".parse().unwrap(), CVV.parse().unwrap())
}

fn reference() -> Reference {
    Reference::new(REFERENCE).unwrap()
}

fn dollars() -> Amount {
    AMOUNT.parse().unwrap()
}

fn show(told: &impl std::fmt::Debug, error: Option<&Error>) -> String {
    let mut text = format!("{told:?}");
    if let Some(error) = error {
        text.push_str(&format!("{error} {error:?}"));
        if let Some(meta) = error.meta() {
            text.push_str(&String::from_utf8_lossy(meta.raw_body()));
        }
        if let Some(lost) = error.lost_call() {
            text.push_str(&serde_json::to_string(lost).unwrap());
        }
    }
    text
}

/// `strict`: the request carries our reference as an `invoice_id`.
fn payment(result: Result<Response<Transaction>, Error>, status: u16, body: &[u8], strict: bool) {
    let says = Says::read(body);
    let what = || format!("{status} {}: {result:?}", String::from_utf8_lossy(body));
    match &result {
        Ok(_) => {
            assert!((200..300).contains(&status), "{}", what());
            assert!(says.approved && !says.error, "{}", what());
            assert!(!strict || !says.contradicts, "{}", what());
        }
        Err(error) if error.outcome() == Outcome::Refused => {
            assert!(says.not_approved, "{}", what());
            assert_ne!(status / 100, 5, "{}", what());
            assert!(error.lost_call().is_none(), "{}", what());
        }
        Err(error) => {
            assert_ne!(error.outcome(), Outcome::NotSent, "{}", what());
            assert!(!error.is_declined(), "{}", what());
            assert!(error.lost_call().is_some(), "{}", what());
        }
    }
    if strict {
        let shown = show(&result.as_ref().ok(), result.as_ref().err());
        assert!(!shown.contains(PAN), "{shown}");
    }
}

#[test]
fn whatever_is_answered_to_a_payment_it_is_told_what_the_body_says() {
    each_answer(10_000, |client, status, body, turn| {
        let transactions = client.transactions();
        let id = TransactionId::new("7").unwrap();
        match turn % 6 {
            0 | 1 => {
                let sale = Sale::new(dollars(), card(), reference()).currency(Currency::CAD);
                payment(now(transactions.sale(&sale)), status, body, true);
            }
            2 => {
                let hold = Authorize::new(dollars(), card(), reference());
                payment(now(transactions.authorize(&hold)), status, body, true);
            }
            3 => {
                let refund = Refund::new(id, dollars(), reference());
                payment(now(transactions.refund(&refund)), status, body, false);
            }
            4 => {
                let customer = CustomerId::new("c").unwrap();
                let sale = StoredCardSale::new(dollars(), customer);
                payment(now(transactions.sale_stored(&sale)), status, body, false);
            }
            _ => {
                let customer = CustomerId::new("c").unwrap();
                let request = EftRequest::new(customer, dollars(), reference());
                match now(client.eft().request_funds(&request)) {
                    Ok(outcome) => {
                        if let EftOutcome::Completed(made) = &*outcome {
                            assert!(Says::read(body).approved, "{status}: {made:?}");
                        }
                    }
                    Err(error) => payment(Err(error), status, body, false),
                }
            }
        }
    });
}

#[test]
fn whatever_is_answered_nothing_panics() {
    each_answer(400, |client, _, _, _| everything(client));
}

fn each_answer(count: u64, mut check: impl FnMut(&Client, u16, &[u8], u64)) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let count = number("ATTACK_REPLIES").unwrap_or(count);
    let seeds = number("ATTACK_SEED").map_or(0..count, |seed| seed..seed + 1);
    for seed in seeds {
        let draw = Draw(SeededRandomness::new(seed));
        let body = draw.body();
        let statuses = [200, 200, 200, 201, 204, 302, 400, 401, 402, 402, 404, 409, 429, 500, 503];
        let status = *draw.pick(&statuses);
        let client = Canned::answer_bytes(status, body.clone())
            .builder()
            .hosted_page_token("an-access-token")
            .iframe_token("an-access-token")
            .route(&operations::EFT_BANK_DEPOSIT, Method::POST, "/deposit")
            .build()
            .unwrap();
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            check(&client, status, &body, seed);
        }));
        assert!(told.is_ok(), "ATTACK_SEED={seed}: {status} {}", String::from_utf8_lossy(&body));
    }
}

/// Every operation once, and every rule for a lost call.
fn everything(client: &Client) {
    let customer = || CustomerId::new("c").unwrap();
    let card_id = || CardId::new("k").unwrap();
    let plan = || PlanId::new("p").unwrap();
    let subscription = || SubscriptionId::new("s").unwrap();
    let invoice = || InvoiceId::new("7").unwrap();
    let email: Email = "a@b.ca".parse().unwrap();
    let id = || TransactionId::new("7").unwrap();
    let new_card = NewCard::new(customer(), card(), reference());
    let added = now(client.cards().add(&new_card));
    let shown = show(&added.as_ref().ok(), added.as_ref().err());
    assert!(!shown.contains(PAN), "{shown}");
    let _ = now(client.cards().update(&CardUpdate::new(customer(), card_id()).is_default(true)));
    let _ = now(client.cards().remove(&customer(), &card_id()));
    let _ = now(client.customers().create(&NewCustomer::new(email.clone(), reference())));
    let _ = now(client.customers().get(&customer()));
    let _ = now(client.customers().list(&CustomerFilter::new()));
    let _ = now(client.customers().pager(CustomerFilter::new()).collect());
    let update = CustomerUpdate::new(customer()).email(&email);
    let _ = now(client.customers().update(&update));
    let new = NewSubscription::new(customer(), plan(), card_id(), reference());
    let _ = now(client.subscriptions().add(&new));
    let update = SubscriptionUpdate::new(customer(), subscription()).amount(dollars());
    let _ = now(client.subscriptions().update(&update));
    let _ = now(client.subscriptions().cancel(&customer(), &subscription()));
    let new = NewPlan::new("n", dollars(), Currency::CAD, PlanFrequency::Monthly);
    let _ = now(client.plans().create(&new));
    let _ = now(client.plans().list(&PlanFilter::new()));
    let _ = now(client.plans().get(&plan()));
    let _ = now(client.plans().update(&PlanUpdate::new(plan()).amount(dollars())));
    let _ = now(client.plans().remove(&plan()));
    let _ = now(client.transactions().get(&id()));
    let _ = now(client.transactions().lookup(&TransactionLookupId::new("h").unwrap()));
    let _ = now(client.transactions().pager(TransactionFilter::new()).collect());
    let _ = now(client.transactions().list_own(&TransactionFilter::new()));
    let capture = Capture::new(id(), dollars(), reference());
    let _ = now(client.transactions().capture(&capture));
    let _ = now(client.terminal().sale(&TerminalSale::new(dollars(), 7, reference())));
    let _ = now(client.eft().balance());
    let _ = now(client.eft().incoming_requests());
    let _ = now(client.eft().bank_deposit(&BankDeposit::new(dollars(), reference())));
    let _ = now(client.invoices().list(None));
    let _ = now(client.invoices().get(&invoice()));
    let _ = now(client.invoices().send_to(&invoice(), &email));
    let item = InvoiceItem::new("i").price(dollars());
    let new = NewInvoice::new(Currency::CAD, dollars(), reference()).item(item);
    let _ = now(client.invoices().create(&new));
    let page = HostedPage::new(dollars(), Currency::CAD, "a.test", reference());
    let _ = now(client.hosted_page().init(&page));
    let raw = client.raw(payfirma::Effect::Once, Method::POST, "/x");
    let _ = now(raw.send::<Value>());
    for operation in operations::ALL.iter().filter(|operation| operation.is_write()) {
        let lost = LostCall::new(operation.id, time::OffsetDateTime::now_utc())
            .with_path("id", "7")
            .with_path(CustomerId::FIELD, "c")
            .with_detail("email", "a@b.ca")
            .with_reference(Some(reference()))
            .with_amount(dollars())
            .with_before(Amount::ZERO);
        let _ = now(client.resolve(&lost));
    }
}
