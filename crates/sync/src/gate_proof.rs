//! Proving a gate by trying: a probe that must be refused.
//!
//! What a workflow and a rule say is not what a stack does. So an entry that says only that there is nothing to see is
//! made, every way past the gate is tried with it at each enforced site, and it is deleted. Should the gate give way, what
//! was published says nothing, and is unpublished at once.

use contentstack::{Class, EntryUid, Find, Kind as Refused, LocaleCode, Publish, Stack};
use serde::Serialize;
use serde_json::Map;
use site::desired::{EntryKey, Kind};
use site::policy::{Destination, Policy, SiteId};

use crate::Error;
use crate::gate::{Arrangement, CLEARED, HELD, Wanted};
use crate::plan::LedgerUids;
use crate::translate::translate;
use crate::writer::{content_type_uid, environment_name, locale_code};

/// The source key of the probe. No source has a work of this name.
const PROBE: &str = "frontlist:probe:gate";

/// What came of one trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The site.
    pub site: SiteId,
    /// What was tried.
    pub tried: String,
    /// Whether it came out as it must.
    pub holds: bool,
    /// What the stack said.
    pub said: String,
}

/// What a call on the probe came to.
fn said(result: &Result<(), contentstack::Error>) -> String {
    match result {
        Ok(()) => "the stack did it".to_owned(),
        Err(error) => format!("{}: {error}", error.code()),
    }
}

/// Tries every way past the gates of all sites that enforce theirs.
///
/// # Errors
/// As the calls; what the stack allows or refuses is in the trials.
pub async fn prove(
    stack: &Stack,
    wanted: Wanted<'_>,
    arrangement: &Arrangement,
    policy: &Policy,
) -> Result<Vec<Trial>, Error> {
    let probe = Probe::made(stack, wanted, policy).await?;
    let mut trials = Vec::new();
    for site in wanted.enforced() {
        let tried = probe.try_at(&site.id, &site.destination, arrangement).await;
        match tried {
            Ok(tried) => trials.extend(tried),
            Err(error) => {
                // What failed in between must not leave the probe behind.
                let _gone = probe.delete().await;
                return Err(error);
            }
        }
    }
    probe.delete().await?;
    Ok(trials)
}

struct Probe<'a> {
    stack: &'a Stack,
    books: contentstack::ContentTypeUid,
    uid: EntryUid,
}

impl<'a> Probe<'a> {
    /// The probe, made unless an earlier trial left it.
    async fn made(stack: &'a Stack, wanted: Wanted<'_>, policy: &Policy) -> Result<Self, Error> {
        let books = content_type_uid(wanted.names.content_type(Kind::Book))?;
        let source_key = wanted.names.field(Kind::Book, "source_key");
        let found = stack
            .entries(&books)
            .find(&Find::by(source_key, PROBE))
            .await?;
        let uid = match found.items.into_iter().next() {
            Some(entry) => entry.uid,
            None => {
                let master = locale_code(&policy.master_locale)?;
                let fields = fields(wanted, policy);
                stack
                    .entries(&books)
                    .create(Some(&master), &fields)
                    .await?
                    .uid
            }
        };
        Ok(Self { stack, books, uid })
    }

    async fn delete(&self) -> Result<(), Error> {
        Ok(self.stack.entries(&self.books).delete(&self.uid).await?)
    }

    async fn try_at(
        &self,
        site: &SiteId,
        place: &Destination,
        arrangement: &Arrangement,
    ) -> Result<Vec<Trial>, Error> {
        let entries = self.stack.entries(&self.books);
        let locale = locale_code(&place.locale)?;
        let publish = Publish::one(environment_name(&place.environment)?, locale.clone());
        let trial = |tried: String, holds: bool, result: &Result<(), contentstack::Error>| Trial {
            site: site.clone(),
            tried,
            holds,
            said: said(result),
        };
        let mut trials = Vec::new();
        let held = self.stage(&locale, &arrangement.held).await?;
        trials.push(trial(
            format!("the gate's user sets `{HELD}` in {}", place.locale),
            held.is_ok(),
            &held,
        ));
        let past = entries.publish(&self.uid, &publish).await;
        let refused = self.refused(&past, &publish).await?;
        trials.push(trial(
            format!("publishing at {place} what stands at `{HELD}` is refused"),
            refused,
            &past,
        ));
        let skipping = entries.publish_past_stages(&self.uid, &publish).await;
        let refused = self.refused(&skipping, &publish).await?;
        trials.push(trial(
            format!("publishing at {place} with `skip_workflow_stage_check` and the management token is refused"),
            refused,
            &skipping,
        ));
        let by_token = entries
            .set_stage_by_token(&self.uid, &locale, &arrangement.cleared)
            .await;
        trials.push(trial(
            format!("setting `{CLEARED}` by the management token is refused"),
            is_refusal(&by_token),
            &by_token,
        ));
        let cleared = self.stage(&locale, &arrangement.cleared).await?;
        trials.push(trial(
            format!("the gate's user sets `{CLEARED}` in {}", place.locale),
            cleared.is_ok(),
            &cleared,
        ));
        self.stage(&locale, &arrangement.held).await?.ok();
        Ok(trials)
    }

    /// Sets a stage as the gate's user. A token that is refused at all is no trial.
    async fn stage(
        &self,
        locale: &LocaleCode,
        stage: &str,
    ) -> Result<Result<(), contentstack::Error>, Error> {
        let entries = self.stack.entries(&self.books);
        let set = entries
            .set_stage(&self.uid, locale, stage, "Frontlist tries the launch gate")
            .await;
        match set {
            Err(source) if source.class() == Class::Auth => Err(Error::GateUser { source }),
            other => Ok(other),
        }
    }

    /// Whether a publication was refused by a rule. One that was not is taken back.
    async fn refused(
        &self,
        result: &Result<(), contentstack::Error>,
        publish: &Publish,
    ) -> Result<bool, Error> {
        if !is_refusal(result) {
            let entries = self.stack.entries(&self.books);
            entries.unpublish(&self.uid, publish).await?;
        }
        Ok(is_refusal(result))
    }
}

fn is_refusal(result: &Result<(), contentstack::Error>) -> bool {
    matches!(result, Err(error) if error.kind() == Refused::NotAllowed)
}

/// What the probe says: nothing.
fn fields(wanted: Wanted<'_>, policy: &Policy) -> Map<String, serde_json::Value> {
    let key = EntryKey {
        kind: Kind::Book,
        source_key: PROBE.to_owned(),
    };
    let silence = site::shield::silence(&key, policy);
    let ledger = store::ledger::Ledger::default();
    translate(Kind::Book, &silence, wanted.names, &LedgerUids(&ledger)).fields
}
