//! Finds what must never be printed.

/// Card numbers that the tests use and that no output may hold in full.
const CARDS: &[&str] = &[
    "4111111111111111",
    "4242424242424242",
    "5555555555554444",
    "378282246310005",
    "4000000000000002",
];

/// CVVs that the tests use. So short that other things have the same number: how many schedules the
/// search ran, a thread's id. They count where they are written as text is, or called by a name.
const CVVS: &[&str] = &["595", "9876"];

/// What a CVV is called by.
const CVV_NAMES: &[&str] = &["cvv", "cvc", "cvd", "csc", "security", "secret"];

/// The leaks in a text, each with its line, the secret itself masked.
pub(crate) fn in_text(text: &str) -> Vec<String> {
    let secrets = secrets();
    text.lines().filter_map(|line| Some((line, in_line(line, &secrets)?))).map(describe).collect()
}

/// The sandbox's credentials.
fn secrets() -> Vec<&'static str> {
    let payfirma = pay_sandbox::Sandbox::builder().without_sockets().payfirma();
    vec![payfirma.client_secret(), payfirma.hosted_page_token(), payfirma.iframe_token()]
}

fn describe((line, what): (&str, &'static str)) -> String {
    // What is printed here must not leak again.
    let masked: String =
        line.chars().map(|c| if c.is_ascii_alphanumeric() { 'x' } else { c }).take(120).collect();
    format!("{what} in a line like: {masked}")
}

fn in_line(line: &str, secrets: &[&str]) -> Option<&'static str> {
    let joined: String = line.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if CARDS.iter().any(|card| joined.contains(card))
        || secrets.iter().any(|secret| line.contains(secret))
    {
        return Some("a card number or a secret of the tests");
    }
    if has_cvv(line) {
        return Some("a CVV");
    }
    has_token(line).then_some("a token")
}

fn has_cvv(line: &str) -> bool {
    let lower = line.to_lowercase();
    let is_named = CVV_NAMES.iter().any(|name| lower.contains(name));
    (is_named && numbers(line).any(|number| CVVS.contains(&number)))
        || CVVS.iter().any(|cvv| {
            // JSON, Debug and a form.
            line.contains(&format!("\"{cvv}\""))
                || numbers_after_equals(line).any(|number| number == *cvv)
        })
}

fn numbers_after_equals(line: &str) -> impl Iterator<Item = &str> {
    line.split('=').skip(1).filter_map(|after| {
        after.split(|c: char| !c.is_ascii_alphanumeric()).next().filter(|word| !word.is_empty())
    })
}

/// Runs of digits that are not a part of a word, a decimal number or a place in a file.
fn numbers(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '_' | '%')))
        .filter(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))
}

/// A JSON web token: two dots between three parts, the first a JSON object in base64.
fn has_token(line: &str) -> bool {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .any(|word| word.starts_with("eyJ") && word.len() > 40 && word.matches('.').count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_must_not_be_there() {
        for line in [
            "card 4111111111111111",
            "card 4111 1111 1111 1111 declined",
            r#"{"cvv2":"595"}"#,
            "cvv=595",
            "amount=1.00&code=595&x=1",
            r#"Payer("595")"#,
            "the security code is 9876",
            "Bearer eyJhbGciOiJIUzI1NiJ9.eyJhY2Nlc3NfdG9rZW4iOiIxM2EifQ.abcdefgh",
        ] {
            assert_eq!(in_text(line).len(), 1, "{line}");
            assert!(!in_text(line).concat().contains("595"));
        }
    }

    #[test]
    fn leaves_the_rest_alone() {
        for line in [
            "test result: ok. 595passed; finished in 0.595s",
            "src/lib.rs:595:12",
            "411111******1111",
            "1595 files",
            r#"  "intents": 595,"#,
            "sockets              kills 595, attempts 9876",
            "thread 'main' (595) panicked at src/lib.rs:1:2",
        ] {
            assert_eq!(in_text(line), Vec::<String>::new(), "{line}");
        }
    }
}
