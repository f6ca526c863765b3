//! Words that readers see: states, forms, roles, calls to action, by language.
//!
//! They are data. `labels/LANGUAGE.json` holds what comes with the program; `[labels.LANGUAGE]` of a
//! configuration lays its own over them, or brings a language that the program does not know. What
//! a language lacks it says in English. No rule depends on a word, so a new language changes no
//! code.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use catalogue::codes::{ContributorRole, ProductForm};
use catalogue::date::PartialDate;
use catalogue::lifecycle::WebState;
use catalogue::product::Product;
use foldhash::HashMap;

use crate::form::FormGroup;

/// The languages that come with the program: primary subtag, JSON object of words by label.
const BUILT_IN: [(&str, &str); 4] = [
    (ENGLISH, include_str!("labels/en.json")),
    ("de", include_str!("labels/de.json")),
    ("es", include_str!("labels/es.json")),
    ("fr", include_str!("labels/fr.json")),
];

/// The language that stands in for words which another lacks.
const ENGLISH: &str = "en";

/// Whether a text is a code of a list.
type IsCode = fn(&str) -> bool;

/// Sections in which any code of an ONIX list may be given a word, English or not.
const BY_CODE: [(&str, IsCode); 2] = [
    ("form", |code| ProductForm::new(code).is_known()),
    ("role", |code| ContributorRole::new(code).is_known()),
];

static WORDS: LazyLock<BTreeMap<String, Arc<Words>>> = LazyLock::new(|| {
    let read =
        |json: &str| -> BTreeMap<String, String> { serde_json::from_str(json).unwrap_or_default() };
    let mut english = Words::default();
    for (language, json) in BUILT_IN {
        if language == ENGLISH {
            english.lay_over(&read(json));
        }
    }
    let mut all = BTreeMap::new();
    for (language, json) in BUILT_IN {
        let mut words = english.clone();
        words.lay_over(&read(json));
        all.insert(language.to_owned(), Arc::new(words));
    }
    all
});

/// The words of one language, by section and name: `state` and `coming_soon.dated`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    sections: HashMap<String, HashMap<String, Arc<str>>>,
}

impl Words {
    fn lay_over(&mut self, words: &BTreeMap<String, String>) {
        for (label, word) in words {
            let (section, name) = label.split_once('.').unwrap_or((label, ""));
            self.sections
                .entry(section.to_owned())
                .or_default()
                .insert(name.to_owned(), word.trim().into());
        }
    }

    /// The word of a label, if there is one.
    pub(crate) fn find(&self, section: &str, name: &str) -> Option<&str> {
        self.sections.get(section)?.get(name).map(AsRef::as_ref)
    }

    /// The same, shared.
    pub(crate) fn shared(&self, section: &str, name: &str) -> Option<Arc<str>> {
        self.sections.get(section)?.get(name).cloned()
    }

    /// The word of a label that English has; the name itself should it lack one after all.
    pub(crate) fn get<'w>(&'w self, section: &str, name: &'w str) -> &'w str {
        self.find(section, name).unwrap_or(name)
    }

    /// A sentence with its one placeholder filled.
    pub(crate) fn fill(&self, section: &str, name: &str, placeholder: &str, with: &str) -> String {
        filled(self.get(section, name), placeholder, with)
    }
}

/// A sentence with a placeholder filled, wherever it stands.
fn filled(sentence: &str, placeholder: &str, with: &str) -> String {
    let mut told = String::with_capacity(sentence.len() + with.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        let after_it = after
            .strip_prefix(placeholder)
            .and_then(|after| after.strip_prefix('}'));
        match after_it {
            Some(after) => {
                told.push_str(with);
                rest = after;
            }
            None => {
                told.push('{');
                rest = after;
            }
        }
    }
    told.push_str(rest);
    told
}

/// Why a word of the configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Nothing is labelled so.
    #[error("there is no label `{0}`")]
    Unknown(String),
    /// The sentence asks for something that its label has not.
    #[error("`{placeholder}` is no placeholder of the label `{label}`")]
    Placeholder {
        /// The label.
        label: String,
        /// What it asks for, with its braces.
        placeholder: String,
    },
}

/// The words of every language: those of the program, and an installation's own over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    languages: BTreeMap<String, Arc<Words>>,
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            languages: WORDS.clone(),
        }
    }
}

impl Labels {
    /// Lays an installation's own words over those of a language, or begins one.
    ///
    /// # Errors
    /// Names the first label that does not exist, or a placeholder that its label has not.
    pub fn lay_over(
        &mut self,
        language: &str,
        own: &BTreeMap<String, String>,
    ) -> Result<(), LabelError> {
        for (label, word) in own {
            check(label, word)?;
        }
        let base = || self.languages.get(ENGLISH).cloned().unwrap_or_default();
        let mut words = self.languages.get(language).cloned().unwrap_or_else(base);
        Arc::make_mut(&mut words).lay_over(own);
        self.languages.insert(language.to_owned(), words);
        Ok(())
    }

    /// Every label that English has a word for, as `section.name`, sorted.
    pub fn known() -> Vec<String> {
        let english = WORDS.get(ENGLISH);
        let sections = english.into_iter().flat_map(|words| &words.sections);
        let mut known: Vec<String> = sections
            .flat_map(|(section, names)| names.keys().map(move |name| format!("{section}.{name}")))
            .collect();
        known.sort_unstable();
        known
    }

    /// The words for a site's language.
    pub(crate) fn of(&self, language: &str) -> &Words {
        static NONE: LazyLock<Words> = LazyLock::new(Words::default);
        let primary = language.split(['-', '_']).next().unwrap_or(language);
        self.languages
            .get(primary)
            .or_else(|| self.languages.get(ENGLISH))
            .map_or(&*NONE, |words| &**words)
    }
}

fn check(label: &str, word: &str) -> Result<(), LabelError> {
    let (section, name) = label.split_once('.').unwrap_or((label, ""));
    let english = WORDS
        .get(ENGLISH)
        .and_then(|words| words.find(section, name));
    let by_code = BY_CODE
        .iter()
        .any(|(known, is_known)| *known == section && is_known(name));
    if english.is_none() && !by_code {
        return Err(LabelError::Unknown(label.to_owned()));
    }
    let known = english.map(placeholders).unwrap_or_default();
    match placeholders(word)
        .into_iter()
        .find(|asked| !known.contains(asked))
    {
        Some(placeholder) => Err(LabelError::Placeholder {
            label: label.to_owned(),
            placeholder: placeholder.to_owned(),
        }),
        None => Ok(()),
    }
}

/// What stands in braces, with the braces.
fn placeholders(sentence: &str) -> Vec<&str> {
    sentence
        .match_indices('{')
        .filter_map(|(at, _)| {
            let rest = sentence.get(at..)?;
            rest.get(..=rest.find('}')?)
        })
        .collect()
}

/// The state of a format as a sentence.
pub(crate) fn availability(
    words: &Words,
    state: WebState,
    publication: Option<PartialDate>,
) -> Arc<str> {
    let name = state.as_str();
    let dated = publication.and_then(|date| {
        let dated = DATED.iter().find(|(dated, _)| *dated == state);
        let sentence = words.find("state", dated?.1)?;
        Some(sentence.replace("{date}", &date_words(words, date)).into())
    });
    dated
        .or_else(|| words.shared("state", name))
        .unwrap_or_default()
}

/// States with a sentence that tells the date, where there is one.
const DATED: [(WebState, &str); 2] = [
    (WebState::ComingSoon, "coming_soon.dated"),
    (WebState::Preorder, "preorder.dated"),
];

fn date_words(words: &Words, date: PartialDate) -> String {
    let day = date.first_day();
    let (number, month, year) = (day.day(), day.month(), day.year());
    let sentence = match date {
        PartialDate::Year(year) | PartialDate::Quarter(year, _) => return year.to_string(),
        PartialDate::YearMonth(..) => words.get("date", "month"),
        _ => words.get("date", "day"),
    };
    sentence
        .replace("{day}", &number.to_string())
        .replace("{month}", words.get("month", &month.to_string()))
        .replace("{year}", &year.to_string())
}

/// The form of a product in words: ours for the common ones, else the publisher's own, else the
/// list's.
pub(crate) fn form(words: &Words, product: &Product) -> Arc<str> {
    let group = FormGroup::of(product);
    let audio_file =
        group == FormGroup::Audio && product.form.and_then(|form| form.initial()) == Some('E');
    let form = product.form.as_ref().filter(|_| !audio_file);
    let described = || product.form_description.as_deref().map(str::trim);
    let listed = || form.and_then(|form| form.label());
    form.and_then(|form| words.shared("form", form.code()))
        .filter(|word| !word.is_empty())
        .unwrap_or_else(|| {
            let own = described().filter(|own| !own.is_empty());
            let told = own.or_else(listed);
            told.unwrap_or_else(|| words.get("group", group.as_str()))
                .into()
        })
}

/// What a contributor is to a book.
pub(crate) fn role(words: &Words, role: ContributorRole) -> String {
    words
        .find("role", role.code())
        .or_else(|| role.label())
        .unwrap_or_else(|| role.code())
        .to_owned()
}

/// Alternative text for a picture of a title that came with none; `kind` is a name of the section
/// `alt`.
pub(crate) fn alternative(words: &Words, kind: &str, title: &str) -> String {
    words.fill("alt", kind, "title", title)
}

/// Alternative text for a photograph that came with none.
pub(crate) fn photograph_of(words: &Words, name: &str) -> String {
    words.fill("alt", "photograph", "name", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(language: &str) -> Words {
        Labels::default().of(language).clone()
    }

    #[test]
    fn every_language_has_a_sentence_for_every_state_and_only_known_labels() {
        let known = Labels::known();
        for (language, json) in BUILT_IN {
            let own: BTreeMap<String, String> = serde_json::from_str(json).unwrap();
            for (label, word) in &own {
                check(label, word).unwrap_or_else(|error| panic!("{language}: {error}"));
                assert!(!word.trim().is_empty(), "{language}: {label}");
            }
            for label in known
                .iter()
                .filter(|label| !label.starts_with("form.") && !label.starts_with("role."))
            {
                assert!(own.contains_key(label), "{language} lacks {label}");
            }
            for state in WebState::all() {
                let sentence = availability(&of(language), state, None);
                assert!(!sentence.is_empty(), "{language} lacks {state:?}");
            }
        }
    }

    #[test]
    fn the_committed_list_names_every_label() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/labels.md");
        let text = std::fs::read_to_string(path).unwrap();
        let english = of("en");
        for label in Labels::known() {
            let (section, name) = label.split_once('.').unwrap();
            let line = format!("| `{label}` | {} |", english.get(section, name));
            assert!(text.contains(&line), "docs/labels.md lacks {line}");
        }
    }

    #[test]
    fn a_date_is_said_with_the_precision_it_came_with() {
        let say = |language: &str, text: &str| {
            availability(
                &of(language),
                WebState::ComingSoon,
                Some(text.parse().unwrap()),
            )
        };
        assert_eq!(&*say("en", "2027-03-15"), "Coming soon: 15 March 2027");
        assert_eq!(&*say("en", "2027-03"), "Coming soon: March 2027");
        assert_eq!(&*say("en", "2027"), "Coming soon: 2027");
        assert_eq!(
            &*say("de", "2027-03-15"),
            "Erscheint demnächst: 15. März 2027"
        );
    }

    #[test]
    fn a_language_without_words_speaks_english() {
        assert_eq!(
            &*availability(&of("gd"), WebState::OutOfPrint, None),
            "Out of print"
        );
        assert_eq!(role(&of("cy"), ContributorRole::TRANSLATOR), "Translator");
        assert_eq!(
            role(&of("de"), ContributorRole::new("A29")),
            "Introduction and notes"
        );
        assert_eq!(role(&of("en"), ContributorRole::new("Q77")), "Q77");
    }

    #[test]
    fn an_installation_lays_its_own_words_over_ours_and_brings_languages() {
        let own = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs
                .iter()
                .map(|(label, word)| ((*label).to_owned(), (*word).to_owned()))
                .collect()
        };
        let mut labels = Labels::default();
        labels
            .lay_over(
                "en",
                &own(&[("form.BC", "Softcover"), ("form.BN", "Issue")]),
            )
            .unwrap();
        labels
            .lay_over("cy", &own(&[("state.available", "Ar gael")]))
            .unwrap();
        assert_eq!(labels.of("en").get("form", "BC"), "Softcover");
        assert_eq!(labels.of("en-AU").get("form", "BB"), "Hardback");
        assert_eq!(labels.of("cy").get("state", "available"), "Ar gael");
        assert_eq!(labels.of("cy").get("state", "cancelled"), "Cancelled");
        assert_eq!(
            labels.lay_over("en", &own(&[("state.sold", "Sold")])),
            Err(LabelError::Unknown("state.sold".to_owned()))
        );
        assert_eq!(
            labels.lay_over("en", &own(&[("alt.cover", "{name}")])),
            Err(LabelError::Placeholder {
                label: "alt.cover".to_owned(),
                placeholder: "{name}".to_owned()
            })
        );
    }
}
