use std::collections::BTreeMap;

use pay_core::{Error, ErrorKind, LostCall, Outcome, Result};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// What makes two requests the same under one key, in 67 characters: `v1:` and a SHA-256 in hex.
///
/// It covers what the [`LostCall`] of the request holds (operation, ids, reference, amount,
/// currency, last four digits and the like) and what the caller adds by
/// [`Once::also`](crate::Once::also); not the times, nor what was
/// there before. There is no card
/// number in either, nor a one-use token: a digest of those could be tried out. An amount is the
/// same with and without zeros at its end.
///
/// # Errors
///
/// Never for a lost call that a provider crate made.
pub fn digest(lost: &LostCall, also: &BTreeMap<String, String>) -> Result<String> {
    let amount = lost.amount().map(|amount| amount.to_string());
    let bare = amount.as_deref().and_then(|text| {
        text.contains('.').then(|| text.trim_end_matches('0').trim_end_matches('.').parse().ok())?
    });
    match bare {
        Some(bare) => as_written(&lost.clone().with_amount(bare), also),
        None => as_written(lost, also),
    }
}

/// The digest with the zeros of the amount as they were written: older rows hold it.
pub(crate) fn as_written(lost: &LostCall, also: &BTreeMap<String, String>) -> Result<String> {
    let unwritten = |error: serde_json::Error| {
        Error::new(ErrorKind::Storage, Outcome::NotSent, "the request cannot be digested")
            .with_source(error)
    };
    let json = serde_json::to_string(lost).map_err(unwritten)?;
    // By name, whatever order a map keeps in this build.
    let mut fields: BTreeMap<&str, &RawValue> = serde_json::from_str(&json).map_err(unwritten)?;
    for when in ["from", "to", "before", "known"] {
        fields.remove(when);
    }
    let fields = serde_json::to_string(&fields).map_err(unwritten)?;
    let also = serde_json::to_string(also).map_err(unwritten)?;
    let mut text = String::from("v1:");
    for byte in Sha256::digest(format!("v1\n{fields}\n{also}")) {
        for nibble in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use pay_core::Reference;
    use time::OffsetDateTime;

    use super::*;

    fn lost() -> LostCall {
        LostCall::new("payfirma.transactions.sale", OffsetDateTime::UNIX_EPOCH)
            .with_amount("10.99".parse().unwrap())
            .with_reference(Some(Reference::new("order-1").unwrap()))
            .with_path("id", "7")
            .with_detail("last4", "1111")
    }

    fn plain(lost: &LostCall) -> String {
        digest(lost, &BTreeMap::new()).unwrap()
    }

    #[test]
    fn it_stays_the_same_over_time_and_over_releases() {
        let later = lost().between(
            OffsetDateTime::from_unix_timestamp(99).unwrap(),
            OffsetDateTime::from_unix_timestamp(100).unwrap(),
        );
        assert_eq!(plain(&later), plain(&lost()));
        assert_eq!(plain(&lost().with_before("1.00".parse().unwrap())), plain(&lost()));
        assert_eq!(plain(&lost().with_known("children", "ccr_1")), plain(&lost()));
        // Stored rows are compared with this: it may never change.
        assert_eq!(
            plain(&lost()),
            "v1:4adffc540dee582f7c586094d4115411799bbbe666026d5d0cef1cabd56be6c9"
        );
    }

    #[test]
    fn every_field_counts() {
        let all = [
            plain(&lost()),
            plain(&lost().with_amount("10.98".parse().unwrap())),
            plain(&lost().with_reference(None)),
            plain(&lost().with_path("id", "8")),
            plain(&lost().with_detail("last4", "1112")),
            plain(&lost().with_currency(Some(pay_core::Currency::CAD))),
            digest(&lost(), &BTreeMap::from([("a".to_owned(), "b".to_owned())])).unwrap(),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
