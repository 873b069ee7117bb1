//! Addresses.

use super::{
    Refusal,
    input::Input,
    switches::States,
    validation::{Validation, is_digits, join},
};

/// The states and DC.
const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO \
    MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY";

const TERRITORIES: &str = "AS GU MP PR VI";

/// An address that passed its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    lines: Vec<String>,
    city: String,
    state: String,
    zip: String,
}

impl Address {
    /// Checks an address; `title` is its name in messages.
    pub(crate) fn check(
        input: Input<'_>,
        path: &str,
        title: &str,
        validation: &mut Validation<'_>,
    ) -> Result<Self, Refusal> {
        let line = validation.inner(input, path, "AddressLine1")?;
        // In no document; if there is a second line, it counts.
        let second = validation.optional(input, path, "AddressLine2")?;
        let city = validation.inner(input, path, "City")?;
        let state = validation.inner(input, path, "State")?;
        if let Some(state) = state {
            let is_one = is_state(state, validation.world.switch());
            let message = format!("Invalid State in {title} Address");
            validation.check(is_one, &join(path, "State"), state, &message);
        }
        let zip = validation.inner(input, path, "Zip")?;
        if let Some(zip) = zip {
            let message = format!("Invalid Zip in {title} Address");
            validation.check(is_zip(zip), &join(path, "Zip"), zip, &message);
        }
        let own = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        Ok(Self {
            lines: line.into_iter().chain(second).map(|line| line.trim().to_owned()).collect(),
            city: own(city),
            state: own(state).to_ascii_uppercase(),
            zip: own(zip),
        })
    }

    pub(crate) fn is_po_box(&self) -> bool {
        self.lines.iter().any(|line| names_po_box(line))
    }

    /// Whether it is the same place, as far as a machine can tell.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    fn place(&self) -> String {
        words(&self.to_string()).join(" ")
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}, {} {}", self.lines.join(", "), self.city, self.state, self.zip)
    }
}

fn is_state(text: &str, known: States) -> bool {
    let is_in = |list: &str| list.split(' ').any(|state| state.eq_ignore_ascii_case(text));
    is_in(STATES) || known == States::WithTerritories && is_in(TERRITORIES)
}

/// Five digits, or nine with or without a dash.
fn is_zip(text: &str) -> bool {
    match text.split_once('-') {
        Some((five, four)) => is_digits(five, 5..=5) && is_digits(four, 4..=4),
        None => is_digits(text, 5..=5) || is_digits(text, 9..=9),
    }
}

fn names_po_box(line: &str) -> bool {
    let words = words(line);
    let begins = |at: usize, pattern: &[&str]| {
        pattern.iter().enumerate().all(|(place, it)| words.get(at + place).is_some_and(|w| w == it))
    };
    (0..words.len()).any(|at| {
        [&["po", "box"][..], &["p", "o", "box"], &["post", "office", "box"], &["pobox"], &["pob"]]
            .iter()
            .any(|pattern| begins(at, pattern))
    })
}

/// The words in lower case, without dots.
fn words(text: &str) -> Vec<String> {
    let text = text.replace('.', "").to_lowercase();
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_boxes_are_known_in_all_their_spellings() {
        for line in
            ["PO Box 12", "P.O. Box 12", "p o box 12", "Post Office Box 1", "POB 7", "x POBox"]
        {
            assert!(names_po_box(line), "{line}");
        }
        for line in ["1 Boxer Street", "12 Post Road", "5 Polk Box Factory Lane", "Pobble 3"] {
            assert!(!names_po_box(line), "{line}");
        }
    }

    #[test]
    fn states_and_zips() {
        assert!(is_state("IL", States::Without) && is_state("il", States::Without));
        assert!(is_state("PR", States::WithTerritories) && !is_state("PR", States::Without));
        assert!(!is_state("XX", States::WithTerritories) && !is_state("", States::Without));
        for (zip, good) in [
            ("60601", true),
            ("60601-1234", true),
            ("606011234", true),
            ("6060", false),
            ("6060a", false),
            ("60601-", false),
        ] {
            assert_eq!(is_zip(zip), good, "{zip}");
        }
    }
}
