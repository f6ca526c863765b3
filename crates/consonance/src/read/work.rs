//! A work and what its products share.

use std::collections::BTreeSet;

use catalogue::codes::LanguageCode;
use catalogue::collection::{Imprint, Series, SeriesMembership};
use catalogue::finding::{Finding, FindingCode};
use catalogue::key::{ImprintKey, ProductKey, SeriesKey, name_key};
use catalogue::product::{Approval, Product, Scope};
use catalogue::title::Title;
use catalogue::work::Work;

use super::report::Report;
use super::{contributor, product, resource, subject, text};
use crate::NAMESPACE;
use crate::envelope::shown;
use crate::node::{Node, Said, Unfit};
use crate::wanted::Gate;
use crate::work_id::WorkId;

const FIELD_UNREADABLE: FindingCode = FindingCode::new("field-unreadable");
const LINKED_TO_NO_PRODUCT: FindingCode = FindingCode::new("linked-to-no-product");

/// A work as read, and the gates that none of its products gave.
#[derive(Debug)]
pub(crate) struct ReadWork {
    pub(crate) id: WorkId,
    pub(crate) work: Work,
    pub(crate) has_products: bool,
    pub(crate) unreadable: BTreeSet<Gate>,
}

/// The products of a work, by the numbers that texts, covers and contributions link to.
#[derive(Debug)]
pub(super) struct Family {
    ids: BTreeSet<i64>,
}

/// Reads one work out of an answer.
pub(crate) fn read_work(value: &serde_json::Value, said: &Said<'_>) -> Result<ReadWork, Unfit> {
    let node = Node::work(value, said);
    let id = WorkId::new(node.id("id")?);
    let mut report = Report::new(id);
    for error in said.errors {
        let path = shown(&error.path);
        let message = format!("Consonance could not give {path}: {}", error.message);
        report.add(Finding::warning(FIELD_UNREADABLE, message).in_field(path));
    }
    let mut work = Work::new(id.work_key(), id.record_key());
    work.title = Title {
        text: node.due_text("title")?.unwrap_or_default().to_owned(),
        prefix: None,
        subtitle: node.string("subtitle")?,
    };
    work.contributor_statement = node.string("authorshipDescription")?;
    work.client = node.due_integer("clientId")?.map(|id| id.to_string());
    work.stage = node.string("projectStage")?;
    work.season = node.string("season")?;
    work.marketing_tier = node.string("marketingTier")?;
    work.imprint = imprint(&node)?;
    let products = node.due_list("products")?;
    let family = Family::of(&products)?;
    let mut read = Vec::with_capacity(products.len());
    for product in &products {
        read.push(product::read_product(product, &work, &mut report)?);
    }
    report.about(None);
    work.series = series(&node)?;
    work.contributions = contributor::contributions(&node, &family, &mut report)?;
    work.subjects = subject::subjects(&node, &mut report)?;
    work.audience = subject::audience(&node, &mut report)?;
    work.texts = text::texts(&node, &products, &family, &mut report)?;
    work.resources = resource::resources(&node, &family, &mut report)?;
    finish_products(&node, &mut read, &mut report)?;
    if work.title.is_blank() && read.iter().all(|product| product.title.is_blank()) {
        return Err(node
            .get("title")
            .unfit("no title on the work or on any product"));
    }
    let unreadable = unreadable_gates(&read, said);
    work.products = read;
    work.findings = report.into_findings();
    Ok(ReadWork {
        id,
        has_products: !work.products.is_empty(),
        work,
        unreadable,
    })
}

/// What a work says once for all its products.
fn finish_products(
    node: &Node<'_>,
    products: &mut [Product],
    report: &mut Report,
) -> Result<(), Unfit> {
    let mut languages: Vec<LanguageCode> = Vec::new();
    for row in node.due_list("contentLanguages")? {
        languages.extend(report.code_at::<LanguageCode>(&row, "onixLanguageCode")?);
    }
    let edition = node.string("editionStatement")?;
    let number = node
        .integer("editionNumber")?
        .and_then(|number| u32::try_from(number).ok());
    for product in products {
        product.languages.clone_from(&languages);
        product.edition = product.edition.take().or_else(|| edition.clone());
        product.edition_number = product.edition_number.or(number);
    }
    Ok(())
}

/// The gates that no product of the work gave.
fn unreadable_gates(products: &[Product], said: &Said<'_>) -> BTreeSet<Gate> {
    if products.is_empty() {
        // A product whose gate cannot be null goes missing as a whole.
        let lost = said
            .errors
            .iter()
            .filter_map(|error| product::gate_of(&error.fields()));
        return lost.collect();
    }
    let mut gates = BTreeSet::new();
    if products
        .iter()
        .all(|product| product.approval == Approval::Unreadable)
    {
        gates.insert(Gate::Approval);
    }
    if products.iter().all(|product| product.rights.is_none()) {
        gates.insert(Gate::Rights);
    }
    gates
}

fn imprint(work: &Node<'_>) -> Result<Option<Imprint>, Unfit> {
    let Some(imprint) = work.object("imprint")? else {
        return Ok(None);
    };
    let Some(name) = imprint.due_text("name")? else {
        return Ok(None);
    };
    let key = match imprint.due_integer("id")? {
        Some(id) => ImprintKey::namespaced(NAMESPACE, "imprint", id),
        None => ImprintKey::namespaced(NAMESPACE, "imprint", name_key(name)),
    };
    Ok(Some(Imprint {
        key,
        name: name.to_owned(),
    }))
}

fn series(work: &Node<'_>) -> Result<Vec<SeriesMembership>, Unfit> {
    let mut memberships = Vec::new();
    for membership in work.due_list("seriesMemberships")? {
        let Some(series) = membership.due_object("series")? else {
            continue;
        };
        let Some(name) = series.due_text("name")? else {
            continue;
        };
        let key = match series.due_integer("id")? {
            Some(id) => SeriesKey::namespaced(NAMESPACE, "series", id),
            None => SeriesKey::namespaced(NAMESPACE, "series", name_key(name)),
        };
        memberships.push(SeriesMembership {
            series: Series {
                key,
                name: name.to_owned(),
                subtitle: series.string("subtitle")?,
                issn: series.string("printIssn")?,
            },
            part_number: membership.string("partNumber")?,
            sequence: None,
            products: Scope::All,
        });
    }
    Ok(memberships)
}

/// The key of a product by its number.
pub(super) fn product_key(id: i64) -> ProductKey {
    ProductKey::namespaced(NAMESPACE, "product", id)
}

impl Family {
    fn of(products: &[Node<'_>]) -> Result<Self, Unfit> {
        let ids = products
            .iter()
            .map(|product| product.id("id"))
            .collect::<Result<_, _>>()?;
        Ok(Self { ids })
    }

    /// Which products a row links to by its `productIds`. A row that cannot say links to all.
    pub(super) fn scope(&self, row: &Node<'_>, report: &mut Report) -> Result<Scope, Unfit> {
        let Some(rows) = row.due_list_if_readable("productIds")? else {
            return Ok(Scope::All);
        };
        let linked = rows
            .iter()
            .map(Node::as_integer)
            .collect::<Result<BTreeSet<i64>, _>>()?;
        Ok(self.scope_of(&linked, row, report))
    }

    /// The scope of a set of product numbers.
    pub(super) fn scope_of(
        &self,
        linked: &BTreeSet<i64>,
        row: &Node<'_>,
        report: &mut Report,
    ) -> Scope {
        if self.ids.is_subset(linked) {
            return Scope::All;
        }
        let known: BTreeSet<ProductKey> = linked
            .intersection(&self.ids)
            .copied()
            .map(product_key)
            .collect();
        if known.is_empty() {
            report.at(
                row,
                Finding::info(
                    LINKED_TO_NO_PRODUCT,
                    "It is linked to no product of the work, so it is shown with none; link it in Consonance.",
                ),
            );
        }
        Scope::Only(known)
    }
}
