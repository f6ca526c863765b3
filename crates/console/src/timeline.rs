//! What became of a title, in one line of time: its records as runs read them from the source, what people said of it, and what
//! was done to it in the stack.

use catalogue::work::Work;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Console;
use crate::catalogue_view::entry_id;
use crate::error::Error;
use crate::wording::local;

/// Calls to the stack that are told.
const CALLS: i64 = 40;

/// Runs whose records are looked through.
const RUNS: i64 = 200;

/// Events on the page.
const EVENTS: usize = 60;

/// Something that happened.
pub(crate) struct Event {
    pub(crate) at: String,
    /// Where: at the source, here, or in the stack.
    pub(crate) place: &'static str,
    pub(crate) what: String,
    pub(crate) outcome: String,
}

struct Kept {
    at: Timestamp,
    place: &'static str,
    what: String,
    outcome: String,
}

/// The last events of a title, the newest first.
///
/// # Errors
/// When the state file cannot be read.
pub(crate) async fn of(
    console: &Console,
    work: &Work,
    zone: &TimeZone,
) -> Result<Vec<Event>, Error> {
    let mut events = read(console, work).await?;
    events.extend(said(console, work).await?);
    events.extend(done(console, work).await?);
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(EVENTS);
    let told = events.into_iter().map(|event| Event {
        at: local(event.at, zone),
        place: event.place,
        what: event.what,
        outcome: event.outcome,
    });
    Ok(told.collect())
}

/// What runs made of its records.
async fn read(console: &Console, work: &Work) -> Result<Vec<Kept>, Error> {
    let records = work.records.iter().cloned().collect();
    let read = console.store().record_history(&records, RUNS).await?;
    let kept = read.into_iter().filter_map(|one| {
        Some(Kept {
            at: one.at.parse().ok()?,
            place: "source",
            what: format!("{} read by a {}", one.record.key, one.command),
            outcome: match one.record.reason {
                Some(reason) => format!("{}: {reason}", one.record.outcome),
                None => one.record.outcome,
            },
        })
    });
    Ok(kept.collect())
}

/// What people said of it: holds and waivers.
async fn said(console: &Console, work: &Work) -> Result<Vec<Kept>, Error> {
    let is_meant = |key: &str| {
        let mut keys = std::iter::once(&work.key).chain(&work.aliases);
        keys.any(|own| own.as_str() == key)
    };
    let mut events = Vec::new();
    let mut note = |at, by: &str, what: &str, subject: &str, reason: &str| {
        events.push(Kept {
            at,
            place: "people",
            what: format!("{by} {what} {subject}"),
            outcome: reason.to_owned(),
        });
    };
    for hold in console.store().holds().await? {
        if is_meant(&hold.work) {
            let site = hold.site.as_deref().unwrap_or("every site");
            note(
                hold.placed_at,
                &hold.placed_by,
                "held it from",
                site,
                &hold.reason,
            );
            if let (Some(at), Some(by)) = (hold.lifted_at, &hold.lifted_by) {
                note(at, by, "lifted the hold from", site, "");
            }
        }
    }
    for waiver in console.store().waivers().await? {
        if waiver.work.as_deref().is_some_and(is_meant) {
            let rule = format!(
                "{} on {}",
                waiver.rule,
                waiver.site.as_deref().unwrap_or("every site")
            );
            let asked = &waiver.requested;
            note(asked.at, &asked.by, "asked to waive", &rule, &waiver.reason);
            if let Some(act) = waiver.approved.as_ref().filter(|act| *act != asked) {
                note(act.at, &act.by, "granted the waiver of", &rule, "");
            }
            if let Some(act) = &waiver.ended {
                note(act.at, &act.by, "ended the waiver of", &rule, "");
            }
        }
    }
    Ok(events)
}

/// What was done to its entry in the stack.
async fn done(console: &Console, work: &Work) -> Result<Vec<Kept>, Error> {
    let id = entry_id(work);
    // The tab ends the key: work 12 is not about work 1.
    let target = format!("{}\t{}\t", id.0, id.1);
    let history = console.store().history(&target, CALLS).await?;
    let kept = history.into_iter().filter_map(|(at, what, outcome)| {
        Some(Kept {
            at: at.parse().ok()?,
            place: "stack",
            what: what.replace('\t', " "),
            outcome,
        })
    });
    Ok(kept.collect())
}
