//! The model itself, version 2: six content types and two taxonomies.
//!
//! Every type is wholly ours, so a publication never carries an editor's unfinished draft; editors'
//! own types refer to these. `source_key` is the only field shared by all locales: saving such a
//! field in the master raises the version of every localised copy, and whatever else is shared
//! would let one market read of another.

use crate::content_model::book::book;
use crate::content_model::{ContentType, Field, Taxonomy};
use crate::desired::Kind;
use crate::policy::{PageKind, Policy};

/// Uid of the taxonomy of subjects.
pub const SUBJECT_TAXONOMY: &str = "subject";

/// Uid of the taxonomy of product-form groups.
pub const FORM_TAXONOMY: &str = "product_form";

/// The words of a call to action, the best for a reader who wants the book first.
pub const CALLS_TO_ACTION: [&str; 7] = [
    "buy",
    "preorder",
    "notify",
    "find_copy",
    "listen",
    "read_sample",
    "none",
];

/// The product-form groups with their names.
pub const FORM_GROUPS: [(&str, &str); 4] = [
    ("print", "Print"),
    ("ebook", "E-book"),
    ("audio", "Audio"),
    ("other", "Other"),
];

/// The content types that a stack needs, those that others refer to first.
pub fn model(policy: &Policy) -> Vec<ContentType> {
    vec![
        imprint(),
        series(),
        contributor(),
        book(policy),
        catalogue_page(),
        redirect(),
    ]
}

/// The taxonomies that a stack needs, where it has taxonomies at all ([`Policy::taxonomies`]).
pub fn taxonomies() -> Vec<Taxonomy> {
    vec![
        Taxonomy {
            uid: SUBJECT_TAXONOMY,
            name: "Subject",
            help: "Subjects in use by books that some site shows: Thema, BISAC, BIC.",
        },
        Taxonomy {
            uid: FORM_TAXONOMY,
            name: "Product form",
            help: "Print, e-book, audio, other: the forms in which a book can be had.",
        },
    ]
}

pub(super) fn source_key() -> Field {
    Field::line(
        "source_key",
        "Source key",
        "Identity at the source, namespaced (`consonance:work:61417`). Never changes; never edit it.",
    )
    .mandatory()
    .unique()
    .shared()
}

pub(super) fn title(help: &'static str) -> Field {
    Field::line("title", "Title", help).mandatory()
}

pub(super) fn url(help: &'static str) -> Field {
    Field::line("url", "URL", help)
}

fn contributor() -> ContentType {
    ContentType {
        kind: Kind::Contributor,
        name: "Contributor",
        help: "An author, illustrator, translator. Its books are a query, never a list. Written by Frontlist.",
        fields: vec![
            source_key(),
            title("The name as displayed."),
            Field::line("name", "Name", "The name as displayed."),
            Field::line(
                "sort_name",
                "Sort name",
                "The name as sorted (`Chapman, Jim`).",
            ),
            url("Address of the page, `/authors/slug`."),
            Field::html(
                "biography",
                "Biography",
                "Sanitised HTML. In each locale from books that are shown there, as docs/texts.md says.",
            ),
            Field::rich(
                "biography_json",
                "Biography, rich text",
                "The same for the rich text editor.",
            ),
            Field::image(
                "photo",
                "Photograph",
                "A picture that may be shown in this market.",
            ),
            Field::line(
                "photo_alt",
                "Photograph: alternative text",
                "For those who cannot see it.",
            ),
            Field::line(
                "photo_credit",
                "Photograph: credit",
                "Must appear beside the photograph.",
            ),
            Field::line(
                "photo_copyright",
                "Photograph: copyright",
                "Who holds the copyright.",
            ),
            Field::line("website", "Website", "The contributor's own."),
        ],
    }
}

fn series() -> ContentType {
    ContentType {
        kind: Kind::Series,
        name: "Series",
        help: "A named set of books. Written by Frontlist.",
        fields: vec![
            source_key(),
            title("The name as displayed."),
            Field::line("name", "Name", "The name as displayed."),
            url("Address of the page, `/series/slug`."),
            Field::line("subtitle", "Subtitle", "The subtitle of the series."),
        ],
    }
}

fn imprint() -> ContentType {
    ContentType {
        kind: Kind::Imprint,
        name: "Imprint",
        help: "A brand under which books are published. Written by Frontlist.",
        fields: vec![
            source_key(),
            title("The name as displayed."),
            Field::line("name", "Name", "The name as displayed."),
            url("Address of the page, `/imprints/slug`."),
        ],
    }
}

fn catalogue_page() -> ContentType {
    let kinds = [
        PageKind::Season,
        PageKind::Imprint,
        PageKind::Series,
        PageKind::Subject,
    ];
    ContentType {
        kind: Kind::CataloguePage,
        name: "Catalogue page",
        help: "A landing page that gathers books by season, imprint, series or subject. Written by Frontlist from its configuration.",
        fields: vec![
            source_key(),
            title("The title of the page."),
            url("Address of the page, `/catalogue/slug`."),
            Field::choice(
                "kind",
                "Kind",
                "What it gathers by.",
                kinds.map(PageKind::as_str).to_vec(),
            ),
            Field::line(
                "value",
                "Value",
                "Which season, imprint, series (by name) or subject (by code).",
            ),
            Field::lines(
                "query",
                "Query",
                "The delivery query, as JSON, that lists its books.",
            ),
            Field::line(
                "sort",
                "Sort",
                "The field by which to sort them, latest first (`desc=sort_date`).",
            ),
        ],
    }
}

fn redirect() -> ContentType {
    ContentType {
        kind: Kind::Redirect,
        name: "Redirect",
        help: "An address that a page once had, and where the page is now. Published where its page is. Written by Frontlist when somebody changes an address.",
        fields: vec![
            source_key(),
            title("The address that was left, as `from_url`."),
            Field::line(
                "from_url",
                "From",
                "The address that a reader asks for, without the host.",
            ),
            Field::line(
                "to_url",
                "To",
                "The present address of the page: never another redirect.",
            ),
            Field::number("status", "Status", "The HTTP status to answer with: 301."),
            Field::line(
                "target",
                "Target",
                "The page's content type and source key (`book consonance:work:61417`).",
            ),
        ],
    }
}
