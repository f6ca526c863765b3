//! What an editor's module would really show, and where it goes wrong.
//!
//! Delivery leaves out a title that is not published, so a module that features ten titles shows seven and says nothing.
//! Here each title that a module refers to is held against the standing that the projection gives it on the module's
//! site, at the instant from which the module is live. Nothing is mended: the module is the editors'.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catalogue::finding::{Finding, FindingCode};
use catalogue::key::WorkKey;
use catalogue::lifecycle::WebState;
use catalogue::work::Work;
use serde::Serialize;

use crate::desired::Desired;
use crate::module::Module;
use crate::policy::{Labels, Site, SiteId};
use crate::repetition::repeated;

const HOLE: FindingCode = FindingCode::new("module-shows-less");
const NOTHING: FindingCode = FindingCode::new("module-refers-to-nothing");
const TOO_EARLY: FindingCode = FindingCode::new("module-before-title");
const REPEATS: FindingCode = FindingCode::new("module-repeats-value");

/// The titles that entries of the stack stand for.
#[derive(Clone, Debug, Default)]
pub struct Titles<'a> {
    /// The work by the uid of its book entry.
    by_entry: BTreeMap<&'a str, &'a str>,
    works: BTreeMap<&'a str, &'a Work>,
}

impl<'a> Titles<'a> {
    /// Brings together book entries (uid, source key) and works. A work is also found by a key that it had before.
    pub fn new(entries: impl IntoIterator<Item = (&'a str, &'a str)>, works: &'a [Work]) -> Self {
        let mut by_key = BTreeMap::new();
        for work in works {
            by_key.extend(work.aliases.iter().map(|alias| (alias.as_str(), work)));
        }
        by_key.extend(works.iter().map(|work| (work.key.as_str(), work)));
        Self {
            by_entry: entries.into_iter().collect(),
            works: by_key,
        }
    }
}

impl Titles<'_> {
    /// The works that some entries stand for, each once.
    pub fn works<'e>(&self, entries: impl IntoIterator<Item = &'e String>) -> Vec<Work> {
        let keys = entries
            .into_iter()
            .filter_map(|entry| self.by_entry.get(entry.as_str()));
        let works = keys.filter_map(|key| self.works.get(key));
        let each: BTreeMap<&WorkKey, &Work> = works.map(|work| (&work.key, *work)).collect();
        each.into_values().cloned().collect()
    }
}

/// One title that a module refers to, as its site stands to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Referred {
    /// Uid of the entry that is named.
    pub entry: String,
    /// The work that it stands for, if it is one of our books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkKey>,
    /// The work's title, if the source still has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the site shows it.
    pub visible: bool,
    /// What the site says of it, when shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<WebState>,
    /// The rule that decided, in kebab-case; `no-entry` where there is no such book, `gone` where the source has it no
    /// longer.
    pub decided_by: Cow<'static, str>,
    /// The same in words.
    pub reason: Cow<'static, str>,
}

/// A module on one site, with what it would show and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspected {
    /// The module.
    #[serde(flatten)]
    pub module: Module,
    /// The site.
    pub site: SiteId,
    /// The titles that it refers to.
    pub titles: Vec<Referred>,
    /// How many of them readers see.
    pub shows: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Looks at a module on a site of its place. `desired` is what the stack should hold at the instant from which the module
/// is live.
pub fn inspect(
    module: Module,
    site: &Site,
    titles: &Titles<'_>,
    desired: &Desired,
    labels: &Labels,
) -> Inspected {
    let referred: Vec<Referred> = module
        .refers_to
        .iter()
        .map(|entry| refer(entry, &site.id, titles, desired))
        .collect();
    let shows = referred.iter().filter(|title| title.visible).count();
    let mut findings = Vec::new();
    findings.extend(nothing(&module, &referred));
    findings.extend(hidden(&module, &site.id, &referred, shows));
    findings.extend(repetitions(&module, site, labels));
    Inspected {
        module,
        site: site.id.clone(),
        titles: referred,
        shows,
        findings,
    }
}

fn refer(entry: &str, site: &SiteId, titles: &Titles<'_>, desired: &Desired) -> Referred {
    let absent = |decided_by: &'static str, reason: &'static str| Referred {
        entry: entry.to_owned(),
        work: None,
        title: None,
        visible: false,
        state: None,
        decided_by: decided_by.into(),
        reason: reason.into(),
    };
    let Some(key) = titles.by_entry.get(entry) else {
        return absent("no-entry", "no book of ours has this uid");
    };
    let Some(work) = titles.works.get(key) else {
        return Referred {
            work: Some(WorkKey::new(*key)),
            ..absent("gone", "the source has the title no longer")
        };
    };
    let standing = desired
        .standings
        .get(&work.key)
        .and_then(|sites| sites.get(site));
    let Some(standing) = standing else {
        return Referred {
            work: Some(work.key.clone()),
            title: Some(work.title.text.clone()),
            ..absent("not-judged", "the title has no standing on the site")
        };
    };
    Referred {
        entry: entry.to_owned(),
        work: Some(work.key.clone()),
        title: Some(work.title.text.clone()),
        visible: standing.visible,
        state: standing.state,
        decided_by: standing.decided_by.clone(),
        reason: standing.reason.clone(),
    }
}

/// References to entries that are no books of ours.
fn nothing(module: &Module, referred: &[Referred]) -> Option<Finding> {
    let lost: Vec<&str> = referred
        .iter()
        .filter(|title| title.work.is_none())
        .map(|title| title.entry.as_str())
        .collect();
    (!lost.is_empty()).then(|| {
        let message = format!(
            "{} refers to {}, which {} no book of ours: take the reference out",
            module.named(),
            lost.join(", "),
            if lost.len() == 1 { "is" } else { "are" },
        );
        Finding::warning(NOTHING, message).in_record(module.record())
    })
}

/// Titles that the site does not show: a hole in a module that is live, an announcement in one that will be.
fn hidden(module: &Module, site: &SiteId, referred: &[Referred], shows: usize) -> Option<Finding> {
    let hidden: Vec<String> = referred
        .iter()
        .filter(|title| !title.visible)
        .filter_map(|title| {
            let work = title.work.as_ref()?;
            Some(format!("{work} ({})", title.decided_by))
        })
        .collect();
    if hidden.is_empty() {
        return None;
    }
    let (named, all, hidden) = (module.named(), referred.len(), hidden.join(", "));
    let finding = match module.from {
        Some(from) => {
            let message = format!(
                "{named} goes live on {site} at {from}, when the site may not show {hidden}: move it, or take the \
                 reference out"
            );
            Finding::error(TOO_EARLY, message)
        }
        None => {
            let message = format!(
                "{named} is live on {site} and shows {shows} of {all} titles; hidden: {hidden}. Choose what it shows \
                 instead"
            );
            Finding::warning(HOLE, message)
        }
    };
    Some(finding.in_record(module.record()))
}

/// Words that repeat what a title's own fields say, and will not change with them.
fn repetitions<'a>(
    module: &'a Module,
    site: &'a Site,
    labels: &'a Labels,
) -> impl Iterator<Item = Finding> + 'a {
    let words = labels.of(&site.language);
    module.texts.iter().filter_map(move |(field, text)| {
        let found = repeated(text, words);
        if found.is_empty() {
            return None;
        }
        let found: Vec<&str> = found.into_iter().map(|owned| owned.as_str()).collect();
        let message = format!(
            "{} says {} in its own words, which will not change with the title: refer to the title's field instead",
            module.named(),
            found.join(" and "),
        );
        let finding = Finding::info(REPEATS, message).in_record(module.record());
        Some(finding.in_field(field.clone()))
    })
}

#[cfg(test)]
mod tests {
    use catalogue::country::CountryCode;
    use catalogue::finding::Severity;
    use catalogue::key::RecordKey;
    use catalogue::money::CurrencyCode;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::desired::Standing;
    use crate::policy::Destination;

    fn place() -> Destination {
        Destination {
            environment: "production".to_owned(),
            locale: "en-gb".to_owned(),
        }
    }

    fn site() -> Site {
        let country = CountryCode::parse("GB").unwrap();
        let currency = CurrencyCode::parse("GBP").unwrap();
        Site::new("gb", place(), vec![country], currency, TimeZone::UTC, "en")
    }

    fn module(refers_to: &[&str], text: &str, from: Option<&str>) -> Module {
        Module {
            content_type: "banner".to_owned(),
            uid: "blt9".to_owned(),
            title: "Summer".to_owned(),
            url: None,
            place: place(),
            from: from.map(|from| from.parse::<Timestamp>().unwrap()),
            refers_to: refers_to.iter().map(|uid| (*uid).to_owned()).collect(),
            texts: BTreeMap::from([("text".to_owned(), text.to_owned())]),
        }
    }

    /// Works `w1` shown, `w2` hidden; the source has `w3` no longer; `lost` is no book.
    fn inspected(module: Module) -> Inspected {
        let works = ["w1", "w2"].map(|key| Work::new(WorkKey::new(key), RecordKey::new(key)));
        let standing = |visible: bool| Standing {
            visible,
            state: None,
            decided_by: if visible { "shown" } else { "embargoed" }.into(),
            reason: "because".into(),
        };
        let mut desired = Desired::default();
        for (key, visible) in [("w1", true), ("w2", false)] {
            let on = BTreeMap::from([(SiteId("gb".to_owned()), standing(visible))]);
            desired.standings.insert(WorkKey::new(key), on);
        }
        let titles = Titles::new([("b1", "w1"), ("b2", "w2"), ("b3", "w3")], &works);
        inspect(module, &site(), &titles, &desired, &Labels::default())
    }

    fn codes(inspected: &Inspected) -> Vec<(&str, Severity)> {
        let findings = inspected.findings.iter();
        findings
            .map(|finding| (finding.code.as_str(), finding.severity))
            .collect()
    }

    #[test]
    fn a_live_module_with_hidden_titles_says_what_it_shows() {
        let found = inspected(module(&["b1", "b2", "b3"], "", None));
        assert_eq!(found.shows, 1);
        assert_eq!(codes(&found), [("module-shows-less", Severity::Warning)]);
        let message = &found.findings[0].message;
        assert!(
            message.contains("1 of 3") && message.contains("w2 (embargoed), w3 (gone)"),
            "{message}"
        );
    }

    #[test]
    fn a_module_that_comes_too_early_is_an_error() {
        let found = inspected(module(&["b2"], "", Some("2027-01-01T00:00:00Z")));
        assert_eq!(codes(&found), [("module-before-title", Severity::Error)]);
    }

    #[test]
    fn a_reference_to_nothing_is_told_and_is_no_hidden_title() {
        let found = inspected(module(&["b1", "lost"], "", None));
        assert_eq!(
            codes(&found),
            [("module-refers-to-nothing", Severity::Warning)]
        );
        assert!(found.findings[0].message.contains("lost"));
    }

    #[test]
    fn a_repeated_price_is_told_with_its_field() {
        let found = inspected(module(&["b1"], "Now £9.99", None));
        assert_eq!(codes(&found), [("module-repeats-value", Severity::Info)]);
        assert_eq!(found.findings[0].at.field.as_deref(), Some("text"));
    }

    #[test]
    fn a_module_of_shown_titles_has_no_finding() {
        let found = inspected(module(&["b1"], "A story of salt.", None));
        assert_eq!((found.shows, codes(&found)), (1, Vec::new()));
    }
}
