//! The store as it stands on the disk, read past the store's own code.

use sqlx::{PgPool, Row as _, SqlitePool, postgres::PgPoolOptions, sqlite::SqlitePoolOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{Store, StoreAt};

/// A store of this run's own: a file, or a schema of a server. Removed when dropped.
pub(super) struct Rows<'a> {
    runtime: &'a Runtime,
    pool: Pool,
    at: StoreAt,
    schema: Option<(PgPool, String)>,
    _folder: Option<TempDir>,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A payment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) key: String,
    pub(super) state: String,
    /// Which journal sends or sent it.
    pub(super) owner: String,
}

/// A merchant's tokens as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StoredPair {
    /// Counts the pairs that were stored, those of consents too.
    pub(super) generation: i64,
    pub(super) lease: Option<String>,
    pub(super) begun: bool,
}

impl<'a> Rows<'a> {
    /// An empty store.
    pub(super) fn make(runtime: &'a Runtime, store: &Store, run: &str) -> Self {
        match store {
            Store::Sqlite => {
                let folder = TempDir::new().unwrap();
                let path = folder.path().join("payments.db");
                let open = pay_store::SqliteStore::open(&path);
                runtime.block_on(async { open.await.unwrap().close().await });
                let url = format!("sqlite://{}", path.display());
                let options = SqlitePoolOptions::new().max_connections(1);
                let pool = runtime.block_on(options.connect(&url)).unwrap();
                let (pool, at) = (Pool::Sqlite(pool), StoreAt::Sqlite(path));
                Self { runtime, pool, at, schema: None, _folder: Some(folder) }
            }
            Store::Postgres(server) => {
                let schema = format!("workers_{}_{run}", std::process::id());
                let admin = runtime.block_on(PgPool::connect(server)).unwrap();
                let make = format!("CREATE SCHEMA {schema}");
                runtime.block_on(sqlx::query(&make).execute(&admin)).unwrap();
                let between = if server.contains('?') { '&' } else { '?' };
                let url = format!("{server}{between}options=-c%20search_path%3D{schema}");
                let open = pay_store::PostgresStore::connect(&url);
                runtime.block_on(async { open.await.unwrap().close().await });
                let options = PgPoolOptions::new().max_connections(1);
                let pool = runtime.block_on(options.connect(&url)).unwrap();
                let (pool, at) = (Pool::Postgres(pool), StoreAt::Postgres(url));
                Self { runtime, pool, at, schema: Some((admin, schema)), _folder: None }
            }
        }
    }

    pub(super) fn at(&self) -> StoreAt {
        self.at.clone()
    }

    /// The payments of a merchant, with both providers.
    pub(super) fn payments(&self, merchant: &str) -> Vec<Stored> {
        const TEXT: &str = "SELECT key, state, owner FROM journal WHERE account = $1";
        macro_rules! stored {
            ($row:expr) => {
                Stored { key: $row.get(0), state: $row.get(1), owner: $row.get(2) }
            };
        }
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(pool) => {
                    let rows = sqlx::query(TEXT).bind(merchant).fetch_all(pool).await.unwrap();
                    rows.iter().map(|row| stored!(row)).collect()
                }
                Pool::Postgres(pool) => {
                    let rows = sqlx::query(TEXT).bind(merchant).fetch_all(pool).await.unwrap();
                    rows.iter().map(|row| stored!(row)).collect()
                }
            }
        })
    }

    pub(super) fn pair(&self, merchant: &str) -> StoredPair {
        const TEXT: &str = "SELECT generation, lease, begun FROM tokens WHERE account = $1";
        macro_rules! pair {
            ($row:expr) => {
                StoredPair {
                    generation: $row.get(0),
                    lease: $row.get(1),
                    begun: $row.get::<i64, _>(2) != 0,
                }
            };
        }
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(pool) => {
                    let row = sqlx::query(TEXT).bind(merchant).fetch_optional(pool).await.unwrap();
                    row.map(|row| pair!(row)).unwrap_or_default()
                }
                Pool::Postgres(pool) => {
                    let row = sqlx::query(TEXT).bind(merchant).fetch_optional(pool).await.unwrap();
                    row.map(|row| pair!(row)).unwrap_or_default()
                }
            }
        })
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
            if let Some((admin, schema)) = &self.schema {
                let drop = format!("DROP SCHEMA {schema} CASCADE");
                let _ = sqlx::query(&drop).execute(admin).await;
                admin.close().await;
            }
        });
    }
}
