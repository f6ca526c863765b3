//! `modules`: the editors' entries that refer to titles, what each would show, and what is wrong with it. Writes nothing to
//! the stack; who refers to what is kept in the state file, for `explain` and `launch`.

use jiff::Timestamp;
use site::integrity::Inspected;
use store::Store;
use sync::modules::Modules;
use sync::pull::kept_works;

use crate::arguments::ModulesArguments;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars, Table};
use crate::session::Session;

/// The longest title in a table.
const LONGEST_TITLE: usize = 40;

pub(super) async fn run(
    arguments: &ModulesArguments,
    session: &Session,
) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let now = session.instant(arguments.at, &sites);
    let store = session.store_beside().await?;
    let mut modules = read(session, &store, now).await?;
    // Of another instant it is a forecast, and where something could not be read it is a part.
    if arguments.at.is_none() && modules.findings.is_empty() {
        store.keep_where_used(&modules.reading()).await?;
    }
    modules
        .modules
        .retain(|one| sites.iter().any(|site| site.id == one.site));
    output::print_as(session.format, &modules, || told(&modules))?;
    let wrong = modules.modules.iter().any(|one| !one.findings.is_empty());
    Ok(if wrong || !modules.findings.is_empty() {
        Ending::Partial
    } else {
        Ending::Done
    })
}

/// Asks the stack for the modules, and holds them against the catalogue as last read.
pub(super) async fn read(
    session: &Session,
    store: &Store,
    now: Timestamp,
) -> Result<Modules, Failure> {
    let stack = session.stack()?;
    let works = kept_works(store).await?;
    let ledger = store.ledger().await?;
    let bars = Bars::new(Some(&stack));
    let engine = session.engine(&stack, store, &bars);
    let read = engine.modules(&works, &ledger, now).await;
    bars.finish();
    Ok(read?)
}

fn told(modules: &Modules) -> String {
    let mut text = String::new();
    let found = &modules.modules;
    if found.is_empty() {
        text.push_str(&format!(
            "No editor's entry on the sites refers to a title ({} may).\n",
            output::plural(modules.content_types.len(), "content type"),
        ));
    } else {
        let mut table = Table::new(["site", "type", "module", "entry", "live", "shows"]);
        for one in found {
            let module = &one.module;
            table.row([
                one.site.to_string(),
                module.content_type.clone(),
                output::shortened(&module.title, LONGEST_TITLE),
                module.uid.clone(),
                module
                    .from
                    .map_or_else(|| "now".to_owned(), |from| format!("from {from}")),
                format!("{} of {}", one.shows, one.titles.len()),
            ]);
        }
        text.push_str(&table.to_string());
    }
    let findings: Vec<String> = found
        .iter()
        .flat_map(|one| one.findings.iter())
        .chain(&modules.findings)
        .map(|finding| match &finding.at.field {
            Some(field) => format!("{finding} [{field}]\n"),
            None => format!("{finding}\n"),
        })
        .collect();
    text.extend(findings.iter().map(String::as_str));
    let wrong = output::plural(findings.len(), "finding");
    text.push_str(&format!("{}, {wrong}\n", counted(found)));
    text
}

fn counted(found: &[Inspected]) -> String {
    let live = found.iter().filter(|one| one.module.from.is_none()).count();
    let waiting = found.len() - live;
    format!("{live} live, {waiting} to come")
}
