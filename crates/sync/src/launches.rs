//! Titles about to be published: the facts of each, from the catalogue as last read and the ledger, and the launch rules
//! asked of them.
//!
//! A title is a launch on a site from 180 days before its publication there to 14 days after (BISG judges records from 180
//! days before publication).

use std::collections::BTreeMap;

use catalogue::work::Work;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use launch::checklist::{Checklist, Item, Outcome, Readiness, Subject, checklist};
use launch::milestone::{self, Progress};
use launch::probe;
use launch::record::{self, Fetched};
use launch::rule_book::RuleBook;
use launch::sheet::Sheet;
use launch::stack::{self, Held};
use serde::Serialize;
use site::appraisal::{Appraisal, Cover, appraise};
use site::desired::{EntryKey, Fields, Memory, Value};
use site::guard::Secrets;
use site::policy::Site;
use store::ledger::{EntryId, Ledger};

use crate::outlook::{Configured, Outlook};
use crate::probes::Page;
use crate::where_used::used_on;

mod said;

pub use said::{MANUSCRIPT, Said, waiver};

/// How many days ahead titles are launches (BISG judges records from 180 days before publication).
const AHEAD: i32 = 180;

/// How many days after publication they still are.
const BEHIND: i32 = 14;

/// A look at a page that is older says nothing, whatever a rule asks.
const OLDEST_LOOK: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The call of a link that leads to no shop.
const WEBSITE: &str = "website";

/// The rule by which a site's selection leaves a title out.
const NOT_SELECTED: &str = "not-selected";

/// A title on a site, and how far it is.
#[derive(Clone, Debug, Serialize)]
pub struct Candidate {
    /// The title's name.
    pub title: String,
    /// The ISBN of the format that speaks for it, without hyphens.
    pub isbn13: Option<String>,
    /// The site's publication date, in the precision that is known.
    pub publication: Option<String>,
    /// The first day that it may mean.
    #[serde(skip)]
    pub day: Option<Date>,
    /// Whether it may go live.
    pub readiness: Readiness,
    /// Lines that fail or are unknown.
    pub missing: usize,
    /// Lines that apply.
    pub applicable: usize,
    /// Points got and points that could be had.
    pub score: (u32, u32),
    /// How far its milestones are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Progress>,
    /// The lines.
    #[serde(flatten)]
    pub checklist: Checklist,
}

/// The rules, and the days on which nobody works.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// What must be true.
    pub book: &'a RuleBook,
    /// Days that are no working days, beside Saturdays and Sundays.
    pub holidays: &'a [Date],
}

/// Which titles are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All given, whenever they are published.
    All,
    /// Those about to be published.
    Near,
    /// Those published in the seven days from this one.
    Week(Date),
}

/// What is known of a set of titles.
#[derive(Debug)]
pub struct Desk<'a> {
    configured: Configured<'a>,
    ledger: &'a Ledger,
    outlook: Outlook,
    said: Said,
    urls: BTreeMap<EntryKey, String>,
    now: Timestamp,
}

/// A title on a site of which a checklist is asked.
#[derive(Debug)]
pub struct Asked<'w> {
    work: &'w Work,
    site: &'w Site,
    appraisal: Appraisal,
}

/// Whether any date of a title could make it one of those asked for: a coarse sieve before sites are asked.
#[must_use]
pub fn may_be_asked_for(work: &Work, which: Which, now: Timestamp) -> bool {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut dates = work.products.iter().flat_map(|product| {
        let supplied = product.supplies.iter().flat_map(|supply| &supply.dates);
        product.dates.iter().chain(supplied)
    });
    which == Which::All
        || dates.any(|date| {
            let day = date.date.first_day();
            match which {
                Which::All => true,
                Which::Near => within(day, today, 1),
                Which::Week(first) => in_week(day, first),
            }
        })
}

fn is_asked_for(day: Option<Date>, which: Which, site: &Site, now: Timestamp) -> bool {
    let today = catalogue::date::day_at(&site.time_zone, now);
    match (which, day) {
        (Which::All, _) => true,
        (_, None) => false,
        (Which::Near, Some(day)) => within(day, today, 0),
        (Which::Week(first), Some(day)) => in_week(day, first),
    }
}

fn within(day: Date, today: Date, slack: i32) -> bool {
    let from = today.saturating_sub((BEHIND + slack).days());
    let to = today.saturating_add((AHEAD + slack).days());
    from <= day && day <= to
}

fn in_week(day: Date, first: Date) -> bool {
    first <= day && day < first.saturating_add(7.days())
}

impl Candidate {
    /// The gravest open line, the one due first among equals.
    #[must_use]
    pub fn first_to_mend(&self) -> Option<&Item> {
        let open = self.checklist.items.iter().filter(|item| item.is_open());
        open.min_by_key(|item| {
            (
                item.severity,
                item.outcome != Outcome::Fail,
                item.due.is_none(),
                item.due,
            )
        })
    }
}

impl<'a> Desk<'a> {
    /// Reckons once what the stack should hold of these titles, and what it lacks.
    #[must_use]
    pub fn new(
        works: &[Work],
        configured: Configured<'a>,
        ledger: &'a Ledger,
        memory: &Memory,
        said: Said,
        now: Timestamp,
    ) -> Self {
        Self {
            configured,
            ledger,
            outlook: Outlook::of(works, configured, ledger, memory, now),
            said,
            urls: memory.urls.clone(),
            now,
        }
    }

    /// The titles and sites that are asked for: the nearest publication first, what has no date last.
    #[must_use]
    pub fn asked<'w>(&self, works: &'w [Work], sites: &[&'w Site], which: Which) -> Vec<Asked<'w>> {
        let mut asked: Vec<(Option<Date>, Asked<'w>)> = Vec::new();
        for work in works {
            for site in sites {
                let Some(appraisal) = self.appraisal(work, site) else {
                    continue;
                };
                let day = appraisal.publication.map(|date| date.first_day());
                if is_asked_for(day, which, site, self.now) {
                    let one = Asked {
                        work,
                        site,
                        appraisal,
                    };
                    asked.push((day, one));
                }
            }
        }
        asked.sort_by(|(day, one), (other_day, other)| {
            (day.is_none(), day, &one.appraisal.title, &one.site.id).cmp(&(
                other_day.is_none(),
                other_day,
                &other.appraisal.title,
                &other.site.id,
            ))
        });
        asked.into_iter().map(|(_, one)| one).collect()
    }

    /// The titles among `works`, all of which the desk knows, that no site may announce.
    #[must_use]
    pub fn secrets(&self, works: &[Work], memory: &Memory) -> Secrets {
        Secrets::of(works, &self.outlook.desired, memory)
    }

    /// Their checklists, in the same order.
    #[must_use]
    pub fn checklists(&self, asked: &[Asked<'_>], rules: Rules<'_>) -> Vec<Candidate> {
        let each = asked.iter();
        each.map(|one| self.candidate(one.work, one.site, &one.appraisal, rules))
            .collect()
    }

    /// What the record of a title has for a site; nothing where the site leaves the title out, or the title has no
    /// formats.
    fn appraisal(&self, work: &Work, site: &Site) -> Option<Appraisal> {
        let sites = self.outlook.desired.standings.get(&work.key)?;
        if sites.get(&site.id)?.decided_by == NOT_SELECTED {
            return None;
        }
        appraise(work, site, self.configured.policy, self.now)
    }

    /// The checklist of a title on a site.
    fn candidate(
        &self,
        work: &Work,
        site: &Site,
        appraisal: &Appraisal,
        rules: Rules<'_>,
    ) -> Candidate {
        let mut sheet = Sheet::default();
        let today = catalogue::date::day_at(&site.time_zone, self.now);
        let stated = record::state(
            appraisal,
            self.fetched(appraisal.cover.as_ref()),
            &mut sheet,
        )
        .and_then(|()| stack::state(self.held(work, site), &mut sheet))
        .and_then(|()| milestone::state(self.progress(work), today, &mut sheet))
        .and_then(|()| self.look(work, site, appraisal, &mut sheet));
        debug_assert_eq!(stated, Ok(()), "every name is a fact of its kind");
        let checklist = checklist(
            rules.book,
            &sheet,
            &self.said.waivers,
            rules.holidays,
            Subject {
                work: work.key.as_str(),
                site: &site.id.0,
                locale: &site.destination.locale,
                publication: appraisal.publication.map(|date| date.first_day()),
                today,
                now: self.now,
            },
        );
        candidate(appraisal, checklist, self.progress(work).to_vec())
    }

    /// What was seen of the live page.
    fn look(
        &self,
        work: &Work,
        site: &Site,
        appraisal: &Appraisal,
        sheet: &mut Sheet,
    ) -> Result<(), &'static str> {
        let place = (work.key.to_string(), site.id.0.clone());
        let address = self.address(work, site, appraisal);
        let probe = self.said.probes.get(&place);
        probe::state(probe, address.as_deref(), OLDEST_LOOK, self.now, sheet)
    }

    /// Where the page of a title is, while it is live on a site that says where its pages are.
    fn address(&self, work: &Work, site: &Site, appraisal: &Appraisal) -> Option<String> {
        let key = EntryKey::of_work(work);
        let place = crate::plan::place(&site.destination);
        let published = self.ledger.publications.get(&crate::plan::entry_id(&key))?;
        let wanted = self.outlook.desired.entries.get(&key)?;
        let is_live = published.contains_key(&place)
            && wanted.published.contains(&site.destination)
            && !wanted.shielded.contains(&site.destination);
        let url = self.urls.get(&key).filter(|_| is_live)?;
        let isbn = appraisal.isbn.map(|isbn| isbn.to_string());
        site.page_of(url, isbn.as_deref())
    }

    /// The live pages of titles that are asked for.
    #[must_use]
    pub fn pages(&self, asked: &[Asked<'_>]) -> Vec<Page> {
        let addressed: Vec<(&Asked<'_>, String)> = asked
            .iter()
            .filter_map(|one| Some((one, self.address(one.work, one.site, &one.appraisal)?)))
            .collect();
        let sisters = |of: &Asked<'_>| -> Vec<String> {
            let others = self
                .configured
                .sites
                .iter()
                .filter(|site| site.destination.locale != of.site.destination.locale);
            others
                .filter_map(|site| {
                    let appraisal = self.appraisal(of.work, site)?;
                    self.address(of.work, site, &appraisal)
                })
                .collect()
        };
        let page = |(one, address): (&Asked<'_>, String)| Page {
            work: one.work.key.to_string(),
            site: one.site.id.0.clone(),
            address,
            isbn: one.appraisal.isbn,
            sisters: sisters(one),
            links: self.shops(one.work, one.site),
        };
        addressed.into_iter().map(page).collect()
    }

    /// Where a title's page sends readers to buy.
    fn shops(&self, work: &Work, site: &Site) -> Vec<String> {
        let entry = self.outlook.desired.entries.get(&EntryKey::of_work(work));
        let version = entry.and_then(|entry| entry.versions.get(&site.destination.locale));
        let rows = |fields: &Fields, name: &str| match fields.get(name) {
            Some(Value::Rows(rows)) => rows.to_vec(),
            _ => Vec::new(),
        };
        let mut shops: Vec<String> = Vec::new();
        for format in version
            .map(|version| rows(version, "formats"))
            .unwrap_or_default()
        {
            for link in rows(&format, "links") {
                let call = link.get("call").and_then(Value::as_text);
                let url = link.get("url").and_then(Value::as_text);
                if let (Some(call), Some(url)) = (call, url)
                    && call != WEBSITE
                    && !shops.iter().any(|known| known == url)
                {
                    shops.push(url.to_owned());
                }
            }
        }
        shops
    }

    /// How far the milestones of a work are, and of those merged into it where it has none of its own.
    fn progress(&self, work: &Work) -> &[Progress] {
        let mut keys = std::iter::once(&work.key).chain(&work.aliases);
        let found = keys.find_map(|key| self.said.milestones.get(key.as_str()));
        found.map_or(&[], Vec::as_slice)
    }

    /// What became of a cover's file.
    fn fetched(&self, cover: Option<&Cover>) -> Fetched {
        let Some(cover) = cover else {
            return Fetched::NotYet;
        };
        let file = (cover.file.link.clone(), cover.file.mark.clone());
        if self.ledger.files.contains_key(&file) {
            Fetched::Picture
        } else if self.ledger.failed_fetches.contains_key(&file) {
            Fetched::Failed
        } else {
            Fetched::NotYet
        }
    }

    fn held(&self, work: &Work, site: &Site) -> Held {
        let key = EntryKey::of_work(work);
        let id: EntryId = crate::plan::entry_id(&key);
        let place = crate::plan::place(&site.destination);
        let change = self.outlook.changes.get(&key);
        let publications = self.ledger.publications.get(&id);
        let published = publications.and_then(|places| places.get(&place));
        let writes_here = change.is_some_and(|change| {
            let mut writes = change.writes.iter();
            writes.any(|write| write.locale == site.destination.locale)
                || change.publish.contains_key(&*site.destination)
        });
        let exists = self.ledger.entries.contains_key(&id);
        let versions = self.ledger.versions.get(&id);
        Held {
            exists,
            is_current: exists && !writes_here,
            is_published: published.is_some(),
            // A publication is in the ledger with its fingerprint once delivery served it.
            is_confirmed: published.is_some_and(|fingerprint| !fingerprint.is_empty()),
            is_localised: versions
                .is_some_and(|versions| versions.contains_key(&site.destination.locale)),
            files_published: self.files_published(&key, site),
            modules: self.modules(&id, site),
            at: None,
        }
    }

    /// How many live modules refer to a title on a site, as last read.
    fn modules(&self, id: &EntryId, site: &Site) -> Option<(usize, Timestamp)> {
        let used = self.said.used.as_ref()?;
        let entry = self.ledger.entries.get(id);
        let on_site = entry.map(|entry| used_on(used, entry, site));
        let live = on_site.into_iter().flatten();
        let live = live.filter(|module| module.from.is_none());
        Some((live.count(), used.read_at))
    }

    /// Whether every file that the title's records need on the site is published there.
    fn files_published(&self, key: &EntryKey, site: &Site) -> Option<bool> {
        let entry = self.outlook.desired.entries.get(key)?;
        if !entry.published.contains(&site.destination) {
            return None;
        }
        let place = crate::plan::place(&site.destination);
        let mut needed = self.outlook.desired.assets.iter().filter(|(_, asset)| {
            asset.published.contains(&site.destination)
                && !asset.records.is_disjoint(&entry.records)
        });
        let is_there = |link: &str, mark: &str| {
            let hash = self.ledger.files.get(&(link.to_owned(), mark.to_owned()))?;
            let places = self.ledger.asset_publications.get(hash)?;
            Some(places.contains(&place))
        };
        Some(needed.all(|(file, _)| is_there(&file.link, &file.mark) == Some(true)))
    }
}

fn candidate(appraisal: &Appraisal, checklist: Checklist, milestones: Vec<Progress>) -> Candidate {
    let (missing, applicable) = checklist.missing();
    Candidate {
        title: appraisal.title.clone(),
        isbn13: appraisal.isbn.map(|isbn| isbn.to_string()),
        day: appraisal.publication.map(|date| date.first_day()),
        publication: appraisal.publication.map(|date| date.to_string()),
        readiness: checklist.readiness(),
        missing,
        applicable,
        score: checklist.score(),
        milestones,
        checklist,
    }
}
