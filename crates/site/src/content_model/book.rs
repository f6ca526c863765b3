//! The book, field by field. CONTENT-MODEL.md is written from it.

use catalogue::lifecycle::WebState;

use crate::content_model::standard::{
    CALLS_TO_ACTION, FORM_GROUPS, FORM_TAXONOMY, SUBJECT_TAXONOMY, source_key, title, url,
};
use crate::content_model::{ContentType, Field};
use crate::desired::{Kind, Media};
use crate::files;
use crate::link::WEBSITE;
use crate::neighbours::relation_words;
use crate::policy::Policy;
use crate::texts::QUOTES;

fn states() -> Vec<&'static str> {
    WebState::all().map(WebState::as_str).collect()
}

pub(super) fn book(policy: &Policy) -> ContentType {
    let mut fields = book_head();
    fields.extend(book_relations());
    fields.extend(book_copy());
    fields.extend(book_pictures());
    fields.push(Field::rows(
        "formats",
        "Formats",
        "One row per format that this market may know.",
        format_row(),
    ));
    fields.push(related());
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
        Field::flag(
            "tax_included",
            "Price with tax",
            "Whether `amount` has its tax in it. Nothing where there is no price.",
        ),
        Field::choice(
            "cta",
            "Call to action",
            "What a reader can do about the lead format: buy, preorder, notify (ask to be told), find_copy (second-hand, libraries), listen, read_sample, none.",
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

/// Copy as HTML and, in a field with `_json` to its name, for the rich text editor.
fn book_copy() -> Vec<Field> {
    let rich = |uid, name| Field::rich(uid, name, "The same for the rich text editor.");
    vec![
        Field::line(
            "headline",
            "Headline",
            "One line to catch the eye, without markup.",
        ),
        Field::html("short_description", "Short description", "Sanitised HTML."),
        rich("short_description_json", "Short description, rich text"),
        Field::html(
            "description",
            "Description",
            "Sanitised HTML; the short one where there is no other.",
        ),
        rich("description_json", "Description, rich text"),
        Field::line(
            "description_language",
            "Description: language",
            "BCP 47 tag, only where it is not the site's language.",
        ),
        Field::html(
            "cover_copy",
            "Cover copy",
            "What the back of the book says. Sanitised HTML.",
        ),
        rich("cover_copy_json", "Cover copy, rich text"),
        Field::html(
            "flap_copy",
            "Flap copy",
            "What the flaps say. Sanitised HTML.",
        ),
        rich("flap_copy_json", "Flap copy, rich text"),
        Field::html("table_of_contents", "Table of contents", "Sanitised HTML."),
        rich("table_of_contents_json", "Table of contents, rich text"),
        Field::html(
            "excerpt",
            "Excerpt",
            "Once previews are open. Sanitised HTML.",
        ),
        rich("excerpt_json", "Excerpt, rich text"),
        Field::html(
            "author_note",
            "About the author",
            "What this book says of its authors; their own pages have a biography. Sanitised HTML.",
        ),
        rich("author_note_json", "About the author, rich text"),
        Field::rows(
            "reviews",
            "Reviews",
            "Review quotes and endorsements that may be shown today.",
            vec![
                Field::choice(
                    "kind",
                    "Kind",
                    "Of this book, of an endorser, of an earlier edition, of an earlier work.",
                    QUOTES.iter().map(|(_, word)| *word).collect(),
                ),
                Field::html("text", "Text", "Sanitised HTML."),
                rich("text_json", "Text, rich text"),
                Field::line("author", "Author", "Who wrote it."),
                Field::line("source", "Source", "Where it appeared."),
            ],
        ),
    ]
}

fn book_pictures() -> Vec<Field> {
    vec![
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
        Field::line(
            "cover_copyright",
            "Cover: copyright",
            "Who holds the copyright.",
        ),
        Field::image("back_cover", "Back cover", "Back cover of the lead format."),
        Field::line(
            "back_cover_alt",
            "Back cover: alternative text",
            "For those who cannot see it.",
        ),
        Field::line(
            "back_cover_credit",
            "Back cover: credit",
            "Must appear beside the back cover.",
        ),
        Field::line(
            "back_cover_copyright",
            "Back cover: copyright",
            "Who holds the copyright.",
        ),
        Field::rows(
            "graphics",
            "Graphics",
            "Pictures for promotion: banners, social cards, pages from inside once previews are open.",
            file_row(
                Field::image("file", "Picture", "The picture."),
                files::words(Media::Image),
                Some(Field::line(
                    "alt",
                    "Alternative text",
                    "For those who cannot see it.",
                )),
            ),
        ),
        Field::rows(
            "files",
            "Files",
            "Samples and clips once previews are open, guides for readers and teachers.",
            file_row(
                Field::file("file", "File", "The file."),
                files::other_words(),
                None,
            ),
        ),
    ]
}

fn file_row(file: Field, kinds: Vec<&'static str>, alt: Option<Field>) -> Vec<Field> {
    let mut fields = vec![
        Field::choice("kind", "Kind", "What it is.", kinds),
        Field::line(
            "label",
            "Label",
            "The kind in words, in the site's language.",
        ),
        file,
    ];
    fields.extend(alt);
    fields.extend([
        Field::line("caption", "Caption", "A caption."),
        Field::line("credit", "Credit", "Must appear beside it."),
        Field::line("copyright", "Copyright", "Who holds the copyright."),
    ]);
    fields
}

fn related() -> Field {
    Field::rows(
        "related",
        "Related products",
        "Sets and their parts, editions and what replaced them, where the site shows both.",
        vec![
            Field::line("isbn13", "ISBN", "The format of this book that is meant."),
            Field::choice(
                "relation",
                "Relation",
                "What the other product is to it: it includes it, is part of it, is replaced by it, replaces it, or is the edition sold here.",
                relation_words(),
            ),
            Field::line(
                "relation_label",
                "Relation in words",
                "In the site's language where known, else in English.",
            ),
            Field::line("other_isbn13", "Other ISBN", "13 digits."),
            Field::line(
                "other_isbn_display",
                "Other ISBN, displayed",
                "With hyphens.",
            ),
            Field::line("title", "Title", "Title of the other product."),
            Field::line(
                "url",
                "URL",
                "Address of its page; none for another publisher's edition.",
            ),
        ],
    )
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
        Field::line(
            "cta_label",
            "Call to action, label",
            "The words of the button, in the site's language where known, else in English.",
        ),
        Field::number("pages", "Pages", "Number of pages."),
        Field::number("minutes", "Minutes", "Playing time in minutes."),
        Field::line(
            "extent",
            "Length",
            "Playing time or pages as a sentence, in the site's language (`9 hr 32 min`).",
        ),
        Field::line(
            "dimensions",
            "Dimensions",
            "Height, width, thickness in the site's units (`198 × 129 × 22 mm`, `7.8 × 5.08 in`).",
        ),
        Field::line(
            "weight",
            "Weight",
            "In the site's units (`310 g`, `10.9 oz`).",
        ),
    ]
    .into_iter()
    .chain(price_terms())
    .chain([links()])
    .collect()
}

fn price_terms() -> Vec<Field> {
    vec![
        Field::flag(
            "tax_included",
            "Price with tax",
            "Whether `amount` has its tax in it.",
        ),
        Field::number(
            "tax_rate",
            "Tax rate",
            "In per cent, where the source gives it.",
        ),
        Field::flag(
            "price_fixed",
            "Fixed price",
            "No shop may sell it for less; only said where it is so.",
        ),
        Field::flag(
            "price_confirmed",
            "Confirmed price",
            "The source calls the price final (ONIX List 61 code 02); only said where it does.",
        ),
        Field::line(
            "price_until",
            "Price until",
            "Last day on which it holds, where the source gives it.",
        ),
    ]
}

fn links() -> Field {
    let calls = CALLS_TO_ACTION.iter().copied();
    let calls = calls.filter(|call| !matches!(*call, "notify" | "none"));
    Field::rows(
        "links",
        "Links",
        "Where to follow the call to action: the configured shops in their order, then pages of the product's own.",
        vec![
            Field::choice(
                "call",
                "Call",
                "What the link is for; `website` is a page about the product.",
                calls.chain([WEBSITE]).collect(),
            ),
            Field::line("label", "Label", "The shop's name, or what the page is."),
            Field::line("url", "Address", "The address."),
        ],
    )
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
