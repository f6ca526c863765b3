//! Every code has its page.

use notify::Error;

#[test]
fn every_code_of_this_room_has_its_page() {
    let whom = || "hooks.example".to_owned();
    let errors = [
        Error::Unreachable {
            whom: whom(),
            why: String::new(),
        },
        Error::Busy {
            whom: whom(),
            wait: None,
        },
        Error::Refused {
            whom: whom(),
            why: String::new(),
        },
        Error::Setting {
            what: "to",
            why: String::new(),
        },
    ];
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for error in errors {
        let code = error.code();
        let page = std::fs::read_to_string(pages.join(format!("{code}.md"))).unwrap_or_default();
        assert!(
            page.starts_with(&format!("# {code}: ")),
            "docs/errors/{code}.md is missing"
        );
        assert!(
            page.contains("## What to do"),
            "docs/errors/{code}.md says no mend"
        );
    }
}
