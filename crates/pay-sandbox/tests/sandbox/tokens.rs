//! The life of a token.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pay_sandbox::{
    Sandbox,
    payfirma::switches::{QuerySecrets, RefreshReuse, TokenLifetime},
};

use crate::api::{Api, NOW, Reply};

fn whoami(api: &Api, token: &str) -> u16 {
    let path = "/payfirma/gateway/customer-service/customer";
    api.send("GET", path, Some(token), "").unwrap().status
}

fn exchange_code(api: &Api, code: &str) -> Reply {
    api.token(&format!("grant_type=authorization_code&code={code}"))
}

#[test]
fn client_credentials_give_a_token_that_expires() {
    let api = Api::new();
    let reply = api.token("grant_type=client_credentials");
    assert_eq!(reply.json()["expires_in"], 1199);
    assert_eq!(reply.field("token_type"), "Bearer");
    assert_eq!(reply.field("merchant_id"), "01234abcde");
    assert_eq!(reply.field("scope"), "invoice ecom");
    assert!(reply.json().get("refresh_token").is_none());
    let token = reply.field("access_token");

    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["exp"].as_i64(), Some(NOW / 1_000 + 1_199));

    api.sandbox.advance(Duration::from_millis(1_198_999));
    assert_eq!(whoami(&api, &token), 200);
    api.sandbox.advance(Duration::from_millis(1));
    assert_eq!(whoami(&api, &token), 401);
}

#[test]
fn the_lifetime_can_be_set() {
    let api = Api::with(Sandbox::builder().switch(TokenLifetime(43_200)));
    assert_eq!(api.token("grant_type=client_credentials").json()["expires_in"], 43_200);
}

#[test]
fn no_token_and_wrong_tokens_are_401() {
    let api = Api::new();
    assert_eq!(whoami(&api, "nonsense"), 401);
    assert_eq!(whoami(&api, api.sandbox.payfirma().iframe_token()), 401);
    assert_eq!(whoami(&api, api.sandbox.payfirma().hosted_page_token()), 401);
    let path = "/payfirma/gateway/customer-service/customer";
    api.send("GET", path, None, "").unwrap().is(401, "Unauthorized");
    api.sandbox.payfirma().expire_access_tokens();
    assert_eq!(whoami(&api, &api.token), 401);
}

#[test]
fn the_client_can_say_who_it_is_in_every_documented_way() {
    let api = Api::new();
    let uri = "/payfirma/auth/oauth/token";
    let basic = "Basic c2FuZGJveC1jbGllbnQtaWQ6c2FuZGJveC1jbGllbnQtc2VjcmV0";
    let wrong = "Basic c2FuZGJveC1jbGllbnQtaWQ6d3Jvbmc=";
    let query = "grant_type=client_credentials&client_id=sandbox-client-id\
                 &client_secret=sandbox-client-secret";
    for (uri, header, body, status) in [
        (uri.to_owned(), Some(basic), "grant_type=client_credentials", 200),
        (format!("{uri}?grant_type=client_credentials"), Some(basic), "", 200),
        (format!("{uri}?{query}"), None, "", 200),
        (uri.to_owned(), None, query, 200),
        (uri.to_owned(), Some(wrong), query, 401),
        (uri.to_owned(), None, "grant_type=client_credentials", 401),
        (uri.to_owned(), None, "grant_type=client_credentials&client_id=x&client_secret=y", 401),
        (uri.to_owned(), Some(basic), "grant_type=password", 400),
        (uri.to_owned(), Some(basic), "", 400),
    ] {
        let mut request = http::Request::post(&uri);
        if let Some(header) = header {
            request = request.header("Authorization", header);
        }
        let response = api.sandbox.respond(request.body(body.into()).unwrap()).unwrap();
        assert_eq!(response.status(), status, "{uri} {header:?} {body}");
    }
    assert_eq!(api.sandbox.payfirma().token_grants().refused, 5);
}

#[test]
fn secrets_in_the_query_can_be_forbidden() {
    let api = Api::with(Sandbox::builder().switch(QuerySecrets::Refused));
    let path = "/payfirma/auth/oauth/token?grant_type=client_credentials\
                &client_id=sandbox-client-id&client_secret=sandbox-client-secret";
    api.send("POST", path, None, "").unwrap().is(400, "invalid_request");
}

#[test]
fn a_merchant_consents_and_the_code_works_once() {
    let api = Api::new();
    let reply = api
        .send(
            "GET",
            "/payfirma/auth/oauth/authorize?response_type=code&client_id=sandbox-client-id\
             &redirect_uri=https%3A%2F%2Fwww.example.com%2Fback&state=a%26b",
            None,
            "",
        )
        .unwrap();
    assert_eq!(reply.status, 302);
    let location = reply.headers["location"].to_str().unwrap();
    let code = location.strip_prefix("https://www.example.com/back?code=").unwrap();
    let (code, state) = code.split_once('&').unwrap();
    assert_eq!(state, "state=a%26b");
    let other = format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fx.y");

    let granted = exchange_code(&api, code);
    assert_eq!(granted.status, 200, "{}", granted.text);
    assert_eq!(granted.field("refresh_token").len(), 36);
    exchange_code(&api, code).is(400, "invalid_grant");
    api.token(&other).is(400, "invalid_grant");
    for wrong in ["response_type=token", "response_type=code&client_id=x&redirect_uri=https://y.z"]
    {
        let path = format!("/payfirma/auth/oauth/authorize?{wrong}");
        assert!(matches!(api.send("GET", &path, None, "").unwrap().status, 400 | 401));
    }
}

#[test]
fn codes_go_stale() {
    let api = Api::new();
    let code = api.sandbox.payfirma().authorization_code("m1");
    api.sandbox.advance(Duration::from_secs(600));
    exchange_code(&api, &code).is(400, "expired");
}

#[test]
fn refresh_tokens_rotate_and_work_once() {
    let api = Api::new();
    let code = api.sandbox.payfirma().authorization_code("m1");
    let first = exchange_code(&api, &code);
    let refresh =
        |token: &str| api.token(&format!("grant_type=refresh_token&refresh_token={token}"));
    api.sandbox.advance(Duration::from_secs(100_000_000));
    assert_eq!(whoami(&api, &first.field("access_token")), 401);

    let second = refresh(&first.field("refresh_token"));
    assert_eq!(second.field("merchant_id"), "m1");
    assert_ne!(second.field("refresh_token"), first.field("refresh_token"));
    assert_eq!(whoami(&api, &second.field("access_token")), 200);

    refresh(&first.field("refresh_token")).is(400, "invalid_grant");
    api.sandbox.set(RefreshReuse::Unauthorized);
    refresh(&first.field("refresh_token")).is(401, "unauthorized");
    assert_eq!(whoami(&api, &second.field("access_token")), 200);
    api.sandbox.set(RefreshReuse::RevokesAll);
    refresh(&first.field("refresh_token")).is(400, "invalid_grant");
    assert_eq!(whoami(&api, &second.field("access_token")), 401);
    refresh(&second.field("refresh_token")).is(400, "invalid_grant");
    let grants = api.sandbox.payfirma().token_grants();
    assert_eq!((grants.code, grants.refresh, grants.client_credentials), (1, 1, 1));
}

#[test]
fn revoking_kills_both_tokens() {
    let api = Api::new();
    let code = api.sandbox.payfirma().authorization_code("m1");
    let tokens = exchange_code(&api, &code);
    let access = tokens.field("access_token");
    let path = "/payfirma/auth/oauth/revoke_token";
    assert_eq!(api.send("DELETE", path, Some(&access), "").unwrap().status, 200);
    assert_eq!(whoami(&api, &access), 401);
    let refresh = tokens.field("refresh_token");
    api.token(&format!("grant_type=refresh_token&refresh_token={refresh}")).is(400, "invalid");
    assert_eq!(api.send("DELETE", path, Some(&access), "").unwrap().status, 401);
}

#[test]
fn a_merchant_takes_its_consent_back() {
    let api = Api::new();
    let grant =
        |merchant: &str| exchange_code(&api, &api.sandbox.payfirma().authorization_code(merchant));
    let (one, two) = (grant("m1"), grant("m2"));
    let code = api.sandbox.payfirma().authorization_code("m1");
    api.sandbox.payfirma().withdraw_consents("m1");
    assert_eq!(whoami(&api, &one.field("access_token")), 401);
    let refresh = |reply: &Reply| {
        let token = reply.field("refresh_token");
        api.token(&format!("grant_type=refresh_token&refresh_token={token}")).status
    };
    assert_eq!((refresh(&one), refresh(&two)), (400, 200));
    assert_eq!(exchange_code(&api, &code).status, 400);
    assert_eq!(whoami(&api, &api.token), 200);
}

#[test]
fn merchants_see_nothing_of_each_other() {
    let mut api = Api::new();
    let sold = api.sale("11").field("id");
    let code = api.sandbox.payfirma().authorization_code("m1");
    api.token = exchange_code(&api, &code).field("access_token");
    assert_eq!(api.get(&format!("/transaction-service/transaction/{sold}")).status, 404);
    api.sale("13").is(200, "APPROVED");
    let accounts: Vec<_> =
        api.sandbox.ledger().effects().iter().map(|effect| effect.account.clone()).collect();
    assert_eq!(accounts, ["01234abcde", "m1"]);
}
