use pay_core::Invalid;

/// Checks a text that must be there, in one line.
pub(crate) fn check_line(field: &'static str, text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(field, "must not be empty"));
    }
    if text.contains(char::is_control) {
        return Err(Invalid::new(field, "must not contain line breaks or control characters"));
    }
    Ok(())
}
