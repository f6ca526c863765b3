//! From neutral values to Contentstack's JSON.
//!
//! The projection refers to entries and files by their source keys. Here they become uids, as far as those are known:
//! a plan made before anything was written shows a placeholder, an apply leaves a hole only where writing the referent
//! failed, and says so.

use std::collections::BTreeSet;

use catalogue::fingerprint::Fingerprint;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Map, Value as Json, json};
use site::content_model::Names;
use site::desired::{AssetKey, EntryKey, Fields, Kind, Value};

/// Knows the uids of what has been written.
pub trait Resolve {
    /// Uid of an entry.
    fn entry(&self, key: &EntryKey) -> Option<String>;
    /// Uid of the asset that holds a file.
    fn asset(&self, key: &AssetKey) -> Option<String>;
}

/// One version of an entry, ready to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translated {
    /// Fields by uid in this installation.
    pub fields: Map<String, Json>,
    /// Entries referred to whose uid is not known.
    pub missing_entries: BTreeSet<EntryKey>,
    /// Files whose asset is not known, with the field that wants them.
    pub missing_assets: BTreeSet<(String, AssetKey)>,
}

impl Translated {
    /// What the ledger compares: a fingerprint of the fields as written. A missing referent counts by its key, so that
    /// the version is written again once the referent exists.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut text = Json::Object(self.fields.clone()).to_string();
        for key in &self.missing_entries {
            text.push_str(&key.to_string());
        }
        for (field, key) in &self.missing_assets {
            text.push_str(&format!("{field} {} {}", key.link, key.mark));
        }
        Fingerprint::of_bytes(text.as_bytes())
    }
}

/// Translates one version.
pub fn translate(kind: Kind, fields: &Fields, names: &Names, resolve: &impl Resolve) -> Translated {
    let mut translated = Translated::default();
    let fields = object(kind, "", fields, names, resolve, &mut translated);
    translated.fields = fields;
    translated
}

fn object(
    kind: Kind,
    path: &str,
    fields: &Fields,
    names: &Names,
    resolve: &impl Resolve,
    missing: &mut Translated,
) -> Map<String, Json> {
    let mut object = Map::new();
    for (uid, value) in fields.iter() {
        let path = if path.is_empty() {
            uid.to_owned()
        } else {
            format!("{path}.{uid}")
        };
        let name = names.field(kind, &path).to_owned();
        let json = json(kind, &path, &name, value, names, resolve, missing);
        object.insert(name, json);
    }
    object
}

fn json(
    kind: Kind,
    path: &str,
    name: &str,
    value: &Value,
    names: &Names,
    resolve: &impl Resolve,
    missing: &mut Translated,
) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Text(text) => json!(**text),
        Value::Word(word) => json!(word),
        Value::Texts(texts) => json!(**texts),
        // Contentstack's numbers are JSON numbers; the nearest double prints back as the same decimal for any price.
        Value::Number(number) => number.to_f64().map_or(Json::Null, |number| json!(number)),
        Value::Flag(flag) => json!(flag),
        Value::Date(date) => json!(format!("{date}T00:00:00.000Z")),
        Value::References(keys) => {
            let mut references = Vec::new();
            for key in keys.iter() {
                match resolve.entry(key) {
                    Some(uid) => {
                        references.push(json!({ "uid": uid, "_content_type_uid": names.content_type(key.kind) }));
                    }
                    None => {
                        missing.missing_entries.insert(key.clone());
                    }
                }
            }
            Json::Array(references)
        }
        Value::File(key) => match resolve.asset(key) {
            Some(uid) => json!(uid),
            None => {
                missing
                    .missing_assets
                    .insert((name.to_owned(), AssetKey::clone(key)));
                Json::Null
            }
        },
        Value::Rows(rows) => rows
            .iter()
            .map(|row| Json::Object(object(kind, path, row, names, resolve, missing)))
            .collect(),
        Value::Terms(terms) => terms
            .iter()
            .map(|(taxonomy, term)| json!({ "taxonomy_uid": taxonomy, "term_uid": term }))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Known;

    impl Resolve for Known {
        fn entry(&self, key: &EntryKey) -> Option<String> {
            (key.source_key != "new").then(|| format!("blt{}", key.source_key))
        }

        fn asset(&self, key: &AssetKey) -> Option<String> {
            (key.link != "new").then(|| format!("blt{}", key.link))
        }
    }

    fn imprint(source_key: &str) -> EntryKey {
        EntryKey {
            kind: Kind::Imprint,
            source_key: source_key.into(),
        }
    }

    #[test]
    fn values_take_the_stacks_shapes_and_the_installations_names() {
        let names = Names(BTreeMap::from([
            ("imprint".into(), "brand".into()),
            ("book.formats.isbn13".into(), "ean".into()),
        ]));
        let row = Fields::from([("isbn13", Value::Text("9780000000002".into()))]);
        let fields = Fields::from([
            ("amount", Value::Number("19.99".parse().unwrap())),
            ("sort_date", Value::Date(jiff::civil::date(2027, 3, 1))),
            (
                "imprint",
                Value::References([imprint("a"), imprint("new")].into()),
            ),
            (
                "cover",
                Value::File(
                    AssetKey {
                        link: "new".into(),
                        mark: String::new(),
                    }
                    .into(),
                ),
            ),
            ("formats", Value::Rows([row].into())),
        ]);
        let translated = translate(Kind::Book, &fields, &names, &Known);
        assert_eq!(
            Json::Object(translated.fields.clone()),
            json!({
                "amount": 19.99,
                "sort_date": "2027-03-01T00:00:00.000Z",
                "imprint": [{ "uid": "blta", "_content_type_uid": "brand" }],
                "cover": null,
                "formats": [{ "ean": "9780000000002" }],
            })
        );
        assert_eq!(translated.missing_entries, BTreeSet::from([imprint("new")]));
        assert_eq!(translated.missing_assets.len(), 1);
    }

    #[test]
    fn a_hole_that_is_filled_later_changes_the_fingerprint() {
        let hole = translate(
            Kind::Book,
            &Fields::from([("imprint", Value::References([imprint("new")].into()))]),
            &Names::default(),
            &Known,
        );
        let nothing = translate(
            Kind::Book,
            &Fields::from([("imprint", Value::References([].into()))]),
            &Names::default(),
            &Known,
        );
        assert_eq!(hole.fields, nothing.fields);
        assert_ne!(hole.fingerprint(), nothing.fingerprint());
    }
}
