use serde_json::Value;

/// A string, or a number as a string: what the codes and messages of error bodies are. Nothing else
/// is, and nothing empty.
#[must_use]
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The beginning of a body that is not the provider's JSON, on one line, for a message. A page of
/// HTML tells a reader nothing but that it is one.
#[must_use]
pub fn plain_text(body: &[u8]) -> String {
    if is_page(body) {
        return "an HTML page".to_owned();
    }
    let text = String::from_utf8_lossy(body);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// Whether a body is markup, as a proxy's error page is.
#[must_use]
pub fn is_page(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_can_be_a_code_or_a_sentence_is_text() {
        assert_eq!(scalar_text(&json!("no amount")), Some("no amount".to_owned()));
        assert_eq!(scalar_text(&json!(7)), Some("7".to_owned()));
        for other in [json!(""), json!(null), json!(true), json!([]), json!({"a": 1})] {
            assert_eq!(scalar_text(&other), None, "{other}");
        }
    }

    #[test]
    fn a_page_is_named_and_a_text_is_one_short_line() {
        assert_eq!(plain_text(b"\xef\xbb\xbf \n<!doctype html>"), "an HTML page");
        assert_eq!(plain_text(b" no \r\n amount\t"), "no amount");
        assert_eq!(plain_text("é".repeat(500).as_bytes()).chars().count(), 200);
        assert_eq!(plain_text(b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }
}
