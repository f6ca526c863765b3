//! `[[site]]` blocks into sites.

use catalogue::country::CountryCode;
use catalogue::money::CurrencyCode;
use catalogue::rights::Outlets;
use jiff::tz::TimeZone;
use site::policy::{
    Destination, ForeignTexts, Gate, Hidden, PagePolicy, RightsPolicy, SaleRule, Selection, Site,
    SiteId, Sites, Units, Unsold,
};

use super::check::Check;
use super::document::{
    Document, GateChoice, HiddenChoice, RightsSection, SelectSection, ShowChoice, SiteSection,
    UnitsChoice, UnsoldChoice,
};
use super::{ConfigurationError, spelling};

pub(super) fn sites(document: &Document, check: Check<'_>) -> Result<Sites, ConfigurationError> {
    if document.site.is_empty() {
        return Err(check.missing(
            "site",
            "site",
            "add a [[site]] block for each public site; `frontlist init` writes an example",
        ));
    }
    let sites = document
        .site
        .iter()
        .enumerate()
        .map(|(index, section)| site(index, section, check))
        .collect::<Result<Vec<Site>, _>>()?;
    Sites::new(sites).map_err(|source| ConfigurationError::Sites {
        path: check.path.to_owned(),
        source,
    })
}

fn site(index: usize, section: &SiteSection, check: Check<'_>) -> Result<Site, ConfigurationError> {
    let key = |name: &str| format!("site[{index}].{name}");
    if section.id.is_empty() || section.id.contains(char::is_whitespace) {
        let found = format!("`{}` is no name for a command line", section.id);
        return Err(check.wrong(
            &key("id"),
            found,
            "a short name without spaces, such as \"au\"",
        ));
    }
    check.filled(
        &key("environment"),
        &section.environment,
        "an environment's name",
    )?;
    contentstack::EnvironmentName::new(section.environment.as_str()).map_err(|error| {
        check.wrong(
            &key("environment"),
            error.to_string(),
            "an environment's name",
        )
    })?;
    check.locale(&key("locale"), &section.locale)?;
    if section.countries.is_empty() {
        return Err(check.wrong(
            &key("countries"),
            "the list is empty",
            "at least one country, such as [\"AU\"]; the first is the primary one",
        ));
    }
    let countries = section
        .countries
        .iter()
        .enumerate()
        .map(|(at, text)| country(&format!("site[{index}].countries[{at}]"), text, check))
        .collect::<Result<Vec<_>, _>>()?;
    let currency = CurrencyCode::parse(&section.currency).map_err(|error| {
        let allowed = "three letters of ISO 4217, such as \"AUD\"";
        check.wrong(&key("currency"), error.to_string(), allowed)
    })?;
    Ok(Site {
        id: SiteId(section.id.clone()),
        destination: Destination {
            environment: section.environment.clone(),
            locale: section.locale.clone(),
        }
        .into(),
        countries,
        currency,
        time_zone: time_zone(&key("time_zone"), &section.time_zone, check)?,
        language: language(&key("language"), section, check)?,
        select: selection(&section.select),
        rights: rights(section.rights),
        outlets: outlets(&key("outlets"), &section.outlets, check)?,
        page: page(section),
        page_address: page_address(&key("page_address"), section, check)?,
        sale: SaleRule {
            preorder_days: section.preorder_days,
            preorder_needs_price: section.preorder_needs_price,
            preorder_needs_day: section.preorder_needs_day,
            early_sale: section.early_sale,
        },
        hidden: match section.hidden {
            HiddenChoice::Absent => Hidden::Absent,
            HiddenChoice::Shield => Hidden::Shield,
        },
        gate: match section.gate {
            GateChoice::Observe => Gate::Observe,
            GateChoice::Warn => Gate::Warn,
            GateChoice::Enforce => Gate::Enforce,
        },
    })
}

/// Where pages are: an address once a book's own is in it.
fn page_address(
    path: &str,
    section: &SiteSection,
    check: Check<'_>,
) -> Result<Option<String>, ConfigurationError> {
    const ALLOWED: &str =
        "an address such as \"https://www.example.com{url}\", with {url} or {isbn13} in it";
    let Some(template) = &section.page_address else {
        return Ok(None);
    };
    if !template.contains("{url}") && !template.contains("{isbn13}") {
        let found = format!("`{template}` is the same for every book");
        return Err(check.wrong(path, found, ALLOWED));
    }
    let filled = template
        .replace("{url}", "/books/salt")
        .replace("{isbn13}", "9781839900006")
        .replace("{site}", &section.id);
    if filled.contains(['{', '}']) {
        let found = format!("`{template}` has a part in braces that nobody fills");
        return Err(check.wrong(path, found, ALLOWED));
    }
    check.host(path, &filled)?;
    Ok(Some(template.clone()))
}

fn page(section: &SiteSection) -> PagePolicy {
    PagePolicy {
        hide_unconfirmed_prices: section.hide_unconfirmed_prices,
        foreign_texts: match section.foreign_texts {
            ShowChoice::Show => ForeignTexts::Show,
            ShowChoice::Omit => ForeignTexts::Omit,
        },
        units: section.units.map(|units| match units {
            UnitsChoice::Metric => Units::Metric,
            UnitsChoice::Imperial => Units::Imperial,
        }),
    }
}

fn country(path: &str, text: &str, check: Check<'_>) -> Result<CountryCode, ConfigurationError> {
    CountryCode::parse(text).map_err(|error| {
        let allowed = if text.trim().eq_ignore_ascii_case("UK") {
            "\"GB\": the code of the United Kingdom"
        } else {
            "two letters of ISO 3166-1, such as \"AU\""
        };
        check.wrong(path, error.to_string(), allowed)
    })
}

fn time_zone(path: &str, name: &str, check: Check<'_>) -> Result<TimeZone, ConfigurationError> {
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = jiff::tz::db()
            .available()
            .map(|known| known.to_string())
            .collect();
        let allowed = spelling::nearest(name, &known).map_or_else(
            || "a zone of the time zone database, such as \"Australia/Sydney\"".into(),
            |nearest| format!("a zone of the time zone database; perhaps \"{nearest}\""),
        );
        check.wrong(path, format!("`{name}` is no time zone"), allowed)
    })
}

fn language(
    path: &str,
    section: &SiteSection,
    check: Check<'_>,
) -> Result<String, ConfigurationError> {
    let Some(language) = &section.language else {
        return Ok(primary_language(&section.locale).to_owned());
    };
    let well =
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    if well {
        return Ok(language.clone());
    }
    let meant = primary_language(&section.locale);
    let allowed = format!("a language alone, such as \"{meant}\", or leave it out");
    Err(check.wrong(path, format!("`{language}` is no language"), allowed))
}

/// The language of a locale: what stands before the first hyphen.
pub(super) fn primary_language(locale: &str) -> &str {
    locale.split('-').next().unwrap_or(locale)
}

fn selection(section: &SelectSection) -> Selection {
    Selection {
        imprints: section.imprints.clone(),
        series: section.series.clone(),
        clients: section.clients.clone(),
        lists: section.lists.clone(),
    }
}

fn outlets(path: &str, named: &[String], check: Check<'_>) -> Result<Outlets, ConfigurationError> {
    const ALLOWED: &str =
        "an outlet's name, or its identifier as type, colon and value, such as \"03:AMZ\"";
    for (at, outlet) in named.iter().enumerate() {
        check.filled(&format!("{path}[{at}]"), outlet, ALLOWED)?;
    }
    Ok(named.iter().map(String::as_str).collect())
}

fn rights(section: RightsSection) -> RightsPolicy {
    let unsold = |choice| match choice {
        UnsoldChoice::Hide => Unsold::Hide,
        UnsoldChoice::ShowWithoutSale => Unsold::ShowWithoutSale,
    };
    RightsPolicy {
        not_for_sale: unsold(section.not_for_sale),
        unknown: unsold(section.unknown),
        partial: unsold(section.partial),
    }
}
