use pay_core::Invalid;

/// Checks a text that must be there, in one line.
pub(crate) fn check_line(field: &'static str, text: &str) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(field, "must not be empty"));
    }
    check_no_control(field, text)
}

/// Checks a text that ends up in one line. A line break in an address for mail is the start of a
/// forged header.
pub(crate) fn check_no_control(field: &'static str, text: &str) -> Result<(), Invalid> {
    if text.contains(char::is_control) {
        return Err(Invalid::new(field, "must not contain line breaks or control characters"));
    }
    Ok(())
}

/// A text that must be there if it is given, in one line.
pub(crate) fn check_optional_line(field: &'static str, text: Option<&str>) -> Result<(), Invalid> {
    text.map_or(Ok(()), |text| check_line(field, text))
}
