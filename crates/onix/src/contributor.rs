//! Contributors: names, roles, identities.
//!
//! A name is the worst of identities, so it is the last resort: first the id by which Consonance
//! itself knows the contact, then an ISNI, then a proprietary id whose scheme is named. A name
//! counts only within its publisher, and in the reading order that one would fold it to.

use catalogue::codes::ContributorRole;
use catalogue::contributor::{Contribution, Contributor, ContributorKind};
use catalogue::finding::{FindingCode, Severity};
use catalogue::key::{ContributorKey, name_key};
use catalogue::product::Scope;

use crate::descriptive::text_of;
use crate::reading::Reading;
use crate::tags::Tag;
use crate::tree::Element;

/// A contributor without any name; left out.
pub const NO_CONTRIBUTOR_NAME: FindingCode = FindingCode::new("no-contributor-name");

/// How Consonance names the scheme of its contact ids in the ONIX it sends.
const CONSONANCE_SCHEME: &str = "system-internal-identifier";

/// ONIX List 19, in the words that a reader of the site would expect.
const UNNAMED: &[(&str, &str)] = &[
    ("01", "Unknown"),
    ("02", "Anonymous"),
    ("03", "and others"),
    ("04", "Various authors"),
    ("05", "Synthesised voice"),
    ("06", "Synthesised voice"),
    ("07", "Synthesised voice"),
    ("08", "Synthesised voice"),
    ("09", "AI (artificial intelligence)"),
];

/// A name in its two orders.
struct Name {
    kind: ContributorKind,
    display: String,
    inverted: Option<String>,
}

impl Reading<'_> {
    pub(crate) fn contributions(
        &mut self,
        block: Element<'_>,
        publisher: Option<&str>,
    ) -> Vec<Contribution> {
        let mut contributions: Vec<Contribution> = Vec::new();
        for (element, position) in block.all(Tag::Contributor).zip(1u32..) {
            let Some(name) = name(element) else {
                let message = "a contributor has no name; it is left out";
                self.note(
                    NO_CONTRIBUTOR_NAME,
                    Severity::Warning,
                    Tag::Contributor,
                    message,
                );
                continue;
            };
            let roles: Vec<ContributorRole> = self.codes(element, Tag::ContributorRole);
            let sequence = self
                .number(element, Tag::SequenceNumber)
                .unwrap_or(position);
            let contributor = self.contributor(element, name, publisher);
            // One person may come once per role; that is one contribution with several.
            match contributions
                .iter_mut()
                .find(|known| known.contributor.key == contributor.key)
            {
                Some(known) => {
                    known.roles.extend(
                        roles
                            .into_iter()
                            .filter(|role| !known.roles.contains(role))
                            .collect::<Vec<_>>(),
                    );
                    known.sequence = known.sequence.min(sequence);
                    known.contributor.biography =
                        known.contributor.biography.take().or(contributor.biography);
                }
                None => {
                    contributions.push(Contribution {
                        contributor,
                        roles,
                        sequence,
                        products: Scope::All,
                    });
                }
            }
        }
        contributions.sort_by_key(|contribution| contribution.sequence);
        for (contribution, sequence) in contributions.iter_mut().zip(1u32..) {
            contribution.sequence = sequence;
        }
        contributions
    }

    fn contributor(
        &mut self,
        element: Element<'_>,
        name: Name,
        publisher: Option<&str>,
    ) -> Contributor {
        let isni = isni(element);
        let key = consonance_key(element)
            .or_else(|| {
                isni.as_ref()
                    .map(|isni| ContributorKey::namespaced("onix", "isni", isni))
            })
            .or_else(|| proprietary_key(element))
            .unwrap_or_else(|| ContributorKey::of_name(publisher, &name.display));
        Contributor {
            key,
            kind: name.kind,
            inverted_name: name.inverted,
            isni,
            biography: element
                .all(Tag::BiographicalNote)
                .find_map(|biography| self.markup(biography)),
            website: element
                .all(Tag::Website)
                .find_map(|website| text_of(website, Tag::WebsiteLink)),
            name: name.display,
        }
    }
}

/// The name of a person, else of an organisation, else what stands for a name.
fn name(element: Element<'_>) -> Option<Name> {
    let person = text_of(element, Tag::PersonName).or_else(|| {
        joined(
            element,
            &[
                Tag::TitlesBeforeNames,
                Tag::NamesBeforeKey,
                Tag::PrefixToKey,
                Tag::KeyNames,
                Tag::NamesAfterKey,
                Tag::SuffixToKey,
            ],
        )
    });
    let inverted = text_of(element, Tag::PersonNameInverted).or_else(|| {
        let key = element.value(Tag::KeyNames)?;
        match joined(element, &[Tag::NamesBeforeKey, Tag::PrefixToKey]) {
            Some(before) => Some(format!("{key}, {before}")),
            None => Some(key.to_owned()),
        }
    });
    if let Some(display) = person.or_else(|| inverted.as_deref().map(uninverted)) {
        return Some(Name {
            kind: ContributorKind::Person,
            display,
            inverted,
        });
    }
    let inverted = text_of(element, Tag::CorporateNameInverted);
    if let Some(display) = text_of(element, Tag::CorporateName).or_else(|| inverted.clone()) {
        return Some(Name {
            kind: ContributorKind::Organisation,
            display,
            inverted,
        });
    }
    let unnamed = element.value(Tag::UnnamedPersons)?;
    let display = UNNAMED
        .iter()
        .find(|(code, _)| *code == unnamed)
        .map_or(unnamed, |(_, words)| words)
        .to_owned();
    Some(Name {
        kind: ContributorKind::Unnamed,
        display,
        inverted: None,
    })
}

/// The texts of these children, in this order, with spaces between; nothing where none is there.
fn joined(element: Element<'_>, tags: &[Tag]) -> Option<String> {
    let parts: Vec<&str> = tags.iter().filter_map(|tag| element.value(*tag)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// `Chapman, Jim` as one says it.
fn uninverted(inverted: &str) -> String {
    match inverted.split_once(',') {
        Some((key, rest)) if !rest.contains(',') => format!("{} {}", rest.trim(), key.trim()),
        _ => inverted.to_owned(),
    }
}

/// The identifiers of a name of one type: `(name of the scheme, value)`.
fn identifiers<'t>(
    element: Element<'t>,
    kind: &'static str,
) -> impl Iterator<Item = (Option<&'t str>, &'t str)> {
    element
        .all(Tag::NameIdentifier)
        .filter(move |identifier| identifier.value(Tag::NameIDType) == Some(kind))
        .filter_map(|identifier| {
            Some((
                identifier.value(Tag::IDTypeName),
                identifier.value(Tag::IDValue)?,
            ))
        })
}

fn consonance_key(element: Element<'_>) -> Option<ContributorKey> {
    identifiers(element, "01")
        .find(|(scheme, _)| *scheme == Some(CONSONANCE_SCHEME))
        .map(|(_, id)| ContributorKey::namespaced("consonance", "contact", id))
}

fn proprietary_key(element: Element<'_>) -> Option<ContributorKey> {
    identifiers(element, "01").find_map(|(scheme, id)| {
        let id = format!("{}:{id}", name_key(scheme?));
        Some(ContributorKey::namespaced("onix", "contributor", id))
    })
}

/// An International Standard Name Identifier: sixteen digits, the last may be X.
fn isni(element: Element<'_>) -> Option<String> {
    identifiers(element, "16").find_map(|(_, id)| {
        let isni: String = id
            .chars()
            .filter(|character| character.is_ascii_alphanumeric())
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let body = isni.strip_suffix('X').unwrap_or(&isni);
        let digits = body.chars().all(|character| character.is_ascii_digit());
        (isni.len() == 16 && digits).then_some(isni)
    })
}
