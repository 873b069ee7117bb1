//! What every answer is wrapped in: `{"success": true, "data": ...}`.

use bytes::Bytes;
use pay_core::provider::json;
use serde::Deserialize;
use serde_json::value::RawValue;

/// An answer of a raw call, with what it holds under `data`. That `success` is `true` has been
/// checked before: anything else is an error.
///
/// ```
/// # async fn example(client: numeropay::Client) -> numeropay::Result<()> {
/// use numeropay::{Effect, Method, Payment, Wrapped};
/// let answer = client
///     .raw(Effect::Read, Method::GET, "/transaction/5CD0RGCKJ")
///     .send::<Wrapped<Payment>>()
///     .await?;
/// println!("{}", answer.data.id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Wrapped<T> {
    /// What was asked for.
    pub data: T,
}

/// The object in a wrapper, as it came.
pub(crate) fn data(body: &Bytes) -> Option<Bytes> {
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let Data { data } = json::from_slice(body).ok()?;
    Some(body.slice_ref(data.get().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_found_to_the_letter() {
        let data = |body: &'static str| data(&Bytes::from_static(body.as_bytes()));
        assert_eq!(data(r#"{"success":true,"data":{"a": 1.50}}"#).unwrap(), r#"{"a": 1.50}"#);
        for body in [r#"{"success":false}"#, r#"[{"a":1}]"#, "", "<html>"] {
            assert_eq!(data(body), None, "{body}");
        }
    }
}
