//! What a stack must hold, and whether the installation's names for it can be used.

use std::collections::{BTreeMap, BTreeSet};

use site::content_model::{ContentType, EditorialType, Field, FieldKind, Names, Taxonomy};
use site::desired::Kind;

use super::Error;

/// What a stack must hold for the sites of an installation.
#[derive(Clone, Debug, Default)]
pub struct ModelSpec {
    /// The content types.
    pub types: Vec<ContentType>,
    /// Starter types for editors, made where they are not there and never changed; empty unless asked for.
    pub editorial: Vec<EditorialType>,
    /// The taxonomies; empty where the stack has none.
    pub taxonomies: Vec<Taxonomy>,
    /// The installation's names.
    pub names: Names,
    /// The environments that the sites are published to.
    pub environments: BTreeSet<String>,
    /// The locales of the sites, with or without the master.
    pub locales: BTreeSet<String>,
    /// The stack's master locale.
    pub master_locale: String,
}

/// Uids that the service keeps for itself. `tags` and `taxonomies` are documented; the others are what a read puts beside
/// an entry's fields.
const RESERVED: &[&str] = &[
    "ACL",
    "_in_progress",
    "_metadata",
    "_version",
    "_workflow",
    "created_at",
    "created_by",
    "locale",
    "publish_details",
    "tags",
    "taxonomies",
    "uid",
    "updated_at",
    "updated_by",
];

/// Fields that the service itself knows by their uid.
const FIXED: &[&str] = &["taxonomies", "title"];

impl ModelSpec {
    /// Checks the configured names.
    ///
    /// # Errors
    /// [`Error::Name`] for a name that the service does not accept, that two things would share, or for a setting that
    /// names nothing.
    pub fn check(&self) -> Result<(), Error> {
        let mut known = BTreeSet::new();
        let mut uids = BTreeMap::new();
        for content_type in &self.types {
            let kind = content_type.kind;
            known.insert(kind.uid().to_owned());
            let uid = self.names.content_type(kind);
            well_formed(kind.uid(), uid)?;
            distinct(&mut uids, kind.uid(), uid)?;
            self.check_fields(kind, "", &content_type.fields, &mut known)?;
        }
        for content_type in &self.editorial {
            distinct(&mut uids, content_type.uid, content_type.uid)?;
        }
        match self
            .names
            .0
            .iter()
            .find(|(setting, _)| !known.contains(*setting))
        {
            Some((setting, value)) => Err(refused(
                setting,
                value,
                "names no type or field of the content model",
            )),
            None => Ok(()),
        }
    }

    fn check_fields(
        &self,
        kind: Kind,
        within: &str,
        fields: &[Field],
        known: &mut BTreeSet<String>,
    ) -> Result<(), Error> {
        let mut uids = BTreeMap::new();
        for field in fields {
            let path = format!("{within}{}", field.uid);
            let setting = format!("{}.{path}", kind.uid());
            let uid = self.names.field(kind, &path);
            if FIXED.contains(&path.as_str()) {
                if uid != field.uid {
                    return Err(refused(
                        &setting,
                        uid,
                        "cannot be given: Contentstack itself knows this field by its uid",
                    ));
                }
            } else {
                well_formed(&setting, uid)?;
                if RESERVED.contains(&uid) {
                    return Err(refused(&setting, uid, "is reserved by Contentstack"));
                }
            }
            distinct(&mut uids, &setting, uid)?;
            known.insert(setting);
            if let FieldKind::Rows(rows) = &field.kind {
                self.check_fields(kind, &format!("{path}."), rows, known)?;
            }
        }
        Ok(())
    }
}

fn refused(setting: &str, value: &str, fault: impl Into<String>) -> Error {
    Error::Name {
        setting: setting.to_owned(),
        value: value.to_owned(),
        fault: fault.into(),
    }
}

/// `^[a-z][a-z0-9_]*$`, at most 200 characters (Contentstack: content types). Fields are held to the same.
fn well_formed(setting: &str, uid: &str) -> Result<(), Error> {
    let begins = uid.starts_with(|first: char| first.is_ascii_lowercase());
    let goes_on = uid
        .chars()
        .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    if begins && goes_on && uid.len() <= 200 {
        return Ok(());
    }
    Err(refused(
        setting,
        uid,
        "is no uid: a small letter, then small letters, digits and `_`, at most 200",
    ))
}

fn distinct(uids: &mut BTreeMap<String, String>, setting: &str, uid: &str) -> Result<(), Error> {
    match uids.insert(uid.to_owned(), setting.to_owned()) {
        Some(other) => Err(refused(setting, uid, format!("is also that of {other}"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(uid: &'static str, kind: FieldKind) -> Field {
        Field {
            uid,
            name: uid,
            help: uid,
            kind,
            mandatory: false,
            unique: false,
            shared: false,
        }
    }

    fn spec(names: &[(&str, &str)]) -> ModelSpec {
        let rows = FieldKind::Rows(vec![
            field("isbn13", FieldKind::Line),
            field("cta", FieldKind::Line),
        ]);
        let fields = vec![
            field("title", FieldKind::Line),
            field("cta", FieldKind::Line),
            field("formats", rows),
            field("taxonomies", FieldKind::Taxonomies(vec!["subject"])),
        ];
        let book = ContentType {
            kind: Kind::Book,
            name: "Book",
            help: "",
            fields,
        };
        ModelSpec {
            types: vec![book],
            names: Names(
                names
                    .iter()
                    .map(|(ours, own)| ((*ours).into(), (*own).into()))
                    .collect(),
            ),
            ..ModelSpec::default()
        }
    }

    #[test]
    fn names_that_the_service_takes_are_accepted() {
        spec(&[]).check().unwrap();
        spec(&[
            ("book", "title_page"),
            ("book.cta", "call"),
            ("book.formats.isbn13", "ean"),
        ])
        .check()
        .unwrap();
    }

    #[test]
    fn names_that_cannot_work_are_refused_by_setting() {
        for (setting, value, fault) in [
            ("book", "Title-Page", "is no uid"),
            ("book.cta", "", "is no uid"),
            ("book.cta", "tags", "reserved"),
            ("book.title", "heading", "knows this field"),
            ("book.taxonomies", "terms", "knows this field"),
            ("book.formats", "cta", "is also that of book.cta"),
            ("book.formats.isbn13", "cta", "is also that of"),
            ("book.blurb", "copy", "names no type or field"),
        ] {
            let error = spec(&[(setting, value)]).check().unwrap_err();
            assert!(
                error.to_string().contains(fault),
                "{setting} = {value}: {error}"
            );
            assert_eq!(error.code(), "FL-0624");
        }
    }
}
