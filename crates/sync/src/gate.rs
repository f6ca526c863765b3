//! The launch gate in Contentstack: a workflow for books with two stages that one user alone may set, and for each site
//! that enforces its gate a publishing rule that asks for the second of them.
//!
//! A refusal in our own code would be bypassed by whoever has a publish button. The stack itself must refuse, so what it
//! holds is compared with what it must hold before each run, by `doctor` and by `gate plan`, and `gate apply` proves it by
//! trying ([`crate::gate_proof`]). Unpublishing is in no rule of ours: a takedown is never gated.
//!
//! A stage belongs to an entry and a locale, a rule to an environment and a locale. Where sites of several environments
//! share a locale, one stage cannot say for which of them it speaks: see [`crate::gatekeeper`].

use std::collections::BTreeMap;
use std::fmt;

use contentstack::{KeptStage, PublishRule, Stack, StageRule, Workflow};
use serde::Serialize;
use site::content_model::Names;
use site::desired::Kind;
use site::policy::{Destination, Gate, Site, SiteId, Sites};

use crate::Error;

/// The workflow's name where the configuration gives no other.
pub const WORKFLOW: &str = "Frontlist launch gate";
/// The stage of what may not go live.
pub const HELD: &str = "Held by Frontlist";
/// The stage of what may.
pub const CLEARED: &str = "Cleared by Frontlist";

/// How often the stack is compared and changed, where replies are lost.
const TRIES: usize = 3;

/// The uids of a gate that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The stage of what may not go live.
    pub held: String,
    /// The stage of what may.
    pub cleared: String,
}

/// What must hold.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// The sites.
    pub sites: &'a Sites,
    /// What the content types are called.
    pub names: &'a Names,
    /// The branch.
    pub branch: &'a str,
}

impl Wanted<'_> {
    fn books(&self) -> &str {
        self.names.content_type(Kind::Book)
    }

    /// The sites whose gate is enforced.
    pub fn enforced(&self) -> impl Iterator<Item = &Site> {
        self.sites.iter().filter(|site| site.gate == Gate::Enforce)
    }
}

/// What the stack holds of it.
#[derive(Clone, Debug, Default)]
pub struct Found {
    workflows: Vec<Workflow>,
    rules: Vec<PublishRule>,
    /// Uids of environments by name.
    environments: BTreeMap<String, String>,
    /// The user whose authtoken is configured.
    user: String,
}

/// One way in which a gate does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "breach", rename_all = "snake_case")]
pub enum Breach {
    /// No workflow has the name.
    NoWorkflow {
        /// The name.
        name: String,
    },
    /// Another workflow has the stages: it was renamed.
    Renamed {
        /// The name that it should have.
        name: String,
        /// The name that it has.
        now: String,
    },
    /// Books pass a workflow of somebody else, and a content type has one only.
    Taken {
        /// The other workflow.
        by: String,
    },
    /// The workflow is switched off.
    Disabled {
        /// The workflow.
        name: String,
    },
    /// The workflow is not for books.
    NotForBooks {
        /// The workflow.
        name: String,
    },
    /// A stage is gone, or has another name.
    NoStage {
        /// The stage.
        stage: String,
    },
    /// Others than the gate's user may set a stage.
    StageOpen {
        /// The stage.
        stage: String,
    },
    /// Nothing asks for the stage at a site's place.
    NoRule {
        /// The site.
        site: SiteId,
        /// Its place.
        place: String,
    },
    /// A rule of the gate's own workflow asks for a stage that is not the right one any longer.
    StaleRule {
        /// The site.
        site: SiteId,
        /// The rule.
        rule: String,
    },
    /// A rule asks for another stage, or for somebody's approval, so that nothing could be published there.
    OtherRule {
        /// The site.
        site: SiteId,
        /// The rule.
        rule: String,
        /// What it asks for.
        asks: &'static str,
    },
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWorkflow { name } => write!(f, "there is no workflow `{name}`"),
            Self::Renamed { name, now } => {
                write!(f, "the workflow `{name}` is called `{now}` in the stack")
            }
            Self::Taken { by } => write!(
                f,
                "books pass the workflow `{by}`, and a content type has one workflow only"
            ),
            Self::Disabled { name } => write!(f, "the workflow `{name}` is switched off"),
            Self::NotForBooks { name } => write!(f, "the workflow `{name}` is not for books"),
            Self::NoStage { stage } => write!(f, "the workflow has no stage `{stage}`"),
            Self::StageOpen { stage } => write!(
                f,
                "the stage `{stage}` may be set by others than the gate's user"
            ),
            Self::NoRule { site, place } => write!(
                f,
                "no publishing rule asks for the stage `{CLEARED}` for site {site} ({place})"
            ),
            Self::StaleRule { site, rule } => write!(
                f,
                "publishing rule {rule} asks for another stage of the gate's workflow for site {site}"
            ),
            Self::OtherRule { site, rule, asks } => write!(
                f,
                "publishing rule {rule} asks for {asks} for site {site}, so that nothing could be published there"
            ),
        }
    }
}

impl Breach {
    /// What to do.
    #[must_use]
    pub fn mend(&self) -> String {
        match self {
            Self::Renamed { name, now } => format!(
                "call it `{name}` again under Settings, Workflows, or write `gate_workflow = \"{now}\"` under [contentstack]"
            ),
            Self::Taken { by } => {
                format!(
                    "take the book type out of `{by}`: it is wholly Frontlist's; then frontlist gate apply"
                )
            }
            Self::OtherRule { rule, .. } => {
                format!("remove rule {rule}, or leave the book type out of it")
            }
            _ => "frontlist gate apply".to_owned(),
        }
    }

    /// Whether `gate apply` mends it; else it takes a person.
    #[must_use]
    pub fn is_ours_to_mend(&self) -> bool {
        !matches!(
            self,
            Self::Renamed { .. } | Self::Taken { .. } | Self::OtherRule { .. }
        )
    }
}

/// Reads what the stack holds, and who the gate's user is.
///
/// # Errors
/// FL-0642 where the user's authtoken is refused; else as the calls.
pub async fn read(stack: &Stack) -> Result<Found, Error> {
    let user = stack.workflows().user().await;
    let user = user.map_err(|source| Error::GateUser { source })?;
    let environments = stack.environments().list().await?.into_iter();
    Ok(Found {
        workflows: stack.workflows().list().await?,
        rules: stack.workflows().rules().await?,
        environments: environments
            .map(|one| (one.name.to_string(), one.uid))
            .collect(),
        user,
    })
}

impl Found {
    fn workflow(&self, wanted: Wanted<'_>) -> Option<&Workflow> {
        let mut workflows = self.workflows.iter();
        workflows.find(|one| one.name == wanted.workflow)
    }

    fn environment(&self, place: &Destination) -> &str {
        let uid = self.environments.get(&place.environment);
        uid.map_or("", String::as_str)
    }

    /// The rules about publishing books at a place.
    fn rules_at<'f>(
        &'f self,
        wanted: Wanted<'f>,
        place: &'f Destination,
    ) -> impl Iterator<Item = &'f PublishRule> {
        let environment = self.environment(place);
        self.rules
            .iter()
            .filter(move |rule| rule.is_for("publish", wanted.books(), environment, &place.locale))
    }

    /// Compares. The arrangement is given where nothing is amiss.
    ///
    /// # Errors
    /// Everything that is amiss.
    pub fn examine(&self, wanted: Wanted<'_>) -> Result<Arrangement, Vec<Breach>> {
        let Some(workflow) = self.workflow(wanted) else {
            return Err(vec![self.instead(wanted)]);
        };
        let mut breaches = Vec::new();
        let name = || workflow.name.clone();
        if !workflow.enabled {
            breaches.push(Breach::Disabled { name: name() });
        } else if !workflow.is_for(wanted.books()) {
            breaches.push(Breach::NotForBooks { name: name() });
        }
        let held = self.stage(workflow, HELD, &mut breaches);
        let cleared = self.stage(workflow, CLEARED, &mut breaches);
        for site in wanted.enforced() {
            self.examine_rules(
                wanted,
                site,
                &workflow.uid,
                cleared.as_deref(),
                &mut breaches,
            );
        }
        match (held, cleared, breaches.is_empty()) {
            (Some(held), Some(cleared), true) => Ok(Arrangement { held, cleared }),
            _ => Err(breaches),
        }
    }

    /// Why no workflow has the name.
    fn instead(&self, wanted: Wanted<'_>) -> Breach {
        let name = wanted.workflow.to_owned();
        let has = |one: &Workflow, stage: &str| one.stages.iter().any(|own| own.name == stage);
        let mut workflows = self.workflows.iter();
        let other = workflows.find(|one| one.is_for(wanted.books()));
        match other {
            Some(other) if has(other, HELD) && has(other, CLEARED) => Breach::Renamed {
                name,
                now: other.name.clone(),
            },
            Some(other) => Breach::Taken {
                by: other.name.clone(),
            },
            None => Breach::NoWorkflow { name },
        }
    }

    fn stage(&self, workflow: &Workflow, name: &str, breaches: &mut Vec<Breach>) -> Option<String> {
        let stage = name.to_owned();
        let Some(found) = workflow.stages.iter().find(|one| one.name == name) else {
            breaches.push(Breach::NoStage { stage });
            return None;
        };
        if !found.is_kept_for(&self.user) {
            breaches.push(Breach::StageOpen { stage });
        }
        Some(found.uid.clone())
    }

    fn examine_rules(
        &self,
        wanted: Wanted<'_>,
        site: &Site,
        workflow: &str,
        cleared: Option<&str>,
        breaches: &mut Vec<Breach>,
    ) {
        let mut asks = false;
        for rule in self.rules_at(wanted, &site.destination) {
            let stage = rule.workflow_stage.as_deref();
            let own = stage.is_some() && stage == cleared;
            asks |= own;
            let other = if rule.asks_for_approval() {
                "somebody's approval"
            } else if stage.is_some() && !own && rule.workflow.as_deref() == Some(workflow) {
                breaches.push(Breach::StaleRule {
                    site: site.id.clone(),
                    rule: rule.uid.clone(),
                });
                continue;
            } else if stage.is_some() && !own {
                "another stage"
            } else {
                continue;
            };
            breaches.push(Breach::OtherRule {
                site: site.id.clone(),
                rule: rule.uid.clone(),
                asks: other,
            });
        }
        if !asks {
            breaches.push(Breach::NoRule {
                site: site.id.clone(),
                place: site.destination.to_string(),
            });
        }
    }

    /// Rules of ours at places whose site does not enforce its gate any longer.
    fn left_over(&self, wanted: Wanted<'_>) -> Vec<&PublishRule> {
        let Some(workflow) = self.workflow(wanted) else {
            return Vec::new();
        };
        let cleared = workflow.stages.iter().find(|stage| stage.name == CLEARED);
        let own = self.rules.iter().filter(|rule| {
            rule.workflow.as_deref() == Some(workflow.uid.as_str())
                && cleared
                    .is_some_and(|stage| rule.workflow_stage.as_deref() == Some(stage.uid.as_str()))
        });
        own.filter(|rule| {
            !wanted.enforced().any(|site| {
                let environment = self.environment(&site.destination);
                rule.is_for(
                    "publish",
                    wanted.books(),
                    environment,
                    &site.destination.locale,
                )
            })
        })
        .collect()
    }
}

/// What `gate apply` does, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GatePlan {
    /// The changes, in words and in order.
    pub changes: Vec<String>,
    /// What takes a person first.
    pub left: Vec<Breach>,
}

impl GatePlan {
    /// What must be changed for the gates to hold.
    #[must_use]
    pub fn of(found: &Found, wanted: Wanted<'_>) -> Self {
        let mut plan = Self::default();
        let any = wanted.enforced().next().is_some();
        let breaches = match (any, found.examine(wanted)) {
            (true, Err(breaches)) => breaches,
            _ => Vec::new(),
        };
        let whole = breaches
            .iter()
            .any(|breach| matches!(breach, Breach::NoWorkflow { .. }));
        for breach in breaches {
            if !breach.is_ours_to_mend() {
                plan.left.push(breach);
                continue;
            }
            plan.changes.push(match breach {
                Breach::NoWorkflow { name } => format!(
                    "make the workflow `{name}` for books, with the stages `{HELD}` and `{CLEARED}` for the gate's user alone"
                ),
                Breach::NoRule { site, place } => asks_rule(&site, &place),
                Breach::StaleRule { rule, .. } => {
                    format!("remove publishing rule {rule}, which asks for another stage")
                }
                other => format!("mend the workflow: {other}"),
            });
        }
        if whole {
            let sites = wanted.enforced();
            plan.changes
                .extend(sites.map(|site| asks_rule(&site.id, &site.destination.to_string())));
        }
        let left_over = found.left_over(wanted).into_iter();
        plan.changes.extend(left_over.map(|rule| {
            format!(
                "remove publishing rule {}: no site enforces its gate there",
                rule.uid
            )
        }));
        plan
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.left.is_empty()
    }
}

fn asks_rule(site: &SiteId, place: &str) -> String {
    format!(
        "make a publishing rule for site {site} ({place}): publishing a book asks for the stage `{CLEARED}`"
    )
}

/// Changes the stack until the gates of all sites hold. Returns what was done, and what takes a person. What a lost reply
/// leaves in doubt is looked at before more is done.
///
/// # Errors
/// As the calls.
pub async fn apply(stack: &Stack, wanted: Wanted<'_>) -> Result<GatePlan, Error> {
    let mut found = read(stack).await?;
    let mut applied = GatePlan::of(&found, wanted);
    for attempt in 1..=TRIES {
        if GatePlan::of(&found, wanted).changes.is_empty() {
            break;
        }
        match change(stack, &found, wanted).await {
            Err(Error::Contentstack(error)) if error.outcome_unknown() && attempt < TRIES => {}
            other => other?,
        }
        found = read(stack).await?;
    }
    applied.left = GatePlan::of(&found, wanted).left;
    Ok(applied)
}

async fn change(stack: &Stack, found: &Found, wanted: Wanted<'_>) -> Result<(), Error> {
    let workflows = stack.workflows();
    for rule in found.left_over(wanted) {
        workflows.delete_rule(&rule.uid).await?;
    }
    if wanted.enforced().next().is_none() {
        return Ok(());
    }
    let Err(breaches) = found.examine(wanted) else {
        return Ok(());
    };
    if breaches
        .iter()
        .any(|breach| matches!(breach, Breach::Renamed { .. } | Breach::Taken { .. }))
    {
        return Ok(());
    }
    let workflow = match found.workflow(wanted) {
        Some(workflow) => {
            let uid = |name: &str| {
                let mut stages = workflow.stages.iter();
                stages
                    .find(|one| one.name == name)
                    .map(|one| one.uid.as_str())
            };
            let stages = stages(uid(HELD), uid(CLEARED));
            workflows
                .update(&workflow.uid, &[wanted.books()], &stages, &found.user)
                .await?
        }
        None => {
            let stages = stages(None, None);
            workflows
                .create(
                    wanted.workflow,
                    &[wanted.books()],
                    wanted.branch,
                    &stages,
                    &found.user,
                )
                .await?
        }
    };
    let cleared = workflow.stages.iter().find(|stage| stage.name == CLEARED);
    let Some(cleared) = cleared else {
        return Ok(());
    };
    for breach in &breaches {
        if let Breach::StaleRule { rule, .. } = breach {
            workflows.delete_rule(rule).await?;
        }
    }
    for site in wanted.enforced() {
        let mut rules = found.rules_at(wanted, &site.destination);
        if rules.any(|rule| rule.workflow_stage.as_deref() == Some(cleared.uid.as_str())) {
            continue;
        }
        let rule = StageRule {
            workflow: &workflow.uid,
            stage: &cleared.uid,
            content_type: wanted.books(),
            environment: found.environment(&site.destination),
            locale: &site.destination.locale,
            branch: wanted.branch,
        };
        workflows.create_rule(&rule).await?;
    }
    Ok(())
}

fn stages<'a>(held: Option<&'a str>, cleared: Option<&'a str>) -> [KeptStage<'a>; 2] {
    [
        KeptStage {
            uid: held,
            name: HELD,
            color: "#d14343",
        },
        KeptStage {
            uid: cleared,
            name: CLEARED,
            color: "#2e7d32",
        },
    ]
}
