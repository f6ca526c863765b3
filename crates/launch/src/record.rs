//! What the publisher's record says, put on the sheet.

use catalogue::date::PartialDate;
use catalogue::lifecycle::WebState;
use catalogue::rights::Sale;
use site::appraisal::{Appraisal, Cover};

use crate::sheet::{Sheet, Value};

/// What was found out about the file of a cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It was fetched and is a picture.
    Picture,
    /// It could not be fetched, or is no picture.
    Failed,
    /// Nobody has tried yet.
    NotYet,
}

/// States every fact that the record decides. `fetched` says what became of the cover's file.
///
/// # Errors
/// A name that is no fact, which is a mistake of the program.
pub fn state(
    appraisal: &Appraisal,
    fetched: Fetched,
    sheet: &mut Sheet,
) -> Result<(), &'static str> {
    for (name, value) in identity(appraisal)
        .into_iter()
        .chain(content(appraisal))
        .chain(commerce(appraisal))
    {
        match value {
            Some(value) => sheet.state(name, value)?,
            None => sheet.leave_open(name, "the source would not say"),
        }
    }
    cover(appraisal.cover.as_ref(), fetched, sheet)
}

type Stated = (&'static str, Option<Value>);

fn identity(of: &Appraisal) -> Vec<Stated> {
    let made_by = &of.contributors;
    vec![
        ("record.publishable", Some(of.publishable.into())),
        ("isbn.valid", Some(of.isbn.is_some().into())),
        ("title.present", Some((!of.title.trim().is_empty()).into())),
        ("title.well_formed", Some(of.well_named.into())),
        ("contributors.count", Some(made_by.count.into())),
        ("contributors.with_role", Some(made_by.have_roles.into())),
        ("contributors.inverted", Some(made_by.are_inverted.into())),
        (
            "biographies.missing",
            Some(made_by.without_biography.into()),
        ),
        ("photographs.missing", Some(made_by.without_picture.into())),
        ("form.known", Some(of.form.is_known.into())),
        ("form.detailed", Some(of.form.is_detailed.into())),
        ("form.group", Some(of.form.group.into())),
        ("imprint.present", Some(of.imprint.is_some().into())),
        ("imprint.name", of.imprint.as_deref().map(Value::from)),
    ]
}

fn content(of: &Appraisal) -> Vec<Stated> {
    let subjects = &of.subjects;
    vec![
        ("subject.main", Some(subjects.has_main.into())),
        ("subject.qualified", Some(subjects.is_qualified.into())),
        ("keywords.count", Some(subjects.keywords.into())),
        ("audience.stated", Some(subjects.has_audience.into())),
        ("audience.children", Some(subjects.for_children.into())),
        ("audience.age_range", Some(subjects.has_age_range.into())),
        ("non_fiction", subjects.non_fiction.map(Value::from)),
        ("extent.stated", Some(of.has_extent.into())),
        ("measures.stated", Some(of.has_measures.into())),
        ("language.stated", Some(of.has_language.into())),
        ("description.length", Some(of.description.into())),
        ("description.clean", Some(of.description_clean.into())),
        ("text.in_language", Some(of.in_language.into())),
        (
            "short_description.length",
            Some(of.short_description.into()),
        ),
        ("reviews.count", Some(of.reviews.into())),
        ("contents.present", Some(of.has_contents.into())),
        ("sample.present", Some(of.has_sample.into())),
        ("formats.count", Some(of.formats.into())),
        ("series.member", Some(of.series_positioned.is_some().into())),
        (
            "series.positioned",
            Some(of.series_positioned.unwrap_or(false).into()),
        ),
    ]
}

fn commerce(of: &Appraisal) -> Vec<Stated> {
    let sellable = !matches!(
        of.state,
        WebState::Cancelled | WebState::Withdrawn | WebState::Recalled
    );
    let to_the_day = matches!(
        of.publication,
        Some(PartialDate::Day(_) | PartialDate::Time(_) | PartialDate::Instant(_))
    );
    let rights_complete = of
        .sale
        .map(|_| of.rights_cover_all && of.rights_wrong.is_empty());
    vec![
        ("status.sellable", Some(sellable.into())),
        ("status.stated", Some(of.has_status.into())),
        ("publication.stated", Some(of.publication.is_some().into())),
        ("publication.to_the_day", Some(to_the_day.into())),
        ("dates.consistent", Some(of.conflicts.is_empty().into())),
        ("announcement.passed", Some(of.is_announced.into())),
        // What is not known to be for sale is not for sale: the rule must not wait for somebody to look.
        (
            "rights.for_sale",
            of.sale.map(|sale| (sale == Sale::ForSale).into()),
        ),
        ("rights.complete", rights_complete.map(Value::from)),
        (
            "restriction.internal",
            of.sale.map(|_| of.is_internal.into()),
        ),
        ("availability.stated", Some(of.has_availability.into())),
        ("price.on_site", Some(of.price.is_some().into())),
        (
            "price.confirmed",
            of.price
                .and_then(|price| price.is_confirmed)
                .map(Value::from),
        ),
    ]
}

fn cover(cover: Option<&Cover>, fetched: Fetched, sheet: &mut Sheet) -> Result<(), &'static str> {
    sheet.state("cover.present", cover.is_some())?;
    let Some(cover) = cover else {
        sheet.state("cover.fetched", false)?;
        sheet.state("cover.long_side", 0_usize)?;
        sheet.state("cover.holding", false)?;
        return sheet.state("cover.alternative_text", false);
    };
    sheet.state("cover.holding", cover.is_holding)?;
    sheet.state("cover.alternative_text", cover.has_alternative_text)?;
    match fetched {
        Fetched::Picture => sheet.state("cover.fetched", true)?,
        Fetched::Failed => sheet.state("cover.fetched", false)?,
        Fetched::NotYet => sheet.leave_open("cover.fetched", "no sync has fetched it yet"),
    }
    match cover.long_side {
        Some(pixels) => sheet.state(
            "cover.long_side",
            usize::try_from(pixels).unwrap_or(usize::MAX),
        )?,
        None => sheet.leave_open("cover.long_side", "the source states no size"),
    }
    Ok(())
}
