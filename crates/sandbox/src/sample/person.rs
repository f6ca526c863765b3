//! Contributors as contact records.

use serde_json::json;

use super::document::into_document;
use super::script::ContactScript;
use crate::world::Document;

/// The contact document of a contributor.
pub(super) fn document(contact: &ContactScript) -> Document {
    if contact.organisation {
        return into_document(json!({
            "__typename": "Organisation",
            "organisationName": contact.name,
            "biographicalNote": contact.bio,
            "isni": contact.isni,
        }));
    }
    let key_names = contact
        .inverted
        .as_deref()
        .and_then(|name| name.split(',').next());
    into_document(json!({
        "__typename": "Person",
        "personName": contact.name,
        "personNameInverted": contact.inverted,
        "keyNames": key_names,
        "biographicalNote": contact.bio.as_deref().map(|bio| format!("<p>{}</p>", bio.trim())),
        "isni": contact.isni,
    }))
}
