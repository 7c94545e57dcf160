//! What a form says when it comes back: errors at the top of the page and at each field (GOV.UK's error summary pattern).

/// Everything that was wrong with a form, in the order of its fields.
#[derive(Debug, Default, Clone)]
pub(super) struct Errors(pub(super) Vec<FieldError>);

/// What was wrong with one field.
#[derive(Debug, Clone)]
pub(super) struct FieldError {
    /// The field's id on the page.
    pub(super) field: &'static str,
    /// What to do, as a sentence.
    pub(super) text: String,
}

impl Errors {
    /// A form with one thing wrong.
    pub(super) fn one(field: &'static str, text: impl Into<String>) -> Self {
        Self(vec![FieldError { field, text: text.into() }])
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }

    /// Whether the form can be used.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether two texts of a template are the same, whoever owns them.
pub(super) fn same(one: impl AsRef<str>, other: impl AsRef<str>) -> bool {
    one.as_ref() == other.as_ref()
}
