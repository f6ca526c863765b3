use super::*;

mod restrictions;

fn territory(ci: &str, ri: &str, cx: &str, rx: &str) -> Territory {
    let list = |text: &str| (!text.is_empty()).then(|| text.into());
    Territory {
        countries_included: list(ci),
        regions_included: list(ri),
        countries_excluded: list(cx),
        regions_excluded: list(rx),
    }
}

fn countries(codes: &str) -> Territory {
    territory(codes, "", "", "")
}

fn rights(claims: &[(&str, Territory)], rest: Option<&str>) -> SalesRights {
    SalesRights {
        claims: claims
            .iter()
            .map(|(kind, territory)| Claim::new(SalesRightsType::new(kind), territory.clone()))
            .collect(),
        rest_of_world: rest.map(SalesRightsType::new),
        ..SalesRights::default()
    }
}

fn codes(resolved: &Resolved) -> Vec<&str> {
    resolved
        .findings()
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// Asserts answers written `GB:F US:N CA:P`; regions too.
#[track_caller]
fn expect(resolved: &Resolved, answers: &str) {
    for answer in answers.split_whitespace() {
        let (place, letter) = answer.split_once(':').unwrap();
        let sale = match letter {
            "F" => Sale::ForSale,
            "N" => Sale::NotForSale,
            "U" => Sale::Unknown,
            "P" => Sale::Partial,
            other => panic!("{other}"),
        };
        assert_eq!(resolved.region_sale(place), sale, "{place} of {answers}");
    }
}

fn set(text: &str) -> CountrySet {
    text.parse().unwrap()
}

fn country(code: &str) -> CountryCode {
    code.parse().unwrap()
}

#[test]
fn a_complete_statement_needs_no_rest_of_world() {
    // The shape of EDItEUR's own example.
    let resolved = rights(
        &[
            ("01", countries("GB AU IE")),
            ("06", countries("US CA PR")),
            ("02", territory("", "WORLD", "GB AU IE US CA PR", "")),
        ],
        None,
    )
    .resolve();
    expect(&resolved, "GB:F AU:F US:N CA:N PR:N FR:F JP:F");
    assert!(resolved.exclusive(country("GB")) && !resolved.exclusive(country("FR")));
    assert_eq!(codes(&resolved), [""; 0]);
    assert!(resolved.unknown().is_empty());
}

#[test]
fn an_explicit_list_of_every_country_makes_the_rest_of_world_redundant() {
    let resolved = rights(
        &[
            ("01", countries("AU NZ")),
            ("02", countries("FJ")),
            ("03", Territory::countries(!set("AU NZ FJ"))),
        ],
        Some("00"),
    )
    .resolve();
    expect(&resolved, "AU:F NZ:F FJ:F GB:N US:N IO:N");
    assert_eq!(codes(&resolved), [""; 0]);
}

#[test]
fn the_rest_of_the_world_is_what_its_type_says() {
    let stated = |rest| rights(&[("01", countries("GB"))], rest).resolve();
    for (rest, answer) in [
        ("00", "US:U"),
        ("01", "US:F"),
        ("02", "US:F"),
        ("03", "US:N"),
        ("04", "US:N"),
        ("05", "US:N"),
        ("06", "US:N"),
    ] {
        expect(&stated(Some(rest)), answer);
        expect(&stated(Some(rest)), "GB:F");
        assert_eq!(codes(&stated(Some(rest))), [""; 0], "{rest}");
    }
    assert!(stated(Some("01")).exclusive(country("US")));
    assert!(!stated(Some("02")).exclusive(country("US")));
    expect(&stated(None), "GB:F US:U");
    assert_eq!(codes(&stated(None)), ["row-missing"]);
    expect(&stated(Some("77")), "GB:F US:U");
    assert_eq!(codes(&stated(Some("77"))), ["rights-type-unknown"]);
    expect(&stated(Some("08")), "GB:F US:F");
    assert_eq!(codes(&stated(Some("08"))), ["rights-type-deprecated"]);
}

#[test]
fn no_rights_are_unknown_everywhere_unless_told_otherwise() {
    let resolved = SalesRights::default().resolve();
    assert_eq!(resolved.unknown(), CountrySet::ALL);
    assert_eq!(codes(&resolved), ["rights-absent"]);

    let reading = RightsReading {
        assume_world_if_absent: true,
        ..RightsReading::default()
    };
    let resolved = SalesRights::default().resolve_as(reading);
    assert_eq!(resolved.for_sale(), CountrySet::ALL);
    assert_eq!(codes(&resolved), ["rights-absent"]);

    let alone = rights(&[], Some("02")).resolve_as(reading);
    assert_eq!(alone.unknown(), CountrySet::ALL);
    assert_eq!(codes(&alone), ["row-alone", "rights-absent"]);
}

#[test]
fn a_contradiction_closes_and_is_named() {
    let contradictory = rights(
        &[
            ("01", Territory::world()),
            ("03", countries("US")),
            ("06", countries("CA")),
        ],
        None,
    );
    let resolved = contradictory.resolve();
    expect(&resolved, "US:N CA:N GB:F");
    assert!(!resolved.exclusive(country("US")));
    assert_eq!(codes(&resolved), ["rights-overlap"]);
    assert!(
        resolved.findings()[0].message.contains("CA US"),
        "{}",
        resolved.findings()[0].message
    );
}

#[test]
fn a_claim_that_names_a_country_can_be_believed_over_world() {
    let reading = RightsReading {
        specific_over_world: true,
        ..RightsReading::default()
    };
    let closed_world = rights(&[("03", Territory::world()), ("01", countries("GB"))], None);
    expect(&closed_world.resolve(), "GB:N US:N");
    expect(&closed_world.resolve_as(reading), "GB:F US:N");
    // The other way round, and two claims that both name it, stay closed.
    let open_world = rights(&[("01", Territory::world()), ("03", countries("GB"))], None);
    expect(&open_world.resolve_as(reading), "GB:N US:F");
    let both = rights(
        &[("01", countries("GB")), ("03", countries("GB"))],
        Some("00"),
    );
    expect(&both.resolve_as(reading), "GB:N");
    // WORLD less a region does not name the country.
    let less = rights(
        &[
            ("01", territory("", "WORLD", "", "CA-QC")),
            ("03", Territory::world()),
        ],
        None,
    );
    expect(&less.resolve_as(reading), "CA:N CA-ON:N GB:N");
}

#[test]
fn exclusive_and_not_is_still_for_sale() {
    let resolved = rights(
        &[("01", countries("GB IE")), ("02", countries("IE FR"))],
        Some("03"),
    )
    .resolve();
    expect(&resolved, "GB:F IE:F FR:F US:N");
    assert!(resolved.exclusive(country("IE")));
    assert_eq!(codes(&resolved), ["rights-overlap"]);
}

#[test]
fn grounds_for_not_selling_may_differ_only_in_detail() {
    let resolved = rights(
        &[("03", countries("US")), ("06", countries("US"))],
        Some("02"),
    )
    .resolve();
    expect(&resolved, "US:N GB:F");
    assert_eq!(codes(&resolved), [""; 0]);

    let resolved = rights(
        &[("04", countries("US")), ("06", countries("US"))],
        Some("02"),
    )
    .resolve();
    expect(&resolved, "US:N");
    assert_eq!(codes(&resolved), ["rights-basis-conflict"]);
}

#[test]
fn only_grounds_that_exclude_each_other_are_a_conflict() {
    let grounds = ["03", "04", "05", "06"];
    for first in grounds {
        for second in grounds {
            let claims = [(first, countries("US")), (second, countries("US"))];
            let resolved = rights(&claims, Some("02")).resolve();
            let conflict = first != second && first != "03" && second != "03";
            let expected = if conflict {
                &["rights-basis-conflict"][..]
            } else {
                &[]
            };
            assert_eq!(codes(&resolved), expected, "{first} and {second}");
        }
    }
}

#[test]
fn rights_are_stated_by_claims_or_a_rest_or_a_restriction_alone() {
    let claims = rights(&[("01", countries("GB"))], None);
    let rest = rights(&[], Some("03"));
    let restricted = SalesRights {
        everywhere: vec![SalesRestriction::new(SalesRestrictionType::UNSPECIFIED)],
        ..SalesRights::default()
    };
    for stated in [claims, rest, restricted] {
        assert!(stated.is_stated(), "{stated:?}");
    }
    assert!(!SalesRights::default().is_stated());
}

#[test]
fn an_unstated_or_unknown_type_beats_one_that_opens_but_not_one_that_closes() {
    for kind in ["00", "42"] {
        let resolved = rights(
            &[
                (kind, countries("GB FR US")),
                ("01", countries("GB IE")),
                ("03", countries("US")),
            ],
            Some("02"),
        )
        .resolve();
        expect(&resolved, "GB:U FR:U IE:F US:N JP:F");
        assert_eq!(codes(&resolved), ["rights-type-unknown"]);
    }
}

#[test]
fn regions_make_a_country_partial() {
    let excluded = rights(&[("01", territory("CA US", "", "", "CA-QC"))], Some("03")).resolve();
    expect(&excluded, "CA:P CA-QC:N CA-ON:F US:F GB:N");
    assert_eq!(excluded.sale_on_site(country("CA")), Sale::Partial);

    let included = rights(&[("01", territory("", "CA-NB CA-NS", "", ""))], Some("03")).resolve();
    expect(&included, "CA:P CA-NB:F CA-ON:N");

    let unknown_rest = rights(&[("01", territory("", "CA-NB", "", ""))], Some("00")).resolve();
    expect(&unknown_rest, "CA:P CA-NB:F CA-ON:U US:U");
}

#[test]
fn claims_about_parts_of_a_country_add_up() {
    let resolved = rights(
        &[
            ("01", territory("", "GB-EWS", "", "")),
            ("02", territory("", "GB-NIR", "", "")),
            ("03", territory("IE", "CA-QC", "", "")),
            ("01", territory("CA", "", "", "CA-QC")),
        ],
        Some("03"),
    )
    .resolve();
    expect(
        &resolved,
        "GB:F GB-SCT:F GB-NIR:F IE:N CA:P CA-QC:N CA-BC:F",
    );
    assert_eq!(codes(&resolved), [""; 0]);
}

#[test]
fn a_part_that_is_closed_in_an_open_country_is_a_contradiction_there_alone() {
    let resolved = rights(
        &[
            ("01", countries("CA")),
            ("03", territory("", "CA-QC", "", "")),
        ],
        Some("03"),
    )
    .resolve();
    expect(&resolved, "CA:P CA-QC:N CA-ON:F");
    assert_eq!(codes(&resolved), ["rights-overlap"]);
}

#[test]
fn a_country_closed_in_part_and_otherwise_unknown_is_unknown() {
    let resolved = rights(&[("03", territory("", "CA-QC", "", ""))], Some("00")).resolve();
    expect(&resolved, "CA:U");
    assert!(resolved.partial().is_empty());
}

#[test]
fn only_an_outlet_apart_leaves_a_country_for_sale_on_a_site() {
    let without = rights(&[("01", territory("GB IE", "", "", "GB-AIR"))], Some("03")).resolve();
    expect(&without, "GB:P GB-AIR:N IE:F");
    assert_eq!(without.sale_on_site(country("GB")), Sale::ForSale);

    let alone = rights(&[("01", territory("", "GB-AIR", "", ""))], Some("03")).resolve();
    expect(&alone, "GB:P GB-AIR:F GB-SCT:N");
    assert_eq!(alone.sale_on_site(country("GB")), Sale::Partial);
}

#[test]
fn territories_that_iso_codes_apart_stay_apart() {
    let resolved = rights(&[("01", countries("US GB FR CN RS"))], Some("03")).resolve();
    expect(
        &resolved,
        "US:F PR:N GU:N VI:N AS:N MP:N UM:N GB:F IM:N JE:N GG:N",
    );
    expect(
        &resolved,
        "FR:F RE:N GP:N CN:F HK:N MO:N TW:N CN-HK:N RS-KM:F XK:U",
    );
}

#[test]
fn a_word_no_list_has_never_opens_and_always_closes() {
    let unresolved = "unresolved-territory";
    let named = rights(&[("01", countries("GB UK"))], Some("03")).resolve();
    expect(&named, "GB:F JE:U US:N");
    assert_eq!(codes(&named), [unresolved]);

    let alone = rights(&[("01", countries("UK FR"))], Some("02")).resolve();
    expect(&alone, "GB:U FR:F US:F");

    let less = rights(&[("01", territory("", "WORLD", "UK", ""))], Some("02")).resolve();
    expect(&less, "GB:U IM:U US:F");

    let closed = rights(&[("02", Territory::world()), ("03", countries("UK"))], None).resolve();
    expect(&closed, "GB:N US:F");
    assert!(codes(&closed).contains(&unresolved));

    let closed_but = rights(&[("03", territory("", "WORLD", "EU", ""))], None).resolve();
    expect(&closed_but, "FR:N US:N");
}

#[test]
fn territory_findings_are_those_of_the_territory_once_each() {
    let resolved = rights(
        &[("01", countries("GB UK")), ("02", countries("FR, UK"))],
        Some("03"),
    )
    .resolve();
    assert_eq!(
        codes(&resolved),
        ["unresolved-territory", "territory-separator"]
    );
    assert_eq!(
        resolved.findings()[0].at.field.as_deref(),
        Some("SalesRights")
    );
}

#[test]
fn a_part_that_is_named_is_certain_in_a_country_that_is_in_doubt() {
    let resolved = rights(&[("01", territory("UK", "GB-SCT", "", ""))], Some("02")).resolve();
    expect(&resolved, "GB:P GB-SCT:F GB-ENG:U FR:F");
}

#[test]
fn a_market_outside_the_rights_is_named() {
    let market = |codes| countries(codes).resolve().0;
    let closed = rights(&[("01", countries("GB IE"))], Some("03")).resolve();
    assert_eq!(closed.check_market(&market("GB")), None);
    let finding = closed.check_market(&market("GB FR")).unwrap();
    assert_eq!(finding.code, MARKET_CONTRADICTION);
    assert!(finding.message.contains("FR") && !finding.message.contains("GB"));
    let open = rights(&[("01", countries("GB IE"))], Some("02")).resolve();
    assert_eq!(open.check_market(&market("FR")), None);
}

#[test]
fn a_market_of_a_part_of_a_closed_country_is_named_too() {
    let resolved = rights(&[("01", countries("GB"))], Some("03")).resolve();
    let (quebec, _) = territory("", "CA-QC", "", "").resolve();
    assert!(resolved.check_market(&quebec).is_some());
}

#[test]
fn answers_can_be_had_for_all_countries_at_once() {
    let claims = [
        ("01", territory("GB", "CA-QC", "", "")),
        ("02", countries("AU")),
    ];
    let resolved = rights(&claims, Some("03")).resolve();
    assert_eq!(resolved.exclusive_in(), set("GB"));
    assert_eq!(resolved.for_sale(), set("GB AU"));
    let partial: Vec<_> = resolved.partial().keys().copied().collect();
    assert_eq!(partial, [country("CA")]);
    assert_eq!(resolved.not_for_sale(), !set("GB AU CA"));
    assert!(resolved.unknown().is_empty());
}

#[test]
fn a_territory_can_be_asked_for_by_any_code() {
    let resolved = rights(&[("01", countries("AU BQ CW SX"))], Some("03")).resolve();
    expect(&resolved, "WORLD:P AN:F YU:N CN-53:N GB-CHA:N ECZ:N XX:U");
    let world = rights(&[("01", Territory::world())], None).resolve();
    expect(&world, "WORLD:F");
}

#[test]
fn country_lists_become_rights() {
    let from = |open: &[&str], closed: &[&str], worldwide| {
        SalesRights::from_country_lists(open, closed, worldwide).resolve()
    };
    let world = from(&[], &[], Some(true));
    assert_eq!(world.for_sale(), CountrySet::ALL);
    assert_eq!(codes(&world), [""; 0]);

    let world_but = from(&[], &["US", "CA"], Some(true));
    assert_eq!(
        (world_but.for_sale(), world_but.not_for_sale()),
        (!set("US CA"), set("US CA"))
    );
    assert_eq!(codes(&world_but), [""; 0]);

    let split = from(&["AU", "NZ"], &["GB"], None);
    expect(&split, "AU:F NZ:F GB:N US:U");
    assert_eq!(codes(&split), [""; 0]);
    assert!(!split.exclusive(country("AU")));

    for worldwide in [None, Some(false), Some(true)] {
        let both = from(&["AU", "GB"], &["GB"], worldwide);
        expect(&both, "AU:F GB:N");
        assert_eq!(codes(&both), ["rights-overlap"], "{worldwide:?}");
    }
    for worldwide in [None, Some(false)] {
        let nothing = from(&[], &[], worldwide);
        assert_eq!(nothing.unknown(), CountrySet::ALL);
        assert_eq!(codes(&nothing), ["rights-absent"]);
    }
    let blank = from(&[" "], &[""], None);
    assert_eq!(codes(&blank), ["rights-absent"]);
    let wrong = from(&[], &["UK"], Some(true));
    expect(&wrong, "GB:N FR:F");
}

#[test]
fn answers_and_rights_survive_storage() {
    let stated = rights(
        &[
            ("01", territory("CA US", "", "", "CA-QC")),
            ("03", countries("GB UK")),
        ],
        Some("00"),
    );
    let json = serde_json::to_string(&stated).unwrap();
    assert_eq!(serde_json::from_str::<SalesRights>(&json).unwrap(), stated);
    let resolved = stated.resolve();
    let json = serde_json::to_string(&resolved).unwrap();
    assert_eq!(
        serde_json::from_str::<Resolved>(&json).unwrap(),
        resolved,
        "{json}"
    );
}

#[test]
fn a_finding_names_a_dozen_countries_and_counts_the_others() {
    let overlap = |count: usize| {
        let some: CountrySet = CountrySet::ALL.iter().take(count).collect();
        let all = Territory::countries(CountrySet::ALL);
        let resolved = rights(&[("01", all), ("03", Territory::countries(some))], None).resolve();
        resolved.findings()[0].message.clone()
    };
    assert!(!overlap(12).contains(" more"), "{}", overlap(12));
    assert!(overlap(20).contains("and 8 more"), "{}", overlap(20));
    // `WORLD except ...` is short, however many countries it is.
    assert!(!overlap(245).contains(" more"), "{}", overlap(245));
    assert!(overlap(245).contains("WORLD"), "{}", overlap(245));
    // Sixteen codes are as long as what may be named in full.
    assert!(!overlap(16).contains(" more"), "{}", overlap(16));
    assert!(overlap(17).contains("and 5 more"), "{}", overlap(17));
}

#[test]
fn a_finding_about_many_countries_stays_short() {
    let all = Territory::countries(CountrySet::ALL);
    let some: CountrySet = CountrySet::ALL.iter().step_by(3).collect();
    let resolved = rights(&[("01", all), ("03", Territory::countries(some))], None).resolve();
    assert_eq!(codes(&resolved), ["rights-overlap"]);
    assert!(
        resolved.findings()[0].message.len() < 250,
        "{}",
        resolved.findings()[0].message
    );
}
