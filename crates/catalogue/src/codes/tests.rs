use super::*;

#[test]
fn every_list_is_in_code_order_so_that_lookup_finds_each_code() {
    for list in ALL_LISTS {
        assert!(
            list.codes.is_sorted(),
            "List {} is out of order",
            list.number
        );
        for (code, label) in list.codes {
            assert_eq!(
                list.label(code),
                Some(*label),
                "List {} {code}",
                list.number
            );
            assert!(code.len() <= CODE_CAPACITY, "List {} {code}", list.number);
        }
        assert_eq!(list.issue, 75);
    }
}

#[test]
fn a_known_code_has_its_label() {
    assert_eq!(PublishingStatus::FORTHCOMING.label(), Some("Forthcoming"));
    assert_eq!(ProductForm::new(" BB ").label(), Some("Hardback"));
    assert_eq!(ProductForm::new("BB"), ProductForm::HARDBACK);
    assert_eq!(ContributorRole::TRANSLATOR.label(), Some("Translated by"));
}

#[test]
fn an_unknown_code_is_kept_and_says_so() {
    let tomorrow = PublishingStatus::new("77");
    assert_eq!(tomorrow.code(), "77");
    assert_eq!(tomorrow.label(), None);
    assert!(!tomorrow.is_known());
    assert_eq!(serde_json::to_string(&tomorrow).unwrap(), "\"77\"");
    assert_eq!(
        serde_json::from_str::<PublishingStatus>("\"77\"").unwrap(),
        tomorrow
    );
}

#[test]
fn text_that_is_no_code_keeps_its_beginning_and_shows_the_cut() {
    assert_eq!(Code::new("Paperback with flaps").as_str(), "Paperback wi…");
    assert_eq!(Code::new("àéîõüàéîõü").as_str(), "àéîõüà…");
    assert_eq!(Code::new("").as_str(), "");
}

#[test]
fn codes_order_as_their_text_does() {
    let mut codes = ["B2", "10", "B", "01", "E101"].map(Code::new);
    codes.sort();
    assert_eq!(
        codes.map(|code| code.to_string()),
        ["01", "10", "B", "B2", "E101"]
    );
}

#[test]
fn constants_are_what_a_reader_makes_of_the_same_text() {
    assert_eq!(
        SalesRightsType::new("06"),
        SalesRightsType::NOT_FOR_SALE_NOT_HELD
    );
    assert_eq!(MeasureUnit::new("mm"), MeasureUnit::MILLIMETRES);
    assert_eq!(TaxRateType::new("Z"), TaxRateType::ZERO);
}
