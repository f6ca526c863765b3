//! Which texts a market may read, and in what form.
//!
//! Feeds hold copy for sales reps, librarians and machines beside copy for readers. Only texts for
//! the public, not withheld, in force today, meant for this territory and language, about a format
//! shown here, are candidates at all.

use std::cell::OnceCell;

use catalogue::codes::{ContentAudience, LanguageCode, TextType};
use catalogue::finding::{Finding, FindingCode};
use catalogue::key::ProductKey;
use catalogue::territory::Area;
use catalogue::text::{MarketingText, Release};
use catalogue::work::Work;

use crate::language::{is_language, subtag};
use crate::market::{Market, reaches};
use crate::policy::{ForeignTexts, Unstated};
use crate::sanitise::{Clean, LONGEST, Passage, is_misencoded, sanitise};

const TEXT_TOO_LONG: FindingCode = FindingCode::new("text-too-long");
const TEXT_MISENCODED: FindingCode = FindingCode::new("text-misencoded");

/// Texts that stand in a field each: the field, the field of the rich text editor, the type (ONIX
/// List 153), and whether it is a look inside, which waits for previews to open.
pub(crate) const COPY: [(&str, &str, TextType, bool); 5] = [
    ("cover_copy", "cover_copy_json", TextType::COVER_COPY, false),
    (
        "flap_copy",
        "flap_copy_json",
        TextType::SECONDARY_COVER_COPY,
        false,
    ),
    (
        "table_of_contents",
        "table_of_contents_json",
        TextType::TABLE_OF_CONTENTS,
        false,
    ),
    ("excerpt", "excerpt_json", TextType::EXCERPT, true),
    (
        "author_note",
        "author_note_json",
        TextType::BIOGRAPHICAL_NOTE,
        false,
    ),
];

/// What others say, in the order in which a page shows it, with the word for each kind.
pub(crate) const QUOTES: [(TextType, &str); 4] = [
    (TextType::REVIEW_QUOTE, "review"),
    (TextType::ENDORSEMENT, "endorsement"),
    (TextType::REVIEW_QUOTE_PREVIOUS_EDITION, "previous_edition"),
    (TextType::REVIEW_QUOTE_PREVIOUS_WORK, "previous_work"),
];

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

/// Whether a statement of approval, or the lack of one, lets something be shown.
pub(crate) fn is_released(release: Release, unstated: Unstated) -> bool {
    match release {
        Release::Approved => true,
        Release::Withheld => false,
        Release::Unstated => unstated == Unstated::Show,
    }
}

/// A work's texts, each sanitised at most once for all markets.
pub(crate) struct Texts<'a> {
    work: &'a Work,
    unstated: Unstated,
    texts: Vec<Prepared<'a>>,
}

struct Prepared<'a> {
    text: &'a MarketingText,
    /// Its language as websites name it.
    subtag: Option<&'a str>,
    clean: OnceCell<Clean>,
    area: OnceCell<Option<Area>>,
}

impl Prepared<'_> {
    fn passage(&self) -> Option<&Passage> {
        self.clean
            .get_or_init(|| sanitise(&self.text.markup))
            .passage()
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
    fn is_for(&self, lead: &ProductKey, market: &Market<'_>, unstated: Unstated) -> bool {
        self.unfit(lead, market, unstated).is_none()
    }

    /// The first reason against a text but its language.
    fn unfit(
        &self,
        lead: &ProductKey,
        market: &Market<'_>,
        unstated: Unstated,
    ) -> Option<&'static str> {
        let text = self.text;
        if !text.products.covers(lead) {
            Some("about another format")
        } else if !is_released(text.release, unstated) {
            Some("not approved at the source")
        } else if !is_public(&text.audiences) {
            Some("not for the public")
        } else if !market.is_within(text.from, text.until) {
            Some("not in force today")
        } else if self
            .area()
            .is_some_and(|area| !reaches(area, market.country))
        {
            Some("not for this country")
        } else {
            None
        }
    }

    fn is_in_language(&self, market: &Market<'_>) -> bool {
        let Some(language) = &self.text.language else {
            return true;
        };
        let mut names = std::iter::once(language.code()).chain(self.subtag);
        names.any(|name| is_language(name, market.language))
    }
}

fn is_description(kind: TextType) -> bool {
    [TextType::DESCRIPTION, TextType::SHORT_DESCRIPTION].contains(&kind)
}

/// What became of a candidate, where `chosen` is the one that is shown.
fn rank(prepared: &Prepared<'_>, chosen: Option<&Passage>) -> &'static str {
    match (prepared.passage(), chosen) {
        (None, _) => "empty, or too long",
        (Some(own), Some(chosen)) if std::ptr::eq(own, chosen) => "chosen",
        _ => "another goes before it",
    }
}

/// A text and what became of it, in words.
fn told(text: &MarketingText, fate: &str) -> String {
    let language = text
        .language
        .map_or_else(|| "no language".to_owned(), |language| language.to_string());
    format!(
        "text {} ({}), {language}, {} characters: {fate}",
        text.kind,
        text.kind.label().unwrap_or("unknown"),
        text.markup.text.chars().count()
    )
}

/// What a search for a text came to.
pub(crate) enum Text<'t> {
    /// The text, with its language where that is not the site's.
    Found(&'t Passage, Option<LanguageCode>),
    /// There is one, in other languages only, which the site leaves out.
    OtherLanguage,
    /// There is none.
    None,
}

impl<'t> Text<'t> {
    /// The text, if there is any.
    pub(crate) fn passage(&self) -> Option<&'t Passage> {
        match self {
            Self::Found(passage, _) => Some(passage),
            Self::OtherLanguage | Self::None => None,
        }
    }

    /// Its language, where that is not the site's.
    pub(crate) fn foreign(&self) -> Option<LanguageCode> {
        match self {
            Self::Found(_, language) => *language,
            Self::OtherLanguage | Self::None => None,
        }
    }
}

/// What someone says of the book.
pub(crate) struct Quote<'t> {
    pub(crate) kind: &'static str,
    pub(crate) passage: &'t Passage,
    pub(crate) author: Option<&'t str>,
    pub(crate) source: Option<&'t str>,
}

impl<'a> Texts<'a> {
    pub(crate) fn new(work: &'a Work, unstated: Unstated) -> Self {
        let prepared = |text: &'a MarketingText| Prepared {
            text,
            subtag: text.language.as_ref().map(subtag),
            clean: OnceCell::new(),
            area: OnceCell::new(),
        };
        Self {
            work,
            unstated,
            texts: work.texts.iter().map(prepared).collect(),
        }
    }

    /// Which texts may stand beside a format in a market, by their positions, whatever their language.
    pub(crate) fn usable(&self, lead: &ProductKey, market: &Market<'_>) -> Vec<usize> {
        let usable = |prepared: &Prepared<'a>| prepared.is_for(lead, market, self.unstated);
        let texts = self.texts.iter().enumerate();
        texts
            .filter(|(_, prepared)| usable(prepared))
            .map(|(at, _)| at)
            .collect()
    }

    /// The description, else the short one.
    pub(crate) fn description(&self, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        match self.best(TextType::DESCRIPTION, lead, market) {
            Text::None => self.short_description(lead, market),
            Text::OtherLanguage => match self.short_description(lead, market) {
                Text::None => Text::OtherLanguage,
                found => found,
            },
            found @ Text::Found(..) => found,
        }
    }

    /// The short description. A long one cut short is no substitute.
    pub(crate) fn short_description(&self, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        self.best(TextType::SHORT_DESCRIPTION, lead, market)
    }

    /// Quotes by kind, and within a kind in the order of the source.
    pub(crate) fn quotes(&self, lead: &ProductKey, market: &Market<'_>) -> Vec<Quote<'_>> {
        let mut quotes = Vec::new();
        for (kind, word) in QUOTES {
            let of_kind = self
                .candidates(kind, lead, market)
                .filter(|prepared| self.is_readable(prepared, market));
            quotes.extend(of_kind.filter_map(|prepared| {
                Some(Quote {
                    kind: word,
                    passage: prepared.passage()?,
                    author: prepared.text.author.as_deref(),
                    source: prepared.text.source_title.as_deref(),
                })
            }));
        }
        quotes
    }

    fn is_readable(&self, prepared: &Prepared<'a>, market: &Market<'_>) -> bool {
        prepared.is_in_language(market) || market.page.foreign_texts == ForeignTexts::Show
    }

    fn candidates(
        &self,
        kind: TextType,
        lead: &ProductKey,
        market: &Market<'_>,
    ) -> impl Iterator<Item = &Prepared<'a>> {
        self.texts.iter().filter(move |prepared| {
            prepared.text.kind == kind && prepared.is_for(lead, market, self.unstated)
        })
    }

    /// The best text of a kind: one in the site's language before all others, one made for the
    /// territory before one for everywhere, one that states its language, one that is approved, one
    /// about this format alone; then as listed.
    pub(crate) fn best(&self, kind: TextType, lead: &ProductKey, market: &Market<'_>) -> Text<'_> {
        let mut any = false;
        let mut found: Vec<(bool, &Prepared<'a>)> = self
            .candidates(kind, lead, market)
            .inspect(|_| any = true)
            .map(|prepared| (!prepared.is_in_language(market), prepared))
            .filter(|(foreign, _)| !foreign || market.page.foreign_texts == ForeignTexts::Show)
            .collect();
        let readable = !found.is_empty();
        found.sort_by_key(|(foreign, prepared)| {
            let text = prepared.text;
            (
                *foreign,
                text.territory.is_none(),
                text.language.is_none(),
                text.release != Release::Approved,
                text.products.is_all(),
            )
        });
        let best = found
            .into_iter()
            .find_map(|(foreign, prepared)| Some((foreign, prepared, prepared.passage()?)));
        match best {
            Some((foreign, prepared, passage)) => {
                Text::Found(passage, prepared.text.language.filter(|_| foreign))
            }
            None if any && !readable => Text::OtherLanguage,
            None => Text::None,
        }
    }

    /// Each description that the source has, and what became of it.
    pub(crate) fn considered(&self, lead: &ProductKey, market: &Market<'_>) -> Vec<String> {
        let chosen = self.description(lead, market).passage();
        let descriptions = self
            .texts
            .iter()
            .filter(|one| is_description(one.text.kind));
        descriptions
            .map(|prepared| {
                let fate = match self.kept_out(prepared, lead, market) {
                    Some(reason) => reason,
                    None => rank(prepared, chosen),
                };
                told(prepared.text, fate)
            })
            .collect()
    }

    /// Each quote, and each text that is neither quote nor description, with what became of it:
    /// texts first, then quotes. `inside` says whether readers may look inside, `reviews` whether
    /// quotes are open.
    pub(crate) fn considered_beside(
        &self,
        lead: &ProductKey,
        market: &Market<'_>,
        inside: bool,
        reviews: bool,
    ) -> (Vec<String>, Vec<String>) {
        let (mut texts, mut quotes) = (Vec::new(), Vec::new());
        for prepared in &self.texts {
            let kind = prepared.text.kind;
            if is_description(kind) {
                continue;
            }
            let kept_out = self.kept_out(prepared, lead, market);
            if QUOTES.iter().any(|(quote, _)| *quote == kind) {
                let fate = match kept_out {
                    Some(reason) => reason,
                    None if !reviews => "waits for reviews to open",
                    None => rank(prepared, prepared.passage()),
                };
                quotes.push(told(prepared.text, fate));
                continue;
            }
            let copy = COPY.iter().find(|(_, _, copy, _)| *copy == kind);
            let fate = match (copy, kept_out) {
                (None, _) if kind != TextType::PROMOTIONAL_HEADLINE => {
                    "of a kind that pages have no place for"
                }
                (_, Some(reason)) => reason,
                (Some((.., true)), None) if !inside => "waits for previews to open",
                _ => rank(prepared, self.best(kind, lead, market).passage()),
            };
            texts.push(told(prepared.text, fate));
        }
        (texts, quotes)
    }

    /// The first reason for which a text is no candidate.
    fn kept_out(
        &self,
        prepared: &Prepared<'a>,
        lead: &ProductKey,
        market: &Market<'_>,
    ) -> Option<&'static str> {
        let foreign = "in another language than the site's";
        prepared
            .unfit(lead, market, self.unstated)
            .or_else(|| (!self.is_readable(prepared, market)).then_some(foreign))
    }

    /// Texts that were wanted and refused, or came in a wrong encoding.
    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.texts.iter().filter_map(|prepared| {
            let text = prepared.text;
            let named = || {
                let label = text.kind.label().unwrap_or("unknown");
                format!("A text of type {} ({label})", text.kind)
            };
            let finding = match prepared.clean.get()? {
                Clean::TooLong => {
                    let message = format!(
                        "{} has {} bytes, more than {LONGEST}, and is left out. Shorten it at the source.",
                        named(),
                        text.markup.text.len(),
                    );
                    Finding::warning(TEXT_TOO_LONG, message)
                }
                Clean::Passage(_) if is_misencoded(&text.markup.text) => {
                    let message = format!(
                        "{} holds characters that come of reading it in a wrong encoding. Enter it anew at the source.",
                        named()
                    );
                    Finding::warning(TEXT_MISENCODED, message)
                }
                Clean::Passage(_) | Clean::Empty => return None,
            };
            Some(finding.in_record(self.work.key.as_str()).in_field("TextContent"))
        })
    }
}
