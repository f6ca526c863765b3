//! What was measured, as rows.

/// One figure.
#[derive(Debug)]
pub(crate) struct Row {
    /// What.
    pub(crate) what: String,
    /// How much, with its unit.
    pub(crate) figure: String,
}

impl Row {
    /// A figure with its name.
    pub(crate) fn new(what: &str, figure: String) -> Self {
        Self {
            what: what.to_owned(),
            figure,
        }
    }
}
