//! A person's word that a rule need not hold, for a time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The rule.
    pub rule: String,
    /// The title, as its work's key; nothing for every title.
    pub work: Option<String>,
    /// The site; nothing for every site.
    pub site: Option<String>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub requested_by: String,
    /// Who granted it; nothing while it waits.
    pub approved_by: Option<String>,
    /// From when it counts.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// How waivers are granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Granting {
    /// Whoever grants must not be who asked.
    pub four_eyes: bool,
}

impl Waiver {
    /// Whether it counts at `now`: granted, and in its time.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.approved_by.is_some() && self.since <= now && now < self.until
    }

    /// Whether it speaks of a rule for a title on a site.
    #[must_use]
    pub fn covers(&self, rule: &str, work: &str, site: &str) -> bool {
        self.rule == rule
            && self.work.as_deref().is_none_or(|only| only == work)
            && self.site.as_deref().is_none_or(|only| only == site)
    }

    /// What it is asked for with: a reason, and an end that lies ahead.
    ///
    /// # Errors
    /// FL-0706 with what is missing.
    pub fn check(&self, now: Timestamp) -> Result<(), Error> {
        let refuse = |why: &str| {
            Err(Error::Waiver {
                rule: self.rule.clone(),
                why: why.to_owned(),
            })
        };
        if self.reason.trim().is_empty() {
            return refuse("it has no reason; say why the title may go live without it");
        }
        if self.until <= now {
            return refuse("its end has passed; give a day ahead until which it counts");
        }
        Ok(())
    }

    /// Grants it.
    ///
    /// # Errors
    /// FL-0706 where the one who asked may not grant.
    pub fn approve(mut self, by: &str, granting: Granting) -> Result<Self, Error> {
        if granting.four_eyes && by == self.requested_by {
            return Err(Error::Waiver {
                rule: self.rule,
                why: format!("{by} asked for it; somebody else must grant it"),
            });
        }
        self.approved_by = Some(by.to_owned());
        Ok(self)
    }
}
