//! The stores that the promises are checked on.

use std::path::PathBuf;
#[cfg(feature = "postgres")]
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use pay_store::SqliteStore;
use tempfile::TempDir;

/// A folder that is removed when dropped.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub async fn sqlite(&self, name: &str) -> SqliteStore {
        SqliteStore::open(self.file(name)).await.unwrap()
    }
}

/// A store in an empty schema of the server that `PAY_STORE_POSTGRES_URL` names; `None`, with a
/// line, if it names none.
#[cfg(feature = "postgres")]
pub async fn postgres() -> Option<pay_store::PostgresStore> {
    let url = postgres_url().await?;
    Some(pay_store::PostgresStore::connect(&url).await.unwrap())
}

/// The URL of an empty schema there. Where `REQUIRE_POSTGRES` is 1, there must be a server.
#[cfg(feature = "postgres")]
pub async fn postgres_url() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(url) = std::env::var("PAY_STORE_POSTGRES_URL") else {
        let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "REQUIRE_POSTGRES is 1, and PAY_STORE_POSTGRES_URL names no server");
        println!("skipped: PAY_STORE_POSTGRES_URL names no server");
        return None;
    };
    let schema = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    for text in
        [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")]
    {
        sqlx::query(&text).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let between = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{between}options=-c%20search_path%3D{schema}"))
}
