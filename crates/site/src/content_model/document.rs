//! CONTENT-MODEL.md, written from the model so that the two cannot differ.

use std::fmt::Write as _;

use crate::content_model::{
    ContentType, EditorialType, Field, FieldKind, SECTIONS, Taxonomy, editorial, model, taxonomies,
};
use crate::policy::Policy;

const OPENING: &str = include_str!("document/opening.md");
const EDITORIAL: &str = include_str!("document/editorial.md");
const CLOSING: &str = include_str!("document/closing.md");

/// The whole model in words, for web developers and editors, as Markdown.
pub fn document() -> String {
    let policy = Policy::new("");
    let mut text = OPENING.to_owned();
    for content_type in model(&policy) {
        write_type(&mut text, &content_type);
    }
    write_taxonomies(&mut text, &taxonomies());
    text.push_str(EDITORIAL);
    for content_type in editorial() {
        write_editorial(&mut text, &content_type);
    }
    text.push_str(CLOSING);
    text
}

fn write_type(text: &mut String, content_type: &ContentType) {
    let ContentType {
        kind,
        name,
        help,
        fields,
    } = content_type;
    _ = writeln!(text, "## {name} (`{}`)\n\n{help}\n", kind.uid());
    write_fields(text, fields);
    write_rows(text, kind.uid(), fields);
}

fn write_editorial(text: &mut String, content_type: &EditorialType) {
    let EditorialType {
        uid,
        name,
        help,
        fields,
        blocks,
    } = content_type;
    _ = writeln!(text, "### {name} (`{uid}`)\n\n{help}\n");
    write_fields(text, fields);
    let blocks: Vec<String> = blocks
        .iter()
        .map(|block| {
            let fields: Vec<String> = block
                .fields
                .iter()
                .map(|field| format!("`{}`", field.uid))
                .collect();
            format!("`{}` ({})", block.uid, fields.join(", "))
        })
        .collect();
    _ = writeln!(text, "`{SECTIONS}` is built from {}.\n", blocks.join(", "));
}

fn write_rows(text: &mut String, within: &str, fields: &[Field]) {
    for field in fields {
        if let FieldKind::Rows(rows) = &field.kind {
            let path = format!("{within}.{}", field.uid);
            _ = writeln!(text, "### Rows of `{path}`\n");
            write_fields(text, rows);
            write_rows(text, &path, rows);
        }
    }
}

fn write_fields(text: &mut String, fields: &[Field]) {
    text.push_str("| field | holds | what it says |\n|---|---|---|\n");
    for field in fields {
        _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            field.uid,
            holds(field),
            field.help
        );
    }
    text.push('\n');
}

fn holds(field: &Field) -> String {
    let mut words = match &field.kind {
        FieldKind::Line => "one line".to_owned(),
        FieldKind::Lines => "lines".to_owned(),
        FieldKind::Html => "HTML".to_owned(),
        FieldKind::Rich => "JSON rich text".to_owned(),
        FieldKind::ManyLines => "several lines, each a value".to_owned(),
        FieldKind::Number => "number".to_owned(),
        FieldKind::Flag => "yes or no".to_owned(),
        FieldKind::Date => "day".to_owned(),
        FieldKind::Choice(choices) => {
            let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            format!("one of {}", choices.join(", "))
        }
        FieldKind::Image => "image".to_owned(),
        FieldKind::File => "file".to_owned(),
        FieldKind::References { to, many } => {
            let to: Vec<String> = to.iter().map(|kind| format!("`{}`", kind.uid())).collect();
            let count = if *many { "several" } else { "one" };
            format!("reference to {count} {}", to.join(", "))
        }
        FieldKind::Rows(_) => "rows".to_owned(),
        FieldKind::Taxonomies(taxonomies) => {
            let names: Vec<String> = taxonomies.iter().map(|uid| format!("`{uid}`")).collect();
            format!("terms of {}", names.join(", "))
        }
    };
    for (property, word) in [
        (field.mandatory, "mandatory"),
        (field.unique, "unique"),
        (field.shared, "the same in every locale"),
    ] {
        if property {
            words.push_str("; ");
            words.push_str(word);
        }
    }
    words
}

fn write_taxonomies(text: &mut String, taxonomies: &[Taxonomy]) {
    text.push_str("## Taxonomies\n\n| taxonomy | name | what it says |\n|---|---|---|\n");
    for Taxonomy { uid, name, help } in taxonomies {
        _ = writeln!(text, "| `{uid}` | {name} | {help} |");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_committed_document_is_the_model_in_words() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../CONTENT-MODEL.md");
        if std::env::var_os("FRONTLIST_WRITE_DOCUMENTS").is_some() {
            std::fs::write(&path, document()).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert!(
            committed == document(),
            "CONTENT-MODEL.md differs from the model: write it anew with \
             FRONTLIST_WRITE_DOCUMENTS=1 cargo test -p site content_model"
        );
    }

    #[test]
    fn every_field_says_what_it_is_for_in_one_table_cell() {
        let text = document();
        for line in text.lines().filter(|line| line.starts_with("| `")) {
            assert!(line.matches(" | ").count() == 2, "{line}");
            assert!(!line.ends_with("|  |"), "{line}");
        }
    }
}
