//! `inspect`: what a feed, or an account, says of each title before any website is thought of.
//!
//! The first thing that a publisher runs: it needs a file and nothing else. Records pass by one at a
//! time and are forgotten, so a file may be larger than memory; kept are one short line a product,
//! the references and ISBNs met, and a few examples of each fault.

mod feed;
mod inspected;
mod report;

use std::path::Path;

use catalogue::isbn::Isbn13;
use catalogue::territory;
use catalogue::work::Work;
use consonance::Span;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use site::inspection::Inspector;
use sync::progress::Progress as _;

use crate::arguments::{Format, InspectArguments};
use crate::failure::{Ending, Failure, Misuse};
use crate::output::{self, Array, Bars};
use crate::session::Session;

use feed::Feed;
use inspected::{Inspected, Place};
use report::Report;

/// What is written in place of a file to inspect the configured account.
const ACCOUNT: &str = "consonance";

/// `configuration` is where one would be; `asked_for` whether somebody named it.
pub(super) async fn run(
    arguments: &InspectArguments,
    configuration: &Path,
    asked_for: bool,
    format: Format,
) -> Result<Ending, Failure> {
    let isbn = arguments.isbn.as_deref().map(parse_isbn).transpose()?;
    let territory = arguments
        .territory
        .as_deref()
        .map(parse_territory)
        .transpose()?;
    let reads_account = arguments.source == Path::new(ACCOUNT);
    let session = if asked_for || reads_account || configuration.exists() {
        Some(Session::open(configuration, format)?)
    } else {
        None
    };
    let sites = session
        .as_ref()
        .map(|session| (&session.configuration.sites, &session.configuration.policy));
    let now = instant(arguments, session.as_ref());
    let mut desk = Desk {
        inspector: Inspector::new(sites, territory.clone(), now),
        isbn,
        shown: 0,
        rejected: 0,
        told: match format {
            Format::Json => Told::Array(Array::on_stdout()),
            Format::Table | Format::Ics | Format::Csv => Told::Report(Report::new(
                sites.map(|(sites, _)| sites.iter().map(|site| site.id.clone()).collect()),
                territory,
                now,
            )),
        },
    };
    let bars = Bars::new(None);
    bars.phase("inspecting", None);
    let unread = match &session {
        Some(session) if reads_account => {
            account(session, &mut desk, &bars).await?;
            None
        }
        _ => Feed::new(&arguments.source).inspect(&mut desk, &bars)?,
    };
    bars.finish();
    desk.end(unread, arguments)
}

fn instant(arguments: &InspectArguments, session: Option<&Session>) -> Timestamp {
    match (session, arguments.at) {
        (Some(session), asked) => {
            let sites: Vec<_> = session.configuration.sites.iter().collect();
            session.instant(asked, &sites)
        }
        (None, Some(when)) => when.in_zone(&TimeZone::UTC),
        (None, None) => Timestamp::now(),
    }
}

fn parse_isbn(text: &str) -> Result<Isbn13, Failure> {
    text.parse().map_err(|error| {
        Failure::usage(
            Misuse::UnknownTitle,
            format!("`{text}` is no ISBN: {error}"),
            "give an ISBN-13 or ISBN-10 in any spelling",
        )
    })
}

fn parse_territory(text: &str) -> Result<String, Failure> {
    let code = text.trim().to_uppercase();
    if territory::meaning(&code).is_some() {
        return Ok(code);
    }
    Err(Failure::usage(
        Misuse::UnknownTerritory,
        format!("`{text}` is no territory"),
        "name a country of ISO 3166-1 (GB, not UK), a region of ONIX List 49 (CA-QC), or WORLD",
    ))
}

/// Reads the configured account, page by page.
async fn account(session: &Session, desk: &mut Desk<'_>, bars: &Bars) -> Result<(), Failure> {
    let client = session.consonance()?;
    let schema = client.schema().await?;
    let source = client.source(schema)?;
    for finding in source.findings() {
        desk.aside(&Inspected::aside(finding.into(), Place::default()))?;
    }
    let mut walk = source.works(Span::All);
    while let Some(page) = walk.next_page().await? {
        bars.advance(u64::try_from(page.records()).unwrap_or_default());
        for finding in page.findings {
            desk.aside(&Inspected::aside(finding.into(), Place::default()))?;
        }
        for fetched in page.works {
            let listening = desk.work(&fetched.work, &Place::default(), &[])?;
            if !listening {
                return Ok(());
            }
        }
        for rejected in page.rejected {
            let key = rejected.key.to_string();
            let told = inspected::Told::new(rejected.code.code(), rejected.reason);
            desk.reject(&Inspected::rejected(Some(key), told, Place::default()))?;
        }
    }
    Ok(())
}

/// Where inspected products go.
struct Desk<'a> {
    inspector: Inspector<'a>,
    isbn: Option<Isbn13>,
    shown: usize,
    rejected: usize,
    told: Told,
}

enum Told {
    Array(Array),
    Report(Report),
}

impl Desk<'_> {
    /// Inspects the products of a work; `more` are findings beside those of the data itself. Tells
    /// whether anybody still reads.
    fn work(
        &mut self,
        work: &Work,
        place: &Place,
        more: &[inspected::Told],
    ) -> Result<bool, Failure> {
        if self.isbn.is_some() && !work.products.iter().any(|one| one.isbn == self.isbn) {
            return Ok(true);
        }
        let mut listening = true;
        for (product, inspection) in work.products.iter().zip(self.inspector.work(work)) {
            if self.isbn.is_some() && product.isbn != self.isbn {
                continue;
            }
            let one = Inspected::product(work, product, inspection, place, more);
            self.shown += 1;
            listening = self.tell(&one)?;
        }
        Ok(listening)
    }

    /// Tells of a record that could not be read.
    fn reject(&mut self, rejected: &Inspected) -> Result<(), Failure> {
        let named = rejected.record_reference.as_deref().unwrap_or_default();
        if self.isbn.is_some_and(|isbn| !named.contains(isbn.as_str())) {
            return Ok(());
        }
        self.rejected += 1;
        self.tell(rejected).map(|_| ())
    }

    /// Tells what is wrong beside any record.
    fn aside(&mut self, aside: &Inspected) -> Result<(), Failure> {
        if self.isbn.is_some() {
            return Ok(());
        }
        self.tell(aside).map(|_| ())
    }

    fn tell(&mut self, one: &Inspected) -> Result<bool, Failure> {
        match &mut self.told {
            Told::Array(array) => array.push(one),
            Told::Report(report) => {
                report.add(one);
                Ok(true)
            }
        }
    }

    /// Prints what is left to print. `unread` is what kept a whole file from being read.
    fn end(
        self,
        unread: Option<onix::Error>,
        arguments: &InspectArguments,
    ) -> Result<Ending, Failure> {
        let nothing = self.shown == 0 && self.rejected == 0;
        match (unread, self.isbn) {
            (Some(error), _) if nothing => {
                // What is printed stays JSON, whatever comes of it.
                if let Told::Array(array) = self.told {
                    array.end()?;
                }
                Err(sync::Error::from(error).into())
            }
            (None, Some(isbn)) if nothing => Err(Failure::usage(
                Misuse::UnknownTitle,
                format!(
                    "no record of {} has ISBN {isbn}",
                    arguments.source.display()
                ),
                "leave out --isbn to see what is there",
            )),
            (unread, _) => {
                let is_whole = unread.is_none() && self.rejected == 0;
                match self.told {
                    Told::Array(array) => array.end()?,
                    Told::Report(report) => output::print(&report.to_string())?,
                }
                Ok(if is_whole {
                    Ending::Done
                } else {
                    Ending::Partial
                })
            }
        }
    }
}
