//! Restrictions that rights carry: where they hold, and what they mean.

use super::*;

#[test]
fn deprecated_types_are_for_sale_with_a_restriction_nobody_named() {
    for (kind, exclusive) in [("07", true), ("08", false)] {
        let resolved = rights(&[(kind, Territory::world())], None).resolve();
        expect(&resolved, "GB:F");
        assert_eq!(resolved.exclusive(country("GB")), exclusive);
        assert_eq!(codes(&resolved), ["rights-type-deprecated"]);
        let restrictions: Vec<_> = resolved.restrictions(country("GB")).collect();
        assert_eq!(
            restrictions,
            [&SalesRestriction::new(SalesRestrictionType::UNSPECIFIED)]
        );
        assert_eq!(restrictions[0].effect(), RestrictionEffect::Ask);
    }
}

#[test]
fn a_restriction_that_is_named_takes_the_place_of_the_one_that_a_deprecated_type_implies() {
    let named = SalesRestriction::new(SalesRestrictionType::LIBRARIES_ONLY);
    let mut inside = rights(&[("07", Territory::world())], None);
    inside.claims[0].restrictions.push(named.clone());
    let mut outside = rights(&[("07", Territory::world())], None);
    outside.everywhere.push(named.clone());
    for stated in [inside, outside] {
        let resolved = stated.resolve();
        let restrictions: Vec<_> = resolved.restrictions(country("GB")).collect();
        assert_eq!(restrictions, [&named]);
    }
}

#[test]
fn restrictions_and_alternatives_are_kept_where_they_hold() {
    let isbn: Isbn13 = "9781492067665".parse().unwrap();
    let mut stated = rights(
        &[("01", countries("GB IE")), ("06", countries("US PR"))],
        Some("03"),
    );
    let dated = SalesRestriction {
        outlets: vec!["A Shop".into()],
        from: Some("2027-01-01".parse().unwrap()),
        until: Some("2027-03".parse().unwrap()),
        ..SalesRestriction::new(SalesRestrictionType::RETAILER_EXCLUSIVE)
    };
    stated.claims[0].restrictions.push(dated.clone());
    stated.claims[1].alternatives.push(isbn);
    let resolved = stated.resolve();
    assert_eq!(
        resolved.restrictions(country("IE")).collect::<Vec<_>>(),
        [&dated]
    );
    assert_eq!(resolved.restrictions(country("US")).count(), 0);
    assert_eq!(
        resolved.alternatives(country("PR")).collect::<Vec<_>>(),
        [isbn]
    );
    assert_eq!(resolved.alternatives(country("GB")).count(), 0);
    assert_eq!(dated.effect(), RestrictionEffect::BlockUnlessNamed);
}

#[test]
fn a_restriction_outside_any_claim_holds_where_the_rest_of_the_world_opens_too() {
    let stated = SalesRights {
        everywhere: vec![SalesRestriction::new(SalesRestrictionType::LIBRARIES_ONLY)],
        ..rights(&[("01", countries("GB"))], Some("02"))
    };
    let resolved = stated.resolve();
    for code in ["GB", "FR"] {
        let effects: Vec<_> = resolved
            .restrictions(country(code))
            .map(SalesRestriction::effect)
            .collect();
        assert_eq!(effects, [RestrictionEffect::Block], "{code}");
    }
    assert_eq!(stated.restrictions().count(), 1);
}

#[test]
fn the_rest_of_the_world_is_restricted_only_by_what_is_said_of_it() {
    let named = SalesRestriction::new(SalesRestrictionType::LIBRARIES_ONLY);
    for (rest, everywhere, expected) in [
        ("02", vec![], vec![]),
        ("08", vec![named.clone()], vec![&named]),
    ] {
        let stated = SalesRights {
            everywhere,
            ..rights(&[("01", countries("GB"))], Some(rest))
        };
        let resolved = stated.resolve();
        let held: Vec<_> = resolved.restrictions(country("FR")).collect();
        assert_eq!(held, expected, "{rest}");
    }
}

#[test]
fn a_deprecated_type_for_the_rest_of_the_world_restricts_the_rest_alone() {
    let resolved = rights(&[("01", countries("GB"))], Some("08")).resolve();
    let effects = |code| -> Vec<_> {
        let restrictions = resolved.restrictions(country(code));
        restrictions.map(SalesRestriction::effect).collect()
    };
    expect(&resolved, "GB:F FR:F");
    assert_eq!(effects("GB"), []);
    assert_eq!(effects("FR"), [RestrictionEffect::Ask]);
}

#[test]
fn every_restriction_of_the_list_has_an_effect() {
    for (code, label) in crate::codes::LIST_71.codes {
        let kind = SalesRestrictionType::new(code);
        assert!(
            EFFECTS.iter().any(|(known, _)| *known == kind),
            "{code} {label}"
        );
    }
    let tomorrow = SalesRestriction::new(SalesRestrictionType::new("98"));
    assert_eq!(tomorrow.effect(), RestrictionEffect::Ask);
}
