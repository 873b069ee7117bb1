use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use pay_core::{Error, ErrorKind, Outcome, Result};
use pay_store::{AccountKey, Decision, Desk, Entry, EntryKey, Event, Query, SqliteStore, State};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Looks into a journal of payments, and ends what no search can end. It sends nothing.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The SQLite file. `payments.db`, if neither this nor a server is named.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "postgres")]
    db: Option<PathBuf>,
    /// The PostgreSQL server: `postgres://user@host/database`. Better in the environment, as
    /// PAY_STORE_POSTGRES_URL: what stands here, a password too, others can see in the list of
    /// processes.
    #[arg(long, global = true, value_name = "URL")]
    postgres: Option<String>,
    /// Prints JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// What is unfinished, the longest unchanged first, and what to do about it.
    List {
        /// Everything, not only what is unfinished.
        #[arg(long)]
        all: bool,
        /// In this state only: sending, not_sent, refused_for_now, applied, declined, refused,
        /// in_doubt, settled_applied, settled_not_applied or rearmed.
        #[arg(long, value_parser = parse_state)]
        state: Option<State>,
        /// At most so many; there may be more.
        #[arg(long, default_value_t = 1000)]
        limit: u32,
    },
    /// One payment with its history.
    Show(Which),
    /// Ends what is in doubt: you looked at the provider's records and know. It sends nothing, and
    /// the same key gives what you found. If you do not know, leave it in doubt.
    Settle {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        finding: Finding,
        #[command(flatten)]
        decision: Because,
    },
    /// Allows the same key to be sent again. If it did happen after all, it happens twice. Only for
    /// what is in doubt or settled as not applied, and not before five minutes after its time to
    /// send. Your service sends it when it uses the key again. Until then `settle` takes it back.
    Rearm {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        decision: Because,
    },
    /// Enters a payment that the journal knows nothing of, since its database was lost or is older
    /// than the payment. The same key gives what you found, and is not sent. Write the names as `list`
    /// shows them for other payments: under another name it protects nothing.
    Record {
        /// The key of the payment.
        key: String,
        /// The provider, such as `payfirma`.
        #[arg(long)]
        provider: String,
        /// The environment, such as `production`.
        #[arg(long)]
        environment: String,
        /// The account.
        #[arg(long)]
        account: String,
        /// The operation, such as `payfirma.transactions.sale`.
        #[arg(long)]
        operation: String,
        #[command(flatten)]
        finding: Finding,
        #[command(flatten)]
        decision: Because,
    },
}

#[derive(Args)]
struct Which {
    /// The key of the payment.
    key: String,
    /// The operation, where several have this key.
    #[arg(long)]
    operation: Option<String>,
    /// The account, where several have this key.
    #[arg(long)]
    account: Option<String>,
    /// The environment, where several have this key.
    #[arg(long)]
    environment: Option<String>,
}

// Neither is the default, and the usage names both: whoever is told of one alone takes it.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Finding {
    /// It took effect.
    #[arg(long)]
    applied: bool,
    /// It did not (or it was declined), and will not.
    #[arg(long)]
    not_applied: bool,
}

#[derive(Args)]
struct Because {
    /// Who you are. Kept for ever.
    #[arg(long)]
    by: String,
    /// What you saw. Kept for ever.
    #[arg(long)]
    why: String,
}

pub(crate) async fn run(arguments: Arguments) -> Result<String> {
    let Arguments { command, db, postgres, json } = arguments;
    match Place::of(db, postgres, std::env::var(URL).ok()) {
        Place::File(path) => in_file(&path, command, json).await,
        Place::Server(url) => at_server(&url, command, json).await,
    }
}

/// Where the journal is.
enum Place {
    File(PathBuf),
    /// A URL, with its password.
    Server(String),
}

const URL: &str = "PAY_STORE_POSTGRES_URL";

impl Place {
    /// What the command line names comes before what the environment does.
    fn of(db: Option<PathBuf>, postgres: Option<String>, environment: Option<String>) -> Self {
        match (db, postgres.or(environment.filter(|url| !url.is_empty()))) {
            (Some(path), _) => Self::File(path),
            (None, Some(url)) => Self::Server(url),
            (None, None) => Self::File(PathBuf::from("payments.db")),
        }
    }
}

async fn in_file(path: &Path, command: Command, json: bool) -> Result<String> {
    if path.to_string_lossy().contains("://") {
        // Not the text itself: a URL can hold a password.
        return Err(refused("--db names a file, and this is a URL: give it to --postgres"));
    }
    if !path.exists() {
        // Opening would make an empty one, and "nothing is open" would be a lie.
        let why = format!("there is no file {}: name the journal with --db", path.display());
        return Err(refused(why));
    }
    let store = SqliteStore::open_existing(path).await?;
    let text = answer(&Desk::new(store.clone()), command, json).await;
    store.close().await;
    text
}

#[cfg(feature = "postgres")]
async fn at_server(url: &str, command: Command, json: bool) -> Result<String> {
    let store = pay_store::PostgresStore::connect_existing(url).await?;
    let text = answer(&Desk::new(store.clone()), command, json).await;
    store.close().await;
    text
}

#[cfg(not(feature = "postgres"))]
async fn at_server(_: &str, _: Command, _: bool) -> Result<String> {
    let why = format!(
        "this program was built without PostgreSQL, which {URL} or --postgres names: build it with \
         --features postgres, or name a file with --db"
    );
    Err(refused(why))
}

async fn answer(desk: &Desk, command: Command, json: bool) -> Result<String> {
    match command {
        Command::List { all, state, limit } => {
            let entries = match (state, all) {
                (Some(state), _) => desk.list(&Query::new().states([state]).limit(limit)).await?,
                (None, true) => desk.list(&Query::new().limit(limit)).await?,
                (None, false) => desk.open(limit).await?,
            };
            if json {
                let rows = entries.iter().map(|entry| to_json(desk, entry)).collect();
                return Ok(format!("{}\n", Value::Array(rows)));
            }
            let mut text = list(desk, &entries);
            if u32::try_from(entries.len()).is_ok_and(|count| count >= limit) {
                let _ = writeln!(text, "there may be more: --limit says how many are shown");
            }
            Ok(text)
        }
        Command::Show(which) => {
            let entry = find(desk, which).await?;
            let history = desk.history(&entry.key).await?;
            show(desk, &entry, &history, json)
        }
        Command::Settle { which, finding, decision } => {
            let entry = find(desk, which).await?;
            let decision = Decision::new(decision.by, decision.why)?;
            let entry = desk.settle(&entry.key, finding.applied, decision).await?;
            changed(desk, &entry, json)
        }
        Command::Rearm { which, decision } => {
            let entry = find(desk, which).await?;
            let decision = Decision::new(decision.by, decision.why)?;
            let entry = desk.rearm(&entry.key, decision).await?;
            changed(desk, &entry, json)
        }
        Command::Record { key, provider, environment, account, operation, finding, decision } => {
            let account = AccountKey::new(provider, environment, account);
            let key = EntryKey::new(account, operation, &key)?;
            let decision = Decision::new(decision.by, decision.why)?;
            let entry = desk.record(key, finding.applied, decision).await?;
            changed(desk, &entry, json)
        }
    }
}

async fn find(desk: &Desk, which: Which) -> Result<Entry> {
    let mut found = desk.list(&Query::new().key(&which.key)).await?;
    found.retain(|entry| {
        which.operation.as_ref().is_none_or(|operation| operation == entry.key.operation())
            && which.account.as_ref().is_none_or(|account| account == entry.key.account().account())
            && which
                .environment
                .as_ref()
                .is_none_or(|environment| environment == entry.key.account().environment())
    });
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => Ok(entry),
        (None, _) => Err(refused(format!(
            "there is no such payment with the key {}: `list --all` shows what there is",
            which.key
        ))),
        (Some(last), false) => {
            found.push(last);
            let mut why =
                String::from("several have this key; say --operation, --account or --environment:");
            for entry in found {
                let _ = write!(why, " [{}]", plain(&entry.key.to_string()));
            }
            Err(refused(why))
        }
    }
}

fn list(desk: &Desk, entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        let _ = writeln!(text, "{}  {}", entry.state, plain(&entry.key.to_string()));
        let _ = writeln!(text, "    since {}: {}", stamp(entry.began_at), note(entry));
        let _ = writeln!(text, "    to do: {}", desk.advice(entry));
    }
    let _ = match entries.len() {
        0 => writeln!(text, "nothing to look at"),
        1 => writeln!(text, "1 payment"),
        many => writeln!(text, "{many} payments"),
    };
    text
}

fn show(desk: &Desk, entry: &Entry, history: &[Event], json: bool) -> Result<String> {
    if json {
        let mut row = to_json(desk, entry);
        let events = history.iter().map(|event| {
            json!({
                "at": stamp(event.at), "epoch": event.epoch, "state": event.state.as_str(),
                "by": event.by, "why": event.why,
            })
        });
        if let Some(members) = row.as_object_mut() {
            members.insert("history".to_owned(), events.collect());
        }
        return Ok(format!("{row}\n"));
    }
    let mut text = list(desk, std::slice::from_ref(entry));
    text.truncate(text.trim_end_matches("1 payment\n").len());
    if let Some(lost) = &entry.lost_call {
        let lost = serde_json::to_string_pretty(lost)
            .map_err(|error| refused("the request cannot be shown").with_source(error))?;
        for (number, line) in lost.lines().enumerate() {
            let begin = if number == 0 { "the request: " } else { "" };
            let _ = writeln!(text, "    {begin}{}", plain(line));
        }
    }
    for event in history {
        let Event { at, epoch, state, by, why } = event;
        let (at, by, why) = (stamp(*at), plain(by), plain(why));
        let _ = writeln!(text, "    {at}  sending {epoch}  {state}  by {by}: {why}");
    }
    Ok(text)
}

fn changed(desk: &Desk, entry: &Entry, json: bool) -> Result<String> {
    match json {
        true => Ok(format!("{}\n", to_json(desk, entry))),
        false => {
            let key = plain(&entry.key.to_string());
            Ok(format!("{key} is {} now: {}\n", entry.state, desk.advice(entry)))
        }
    }
}

fn to_json(desk: &Desk, entry: &Entry) -> Value {
    let account = entry.key.account();
    json!({
        "provider": account.provider(),
        "environment": account.environment(),
        "account": account.account(),
        "operation": entry.key.operation(),
        "key": entry.key.key(),
        "state": entry.state.as_str(),
        "unfinished": entry.state.is_unfinished(),
        "epoch": entry.epoch,
        "began_at": stamp(entry.began_at),
        "send_by": stamp(entry.send_by),
        "changed_at": stamp(entry.changed_at),
        "note": note(entry),
        "to_do": desk.advice(entry),
        "has_answer": entry.answer.is_some(),
        "pruned_at": entry.pruned_at.map(stamp),
        // Amounts stand in it as text, so that they stay exact.
        "lost_call": serde_json::to_value(&entry.lost_call).unwrap_or_default(),
    })
}

fn note(entry: &Entry) -> String {
    plain(if entry.note.is_empty() { "no answer yet" } else { &entry.note })
}

/// Others' words could hold line breaks, which would look like lines of ours, and what a terminal
/// obeys or shows in another order.
pub(crate) fn plain(text: &str) -> String {
    let obeyed =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(obeyed, " ")
}

fn stamp(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}

fn parse_state(word: &str) -> Result<State, String> {
    State::from_word(word).ok_or_else(|| {
        let words: Vec<_> = State::ALL.iter().map(|state| state.as_str()).collect();
        format!("must be one of {}", words.join(", "))
    })
}

fn refused(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, Outcome::NotSent, why)
}
