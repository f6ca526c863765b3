//! Works, sites and questions to ask of them, made for the tests of this crate.

use std::collections::BTreeSet;

use catalogue::codes::{
    ContentAudience, ContributorRole, LanguageCode, PriceType, ProductAvailability, ProductForm,
    PublishingDateRole, PublishingStatus, ResourceContentType, SubjectScheme, TextType,
};
use catalogue::collection::{Imprint, Series, SeriesMembership};
use catalogue::contributor::{Contribution, Contributor, ContributorKind};
use catalogue::isbn::Isbn13;
use catalogue::key::{ContributorKey, ImprintKey, ProductKey, RecordKey, SeriesKey, WorkKey};
use catalogue::money::{CurrencyCode, Money};
use catalogue::price::Price;
use catalogue::product::{Approval, Product, Scope};
use catalogue::resource::SupportingResource;
use catalogue::rights::{Outlets, SalesRights};
use catalogue::subject::Subject;
use catalogue::supply::{RoleDate, Supply, SupplyDetail};
use catalogue::territory::Territory;
use catalogue::text::{MarketingText, Markup, Release};
use catalogue::title::Title;
use catalogue::work::Work;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use site::desired::{Desired, Entry, EntryKey, Fields, Kind, Memory, Standing, Value};
use site::explanation::{Explanation, explain};
use site::policy::{
    Destination, PagePolicy, Policy, RightsPolicy, SaleRule, Selection, Site, SiteId, Sites,
};
use site::projection::projection;

/// Noon of 1 June 2027 in Greenwich.
pub(crate) const NOW: &str = "2027-06-01T12:00:00Z";

/// Cases of each property of secrecy and of dates: an embargo is a promise to others, and a rare case
/// is a case. This package is compiled with optimisation for it; `FRONTLIST_CASES` in the environment
/// asks for another number.
pub(crate) fn cases() -> u32 {
    let asked = std::env::var("FRONTLIST_CASES").ok();
    asked.map_or(100_000, |cases| cases.parse().unwrap())
}

pub(crate) fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

/// An ISBN by number.
pub(crate) fn isbn(number: u32) -> Isbn13 {
    let body = format!("978{:09}", 190_000_000 + number);
    let sum: u32 = body
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    Isbn13::parse(&format!("{body}{}", (10 - sum % 10) % 10)).unwrap()
}

pub(crate) fn record(number: u32) -> RecordKey {
    RecordKey::namespaced("consonance", "work", number)
}

pub(crate) fn product_key(number: u32) -> ProductKey {
    ProductKey::namespaced("consonance", "product", number)
}

/// A book by number, with a title and no formats.
pub(crate) fn work(number: u32, title: &str, products: Vec<Product>) -> Work {
    let mut work = Work::new(
        WorkKey::namespaced("consonance", "work", number),
        record(number),
    );
    work.title = Title::new(title);
    work.products = products;
    work
}

/// An approved, active hardback of 2026, for sale in the world, priced in three currencies.
pub(crate) fn hardback(number: u32, title: &str) -> Product {
    let mut product = Product::new(product_key(number), record(number));
    product.isbn = Some(isbn(number));
    product.title = Title::new(title);
    product.form = Some(ProductForm::HARDBACK);
    product.approval = Approval::Approved;
    product.status = Some(PublishingStatus::ACTIVE);
    product.rights = Some(SalesRights::from_country_lists::<&str>(
        &[],
        &[],
        Some(true),
    ));
    product.prices = [("AUD", 3999), ("GBP", 1999), ("USD", 2499)]
        .map(|(currency, cents)| price(currency, cents))
        .to_vec();
    publish(product, "2026-03-15")
}

/// The same in another form.
pub(crate) fn in_form(mut product: Product, form: &str) -> Product {
    product.form = Some(ProductForm::new(form));
    product
}

/// The same with a publication date.
pub(crate) fn publish(product: Product, date: &str) -> Product {
    dated(product, PublishingDateRole::PUBLICATION, date)
}

/// The same with a date in a role.
pub(crate) fn dated(mut product: Product, role: PublishingDateRole, date: &str) -> Product {
    product.dates.retain(|known| known.role != role);
    product.dates.push(role_date(role, date));
    product
}

pub(crate) fn role_date(role: PublishingDateRole, date: &str) -> RoleDate {
    RoleDate {
        role,
        date: date.parse().unwrap(),
    }
}

/// The same with a publishing status.
pub(crate) fn with_status(mut product: Product, status: &str) -> Product {
    product.status = Some(PublishingStatus::new(status));
    product
}

/// The same, for sale in some countries and not in others; nothing known of the rest.
pub(crate) fn sold(mut product: Product, yes: &[&str], no: &[&str]) -> Product {
    product.rights = Some(SalesRights::from_country_lists(yes, no, None));
    product
}

/// The same with one supply of an availability.
pub(crate) fn supplied(
    mut product: Product,
    market: Option<Territory>,
    availability: &str,
) -> Product {
    product.supplies.push(supply(market, availability));
    product
}

pub(crate) fn supply(market: Option<Territory>, availability: &str) -> Supply {
    Supply {
        markets: market.into_iter().collect(),
        details: vec![SupplyDetail {
            availability: Some(ProductAvailability::new(availability)),
            ..SupplyDetail::default()
        }],
        ..Supply::default()
    }
}

pub(crate) fn countries(codes: &str) -> Territory {
    Territory {
        countries_included: Some(codes.into()),
        ..Territory::default()
    }
}

pub(crate) fn price(currency: &str, cents: i64) -> Price {
    Price {
        kind: PriceType::RRP_INCLUDING_TAX,
        qualifier: None,
        status: None,
        money: Money::new(
            rust_decimal::Decimal::new(cents, 2),
            CurrencyCode::parse(currency).unwrap(),
        ),
        territory: None,
        from: None,
        until: None,
        minimum_quantity: None,
        conditions: Vec::new(),
        taxes: Vec::new(),
    }
}

pub(crate) fn contribution(number: u32, name: &str, role: &str, sequence: u32) -> Contribution {
    Contribution {
        contributor: Contributor {
            key: ContributorKey::namespaced("consonance", "contact", number),
            kind: ContributorKind::Person,
            name: name.to_owned(),
            inverted_name: None,
            isni: None,
            biography: None,
            website: None,
        },
        roles: vec![ContributorRole::new(role)],
        sequence,
        products: Scope::All,
    }
}

pub(crate) fn membership(number: u32, name: &str, part: &str) -> SeriesMembership {
    SeriesMembership {
        series: Series {
            key: SeriesKey::namespaced("consonance", "series", number),
            name: name.to_owned(),
            subtitle: None,
            issn: None,
        },
        part_number: Some(part.to_owned()),
        sequence: None,
        products: Scope::All,
    }
}

pub(crate) fn imprint(number: u32, name: &str) -> Imprint {
    Imprint {
        key: ImprintKey::namespaced("consonance", "imprint", number),
        name: name.to_owned(),
    }
}

/// An approved English text for end customers.
pub(crate) fn text(kind: TextType, markup: Markup) -> MarketingText {
    MarketingText {
        kind,
        audiences: vec![ContentAudience::END_CUSTOMERS],
        language: Some(LanguageCode::ENGLISH),
        territory: None,
        from: None,
        until: None,
        release: Release::Approved,
        markup,
        author: None,
        source_title: None,
        products: Scope::All,
    }
}

pub(crate) fn resource(kind: ResourceContentType, link: &str) -> SupportingResource {
    SupportingResource {
        id: None,
        kind,
        mode: None,
        audiences: Vec::new(),
        territory: None,
        release: Release::Approved,
        processing: false,
        link: link.to_owned(),
        file_name: None,
        updated: Some("2027-01-01".to_owned()),
        width: None,
        height: None,
        bytes: None,
        credit: None,
        copyright: None,
        caption: None,
        alternative_text: None,
        from: None,
        until: None,
        contributor: None,
        products: Scope::All,
    }
}

pub(crate) fn subject(scheme: SubjectScheme, code: &str, heading: &str, main: bool) -> Subject {
    Subject {
        scheme,
        code: Some(code.to_owned()),
        heading: Some(heading.to_owned()),
        main,
        products: Scope::All,
    }
}

/// A site in an environment of its own.
pub(crate) fn site(id: &str, locale: &str, country: &str, currency: &str, zone: &str) -> Site {
    Site {
        id: SiteId(id.to_owned()),
        destination: Destination {
            environment: format!("production-{id}"),
            locale: locale.to_owned(),
        }
        .into(),
        countries: vec![country.parse().unwrap()],
        currency: CurrencyCode::parse(currency).unwrap(),
        time_zone: TimeZone::get(zone).unwrap(),
        language: "en".to_owned(),
        select: Selection::default(),
        rights: RightsPolicy::default(),
        outlets: Outlets::none(),
        page: PagePolicy::default(),
        hidden: site::policy::Hidden::default(),
        gate: site::policy::Gate::default(),
        sale: SaleRule::default(),
        page_address: None,
    }
}

pub(crate) fn au() -> Site {
    site("au", "en-au", "AU", "AUD", "Australia/Sydney")
}

pub(crate) fn gb() -> Site {
    site("gb", "en-gb", "GB", "GBP", "Europe/London")
}

pub(crate) fn us() -> Site {
    site("us", "en-us", "US", "USD", "America/New_York")
}

pub(crate) fn sites() -> Sites {
    Sites::new(vec![au(), gb(), us()]).unwrap()
}

/// Master locale `en`, which is no site's.
pub(crate) fn policy() -> Policy {
    Policy::new("en")
}

/// The projection at [`NOW`], without memory.
pub(crate) fn project(works: &[Work], sites: &Sites) -> Desired {
    projection(works, sites, &policy(), &Memory::default(), at(NOW))
}

pub(crate) fn book(number: u32) -> EntryKey {
    EntryKey {
        kind: Kind::Book,
        source_key: format!("consonance:work:{number}"),
    }
}

pub(crate) fn entry(desired: &Desired, key: &EntryKey) -> Entry {
    desired
        .entries
        .get(key)
        .unwrap_or_else(|| panic!("no entry {key}"))
        .clone()
}

/// What a site's readers are given of an entry, if it is published there.
pub(crate) fn delivered<'a>(entry: &'a Entry, site: &Site, master: &str) -> Option<&'a Fields> {
    if !entry.published.contains(&site.destination) {
        return None;
    }
    entry
        .versions
        .get(&site.destination.locale)
        .or_else(|| entry.versions.get(master))
}

/// The standing of a book on a site.
pub(crate) fn standing<'a>(desired: &'a Desired, number: u32, site: &str) -> &'a Standing {
    let key = WorkKey::namespaced("consonance", "work", number);
    &desired.standings[&key][&SiteId(site.to_owned())]
}

/// The rule that decided about a work on the Australian site.
pub(crate) fn decided_au(work: &Work) -> String {
    explain_au(work, NOW).decided_by
}

pub(crate) fn explain_au(work: &Work, now: &str) -> Explanation {
    explain(work, &au(), &policy(), &Memory::default(), at(now))
}

/// A plain field as text; empty when it holds nothing.
pub(crate) fn said(fields: &Fields, uid: &str) -> String {
    match fields.get(uid) {
        None => panic!("no field {uid}"),
        Some(Value::Nothing) => String::new(),
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::Word(word)) => (*word).to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Flag(flag)) => flag.to_string(),
        Some(Value::Date(date)) => date.to_string(),
        Some(Value::Texts(texts)) => texts.join("; "),
        Some(Value::References(keys)) => keys
            .iter()
            .map(|key| key.source_key.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        Some(other) => panic!("{uid} is no plain field: {other:?}"),
    }
}

/// The Australian version of a work that must be shown there.
pub(crate) fn au_version(work: &Work) -> Fields {
    let desired = project(std::slice::from_ref(work), &sites());
    let key = EntryKey {
        kind: Kind::Book,
        source_key: work.key.as_str().to_owned(),
    };
    entry(&desired, &key).versions["en-au"].clone()
}

/// The rows of a version's formats, by ISBN in order.
pub(crate) fn rows(fields: &Fields) -> Vec<Fields> {
    match &fields["formats"] {
        Value::Rows(rows) => rows.to_vec(),
        other => panic!("formats are no rows: {other:?}"),
    }
}

pub(crate) fn isbns(fields: &Fields) -> Vec<String> {
    rows(fields).iter().map(|row| said(row, "isbn13")).collect()
}

pub(crate) fn codes(desired: &Desired) -> BTreeSet<String> {
    desired
        .findings
        .iter()
        .map(|finding| finding.code.as_str().to_owned())
        .collect()
}
