//! Words that readers see: states, forms and roles, by language, English where a language has none.
//!
//! A language is added by adding its table; the model and the rules stay as they are.

use catalogue::codes::ContributorRole;
use catalogue::date::PartialDate;
use catalogue::lifecycle::WebState;
use catalogue::product::Product;

use crate::form::FormGroup;

/// The words of one language.
struct Words {
    /// Primary subtag (`en`).
    language: &'static str,
    /// State; sentence without a date; sentence that takes the date for `{}`, where there is one.
    states: &'static [(WebState, &'static str, Option<&'static str>)],
    /// ONIX List 150 code and name.
    forms: &'static [(&'static str, &'static str)],
    /// Names of the form groups, for digital forms and for those without a name.
    groups: &'static [(FormGroup, &'static str)],
    /// ONIX List 17 code and what the person is.
    roles: &'static [(&'static str, &'static str)],
    months: [&'static str; 12],
    /// Alternative text of a cover, the title for `{}`.
    cover_of: &'static str,
    /// Alternative text of a photograph, the name for `{}`.
    photograph_of: &'static str,
}

const LANGUAGES: [Words; 1] = [ENGLISH];

const ENGLISH: Words = Words {
    language: "en",
    states: &[
        (WebState::Announced, "Announced", None),
        (WebState::InProduction, "In production", None),
        (WebState::ComingSoon, "Coming soon", Some("Coming soon: {}")),
        (
            WebState::Preorder,
            "Available to pre-order",
            Some("Available to pre-order: published {}"),
        ),
        (WebState::Available, "Available now", None),
        (WebState::ToOrder, "Available to order", None),
        (
            WebState::Backorder,
            "Awaiting stock: order now for delivery when it arrives",
            None,
        ),
        (
            WebState::TemporarilyUnavailable,
            "Temporarily unavailable",
            None,
        ),
        (WebState::OutOfStock, "Out of stock", None),
        (WebState::OutOfPrint, "Out of print", None),
        (WebState::Superseded, "Replaced by another edition", None),
        (WebState::NotSoldSeparately, "Not sold separately", None),
        (WebState::Withdrawn, "Withdrawn from sale", None),
        (
            WebState::Recalled,
            "Recalled: please do not use it, and contact the publisher",
            None,
        ),
        (WebState::Cancelled, "Cancelled", None),
    ],
    forms: &[
        ("AA", "Audio"),
        ("AB", "Audio cassette"),
        ("AC", "Audio CD"),
        ("AE", "Audio disc"),
        ("AJ", "Audiobook"),
        ("AK", "Pre-loaded audio player"),
        ("AN", "Audiobook"),
        ("AO", "Audiobook (streamed)"),
        ("BA", "Book"),
        ("BB", "Hardback"),
        ("BC", "Paperback"),
        ("BD", "Loose-leaf"),
        ("BE", "Spiral bound"),
        ("BF", "Pamphlet"),
        ("BG", "Leather bound"),
        ("BH", "Board book"),
        ("BI", "Rag book"),
        ("BJ", "Bath book"),
        ("BK", "Novelty book"),
        ("BL", "Slide bound"),
        ("BM", "Big book"),
        ("BN", "Part-work"),
        ("BO", "Fold-out book"),
        ("BP", "Foam book"),
        ("EA", "E-book"),
        ("EB", "E-book"),
        ("EC", "E-book (online)"),
        ("ED", "E-book"),
        ("PC", "Calendar"),
        ("PD", "Cards"),
        ("PI", "Sheet music"),
        ("PK", "Poster"),
        ("SA", "Set"),
        ("SB", "Boxed set"),
        ("SC", "Slip-cased set"),
    ],
    groups: &[
        (FormGroup::Print, "Book"),
        (FormGroup::Ebook, "E-book"),
        (FormGroup::Audio, "Audiobook"),
        (FormGroup::Other, "Other"),
    ],
    roles: &[
        ("A01", "Author"),
        ("A02", "With"),
        ("A03", "Screenwriter"),
        ("A06", "Composer"),
        ("A07", "Artist"),
        ("A08", "Photographer"),
        ("A09", "Creator"),
        ("A12", "Illustrator"),
        ("A13", "Photographer"),
        ("A14", "Author of the text"),
        ("A15", "Preface"),
        ("A18", "Supplement"),
        ("A19", "Afterword"),
        ("A20", "Notes"),
        ("A23", "Foreword"),
        ("A24", "Introduction"),
        ("A29", "Introduction and notes"),
        ("A32", "Contributor"),
        ("A35", "Drawings"),
        ("A36", "Cover design"),
        ("A39", "Maps"),
        ("B01", "Editor"),
        ("B02", "Reviser"),
        ("B03", "Retold by"),
        ("B04", "Abridger"),
        ("B05", "Adapter"),
        ("B06", "Translator"),
        ("B09", "Series editor"),
        ("B10", "Editor and translator"),
        ("B11", "Editor-in-chief"),
        ("B13", "Volume editor"),
        ("B20", "Consultant editor"),
        ("B21", "General editor"),
        ("C01", "Compiler"),
        ("C02", "Selected by"),
        ("D01", "Producer"),
        ("D02", "Director"),
        ("E01", "Actor"),
        ("E03", "Narrator"),
        ("E07", "Reader"),
        ("E10", "Presenter"),
    ],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    cover_of: "Cover of {}",
    photograph_of: "Photograph of {}",
};

/// The words for a site's language.
fn words(language: &str) -> &'static Words {
    let primary = language.split(['-', '_']).next().unwrap_or(language);
    LANGUAGES
        .iter()
        .find(|words| words.language.eq_ignore_ascii_case(primary))
        .unwrap_or(&ENGLISH)
}

/// The state of a format as a sentence.
pub(crate) fn availability(
    language: &str,
    state: WebState,
    publication: Option<PartialDate>,
) -> String {
    let words = words(language);
    let Some((_, plain, dated)) = words.states.iter().find(|(known, ..)| *known == state) else {
        return String::new();
    };
    match (dated, publication.map(|date| date_words(words, date))) {
        (Some(dated), Some(date)) => dated.replace("{}", &date),
        _ => (*plain).to_owned(),
    }
}

fn date_words(words: &Words, date: PartialDate) -> String {
    let day = date.first_day();
    let month = usize::try_from(day.month() - 1)
        .ok()
        .and_then(|at| words.months.get(at))
        .copied();
    match date {
        PartialDate::Year(year) | PartialDate::Quarter(year, _) => year.to_string(),
        PartialDate::YearMonth(year, _) => format!("{} {year}", month.unwrap_or_default()),
        _ => format!("{} {} {}", day.day(), month.unwrap_or_default(), day.year()),
    }
}

/// The form of a product in words: ours for the common ones, else the publisher's own, else the
/// list's.
pub(crate) fn form(language: &str, product: &Product) -> String {
    let words = words(language);
    let group = FormGroup::of(product);
    let code = product.form.as_ref().map_or("", |form| form.code());
    let audio_file = group == FormGroup::Audio && code.starts_with('E');
    let known = words
        .forms
        .iter()
        .find(|(known, _)| *known == code && !audio_file)
        .map(|(_, name)| *name);
    let named = known
        .map(str::to_owned)
        .or_else(|| product.form_description.clone());
    let listed = || {
        product
            .form
            .as_ref()
            .filter(|_| !audio_file)
            .and_then(|form| form.label())
    };
    let grouped = || {
        words
            .groups
            .iter()
            .find(|(known, _)| *known == group)
            .map_or("", |(_, name)| *name)
    };
    named.unwrap_or_else(|| listed().unwrap_or_else(grouped).to_owned())
}

/// What a contributor is to a book.
pub(crate) fn role(language: &str, role: ContributorRole) -> String {
    let known = words(language)
        .roles
        .iter()
        .find(|(known, _)| *known == role.code())
        .map(|(_, name)| *name);
    known
        .or_else(|| role.label())
        .unwrap_or_else(|| role.code())
        .to_owned()
}

/// Alternative text for a cover that came with none.
pub(crate) fn cover_of(language: &str, title: &str) -> String {
    words(language).cover_of.replace("{}", title)
}

/// Alternative text for a photograph that came with none.
pub(crate) fn photograph_of(language: &str, name: &str) -> String {
    words(language).photograph_of.replace("{}", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_sentence_for_every_state() {
        for words in &LANGUAGES {
            for state in WebState::all() {
                let sentence = availability(words.language, state, None);
                assert!(!sentence.is_empty(), "{} lacks {state:?}", words.language);
            }
        }
    }

    #[test]
    fn a_date_is_said_with_the_precision_it_came_with() {
        let say =
            |text: &str| availability("en", WebState::ComingSoon, Some(text.parse().unwrap()));
        assert_eq!(say("2027-03-15"), "Coming soon: 15 March 2027");
        assert_eq!(say("2027-03"), "Coming soon: March 2027");
        assert_eq!(say("2027"), "Coming soon: 2027");
    }

    #[test]
    fn a_language_without_words_speaks_english() {
        assert_eq!(
            availability("gd", WebState::OutOfPrint, None),
            "Out of print"
        );
        assert_eq!(role("cy", ContributorRole::TRANSLATOR), "Translator");
        assert_eq!(role("en", ContributorRole::new("Q77")), "Q77");
    }
}
