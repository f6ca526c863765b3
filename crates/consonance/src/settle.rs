//! Two works with one ISBN.
//!
//! An ISBN names one product in the world, and readers, shops and remembered joins go by it. Where
//! two claim it, the one that had it keeps it; the other is closed until a person has decided, since
//! showing either under a wrong number is worse than showing one book less.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::key::{ProductKey, WorkKey};
use catalogue::product::Approval;
use catalogue::work::Work;

const ISBN_CLAIMED_TWICE: FindingCode = FindingCode::new("isbn-claimed-twice");

/// One claim to an ISBN.
#[derive(Debug, Clone)]
struct Claim {
    work: WorkKey,
    product: ProductKey,
}

/// Settles ISBNs that more than one product claims.
///
/// The work that `owners` remembers keeps its ISBN, else the one with the lowest number, and within
/// a work the product with the lowest number. Every other product loses the ISBN and is withheld. A
/// finding is left on each work concerned. An owner that is among `works` and does not claim the
/// ISBN any more has given it up; one that is not among them still owns it, so `owners` must not
/// hold works that have vanished.
pub fn settle_isbns(works: &mut [Work], owners: &BTreeMap<Isbn13, WorkKey>) {
    let present: BTreeSet<WorkKey> = works.iter().map(|work| work.key.clone()).collect();
    let mut claims: BTreeMap<Isbn13, Vec<Claim>> = BTreeMap::new();
    for work in works.iter() {
        for product in &work.products {
            if let Some(isbn) = product.isbn {
                let claim = Claim {
                    work: work.key.clone(),
                    product: product.key.clone(),
                };
                claims.entry(isbn).or_default().push(claim);
            }
        }
    }
    let mut verdicts: BTreeMap<WorkKey, Vec<Verdict>> = BTreeMap::new();
    for (isbn, mut claims) in claims {
        claims.sort_by(|a, b| {
            let order = |claim: &Claim| (number(claim.work.id()), number(claim.product.id()));
            order(a)
                .cmp(&order(b))
                .then_with(|| (&a.work, &a.product).cmp(&(&b.work, &b.product)))
        });
        let owner = owners.get(&isbn);
        let absent = owner.filter(|owner| !present.contains(*owner));
        if claims.len() < 2 && absent.is_none() {
            continue;
        }
        let kept = match (owner, absent) {
            (Some(_), Some(_)) => None,
            (Some(owner), None) => claims
                .iter()
                .find(|claim| claim.work == *owner)
                .or(claims.first()),
            (None, _) => claims.first(),
        };
        let keeper = kept
            .map(|claim| claim.work.clone())
            .or_else(|| owner.cloned());
        let winner = kept.map(|claim| claim.product.clone());
        for claim in &claims {
            let verdict = Verdict {
                isbn,
                product: claim.product.clone(),
                keeps: Some(&claim.product) == winner.as_ref(),
                message: message(isbn, &claims, keeper.as_ref()),
            };
            verdicts
                .entry(claim.work.clone())
                .or_default()
                .push(verdict);
        }
    }
    for work in works {
        for verdict in verdicts.remove(&work.key).unwrap_or_default() {
            verdict.carry_out(work);
        }
    }
}

#[derive(Debug)]
struct Verdict {
    isbn: Isbn13,
    product: ProductKey,
    keeps: bool,
    message: String,
}

impl Verdict {
    fn carry_out(self, work: &mut Work) {
        let product = work
            .products
            .iter_mut()
            .find(|product| product.key == self.product);
        if let Some(product) = product.filter(|_| !self.keeps) {
            product.isbn = None;
            product.approval = Approval::Withheld;
        }
        let record = work
            .records
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        let finding = if self.keeps {
            Finding::warning(ISBN_CLAIMED_TWICE, self.message)
        } else {
            Finding::error(ISBN_CLAIMED_TWICE, self.message)
        };
        let finding = finding
            .in_record(record)
            .on_isbn(self.isbn)
            .in_field("isbn");
        if !work.findings.contains(&finding) {
            work.findings.push(finding);
        }
    }
}

fn message(isbn: Isbn13, claims: &[Claim], keeper: Option<&WorkKey>) -> String {
    let mut names: Vec<String> = claims
        .iter()
        .map(|claim| format!("{} of {}", claim.product, claim.work))
        .collect();
    if let Some(keeper) = keeper.filter(|keeper| claims.iter().all(|claim| claim.work != **keeper))
    {
        names.insert(0, keeper.to_string());
    }
    let keeper = keeper.map(ToString::to_string).unwrap_or_default();
    format!(
        "ISBN {isbn} is claimed by {}; {keeper} keeps it and the rest is kept back. Correct it in \
         Consonance.",
        names.join(" and ")
    )
}

/// An id in the order of numbers; whatever is none comes last.
fn number(id: &str) -> u64 {
    id.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use catalogue::key::RecordKey;
    use catalogue::product::Product;

    use super::*;
    use crate::WorkId;

    const ISBN: &str = "9781492067665";

    fn work(id: i64, products: &[i64]) -> Work {
        let id = WorkId::new(id);
        let mut work = Work::new(id.work_key(), id.record_key());
        work.products = products
            .iter()
            .map(|product| {
                let key = ProductKey::namespaced("consonance", "product", product);
                let mut product = Product::new(key, RecordKey::new(id.record_key().as_str()));
                product.isbn = Some(ISBN.parse().unwrap());
                product.approval = Approval::Approved;
                product
            })
            .collect();
        work
    }

    fn owners(owner: Option<i64>) -> BTreeMap<Isbn13, WorkKey> {
        owner
            .map(|id| (ISBN.parse().unwrap(), WorkId::new(id).work_key()))
            .into_iter()
            .collect()
    }

    fn settled(works: &mut [Work], owner: Option<i64>) -> Vec<String> {
        settle_isbns(works, &owners(owner));
        let products = works.iter().flat_map(|work| &work.products);
        products
            .filter(|product| product.isbn.is_some() && product.approval == Approval::Approved)
            .map(|product| product.key.id().to_owned())
            .collect()
    }

    #[test]
    fn the_work_that_had_it_keeps_it() {
        let mut works = [work(2, &[20]), work(10, &[30])];
        assert_eq!(settled(&mut works, Some(10)), ["30"]);
        assert_eq!(works[0].products[0].approval, Approval::Withheld);
        assert!(
            works.iter().all(|work| work.findings.len() == 1),
            "a finding on both"
        );
    }

    #[test]
    fn else_the_lowest_number_keeps_it_and_numbers_are_not_text() {
        assert_eq!(
            settled(&mut [work(10, &[30]), work(9, &[40])], None),
            ["40"]
        );
        assert_eq!(settled(&mut [work(1, &[101, 99])], None), ["99"]);
    }

    #[test]
    fn an_owner_out_of_sight_keeps_it_and_one_that_gave_it_up_does_not() {
        assert!(settled(&mut [work(2, &[20])], Some(1)).is_empty());
        let mut gave_up = work(1, &[10]);
        gave_up.products[0].isbn = None;
        assert_eq!(settled(&mut [gave_up, work(2, &[20])], Some(1)), ["20"]);
    }

    #[test]
    fn an_isbn_claimed_once_is_left_alone() {
        let mut works = [work(2, &[20])];
        assert_eq!(settled(&mut works, Some(2)), ["20"]);
        assert!(works[0].findings.is_empty());
    }
}
