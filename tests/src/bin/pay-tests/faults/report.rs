//! What all tiers found, as one JSON object or a table.

use pay_tests::faults::{breakers::Broken, counter::Counter, search::Findings};
use serde_json::{Map, Value, json};

use super::tiers::Ran;

/// The simulation's fields stand at the top, and each tier's in an object of its own. The counters at
/// the top are the sums over all tiers.
#[derive(Default)]
pub(super) struct Report {
    fields: Map<String, Value>,
    lacking: Vec<String>,
}

impl Report {
    pub(super) fn simulation(
        &mut self,
        findings: &Findings,
        kept: u64,
        broken: &[Broken],
        lacking: Vec<String>,
    ) {
        if let Value::Object(fields) = json!(findings) {
            self.fields.extend(fields);
        }
        self.fields.insert("kept_schedules".to_owned(), json!(kept));
        self.fields.insert("assumption_breakers".to_owned(), json!(broken));
        self.lacking.extend(lacking);
    }

    pub(super) fn add(&mut self, name: &str, ran: Ran) {
        for counter in Counter::ALL {
            let sum = self.count(counter) + ran.count(counter);
            self.fields.insert(counter.as_str().to_owned(), json!(sum));
        }
        self.fields.insert(name.to_owned(), ran.report);
        self.lacking.extend(ran.lacking);
    }

    /// Whether every promise held, and enough was tried.
    pub(super) fn is_clean(&self) -> bool {
        self.lacking.is_empty() && Counter::ALL.into_iter().all(|counter| self.count(counter) == 0)
    }

    pub(super) fn print(&self, as_json: bool) {
        let mut fields = self.fields.clone();
        fields.insert("lacking".to_owned(), json!(self.lacking));
        if as_json {
            println!("{:#}", Value::Object(fields));
        } else {
            println!("{}\n{}", table(&fields), self.sum());
        }
        for what in &self.lacking {
            eprintln!("not enough: {what}");
        }
    }

    /// In one line: how much was tried, and what came of it.
    fn sum(&self) -> String {
        let of = |name: &str| self.fields.get(name).and_then(Value::as_u64).unwrap_or(0);
        let broken: u64 = Counter::ALL.into_iter().map(|counter| self.count(counter)).sum();
        format!(
            "faults: {} schedules, {} intents, {} effects, {} crashes, {broken} broken promises",
            of("schedules"),
            of("intents"),
            of("effects"),
            of("crashes"),
        )
    }

    fn count(&self, counter: Counter) -> u64 {
        self.fields.get(counter.as_str()).and_then(Value::as_u64).unwrap_or(0)
    }
}

/// For people: what must be zero first, then the rest, a line each.
fn table(fields: &Map<String, Value>) -> String {
    let is_counter = |name: &str| Counter::ALL.iter().any(|counter| counter.as_str() == name);
    let (zeros, rest): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| is_counter(name));
    let mut lines = vec!["must be zero:".to_owned()];
    lines.extend(zeros.into_iter().map(|(name, value)| format!("  {name:<20} {value}")));
    lines.push("tried:".to_owned());
    for (name, value) in rest {
        match value {
            Value::Object(inner) => lines.push(format!("  {name:<20} {}", short(inner))),
            Value::Array(parts) => {
                let parts = parts.iter().map(|part| match part {
                    Value::Object(inner) => format!("  {name:<20} {}", short(inner)),
                    other => format!("  {name:<20} {other}"),
                });
                lines.extend(parts);
            }
            Value::String(text) => lines.push(format!("  {name:<20} {text}")),
            other => lines.push(format!("  {name:<20} {other}")),
        }
    }
    lines.join("\n")
}

fn short(fields: &Map<String, Value>) -> String {
    let flat = fields.iter().filter(|(_, value)| !value.is_array() && !value.is_object());
    let parts: Vec<String> = flat.map(|(name, value)| format!("{name} {value}")).collect();
    parts.join(", ")
}
