//! Whether the launch gates of sites hold in the stack.

use contentstack::Stack;
use sync::gate::{GatePlan, read};

use super::{Examination, Health};
use crate::session::Session;

const CHECK: &str = "launch gates";

/// Says what the stack lacks for the gates that sites enforce.
pub(super) async fn gates(session: &Session, stack: &Stack, examination: &mut Examination) {
    let wanted = session.gates_wanted();
    let sites: Vec<&str> = wanted.enforced().map(|site| site.id.0.as_str()).collect();
    if sites.is_empty() {
        return;
    }
    match session.rules() {
        Err(error) => return examination.fail(CHECK, &error.clone().into()),
        Ok(rules) => {
            for site in wanted.enforced() {
                let checked = launch::gate::check(rules, &site.id.0, &site.destination.locale);
                if let Err(error) = checked {
                    examination.fail(CHECK, &error.into());
                }
            }
        }
    }
    let found = match read(stack).await {
        Ok(found) => found,
        Err(error) => return examination.fail(CHECK, &error.into()),
    };
    match found.examine(wanted) {
        Ok(_) => examination.well(
            CHECK,
            format!(
                "the stack holds what the gates of {} need; frontlist gate prove tries them",
                sites.join(", ")
            ),
        ),
        Err(breaches) => {
            for breach in breaches {
                let detail = format!("FL-0641: {breach}");
                examination.note(CHECK, Health::Failed, detail, Some(breach.mend()));
            }
        }
    }
    for change in GatePlan::of(&found, wanted).changes {
        if change.starts_with("remove") {
            examination.warn(CHECK, change, "frontlist gate apply");
        }
    }
}
