//! Subjects as readers and filters need them.
//!
//! An entry takes at most 25 terms (Contentstack), so they have an order of importance: the main
//! Thema subject, other Thema subjects, then BISAC and BIC likewise, then the groups of forms.
//! Qualifiers of Thema and BIC, and the publisher's own categories, are not subjects for the
//! public.

use catalogue::codes::SubjectScheme;
use catalogue::subject::Subject;

use crate::content_model::{FORM_GROUPS, FORM_TAXONOMY, SUBJECT_TAXONOMY};
use crate::form::FormGroup;
use crate::title_view::TitleView;

/// Terms on one entry (Contentstack's limit).
const MOST_TERMS: usize = 25;

/// Longest uid and name of a term, in characters (Contentstack's limit).
const LONGEST_TERM: usize = 50;

/// Schemes of public subjects in order of importance, with their prefix in term uids.
const SCHEMES: [(SubjectScheme, &str); 3] = [
    (SubjectScheme::THEMA, "thema"),
    (SubjectScheme::BISAC, "bisac"),
    (SubjectScheme::BIC, "bic"),
];

/// A subject with a code, of a public scheme.
#[derive(Clone, Copy)]
pub(crate) struct Coded<'a> {
    prefix: &'static str,
    pub(crate) code: &'a str,
    pub(crate) heading: Option<&'a str>,
}

impl Coded<'_> {
    /// Uid of the term (`thema_fba`).
    pub(crate) fn term_uid(&self) -> String {
        let code = self.code.to_lowercase();
        let plain = code.chars().map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        });
        format!("{}_", self.prefix)
            .chars()
            .chain(plain)
            .take(LONGEST_TERM)
            .collect()
    }

    /// Name of the term.
    pub(crate) fn term_name(&self) -> String {
        let name = self.heading.unwrap_or(self.code).trim();
        if name.chars().count() <= LONGEST_TERM {
            return name.to_owned();
        }
        let cut: String = name.chars().take(LONGEST_TERM - 1).collect();
        format!("{}…", cut.trim_end())
    }
}

/// The public subjects of what a market may know of a title, the most important first, each code
/// once.
pub(crate) fn coded<'a>(view: &TitleView<'a>) -> Vec<Coded<'a>> {
    let mut found: Vec<Coded<'a>> = Vec::new();
    for (scheme, prefix) in SCHEMES {
        for main in [true, false] {
            let subjects = visible(view)
                .filter(|subject| subject.scheme == scheme && subject.main == main)
                .filter_map(|subject| {
                    let code = subject.code.as_deref()?.trim();
                    let heading = subject
                        .heading
                        .as_deref()
                        .map(str::trim)
                        .filter(|text| !text.is_empty());
                    (!code.is_empty()).then_some(Coded {
                        prefix,
                        code,
                        heading,
                    })
                });
            for subject in subjects {
                if !found
                    .iter()
                    .any(|known| known.prefix == prefix && known.code == subject.code)
                {
                    found.push(subject);
                }
            }
        }
    }
    found
}

/// Keywords for display, each once, in the order of the source.
pub(crate) fn keywords(view: &TitleView<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let sent = visible(view)
        .filter(|subject| subject.scheme == SubjectScheme::KEYWORDS)
        .filter_map(|subject| subject.heading.as_deref().or(subject.code.as_deref()));
    for keyword in sent.flat_map(|words| words.split(';')).map(str::trim) {
        if !keyword.is_empty() && !found.iter().any(|known| known == keyword) {
            found.push(keyword.to_owned());
        }
    }
    found
}

fn visible<'a>(view: &TitleView<'a>) -> impl Iterator<Item = &'a Subject> {
    view.work
        .subjects
        .iter()
        .filter(|subject| view.is_covered(&subject.products))
}

/// A term on an entry: taxonomy, uid, name.
pub(crate) struct UsedTerm {
    pub(crate) taxonomy: &'static str,
    pub(crate) uid: String,
    pub(crate) name: String,
}

/// The terms of a title, at most 25. The groups of forms are few and filtered by most, so subjects
/// make room for them.
pub(crate) fn terms(view: &TitleView<'_>, subjects: &[Coded<'_>]) -> Vec<UsedTerm> {
    let mut groups: Vec<FormGroup> = view
        .formats
        .iter()
        .map(|shown| FormGroup::of(shown.product))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let mut terms: Vec<UsedTerm> = Vec::new();
    for subject in subjects {
        let uid = subject.term_uid();
        let known = terms.iter().any(|term| term.uid == uid);
        if !known && terms.len() + groups.len() < MOST_TERMS {
            terms.push(UsedTerm {
                taxonomy: SUBJECT_TAXONOMY,
                uid,
                name: subject.term_name(),
            });
        }
    }
    terms.extend(groups.into_iter().map(|group| {
        UsedTerm {
            taxonomy: FORM_TAXONOMY,
            uid: group.as_str().to_owned(),
            name: FORM_GROUPS
                .iter()
                .find(|(uid, _)| *uid == group.as_str())
                .map_or("Other", |(_, name)| name)
                .to_owned(),
        }
    }));
    terms
}
