//! What a reply says otherwise than the request. What is absent contradicts nothing.

use pay_core::{Amount, Currency, provider::Verdict};

/// The verdict of an answer that is otherwise a success.
pub(crate) fn verdict(found: Option<String>) -> Verdict {
    found.map_or(Verdict::Succeeded, Verdict::Contradicts)
}

pub(crate) fn id(field: &str, asked: &str, told: Option<&str>) -> Option<String> {
    (told? != asked).then(|| format!("the {field} is not the one that was asked for"))
}

pub(crate) fn amount(field: &str, asked: Option<Amount>, told: Option<Amount>) -> Option<String> {
    let (asked, told) = (asked?, told?);
    (asked != told).then(|| format!("the {field} is {told}, asked for was {asked}"))
}

pub(crate) fn currency(asked: Option<Currency>, told: Option<Currency>) -> Option<String> {
    let (asked, told) = (asked?, told?);
    (asked != told).then(|| format!("the currency is {told}, asked for was {asked}"))
}
