/// One field that the provider, or a check of ours, finds wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The field's name, as the provider writes it.
    pub field: String,
    /// A machine-readable code, where there is one.
    pub code: Option<String>,
    /// What is wrong, for a person.
    pub message: String,
}

impl FieldError {
    /// A field error without a code.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: None, message: message.into() }
    }

    /// Sets the code.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }
}
