//! Payroc: logins and tokens.

use std::time::Duration;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use pay_sandbox::payroc::switches::*;
use serde_json::{Value, json};

use crate::{
    api::NOW,
    payroc::{JSON, Partner},
};

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_login_reads_like_the_documents_example() {
    let partner = Partner::new();
    let reply = partner.log_in();
    let json = reply.json();
    let names: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "bearerToken",
        "displayName",
        "refreshToken",
        "responseStatus",
        "sessionId",
        "userId",
        "userName",
    ];
    assert_eq!(names, expected);
    assert_eq!((&json["userId"], &json["responseStatus"]), (&json!("2"), &json!({})));
    assert_eq!(json["sessionId"].as_str().unwrap().len(), 20);
    let token = reply.field("bearerToken");
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let now = NOW / 1_000;
    let claims = [claims(&token), claims(&reply.field("refreshToken"))];
    assert_eq!((&claims[0]["iat"], &claims[0]["exp"]), (&json!(now), &json!(now + 7_200)));
    assert_eq!(claims[1]["exp"], json!(now + 86_400));
    assert_eq!((&claims[0]["iss"], claims[0]["sub"].is_number()), (&json!("ipsjwt"), true));
}

#[test]
fn credentials_come_in_the_body_or_as_basic() {
    let partner = Partner::new();
    let login = partner.sandbox.payroc().partner();
    // The names of properties in any case.
    let body = json!({"USERNAME": login.user_name, "Password": login.password}).to_string();
    partner.send("POST", "/auth", &[JSON], &body).is(200, "bearerToken");
    let basic = |password: &str| {
        let pair = STANDARD.encode(format!("{}:{password}", login.user_name));
        partner.send("POST", "/auth", &[JSON, ("authorization", &format!("Basic {pair}"))], "junk")
    };
    basic(login.password).is(200, "bearerToken");
    basic("x").is_refused(401, "Unauthorized", "Invalid UserName or Password");
    let wrong = partner.log_in_with("nobody", login.password);
    wrong.is_refused(401, "Unauthorized", "Invalid UserName or Password");
    let counts = partner.sandbox.payroc().logins();
    assert_eq!((counts.logins, counts.refused, counts.refreshes), (3, 2, 0));
}

#[test]
fn a_login_with_wrong_parameters_or_the_wrong_verb_is_forbidden() {
    let partner = Partner::new();
    let nothing = |body: &str| partner.send("POST", "/auth", &[JSON], body);
    for reply in [nothing(""), nothing("{}"), partner.send("GET", "/auth", &[JSON], "")] {
        reply.is(403, r#""errorCode":"UnauthorizedAccessException""#);
        reply.is(403, "Could not execute service 'Authenticate', The following restrictions");
    }
    partner.sandbox.set(MissingCredentials::NotEmpty);
    let reply = nothing(r#"{"userName": "x"}"#);
    reply.is_refused(400, "NotEmpty", "'Password' should not be empty.");
    partner.sandbox.set(MissingCredentials::Unauthorized);
    nothing("{}").is_refused(401, "Unauthorized", "Invalid UserName or Password");
    nothing("{").is(400, "RequestBindingException");
}

#[test]
fn wrong_passwords_lock_the_account() {
    let partner = Partner::new();
    let login = partner.sandbox.payroc().partner();
    let wrong = || partner.log_in_with(login.user_name, "x");
    for _ in 0..4 {
        wrong().is_refused(401, "Unauthorized", "Invalid UserName or Password");
    }
    // A good one in between begins the count anew.
    partner.log_in().is(200, "bearerToken");
    for _ in 0..4 {
        wrong().is_refused(401, "Unauthorized", "Invalid UserName or Password");
    }
    partner.log_in().is(200, "bearerToken");
    for _ in 0..5 {
        wrong().is_refused(401, "Unauthorized", "Invalid UserName or Password");
    }
    let locked = "This account has been locked";
    partner.log_in().is_refused(401, "AuthenticationException", locked);
    wrong().is_refused(401, "Unauthorized", "Invalid UserName or Password");
    partner.sandbox.payroc().unlock_account();
    partner.log_in().is(200, "bearerToken");
    partner.sandbox.payroc().lock_account();
    partner.log_in().is_refused(401, "AuthenticationException", locked);
    // The other account is not concerned; and without a limit nothing is locked.
    let reader = partner.sandbox.payroc().reader();
    partner.sandbox.set(LockAfter(0));
    for _ in 0..20 {
        partner.log_in_with(reader.user_name, "x");
    }
    partner.log_in_with(reader.user_name, reader.password).is(200, "bearerToken");
}

#[test]
fn tokens_live_two_hours_and_a_day() {
    let partner = Partner::new();
    let mid = partner.boarded("987654321");
    let path = format!("/boarding/{mid}/status");
    partner.sandbox.advance(Duration::from_secs(7_194));
    assert_eq!(partner.get(&path).status, 200);
    partner.sandbox.advance(Duration::from_secs(1));
    partner.get(&path).is_refused(401, "TokenException", "Token has expired");
    let reply = partner.refresh(&partner.refresh_token);
    assert_eq!(reply.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["accessToken"]);
    let renewed = Partner {
        sandbox: partner.sandbox.clone(),
        token: reply.field("accessToken"),
        refresh_token: String::new(),
    };
    assert_eq!(renewed.get(&path).status, 200);
    partner.sandbox.advance(Duration::from_secs(86_400 - 7_200));
    let old = partner.refresh(&partner.refresh_token);
    old.is_refused(401, "TokenException", "Token has expired");
    assert_eq!(partner.sandbox.payroc().logins().refreshes, 1);
}

#[test]
fn each_token_is_good_for_its_own_use_only() {
    let partner = Partner::new();
    partner.refresh(&partner.token).is(401, "Unauthorized");
    partner.refresh("x").is(401, "Unauthorized");
    partner.refresh("").is_refused(400, "NotEmpty", "'Refresh Token' should not be empty.");
    let path = "/settlement/1?StartDate=06/15/26&EndDate=06/15/26";
    let get = |headers: &[(&str, &str)]| partner.send("GET", path, headers, "");
    let refresh = format!("Bearer {}", partner.refresh_token);
    get(&[JSON, ("authorization", &refresh)]).is(401, r#""errorCode":"Unauthorized""#);
    partner.sandbox.set(InvalidToken::TokenException);
    get(&[JSON, ("authorization", "Bearer x")]).is(401, r#""errorCode":"TokenException""#);
    get(&[JSON]).is(401, "Unauthorized");
    partner.sandbox.set(NoToken::Forbidden);
    get(&[JSON]).is(403, "UnauthorizedAccessException");
    let basic = get(&[JSON, ("authorization", "Basic eDp5")]);
    basic.is_refused(
        403,
        "UnauthorizedAccessException",
        "Please authenticate using bearer token or with flag 'UseTokenCookie' set to true.",
    );
    // The scheme in any case; what is wrong is the merchant.
    let lower = format!("bearer {}", partner.token);
    get(&[JSON, ("authorization", &lower)]).is(400, "Merchant ID not found");
    partner.sandbox.payroc().expire_access_tokens();
    get(&[JSON, ("authorization", &lower)]).is(401, "Token has expired");
    partner.refresh(&partner.refresh_token).is(200, "accessToken");
    partner.sandbox.payroc().expire_refresh_tokens();
    partner.refresh(&partner.refresh_token).is(401, "Token has expired");
}

#[test]
fn a_token_can_be_a_cookie() {
    let partner = Partner::new();
    let login = partner.sandbox.payroc().partner();
    let body =
        json!({"userName": login.user_name, "password": login.password, "useTokenCookie": true});
    let log_in = || partner.send("POST", "/auth", &[JSON], &body.to_string());
    let reply = log_in();
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
    let cookie =
        cookies.iter().find_map(|it| it.to_str().unwrap().strip_prefix("ss-tok=")).unwrap();
    assert!(cookie.contains("; Secure; HttpOnly"));
    let token = cookie.split(';').next().unwrap();
    assert_eq!(token, reply.field("bearerToken"));
    let cookie = format!("a=b; ss-tok={token}");
    let status = partner.send("GET", "/boarding/1/status", &[JSON, ("cookie", &cookie)], "");
    status.is(400, "Merchant ID not found");
    partner.sandbox.set(TokenCookie::CookieOnly);
    let json = log_in().json();
    assert!(json.get("bearerToken").is_none() && json.get("refreshToken").is_some());
}

#[test]
fn the_accept_header_counts_as_switched() {
    let partner = Partner::new();
    let login = partner.sandbox.payroc().partner();
    let body = json!({"userName": login.user_name, "password": login.password}).to_string();
    let log_in = |accept: &str| partner.send("POST", "/auth", &[("accept", accept)], &body);
    log_in("text/html, Application/JSON; q=0.9").is(200, "bearerToken");
    log_in("*/*").is(403, "restrictions were not met");
    partner.send("POST", "/auth", &[], &body).is(403, "restrictions were not met");
    partner.sandbox.set(Accept::Html);
    let reply = log_in("*/*");
    reply.is(200, "<html>");
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
    partner.sandbox.set(Accept::Ignored);
    assert_eq!(log_in("*/*").json()["userId"], "2");
}
