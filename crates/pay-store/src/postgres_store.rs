use std::fmt;

use pay_core::{BoxFuture, Result, TokenKey};
use sqlx::{
    Connection as _, Executor as _, Row,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow},
};

use crate::{
    AccountKey, Entry, EntryKey, Event, LaneRow, Query, Store, TokenRow,
    sql::{self, store_on},
};

/// A store in PostgreSQL, for any number of hosts. Clones share connections.
///
/// `synchronous_commit` is switched on for each connection, and `fsync` and `full_page_writes` must
/// be on at the server: all are read back, and the store is refused if they do not hold. With
/// replicas, know that a fail-over to one that is behind forgets: let the server wait for them.
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to `postgres://user:password@host/database`, and brings its tables up to date. The
    /// tables are made in the first schema of the search path. TLS as `sslmode` in the URL says.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Configuration` if the URL is wrong, if the server does not write durably, or if a
    /// newer version wrote the tables; `ErrorKind::Storage` if the database fails.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = options(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute("SET synchronous_commit = on").await.map(drop)
                })
            })
            // What was given up half-way can leave its transaction open: closing undoes it.
            .before_acquire(|connection, _| {
                let is_clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_clean) })
            })
            .connect_with(options)
            .await
            .map_err(sql::failed)?;
        let store = Self { pool };
        store.check_durable().await?;
        store.migrate(Some(ONE_AT_A_TIME), "BYTEA").await?;
        Ok(store)
    }

    /// As [`connect`](Self::connect), but never makes the tables: for a service that has run before.
    /// Another schema or database would begin an empty journal, which sends all keys again.
    ///
    /// # Errors
    ///
    /// Those of `connect`, and `ErrorKind::Configuration` if the tables are not there.
    pub async fn connect_existing(url: &str) -> Result<Self> {
        if !Self::is_at(url).await? {
            return Err(sql::refused("there is no journal in this PostgreSQL database and schema"));
        }
        Self::connect(url).await
    }

    /// Whether [`connect`](Self::connect) was ever called with this URL. Makes and changes nothing.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Configuration` if the URL is wrong; `ErrorKind::Storage` if the database fails.
    pub async fn is_at(url: &str) -> Result<bool> {
        let mut connection =
            PgConnection::connect_with(&options(url)?).await.map_err(sql::failed)?;
        let found = is_there(&mut connection).await;
        connection.close().await.map_err(sql::failed)?;
        found
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A server is where its URL says.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "a file may be replaced")]
    fn is_where_it_was(&self) -> Result<()> {
        Ok(())
    }

    async fn check_durable(&self) -> Result<()> {
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            let row = sqlx::query("SELECT current_setting($1) AS value")
                .bind(setting)
                .fetch_one(&self.pool)
                .await
                .map_err(sql::failed)?;
            let value: String = get(&row, "value")?;
            if value != "on" {
                return Err(sql::refused(format!(
                    "the PostgreSQL server does not write durably: {setting} is {value}"
                )));
            }
        }
        Ok(())
    }
}

async fn is_there(connection: &mut PgConnection) -> Result<bool> {
    let text = "SELECT to_regclass('pay_store_schema') IS NOT NULL AS found";
    let row = sqlx::query(text).fetch_one(connection).await.map_err(sql::failed)?;
    get(&row, "found")
}

fn options(url: &str) -> Result<PgConnectOptions> {
    // The cause would show the URL, and with it the password.
    url.parse().map_err(|_| sql::refused("the PostgreSQL URL cannot be read"))
}

/// The number is "pay-store" in a way: any that nobody else takes.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(7165069141)";

// Durable also behind a pooler that gives each transaction another connection of its own.
store_on!(PostgresStore, PgRow, "BEGIN; SET LOCAL synchronous_commit = on");

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
