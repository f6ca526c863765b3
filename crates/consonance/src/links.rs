//! Writing web links of products: the one thing that goes back to Consonance.
//!
//! The schema of the mutations is not public in full, so nothing is written by a name that the account's own description lacks:
//! what is missing is named, and a service that does not describe itself is not written to. A mutation is sent once. Whoever
//! calls writes down beforehand what is to be written, and looks afterwards where the answer was lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::isbn::Isbn13;
use serde_json::Value;

use crate::client::Client;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::query::search_takes_after;
use crate::schema::Schema;
use crate::transport::Transport;
use crate::wanted::WORK_SEARCH;
use crate::work_id::WorkId;

/// The role of a link to the page of one work on its publisher's site (ONIX List 73, code 02).
const ROLE: &str = "_02";

/// A link of a product, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingLink {
    /// Its number.
    pub id: i64,
    /// Where it leads.
    pub link: String,
    /// Its note.
    pub note: String,
}

/// A product with its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedProduct {
    /// Its number.
    pub id: i64,
    /// Its ISBN.
    pub isbn: Option<Isbn13>,
    /// Its links.
    pub links: Vec<StandingLink>,
}

/// One mutation: its name, and the fields of its input that are needed.
struct Mutation {
    name: &'static str,
    fields: &'static [&'static str],
}

const CREATE: Mutation = Mutation {
    name: "createWebLink",
    // Without the flag nobody could keep the link out of feeds to the trade.
    fields: &["productId", "link", "note", "role", "includeInOnix"],
};
const UPDATE: Mutation = Mutation {
    name: "updateWebLink",
    fields: &["id", "link", "note"],
};
const DELETE: Mutation = Mutation {
    name: "deleteWebLink",
    fields: &["id"],
};

/// Writes web links of one account.
#[derive(Debug)]
pub struct Links {
    transport: Arc<Transport>,
    missing: Vec<String>,
    /// What is asked of each mutation's answer.
    payloads: BTreeMap<&'static str, String>,
}

impl Client {
    /// Finds out what the account can do with links.
    ///
    /// # Errors
    /// Whatever keeps the service from answering.
    pub async fn links(&self) -> Result<Links, Error> {
        let schema = self.schema().await?;
        let mut links = Links {
            transport: self.shared_transport(),
            missing: Vec::new(),
            payloads: BTreeMap::new(),
        };
        if !schema.is_introspected() {
            links
                .missing
                .push("the description of the schema".to_owned());
            return Ok(links);
        }
        if !search_takes_after(&schema, "works", "workSearch", WORK_SEARCH) {
            links
                .missing
                .push("Query.works(workSearch: {after})".to_owned());
        }
        for mutation in [CREATE, UPDATE, DELETE] {
            links.look_at(&mutation, &schema);
        }
        Ok(links)
    }
}

impl Links {
    /// Names that the account's schema lacks; while there are any, nothing is written.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    fn look_at(&mut self, mutation: &Mutation, schema: &Schema) {
        let name = mutation.name;
        let Some(input) = schema.argument_of("Mutation", name, "input") else {
            self.missing.push(format!("Mutation.{name}"));
            return;
        };
        let lacking = mutation
            .fields
            .iter()
            .filter(|field| !schema.has(input, field));
        self.missing
            .extend(lacking.map(|field| format!("{input}.{field}")));
        let payload = schema.type_of("Mutation", name, "");
        let error = schema.type_of(payload, "errors", "");
        let told = ["field", "attribute", "message", "messages"];
        let told: Vec<&str> = told
            .into_iter()
            .filter(|field| schema.has(error, field))
            .collect();
        let mut asked = String::from("__typename");
        if schema.has(payload, "errors") && !told.is_empty() {
            asked.push_str(&format!(" errors {{ {} }}", told.join(" ")));
        }
        if schema.has(payload, "webLink") {
            asked.push_str(" webLink { id }");
        }
        self.payloads.insert(name, asked);
    }

    /// The products of a work with their links; none where there is no such work.
    ///
    /// # Errors
    /// Whatever keeps the service from answering.
    pub async fn of_work(&self, work: WorkId) -> Result<Vec<LinkedProduct>, Error> {
        let query = format!(
            "{{ works(workSearch: {{idEq: {work}}}) {{ id products {{ id isbn {{ isbn13 }} webLinks {{ id link note }} }} }} }}"
        );
        let envelope = self.transport.ask(&query).await?;
        let Some(rows) = envelope.data.get("works").and_then(Value::as_array) else {
            return Err(envelope.refusal());
        };
        Ok(rows.first().map(products).unwrap_or_default())
    }

    /// Makes a link that stays out of ONIX. Its number, where the answer says it.
    ///
    /// # Errors
    /// When the service refuses, or its answer is lost: then nobody knows whether the link is there.
    pub async fn create(&self, product: i64, link: &str, note: &str) -> Result<Option<i64>, Error> {
        let (link, note) = (quoted(link), quoted(note));
        let input = format!(
            "productId: {product}, link: {link}, note: {note}, role: {ROLE}, includeInOnix: false"
        );
        let answer = self.mutate(CREATE.name, &input).await?;
        let id = answer.get("webLink").and_then(|link| link.get("id"));
        Ok(id.and_then(Value::as_i64))
    }

    /// Changes a link.
    ///
    /// # Errors
    /// As [`Links::create`].
    pub async fn update(&self, id: i64, link: &str, note: &str) -> Result<(), Error> {
        let (link, note) = (quoted(link), quoted(note));
        let input = format!("id: {id}, link: {link}, note: {note}");
        self.mutate(UPDATE.name, &input).await.map(|_| ())
    }

    /// Takes a link away.
    ///
    /// # Errors
    /// As [`Links::create`].
    pub async fn delete(&self, id: i64) -> Result<(), Error> {
        self.mutate(DELETE.name, &format!("id: {id}"))
            .await
            .map(|_| ())
    }

    async fn mutate(&self, name: &'static str, input: &str) -> Result<Value, Error> {
        let asked = self.payloads.get(name).filter(|_| self.missing.is_empty());
        let Some(asked) = asked else {
            return Err(Error::Query {
                message: format!("the account's schema lacks {}", self.missing.join(", ")),
                count: self.missing.len(),
            });
        };
        let text = format!("mutation {{ {name}(input: {{{input}}}) {{ {asked} }} }}");
        let envelope = self.transport.tell(&text).await?;
        answered(&envelope, name)
    }
}

/// What a mutation answered; an error where it says that something was wrong.
fn answered(envelope: &Envelope, name: &str) -> Result<Value, Error> {
    let answer = match envelope.data.get(name) {
        Some(answer) if !answer.is_null() && envelope.errors.is_empty() => answer,
        _ => return Err(envelope.refusal()),
    };
    let errors = answer.get("errors").and_then(Value::as_array);
    let errors = errors.map(Vec::as_slice).unwrap_or_default();
    let Some(first) = errors.first() else {
        return Ok(answer.clone());
    };
    let told = ["field", "attribute", "message", "messages"];
    let told: Vec<String> = told
        .iter()
        .filter_map(|field| match first.get(*field)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        })
        .collect();
    Err(Error::Query {
        message: format!("{name}: {}", told.join(", ")),
        count: errors.len(),
    })
}

fn products(row: &Value) -> Vec<LinkedProduct> {
    let list = |value: &Value, name: &str| -> Vec<Value> {
        value
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let text = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let products = list(row, "products").into_iter().filter_map(|product| {
        let isbn = product.get("isbn").and_then(|isbn| isbn.get("isbn13"));
        let links = list(&product, "webLinks").into_iter().filter_map(|link| {
            Some(StandingLink {
                id: link.get("id")?.as_i64()?,
                link: text(&link, "link"),
                note: text(&link, "note"),
            })
        });
        Some(LinkedProduct {
            id: product.get("id")?.as_i64()?,
            isbn: isbn
                .and_then(Value::as_str)
                .and_then(|isbn| isbn.parse().ok()),
            links: links.collect(),
        })
    });
    products.collect()
}

/// A text as a GraphQL string: JSON's escapes are among GraphQL's.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
