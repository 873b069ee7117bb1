//! A client with credentials of its own gives its token back.

#![allow(clippy::unwrap_used)]

use pay_sandbox::{Fault, FaultKind, Sandbox};
use payfirma::{Client, Environment, Outcome, TransactionFilter};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
        .unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn a_revoked_token_is_forgotten_and_the_next_call_logs_in() {
    for answer in ["body", "no-content"] {
        let (sandbox, client) = start().await;
        sandbox.set_by_name("payfirma.remove_answer", answer).unwrap();
        let filter = TransactionFilter::new();
        client.transactions().list(&filter).await.unwrap();
        // More often than a cache takes for a quarrel with the provider.
        for round in 1..6 {
            client.revoke_token().await.unwrap();
            client.transactions().list(&filter).await.unwrap();
            let grants = sandbox.payfirma().token_grants();
            assert_eq!((grants.revoked, grants.client_credentials), (round, round + 1));
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_not_renewed_to_be_revoked() {
    let (sandbox, client) = start().await;
    client.transactions().list(&TransactionFilter::new()).await.unwrap();
    sandbox.payfirma().expire_access_tokens();
    let error = client.revoke_token().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.outcome(), Outcome::Refused);
    let grants = sandbox.payfirma().token_grants();
    assert_eq!((grants.revoked, grants.client_credentials), (0, 1));
    // It is forgotten all the same.
    client.transactions().list(&TransactionFilter::new()).await.unwrap();
    assert_eq!(sandbox.payfirma().token_grants().client_credentials, 2);
}

#[tokio::test]
async fn a_token_of_the_callers_own_is_revoked_too() {
    let (sandbox, _) = start().await;
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment).access_token("not-a-token").build().unwrap();
    let error = client.revoke_token().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert!(!format!("{error:?}").contains("not-a-token"));
    let fault = FaultKind::Status { status: 503, headers: Vec::new(), body: None };
    sandbox.add_fault(Fault::new(fault).on("payfirma.oauth.revoke").limit(1)).unwrap();
    let error = client.revoke_token().await.unwrap_err();
    assert_eq!(error.attempts(), 2, "revoking twice is revoking once: it is tried again");
}
