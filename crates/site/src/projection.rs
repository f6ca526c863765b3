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
use catalogue::key::WorkKey;
use catalogue::rights::Resolver;
use catalogue::work::Work;
use foldhash::HashMap;
use jiff::Timestamp;

use crate::addressing::{Addressed, address, wanted};
use crate::book::{Copy, Version, blank, stub, version};
use crate::desired::{Desired, Entry, EntryKey, Fields, Kind, Memory, Standing, Term};
use crate::doubts::Doubts;
use crate::gathering::{Gathering, contributor_fields, has_page, imprint_fields, series_fields};
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
    /// The sites of each market, in the order of the markets.
    seats: Vec<Vec<Seat<'a>>>,
    /// The version that tells nothing, but for the key.
    blank: Arc<Fields>,
    desired: Desired,
    findings: Findings,
    addresses: Addresses<'a>,
    /// Books, in key order: works come in it.
    books: Vec<(EntryKey, Entry)>,
    /// Each title's standing on each site, in key order.
    standings: Vec<(WorkKey, BTreeMap<SiteId, Standing>)>,
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

/// A site of a market.
struct Seat<'a> {
    site: &'a Site,
    /// Its position in the configuration.
    at: usize,
    selected: Selected,
}

/// A market's version of a title and the sites that show it.
pub(crate) struct Public<'a> {
    market: &'a Market<'a>,
    /// The least position in the configuration of those sites.
    first: usize,
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

fn seats<'a>(sites: &'a Sites, markets: &'a [Market<'a>]) -> Vec<Vec<Seat<'a>>> {
    let seats = |market: &'a Market<'a>| {
        let own = sites.iter().enumerate();
        let own = own.filter(|(_, site)| site.destination.locale == market.locale);
        own.map(|(at, site)| Seat {
            site,
            at,
            selected: Selected::new(site),
        })
        .collect()
    };
    markets.iter().map(seats).collect()
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
            seats: seats(sites, markets),
            blank: Arc::new(blank(policy, Kind::Book)),
            desired: Desired::default(),
            findings: Findings::default(),
            addresses: Addresses::new(memory),
            books: Vec::new(),
            standings: Vec::new(),
            aliases: BTreeMap::new(),
            contributors: Gathering::default(),
            series: Gathering::default(),
            imprints: Gathering::default(),
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
        let mut seen: HashMap<Isbn13, &Work> = HashMap::default();
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
                self.findings.extend([Finding::error(code, message)
                    .in_record(work.key.as_str())
                    .on_isbn(isbn)]);
            }
        }
    }

    fn add(&mut self, work: &'a Work) {
        self.findings.extend(work.findings.iter().cloned());
        let prepared: Vec<Prepared<'a>> = work
            .products
            .iter()
            .map(|product| Prepared::new(product, &self.resolver))
            .collect();
        self.note_rights(work, &prepared);
        let findings = self.doubts.note_prices(work, self.markets);
        self.findings.extend(findings);
        let copy = Copy::new(work, self.policy.approval.unstated, &self.blank);
        let mut standings = BTreeMap::new();
        let mut public = Vec::new();
        let mut urgency = UNDATED;
        let tied = self.neighbours.concern_any(work);
        for (at, market) in self.markets.iter().enumerate() {
            let view = self.view(work, &prepared, market);
            let shown = view
                .lead()
                .and_then(|_| version(&view, market, &copy, self.policy));
            let bar = barred(&view, shown.is_some());
            let mut sites = Vec::new();
            let mut first = usize::MAX;
            for seat in self.seats.get(at).into_iter().flatten() {
                let standing = self.standing(seat, work, &view, bar);
                if standing.visible {
                    sites.push(seat.site);
                    first = first.min(seat.at);
                }
                standings.insert(seat.site.id.clone(), standing);
            }
            if let Some(version) = shown.filter(|_| !sites.is_empty()) {
                urgency = urgency.min(urgency_of(&view, market));
                if tied {
                    self.neighbours.note(&Note {
                        owner: work,
                        view: &view,
                        title: &version.jacket.title,
                        prepared: &prepared,
                        market,
                        sites: &sites,
                    });
                }
                public.push(Public {
                    market,
                    first,
                    sites,
                    version,
                });
            }
        }
        self.findings.extend(copy.texts.findings());
        self.standings.push((work.key.clone(), standings));
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
                self.findings.extend([match one.product.isbn {
                    Some(isbn) => finding.on_isbn(isbn),
                    None => finding,
                }]);
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
        seat: &Seat<'_>,
        work: &Work,
        view: &TitleView<'_>,
        bar: Option<Bar>,
    ) -> Standing {
        let left_out = seat.selected.leaves_out(work);
        let hold = self.memory.holds.active(work, &seat.site.id, self.now);
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
        for one in public
            .iter()
            .filter(|one| one.version.beside.cover.is_none())
        {
            let isbn = one.version.jacket.lead_isbn;
            self.findings.finding(|| no_cover(work, isbn));
        }
        self.library.take_title(work, &key, &public);
        let aliases: Vec<EntryKey> = match work.aliases.is_empty() {
            true => Vec::new(),
            false => EntryKey::all_of_work(work).skip(1).collect(),
        };
        let first = public.iter().min_by_key(|one| one.first);
        let url = self.addresses.of(&key, &aliases, || {
            first.map_or_else(Wanted::default, |first| wanted(&first.version))
        });
        if let Some(first) = first {
            let locale = first.market.locale;
            self.neighbours.note_spokesman(work, &key, locale);
        }
        if !aliases.is_empty() {
            self.aliases.insert(key.clone(), aliases);
        }
        let mut addressed = Addressed::new(url);
        let mut versions: BTreeMap<String, Fields> = BTreeMap::new();
        if let Some(fields) = self.master(work, &public, &mut addressed) {
            versions.insert(self.policy.master_locale.clone(), fields);
        }
        let mut published = BTreeSet::new();
        for one in public {
            published.extend(one.sites.iter().map(|site| Arc::clone(&site.destination)));
            let fields = addressed.over(&one.version.fields);
            versions.insert(one.market.locale.to_owned(), fields);
        }
        let entry = Entry {
            versions,
            published,
            shielded: BTreeSet::new(),
            records: work.records.iter().cloned().collect(),
            urgency,
        };
        self.books.push((key, entry));
    }

    /// The master locale's version where no public market is that locale. Where it is no market's at
    /// all, the first site of the configuration that shows the title speaks in it.
    fn master(
        &self,
        work: &Work,
        public: &[Public<'a>],
        addressed: &mut Addressed,
    ) -> Option<Fields> {
        let master = self.policy.master_locale.as_str();
        if public.iter().any(|one| one.market.locale == master) {
            None
        } else if self.markets.iter().any(|market| market.locale == master) {
            Some(stub(work.key.as_str(), &self.blank))
        } else {
            let first = public.iter().min_by_key(|one| one.first);
            first.map(|one| addressed.over(&one.version.fields))
        }
    }

    fn take_relations(&mut self, work: &'a Work, told: &Told<'_, 'a>, urgency: i64) {
        let jacket = told.jacket;
        let people = jacket.contributions.iter();
        for contributor in people.map(|contribution| &contribution.contributor) {
            if has_page(contributor) {
                let key = contributor.key.as_str();
                self.contributors
                    .note(key, contributor, work, &told.sites, urgency);
            }
        }
        for resource in &jacket.portraits {
            for locale in &told.locales {
                self.portraits.take(resource, locale);
            }
        }
        if let Some(series) = jacket.series {
            let key = series.key.as_str();
            self.series.note(key, series, work, &told.sites, urgency);
        }
        if let Some(imprint) = jacket.imprint {
            let key = imprint.key.as_str();
            self.imprints.note(key, imprint, work, &told.sites, urgency);
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
        self.write_entries();
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
        self.desired.standings = self.standings.into_iter().collect();
        self.desired.new_urls = self.addresses.new_urls();
        let unstated = self.policy.approval.unstated;
        self.findings.extend(self.doubts.findings(unstated));
        self.desired.findings = self.findings.sorted();
        self.desired
    }

    /// Writes everything that has a page: imprints, series, contributors, the books that are written
    /// already, and catalogue pages. Each kind comes in key order, which is that of addresses.
    fn write_entries(&mut self) {
        let master = self.policy.master_locale.as_str();
        let mut entries: Vec<(EntryKey, Entry)> = Vec::new();
        for (source_key, gathered) in self.imprints.sorted() {
            let name = |thing: &Imprint| thing.name.clone();
            let entry = gathered.entry(source_key, self.markets, master, imprint_fields, name);
            entries.push((shared_key(Kind::Imprint, source_key), entry));
        }
        for (source_key, gathered) in self.series.sorted() {
            let name = |thing: &Series| thing.name.clone();
            let entry = gathered.entry(source_key, self.markets, master, series_fields, name);
            entries.push((shared_key(Kind::Series, source_key), entry));
        }
        let hang = Hang {
            markets: self.markets,
            policy: self.policy,
            portraits: &self.portraits,
        };
        for (source_key, gathered) in self.contributors.sorted() {
            let name = |thing: &Contributor| thing.name.clone();
            let mut entry =
                gathered.entry(source_key, self.markets, master, contributor_fields, name);
            let key = shared_key(Kind::Contributor, source_key);
            hang.photographs(&key, &mut entry, gathered, &mut self.library);
            entries.push((key, entry));
        }
        let pages = self.pages.iter();
        let mut pages: Vec<(EntryKey, Entry)> = pages
            .filter_map(|page| Some((page.key(), page.entry(master)?)))
            .collect();
        pages.sort_by(|(one, _), (two, _)| one.cmp(two));
        entries.extend(pages);
        for (key, entry) in &mut entries {
            address(key, entry, master, &mut self.addresses);
        }
        entries.append(&mut self.books);
        self.desired.entries = entries.into_iter().collect();
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

fn shared_key(kind: Kind, source_key: &str) -> EntryKey {
    EntryKey {
        kind,
        source_key: source_key.to_owned(),
    }
}
