//! From a catalogue to everything that a stack should hold at one instant.
//!
//! A pure function: works, sites, policy, memory and the instant in, desired entries, files and
//! terms out. It does not know what the stack holds now; comparing is another room's work. Works
//! are taken in key order, so the order of the source changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use catalogue::collection::{Imprint, Series};
use catalogue::contributor::Contributor;
use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::rights::Resolver;
use catalogue::work::Work;
use jiff::Timestamp;

use crate::book::{Copy, Version, blank, stub, version};
use crate::desired::{Desired, Entry, EntryKey, Fields, Kind, Memory, Standing, Term, Value};
use crate::doubts::Doubts;
use crate::gathering::{
    Gathering, contributor_fields, gather, has_page, imprint_fields, series_fields,
};
use crate::jacket::Jacket;
use crate::judgement::{Gates, judge};
use crate::library::Library;
use crate::market::Market;
use crate::neighbours::{Neighbours, Note};
use crate::offer::Prepared;
use crate::pages::PageDraft;
use crate::pictures::{Hang, Portraits};
use crate::policy::{Policy, Site, SiteId, Sites};
use crate::redirect::lead;
use crate::ruling::Bar;
use crate::selection::Selected;
use crate::shield::raise;
use crate::standing::{barred, stand};
use crate::title_view::{TitleView, days_until};
use crate::trace::{Findings, Trace};
use crate::urls::{Addresses, Wanted};

const NO_COVER: FindingCode = FindingCode::new("no-cover");
const ISBN_IN_TWO_WORKS: FindingCode = FindingCode::new("isbn-in-two-works");
const ISBN_TWICE: FindingCode = FindingCode::new("isbn-twice");

/// Urgency of what has no date: after everything that has one.
pub(crate) const UNDATED: i64 = 1_000_000;

/// Everything that a stack should hold at `now`.
pub fn projection(
    works: &[Work],
    sites: &Sites,
    policy: &Policy,
    memory: &Memory,
    now: Timestamp,
) -> Desired {
    let mut works: Vec<&Work> = works.iter().collect();
    works.sort_by(|a, b| a.key.cmp(&b.key));
    let markets = Market::all(sites, now);
    let mut draft = Draft::new(sites, &markets, policy, memory, now);
    draft.note_shared_isbns(&works);
    draft.neighbours = Neighbours::of(&works);
    for work in works {
        draft.add(work);
    }
    draft.finish()
}

/// The entries that a work may put on sites: its own, and those of its contributors, series and imprints.
pub fn entries_of(work: &Work) -> BTreeSet<EntryKey> {
    let key = |kind, source_key: &str| EntryKey {
        kind,
        source_key: source_key.to_owned(),
    };
    let people = work.contributions.iter().map(|one| &one.contributor);
    let people = people.map(|one| key(Kind::Contributor, one.key.as_str()));
    let series = work.series.iter().map(|one| &one.series);
    let series = series.map(|one| key(Kind::Series, one.key.as_str()));
    let products = work.products.iter();
    let imprints = products
        .filter_map(|product| product.imprint.as_ref())
        .chain(&work.imprint);
    let imprints = imprints.map(|one| key(Kind::Imprint, one.key.as_str()));
    std::iter::once(EntryKey::of_work(work))
        .chain(people)
        .chain(series)
        .chain(imprints)
        .collect()
}

/// What is gathered while works pass by.
struct Draft<'a> {
    markets: &'a [Market<'a>],
    policy: &'a Policy,
    memory: &'a Memory,
    now: Timestamp,
    resolver: Resolver,
    /// Position in the configuration and selection of each site.
    sites: BTreeMap<&'a SiteId, (usize, Selected)>,
    /// The version that tells nothing, but for the key.
    blank: Arc<Fields>,
    desired: Desired,
    findings: Findings,
    wanted: BTreeMap<EntryKey, Wanted>,
    aliases: BTreeMap<EntryKey, Vec<EntryKey>>,
    contributors: Gathering<'a, Contributor>,
    series: Gathering<'a, Series>,
    imprints: Gathering<'a, Imprint>,
    portraits: Portraits<'a>,
    library: Library,
    neighbours: Neighbours<'a>,
    doubts: Doubts,
    pages: Vec<PageDraft<'a>>,
}

/// A market's version of a title and the sites that show it.
pub(crate) struct Public<'a> {
    market: &'a Market<'a>,
    pub(crate) sites: Vec<&'a Site>,
    pub(crate) version: Version<'a>,
}

/// What markets that are told the same of a title share.
struct Told<'p, 'a> {
    jacket: &'p Jacket<'a>,
    sites: Vec<&'a Site>,
    locales: Vec<&'a str>,
}

/// The markets of a title, those with one jacket together, in the order in which they come.
fn alike<'p, 'a>(public: &'p [Public<'a>]) -> Vec<Told<'p, 'a>> {
    let mut all: Vec<Told<'p, 'a>> = Vec::new();
    for one in public {
        let jacket: &Jacket<'a> = &one.version.jacket;
        match all.iter_mut().find(|told| ptr::eq(told.jacket, jacket)) {
            Some(told) => {
                told.sites.extend(&one.sites);
                told.locales.push(one.market.locale);
            }
            None => all.push(Told {
                jacket,
                sites: one.sites.clone(),
                locales: vec![one.market.locale],
            }),
        }
    }
    all
}

/// Days between today and the publication of the format that speaks for a title.
fn urgency_of(view: &TitleView<'_>, market: &Market<'_>) -> i64 {
    let date = view.lead().and_then(|lead| lead.publication);
    date.map_or(UNDATED, |date| days_until(date, market.today).abs())
}

fn no_cover(work: &Work, isbn: Option<Isbn13>) -> Finding {
    let message = "No front cover that readers may see. Add one, approved and for the public.";
    let finding = Finding::warning(NO_COVER, message).in_record(work.key.as_str());
    match isbn {
        Some(isbn) => finding.on_isbn(isbn),
        None => finding,
    }
}

impl<'a> Draft<'a> {
    fn new(
        sites: &'a Sites,
        markets: &'a [Market<'a>],
        policy: &'a Policy,
        memory: &'a Memory,
        now: Timestamp,
    ) -> Self {
        Self {
            markets,
            policy,
            memory,
            now,
            resolver: Resolver::default(),
            sites: sites
                .iter()
                .enumerate()
                .map(|(at, site)| (&site.id, (at, Selected::new(site))))
                .collect(),
            blank: Arc::new(blank(policy, Kind::Book)),
            desired: Desired::default(),
            findings: Findings::default(),
            wanted: BTreeMap::new(),
            aliases: BTreeMap::new(),
            contributors: Gathering::new(),
            series: Gathering::new(),
            imprints: Gathering::new(),
            portraits: Portraits::default(),
            library: Library::default(),
            neighbours: Neighbours::default(),
            doubts: Doubts::default(),
            pages: policy.catalogue_pages.iter().map(PageDraft::new).collect(),
        }
    }

    /// An ISBN names one product: two works that carry it cannot both be right, and a person must
    /// say which is.
    fn note_shared_isbns(&mut self, works: &[&Work]) {
        let mut seen: BTreeMap<Isbn13, &Work> = BTreeMap::new();
        for work in works {
            for isbn in work.products.iter().filter_map(|product| product.isbn) {
                let Some(first) = seen.insert(isbn, work) else {
                    continue;
                };
                let (code, message) = if first.key == work.key {
                    let message = "Two formats of the work have this ISBN; one of them is shown. Correct the other.";
                    (ISBN_TWICE, message.to_owned())
                } else {
                    let message = format!(
                        "Works {} and {} both have this ISBN. Correct one of them.",
                        first.key, work.key
                    );
                    (ISBN_IN_TWO_WORKS, message)
                };
                self.findings.0.insert(
                    Finding::error(code, message)
                        .in_record(work.key.as_str())
                        .on_isbn(isbn),
                );
            }
        }
    }

    fn add(&mut self, work: &'a Work) {
        self.findings.0.extend(work.findings.iter().cloned());
        let prepared: Vec<Prepared<'a>> = work
            .products
            .iter()
            .map(|product| Prepared::new(product, &self.resolver))
            .collect();
        self.note_rights(work, &prepared);
        let findings = self.doubts.note_prices(work, self.markets);
        self.findings.0.extend(findings);
        let copy = Copy::new(work, self.policy.approval.unstated, &self.blank);
        let mut standings = BTreeMap::new();
        let mut public = Vec::new();
        let mut urgency = UNDATED;
        for market in self.markets {
            let view = self.view(work, &prepared, market);
            let shown = view
                .lead()
                .and_then(|_| version(&view, market, &copy, self.policy));
            let bar = barred(&view, shown.is_some());
            let mut sites = Vec::new();
            for site in &market.sites {
                let standing = self.standing(site, work, &view, bar);
                if standing.visible {
                    sites.push(*site);
                }
                standings.insert(site.id.clone(), standing);
            }
            if let Some(version) = shown.filter(|_| !sites.is_empty()) {
                urgency = urgency.min(urgency_of(&view, market));
                self.neighbours.note(&Note {
                    owner: work,
                    view: &view,
                    title: &version.jacket.title,
                    prepared: &prepared,
                    market,
                    sites: &sites,
                });
                public.push(Public {
                    market,
                    sites,
                    version,
                });
            }
        }
        self.findings.0.extend(copy.texts.findings());
        self.desired.standings.insert(work.key.clone(), standings);
        if public.is_empty() {
            self.desired
                .unseen_records
                .extend(work.records.iter().cloned());
        } else {
            self.doubts.note_unstated(work);
            self.publish(work, public, urgency);
        }
    }

    fn note_rights(&mut self, work: &Work, prepared: &[Prepared<'_>]) {
        for one in prepared {
            for finding in &one.findings {
                let finding = finding.clone().in_record(work.key.as_str());
                self.findings.0.insert(match one.product.isbn {
                    Some(isbn) => finding.on_isbn(isbn),
                    None => finding,
                });
            }
        }
    }

    fn view(
        &mut self,
        work: &'a Work,
        prepared: &[Prepared<'a>],
        market: &Market<'_>,
    ) -> TitleView<'a> {
        let trace = &mut self.findings;
        let gates = Gates::new(work, self.policy, market, trace);
        TitleView::new(
            work,
            market,
            prepared.iter().map(|one| judge(&gates, one, market, trace)),
        )
    }

    fn standing(
        &self,
        site: &Site,
        work: &Work,
        view: &TitleView<'_>,
        bar: Option<Bar>,
    ) -> Standing {
        let left_out = self
            .sites
            .get(&site.id)
            .and_then(|(_, selected)| selected.leaves_out(work));
        let hold = self.memory.holds.active(work, &site.id, self.now);
        stand(left_out.is_some(), hold, bar, view)
    }

    /// Writes a title that some site shows, and what it needs there.
    fn publish(&mut self, work: &'a Work, public: Vec<Public<'a>>, urgency: i64) {
        let key = EntryKey::of_work(work);
        for told in alike(&public) {
            self.take_relations(work, &told, urgency);
            self.take_terms(told.jacket);
            for page in &mut self.pages {
                page.offer(told.jacket, work.season.as_deref(), &told.sites);
            }
        }
        for one in public.iter().filter(|one| one.version.cover.is_none()) {
            let isbn = one.version.jacket.lead_isbn;
            self.findings.finding(|| no_cover(work, isbn));
        }
        self.library.take_title(work, &key, &public);
        if let Some(first) = self.first_public(&public) {
            self.wanted.insert(key.clone(), wanted(&first.version));
            let locale = first.market.locale;
            self.neighbours.note_spokesman(work, &key, locale);
        }
        let aliases = EntryKey::all_of_work(work).skip(1).collect();
        self.aliases.insert(key.clone(), aliases);
        let master = self.master(work, &public);
        let mut entry = Entry {
            records: work.records.iter().cloned().collect(),
            urgency,
            ..Entry::default()
        };
        for one in public {
            entry
                .published
                .extend(one.sites.iter().map(|site| site.destination.clone()));
            entry
                .versions
                .insert(one.market.locale.to_owned(), one.version.fields);
        }
        if let Some(fields) = master {
            entry
                .versions
                .insert(self.policy.master_locale.clone(), fields);
        }
        self.desired.entries.insert(key, entry);
    }

    /// The first site of the configuration that shows the title speaks where one must.
    fn first_public<'p>(&self, public: &'p [Public<'a>]) -> Option<&'p Public<'a>> {
        public.iter().min_by_key(|one| {
            let places = one.sites.iter().filter_map(|site| self.sites.get(&site.id));
            places.map(|(at, _)| *at).min()
        })
    }

    /// The master locale's version where no public market is that locale.
    fn master(&self, work: &Work, public: &[Public<'a>]) -> Option<Fields> {
        let master = self.policy.master_locale.as_str();
        if public.iter().any(|one| one.market.locale == master) {
            None
        } else if self.markets.iter().any(|market| market.locale == master) {
            Some(stub(work.key.as_str(), &self.blank))
        } else {
            self.first_public(public)
                .map(|one| one.version.fields.clone())
        }
    }

    fn take_relations(&mut self, work: &'a Work, told: &Told<'_, 'a>, urgency: i64) {
        let jacket = told.jacket;
        let people = jacket.contributions.iter();
        for contributor in people.map(|contribution| &contribution.contributor) {
            if has_page(contributor) {
                let key = contributor.key.as_str();
                let sites = &told.sites;
                gather(
                    &mut self.contributors,
                    key,
                    contributor,
                    work,
                    sites,
                    urgency,
                );
            }
        }
        for resource in &jacket.portraits {
            for locale in &told.locales {
                self.portraits.take(resource, locale);
            }
        }
        if let Some(series) = jacket.series {
            let key = series.key.as_str();
            gather(&mut self.series, key, series, work, &told.sites, urgency);
        }
        if let Some(imprint) = jacket.imprint {
            let key = imprint.key.as_str();
            gather(&mut self.imprints, key, imprint, work, &told.sites, urgency);
        }
    }

    fn take_terms(&mut self, jacket: &Jacket<'a>) {
        for term in &jacket.terms {
            if !self.desired.terms.contains_key(term.taxonomy) {
                let taxonomy = term.taxonomy.to_owned();
                self.desired.terms.insert(taxonomy, BTreeMap::new());
            }
            let Some(terms) = self.desired.terms.get_mut(term.taxonomy) else {
                continue;
            };
            if !terms.contains_key(&term.uid) {
                let name = term.name.clone();
                terms.insert(term.uid.clone(), Term { name });
            }
        }
    }

    fn finish(mut self) -> Desired {
        self.write_shared();
        self.write_addresses();
        self.write_photographs();
        self.write_neighbours();
        self.write_library();
        let entries = &mut self.desired.entries;
        lead(
            entries,
            self.memory,
            &self.aliases,
            self.markets,
            self.policy,
        );
        raise(entries, self.markets, self.policy);
        let unstated = self.policy.approval.unstated;
        self.findings.0.extend(self.doubts.findings(unstated));
        self.desired.findings = self.findings.0.into_iter().collect();
        self.desired
    }

    /// Writes contributors, series, imprints and pages.
    fn write_shared(&mut self) {
        let master = self.policy.master_locale.as_str();
        let mut entries: Vec<(EntryKey, Entry)> = Vec::new();
        let key = |kind, source_key: &str| EntryKey {
            kind,
            source_key: source_key.to_owned(),
        };
        for (source_key, gathered) in &self.imprints {
            let name = |thing: &Imprint| thing.name.clone();
            let entry = gathered.entry(source_key, self.markets, master, imprint_fields, name);
            entries.push((key(Kind::Imprint, source_key), entry));
        }
        for (source_key, gathered) in &self.series {
            let name = |thing: &Series| thing.name.clone();
            let entry = gathered.entry(source_key, self.markets, master, series_fields, name);
            entries.push((key(Kind::Series, source_key), entry));
        }
        for (source_key, gathered) in &self.contributors {
            let name = |thing: &Contributor| thing.name.clone();
            let entry = gathered.entry(source_key, self.markets, master, contributor_fields, name);
            entries.push((key(Kind::Contributor, source_key), entry));
        }
        for page in &self.pages {
            entries.extend(page.entry(master).map(|entry| (page.key(), entry)));
        }
        for (key, entry) in entries {
            let name = match entry
                .versions
                .get(master)
                .and_then(|fields| fields["title"].as_text())
            {
                Some(name) => name.to_owned(),
                None => String::new(),
            };
            self.wanted.insert(
                key.clone(),
                Wanted {
                    name,
                    ..Wanted::default()
                },
            );
            self.desired.entries.insert(key, entry);
        }
    }

    /// Gives every page its address: the remembered one, that of a work merged into it, or a new
    /// one.
    fn write_addresses(&mut self) {
        let mut addresses = Addresses::new(self.memory);
        for (key, entry) in &mut self.desired.entries {
            let inherited = || {
                self.aliases
                    .get(key)?
                    .iter()
                    .find_map(|alias| addresses.remembered(alias))
            };
            let url = match (addresses.remembered(key), inherited()) {
                (Some(url), _) => url.to_owned(),
                (None, Some(url)) => {
                    self.desired.new_urls.insert(key.clone(), url.to_owned());
                    url.to_owned()
                }
                (None, None) => {
                    let url =
                        addresses.mint(key, self.wanted.get(key).unwrap_or(&Wanted::default()));
                    self.desired.new_urls.insert(key.clone(), url.clone());
                    url
                }
            };
            for fields in entry.versions.values_mut() {
                let telling = fields.get("visible") != Some(&Value::Flag(false));
                if telling {
                    fields.insert("url", Value::Text(url.as_str().into()));
                }
            }
        }
    }

    /// Gives contributors, in each locale, the photograph that may be seen there.
    fn write_photographs(&mut self) {
        let hang = Hang {
            markets: self.markets,
            policy: self.policy,
            portraits: &self.portraits,
        };
        for (source_key, gathered) in &self.contributors {
            let key = EntryKey {
                kind: Kind::Contributor,
                source_key: source_key.clone(),
            };
            if let Some(entry) = self.desired.entries.get_mut(&key) {
                hang.photographs(&key, entry, gathered, &mut self.library);
            }
        }
    }

    fn write_neighbours(&mut self) {
        let entries = &mut self.desired.entries;
        let master = self.policy.master_locale.as_str();
        let labels = &self.policy.labels;
        self.neighbours.write(entries, master, self.markets, labels);
    }

    fn write_library(&mut self) {
        let entries = &self.desired.entries;
        let address = |owner: &EntryKey| {
            let versions = entries.get(owner)?.versions.values();
            let mut addresses = versions.filter_map(|fields| fields["url"].as_text());
            addresses.next()
        };
        self.desired.assets = std::mem::take(&mut self.library).finish(address);
    }
}

/// What a book's address may be made of.
fn wanted(version: &Version<'_>) -> Wanted {
    Wanted {
        name: version.jacket.title.clone(),
        contributor: version
            .jacket
            .contributions
            .iter()
            .map(|contribution| &contribution.contributor)
            .find(|contributor| has_page(contributor))
            .map(|contributor| contributor.name.clone()),
        isbn: version.jacket.lead_isbn.map(|isbn| isbn.to_string()),
    }
}
