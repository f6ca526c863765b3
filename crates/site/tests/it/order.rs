//! The projection depends on what it is given and on nothing else: not on the order of works, nor
//! on being asked before.

use catalogue::codes::ResourceContentType;
use catalogue::title::Title;
use catalogue::work::Work;
use proptest::prelude::*;

use crate::secrecy::works;
use crate::shelf::*;

fn said_of(works: &[Work]) -> String {
    let desired = project(works, &sites());
    let entries: Vec<_> = desired.entries.iter().collect();
    let assets: Vec<_> = desired.assets.iter().collect();
    let urls: Vec<_> = desired.new_urls.iter().collect();
    let rest = (
        &desired.terms,
        &desired.standings,
        &desired.unseen_records,
        &desired.findings,
    );
    serde_json::to_string(&(entries, assets, urls, rest)).unwrap()
}

/// Gives all works what makes them compete: a title, a person described differently by each, and
/// one picture.
fn competing(mut works: Vec<Work>) -> Vec<Work> {
    for (at, work) in works.iter_mut().enumerate() {
        for product in &mut work.products {
            product.title = Title::new("Salt");
        }
        work.contributions
            .push(contribution(5, &format!("Ida Marsh {at}"), "A01", 0));
        work.resources = vec![resource(
            ResourceContentType::FRONT_COVER,
            "https://img.example/salt.png",
        )];
    }
    works
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn works_and_formats_may_come_in_any_order(works in works()) {
        let works = competing(works);
        let mut turned = works.clone();
        turned.reverse();
        for work in &mut turned {
            work.products.reverse();
        }
        let first = said_of(&works);
        prop_assert_eq!(&first, &said_of(&works), "asked twice");
        prop_assert_eq!(&first, &said_of(&turned), "turned round");
    }
}
