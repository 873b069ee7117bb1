use payanywhere::{AccountId, Client, Environment};

use crate::world::{APP_SOURCE, KEY, MID, PASSWORD, builder};

#[test]
fn what_is_missing_or_wrong_is_named() {
    let bare = || Client::builder(Environment::sandbox());
    let odd: AccountId = serde_json::from_str(r#""../x""#).unwrap();
    for (builder, field) in [
        (bare(), "mid"),
        (builder().mid(""), "mid"),
        (builder().mid("12/34"), "mid"),
        (bare().mid(MID).password(PASSWORD).app_source(APP_SOURCE), "developer_key"),
        (builder().developer_key(" "), "developer_key"),
        (bare().mid(MID).developer_key(KEY).app_source(APP_SOURCE), "password"),
        (builder().password(""), "password"),
        (bare().mid(MID).access_token("t").developer_key(KEY).app_source("a"), "password"),
        (bare().mid(MID).access_token(" ").app_source("a"), "access_token"),
        (bare().mid(MID).developer_key(KEY).password(PASSWORD), "app_source"),
        (builder().app_source("two words"), "app_source"),
        (builder().app_source("line\r\nbreak: x"), "app_source"),
        (builder().account_id(odd), "account_id"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.field_errors()[0].field, field);
    }
}

#[test]
fn no_credential_is_shown() {
    let client = builder().build().unwrap();
    assert_eq!(client.mid().as_str(), MID);
    for shown in [format!("{client:?}"), format!("{:?}", builder())] {
        assert!(!shown.contains(KEY) && !shown.contains(PASSWORD), "{shown}");
    }
}
