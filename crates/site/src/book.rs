//! A book's version in one locale: what one market may know, in the fields of the content model.
//!
//! Every field is written, empty ones too: whether a stack keeps or clears what a write omits is
//! not known, and a stale price is worse than none.
//!
//! Most of it is the same in every market that may know the same formats and speaks the same
//! language. That part is a [`Jacket`], made once for them; a version rests on it and adds what is
//! the market's own: state, price, dates, texts, cover.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use catalogue::collection::{Imprint, Series, SeriesMembership};
use catalogue::contributor::Contribution;
use catalogue::isbn::Isbn13;
use catalogue::key::ProductKey;
use catalogue::lifecycle::WebState;
use catalogue::product::{Product, Scope};
use catalogue::resource::SupportingResource;
use catalogue::work::Work;
use rust_decimal::Decimal;

use crate::collateral::{BACK_COVER, COVER, Picture, write_copy, write_files, write_picture};
use crate::content_model::{FieldKind, model};
use crate::desired::{EntryKey, Fields, Kind, Value};
use crate::files::{self, back_cover, files};
use crate::format::{format_base, format_row};
use crate::gathering::has_page;
use crate::judgement::Shown;
use crate::labels::{self, Words};
use crate::language::subtag;
use crate::market::Market;
use crate::measure::Units;
use crate::pictures::{cover, portraits};
use crate::policy::{Policy, Unstated};
use crate::price::includes_tax;
use crate::subjects::{Coded, UsedTerm, coded, keywords, terms};
use crate::texts::{Text, Texts};
use crate::title_view::TitleView;

/// One locale's version and what it draws on. The address is not among the fields: it is the same
/// everywhere.
pub(crate) struct Version<'a> {
    pub(crate) fields: Fields,
    pub(crate) jacket: Rc<Jacket<'a>>,
    pub(crate) cover: Option<Picture<'a>>,
    pub(crate) back_cover: Option<Picture<'a>>,
    pub(crate) files: Vec<files::Shown<'a>>,
    /// The only description is in another language.
    pub(crate) other_language: bool,
}

/// What markets that may know the same formats, and speak the same language, say alike.
pub(crate) struct Jacket<'a> {
    fields: Arc<Fields>,
    /// One row for each format, in the order in which a page lists them.
    rows: Vec<Arc<Fields>>,
    /// The formats themselves, in the same order.
    pub(crate) products: Vec<&'a Product>,
    pub(crate) title: String,
    pub(crate) lead_isbn: Option<Isbn13>,
    pub(crate) contributions: Vec<&'a Contribution>,
    pub(crate) series: Option<&'a Series>,
    pub(crate) imprint: Option<&'a Imprint>,
    pub(crate) portraits: Vec<&'a SupportingResource>,
    pub(crate) subjects: Vec<Coded<'a>>,
    pub(crate) terms: Vec<UsedTerm>,
}

/// A work's jackets, each made when the first market wants it, and its texts.
pub(crate) struct Copy<'a> {
    pub(crate) texts: Texts<'a>,
    blank: Arc<Fields>,
    jackets: RefCell<Vec<(Basis<'a>, Rc<Jacket<'a>>)>>,
    /// Copy and pictures on top of a jacket, each once.
    told: RefCell<Vec<Arc<Fields>>>,
}

/// What a jacket depends on.
#[derive(PartialEq)]
struct Basis<'a> {
    language: String,
    units: Units,
    lead: &'a ProductKey,
    formats: Vec<&'a ProductKey>,
}

impl<'a> Copy<'a> {
    /// `blank` is every field of a book, empty.
    pub(crate) fn new(work: &'a Work, unstated: Unstated, blank: &Arc<Fields>) -> Self {
        Self {
            blank: Arc::clone(blank),
            texts: Texts::new(work, unstated),
            jackets: RefCell::default(),
            told: RefCell::default(),
        }
    }

    /// The same fields, if another market has them already.
    fn shared(&self, fields: Fields) -> Arc<Fields> {
        let mut told = self.told.borrow_mut();
        if let Some(known) = told.iter().find(|known| known.is_twin(&fields)) {
            return Arc::clone(known);
        }
        let fields = Arc::new(fields);
        told.push(Arc::clone(&fields));
        fields
    }

    /// The jacket for a market; nothing where the title has no name that may be told there.
    fn jacket(
        &self,
        view: &TitleView<'a>,
        lead: &Shown<'a>,
        market: &Market<'_>,
        policy: &Policy,
    ) -> Option<Rc<Jacket<'a>>> {
        let basis = Basis {
            language: market.language.to_owned(),
            units: market.units,
            lead: &lead.product.key,
            formats: view
                .formats
                .iter()
                .map(|shown| &shown.product.key)
                .collect(),
        };
        let mut jackets = self.jackets.borrow_mut();
        if let Some((_, known)) = jackets.iter().find(|(known, _)| *known == basis) {
            return Some(Rc::clone(known));
        }
        let jacket = Rc::new(Jacket::new(view, lead, market, policy, &self.blank)?);
        jackets.push((basis, Rc::clone(&jacket)));
        Some(jacket)
    }
}

/// Room for what a jacket says.
const JACKET_FIELDS: usize = 18;

/// Room for what a version says of its own, the address included.
const OWN_FIELDS: usize = 10;

/// Identity of a work's entry.
pub(crate) fn book_key(work: &Work) -> EntryKey {
    EntryKey {
        kind: Kind::Book,
        source_key: work.key.as_str().to_owned(),
    }
}

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
    let jacket = copy.jacket(view, lead, market, policy)?;
    let words = policy.labels.of(market.language);
    let unstated = policy.approval.unstated;
    let key = &lead.product.key;
    let title = jacket.title.as_str();
    let description = copy.texts.description(key, market);
    let cover = cover(view.work, key, market, unstated)
        .map(|resource| Picture::new(resource, "cover", title, words));
    let back_cover = back_cover(view, market, unstated)
        .map(|resource| Picture::new(resource, "back_cover", title, words));
    let files = files(view, market, unstated);
    let mut told = Fields::resting_on(Arc::clone(&jacket.fields), 0);
    let inside = view.shows_inside(&Scope::All);
    write_copy(&mut told, lead, inside, market, &copy.texts, &description);
    for (uids, picture) in [(COVER, &cover), (BACK_COVER, &back_cover)] {
        if let Some(picture) = picture {
            write_picture(&mut told, uids, picture);
        }
    }
    write_files(&mut told, &files, title, words);
    let mut fields = Fields::resting_on(copy.shared(told), OWN_FIELDS);
    write_offer(&mut fields, view, lead, market);
    let rows = view.formats.iter().zip(&jacket.rows);
    let rows = rows
        .map(|(shown, row)| format_row(shown, market, policy, words, row))
        .collect();
    fields.insert("formats", Value::Rows(rows));
    Some(Version {
        fields,
        jacket,
        cover,
        back_cover,
        files,
        other_language: matches!(description, Text::OtherLanguage),
    })
}

/// The first series that a format which may be known belongs to.
fn series<'a>(view: &TitleView<'a>) -> Option<&'a SeriesMembership> {
    view.work
        .series
        .iter()
        .filter(|membership| !membership.series.name.trim().is_empty())
        .find(|membership| view.is_covered(&membership.products))
}

/// The imprint of the lead format, else of the work.
fn imprint<'a>(lead: &Shown<'a>, work: &'a Work) -> Option<&'a Imprint> {
    let named = |imprint: &&Imprint| !imprint.name.trim().is_empty();
    let own = lead.product.imprint.as_ref().filter(named);
    own.or(work.imprint.as_ref().filter(named))
}

/// Contributions to formats that may be known, in order of credit.
fn contributions<'a>(view: &TitleView<'a>) -> Vec<&'a Contribution> {
    let mut found: Vec<&Contribution> = view
        .work
        .contributions
        .iter()
        .filter(|contribution| view.is_covered(&contribution.products))
        .filter(|contribution| !contribution.contributor.name.trim().is_empty())
        .collect();
    found.sort_by_key(|contribution| contribution.sequence);
    found
}

impl<'a> Jacket<'a> {
    fn new(
        view: &TitleView<'a>,
        lead: &Shown<'a>,
        market: &Market<'_>,
        policy: &Policy,
        blank: &Arc<Fields>,
    ) -> Option<Self> {
        let words = policy.labels.of(market.language);
        let title = view.title()?;
        let name = title.text.trim();
        let series = series(view);
        let subjects = coded(view);
        let terms = if policy.taxonomies {
            terms(view, &subjects)
        } else {
            Vec::new()
        };
        let mut jacket = Self {
            fields: Arc::default(),
            rows: view
                .formats
                .iter()
                .map(|shown| Arc::new(format_base(shown.product, market.units, words, name)))
                .collect(),
            products: view.formats.iter().map(|shown| shown.product).collect(),
            title: name.to_owned(),
            lead_isbn: lead.product.isbn,
            contributions: contributions(view),
            series: series.map(|membership| &membership.series),
            imprint: imprint(lead, view.work),
            portraits: portraits(view),
            subjects,
            terms,
        };
        let mut fields = Fields::resting_on(Arc::clone(blank), JACKET_FIELDS);
        jacket.write_head(&mut fields, view, title.subtitle.as_deref());
        jacket.write_people(&mut fields, view, words);
        let part = series.and_then(|membership| membership.part_number.as_deref());
        fields.insert("series_part", Value::text(part));
        fields.insert("season", Value::text(view.work.season.as_deref()));
        jacket.write_subjects(&mut fields, view, lead, policy);
        jacket.fields = Arc::new(fields);
        Some(jacket)
    }

    fn write_head(&self, fields: &mut Fields, view: &TitleView<'_>, subtitle: Option<&str>) {
        let subtitle = subtitle.map(str::trim).filter(|text| !text.is_empty());
        fields.insert("source_key", Value::Text(view.work.key.as_str().into()));
        fields.insert("title", Value::Text(self.title.as_str().into()));
        fields.insert("subtitle", Value::text(subtitle));
        fields.insert("visible", Value::Flag(true));
        fields.insert(
            "lead_isbn",
            Value::text(self.lead_isbn.as_ref().map(Isbn13::as_str)),
        );
    }

    fn write_people(&self, fields: &mut Fields, view: &TitleView<'_>, words: &Words) {
        let mut references: Vec<EntryKey> = Vec::new();
        let mut credits = Vec::new();
        for contribution in &self.contributions {
            let contributor = &contribution.contributor;
            let key = EntryKey {
                kind: Kind::Contributor,
                source_key: contributor.key.as_str().to_owned(),
            };
            if has_page(contributor) && !references.contains(&key) {
                references.push(key);
            }
            for role in &contribution.roles {
                credits.push(Fields::from([
                    ("name", Value::Text(contributor.name.as_str().into())),
                    ("role", Value::Text(role.code().into())),
                    ("role_label", Value::Text(labels::role(words, *role).into())),
                ]));
            }
        }
        // A statement names everyone: someone whose formats are hidden here, too.
        let all_known = view
            .work
            .contributions
            .iter()
            .all(|contribution| view.is_covered(&contribution.products));
        let statement = view
            .work
            .contributor_statement
            .as_deref()
            .filter(|_| all_known);
        fields.insert("contributor_statement", Value::text(statement));
        fields.insert("contributors", Value::References(references.into()));
        fields.insert("credits", Value::Rows(credits.into()));
        let series = self
            .series
            .map(|series| (Kind::Series, series.key.as_str()));
        let imprint = self
            .imprint
            .map(|imprint| (Kind::Imprint, imprint.key.as_str()));
        fields.insert("series", reference(series));
        fields.insert("imprint", reference(imprint));
    }

    fn write_subjects(
        &self,
        fields: &mut Fields,
        view: &TitleView<'_>,
        lead: &Shown<'_>,
        policy: &Policy,
    ) {
        let mut headings: Vec<String> = Vec::new();
        for heading in self.subjects.iter().filter_map(|subject| subject.heading) {
            if !headings.iter().any(|known| known == heading) {
                headings.push(heading.to_owned());
            }
        }
        let codes = self.subjects.iter().map(|subject| subject.code.to_owned());
        fields.insert("subjects", Value::Texts(headings.into()));
        fields.insert("subject_codes", Value::Texts(codes.collect()));
        fields.insert("keywords", Value::Texts(keywords(view).into()));
        let language = lead.product.languages.first().map(subtag);
        fields.insert("language", Value::text(language));
        if policy.taxonomies {
            let terms = self
                .terms
                .iter()
                .map(|term| (term.taxonomy.to_owned(), term.uid.clone()));
            fields.insert("taxonomies", Value::Terms(terms.collect()));
        }
    }
}

/// What the market says of the title as an offer.
fn write_offer(fields: &mut Fields, view: &TitleView<'_>, lead: &Shown<'_>, market: &Market<'_>) {
    let word = |word: Option<&'static str>| word.map_or(Value::Nothing, Value::Word);
    fields.insert("state", word(view.state().map(WebState::as_str)));
    fields.insert("cta", Value::Word(lead.cta.as_str()));
    fields.insert("amount", number(lead.amount));
    let currency = lead.amount.map(|_| market.currency.as_str());
    fields.insert("currency", Value::text(currency));
    let taxed = lead.price.map(|price| Value::Flag(includes_tax(price)));
    fields.insert("tax_included", taxed.unwrap_or(Value::Nothing));
    let date = lead.publication.map(|date| date.to_string());
    fields.insert("publication_date", Value::text(date));
    let day = lead.publication.map(|date| Value::Date(date.last_day()));
    fields.insert("sort_date", day.unwrap_or(Value::Nothing));
}

fn number(amount: Option<Decimal>) -> Value {
    amount.map_or(Value::Nothing, Value::Number)
}

fn reference(to: Option<(Kind, &str)>) -> Value {
    Value::References(
        to.map(|(kind, key)| EntryKey {
            kind,
            source_key: key.to_owned(),
        })
        .into_iter()
        .collect(),
    )
}
