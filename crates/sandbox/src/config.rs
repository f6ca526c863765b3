//! A `frontlist.toml` that connects to the sandbox.
//!
//! It must work from any folder and without environment variables, so secrets are in files beside
//! it and every path in it is relative to it. Its `[[site]]` blocks come last, have no sub-tables,
//! and nothing before them names a site: scripts cut them off and put others in their place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use toml::Value as Toml;

use crate::contentstack::{EVERY_ENVIRONMENT, Limits};
use crate::options::Options;
use crate::running::{ConsonanceAccess, ContentstackAccess};
use crate::sample;
use crate::world::{Document, World, integer, rows, text};

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written", path.display())]
pub struct ConfigError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

/// A catalogue page for the configuration: what it gathers, which one, and its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    kind: &'static str,
    value: String,
    title: String,
}

/// The sites of the sample's publisher: one environment each, so that no token of one opens the
/// titles of another.
const SITES: [Site; 3] = [
    Site {
        id: "uk",
        locale: "en-gb",
        country: "GB",
        currency: "GBP",
        time_zone: "Europe/London",
    },
    Site {
        id: "us",
        locale: "en-us",
        country: "US",
        currency: "USD",
        time_zone: "America/New_York",
    },
    Site {
        id: "au",
        locale: "en-au",
        country: "AU",
        currency: "AUD",
        time_zone: "Australia/Sydney",
    },
];

struct Site {
    id: &'static str,
    locale: &'static str,
    country: &'static str,
    currency: &'static str,
    time_zone: &'static str,
}

/// The pages to configure: the season of the day and the imprint, series and subject with the most
/// works of the sample; none where the sample is not served.
pub(crate) fn pages(options: &Options, world: &World) -> Vec<Page> {
    if !options.serves_sample() {
        return Vec::new();
    }
    let works = world.works.values();
    let season = sample::season(options.as_of);
    let in_season = works
        .clone()
        .filter(|work| text(work, "season") == Some(&season))
        .count();
    let imprints = works.clone().filter_map(|work| {
        let name = text(work.get("imprint")?.as_object()?, "name")?;
        Some((name.to_owned(), name.to_owned()))
    });
    let series = works
        .clone()
        .flat_map(|work| rows(work, "seriesMemberships"))
        .filter_map(|row| {
            let name = text(world.series.get(&integer(row, "seriesId")?)?, "name")?;
            Some((
                name.to_owned(),
                format!("The {} series", name.trim_start_matches("The ")),
            ))
        });
    let subjects = works
        .flat_map(|work| rows(work, "subjectCodes"))
        .filter_map(subject);
    [
        (in_season > 0).then(|| ("season", season.clone(), season)),
        commonest(imprints).map(|(value, title)| ("imprint", value, title)),
        commonest(series).map(|(value, title)| ("series", value, title)),
        commonest(subjects).map(|(value, title)| ("subject", value, title)),
    ]
    .into_iter()
    .flatten()
    .map(|(kind, value, title)| Page { kind, value, title })
    .collect()
}

fn subject(row: &Document) -> Option<(String, String)> {
    let thema = text(row, "__typename") == Some("Thema");
    let code = text(row, "code").filter(|_| thema)?;
    Some((
        code.to_owned(),
        text(row, "description").unwrap_or(code).to_owned(),
    ))
}

/// The value that is named most often, with its title; the first in order where several are.
fn commonest(named: impl Iterator<Item = (String, String)>) -> Option<(String, String)> {
    let mut counted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in named {
        *counted.entry(one).or_default() += 1;
    }
    counted
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map(|(one, _)| one)
}

/// Writes the configuration and its secrets.
pub(crate) fn write(
    path: &Path,
    consonance: &ConsonanceAccess,
    contentstack: &ContentstackAccess,
    limits: Limits,
    pages: &[Page],
) -> Result<(), ConfigError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let secrets = folder.join("secrets");
    fs::create_dir_all(&secrets).map_err(|source| ConfigError {
        path: secrets.clone(),
        source,
    })?;
    let prefix = prefix(path);
    let delivery = contentstack.delivery_tokens.get(EVERY_ENVIRONMENT);
    let empty = String::new();
    for (name, secret) in [
        ("consonance-token", &consonance.token),
        (
            "contentstack-management-token",
            &contentstack.management_token,
        ),
        ("contentstack-delivery-token", delivery.unwrap_or(&empty)),
        ("contentstack-gate-authtoken", &contentstack.gate_authtoken),
    ] {
        let file = secrets.join(format!("{prefix}{name}"));
        write_secret(&file, secret).map_err(|source| ConfigError { path: file, source })?;
    }
    let text = compose(&prefix, consonance, contentstack, limits, pages);
    fs::write(path, text).map_err(|source| ConfigError {
        path: path.to_owned(),
        source,
    })
}

/// What keeps the secrets of two configurations in one folder apart; nothing for the usual name.
fn prefix(path: &Path) -> String {
    match path.file_stem().map(|stem| stem.to_string_lossy()) {
        Some(stem) if stem != "frontlist" => format!("{stem}-"),
        _ => String::new(),
    }
}

fn write_secret(path: &Path, secret: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        options.mode(0o600);
        // A file that is there already keeps its mode when it is opened.
        if path.exists() {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    writeln!(options.open(path)?, "{secret}")
}

fn quoted(text: &str) -> Toml {
    Toml::String(text.to_owned())
}

fn compose(
    prefix: &str,
    consonance: &ConsonanceAccess,
    contentstack: &ContentstackAccess,
    limits: Limits,
    pages: &[Page],
) -> String {
    let secret = |name: &str| quoted(&format!("secrets/{prefix}{name}"));
    let limits = match limits {
        Limits::Off => "\"off\"".to_owned(),
        Limits::Vendor => "{ read = 10, write = 10, bulk = 1 }".to_owned(),
        Limits::Custom(rates) => format!(
            "{{ read = {}, write = {}, bulk = {} }}",
            rates.reads, rates.writes, rates.bulk
        ),
    };
    let mut text = format!(
        "# Connects to a sandbox on this machine. Written by `frontlist sandbox --write-config`.\n\
         \n\
         [consonance]\n\
         host = {}\n\
         token = {{ file = {} }}\n\
         \n\
         [contentstack]\n\
         management_host = {}\n\
         delivery_host = {}\n\
         api_key = {}\n\
         management_token = {{ file = {} }}\n\
         delivery_token = {{ file = {} }}\n\
         gate_authtoken = {{ file = {} }}\n\
         branch = \"main\"\n\
         master_locale = \"en-us\"\n\
         utilisation = 0.8\n\
         limits = {limits}\n\
         secure_assets = false\n",
        quoted(&consonance.url),
        secret("consonance-token"),
        quoted(&contentstack.cma_url),
        quoted(&contentstack.cda_url),
        quoted(&contentstack.api_key),
        secret("contentstack-management-token"),
        secret("contentstack-delivery-token"),
        secret("contentstack-gate-authtoken"),
    );
    for page in pages {
        let (kind, value, title) = (page.kind, quoted(&page.value), quoted(&page.title));
        // Writing to a string cannot fail.
        let _written = write!(
            text,
            "\n[[catalogue_page]]\nkind = \"{kind}\"\nvalue = {value}\ntitle = {title}\n"
        );
    }
    for site in SITES {
        let Site {
            id,
            locale,
            country,
            currency,
            time_zone,
        } = site;
        let _written = write!(
            text,
            "\n[[site]]\n\
             id = \"{id}\"\n\
             environment = \"production-{id}\"\n\
             locale = \"{locale}\"\n\
             countries = [\"{country}\"]\n\
             currency = \"{currency}\"\n\
             time_zone = \"{time_zone}\"\n\
             language = \"en\"\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_commonest_value_is_taken_and_the_first_of_equals() {
        let named = ["b", "a", "c", "a", "b"].map(|one| (one.to_owned(), one.to_owned()));
        assert_eq!(commonest(named.into_iter()).unwrap().0, "a");
        assert_eq!(commonest(std::iter::empty()), None);
    }

    #[test]
    fn the_sample_has_a_page_of_each_kind_and_an_empty_account_none() {
        let mut options = Options::new(date(2026, 11, 24));
        let pages_of = |options: &Options| {
            let kinds: Vec<&str> = pages(options, &sample::catalogue(options.as_of))
                .iter()
                .map(|page| page.kind)
                .collect();
            kinds
        };
        assert_eq!(
            pages_of(&options),
            ["season", "imprint", "series", "subject"]
        );
        options.works = Some(0);
        assert_eq!(pages_of(&options), [""; 0]);
    }
}
