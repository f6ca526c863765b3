//! `probe`: looking at live pages as a reader would, for the checklist. `serve` and `sync --watch` do the same now and then.

use std::time::Duration;

use jiff::Timestamp;
use launch::probe::Probe;
use serde::Serialize;
use store::Store;
use store::probes::KeptProbe;
use sync::launches::{Desk, Said, Which, may_be_asked_for};
use sync::probes::{Page, Prober};
use sync::pull::kept_works;

use super::titles::{find, unknown};
use crate::arguments::ProbeArguments;
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;

/// A look at the page of a title on a site.
#[derive(Serialize)]
struct Looked {
    work: String,
    site: String,
    #[serde(flatten)]
    probe: Probe,
}

pub(super) async fn run(arguments: &ProbeArguments, session: &Session) -> Result<Ending, Failure> {
    let sites = session.sites(arguments.site.as_deref())?;
    if sites.iter().all(|site| site.page_address.is_none()) {
        return Err(Failure::usage(
            Misuse::Arguments,
            "no site says where its pages are",
            "add `page_address = \"https://www.example.com{url}\"` to [[site]]",
        ));
    }
    let store = session.store_beside().await?;
    let looked = look(
        session,
        &store,
        arguments.title.as_deref(),
        arguments.site.as_deref(),
    )
    .await?;
    output::print_as(session.format, &looked, || told(&looked))?;
    let is_well = |one: &Looked| {
        let found = [
            &one.probe.isbn,
            &one.probe.structured_data,
            &one.probe.hreflang,
            &one.probe.buy_links,
        ];
        one.probe.status == Some(200) && found.iter().all(|found| found.holds != Some(false))
    };
    Ok(match looked.iter().all(is_well) {
        true => Ending::Done,
        false => Ending::Partial,
    })
}

/// Looks until it is dropped, where some site says where its pages are. Whatever fails is tried again.
pub(super) async fn keep(session: &Session) {
    let every = session.configuration.between_probes();
    let sites = &session.configuration.sites;
    if sites.iter().all(|site| site.page_address.is_none()) {
        return std::future::pending().await;
    }
    loop {
        let looked = async {
            let store = session.store_beside().await?;
            // Another process may have looked lately.
            let last = store.probed_at().await?;
            let since = last.map(|last| Timestamp::now().duration_since(last));
            let is_due = since
                .is_none_or(|since| Duration::try_from(since).is_ok_and(|since| since >= every));
            if is_due {
                look(session, &store, None, None).await?;
            }
            Ok::<(), Failure>(())
        };
        if let Err(failure) = Box::pin(looked).await {
            tracing::error!(code = failure.code(), error = %failure, "live pages could not be looked at");
        }
        tokio::time::sleep(every.min(Duration::from_mins(15))).await;
    }
}

async fn look(
    session: &Session,
    store: &Store,
    title: Option<&str>,
    site: Option<&str>,
) -> Result<Vec<Looked>, Failure> {
    let now = Timestamp::now();
    let sites = session.sites(site)?;
    let mut works = kept_works(store).await?;
    let ledger = store.ledger().await?;
    let said = Said::of(store, &works).await?;
    let which = match title {
        Some(title) => {
            let Some(work) = find(&works, title).cloned() else {
                return Err(unknown(title, store).await?);
            };
            works = vec![work];
            Which::All
        }
        None => {
            works.retain(|work| may_be_asked_for(work, Which::Near, now));
            Which::Near
        }
    };
    let memory = sync::engine::memory(&ledger);
    let configured = session.configuration.configured();
    let desk = Desk::new(&works, configured, &ledger, &memory, said, now);
    let pages: Vec<Page> = desk.pages(&desk.asked(&works, &sites, which));
    let prober = Prober {
        private_hosts: session.configuration.probe_hosts(),
        now: None,
    };
    let probes = prober.look(&pages).await;
    let mut looked = Vec::with_capacity(pages.len());
    let mut kept = Vec::with_capacity(pages.len());
    for (page, probe) in pages.into_iter().zip(probes) {
        let text = serde_json::to_string(&probe).map_err(|source| {
            Failure::Store(store::Error::Value {
                doing: "keeping looks at pages",
                source,
            })
        })?;
        kept.push(KeptProbe {
            work: page.work.clone(),
            site: page.site.clone(),
            at: probe.at,
            probe: text,
        });
        looked.push(Looked {
            work: page.work,
            site: page.site,
            probe,
        });
    }
    store.keep_probes(&kept).await?;
    Ok(looked)
}

fn told(looked: &[Looked]) -> String {
    if looked.is_empty() {
        return "No page of a title about to be published is live on a site that says where its pages are.\n".to_owned();
    }
    let mut table = Table::new([
        "site", "address", "status", "ISBN", "JSON-LD", "hreflang", "shops",
    ]);
    let mut wrong = String::new();
    for one in looked {
        let probe = &one.probe;
        let sign = |holds: Option<bool>| match holds {
            Some(true) => "✓ yes",
            Some(false) => "✗ no",
            None => "? unknown",
        };
        let status = probe
            .status
            .map_or_else(|| "none".to_owned(), |status| status.to_string());
        table.row([
            one.site.clone(),
            probe.address.clone(),
            status,
            sign(probe.isbn.holds).to_owned(),
            sign(probe.structured_data.holds).to_owned(),
            sign(probe.hreflang.holds).to_owned(),
            sign(probe.buy_links.holds).to_owned(),
        ]);
        if let Some(trouble) = &probe.trouble {
            wrong.push_str(&format!("{}: {trouble}\n", probe.address));
        }
        for found in [
            &probe.isbn,
            &probe.structured_data,
            &probe.hreflang,
            &probe.buy_links,
        ] {
            if found.holds == Some(false) {
                wrong.push_str(&format!("{}: {}\n", probe.address, found.seen));
            }
        }
    }
    format!("{table}{wrong}")
}
