//! The journal with every provider: the token in hand first, one line to look for what was lost, and
//! the same answer again, to the last digit of its amounts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture, Connection, Error, Outcome, Reference, Result, RetryPolicy,
    transport::{Failure, Phase, Progress, Transport, TransportError},
};
use pay_store::{
    Account, AccountKey, EntryKey, Journal, Keyring, Recorded, SimulationStore, State, Unfinished,
};
use serde::Serialize;

/// A status and a body; `None` is a lost answer.
type Answer = Option<(u16, String)>;

/// Answers from a list, and remembers where requests went.
#[derive(Clone, Default)]
struct Wire {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Wire {
    fn answers(self, status: u16, body: impl Into<String>) -> Self {
        self.answers.lock().unwrap().push_back(Some((status, body.into())));
        self
    }

    fn loses(self) -> Self {
        self.answers.lock().unwrap().push_back(None);
        self
    }

    fn connection(&self) -> Connection {
        let retry = RetryPolicy::never();
        Connection::builder().transport(self.clone()).retry(retry).build().unwrap()
    }

    /// The paths since the last time.
    fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

impl Transport for Wire {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.sent.lock().unwrap().push(request.uri().path().to_owned());
        let next = self.answers.lock().unwrap().pop_front().expect("one request too many");
        Box::pin(std::future::ready(match next {
            Some((status, body)) => {
                Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
            }
            None => Err(TransportError::new(Phase::Unknown, Failure::Broken)),
        }))
    }
}

/// A journal, in which each of the accounts stands under the name of its provider.
fn journal() -> Journal {
    Journal::new(SimulationStore::new(), Keyring::new("test", [7; 32]).unwrap())
}

fn key(provider: &str) -> AccountKey {
    AccountKey::new(provider, "test", "shop")
}

async fn state(journal: &Journal, provider: &str, operation: &str) -> Option<State> {
    let key = EntryKey::new(key(provider), operation, KEY).unwrap();
    journal.desk().entry(&key).await.unwrap().map(|entry| entry.state)
}

/// What the caller calls it, and the provider is told.
const KEY: &str = "order-1";

fn reference() -> Reference {
    Reference::new(KEY).unwrap()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// The error of a call of which nothing is known.
#[track_caller]
fn unknown<T: std::fmt::Debug>(result: Result<Recorded<T>>) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    error
}

const DIGITS: &str = "12345678901234567890123456.78";

mod payfirma_ {
    use payfirma::{
        Card, Client, CustomerId, EftOutcome, EftRequest, Environment, Sale, Transaction,
    };

    use super::*;

    const LOGIN: &str = "/oauth/token";
    const SALE: &str = "/transaction-service/sale";
    const TOKEN: &str = r#"{"access_token":"t0ken","expires_in":1200}"#;

    fn shop(journal: &Journal, wire: &Wire) -> Account<Client> {
        let client = Client::builder(Environment::sandbox())
            .client_credentials("an-id", "a-secret")
            .connection(wire.connection())
            .build()
            .unwrap();
        journal
            .account(
                key("payfirma"),
                client,
                |client, lost| async move { client.resolve(&lost).await },
            )
            .ready(|client| async move { client.ready().await })
    }

    async fn pay(shop: &Account<Client>, amount: &str) -> Result<Recorded<Transaction>> {
        let card = Card::new(
            "4111111111111111".parse().unwrap(),
            "12/39".parse().unwrap(),
            "595".parse().unwrap(),
        );
        let sale = Sale::new(amount.parse().unwrap(), card, reference());
        let lost = sale.lost_call();
        shop.once(KEY, lost, |client| async move { client.transactions().sale(&sale).await }).await
    }

    fn approved(amount: &str) -> String {
        format!(
            r#"{{"id":7,"transaction_type":"SALE","transaction_result":"APPROVED",
                "transaction_success":true,"amount":{amount},"amount_tip":{DIGITS},
                "invoice_id":"{KEY}"}}"#
        )
    }

    #[tokio::test]
    async fn the_same_answer_again_whether_it_came_or_was_found() {
        for amount in ["19.99", "0.10"] {
            let (came, was_lost) = (journal(), journal());
            let wire = Wire::default().answers(200, TOKEN).answers(200, approved(amount));
            let account = shop(&came, &wire);
            let first = pay(&account, amount).await.unwrap();
            assert!(wire.sent()[0].ends_with(LOGIN));
            let again = pay(&account, amount).await.unwrap();
            assert!(again.is_replayed() && wire.sent().is_empty());

            let listed = format!("[{}]", approved(amount));
            let wire = Wire::default().answers(200, TOKEN).loses().answers(200, listed);
            let account = shop(&was_lost, &wire);
            unknown(pay(&account, amount).await);
            let found = pay(&account, amount).await.unwrap();
            assert_eq!(wire.sent().iter().filter(|path| path.ends_with(SALE)).count(), 1);

            for answer in [&again, &found] {
                assert_eq!(json(&**answer), json(&*first));
                assert_eq!(answer.amount.unwrap().to_string(), amount);
                assert_eq!(answer.amount_tip.unwrap().to_string(), DIGITS);
            }
        }
    }

    #[tokio::test]
    async fn a_decline_that_was_found_is_one() {
        let journal = journal();
        let now = time::OffsetDateTime::now_utc().unix_timestamp() * 1_000 + 1_000;
        let declined = format!(
            r#"[{{"id":7,"transaction_type":"SALE","transaction_result":"DECLINED",
                "transaction_time":{now},"amount":19.90,"invoice_id":"{KEY}"}}]"#
        );
        let wire = Wire::default().answers(200, TOKEN).loses().answers(200, declined);
        let account = shop(&journal, &wire);
        unknown(pay(&account, "19.90").await);
        for _ in 0..2 {
            let error = pay(&account, "19.90").await.unwrap_err();
            assert!(error.is_declined(), "{error:?}");
            let body: Transaction = error.body().unwrap();
            assert_eq!(body.amount.unwrap().to_string(), "19.90");
        }
    }

    #[tokio::test]
    async fn a_transfer_that_was_found_is_pending_or_completed() {
        for (result, pending) in [("PENDING", true), ("APPROVED", false)] {
            let journal = journal();
            let listed = format!(
                r#"[{{"id":7,"transaction_result":"{result}","amount":0.10,"amount_tax":{DIGITS},
                    "description":"{KEY}"}}]"#
            );
            let wire = Wire::default().answers(200, TOKEN).loses().answers(200, listed);
            let account = shop(&journal, &wire);
            let ask =
                || async {
                    let customer = CustomerId::new("c-1").unwrap();
                    let request = EftRequest::new(customer, "0.10".parse().unwrap(), reference());
                    let lost = request.lost_call();
                    account
                        .once(KEY, lost, |client| async move {
                            client.eft().request_funds(&request).await
                        })
                        .await
                };
            unknown(ask().await);
            let outcome = ask().await.unwrap();
            assert_eq!(matches!(*outcome, EftOutcome::Pending(_)), pending);
            let (EftOutcome::Pending(told) | EftOutcome::Completed(told)) = outcome.into_inner();
            assert_eq!(told.amount.unwrap().to_string(), "0.10");
            assert_eq!(told.amount_tax.unwrap().to_string(), DIGITS);
        }
    }

    #[tokio::test]
    async fn a_login_that_fails_leaves_no_trace() {
        let journal = journal();
        let refused = r#"{"error":"invalid_client"}"#;
        let wire = Wire::default().answers(401, refused);
        let error = pay(&shop(&journal, &wire), "19.99").await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(wire.sent().len(), 1);
        assert_eq!(state(&journal, "payfirma", "payfirma.transactions.sale").await, None);
        // The same key, once the login is mended.
        let wire = Wire::default().answers(200, TOKEN).answers(200, approved("19.99"));
        assert_eq!(pay(&shop(&journal, &wire), "19.99").await.unwrap().epoch(), 1);
    }

    /// `ready` promises nothing: what is refused meanwhile is renewed by the call, and a login that
    /// fails then is recorded as what it is.
    #[tokio::test]
    async fn a_token_that_is_refused_after_all_is_recorded_honestly() {
        let journal = journal();
        let wire = Wire::default().answers(200, TOKEN).answers(401, "{}").answers(503, "{}");
        let error = pay(&shop(&journal, &wire), "19.99").await.unwrap_err();
        assert!(error.outcome().is_without_effect(), "{error:?}");
        let recorded = state(&journal, "payfirma", "payfirma.transactions.sale").await.unwrap();
        assert!(recorded.may_start(), "{recorded}");
        let wire = Wire::default().answers(200, TOKEN).answers(200, approved("19.99"));
        assert_eq!(pay(&shop(&journal, &wire), "19.99").await.unwrap().epoch(), 2);
    }
}

mod payanywhere_ {
    use payanywhere::{Client, Environment, Refund, Reversal, Transaction, TransactionUniqId};

    use super::*;

    const TOKEN: &str = r#"{"token":"t0ken","accountId":4711,"mid":"1234567890123"}"#;

    fn shop(journal: &Journal, wire: &Wire) -> Account<Client> {
        let client = Client::builder(Environment::sandbox())
            .mid("1234567890123")
            .developer_key("a-key")
            .password("a-password")
            .app_source("pa_isv_1")
            .connection(wire.connection())
            .build()
            .unwrap();
        journal
            .account(key("payanywhere"), client, |client, lost| async move {
                client.resolve(&lost).await
            })
            .ready(|client| async move { client.ready().await })
    }

    fn refund(amount: &str) -> Refund {
        let sale = TransactionUniqId::credit_card_sale(15218);
        let clerk = "clerk@example.com".parse().unwrap();
        Refund::new(sale, amount.parse().unwrap(), clerk, reference())
    }

    async fn give_back(shop: &Account<Client>, amount: &str) -> Result<Recorded<Reversal>> {
        let refund = refund(amount);
        let lost = refund.lost_call();
        shop.once(KEY, lost, |client| async move { client.transactions().refund(&refund).await })
            .await
    }

    fn listed(amount: &str) -> String {
        format!(
            r#"{{"transactions":[{{"uniq_id":"ccr_9","parent_uniq_id":"ccs_15218",
                "amount":"{amount}","comment":"{KEY}","is_complete":true}}]}}"#
        )
    }

    #[tokio::test]
    async fn the_same_answer_again() {
        for amount in ["19.99", "0.10"] {
            let journal = journal();
            let answer = format!(r#"{{"refund_id":9,"status_code":"00","amount":"{amount}"}}"#);
            let wire = Wire::default().answers(200, TOKEN).answers(200, answer);
            let account = shop(&journal, &wire);
            let first = give_back(&account, amount).await.unwrap();
            assert_eq!(wire.sent().len(), 2);
            let again = give_back(&account, amount).await.unwrap();
            assert!(again.is_replayed() && wire.sent().is_empty());
            assert_eq!(*again, *first);
            assert_eq!(again.amount.unwrap().to_string(), amount);
        }
    }

    #[tokio::test]
    async fn a_refund_that_was_found_took_effect_and_its_record_is_at_hand() {
        let journal = journal();
        let wire = Wire::default().answers(200, TOKEN).loses().answers(200, listed("0.10"));
        let account = shop(&journal, &wire);
        unknown(give_back(&account, "0.10").await);
        for _ in 0..2 {
            let error = give_back(&account, "0.10").await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Applied);
            assert!(error.message().contains("a search found"), "{error}");
            let found: Transaction = error.body().unwrap();
            assert_eq!(found.uniq_id.unwrap().as_str(), "ccr_9");
            assert_eq!(found.amount.unwrap().to_string(), "0.10");
        }
        assert_eq!(
            state(&journal, "payanywhere", "payanywhere.transactions.refund").await,
            Some(State::Applied)
        );
    }

    #[tokio::test]
    async fn who_asks_for_no_more_than_the_effect_gets_it() {
        let journal = journal();
        let wire = Wire::default().answers(200, TOKEN).loses().answers(200, listed("2.00"));
        let account = shop(&journal, &wire);
        let give_back = || {
            let refund = refund("2.00");
            let lost = refund.lost_call();
            account.once(KEY, lost, |client| async move {
                Ok(client.transactions().refund(&refund).await?.map(drop))
            })
        };
        unknown(give_back().await);
        assert!(give_back().await.unwrap().is_replayed());
    }

    #[tokio::test]
    async fn a_login_that_fails_leaves_no_trace() {
        let journal = journal();
        let wire = Wire::default().answers(404, r#"{"message":"Unauthorized Request"}"#);
        let error = give_back(&shop(&journal, &wire), "2.00").await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!((error.outcome(), wire.sent().len()), (Outcome::NotSent, 1));
        let operation = "payanywhere.transactions.refund";
        assert_eq!(state(&journal, "payanywhere", operation).await, None);
    }
}

mod cashier_ {
    use cashier::{
        Card, CardPayment, CardPaymentState, Client, Currency, Environment, HostedCheckout, Mode,
        Order, Routes, Status, Transaction,
    };

    use super::*;

    fn shop(journal: &Journal, wire: &Wire) -> Account<Client> {
        let environment =
            Environment::custom("https://gateway.test", Mode::Test, Routes::sandbox()).unwrap();
        let connection = wire.connection();
        let client =
            Client::builder(environment).api_key("a-key").connection(connection).build().unwrap();
        journal
            .account(
                key("cashier"),
                client,
                |client, lost| async move { client.resolve(&lost).await },
            )
            .ready(|client| async move { client.ready().await })
    }

    fn order() -> Order {
        Order::new("19.99".parse().unwrap(), Currency::EUR, "128", reference())
    }

    async fn pay(shop: &Account<Client>) -> Result<Recorded<CardPaymentState>> {
        let card = Card::new(
            "John Doe",
            "4111111111111111".parse().unwrap(),
            "05/39".parse().unwrap(),
            "444".parse().unwrap(),
        );
        let payment = CardPayment::new(order(), 210, card);
        let lost = payment.lost_call();
        shop.once(KEY, lost, |client| async move { client.payments().card(&payment).await }).await
    }

    #[tokio::test]
    async fn the_same_answer_again() {
        for (answer, expected) in [
            (
                r#"{"url":"https://acs.test/3ds?session=1"}"#,
                CardPaymentState::Redirect { url: "https://acs.test/3ds?session=1".into() },
            ),
            (r#"{"transaction_status":"pending"}"#, CardPaymentState::Pending),
            (r#"{"transaction_status":"successful"}"#, CardPaymentState::Successful),
        ] {
            let journal = journal();
            let wire = Wire::default().answers(200, answer);
            let account = shop(&journal, &wire);
            assert_eq!(*pay(&account).await.unwrap(), expected);
            let again = pay(&account).await.unwrap();
            assert!(again.is_replayed());
            assert_eq!((&*again, wire.sent().len()), (&expected, 1));
        }
    }

    #[tokio::test]
    async fn a_payment_that_was_found_is_as_it_stands() {
        for (status, expected) in [
            ("pending", Some(CardPaymentState::Pending)),
            ("successful", Some(CardPaymentState::Successful)),
            ("rejected", None),
        ] {
            let journal = journal();
            let found = format!(r#"{{"transaction_status":"{status}","rejected_reason":"why"}}"#);
            let wire = Wire::default().loses().answers(200, found);
            let account = shop(&journal, &wire);
            unknown(pay(&account).await);
            for _ in 0..2 {
                match (pay(&account).await, &expected) {
                    (Ok(state), Some(expected)) => assert_eq!(&*state, expected),
                    (Err(error), None) => {
                        assert!(error.is_declined());
                        let declined: Transaction = error.body().unwrap();
                        assert_eq!(declined.status, Status::Rejected);
                        assert_eq!(declined.rejected_reason.as_deref(), Some("why"));
                    }
                    (other, _) => panic!("{status}: {other:?}"),
                }
            }
            assert_eq!(wire.sent().len(), 2);
        }
    }

    /// A page's token is a secret, so the caller says that it may be stored. No search finds it.
    #[tokio::test]
    async fn the_token_of_a_page_that_was_lost_cannot_be_had_again() {
        async fn open(shop: &Account<Client>) -> Result<Recorded<String>> {
            let checkout = HostedCheckout::new(order());
            let lost = checkout.lost_call();
            shop.once(KEY, lost, |client| async move {
                let page = client.payments().hosted(&checkout).await?;
                Ok(page.map(|page| page.token.expose().to_owned()))
            })
            .await
        }
        let came = journal();
        let wire = Wire::default().answers(200, r#"{"token":"page-1"}"#);
        let account = shop(&came, &wire);
        assert_eq!(*open(&account).await.unwrap(), "page-1");
        assert_eq!(*open(&account).await.unwrap(), "page-1");

        let was_lost = journal();
        let found = r#"{"transaction_status":"pending"}"#;
        let account = shop(&was_lost, &Wire::default().loses().answers(200, found));
        unknown(open(&account).await);
        let error = open(&account).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Applied);
        assert_eq!(error.body::<Transaction>().unwrap().status, Status::Pending);
    }
}

mod numeropay_ {
    use numeropay::{Client, Currency, Environment, NewPayment, Payment};

    use super::*;

    fn shop(journal: &Journal, wire: &Wire) -> Account<Client> {
        let client = Client::builder(Environment::production())
            .merchant("17c69865-7edd-4d05-bc70-65a1b85b9322")
            .key_id("a-key")
            .key_secret("a-secret")
            .scopes(["transaction.create"])
            .connection(wire.connection())
            .build()
            .unwrap();
        journal
            .account(
                key("numeropay"),
                client,
                |client, lost| async move { client.resolve(&lost).await },
            )
            .ready(|client| async move { client.ready().await })
    }

    async fn ask(shop: &Account<Client>, amount: &str) -> Result<Recorded<Payment>> {
        let amount = amount.parse().unwrap();
        let new = NewPayment::new(amount, Currency::AUD, "Infinity Group", reference());
        let lost = new.lost_call();
        shop.once(KEY, lost, |client| async move { client.payments().create(&new).await }).await
    }

    fn payment(amount: &str) -> String {
        format!(
            r#"{{"id":"5CD0RGCKJ","amount":{amount},"currency":"aud","state":0,"channel":1,
                "description":"[{KEY}]","structure":{{"n":{DIGITS}}},
                "appliedFeeAmount":{DIGITS}}}"#
        )
    }

    #[tokio::test]
    async fn the_same_answer_again_whether_it_came_or_was_found() {
        for amount in ["19.99", "0.10"] {
            let came = journal();
            let answer = format!(r#"{{"success":true,"data":{}}}"#, payment(amount));
            let wire = Wire::default().answers(200, answer);
            let account = shop(&came, &wire);
            let first = ask(&account, amount).await.unwrap();
            let again = ask(&account, amount).await.unwrap();
            assert!(again.is_replayed());
            assert_eq!(wire.sent().len(), 1);

            let was_lost = journal();
            let old = r#"{"id":"OLD","createdOn":"2020-10-14T02:31:23.328Z"}"#;
            let listed = format!(r#"{{"success":true,"data":[{},{old}]}}"#, payment(amount));
            let wire = Wire::default().loses().answers(200, listed);
            let account = shop(&was_lost, &wire);
            unknown(ask(&account, amount).await);
            let found = ask(&account, amount).await.unwrap();
            assert_eq!(wire.sent().len(), 2);

            for answer in [&again, &found] {
                assert_eq!(json(&**answer), json(&*first));
                assert_eq!(answer.amount.unwrap().to_string(), amount);
                assert_eq!(answer.applied_fee_amount.unwrap().to_string(), DIGITS);
            }
        }
    }
}

mod payroc_ {
    use payroc::{
        Address, BankAccount, BoardedMerchant, Client, Contact, Environment, MerchantApplication,
    };

    use super::*;

    const LOGIN: &str = r#"{"bearerToken":"t0ken","refreshToken":"r3fresh","responseStatus":{}}"#;

    fn partner(journal: &Journal, wire: &Wire) -> Account<Client> {
        let client = Client::builder(Environment::sandbox())
            .credentials("a-user", "a-password")
            .connection(wire.connection())
            .build()
            .unwrap();
        journal
            .account(
                key("payroc"),
                client,
                |client, lost| async move { client.resolve(&lost).await },
            )
            .ready(|client| async move { client.ready().await })
    }

    async fn board(partner: &Account<Client>) -> Result<Recorded<BoardedMerchant>> {
        let shop = || Address::new("100 N State St", "Chicago", "IL", "60602");
        let owner = Contact::new("Ann", "Lee", "ann@lee.example", "(312) 555-0123", shop())
            .share("100")
            .primary()
            .ssn("219-09-9999");
        let application =
            MerchantApplication::new("Lee's", "Lee Corp", "98-7654321", shop(), shop(), [owner])
                .bank_account(BankAccount::new("Lee Corp", "021000021", "000123456789"));
        let lost = application.lost_call();
        partner
            .once(KEY, lost, |client| async move { client.boarding().submit(&application).await })
            .await
    }

    #[tokio::test]
    async fn the_same_answer_again() {
        let journal = journal();
        let merchant = format!(r#"{{"merchant":{{"mid":"402100000000017","limit":{DIGITS}}}}}"#);
        let wire = Wire::default().answers(200, LOGIN).answers(200, merchant);
        let account = partner(&journal, &wire);
        let first = board(&account).await.unwrap();
        let again = board(&account).await.unwrap();
        assert!(again.is_replayed());
        assert_eq!(again.mid().unwrap().as_str(), "402100000000017");
        assert_eq!((json(&*again), wire.sent().len()), (json(&*first), 2));
        assert!(json(&*again).contains(DIGITS));
    }

    #[tokio::test]
    async fn what_was_lost_stays_in_doubt_and_is_not_sent_again() {
        let journal = journal();
        let wire = Wire::default().answers(200, LOGIN).loses();
        let account = partner(&journal, &wire);
        unknown(board(&account).await);
        let error = unknown(board(&account).await);
        assert!(Unfinished::of(&error).unwrap().note().contains("portal"));
        assert_eq!(wire.sent().len(), 2);
    }

    #[tokio::test]
    async fn a_login_that_fails_leaves_no_trace() {
        let journal = journal();
        let wire = Wire::default().answers(401, "{}");
        let error = board(&partner(&journal, &wire)).await.unwrap_err();
        assert!(error.is_unauthorized());
        assert_eq!((error.outcome(), wire.sent().len()), (Outcome::NotSent, 1));
        assert_eq!(state(&journal, "payroc", "payroc.boarding.submit").await, None);
    }
}
