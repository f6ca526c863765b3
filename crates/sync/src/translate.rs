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
use site::rich::{Marks, Node, Rich};

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
    let mut translation = Translation {
        kind,
        names,
        resolve,
        source_key: fields["source_key"].as_text().unwrap_or_default(),
        made: Translated::default(),
    };
    let fields = translation.object("", "", fields);
    translation.made.fields = fields;
    translation.made
}

/// A version on its way.
struct Translation<'t, R> {
    kind: Kind,
    names: &'t Names,
    resolve: &'t R,
    source_key: &'t str,
    made: Translated,
}

impl<R: Resolve> Translation<'_, R> {
    /// Fields of the version or of a row. `path` is the dotted path of the rows' field, `place` the same with the
    /// position of each row.
    fn object(&mut self, path: &str, place: &str, fields: &Fields) -> Map<String, Json> {
        let mut object = Map::new();
        for (uid, value) in fields.iter() {
            let within = |outer: &str| match outer {
                "" => uid.to_owned(),
                outer => format!("{outer}.{uid}"),
            };
            let path = within(path);
            let name = self.names.field(self.kind, &path).to_owned();
            let json = self.json(&path, &within(place), &name, value);
            object.insert(name, json);
        }
        object
    }

    fn json(&mut self, path: &str, place: &str, name: &str, value: &Value) -> Json {
        match value {
            Value::Nothing => Json::Null,
            Value::Text(text) => json!(**text),
            Value::Word(word) => json!(word),
            Value::Rich(rich) => document(rich, self.source_key, place),
            Value::Texts(texts) => json!(**texts),
            // Contentstack's numbers are JSON numbers; the nearest double prints back as the same decimal for any price.
            Value::Number(number) => number.to_f64().map_or(Json::Null, |number| json!(number)),
            Value::Flag(flag) => json!(flag),
            Value::Date(date) => json!(format!("{date}T00:00:00.000Z")),
            Value::References(keys) => self.references(keys),
            Value::File(key) => self.file(name, key),
            Value::Rows(rows) => self.rows(path, place, rows),
            Value::Terms(terms) => terms
                .iter()
                .map(|(taxonomy, term)| json!({ "taxonomy_uid": taxonomy, "term_uid": term }))
                .collect(),
        }
    }

    fn references(&mut self, keys: &[EntryKey]) -> Json {
        let mut references = Vec::new();
        for key in keys {
            match self.resolve.entry(key) {
                Some(uid) => {
                    references.push(json!({ "uid": uid, "_content_type_uid": self.names.content_type(key.kind) }));
                }
                None => {
                    self.made.missing_entries.insert(key.clone());
                }
            }
        }
        Json::Array(references)
    }

    fn file(&mut self, name: &str, key: &AssetKey) -> Json {
        match self.resolve.asset(key) {
            Some(uid) => json!(uid),
            None => {
                self.made
                    .missing_assets
                    .insert((name.to_owned(), key.clone()));
                Json::Null
            }
        }
    }

    /// A row that is about a file says nothing without it and is left out until the file is there.
    fn rows(&mut self, path: &str, place: &str, rows: &[Fields]) -> Json {
        let mut written = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let object = self.object(path, &format!("{place}.{at}"), row);
            let lacks = row.values().any(
                |value| matches!(value, Value::File(key) if self.resolve.asset(key).is_none()),
            );
            if !lacks {
                written.push(Json::Object(object));
            }
        }
        Json::Array(written)
    }
}

/// A text as a document of Contentstack's JSON rich text editor. Its nodes have uids; made of the entry and the place of
/// the text in it, they are the same each time and nowhere the same twice.
fn document(rich: &Rich, source_key: &str, place: &str) -> Json {
    let seed = Fingerprint::of_bytes(format!("{source_key} {place}").as_bytes());
    let mut uids = Uids {
        seed: seed.as_str().chars().take(24).collect(),
        next: 0,
    };
    let uid = uids.next();
    let children: Vec<Json> = rich.blocks().iter().map(|node| uids.node(node)).collect();
    json!({ "type": "doc", "uid": uid, "attrs": {}, "children": children })
}

struct Uids {
    seed: String,
    next: u32,
}

impl Uids {
    fn next(&mut self) -> String {
        let uid = format!("{}{:08x}", self.seed, self.next);
        self.next = self.next.wrapping_add(1);
        uid
    }

    fn node(&mut self, node: &Node) -> Json {
        match node {
            Node::Block { tag, children } => {
                let uid = self.next();
                let children: Vec<Json> = children.iter().map(|child| self.node(child)).collect();
                json!({ "type": tag, "uid": uid, "attrs": {}, "children": children })
            }
            Node::Link { address, children } => {
                let uid = self.next();
                let children: Vec<Json> = children.iter().map(|child| self.node(child)).collect();
                json!({ "type": "a", "uid": uid, "attrs": { "url": address }, "children": children })
            }
            Node::Text { text, marks } => {
                let mut run = Map::from_iter([("text".to_owned(), json!(text))]);
                for (mark, name) in MARKS {
                    if marks.contains(mark) {
                        run.insert(name.to_owned(), json!(true));
                    }
                }
                Json::Object(run)
            }
            Node::Break => json!({ "text": "\n", "break": true, "separaterId": self.next() }),
        }
    }
}

/// The editor's names for emphasis.
const MARKS: [(Marks, &str); 4] = [
    (Marks::BOLD, "bold"),
    (Marks::ITALIC, "italic"),
    (Marks::SUPERSCRIPT, "superscript"),
    (Marks::SUBSCRIPT, "subscript"),
];

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

    fn written(kind: Kind, fields: &Fields) -> Json {
        Json::Object(translate(kind, fields, &Names::default(), &Known).fields)
    }

    #[test]
    fn a_text_becomes_a_document_with_uids_of_its_own_place() {
        let rich = || Value::Rich(std::sync::Arc::new(sample()));
        let fields = Fields::from([
            ("source_key", Value::Text("a".into())),
            ("description_json", rich()),
            (
                "reviews",
                Value::Rows(
                    [
                        Fields::from([("text_json", rich())]),
                        Fields::from([("text_json", rich())]),
                    ]
                    .into(),
                ),
            ),
        ]);
        let json = written(Kind::Book, &fields);
        let document = &json["description_json"];
        assert_eq!(document["type"], "doc");
        let paragraph = &document["children"][0];
        assert_eq!(paragraph["type"], "p");
        assert_eq!(paragraph["children"][0], json!({ "text": "A " }));
        assert_eq!(
            paragraph["children"][1],
            json!({ "text": "b", "bold": true, "italic": true })
        );
        assert_eq!(paragraph["children"][2]["text"], "\n");
        let link = &paragraph["children"][3];
        assert_eq!(link["attrs"], json!({ "url": "https://e.example/" }));
        let mut uids = BTreeSet::new();
        note_uids(&json, &mut uids);
        assert_eq!(json, written(Kind::Book, &fields), "the same each time");
    }

    fn note_uids(json: &Json, seen: &mut BTreeSet<String>) {
        match json {
            Json::Object(members) => {
                if let Some(uid) = members.get("uid").and_then(Json::as_str) {
                    assert!(seen.insert(uid.to_owned()), "{uid} twice");
                }
                members.values().for_each(|member| note_uids(member, seen));
            }
            Json::Array(items) => items.iter().for_each(|item| note_uids(item, seen)),
            _ => {}
        }
    }

    fn sample() -> Rich {
        let text = |text: &str, marks| Node::Text {
            text: text.to_owned(),
            marks,
        };
        let line = vec![
            text("A ", Marks::default()),
            text("b", Marks::BOLD.with(Marks::ITALIC)),
            Node::Break,
            Node::Link {
                address: "https://e.example/".to_owned(),
                children: vec![text("c", Marks::default())],
            },
        ];
        Rich::from_iter([Node::Block {
            tag: "p",
            children: line,
        }])
    }

    #[test]
    fn a_row_about_a_file_that_is_not_there_is_left_out() {
        let row = |link: &str| {
            let key = AssetKey {
                link: link.into(),
                mark: String::new(),
            };
            Fields::from([
                ("kind", Value::Word("banner")),
                ("file", Value::File(key.into())),
            ])
        };
        let fields = Fields::from([("graphics", Value::Rows([row("new"), row("old")].into()))]);
        let translated = translate(Kind::Book, &fields, &Names::default(), &Known);
        let graphics = translated.fields["graphics"].as_array().unwrap();
        assert_eq!(graphics.len(), 1);
        assert_eq!(graphics[0]["file"], "bltold");
        assert_eq!(
            translated.missing_assets.len(),
            1,
            "and wanted all the same"
        );
    }
}
