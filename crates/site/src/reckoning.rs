//! What one site says of one title at any instant, and the instants at which that may change.
//!
//! Nothing in a judgement depends on time but by way of a date, so what a site says changes only when
//! a date comes or is over. Those instants are candidates: whoever wants to know what will happen
//! judges anew at each and compares. The judgement is the projection's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::date::{PartialDate, start_of_day};
use catalogue::isbn::Isbn13;
use catalogue::lifecycle::preorder_day;
use catalogue::price::Price;
use catalogue::product::Product;
use catalogue::rights::Resolver;
use catalogue::work::{Contract, Work};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::book::{Copy, blank, version};
use crate::desired::{Fields, Kind, Memory, Standing};
use crate::judgement::{Gates, judge};
use crate::market::Market;
use crate::offer::Prepared;
use crate::policy::{Policy, Site};
use crate::selection::Selected;
use crate::standing::{barred, stand};
use crate::title_view::TitleView;
use crate::trace::Silent;

/// What a site says of a title at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) standing: Standing,
    /// The page, where the site shows one.
    pub(crate) page: Option<Page>,
}

/// What a page says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) isbn: Option<Isbn13>,
    pub(crate) fields: Arc<Fields>,
}

/// What all titles are judged by.
pub(crate) struct Reckoning<'a> {
    policy: &'a Policy,
    memory: &'a Memory,
    resolver: Resolver,
    blank: Arc<Fields>,
}

impl<'a> Reckoning<'a> {
    pub(crate) fn new(policy: &'a Policy, memory: &'a Memory) -> Self {
        Self {
            policy,
            memory,
            resolver: Resolver::default(),
            blank: Arc::new(blank(policy, Kind::Book)),
        }
    }

    /// Makes a title ready.
    pub(crate) fn of(&self, work: &'a Work) -> Reckoner<'a> {
        let products = work.products.iter();
        Reckoner {
            work,
            policy: self.policy,
            memory: self.memory,
            prepared: products
                .map(|product| Prepared::new(product, &self.resolver))
                .collect(),
            copy: Copy::new(work, self.policy.approval.unstated, &self.blank),
        }
    }
}

/// A title made ready for being judged at many instants.
pub(crate) struct Reckoner<'a> {
    work: &'a Work,
    policy: &'a Policy,
    memory: &'a Memory,
    prepared: Vec<Prepared<'a>>,
    copy: Copy<'a>,
}

impl Reckoner<'_> {
    /// What the site says at an instant; nothing of a site without a country.
    pub(crate) fn answer(
        &self,
        site: &Site,
        selected: &Selected,
        now: Timestamp,
    ) -> Option<Answer> {
        let market = Market::of(site, now)?;
        let gates = Gates::new(self.work, self.policy, &market, &mut Silent);
        let outcomes = self
            .prepared
            .iter()
            .map(|one| judge(&gates, one, &market, &mut Silent));
        let view = TitleView::new(self.work, &market, outcomes);
        let page = version(&view, &market, &self.copy, self.policy);
        let hold = self.memory.holds.active(self.work, &site.id, now);
        let left_out = selected.leaves_out(self.work).is_some();
        let standing = stand(left_out, hold, barred(&view, page.is_some()), &view);
        let isbn = view.lead().and_then(|lead| lead.product.isbn);
        let page = page.filter(|_| standing.visible).map(|page| Page {
            title: page.jacket.title.clone(),
            isbn,
            fields: page.fields,
        });
        Some(Answer { standing, page })
    }
}

/// The instants after `from`, up to and including `to`, at which what a site says of a title may
/// change.
pub(crate) fn instants(
    work: &Work,
    site: &Site,
    memory: &Memory,
    from: Timestamp,
    to: Timestamp,
) -> BTreeSet<Timestamp> {
    let window = Window::new(site, from, to);
    let mut found: BTreeSet<Timestamp> = dates(work)
        .filter(|date| window.may_hold(*date))
        .flat_map(|date| window.boundaries(date))
        .collect();
    let holds = memory.holds.of(work);
    found.extend(holds.flat_map(|hold| [hold.since, hold.until]));
    // What lies past the end of time never comes.
    found.retain(|instant| from < *instant && *instant <= to && *instant < Timestamp::MAX);
    found
}

/// A stretch of time on a site.
struct Window<'a> {
    site: &'a Site,
    /// The days within which a date must lie for a boundary of it to be within the stretch: two more
    /// on either side, for the zones, and as many as pre-orders open earlier.
    days: (Date, Date),
}

impl<'a> Window<'a> {
    fn new(site: &'a Site, from: Timestamp, to: Timestamp) -> Self {
        let day = |instant| jiff::tz::TimeZone::UTC.to_datetime(instant).date();
        let early = i64::from(site.sale.preorder_days.unwrap_or(0)) + 2;
        let first = day(from).checked_sub(2.days()).unwrap_or(Date::MIN);
        let last = day(to).checked_add(early.days()).unwrap_or(Date::MAX);
        Self {
            site,
            days: (first, last),
        }
    }

    /// Whether a boundary of the date may lie in the stretch: most dates of a catalogue are long
    /// past, and are passed over without a look at any clock.
    fn may_hold(&self, date: PartialDate) -> bool {
        let last = date.last_day();
        self.days.0 <= last && last <= self.days.1
    }

    /// The instants at which a rule may see a date differently: when what opens on it opens, when
    /// what ends with it is over, when its day begins and ends, and when pre-orders open before it.
    fn boundaries(&self, date: PartialDate) -> [Timestamp; 5] {
        let zone = &self.site.time_zone;
        let lift = date.lift_at(zone);
        // Rules that reckon in whole days see a moment as its day where the site is, orders of dates as
        // the day that the date names.
        let local = catalogue::date::day_at(zone, lift);
        let preorder = preorder_day(PartialDate::Day(local), self.site.sale);
        [
            lift,
            date.over_at(zone),
            start_of_day(zone, date.last_day()),
            start_of_day(zone, local.tomorrow().unwrap_or(Date::MAX)),
            start_of_day(zone, preorder),
        ]
    }
}

/// Every date that a rule looks at.
fn dates(work: &Work) -> impl Iterator<Item = PartialDate> {
    let contract = match work.contract {
        Contract::Signed(date) => Some(date),
        _ => None,
    };
    let texts = work.texts.iter().flat_map(|text| [text.from, text.until]);
    let files = work
        .resources
        .iter()
        .flat_map(|resource| [resource.from, resource.until]);
    let products = work.products.iter().flat_map(product_dates);
    texts.chain(files).flatten().chain(contract).chain(products)
}

fn product_dates(product: &Product) -> impl Iterator<Item = PartialDate> {
    let supplies = || product.supplies.iter();
    let details = || supplies().flat_map(|supply| &supply.details);
    let period = |price: &Price| [price.from, price.until];
    let own = product
        .dates
        .iter()
        .chain(supplies().flat_map(|supply| &supply.dates))
        .map(|date| date.date);
    let supplied = details()
        .flat_map(|detail| &detail.dates)
        .map(|date| date.date);
    let prices = details()
        .flat_map(|detail| &detail.prices)
        .chain(&product.prices);
    let rights = product.rights.iter();
    let restrictions = rights
        .flat_map(|rights| rights.restrictions())
        .chain(supplies().flat_map(|supply| &supply.restrictions))
        .flat_map(|one| [one.from, one.until]);
    own.chain(supplied)
        .chain(prices.flat_map(period).chain(restrictions).flatten())
}
