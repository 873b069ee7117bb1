use std::{
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use pay_core::{BoxFuture, Result, TokenKey};
use sqlx::{
    Row,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};

use crate::{
    AccountKey, Entry, EntryKey, Event, LaneRow, Query, Store, TokenRow,
    sql::{self, store_on},
};

/// A store in one SQLite file, for any number of processes on one host. Clones share connections.
///
/// Write-ahead log, `synchronous=FULL`: both are read back, and the store is refused if they do not
/// hold. Never on a network file system. On Unix the file is made for its owner alone (0600), and
/// one that others can read is refused.
#[derive(Clone)]
pub struct SqliteStore {
    pool: SqlitePool,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the file, or makes it, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Configuration` if others may read the file, if it cannot be made durable, or if a
    /// newer version wrote it; `ErrorKind::Storage` if the database fails.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        make_private(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // On macOS a plain sync leaves the bytes in the disk's own cache.
            .pragma("fullfsync", "1")
            .busy_timeout(BUSY);
        let pools = SqlitePoolOptions::new().max_connections(4).acquire_timeout(BUSY * 2);
        let pool = connected(pools, options).await?;
        let store = Self { pool, path };
        store.check_durable().await?;
        store.migrate(None, "BLOB").await?;
        Ok(store)
    }

    /// Ends all connections. Otherwise they end when the last clone is dropped, a little later.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn check_durable(&self) -> Result<()> {
        let row = sqlx::query("SELECT (SELECT journal_mode FROM pragma_journal_mode) AS mode")
            .fetch_one(&self.pool)
            .await
            .map_err(sql::failed)?;
        let mode: String = get(&row, "mode")?;
        let row = sqlx::query("PRAGMA synchronous").fetch_one(&self.pool).await;
        let level: i64 = row.map_err(sql::failed)?.try_get(0).map_err(sql::failed)?;
        if !mode.eq_ignore_ascii_case("wal") || level < FULL {
            return Err(sql::refused(format!(
                "the SQLite file cannot be made durable: journal_mode is {mode}, synchronous {level}"
            )));
        }
        Ok(())
    }
}

/// How long a connection waits for another process to finish a write.
const BUSY: Duration = Duration::from_secs(10);
/// `PRAGMA synchronous`: 2 is FULL, 3 is EXTRA.
const FULL: i64 = 2;

/// Several processes that open a new file at once: changing to the write-ahead log does not wait for
/// others by itself.
async fn connected(pools: SqlitePoolOptions, options: SqliteConnectOptions) -> Result<SqlitePool> {
    let mut tries = 0;
    loop {
        match pools.clone().connect_with(options.clone()).await {
            Ok(pool) => return Ok(pool),
            Err(sqlx::Error::Database(error))
                if tries < 100 && error.message().contains("locked") =>
            {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(sql::failed(error)),
        }
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

    // SQLite gives the files beside it (-wal, -shm) the same permissions.
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| sql::refused("the SQLite file cannot be opened").with_source(error))?;
    let metadata = file
        .metadata()
        .map_err(|error| sql::refused("the SQLite file cannot be looked at").with_source(error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let why = format!(
            "the SQLite file can be read or written by others (mode {mode:o}): chmod 600 it"
        );
        return Err(sql::refused(why));
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> Result<()> {
    fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map(drop)
        .map_err(|error| sql::refused("the SQLite file cannot be opened").with_source(error))
}

store_on!(SqliteStore, SqliteRow, "BEGIN IMMEDIATE");

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}
