//! From product records to works.
//!
//! ONIX describes products; readers look for books. Which records are formats of one work is found, in this order, by a
//! join remembered from before on any of their ISBNs, a work id that a record names, the closure over the relations that
//! mean "the same work in another format" (ONIX List 51: 06, 13, 27), else a record is a work of its own. Joins are
//! remembered, so a format that arrives later finds its work and does not re-key it. Where the data now contradict what
//! was remembered, nothing moves until a person has said so: a [`Question`] is returned instead.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::codes::{RelationCode, WorkRelationCode};
use crate::contributor::Contribution;
use crate::finding::{Finding, FindingCode};
use crate::isbn::Isbn13;
use crate::key::{RecordKey, WorkKey};
use crate::origin::{Origin, Origins};
use crate::record::{ProductRecord, RelatedWork};
use crate::work::Work;

/// Which work each ISBN was found to belong to, remembered between runs.
pub type Joins = BTreeMap<Isbn13, WorkKey>;

/// Something about identity that only a person may decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "snake_case")]
pub enum Question {
    /// Records of works known apart now say that they are one.
    Merge {
        /// The work that would remain (the first in key order).
        into: WorkKey,
        /// The works that would become aliases of it.
        from: BTreeSet<WorkKey>,
        /// The records that join them.
        records: BTreeSet<RecordKey>,
    },
    /// Records of one known work now name different works.
    Split {
        /// The work as known.
        work: WorkKey,
        /// The works they name.
        into: BTreeSet<WorkKey>,
        /// The records concerned.
        records: BTreeSet<RecordKey>,
    },
}

/// Which questions a person has already answered with yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Merge works that their records say are one.
    pub merge: bool,
    /// Split works whose records name different ones.
    pub split: bool,
}

/// Works assembled from records.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// The works, in key order.
    pub works: Vec<Work>,
    /// The joins to remember.
    pub joins: Joins,
    /// What waits for a person. Nothing of it has been applied.
    pub questions: Vec<Question>,
}

/// Assembles works from records.
///
/// `records` are all that are kept, one per record reference; `joins` what was remembered.
pub fn assemble(records: &[ProductRecord], joins: &Joins, answers: Answers) -> Assembly {
    let mut groups = Groups::new(records.len());
    let mut named: BTreeMap<WorkKey, usize> = BTreeMap::new();
    let mut by_isbn: BTreeMap<Isbn13, usize> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        if let Some(key) = named_work(&record.works) {
            groups.join(index, *named.entry(key).or_insert(index));
        }
        if let Some(isbn) = record.product().and_then(|product| product.isbn) {
            groups.join(index, *by_isbn.entry(isbn).or_insert(index));
        }
    }
    for (index, record) in records.iter().enumerate() {
        for related in record.product().iter().flat_map(|product| &product.related) {
            let same = related.relations.iter().any(is_same_work);
            if let (true, Some(&other)) = (same, by_isbn.get(&related.isbn)) {
                groups.join(index, other);
            }
        }
    }
    let mut assembly = Assembly {
        joins: joins.clone(),
        ..Assembly::default()
    };
    let mut works: BTreeMap<WorkKey, Vec<&ProductRecord>> = BTreeMap::new();
    for members in groups.members() {
        let members: Vec<&ProductRecord> = members
            .into_iter()
            .filter_map(|index| records.get(index))
            .collect();
        for (key, records) in settle(&members, joins, answers, &mut assembly.questions) {
            works.entry(key).or_default().extend(records);
        }
    }
    split_or_ask(&mut works, joins, answers, &mut assembly.questions);
    for (key, mut records) in works {
        records.sort_by(|a, b| a.key.cmp(&b.key));
        for isbn in records
            .iter()
            .filter_map(|record| record.product().and_then(|product| product.isbn))
        {
            assembly.joins.insert(isbn, key.clone());
        }
        assembly.works.push(build(&key, &records, joins));
    }
    assembly.questions.sort();
    assembly
}

/// Relations that say "another format of the same work".
fn is_same_work(relation: &RelationCode) -> bool {
    matches!(relation.code(), "06" | "13" | "27")
}

/// The work that a record says it manifests (ONIX List 164 code 01), as a key. Consonance's own feeds name the work as
/// `com.CLIENT.onix.ID`; that is the same work as `consonance:work:ID` read through its API.
pub(crate) fn named_work(works: &[RelatedWork]) -> Option<WorkKey> {
    let manifested = works
        .iter()
        .filter(|work| work.relation == WorkRelationCode::MANIFESTATION_OF);
    manifested
        .min_by_key(|work| (work.id_type != "01", work.value.clone()))
        .map(|work| match consonance_work_id(&work.value) {
            Some(id) => WorkKey::namespaced("consonance", "work", id),
            None => WorkKey::namespaced(
                "onix",
                "work",
                format!("{}:{}", work.id_type, work.value.trim()),
            ),
        })
}

fn consonance_work_id(value: &str) -> Option<u64> {
    let rest = value.trim().strip_prefix("com.")?;
    let (_client, id) = rest.split_once(".onix.")?;
    id.parse().ok()
}

/// Finds the key, or keys where remembered works must stay apart, of records that belong together by today's data.
fn settle<'a>(
    members: &[&'a ProductRecord],
    joins: &Joins,
    answers: Answers,
    questions: &mut Vec<Question>,
) -> BTreeMap<WorkKey, Vec<&'a ProductRecord>> {
    let remembered: BTreeSet<WorkKey> = members
        .iter()
        .filter_map(|record| remembered(record, joins))
        .collect();
    let mut remembered_keys = remembered.iter();
    match (remembered_keys.next(), remembered.len()) {
        (None, _) => {
            let named = members
                .iter()
                .filter_map(|record| named_work(&record.works))
                .min();
            let own = members.iter().map(|record| own_work(record)).min();
            named
                .or(own)
                .map(|key| BTreeMap::from([(key, members.to_vec())]))
                .unwrap_or_default()
        }
        (Some(key), 1) => BTreeMap::from([(key.clone(), members.to_vec())]),
        (Some(first), _) => {
            if answers.merge {
                return BTreeMap::from([(first.clone(), members.to_vec())]);
            }
            questions.push(Question::Merge {
                into: first.clone(),
                from: remembered.iter().skip(1).cloned().collect(),
                records: members.iter().map(|record| record.key.clone()).collect(),
            });
            // Until answered each record stays with the work it was known by; new ones go to the first.
            let mut apart: BTreeMap<WorkKey, Vec<&ProductRecord>> = BTreeMap::new();
            for record in members {
                let key = remembered_or(record, joins, first);
                apart.entry(key).or_default().push(record);
            }
            apart
        }
    }
}

fn remembered(record: &ProductRecord, joins: &Joins) -> Option<WorkKey> {
    joins.get(&record.product()?.isbn?).cloned()
}

fn remembered_or(record: &ProductRecord, joins: &Joins, otherwise: &WorkKey) -> WorkKey {
    remembered(record, joins).unwrap_or_else(|| otherwise.clone())
}

fn own_work(record: &ProductRecord) -> WorkKey {
    WorkKey::namespaced("onix", "record", &record.reference)
}

/// A remembered work whose records name two or more different works is a split waiting for an answer.
fn split_or_ask(
    works: &mut BTreeMap<WorkKey, Vec<&ProductRecord>>,
    joins: &Joins,
    answers: Answers,
    questions: &mut Vec<Question>,
) {
    let mut moves: Vec<(WorkKey, WorkKey, RecordKey)> = Vec::new();
    for (key, records) in works.iter() {
        let named: BTreeMap<&RecordKey, WorkKey> = records
            .iter()
            .filter(|record| remembered(record, joins).is_some())
            .filter_map(|record| named_work(&record.works).map(|work| (&record.key, work)))
            .collect();
        let distinct: BTreeSet<WorkKey> = named.values().cloned().collect();
        if distinct.len() < 2 {
            continue;
        }
        if answers.split {
            let stays = if distinct.contains(key) {
                key.clone()
            } else {
                distinct.iter().next().unwrap_or(key).clone()
            };
            moves.extend(
                named
                    .into_iter()
                    .filter(|(_, work)| *work != stays)
                    .map(|(record, work)| (key.clone(), work, record.clone())),
            );
        } else {
            questions.push(Question::Split {
                work: key.clone(),
                into: distinct,
                records: named.into_keys().cloned().collect(),
            });
        }
    }
    for (from, to, record) in moves {
        let moved = works.get_mut(&from).and_then(|records| {
            records
                .iter()
                .position(|candidate| candidate.key == record)
                .map(|index| records.remove(index))
        });
        if let Some(moved) = moved {
            works.entry(to).or_default().push(moved);
        }
    }
}

/// Builds one work from its records, which come in key order.
fn build(key: &WorkKey, records: &[&ProductRecord], joins: &Joins) -> Work {
    let mut work: Option<Work> = None;
    for record in records {
        let mut part = record.work.clone();
        for product in &mut part.products {
            product.origins = Origins::all(Origin::Onix(record.place.clone()));
        }
        match &mut work {
            None => {
                part.origins = Origins::all(Origin::Onix(record.place.clone()));
                part.key = key.clone();
                part.records = vec![record.key.clone()];
                work = Some(part);
            }
            Some(whole) => absorb(whole, part, &record.key),
        }
    }
    let mut work = work.unwrap_or_else(|| Work::new(key.clone(), RecordKey::new(key.as_str())));
    work.aliases = records
        .iter()
        .filter_map(|record| remembered(record, joins))
        .filter(|remembered| remembered != key)
        .collect();
    report_isbn_claimed_twice(&mut work);
    work
}

fn absorb(whole: &mut Work, part: Work, record: &RecordKey) {
    whole.records.push(record.clone());
    whole.products.extend(part.products);
    for contribution in part.contributions {
        merge_contribution(&mut whole.contributions, contribution);
    }
    merge_scoped(
        &mut whole.series,
        part.series,
        |a, b| a.series == b.series && a.part_number == b.part_number,
        |m| &mut m.products,
    );
    merge_scoped(
        &mut whole.subjects,
        part.subjects,
        |a, b| {
            a.scheme == b.scheme && a.code == b.code && a.heading == b.heading && a.main == b.main
        },
        |subject| &mut subject.products,
    );
    merge_scoped(
        &mut whole.texts,
        part.texts,
        |a, b| {
            let mut a = a.clone();
            a.products = b.products.clone();
            a == *b
        },
        |text| &mut text.products,
    );
    merge_scoped(
        &mut whole.resources,
        part.resources,
        |a, b| {
            let mut a = a.clone();
            a.products = b.products.clone();
            a == *b
        },
        |resource| &mut resource.products,
    );
    whole.publisher = whole.publisher.take().or(part.publisher);
    whole.imprint = whole.imprint.take().or(part.imprint);
    whole.contributor_statement = whole
        .contributor_statement
        .take()
        .or(part.contributor_statement);
    if whole.audience.codes.is_empty() && whole.audience.description.is_none() {
        whole.audience = part.audience;
    }
    whole.findings.extend(part.findings);
}

fn merge_contribution(whole: &mut Vec<Contribution>, part: Contribution) {
    let same = whole
        .iter_mut()
        .find(|known| known.contributor.key == part.contributor.key && known.roles == part.roles);
    match same {
        Some(known) => {
            known.products.merge(&part.products);
            known.sequence = known.sequence.min(part.sequence);
            if known.contributor.biography.is_none() {
                known.contributor.biography = part.contributor.biography;
            }
        }
        None => whole.push(part),
    }
}

pub(crate) fn merge_scoped<T>(
    whole: &mut Vec<T>,
    part: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    scope: impl Fn(&mut T) -> &mut crate::product::Scope,
) {
    for mut item in part {
        match whole.iter_mut().find(|known| same(known, &item)) {
            Some(known) => {
                let theirs = scope(&mut item).clone();
                scope(known).merge(&theirs);
            }
            None => whole.push(item),
        }
    }
}

/// Two product records with one ISBN: the first in key order keeps it, the other is left without and so stays hidden.
fn report_isbn_claimed_twice(work: &mut Work) {
    let mut seen: BTreeMap<Isbn13, RecordKey> = BTreeMap::new();
    let mut findings = Vec::new();
    for product in &mut work.products {
        let Some(isbn) = product.isbn else { continue };
        if let Some(first) = seen.get(&isbn) {
            let message = format!(
                "ISBN {isbn} is claimed by {first} and {}; the first keeps it",
                product.record
            );
            let finding = Finding::error(FindingCode::new("isbn-claimed-twice"), message);
            findings.push(
                finding
                    .in_record(product.record.to_string())
                    .on_isbn(isbn)
                    .in_field("isbn"),
            );
            product.isbn = None;
        } else {
            seen.insert(isbn, product.record.clone());
        }
    }
    work.findings.append(&mut findings);
}

/// Disjoint groups of indices (union by smallest index, path halving).
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while let Some(&parent) = self.parent.get(index) {
            if parent == index {
                break;
            }
            let grandparent = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parent.get_mut(index) {
                *slot = grandparent;
            }
            index = grandparent;
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (small, large) = (a.min(b), a.max(b));
        if let Some(slot) = self.parent.get_mut(large) {
            *slot = small;
        }
    }

    fn members(mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in 0..self.parent.len() {
            groups.entry(self.root(index)).or_default().push(index);
        }
        groups.into_values().collect()
    }
}
