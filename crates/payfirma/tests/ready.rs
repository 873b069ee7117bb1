//! The access token is in hand before a payment, and nothing but the login is sent for it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "merchants/world.rs"]
mod world;

use pay_core::Connection;
use payfirma::{Card, Client, Environment, Outcome, Reference, Sale};
use world::{AUTH, GATEWAY, World};

const LOGIN: &str = "payfirma.oauth.client_credentials";
const SALE: &str = "payfirma.transactions.sale";

fn shop(world: &World) -> Client {
    let payfirma = world.sandbox.payfirma();
    let connection = Connection::builder()
        .clock(world.clock.clone())
        .transport(world.wire.clone())
        .build()
        .unwrap();
    Client::builder(Environment::custom(AUTH, GATEWAY).unwrap())
        .client_credentials(payfirma.client_id(), payfirma.client_secret())
        .connection(connection)
        .build()
        .unwrap()
}

fn sale() -> Sale {
    let card = Card::new(
        "4111111111111111".parse().unwrap(),
        "12/39".parse().unwrap(),
        "595".parse().unwrap(),
    );
    Sale::new("11.00".parse().unwrap(), card, Reference::random())
}

/// What was sent, by operation.
fn sent(world: &World) -> Vec<String> {
    world.sandbox.requests().iter().filter_map(|request| request.operation.clone()).collect()
}

/// As a caller who writes the sale down in between.
async fn charge(client: &Client) -> payfirma::Result<()> {
    client.ready().await?;
    client.transactions().sale(&sale()).await.map(drop)
}

#[tokio::test]
async fn one_login_and_the_sale_needs_none() {
    let world = World::new();
    let client = shop(&world);
    client.ready().await.unwrap();
    assert_eq!(sent(&world), [LOGIN]);
    charge(&client).await.unwrap();
    assert_eq!(sent(&world), [LOGIN, SALE]);
}

#[tokio::test]
async fn a_login_that_is_refused_is_not_sent_and_nothing_follows() {
    let world = World::new();
    world.wire.answer(401, r#"{"error":"invalid_client"}"#);
    let client = shop(&world);
    let error = charge(&client).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(error.operation(), Some("payfirma.ready"));
    assert_eq!(world.wire.token_requests().len(), 1);
    assert!(sent(&world).is_empty());
}

#[tokio::test]
async fn a_merchants_token_is_exchanged_and_stored_before_the_sale() {
    let world = World::new();
    let merchant = world.consent().await;
    world.pass(1_200);
    merchant.client.ready().await.unwrap();
    assert_eq!((world.refreshes(), world.wire.token_requests().len()), (1, 2));
    assert!(!world.begun().await);
    charge(&merchant.client).await.unwrap();
    assert_eq!(world.refreshes(), 1);
    assert_eq!(sent(&world).last().unwrap(), SALE);
}

#[tokio::test]
async fn a_merchant_who_must_consent_again_is_told_before_the_sale() {
    let world = World::new();
    let error = charge(&world.client()).await.unwrap_err();
    assert!(error.needs_reauthorization());
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(sent(&world).is_empty());
}

#[tokio::test]
async fn a_client_without_a_login_is_ready() {
    let builder = || Client::builder(Environment::sandbox());
    builder().access_token("t0ken").build().unwrap().ready().await.unwrap();
    builder().iframe_token("t0ken").build().unwrap().ready().await.unwrap();
}
