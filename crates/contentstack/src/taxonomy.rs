//! Taxonomies and their terms.
//!
//! Contentstack: uids and names hold 50 characters, descriptions 255; a taxonomy holds 10,000 terms
//! 10 deep; an entry carries 25 terms. Uids are never changed. A taxonomy is published whole.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::call::Call;
use crate::content_type::or_default;
use crate::error::Error;
use crate::reply::Done;
use crate::stack::Stack;
use crate::uid::{EnvironmentName, LocaleCode, TaxonomyUid, TermUid};

/// A taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxonomy {
    /// Its uid.
    pub uid: TaxonomyUid,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its description.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
}

/// A term of a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its uid.
    pub uid: TermUid,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// The term above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_uid: Option<TermUid>,
}

#[derive(Deserialize)]
struct OneTaxonomy {
    taxonomy: Taxonomy,
}

#[derive(Deserialize)]
struct OneTerm {
    term: Term,
}

/// Taxonomies.
#[derive(Debug, Clone, Copy)]
pub struct Taxonomies<'a> {
    stack: &'a Stack,
}

impl<'a> Taxonomies<'a> {
    pub(crate) fn new(stack: &'a Stack) -> Self {
        Self { stack }
    }

    /// All taxonomies. A stack whose plan has none answers with a refusal.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Taxonomy>, Error> {
        self.stack
            .all(Call::get("list taxonomies", &["taxonomies"]), "taxonomies")
            .await
    }

    /// Makes a taxonomy. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call.
    pub async fn create(&self, taxonomy: &Taxonomy) -> Result<Taxonomy, Error> {
        let call = Call::create("create taxonomy", &["taxonomies"])
            .json(&json!({ "taxonomy": taxonomy }))?;
        self.stack
            .send::<OneTaxonomy>(call)
            .await
            .map(|one| one.taxonomy)
    }

    /// Saves a taxonomy's name and description.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(&self, taxonomy: &Taxonomy) -> Result<Taxonomy, Error> {
        let call = Call::put("update taxonomy", &["taxonomies", taxonomy.uid.as_str()])
            .json(&json!({ "taxonomy": taxonomy }))?;
        self.stack
            .send::<OneTaxonomy>(call)
            .await
            .map(|one| one.taxonomy)
    }

    /// Asks for taxonomies to be published, each with all its terms.
    ///
    /// # Errors
    /// As any call.
    pub async fn publish(
        &self,
        taxonomies: &[TaxonomyUid],
        environments: &[EnvironmentName],
        locales: &[LocaleCode],
    ) -> Result<(), Error> {
        let items: Vec<_> = taxonomies.iter().map(|uid| json!({ "uid": uid })).collect();
        let call = Call::act("publish taxonomies", &["taxonomies", "publish"])
            .api_version("3.2")
            .json(&json!({ "items": items, "environments": environments, "locales": locales }))?;
        self.stack.send::<Done>(call).await.map(|Done| ())
    }
}

/// Terms of one taxonomy.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    stack: &'a Stack,
    taxonomy: &'a TaxonomyUid,
}

impl<'a> Terms<'a> {
    pub(crate) fn new(stack: &'a Stack, taxonomy: &'a TaxonomyUid) -> Self {
        Self { stack, taxonomy }
    }

    /// All terms, whatever their depth.
    ///
    /// # Errors
    /// As any call.
    pub async fn list(&self) -> Result<Vec<Term>, Error> {
        // What is given without a depth is not documented; no taxonomy is deeper than this.
        let call = Call::get(
            "list terms",
            &["taxonomies", self.taxonomy.as_str(), "terms"],
        )
        .query("depth", &10);
        self.stack.all(call, "terms").await
    }

    /// Makes a term. Not repeated when the reply is lost.
    ///
    /// # Errors
    /// As any call.
    pub async fn create(&self, term: &Term) -> Result<Term, Error> {
        let call = Call::create(
            "create term",
            &["taxonomies", self.taxonomy.as_str(), "terms"],
        )
        .json(&json!({ "term": term }))?;
        self.stack.send::<OneTerm>(call).await.map(|one| one.term)
    }

    /// Saves a term's name.
    ///
    /// # Errors
    /// As any call.
    pub async fn update(&self, term: &Term) -> Result<Term, Error> {
        let path = [
            "taxonomies",
            self.taxonomy.as_str(),
            "terms",
            term.uid.as_str(),
        ];
        let call =
            Call::put("update term", &path).json(&json!({ "term": { "name": term.name } }))?;
        self.stack.send::<OneTerm>(call).await.map(|one| one.term)
    }
}
