//! Logins: a client's own, a merchant's consent, and giving it back. Each login is followed by a
//! call that shows which token it gave.

use std::sync::Arc;

use payfirma::{
    Callback, Client, MemoryTokenStore, MerchantId, Partner, Secret, TokenKey, TokenPair,
    TokenStore as _,
};

use super::client::{
    ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, THEN, builder, call, connection, environment,
};
use crate::{
    case::{Browsed, Case, Stand},
    exchange::Exchange,
    told::{refusal, told, value},
};

pub(crate) fn cases() -> Vec<Case> {
    const NEXT: &str = "eft.balance/with_the_token_of_a_grant";
    let consents =
        ["oauth.authorize/sample", "oauth.authorize/consented", "oauth.authorize/denied"];
    let granted = [
        Case::call("oauth.code/sample", exchange_code),
        Case::call("oauth.client_credentials/sample", log_in),
        Case::call("oauth.client_credentials/walkthrough", log_in),
        Case::call("oauth.client_credentials/sparse", log_in),
        Case::call("oauth.client_credentials/expiry_as_text", log_in),
        Case::call("oauth.refresh/sample", refresh),
        Case::call("oauth.refresh/without_a_refresh_token", refresh),
    ];
    let refused = [
        Case::call("oauth.code/used_up", exchange_code),
        Case::call("oauth.code/names_no_merchant", exchange_code),
        Case::call("oauth.code/wrong_credentials", exchange_code),
        Case::call("oauth.client_credentials/wrong_credentials", log_in),
        Case::call("oauth.client_credentials/without_a_token", log_in),
        Case::call("oauth.client_credentials/server_error", log_in),
        Case::call("oauth.refresh/used_up", refresh),
    ];
    let revoked = ["oauth.revoke/revoked", "oauth.revoke/no_content", "oauth.revoke/unauthorized"];
    consents
        .map(|fixture| Case::browse(fixture, consent))
        .into_iter()
        .chain(granted.map(|case| case.then(NEXT)))
        .chain(refused)
        .chain(revoked.map(|fixture| call(fixture, revoke)))
        .collect()
}

/// The address that a merchant's browser is sent to, and what it brings back.
fn consent(exchange: &Exchange) -> Browsed {
    let partner = Partner::builder(payfirma::Environment::production())
        .credentials("aaabbbere05a7986b850b1933d91f33399", CLIENT_SECRET)
        .token_store(MemoryTokenStore::new())
        .connection(connection())
        .build()
        .unwrap();
    let consent = partner.authorize_url("https://www.example.com").unwrap();
    let location = exchange.reply.headers.iter().find(|(name, _)| name == "location");
    let told = match consent.check(&location.unwrap().1) {
        Ok(callback) => value(&callback),
        Err(error) => refusal(&error),
    };
    Browsed { url: consent.url().to_owned(), told }
}

/// The code of a redirect is exchanged, and the merchant's client makes a call.
async fn exchange_code(stand: Stand) -> String {
    let store = Arc::new(MemoryTokenStore::new());
    let partner = partner(&stand, &store);
    let redirect = "https://www.example.com/?code=Grf5pV&state=xyzABC123";
    let state = Secret::new("xyzABC123");
    let callback = Callback::parse(redirect, &state, "https://www.example.com").unwrap();
    match partner.exchange_code(&callback).await {
        Ok(merchant) => {
            let told = value(&(&merchant.merchant_id, &merchant.scope));
            let stored = stored(&stand, &store, merchant.merchant_id.as_str()).await;
            format!("{told}\n{stored}\n{}", balance(merchant.client).await)
        }
        Err(error) => refusal(&error),
    }
}

/// A client with its own credentials makes a call.
async fn log_in(stand: Stand) -> String {
    balance(builder(&stand).client_credentials(CLIENT_ID, CLIENT_SECRET).build().unwrap()).await
}

/// A merchant's access token has expired; a call exchanges the refresh token.
async fn refresh(stand: Stand) -> String {
    let store = Arc::new(MemoryTokenStore::new());
    let expired = TokenPair::new("access-token-that-has-expired")
        .with_refresh(Some(Secret::new("41c128f2-b2e2-4d85-9443-b6e37d02a482")))
        .with_expires_at(Some(THEN - time::Duration::HOUR));
    store.put(&key(&stand, MERCHANT), expired).await.unwrap();
    let client = partner(&stand, &store).merchant(&MerchantId::new(MERCHANT).unwrap());
    let told = balance(client).await;
    format!("{told}\n{}", stored(&stand, &store, MERCHANT).await)
}

async fn revoke(client: Client) -> String {
    told(client.revoke_token().await)
}

async fn balance(client: Client) -> String {
    told(client.eft().balance().await)
}

const MERCHANT: &str = "01234abcde";

fn partner(stand: &Stand, store: &Arc<MemoryTokenStore>) -> Partner {
    let shared: Arc<dyn payfirma::TokenStore> = Arc::<MemoryTokenStore>::clone(store);
    Partner::builder(environment(stand))
        .credentials(CLIENT_ID, CLIENT_SECRET)
        .shared_token_store(shared)
        .connection(connection())
        .build()
        .unwrap()
}

fn key(stand: &Stand, merchant: &str) -> TokenKey {
    TokenKey::new("payfirma", environment(stand).auth_url(), merchant)
}

/// What the store holds. The tokens are those of the guide's samples, which are public.
async fn stored(stand: &Stand, store: &MemoryTokenStore, merchant: &str) -> String {
    let pair = store.read(&key(stand, merchant)).await.unwrap();
    let Some(pair) = pair else { return "stored: nothing".to_owned() };
    assert_ne!(pair.access.expose(), ACCESS_TOKEN);
    let refresh = pair.refresh.as_ref().map_or("none", |refresh| refresh.expose());
    let lasts = pair.expires_at.map(|at| (at - THEN).whole_seconds());
    format!("stored: refresh token {refresh}, expires in {lasts:?} s, {:?}", pair.attributes)
}
