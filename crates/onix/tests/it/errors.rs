//! Every code has its page.

use std::path::Path;

#[test]
fn each_code_has_a_page_that_begins_with_it() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    for code in onix::CODES {
        let page = std::fs::read_to_string(pages.join(format!("{code}.md")))
            .unwrap_or_else(|error| panic!("docs/errors/{code}.md: {error}"));
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
    }
}
