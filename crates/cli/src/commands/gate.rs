//! `gate`: launch gates in the stack, arranged and proved by trying.

use serde::Serialize;
use sync::gate::{GatePlan, apply, read};
use sync::gate_proof::{Trial, prove};

use crate::arguments::GateCommand;
use crate::failure::{Ending, Failure};
use crate::output::{self, Table};
use crate::session::Session;

/// What was changed and what came of trying.
#[derive(Debug, Serialize)]
struct Arranged {
    #[serde(flatten)]
    plan: GatePlan,
    trials: Vec<Trial>,
}

pub(super) async fn run(command: GateCommand, session: &Session) -> Result<Ending, Failure> {
    let stack = session.stack()?;
    let wanted = session.gates_wanted();
    let rules = session.rules().map_err(Clone::clone)?;
    for site in wanted.enforced() {
        launch::gate::check(rules, &site.id.0, &site.destination.locale)?;
    }
    let enforced = wanted.enforced().count();
    let plan = match command {
        GateCommand::Apply => apply(&stack, wanted).await?,
        GateCommand::Plan => GatePlan::of(&read(&stack).await?, wanted),
        GateCommand::Prove => GatePlan::default(),
    };
    let mut arranged = Arranged {
        plan,
        trials: Vec::new(),
    };
    let tries = matches!(command, GateCommand::Apply | GateCommand::Prove);
    if tries && enforced > 0 && arranged.plan.left.is_empty() {
        let arrangement = read(&stack).await?.examine(wanted);
        let arrangement = arrangement.map_err(|breaches| sync::Error::Gate { breaches })?;
        let policy = &session.configuration.policy;
        arranged.trials = prove(&stack, wanted, &arrangement, policy).await?;
    }
    output::print_as(session.format, &arranged, || {
        told(&arranged, command, enforced)
    })?;
    if !arranged.plan.left.is_empty() {
        let breaches = arranged.plan.left;
        return Err(sync::Error::Gate { breaches }.into());
    }
    if arranged.trials.iter().all(|trial| trial.holds) {
        Ok(Ending::Done)
    } else {
        Ok(Ending::Failed)
    }
}

fn told(arranged: &Arranged, command: GateCommand, enforced: usize) -> String {
    let Arranged { plan, trials } = arranged;
    let mut text = String::new();
    if enforced == 0 {
        text.push_str("No site enforces its launch gate (`gate = \"enforce\"` under [[site]]).\n");
    }
    let done = match command {
        GateCommand::Plan => "to do",
        GateCommand::Apply | GateCommand::Prove => "done",
    };
    for change in &plan.changes {
        text.push_str(&format!("{done}: {change}\n"));
    }
    for breach in &plan.left {
        text.push_str(&format!("left: {breach}; {}\n", breach.mend()));
    }
    if plan.is_empty() && enforced > 0 && matches!(command, GateCommand::Plan) {
        text.push_str("The stack holds what the gates need; `frontlist gate prove` tries them.\n");
    }
    if trials.is_empty() {
        return text;
    }
    let mut table = Table::new(["", "site", "what was tried", "what the stack said"]);
    for trial in trials {
        let mark = if trial.holds {
            "✔ holds"
        } else {
            "✘ gives way"
        };
        table.row([
            mark.to_owned(),
            trial.site.to_string(),
            trial.tried.clone(),
            trial.said.clone(),
        ]);
    }
    format!("{text}{table}")
}
