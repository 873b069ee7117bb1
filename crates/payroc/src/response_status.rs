use std::collections::BTreeMap;

use pay_core::{Error, FieldError, provider::json as strict};
use serde::{Deserialize, Deserializer};

use crate::{
    Json, exact_text,
    json::{list, member},
};

/// The provider's own words on what is wrong, with its details: `responseStatus`.
///
/// Code, message and fields are in every [`Error`] as well; the details (`meta`) only here. What the
/// request held of secrets is masked, also where the details quote it.
///
/// ```
/// # fn example(error: payroc::Error) {
/// if let Some(status) = payroc::ResponseStatus::of(&error) {
///     for wrong in &status.errors {
///         println!("{:?}: {:?} {:?}", wrong.field_name, wrong.message, wrong.meta);
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResponseStatus {
    /// What went wrong, such as `DuplicateMerchantLocationException`. Not set in a success.
    #[serde(default, with = "crate::exact_text")]
    pub error_code: Option<String>,
    /// The same for a person.
    #[serde(default, with = "crate::exact_text")]
    pub message: Option<String>,
    /// The fields that are wrong.
    #[serde(default, deserialize_with = "errors")]
    pub errors: Vec<StatusError>,
}

/// One field that is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusError {
    /// The rule that it breaks, such as `NotEmpty` or `Predicate`.
    #[serde(default, with = "crate::exact_text")]
    pub error_code: Option<String>,
    /// The field.
    #[serde(default, with = "crate::exact_text")]
    pub field_name: Option<String>,
    /// What is wrong with it, for a person.
    #[serde(default, with = "crate::exact_text")]
    pub message: Option<String>,
    /// Details by name.
    #[serde(default, deserialize_with = "texts")]
    pub meta: BTreeMap<String, String>,
}

impl ResponseStatus {
    /// What the provider answered, if this error is from such an answer.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        Self::in_body(error.meta()?.raw_body()).ok().flatten()
    }

    /// The one in a body; `None` if there is none.
    ///
    /// # Errors
    ///
    /// There is something in its place that cannot be read.
    pub(crate) fn in_body(body: &[u8]) -> Result<Option<Self>, Unreadable> {
        match member(body, "responseStatus") {
            None | Some("null") => Ok(None),
            Some(status) => strict::from_str(status).map(Some).map_err(|_| Unreadable),
        }
    }

    /// Whether it says that something went wrong.
    pub(crate) fn is_error(&self) -> bool {
        self.code().is_some() || !self.errors.is_empty()
    }

    /// Its code, or that of the first field.
    pub(crate) fn code(&self) -> Option<&str> {
        let fields = self.errors.iter().map(|error| &error.error_code);
        std::iter::once(&self.error_code).chain(fields).find_map(filled)
    }

    /// Its message, or that of the first field.
    pub(crate) fn sentence(&self) -> Option<&str> {
        self.sentences().next()
    }

    pub(crate) fn sentences(&self) -> impl Iterator<Item = &str> {
        let fields = self.errors.iter().map(|error| &error.message);
        std::iter::once(&self.message).chain(fields).filter_map(filled)
    }

    pub(crate) fn field_errors(&self) -> Vec<FieldError> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        self.errors
            .iter()
            .map(|error| {
                FieldError::new(text(&error.field_name), text(&error.message))
                    .with_code(error.error_code.clone())
            })
            .collect()
    }
}

/// No `responseStatus`, and yet something in its place.
#[derive(Debug)]
pub(crate) struct Unreadable;

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// What is no such object is left out.
fn errors<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<StatusError>, D::Error> {
    let items = list::deserialize(deserializer)?;
    Ok(items.iter().filter_map(|item| item.read().ok()).collect())
}

/// An object of texts; what is no text is kept as its JSON.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let members = Option::<Json>::deserialize(deserializer)?
        .and_then(|json| json.read::<BTreeMap<String, Json>>().ok())
        .unwrap_or_default();
    let text = |json: Json| exact_text::text(json.as_str()).unwrap_or(json.as_str().to_owned());
    Ok(members.into_iter().map(|(name, json)| (name, text(json))).collect())
}
