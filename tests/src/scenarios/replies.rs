//! Reading: tolerant of what is new or missing, strict on what it means, exact in amounts.

use pay_core::Outcome;

use super::stage::{AMOUNT, ID, Stage, always, amount, bad, good, kept, unknown};
use crate::{
    hold,
    promise::{Broken, Kept},
    server::{Act, Reply},
    subject::Subject,
};

/// Fields and enum values that nobody has heard of fail no call.
pub async fn unknown_fields_and_values<S: Subject>(subject: S) -> Kept {
    all_well(subject, subject.strange_replies(ID, AMOUNT)).await
}

/// Fields that may be absent may all be absent.
pub async fn absent_fields<S: Subject>(subject: S) -> Kept {
    all_well(subject, subject.sparse_replies(ID)).await
}

async fn all_well<S: Subject>(subject: S, [read, list, write]: [Reply; 3]) -> Kept {
    let stage = Stage::new(subject, always(Act::Reply(read))).await?;
    good("a read", stage.read().await)?;
    let stage = Stage::new(subject, always(Act::Reply(list))).await?;
    good("a list", subject.list(&stage.client).await)?;
    stage.saw(1)?;
    let stage = Stage::new(subject, always(Act::Reply(write))).await?;
    good("a write", stage.write().await)?;
    stage.saw(1)?;
    kept("a read, a list, a write")
}

/// A 2xx of the wrong shape is never a success.
pub async fn wrong_types<S: Subject>(subject: S) -> Kept {
    let anything = ["", "null", "true", "7", "\"APPROVED\"", "[]", "[[]]", "{}", "{", "<html>"];
    let mut count = 0;
    let reads = anything.iter().map(|body| (*body).to_owned()).chain(subject.misshapen_reads());
    for body in reads {
        let stage = Stage::new(subject, always(Act::Reply(Reply::json(200, &*body)))).await?;
        bad(&format!("a read answered with {body}"), stage.read().await)?;
        count += 1;
    }
    for body in anything {
        let stage = Stage::new(subject, always(Act::Reply(Reply::json(200, body)))).await?;
        unknown(subject, &format!("a write answered with {body}"), stage.write().await)?;
        stage.saw(1)?;
        count += 1;
    }
    kept(format!("{count} bodies"))
}

/// Amounts go and come to the last digit.
pub async fn exact_amounts<S: Subject>(subject: S) -> Kept {
    let amounts = ["0.01", "0.10", "0.3", "1", "4.35", "8.20", "1234567.89", "999999999999.99"];
    for text in amounts {
        let stage = Stage::new(subject, always(Act::Reply(subject.write_reply(text)))).await?;
        let answered = good(text, subject.write(&stage.client, amount(text)).await)?;
        stage.saw(1)?;
        let sent = &stage.calls()[0].body;
        hold!(holds_number(sent, text), "{text} is not in what was sent");
        let came = answered.amount.ok_or(Broken("the reply's amount is gone".to_owned()))?;
        hold!(came.to_string() == text, "{text} came back as {came}");
    }
    // More digits than a float holds. Too large to charge, but a reply may tell it.
    let long = "7922816251426433759354395.033";
    let reply = subject.read_reply(ID);
    let body = reply.body.replace(AMOUNT, long);
    hold!(body != reply.body, "the reply to a read does not hold {AMOUNT}");
    let stage = Stage::new(subject, always(Act::Reply(reply.body(body)))).await?;
    let came = good("a long amount", stage.read().await)?.amount;
    hold!(came == Some(amount(long)), "{long} came back as {came:?}");
    kept(format!("{} amounts out and back, one of 28 digits back", amounts.len()))
}

/// Whether a number stands in a text by itself.
fn holds_number(text: &str, number: &str) -> bool {
    let beside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '.');
    text.match_indices(number).any(|(at, _)| {
        !beside(text[..at].chars().next_back()) && !beside(text[at + number.len()..].chars().next())
    })
}

/// A support ticket can be written: status, headers, request id and raw body are at hand.
pub async fn support_ticket<S: Subject>(subject: S) -> Kept {
    let reply =
        subject.read_reply(ID).header("x-request-id", "req-1042").header("x-from", "node-7");
    let raw = reply.body.clone();
    let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
    let meta = good("a read", stage.read().await)?.meta;
    hold!(meta.status().as_u16() == 200, "the status is {}", meta.status());
    hold!(meta.request_id() == Some("req-1042"), "the request id is {:?}", meta.request_id());
    hold!(meta.headers().get("x-from").is_some_and(|from| from == "node-7"), "a header is gone");
    hold!(meta.raw_body() == &raw, "the raw body is not what was sent");

    let body = subject.error_body("no such\r\nthing");
    let reply = Reply::json(404, &*body).header("x-request-id", "req-1043");
    let stage = Stage::new(subject, always(Act::Reply(reply))).await?;
    let error = bad("a read of nothing", stage.read().await)?;
    hold!(error.is_not_found(), "not `not found`: {error}");
    hold!(error.outcome() == Outcome::Refused, "not refused: {error}");
    let line = error.to_string();
    for part in ["no such", "404", "req-1043", error.operation().unwrap_or("the operation")] {
        hold!(line.contains(part), "{part:?} is not in the line: {line}");
    }
    hold!(!line.contains(['\r', '\n']), "the line has line breaks: {line:?}");
    let meta = error.meta().ok_or(Broken("the error has no meta".to_owned()))?;
    hold!(meta.raw_body() == &body, "the raw body is not what was sent");
    kept("on Ok and on Err")
}
