//! Decimal text and exact arithmetic on it.

use rust_decimal::Decimal;

use crate::Invalid;

/// What a `Decimal` holds whatever its digits are. (It holds some numbers of 29 digits too.)
const MAX_DIGITS: u32 = 28;

/// `-12.50` and the like: no exponent.
pub(super) fn parse_plain(text: &str) -> Result<Decimal, Invalid> {
    let (negative, digits) = sign(text);
    let (mantissa, scale) = unsigned(digits)?;
    signed(negative, mantissa, scale).ok_or_else(too_long)
}

/// A JSON number, or the same inside a string: may have an exponent.
pub(super) fn parse_json(text: &str) -> Result<Decimal, Invalid> {
    let Some((head, exponent)) = text.split_once(['e', 'E']) else { return parse_plain(text) };
    let (negative, digits) = sign(head);
    let (mantissa, scale) = unsigned(digits)?;
    let unsigned_exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if unsigned_exponent.is_empty() || !unsigned_exponent.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_plain());
    }
    let exponent: i64 = exponent.parse().map_err(|_| too_long())?;
    let scale = i64::from(scale).checked_sub(exponent).ok_or_else(too_long)?;
    let (mantissa, scale) = match u32::try_from(scale) {
        Ok(scale) => (mantissa, scale),
        // More places to the left than there are decimals: zeros are appended.
        Err(_) if mantissa == 0 => (0, 0),
        Err(_) => {
            let zeros = u32::try_from(scale.unsigned_abs()).map_err(|_| too_long())?;
            let power = 10_i128.checked_pow(zeros).ok_or_else(too_long)?;
            (mantissa.checked_mul(power).ok_or_else(too_long)?, 0)
        }
    };
    signed(negative, mantissa, scale).ok_or_else(too_long)
}

/// The exact sum. `Decimal`'s own addition rounds when the digits run out.
pub(super) fn sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    aligned_sum(left, right).or_else(|| aligned_sum(left.normalize(), right.normalize()))
}

/// `mantissa` with the last `scale` digits behind the point, or `None` beyond 28 digits.
pub(super) fn assemble(mantissa: i128, scale: u32) -> Option<Decimal> {
    if mantissa.unsigned_abs() >= 10_u128.pow(MAX_DIGITS) || scale > MAX_DIGITS {
        return None;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

fn aligned_sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    let scale = left.scale().max(right.scale());
    let align = |value: Decimal| {
        let power = 10_i128.checked_pow(scale.checked_sub(value.scale())?)?;
        value.mantissa().checked_mul(power)
    };
    assemble(align(left)?.checked_add(align(right)?)?, scale)
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

fn signed(negative: bool, mantissa: i128, scale: u32) -> Option<Decimal> {
    assemble(if negative { -mantissa } else { mantissa }, scale)
}

/// Digits, optionally with a point and digits, as a whole number and its decimals.
fn unsigned(text: &str) -> Result<(i128, u32), Invalid> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(not_plain()),
        Some(parts) => parts,
        None => (text, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(not_plain());
    }
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        mantissa = mantissa
            .checked_mul(10)
            .and_then(|tens| tens.checked_add(i128::from(digit - b'0')))
            .ok_or_else(too_long)?;
    }
    let scale = u32::try_from(fraction.len()).map_err(|_| too_long())?;
    Ok((mantissa, scale))
}

fn not_plain() -> Invalid {
    Invalid::new("amount", "must be a plain decimal number")
}

fn too_long() -> Invalid {
    Invalid::new("amount", "must have at most 28 digits")
}
