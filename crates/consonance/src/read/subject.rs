//! Subjects, keywords and audiences.

use catalogue::codes::{AudienceCode, SubjectScheme};
use catalogue::finding::{Finding, FindingCode};
use catalogue::product::Scope;
use catalogue::subject::{Audience, Subject};

use super::report::{Report, plain_code};
use crate::node::{Node, Unfit};

const SUBJECT_SCHEME_UNKNOWN: FindingCode = FindingCode::new("subject-scheme-unknown");

/// Schemes by the names that Consonance gives them, as an enumeration or as a type.
const SCHEMES: &[(&str, SubjectScheme)] = &[
    ("THEMA", SubjectScheme::THEMA),
    ("BIC", SubjectScheme::BIC),
    ("BISAC", SubjectScheme::BISAC),
    ("DEWEY", SubjectScheme::DEWEY),
    ("INHOUSE", SubjectScheme::PUBLISHERS_OWN),
    ("INHOUSESUBJECT", SubjectScheme::PUBLISHERS_OWN),
];

/// Qualifiers of Thema and BIC begin with a digit, which tells what they qualify; ONIX has a scheme
/// for each.
const QUALIFIERS: &[(char, SubjectScheme, Option<SubjectScheme>)] = &[
    (
        '1',
        SubjectScheme::THEMA_PLACE_QUALIFIER,
        Some(SubjectScheme::BIC_GEOGRAPHICAL_QUALIFIER),
    ),
    (
        '2',
        SubjectScheme::THEMA_LANGUAGE_QUALIFIER,
        Some(SubjectScheme::BIC_LANGUAGE_QUALIFIER),
    ),
    (
        '3',
        SubjectScheme::THEMA_TIME_PERIOD_QUALIFIER,
        Some(SubjectScheme::BIC_TIME_PERIOD_QUALIFIER),
    ),
    (
        '4',
        SubjectScheme::THEMA_EDUCATIONAL_PURPOSE_QUALIFIER,
        Some(SubjectScheme::BIC_EDUCATIONAL_PURPOSE_QUALIFIER),
    ),
    (
        '5',
        SubjectScheme::THEMA_INTEREST_QUALIFIER,
        Some(SubjectScheme::BIC_READING_LEVEL_QUALIFIER),
    ),
    ('6', SubjectScheme::THEMA_STYLE_QUALIFIER, None),
];

/// The subjects of a work: those with types, then plain codes that are not among them, then keywords.
pub(super) fn subjects(work: &Node<'_>, report: &mut Report) -> Result<Vec<Subject>, Unfit> {
    let mut subjects: Vec<Subject> = Vec::new();
    for row in work.due_list("subjectCodes")? {
        subjects.extend(subject(&row, report)?);
    }
    for (name, scheme) in [
        ("bics", SubjectScheme::BIC),
        ("bisacs", SubjectScheme::BISAC),
    ] {
        for row in work.list(name)? {
            let code = row.as_text()?.trim();
            let scheme = qualified(scheme, code);
            let known = subjects
                .iter()
                .any(|subject| subject.scheme == scheme && subject.code.as_deref() == Some(code));
            if !known && !code.is_empty() {
                subjects.push(plain(scheme, Some(code.to_owned()), None));
            }
        }
    }
    for row in work.list("keywords")? {
        for keyword in row
            .as_text()?
            .split(';')
            .map(str::trim)
            .filter(|keyword| !keyword.is_empty())
        {
            subjects.push(plain(
                SubjectScheme::KEYWORDS,
                None,
                Some(keyword.to_owned()),
            ));
        }
    }
    Ok(subjects)
}

fn plain(scheme: SubjectScheme, code: Option<String>, heading: Option<String>) -> Subject {
    Subject {
        scheme,
        code,
        heading,
        main: false,
        products: Scope::All,
    }
}

fn subject(row: &Node<'_>, report: &mut Report) -> Result<Option<Subject>, Unfit> {
    let code = row.string("code")?;
    let heading = row.string("description")?;
    if code.is_none() && heading.is_none() {
        return Ok(None);
    }
    let named = match row.due_text("scheme")? {
        Some(name) => Some(name),
        None => row.due_text("__typename")?,
    };
    let Some(scheme) = named.and_then(scheme_of) else {
        let message = format!(
            "The subject is of the unknown scheme `{}` and is left out.",
            named.unwrap_or("(none)")
        );
        report.at(row, Finding::info(SUBJECT_SCHEME_UNKNOWN, message));
        return Ok(None);
    };
    let scheme = qualified(scheme, code.as_deref().unwrap_or_default());
    let main = row
        .get("main")
        .due()?
        .map(|node| node.as_truth())
        .transpose()?;
    Ok(Some(Subject {
        main: main.unwrap_or_default(),
        ..plain(scheme, code, heading)
    }))
}

fn scheme_of(name: &str) -> Option<SubjectScheme> {
    let name = name.replace('_', "").to_uppercase();
    if name == "NUR" {
        return Some(SubjectScheme::new("32"));
    }
    SCHEMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, scheme)| *scheme)
}

/// The scheme of a code, which for a qualifier is another than its parent's.
fn qualified(scheme: SubjectScheme, code: &str) -> SubjectScheme {
    let Some(first) = code.chars().next() else {
        return scheme;
    };
    let row = QUALIFIERS.iter().find(|(digit, _, _)| *digit == first);
    match row {
        Some((_, thema, _)) if scheme == SubjectScheme::THEMA => *thema,
        Some((_, _, Some(bic))) if scheme == SubjectScheme::BIC => *bic,
        _ => scheme,
    }
}

pub(super) fn audience(work: &Node<'_>, report: &mut Report) -> Result<Audience, Unfit> {
    let Some(row) = work.due_object("audience")? else {
        return Ok(Audience::default());
    };
    let mut codes = Vec::new();
    for code in row.due_list("onixAudiences")? {
        if let Some(text) = code.text("code")? {
            codes.push(report.code::<AudienceCode>(&code.get("code"), plain_code(text)));
        }
    }
    let interest_age = match row.object("interestAgeRange")? {
        Some(range) => {
            let years = |name: &str| -> Result<Option<u16>, Unfit> {
                Ok(range
                    .integer(name)?
                    .and_then(|years| u16::try_from(years).ok()))
            };
            Some((years("from")?, years("to")?)).filter(|range| *range != (None, None))
        }
        None => None,
    };
    Ok(Audience {
        codes,
        description: row.string("description")?,
        interest_age,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_go_by_enumeration_or_type() {
        assert_eq!(scheme_of("THEMA"), Some(SubjectScheme::THEMA));
        assert_eq!(scheme_of("Thema"), Some(SubjectScheme::THEMA));
        assert_eq!(scheme_of("IN_HOUSE"), Some(SubjectScheme::PUBLISHERS_OWN));
        assert_eq!(
            scheme_of("InHouseSubject"),
            Some(SubjectScheme::PUBLISHERS_OWN)
        );
        assert_eq!(
            scheme_of("NUR")
                .map(|scheme| scheme.code().to_owned())
                .as_deref(),
            Some("32")
        );
        assert_eq!(scheme_of("CLIL"), None);
    }

    #[test]
    fn qualifiers_have_schemes_of_their_own() {
        assert_eq!(qualified(SubjectScheme::THEMA, "FBA"), SubjectScheme::THEMA);
        assert_eq!(
            qualified(SubjectScheme::THEMA, "1DDU"),
            SubjectScheme::THEMA_PLACE_QUALIFIER
        );
        assert_eq!(
            qualified(SubjectScheme::THEMA, "6AC"),
            SubjectScheme::THEMA_STYLE_QUALIFIER
        );
        assert_eq!(
            qualified(SubjectScheme::BIC, "3JJ"),
            SubjectScheme::BIC_TIME_PERIOD_QUALIFIER
        );
        assert_eq!(qualified(SubjectScheme::BIC, "6X"), SubjectScheme::BIC);
        assert_eq!(qualified(SubjectScheme::BISAC, "1"), SubjectScheme::BISAC);
    }
}
