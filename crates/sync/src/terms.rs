//! Taxonomies' terms: only those that a shown book carries, so that no term tells of a book that may not be known.

use std::collections::BTreeSet;

use contentstack::{Class, TaxonomyUid, Term, TermUid};
use site::desired::Desired;
use store::ledger::{Effect, Outcome};

use crate::Error;
use crate::writer::{IfUnknown, Writer, target};

/// How often what is missing is made: once, and once more where the stack said yes and does not show it.
const PASSES: usize = 2;

impl Writer<'_> {
    /// Makes the terms that are missing. A term that cannot be made is no reason to hold a book back: the book is then
    /// refused or taken by the stack on its own. `doubtful`: the ledger may be wrong about what the stack holds, because
    /// something was refused before (somebody may have removed a term).
    ///
    /// # Errors
    /// Only what ends the run.
    pub async fn make_terms(&self, desired: &Desired, doubtful: bool) -> Result<(), Error> {
        for (taxonomy, terms) in &desired.terms {
            let known = |uid: &String| {
                self.ledger()
                    .terms
                    .contains_key(&(taxonomy.clone(), uid.clone()))
            };
            if !doubtful && terms.keys().all(known) {
                continue;
            }
            let Ok(taxonomy_uid) = TaxonomyUid::new(taxonomy.as_str()) else {
                continue;
            };
            for _ in 0..PASSES {
                let listed = self.adopt_terms(taxonomy, &taxonomy_uid).await?;
                let missing: Vec<_> = terms
                    .iter()
                    .filter(|(uid, _)| !listed.contains(*uid))
                    .collect();
                if missing.is_empty() {
                    break;
                }
                self.progress
                    .phase("terms", u64::try_from(missing.len()).ok());
                for (uid, term) in missing {
                    self.progress.advance(1);
                    self.make_term(taxonomy, &taxonomy_uid, uid, &term.name)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Reads which terms there are.
    async fn adopt_terms(
        &self,
        taxonomy: &str,
        uid: &TaxonomyUid,
    ) -> Result<BTreeSet<String>, Error> {
        let listed = match self.stack.terms(uid).list().await {
            Ok(listed) => listed,
            Err(error) if error.class() == Class::Gone => {
                return Err(Error::StackLacks {
                    what: format!("taxonomy {uid}"),
                });
            }
            Err(error) => return Err(error.into()),
        };
        let uids = listed.iter().map(|term| term.uid.to_string()).collect();
        let effects: Vec<Effect> = listed
            .into_iter()
            .map(|term| Effect::Term {
                taxonomy: taxonomy.to_owned(),
                term: term.uid.to_string(),
                name: term.name,
            })
            .collect();
        self.record(&effects).await?;
        Ok(uids)
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
