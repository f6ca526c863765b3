use super::*;
use crate::codes::{
    MarketPublishingStatus, NotificationType, PriceType, ProductAvailability, PublishingDateRole,
    PublishingStatus, SalesRightsType, WorkRelationCode,
};
use crate::key::{ProductKey, WorkKey};
use crate::money::{CurrencyCode, Money};
use crate::price::Price;
use crate::product::Product;
use crate::record::{Blocks, Place, RelatedWork};
use crate::rights::{Claim, Sale, SalesRights};
use crate::supply::{RoleDate, Supply, SupplyDetail};
use crate::territory::Territory;

const ISBN: &str = "9781492067665";

fn isbn() -> Isbn13 {
    ISBN.parse().unwrap()
}

/// A work as GraphQL lists it: one approved format, for sale in the world.
fn listed() -> Work {
    let record = RecordKey::namespaced("consonance", "work", 7);
    let mut product = Product::new(
        ProductKey::namespaced("consonance", "product", 1),
        record.clone(),
    );
    product.isbn = Some(isbn());
    product.approval = Approval::Approved;
    product.status = Some(PublishingStatus::ACTIVE);
    product.rights = Some(SalesRights::from_country_lists::<&str>(
        &[],
        &[],
        Some(true),
    ));
    let mut work = Work::new(WorkKey::namespaced("consonance", "work", 7), record);
    work.origins = crate::origin::Origins::all(Origin::Graphql);
    product.origins = work.origins.clone();
    work.products = vec![product];
    work
}

/// The same product as a feed has it, saying nothing yet.
fn fed() -> ProductRecord {
    let key = RecordKey::namespaced("onix", "record", ISBN);
    let mut product = Product::new(ProductKey::namespaced("onix", "product", ISBN), key.clone());
    product.isbn = Some(isbn());
    product.notification = Some(NotificationType::new("03"));
    let mut work = Work::new(WorkKey::namespaced("onix", "record", ISBN), key.clone());
    work.products = vec![product];
    ProductRecord {
        key,
        reference: ISBN.into(),
        notification: NotificationType::new("03"),
        blocks: Blocks::default(),
        place: Place {
            file: "full.xml".into(),
            line: 40,
            sent: None,
        },
        works: Vec::new(),
        work,
    }
}

fn product(record: &mut ProductRecord) -> &mut Product {
    record.work.products.first_mut().unwrap()
}

fn date(role: PublishingDateRole, date: &str) -> RoleDate {
    RoleDate {
        role,
        date: date.parse().unwrap(),
    }
}

fn price(cents: i64, territory: Option<&str>) -> Price {
    Price {
        kind: PriceType::RRP_INCLUDING_TAX,
        qualifier: None,
        status: None,
        money: Money::new(rust_decimal::Decimal::new(cents, 2), CurrencyCode::GBP),
        territory: territory.map(|codes| Territory::countries(codes.parse().unwrap())),
        from: None,
        until: None,
        minimum_quantity: None,
        conditions: Vec::new(),
        taxes: Vec::new(),
    }
}

/// A work and what the feed makes of it, with the fields that the two dispute.
fn merged(mut work: Work, record: ProductRecord) -> (Work, Vec<String>) {
    let _enriched = enrich(std::slice::from_mut(&mut work), &[record]);
    let fields = work
        .findings
        .iter()
        .filter(|finding| finding.code == SOURCES_DISAGREE)
        .filter_map(|finding| finding.at.field.clone())
        .collect();
    (work, fields)
}

fn only(work: &Work) -> &Product {
    work.products.first().unwrap()
}

#[test]
fn the_feed_gives_markets_that_graphql_lacks_and_says_so() {
    let mut record = fed();
    product(&mut record).supplies.push(Supply {
        status: Some(MarketPublishingStatus::new("04")),
        details: vec![SupplyDetail {
            availability: Some(ProductAvailability::new("21")),
            ..SupplyDetail::default()
        }],
        ..Supply::default()
    });
    let (work, disputed) = merged(listed(), record);
    let product = only(&work);
    assert_eq!(product.supplies.len(), 1);
    assert!(disputed.is_empty(), "{disputed:?}");
    let told: Vec<String> = product
        .origins
        .of(Block::Supply)
        .map(ToString::to_string)
        .collect();
    assert_eq!(told, ["ONIX feed full.xml line 40"]);
    let status = product.origins.of(Block::Status).next();
    assert_eq!(status, Some(&Origin::Graphql));
}

#[test]
fn where_rights_disagree_the_more_closed_holds_whoever_says_it() {
    let narrow = SalesRights {
        claims: vec![Claim::new(
            SalesRightsType::FOR_SALE_EXCLUSIVE,
            Territory::countries("GB".parse().unwrap()),
        )],
        rest_of_world: Some(SalesRightsType::NOT_FOR_SALE),
        ..SalesRights::default()
    };
    let wide = SalesRights::from_country_lists::<&str>(&[], &[], Some(true));
    for (live, feed) in [(&wide, &narrow), (&narrow, &wide)] {
        let (mut work, mut record) = (listed(), fed());
        work.products.first_mut().unwrap().rights = Some(live.clone());
        product(&mut record).rights = Some(feed.clone());
        let (work, disputed) = merged(work, record);
        let resolved = only(&work).rights.as_ref().unwrap().resolve();
        assert_eq!(resolved.sale("GB".parse().unwrap()), Sale::ForSale);
        assert_eq!(resolved.sale("AU".parse().unwrap()), Sale::NotForSale);
        assert_eq!(disputed.len(), 1, "{disputed:?}");
    }
}

#[test]
fn rights_that_only_one_states_are_its_own_and_unread_ones_stay_closed() {
    let (work, mut record) = (listed(), fed());
    product(&mut record).rights = Some(SalesRights::default());
    let (silent, disputed) = merged(work, record);
    let resolved = only(&silent).rights.as_ref().unwrap().resolve();
    assert_eq!(resolved.sale("AU".parse().unwrap()), Sale::ForSale);
    assert!(disputed.is_empty());

    let (mut work, mut record) = (listed(), fed());
    work.products.first_mut().unwrap().rights = None;
    product(&mut record).rights = Some(SalesRights::from_country_lists::<&str>(
        &[],
        &[],
        Some(true),
    ));
    let (unread, _) = merged(work, record);
    assert_eq!(only(&unread).rights, None);
}

#[test]
fn the_later_embargo_holds_and_a_market_cannot_lift_it() {
    let role = PublishingDateRole::SALES_EMBARGO;
    for (live, feed) in [("2026-05-01", "2026-06-01"), ("2026-06-01", "2026-05-01")] {
        let (mut work, mut record) = (listed(), fed());
        work.products.first_mut().unwrap().dates = vec![date(role, live)];
        product(&mut record).dates = vec![date(role, feed)];
        product(&mut record).supplies.push(Supply {
            dates: vec![date(role, feed)],
            ..Supply::default()
        });
        let (work, disputed) = merged(work, record);
        let late = "2026-06-01".parse().unwrap();
        assert_eq!(only(&work).date(role), Some(late));
        assert_eq!(only(&work).supplies[0].dates[0].date, late);
        assert!(!disputed.is_empty());
    }
}

#[test]
fn other_dates_and_status_are_graphqls_unless_the_feed_withdraws() {
    let role = PublishingDateRole::PUBLICATION;
    let (mut work, mut record) = (listed(), fed());
    work.products.first_mut().unwrap().dates = vec![date(role, "2026-05-01")];
    product(&mut record).dates = vec![date(role, "2026-06-01")];
    product(&mut record).status = Some(PublishingStatus::new("02"));
    let (work, disputed) = merged(work, record);
    assert_eq!(only(&work).date(role), Some("2026-05-01".parse().unwrap()));
    assert_eq!(only(&work).status, Some(PublishingStatus::ACTIVE));
    assert_eq!(disputed.len(), 2, "{disputed:?}");

    let mut record = fed();
    product(&mut record).status = Some(PublishingStatus::new("11"));
    let (work, _) = merged(listed(), record);
    assert_eq!(only(&work).status, Some(PublishingStatus::new("11")));
}

#[test]
fn a_record_withdrawn_from_the_trade_closes_and_gives_nothing_else() {
    let mut record = fed();
    product(&mut record).notification = Some(NotificationType::DELETE);
    product(&mut record).supplies.push(Supply::default());
    let (work, disputed) = merged(listed(), record);
    assert_eq!(only(&work).notification, Some(NotificationType::DELETE));
    assert!(only(&work).supplies.is_empty());
    assert_eq!(disputed, ["withdrawal"]);
}

fn with_prices(live: &[i64], feed: &[(i64, &str)]) -> (Vec<Price>, Vec<Price>, Vec<String>) {
    let (mut work, mut record) = (listed(), fed());
    work.products.first_mut().unwrap().prices =
        live.iter().map(|cents| price(*cents, None)).collect();
    product(&mut record).supplies.push(Supply {
        details: vec![SupplyDetail {
            prices: feed
                .iter()
                .map(|(cents, codes)| price(*cents, Some(codes)))
                .collect(),
            ..SupplyDetail::default()
        }],
        ..Supply::default()
    });
    let (work, disputed) = merged(work, record);
    let product = only(&work).clone();
    let fed = product.supplies[0].details[0].prices.clone();
    (product.prices, fed, disputed)
}

#[test]
fn a_price_takes_its_territory_from_the_feed_and_its_amount_from_graphql() {
    let (own, fed, disputed) = with_prices(&[999, 1099], &[(999, "GB"), (1099, "IE")]);
    assert!(own.is_empty() && disputed.is_empty());
    assert_eq!(fed.len(), 2);

    let (own, fed, disputed) = with_prices(&[1299], &[(999, "GB")]);
    assert!(own.is_empty());
    assert_eq!(fed, [price(1299, Some("GB"))]);
    assert_eq!(disputed.len(), 1);

    // Nobody can say which of the two amounts holds where.
    let (own, fed, disputed) = with_prices(&[1299, 1399], &[(999, "GB"), (1099, "IE")]);
    assert!(own.is_empty());
    assert_eq!(fed, [price(999, Some("GB")), price(1099, Some("IE"))]);
    assert_eq!(disputed.len(), 1);
}

#[test]
fn every_product_of_an_isbn_is_closed_by_what_the_feed_says_of_it() {
    let mut record = fed();
    product(&mut record).notification = Some(NotificationType::DELETE);
    let mut twice = listed();
    let copy = only(&twice).clone();
    twice.products.push(copy);
    let mut works = [twice, listed()];
    let enriched = enrich(&mut works, &[record]);
    for product in works.iter().flat_map(|work| &work.products) {
        assert_eq!(product.notification, Some(NotificationType::DELETE));
    }
    assert!(enriched.unknown.is_empty(), "{:?}", enriched.unknown);
    assert!(enriched.unmentioned.is_empty());
}

#[test]
fn what_graphql_does_not_list_is_named_and_not_added() {
    let (mut work, record) = (listed(), fed());
    work.products.first_mut().unwrap().isbn = Some("9780306406157".parse().unwrap());
    let enriched = enrich(std::slice::from_mut(&mut work), &[record]);
    assert_eq!(work.products.len(), 1);
    assert_eq!(enriched.unknown.len(), 1);
    assert_eq!(enriched.unmentioned.len(), 1);
    assert!(enriched.merged.is_empty());
}

#[test]
fn a_feed_that_puts_the_isbn_in_another_work_is_told_and_not_followed() {
    let mut record = fed();
    record.works.push(RelatedWork {
        relation: WorkRelationCode::MANIFESTATION_OF,
        id_type: "01".into(),
        id_name: None,
        value: "com.saltmarsh.onix.8".into(),
    });
    let (work, disputed) = merged(listed(), record);
    assert_eq!(work.key.as_str(), "consonance:work:7");
    assert_eq!(disputed, ["work"]);
}

#[test]
fn every_block_has_one_row() {
    let blocks: BTreeSet<Block> = PRECEDENCE.iter().map(|(block, ..)| *block).collect();
    assert_eq!(blocks.len(), PRECEDENCE.len());
}

/// The page shows the table of the code.
#[test]
fn the_page_shows_the_table() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/sources.md"
    ))
    .unwrap();
    assert!(
        page.contains(&precedence_table()),
        "docs/sources.md must show this table:\n{}",
        precedence_table()
    );
}
