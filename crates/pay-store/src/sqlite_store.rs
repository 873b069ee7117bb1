use std::{
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use pay_core::{BoxFuture, Error, ErrorKind, Outcome, Result, TokenKey};
use sqlx::{
    Connection as _, Row,
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
        SqliteRow, SqliteSynchronous,
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
    /// Which file it was when it was opened.
    file: FileId,
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
        let file = make_private(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // On macOS a plain sync leaves the bytes in the disk's own cache.
            .pragma("fullfsync", "1")
            .busy_timeout(BUSY);
        let pools = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY * 2)
            // A write that was given up half-way, or that found the disk full, can leave its
            // transaction open, and with it the lock: that connection is closed, which undoes it.
            .after_release(|connection, _| {
                Box::pin(async move {
                    // What was given up may still be under way: the answer comes after it.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            });
        let pool = connected(pools, options).await?;
        let store = Self { pool, path, file };
        store.check_durable().await?;
        store.migrate(None, "BLOB").await?;
        Ok(store)
    }

    /// As [`open`](Self::open), but never makes one: for a service that has run before. A file that was
    /// lost or is somewhere else would begin an empty journal, which sends all keys again.
    ///
    /// # Errors
    ///
    /// Those of `open`, and `ErrorKind::Configuration` if there is no store in the file.
    pub async fn open_existing(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        if !Self::is_at(path).await? {
            return Err(sql::refused(format!(
                "there is no journal in the file {}",
                path.display()
            )));
        }
        Self::open(path).await
    }

    /// Whether there is a store in the file. Makes and changes nothing.
    ///
    /// # Errors
    ///
    /// `ErrorKind::Storage` if the file cannot be read, or is no database.
    pub async fn is_at(path: impl AsRef<Path>) -> Result<bool> {
        if !path.as_ref().exists() {
            return Ok(false);
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql::failed)?;
        let found = is_there(&mut connection).await;
        connection.close().await.map_err(sql::failed)?;
        found
    }

    /// Ends all connections. Otherwise they end when the last clone is dropped, a little later.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A file that was removed or replaced while it is open would take what is written with it, and
    /// a connection that is made later sees other rows: nothing is written then, and nothing that was
    /// read is believed.
    fn is_where_it_was(&self) -> Result<()> {
        let now = fs::metadata(&self.path).map(|metadata| file_id(&metadata));
        if now.is_ok_and(|now| now == self.file) {
            return Ok(());
        }
        let why = "the SQLite file was removed or replaced while it was open: start again, and \
                   compare what it holds with the provider's records first";
        Err(Error::new(ErrorKind::Storage, Outcome::Unknown, why))
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

async fn is_there(connection: &mut SqliteConnection) -> Result<bool> {
    let text = "SELECT COUNT(*) AS found FROM sqlite_schema WHERE name = 'pay_store_schema'";
    let row = sqlx::query(text).fetch_one(connection).await.map_err(sql::failed)?;
    Ok(get::<i64>(&row, "found")? > 0)
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
fn make_private(path: &Path) -> Result<FileId> {
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};

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
    if metadata.nlink() > 1 {
        // SQLite finds the log by the name: under each name it would be another one.
        return Err(sql::refused("the SQLite file has several names (hard links): keep one"));
    }
    Ok(file_id(&metadata))
}

/// The device and the number of a file.
#[cfg(unix)]
type FileId = (u64, u64);

#[cfg(unix)]
fn file_id(metadata: &fs::Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt as _;

    (metadata.dev(), metadata.ino())
}

/// An open file cannot be removed there.
#[cfg(not(unix))]
type FileId = ();

#[cfg(not(unix))]
fn file_id(_: &fs::Metadata) -> FileId {}

#[cfg(not(unix))]
fn make_private(path: &Path) -> Result<FileId> {
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
