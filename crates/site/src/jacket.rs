//! What markets that may know the same formats of a title say alike.
//!
//! A house of ten sites tells most titles in the same words in most of its markets, so these parts are
//! made once: what holds in any language is the [`Jacket`]; in the words of a language, and the units of
//! its readers, it is a [`Wording`].

use std::cell::RefCell;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use catalogue::collection::{Imprint, Series, SeriesMembership};
use catalogue::contributor::Contribution;
use catalogue::isbn::Isbn13;
use catalogue::product::Product;
use catalogue::resource::SupportingResource;
use catalogue::work::Work;

use crate::desired::{EntryKey, Fields, Kind, Value};
use crate::format::{Facts, format_base, format_facts};
use crate::gathering::has_page;
use crate::judgement::Shown;
use crate::labels::{self, Words};
use crate::language::subtag;
use crate::market::Market;
use crate::measure::{Measures, Units};
use crate::pictures::portraits;
use crate::policy::Policy;
use crate::subjects::{Coded, UsedTerm, coded, keywords, terms};
use crate::title_view::TitleView;

/// A title as everyone who may know the same formats is told of it.
pub(crate) struct Jacket<'a> {
    fields: Arc<Fields>,
    /// One row for each format, in the order in which a page lists them.
    rows: Vec<Facts>,
    lead: &'a Product,
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
    /// The formats' measures in each system of units.
    measured: RefCell<Vec<(Units, Rc<[Measures]>)>>,
    wordings: RefCell<Vec<Rc<Wording>>>,
}

/// A jacket in the words of a language.
pub(crate) struct Wording {
    language: String,
    units: Units,
    pub(crate) fields: Arc<Fields>,
    /// One row for each format, as the jacket lists them.
    pub(crate) rows: Vec<Arc<Fields>>,
}

/// Room for what a jacket says.
const JACKET_FIELDS: usize = 16;

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
    pub(crate) fn new(
        view: &TitleView<'a>,
        lead: &Shown<'a>,
        policy: &Policy,
        blank: &Arc<Fields>,
    ) -> Option<Self> {
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
                .map(|shown| format_facts(shown.product, name))
                .collect(),
            lead: lead.product,
            products: view.formats.iter().map(|shown| shown.product).collect(),
            title: name.to_owned(),
            lead_isbn: lead.product.isbn,
            contributions: contributions(view),
            series: series.map(|membership| &membership.series),
            imprint: imprint(lead, view.work),
            portraits: portraits(view),
            subjects,
            terms,
            measured: RefCell::default(),
            wordings: RefCell::default(),
        };
        let mut fields = Fields::resting_on(Arc::clone(blank), JACKET_FIELDS);
        jacket.write_head(&mut fields, view, title.subtitle.as_deref());
        jacket.write_people(&mut fields, view);
        let part = series.and_then(|membership| membership.part_number.as_deref());
        fields.insert("series_part", Value::text(part));
        fields.insert("season", Value::text(view.work.season.as_deref()));
        jacket.write_subjects(&mut fields, view, lead, policy);
        jacket.fields = Arc::new(fields);
        Some(jacket)
    }

    /// Whether this is the jacket of a view.
    pub(crate) fn is_of(&self, view: &TitleView<'_>, lead: &Shown<'_>) -> bool {
        let same = |(shown, own): (&Shown<'_>, &&Product)| ptr::eq(shown.product, *own);
        ptr::eq(self.lead, lead.product)
            && self.products.len() == view.formats.len()
            && view.formats.iter().zip(&self.products).all(same)
    }

    /// The jacket in the words of a market.
    pub(crate) fn worded(&self, market: &Market<'_>, words: &Words) -> Rc<Wording> {
        let mut wordings = self.wordings.borrow_mut();
        let known = wordings
            .iter()
            .find(|known| known.units == market.units && known.language == market.language);
        if let Some(known) = known {
            return Rc::clone(known);
        }
        let mut fields = Fields::resting_on(Arc::clone(&self.fields), 1);
        fields.insert("credits", self.credits(words));
        let measured = self.measured(market.units);
        let formats = self.products.iter().zip(&self.rows).zip(measured.iter());
        let rows = formats.map(|((product, facts), measures)| {
            Arc::new(format_base(product, measures, words, facts))
        });
        let wording = Rc::new(Wording {
            language: market.language.to_owned(),
            units: market.units,
            fields: Arc::new(fields),
            rows: rows.collect(),
        });
        wordings.push(Rc::clone(&wording));
        wording
    }

    fn measured(&self, units: Units) -> Rc<[Measures]> {
        let mut measured = self.measured.borrow_mut();
        if let Some((_, known)) = measured.iter().find(|(known, _)| *known == units) {
            return Rc::clone(known);
        }
        let products = self.products.iter();
        let own: Rc<[Measures]> = products
            .map(|product| Measures::of(product, units))
            .collect();
        measured.push((units, Rc::clone(&own)));
        own
    }

    /// Who did what, a row for each role.
    fn credits(&self, words: &Words) -> Value {
        let mut credits = Vec::new();
        for contribution in &self.contributions {
            for role in &contribution.roles {
                let name = contribution.contributor.name.as_str();
                credits.push(Fields::from([
                    ("name", Value::Text(name.into())),
                    ("role", Value::Text(role.code().into())),
                    ("role_label", Value::Text(labels::role(words, *role).into())),
                ]));
            }
        }
        Value::Rows(credits.into())
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

    fn write_people(&self, fields: &mut Fields, view: &TitleView<'_>) {
        let mut references: Vec<EntryKey> = Vec::new();
        for contribution in &self.contributions {
            let contributor = &contribution.contributor;
            let key = EntryKey {
                kind: Kind::Contributor,
                source_key: contributor.key.as_str().to_owned(),
            };
            if has_page(contributor) && !references.contains(&key) {
                references.push(key);
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
