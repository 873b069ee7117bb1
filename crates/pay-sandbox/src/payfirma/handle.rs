//! Payfirma for tests: where it is, its credentials, and what happens outside the API.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{CLIENT_ID, CLIENT_SECRET, HOSTED_PAGE_TOKEN, IFRAME_TOKEN, MERCHANT, TokenGrants};
use crate::{NotCompleted, card::Card, money::Money, shared::Shared, state::State};

/// Payfirma in a sandbox; from [`Sandbox::payfirma`](crate::Sandbox::payfirma).
#[derive(Debug, Clone)]
pub struct PayfirmaHandle {
    shared: Arc<Shared>,
}

impl PayfirmaHandle {
    /// Where EFT bank deposits go, below the gateway. No document has a path; this is the sandbox's.
    pub const BANK_DEPOSIT_PATH: &'static str = "/transaction-service-vt/eft/deposit";
    /// Where EFT funds are sent from, below the gateway. No document has a path.
    pub const SEND_FUNDS_PATH: &'static str = "/transaction-service-vt/eft/send";
    /// The invoices of a customer, below the gateway. No document has a path.
    pub const INVOICES_BY_CUSTOMER_PATH: &'static str = "/invoice/customer/{customer_lookup_id}";
    /// Sending an invoice to the address in the body, below the gateway. No document has a path.
    pub const SEND_INVOICE_PATH: &'static str = "/invoice/{invoice_id}/send";

    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Stands for `https://auth.payfirma.com`: `/oauth/token` follows it.
    pub fn auth_url(&self) -> String {
        format!("{}/payfirma/auth", self.shared.state().world.base_url)
    }

    /// Stands for `https://apigateway.payfirma.com`: `/transaction-service/sale` follows it.
    pub fn gateway_url(&self) -> String {
        format!("{}/payfirma/gateway", self.shared.state().world.base_url)
    }

    /// The client id. All credentials are fixed, so that documents can quote them.
    pub fn client_id(&self) -> &'static str {
        CLIENT_ID
    }

    /// The client secret.
    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// The bearer token of `hosted_page.init`.
    pub fn hosted_page_token(&self) -> &'static str {
        HOSTED_PAGE_TOKEN
    }

    /// The bearer token of `transactions.sale_token`.
    pub fn iframe_token(&self) -> &'static str {
        IFRAME_TOKEN
    }

    /// The merchant that the client credentials and both fixed tokens belong to.
    pub fn merchant_id(&self) -> &'static str {
        MERCHANT
    }

    /// An authorization code, as a merchant's consent would give it. Any id makes a merchant. The
    /// code can be exchanged with any `redirect_uri`.
    pub fn authorization_code(&self, merchant_id: &str) -> String {
        self.with(|state| state.providers.payfirma.mint_code(&mut state.world, merchant_id, None))
    }

    /// What the card encryption script makes of a card: the `token` of a sale.
    ///
    /// # Errors
    ///
    /// If the card cannot be real.
    pub fn encrypt_card(
        &self,
        number: &str,
        month: u8,
        year: u16,
        cvv: &str,
    ) -> Result<String, NotCompleted> {
        self.with(|state| {
            let card = check(state, number, month, year, cvv)?;
            Ok(state.providers.payfirma.browser.encrypt(card, &mut state.world))
        })
    }

    /// What the iframe's script makes of a card: the `payment_token` of a sale.
    ///
    /// # Errors
    ///
    /// If the card cannot be real.
    pub fn payment_token(
        &self,
        number: &str,
        month: u8,
        year: u16,
        cvv: &str,
    ) -> Result<String, NotCompleted> {
        self.with(|state| {
            let card = check(state, number, month, year, cvv)?;
            Ok(state.providers.payfirma.browser.tokenize(card, &mut state.world))
        })
    }

    /// The payer pays on a hosted page: approved or declined by the amount. Returns the address that
    /// the browser is sent to, with its query.
    ///
    /// # Errors
    ///
    /// If there is no such page, or it was completed before.
    pub fn complete_hosted_page(&self, url: &str) -> Result<String, NotCompleted> {
        self.end_hosted_page(url, false)
    }

    /// The payer goes back without paying. Returns the address that the browser is sent to.
    ///
    /// # Errors
    ///
    /// If there is no such page, or it was completed before.
    pub fn cancel_hosted_page(&self, url: &str) -> Result<String, NotCompleted> {
        self.end_hosted_page(url, true)
    }

    /// Somebody refunds a payment in the PayHQ portal. Returns the number of the refund.
    ///
    /// # Errors
    ///
    /// If there is no such payment, or that much is not left of it.
    pub fn refund_in_portal(&self, transaction: u64, amount: Money) -> Result<u64, NotCompleted> {
        self.with(|state| {
            state
                .providers
                .payfirma
                .refund_in_portal(&mut state.world, transaction, amount)
                .map_err(|refusal| NotCompleted(refusal.to_string()))
        })
    }

    /// Every payer acts on every pending EFT request now; by the amount.
    pub fn settle_eft(&self) {
        self.with(|state| state.providers.payfirma.settle_eft(&mut state.world, true));
    }

    /// Somebody asks the merchant for money by EFT.
    pub fn add_incoming_eft_request(&self, amount: Money, email: &str, description: &str) {
        self.with(|state| {
            state.providers.payfirma.ask_for_funds(
                &mut state.world,
                MERCHANT,
                amount,
                email,
                description,
            );
        });
    }

    /// A merchant takes back what it agreed to: all codes and tokens of its consents die.
    pub fn withdraw_consents(&self, merchant_id: &str) {
        self.with(|state| state.providers.payfirma.withdraw_consents(merchant_id));
    }

    /// Ends the life of every access token now. Refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.with(|state| state.providers.payfirma.expire_access_tokens());
    }

    /// How often tokens were asked for.
    pub fn token_grants(&self) -> TokenGrants {
        self.with(|state| state.providers.payfirma.oauth.grants)
    }

    /// A two-digit year in which the cards of examples are good.
    pub fn good_year(&self) -> u16 {
        let year = self.with(|state| {
            OffsetDateTime::from_unix_timestamp(state.world.now / 1_000)
                .map_or(2030, |now| now.year() + 2)
        });
        u16::try_from(year.rem_euclid(100)).unwrap_or(30)
    }

    fn end_hosted_page(&self, url: &str, cancel: bool) -> Result<String, NotCompleted> {
        let token = url.rsplit('/').next().unwrap_or_default();
        self.with(|state| {
            state
                .providers
                .payfirma
                .complete_hosted_page(&mut state.world, token, cancel)
                .map_err(|refusal| NotCompleted(refusal.to_string()))
        })
    }

    /// What a test does by hand is no operation's effect.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.shared.state();
        state.world.cause = crate::ledger::Cause { provider: "payfirma", ..Default::default() };
        act(&mut state)
    }
}

fn check(
    state: &State,
    number: &str,
    month: u8,
    year: u16,
    cvv: &str,
) -> Result<Card, NotCompleted> {
    let (month, year) = (month.to_string(), year.to_string());
    Card::check(number, &month, &year, Some(cvv), state.world.now)
        .map_err(|why| NotCompleted(why.to_owned()))
}
