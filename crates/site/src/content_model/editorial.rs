//! Starter types for editors: pages and modules around titles, built from blocks that refer to our entries.
//!
//! They are made once, only where somebody asks for them, and are the editors' from then on: neither a type that is there
//! nor any entry of one is ever written by us. A fact about a title is a reference here and never a field, so that nothing
//! can go stale.

use crate::content_model::Field;
use crate::desired::Kind;

/// A content type for editors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditorialType {
    /// Uid.
    pub uid: &'static str,
    /// Name shown to editors.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Fields before the blocks, in order.
    pub fields: Vec<Field>,
    /// What its `sections` may be built from.
    pub blocks: Vec<Block>,
}

/// A modular block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Uid.
    pub uid: &'static str,
    /// Name shown to editors.
    pub name: &'static str,
    /// Fields in order.
    pub fields: Vec<Field>,
}

/// Uid of the field of blocks.
pub const SECTIONS: &str = "sections";

/// The starter types.
pub fn editorial() -> Vec<EditorialType> {
    let kind = |uid, name, help, fields: Vec<Field>, blocks: &[fn() -> Block]| EditorialType {
        uid,
        name,
        help,
        fields,
        blocks: blocks.iter().map(|block| block()).collect(),
    };
    vec![
        kind(
            "book_page",
            "Book page",
            "More about one book than its record says.",
            vec![title(), address(), book()],
            &[text, quotation, picture, books, contributors],
        ),
        kind(
            "feature_article",
            "Feature article",
            "An article: an interview, an extract, a story behind books.",
            vec![title(), address(), summary(), lead_picture()],
            &[text, quotation, picture, books, contributors],
        ),
        kind(
            "reading_guide",
            "Reading guide",
            "Questions and background for reading groups.",
            vec![title(), address(), book()],
            &[text, questions, books],
        ),
        kind(
            "seasonal_collection",
            "Seasonal collection",
            "Books chosen for a season or an occasion.",
            vec![title(), address(), summary(), lead_picture()],
            &[hero, text, books, series],
        ),
        kind(
            "promotional_banner",
            "Promotional banner",
            "A banner for other pages to show.",
            vec![title()],
            &[hero, books],
        ),
        kind(
            "campaign_page",
            "Campaign page",
            "A page for the launch of a book, an author or a series.",
            vec![title(), address(), summary()],
            &[hero, text, books, contributors, series, quotation, picture],
        ),
    ]
}

fn title() -> Field {
    Field::line("title", "Title", "How editors find it; pages may show it.")
        .mandatory()
        .unique()
}

fn address() -> Field {
    Field::line("url", "Address", "The path of its page.").unique()
}

fn summary() -> Field {
    Field::lines(
        "summary",
        "Summary",
        "A few sentences, for lists and search engines.",
    )
}

fn lead_picture() -> Field {
    Field::image("picture", "Picture", "The picture that stands for it.")
}

fn book() -> Field {
    Field::reference("book", "Book", "The book that it is about.", Kind::Book)
}

fn heading() -> Field {
    Field::line("heading", "Heading", "The words above the section.")
}

fn words() -> Field {
    Field::rich(
        "text",
        "Text",
        "Prices, dates and availability belong to the book that is referred to.",
    )
}

fn hero() -> Block {
    Block {
        uid: "hero",
        name: "Hero",
        fields: vec![
            heading(),
            words(),
            Field::image(
                "picture",
                "Picture",
                "A wide picture; without one, the book's cover.",
            ),
            Field::reference("book", "Book", "The book that is featured.", Kind::Book),
            Field::line("link", "Link", "Where it leads; without one, to the book."),
        ],
    }
}

fn text() -> Block {
    Block {
        uid: "text",
        name: "Text",
        fields: vec![heading(), words()],
    }
}

fn quotation() -> Block {
    Block {
        uid: "quotation",
        name: "Quotation",
        fields: vec![
            Field::lines("quotation", "Quotation", "The words quoted."),
            Field::line("source", "Source", "Who said so, and where."),
        ],
    }
}

fn picture() -> Block {
    Block {
        uid: "picture",
        name: "Picture",
        fields: vec![
            Field::image("picture", "Picture", "The picture."),
            Field::line("caption", "Caption", "The words below it."),
        ],
    }
}

fn books() -> Block {
    Block {
        uid: "books",
        name: "Books",
        fields: vec![
            heading(),
            Field::references(
                "books",
                "Books",
                "The books, in the order shown.",
                Kind::Book,
            ),
        ],
    }
}

fn contributors() -> Block {
    Block {
        uid: "contributors",
        name: "Authors and others",
        fields: vec![
            heading(),
            Field::references(
                "contributors",
                "Authors and others",
                "The people, in the order shown.",
                Kind::Contributor,
            ),
        ],
    }
}

fn series() -> Block {
    Block {
        uid: "series",
        name: "Series",
        fields: vec![
            heading(),
            Field::reference(
                "series",
                "Series",
                "The series that is shown.",
                Kind::Series,
            ),
        ],
    }
}

fn questions() -> Block {
    Block {
        uid: "questions",
        name: "Questions",
        fields: vec![
            heading(),
            Field::many_lines("questions", "Questions", "One question a line."),
        ],
    }
}
