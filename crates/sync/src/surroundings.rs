//! What must be known of the stack before a run: its places, and that Delivery answers.

use std::collections::{BTreeMap, BTreeSet};

use contentstack::{Class, DeliveryQuery};
use site::desired::Kind;
use site::policy::Destination;

use crate::Error;
use crate::confirm::Environments;
use crate::engine::Engine;
use crate::plan::Locales;
use crate::writer::{content_type_uid, environment_name, locale_code};

/// What is known of the stack before a run.
pub(crate) struct Surroundings {
    /// An earlier run had something refused: the ledger may be wrong about what the stack holds.
    pub(crate) refused_before: bool,
    pub(crate) environments: Environments,
    pub(crate) locales: Locales,
    pub(crate) places: BTreeSet<Destination>,
}

impl Engine<'_> {
    /// Environments and locales of the stack; all that the sites name must be there.
    pub(crate) async fn surroundings(&self) -> Result<Surroundings, Error> {
        let environments: Environments = self
            .stack
            .environments()
            .list()
            .await?
            .into_iter()
            .map(|environment| (environment.uid, environment.name.to_string()))
            .collect();
        let listed = self.stack.locales().list().await?;
        let mut locales = Locales {
            master: self.policy.master_locale.clone(),
            fallback: BTreeMap::new(),
        };
        for locale in &listed {
            let fallback = locale.fallback_locale.as_ref().map(ToString::to_string);
            locales.fallback.insert(
                locale.code.to_string(),
                fallback.unwrap_or_else(|| locales.master.clone()),
            );
        }
        let places: BTreeSet<Destination> = self
            .sites
            .iter()
            .map(|site| Destination::clone(&site.destination))
            .collect();
        let lacking = lacking(&places, &environments, &locales);
        if !lacking.is_empty() {
            return Err(Error::StackLacks {
                what: lacking.join(", "),
            });
        }
        Ok(Surroundings {
            refused_before: !self.store.rejections().await?.is_empty(),
            environments,
            locales,
            places,
        })
    }

    /// Asks Delivery once in every environment, so that a token that confirms nothing is known before the run needs it.
    /// Passing trouble is left to whoever needs an answer.
    pub(crate) async fn check_delivery(&self, places: &BTreeSet<Destination>) -> Result<(), Error> {
        let content_type = content_type_uid(self.names.content_type(Kind::Book))?;
        let by_environment: BTreeMap<&str, &str> = places
            .iter()
            .map(|place| (place.environment.as_str(), place.locale.as_str()))
            .collect();
        for (environment, locale) in by_environment {
            let mut query =
                DeliveryQuery::new(environment_name(environment)?, locale_code(locale)?);
            query.limit = Some(1);
            query.only = vec!["uid".to_owned()];
            let asked = self.stack.delivery().entries(&content_type, &query).await;
            let Err(error) = asked else { continue };
            if error.kind() == contentstack::Kind::Unauthorised {
                return Err(Error::DeliveryToken {
                    environment: environment.to_owned(),
                    source: error,
                });
            }
            if error.class() == Class::Auth {
                return Err(error.into());
            }
            tracing::warn!(code = error.code(), environment, %error, "Delivery did not answer the run's first question");
        }
        Ok(())
    }
}

/// What the sites name and the stack does not have, all of it, so that one mend is enough.
fn lacking(
    places: &BTreeSet<Destination>,
    environments: &Environments,
    locales: &Locales,
) -> Vec<String> {
    let environments_asked: BTreeSet<&str> = places
        .iter()
        .map(|place| place.environment.as_str())
        .collect();
    let locales_asked: BTreeSet<&str> = places.iter().map(|place| place.locale.as_str()).collect();
    let environments = environments_asked
        .into_iter()
        .filter(|asked| !environments.values().any(|name| name == asked))
        .map(|name| format!("environment {name}"));
    let locales = locales_asked
        .into_iter()
        .filter(|asked| *asked != locales.master && !locales.fallback.contains_key(*asked))
        .map(|code| format!("locale {code}"));
    environments.chain(locales).collect()
}
