//! Fields that an integrator added to our types.
//!
//! Whether Contentstack keeps or clears what an update leaves out is not known, so an update of an entry whose type has
//! such fields carries what stands in them: read, merge, write. A type without any costs no read.

use std::collections::{BTreeMap, BTreeSet};

use contentstack::{Class, EntryUid, LocaleCode};
use serde_json::{Map, Value as Json};
use site::content_model::model;
use site::desired::Kind;
use site::policy::Policy;

use crate::Error;
use crate::writer::{Writer, content_type_uid};

/// Uids of fields that are not ours, by kind.
pub type Foreign = BTreeMap<Kind, BTreeSet<String>>;

impl Writer<'_> {
    /// The fields to send when an entry is saved: ours, and whatever stands in fields that are not.
    ///
    /// # Errors
    /// The outer error ends the run; the inner one is the stack's on reading the entry.
    pub(crate) async fn with_foreign_fields(
        &self,
        kind: Kind,
        uid: &EntryUid,
        locale: &LocaleCode,
        ours: &Map<String, Json>,
    ) -> Result<Result<Map<String, Json>, contentstack::Error>, Error> {
        let foreign = self
            .foreign
            .get_or_try_init(|| self.foreign_fields())
            .await?;
        let mut fields = ours.clone();
        let Some(foreign) = foreign.get(&kind).filter(|foreign| !foreign.is_empty()) else {
            return Ok(Ok(fields));
        };
        let content_type = content_type_uid(self.names.content_type(kind))?;
        match self
            .stack
            .entries(&content_type)
            .get(uid, Some(locale))
            .await
        {
            Ok(entry) => {
                let theirs = entry
                    .fields
                    .into_iter()
                    .filter(|(field, _)| foreign.contains(field));
                fields.extend(theirs.map(|(field, value)| (field, sendable(value))));
                Ok(Ok(fields))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn foreign_fields(&self) -> Result<Foreign, Error> {
        let mut foreign = Foreign::new();
        for ours in model(&any_policy()) {
            let uid = content_type_uid(self.names.content_type(ours.kind))?;
            let known: BTreeSet<&str> = ours
                .fields
                .iter()
                .map(|field| self.names.field(ours.kind, field.uid))
                .collect();
            let stored = match self.stack.content_types().get(&uid).await {
                Ok(stored) => stored,
                Err(error) if error.class() == Class::Gone => {
                    return Err(Error::StackLacks {
                        what: format!("content type {uid}"),
                    });
                }
                Err(error) => return Err(error.into()),
            };
            let fields = stored
                .schema
                .iter()
                .filter_map(|field| field.get("uid").and_then(Json::as_str));
            let theirs = fields
                .filter(|field| !known.contains(field))
                .map(str::to_owned)
                .collect();
            foreign.insert(ours.kind, theirs);
        }
        Ok(foreign)
    }
}

/// The policy decides only whether taxonomies are ours; with them the list of our fields is complete.
fn any_policy() -> Policy {
    Policy::new("")
}

/// A value as it is sent: a file is read as a whole asset and written as its uid.
fn sendable(value: Json) -> Json {
    match value {
        Json::Object(asset) if asset.contains_key("filename") => {
            asset.get("uid").cloned().unwrap_or(Json::Null)
        }
        Json::Array(items) => items.into_iter().map(sendable).collect(),
        other => other,
    }
}
