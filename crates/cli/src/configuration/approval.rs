//! The rules, pages and names.

use site::content_model::{Field, FieldKind, Names};
use site::desired::Kind;
use site::policy::{ApprovalPolicy, CataloguePage, Ceiling, PageKind, Policy, Stages, Unstated};

use super::check::Check;
use super::document::{CataloguePageSection, CeilingChoice, Document, PageKindChoice, ShowChoice};
use super::{ConfigurationError, retailers, spelling, wording};

pub(super) fn policy(document: &Document, check: Check<'_>) -> Result<Policy, ConfigurationError> {
    let stack = &document.contentstack;
    check.locale("contentstack.master_locale", &stack.master_locale)?;
    let mut catalogue_pages: Vec<CataloguePage> = Vec::new();
    for (index, section) in document.catalogue_page.iter().enumerate() {
        let page = catalogue_page(index, section, check)?;
        let key = page.source_key();
        let same = catalogue_pages
            .iter()
            .find(|known| known.source_key() == key);
        if let Some(same) = same {
            let path = format!("catalogue_page[{index}].value");
            let found = format!(
                "there is a page of the {} `{}` already",
                same.kind.as_str(),
                same.value
            );
            let allowed = "each page once: names that differ only in case, spaces or punctuation are one page, so remove one";
            return Err(check.wrong(&path, found, allowed));
        }
        catalogue_pages.push(page);
    }
    Ok(Policy {
        master_locale: stack.master_locale.clone(),
        approval: ApprovalPolicy {
            allow_onix_exports: document.approval.allow_onix_exports,
            stages: document.approval.stages.iter().cloned().collect(),
            contract_signed: document.approval.contract_signed,
            unstated: match document.approval.unstated {
                ShowChoice::Show => Unstated::Show,
                ShowChoice::Omit => Unstated::Omit,
            },
        },
        stages: Stages::new(
            document
                .stages
                .iter()
                .map(|(name, choice)| (name.as_str(), ceiling(*choice))),
        ),
        catalogue_pages,
        taxonomies: stack.taxonomies,
        secure_assets: stack.secure_assets,
        retailers: retailers::retailers(document, check)?,
        labels: wording::labels(document, check)?,
    })
}

fn ceiling(choice: CeilingChoice) -> Ceiling {
    match choice {
        CeilingChoice::Hidden => Ceiling::Hidden,
        CeilingChoice::Announced => Ceiling::Announced,
        CeilingChoice::InProduction => Ceiling::InProduction,
        CeilingChoice::ComingSoon => Ceiling::ComingSoon,
        CeilingChoice::Preorder => Ceiling::Preorder,
        CeilingChoice::Available => Ceiling::Available,
    }
}

fn catalogue_page(
    index: usize,
    section: &CataloguePageSection,
    check: Check<'_>,
) -> Result<CataloguePage, ConfigurationError> {
    let path = format!("catalogue_page[{index}].value");
    check.filled(
        &path,
        &section.value,
        "the name or code that its titles share",
    )?;
    Ok(CataloguePage {
        kind: match section.kind {
            PageKindChoice::Season => PageKind::Season,
            PageKindChoice::Imprint => PageKind::Imprint,
            PageKindChoice::Series => PageKind::Series,
            PageKindChoice::Subject => PageKind::Subject,
        },
        value: section.value.clone(),
        title: section.title.clone(),
    })
}

pub(super) fn names(
    document: &Document,
    policy: &Policy,
    check: Check<'_>,
) -> Result<Names, ConfigurationError> {
    let known = known_names(policy);
    for (standard, own) in &document.names {
        let path = format!("names.{standard}");
        if !known.contains(standard) {
            let nearest = spelling::nearest(standard, &known);
            let allowed = nearest.map_or_else(
                || "a type or a type and a field, such as \"book.cta\"".to_owned(),
                |nearest| format!("a name that is known; perhaps \"{nearest}\""),
            );
            let found = format!("the content model has no `{standard}`");
            return Err(check.wrong(&path, found, allowed));
        }
        let mut bytes = own.bytes();
        let well = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !well {
            let found = format!("`{own}` is no uid of Contentstack");
            let allowed = "lower-case letters, digits and underscores, a letter first";
            return Err(check.wrong(&path, found, allowed));
        }
    }
    Ok(Names(document.names.clone()))
}

/// Every name that may be given another: types, and fields by their dotted path.
fn known_names(policy: &Policy) -> Vec<String> {
    let mut known: Vec<String> = Kind::ALL.iter().map(|kind| kind.uid().to_owned()).collect();
    for content_type in site::content_model::model(policy) {
        note_fields(content_type.kind.uid(), &content_type.fields, &mut known);
    }
    known
}

fn note_fields(prefix: &str, fields: &[Field], known: &mut Vec<String>) {
    for field in fields {
        let path = format!("{prefix}.{}", field.uid);
        if let FieldKind::Rows(rows) = &field.kind {
            note_fields(&path, rows, known);
        }
        known.push(path);
    }
}
