//! What a record has and lacks for one site's page, whether or not the site may show it yet.
//!
//! A launch checklist asks about titles long before they may be seen, so this looks at what the chain of rules in
//! `judgement.rs` would come to only later. Every answer is asked of the same code: the offer, the texts, the
//! pictures and the rights of the site's market at the instant.

use catalogue::codes::{AudienceCode, ResourceContentType, SubjectScheme, TextType};
use catalogue::contributor::ContributorKind;
use catalogue::date::PartialDate;
use catalogue::finding::FindingCode;
use catalogue::isbn::Isbn13;
use catalogue::lifecycle::{WebState, web_state};
use catalogue::product::Product;
use catalogue::rights::{Resolved, Resolver, RestrictionEffect, Sale};
use catalogue::work::Work;
use jiff::Timestamp;

use crate::desired::AssetKey;
use crate::extent::{minutes, pages};
use crate::files::look_inside;
use crate::form::{self, FormGroup, form_rank};
use crate::market::Market;
use crate::offer::{Offer, Prepared};
use crate::pictures::{asset_key, cover, is_usable};
use crate::policy::{Policy, Site};
use crate::price::is_confirmed;
use crate::rights_here::RightsHere;
use crate::sanitise::is_misencoded;
use crate::texts::{Text, Texts};

/// What a record has and lacks for one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraisal {
    /// The format that speaks: print before e-book before audio before other.
    pub isbn: Option<Isbn13>,
    /// The title's name.
    pub title: String,
    /// When it is published here, in the precision that is known.
    pub publication: Option<PartialDate>,
    /// The record is neither a deletion nor a test.
    pub publishable: bool,
    /// The name is neither all capitals nor a placeholder.
    pub well_named: bool,
    /// Who made it.
    pub contributors: Contributors,
    /// The form.
    pub form: Form,
    /// The imprint's name.
    pub imprint: Option<String>,
    /// A publishing status is stated.
    pub has_status: bool,
    /// What it would say of itself, if it could be shown.
    pub state: WebState,
    /// Codes of contradictions in status, dates and availability.
    pub conflicts: Vec<&'static str>,
    /// It may be announced.
    pub is_announced: bool,
    /// Whether it is for sale here; nothing where the source would not say.
    pub sale: Option<Sale>,
    /// Codes of what is wrong with its rights, and whether they leave a country open.
    pub rights_wrong: Vec<FindingCode>,
    /// The rights say something of every country.
    pub rights_cover_all: bool,
    /// A restriction keeps it off every list (List 71 code 03).
    pub is_internal: bool,
    /// Subjects and audience.
    pub subjects: Subjects,
    /// Pages or minutes are stated.
    pub has_extent: bool,
    /// Height and width are stated.
    pub has_measures: bool,
    /// The language of the text is stated.
    pub has_language: bool,
    /// An availability here is stated.
    pub has_availability: bool,
    /// The price that readers here pay.
    pub price: Option<Paid>,
    /// The front cover that the page would show.
    pub cover: Option<Cover>,
    /// Characters of the main description that readers here may read.
    pub description: usize,
    /// The description is in the site's language.
    pub in_language: bool,
    /// The description reads as it was meant.
    pub description_clean: bool,
    /// Characters of the short description.
    pub short_description: usize,
    /// Reviews and endorsements that may be shown.
    pub reviews: usize,
    /// A table of contents may be shown.
    pub has_contents: bool,
    /// An excerpt or a sample may be shown.
    pub has_sample: bool,
    /// Formats with an ISBN.
    pub formats: usize,
    /// Its place in its series is stated; nothing where it is in none.
    pub series_positioned: Option<bool>,
}

/// Who made a title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contributors {
    /// How many.
    pub count: usize,
    /// Every one has a role.
    pub have_roles: bool,
    /// Every person has a name for sorting.
    pub are_inverted: bool,
    /// Authors (role A01 and its kin) without a biography.
    pub without_biography: usize,
    /// Authors without a picture.
    pub without_picture: usize,
}

/// The product form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// It is known and meant for readers.
    pub is_known: bool,
    /// It has a detail.
    pub is_detailed: bool,
    /// `print`, `ebook`, `audio` or `other`.
    pub group: &'static str,
}

/// Subjects and audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// A main Thema or BISAC subject is given.
    pub has_main: bool,
    /// A Thema qualifier is given.
    pub is_qualified: bool,
    /// Keywords.
    pub keywords: usize,
    /// Whether the main subject is no fiction; nothing where there is none.
    pub non_fiction: Option<bool>,
    /// An audience is stated.
    pub has_audience: bool,
    /// It is for children or teenagers.
    pub for_children: bool,
    /// An age range is stated.
    pub has_age_range: bool,
}

/// A price that readers pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Whether it is confirmed; nothing where the source does not say (Consonance's GraphQL has no price status).
    pub is_confirmed: Option<bool>,
}

/// A front cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Where it lies, as the ledger knows files.
    pub file: AssetKey,
    /// It stands in for one that is to come.
    pub is_holding: bool,
    /// It has an alternative text of its own.
    pub has_alternative_text: bool,
    /// Its longer side in pixels, as the source states it.
    pub long_side: Option<u32>,
}

/// Appraises a title for a site; nothing for a title without formats or a site without a country.
#[must_use]
pub fn appraise(work: &Work, site: &Site, policy: &Policy, now: Timestamp) -> Option<Appraisal> {
    let market = Market::of(site, now)?;
    let lead = lead(work)?;
    let resolver = Resolver::default();
    let prepared = Prepared::new(lead, &resolver);
    let offer = Offer::new(&prepared, &market);
    let verdict = web_state(&offer.situation(&market));
    let rights = prepared.rights.as_deref();
    let here = rights.map(|rights| RightsHere::new(rights, &offer, &market));
    let unstated = policy.approval.unstated;
    let texts = Texts::new(work, unstated);
    let description = texts.best(TextType::DESCRIPTION, &lead.key, &market);
    let title = match lead.title.is_blank() {
        true => &work.title,
        false => &lead.title,
    };
    let imprint = lead.imprint.as_ref().or(work.imprint.as_ref());
    Some(Appraisal {
        isbn: lead.isbn,
        title: title.text.clone(),
        publication: offer.publication,
        publishable: !lead
            .notification
            .is_some_and(|kind| matches!(kind.code(), "05" | "88" | "89")),
        well_named: is_well_named(&title.text),
        contributors: contributors(work, lead, &market, policy),
        form: Form {
            is_known: !form::is_unknown(lead) && !form::is_trade_only(lead),
            is_detailed: !lead.form_details.is_empty(),
            group: FormGroup::of(lead).as_str(),
        },
        imprint: imprint.map(|imprint| imprint.name.clone()),
        has_status: offer.status.is_some(),
        state: verdict.state,
        conflicts: verdict.conflicts.iter().map(|found| found.code).collect(),
        is_announced: offer.announcement.is_none_or(|date| market.has_come(date)),
        sale: here.as_ref().map(|here| here.sale),
        rights_wrong: prepared
            .findings
            .iter()
            .map(|found| found.code.clone())
            .collect(),
        rights_cover_all: rights.is_some_and(covers_all),
        is_internal: here
            .as_ref()
            .and_then(|here| here.hides)
            .is_some_and(|restriction| restriction.effect() == RestrictionEffect::Hide),
        subjects: subjects(work, lead),
        has_extent: pages(lead).is_some() || minutes(lead).is_some(),
        has_measures: ["01", "02"]
            .iter()
            .all(|kind| lead.measures.iter().any(|measure| measure.kind == *kind)),
        has_language: !lead.languages.is_empty(),
        has_availability: offer.availability.is_some(),
        price: offer.pays.map(|pays| Paid {
            is_confirmed: match pays.price {
                Some(price) => price.status.is_some().then(|| is_confirmed(price)),
                // What is given away costs nothing, and that is settled.
                None => Some(true),
            },
        }),
        cover: cover(work, &lead.key, &market, unstated).map(|resource| Cover {
            file: asset_key(resource),
            is_holding: resource.kind == ResourceContentType::COVER_HOLDING_IMAGE,
            has_alternative_text: resource
                .alternative_text
                .as_ref()
                .is_some_and(|text| !text.trim().is_empty()),
            long_side: resource.width.max(resource.height),
        }),
        description: characters(&description),
        in_language: description.passage().is_some() && description.foreign().is_none(),
        description_clean: !description
            .passage()
            .is_some_and(|passage| is_misencoded(&passage.html)),
        short_description: characters(&texts.short_description(&lead.key, &market)),
        reviews: reviews(&texts, lead, &market, offer.review_embargo),
        has_contents: texts
            .best(TextType::TABLE_OF_CONTENTS, &lead.key, &market)
            .passage()
            .is_some(),
        has_sample: offer
            .preview_embargo
            .is_none_or(|date| market.has_come(date))
            && has_sample(work, lead, &texts, &market, policy),
        formats: work
            .products
            .iter()
            .filter(|one| one.isbn.is_some())
            .count(),
        series_positioned: series(work, lead),
    })
}

/// The format that would speak for the title, were all shown.
fn lead(work: &Work) -> Option<&Product> {
    work.products.iter().min_by_key(|product| {
        (
            product.isbn.is_none() || form::is_trade_only(product),
            FormGroup::of(product),
            form_rank(product),
            product.isbn,
        )
    })
}

/// Names that stand for one that is not known yet.
const PLACEHOLDERS: [&str; 7] = ["n/a", "na", "tba", "tbc", "tbd", "untitled", "title"];

fn is_well_named(name: &str) -> bool {
    let name = name.trim();
    let capitals = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
    // `1984` has no letters, and `IT` is a book.
    let shouts = capitals && name.chars().filter(|letter| letter.is_alphabetic()).count() > 4;
    !name.is_empty() && !shouts && !PLACEHOLDERS.contains(&name.to_lowercase().as_str())
}

/// Authors, and those who count as such on a page: List 17 codes A01 to A03 and A09.
const AUTHORS: [&str; 4] = ["A01", "A02", "A03", "A09"];

fn contributors(work: &Work, lead: &Product, market: &Market<'_>, policy: &Policy) -> Contributors {
    let named = || {
        let all = work.contributions.iter();
        all.filter(|one| one.products.covers(&lead.key))
    };
    let authors = || {
        named().filter(|one| {
            let mut roles = one.roles.iter();
            roles.any(|role| AUTHORS.contains(&role.code()))
        })
    };
    let has_picture = |key| {
        work.resources.iter().any(|resource| {
            resource.kind == ResourceContentType::CONTRIBUTOR_PICTURE
                && resource.contributor.as_ref() == Some(key)
                && is_usable(resource, market, policy.approval.unstated)
        })
    };
    let lacks_biography = |text: Option<&catalogue::text::Markup>| {
        text.is_none_or(|markup| markup.text.trim().is_empty())
    };
    Contributors {
        count: named().count(),
        have_roles: named().all(|one| !one.roles.is_empty()),
        are_inverted: named().all(|one| {
            one.contributor.kind != ContributorKind::Person
                || one.contributor.inverted_name.is_some()
        }),
        without_biography: authors()
            .filter(|one| lacks_biography(one.contributor.biography.as_ref()))
            .count(),
        without_picture: authors()
            .filter(|one| !has_picture(&one.contributor.key))
            .count(),
    }
}

fn covers_all(rights: &Resolved) -> bool {
    rights.unknown().is_empty()
}

fn subjects(work: &Work, lead: &Product) -> Subjects {
    let of = |wanted: fn(SubjectScheme) -> bool| {
        let all = work.subjects.iter();
        all.filter(move |one| one.products.covers(&lead.key) && wanted(one.scheme))
    };
    let is_public =
        |scheme: SubjectScheme| matches!(scheme, SubjectScheme::THEMA | SubjectScheme::BISAC);
    let main = of(is_public)
        .find(|subject| subject.main)
        .or_else(|| of(is_public).next());
    let fiction = |code: &str| {
        ["F", "YF", "FIC", "JUV", "YAF"]
            .iter()
            .any(|known| code.starts_with(known))
    };
    Subjects {
        has_main: main.is_some(),
        is_qualified: of(|scheme| {
            matches!(
                scheme,
                SubjectScheme::THEMA_PLACE_QUALIFIER
                    | SubjectScheme::THEMA_LANGUAGE_QUALIFIER
                    | SubjectScheme::THEMA_TIME_PERIOD_QUALIFIER
                    | SubjectScheme::THEMA_EDUCATIONAL_PURPOSE_QUALIFIER
                    | SubjectScheme::THEMA_INTEREST_QUALIFIER
                    | SubjectScheme::THEMA_STYLE_QUALIFIER
            )
        })
        .next()
        .is_some(),
        keywords: of(|scheme| scheme == SubjectScheme::KEYWORDS)
            .filter_map(|subject| subject.heading.as_deref().or(subject.code.as_deref()))
            .flat_map(|words| words.split([';', ',']))
            .filter(|word| !word.trim().is_empty())
            .count(),
        non_fiction: main
            .and_then(|subject| subject.code.as_deref())
            .map(|code| !fiction(code)),
        has_audience: !work.audience.codes.is_empty() || work.audience.description.is_some(),
        for_children: work
            .audience
            .codes
            .iter()
            .any(|code| matches!(*code, AudienceCode::CHILDREN | AudienceCode::TEENAGE)),
        has_age_range: work.audience.interest_age.is_some(),
    }
}

fn characters(text: &Text<'_>) -> usize {
    text.passage()
        .map_or(0, |passage| passage.rich.words().chars().count())
}

fn reviews(
    texts: &Texts<'_>,
    lead: &Product,
    market: &Market<'_>,
    embargo: Option<PartialDate>,
) -> usize {
    if embargo.is_some_and(|date| !market.has_come(date)) {
        return 0;
    }
    texts.quotes(&lead.key, market).len()
}

fn has_sample(
    work: &Work,
    lead: &Product,
    texts: &Texts<'_>,
    market: &Market<'_>,
    policy: &Policy,
) -> bool {
    let excerpt = texts.best(TextType::EXCERPT, &lead.key, market);
    excerpt.passage().is_some()
        || look_inside(work, lead, market, policy.approval.unstated).is_some()
}

fn series(work: &Work, lead: &Product) -> Option<bool> {
    let mut memberships = work
        .series
        .iter()
        .filter(|one| one.products.covers(&lead.key))
        .peekable();
    memberships.peek()?;
    Some(memberships.all(|one| one.part_number.is_some() || one.sequence.is_some()))
}
