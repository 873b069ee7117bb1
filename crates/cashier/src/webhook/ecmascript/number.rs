/// Prints a JSON number as `JSON.stringify` prints what `JSON.parse` reads in it: the nearest
/// double, in the fewest digits that lead back to it, laid out by `Number::toString`.
pub(super) fn print(lexeme: &str, out: &mut String) {
    // A JSON number is a number to Rust too, read with correct rounding and without overflow error.
    let value: f64 = lexeme.parse().unwrap_or(f64::NAN);
    if !value.is_finite() {
        out.push_str("null");
        return;
    }
    if value == 0.0 {
        // Negative zero too.
        out.push('0');
        return;
    }
    if value < 0.0 {
        out.push('-');
    }
    let value = value.abs();
    let shortest = Scientific::read(&format!("{value:e}"));
    let even = even_neighbour(&shortest, value);
    let Scientific { digits, exponent } = even.unwrap_or(shortest);
    // The decimal point stands after one digit more than the exponent says.
    lay_out(&digits, exponent + 1, out);
}

/// Digits with the decimal point after the first, and a power of ten.
struct Scientific {
    digits: String,
    exponent: i32,
}

impl Scientific {
    fn read(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Self {
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }
}

/// Of two numbers of the fewest digits that are equally near to the value, ECMAScript takes the
/// one with the even last digit, Rust the upper one: 930807390906107.25 is `.2` there, `.3` here.
fn even_neighbour(shortest: &Scientific, value: f64) -> Option<Scientific> {
    let length = shortest.digits.len();
    if !shortest.digits.ends_with(['1', '3', '5', '7', '9']) {
        return None;
    }
    // A first look with few digits, since nearly every number is done with after it.
    let is_halfway = |places: usize| {
        let exact = Scientific::read(&format!("{value:.places$e}"));
        let (_, beyond) = exact.digits.split_at_checked(length)?;
        let halfway = beyond.starts_with('5') && beyond.trim_end_matches('0') == "5";
        halfway.then_some(exact)
    };
    is_halfway(length + 2)?;
    // No double has more digits than this: here it shows whether it is halfway exactly.
    let exact = is_halfway(770)?;
    let (lower, _) = exact.digits.split_at_checked(length)?;
    let even = Scientific { digits: lower.to_owned(), exponent: exact.exponent };
    let back: f64 = format!("{}e{}", even.digits, even.exponent + 1 - i32::try_from(length).ok()?)
        .parse()
        .ok()?;
    (even.digits.ends_with(['0', '2', '4', '6', '8']) && back == value).then_some(even)
}

fn lay_out(digits: &str, point: i32, out: &mut String) {
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if length <= point && point <= 21 {
        out.push_str(digits);
        out.push_str(&zeros(point - length));
    } else if 0 < point && point <= 21 {
        let (whole, fraction) = split(digits, point);
        out.extend([whole, ".", fraction]);
    } else if -6 < point && point <= 0 {
        out.extend(["0.", &zeros(-point), digits]);
    } else {
        let (first, rest) = split(digits, 1);
        let exponent = point - 1;
        let sign = if exponent < 0 { "e-" } else { "e+" };
        out.push_str(first);
        if !rest.is_empty() {
            out.extend([".", rest]);
        }
        out.extend([sign, &exponent.unsigned_abs().to_string()]);
    }
}

fn split(digits: &str, at: i32) -> (&str, &str) {
    let at = usize::try_from(at).unwrap_or(0);
    digits.split_at_checked(at).unwrap_or((digits, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(lexeme: &str) -> String {
        let mut out = String::new();
        print(lexeme, &mut out);
        out
    }

    #[test]
    fn numbers_are_printed_as_javascript_does() {
        for (written, expected) in [
            ("200.00", "200"),
            ("10.50", "10.5"),
            ("1E2", "100"),
            ("0", "0"),
            ("-0", "0"),
            ("-0.0e5", "0"),
            ("-1", "-1"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("123456789012345678901234567890", "1.2345678901234568e+29"),
            ("9007199254740993", "9007199254740992"),
            ("100000000000000000000", "100000000000000000000"),
            ("123456789012345680000", "123456789012345680000"),
            ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"),
            ("-1.5e21", "-1.5e+21"),
            ("0.000001", "0.000001"),
            ("0.00000123", "0.00000123"),
            ("1e-7", "1e-7"),
            ("-1.25e-7", "-1.25e-7"),
            ("5e-324", "5e-324"),
            ("2e-324", "0"),
            ("3e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("1e309", "null"),
            ("-1e309", "null"),
            ("1e999999999999999999999", "null"),
            ("1e-999999999999999999999", "0"),
            ("0e999999999999999999999", "0"),
            ("2.2250738585072011e-308", "2.225073858507201e-308"),
            ("4.35", "4.35"),
            ("1.005", "1.005"),
            ("123.456", "123.456"),
            ("1234567.125", "1234567.125"),
            // Halfway between two candidates: the even one.
            ("930807390906107.25", "930807390906107.2"),
            ("930807390906107.75", "930807390906107.8"),
            ("2060010320336752.25", "2060010320336752.2"),
        ] {
            assert_eq!(printed(written), expected, "{written}");
        }
    }
}
