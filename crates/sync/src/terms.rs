//! Taxonomies' terms: only those that a shown book carries, so that no term tells of a book that may not be known.

use contentstack::{Class, TaxonomyUid, Term, TermUid};
use site::desired::Desired;
use store::ledger::{Effect, Outcome};

use crate::Error;
use crate::writer::{IfUnknown, Writer, target};

impl Writer<'_> {
    /// Makes the terms that are missing. A term that cannot be made is no reason to hold a book back: the book is then
    /// refused or taken by the stack on its own.
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn make_terms(&self, desired: &Desired) -> Result<(), Error> {
        for (taxonomy, terms) in &desired.terms {
            let missing = |uid: &String| {
                !self
                    .ledger()
                    .terms
                    .contains_key(&(taxonomy.clone(), uid.clone()))
            };
            let missing: Vec<(&String, &site::desired::Term)> =
                terms.iter().filter(|(uid, _)| missing(uid)).collect();
            if missing.is_empty() {
                continue;
            }
            let Ok(taxonomy_uid) = TaxonomyUid::new(taxonomy.as_str()) else {
                continue;
            };
            self.adopt_terms(taxonomy, &taxonomy_uid).await?;
            self.progress
                .phase("terms", u64::try_from(missing.len()).ok());
            for (uid, term) in missing {
                self.progress.advance(1);
                if !self
                    .ledger()
                    .terms
                    .contains_key(&(taxonomy.clone(), uid.clone()))
                {
                    self.make_term(taxonomy, &taxonomy_uid, uid, &term.name)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn adopt_terms(&self, taxonomy: &str, uid: &TaxonomyUid) -> Result<(), Error> {
        let listed = match self.stack.terms(uid).list().await {
            Ok(listed) => listed,
            Err(error) if error.class() == Class::Gone => {
                return Err(Error::StackLacks {
                    what: format!("taxonomy {uid}"),
                });
            }
            Err(error) => return Err(error.into()),
        };
        let effects: Vec<Effect> = listed
            .into_iter()
            .map(|term| Effect::Term {
                taxonomy: taxonomy.to_owned(),
                term: term.uid.to_string(),
                name: term.name,
            })
            .collect();
        self.record(&effects).await
    }

    async fn make_term(
        &self,
        taxonomy: &str,
        taxonomy_uid: &TaxonomyUid,
        uid: &str,
        name: &str,
    ) -> Result<(), Error> {
        let Ok(term_uid) = TermUid::new(uid) else {
            return Ok(());
        };
        let term = Term {
            uid: term_uid,
            name: name.to_owned(),
            parent_uid: None,
        };
        let made = || {
            vec![Effect::Term {
                taxonomy: taxonomy.to_owned(),
                term: uid.to_owned(),
                name: name.to_owned(),
            }]
        };
        let terms = self.stack.terms(taxonomy_uid);
        let target = target(&["term", taxonomy, uid]);
        let answer = self
            .call(
                "create_term",
                &target,
                terms.create(&term),
                |_| made(),
                IfUnknown::LeaveOpen,
            )
            .await?;
        if let Err(failure) = answer {
            let exists = terms
                .list()
                .await?
                .into_iter()
                .any(|term| term.uid.as_str() == uid);
            let (outcome, effects) = if exists {
                (Outcome::Done, made())
            } else {
                (Outcome::Refused, Vec::new())
            };
            self.settle(
                &[failure.intent],
                outcome,
                Some(failure.error.code()),
                &effects,
            )
            .await?;
        }
        Ok(())
    }
}
