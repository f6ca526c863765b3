//! `[[retailer]]` blocks into shops.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::codes::ProductForm;
use site::content_model::FORM_GROUPS;
use site::policy::{Retailer, SiteId, Template, TemplateError};

use super::check::Check;
use super::document::{Document, RetailerSection};
use super::{ConfigurationError, spelling};

/// Calls to action that a shop can answer.
const CALLS: [&str; 3] = ["buy", "preorder", "find_copy"];

pub(super) fn retailers(
    document: &Document,
    check: Check<'_>,
) -> Result<Vec<Retailer>, ConfigurationError> {
    let sections = document.retailer.iter().enumerate();
    sections
        .map(|(index, section)| retailer(index, section, document, check))
        .collect()
}

fn retailer(
    index: usize,
    section: &RetailerSection,
    document: &Document,
    check: Check<'_>,
) -> Result<Retailer, ConfigurationError> {
    let key = |name: &str| format!("retailer[{index}].{name}");
    check.filled(
        &key("name"),
        &section.name,
        "the shop's name, as readers see it",
    )?;
    sites(&key("sites"), section, document, check)?;
    for (at, format) in section.formats.iter().enumerate() {
        let group = FORM_GROUPS.iter().any(|(group, _)| group == format);
        if !group && !ProductForm::new(format).is_known() {
            let path = format!("{}[{at}]", key("formats"));
            let found = format!("`{format}` is no format");
            let allowed = "print, ebook, audio, other, or a code of ONIX List 150 such as \"BB\"";
            return Err(check.wrong(&path, found, allowed));
        }
    }
    for (at, call) in section.calls.iter().enumerate() {
        if !CALLS.contains(&call.as_str()) {
            let path = format!("{}[{at}]", key("calls"));
            let found = format!("`{call}` is nothing that a shop answers");
            return Err(check.wrong(&path, found, spelling::listed(&CALLS)));
        }
    }
    Ok(Retailer {
        name: section.name.trim().to_owned(),
        sites: section.sites.iter().cloned().map(SiteId).collect(),
        formats: section.formats.iter().cloned().collect(),
        calls: section.calls.iter().cloned().collect(),
        url: template(&key("url"), &section.url, check)?,
    })
}

/// Sites must exist, and those of one locale go together: they share its links.
fn sites(
    path: &str,
    section: &RetailerSection,
    document: &Document,
    check: Check<'_>,
) -> Result<(), ConfigurationError> {
    let known: Vec<&str> = document.site.iter().map(|site| site.id.as_str()).collect();
    for (at, site) in section.sites.iter().enumerate() {
        if !known.contains(&site.as_str()) {
            let nearest = spelling::nearest(site, &known)
                .map_or_else(String::new, |nearest| format!("; perhaps \"{nearest}\""));
            let path = format!("{path}[{at}]");
            let found = format!("there is no site `{site}`");
            return Err(check.wrong(&path, found, format!("the id of a [[site]]{nearest}")));
        }
    }
    if section.sites.is_empty() {
        return Ok(());
    }
    let named: BTreeSet<&str> = section.sites.iter().map(String::as_str).collect();
    let mut by_locale: BTreeMap<&str, &str> = BTreeMap::new();
    for site in document
        .site
        .iter()
        .filter(|site| named.contains(site.id.as_str()))
    {
        by_locale.insert(&site.locale, &site.id);
    }
    for site in document
        .site
        .iter()
        .filter(|site| !named.contains(site.id.as_str()))
    {
        if let Some(first) = by_locale.get(site.locale.as_str()) {
            let found = format!(
                "site `{first}` is named and `{}` is not, yet both show locale `{}`",
                site.id, site.locale
            );
            return Err(check.wrong(
                path,
                found,
                "all sites of a locale or none: they share its links",
            ));
        }
    }
    Ok(())
}

fn template(path: &str, text: &str, check: Check<'_>) -> Result<Template, ConfigurationError> {
    Template::parse(text).map_err(|error| {
        let placeholders = Template::placeholders();
        let allowed = match &error {
            TemplateError::UnknownPlaceholder(name) => {
                let braced = format!("{{{name}}}");
                let nearest = spelling::nearest(&braced, &placeholders);
                let perhaps =
                    nearest.map_or_else(String::new, |nearest| format!("; perhaps {nearest}"));
                format!("{}{perhaps}", placeholders.join(", "))
            }
            _ => format!(
                "an address such as \"https://shop.example/{{isbn13}}\", with {} in it",
                placeholders.join(", ")
            ),
        };
        check.wrong(path, error.to_string(), allowed)
    })
}
