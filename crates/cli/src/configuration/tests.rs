//! What the file may say, and how it is told what is wrong.

use super::*;

const GOOD: &str = r#"
[consonance]
host = "http://127.0.0.1:7401"
token = { file = "secrets/consonance-token" }

[contentstack]
management_host = "http://127.0.0.1:7402"
delivery_host = "http://127.0.0.1:7402"
api_key = "blt0123456789abcdef"
management_token = { env = "TOKEN" }
master_locale = "en-us"
delivery_token = { env = "DELIVERY_TOKEN" }
limits = { read = 10, write = 10, bulk = 1 }

[[site]]
id = "au"
environment = "production-au"
locale = "en-au"
countries = ["AU", "NZ"]
currency = "AUD"
time_zone = "Australia/Sydney"
"#;

fn parse(text: &str) -> Result<Configuration, ConfigurationError> {
    Configuration::parse(
        Path::new("frontlist.toml"),
        PathBuf::from("/srv/frontlist"),
        text,
    )
}

fn refused(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let error = parse(&GOOD.replace(from, to)).unwrap_err();
    assert!(error.code().starts_with("FL-01"), "{error}");
    format!("{error}; {}", error.mend())
}

#[test]
fn a_good_file_fills_in_what_it_leaves_out() {
    let configuration = parse(GOOD).unwrap();
    assert_eq!(
        configuration.store_path,
        PathBuf::from("/srv/frontlist/frontlist.db")
    );
    assert_eq!(configuration.branch(), "main");
    let site = configuration.sites.get("au").unwrap();
    assert_eq!(site.language, "en");
    assert_eq!(site.countries.len(), 2);
    assert!(configuration.policy.approval.allow_onix_exports);
}

#[test]
fn every_value_knows_where_it_came_from() {
    let settings = parse(GOOD).unwrap().settings();
    let origin = |key: &str| {
        settings
            .iter()
            .find(|setting| setting.key == key)
            .map(|setting| setting.origin.clone())
    };
    assert_eq!(origin("contentstack.master_locale"), Some(Origin::Line(11)));
    assert_eq!(origin("contentstack.utilisation"), Some(Origin::Default));
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest_one() {
    let told = refused("currency", "curency");
    assert!(
        told.contains("curency") && told.contains("currency"),
        "{told}"
    );
}

#[test]
fn wrong_values_are_named_with_what_is_allowed() {
    for (from, to, word) in [
        ("\"AU\", \"NZ\"", "\"AU\", \"UK\"", "UK"),
        ("\"AUD\"", "\"AUX\"", "AUX"),
        ("Australia/Sydney", "Australia/Sidney", "Sidney"),
        ("locale = \"en-au\"", "locale = \"en_AU\"", "en_AU"),
        ("{ env = \"TOKEN\" }", "\"cs0123\"", "management_token"),
        (
            "delivery_token = { env = \"DELIVERY_TOKEN\" }\n",
            "",
            "delivery_token",
        ),
        (
            "{ read = 10, write = 10, bulk = 1 }",
            "{ read = 10, write = 0, bulk = 1 }",
            "limits.write",
        ),
    ] {
        let told = refused(from, to);
        assert!(told.contains(word), "{word}: {told}");
    }
}

#[test]
fn a_secret_in_the_file_is_never_repeated() {
    for (from, to) in [
        ("{ env = \"TOKEN\" }", "\"cs-very-secret\""),
        ("{ env = \"TOKEN\" }", "[\"cs-very-secret\"]"),
        ("{ env = \"TOKEN\" }", "cs-very-secret"),
        (
            "delivery_token = { env = \"DELIVERY_TOKEN\" }",
            "delivery_tokens = \"cs-very-secret\"",
        ),
        (
            "management_token",
            "managment_token = \"cs-very-secret\"\nb",
        ),
    ] {
        let told = refused(from, to);
        assert!(!told.contains("very-secret"), "{to}: {told}");
    }
}

const SHOP: &str = r#"
[[retailer]]
name = "Harbour Books"
sites = ["au"]
formats = ["print", "BB"]
url = "https://harbour.example/{isbn13}"

[labels.en]
"form.BC" = "Softcover"
"#;

#[test]
fn shops_and_words_are_read() {
    let configuration = parse(&format!("{GOOD}{SHOP}")).unwrap();
    let policy = &configuration.policy;
    assert_eq!(policy.retailers.len(), 1);
    assert_eq!(policy.retailers[0].name, "Harbour Books");
    assert!(policy.retailers[0].calls.contains("buy"));
    assert_ne!(policy.labels, site::policy::Labels::default());
}

#[test]
fn shops_and_words_that_cannot_work_are_refused_by_name() {
    for (from, to, words) in [
        ("{isbn13}", "", &["placeholder", "{isbn13}"][..]),
        ("{isbn13}", "{isbn}", &["{isbn}", "{isbn13}"]),
        ("{isbn13}", "{isbn13", &["brace"]),
        ("https://harbour", "ftp://harbour", &["no web address"]),
        ("[\"au\"]\nformats", "[\"us\"]\nformats", &["no site `us`"]),
        ("\"print\"", "\"paper\"", &["paper", "print"]),
        ("form.BC", "form.Q9", &["form.Q9", "form."]),
        (
            "\"form.BC\" = \"Softcover\"",
            "\"alt.cover\" = \"{name}\"",
            &["{name}", "alt.cover"],
        ),
        ("[labels.en]", "[labels.English]", &["English"]),
    ] {
        assert!(SHOP.contains(from), "{from}");
        let error = parse(&format!("{GOOD}{}", SHOP.replace(from, to))).unwrap_err();
        let told = format!("{error}; {}", error.mend());
        assert_eq!(error.code(), "FL-0104", "{told}");
        for word in words {
            assert!(told.contains(word), "{to}: {told}");
        }
    }
}

#[test]
fn what_pages_say_is_a_setting_of_the_site() {
    let text = GOOD.replace(
        "currency = ",
        "hide_unconfirmed_prices = true\nforeign_texts = \"show\"\nunits = \"imperial\"\ncurrency = ",
    );
    let configuration = parse(&text).unwrap();
    let page = configuration.sites.get("au").unwrap().page;
    assert!(page.hide_unconfirmed_prices);
    assert_eq!(page.foreign_texts, site::policy::ForeignTexts::Show);
    assert_eq!(page.units, Some(site::policy::Units::Imperial));
}

#[test]
fn days_on_which_nobody_works_are_days() {
    let with = |days: &str| format!("{GOOD}\n[launch]\nholidays = [\"{days}\"]\n");
    let holidays = parse(&with("2027-12-27")).unwrap().holidays();
    assert_eq!(holidays, [jiff::civil::date(2027, 12, 27)]);
    let error = parse(&with("2027-13-27")).unwrap_err();
    let told = format!("{error}; {}", error.mend());
    for said in [
        "launch.holidays",
        "`2027-13-27` is no day",
        "write a day such as",
    ] {
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn a_site_says_which_sales_outlets_it_is() {
    let named = GOOD.replace(
        "currency =",
        "outlets = [\"03:AMZ\", \"Harbour Books\"]\ncurrency =",
    );
    let outlets = ["03:AMZ", "Harbour Books"].into_iter().collect();
    assert_eq!(
        parse(&named).unwrap().sites.get("au").unwrap().outlets,
        outlets
    );
    assert_eq!(
        parse(GOOD).unwrap().sites.get("au").unwrap().outlets,
        catalogue::rights::Outlets::none()
    );
    let told = refused("currency =", "outlets = [\"03:AMZ\", \" \"]\ncurrency =");
    assert!(
        told.contains("outlets[1]") && told.contains("it is empty") && told.contains("03:AMZ"),
        "{told}"
    );
}

/// The settings of one site, before its currency.
fn selling(lines: &str) -> String {
    GOOD.replace("currency =", &format!("{lines}\ncurrency ="))
}

#[test]
fn when_a_site_sells_is_read_and_has_safe_defaults() {
    let sale = |text: &str| parse(text).unwrap().sites.get("au").unwrap().sale;
    let unsaid = sale(GOOD);
    assert_eq!(unsaid.preorder_days, None);
    assert!(unsaid.preorder_needs_price && unsaid.preorder_needs_day && !unsaid.early_sale);
    let said = sale(&selling(
        "preorder_days = 90\npreorder_needs_price = false\npreorder_needs_day = false\nearly_sale = true",
    ));
    assert_eq!(said.preorder_days, Some(90));
    assert!(!said.preorder_needs_price && !said.preorder_needs_day && said.early_sale);
}

#[test]
fn when_a_site_sells_is_refused_where_it_makes_no_sense() {
    for (line, words) in [
        ("preorder_days = -1", ["preorder_days", "-1"]),
        ("preorder_days = \"90\"", ["preorder_days", "90"]),
        ("preorder_days = 70000", ["preorder_days", "70000"]),
        (
            "preorder_needs_price = \"yes\"",
            ["preorder_needs_price", "yes"],
        ),
        ("preorder_needs_day = 1", ["preorder_needs_day", "1"]),
        ("early_sale = \"never\"", ["early_sale", "never"]),
        ("early_sales = true", ["early_sales", "early_sale`"]),
        ("preorder_day = 3", ["preorder_day", "preorder_days"]),
    ] {
        let error = parse(&selling(line)).unwrap_err();
        let told = format!("{error}; {}", error.mend());
        assert!(error.code().starts_with("FL-01"), "{told}");
        for word in words {
            assert!(told.contains(word), "{line}: {word} is not in: {told}");
        }
    }
}

#[test]
fn stages_are_ceilings_by_name_whatever_their_case() {
    let text = format!(
        "{GOOD}\n[stages]\n\"Acquired\" = \"hidden\"\n\"In production\" = \"in_production\"\n\"*\" = \"available\"\n"
    );
    let stages = parse(&text).unwrap().policy.stages;
    let ceiling = |stage| {
        stages
            .ceiling(stage)
            .map(catalogue::lifecycle::Ceiling::as_str)
    };
    assert_eq!(ceiling(Some(" ACQUIRED ")), Some("hidden"));
    assert_eq!(ceiling(Some("In production")), Some("in_production"));
    assert_eq!(ceiling(Some("On ice")), Some("available"));
    assert!(parse(GOOD).unwrap().policy.stages.is_empty());
}

#[test]
fn a_ceiling_that_does_not_exist_is_refused_with_those_that_do() {
    for (line, words) in [
        ("\"Acquired\" = \"secret\"", ["Acquired", "`hidden`"]),
        ("\"Acquired\" = true", ["Acquired", "string"]),
        (
            "\"In production\" = \"in-production\"",
            ["in-production", "in_production"],
        ),
    ] {
        let error = parse(&format!("{GOOD}\n[stages]\n{line}\n")).unwrap_err();
        let told = format!("{error}; {}", error.mend());
        assert!(error.code().starts_with("FL-01"), "{told}");
        for word in words {
            assert!(told.contains(word), "{line}: {word} is not in: {told}");
        }
    }
}

#[test]
fn a_catalogue_page_comes_once_however_it_is_spelt() {
    let pages = |pages: [(&str, &str); 2]| {
        let page =
            |(kind, value)| format!("[[catalogue_page]]\nkind = \"{kind}\"\nvalue = \"{value}\"\n");
        parse(&format!("{GOOD}\n{}", pages.map(page).concat()))
    };
    for different in [
        [("series", "Kite"), ("series", "Kestrel")],
        [("series", "Kite"), ("imprint", "Kite")],
    ] {
        let configuration = pages(different).unwrap();
        assert_eq!(configuration.policy.catalogue_pages.len(), 2);
    }
    for same in [
        [("series", "Kite"), ("series", " KITE")],
        [("season", "Spring/Summer"), ("season", "Spring Summer")],
    ] {
        let error = pages(same).unwrap_err();
        let told = format!("{error}; {}", error.mend());
        assert!(error.code().starts_with("FL-01"), "{told}");
        for part in ["catalogue_page[1].value", "remove one"] {
            assert!(told.contains(part), "{told}");
        }
    }
}
