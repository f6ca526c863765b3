//! Products that point to each other, and only to what the site shows.

use catalogue::codes::RelationCode;
use catalogue::isbn::Isbn13;
use catalogue::product::{Product, ProductPart, RelatedProduct};
use catalogue::rights::Claim;
use catalogue::territory::Territory;
use catalogue::work::Work;
use site::desired::{Desired, Memory, Value};
use site::policy::{Sites, Unsold};
use site::projection::projection;

use crate::shelf::*;

fn related(mut product: Product, relation: &str, other: Isbn13) -> Product {
    product.related.push(RelatedProduct {
        relations: vec![RelationCode::new(relation)],
        isbn: other,
    });
    product
}

/// What a book points to in a locale: relation, ISBN, title, address.
fn pointers(desired: &Desired, number: u32, locale: &str) -> Vec<[String; 4]> {
    let entry = entry(desired, &book(number));
    match &entry.versions[locale]["related"] {
        Value::Rows(rows) => rows
            .iter()
            .map(|row| {
                ["relation", "other_isbn13", "title", "url"].map(|uid| match row.get(uid) {
                    Some(value) => value.as_text().unwrap().to_owned(),
                    None => String::new(),
                })
            })
            .collect(),
        other => panic!("no rows: {other:?}"),
    }
}

fn line(relation: &str, number: u32, title: &str, url: &str) -> [String; 4] {
    [
        relation.to_owned(),
        isbn(number).to_string(),
        title.to_owned(),
        url.to_owned(),
    ]
}

fn set_and_part() -> [Work; 2] {
    let mut set = in_form(hardback(1, "The Salt Set"), "SB");
    set.parts = vec![ProductPart {
        isbn: Some(isbn(2)),
        copies: 1,
    }];
    [
        work(1, "The Salt Set", vec![set]),
        work(2, "Salt", vec![hardback(2, "Salt")]),
    ]
}

#[test]
fn a_set_and_its_part_point_to_each_other_though_one_side_says_so() {
    let desired = project(&set_and_part(), &sites());
    assert_eq!(
        pointers(&desired, 1, "en-au"),
        [line("includes", 2, "Salt", "/books/salt")]
    );
    assert_eq!(
        pointers(&desired, 2, "en-au"),
        [line("part_of", 1, "The Salt Set", "/books/the-salt-set")]
    );
    let master = pointers(&desired, 2, "en");
    assert_eq!(
        master.len(),
        1,
        "the master says what its first market says"
    );
}

#[test]
fn nothing_points_to_what_the_site_does_not_show() {
    let [mut set, part] = set_and_part();
    set.products[0] = sold(set.products[0].clone(), &["GB"], &["AU", "US"]);
    let desired = project(&[set, part], &sites());
    assert_eq!(pointers(&desired, 2, "en-au"), Vec::<[String; 4]>::new());
    assert_eq!(pointers(&desired, 2, "en-gb").len(), 1);
}

#[test]
fn a_master_that_is_a_market_points_to_nothing_of_another() {
    let [mut set, part] = set_and_part();
    set.products[0] = sold(set.products[0].clone(), &["GB"], &["AU", "US"]);
    let mut policy = policy();
    policy.master_locale = "en-us".to_owned();
    let sites = Sites::new(vec![gb(), us()]).unwrap();
    let works = [set, part];
    let desired = projection(&works, &sites, &policy, &Memory::default(), at(NOW));
    assert_eq!(pointers(&desired, 2, "en-gb").len(), 1);
    assert_eq!(pointers(&desired, 2, "en-us"), Vec::<[String; 4]>::new());
}

#[test]
fn an_edition_and_the_one_that_replaced_it_point_to_each_other() {
    let old = with_status(hardback(1, "Salt"), "07");
    let old = work(1, "Salt", vec![related(old, "05", isbn(2))]);
    let new = work(2, "Salt, revised", vec![hardback(2, "Salt, revised")]);
    let desired = project(&[old, new], &sites());
    assert_eq!(pointers(&desired, 1, "en-au")[0][0], "replaced_by");
    assert_eq!(pointers(&desired, 2, "en-au")[0][0], "replaces");
}

#[test]
fn the_edition_sold_here_is_named_where_this_one_is_not() {
    let foreign = isbn(99);
    let mut product = sold(hardback(1, "Salt"), &["GB"], &[]);
    let mut claim = Claim::new(
        catalogue::codes::SalesRightsType::new("03"),
        Territory::countries("AU".parse().unwrap()),
    );
    claim.alternatives = vec![isbn(2), foreign];
    let mut rights = product.rights.clone().unwrap_or_default();
    rights.claims.push(claim);
    product.rights = Some(rights);
    let mut site = au();
    site.rights.not_for_sale = Unsold::ShowWithoutSale;
    let sites = Sites::new(vec![site, gb()]).unwrap();
    let works = [
        work(1, "Salt", vec![product]),
        work(
            2,
            "Salt (AU)",
            vec![sold(hardback(2, "Salt (AU)"), &["AU"], &["GB"])],
        ),
    ];
    let desired = project(&works, &sites);
    assert_eq!(
        pointers(&desired, 1, "en-au"),
        [
            line("edition_here", 2, "Salt (AU)", "/books/salt-au"),
            line("edition_here", 99, "", ""),
        ]
    );
    assert!(
        pointers(&desired, 1, "en-gb").is_empty(),
        "it is sold there"
    );
}
