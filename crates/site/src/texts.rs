//! Which texts a market may read, and in what form.
//!
//! Feeds hold copy for sales reps, librarians and machines beside copy for readers. Only texts for
//! the public, not withheld, in force today, meant for this territory and language, about a format
//! shown here, are candidates at all.

use std::cell::OnceCell;
use std::sync::Arc;

use catalogue::codes::{ContentAudience, TextType};
use catalogue::finding::{Finding, FindingCode};
use catalogue::key::ProductKey;
use catalogue::territory::Area;
use catalogue::text::{MarketingText, Release};
use catalogue::work::Work;

use crate::language::is_language;
use crate::market::{Market, reaches};
use crate::sanitise::{Clean, LONGEST, sanitise};

const TEXT_TOO_LONG: FindingCode = FindingCode::new("text-too-long");

/// Audiences whose texts anyone may read (ONIX List 154): unrestricted, end customers.
pub(crate) fn is_public(audiences: &[ContentAudience]) -> bool {
    audiences.is_empty()
        || audiences.iter().any(|audience| {
            matches!(
                *audience,
                ContentAudience::UNRESTRICTED | ContentAudience::END_CUSTOMERS
            )
        })
}

/// A work's texts, each sanitised at most once for all markets.
pub(crate) struct Texts<'a> {
    work: &'a Work,
    texts: Vec<Prepared<'a>>,
}

struct Prepared<'a> {
    text: &'a MarketingText,
    clean: OnceCell<Clean>,
    area: OnceCell<Option<Area>>,
}

impl Prepared<'_> {
    fn html(&self) -> Option<&Arc<str>> {
        self.clean
            .get_or_init(|| sanitise(&self.text.markup))
            .html()
    }

    fn area(&self) -> Option<&Area> {
        self.area
            .get_or_init(|| {
                self.text
                    .territory
                    .as_ref()
                    .map(|territory| territory.resolve().0)
            })
            .as_ref()
    }

    /// Everything but the language.
    fn is_for(&self, lead: &ProductKey, market: &Market<'_>) -> bool {
        let text = self.text;
        text.products.covers(lead)
            && text.release != Release::Withheld
            && is_public(&text.audiences)
            && market.is_within(text.from, text.until)
            && self.area().is_none_or(|area| reaches(area, market.country))
    }

    fn is_in_language(&self, market: &Market<'_>) -> bool {
        self.text
            .language
            .as_ref()
            .is_none_or(|language| is_language(language, market.language))
    }
}

/// What a search for a text came to.
pub(crate) enum Text<'t> {
    /// HTML.
    Html(&'t Arc<str>),
    /// There is one, in other languages only.
    OtherLanguage,
    /// There is none.
    None,
}

impl<'t> Text<'t> {
    /// The HTML, if there is any.
    pub(crate) fn html(&self) -> Option<&'t Arc<str>> {
        match self {
            Self::Html(html) => Some(html),
            Self::OtherLanguage | Self::None => None,
        }
    }
}

/// A review quote.
pub(crate) struct Review<'t> {
    pub(crate) html: &'t Arc<str>,
    pub(crate) author: Option<&'t str>,
    pub(crate) source: Option<&'t str>,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(work: &'a Work) -> Self {
        let prepared = |text| Prepared {
            text,
            clean: OnceCell::new(),
            area: OnceCell::new(),
        };
        Self {
            work,
            texts: work.texts.iter().map(prepared).collect(),
        }
    }

    /// The description, else the short one.
    pub(crate) fn description(&self, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        match self.best(TextType::DESCRIPTION, lead, market) {
            Text::None => self.short_description(lead, market),
            Text::OtherLanguage => match self.short_description(lead, market) {
                Text::None => Text::OtherLanguage,
                found => found,
            },
            found @ Text::Html(_) => found,
        }
    }

    /// The short description. A long one cut short is no substitute.
    pub(crate) fn short_description(&self, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        self.best(TextType::SHORT_DESCRIPTION, lead, market)
    }

    /// Review quotes in the order of the source.
    pub(crate) fn reviews(&self, lead: &ProductKey, market: &Market<'_>) -> Vec<Review<'_>> {
        self.candidates(TextType::REVIEW_QUOTE, lead, market)
            .filter(|prepared| prepared.is_in_language(market))
            .filter_map(|prepared| {
                Some(Review {
                    html: prepared.html()?,
                    author: prepared.text.author.as_deref(),
                    source: prepared.text.source_title.as_deref(),
                })
            })
            .collect()
    }

    fn candidates(
        &self,
        kind: TextType,
        lead: &ProductKey,
        market: &Market<'_>,
    ) -> impl Iterator<Item = &Prepared<'a>> {
        self.texts
            .iter()
            .filter(move |prepared| prepared.text.kind == kind && prepared.is_for(lead, market))
    }

    /// The best text of a kind: one made for the territory before one for everywhere, one that
    /// states its language, one that is approved, one about this format alone; then as listed.
    fn best(&self, kind: TextType, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        let mut any = false;
        let mut found: Vec<&Prepared<'a>> = self
            .candidates(kind, lead, market)
            .inspect(|_| any = true)
            .filter(|prepared| prepared.is_in_language(market))
            .collect();
        let in_language = !found.is_empty();
        found.sort_by_key(|prepared| {
            let text = prepared.text;
            (
                text.territory.is_none(),
                text.language.is_none(),
                text.release != Release::Approved,
                text.products.is_all(),
            )
        });
        match found.into_iter().find_map(Prepared::html) {
            Some(html) => Text::Html(html),
            None if any && !in_language => Text::OtherLanguage,
            None => Text::None,
        }
    }

    /// Texts that were wanted and refused.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.texts.iter().filter(|prepared| prepared.clean.get() == Some(&Clean::TooLong)).map(|prepared| {
            let kind = prepared.text.kind;
            let message = format!(
                "A text of type {kind} ({}) has {} bytes, more than {LONGEST}, and is left out. Shorten it at the source.",
                kind.label().unwrap_or("unknown"),
                prepared.text.markup.text.len(),
            );
            Finding::warning(TEXT_TOO_LONG, message).in_record(self.work.key.as_str()).in_field("TextContent")
        })
    }
}
