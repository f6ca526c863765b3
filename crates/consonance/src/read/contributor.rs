//! Who made a work.
//!
//! Consonance keeps one row per contributor and role, each linked to products of its own. Rows of
//! one contact that are linked to the same products are one credit with several roles; a narrator
//! of the audiobook alone stays a credit of its own.

use catalogue::codes::ContributorRole;
use catalogue::contributor::{Contribution, Contributor, ContributorKind};
use catalogue::finding::{Finding, FindingCode};
use catalogue::key::ContributorKey;
use catalogue::text::{Markup, MarkupFormat};

use super::report::{Report, plain_code};
use super::work::Family;
use crate::NAMESPACE;
use crate::node::{Node, Unfit};

const CONTRIBUTOR_NAMELESS: FindingCode = FindingCode::new("no-contributor-name");
/// ONIX List 73: a contributor's own website.
const OWN_WEBSITE: &str = "06";

pub(super) fn contributions(
    work: &Node<'_>,
    family: &Family,
    report: &mut Report,
) -> Result<Vec<Contribution>, Unfit> {
    let mut credits: Vec<Contribution> = Vec::new();
    for (at, row) in work.due_list("contributions")?.iter().enumerate() {
        let Some(contact) = row.due_object("contributor")? else {
            continue;
        };
        let Some(contributor) = contributor(&contact, report)? else {
            continue;
        };
        let role = row.due_text("onixContributorRoleCode")?;
        let role = role
            .map(|text| report.code::<ContributorRole>(&row.get("onixContributorRoleCode"), text));
        let sequence = row
            .due_integer("sequenceNumber")?
            .and_then(|number| u32::try_from(number).ok());
        let sequence = sequence
            .or_else(|| u32::try_from(at + 1).ok())
            .unwrap_or(u32::MAX);
        let products = family.scope(row, report)?;
        let same = |credit: &&mut Contribution| {
            credit.contributor.key == contributor.key && credit.products == products
        };
        match credits.iter_mut().find(same) {
            Some(credit) => {
                credit.sequence = credit.sequence.min(sequence);
                credit
                    .roles
                    .extend(role.filter(|role| !credit.roles.contains(role)));
            }
            None => credits.push(Contribution {
                contributor,
                roles: role.into_iter().collect(),
                sequence,
                products,
            }),
        }
    }
    credits.sort_by_key(|credit| credit.sequence);
    Ok(credits)
}

fn contributor(contact: &Node<'_>, report: &mut Report) -> Result<Option<Contributor>, Unfit> {
    let typename = contact.get("__typename");
    let (kind, own_name) = match contact.due_text("__typename")? {
        Some("Person") | None => (ContributorKind::Person, "personName"),
        Some("Organisation") => (ContributorKind::Organisation, "organisationName"),
        Some(other) => return Err(typename.unfit(format!("`{other}` is no kind of contact"))),
    };
    let id = contact.id("id")?;
    let name = match contact.string(own_name)? {
        Some(name) => Some(name),
        None => contact.string("name")?,
    };
    let Some(name) = name else {
        report.at(
            contact,
            Finding::warning(
                CONTRIBUTOR_NAMELESS,
                format!("Contact {id} has no name and is left out; name it in Consonance."),
            ),
        );
        return Ok(None);
    };
    Ok(Some(Contributor {
        key: ContributorKey::namespaced(NAMESPACE, "contact", id),
        kind,
        name,
        inverted_name: contact.string("personNameInverted")?,
        isni: contact
            .string("isni")?
            .map(|isni| isni.split_whitespace().collect()),
        biography: contact.string("biographicalNote")?.map(|text| Markup {
            text,
            format: MarkupFormat::Unstated,
        }),
        website: website(contact)?,
    }))
}

fn website(contact: &Node<'_>) -> Result<Option<String>, Unfit> {
    for link in contact.due_list("webLinks")? {
        let role = link.due_text("role")?.map(plain_code);
        if role == Some(OWN_WEBSITE)
            && let Some(address) = link
                .due_text("link")?
                .filter(|address| is_web_address(address))
        {
            return Ok(Some(address.to_owned()));
        }
    }
    Ok(None)
}

/// Whether a text is an address that a page may link to.
pub(super) fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
