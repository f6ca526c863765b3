//! `url`: another address for a page, by a person's word.
//!
//! It is only written down here. The next sync gives the page its new address and publishes, where the page is
//! public, a redirect from the one that it had, if it ever was public there.

use catalogue::work::Work;
use jiff::Timestamp;
use serde::Serialize;
use site::desired::{EntryKey, Memory};
use site::urls::{AddressError, check_address};
use store::Store;
use store::addresses::AddressChange;
use sync::engine::memory;
use sync::pull::kept_works;
use uuid::Uuid;

use super::hold::{free_store, user};
use super::titles::{find, unknown};
use crate::arguments::{Format, UrlArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Table};
use crate::session::Session;

/// A page whose address may change.
struct Page {
    /// Its entry, then those of works merged into it.
    keys: Vec<EntryKey>,
    key: EntryKey,
    name: String,
}

/// A change, made or only looked at.
#[derive(Debug, Serialize)]
struct Changed {
    name: String,
    change: AddressChange,
    /// Whether what is left leads to the page: only where the page was public there.
    leads: bool,
    dry_run: bool,
}

pub(super) async fn run(arguments: &UrlArguments, session: &Session) -> Result<Ending, Failure> {
    let (Some(asked), Some(path), Some(reason)) =
        (&arguments.title, &arguments.path, &arguments.reason)
    else {
        return list(&session.store_beside().await?, session.format).await;
    };
    if reason.trim().is_empty() {
        let message = "a change of address needs a reason";
        let mend = "say why with --reason: somebody will ask";
        return Err(Failure::usage(Misuse::Arguments, message, mend));
    }
    // A run that is under way makes addresses, too: no two pages may get one.
    let store = match arguments.dry_run {
        true => session.store_beside().await?,
        false => free_store(session).await?,
    };
    let memory = memory(&store.ledger().await?);
    let works = kept_works(&store).await?;
    let Some(page) = page(&works, asked, &memory) else {
        return Err(unknown(asked, &store).await?);
    };
    check_address(path, &page.keys, page.key.kind, &memory).map_err(|error| refused(&error))?;
    let present = page.keys.iter().find_map(|key| memory.urls.get(key));
    let leads = present.is_some_and(|from| memory.public.contains(from));
    let change = AddressChange {
        id: Uuid::now_v7().to_string(),
        kind: page.key.kind.uid().to_owned(),
        source_key: page.key.source_key.clone(),
        from: present.cloned(),
        to: path.clone(),
        reason: reason.trim().to_owned(),
        changed_by: user(),
        changed_at: Timestamp::now(),
    };
    if !arguments.dry_run {
        store.change_address(&change).await?;
    }
    let changed = Changed {
        name: page.name,
        change,
        leads,
        dry_run: arguments.dry_run,
    };
    output::print_as(session.format, &changed, || told(&changed))?;
    Ok(Ending::Done)
}

/// The page meant: a title's, or another that has an address already, by its whole key.
fn page(works: &[Work], asked: &str, memory: &Memory) -> Option<Page> {
    if let Some(work) = find(works, asked) {
        return Some(Page {
            keys: EntryKey::all_of_work(work).collect(),
            key: EntryKey::of_work(work),
            name: work.title.text.clone(),
        });
    }
    let key = memory.urls.keys().find(|key| key.source_key == asked)?;
    Some(Page {
        keys: vec![key.clone()],
        key: key.clone(),
        name: key.to_string(),
    })
}

fn refused(error: &AddressError) -> Failure {
    let mend = match error {
        AddressError::Form { like, .. } => format!(
            "an address is a folder and a name of small Latin letters, digits and single hyphens, at most 80, such as `{like}`"
        ),
        AddressError::Same(_) => "there is nothing to change".to_owned(),
        AddressError::Taken { .. } => {
            "choose another: an address that a page once had leads to it for ever".to_owned()
        }
    };
    Failure::usage(Misuse::UnfitAddress, error.to_string(), mend)
}

fn told(changed: &Changed) -> String {
    let Changed {
        name,
        change,
        leads,
        dry_run,
    } = changed;
    let move_ = match &change.from {
        Some(from) if *leads => format!("{from} to {}; {from} will lead there", change.to),
        Some(from) => format!(
            "{from} to {}; nothing will lead there, as no page was ever public at {from}",
            change.to
        ),
        None => format!("no address yet to {}", change.to),
    };
    let when = match dry_run {
        true => "nothing is written down yet",
        false => "the next sync brings it to the sites",
    };
    format!("{name} ({}): from {move_}\n{when}\n", change.source_key)
}

async fn list(store: &Store, format: Format) -> Result<Ending, Failure> {
    let changes = store.address_changes().await?;
    output::print_as(format, &changes, || listed(&changes))?;
    Ok(Ending::Done)
}

fn listed(changes: &[AddressChange]) -> String {
    if changes.is_empty() {
        return "No address was ever changed. `frontlist url ISBN NEW-PATH --reason TEXT` changes one."
            .to_owned();
    }
    let mut table = Table::new(["page", "from", "to", "changed", "reason"]);
    for change in changes {
        let at = output::clock(&change.changed_at.to_string());
        table.row([
            format!("{} {}", change.kind, change.source_key),
            change.from.clone().unwrap_or_else(|| "none".to_owned()),
            change.to.clone(),
            format!("{at} by {}", change.changed_by),
            change.reason.clone(),
        ]);
    }
    table.to_string()
}
