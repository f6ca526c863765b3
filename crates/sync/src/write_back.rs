//! What goes back to Consonance: a link from each live title to its page, with a note of how far it is. Pure.
//!
//! Only links that we made are changed or taken away, and each is written down before it is made. A link that a person made
//! is theirs, also where it leads to the same page; one of ours that a person removed is not made again.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::isbn::Isbn13;
use consonance::{LinkedProduct, StandingLink};
use serde::Serialize;
use store::write_backs::{KeptLink, State};

/// A link that should be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The title, as its work's key.
    pub work: String,
    /// The site.
    pub site: String,
    /// The format that speaks for it.
    pub isbn: Isbn13,
    /// The live page.
    pub link: String,
    /// How far it is.
    pub note: String,
}

/// What is done about one link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// It is made.
    Create {
        /// The product's number.
        product: i64,
    },
    /// It was made, and the answer was lost.
    Note {
        /// The product's number.
        product: i64,
        /// Its number.
        id: i64,
    },
    /// Where it leads, or what it says, is another now.
    Update {
        /// Its number.
        id: i64,
    },
    /// The page is gone, so it goes, too.
    Delete {
        /// Its number.
        id: i64,
    },
    /// It is gone already, and need not be known any longer.
    Forget,
    /// It stands as it should.
    Keep,
    /// It is left alone.
    Leave {
        /// Why.
        why: String,
    },
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The title, as its work's key.
    pub work: String,
    /// The site.
    pub site: String,
    /// Where it leads.
    pub link: String,
    /// What it says.
    pub note: String,
    /// What is done.
    #[serde(flatten)]
    pub act: Act,
}

/// What is to be done. `standing` are the products of every work that is wanted or kept, as they are now.
#[must_use]
pub fn plan(
    wanted: &[Wanted],
    kept: &[KeptLink],
    standing: &BTreeMap<String, Vec<LinkedProduct>>,
) -> Vec<Step> {
    let place = |link: &KeptLink| (link.work.clone(), link.site.clone());
    let known: BTreeMap<(String, String), &KeptLink> = kept
        .iter()
        .filter(|link| link.state != State::Gone)
        .map(|link| (place(link), link))
        .collect();
    let mut steps: Vec<Step> = wanted
        .iter()
        .map(|one| {
            let place = (one.work.clone(), one.site.clone());
            let products = standing
                .get(&one.work)
                .map(Vec::as_slice)
                .unwrap_or_default();
            Step {
                work: one.work.clone(),
                site: one.site.clone(),
                link: one.link.clone(),
                note: one.note.clone(),
                act: act(one, known.get(&place).copied(), products),
            }
        })
        .collect();
    let places: BTreeSet<(&str, &str)> = wanted
        .iter()
        .map(|one| (one.work.as_str(), one.site.as_str()))
        .collect();
    for link in known.values() {
        if !places.contains(&(link.work.as_str(), link.site.as_str())) {
            steps.push(undone(
                link,
                standing
                    .get(&link.work)
                    .map(Vec::as_slice)
                    .unwrap_or_default(),
            ));
        }
    }
    steps
}

/// What takes away a link of ours.
#[must_use]
pub fn undone(link: &KeptLink, products: &[LinkedProduct]) -> Step {
    let act = match find(link, products) {
        Some(found) => Act::Delete { id: found.id },
        None => Act::Forget,
    };
    Step {
        work: link.work.clone(),
        site: link.site.clone(),
        link: link.link.clone(),
        note: link.note.clone(),
        act,
    }
}

/// The link that we made, as it stands: by its number, or where its answer was lost by what it says.
fn find<'p>(link: &KeptLink, products: &'p [LinkedProduct]) -> Option<&'p StandingLink> {
    let of_product = products.iter().filter(|product| product.id == link.product);
    let mut links = of_product.flat_map(|product| &product.links);
    match link.link_id {
        Some(id) => links.find(|one| one.id == id),
        None => links.find(|one| one.link == link.link && one.note == link.note),
    }
}

fn act(wanted: &Wanted, kept: Option<&KeptLink>, products: &[LinkedProduct]) -> Act {
    let leave = |why: &str| Act::Leave {
        why: why.to_owned(),
    };
    let product = products
        .iter()
        .find(|product| product.isbn == Some(wanted.isbn));
    if let Some(kept) = kept {
        return match (find(kept, products), product) {
            (Some(found), Some(product)) if product.id == kept.product => {
                if kept.link_id.is_none() {
                    Act::Note {
                        product: product.id,
                        id: found.id,
                    }
                } else if found.link == wanted.link && found.note == wanted.note {
                    Act::Keep
                } else {
                    Act::Update { id: found.id }
                }
            }
            // Another format speaks for the title now: the next plan makes the link there.
            (Some(found), _) => Act::Delete { id: found.id },
            (None, Some(product)) if kept.link_id.is_none() => Act::Create {
                product: product.id,
            },
            (None, _) if kept.link_id.is_some() => {
                leave("a person removed the link that stood here")
            }
            (None, _) => leave("the account has no product of its ISBN"),
        };
    }
    let Some(product) = product else {
        return leave("the account has no product of its ISBN");
    };
    if product.links.iter().any(|link| link.link == wanted.link) {
        return leave("a person made a link to this page");
    }
    Act::Create {
        product: product.id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://books.example/books/salt";

    fn wanted(note: &str) -> Wanted {
        Wanted {
            work: "consonance:work:1".to_owned(),
            site: "uk".to_owned(),
            isbn: "9781839900006".parse().unwrap(),
            link: LINK.to_owned(),
            note: note.to_owned(),
        }
    }

    fn kept(link_id: Option<i64>) -> KeptLink {
        KeptLink {
            id: uuid::Uuid::nil(),
            work: "consonance:work:1".to_owned(),
            site: "uk".to_owned(),
            product: 11,
            link: LINK.to_owned(),
            note: "live".to_owned(),
            link_id,
            state: match link_id {
                Some(_) => State::Stands,
                None => State::Intent,
            },
            by: "ida".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn standing(links: &[(i64, &str, &str)]) -> BTreeMap<String, Vec<LinkedProduct>> {
        let links = links.iter().map(|(id, link, note)| StandingLink {
            id: *id,
            link: (*link).to_owned(),
            note: (*note).to_owned(),
        });
        let product = LinkedProduct {
            id: 11,
            isbn: Some("9781839900006".parse().unwrap()),
            links: links.collect(),
        };
        BTreeMap::from([("consonance:work:1".to_owned(), vec![product])])
    }

    fn acts(wanted: &[Wanted], kept: &[KeptLink], links: &[(i64, &str, &str)]) -> Vec<Act> {
        let steps = plan(wanted, kept, &standing(links));
        steps.into_iter().map(|step| step.act).collect()
    }

    #[test]
    fn a_link_is_made_once_changed_in_place_and_taken_away_with_its_page() {
        let live = || vec![wanted("live")];
        assert_eq!(acts(&live(), &[], &[]), [Act::Create { product: 11 }]);
        let ours = [(5, LINK, "live")];
        assert_eq!(acts(&live(), &[kept(Some(5))], &ours), [Act::Keep]);
        assert_eq!(
            acts(&[wanted("ready")], &[kept(Some(5))], &ours),
            [Act::Update { id: 5 }]
        );
        assert_eq!(acts(&[], &[kept(Some(5))], &ours), [Act::Delete { id: 5 }]);
    }

    #[test]
    fn an_answer_that_was_lost_makes_no_second_link() {
        let live = vec![wanted("live")];
        let lost = [kept(None)];
        assert_eq!(
            acts(&live, &lost, &[(5, LINK, "live")]),
            [Act::Note { product: 11, id: 5 }]
        );
        assert_eq!(acts(&live, &lost, &[]), [Act::Create { product: 11 }]);
    }

    #[test]
    fn what_people_made_or_removed_is_left_alone() {
        let live = vec![wanted("live")];
        for acts in [
            acts(&live, &[], &[(9, LINK, "our own page")]),
            acts(&live, &[kept(Some(5))], &[]),
        ] {
            assert!(matches!(acts.as_slice(), [Act::Leave { .. }]), "{acts:?}");
        }
        assert_eq!(
            acts(&[], &[kept(Some(5))], &[(9, LINK, "x")]),
            [Act::Forget]
        );
    }
}
