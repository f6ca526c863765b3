//! Every code that a person can meet has a page.

use std::path::Path;

use consonance::RejectCode;

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs"))
            .unwrap();
    let mut codes: Vec<&str> = source
        .split('"')
        .filter(|text| text.starts_with("FL-04"))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.contains(&RejectCode::Unfit.code()));
    let mut pages: Vec<String> = std::fs::read_dir(&docs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name.starts_with("FL-04"))
        .collect();
    pages.sort_unstable();
    assert_eq!(codes, pages);
    for code in codes {
        let page = std::fs::read_to_string(docs.join(format!("{code}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        assert!(page.contains("## What to do"), "{code}");
    }
}
