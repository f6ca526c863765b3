//! The model itself, version 1: five content types and two taxonomies.
//!
//! Every type is wholly ours, so a publication never carries an editor's unfinished draft; editors'
//! own types refer to these. `source_key` is the only field shared by all locales: saving such a
//! field in the master raises the version of every localised copy, and whatever else is shared
//! would let one market read of another.

use catalogue::lifecycle::WebState;

use crate::content_model::{ContentType, Field, Taxonomy};
use crate::desired::Kind;
use crate::policy::{PageKind, Policy};

/// Uid of the taxonomy of subjects.
pub const SUBJECT_TAXONOMY: &str = "subject";

/// Uid of the taxonomy of product-form groups.
pub const FORM_TAXONOMY: &str = "product_form";

/// The words of a call to action.
pub const CALLS_TO_ACTION: [&str; 4] = ["buy", "preorder", "notify", "none"];

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

fn source_key() -> Field {
    Field::line(
        "source_key",
        "Source key",
        "Identity at the source, namespaced (`consonance:work:61417`). Never changes; never edit it.",
    )
    .mandatory()
    .unique()
    .shared()
}

fn title(help: &'static str) -> Field {
    Field::line("title", "Title", help).mandatory()
}

fn url(help: &'static str) -> Field {
    Field::line("url", "URL", help)
}

fn states() -> Vec<&'static str> {
    WebState::all().map(WebState::as_str).collect()
}

fn book(policy: &Policy) -> ContentType {
    let mut fields = book_head();
    fields.extend(book_relations());
    fields.extend(book_copy());
    fields.push(Field::rows(
        "formats",
        "Formats",
        "One row per format that this market may know.",
        format_row(),
    ));
    fields.extend(book_subjects());
    if policy.taxonomies {
        fields.push(Field::terms(
            "taxonomies",
            "Taxonomies",
            "At most 25 terms: subjects in order of importance, then product-form groups.",
            vec![SUBJECT_TAXONOMY, FORM_TAXONOMY],
        ));
    }
    ContentType {
        kind: Kind::Book,
        name: "Book",
        help: "One work as one market may know it. Written by Frontlist; refer to it, do not edit it.",
        fields,
    }
}

fn book_head() -> Vec<Field> {
    vec![
        source_key(),
        title("The title in this market, as displayed. Books share titles: not unique."),
        Field::line("subtitle", "Subtitle", "The subtitle in this market."),
        url("Address of the page, `/books/slug`. Made once and never changed silently."),
        Field::flag(
            "visible",
            "Visible",
            "Whether this market may see the book. A locale that may not says nothing else.",
        ),
        Field::choice(
            "state",
            "State",
            "What to say of the book: the best of its formats' states.",
            states(),
        ),
        Field::line(
            "lead_isbn",
            "Lead ISBN",
            "ISBN-13, 13 digits, of the format that speaks for the book in this market.",
        ),
        Field::number(
            "amount",
            "Price",
            "Consumer price of the lead format, in `currency`.",
        ),
        Field::line("currency", "Currency", "ISO 4217 code of `amount` (`AUD`)."),
        Field::choice(
            "cta",
            "Call to action",
            "What a reader can do about the lead format: buy, preorder, notify (ask to be told), none.",
            CALLS_TO_ACTION.to_vec(),
        ),
        Field::line(
            "publication_date",
            "Publication date",
            "Of the lead format in this market, with the precision it came with: `2027`, `2027-03`, `2027-03-15`.",
        ),
        Field::date(
            "sort_date",
            "Sort date",
            "`publication_date` as a day to sort and filter by; of a month or a year its last day.",
        ),
    ]
}

fn book_relations() -> Vec<Field> {
    vec![
        Field::line(
            "contributor_statement",
            "Contributor statement",
            "Credit line that replaces computed names for display.",
        ),
        Field::references(
            "contributors",
            "Contributors",
            "Everyone with a page of their own, in order of credit, each once.",
            Kind::Contributor,
        ),
        Field::rows(
            "credits",
            "Credits",
            "Who did what, in order of credit; someone with two roles has two rows.",
            vec![
                Field::line("name", "Name", "As displayed."),
                Field::line(
                    "role",
                    "Role code",
                    "ONIX List 17 (`A01` by, `B06` translated by).",
                ),
                Field::line(
                    "role_label",
                    "Role",
                    "The role in words, in the site's language where known, else in English.",
                ),
            ],
        ),
        Field::reference(
            "series",
            "Series",
            "The series it belongs to.",
            Kind::Series,
        ),
        Field::line(
            "series_part",
            "Part",
            "Its part in the series as printed (`2`, `II`).",
        ),
        Field::reference(
            "imprint",
            "Imprint",
            "The imprint of the lead format.",
            Kind::Imprint,
        ),
        Field::line(
            "season",
            "Season",
            "The publisher's selling season (`Spring 2027`).",
        ),
    ]
}

fn book_copy() -> Vec<Field> {
    vec![
        Field::html("short_description", "Short description", "Sanitised HTML."),
        Field::html(
            "description",
            "Description",
            "Sanitised HTML; the short one where there is no other.",
        ),
        Field::rows(
            "reviews",
            "Reviews",
            "Review quotes that may be shown today.",
            vec![
                Field::html("text", "Text", "Sanitised HTML."),
                Field::line("author", "Author", "Who wrote it."),
                Field::line("source", "Source", "Where it appeared."),
            ],
        ),
        Field::image(
            "cover",
            "Cover",
            "Front cover of the lead format, or a holding image.",
        ),
        Field::line(
            "cover_alt",
            "Cover: alternative text",
            "For those who cannot see it.",
        ),
        Field::line(
            "cover_credit",
            "Cover: credit",
            "Must appear beside the cover.",
        ),
    ]
}

fn format_row() -> Vec<Field> {
    vec![
        Field::line("isbn13", "ISBN", "13 digits."),
        Field::line(
            "isbn_display",
            "ISBN, displayed",
            "With hyphens (`978-1-509-85417-2`).",
        ),
        Field::line(
            "form",
            "Form code",
            "ONIX List 150 (`BB` hardback, `BC` paperback, `ED` digital download).",
        ),
        Field::line("form_label", "Form", "The form in words."),
        Field::choice(
            "form_group",
            "Form group",
            "The shelf it stands on.",
            FORM_GROUPS.iter().map(|(group, _)| *group).collect(),
        ),
        Field::line("title", "Title", "Only where it differs from the book's."),
        Field::line("edition", "Edition", "Edition statement."),
        Field::line(
            "publication_date",
            "Publication date",
            "In this market, with the precision it came with.",
        ),
        Field::choice("state", "State", "What to say of this format.", states()),
        Field::line(
            "availability",
            "Availability",
            "The state as a sentence, in the site's language where known, else in English.",
        ),
        Field::number("amount", "Price", "Consumer price, in `currency`."),
        Field::line("currency", "Currency", "ISO 4217 code of `amount`."),
        Field::choice(
            "cta",
            "Call to action",
            "What a reader can do about this format.",
            CALLS_TO_ACTION.to_vec(),
        ),
        Field::number("pages", "Pages", "Number of pages."),
    ]
}

fn book_subjects() -> Vec<Field> {
    vec![
        Field::many_lines(
            "subjects",
            "Subjects",
            "Headings in words, the most important first.",
        ),
        Field::many_lines(
            "subject_codes",
            "Subject codes",
            "Thema, BISAC and BIC codes, the most important first.",
        ),
        Field::many_lines(
            "keywords",
            "Keywords",
            "For search; those not meant for display are left out.",
        ),
        Field::line(
            "language",
            "Language",
            "Of the text of the lead format, as a BCP 47 tag (`en`).",
        ),
    ]
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
            Field::html("biography", "Biography", "Sanitised HTML."),
            Field::image(
                "photo",
                "Photograph",
                "A picture that may be shown wherever the contributor is.",
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
