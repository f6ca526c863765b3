//! `[labels.LANGUAGE]` tables into the words that readers see.

use site::policy::{LabelError, Labels};

use super::check::Check;
use super::document::Document;
use super::{ConfigurationError, spelling};

pub(super) fn labels(document: &Document, check: Check<'_>) -> Result<Labels, ConfigurationError> {
    let mut labels = Labels::default();
    for (language, own) in &document.labels {
        let well = (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_lowercase());
        if !well {
            return Err(check.wrong(
                &format!("labels.{language}"),
                format!("`{language}` is no language"),
                "two or three small letters, such as \"de\"",
            ));
        }
        labels
            .lay_over(language, own)
            .map_err(|error| refused(language, &error, check))?;
    }
    Ok(labels)
}

fn refused(language: &str, error: &LabelError, check: Check<'_>) -> ConfigurationError {
    let (label, allowed) = match error {
        LabelError::Unknown(label) => {
            let known = Labels::known();
            let allowed = spelling::nearest(label, &known).map_or_else(
                || "a label of docs/labels.md, such as \"state.available\"".to_owned(),
                |nearest| format!("a label that is known; perhaps \"{nearest}\""),
            );
            (label, allowed)
        }
        LabelError::Placeholder { label, .. } => (
            label,
            "the placeholders of the English words, see docs/labels.md".to_owned(),
        ),
    };
    check.wrong(
        &format!("labels.{language}.{label}"),
        error.to_string(),
        allowed,
    )
}
