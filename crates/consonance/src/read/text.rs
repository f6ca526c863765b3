//! Texts about a work.
//!
//! Which texts are public is not Consonance's to enforce on a website, so whatever bounds a text (its
//! audience, its dates, its approval) closes it when it cannot be read: the text is left out.

use std::collections::BTreeSet;

use catalogue::codes::{ContentAudience, LIST_153, LanguageCode, TextType};
use catalogue::finding::{Finding, FindingCode};
use catalogue::product::Scope;
use catalogue::text::{MarketingText, Markup, Release};

use super::report::{DateRead, Report};
use super::work::Family;
use crate::node::{Node, Unfit};

const TEXT_KIND_UNKNOWN: FindingCode = FindingCode::new("text-kind-unknown");
const TEXT_LEFT_OUT: FindingCode = FindingCode::new("text-left-out");

/// Names of variants that are no label of ONIX List 153, with the code of that list. The vendor's
/// variants are a curated subset of ONIX text types and only one is public, so these are the labels
/// of ONIX 2.1 List 33 and their likely short forms. Texts that List 33 keeps within the trade have
/// no code here.
const VARIANTS: &[(&str, &str)] = &[
    ("SHORT_DESCRIPTION", "02"),
    ("MAIN_DESCRIPTION", "03"),
    ("LONG_DESCRIPTION", "03"),
    ("REVIEW", "06"),
    ("REVIEW_TEXT", "06"),
    ("REVIEW_QUOTE_RESTRICTED_LENGTH", "06"),
    ("PREVIOUS_REVIEW_QUOTE", "07"),
    ("QUOTE_FROM_REVIEW_OF_PREVIOUS_EDITION", "07"),
    ("CONTENTS", "04"),
    ("COVER_COPY", "05"),
    ("BACK_COVER_COPY", "05"),
    ("JACKET_COPY", "05"),
    ("FLAP_COPY", "27"),
    ("BIOGRAPHY", "12"),
    ("HEADLINE", "10"),
    ("KEYNOTE", "10"),
    ("EXTRACT", "14"),
    ("SERIES_DESCRIPTION", "17"),
];

/// What the schema could not tell of texts, made up for from the products that list them.
struct Listed {
    /// Texts that are short descriptions, where kinds cannot be read.
    short: Option<BTreeSet<i64>>,
    /// Which products list which texts, where texts cannot say.
    by_product: Vec<(i64, BTreeSet<i64>)>,
}

impl Listed {
    fn read(products: &[Node<'_>]) -> Result<Self, Unfit> {
        let mut listed = Self {
            short: None,
            by_product: Vec::new(),
        };
        for product in products {
            if let Some(ids) = listed_ids(product, "shortTexts")? {
                listed.short.get_or_insert_default().extend(ids);
            }
            if let Some(ids) = listed_ids(product, "linkedTexts")? {
                listed.by_product.push((product.id("id")?, ids));
            }
        }
        Ok(listed)
    }

    /// The products that list a text; nothing where texts say so themselves.
    fn linked(&self, text: i64) -> Option<BTreeSet<i64>> {
        if self.by_product.is_empty() {
            return None;
        }
        let linked = self
            .by_product
            .iter()
            .filter(|(_, ids)| ids.contains(&text));
        Some(linked.map(|(product, _)| *product).collect())
    }
}

fn listed_ids(product: &Node<'_>, name: &str) -> Result<Option<BTreeSet<i64>>, Unfit> {
    let Some(rows) = product.due_list_if_readable(name)? else {
        return Ok(None);
    };
    let mut ids = BTreeSet::new();
    for row in rows {
        ids.extend(row.integer("id")?);
    }
    Ok(Some(ids))
}

pub(super) fn texts(
    work: &Node<'_>,
    products: &[Node<'_>],
    family: &Family,
    report: &mut Report,
) -> Result<Vec<MarketingText>, Unfit> {
    let listed = Listed::read(products)?;
    let mut texts = Vec::new();
    for row in work.due_list("marketingTexts")? {
        texts.extend(marketing_text(&row, &listed, family, report)?);
    }
    Ok(texts)
}

fn marketing_text(
    row: &Node<'_>,
    listed: &Listed,
    family: &Family,
    report: &mut Report,
) -> Result<Option<MarketingText>, Unfit> {
    let Some(markup) = row.due_text("externalText")? else {
        return Ok(None);
    };
    let id = row.integer("id")?;
    let Some(kind) = kind(row, id, listed, report)? else {
        return Ok(None);
    };
    let from = report
        .date(row, "fromDate")?
        .later(report.date(row, "dateReleased")?);
    let until = report.date(row, "untilDate")?;
    let audience = row.get("onixContentAudienceCodes");
    if from == DateRead::Unreadable || until == DateRead::Unreadable || audience.is_unreadable() {
        report.at(
            row,
            Finding::warning(
                TEXT_LEFT_OUT,
                "When or to whom the text may be shown cannot be read, so it is left out.",
            ),
        );
        return Ok(None);
    }
    let mut audiences = Vec::new();
    for code in row.due_list("onixContentAudienceCodes")? {
        audiences.push(report.code::<ContentAudience>(&code, code.as_text()?));
    }
    Ok(Some(MarketingText {
        kind,
        audiences,
        language: report.code_at::<LanguageCode>(row, "onixLanguageCode")?,
        territory: None,
        from: from.given(),
        until: until.given(),
        release: release(row, "approvalStatusName")?,
        markup: Markup::html(markup),
        author: None,
        source_title: row.string("publicationName")?,
        products: scope(row, id, listed, family, report)?,
    }))
}

fn scope(
    row: &Node<'_>,
    id: Option<i64>,
    listed: &Listed,
    family: &Family,
    report: &mut Report,
) -> Result<Scope, Unfit> {
    let linked = id
        .and_then(|id| listed.linked(id))
        .filter(|_| !row.has("productIds"));
    match linked {
        Some(linked) => Ok(family.scope_of(&linked, row, report)),
        None => family.scope(row, report),
    }
}

/// The kind of a text; nothing, with a finding, where its variant is of no known kind.
fn kind(
    row: &Node<'_>,
    id: Option<i64>,
    listed: &Listed,
    report: &mut Report,
) -> Result<Option<TextType>, Unfit> {
    if let Some(variant) = row.text("variant")? {
        let kind = kind_of(variant);
        if kind.is_none() {
            let message =
                format!("The text is of the unknown variant `{variant}` and is left out.");
            report.at(
                &row.get("variant"),
                Finding::warning(TEXT_KIND_UNKNOWN, message),
            );
        }
        return Ok(kind);
    }
    if row.has("variant") {
        report.at(
            &row.get("variant"),
            Finding::warning(
                TEXT_KIND_UNKNOWN,
                "The text has no variant and is left out; give it one in Consonance.",
            ),
        );
        return Ok(None);
    }
    if let (Some(short), Some(id)) = (&listed.short, id)
        && short.contains(&id)
    {
        return Ok(Some(TextType::SHORT_DESCRIPTION));
    }
    report.at(
        row,
        Finding::info(
            TEXT_KIND_UNKNOWN,
            "Consonance does not tell the kind of this text, so it is taken for a description.",
        ),
    );
    Ok(Some(TextType::DESCRIPTION))
}

/// The code of ONIX List 153 for a variant, by its name.
fn kind_of(variant: &str) -> Option<TextType> {
    let named = VARIANTS
        .iter()
        .find(|(name, _)| *name == variant)
        .map(|(_, code)| *code);
    named
        .or_else(|| code_by_label(LIST_153.codes, variant))
        .map(TextType::new)
}

/// The code whose label, spelt as an enumeration spells names, is the given one.
pub(super) fn code_by_label(codes: &[(&'static str, &str)], name: &str) -> Option<&'static str> {
    codes
        .iter()
        .find(|(_, label)| as_constant(label) == name)
        .map(|(code, _)| *code)
}

/// `Table of contents` as `TABLE_OF_CONTENTS`.
fn as_constant(label: &str) -> String {
    let words = label.split(|character: char| !character.is_alphanumeric() && character != '’');
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(|word| word.replace('’', "").to_uppercase())
        .collect();
    words.join("_")
}

/// Whether a statement of approval approves: `Approved`, in any case, does; any other one does not.
/// No statement says nothing, and one that cannot be read withholds.
pub(super) fn release(row: &Node<'_>, name: &str) -> Result<Release, Unfit> {
    if row.get(name).is_unreadable() {
        return Ok(Release::Withheld);
    }
    Ok(match row.text(name)? {
        None => Release::Unstated,
        Some(status) if status.eq_ignore_ascii_case("approved") => Release::Approved,
        Some(_) => Release::Withheld,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(variant: &str) -> Option<String> {
        kind_of(variant).map(|kind| kind.code().to_owned())
    }

    #[test]
    fn variants_are_read_by_name() {
        for (variant, expected) in [
            ("SHORT_DESCRIPTION", "02"),
            ("MAIN_DESCRIPTION", "03"),
            ("DESCRIPTION", "03"),
            ("TABLE_OF_CONTENTS", "04"),
            ("REVIEW_QUOTE", "06"),
            ("PUBLISHERS_NOTICE", "13"),
            ("BIOGRAPHICAL_NOTE", "12"),
        ] {
            assert_eq!(code(variant).as_deref(), Some(expected), "{variant}");
        }
    }

    #[test]
    fn texts_for_the_trade_are_of_no_kind() {
        assert_eq!(code("DESCRIPTION_FOR_SALES_PEOPLE"), None);
        assert_eq!(code("UNPUBLISHED_ENDORSEMENT"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn every_variant_leads_to_a_code_of_the_list() {
        for (name, _) in VARIANTS {
            assert!(kind_of(name).is_some_and(|kind| kind.is_known()), "{name}");
        }
    }
}
