//! `audit`: what the sites serve that the source would not say, and what they lack. Writes nothing.

use sync::audit::{Audit, Row};
use sync::engine::Options;

use crate::arguments::AuditArguments;
use crate::failure::{Ending, Failure};
use crate::output::{self, Bars, Table};
use crate::session::Session;

pub(super) async fn run(arguments: &AuditArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    let stack = session.stack()?;
    let source = session.source(&arguments.source)?;
    let store = session.store_beside().await?;
    let options = Options::at(session.instant(arguments.at, &sites));
    let bars = Bars::new(Some(&stack));
    let engine = session.engine(&stack, &store, &bars);
    let audited = async {
        let plan = engine.plan(source, &options).await?;
        let ledger = store.ledger().await?;
        let existing = session.configuration.existing();
        engine.audit(&plan, &ledger, &existing).await
    };
    let audited = audited.await;
    bars.finish();
    let mut audit = audited?;
    let wanted = |row: &Row| {
        let site = sites.iter().any(|site| site.id == row.site);
        let field = arguments.field.as_ref();
        site && field.is_none_or(|field| row.field.as_ref() == Some(field))
    };
    audit.rows.retain(wanted);
    output::print_as(session.format, &audit, || told(&audit))?;
    Ok(if audit.rows.is_empty() {
        Ending::Done
    } else {
        Ending::Partial
    })
}

fn told(audit: &Audit) -> String {
    let (served, titles) = (audit.served, audit.titles);
    let total = format!("{served} entries served, {titles} titles in the source");
    if audit.rows.is_empty() {
        return format!("The sites serve what the source says. {total}.\n");
    }
    let mut table = Table::new([
        "weight", "site", "what", "ISBN", "title", "source", "served", "entry",
    ]);
    for row in &audit.rows {
        let fault = serde_json::to_value(row.fault).unwrap_or_default();
        let what = fault.as_str().unwrap_or_default();
        let what = match &row.field {
            Some(field) => format!("{what} {field}"),
            None => what.to_owned(),
        };
        table.row([
            row.weight.to_string(),
            row.site.to_string(),
            what,
            row.isbn.clone(),
            output::shortened(&row.title, 40),
            said(&row.expected),
            said(&row.found),
            row.entry.clone().unwrap_or_default(),
        ]);
    }
    let wrong = output::plural(audit.rows.len(), "difference");
    format!("{table}{wrong}; {total}\n")
}

fn said(value: &serde_json::Value) -> String {
    let text = match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    output::shortened(&text, 40)
}
