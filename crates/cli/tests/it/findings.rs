//! Whoever meets a finding can look it up: every code that the program may give has a page that says
//! what it means, what Frontlist does, and how to mend it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust file of a folder and its folders.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a text is a name of several words in small letters with hyphens between.
fn is_kebab(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    words.len() > 1 && words.iter().all(is_word)
}

/// The codes that a source makes. Those of the life cycle are data: the first of a pair; those of doctor's risks are
/// constants.
fn codes(text: &str, file: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let made = text.split("FindingCode::new(").skip(1);
    let named = made.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    let mut codes: Vec<String> = named.map(str::to_owned).collect();
    if file.contains("commands/doctor/leaks") {
        let constants = text.lines().filter(|line| line.starts_with("const "));
        let values = constants.filter_map(|line| line.split('"').nth(1));
        codes.extend(values.filter(|text| is_kebab(text)).map(str::to_owned));
    }
    if file.contains("catalogue/src/lifecycle") {
        let quoted = text.split('"').skip(1).step_by(2);
        codes.extend(quoted.filter(|text| is_kebab(text)).map(str::to_owned));
    }
    codes
}

fn every_code() -> BTreeSet<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(workspace().join("crates")).unwrap() {
        sources(&entry.unwrap().path().join("src"), &mut files);
    }
    let mut all = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        all.extend(codes(&text, &file.to_string_lossy()));
    }
    all
}

#[test]
fn every_finding_has_its_page() {
    let codes = every_code();
    assert!(codes.len() > 70, "only {} were found", codes.len());
    for known in [
        "rights-overlap",
        "row-missing",
        "world-combined",
        "market-contradiction",
        "unresolved-territory",
        "forthcoming-in-stock",
    ] {
        assert!(codes.contains(known), "{known}");
    }
    let pages = workspace().join("docs/errors");
    let missing: Vec<&String> = codes
        .iter()
        .filter(|code| {
            let page = std::fs::read_to_string(pages.join(format!("{code}.md")));
            let page = page.unwrap_or_default();
            let is_whole = page.starts_with(&format!("# {code}: "))
                && page.contains("\n## What Frontlist does\n")
                && page.contains("\n## What to do\n");
            !is_whole
        })
        .collect();
    assert!(missing.is_empty(), "no page in docs/errors for {missing:?}");
}

#[test]
fn no_page_is_about_a_finding_that_is_no_more() {
    let codes = every_code();
    for entry in std::fs::read_dir(workspace().join("docs/errors")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            name.starts_with("FL-") || codes.contains(&name),
            "docs/errors/{name}.md is about nothing"
        );
    }
}
