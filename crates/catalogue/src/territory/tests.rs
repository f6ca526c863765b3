use super::*;

fn territory(ci: &str, ri: &str, cx: &str, rx: &str) -> Territory {
    let list = |text: &str| (!text.is_empty()).then(|| Arc::from(text));
    Territory {
        countries_included: list(ci),
        regions_included: list(ri),
        countries_excluded: list(cx),
        regions_excluded: list(rx),
    }
}

fn set(text: &str) -> CountrySet {
    text.parse().unwrap()
}

fn country(code: &str) -> CountryCode {
    code.parse().unwrap()
}

fn regions(codes: &str) -> BTreeSet<Region> {
    codes
        .split_whitespace()
        .map(|code| Region::exact(code).unwrap())
        .collect()
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// The area of a territory in which nothing is wrong.
fn clean(territory: &Territory) -> Area {
    let (area, findings) = territory.resolve();
    assert_eq!(codes(&findings), [""; 0], "{territory:?}");
    area
}

#[test]
fn countries_are_just_those_named() {
    let area = clean(&territory("GB US FR CN", "", "", ""));
    assert_eq!(area.whole, set("GB US FR CN"));
    for apart in [
        "PR", "GU", "VI", "AS", "MP", "UM", "IM", "JE", "GG", "RE", "GP", "HK", "TW",
    ] {
        assert_eq!(area.coverage(country(apart)), Coverage::None, "{apart}");
    }
    assert!(area.by_world.is_empty());
}

#[test]
fn world_is_every_country_but_those_excluded() {
    assert_eq!(clean(&Territory::world()).whole, CountrySet::ALL);
    let area = clean(&territory("", "WORLD", "CA MX US", ""));
    assert_eq!(area.whole, !set("CA MX US"));
    assert_eq!(area.by_world, area.whole);
}

#[test]
fn a_region_in_or_out_makes_its_country_partial() {
    let area = clean(&territory("GB", "CA-NB CA-NS", "", ""));
    assert_eq!(area.whole, set("GB"));
    assert_eq!(
        area.partial[&country("CA")],
        Part::Only(regions("CA-NB CA-NS"))
    );

    let area = clean(&territory("CA US", "", "", "CA-QC"));
    assert_eq!(area.whole, set("US"));
    assert_eq!(area.partial[&country("CA")], Part::AllBut(regions("CA-QC")));
    assert_eq!(area.touched(), set("CA US"));

    let area = clean(&territory("", "WORLD", "", "CA-QC GB-AIR"));
    assert_eq!(area.whole, !set("CA GB"));
    assert_eq!(area.coverage(country("GB")), Coverage::Partial);
}

#[test]
fn all_regions_of_a_divided_country_are_the_country() {
    let area = clean(&territory("", "GB-EWS GB-NIR", "", ""));
    assert_eq!(area.whole, set("GB"));
    let area = clean(&territory("GB IE", "", "", "GB-EWS GB-NIR GB-AIR GB-APS"));
    assert_eq!(area.whole, set("IE"));
    assert!(area.partial.is_empty());
    let area = clean(&territory("", "RS-KM RS-VO", "", ""));
    assert_eq!(area.coverage(country("RS")), Coverage::Partial);
}

#[test]
fn region_codes_of_countries_are_those_countries() {
    let area = clean(&territory("", "GB-CHA GB-IOM", "", ""));
    assert_eq!(area.whole, set("GG IM JE"));
    let area = clean(&territory("", "WORLD", "", "GB-IOM"));
    assert_eq!(area.whole, !set("IM"));
}

#[test]
fn what_was_given_up_is_read_as_its_successors() {
    let (area, findings) = territory("AN YU", "CN-53", "", "").resolve();
    assert_eq!(area.whole, set("BQ CW SX ME RS"));
    assert_eq!(area.partial[&country("CN")], Part::Only(regions("CN-YN")));
    assert_eq!(codes(&findings), ["territory-deprecated"]);
}

#[test]
fn a_word_no_list_has_grants_nothing_and_leaves_doubt() {
    let (area, findings) = territory("GB UK EU XK ZZ", "", "", "").resolve();
    assert_eq!(area.whole, set("GB"));
    assert!(area.doubtful.contains(country("FR")) && area.doubtful.contains(country("JE")));
    assert!(
        !area.doubtful.contains(country("GB")),
        "GB is named outright"
    );
    assert_eq!(codes(&findings), ["unresolved-territory"]);
    for word in ["UK", "EU", "XK", "ZZ"] {
        assert!(
            findings[0].message.contains(word),
            "{}",
            findings[0].message
        );
    }
}

#[test]
fn an_exclusion_no_list_has_is_not_forgotten() {
    let (area, findings) = territory("", "WORLD", "UK", "CA-XX").resolve();
    assert_eq!(area.doubtful, set("CA GB GG IM JE"));
    assert_eq!(area.whole, !area.doubtful);
    assert_eq!(codes(&findings), ["unresolved-territory"]);
}

#[test]
fn a_code_in_the_wrong_list_is_in_doubt() {
    let (area, findings) = territory("CA-QC WORLD", "GB ROW", "", "").resolve();
    assert!(area.whole.is_empty());
    assert_eq!(area.doubtful, CountrySet::ALL);
    assert_eq!(codes(&findings), ["unresolved-territory"]);
}

#[test]
fn the_euro_zone_counts_only_where_it_is_legal() {
    let zone = territory("", "ECZ", "", "");
    let (strict, findings) = zone.resolve();
    assert!(strict.whole.is_empty() && strict.doubtful.contains(country("BG")));
    assert_eq!(codes(&findings), ["unresolved-territory"]);

    let (lenient, findings) = zone.resolve_as(TerritoryReading { euro_zone: true });
    assert_eq!(lenient.whole.len(), 26);
    assert_eq!(lenient.coverage(country("RS")), Coverage::Partial);
    assert_eq!(codes(&findings), ["territory-deprecated"]);

    let (without, findings) =
        territory("", "WORLD", "", "ECZ").resolve_as(TerritoryReading { euro_zone: true });
    assert_eq!(without.coverage(country("DE")), Coverage::None);
    assert_eq!(without.coverage(country("RS")), Coverage::Partial);
    assert_eq!(without.coverage(country("GB")), Coverage::Whole);
    assert_eq!(codes(&findings), ["territory-deprecated"]);
}

#[test]
fn an_exclusion_of_the_euro_zone_is_in_doubt_where_it_is_not_legal() {
    let (area, findings) = territory("", "WORLD", "", "ECZ").resolve();
    assert!(area.doubtful.contains(country("DE")) && !area.whole.contains(country("DE")));
    assert_eq!(codes(&findings), ["unresolved-territory"]);
}

#[test]
fn a_code_tells_whether_it_was_given_up() {
    for (code, given_up) in [("AN", true), ("ECZ", true), ("GB", false), ("WORLD", false)] {
        assert_eq!(meaning(code).unwrap().deprecated, given_up, "{code}");
    }
    assert_eq!(meaning("ZZ"), None);
}

#[test]
fn a_region_of_a_doubtful_country_can_be_excluded_in_silence() {
    let (area, findings) = territory("UK", "", "", "GB-SCT").resolve();
    assert!(area.doubtful.contains(country("GB")));
    assert_eq!(codes(&findings), ["unresolved-territory"]);
}

#[test]
fn a_country_of_which_no_part_is_left_is_not_in_part_in() {
    let whole = territory("GB", "", "", "GB-ENG GB-SCT GB-WLS GB-NIR GB-AIR GB-APS");
    let (area, _) = whole.resolve();
    assert_eq!(area.coverage(country("GB")), Coverage::None);
    assert!(area.partial.is_empty(), "{:?}", area.partial);

    let (area, _) = territory("", "CA-QC", "", "CA-QC").resolve();
    assert!(area.partial.is_empty(), "{:?}", area.partial);
    assert_eq!(area.doubtful, set("CA"));
}

#[test]
fn separators_and_case_are_read_around() {
    let (area, findings) = territory("gb, ie;FR\u{a0}DE\u{200b}ES", "", "", "").resolve();
    assert_eq!(area.whole, set("GB IE FR DE ES"));
    assert_eq!(codes(&findings), ["territory-separator", "territory-case"]);
    assert_eq!(
        clean(&territory(" GB\n\tIE  FR ", "", "", "")).whole,
        set("GB IE FR")
    );
}

#[test]
fn world_beside_regions_puts_their_countries_in_doubt() {
    let (area, findings) = territory("", "WORLD GB-SCT", "", "").resolve();
    assert_eq!(area.doubtful, set("GB"));
    assert_eq!(area.whole, !set("GB"));
    assert_eq!(codes(&findings), ["world-combined"]);
}

#[test]
fn exclusions_beside_countries_are_named() {
    let (area, findings) = territory("GB", "", "IE", "").resolve();
    assert_eq!((area.whole, area.doubtful), (set("GB"), CountrySet::NONE));
    assert_eq!(
        codes(&findings),
        ["territory-invalid", "territory-idle-exclusion"]
    );

    let (area, _) = territory("GB IE", "", "IE", "").resolve();
    assert_eq!((area.whole, area.doubtful), (set("GB"), set("IE")));
}

#[test]
fn a_territory_of_exclusions_alone_is_in_doubt_elsewhere() {
    let (area, findings) = territory("", "", "US", "").resolve();
    assert!(area.whole.is_empty());
    assert_eq!(area.doubtful, !set("US"));
    assert_eq!(codes(&findings), ["territory-empty"]);
}

#[test]
fn an_empty_territory_is_no_country_and_no_doubt() {
    assert!(Territory::default().is_empty() && territory(" ", "", "", "").is_empty());
    for stated in [
        territory("GB", "", "", ""),
        territory("", "WORLD", "", ""),
        territory("", "", "GB", ""),
        territory("", "", "", "GB-SCT"),
    ] {
        assert!(!stated.is_empty(), "{stated:?}");
    }
    let (area, findings) = Territory::default().resolve();
    assert!(area.whole.is_empty() && area.doubtful.is_empty());
    assert_eq!(codes(&findings), ["territory-empty"]);
}

#[test]
fn double_booking_and_idle_exclusions_are_warnings() {
    let (area, findings) = territory("CA", "CA-QC", "", "").resolve();
    assert_eq!(area.whole, set("CA"));
    assert_eq!(codes(&findings), ["territory-double-booking"]);

    let (area, findings) = territory("US", "", "", "CA-QC").resolve();
    assert_eq!(area.whole, set("US"));
    assert_eq!(codes(&findings), ["territory-idle-exclusion"]);
}

#[test]
fn a_long_list_of_nonsense_leaves_one_short_finding() {
    let words: Vec<_> = (0..5_000).map(|n| format!("Q{n}X")).collect();
    let (_, findings) = territory(&words.join(" "), "", "", "").resolve();
    assert_eq!(findings.len(), 1);
    assert!(findings[0].message.len() < 500, "{}", findings[0].message);
}

#[test]
fn a_territory_survives_storage_as_it_came() {
    let given = territory("gb,ie", "", "", "CA-QC");
    let json = serde_json::to_string(&given).unwrap();
    assert_eq!(serde_json::from_str::<Territory>(&json).unwrap(), given);
    let (area, _) = territory("CA GB", "FR-H", "", "CA-QC").resolve();
    let json = serde_json::to_string(&area).unwrap();
    assert_eq!(serde_json::from_str::<Area>(&json).unwrap(), area, "{json}");
}

#[test]
fn countries_make_a_territory_that_resolves_to_them() {
    assert_eq!(
        clean(&Territory::countries(set("AU NZ"))).whole,
        set("AU NZ")
    );
}

#[test]
fn regions_are_named_as_the_territory_spells_them() {
    let stated = Territory {
        countries_included: Some("CA CN".into()),
        regions_excluded: Some("CA-QC, cn-53 UK".into()),
        ..Territory::default()
    };
    assert_eq!(
        stated.regions_named(),
        ["CA-QC", "CN-53"].map(String::from).into()
    );
    assert!(Territory::world().regions_named().is_empty());
}
