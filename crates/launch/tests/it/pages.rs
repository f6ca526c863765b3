//! Every error of this room has its page, and the page about the checklist tells of every fact.

use std::path::Path;

use launch::fact::FACTS;

fn docs(page: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    std::fs::read_to_string(docs.join(page)).unwrap_or_default()
}

#[test]
fn every_error_has_its_page() {
    for number in 1..=6 {
        let page = docs(&format!("errors/FL-070{number}.md"));
        assert!(page.starts_with(&format!("# FL-070{number}: ")), "{number}");
        assert!(page.contains("\n## What to do\n"), "{number}");
    }
}

#[test]
fn the_page_about_the_checklist_has_every_fact() {
    let page = docs("launch.md");
    for fact in FACTS {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", fact.name)));
        assert!(
            row.is_some_and(|row| row.contains(fact.says)),
            "{}",
            fact.name
        );
    }
}
