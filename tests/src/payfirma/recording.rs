//! A walk through a Payfirma environment that touches as many operations as it can. Later steps use
//! the ids that earlier ones made.

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use pay_core::{Connection, RetryPolicy};
use payfirma::{
    Authorize, BankDeposit, Capture, Card, CardUpdate, Client, Currency, CustomerFilter,
    CustomerId, CustomerUpdate, EftRequest, Environment, HostedPage, Method, NewCard, NewCustomer,
    NewInvoice, NewPlan, NewSubscription, PaymentToken, PlanFilter, PlanFrequency, PlanUpdate,
    Reference, Refund, Sale, SendFunds, StoredCardAuthorize, StoredCardSale, SubscriptionUpdate,
    TerminalAuthorize, TerminalCapture, TerminalRefund, TerminalSale, Transaction,
    TransactionFilter, TransactionId, operations as op,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    client::{
        self, ACCESS_TOKEN, AUTH, CLIENT_ID, CLIENT_SECRET, GATEWAY, HOSTED_PAGE_TOKEN,
        IFRAME_TOKEN, PAYMENT_TOKEN,
    },
    values::{amount, email},
};
use crate::{
    case::Stand,
    fixture::Origin,
    recording::{Cleaner, Learned, Recorder, Walk},
    suite::Recorded,
};

/// An environment, by the process' environment variables.
struct Settings {
    auth_url: String,
    gateway_url: String,
    client_id: String,
    client_secret: String,
    hosted_page_token: Option<String>,
    iframe_token: Option<String>,
    payment_token: Option<String>,
    domain: Option<String>,
    processor_id: Option<u64>,
}

/// Records the environment that the variables name.
pub(crate) async fn record(out: &Path) -> Result<Recorded, String> {
    let get = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let need = |name: &str| get(name).ok_or(format!("the environment variable {name} is not set"));
    let processor_id = get("PAYFIRMA_PROCESSOR_ID").map(|id| id.parse());
    let settings = Settings {
        auth_url: need("PAYFIRMA_AUTH_URL")?,
        gateway_url: need("PAYFIRMA_GATEWAY_URL")?,
        client_id: need("PAYFIRMA_CLIENT_ID")?,
        client_secret: need("PAYFIRMA_CLIENT_SECRET")?,
        hosted_page_token: get("PAYFIRMA_HOSTED_PAGE_TOKEN"),
        iframe_token: get("PAYFIRMA_IFRAME_TOKEN"),
        payment_token: get("PAYFIRMA_PAYMENT_TOKEN"),
        domain: get("PAYFIRMA_DOMAIN"),
        processor_id: processor_id.transpose().map_err(|_| "PAYFIRMA_PROCESSOR_ID: no number")?,
    };
    settings.record(out).await
}

/// Runs a recording again. `None` if there is none.
pub(crate) async fn replay(directory: &Path) -> Result<Option<Recorded>, String> {
    let login = &op::OAUTH_CLIENT_CREDENTIALS;
    let Some((mut walk, served)) = Walk::replay(directory, "payfirma-rust/", login).await? else {
        return Ok(None);
    };
    let stand: Stand = served.stand();
    let client = client::builder(&stand)
        .client_credentials(CLIENT_ID, CLIENT_SECRET)
        .build()
        .map_err(|error| error.to_string())?;
    Steps { walk: &mut walk, client, can: Can::default() }.run().await;
    let mut recorded = walk.end();
    recorded.problems.extend(served.problems());
    Ok(Some(recorded))
}

impl Settings {
    async fn record(self, out: &Path) -> Result<Recorded, String> {
        for url in [&self.auth_url, &self.gateway_url] {
            if [AUTH, GATEWAY].iter().any(|real| url.starts_with(real)) {
                return Err("a recording makes payments: not in production".to_owned());
            }
        }
        let environment = Environment::custom(&self.auth_url, &self.gateway_url)
            .map_err(|error| error.to_string())?;
        let local = url::Url::parse(environment.gateway_url()).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            host == "localhost" || host == "[::1]" || host.starts_with("127.")
        });
        // Our own imitation proves nothing about the provider.
        let (origin, host) = if local {
            (Origin::Sandbox, "pay-sandbox".to_owned())
        } else {
            (Origin::Live, environment.gateway_url().to_owned())
        };
        let today = time::OffsetDateTime::now_utc().date();
        let hosts = vec![
            (environment.auth_url().to_owned(), AUTH),
            (environment.gateway_url().to_owned(), GATEWAY),
        ];
        let recorder = Recorder::new(hosts, self.cleaner());
        let listener = recorder.clone();
        let connection = Connection::builder()
            .wrap_transport(move |transport| listener.over(transport))
            .retry(RetryPolicy::never())
            .build()
            .map_err(|error| error.to_string())?;
        let can = Can {
            hosted_page: self.hosted_page_token.is_some(),
            payment_token: self.iframe_token.as_ref().and(self.payment_token.clone()),
            domain: self.domain.clone(),
            processor_id: self.processor_id.or(local.then_some(TERMINAL)),
            sandbox_routes: local,
        };
        let client = self.client(environment, connection, local)?;
        let source = format!("recorded at {host} on {today}");
        let login = &op::OAUTH_CLIENT_CREDENTIALS;
        let mut walk = Walk::record(&recorder, out, origin, source, login)?;
        Steps { walk: &mut walk, client, can }.run().await;
        Ok(walk.end())
    }

    fn client(
        self,
        environment: Environment,
        connection: Connection,
        sandbox_routes: bool,
    ) -> Result<Client, String> {
        let mut builder = Client::builder(environment)
            .client_credentials(self.client_id, self.client_secret)
            .connection(connection);
        if let Some(token) = self.hosted_page_token {
            builder = builder.hosted_page_token(token);
        }
        if let Some(token) = self.iframe_token {
            builder = builder.iframe_token(token);
        }
        if sandbox_routes {
            for (operation, method, path) in client::SANDBOX_ROUTES {
                builder = builder.route(operation, Method::clone(method), *path);
            }
        }
        builder.build().map_err(|error| error.to_string())
    }

    /// What stands for this environment's secrets.
    fn cleaner(&self) -> Cleaner {
        const FORM: &AsciiSet =
            &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
        const LEARNED: &[Learned] = &[
            Learned { field: "access_token", stand_in: ACCESS_TOKEN },
            Learned { field: "refresh_token", stand_in: "refresh-token-of-the-fixtures" },
            Learned { field: "merchant_id", stand_in: "01234abcde" },
            // Who has these can pay, or see who pays.
            Learned { field: "url", stand_in: "https://pay.example/1" },
            Learned { field: "redirect_url", stand_in: "https://pay.example/2" },
        ];
        let form = |text: &str| utf8_percent_encode(text, FORM).to_string();
        let basic = |id: &str, secret: &str| BASE64_STANDARD.encode(format!("{id}:{secret}"));
        let mut known = vec![
            (basic(&self.client_id, &self.client_secret), basic(CLIENT_ID, CLIENT_SECRET)),
            (form(&self.client_secret), form(CLIENT_SECRET)),
            (self.client_secret.clone(), CLIENT_SECRET.to_owned()),
            (form(&self.client_id), form(CLIENT_ID)),
            (self.client_id.clone(), CLIENT_ID.to_owned()),
        ];
        for (secret, stand_in) in [
            (&self.hosted_page_token, HOSTED_PAGE_TOKEN),
            (&self.iframe_token, IFRAME_TOKEN),
            (&self.payment_token, PAYMENT_TOKEN),
            (&self.domain, DOMAIN),
        ] {
            known.extend(secret.clone().map(|secret| (secret, stand_in.to_owned())));
        }
        if let Some(id) = self.processor_id {
            let field = |id: u64| format!("\"processor_id\":{id}");
            known.push((field(id), field(TERMINAL)));
        }
        Cleaner::new(known, LEARNED)
    }
}

const DOMAIN: &str = "shop.example";
const TERMINAL: u64 = 42;

/// What not every environment can do.
#[derive(Default)]
struct Can {
    hosted_page: bool,
    payment_token: Option<String>,
    domain: Option<String>,
    processor_id: Option<u64>,
    /// Routes that no document states, and our sandbox has chosen.
    sandbox_routes: bool,
}

/// The steps, in order. They depend on nothing but the replies: a recording runs again at any time.
struct Steps<'a> {
    walk: &'a mut Walk,
    client: Client,
    can: Can,
}

impl Steps<'_> {
    async fn run(mut self) {
        let client = self.client.clone();
        let plan = self.plan().await;
        let customer = self.customer().await;
        self.lists().await;
        if let Some(customer) = &customer {
            self.stored_card(customer, plan.as_ref()).await;
            self.eft(customer).await;
        }
        self.sales().await;
        self.terminal().await;
        self.invoices(customer.as_ref()).await;
        self.browser().await;
        if let Some(plan) = plan {
            self.walk.step(&op::PLANS_REMOVE, "removed", client.plans().remove(&plan).await);
        }
        self.walk.step(&op::OAUTH_REVOKE, "revoked", client.revoke_token().await);
    }

    async fn plan(&mut self) -> Option<payfirma::PlanId> {
        let (walk, plans) = (&mut *self.walk, self.client.plans());
        let new =
            NewPlan::new("Contract plan", amount("11.00"), Currency::CAD, PlanFrequency::Daily)
                .number_of_payments(10)
                .send_receipt(false);
        let plan = walk.step(&op::PLANS_CREATE, "created", plans.create(&new).await)?;
        let id = plan.lookup_id;
        walk.step(&op::PLANS_GET, "found", plans.get(&id).await);
        walk.step(&op::PLANS_LIST, "one", plans.list(&PlanFilter::new().limit(1)).await);
        let update = PlanUpdate::new(id.clone()).name("Contract plan, changed");
        walk.step(&op::PLANS_UPDATE, "changed", plans.update(&update).await);
        Some(id)
    }

    async fn customer(&mut self) -> Option<CustomerId> {
        let (walk, customers) = (&mut *self.walk, self.client.customers());
        let new = NewCustomer::new(email("contract@example.com"), reference("customer-1"))
            .first_name("Brandon")
            .last_name("Stark");
        let customer = walk.step(&op::CUSTOMERS_CREATE, "created", customers.create(&new).await)?;
        let id = customer.lookup_id;
        walk.step(&op::CUSTOMERS_GET, "found", customers.get(&id).await);
        let update = CustomerUpdate::new(id.clone()).telephone("6045550100");
        walk.step(&op::CUSTOMERS_UPDATE, "changed", customers.update(&update).await);
        let nobody = CustomerId::new("nobody00").ok()?;
        walk.refused_step(&op::CUSTOMERS_GET, "not found", customers.get(&nobody).await);
        Some(id)
    }

    async fn lists(&mut self) {
        let (walk, client) = (&mut *self.walk, &self.client);
        let filter = CustomerFilter::new().limit(1).email(email("contract@example.com"));
        walk.step(&op::CUSTOMERS_LIST, "one", client.customers().list(&filter).await);
        walk.step(&op::EFT_BALANCE, "balance", client.eft().balance().await);
        let requests = client.eft().incoming_requests().await;
        walk.step(&op::EFT_INCOMING_REQUESTS, "requests", requests);
        walk.step(&op::INVOICES_LIST, "one", client.invoices().list(Some(1)).await);
    }

    async fn stored_card(&mut self, customer: &CustomerId, plan: Option<&payfirma::PlanId>) {
        let (walk, client) = (&mut *self.walk, &self.client);
        let new = NewCard::new(customer.clone(), card(), reference("card-1")).is_default(true);
        let stored = walk.step(&op::CARDS_ADD, "added", client.cards().add(&new).await);
        let Some(id) = stored.and_then(|stored| Some(stored.cards.last()?.lookup_id.clone()))
        else {
            return;
        };
        let update = CardUpdate::new(customer.clone(), id.clone()).description("test card");
        walk.step(&op::CARDS_UPDATE, "described", client.cards().update(&update).await);
        let transactions = client.transactions();
        let sale = StoredCardSale::new(amount("11.00"), customer.clone());
        walk.step(
            &op::TRANSACTIONS_SALE_CUSTOMER,
            "approved",
            transactions.sale_stored(&sale).await,
        );
        walk.step(
            &op::TRANSACTIONS_SALE_CUSTOMER_CARD,
            "approved",
            transactions.sale_stored(&sale.card(id.clone())).await,
        );
        let hold = StoredCardAuthorize::new(amount("13.00"), customer.clone());
        walk.step(
            &op::TRANSACTIONS_AUTHORIZE_CUSTOMER,
            "approved",
            transactions.authorize_stored(&hold).await,
        );
        walk.step(
            &op::TRANSACTIONS_AUTHORIZE_CUSTOMER_CARD,
            "approved",
            transactions.authorize_stored(&hold.card(id.clone())).await,
        );
        if let Some(plan) = plan {
            let new = NewSubscription::new(
                customer.clone(),
                plan.clone(),
                id.clone(),
                reference("subscription-1"),
            );
            let subscriptions = client.subscriptions();
            let added = walk.step(&op::SUBSCRIPTIONS_ADD, "added", subscriptions.add(&new).await);
            if let Some(added) = added.and_then(|added| added.subscriptions.into_iter().last()) {
                let by_plan = client.customers();
                let filter = CustomerFilter::new().limit(1);
                let listed = by_plan.list_by_plan(plan, &filter).await;
                walk.step(&op::CUSTOMERS_LIST_BY_PLAN, "one", listed);
                let update = SubscriptionUpdate::new(customer.clone(), added.lookup_id.clone())
                    .amount(amount("15.00"));
                let changed = subscriptions.update(&update).await;
                walk.step(&op::SUBSCRIPTIONS_UPDATE, "changed", changed);
                let canceled = subscriptions.cancel(customer, &added.lookup_id).await;
                walk.step(&op::SUBSCRIPTIONS_CANCEL, "canceled", canceled);
            }
        }
        walk.step(&op::CARDS_REMOVE, "removed", client.cards().remove(customer, &id).await);
    }

    async fn sales(&mut self) {
        let (walk, transactions) = (&mut *self.walk, self.client.transactions());
        let sale = |text: &str| {
            Sale::new(amount(text), card(), reference("order-1")).currency(Currency::CAD)
        };
        let sold =
            walk.step(&op::TRANSACTIONS_SALE, "approved", transactions.sale(&sale("11.00")).await);
        let declined = transactions.sale(&sale("12.00")).await;
        walk.refused_step(&op::TRANSACTIONS_SALE, "declined", declined);
        let hold = Authorize::new(amount("13.00"), card(), reference("hold-1"));
        let held =
            walk.step(&op::TRANSACTIONS_AUTHORIZE, "approved", transactions.authorize(&hold).await);
        if let Some(Transaction { id, .. }) = held {
            let capture = Capture::new(id, amount("5.00"), reference("capture-1"));
            let captured = transactions.capture(&capture).await;
            walk.step(&op::TRANSACTIONS_CAPTURE, "in part", captured);
        }
        if let Some(sold) = sold {
            let refund = Refund::new(sold.id.clone(), amount("3.00"), reference("refund-1"));
            walk.step(&op::TRANSACTIONS_REFUND, "in part", transactions.refund(&refund).await);
            let refund = Refund::new(sold.id.clone(), amount("99.00"), reference("refund-2"));
            let refused = transactions.refund(&refund).await;
            walk.refused_step(&op::TRANSACTIONS_REFUND, "too much", refused);
            walk.step(&op::TRANSACTIONS_GET, "found", transactions.get(&sold.id).await);
            if let Some(hash) = &sold.lookup_id {
                let found = transactions.lookup(hash).await;
                walk.step(&op::TRANSACTIONS_LOOKUP, "found", found);
            }
        }
        if let Ok(nobody) = TransactionId::new("1") {
            let refused = transactions.get(&nobody).await;
            walk.refused_step(&op::TRANSACTIONS_GET, "not found", refused);
        }
        let one = TransactionFilter::new().limit(1);
        walk.step(&op::TRANSACTIONS_LIST, "one", transactions.list(&one).await);
        walk.step(&op::TRANSACTIONS_LIST_OWN, "one", transactions.list_own(&one).await);
    }

    async fn terminal(&mut self) {
        if !self.walk.takes(&op::TERMINAL_SALE, self.can.processor_id.is_some()) {
            return;
        }
        let (walk, terminal) = (&mut *self.walk, self.client.terminal());
        let processor = self.can.processor_id.unwrap_or(TERMINAL);
        let (eleven, order) = (amount("11.00"), reference("order-2"));
        let sale = TerminalSale::new(eleven, processor, order.clone());
        let sold = walk.step(&op::TERMINAL_SALE, "approved", terminal.sale(&sale).await);
        if let Some(sold) = sold {
            let refund = TerminalRefund::new(sold.id, eleven, processor, order.clone());
            walk.step(&op::TERMINAL_REFUND, "approved", terminal.refund(&refund).await);
        }
        let hold = TerminalAuthorize::new(eleven, processor, order.clone());
        let held = walk.step(&op::TERMINAL_AUTHORIZE, "approved", terminal.authorize(&hold).await);
        if let Some(held) = held {
            let capture = TerminalCapture::new(held.id, eleven, processor, order);
            walk.step(&op::TERMINAL_CAPTURE, "approved", terminal.capture(&capture).await);
        }
    }

    async fn eft(&mut self, customer: &CustomerId) {
        let sandbox_routes = self.can.sandbox_routes;
        let (walk, eft) = (&mut *self.walk, self.client.eft());
        let one = amount("1.00");
        let request = EftRequest::new(customer.clone(), one, reference("request-1"));
        walk.step(&op::EFT_REQUEST_FUNDS, "requested", eft.request_funds(&request).await);
        if walk.takes(&op::EFT_BANK_DEPOSIT, sandbox_routes) {
            let deposit = BankDeposit::new(one, reference("deposit-1"));
            walk.step(&op::EFT_BANK_DEPOSIT, "deposited", eft.bank_deposit(&deposit).await);
        }
        if walk.takes(&op::EFT_SEND_FUNDS, sandbox_routes) {
            let funds = SendFunds::new(one, reference("funds-1"))
                .extra("email", "contract@example.com")
                .expect("text is JSON");
            walk.step(&op::EFT_SEND_FUNDS, "sent", eft.send_funds(&funds).await);
        }
    }

    async fn invoices(&mut self, customer: Option<&CustomerId>) {
        let sandbox_routes = self.can.sandbox_routes;
        let (walk, invoices) = (&mut *self.walk, self.client.invoices());
        let to = email("contract@example.com");
        let new = NewInvoice::new(Currency::CAD, amount("11.00"), reference("invoice-1"))
            .recipient_email(to.clone());
        let created = walk.step(&op::INVOICES_CREATE, "created", invoices.create(&new).await);
        walk.step(&op::INVOICES_DRAFT, "created", invoices.draft(&new).await);
        if let Some(id) = created.as_ref().and_then(|invoice| invoice.id()) {
            walk.step(&op::INVOICES_GET, "found", invoices.get(id).await);
            walk.step(&op::INVOICES_SEND_TO, "sent", invoices.send_to(id, &to).await);
            if walk.takes(&op::INVOICES_SEND, sandbox_routes) {
                walk.step(&op::INVOICES_SEND, "sent", invoices.send(id, &to).await);
            }
        }
        if let Some(customer) = customer
            && walk.takes(&op::INVOICES_LIST_BY_CUSTOMER, sandbox_routes)
        {
            let listed = invoices.list_by_customer(customer).await;
            walk.step(&op::INVOICES_LIST_BY_CUSTOMER, "list", listed);
        }
    }

    /// What begins in a browser.
    async fn browser(&mut self) {
        let (walk, client) = (&mut *self.walk, &self.client);
        if walk.takes(&op::HOSTED_PAGE_INIT, self.can.hosted_page) {
            let domain = self.can.domain.as_deref().unwrap_or(DOMAIN);
            let page = HostedPage::new(amount("11.00"), Currency::CAD, domain, reference("page-1"));
            walk.step(&op::HOSTED_PAGE_INIT, "created", client.hosted_page().init(&page).await);
        }
        if walk.takes(&op::TRANSACTIONS_SALE_TOKEN, self.can.payment_token.is_some()) {
            let token = self.can.payment_token.as_deref().unwrap_or(PAYMENT_TOKEN);
            let sale = Sale::new(amount("11.00"), PaymentToken::new(token), reference("order-3"));
            let sold = client.transactions().sale(&sale).await;
            walk.step(&op::TRANSACTIONS_SALE_TOKEN, "approved", sold);
        }
    }
}

/// A card of the guide: "fake card numbers [...] will be accepted".
fn card() -> Card {
    Card::new("4111111111111111".parse().unwrap(), "12/34".parse().unwrap(), "595".parse().unwrap())
}

fn reference(text: &str) -> Reference {
    Reference::new(format!("contract-{text}")).unwrap()
}

#[cfg(test)]
mod tests {
    use pay_sandbox::Sandbox;

    use super::*;
    use crate::fixture;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_recording_of_the_sandbox_is_whole_and_clean_and_runs_again() {
        let sandbox = Sandbox::start().await.unwrap();
        let account = sandbox.payfirma();
        let year = account.good_year();
        let payment_token = account.payment_token("4111111111111111", 12, year, "595").unwrap();
        let settings = Settings {
            auth_url: account.auth_url(),
            gateway_url: account.gateway_url(),
            client_id: account.client_id().to_owned(),
            client_secret: account.client_secret().to_owned(),
            hosted_page_token: Some(account.hosted_page_token().to_owned()),
            iframe_token: Some(account.iframe_token().to_owned()),
            payment_token: Some(payment_token.clone()),
            domain: None,
            // So long that no time in milliseconds holds it.
            processor_id: Some(76_543_210_987_654),
        };
        let folder = tempfile::TempDir::new().unwrap();
        let out = folder.path().join("recorded");
        let recorded = settings.record(&out).await.unwrap();
        assert_eq!(recorded.problems, Vec::<String>::new());

        let fixtures = fixture::load(&out).unwrap();
        assert_eq!(fixtures.len(), recorded.files.len());
        let executed: std::collections::BTreeSet<_> =
            fixtures.values().map(|fixture| fixture.operation.as_str()).collect();
        let missing: Vec<_> =
            op::ALL.iter().map(|op| op.id).filter(|id| !executed.contains(id)).collect();
        // What begins with a person's consent, and a terminal's sale for a customer.
        let elsewhere = [
            "payfirma.oauth.authorize",
            "payfirma.oauth.code",
            "payfirma.oauth.refresh",
            "payfirma.terminal.sale_customer",
        ];
        assert_eq!(missing, elsewhere);
        for (name, fixture) in &fixtures {
            // A recording of our own sandbox must not pass for one of the provider.
            assert_eq!(fixture.origin, Origin::Sandbox, "{name}");
            let text = fixture.to_string();
            for secret in [
                account.client_id(),
                account.client_secret(),
                account.hosted_page_token(),
                account.iframe_token(),
                &payment_token,
                "76543210987654",
                "127.0.0.1",
            ] {
                assert!(!text.contains(secret), "{name} holds {secret}");
            }
            let bearer = "authorization: Bearer ";
            let mut tokens = text.lines().filter_map(|line| line.strip_prefix(bearer));
            assert!(tokens.all(|token| token.ends_with("-of-the-fixtures")), "{name}");
        }

        let again = replay(&out).await.unwrap().unwrap();
        assert_eq!(again.problems, Vec::<String>::new());
        assert_eq!(again.files.len(), fixtures.len());

        // Another reply than the recorded one is found.
        let file = recorded.files.iter().find(|file| file.contains("sale-approved")).unwrap();
        let text = std::fs::read_to_string(out.join(file)).unwrap();
        std::fs::write(out.join(file), text.replace("APPROVED", "DECLINED")).unwrap();
        assert!(!replay(&out).await.unwrap().unwrap().problems.is_empty());
        // Another request too.
        std::fs::write(out.join(file), text.replace("\"amount\":11.00", "\"amount\":11.01"))
            .unwrap();
        assert!(!replay(&out).await.unwrap().unwrap().problems.is_empty());
        // Nothing is written over.
        assert!(recorded_over(&account, &out).await.unwrap_err().contains("remove them first"));
    }

    async fn recorded_over(
        account: &pay_sandbox::payfirma::PayfirmaHandle,
        out: &Path,
    ) -> Result<Recorded, String> {
        of_hosts(account.auth_url(), account.gateway_url()).record(out).await
    }

    fn of_hosts(auth_url: String, gateway_url: String) -> Settings {
        Settings {
            auth_url,
            gateway_url,
            client_id: "id".to_owned(),
            client_secret: "secret".to_owned(),
            hosted_page_token: None,
            iframe_token: None,
            payment_token: None,
            domain: None,
            processor_id: None,
        }
    }

    #[tokio::test]
    async fn production_is_not_recorded() {
        let settings = of_hosts(AUTH.to_owned(), format!("{GATEWAY}/"));
        let refused = settings.record(Path::new("/nowhere")).await.unwrap_err();
        assert!(refused.contains("not in production"), "{refused}");
    }
}
