//! The tables against the published lists, where those lie beside the project.

use catalogue::codes::{ALL_LISTS, product_form_from_list7};

use crate::shared_data;

#[test]
fn tables_hold_just_what_the_published_lists_hold() {
    let Some(published) = shared_data::json("codelists/onix75_labels_all.json") else {
        return;
    };
    for list in ALL_LISTS {
        let codes = published["lists"][list.number.to_string()]["codes"]
            .as_object()
            .unwrap();
        assert_eq!(codes.len(), list.codes.len(), "List {}", list.number);
        for (code, label) in list.codes {
            assert_eq!(codes[*code], *label, "List {} {code}", list.number);
        }
    }
}

#[test]
fn list_7_maps_as_the_published_table_does() {
    let Some(table) = shared_data::json("codelists/onix21_list7_to_list150.json") else {
        return;
    };
    for (code, entry) in table["map"].as_object().unwrap() {
        let (form, certain) = product_form_from_list7(code).unwrap();
        assert_eq!(form.code(), entry["to"], "{code}");
        assert_eq!(certain, entry["certain"].as_bool().unwrap(), "{code}");
    }
}
