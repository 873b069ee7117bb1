//! Cards: checked as they come in, and kept without the number and the CVV.

use time::OffsetDateTime;

use crate::clock::{Millis, date_time};

/// All that the sandbox keeps of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) brand: &'static str,
    /// The first four digits.
    pub(crate) prefix: String,
    /// The last four digits.
    pub(crate) suffix: String,
    month: u8,
    year: i32,
}

impl Card {
    /// Checks what was entered: 12 to 19 digits with a right check digit, an expiry that is not
    /// over, and, if there is one, a CVV of 3 or 4 digits. The error names the rule, never the input.
    pub(crate) fn check(
        number: &str,
        month: &str,
        year: &str,
        cvv: Option<&str>,
        now: Millis,
    ) -> Result<Self, &'static str> {
        let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
        let digits = digits.filter(|digits| (12..=19).contains(&digits.len()));
        let digits = digits.ok_or("card_number must be 12 to 19 digits")?;
        if !passes_luhn(&digits) {
            return Err("card_number is not a valid card number");
        }
        if cvv.is_some_and(|cvv| {
            !(3..=4).contains(&cvv.len()) || !cvv.bytes().all(|b| b.is_ascii_digit())
        }) {
            return Err("cvv2 must be 3 or 4 digits");
        }
        let month = month.parse().ok().filter(|month| (1..=12).contains(month));
        let month: u8 = month.ok_or("card_expiry_month must be 1 to 12")?;
        let year = match (year.len(), year.parse::<i32>()) {
            (1..=2, Ok(year)) if year >= 0 => 2000 + year,
            (4, Ok(year)) if year >= 2000 => year,
            _ => return Err("card_expiry_year must be two digits"),
        };
        let card = Self {
            brand: brand(number),
            prefix: number.chars().take(4).collect(),
            suffix: number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
            month,
            year,
        };
        if card.has_expired(now) { Err("The card has expired") } else { Ok(card) }
    }

    /// What a card terminal reports: it never shows the number to the caller.
    pub(crate) fn at_terminal(now: Millis) -> Self {
        Self {
            brand: "OTHER",
            prefix: String::new(),
            suffix: "1933".to_owned(),
            month: 12,
            year: date_time(now).year() + 2,
        }
    }

    /// The card that the sandbox's payer enters on a hosted page.
    pub(crate) fn on_hosted_page(now: Millis) -> Self {
        let (brand, digits) = ("Visa", "4242");
        Self {
            brand,
            prefix: digits.to_owned(),
            suffix: digits.to_owned(),
            ..Self::at_terminal(now)
        }
    }

    /// "MM/YY".
    pub(crate) fn expiry(&self) -> String {
        format!("{:02}/{:02}", self.month, self.year % 100)
    }

    /// A card is good until the end of its month (UTC).
    pub(crate) fn has_expired(&self, now: Millis) -> bool {
        let now: OffsetDateTime = date_time(now);
        (self.year, self.month) < (now.year(), u8::from(now.month()))
    }
}

fn passes_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn brand(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "Visa",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "Mastercard",
        [b'3', b'4' | b'7', ..] => "Amex",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-15
    const NOW: Millis = 1_781_481_600_000;

    #[test]
    fn only_the_ends_of_the_number_are_kept() {
        let card = Card::check("4111111111111111", "6", "26", Some("123"), NOW).unwrap();
        assert_eq!((card.prefix.as_str(), card.suffix.as_str()), ("4111", "1111"));
        assert_eq!(card.expiry(), "06/26");
        assert!(!format!("{card:?}").contains("411111"));
    }

    #[test]
    fn cards_that_cannot_be_are_refused() {
        let cases = [
            ("4111111111111112", "6", "26", Some("123")),
            ("411111111111111x", "6", "26", Some("123")),
            ("41111111111", "6", "26", Some("123")),
            ("4111111111111111", "0", "26", Some("123")),
            ("4111111111111111", "13", "26", Some("123")),
            ("4111111111111111", "5", "26", Some("123")),
            ("4111111111111111", "6", "026", Some("123")),
            ("4111111111111111", "6", "26", Some("12")),
            ("4111111111111111", "6", "26", Some("12345")),
            ("4111111111111111", "6", "26", Some("12a")),
        ];
        for (number, month, year, cvv) in cases {
            assert!(Card::check(number, month, year, cvv, NOW).is_err(), "{month}/{year} {cvv:?}");
        }
    }

    #[test]
    fn brands_and_long_years() {
        for (number, brand) in [
            ("4242424242424242", "Visa"),
            ("5555555555554444", "Mastercard"),
            ("378282246310005", "Amex"),
            ("6011111111111117", "OTHER"),
        ] {
            assert_eq!(Card::check(number, "12", "2030", None, NOW).unwrap().brand, brand);
        }
    }
}
