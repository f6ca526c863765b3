//! `model plan` and `model apply`.

use sync::model::{Applied, ModelPlan, ModelSpec};

use crate::arguments::ModelCommand;
use crate::failure::{Ending, Failure};
use crate::output;
use crate::session::Session;

pub(super) async fn run(command: &ModelCommand, session: &Session) -> Result<Ending, Failure> {
    let stack = session.stack()?;
    let (ModelCommand::Plan { with_editorial } | ModelCommand::Apply { with_editorial, .. }) =
        command;
    let mut spec = spec(session);
    if *with_editorial {
        spec.editorial = site::content_model::editorial();
    }
    let plan = sync::model::plan(&stack, &spec).await?;
    match command {
        ModelCommand::Plan { .. } => {
            output::print_as(session.format, &plan, || plan.to_string())?;
            Ok(Ending::Done)
        }
        ModelCommand::Apply {
            allow_destructive, ..
        } => {
            let applied = sync::model::apply(&stack, &plan, *allow_destructive).await?;
            output::print_as(session.format, &applied, || applied.to_string())?;
            Ok(ending(&plan, &applied))
        }
    }
}

/// What the stack must hold.
pub(super) fn spec(session: &Session) -> ModelSpec {
    let configuration = &session.configuration;
    let policy = &configuration.policy;
    let taxonomies = if policy.taxonomies {
        site::content_model::taxonomies()
    } else {
        Vec::new()
    };
    let destinations = || configuration.sites.iter().map(|site| &site.destination);
    ModelSpec {
        types: site::content_model::model(policy),
        editorial: Vec::new(),
        taxonomies,
        names: configuration.names.clone(),
        environments: destinations()
            .map(|place| place.environment.clone())
            .collect(),
        locales: destinations().map(|place| place.locale.clone()).collect(),
        master_locale: policy.master_locale.clone(),
    }
}

/// Changes that were left because they would lose data are an answer still owed.
fn ending(plan: &ModelPlan, applied: &Applied) -> Ending {
    if plan.is_empty() || applied.left.is_empty() {
        Ending::Done
    } else {
        Ending::Question
    }
}
