//! Rules as text.

use std::{fmt, str::FromStr, time::Duration};

use super::rule::{Fault, FaultKind, InvalidFault, Phase, When};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kind={}", self.kind.name())?;
        let texts = [("on", &self.on), ("method", &self.method), ("path", &self.path)];
        for (name, value) in texts {
            if let Some(value) = value {
                write!(f, " {name}={value}")?;
            }
        }
        match self.when {
            When::Every => {}
            When::Nth(nth) => write!(f, " nth={nth}")?,
            When::Probability(probability) => write!(f, " probability={probability}")?,
        }
        if let Some(limit) = self.limit {
            write!(f, " limit={limit}")?;
        }
        match self.phase {
            None => {}
            Some(Phase::Accept) => f.write_str(" phase=accept")?,
            Some(Phase::Before) => f.write_str(" phase=before")?,
            Some(Phase::After) => f.write_str(" phase=after")?,
            Some(Phase::Later(time)) => write!(f, " phase=later:{}", time.as_secs_f64())?,
        }
        match &self.kind {
            FaultKind::Stall { for_at_most: Some(time) } => {
                write!(f, " for={}", time.as_secs_f64())
            }
            FaultKind::Cut { at: Some(at) } => write!(f, " at={at}"),
            FaultKind::Drip { piece, pause } => {
                write!(f, " piece={piece} pause_ms={}", pause.as_millis())
            }
            FaultKind::Slow { by } => write!(f, " for={}", by.as_secs_f64()),
            FaultKind::Oversize { bytes } => write!(f, " bytes={bytes}"),
            FaultKind::Status { status, headers, body } => {
                write!(f, " status={status}")?;
                for (name, value) in headers {
                    write!(f, " header={name}:{}", value.replace(' ', "_"))?;
                }
                body.as_ref().map_or(Ok(()), |body| write!(f, " body={body}"))
            }
            FaultKind::UnknownValue { field: Some(field) }
            | FaultKind::WrongType { field }
            | FaultKind::Missing { field } => write!(f, " field={field}"),
            FaultKind::WrongAmount { by } => write!(f, " by={by}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let mut arguments = Arguments::parse(text)?;
        let kind = arguments.kind()?;
        let mut fault = Self::new(kind);
        fault.on = arguments.take("on");
        fault.method = arguments.take("method");
        fault.path = arguments.take("path");
        fault.limit = arguments.number("limit")?;
        if let Some(nth) = arguments.number("nth")? {
            fault.when = When::Nth(nth);
        }
        if let Some(probability) = arguments.number("probability")? {
            if fault.when != When::Every {
                return Err(invalid("nth and probability exclude each other"));
            }
            fault.when = When::Probability(probability);
        }
        if let Some(phase) = arguments.take("phase") {
            fault.phase = Some(match phase.as_str() {
                "accept" => Phase::Accept,
                "before" => Phase::Before,
                "after" => Phase::After,
                later => {
                    let seconds = later.strip_prefix("later:").and_then(seconds);
                    let why = "phase is accept, before, after or later:SECONDS";
                    Phase::Later(seconds.ok_or_else(|| invalid(why))?)
                }
            });
        }
        arguments.none_left()?;
        fault.check()?;
        Ok(fault)
    }
}

struct Arguments {
    pairs: Vec<(String, String)>,
}

impl Arguments {
    fn parse(text: &str) -> Result<Self, InvalidFault> {
        let mut pairs = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if let Some(body) = rest.strip_prefix("body=") {
                pairs.push(("body".to_owned(), body.to_owned()));
                break;
            }
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let (name, value) = word
                .split_once('=')
                .ok_or_else(|| InvalidFault(format!("`{word}` is not name=value")))?;
            pairs.push((name.to_owned(), value.to_owned()));
            rest = after.trim_start();
        }
        Ok(Self { pairs })
    }

    fn kind(&mut self) -> Result<FaultKind, InvalidFault> {
        let kind = self.take("kind").ok_or_else(|| invalid("it has no kind"))?;
        Ok(match kind.as_str() {
            "close" => FaultKind::Close,
            "reset" => FaultKind::Reset,
            "stall" => FaultKind::Stall { for_at_most: self.time()? },
            "slow" => FaultKind::Slow { by: self.time()?.unwrap_or(Duration::from_secs(1)) },
            "garbage" => FaultKind::Garbage,
            "cut" => FaultKind::Cut { at: self.number("at")? },
            "drip" => FaultKind::Drip {
                piece: self.number("piece")?.unwrap_or(16).max(1),
                pause: Duration::from_millis(self.number("pause_ms")?.unwrap_or(100)),
            },
            "oversize" => {
                FaultKind::Oversize { bytes: self.number("bytes")?.unwrap_or(32 * 1024 * 1024) }
            }
            "status" => {
                let status = self.number("status")?.ok_or_else(|| invalid("status=NUMBER"))?;
                let headers = self.take_all("header").into_iter().map(|header| {
                    let (name, value) = header
                        .split_once(':')
                        .ok_or_else(|| InvalidFault(format!("`{header}` is not Name:value")))?;
                    Ok((name.to_owned(), value.replace('_', " ")))
                });
                let headers = headers.collect::<Result<_, _>>()?;
                FaultKind::Status { status, headers, body: self.take("body") }
            }
            "html" => FaultKind::Html,
            "unknown-fields" => FaultKind::UnknownFields,
            "unknown-value" => FaultKind::UnknownValue { field: self.take("field") },
            "wrong-type" => FaultKind::WrongType { field: self.field()? },
            "missing" => FaultKind::Missing { field: self.field()? },
            "wrong-amount" => FaultKind::WrongAmount {
                by: self
                    .take("by")
                    .unwrap_or_else(|| "1".to_owned())
                    .parse()
                    .map_err(|_| invalid("by=DOLLARS"))?,
            },
            "duplicate-reply" => FaultKind::DuplicateReply,
            "duplicate-request" => FaultKind::DuplicateRequest,
            _ => return Err(InvalidFault(format!("there is no kind `{kind}`"))),
        })
    }

    fn time(&mut self) -> Result<Option<Duration>, InvalidFault> {
        let time = self.take("for");
        time.map(|time| seconds(&time).ok_or_else(|| invalid("for=SECONDS"))).transpose()
    }

    fn field(&mut self) -> Result<String, InvalidFault> {
        self.take("field").ok_or_else(|| invalid("field=NAME is needed"))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(key, _)| key == name)?;
        Some(self.pairs.remove(at).1)
    }

    fn take_all(&mut self, name: &str) -> Vec<String> {
        std::iter::from_fn(|| self.take(name)).collect()
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, InvalidFault> {
        self.take(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| InvalidFault(format!("{name}={text} is not a number for it")))
            })
            .transpose()
    }

    fn none_left(&self) -> Result<(), InvalidFault> {
        match self.pairs.first() {
            None => Ok(()),
            Some((name, _)) => Err(InvalidFault(format!("`{name}` does not belong here"))),
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

fn invalid(why: &str) -> InvalidFault {
    InvalidFault(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_survive_being_text() {
        for text in [
            "kind=close phase=accept",
            "kind=reset on=payfirma.* method=POST path=*/sale nth=3 limit=2 phase=after",
            "kind=stall probability=0.25 phase=later:1.5 for=2",
            "kind=garbage phase=before",
            "kind=cut at=17",
            "kind=cut",
            "kind=drip piece=3 pause_ms=20",
            "kind=slow for=1.5",
            "kind=oversize bytes=1000",
            "kind=status status=503 header=retry-after:2 header=x:y body={\"error\": \"later\"}",
            "kind=html phase=after",
            "kind=unknown-fields",
            "kind=unknown-value field=status",
            "kind=wrong-type field=amount",
            "kind=missing field=id",
            "kind=wrong-amount by=0.01",
            "kind=duplicate-reply",
            "kind=duplicate-request",
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
        }
    }

    #[test]
    fn rules_without_sense_are_refused() {
        for text in [
            "",
            "kind=melt",
            "kind=reset colour=red",
            "kind=reset nth=0",
            "kind=reset nth=1 probability=0.5",
            "kind=reset probability=2",
            "kind=reset phase=never",
            "kind=cut phase=before",
            "kind=html phase=accept",
            "kind=close phase=accept on=payfirma.*",
            "kind=status",
            "kind=status status=99",
            "kind=missing",
            "reset",
        ] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
