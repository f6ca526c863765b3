//! Launch kits: a draft campaign page for each title that reaches a stage, made once from a template, the editors' from then on.
//!
//! That a page is to be made is written down before it is made, under the title that it will have. Where the answer was lost
//! it is looked for by that title, which is unique in the starter type; so one title never gets two, whatever died when. What was
//! made is never read or written again.

use catalogue::work::Work;
use contentstack::{ContentTypeUid, EntryUid, Find, LocaleCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use site::desired::{EntryKey, Value};
use store::launch_kits::KeptKit;
use store::ledger::Ledger;

use crate::Error;
use crate::engine::Engine;
use crate::plan::entry_id;

/// What the page of a title is made of where nobody gives another template. Facts about the title are references, so that
/// nothing can go stale; the entry's own title is for editors to find it by.
pub const TEMPLATE: &str = r#"{
  "title": "Launch: {title} ({work})",
  "url": "/campaigns/{number}",
  "sections": [
    { "hero": { "book": "{book}" } },
    { "text": { "heading": "" } },
    { "contributors": { "contributors": "{contributors}" } },
    { "books": { "books": "{book}" } }
  ]
}"#;

/// When a title gets its page, and what it is made of.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Project stages at which it is made, as the source names them.
    pub stages: Vec<String>,
    /// The content type.
    pub content_type: ContentTypeUid,
    /// The fields, with what is filled in braces.
    pub template: Map<String, Json>,
}

/// What comes of a title that reached a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kit {
    /// The title, as its work's key.
    pub work: String,
    /// What the page is called in the stack.
    pub title: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Its uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Why it was not made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// What becomes of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is to be made.
    Planned,
    /// The book has no entry yet to refer to.
    Waits,
    /// It was made now.
    Made,
    /// It was made by a run whose answer was lost.
    Found,
    /// It could not be made, and is tried again.
    Failed,
}

impl Engine<'_> {
    /// The pages that are due: of titles that reached a stage and have none. `make` makes them; otherwise nothing is
    /// written. One that cannot be made stops no other.
    ///
    /// # Errors
    /// When the state file cannot be read or written.
    pub async fn kits(
        &self,
        works: &[Work],
        recipe: &Recipe,
        make: bool,
        now: Timestamp,
    ) -> Result<Vec<Kit>, Error> {
        let kept = self.store.kits().await?;
        let has_one = |work: &Work| {
            let mut keys = std::iter::once(&work.key).chain(&work.aliases);
            keys.any(|key| {
                kept.iter()
                    .any(|kit| kit.entry.is_some() && kit.work == key.as_str())
            })
        };
        let due: Vec<&Work> = works
            .iter()
            .filter(|work| recipe.is_for(work) && !has_one(work))
            .collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let ledger = self.store.ledger().await?;
        let due_works: Vec<Work> = due.iter().map(|work| (*work).clone()).collect();
        let desired = self.project(&due_works, &ledger, now);
        let mut kits = Vec::with_capacity(due.len());
        for work in due {
            let key = EntryKey::of_work(work);
            let references = References {
                book: of_keys(std::slice::from_ref(&key), self, &ledger),
                contributors: match desired.entries.get(&key) {
                    Some(entry) => {
                        let versions = entry.versions.values();
                        let people =
                            versions.filter_map(|fields| match fields.get("contributors") {
                                Some(Value::References(keys)) if !keys.is_empty() => Some(keys),
                                _ => None,
                            });
                        let keys = people.max_by_key(|keys| keys.len());
                        keys.map(|keys| of_keys(keys, self, &ledger))
                            .unwrap_or_default()
                    }
                    None => Vec::new(),
                },
            };
            let fields = recipe.fill(work, &references);
            let title = fields
                .get("title")
                .and_then(Json::as_str)
                .unwrap_or_default();
            let mut kit = Kit {
                work: work.key.to_string(),
                title: title.to_owned(),
                outcome: Outcome::Planned,
                entry: None,
                trouble: None,
            };
            if references.book.is_empty() {
                kit.outcome = Outcome::Waits;
            } else if make {
                self.make_kit(&mut kit, recipe, &fields, now).await?;
            }
            kits.push(kit);
        }
        Ok(kits)
    }

    async fn make_kit(
        &self,
        kit: &mut Kit,
        recipe: &Recipe,
        fields: &Map<String, Json>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let meant = KeptKit {
            work: kit.work.clone(),
            content_type: recipe.content_type.as_str().to_owned(),
            title: kit.title.clone(),
            meant_at: now,
            entry: None,
        };
        let kept = self.store.mean_kit(&meant).await?;
        // What was meant first is what may be there, under the name that it had then.
        kit.title.clone_from(&kept.title);
        let mut fields = fields.clone();
        fields.insert("title".to_owned(), Json::from(kept.title.clone()));
        match self.find_or_create(recipe, &kept.title, &fields).await {
            Ok((uid, outcome)) => {
                self.store.kit_made(&kit.work, uid.as_str()).await?;
                kit.entry = Some(uid.as_str().to_owned());
                kit.outcome = outcome;
            }
            Err(error) => {
                kit.outcome = Outcome::Failed;
                kit.trouble = Some(format!("{}: {error}", error.code()));
            }
        }
        Ok(())
    }

    async fn find_or_create(
        &self,
        recipe: &Recipe,
        title: &str,
        fields: &Map<String, Json>,
    ) -> Result<(EntryUid, Outcome), contentstack::Error> {
        let entries = self.stack.entries(&recipe.content_type);
        let by_title = Find::by("title", title);
        let found = entries.find(&by_title).await?;
        if let Some(entry) = found.items.into_iter().next() {
            return Ok((entry.uid, Outcome::Found));
        }
        let none: Option<&LocaleCode> = None;
        match entries.create(none, fields).await {
            Ok(entry) => Ok((entry.uid, Outcome::Made)),
            // Somebody, or a run that died, was between the look and the call.
            Err(error) if error.is_not_unique("title") || error.outcome_unknown() => {
                let found = entries.find(&by_title).await?;
                match found.items.into_iter().next() {
                    Some(entry) => Ok((entry.uid, Outcome::Found)),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

/// References to what a title is made of, where it is in the stack.
struct References {
    book: Vec<Json>,
    contributors: Vec<Json>,
}

fn of_keys(keys: &[EntryKey], engine: &Engine<'_>, ledger: &Ledger) -> Vec<Json> {
    let uids = keys.iter().filter_map(|key| {
        let uid = ledger.entries.get(&entry_id(key))?;
        Some(json!({ "uid": uid, "_content_type_uid": engine.names.content_type(key.kind) }))
    });
    uids.collect()
}

impl Recipe {
    /// Whether a title has reached one of the stages.
    fn is_for(&self, work: &Work) -> bool {
        let Some(stage) = work.stage.as_deref().map(str::trim) else {
            return false;
        };
        self.stages
            .iter()
            .any(|one| one.trim().eq_ignore_ascii_case(stage))
    }

    fn fill(&self, work: &Work, references: &References) -> Map<String, Json> {
        let key = work.key.as_str();
        let isbn = work.products.iter().find_map(|product| product.isbn);
        let words = [
            ("{title}", work.title.text.clone()),
            ("{work}", key.to_owned()),
            ("{number}", key.rsplit(':').next().unwrap_or(key).to_owned()),
            (
                "{isbn13}",
                isbn.map(|isbn| isbn.to_string()).unwrap_or_default(),
            ),
        ];
        let filled = self.template.iter();
        filled
            .map(|(name, value)| (name.clone(), filled_in(value, &words, references)))
            .collect()
    }
}

fn filled_in(value: &Json, words: &[(&str, String)], references: &References) -> Json {
    match value {
        Json::String(text) => match text.as_str() {
            "{book}" => Json::Array(references.book.clone()),
            "{contributors}" => Json::Array(references.contributors.clone()),
            text => {
                // One pass: what a title says is not filled again.
                let mut filled = String::new();
                let mut rest = text;
                while let Some(at) = rest.find('{') {
                    let (before, from) = rest.split_at(at);
                    filled.push_str(before);
                    match words.iter().find(|(word, _)| from.starts_with(word)) {
                        Some((word, with)) => {
                            filled.push_str(with);
                            rest = from.get(word.len()..).unwrap_or_default();
                        }
                        None => {
                            filled.push('{');
                            rest = from.get(1..).unwrap_or_default();
                        }
                    }
                }
                filled.push_str(rest);
                Json::String(filled)
            }
        },
        Json::Array(values) => {
            let each = values.iter();
            Json::Array(
                each.map(|value| filled_in(value, words, references))
                    .collect(),
            )
        }
        Json::Object(fields) => {
            let each = fields.iter();
            let filled =
                each.map(|(name, value)| (name.clone(), filled_in(value, words, references)));
            Json::Object(filled.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_sound_and_a_title_is_not_filled_twice() {
        let template: Json = serde_json::from_str(TEMPLATE).unwrap();
        assert!(template.is_object());
        let references = References {
            book: vec![json!({ "uid": "blt1" })],
            contributors: Vec::new(),
        };
        let words = [
            ("{title}", "Salt {work}".to_owned()),
            ("{work}", "w1".to_owned()),
        ];
        let text = json!({ "a": "{title} of {work} {else}", "b": ["{book}"], "c": "{book}" });
        let expected = json!({ "a": "Salt {work} of w1 {else}", "b": [[{ "uid": "blt1" }]], "c": [{ "uid": "blt1" }] });
        assert_eq!(filled_in(&text, &words, &references), expected);
    }
}
