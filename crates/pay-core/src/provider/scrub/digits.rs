use zeroize::Zeroizing;

/// Runs of digits, with single spaces or dashes between them, replaced where `is_secret` says so.
pub(super) fn replace_digits(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    rewrite_runs(text, &is_secret, |_, clean| clean.push_str(super::MASK))
}

/// The same, digit for digit, so that lengths and syntax stay.
pub(super) fn mask_digits(text: &str, fill: char, is_secret: impl Fn(&str) -> bool) -> String {
    rewrite_runs(text, &is_secret, |run, clean| {
        clean.extend(run.chars().map(|c| if c.is_ascii_digit() { fill } else { c }));
    })
}

fn rewrite_runs(
    text: &str,
    is_secret: &impl Fn(&str) -> bool,
    rewrite: impl Fn(&str, &mut String),
) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        clean.push_str(before);
        let (run, after) = from.split_at(run_length(from));
        let digits: Zeroizing<String> =
            Zeroizing::new(run.chars().filter(char::is_ascii_digit).collect());
        if is_secret(&digits) {
            rewrite(run, &mut clean);
        } else {
            // The parts may be secret where the whole is not: "595 and" beside "595 4111".
            for part in run.split_inclusive([' ', '-']) {
                let number = part.trim_end_matches([' ', '-']);
                if number.len() < digits.len() && is_secret(number) {
                    rewrite(number, &mut clean);
                    clean.extend(part.chars().skip(number.len()));
                } else {
                    clean.push_str(part);
                }
            }
        }
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// The length of the run of digits at the start, single separators inside included.
fn run_length(text: &str) -> usize {
    let mut length = 0;
    let mut separator = false;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                length = at + 1;
                separator = false;
            }
            ' ' | '-' if !separator => separator = true,
            _ => break,
        }
    }
    length
}

/// A long number is found inside a longer one too; a short one would be found by chance.
pub(super) fn is_number(run: &str, secret: &str) -> bool {
    if secret.len() >= 8 { run.contains(secret) } else { run == secret }
}

pub(super) fn is_card_number(digits: &str) -> bool {
    (13..=19).contains(&digits.len()) && crate::luhn::holds(digits.as_bytes())
}
