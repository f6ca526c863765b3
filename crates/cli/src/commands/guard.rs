//! `guard`: what editors wrote, searched for titles that no site may announce yet. Writes nothing.

use jiff::Timestamp;
use store::Store;
use sync::guard::Guarded;
use sync::pull::kept_works;

use crate::arguments::GuardArguments;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars};
use crate::session::Session;

pub(super) async fn run(arguments: &GuardArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(None)?;
    let now = session.instant(arguments.at, &sites);
    let store = session.store_beside().await?;
    let guarded = read(session, &store, now).await?;
    output::print_as(session.format, &guarded, || told(&guarded))?;
    Ok(if guarded.findings.is_empty() {
        Ending::Done
    } else {
        Ending::Partial
    })
}

/// Searches what editors wrote, against the catalogue as last read.
pub(super) async fn read(
    session: &Session,
    store: &Store,
    now: Timestamp,
) -> Result<Guarded, Failure> {
    let stack = session.stack()?;
    let works = kept_works(store).await?;
    let ledger = store.ledger().await?;
    let bars = Bars::new(Some(&stack));
    let engine = session.engine(&stack, store, &bars);
    let searched = engine.guard(&works, &ledger, now).await;
    bars.finish();
    Ok(searched?)
}

fn told(guarded: &Guarded) -> String {
    if guarded.titles == 0 {
        return "Every title that was read is shown on some site, or hidden for other reasons than silence: nothing to \
                look for.\n"
            .to_owned();
    }
    let mut text = String::new();
    for finding in &guarded.findings {
        let field = finding.at.field.as_deref().unwrap_or_default();
        text.push_str(&format!("{finding} [{field}]\n"));
    }
    text.push_str(&format!(
        "{} looked for in {} and {}: {}\n",
        output::plural(guarded.titles, "title"),
        output::plural(guarded.entries, "entry version"),
        output::plural(guarded.files, "file"),
        output::plural(guarded.findings.len(), "finding"),
    ));
    text
}
