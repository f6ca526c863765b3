//! A book's version in one locale: what one market may know, in the fields of the content model.
//!
//! Every field is written, empty ones too: whether a stack keeps or clears what a write omits is
//! not known, and a stale price is worse than none.

use catalogue::collection::{Imprint, Series, SeriesMembership};
use catalogue::contributor::Contribution;
use catalogue::resource::SupportingResource;
use catalogue::title::Title;
use catalogue::work::Work;
use rust_decimal::Decimal;

use crate::content_model::{FieldKind, model};
use crate::desired::{EntryKey, Fields, Kind, Value};
use crate::form::{self, FormGroup};
use crate::gathering::has_page;
use crate::judgement::Shown;
use crate::labels;
use crate::language::subtag;
use crate::market::Market;
use crate::pictures::{asset_key, cover, portraits};
use crate::policy::Policy;
use crate::subjects::{Coded, UsedTerm, coded, keywords, terms};
use crate::texts::{Text, Texts};
use crate::title_view::TitleView;

/// One locale's version and what it draws on. The address is not among the fields: it is the same
/// everywhere.
pub(crate) struct Version<'a> {
    pub(crate) fields: Fields,
    pub(crate) title: String,
    pub(crate) lead_isbn: Option<String>,
    pub(crate) contributions: Vec<&'a Contribution>,
    pub(crate) series: Option<&'a Series>,
    pub(crate) imprint: Option<&'a Imprint>,
    pub(crate) cover: Option<Cover<'a>>,
    pub(crate) portraits: Vec<&'a SupportingResource>,
    pub(crate) subjects: Vec<Coded<'a>>,
    pub(crate) terms: Vec<UsedTerm>,
    /// The only description is in another language.
    pub(crate) other_language: bool,
}

/// The cover of a version.
pub(crate) struct Cover<'a> {
    pub(crate) resource: &'a SupportingResource,
    pub(crate) alt: String,
}

/// Identity of a work's entry.
pub(crate) fn book_key(work: &Work) -> EntryKey {
    EntryKey {
        kind: Kind::Book,
        source_key: work.key.as_str().to_owned(),
    }
}

/// Every field of a book, empty.
pub(crate) fn blank(policy: &Policy) -> Fields {
    model(policy)
        .into_iter()
        .filter(|content_type| content_type.kind == Kind::Book)
        .flat_map(|content_type| content_type.fields)
        .map(|field| (field.uid.to_owned(), empty(&field.kind)))
        .collect()
}

/// The version of a locale whose market may not know the title: it tells nothing, and clears what
/// stood there before.
pub(crate) fn stub(work: &Work, blank: &Fields) -> Fields {
    let mut fields = blank.clone();
    let key = || Value::Text(work.key.as_str().to_owned());
    fields.insert("source_key".to_owned(), key());
    fields.insert("title".to_owned(), key());
    fields.insert("visible".to_owned(), Value::Flag(false));
    fields
}

fn empty(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::ManyLines => Value::Texts(Vec::new()),
        FieldKind::References { .. } => Value::References(Vec::new()),
        FieldKind::Rows(_) => Value::Rows(Vec::new()),
        FieldKind::Taxonomies(_) => Value::Terms(Vec::new()),
        _ => Value::Nothing,
    }
}

/// The version of a market that may know the title; nothing where it may not.
pub(crate) fn version<'a>(
    view: &TitleView<'a>,
    market: &Market<'_>,
    texts: &Texts<'_>,
    policy: &Policy,
) -> Option<Version<'a>> {
    let lead = view.lead()?;
    let title = view.title()?;
    let work = view.work;
    let series = series(view);
    let subjects = coded(view);
    let terms = if policy.taxonomies {
        terms(view, &subjects)
    } else {
        Vec::new()
    };
    let description = texts.description(&lead.product.key, market);

    let mut version = Version {
        fields: Fields::new(),
        title: title.text.trim().to_owned(),
        lead_isbn: lead.product.isbn.map(|isbn| isbn.to_string()),
        contributions: contributions(view),
        series: series.map(|membership| &membership.series),
        imprint: imprint(lead, work),
        cover: cover_of(lead, work, title, market),
        portraits: portraits(view),
        subjects,
        terms,
        other_language: matches!(description, Text::OtherLanguage),
    };
    version.write_head(view, lead, market, title.subtitle.as_deref());
    version.write_people(view, market);
    version.put(
        "series_part",
        Value::text(series.and_then(|membership| membership.part_number.as_deref())),
    );
    version.put("season", Value::text(work.season.as_deref()));
    version.write_copy(lead, market, texts, description.html());
    version.write_cover();
    let rows = view
        .formats
        .iter()
        .map(|shown| format_row(shown, market, &version.title))
        .collect();
    version.put("formats", Value::Rows(rows));
    version.write_subjects(view, lead, policy);
    Some(version)
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

fn cover_of<'a>(
    lead: &Shown<'_>,
    work: &'a Work,
    title: &Title,
    market: &Market<'_>,
) -> Option<Cover<'a>> {
    let resource = cover(work, &lead.product.key, market)?;
    let alt = resource
        .alternative_text
        .clone()
        .unwrap_or_else(|| labels::cover_of(market.language, title.text.trim()));
    Some(Cover { resource, alt })
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

impl Version<'_> {
    fn put(&mut self, uid: &'static str, value: Value) {
        self.fields.insert(uid.to_owned(), value);
    }

    fn write_head(
        &mut self,
        view: &TitleView<'_>,
        lead: &Shown<'_>,
        market: &Market<'_>,
        subtitle: Option<&str>,
    ) {
        self.put("source_key", Value::Text(view.work.key.as_str().to_owned()));
        self.put("title", Value::Text(self.title.clone()));
        self.put(
            "subtitle",
            Value::text(subtitle.map(str::trim).filter(|text| !text.is_empty())),
        );
        self.put("visible", Value::Flag(true));
        self.put(
            "state",
            Value::text(view.state().map(|state| state.as_str())),
        );
        self.put("lead_isbn", Value::text(self.lead_isbn.clone()));
        self.put("amount", number(lead.amount));
        self.put(
            "currency",
            Value::text(lead.amount.map(|_| market.currency.as_str())),
        );
        self.put("cta", Value::Text(lead.cta.as_str().to_owned()));
        self.put(
            "publication_date",
            Value::text(lead.publication.map(|date| date.to_string())),
        );
        self.put(
            "sort_date",
            lead.publication
                .map_or(Value::Nothing, |date| Value::Date(date.last_day())),
        );
    }

    fn write_people(&mut self, view: &TitleView<'_>, market: &Market<'_>) {
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
                    ("name".to_owned(), Value::Text(contributor.name.clone())),
                    ("role".to_owned(), Value::Text(role.code().to_owned())),
                    (
                        "role_label".to_owned(),
                        Value::Text(labels::role(market.language, *role)),
                    ),
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
        self.put("contributor_statement", Value::text(statement));
        self.put("contributors", Value::References(references));
        self.put("credits", Value::Rows(credits));
        let series = self
            .series
            .map(|series| (Kind::Series, series.key.as_str()));
        let imprint = self
            .imprint
            .map(|imprint| (Kind::Imprint, imprint.key.as_str()));
        self.put("series", reference(series));
        self.put("imprint", reference(imprint));
    }

    fn write_copy(
        &mut self,
        lead: &Shown<'_>,
        market: &Market<'_>,
        texts: &Texts<'_>,
        description: Option<&str>,
    ) {
        let short = texts.short_description(&lead.product.key, market);
        self.put("short_description", Value::text(short.html()));
        self.put("description", Value::text(description));
        let reviews = if lead.reviews_open {
            texts.reviews(&lead.product.key, market)
        } else {
            Vec::new()
        };
        let rows = reviews.into_iter().map(|review| {
            let mut row = Fields::from([("text".to_owned(), Value::Text(review.html.to_owned()))]);
            put_if(&mut row, "author", review.author);
            put_if(&mut row, "source", review.source);
            row
        });
        self.put("reviews", Value::Rows(rows.collect()));
    }

    fn write_cover(&mut self) {
        let (file, alt, credit) = match &self.cover {
            Some(Cover { resource, alt }) => (
                Value::File(asset_key(resource)),
                Value::Text(alt.clone()),
                Value::text(resource.credit.as_deref()),
            ),
            None => (Value::Nothing, Value::Nothing, Value::Nothing),
        };
        self.put("cover", file);
        self.put("cover_alt", alt);
        self.put("cover_credit", credit);
    }

    fn write_subjects(&mut self, view: &TitleView<'_>, lead: &Shown<'_>, policy: &Policy) {
        let mut headings: Vec<String> = Vec::new();
        for heading in self.subjects.iter().filter_map(|subject| subject.heading) {
            if !headings.iter().any(|known| known == heading) {
                headings.push(heading.to_owned());
            }
        }
        let codes = self
            .subjects
            .iter()
            .map(|subject| subject.code.to_owned())
            .collect();
        self.put("subjects", Value::Texts(headings));
        self.put("subject_codes", Value::Texts(codes));
        self.put("keywords", Value::Texts(keywords(view)));
        self.put(
            "language",
            Value::text(lead.product.languages.first().map(subtag)),
        );
        if policy.taxonomies {
            let terms = self
                .terms
                .iter()
                .map(|term| (term.taxonomy.to_owned(), term.uid.clone()));
            self.put("taxonomies", Value::Terms(terms.collect()));
        }
    }
}

/// One format as a row; what is not known is left out, since rows are replaced whole.
fn format_row(shown: &Shown<'_>, market: &Market<'_>, title: &str) -> Fields {
    let product = shown.product;
    let mut row = Fields::new();
    if let Some(isbn) = product.isbn {
        put_if(&mut row, "isbn13", Some(isbn.as_str()));
        put_if(&mut row, "isbn_display", Some(isbn.hyphenated().as_str()));
    }
    put_if(
        &mut row,
        "form",
        product.form.as_ref().map(|form| form.code()),
    );
    put_if(
        &mut row,
        "form_label",
        Some(labels::form(market.language, product).as_str()),
    );
    put_if(
        &mut row,
        "form_group",
        Some(FormGroup::of(product).as_str()),
    );
    let own_title = product.title.text.trim();
    put_if(
        &mut row,
        "title",
        Some(own_title).filter(|own| *own != title),
    );
    put_if(&mut row, "edition", product.edition.as_deref());
    put_if(
        &mut row,
        "publication_date",
        shown.publication.map(|date| date.to_string()).as_deref(),
    );
    put_if(&mut row, "state", Some(shown.state.as_str()));
    let sentence = labels::availability(market.language, shown.state, shown.publication);
    put_if(&mut row, "availability", Some(sentence.as_str()));
    put_if(&mut row, "cta", Some(shown.cta.as_str()));
    if let Some(amount) = shown.amount {
        row.insert("amount".to_owned(), Value::Number(amount));
        put_if(&mut row, "currency", Some(market.currency.as_str()));
    }
    if let Some(pages) = form::pages(product) {
        row.insert("pages".to_owned(), Value::Number(Decimal::from(pages)));
    }
    row
}

fn put_if(row: &mut Fields, uid: &str, text: Option<&str>) {
    if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
        row.insert(uid.to_owned(), Value::Text(text.to_owned()));
    }
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
