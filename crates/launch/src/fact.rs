//! The facts that a rule may ask for: their names, kinds and sources.
//!
//! A closed list, so that a rule with a misspelt fact is refused when it is read, instead of never passing. Names are
//! `THING.PROPERTY`; what is counted says so, what is measured names its unit.

use serde::{Deserialize, Serialize};

/// Who can state a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The publisher's record.
    Consonance,
    /// The site's stack.
    Contentstack,
    /// A file.
    Asset,
    /// The live page.
    PageProbe,
    /// A date that people work towards.
    Milestone,
}

/// What kind of value a fact has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `true` or `false`.
    YesNo,
    /// A count or measure.
    Number,
    /// A code or a name.
    Text,
}

/// A fact that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name in rules.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// Who states it.
    pub source: Source,
    /// What it says, as a clause.
    pub says: &'static str,
}

const fn fact(name: &'static str, kind: Kind, source: Source, says: &'static str) -> Fact {
    Fact {
        name,
        kind,
        source,
        says,
    }
}

use Kind::{Number, Text, YesNo};
use Source::{Asset, Consonance, Contentstack, Milestone, PageProbe};

/// Every fact, by source.
pub const FACTS: &[Fact] = &[
    fact(
        "record.publishable",
        YesNo,
        Consonance,
        "the record is neither a deletion nor a test",
    ),
    fact(
        "isbn.valid",
        YesNo,
        Consonance,
        "the lead format has an ISBN-13 with the right check digit",
    ),
    fact("title.present", YesNo, Consonance, "the title has a name"),
    fact(
        "title.well_formed",
        YesNo,
        Consonance,
        "the name is neither all capitals nor a placeholder",
    ),
    fact(
        "contributors.count",
        Number,
        Consonance,
        "how many contributors are named",
    ),
    fact(
        "contributors.with_role",
        YesNo,
        Consonance,
        "every contributor has a role",
    ),
    fact(
        "contributors.inverted",
        YesNo,
        Consonance,
        "every person has a name for sorting",
    ),
    fact(
        "biographies.missing",
        Number,
        Consonance,
        "how many authors have no biography",
    ),
    fact(
        "photographs.missing",
        Number,
        Consonance,
        "how many authors have no picture",
    ),
    fact(
        "form.known",
        YesNo,
        Consonance,
        "the lead format's product form is known and not trade-only",
    ),
    fact(
        "form.detailed",
        YesNo,
        Consonance,
        "the lead format has a detail of form",
    ),
    fact(
        "form.group",
        Text,
        Consonance,
        "the lead format's group: print, ebook, audio, other",
    ),
    fact("imprint.present", YesNo, Consonance, "the imprint is named"),
    fact("imprint.name", Text, Consonance, "the imprint"),
    fact(
        "status.sellable",
        YesNo,
        Consonance,
        "the title is neither cancelled, withdrawn nor recalled",
    ),
    fact(
        "status.stated",
        YesNo,
        Consonance,
        "a publishing status is stated",
    ),
    fact(
        "publication.stated",
        YesNo,
        Consonance,
        "a publication date is stated",
    ),
    fact(
        "publication.to_the_day",
        YesNo,
        Consonance,
        "the publication date is known to the day",
    ),
    fact(
        "dates.consistent",
        YesNo,
        Consonance,
        "no two dates or statuses contradict each other",
    ),
    fact(
        "announcement.passed",
        YesNo,
        Consonance,
        "it may be announced",
    ),
    fact(
        "rights.for_sale",
        YesNo,
        Consonance,
        "it is for sale in the site's first country",
    ),
    fact(
        "rights.complete",
        YesNo,
        Consonance,
        "the sales rights say something of all 249 countries, without a finding",
    ),
    fact(
        "restriction.internal",
        YesNo,
        Consonance,
        "a sales restriction keeps it inside the publisher (List 71 code 03)",
    ),
    fact(
        "subject.main",
        YesNo,
        Consonance,
        "a main Thema or BISAC subject is given",
    ),
    fact(
        "subject.qualified",
        YesNo,
        Consonance,
        "a Thema qualifier is given",
    ),
    fact(
        "keywords.count",
        Number,
        Consonance,
        "how many keywords are given",
    ),
    fact(
        "audience.stated",
        YesNo,
        Consonance,
        "an audience is stated",
    ),
    fact(
        "audience.children",
        YesNo,
        Consonance,
        "it is for children or teenagers",
    ),
    fact(
        "audience.age_range",
        YesNo,
        Consonance,
        "an age range is stated",
    ),
    fact(
        "extent.stated",
        YesNo,
        Consonance,
        "pages or minutes are stated",
    ),
    fact(
        "measures.stated",
        YesNo,
        Consonance,
        "height and width are stated",
    ),
    fact(
        "language.stated",
        YesNo,
        Consonance,
        "the language of the text is stated",
    ),
    fact(
        "availability.stated",
        YesNo,
        Consonance,
        "an availability for the site's country is stated",
    ),
    fact(
        "price.on_site",
        YesNo,
        Consonance,
        "a price that the site can show is valid today",
    ),
    fact(
        "price.confirmed",
        YesNo,
        Consonance,
        "that price is not provisional",
    ),
    fact("cover.present", YesNo, Asset, "a front cover may be shown"),
    fact(
        "cover.fetched",
        YesNo,
        Asset,
        "the front cover was fetched and is a picture",
    ),
    fact(
        "cover.long_side",
        Number,
        Asset,
        "the longer side of the front cover, in pixels",
    ),
    fact(
        "cover.holding",
        YesNo,
        Asset,
        "the cover is a holding image",
    ),
    fact(
        "cover.alternative_text",
        YesNo,
        Asset,
        "the cover has an alternative text",
    ),
    fact(
        "description.length",
        Number,
        Consonance,
        "characters of the main description that the site may show",
    ),
    fact(
        "description.clean",
        YesNo,
        Consonance,
        "the description reads as it was meant, in the right encoding",
    ),
    fact(
        "short_description.length",
        Number,
        Consonance,
        "characters of the short description",
    ),
    fact(
        "reviews.count",
        Number,
        Consonance,
        "how many reviews and endorsements may be shown",
    ),
    fact(
        "contents.present",
        YesNo,
        Consonance,
        "a table of contents may be shown",
    ),
    fact(
        "sample.present",
        YesNo,
        Consonance,
        "an excerpt or a sample file may be shown",
    ),
    fact(
        "formats.count",
        Number,
        Consonance,
        "how many formats the site may know",
    ),
    fact("series.member", YesNo, Consonance, "it belongs to a series"),
    fact(
        "series.positioned",
        YesNo,
        Consonance,
        "its place in the series is stated",
    ),
    fact(
        "non_fiction",
        YesNo,
        Consonance,
        "its main subject is no fiction",
    ),
    fact(
        "entry.exists",
        YesNo,
        Contentstack,
        "the entry is in the stack",
    ),
    fact(
        "entry.current",
        YesNo,
        Contentstack,
        "the stack holds what it should say",
    ),
    fact(
        "entry.published",
        YesNo,
        Contentstack,
        "the entry is published in the site's environment and locale",
    ),
    fact(
        "entry.confirmed",
        YesNo,
        Contentstack,
        "delivery served it as it should be",
    ),
    fact(
        "entry.localised",
        YesNo,
        Contentstack,
        "the locale has a version of its own, not an inherited one",
    ),
    fact(
        "text.in_language",
        YesNo,
        Contentstack,
        "the description is in the site's language",
    ),
    fact(
        "assets.published",
        YesNo,
        Contentstack,
        "all files of the page are published there",
    ),
    fact(
        "modules.count",
        Number,
        Contentstack,
        "how many of the editors' modules on the site show it",
    ),
    fact(
        "campaign.present",
        YesNo,
        Contentstack,
        "a campaign page shows it",
    ),
    fact(
        "search_fields.present",
        YesNo,
        Contentstack,
        "the page has a title and a description for search engines",
    ),
    fact(
        "workflow.stage",
        Text,
        Contentstack,
        "the workflow stage of the entry",
    ),
    fact(
        "release.member",
        YesNo,
        Contentstack,
        "the entry is in a release",
    ),
    fact(
        "page.expected",
        YesNo,
        PageProbe,
        "the page is live, and its address is known",
    ),
    fact(
        "page.status",
        Number,
        PageProbe,
        "the HTTP status of the page",
    ),
    fact(
        "page.isbn",
        YesNo,
        PageProbe,
        "the page names the right ISBN",
    ),
    fact(
        "page.structured_data",
        YesNo,
        PageProbe,
        "the page has JSON-LD about this book",
    ),
    fact(
        "page.hreflang",
        YesNo,
        PageProbe,
        "the page names its sister pages",
    ),
    fact("page.buy_links", YesNo, PageProbe, "every buy link answers"),
    fact(
        "milestones.overdue",
        Number,
        Milestone,
        "how many milestones are overdue",
    ),
    fact(
        "milestones.files_to_press",
        YesNo,
        Milestone,
        "the files went to press",
    ),
    fact(
        "milestones.advance_copies",
        YesNo,
        Milestone,
        "advance copies were received",
    ),
];

/// The fact of a name.
#[must_use]
pub fn known(name: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.name == name)
}

/// The name that was probably meant.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static str> {
    let likeness = |fact: &&Fact| strsim::jaro_winkler(name, fact.name);
    let best = FACTS
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > ALIKE).then_some(best.name)
}

/// From how alike two names are, of at most 1, one may have been meant by the other.
pub(crate) const ALIKE: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_also_when_misspelt() {
        for (at, fact) in FACTS.iter().enumerate() {
            let first = FACTS.iter().position(|other| other.name == fact.name);
            assert_eq!(first, Some(at), "{}", fact.name);
            assert_eq!(known(fact.name), Some(fact));
        }
        assert_eq!(nearest("cover.longside"), Some("cover.long_side"));
        assert_eq!(nearest("zzz"), None);
    }
}
