//! One step of bringing the model into a stack, and the whole of them, for people and for programs.

use std::fmt;

use contentstack::{ContentType, ContentTypeUid, EnvironmentName, LocaleCode, TaxonomyUid};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::spec::ModelSpec;

/// The way to a field within a content type, by the installation's uids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    /// The groups that it lies in, the outermost first.
    pub groups: Vec<String>,
    /// Its own uid.
    pub uid: String,
}

impl FieldPath {
    /// A field at this place.
    pub(super) fn new(groups: &[String], uid: &str) -> Self {
        Self {
            groups: groups.to_vec(),
            uid: uid.to_owned(),
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in &self.groups {
            write!(formatter, "{group}.")?;
        }
        formatter.write_str(&self.uid)
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One change of a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum ModelChange {
    /// Makes an environment.
    CreateEnvironment {
        /// Its name.
        name: EnvironmentName,
    },
    /// Makes a locale.
    CreateLocale {
        /// Its code.
        code: LocaleCode,
        /// Its name for people.
        name: String,
        /// The locale that it falls back to: the master.
        fallback: LocaleCode,
    },
    /// Makes a taxonomy, without terms.
    CreateTaxonomy {
        /// Its uid.
        uid: TaxonomyUid,
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
    },
    /// Makes a content type.
    CreateContentType {
        /// Its uid.
        uid: ContentTypeUid,
        /// Its title.
        title: String,
        /// The uids of its fields, in order.
        fields: Vec<String>,
        /// The whole type.
        #[serde(skip)]
        document: Box<ContentType>,
    },
    /// Uses a content type that the stack has and that was not made by us.
    TakeOver {
        /// The content type.
        content_type: ContentTypeUid,
        /// How many entries it holds.
        entries: u64,
    },
    /// Adds a field.
    AddField {
        /// The content type.
        content_type: ContentTypeUid,
        /// The field.
        field: FieldPath,
        /// The field that it follows; none is the first place.
        #[serde(skip)]
        after: Option<String>,
        /// The field's document.
        #[serde(skip)]
        document: Value,
    },
    /// Changes what a field demands, offers or says; what entries hold in it stays.
    ChangeField {
        /// The content type.
        content_type: ContentTypeUid,
        /// The field.
        field: FieldPath,
        /// What changes, in words.
        what: Vec<String>,
        /// The field's document, without inner fields.
        #[serde(skip)]
        document: Value,
    },
    /// Makes a field hold something else: what entries hold in it is lost.
    RetypeField {
        /// The content type.
        content_type: ContentTypeUid,
        /// The field.
        field: FieldPath,
        /// What it holds.
        from: String,
        /// What it is to hold.
        to: String,
        /// How many entries hold something in it.
        entries: u64,
        /// The field that it follows; none is the first place.
        #[serde(skip)]
        after: Option<String>,
        /// The field's document.
        #[serde(skip)]
        document: Value,
    },
    /// Removes a field of ours that is no longer wanted: what entries hold in it is lost.
    RemoveField {
        /// The content type.
        content_type: ContentTypeUid,
        /// The field.
        field: FieldPath,
        /// How many entries hold something in it.
        entries: u64,
        /// The field's document as it is.
        #[serde(skip)]
        document: Value,
    },
}

impl ModelChange {
    /// Whether entries would lose something.
    pub fn is_destructive(&self) -> bool {
        match self {
            Self::RetypeField { entries, .. } | Self::RemoveField { entries, .. } => *entries > 0,
            _ => false,
        }
    }

    /// The content type whose save carries this change, where it is one to an existing type.
    pub(super) fn saves(&self) -> Option<&ContentTypeUid> {
        match self {
            Self::AddField { content_type, .. }
            | Self::ChangeField { content_type, .. }
            | Self::RetypeField { content_type, .. }
            | Self::RemoveField { content_type, .. } => Some(content_type),
            _ => None,
        }
    }
}

impl fmt::Display for ModelChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateEnvironment { name } => write!(formatter, "create environment {name}"),
            Self::CreateLocale {
                code,
                name,
                fallback,
            } => {
                write!(
                    formatter,
                    "create locale {code} ({name}), falling back to {fallback}"
                )
            }
            Self::CreateTaxonomy { uid, name, .. } => {
                write!(formatter, "create taxonomy {uid} ({name})")
            }
            Self::CreateContentType {
                uid, title, fields, ..
            } => {
                write!(
                    formatter,
                    "create content type {uid} ({title}) with {} fields",
                    fields.len()
                )
            }
            Self::TakeOver {
                content_type,
                entries,
            } => write!(
                formatter,
                "use the content type {content_type} that the stack has (entries in it: {entries}; they stay, \
                 and are asked for the mandatory fields when they are next saved)"
            ),
            Self::AddField {
                content_type,
                field,
                ..
            } => {
                write!(formatter, "add field {content_type}.{field}")
            }
            Self::ChangeField {
                content_type,
                field,
                what,
                ..
            } => {
                write!(
                    formatter,
                    "change field {content_type}.{field}: {}",
                    what.join(", ")
                )
            }
            Self::RetypeField {
                content_type,
                field,
                from,
                to,
                entries,
                ..
            } => write!(
                formatter,
                "retype field {content_type}.{field} from {from} to {to} (entries that hold something in it: {entries})"
            ),
            Self::RemoveField {
                content_type,
                field,
                entries,
                ..
            } => write!(
                formatter,
                "remove field {content_type}.{field} (entries that hold something in it: {entries})"
            ),
        }
    }
}

/// What a stack lacks of the model, in the order in which it can be made.
#[derive(Clone, Debug, Serialize)]
pub struct ModelPlan {
    /// The changes.
    pub changes: Vec<ModelChange>,
    /// What the plan was made for.
    #[serde(skip)]
    pub(super) spec: ModelSpec,
}

impl ModelPlan {
    /// Whether the stack holds the whole model.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes by which entries would lose something.
    pub fn destructive(&self) -> impl Iterator<Item = &ModelChange> {
        self.changes.iter().filter(|change| change.is_destructive())
    }
}

impl fmt::Display for ModelPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(
                formatter,
                "the stack holds the whole content model; nothing to do"
            );
        }
        for change in &self.changes {
            let loses = if change.is_destructive() {
                " (needs --allow-destructive)"
            } else {
                ""
            };
            writeln!(formatter, "{change}{loses}")?;
        }
        Ok(())
    }
}

/// What came of a plan.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Applied {
    /// Changes that were made, or found already made.
    pub applied: Vec<ModelChange>,
    /// Changes that would lose data and were not allowed.
    pub left: Vec<ModelChange>,
    /// Changes that the stack accepted and does not show: it may keep the property in another form.
    pub unkept: Vec<ModelChange>,
}

impl fmt::Display for Applied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.applied.is_empty() && self.left.is_empty() {
            return writeln!(
                formatter,
                "the stack holds the whole content model; nothing was changed"
            );
        }
        for change in &self.applied {
            writeln!(formatter, "done: {change}")?;
        }
        for change in &self.left {
            writeln!(
                formatter,
                "left: {change} (allow it with --allow-destructive)"
            )?;
        }
        for change in &self.unkept {
            writeln!(formatter, "not kept by the stack: {change}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_read_as_sentences_and_as_data() {
        let change = ModelChange::RemoveField {
            content_type: ContentTypeUid::new("book").unwrap(),
            field: FieldPath::new(&["formats".into()], "cta"),
            entries: 12,
            document: Value::Null,
        };
        assert_eq!(
            change.to_string(),
            "remove field book.formats.cta (entries that hold something in it: 12)"
        );
        assert_eq!(
            serde_json::to_value(&change).unwrap(),
            json!({"change": "remove_field", "content_type": "book", "field": "formats.cta", "entries": 12})
        );
    }

    #[test]
    fn a_field_that_no_entry_uses_is_no_loss() {
        let change = |entries| ModelChange::RemoveField {
            content_type: ContentTypeUid::new("book").unwrap(),
            field: FieldPath::new(&[], "cta"),
            entries,
            document: Value::Null,
        };
        assert!(change(1).is_destructive());
        assert!(!change(0).is_destructive());
    }
}
