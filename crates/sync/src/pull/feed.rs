//! The feed that adds to Consonance's service what the service lacks.
//!
//! A feed is a delta like any other and is kept record by record, so that a day without one loses nothing. It is as old as
//! its last delivery, which is told; and where it was never read at all nothing new may be published, since only the feed
//! knows of embargoes that markets have.

mod download;

use std::path::{Path, PathBuf};

use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::merge;
use catalogue::record::{Place, ProductRecord};
use catalogue::work::Work;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use site::desired::Kind;
use store::Store;
use store::ledger::Ledger;
use url::Url;

use super::onix_source::Reading;
use super::shelf::Shelf;
use super::{FEED, Kept, PullOptions, Pulled, parse};
use crate::Error;
use crate::progress::Progress;

pub use download::{Allowed, Download};

/// The feed is older than it may be, or does not say how old it is.
const STALE: FindingCode = FindingCode::new("feed-stale");
/// The feed cannot be had.
const UNAVAILABLE: FindingCode = FindingCode::new("feed-unavailable");
/// Products of Consonance's service that the feed does not mention.
const UNMENTIONED: FindingCode = FindingCode::new("feed-lacks");
/// Products stay closed because part of the feed could not be read.
const INCOMPLETE: FindingCode = FindingCode::new("feed-incomplete");
/// How many of those are named.
const NAMED: usize = 5;

/// Where a feed is.
#[derive(Debug)]
pub enum FeedPlace {
    /// A file or folder.
    Path(PathBuf),
    /// An address.
    Address(Url),
}

/// A feed of Consonance's.
#[derive(Debug)]
pub struct Feed {
    /// Where it is.
    pub place: FeedPlace,
    /// How old it may be.
    pub max_age: SignedDuration,
    /// How it may be fetched.
    pub allowed: Allowed,
}

impl Feed {
    fn name(&self) -> String {
        match &self.place {
            FeedPlace::Path(path) => path.display().to_string(),
            FeedPlace::Address(url) => url.to_string(),
        }
    }

    /// Whether a file that was read is of this place.
    fn holds(&self, file: &str) -> bool {
        match &self.place {
            FeedPlace::Path(path) => Path::new(file).starts_with(path),
            FeedPlace::Address(url) => file == url.as_str(),
        }
    }
}

/// When a feed was last sent, as far as the state file knows.
///
/// # Errors
/// When the state file cannot be read.
pub async fn last_sent(store: &Store) -> Result<Option<Timestamp>, Error> {
    let sent = store.mark(&mark("sent")).await?;
    Ok(sent.and_then(|sent| sent.parse().ok()))
}

fn mark(what: &str) -> String {
    format!("{FEED}:{what}")
}

/// A feed that is configured no longer has no say.
pub(super) fn forget(kept: &mut Kept, pulled: &mut Pulled) {
    pulled.change.gone.extend(kept.feed.keys().cloned());
    pulled.change.gone.extend(kept.lost.keys().cloned());
    kept.feed.clear();
    kept.lost.clear();
}

/// Reads a feed onto its shelf.
///
/// # Errors
/// When it was never read and cannot be.
pub(super) async fn read(
    store: &Store,
    feed: &Feed,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let known = last_sent(store).await?;
    let was_read = !kept.feed.is_empty() || known.is_some();
    let sent = match take(store, feed, kept, options, pulled, progress).await {
        Ok(sent) => sent.max(known),
        Err(error) if was_read => {
            let message = format!(
                "{}; what it said when it was last read still holds",
                crate::engine::chain(&error)
            );
            let finding = Finding::warning(UNAVAILABLE, message).in_field(feed.name());
            pulled.findings.push(finding);
            known
        }
        Err(error) => {
            return Err(Error::FeedNeverRead {
                feed: feed.name(),
                source: Box::new(error),
            });
        }
    };
    let read = kept.feed.keys().filter(|key| !Shelf::is_rejection(key));
    pulled.considered.extend(read.cloned());
    if let Some(sent) = sent {
        pulled.change.marks.insert(mark("sent"), sent.to_string());
    }
    if let Some(finding) = stale(feed, sent, options.now) {
        pulled.findings.push(finding);
    }
    Ok(())
}

/// Reads what is there now, and when the newest of it was sent.
async fn take(
    store: &Store,
    feed: &Feed,
    kept: &mut Kept,
    options: &PullOptions,
    pulled: &mut Pulled,
    progress: &dyn Progress,
) -> Result<Option<Timestamp>, Error> {
    let mut version = None;
    let messages = match &feed.place {
        FeedPlace::Path(path) => onix::Source::at(path.clone()),
        FeedPlace::Address(url) => {
            let etag = store
                .mark(&mark("etag"))
                .await?
                .filter(|_| !options.full && !kept.feed.is_empty());
            let known = etag.as_deref().and_then(|mark| mark.split_once('\n'));
            let known = known.filter(|(address, _)| *address == url.as_str());
            progress.phase("fetching the ONIX feed", None);
            match download::fetch(url, known.map(|(_, etag)| etag), &feed.allowed).await? {
                Download::Unchanged => return Ok(None),
                Download::Changed { stream, etag } => {
                    let etag = etag.map_or_else(String::new, |etag| format!("{url}\n{etag}"));
                    version = Some(etag);
                    onix::Source::Named(url.to_string(), stream)
                }
            }
        }
    };
    let mut reading = Reading {
        shelf: Shelf::Feed,
        kept,
        options,
        pulled,
    };
    let headers = reading.read(messages, false, progress)?;
    let is_whole = !kept.lost.values().any(|lost| feed.holds(&lost.place));
    if is_whole {
        // A place that is asked no longer cannot mend what it once left out.
        pulled.change.gone.extend(kept.lost.keys().cloned());
        kept.lost.clear();
    }
    if let Some(version) = version {
        // One that was not read to its end is asked for again.
        let version = if is_whole { version } else { String::new() };
        pulled.change.marks.insert(mark("etag"), version);
    }
    Ok(headers
        .iter()
        .filter_map(|header| sent_at(header.sent.as_deref()?))
        .max())
}

/// Merges what is kept of the feed into works.
pub(super) fn enrich(works: &mut [Work], kept: &Kept, pulled: &mut Pulled) -> Result<(), Error> {
    let records: Vec<ProductRecord> = kept.feed.values().map(parse).collect::<Result<_, _>>()?;
    let enriched = merge::enrich(works, &records);
    pulled.merged = enriched.merged;
    pulled.findings.extend(enriched.unknown);
    if !enriched.unmentioned.is_empty() {
        let named: Vec<String> = enriched
            .unmentioned
            .iter()
            .take(NAMED)
            .map(|isbn| isbn.hyphenated())
            .collect();
        let message = format!(
            "the feed does not mention {} approved products, such as {}; of them only what Consonance's service says is known",
            enriched.unmentioned.len(),
            named.join(", ")
        );
        pulled.findings.push(Finding::info(UNMENTIONED, message));
    }
    Ok(())
}

/// Closes what the feed has not mentioned and what is not published, while part of the feed is lost.
pub(super) fn close_unmentioned(
    kept: &Kept,
    ledger: &Ledger,
    pulled: &mut Pulled,
) -> Result<(), Error> {
    let Some(lost) = kept.lost.values().next() else {
        return Ok(());
    };
    let records: Vec<ProductRecord> = kept.feed.values().map(parse).collect::<Result<_, _>>()?;
    let place = Place {
        file: lost.place.clone(),
        ..Place::default()
    };
    let closed = merge::close_unmentioned(&mut pulled.works, &records, &place, |work, isbn| {
        is_published(ledger, work, isbn)
    });
    if closed.is_empty() {
        return Ok(());
    }
    let named = closed.iter().take(NAMED);
    let named: Vec<String> = named.map(|isbn| isbn.hyphenated()).collect();
    let message = format!(
        "the feed could not be read whole ({}), and what could be read does not mention {} products that are not published yet, such as {}; an embargo may stand in the part that is missing, so they stay closed. Have the file sent again under its name",
        lost.reason,
        closed.len(),
        named.join(", ")
    );
    let finding = Finding::error(INCOMPLETE, message).in_field(lost.place.clone());
    pulled.findings.push(finding);
    Ok(())
}

/// Whether a work's published page shows a product. Of a page that was found again, and not yet written, nobody knows what
/// it shows: it is left as it is.
fn is_published(ledger: &Ledger, work: &Work, isbn: Isbn13) -> bool {
    let id = (Kind::Book.uid().to_owned(), work.key.to_string());
    let places = ledger.publications.get(&id);
    if places.is_none_or(std::collections::BTreeMap::is_empty) {
        return false;
    }
    let isbn = format!("\"{isbn}\"");
    ledger.versions.get(&id).is_none_or(|versions| {
        versions
            .values()
            .any(|version| version.fields.contains(&isbn))
    })
}

/// What is wrong with the age of a feed.
fn stale(feed: &Feed, sent: Option<Timestamp>, now: Timestamp) -> Option<Finding> {
    let message = match sent {
        None => "it does not say when it was sent (SentDateTime), so nobody can tell how old it is"
            .to_owned(),
        Some(sent) => {
            let age = now.duration_since(sent);
            if age <= feed.max_age {
                return None;
            }
            format!(
                "it was last sent {sent}, {} hours ago, and {} are allowed; see that Consonance delivers it",
                age.as_hours(),
                feed.max_age.as_hours()
            )
        }
    };
    Some(Finding::warning(STALE, message).in_field(feed.name()))
}

/// The instant of an ONIX SentDateTime: `20261124`, `20261124T0930`, `20261124T093000Z`, `20261124T0930+0100`. Without a
/// zone it is taken as UTC, without a time as the day's end.
pub(super) fn sent_at(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (date, time) = text.split_once('T').unwrap_or((text, "235959"));
    let zone = time.find(['Z', '+', '-']);
    let (time, zone) = zone.map_or((time, ""), |at| time.split_at(at));
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (date, time) = (digits(date), digits(time));
    let time = match time.len() {
        4 => format!("{time}00"),
        6 => time,
        _ => return None,
    };
    let naive = DateTime::strptime("%Y%m%dT%H%M%S", format!("{date}T{time}")).ok()?;
    let instant = naive.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let offset = digits(zone);
    if offset.is_empty() {
        return Some(instant);
    }
    let hours: i64 = offset.get(..2)?.parse().ok()?;
    let minutes: i64 = offset.get(2..4).unwrap_or("0").parse().ok()?;
    let ahead = SignedDuration::from_mins(hours * 60 + minutes);
    let ahead = if zone.starts_with('-') { -ahead } else { ahead };
    instant.checked_sub(ahead).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_the_moment() {
        for (text, moment) in [
            ("20261124", "2026-11-24T23:59:59Z"),
            ("20261124T0930", "2026-11-24T09:30:00Z"),
            ("20261124T093015Z", "2026-11-24T09:30:15Z"),
            ("20261124T0930+0100", "2026-11-24T08:30:00Z"),
            ("20261124T0930-0530", "2026-11-24T15:00:00Z"),
            ("2026-11-24T09:30:15Z", "2026-11-24T09:30:15Z"),
        ] {
            assert_eq!(sent_at(text), moment.parse().ok(), "{text}");
        }
        for text in ["", "yesterday", "20261324", "20261124T9"] {
            assert_eq!(sent_at(text), None, "{text}");
        }
    }

    #[test]
    fn a_feed_is_stale_after_its_hours_and_when_it_does_not_say() {
        let feed = Feed {
            place: FeedPlace::Path("feed".into()),
            max_age: SignedDuration::from_hours(48),
            allowed: Allowed::default(),
        };
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let at = |text: &str| stale(&feed, text.parse().ok(), now).is_some();
        assert!(!at("2026-11-22T12:00:00Z"));
        assert!(at("2026-11-22T11:00:00Z"));
        assert!(at(""));
    }
}
