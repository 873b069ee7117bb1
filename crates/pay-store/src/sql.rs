//! What the SQL stores have in common: one text of each statement for both databases.

use pay_core::{Error, ErrorKind, LostCall, Outcome, Result};
use time::OffsetDateTime;

use crate::{Query, State};

/// Applied in order, once each, and never changed. `BYTES` stands for the database's own type.
pub(crate) const MIGRATIONS: &[&str] = &[
    // 1
    "CREATE TABLE journal (
        provider TEXT NOT NULL,
        environment TEXT NOT NULL,
        account TEXT NOT NULL,
        operation TEXT NOT NULL,
        key TEXT NOT NULL,
        revision BIGINT NOT NULL,
        epoch BIGINT NOT NULL,
        state TEXT NOT NULL,
        digest TEXT NOT NULL,
        owner TEXT NOT NULL,
        began_at BIGINT NOT NULL,
        send_by BIGINT NOT NULL,
        changed_at BIGINT NOT NULL,
        lost_call TEXT,
        answer BYTES,
        note TEXT NOT NULL,
        pruned_at BIGINT,
        PRIMARY KEY (provider, environment, account, operation, key)
    );
    CREATE INDEX journal_by_key ON journal (key);
    CREATE INDEX journal_by_change ON journal (state, changed_at);
    CREATE TABLE journal_history (
        provider TEXT NOT NULL,
        environment TEXT NOT NULL,
        account TEXT NOT NULL,
        operation TEXT NOT NULL,
        key TEXT NOT NULL,
        revision BIGINT NOT NULL,
        at BIGINT NOT NULL,
        epoch BIGINT NOT NULL,
        state TEXT NOT NULL,
        by_whom TEXT NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (provider, environment, account, operation, key, revision)
    );
    CREATE TABLE tokens (
        provider TEXT NOT NULL,
        environment TEXT NOT NULL,
        account TEXT NOT NULL,
        revision BIGINT NOT NULL,
        generation BIGINT NOT NULL,
        pair BYTES,
        begun BIGINT NOT NULL,
        lease TEXT,
        lease_until BIGINT,
        PRIMARY KEY (provider, environment, account)
    );
    CREATE TABLE lanes (
        lane TEXT NOT NULL,
        revision BIGINT NOT NULL,
        free_from BIGINT NOT NULL,
        PRIMARY KEY (lane)
    )",
];

pub(crate) const SCHEMA_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS pay_store_schema (version BIGINT NOT NULL PRIMARY KEY)";
pub(crate) const SCHEMA_VERSION: &str =
    "SELECT COALESCE(MAX(version), 0) AS version FROM pay_store_schema";
pub(crate) const SCHEMA_DONE: &str = "INSERT INTO pay_store_schema (version) VALUES ($1)";

macro_rules! columns {
    () => {
        "provider, environment, account, operation, key, revision, epoch, state, digest, owner, \
         began_at, send_by, changed_at, lost_call, answer, note, pruned_at"
    };
}

macro_rules! this_key {
    () => {
        "provider = $1 AND environment = $2 AND account = $3 AND operation = $4 AND key = $5"
    };
}

pub(crate) const ENTRY: &str = concat!("SELECT ", columns!(), " FROM journal WHERE ", this_key!());
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO journal (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
     ON CONFLICT DO NOTHING"
);
pub(crate) const UPDATE: &str = concat!(
    "UPDATE journal SET revision = $6, epoch = $7, state = $8, digest = $9, owner = $10, \
     began_at = $11, send_by = $12, changed_at = $13, lost_call = $14, answer = $15, note = $16, \
     pruned_at = $17 WHERE ",
    this_key!(),
    " AND revision = $6 - 1"
);
pub(crate) const REMEMBER: &str = "INSERT INTO journal_history (provider, environment, account, \
     operation, key, revision, at, epoch, state, by_whom, why) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
pub(crate) const HISTORY: &str = concat!(
    "SELECT at, epoch, state, by_whom, why FROM journal_history WHERE ",
    this_key!(),
    " ORDER BY revision"
);
pub(crate) const TOKEN: &str = "SELECT revision, generation, pair, begun, lease, lease_until \
     FROM tokens WHERE provider = $1 AND environment = $2 AND account = $3";
pub(crate) const INSERT_TOKEN: &str = "INSERT INTO tokens (provider, environment, account, \
     revision, generation, pair, begun, lease, lease_until) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_TOKEN: &str = "UPDATE tokens SET revision = $4, generation = $5, \
     pair = $6, begun = $7, lease = $8, lease_until = $9 \
     WHERE provider = $1 AND environment = $2 AND account = $3 AND revision = $4 - 1";
pub(crate) const LANE: &str = "SELECT revision, free_from FROM lanes WHERE lane = $1";
pub(crate) const INSERT_LANE: &str =
    "INSERT INTO lanes (lane, revision, free_from) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_LANE: &str =
    "UPDATE lanes SET revision = $2, free_from = $3 WHERE lane = $1 AND revision = $2 - 1";

/// The statement of a query. It binds the provider, the environment, the account, the key, the time
/// and the limit; an empty text and the smallest time stand for "any".
pub(crate) fn entries(query: &Query) -> String {
    let mut text = String::from(concat!(
        "SELECT ",
        columns!(),
        " FROM journal WHERE ($1 = 0 OR (provider = $2 AND environment = $3 AND account = $4)) \
         AND ($5 = 0 OR key = $6) AND changed_at < $7"
    ));
    if !query.states.is_empty() {
        // The words of an enum of ours: nothing of the caller's stands in the text.
        let words: Vec<_> = query.states.iter().map(|state| format!("'{state}'")).collect();
        text.push_str(&format!(" AND state IN ({})", words.join(", ")));
    }
    if query.not_pruned {
        text.push_str(" AND pruned_at IS NULL");
    }
    text.push_str(" ORDER BY changed_at, provider, environment, account, operation, key LIMIT $8");
    text
}

pub(crate) fn to_millis(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

pub(crate) fn from_millis(millis: i64) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|error| damaged("a time").with_source(error))
}

pub(crate) fn to_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn from_count<N: TryFrom<i64>>(count: i64) -> Result<N> {
    N::try_from(count).map_err(|_| damaged("a number"))
}

pub(crate) fn to_state(word: &str) -> Result<State> {
    State::from_word(word).ok_or_else(|| damaged("a state"))
}

pub(crate) fn to_lost_call(json: Option<String>) -> Result<Option<LostCall>> {
    json.map(|json| serde_json::from_str(&json))
        .transpose()
        .map_err(|error: serde_json::Error| damaged("a lost call").with_source(error))
}

pub(crate) fn from_lost_call(lost: Option<&LostCall>) -> Result<Option<String>> {
    lost.map(serde_json::to_string)
        .transpose()
        .map_err(|error: serde_json::Error| damaged("a lost call").with_source(error))
}

pub(crate) fn failed(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Storage, Outcome::Unknown, "the database failed").with_source(error)
}

pub(crate) fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, Outcome::NotSent, why)
}

/// Names the row that cannot be read: a list fails as a whole, and somebody has to find it.
pub(crate) fn of_row(key: &str, error: Error) -> Error {
    Error::new(error.kind(), error.outcome(), format!("{key}: {}", error.message()))
        .with_source(error)
}

fn damaged(what: &str) -> Error {
    let why = format!("{what} in the database cannot be read: a newer version wrote it, or damage");
    Error::new(ErrorKind::Storage, Outcome::Unknown, why)
}

/// The store on a pool of one of the two databases. A macro, since sqlx has no type that stands for
/// both without losing types; the statements are the same.
macro_rules! store_on {
    ($store:ty, $row:ty, $begin:expr) => {
        impl $store {
            /// Asks first, so that whoever only looks needs no right to make tables.
            async fn migrate(&self, lock: Option<&'static str>, bytes: &str) -> Result<()> {
                let mut looking = self.pool.acquire().await.map_err(sql::failed)?;
                if is_there(&mut looking).await? {
                    let row = sqlx::query(sql::SCHEMA_VERSION).fetch_one(&mut *looking).await;
                    let version: i64 = get(&row.map_err(sql::failed)?, "version")?;
                    if sql::from_count::<usize>(version)? == sql::MIGRATIONS.len() {
                        return Ok(());
                    }
                }
                drop(looking);
                let mut work = self.pool.begin_with($begin).await.map_err(sql::failed)?;
                if let Some(lock) = lock {
                    sqlx::query(lock).execute(&mut *work).await.map_err(sql::failed)?;
                }
                let create = sqlx::query(sql::SCHEMA_TABLE);
                create.execute(&mut *work).await.map_err(sql::failed)?;
                let row = sqlx::query(sql::SCHEMA_VERSION).fetch_one(&mut *work).await;
                let version: i64 = get(&row.map_err(sql::failed)?, "version")?;
                let done: usize = sql::from_count(version)?;
                if done > sql::MIGRATIONS.len() {
                    return Err(sql::refused(
                        "the database was written by a newer version of pay-store",
                    ));
                }
                for (migration, version) in sql::MIGRATIONS.iter().zip(1_i64..).skip(done) {
                    let text = migration.replace("BYTES", bytes);
                    // Not `raw_sql`: its future does not pass for `Send` in a spawned task.
                    sqlx::Executor::execute(&mut *work, text.as_str())
                        .await
                        .map_err(sql::failed)?;
                    let note = sqlx::query(sql::SCHEMA_DONE).bind(version);
                    note.execute(&mut *work).await.map_err(sql::failed)?;
                }
                work.commit().await.map_err(sql::failed)
            }

            /// What was found, if it was found in the store that was opened.
            fn read<T>(&self, found: sqlx::Result<T>) -> Result<T> {
                self.is_where_it_was()?;
                found.map_err(sql::failed)
            }

            async fn write(&self, text: &str, entry: &Entry, event: &Event) -> Result<bool> {
                let account = entry.key.account();
                let lost = sql::from_lost_call(entry.lost_call.as_ref())?;
                self.is_where_it_was()?;
                let mut work = self.pool.begin_with($begin).await.map_err(sql::failed)?;
                let done = sqlx::query(text)
                    .bind(account.provider())
                    .bind(account.environment())
                    .bind(account.account())
                    .bind(entry.key.operation())
                    .bind(entry.key.key())
                    .bind(sql::to_count(entry.revision))
                    .bind(i64::from(entry.epoch))
                    .bind(entry.state.as_str())
                    .bind(&entry.digest)
                    .bind(&entry.owner)
                    .bind(sql::to_millis(entry.began_at))
                    .bind(sql::to_millis(entry.send_by))
                    .bind(sql::to_millis(entry.changed_at))
                    .bind(lost)
                    .bind(&entry.answer)
                    .bind(&entry.note)
                    .bind(entry.pruned_at.map(sql::to_millis))
                    .execute(&mut *work)
                    .await
                    .map_err(sql::failed)?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                sqlx::query(sql::REMEMBER)
                    .bind(account.provider())
                    .bind(account.environment())
                    .bind(account.account())
                    .bind(entry.key.operation())
                    .bind(entry.key.key())
                    .bind(sql::to_count(entry.revision))
                    .bind(sql::to_millis(event.at))
                    .bind(i64::from(event.epoch))
                    .bind(event.state.as_str())
                    .bind(&event.by)
                    .bind(&event.why)
                    .execute(&mut *work)
                    .await
                    .map_err(sql::failed)?;
                work.commit().await.map_err(sql::failed)?;
                self.is_where_it_was()?;
                Ok(true)
            }
        }

        impl Store for $store {
            fn entry<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Option<Entry>>> {
                Box::pin(async move {
                    let account = key.account();
                    let found = sqlx::query(sql::ENTRY)
                        .bind(account.provider())
                        .bind(account.environment())
                        .bind(account.account())
                        .bind(key.operation())
                        .bind(key.key())
                        .fetch_optional(&self.pool)
                        .await;
                    self.read(found)?.as_ref().map(to_entry).transpose()
                })
            }

            fn insert<'a>(
                &'a self,
                entry: &'a Entry,
                event: &'a Event,
            ) -> BoxFuture<'a, Result<bool>> {
                Box::pin(self.write(sql::INSERT, entry, event))
            }

            fn update<'a>(
                &'a self,
                entry: &'a Entry,
                event: &'a Event,
            ) -> BoxFuture<'a, Result<bool>> {
                Box::pin(self.write(sql::UPDATE, entry, event))
            }

            fn entries<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Entry>>> {
                Box::pin(async move {
                    let account = query.account.as_ref();
                    let text = sql::entries(query);
                    let found = sqlx::query(&text)
                        .bind(i64::from(account.is_some()))
                        .bind(account.map_or("", AccountKey::provider))
                        .bind(account.map_or("", AccountKey::environment))
                        .bind(account.map_or("", AccountKey::account))
                        .bind(i64::from(query.key.is_some()))
                        .bind(query.key.as_deref().unwrap_or(""))
                        .bind(query.changed_before.map_or(i64::MAX, sql::to_millis))
                        .bind(query.limit.map_or(i64::MAX, i64::from))
                        .fetch_all(&self.pool)
                        .await;
                    self.read(found)?.iter().map(to_entry).collect()
                })
            }

            fn history<'a>(&'a self, key: &'a EntryKey) -> BoxFuture<'a, Result<Vec<Event>>> {
                Box::pin(async move {
                    let account = key.account();
                    let found = sqlx::query(sql::HISTORY)
                        .bind(account.provider())
                        .bind(account.environment())
                        .bind(account.account())
                        .bind(key.operation())
                        .bind(key.key())
                        .fetch_all(&self.pool)
                        .await;
                    let to_event = |row| {
                        Ok(Event {
                            at: sql::from_millis(get(row, "at")?)?,
                            epoch: sql::from_count(get(row, "epoch")?)?,
                            state: sql::to_state(&get::<String>(row, "state")?)?,
                            by: get(row, "by_whom")?,
                            why: get(row, "why")?,
                        })
                    };
                    self.read(found)?.iter().map(to_event).collect()
                })
            }

            fn token<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<TokenRow>>> {
                Box::pin(async move {
                    let found = sqlx::query(sql::TOKEN)
                        .bind(key.provider())
                        .bind(key.environment())
                        .bind(key.account())
                        .fetch_optional(&self.pool)
                        .await;
                    let to_token = |row: &$row| {
                        let until: Option<i64> = get(row, "lease_until")?;
                        Ok(TokenRow {
                            revision: sql::from_count(get(row, "revision")?)?,
                            generation: sql::from_count(get(row, "generation")?)?,
                            pair: get(row, "pair")?,
                            begun: get::<i64>(row, "begun")? != 0,
                            lease: get(row, "lease")?,
                            lease_until: until.map(sql::from_millis).transpose()?,
                        })
                    };
                    self.read(found)?.as_ref().map(to_token).transpose()
                })
            }

            fn put_token<'a>(
                &'a self,
                key: &'a TokenKey,
                row: &'a TokenRow,
            ) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    self.is_where_it_was()?;
                    let is_new = row.revision == 1;
                    let text = if is_new { sql::INSERT_TOKEN } else { sql::UPDATE_TOKEN };
                    let mut work = self.pool.begin_with($begin).await.map_err(sql::failed)?;
                    let done = sqlx::query(text)
                        .bind(key.provider())
                        .bind(key.environment())
                        .bind(key.account())
                        .bind(sql::to_count(row.revision))
                        .bind(sql::to_count(row.generation))
                        .bind(&row.pair)
                        .bind(i64::from(row.begun))
                        .bind(&row.lease)
                        .bind(row.lease_until.map(sql::to_millis))
                        .execute(&mut *work)
                        .await
                        .map_err(sql::failed)?;
                    work.commit().await.map_err(sql::failed)?;
                    Ok(done.rows_affected() == 1)
                })
            }

            fn lane<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<LaneRow>>> {
                Box::pin(async move {
                    let found = sqlx::query(sql::LANE).bind(key).fetch_optional(&self.pool).await;
                    let to_lane = |row: &$row| {
                        Ok(LaneRow {
                            revision: sql::from_count(get(row, "revision")?)?,
                            free_from: sql::from_millis(get(row, "free_from")?)?,
                        })
                    };
                    self.read(found)?.as_ref().map(to_lane).transpose()
                })
            }

            fn put_lane<'a>(
                &'a self,
                key: &'a str,
                row: &'a LaneRow,
            ) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    self.is_where_it_was()?;
                    let is_new = row.revision == 1;
                    let text = if is_new { sql::INSERT_LANE } else { sql::UPDATE_LANE };
                    let mut work = self.pool.begin_with($begin).await.map_err(sql::failed)?;
                    let done = sqlx::query(text)
                        .bind(key)
                        .bind(sql::to_count(row.revision))
                        .bind(sql::to_millis(row.free_from))
                        .execute(&mut *work)
                        .await
                        .map_err(sql::failed)?;
                    work.commit().await.map_err(sql::failed)?;
                    Ok(done.rows_affected() == 1)
                })
            }
        }

        fn to_entry(row: &$row) -> Result<Entry> {
            let account = AccountKey::new(
                get::<String>(row, "provider")?,
                get::<String>(row, "environment")?,
                get::<String>(row, "account")?,
            );
            let key = EntryKey::stored(account, get(row, "operation")?, get(row, "key")?);
            let named = key.to_string();
            to_entry_of(key, row).map_err(|error| sql::of_row(&named, error))
        }

        fn to_entry_of(key: EntryKey, row: &$row) -> Result<Entry> {
            let pruned_at: Option<i64> = get(row, "pruned_at")?;
            Ok(Entry {
                key,
                revision: sql::from_count(get(row, "revision")?)?,
                epoch: sql::from_count(get(row, "epoch")?)?,
                state: sql::to_state(&get::<String>(row, "state")?)?,
                digest: get(row, "digest")?,
                owner: get(row, "owner")?,
                began_at: sql::from_millis(get(row, "began_at")?)?,
                send_by: sql::from_millis(get(row, "send_by")?)?,
                changed_at: sql::from_millis(get(row, "changed_at")?)?,
                lost_call: sql::to_lost_call(get(row, "lost_call")?)?,
                answer: get(row, "answer")?,
                note: get(row, "note")?,
                pruned_at: pruned_at.map(sql::from_millis).transpose()?,
            })
        }

        fn get<'r, T>(row: &'r $row, column: &str) -> Result<T>
        where
            T: sqlx::Decode<'r, <$row as Row>::Database> + sqlx::Type<<$row as Row>::Database>,
        {
            row.try_get(column).map_err(sql::failed)
        }
    };
}

pub(crate) use store_on;
