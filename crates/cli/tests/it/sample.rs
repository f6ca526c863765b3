//! What four sites are delivered of every title of the sample, on one day, for a person to read when
//! a rule changes.
//!
//! The sample goes through its ONIX feed and the reader, as a publisher's data would; nothing is
//! sent anywhere. What no feed can say (a project stage, a person's change of an address) and what
//! only another policy shows is in `cases`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

use catalogue::identity::{Answers, Joins, assemble};
use catalogue::money::CurrencyCode;
use catalogue::work::Work;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use onix::{Item, Source};
use site::desired::{Desired, EntryKey, Fields, Kind, Memory, Value};
use site::policy::{CataloguePage, Destination, PageKind, Policy, Retailer, Site, Sites, Template};
use site::projection::projection;

pub(crate) fn works(as_of: Date) -> Vec<Work> {
    let world = sandbox::sample::catalogue(as_of);
    let mut xml = Vec::new();
    sandbox::feed::full(&world, "http://127.0.0.1:1", as_of, &mut xml).unwrap();
    let items = onix::read(Source::Stdin(Box::new(Cursor::new(xml))));
    let records: Vec<_> = items
        .filter_map(|item| match item.unwrap() {
            Item::Record(record) => Some(*record),
            _ => None,
        })
        .collect();
    assemble(&records, &Joins::default(), Answers::default()).works
}

pub(crate) fn site(id: &str, locale: &str, country: &str, currency: &str, zone: &str) -> Site {
    let place = Destination {
        environment: format!("production-{id}"),
        locale: locale.to_owned(),
    };
    let language = locale.split('-').next().unwrap_or("en");
    let countries = vec![country.parse().unwrap()];
    let currency = CurrencyCode::parse(currency).unwrap();
    let zone = TimeZone::get(zone).unwrap();
    Site::new(id, place, countries, currency, zone, language)
}

pub(crate) fn policy() -> Policy {
    let mut policy = Policy::new("en");
    let shop = |name: &str, url: &str| Retailer {
        name: name.to_owned(),
        sites: [].into(),
        formats: [].into(),
        calls: ["buy".to_owned(), "preorder".to_owned()].into(),
        url: Template::parse(url).unwrap(),
    };
    policy.retailers = vec![
        shop("Harbour Books", "https://harbour.example/{isbn13}"),
        shop("River Shop", "https://river.example/dp/{asin}"),
    ];
    policy.catalogue_pages = vec![CataloguePage {
        kind: PageKind::Imprint,
        value: "Common Table".to_owned(),
        title: None,
    }];
    policy
}

/// A plain field; empty where it holds nothing.
pub(crate) fn said(fields: &Fields, uid: &str) -> String {
    match &fields[uid] {
        Value::Number(number) => number.to_string(),
        value => value.as_text().unwrap_or_default().to_owned(),
    }
}

fn rows<'f>(fields: &'f Fields, uid: &str) -> &'f [Fields] {
    match &fields[uid] {
        Value::Rows(rows) => rows,
        _ => &[],
    }
}

/// What is there of a row, in one line.
fn line(fields: &Fields, uids: &[&str]) -> String {
    let parts = uids.iter().map(|uid| said(fields, uid));
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn write_page(out: &mut String, site: &str, fields: &Fields) {
    let held = |uid: &&str| match &fields[*uid] {
        Value::Rows(rows) => !rows.is_empty(),
        Value::Nothing => false,
        _ => true,
    };
    const PARTS: [&str; 9] = [
        "cover",
        "back_cover",
        "description",
        "short_description",
        "table_of_contents",
        "excerpt",
        "reviews",
        "graphics",
        "files",
    ];
    let parts: Vec<&str> = PARTS.into_iter().filter(held).collect();
    let head = line(fields, &["state", "cta", "publication_date", "url"]);
    _ = writeln!(out, "  {site}: {head} [{}]", parts.join(" "));
    for row in rows(fields, "formats") {
        const CELLS: [&str; 10] = [
            "state",
            "form_group",
            "form_label",
            "isbn_display",
            "availability",
            "cta_label",
            "amount",
            "currency",
            "extent",
            "dimensions",
        ];
        let links = rows(row, "links").iter().map(|link| said(link, "label"));
        let links: Vec<String> = links.collect();
        let to = if links.is_empty() { "" } else { " -> " };
        _ = writeln!(out, "    {}{to}{}", line(row, &CELLS), links.join(", "));
    }
    for list in ["graphics", "files"] {
        for row in rows(fields, list) {
            _ = writeln!(
                out,
                "    {list}: {}",
                line(row, &["kind", "label", "caption", "credit"])
            );
        }
    }
    for row in rows(fields, "related") {
        let told = line(row, &["isbn13", "relation", "other_isbn13", "title"]);
        _ = writeln!(out, "    related: {told}");
    }
}

pub(crate) fn write_title(out: &mut String, work: &Work, desired: &Desired, sites: &Sites) {
    _ = writeln!(out, "{} ({})", work.title.text, work.key);
    let key = EntryKey {
        kind: Kind::Book,
        source_key: work.key.as_str().to_owned(),
    };
    for site in sites.iter() {
        let standing = &desired.standings[&work.key][&site.id];
        let version = desired.entries.get(&key);
        let version = version.and_then(|entry| entry.versions.get(&site.destination.locale));
        match version.filter(|_| standing.visible) {
            Some(fields) => write_page(out, &site.id.0, fields),
            None => _ = writeln!(out, "  {}: hidden, {}", site.id, standing.reason),
        }
    }
}

/// The sites that the sample is shown on.
pub(crate) fn sites() -> Sites {
    Sites::new(vec![
        site("uk", "en-gb", "GB", "GBP", "Europe/London"),
        site("us", "en-us", "US", "USD", "America/New_York"),
        site("au", "en-au", "AU", "AUD", "Australia/Sydney"),
        site("de", "de-de", "DE", "EUR", "Europe/Berlin"),
    ])
    .unwrap()
}

/// The day of the sample.
pub(crate) const DAY: Date = Date::constant(2027, 3, 1);

/// Noon of that day.
pub(crate) fn noon() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().unwrap()
}

/// What a neighbour says in words, and what it refers to.
fn told(fields: &Fields) -> String {
    let parts = fields.iter().filter_map(|(uid, value)| match value {
        _ if uid == "source_key" => None,
        Value::File(_) => Some(format!("{uid}: a file")),
        Value::References(keys) => {
            let keys: Vec<&str> = keys.iter().map(|key| key.source_key.as_str()).collect();
            (!keys.is_empty()).then(|| format!("{uid}: {}", keys.join(" ")))
        }
        value => {
            let text = value.as_text().filter(|text| !text.is_empty())?;
            Some(format!("{uid}: {text}"))
        }
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Everything but books: what it says where it says it.
pub(crate) fn write_neighbours(out: &mut String, desired: &Desired) {
    for (key, entry) in &desired.entries {
        if key.kind == Kind::Book {
            continue;
        }
        let mut by_text: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for place in &entry.published {
            let text = match entry.versions.get(&place.locale) {
                Some(fields) => told(fields),
                None => "as the master says".to_owned(),
            };
            by_text.entry(text).or_default().push(&place.locale);
        }
        _ = writeln!(out, "{key}");
        for (text, locales) in by_text {
            _ = writeln!(out, "  {}: {text}", locales.join(" "));
        }
    }
}

#[test]
fn every_neighbour_of_the_samples_titles_on_every_site() {
    let works = works(DAY);
    let desired = projection(&works, &sites(), &policy(), &Memory::default(), noon());
    let mut out = String::new();
    write_neighbours(&mut out, &desired);
    insta::assert_snapshot!("neighbours", out);
}

#[test]
fn every_title_of_the_sample_on_every_site() {
    let works = works(DAY);
    let sites = sites();
    let desired = projection(&works, &sites, &policy(), &Memory::default(), noon());
    let mut out = String::new();
    for work in &works {
        write_title(&mut out, work, &desired, &sites);
    }
    _ = writeln!(out, "Files");
    for (key, asset) in &desired.assets {
        let tags: Vec<&str> = asset.tags.iter().map(String::as_str).collect();
        let places: Vec<&str> = asset
            .published
            .iter()
            .map(|place| place.locale.as_str())
            .collect();
        _ = writeln!(
            out,
            "  {}/{} ({:?}) [{}] in {} from {}",
            asset.folder,
            asset.title,
            asset.media,
            tags.join(", "),
            places.join(" "),
            key.link
        );
    }
    insta::assert_snapshot!("sample", out);
}
