//! The check digit of card numbers (ISO/IEC 7812-1, annex B).

/// Whether ASCII digits end in their Luhn check digit. Anything but digits fails.
pub(crate) fn holds(digits: &[u8]) -> bool {
    let mut sum: u32 = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        if !digit.is_ascii_digit() {
            return false;
        }
        let value = u32::from(digit - b'0');
        // Every second digit from the right counts double, its own digits added up.
        sum += match place % 2 {
            0 => value,
            _ if value > 4 => value * 2 - 9,
            _ => value * 2,
        };
    }
    !digits.is_empty() && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_test_numbers_hold() {
        for number in [
            "4111111111111111",
            "5555555555554444",
            "378282246310005",
            "6011111111111117",
            "3530111333300000",
            "30569309025904",
            "79927398713",
        ] {
            assert!(holds(number.as_bytes()), "{number}");
        }
        assert!(!holds(b""));
        assert!(!holds(b"4111 1111 1111 1111"));
    }

    proptest! {
        #[test]
        fn exactly_one_last_digit_fits(body in "[0-9]{1,18}") {
            let fitting = (b'0'..=b'9')
                .filter(|check| holds(&[body.as_bytes(), &[*check]].concat()))
                .count();
            prop_assert_eq!(fitting, 1);
        }

        #[test]
        fn a_single_wrong_digit_is_found(
            body in "[0-9]{11,18}",
            place in any::<prop::sample::Index>(),
            by in 1_u8..10,
        ) {
            let mut number = (b'0'..=b'9')
                .map(|check| [body.as_bytes(), &[check]].concat())
                .find(|number| holds(number))
                .unwrap();
            let place = place.index(number.len());
            number[place] = b'0' + (number[place] - b'0' + by) % 10;
            prop_assert!(!holds(&number));
        }
    }
}
