//! What refers to an entry: the newest drafts, in every locale that has a version of its own.
//!
//! The answer's shape is documented for assets only; entries are answered in the same.

use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::errors::Refusal;
use super::routes::{Route, get};
use super::stack::Stack;

pub(crate) const ROUTES: &[Route] = &[get(
    "/v3/content_types/{ct}/entries/{entry}/references",
    list,
)];

/// Whether a value holds a reference to an entry, in a field or embedded in rich text.
fn names(value: &Value, uid: &str) -> bool {
    match value {
        Value::Object(members) => {
            let is = |key: &str| members.get(key).and_then(Value::as_str) == Some(uid);
            let own = is("uid") && members.contains_key("_content_type_uid");
            own || is("entry-uid") || members.values().any(|member| names(member, uid))
        }
        Value::Array(values) => values.iter().any(|value| names(value, uid)),
        _ => false,
    }
}

fn list(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct");
    let uid = ask.parameter("entry");
    stack.content_type(content_type)?;
    stack
        .shelf(content_type)?
        .get(uid)
        .ok_or_else(Refusal::missing)?;
    let mut found = Vec::new();
    for (of, shelf) in &stack.shelves {
        let title_of_type = stack
            .content_types
            .get(of)
            .map(|model| model.title.clone())
            .unwrap_or_default();
        for entry in shelf.entries() {
            for locale in entry.localised() {
                let Some(version) = entry.own(locale) else {
                    continue;
                };
                if version.fields.values().any(|value| names(value, uid)) {
                    found.push(json!({
                        "entry_uid": entry.uid,
                        "content_type_uid": of,
                        "locale": locale,
                        "title": version.fields.get("title"),
                        "content_type_title": title_of_type,
                    }));
                }
            }
        }
    }
    Ok(Answer::ok(json!({"references": found})))
}
