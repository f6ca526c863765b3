//! Carrying a plan out.
//!
//! Every step may be repeated. Something that is made is looked for where its reply was lost or where the stack says that
//! it exists; a content type is read again right before it is saved, so that what somebody changed since the plan is kept;
//! and in the end the stack is read back, since a stack that said yes may still hold nothing.

use contentstack::{Class, ContentTypeUid, Locale, Stack, Taxonomy};

use super::change::{Applied, ModelChange, ModelPlan};
use super::error::Error;
use super::merge::{carry_out, make_room};
use super::plan::{plan, refused_taxonomies};

/// How often a thing is tried to be made when its replies are lost and it is not there.
const ATTEMPTS: u32 = 3;

/// Makes the changes of a plan in their order. Those that would lose data are left alone unless they are allowed.
///
/// # Errors
/// What the stack refuses; what was done before stays done, and another plan goes on from there.
/// [`Error::NotStored`] where the stack says yes and stores nothing.
pub async fn apply(
    stack: &Stack,
    model_plan: &ModelPlan,
    allow_destructive: bool,
) -> Result<Applied, Error> {
    let mut applied = Applied::default();
    for change in &model_plan.changes {
        if change.is_destructive() && !allow_destructive {
            applied.left.push(change.clone());
        } else {
            applied.applied.push(change.clone());
        }
    }
    let mut saved: Vec<&ContentTypeUid> = Vec::new();
    for change in &applied.applied {
        match change.saves() {
            Some(content_type) if saved.contains(&content_type) => {}
            Some(content_type) => {
                save(stack, content_type, &applied.applied).await?;
                saved.push(content_type);
            }
            None => create(stack, change).await?,
        }
    }
    if !applied.applied.is_empty() {
        read_back(stack, model_plan, &mut applied).await?;
    }
    Ok(applied)
}

/// Whether a change makes something that can be looked for by its name.
fn is_creation(change: &ModelChange) -> bool {
    matches!(
        change,
        ModelChange::CreateEnvironment { .. }
            | ModelChange::CreateLocale { .. }
            | ModelChange::CreateTaxonomy { .. }
            | ModelChange::CreateContentType { .. }
            | ModelChange::AddField { .. }
    )
}

async fn read_back(
    stack: &Stack,
    model_plan: &ModelPlan,
    applied: &mut Applied,
) -> Result<(), Error> {
    let now = plan(stack, &model_plan.spec).await?;
    let (missing, unkept): (Vec<_>, Vec<_>) = now
        .changes
        .into_iter()
        .filter(|change| {
            !applied
                .left
                .iter()
                .any(|left| left.to_string() == change.to_string())
        })
        .partition(is_creation);
    if !missing.is_empty() {
        return Err(Error::NotStored {
            what: missing.iter().map(ToString::to_string).collect(),
        });
    }
    applied.unkept = unkept;
    Ok(())
}

async fn create(stack: &Stack, change: &ModelChange) -> Result<(), Error> {
    let mut attempt = 1;
    loop {
        let Err(error) = create_once(stack, change).await else {
            return Ok(());
        };
        // A conflict may be our own earlier attempt, or somebody who was quicker.
        let look = error.outcome_unknown() || error.class() == Class::Conflict;
        if look && exists(stack, change).await? {
            return Ok(());
        }
        if !error.outcome_unknown() || attempt >= ATTEMPTS {
            return Err(match change {
                ModelChange::CreateTaxonomy { .. } => refused_taxonomies(error),
                _ => Error::Contentstack(error),
            });
        }
        attempt += 1;
    }
}

async fn create_once(stack: &Stack, change: &ModelChange) -> Result<(), contentstack::Error> {
    match change {
        ModelChange::CreateEnvironment { name } => {
            stack.environments().create(name).await?;
        }
        ModelChange::CreateLocale {
            code,
            name,
            fallback,
        } => {
            let (code, fallback) = (code.clone(), Some(fallback.clone()));
            let locale = Locale {
                code,
                name: name.clone(),
                fallback_locale: fallback,
            };
            stack.locales().create(&locale).await?;
        }
        ModelChange::CreateTaxonomy {
            uid,
            name,
            description,
        } => {
            let (uid, name, description) = (uid.clone(), name.clone(), description.clone());
            stack
                .taxonomies()
                .create(&Taxonomy {
                    uid,
                    name,
                    description,
                })
                .await?;
        }
        ModelChange::CreateContentType { document, .. } => {
            stack.content_types().create(document).await?;
        }
        // What changes fields is saved with its content type; a type that is taken over changes by its fields.
        _ => {}
    }
    Ok(())
}

async fn exists(stack: &Stack, change: &ModelChange) -> Result<bool, Error> {
    Ok(match change {
        ModelChange::CreateEnvironment { name } => stack
            .environments()
            .list()
            .await?
            .iter()
            .any(|known| known.name == *name),
        ModelChange::CreateLocale { code, .. } => stack
            .locales()
            .list()
            .await?
            .iter()
            .any(|known| known.code == *code),
        ModelChange::CreateTaxonomy { uid, .. } => stack
            .taxonomies()
            .list()
            .await?
            .iter()
            .any(|known| known.uid == *uid),
        ModelChange::CreateContentType { uid, .. } => stack
            .content_types()
            .list()
            .await?
            .iter()
            .any(|known| known.uid == *uid),
        _ => true,
    })
}

/// Saves one content type with all its changes: read, merge, write.
async fn save(stack: &Stack, uid: &ContentTypeUid, changes: &[ModelChange]) -> Result<(), Error> {
    let changes: Vec<&ModelChange> = changes
        .iter()
        .filter(|change| change.saves() == Some(uid))
        .collect();
    if changes
        .iter()
        .any(|change| matches!(change, ModelChange::RetypeField { .. }))
    {
        merge_in(stack, uid, &changes, make_room).await?;
    }
    merge_in(stack, uid, &changes, carry_out).await
}

async fn merge_in(
    stack: &Stack,
    uid: &ContentTypeUid,
    changes: &[&ModelChange],
    bring_in: fn(&mut Vec<serde_json::Value>, &ModelChange) -> bool,
) -> Result<(), Error> {
    let merged = async || {
        let mut content_type = stack.content_types().get(uid).await?;
        // Every change is tried, whether or not another one changed something.
        let changed = changes
            .iter()
            .filter(|change| bring_in(&mut content_type.schema, change))
            .count();
        Ok::<_, contentstack::Error>((changed > 0).then_some(content_type))
    };
    let Some(content_type) = merged().await? else {
        return Ok(());
    };
    match stack.content_types().update(&content_type).await {
        Err(error) if error.outcome_unknown() && merged().await?.is_none() => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}
