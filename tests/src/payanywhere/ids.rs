//! Ids in paths. A transaction's is a number, so it is the account's that may be strange.

use pay_core::{Connection, ManualClock, Outcome};
use payanywhere::{AccountId, Client, Environment, TransactionFilter};
use percent_encoding::percent_decode_str;
use time::macros::datetime;

use super::client::{APP_SOURCE, MID};
use crate::{
    hold,
    promise::Kept,
    server::{Act, Reply, Server},
    transcript,
};

/// What a provider's own ids could hold.
const STRANGE: [&str; 4] = ["a?b#c%2F+=:", "%2e%2e", "a&b;c=d", "a\"'<>{}|^`~"];
/// What only an attacker's do.
const HOSTILE: [&str; 6] =
    ["../../admin", "a/b", "a b", "\\a", "\u{fc}\u{1f4b3}", "a\r\nx-injected: 1"];

/// Whatever an id holds, it is one segment of the path, and comes out as it went in.
pub(super) async fn encoded() -> Kept {
    for id in STRANGE {
        let server =
            Server::start(|_, _| Act::Reply(Reply::json(200, r#"{"transactions":[]}"#))).await?;
        let connection =
            Connection::builder().clock(ManualClock::new(datetime!(2026-03-01 12:00 UTC)));
        let client = Client::builder(Environment::custom(&server.url())?)
            .mid(MID)
            .app_source(APP_SOURCE)
            .access_token("access-token")
            .account_id(AccountId::new(id)?)
            .connection(connection.build()?)
            .build()?;
        let listed = client.transactions().list(&TransactionFilter::new()).await?;
        transcript::note(&format!("{listed:?}"));
        let seen = server.seen();
        hold!(!seen[0].target.contains('?'), "{id:?} became a query: {}", seen[0].target);
        let segments: Vec<_> = seen[0].path().split('/').collect();
        hold!(segments.len() == 4, "{id:?} changed the route: {}", seen[0].target);
        let decoded = percent_decode_str(segments[2]).decode_utf8()?;
        hold!(decoded == id, "{id:?} came as {decoded:?} in {}", seen[0].target);
    }
    for id in HOSTILE {
        hold!(AccountId::new(id).is_err(), "{id:?} is taken for an account");
        // One that came in a reply is refused when a client is built of it.
        let came: AccountId = serde_json::from_value(id.into())?;
        let environment = Environment::sandbox();
        let builder = Client::builder(environment).mid(MID).app_source(APP_SOURCE);
        let built = builder.access_token("access-token").account_id(came).build();
        let outcome = built.map(drop).map_err(|error| error.outcome());
        hold!(outcome == Err(Outcome::NotSent), "a client for {id:?} came about");
    }
    Ok(format!("{} ids", STRANGE.len() + HOSTILE.len()))
}
