//! `init`: a commented configuration to start from.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use crate::arguments::{Format, InitArguments};
use crate::configuration::Configuration;
use crate::failure::{Ending, Failure, Misuse};
use crate::output;

/// One `--site`.
struct Proposed<'a> {
    id: &'a str,
    locale: &'a str,
    countries: Vec<&'a str>,
    currency: &'a str,
    zone: &'a str,
}

pub(super) fn run(
    arguments: &InitArguments,
    path: &Path,
    format: Format,
) -> Result<Ending, Failure> {
    if path.exists() {
        return Err(Failure::usage(
            Misuse::WouldOverwrite,
            format!("{} exists already", path.display()),
            "edit it, or name another with --config",
        ));
    }
    let given: Vec<&str> = if arguments.sites.is_empty() {
        vec!["uk:en-gb:GB:GBP:Europe/London"]
    } else {
        arguments.sites.iter().map(String::as_str).collect()
    };
    let sites = given
        .into_iter()
        .map(proposed)
        .collect::<Result<Vec<_>, _>>()?;
    let text = text(arguments, &sites);
    Configuration::check_text(path, &text)?;
    std::fs::write(path, text).map_err(|source| Failure::Write {
        what: path.display().to_string(),
        source,
    })?;
    output::print_as(format, &json!({ "written": path }), || {
        format!("wrote {}\n", path.display())
    })?;
    eprintln!("Next: put the three tokens into the environment, then `frontlist doctor`.");
    Ok(Ending::Done)
}

fn proposed(text: &str) -> Result<Proposed<'_>, Failure> {
    let parts: Vec<&str> = text.splitn(5, ':').collect();
    match parts.as_slice() {
        [id, locale, countries, currency, zone] if parts.iter().all(|part| !part.is_empty()) => {
            Ok(Proposed {
                id,
                locale,
                countries: countries.split('+').collect(),
                currency,
                zone,
            })
        }
        _ => Err(Failure::usage(
            Misuse::SiteSpelling,
            format!("`{text}` is no site"),
            "write ID:LOCALE:COUNTRY:CURRENCY:ZONE, such as au:en-au:AU:AUD:Australia/Sydney",
        )),
    }
}

fn text(arguments: &InitArguments, sites: &[Proposed<'_>]) -> String {
    let mut text = String::new();
    let api_key = arguments
        .api_key
        .as_deref()
        .unwrap_or("blt................");
    // Writing to a String cannot fail.
    let _written = write!(
        text,
        r#"# Frontlist: what is read, what is written, and which sites there are.
# `frontlist doctor` checks it, `frontlist config schema` describes every key.

[consonance]
# The address at which you log in to Consonance.
host = "https://web.consonance.app"
# Secrets come from the environment or from a file ({{ file = "PATH" }}), never from here.
token = {{ env = "CONSONANCE_TOKEN" }}

[contentstack]
region = {region:?}
api_key = {api_key:?}
management_token = {{ env = "CONTENTSTACK_MANAGEMENT_TOKEN" }}
# A delivery token that may read every environment below; it confirms takedowns.
delivery_token = {{ env = "CONTENTSTACK_DELIVERY_TOKEN" }}
branch = "main"
# Chosen when the stack was made; it cannot be changed later.
master_locale = {master:?}
# The share of the organisation's call limits that Frontlist uses; the rest is your editors'.
utilisation = 0.8
# Whether the stack keeps addresses of unpublished assets secret.
secure_assets = false

[approval]
# Only products cleared at the source are shown.
allow_onix_exports = true

# One environment per site: a delivery token reads every locale of its environment.
"#,
        region = arguments.region,
        master = arguments.master_locale,
    );
    for site in sites {
        let _written = write!(
            text,
            "\n[[site]]\nid = {:?}\nenvironment = {:?}\nlocale = {:?}\ncountries = {:?}   # the first is the primary one\ncurrency = {:?}\ntime_zone = {:?}\n",
            site.id,
            format!("production-{}", site.id),
            site.locale,
            site.countries,
            site.currency,
            site.zone,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_needs_all_five_parts() {
        assert!(proposed("au:en-au:AU+NZ:AUD:Australia/Sydney").is_ok());
        assert!(proposed("au:en-au:AU:AUD").is_err());
        assert!(proposed("au::AU:AUD:Australia/Sydney").is_err());
    }
}
