//! One format as a row of a book.
//!
//! What a row says of the product itself is the same in every market of a language and system of
//! units, and is made once for them; state, price and links are the market's own.

use std::sync::Arc;

use catalogue::price::Price;
use catalogue::product::Product;
use rust_decimal::Decimal;

use crate::desired::{Fields, Value};
use crate::extent::{minutes, pages, sentence};
use crate::form::FormGroup;
use crate::judgement::{Costs, Shown};
use crate::labels::{self, Words};
use crate::link::{Asked, Link, links};
use crate::market::Market;
use crate::measure::Measures;
use crate::policy::Policy;
use crate::price::{includes_tax, is_confirmed, is_fixed};

/// What a format's row says in whatever language, and how long it is.
pub(crate) struct Facts {
    cells: Arc<Fields>,
    pages: Option<u32>,
    minutes: Option<u32>,
}

/// Room for the facts of a format.
const FACTS: usize = 8;

/// What a format's row says in whatever language; what is not known is left out, since rows are
/// replaced whole.
pub(crate) fn format_facts(product: &Product, title: &str) -> Facts {
    let mut row = Fields::with_room(FACTS);
    let number = |number: u32| Value::Number(Decimal::from(number));
    row.put_text("edition", product.edition.as_deref());
    row.put_text("form", product.form.as_ref().map(|form| form.code()));
    row.insert("form_group", Value::Word(FormGroup::of(product).as_str()));
    if let Some(isbn) = product.isbn {
        row.put_text("isbn13", Some(isbn.as_str()));
        row.put_text("isbn_display", Some(&isbn.hyphenated()));
    }
    let (minutes, pages) = (minutes(product), pages(product));
    if let Some(minutes) = minutes {
        row.insert("minutes", number(minutes));
    }
    if let Some(pages) = pages {
        row.insert("pages", number(pages));
    }
    let own_title = product.title.text.trim();
    row.put_text("title", Some(own_title).filter(|own| *own != title));
    Facts {
        cells: Arc::new(row),
        pages,
        minutes,
    }
}

/// The same in every market of a language and system of units.
pub(crate) fn format_base(
    product: &Product,
    measures: &Measures,
    words: &Words,
    facts: &Facts,
) -> Fields {
    let mut row = Fields::resting_on(Arc::clone(&facts.cells), WORDED_CELLS);
    row.put_text("dimensions", measures.dimensions(words).as_deref());
    let extent = sentence(facts.pages, facts.minutes, words);
    row.put_text("extent", extent.as_deref());
    row.insert("form_label", Value::Text(labels::form(words, product)));
    row.put_text("weight", measures.weight(words).as_deref());
    row
}

/// Room for what a language says of a format.
const WORDED_CELLS: usize = 4;

/// Room for how a format stands, its links excepted.
const STANDING_CELLS: usize = 5;

/// Room for a price: most are no more than amount, currency, tax and rate.
const PRICE_CELLS: usize = 4;

/// How a format stands, the same in every market of a language in which it stands so (and, where shops are
/// a matter of the site, of a locale).
pub(crate) fn format_standing(
    shown: &Shown<'_>,
    market: &Market<'_>,
    policy: &Policy,
    words: &Words,
    base: &Arc<Fields>,
) -> Fields {
    let asked = Asked {
        product: shown.product,
        cta: shown.cta,
        previews_open: shown.previews_open,
    };
    let links = links(asked, market, policy, words);
    let room = STANDING_CELLS + usize::from(!links.is_empty());
    let mut row = Fields::resting_on(Arc::clone(base), room);
    let sentence = labels::availability(words, shown.state, shown.publication);
    row.insert("availability", Value::Text(sentence));
    row.insert("cta", Value::Word(shown.cta.as_str()));
    let label = words.shared("call", shown.cta.as_str());
    row.insert("cta_label", Value::text(label));
    if !links.is_empty() {
        row.insert("links", Value::Rows(links.iter().map(link_row).collect()));
    }
    if let Some(date) = shown.publication {
        row.insert("publication_date", Value::Text(date.to_string().into()));
    }
    row.insert("state", Value::Word(shown.state.as_str()));
    row
}

/// What a format costs, over how it stands.
pub(crate) fn format_price(
    costs: Costs<'_>,
    market: &Market<'_>,
    standing: &Arc<Fields>,
) -> Fields {
    let mut row = Fields::resting_on(Arc::clone(standing), PRICE_CELLS);
    row.insert("amount", Value::Number(costs.amount));
    row.insert("currency", Value::Text(Arc::clone(&market.currency_text)));
    if let Some(price) = costs.price {
        write_terms(&mut row, price);
    }
    row
}

/// On which terms a price is one.
fn write_terms(row: &mut Fields, price: &Price) {
    if is_confirmed(price) {
        row.insert("price_confirmed", Value::Flag(true));
    }
    if is_fixed(price) {
        row.insert("price_fixed", Value::Flag(true));
    }
    if let Some(until) = price.until {
        row.insert("price_until", Value::Text(until.to_string().into()));
    }
    row.insert("tax_included", Value::Flag(includes_tax(price)));
    let rate = price.taxes.iter().find_map(|tax| tax.rate_percent);
    if let Some(rate) = rate {
        row.insert("tax_rate", Value::Number(rate.normalize()));
    }
}

fn link_row(link: &Link) -> Fields {
    Fields::from([
        ("call", Value::Word(link.call)),
        ("label", Value::Text(link.label.as_str().into())),
        ("url", Value::Text(link.url.as_str().into())),
    ])
}
