//! A title as one market may know it: its formats in order, and the one that speaks for it.
//!
//! The lead is chosen by what a reader can do (buy, pre-order, ask to be told, nothing), then print
//! before e-book before audio before other, then what is published before what is to come, the
//! latest and the soonest first, then the ISBN. Price and call to action are the lead's, so the
//! button of a page fits its price; the state is the best of all formats.

use catalogue::date::PartialDate;
use catalogue::isbn::Isbn13;
use catalogue::lifecycle::WebState;
use catalogue::product::{Product, Scope};
use catalogue::title::Title;
use catalogue::work::Work;
use jiff::civil::Date;

use crate::call::CallToAction;
use crate::form::{FormGroup, Shelf};
use crate::judgement::{Outcome, Shown};
use crate::market::Market;
use crate::ruling::Bar;

/// What a market may know of a work.
pub(crate) struct TitleView<'a> {
    pub(crate) work: &'a Work,
    /// The formats that may be known, in the order in which a page lists them.
    pub(crate) formats: Vec<Shown<'a>>,
    lead: Option<Shown<'a>>,
    bar: Bar,
}

impl<'a> TitleView<'a> {
    /// Gathers the outcomes of a work's formats. Of two formats with one ISBN the first listed
    /// stays.
    pub(crate) fn new(
        work: &'a Work,
        market: &Market<'_>,
        outcomes: impl Iterator<Item = Outcome<'a>>,
    ) -> Self {
        let mut bar = Bar::NoProducts;
        let mut formats = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(shown) => formats.push(shown),
                Err(own) => bar = bar.max(own),
            }
        }
        formats.sort_by(|a, b| order(a, market.today).cmp(&order(b, market.today)));
        let mut at = 1;
        while let Some((before, [shown, ..])) = formats.split_at_checked(at) {
            let isbn = shown.product.isbn;
            if before.iter().any(|known| known.product.isbn == isbn) {
                formats.remove(at);
            } else {
                at += 1;
            }
        }
        let lead = formats
            .iter()
            .min_by(|a, b| lead_order(a, market.today).cmp(&lead_order(b, market.today)))
            .copied();
        Self {
            work,
            formats,
            lead,
            bar,
        }
    }

    /// The format that speaks for the title; none where the market may not know the title.
    pub(crate) fn lead(&self) -> Option<&Shown<'a>> {
        self.lead.as_ref()
    }

    /// Why the market may not know the title, when it may not.
    pub(crate) fn bar(&self) -> Option<Bar> {
        self.lead.is_none().then_some(self.bar)
    }

    /// The state of the title: the best of its formats'.
    pub(crate) fn state(&self) -> Option<WebState> {
        self.formats
            .iter()
            .map(|shown| shown.state)
            .min_by_key(|state| state.rank())
    }

    /// Whether something belongs to a format that the market may know.
    pub(crate) fn is_covered(&self, scope: &Scope) -> bool {
        match scope {
            Scope::All => !self.formats.is_empty(),
            Scope::Only(_) => self
                .formats
                .iter()
                .any(|shown| scope.covers(&shown.product.key)),
        }
    }

    /// Whether something that shows the inside of formats may be seen: every format that it belongs to,
    /// of those that the market may know, is open for previews.
    pub(crate) fn shows_inside(&self, scope: &Scope) -> bool {
        self.formats
            .iter()
            .filter(|shown| scope.covers(&shown.product.key))
            .all(|shown| shown.previews_open)
    }

    /// The title to display: the lead's own, else the work's, unless that is the name of a format
    /// that is hidden here.
    pub(crate) fn title(&self) -> Option<&'a Title> {
        let lead = self.lead()?.product;
        if !lead.title.is_blank() {
            return Some(&lead.title);
        }
        let hidden = |product: &&Product| {
            self.formats
                .iter()
                .all(|shown| shown.product.key != product.key)
        };
        let work = self.work;
        let betrays = work
            .products
            .iter()
            .filter(hidden)
            .any(|product| product.title.text.trim() == work.title.text.trim());
        (!work.title.is_blank() && !betrays).then_some(&work.title)
    }
}

type Order<'a> = (Shelf<'a>, (u8, i64), Option<Isbn13>);

/// Print, e-book, audio, other; hardback before paperback; by date; by ISBN.
fn order<'a>(shown: &'a Shown<'_>, today: Date) -> Order<'a> {
    let product = shown.product;
    (
        shown.shelf,
        date_order(shown.publication, today),
        product.isbn,
    )
}

fn lead_order(
    shown: &Shown<'_>,
    today: Date,
) -> (CallToAction, FormGroup, (u8, i64), Option<Isbn13>) {
    let (shelf, date, isbn) = order(shown, today);
    (shown.cta, shelf.group, date, isbn)
}

/// Published before to come, the latest of the former and the soonest of the latter first, undated
/// last.
fn date_order(publication: Option<PartialDate>, today: Date) -> (u8, i64) {
    match publication.map(|date| days_until(date, today)) {
        Some(days) if days <= 0 => (0, -days),
        Some(days) => (1, days),
        None => (2, 0),
    }
}

/// Whole days from today to the last day that a date may mean; negative for the past.
pub(crate) fn days_until(date: PartialDate, today: Date) -> i64 {
    date.last_day().duration_since(today).as_hours() / 24
}
