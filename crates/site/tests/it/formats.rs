//! What a market says of formats: supply, price, state, call to action, and which one speaks for
//! the title.

use catalogue::codes::{
    ExtentType, ExtentUnit, PriceQualifier, PriceType, ProductFormDetail, PublishingDateRole,
    SupplyDateRole, UnpricedItemType,
};
use catalogue::price::{Price, Tax};
use catalogue::product::{Extent, Measure, Product, WebLink};
use catalogue::supply::{SupplyDate, SupplyDetail};
use catalogue::territory::Territory;
use catalogue::work::Work;
use rust_decimal::Decimal;
use site::desired::{Fields, Memory, Value};
use site::policy::{Policy, Retailer, Site, SiteId, Sites, Template, Units};
use site::projection::projection;

use crate::shelf::*;

fn one(product: Product) -> Work {
    work(1, "Salt", vec![product])
}

fn offered(product: Product) -> [String; 3] {
    let fields = au_version(&one(product));
    ["state", "cta", "amount"].map(|uid| said(&fields, uid))
}

fn priced(prices: Vec<Price>) -> String {
    let mut product = hardback(1, "Salt");
    product.prices = prices;
    said(&au_version(&one(product)), "amount")
}

fn typed(kind: &str, cents: i64) -> Price {
    Price {
        kind: PriceType::new(kind),
        ..price("AUD", cents)
    }
}

#[test]
fn states_ask_for_what_a_reader_can_do() {
    let ahead = |status: &str| with_status(publish(hardback(1, "Salt"), "2027-09-01"), status);
    let past = |status: &str| with_status(hardback(1, "Salt"), status);
    let without_price = |mut product: Product| {
        product.prices.clear();
        product
    };
    let rows = [
        (past("04"), ["available", "buy", "39.99"]),
        (without_price(past("04")), ["available", "none", ""]),
        (ahead("02"), ["preorder", "preorder", "39.99"]),
        (without_price(ahead("02")), ["coming_soon", "notify", ""]),
        (ahead("03"), ["coming_soon", "notify", "39.99"]),
        (past("01"), ["cancelled", "none", "39.99"]),
        (past("07"), ["out_of_print", "find_copy", "39.99"]),
        (past("15"), ["recalled", "none", "39.99"]),
        (past("16"), ["temporarily_unavailable", "notify", "39.99"]),
        (
            supplied(past("04"), None, "22"),
            ["to_order", "buy", "39.99"],
        ),
        (
            supplied(past("04"), None, "32"),
            ["backorder", "buy", "39.99"],
        ),
        (
            supplied(past("04"), None, "40"),
            ["out_of_stock", "find_copy", "39.99"],
        ),
    ];
    for (product, expected) in rows {
        let status = product.status;
        assert_eq!(offered(product), expected, "status {status:?}");
    }
}

#[test]
fn the_best_type_of_price_wins_and_trade_prices_never_show() {
    assert_eq!(
        priced(vec![
            typed("01", 3500),
            typed("02", 3999),
            typed("05", 1500)
        ]),
        "39.99"
    );
    assert_eq!(priced(vec![typed("41", 3000), typed("42", 3300)]), "33.00");
    assert_eq!(
        priced(vec![typed("05", 1500), typed("07", 1600), typed("12", 999)]),
        ""
    );
    assert_eq!(
        priced(vec![typed("22", 2999), typed("01", 3500)]),
        "35.00",
        "pre-publication prices end"
    );
}

#[test]
fn a_price_must_hold_here_now_and_for_one_copy() {
    let qualified = |code: &str| Price {
        qualifier: Some(PriceQualifier::new(code)),
        ..price("AUD", 3000)
    };
    assert_eq!(priced(vec![qualified("05")]), "30.00");
    assert_eq!(priced(vec![qualified("10")]), "");
    assert_eq!(priced(vec![price("GBP", 1999)]), "");
    assert_eq!(
        priced(vec![Price {
            minimum_quantity: Some(10),
            ..price("AUD", 100)
        }]),
        ""
    );
    let until = |day: &str, cents| Price {
        until: Some(day.parse().unwrap()),
        ..price("AUD", cents)
    };
    assert_eq!(priced(vec![until("2027-05-31", 100)]), "");
    assert_eq!(priced(vec![until("2027-06-01", 100)]), "1.00");
    let from = |day: &str, cents| Price {
        from: Some(day.parse().unwrap()),
        ..price("AUD", cents)
    };
    assert_eq!(
        priced(vec![from("2027-06-02", 100), price("AUD", 4000)]),
        "40.00"
    );
    assert_eq!(
        priced(vec![price("AUD", 4000), from("2027-06-01", 4500)]),
        "45.00"
    );
    let here = |codes: &str, cents| Price {
        territory: Some(countries(codes)),
        ..price("AUD", cents)
    };
    assert_eq!(priced(vec![here("NZ", 100)]), "");
    assert_eq!(
        priced(vec![price("AUD", 4000), here("AU NZ", 3800)]),
        "38.00"
    );
}

#[test]
fn zero_is_no_price_and_free_of_charge_is() {
    assert_eq!(priced(vec![price("AUD", 0)]), "");
    let mut product = hardback(1, "Salt");
    product.prices = vec![price("AUD", 0)];
    assert!(codes(&project(&[one(product.clone())], &sites())).contains("price-zero"));
    product.prices.clear();
    let mut product = supplied(product, None, "20");
    product.supplies[0].details[0].unpriced = Some(UnpricedItemType::FREE);
    assert_eq!(offered(product), ["available", "buy", "0"]);
}

#[test]
fn the_narrowest_market_speaks() {
    let mut product = supplied(hardback(1, "Salt"), Some(Territory::world()), "20");
    product = supplied(product, Some(countries("AU NZ")), "32");
    assert_eq!(offered(product.clone())[0], "backorder");
    product.supplies.reverse();
    assert_eq!(offered(product)[0], "backorder");
    let elsewhere = supplied(
        supplied(hardback(1, "Salt"), Some(countries("GB")), "20"),
        None,
        "22",
    );
    assert_eq!(
        offered(elsewhere)[0],
        "to_order",
        "one without a market holds where no other does"
    );
}

#[test]
fn without_a_supply_here_there_is_nothing_to_buy() {
    let product = supplied(hardback(1, "Salt"), Some(countries("GB")), "20");
    let desired = project(&[one(product.clone())], &sites());
    assert_eq!(offered(product), ["available", "none", ""]);
    assert!(codes(&desired).contains("no-supply-here"));
    assert_eq!(
        said(&entry(&desired, &book(1)).versions["en-gb"], "cta"),
        "buy"
    );
}

#[test]
fn a_market_beyond_the_rights_is_a_finding() {
    let product = sold(hardback(1, "Salt"), &["AU"], &["GB"]);
    let product = supplied(product, Some(countries("AU GB")), "20");
    assert!(codes(&project(&[one(product)], &sites())).contains("market-contradiction"));
}

#[test]
fn markets_refine_status_and_dates() {
    let mut product = supplied(hardback(1, "Salt"), Some(countries("AU")), "10");
    product.supplies[0].dates = vec![role_date(PublishingDateRole::PUBLICATION, "2027-08-01")];
    let desired = project(&[one(product)], &sites());
    let versions = entry(&desired, &book(1)).versions;
    assert_eq!(said(&versions["en-au"], "publication_date"), "2027-08-01");
    assert_eq!(said(&versions["en-au"], "state"), "preorder");
    assert_eq!(said(&versions["en-gb"], "publication_date"), "2026-03-15");
}

#[test]
fn a_suppliers_embargo_holds_and_so_does_an_hour() {
    let mut product = supplied(hardback(1, "Salt"), None, "20");
    product.supplies[0].details.push(SupplyDetail {
        dates: vec![SupplyDate {
            role: SupplyDateRole::SALES_EMBARGO,
            date: "2027-06-20".parse().unwrap(),
        }],
        ..SupplyDetail::default()
    });
    assert_eq!(offered(product)[0], "preorder");
    let hour = dated(
        hardback(1, "Salt"),
        PublishingDateRole::SALES_EMBARGO,
        "2027-06-01T15:00:00Z",
    );
    let state = |now: &str| {
        let desired = projection(
            &[one(hour.clone())],
            &sites(),
            &policy(),
            &Memory::default(),
            at(now),
        );
        said(&entry(&desired, &book(1)).versions["en-gb"], "state")
    };
    assert_eq!(state("2027-06-01T14:59:59Z"), "preorder");
    assert_eq!(state("2027-06-01T15:00:00Z"), "available");
}

#[test]
fn contradictions_of_status_are_findings() {
    let product = supplied(with_status(hardback(1, "Salt"), "07"), None, "21");
    let desired = project(&[one(product)], &sites());
    let finding = desired
        .findings
        .iter()
        .find(|f| f.code.as_str() == "inactive-but-available")
        .unwrap();
    assert_eq!(finding.at.isbn, Some(isbn(1)));
    assert_eq!(finding.at.record.as_deref(), Some("consonance:work:1"));
}

#[test]
fn rows_stand_by_form_and_the_lead_by_what_can_be_done() {
    let paperback = in_form(publish(hardback(1, "Salt"), "2027-09-01"), "BC");
    let ebook = in_form(hardback(2, "Salt"), "ED");
    let hard = with_status(hardback(3, "Salt"), "07");
    let audio = in_form(hardback(4, "Salt"), "AJ");
    let fields = au_version(&work(1, "Salt", vec![audio, paperback, ebook, hard]));
    assert_eq!(isbns(&fields), [3, 1, 2, 4].map(|n| isbn(n).to_string()));
    let groups: Vec<String> = rows(&fields)
        .iter()
        .map(|row| said(row, "form_group"))
        .collect();
    assert_eq!(groups, ["print", "print", "ebook", "audio"]);
    assert_eq!(
        said(&fields, "lead_isbn"),
        isbn(2).to_string(),
        "what can be bought now comes first"
    );
    assert_eq!(said(&fields, "state"), "available");
    assert_eq!(said(&fields, "cta"), "buy");
}

#[test]
fn of_two_printings_the_latest_published_leads_then_the_isbn() {
    let old = publish(hardback(1, "Salt"), "2020-01-01");
    let new = in_form(publish(hardback(2, "Salt"), "2027-01-01"), "BC");
    let twin = in_form(publish(hardback(3, "Salt"), "2027-01-01"), "BC");
    let fields = au_version(&work(1, "Salt", vec![twin, old, new]));
    assert_eq!(said(&fields, "lead_isbn"), isbn(2).to_string());
}

#[test]
fn each_market_has_its_own_lead_title_and_formats() {
    let british = sold(hardback(1, "The Colour of Salt"), &["GB", "AU"], &["US"]);
    let american = sold(hardback(2, "The Color of Salt"), &["US"], &["GB", "AU"]);
    let desired = project(
        &[work(1, "The Colour of Salt", vec![american, british])],
        &sites(),
    );
    let versions = entry(&desired, &book(1)).versions;
    assert_eq!(said(&versions["en-us"], "title"), "The Color of Salt");
    assert_eq!(said(&versions["en-gb"], "title"), "The Colour of Salt");
    assert_eq!(isbns(&versions["en-us"]), [isbn(2).to_string()]);
    assert_eq!(isbns(&versions["en-gb"]), [isbn(1).to_string()]);
}

#[test]
fn one_isbn_twice_is_shown_once_with_a_finding() {
    let mut twin = in_form(hardback(2, "Salt"), "BC");
    twin.isbn = Some(isbn(1));
    let works = [
        work(1, "Salt", vec![hardback(1, "Salt"), twin]),
        work(9, "Pepper", vec![hardback(1, "Pepper")]),
    ];
    let desired = project(&works, &sites());
    let codes = codes(&desired);
    assert!(
        codes.contains("isbn-twice") && codes.contains("isbn-in-two-works"),
        "{codes:?}"
    );
    assert_eq!(
        isbns(&entry(&desired, &book(1)).versions["en-au"]),
        [isbn(1).to_string()]
    );
}

#[test]
fn an_audiobook_may_come_as_a_digital_file() {
    let mut file = in_form(hardback(1, "Salt"), "ED");
    file.form_details = vec![ProductFormDetail::MP3];
    let row = rows(&au_version(&one(file))).remove(0);
    assert_eq!(said(&row, "form_group"), "audio");
    assert_eq!(said(&row, "form_label"), "Audiobook");
}

#[test]
fn dates_keep_their_precision_and_sort_by_their_last_day() {
    let fields = au_version(&one(publish(hardback(1, "Salt"), "2027-11")));
    assert_eq!(said(&fields, "publication_date"), "2027-11");
    assert_eq!(said(&fields, "sort_date"), "2027-11-30");
    assert_eq!(said(&fields, "state"), "coming_soon");
    assert_eq!(
        said(&rows(&fields)[0], "availability"),
        "Coming soon: November 2027"
    );
}

#[test]
fn amounts_are_exact() {
    let fields = au_version(&one(hardback(1, "Salt")));
    assert_eq!(fields["amount"], Value::Number(Decimal::new(3999, 2)));
    assert_eq!(said(&fields, "currency"), "AUD");
}

/// The one row of a product on one site.
fn row_on(product: Product, site: Site, policy: &Policy) -> Fields {
    let sites = Sites::new(vec![site]).unwrap();
    let desired = projection(&[one(product)], &sites, policy, &Memory::default(), at(NOW));
    let locale = sites.iter().next().unwrap().destination.locale.clone();
    rows(&entry(&desired, &book(1)).versions[&locale]).remove(0)
}

fn retailer(name: &str, url: &str) -> Retailer {
    Retailer {
        name: name.to_owned(),
        sites: [].into(),
        formats: [].into(),
        calls: ["buy".to_owned(), "preorder".to_owned()].into(),
        url: Template::parse(url).unwrap(),
    }
}

/// The links of a row: call, label, address.
fn links(row: &Fields) -> Vec<[String; 3]> {
    match &row["links"] {
        Value::Rows(links) => links
            .iter()
            .map(|link| ["call", "label", "url"].map(|uid| said(link, uid)))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_row_speaks_the_sites_language_and_units() {
    let mut product = hardback(1, "Salt");
    product.extents = vec![Extent {
        kind: ExtentType::MAIN_CONTENT_PAGES,
        value: "312".to_owned(),
        unit: ExtentUnit::PAGES,
    }];
    product.measures = ["198", "129", "22"]
        .iter()
        .zip(["01", "02", "03"])
        .map(|(value, kind)| Measure {
            kind: kind.to_owned(),
            value: value.parse().unwrap(),
            unit: "mm".to_owned(),
        })
        .collect();
    let mut german = gb();
    german.language = "de".to_owned();
    let said_of = |site: Site| {
        let row = row_on(product.clone(), site, &policy());
        [
            "form_label",
            "extent",
            "dimensions",
            "availability",
            "cta_label",
        ]
        .map(|uid| said(&row, uid))
    };
    assert_eq!(
        said_of(german),
        [
            "Hardcover",
            "312 Seiten",
            "198 × 129 × 22 mm",
            "Lieferbar",
            "Kaufen"
        ]
    );
    assert_eq!(said_of(us())[2], "7.8 × 5.08 × 0.87 in");
    let mut metric = us();
    metric.page.units = Some(Units::Metric);
    assert_eq!(said_of(metric)[2], "198 × 129 × 22 mm");
}

#[test]
fn an_installation_says_it_in_its_own_words() {
    let mut policy = policy();
    let own = [("form.BB", "Cloth"), ("state.available", "Out now")]
        .map(|(label, word)| (label.to_owned(), word.to_owned()));
    policy.labels.lay_over("en", &own.into()).unwrap();
    let row = row_on(hardback(1, "Salt"), au(), &policy);
    assert_eq!(said(&row, "form_label"), "Cloth");
    assert_eq!(said(&row, "availability"), "Out now");
}

#[test]
fn a_price_tells_its_tax_and_period() {
    let mut product = hardback(1, "Salt");
    product.prices = vec![Price {
        kind: PriceType::new("04"),
        status: Some("02".to_owned()),
        until: Some("2027-12-31".parse().unwrap()),
        taxes: vec![Tax {
            rate_code: Some("S".to_owned()),
            rate_percent: Some("10.0".parse().unwrap()),
            amount: None,
        }],
        ..price("AUD", 3999)
    }];
    let row = row_on(product, au(), &policy());
    for (uid, value) in [
        ("amount", "39.99"),
        ("tax_included", "true"),
        ("tax_rate", "10"),
        ("price_fixed", "true"),
        ("price_confirmed", "true"),
        ("price_until", "2027-12-31"),
    ] {
        assert_eq!(said(&row, uid), value, "{uid}");
    }
    let plain = row_on(hardback(1, "Salt"), au(), &policy());
    assert!(!plain.contains_key("price_fixed") && !plain.contains_key("price_until"));
}

#[test]
fn a_site_may_keep_prices_back_until_they_are_confirmed() {
    let with_status = |status: Option<&str>| {
        let mut product = hardback(1, "Salt");
        product.prices = vec![Price {
            status: status.map(str::to_owned),
            ..price("AUD", 3999)
        }];
        product
    };
    let mut wary = au();
    wary.page.hide_unconfirmed_prices = true;
    for (status, told) in [(Some("02"), true), (Some("01"), false), (None, false)] {
        let row = row_on(with_status(status), wary.clone(), &policy());
        assert_eq!(row.contains_key("amount"), told, "{status:?}");
        assert_eq!(
            said(&row, "cta"),
            "buy",
            "{status:?}: it is on sale all the same"
        );
        let open = row_on(with_status(status), au(), &policy());
        assert!(open.contains_key("amount"), "{status:?}");
    }
}

#[test]
fn absurd_prices_are_left_out_and_unused_currencies_counted() {
    for cents in [-100, 1_000_001] {
        let mut product = hardback(1, "Salt");
        product.prices = vec![price("AUD", cents)];
        let desired = project(&[one(product)], &sites());
        assert!(codes(&desired).contains("price-absurd"), "{cents}");
        let fields = &entry(&desired, &book(1)).versions["en-au"];
        assert_eq!(said(fields, "amount"), "", "{cents}");
    }
    assert_eq!(priced(vec![price("AUD", 1_000_000)]), "10000.00");
    let mut yen = hardback(1, "Salt");
    yen.prices.push(price("JPY", 35_200_000));
    yen.prices.push(price("CHF", 3999));
    let desired = project(&[one(yen)], &sites());
    assert!(!codes(&desired).contains("price-absurd"));
    let unused: Vec<&str> = desired
        .findings
        .iter()
        .filter(|finding| finding.code.as_str() == "currency-unused")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        unused,
        [
            "Prices in CHF, which no site uses: 1.",
            "Prices in JPY, which no site uses: 1."
        ]
    );
}

#[test]
fn readers_are_sent_to_the_shops_of_their_site_and_format() {
    let mut policy = policy();
    policy.retailers = vec![
        Retailer {
            formats: ["ebook".to_owned()].into(),
            ..retailer("Screens", "https://screens.example/{isbn13}")
        },
        Retailer {
            sites: [SiteId("au".to_owned())].into(),
            ..retailer("Harbour Books", "https://harbour.example/b/{isbn13}")
        },
        retailer("Old Numbers", "https://old.example/{isbn10}"),
        retailer("River", "https://river.example/dp/{asin}"),
        Retailer {
            calls: ["find_copy".to_owned()].into(),
            ..retailer("Libraries", "https://libraries.example/{isbn13}")
        },
    ];
    let number = isbn(1);
    let ten = number.isbn10().unwrap();
    let buy = |label: &str, url: String| ["buy".to_owned(), label.to_owned(), url];
    assert_eq!(
        links(&row_on(hardback(1, "Salt"), au(), &policy)),
        [
            buy(
                "Harbour Books",
                format!("https://harbour.example/b/{number}")
            ),
            buy("Old Numbers", format!("https://old.example/{ten}")),
        ]
    );
    assert_eq!(links(&row_on(hardback(1, "Salt"), gb(), &policy)).len(), 1);
    let ebook = in_form(hardback(1, "Salt"), "ED");
    assert_eq!(links(&row_on(ebook, gb(), &policy))[0][1], "Screens");
    let gone = with_status(hardback(1, "Salt"), "07");
    assert_eq!(
        links(&row_on(gone, au(), &policy)),
        [[
            "find_copy".to_owned(),
            "Libraries".to_owned(),
            format!("https://libraries.example/{number}")
        ]]
    );
    let coming = publish(with_status(hardback(1, "Salt"), "03"), "2027-09-01");
    assert!(
        links(&row_on(coming, au(), &policy)).is_empty(),
        "nothing to buy yet"
    );
}

#[test]
fn a_products_own_pages_are_linked_by_what_they_are_for() {
    let page = |role: &str, link: &str, note: Option<&str>| WebLink {
        role: role.to_owned(),
        link: link.to_owned(),
        note: note.map(str::to_owned),
    };
    let mut product = hardback(1, "Salt");
    product.web_links = vec![
        page("18", "https://house.example/shop/salt", None),
        page(
            "28",
            "https://house.example/salt/sample",
            Some("Chapter one"),
        ),
        page("02", "https://house.example/salt", None),
        page("17", "https://trade.example/salt", None),
        page("35", "javascript:alert(1)", None),
    ];
    let told = |product: Product| links(&row_on(product, au(), &policy()));
    let line = |parts: [&str; 3]| parts.map(str::to_owned);
    assert_eq!(
        told(product.clone()),
        [
            line(["buy", "Publisher’s shop", "https://house.example/shop/salt"]),
            line([
                "read_sample",
                "Chapter one",
                "https://house.example/salt/sample"
            ]),
            line(["website", "Website", "https://house.example/salt"]),
        ]
    );
    let closed = dated(product, PublishingDateRole::PREVIEW_EMBARGO, "2027-06-20");
    let calls: Vec<String> = told(closed)
        .into_iter()
        .map(|link| link[0].clone())
        .collect();
    assert_eq!(calls, ["buy", "website"], "a sample waits for its embargo");
}

#[test]
fn where_nothing_can_be_bought_a_look_inside_is_offered() {
    let page = WebLink {
        role: "28".to_owned(),
        link: "https://house.example/salt/sample".to_owned(),
        note: None,
    };
    let unpriced = |status: &str, form: &str| {
        let mut product = in_form(with_status(hardback(1, "Salt"), status), form);
        product.prices.clear();
        product.web_links = vec![page.clone()];
        said(&row_on(product, au(), &policy()), "cta")
    };
    assert_eq!(unpriced("04", "BB"), "read_sample");
    assert_eq!(unpriced("04", "AJ"), "listen");
    assert_eq!(
        unpriced("15", "BB"),
        "none",
        "a recalled book is not advertised"
    );
    assert_eq!(unpriced("07", "BB"), "find_copy");
    assert_eq!(
        unpriced("07", "ED"),
        "read_sample",
        "nobody lends a file on"
    );
}
