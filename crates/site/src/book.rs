//! A book's version in one locale: what one market may know, in the fields of the content model.
//!
//! Every field is written, empty ones too: whether a stack keeps or clears what a write omits is
//! not known, and a stale price is worse than none.
//!
//! Most of it is the same in every market that may know the same formats. That part is a [`Jacket`],
//! made once for them; a version rests on it and adds what is the market's own: texts, cover, then
//! state, price and dates. Each layer is shared by the markets in which it is the same.

use std::cell::RefCell;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use catalogue::lifecycle::WebState;
use catalogue::money::CurrencyCode;
use catalogue::product::{Product, Scope};
use catalogue::resource::SupportingResource;
use catalogue::work::Work;
use rust_decimal::Decimal;

use crate::collateral::{BACK_COVER, COVER, Picture, write_copy, write_files, write_picture};
use crate::content_model::{FieldKind, model};
use crate::desired::{Fields, Kind, Value};
use crate::files::{self, back_cover, files};
use crate::format::{format_price, format_standing};
use crate::jacket::{Jacket, Wording};
use crate::judgement::{Costs, Shown, Stands};
use crate::labels::Words;
use crate::market::Market;
use crate::pictures::cover;
use crate::policy::{ForeignTexts, Policy, Unstated};
use crate::price::includes_tax;
use crate::texts::{Text, Texts};
use crate::title_view::TitleView;

/// One locale's version and what it draws on. The address is not among the fields: it is the same
/// everywhere.
pub(crate) struct Version<'a> {
    pub(crate) fields: Arc<Fields>,
    pub(crate) jacket: Rc<Jacket<'a>>,
    pub(crate) beside: Rc<Beside<'a>>,
}

/// What stands beside the facts of a title, over the words of a jacket: copy, pictures, files.
pub(crate) struct Beside<'a> {
    pub(crate) fields: Arc<Fields>,
    pub(crate) cover: Option<Picture<'a>>,
    pub(crate) back_cover: Option<Picture<'a>>,
    pub(crate) files: Vec<files::Shown<'a>>,
    /// The only description is in another language.
    pub(crate) other_language: bool,
}

/// A work's jackets, each made when the first market wants it, and its texts.
///
/// Markets often say the same of a format, and of a whole title: what one has said is kept here for
/// the others.
pub(crate) struct Copy<'a> {
    pub(crate) texts: Texts<'a>,
    blank: Arc<Fields>,
    jackets: RefCell<Vec<Rc<Jacket<'a>>>>,
    beside: RefCell<Vec<(Chosen<'a>, Rc<Beside<'a>>)>>,
    standings: RefCell<Vec<Standing>>,
    rows: RefCell<Vec<Row<'a>>>,
    shelves: RefCell<Vec<Arc<[Fields]>>>,
    stances: RefCell<Vec<Stance>>,
    offers: RefCell<Vec<Offer>>,
}

/// What a market may show beside the facts of a title: all that decides about it.
struct Chosen<'a> {
    wording: Rc<Wording>,
    lead: &'a Product,
    texts: Vec<usize>,
    foreign: ForeignTexts,
    /// Whether readers may look inside, and whether reviews are open.
    open: (bool, bool),
    cover: Option<&'a SupportingResource>,
    back_cover: Option<&'a SupportingResource>,
    files: Vec<files::Shown<'a>>,
}

impl PartialEq for Chosen<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: Option<&SupportingResource>, two: Option<&SupportingResource>| {
            one.map(ptr::from_ref) == two.map(ptr::from_ref)
        };
        let files = || self.files.iter().zip(&other.files);
        Rc::ptr_eq(&self.wording, &other.wording)
            && ptr::eq(self.lead, other.lead)
            && self.texts == other.texts
            && self.foreign == other.foreign
            && self.open == other.open
            && same(self.cover, other.cover)
            && same(self.back_cover, other.back_cover)
            && self.files.len() == other.files.len()
            && files().all(|(one, two)| ptr::eq(one.resource, two.resource))
    }
}

/// How a format stands as cells, and what they were made from.
struct Standing {
    base: Arc<Fields>,
    stands: Stands,
    /// The locale, where shops are a matter of the site.
    locale: Option<String>,
    cells: Arc<Fields>,
}

/// The row of a format with its price, and what it was made from.
struct Row<'a> {
    standing: Arc<Fields>,
    costs: Costs<'a>,
    currency: CurrencyCode,
    cells: Arc<Fields>,
}

/// How the format that speaks for a title stands, on top of what is told of the title.
struct Stance {
    told: Arc<Fields>,
    stands: Stands,
    best: Option<WebState>,
    fields: Arc<Fields>,
}

/// A title as an offer, and what it was made from. What a market says of the format that speaks for
/// the title stands in its row, too.
struct Offer {
    stance: Arc<Fields>,
    rows: Arc<[Fields]>,
    fields: Arc<Fields>,
}

impl<'a> Copy<'a> {
    /// `blank` is every field of a book, empty.
    pub(crate) fn new(work: &'a Work, unstated: Unstated, blank: &Arc<Fields>) -> Self {
        Self {
            blank: Arc::clone(blank),
            texts: Texts::new(work, unstated),
            jackets: RefCell::default(),
            beside: RefCell::default(),
            standings: RefCell::default(),
            rows: RefCell::new(Vec::with_capacity(MOST_ROWS)),
            shelves: RefCell::default(),
            stances: RefCell::default(),
            offers: RefCell::default(),
        }
    }

    /// The jacket for a view; nothing where the title has no name that may be told there.
    fn jacket(
        &self,
        view: &TitleView<'a>,
        lead: &Shown<'a>,
        policy: &Policy,
    ) -> Option<Rc<Jacket<'a>>> {
        let mut jackets = self.jackets.borrow_mut();
        if let Some(known) = jackets.iter().find(|known| known.is_of(view, lead)) {
            return Some(Rc::clone(known));
        }
        let jacket = Rc::new(Jacket::new(view, lead, policy, &self.blank)?);
        jackets.push(Rc::clone(&jacket));
        Some(jacket)
    }

    /// What stands beside the facts, if another market has chosen the same already.
    fn beside(
        &self,
        chosen: Chosen<'a>,
        lead: &Shown<'a>,
        market: &Market<'_>,
        title: &str,
        words: &Words,
    ) -> Rc<Beside<'a>> {
        let mut known = self.beside.borrow_mut();
        if let Some((_, beside)) = known.iter().find(|(known, _)| *known == chosen) {
            return Rc::clone(beside);
        }
        let picture = |kind: &'static str| {
            move |resource: &'a SupportingResource| Picture::new(resource, kind, title, words)
        };
        let cover = chosen.cover.map(picture("cover"));
        let back_cover = chosen.back_cover.map(picture("back_cover"));
        let (inside, _) = chosen.open;
        let description = self.texts.description(&lead.product.key, market);
        let mut told = Fields::resting_on(Arc::clone(&chosen.wording.fields), COPY_FIELDS);
        write_copy(&mut told, lead, inside, market, &self.texts, &description);
        for (uids, picture) in [(COVER, &cover), (BACK_COVER, &back_cover)] {
            if let Some(picture) = picture {
                write_picture(&mut told, uids, picture);
            }
        }
        write_files(&mut told, &chosen.files, title, words);
        let beside = Rc::new(Beside {
            fields: Arc::new(told),
            cover,
            back_cover,
            files: chosen.files.clone(),
            other_language: matches!(description, Text::OtherLanguage),
        });
        known.push((chosen, Rc::clone(&beside)));
        beside
    }

    /// How a format stands, over what its language says of it.
    fn standing(
        &self,
        shown: &Shown<'a>,
        base: &Arc<Fields>,
        market: &Market<'_>,
        policy: &Policy,
        words: &Words,
    ) -> Arc<Fields> {
        let locale = (!policy.retailers.is_empty()).then_some(market.locale);
        let stands = shown.stands();
        let mut standings = self.standings.borrow_mut();
        let known = standings.iter().find(|standing| {
            Arc::ptr_eq(&standing.base, base)
                && standing.stands == stands
                && standing.locale.as_deref() == locale
        });
        if let Some(known) = known {
            return Arc::clone(&known.cells);
        }
        let cells = Arc::new(format_standing(shown, market, policy, words, base));
        standings.push(Standing {
            base: Arc::clone(base),
            stands,
            locale: locale.map(str::to_owned),
            cells: Arc::clone(&cells),
        });
        cells
    }

    /// One format as a row: how it stands, and its price if it has one.
    fn row(
        &self,
        shown: &Shown<'a>,
        base: &Arc<Fields>,
        market: &Market<'_>,
        policy: &Policy,
        words: &Words,
    ) -> Arc<Fields> {
        let standing = self.standing(shown, base, market, policy, words);
        let Some(costs) = shown.costs() else {
            return standing;
        };
        let mut rows = self.rows.borrow_mut();
        let known = rows.iter().find(|row| {
            Arc::ptr_eq(&row.standing, &standing)
                && row.currency == market.currency
                && row.costs == costs
        });
        if let Some(known) = known {
            return Arc::clone(&known.cells);
        }
        let cells = Arc::new(format_price(costs, market, &standing));
        rows.push(Row {
            standing,
            costs,
            currency: market.currency,
            cells: Arc::clone(&cells),
        });
        cells
    }

    /// The formats of a title as rows.
    fn rows(
        &self,
        view: &TitleView<'a>,
        wording: &Wording,
        market: &Market<'_>,
        policy: &Policy,
        words: &Words,
    ) -> Arc<[Fields]> {
        let rows = view.formats.iter().zip(&wording.rows);
        let rows = rows.map(|(shown, base)| self.row(shown, base, market, policy, words));
        let rows: Vec<Fields> = rows.map(|row| Fields::resting_on(row, 0)).collect();
        let mut shelves = self.shelves.borrow_mut();
        let same = |shelf: &&Arc<[Fields]>| {
            let pairs = || shelf.iter().zip(&rows);
            shelf.len() == rows.len() && pairs().all(|(known, row)| known.is_twin(row))
        };
        if let Some(known) = shelves.iter().find(same) {
            return Arc::clone(known);
        }
        let rows: Arc<[Fields]> = rows.into();
        shelves.push(Arc::clone(&rows));
        rows
    }

    /// How the title stands, on top of what is told of it.
    fn stance(&self, told: &Arc<Fields>, view: &TitleView<'a>, lead: &Shown<'a>) -> Arc<Fields> {
        let (stands, best) = (lead.stands(), view.state());
        let mut stances = self.stances.borrow_mut();
        let known = stances.iter().find(|stance| {
            Arc::ptr_eq(&stance.told, told) && stance.stands == stands && stance.best == best
        });
        if let Some(known) = known {
            return Arc::clone(&known.fields);
        }
        let mut fields = Fields::resting_on(Arc::clone(told), STANCE_FIELDS);
        write_stance(&mut fields, lead, best);
        let fields = Arc::new(fields);
        stances.push(Stance {
            told: Arc::clone(told),
            stands,
            best,
            fields: Arc::clone(&fields),
        });
        fields
    }

    /// The title as an offer on top of how it stands. The rows hold the format that speaks for it, so
    /// what it costs is the same where they are.
    fn offer(
        &self,
        stance: Arc<Fields>,
        rows: Arc<[Fields]>,
        lead: &Shown<'a>,
        market: &Market<'_>,
    ) -> Arc<Fields> {
        let mut offers = self.offers.borrow_mut();
        let known = offers
            .iter()
            .find(|offer| Arc::ptr_eq(&offer.stance, &stance) && Arc::ptr_eq(&offer.rows, &rows));
        if let Some(known) = known {
            return Arc::clone(&known.fields);
        }
        let mut fields = Fields::resting_on(Arc::clone(&stance), OFFER_FIELDS);
        write_offer(&mut fields, lead, market, &rows);
        let fields = Arc::new(fields);
        offers.push(Offer {
            stance,
            rows,
            fields: Arc::clone(&fields),
        });
        fields
    }
}

/// Rows of most titles: three formats in ten currencies.
const MOST_ROWS: usize = 30;

/// Room for how a title stands.
const STANCE_FIELDS: usize = 4;

/// Room for what it costs, and its rows.
const OFFER_FIELDS: usize = 4;

/// Room for what stands beside the facts of a title.
const COPY_FIELDS: usize = 10;

/// Every field of a kind, empty.
pub(crate) fn blank(policy: &Policy, kind: Kind) -> Fields {
    model(policy)
        .into_iter()
        .filter(|content_type| content_type.kind == kind)
        .flat_map(|content_type| content_type.fields)
        .map(|field| (field.uid, empty(&field.kind)))
        .collect()
}

/// The version of a locale whose market may not know the title: it tells nothing, and clears what
/// stood there before.
pub(crate) fn stub(key: &str, blank: &Arc<Fields>) -> Fields {
    let mut fields = Fields::resting_on(Arc::clone(blank), 3);
    let key = || Value::Text(key.into());
    fields.insert("source_key", key());
    fields.insert("title", key());
    if fields.get("visible").is_some() {
        fields.insert("visible", Value::Flag(false));
    }
    fields
}

fn empty(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::ManyLines => Value::Texts([].into()),
        FieldKind::References { .. } => Value::References([].into()),
        FieldKind::Rows(_) => Value::Rows([].into()),
        FieldKind::Taxonomies(_) => Value::Terms([].into()),
        _ => Value::Nothing,
    }
}

/// The version of a market that may know the title; nothing where it may not.
pub(crate) fn version<'a>(
    view: &TitleView<'a>,
    market: &Market<'_>,
    copy: &Copy<'a>,
    policy: &Policy,
) -> Option<Version<'a>> {
    let lead = view.lead()?;
    let jacket = copy.jacket(view, lead, policy)?;
    let words = policy.labels.of(market.language);
    let wording = jacket.worded(market, words);
    let unstated = policy.approval.unstated;
    let key = &lead.product.key;
    let rows = copy.rows(view, &wording, market, policy, words);
    let chosen = Chosen {
        wording,
        lead: lead.product,
        texts: copy.texts.usable(key, market),
        foreign: market.page.foreign_texts,
        open: (view.shows_inside(&Scope::All), lead.reviews_open),
        cover: cover(view.work, key, market, unstated),
        back_cover: back_cover(view, market, unstated),
        files: files(view, market, unstated),
    };
    let beside = copy.beside(chosen, lead, market, &jacket.title, words);
    let stance = copy.stance(&beside.fields, view, lead);
    let fields = copy.offer(stance, rows, lead, market);
    Some(Version {
        fields,
        jacket,
        beside,
    })
}

/// How the title stands: the format that speaks for it, and the best state of all.
fn write_stance(fields: &mut Fields, lead: &Shown<'_>, best: Option<WebState>) {
    fields.insert("cta", Value::Word(lead.cta.as_str()));
    let date = lead.publication.map(|date| date.to_string());
    fields.insert("publication_date", Value::text(date));
    let day = lead.publication.map(|date| Value::Date(date.last_day()));
    fields.insert("sort_date", day.unwrap_or(Value::Nothing));
    let state = best.map(WebState::as_str);
    fields.insert("state", state.map_or(Value::Nothing, Value::Word));
}

/// What the market says of the title as an offer.
fn write_offer(fields: &mut Fields, lead: &Shown<'_>, market: &Market<'_>, rows: &Arc<[Fields]>) {
    fields.insert("amount", number(lead.amount));
    let currency = lead.amount.map(|_| Arc::clone(&market.currency_text));
    fields.insert("currency", Value::text(currency));
    fields.insert("formats", Value::Rows(Arc::clone(rows)));
    let taxed = lead.price.map(|price| Value::Flag(includes_tax(price)));
    fields.insert("tax_included", taxed.unwrap_or(Value::Nothing));
}

fn number(amount: Option<Decimal>) -> Value {
    amount.map_or(Value::Nothing, Value::Number)
}
