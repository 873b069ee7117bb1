/// The number of a key that is an array index: `0` to `4294967294` in plain decimal, without
/// leading zeros. An object lists these first, in ascending order, wherever they were written.
pub(super) fn array_index(key: &[u16]) -> Option<u32> {
    const ZERO: u16 = 0x30;
    if key.is_empty() || key.len() > 10 || (key.len() > 1 && key.first() == Some(&ZERO)) {
        return None;
    }
    let mut index = 0_u64;
    for unit in key {
        let digit = unit.checked_sub(ZERO).filter(|digit| *digit <= 9)?;
        index = index * 10 + u64::from(digit);
    }
    u32::try_from(index).ok().filter(|index| *index != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_below_the_largest_length_are_indices() {
        let index = |key: &str| array_index(&key.encode_utf16().collect::<Vec<_>>());
        for (key, number) in [("0", 0), ("7", 7), ("10", 10), ("4294967294", u32::MAX - 1)] {
            assert_eq!(index(key), Some(number), "{key}");
        }
        for key in [
            "",
            "00",
            "01",
            "-0",
            "-1",
            "+1",
            "1.0",
            "1e3",
            " 1",
            "1 ",
            "a",
            "/",
            ":",
            "4294967295",
            "4294967296",
            "9999999999",
            "10000000000",
            "18446744073709551616",
            "１",
        ] {
            assert_eq!(index(key), None, "{key}");
        }
    }
}
