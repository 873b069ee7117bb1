//! A walk without credentials: the provider is a transport in this file that answers from memory.
//!
//! `cargo run -p payanywhere --example without_credentials`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use bytes::Bytes;
use http::{Request, Response};
use pay_core::{
    BoxFuture,
    transport::{Progress, Transport, TransportError},
};
use payanywhere::{Client, Connection, Date, Environment, Reference, Refund, TransactionFilter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder(Environment::sandbox())
        .mid("1234567890123")
        .developer_key("a developer key")
        .password("a password")
        .app_source("pa_isv_1234567890abc")
        .connection(Connection::builder().transport(Imitation).build()?)
        .build()?;

    let filter = TransactionFilter::new().start("2017-07-19".parse::<Date>()?).count(10);
    for transaction in client.transactions().list(&filter).await?.iter() {
        println!("{:?}: {:?} dollars", transaction.uniq_id, transaction.amount);
    }

    let clerk = "clerk@example.com".parse()?;
    let sale = "ccs_15218".parse()?;
    let refund = Refund::new(sale, "2.00".parse()?, clerk, Reference::new("refund-1042")?);
    let refunded = client.transactions().refund(&refund).await?;
    println!("refunded: number {:?}", refunded.refund_id);
    println!("logged out: {:?}", client.log_out().await?);
    Ok(())
}

struct Imitation;

impl Transport for Imitation {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Progress,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        println!("--> {} {}", request.method(), request.uri());
        let body = match (request.method().as_str(), request.uri().path()) {
            ("POST", "/auth") => r#"{"token":"a.token.of","accountId":4711,"mid":"1234567890123"}"#,
            ("GET", "/accounts/4711/transactions") => {
                r#"{"transactions":[{"uniq_id":"ccs_15218","id":15218,"amount":"47.70"}]}"#
            }
            ("POST", "/accounts/4711/transactions") => {
                r#"{"refund_id":77,"status_code":"00","status_message":"Approved"}"#
            }
            _ => "{}",
        };
        Box::pin(std::future::ready(Ok(Response::new(Bytes::from_static(body.as_bytes())))))
    }
}
