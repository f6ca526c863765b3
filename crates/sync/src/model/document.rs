//! Our fields as Contentstack's field documents, in the installation's names.

use contentstack::{ContentType, ContentTypeUid};
use serde_json::{Map, Value, json};
use site::content_model::{self, Field, FieldKind, Names};
use site::desired::Kind;

/// Ends the help text of every field and type of ours. A field with this mark may be changed and removed by us.
pub const MARK: &str = "(kept by Frontlist)";

/// Contentstack: descriptions hold 255 characters.
const DESCRIPTION_LIMIT: usize = 255;
/// Contentstack: an entry carries 25 terms.
const TERM_LIMIT: u32 = 25;

/// One field as it should be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    /// The key under `[names]` that maps it (`book.formats.isbn13`).
    pub(super) setting: String,
    /// Uid in the installation.
    pub(super) uid: String,
    /// The document, without inner fields.
    pub(super) document: Value,
    /// The fields of a group.
    pub(super) inner: Vec<Self>,
}

impl Wanted {
    /// The document with inner fields.
    pub(super) fn whole(&self) -> Value {
        let mut document = self.document.clone();
        if let Some(object) = document.as_object_mut().filter(|_| !self.inner.is_empty()) {
            object.insert(
                "schema".into(),
                self.inner.iter().map(Self::whole).collect(),
            );
        }
        document
    }
}

/// The fields of a type, the title first: Contentstack's own editor puts it there.
pub(super) fn wanted(content_type: &content_model::ContentType, names: &Names) -> Vec<Wanted> {
    let (title, others): (Vec<&Field>, Vec<&Field>) = content_type
        .fields
        .iter()
        .partition(|field| field.uid == "title");
    title
        .into_iter()
        .chain(others)
        .map(|field| one(content_type.kind, "", field, names))
        .collect()
}

/// A whole content type, to be made.
pub(super) fn content_type(
    uid: ContentTypeUid,
    title: String,
    model: &content_model::ContentType,
    names: &Names,
) -> ContentType {
    let options = json!({
        "is_page": false, "singleton": false, "title": "title", "sub_title": [], "publishable": true,
    });
    ContentType {
        uid,
        title,
        description: marked(model.help),
        schema: wanted(model, names).iter().map(Wanted::whole).collect(),
        options: match options {
            Value::Object(options) => options,
            _ => Map::new(),
        },
        labels: Vec::new(),
        field_rules: Vec::new(),
        version: 0,
    }
}

/// A help text with the mark, cut so that the mark is never lost.
pub(super) fn marked(help: &str) -> String {
    let room = DESCRIPTION_LIMIT - MARK.len() - 1;
    if help.is_empty() {
        return MARK.to_owned();
    }
    if help.chars().count() <= room {
        return format!("{help} {MARK}");
    }
    let cut: String = help.chars().take(room - 1).collect();
    format!("{}… {MARK}", cut.trim_end())
}

fn one(kind: Kind, within: &str, field: &Field, names: &Names) -> Wanted {
    let path = format!("{within}{}", field.uid);
    let uid = names.field(kind, &path).to_owned();
    let inner = match &field.kind {
        FieldKind::Rows(rows) => {
            let within = format!("{path}.");
            rows.iter()
                .map(|row| one(kind, &within, row, names))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut document = json!({
        "uid": uid,
        "display_name": field.name,
        "mandatory": field.mandatory,
        "unique": field.unique,
        "non_localizable": field.shared,
        "multiple": false,
        "field_metadata": { "description": marked(field.help) },
    });
    overlay(&mut document, shape(&field.kind, names));
    Wanted {
        setting: format!("{}.{path}", kind.uid()),
        uid,
        document,
        inner,
    }
}

/// What the kind of a field adds to its document.
pub(super) fn shape(kind: &FieldKind, names: &Names) -> Value {
    let text =
        |multiline: bool| json!({ "default_value": "", "multiline": multiline, "version": 3 });
    match kind {
        FieldKind::Line => json!({ "data_type": "text", "field_metadata": text(false) }),
        FieldKind::Lines => json!({ "data_type": "text", "field_metadata": text(true) }),
        FieldKind::ManyLines => {
            json!({ "data_type": "text", "multiple": true, "field_metadata": text(false) })
        }
        FieldKind::Html => json!({
            "data_type": "text",
            "field_metadata": {
                "allow_rich_text": true, "rich_text_type": "advanced", "multiline": false,
                "default_value": "", "version": 3,
            },
        }),
        FieldKind::Rich => json!({
            "data_type": "json",
            "reference_to": ["sys_assets"],
            "field_metadata": {
                "allow_json_rte": true, "rich_text_type": "advanced", "embed_entry": false, "default_value": "",
            },
        }),
        FieldKind::Number => json!({ "data_type": "number" }),
        FieldKind::Flag => {
            json!({ "data_type": "boolean", "field_metadata": { "default_value": false } })
        }
        FieldKind::Date => json!({
            "data_type": "isodate", "startDate": null, "endDate": null,
            "field_metadata": { "default_value": { "custom": false } },
        }),
        FieldKind::Choice(words) => {
            let choices: Vec<Value> = words.iter().map(|word| json!({ "value": word })).collect();
            json!({
                "data_type": "text", "display_type": "dropdown",
                "enum": { "advanced": false, "choices": choices },
                "field_metadata": { "version": 3 },
            })
        }
        FieldKind::Image => json!({ "data_type": "file", "field_metadata": { "image": true } }),
        FieldKind::File => json!({ "data_type": "file", "field_metadata": { "image": false } }),
        FieldKind::References { to, many } => json!({
            "data_type": "reference",
            "reference_to": to.iter().map(|kind| names.content_type(*kind)).collect::<Vec<_>>(),
            "field_metadata": { "ref_multiple": many, "ref_multiple_content_types": true },
        }),
        FieldKind::Rows(_) => json!({ "data_type": "group", "multiple": true }),
        FieldKind::Taxonomies(taxonomies) => {
            let taxonomies: Vec<Value> = taxonomies
                .iter()
                .map(|uid| {
                    json!({
                        "taxonomy_uid": uid, "max_terms": TERM_LIMIT, "mandatory": false,
                        "multiple": true, "non_localizable": false,
                    })
                })
                .collect();
            json!({ "data_type": "taxonomy", "multiple": true, "taxonomies": taxonomies })
        }
    }
}

/// Puts the members of one object over those of another, objects within member by member.
pub(super) fn overlay(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(member) => overlay(member, value),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn field(uid: &'static str, kind: FieldKind) -> Field {
        Field {
            uid,
            name: "Name",
            help: "Help.",
            kind,
            mandatory: false,
            unique: false,
            shared: false,
        }
    }

    fn document(kind: FieldKind) -> Value {
        let model = content_model::ContentType {
            kind: Kind::Book,
            name: "Book",
            help: "",
            fields: vec![field("thing", kind)],
        };
        wanted(&model, &Names::default()).remove(0).whole()
    }

    #[test]
    fn every_kind_of_field_takes_the_services_shape() {
        let pointers = [
            (FieldKind::Line, "/data_type", json!("text")),
            (FieldKind::Lines, "/field_metadata/multiline", json!(true)),
            (FieldKind::ManyLines, "/multiple", json!(true)),
            (
                FieldKind::Html,
                "/field_metadata/rich_text_type",
                json!("advanced"),
            ),
            (
                FieldKind::Rich,
                "/field_metadata/allow_json_rte",
                json!(true),
            ),
            (FieldKind::File, "/field_metadata/image", json!(false)),
            (FieldKind::Number, "/data_type", json!("number")),
            (FieldKind::Flag, "/data_type", json!("boolean")),
            (FieldKind::Date, "/data_type", json!("isodate")),
            (
                FieldKind::Choice(vec!["buy"]),
                "/enum/choices/0/value",
                json!("buy"),
            ),
            (FieldKind::Image, "/field_metadata/image", json!(true)),
            (
                FieldKind::References {
                    to: vec![Kind::Imprint],
                    many: true,
                },
                "/field_metadata/ref_multiple",
                json!(true),
            ),
            (
                FieldKind::Rows(vec![field("isbn13", FieldKind::Line)]),
                "/schema/0/uid",
                json!("isbn13"),
            ),
            (
                FieldKind::Taxonomies(vec!["subject"]),
                "/taxonomies/0/taxonomy_uid",
                json!("subject"),
            ),
        ];
        for (kind, pointer, value) in pointers {
            let document = document(kind);
            assert_eq!(document.pointer(pointer), Some(&value), "{document}");
            assert_eq!(
                document["field_metadata"]["description"],
                "Help. (kept by Frontlist)"
            );
        }
    }

    #[test]
    fn the_title_comes_first_and_names_reach_references_and_rows() {
        let rows = FieldKind::Rows(vec![field("isbn13", FieldKind::Line)]);
        let to_imprint = FieldKind::References {
            to: vec![Kind::Imprint],
            many: false,
        };
        let model = content_model::ContentType {
            kind: Kind::Book,
            name: "Book",
            help: "",
            fields: vec![
                field("imprint", to_imprint),
                field("formats", rows),
                field("title", FieldKind::Line),
            ],
        };
        let names = Names(BTreeMap::from([
            ("imprint".into(), "brand".into()),
            ("book.imprint".into(), "house".into()),
            ("book.formats.isbn13".into(), "ean".into()),
        ]));
        let wanted = wanted(&model, &names);
        let uids: Vec<&str> = wanted.iter().map(|field| field.uid.as_str()).collect();
        assert_eq!(uids, ["title", "house", "formats"]);
        assert_eq!(wanted[1].document["reference_to"], json!(["brand"]));
        assert_eq!(wanted[2].whole()["schema"][0]["uid"], "ean");
        assert_eq!(wanted[2].inner[0].setting, "book.formats.isbn13");
    }

    #[test]
    fn a_long_help_text_is_cut_before_its_mark() {
        assert_eq!(marked(""), MARK);
        let long = marked(&"é".repeat(400));
        assert_eq!(long.chars().count(), 255);
        assert!(long.ends_with(MARK), "{long}");
    }
}
