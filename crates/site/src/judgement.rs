//! Whether a market may know a format, and what it may say of it.
//!
//! One chain of rules, each of which may stop the walk; whatever cannot be read, or contradicts
//! itself, stops it. The projection and the explanation walk the same chain, so what is explained
//! is what is done.

use std::ptr;

use catalogue::codes::NotificationType;
use catalogue::date::PartialDate;
use catalogue::finding::{Finding, FindingCode};
use catalogue::lifecycle::table::Weight;
use catalogue::lifecycle::{Conflict, Situation, WebState, web_state};
use catalogue::price::Price;
use catalogue::product::{Approval, Product};
use catalogue::rights::{Resolved, RestrictionEffect, Sale};
use catalogue::work::Work;
use rust_decimal::Decimal;

use crate::call::CallToAction;
use crate::evidence::{known_dates, statements};
use crate::explanation::Ruling;
use crate::files::look_inside;
use crate::form::{self, Shelf};
use crate::market::Market;
use crate::offer::{Offer, Prepared, Speaks, candidates};
use crate::policy::Unsold;
use crate::price::considered;
use crate::rights_here::{RightsHere, restriction_words};
use crate::ruling::Bar;
use crate::trace::Trace;

mod gates;

pub(crate) use gates::Gates;

const APPROVAL_UNREADABLE: FindingCode = FindingCode::new("approval-unreadable");
const RIGHTS_UNREADABLE: FindingCode = FindingCode::new("rights-unreadable");
const NO_SUPPLY_HERE: FindingCode = FindingCode::new("no-supply-here");
const PRICE_MISSING: FindingCode = FindingCode::new("price-missing");
const PRICE_ZERO: FindingCode = FindingCode::new("price-zero");

/// A format that a market may know, and what it may say of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) product: &'a Product,
    pub(crate) shelf: Shelf<'a>,
    pub(crate) state: WebState,
    pub(crate) cta: CallToAction,
    /// What a reader pays, in the market's currency.
    pub(crate) amount: Option<Decimal>,
    /// The price that says so; nothing for what is given away.
    pub(crate) price: Option<&'a Price>,
    pub(crate) publication: Option<PartialDate>,
    /// Nothing but a price keeps readers from ordering it.
    pub(crate) lacks_price: bool,
    /// Review quotes may be shown.
    pub(crate) reviews_open: bool,
    /// Samples, excerpts and clips may be shown.
    pub(crate) previews_open: bool,
    /// Its rights do not speak against a sale here.
    pub(crate) sold_here: bool,
}

/// How a format stands in a market, whatever it costs there.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Stands {
    state: WebState,
    cta: CallToAction,
    publication: Option<PartialDate>,
    previews_open: bool,
}

/// What a format costs in a market, in the market's currency.
#[derive(Clone, Copy)]
pub(crate) struct Costs<'a> {
    pub(crate) amount: Decimal,
    pub(crate) price: Option<&'a Price>,
}

impl PartialEq for Costs<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.price, other.price) {
            (None, None) => self.amount == other.amount,
            (Some(one), Some(two)) => ptr::eq(one, two),
            _ => false,
        }
    }
}

impl<'a> Shown<'a> {
    pub(crate) fn stands(&self) -> Stands {
        Stands {
            state: self.state,
            cta: self.cta,
            publication: self.publication,
            previews_open: self.previews_open,
        }
    }

    /// Nothing where no price is told.
    pub(crate) fn costs(&self) -> Option<Costs<'a>> {
        self.amount.map(|amount| Costs {
            amount,
            price: self.price,
        })
    }
}

/// What became of a format.
pub(crate) type Outcome<'a> = Result<Shown<'a>, Bar>;

/// Judges one format in one market.
pub(crate) fn judge<'a>(
    gates: &Gates<'a>,
    prepared: &Prepared<'a>,
    market: &Market<'_>,
    trace: &mut impl Trace,
) -> Outcome<'a> {
    let product = prepared.product;
    stop(record(product, trace))?;
    stop(unread(product, trace))?;
    stop(approval(gates, product, trace))?;
    stop(gates.bar)?;
    stop(product_form(product, trace))?;
    stop(identifiers(gates.work, product, trace))?;
    let offer = Offer::new(prepared, market);
    stop(announcement(&offer, market, trace))?;
    let may_sell = rights(gates.work, prepared, &offer, market, trace)?;
    stop(market_status(&offer, market, trace))?;
    stated(gates, prepared, &offer, market, may_sell, trace)
}

fn stop(bar: Option<Bar>) -> Result<(), Bar> {
    bar.map_or(Ok(()), Err)
}

/// Tells the trace what a rule ruled, and hands the ruling on.
fn verdict(
    trace: &mut impl Trace,
    rule: &'static str,
    saw: impl FnOnce() -> String,
    bar: Option<Bar>,
) -> Option<Bar> {
    match bar {
        None => trace.step(rule, Ruling::Pass, saw, String::new),
        Some(bar) => trace.step(rule, Ruling::Stop, saw, || {
            format!("{}: {}; {}", bar.name(), bar.meaning(), bar.mend())
        }),
    }
    bar
}

fn record(product: &Product, trace: &mut impl Trace) -> Option<Bar> {
    let notification = product.notification?;
    let bar = match notification {
        NotificationType::DELETE => Some(Bar::RecordWithdrawn),
        NotificationType::TEST_UPDATE | NotificationType::TEST_RECORD => Some(Bar::TestRecord),
        _ => None,
    };
    let saw = || {
        format!(
            "notification type {notification}{}",
            labelled(notification.label())
        )
    };
    verdict(trace, "record", saw, bar)
}

/// Whether a feed speaks of it in a record that nobody can read.
fn unread(product: &Product, trace: &mut impl Trace) -> Option<Bar> {
    let place = product.unread.as_ref()?;
    let saw = || match place.line {
        0 => format!("{}, which could not be read to its end", place.file),
        line => format!("{} line {line}", place.file),
    };
    verdict(trace, "feed", saw, Some(Bar::FeedUnreadable))
}

fn approval(gates: &Gates<'_>, product: &Product, trace: &mut impl Trace) -> Option<Bar> {
    let bar = match product.approval {
        _ if !gates.approval.allow_onix_exports => None,
        Approval::Approved => None,
        Approval::Withheld => Some(Bar::ApprovalWithheld),
        Approval::Unreadable => Some(Bar::ApprovalUnreadable),
    };
    if bar == Some(Bar::ApprovalUnreadable) {
        trace.finding(|| {
            placed(
                closed(APPROVAL_UNREADABLE, Bar::ApprovalUnreadable),
                gates.work,
                product,
            )
        });
    }
    trace.values(|| vec![approval_words(product)]);
    let saw = || match product.approval {
        Approval::Approved => "approved".to_owned(),
        Approval::Withheld => "not approved".to_owned(),
        Approval::Unreadable => "approval unreadable".to_owned(),
    };
    verdict(trace, "approval", saw, bar)
}

/// The flag as the source states it.
fn approval_words(product: &Product) -> String {
    match (product.notification, product.approval) {
        (Some(notification), _) if product.record.as_str().starts_with("onix:") => {
            format!("notification type {notification}")
        }
        (_, Approval::Approved) => "allowOnixExports: true".to_owned(),
        (_, Approval::Withheld) => "allowOnixExports: false".to_owned(),
        (_, Approval::Unreadable) => "allowOnixExports could not be read".to_owned(),
    }
}

fn product_form(product: &Product, trace: &mut impl Trace) -> Option<Bar> {
    let bar = if form::is_trade_only(product) {
        Some(Bar::TradeOnly)
    } else if form::is_unknown(product) {
        Some(Bar::FormUnknown)
    } else {
        None
    };
    let saw = || {
        let form = product.form.as_ref().map_or_else(
            || "no form".to_owned(),
            |form| format!("form {form}{}", labelled(form.label())),
        );
        match &product.composition {
            Some(composition) => format!(
                "{form}, composition {composition}{}",
                labelled(composition.label())
            ),
            None => form,
        }
    };
    verdict(trace, "form", saw, bar)
}

fn identifiers(work: &Work, product: &Product, trace: &mut impl Trace) -> Option<Bar> {
    let bar = if product.isbn.is_none() {
        Some(Bar::NoIsbn)
    } else if product.title.is_blank() && work.title.is_blank() {
        Some(Bar::NoTitle)
    } else {
        None
    };
    let saw = || match product.isbn {
        Some(isbn) => format!("ISBN {isbn}, title {}", quoted(Some(&product.title.text))),
        None => "no ISBN".to_owned(),
    };
    verdict(trace, "identifiers", saw, bar)
}

fn announcement(offer: &Offer<'_>, market: &Market<'_>, trace: &mut impl Trace) -> Option<Bar> {
    let date = offer.announcement?;
    let bar = (!market.has_come(date)).then_some(Bar::NotAnnounced);
    verdict(
        trace,
        "announcement",
        || format!("public announcement {date}; today is {}", market.today),
        bar,
    )
}

/// Whether the format may be sold, or the bar that rights set.
fn rights(
    work: &Work,
    prepared: &Prepared<'_>,
    offer: &Offer<'_>,
    market: &Market<'_>,
    trace: &mut impl Trace,
) -> Result<bool, Bar> {
    let Some(resolved) = &prepared.rights else {
        trace.finding(|| {
            placed(
                closed(RIGHTS_UNREADABLE, Bar::RightsUnreadable),
                work,
                prepared.product,
            )
        });
        stop(verdict(
            trace,
            "rights",
            || "rights unreadable".to_owned(),
            Some(Bar::RightsUnreadable),
        ))?;
        return Ok(false);
    };
    trace.values(|| {
        let stated = prepared.product.rights.as_ref();
        stated.map_or_else(Vec::new, |rights| statements(rights, market.country))
    });
    let here = RightsHere::new(resolved, offer, market);
    if let Some(restriction) = here.hides {
        let saw = || restriction_words(restriction, market.outlets);
        stop(verdict(trace, "restriction", saw, Some(Bar::NotListed)))?;
    }
    let saw = || here.words(market.country);
    let (bar, treatment) = match here.sale {
        Sale::ForSale => {
            verdict(trace, "rights", saw, None);
            return Ok(!is_blocked(&here, market, trace));
        }
        Sale::NotForSale => (Bar::RightsNotForSale, market.rights.not_for_sale),
        Sale::Unknown => (Bar::RightsUnknown, market.rights.unknown),
        Sale::Partial => (Bar::RightsPartial, market.rights.partial),
    };
    offer_instead(prepared.product, resolved, market, trace);
    match treatment {
        Unsold::Hide => stop(verdict(trace, "rights", saw, Some(bar)))?,
        Unsold::ShowWithoutSale => trace.step("rights", Ruling::Note, saw, || {
            format!(
                "{}: {}; shown without a way to buy",
                bar.name(),
                bar.meaning()
            )
        }),
    }
    Ok(false)
}

/// Names the editions that the record offers where this one is not for sale.
fn offer_instead(
    product: &Product,
    resolved: &Resolved,
    market: &Market<'_>,
    trace: &mut impl Trace,
) {
    let editions = product.alternatives(resolved, market.country);
    if editions.is_empty() {
        return;
    }
    let named: Vec<String> = editions.iter().map(|isbn| isbn.hyphenated()).collect();
    trace.step(
        "alternative",
        Ruling::Note,
        || {
            format!(
                "other editions for {}: {}",
                market.country,
                named.join(", ")
            )
        },
        || "to be offered in place of this one, where the site shows them".to_owned(),
    );
}

/// Whether a restriction that is not about territory keeps our own website from selling.
fn is_blocked(here: &RightsHere<'_>, market: &Market<'_>, trace: &mut impl Trace) -> bool {
    let told = |restriction| restriction_words(restriction, market.outlets);
    if let Some(restriction) = here.blocks {
        trace.step(
            "restriction",
            Ruling::Note,
            || told(restriction),
            || {
                let mend = match restriction.effect() {
                    RestrictionEffect::BlockUnlessNamed => NAME_THE_SITE,
                    _ => "",
                };
                format!(
                    "the publisher's own website may not sell it; shown without a way to buy{mend}"
                )
            },
        );
    } else if let Some(restriction) = here.spares {
        trace.step(
            "restriction",
            Ruling::Pass,
            || told(restriction),
            String::new,
        );
    }
    here.blocks.is_some()
}

/// What to do about an exclusive that does not name us.
const NAME_THE_SITE: &str = "; if one of the outlets is this site, name it in the site's `outlets`";

/// "Not available in this market" is the publisher's own word against a sale here, and is treated
/// as such.
fn market_status(offer: &Offer<'_>, market: &Market<'_>, trace: &mut impl Trace) -> Option<Bar> {
    if !offer.shut {
        return None;
    }
    let bar = (market.rights.not_for_sale == Unsold::Hide).then_some(Bar::NotInMarket);
    verdict(
        trace,
        "market",
        || "market publishing status 12, not available in this market".to_owned(),
        bar,
    )
}

/// What the market says of a format that it may know.
fn stated<'a>(
    gates: &Gates<'a>,
    prepared: &Prepared<'a>,
    offer: &Offer<'a>,
    market: &Market<'_>,
    may_sell: bool,
    trace: &mut impl Trace,
) -> Outcome<'a> {
    let (work, product) = (gates.work, prepared.product);
    let decision = web_state(&Situation {
        ceiling: gates.ceiling,
        ..offer.situation(market)
    });
    for conflict in &decision.conflicts {
        trace.finding(|| placed(conflict_finding(conflict), work, product));
    }
    trace.values(|| known_dates(product, offer));
    trace.values(|| {
        let told = decision.conflicts.iter().map(conflict_finding);
        told.map(|finding| format!("finding {}: {}", finding.code, finding.message))
            .collect()
    });
    let state = decision.state;
    let supplied = !matches!(offer.speaks, Speaks::NoSupplyHere);
    let bar = (state == WebState::Withdrawn).then_some(Bar::Withdrawn);
    let saw = || offer_words(offer, market);
    match bar {
        Some(_) => stop(verdict(trace, "status", saw, bar))?,
        None => trace.step("status", Ruling::Pass, saw, || {
            format!("{}: {}", state.as_str(), decision.rule)
        }),
    }
    if !supplied {
        trace.finding(|| {
            let message = format!(
                "Supplied in some markets, none of which holds {}: shown without a way to buy. Describe the supply there.",
                market.country
            );
            placed(Finding::info(NO_SUPPLY_HERE, message), work, product)
        });
    }
    let sells = may_sell && supplied && !offer.shut;
    let wanted = state.is_orderable() || state == WebState::ComingSoon;
    let lacks_price = sells && wanted && offer.pays.is_none();
    price_findings(work, product, offer, market, lacks_price, trace);
    let previews_open = offer
        .preview_embargo
        .is_none_or(|date| market.has_come(date));
    let priced =
        offer.pays.is_some() || (state == WebState::Preorder && !market.sale.preorder_needs_price);
    let cta =
        CallToAction::of(state, sells && priced, may_sell, product).or_look_inside(state, || {
            let unstated = gates.approval.unstated;
            let look = look_inside(work, product, market, unstated);
            look.filter(|_| previews_open)
        });
    trace.values(|| prices_considered(product, offer, market));
    price_step(offer, market, sells, supplied, cta, trace);
    let told = offer.pays.filter(|pays| sells && pays.is_told(market));
    Ok(Shown {
        product,
        shelf: prepared.shelf,
        state,
        cta,
        amount: told.map(|pays| pays.amount),
        price: told.and_then(|pays| pays.price),
        publication: offer.publication,
        lacks_price,
        reviews_open: offer
            .review_embargo
            .is_none_or(|date| market.has_come(date)),
        previews_open,
        sold_here: may_sell,
    })
}

/// A contradiction or omission of the life cycle as a finding.
pub(crate) fn conflict_finding(conflict: &Conflict) -> Finding {
    let code = FindingCode::new(conflict.code);
    let message = format!("{}: {}.", conflict.message, conflict.resolution());
    match conflict.weight() {
        Weight::Contradiction => Finding::warning(code, message),
        Weight::Omission => Finding::info(code, message),
    }
}

fn price_findings(
    work: &Work,
    product: &Product,
    offer: &Offer<'_>,
    market: &Market<'_>,
    lacks_price: bool,
    trace: &mut impl Trace,
) {
    if offer.zero_priced {
        trace.finding(|| {
            let message = format!(
                "The only price in {} is zero, which is taken for none. If it is given away, send unpriced item type 01.",
                market.currency
            );
            placed(Finding::warning(PRICE_ZERO, message), work, product)
        });
    } else if lacks_price {
        trace.finding(|| {
            let message = format!(
                "No price that a reader in {} pays in {}: it cannot be bought there. Enter one.",
                market.country, market.currency
            );
            placed(Finding::info(PRICE_MISSING, message), work, product)
        });
    }
}

/// Every price that may hold here, and what became of it.
fn prices_considered(product: &Product, offer: &Offer<'_>, market: &Market<'_>) -> Vec<String> {
    let published = offer.publication.is_some_and(|date| market.has_come(date));
    let chosen = offer.pays.and_then(|pays| pays.price);
    candidates(product, offer.speaks)
        .map(|price| considered(price, chosen, market, published))
        .collect()
}

fn price_step(
    offer: &Offer<'_>,
    market: &Market<'_>,
    sells: bool,
    supplied: bool,
    cta: CallToAction,
    trace: &mut impl Trace,
) {
    let saw = || match offer.pays {
        _ if !supplied => format!("no supply in {}", market.country),
        Some(pays) if !pays.is_told(market) => format!(
            "{} {}, which is not confirmed and therefore hidden",
            pays.amount, market.currency
        ),
        Some(pays) => format!("{} {}", pays.amount, market.currency),
        None => format!("no consumer price in {} today", market.currency),
    };
    let ruling = if sells && offer.pays.is_some() {
        Ruling::Pass
    } else {
        Ruling::Note
    };
    trace.step("price", ruling, saw, || {
        format!("call to action: {}", cta.as_str())
    });
}

fn offer_words(offer: &Offer<'_>, market: &Market<'_>) -> String {
    let mut words = vec![
        format!("publishing status {}", offer.status.unwrap_or("not given")),
        format!("availability {}", offer.availability.unwrap_or("not given")),
    ];
    let dates = [
        ("publication", offer.publication),
        ("embargo", offer.embargo),
        ("pre-orders from", offer.preorder_from),
    ];
    words.extend(
        dates
            .iter()
            .filter_map(|(name, date)| Some(format!("{name} {}", (*date)?))),
    );
    words.push(format!("today is {}", market.today));
    words.join(", ")
}

/// A finding for something that could not be read and therefore closes.
fn closed(code: FindingCode, bar: Bar) -> Finding {
    let mut meaning = bar.meaning().to_owned();
    if let Some(first) = meaning.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Finding::error(
        code,
        format!("{meaning}, so it is not shown; {}.", bar.mend()),
    )
}

fn placed(finding: Finding, work: &Work, product: &Product) -> Finding {
    let finding = finding.in_record(work.key.as_str());
    match product.isbn {
        Some(isbn) => finding.on_isbn(isbn),
        None => finding,
    }
}

fn labelled(label: Option<&str>) -> String {
    label.map_or_else(String::new, |label| format!(" ({label})"))
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "not given".to_owned(), |text| format!("`{text}`"))
}
